//! When, what follows, and what it has to do with other records.

use super::{Interview, due_words};
use crate::answer::{Awaited, Days, Due, DueState, agenda};
use crate::cli::asking::{Choice, Stopped, choose, letter, until};
use crate::kind::{Act, Definition, Standing, To};
use crate::time::{Day, Window, window_in_words};

/// Of an announcement it is asked what follows by itself; these ends of words tell one.
const NOTICES: [&str; 4] = ["notified", "announced", "promulgated", "ordered"];

impl Interview<'_> {
    /// The date of its effect; asked again until there is one.
    pub(super) fn on(&mut self) -> Result<(), Stopped> {
        let today = self.today;
        let given = self.append.dates.on.take();
        let mut window = given.and_then(|words| self.taken(&words));
        while window.is_none() {
            let question = "On (first day of its effect: 2024-05-01, 2024-05, [A..B], yesterday)";
            window = until(self.asking, question, |words| read(words, today))?;
            if window.is_none() {
                self.asking.say(
                    "  the date cannot be left out: where no day is known, a month, a \
                                 year or [A..B] says so\n",
                );
            }
        }
        self.append.dates.on = window.as_ref().map(|window| window.text().to_owned());
        if window.and_then(|window| window.earliest()).is_some_and(|first| first > today) {
            self.expected()?;
        }
        Ok(())
    }

    /// A date that was given with a flag, in its lasting form; what is wrong with it is said.
    fn taken(&mut self, words: &str) -> Option<Window> {
        let read = read(words, self.today);
        if let Err(wrong) = &read {
            self.asking.say(&format!("  {wrong}\n"));
        }
        read.ok()
    }

    fn expected(&mut self) -> Result<(), Stopped> {
        if !self.append.relations.expected {
            let question = "That day is still to come. Is it only expected, by no decision? [y/N]";
            self.append.relations.expected = letter(self.asking, question, &['n', 'y'])? == 'y';
        }
        Ok(())
    }

    pub(super) fn announced(&mut self) -> Result<(), Stopped> {
        let today = self.today;
        let given = self.append.dates.announced.take();
        let mut window = given.and_then(|words| self.taken(&words));
        if window.is_none() {
            let question = "Announced (a date; Enter: not known, or on that day)";
            window = until(self.asking, question, |words| read(words, today))?;
        }
        self.append.dates.announced = window.map(|window| window.text().to_owned());
        Ok(())
    }

    // What follows

    /// What follows without a further act, where this is a notice of it.
    pub(super) fn plans(&mut self, measure: usize) -> Result<(), Stopped> {
        let given = !self.append.dates.then.is_empty() || self.append.dates.last_day.is_some();
        let kind = self.tracked(measure).kind.clone();
        let act = self.append.act.clone().unwrap_or_default();
        if given || !is_notice(&kind, &act) {
            return Ok(());
        }
        let choices = consequences(&kind, &act);
        let mut question = "Then, by itself (the act that follows; Enter: nothing)";
        while let Some(place) = choose(self.asking, question, &choices, 8, true)? {
            let act = choices[place].word.clone();
            let today = self.today;
            let asked = format!("{act} on (a date; Enter: some day)");
            let window = until(self.asking, &asked, |words| read(words, today))?;
            let plan = window.map_or(act.clone(), |window| format!("{act}={}", window.text()));
            self.append.dates.then.push(plan);
            question = "And then (Enter: nothing more)";
        }
        Ok(())
    }

    // Other records

    /// Which plans it cancels, which expectations it meets.
    pub(super) fn relations(&mut self, measure: usize) -> Result<(), Stopped> {
        let due = self.due(measure);
        let (plans, hopes): (Vec<Due>, Vec<Due>) =
            due.into_iter().partition(|due| due.what != Awaited::Expectation);
        if self.append.relations.cancels.is_empty() {
            self.append.relations.cancels = self.which("cancels the plans of", &plans, &[])?;
        }
        if self.append.relations.settles.is_empty() {
            let cancelled = self.append.relations.cancels.clone();
            let open: Vec<Due> = hopes.into_iter().chain(plans).collect();
            self.append.relations.settles = self.which("meets or stands for", &open, &cancelled)?;
        }
        Ok(())
    }

    /// What of the measure is open: plans ahead or unconfirmed, expectations not met.
    fn due(&self, measure: usize) -> Vec<Due> {
        let days = Days { on: self.today, back: self.today, ahead: Day::OPEN_END };
        let due = agenda(self.history, &Self::filter(measure), days, true);
        let open = [DueState::Open, DueState::Overdue, DueState::Planned, DueState::Unconfirmed];
        due.into_iter()
            .filter(|due| due.what != Awaited::Event && open.contains(&due.state))
            .collect()
    }

    fn which(&mut self, does: &str, due: &[Due], but: &[String]) -> Result<Vec<String>, Stopped> {
        let mut left: Vec<Choice> = Vec::new();
        for due in due {
            let word = format!("@{}", due.record);
            let sort = if due.what == Awaited::Expectation { "expected" } else { "planned" };
            let says = format!("{sort}: {}", due_words(due));
            match left.iter_mut().find(|choice| choice.word == word) {
                Some(choice) => choice.says = format!("{}; {says}", choice.says),
                None => left.push(Choice::new(word, says)),
            }
        }
        left.retain(|choice| !but.contains(&choice.word));
        let mut chosen = Vec::new();
        while !left.is_empty() {
            let more = if chosen.is_empty() { "none" } else { "no more" };
            let question = format!("It {does} (a number; Enter: {more})");
            let Some(place) = choose(self.asking, &question, &left, usize::MAX, true)? else {
                break;
            };
            chosen.push(left.remove(place).word);
        }
        Ok(chosen)
    }
}

/// Whether of an event with this act something may follow by itself.
fn is_notice(kind: &Definition, act: &str) -> bool {
    let Some(of_kind) = kind.act(act).filter(|_| act != crate::kind::NOTED) else {
        return false;
    };
    let is_pending = |status: &str| kind.standing_of(status) == Standing::Pending;
    let says_so = NOTICES.iter().any(|end| act.ends_with(end));
    says_so
        || match &of_kind.to {
            To::Keep => true,
            To::Status(status) => is_pending(status),
            To::Previous | To::Given => false,
        }
}

/// The acts that can follow: those that change the status; first those that make sense after it.
fn consequences(kind: &Definition, act: &str) -> Vec<Choice> {
    let after = kind.act(act).and_then(|act| match &act.to {
        To::Status(status) => Some(status.as_str()),
        To::Keep | To::Previous | To::Given => None,
    });
    let fits = |act: &Act| after.is_none_or(|status| act.makes_sense_in(status));
    let changes = kind.acts.iter().filter(|(_, act)| !act.to.is_keep());
    let (first, rest): (Vec<_>, Vec<_>) = changes.partition(|(_, act)| fits(act));
    first.into_iter().chain(rest).map(|(word, _)| Choice::new(word, "")).collect()
}

fn read(words: &str, today: Day) -> Result<Window, String> {
    window_in_words(words, today).map_err(|refused| refused.to_string())
}
