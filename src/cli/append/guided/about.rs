//! Which measure, which act: the first two questions.

use std::collections::BTreeSet;

use super::Interview;
use crate::answer::rows;
use crate::cli::asking::{Choice, Stopped, choose};
use crate::kind::{Act, Definition, To};

/// So many measures are listed before anything is typed.
const FEW_MEASURES: usize = 12;

/// Every act of a kind is listed.
const ALL_ACTS: usize = 100;

impl Interview<'_> {
    /// The measure that was given, else the one that is chosen.
    pub(super) fn measure(&mut self) -> Result<usize, Stopped> {
        if let Some(name) = self.append.measure.clone() {
            if let Some(measure) = self.history.measure(&name) {
                return Ok(measure);
            }
            self.asking.say(&format!("  no measure `{name}`\n"));
            self.append.measure = None;
        }
        let measures = self.history.measures().iter().enumerate();
        let measures: Vec<usize> =
            measures.filter(|(_, tracked)| !tracked.retracted).map(|(index, _)| index).collect();
        let choices: Vec<Choice> = measures.iter().map(|&measure| self.choice(measure)).collect();
        self.asking.say(
            "A measure that is not there yet is declared first: ledger measure add ID --kind KIND \
             --title TEXT\n",
        );
        let question = "Measure (a part of its id or title; Enter lists them)";
        let place = choose(self.asking, question, &choices, FEW_MEASURES, false)?;
        let measure = measures[place.unwrap_or(0)];
        self.append.measure = Some(self.tracked(measure).id().to_owned());
        Ok(measure)
    }

    fn choice(&self, measure: usize) -> Choice {
        let tracked = self.tracked(measure);
        let aliases = tracked.aliases.iter().map(|alias| format!(" ({alias})"));
        let title = tracked.measure.title.clone().unwrap_or_default();
        Choice::new(tracked.id(), format!("{title}{}", aliases.collect::<String>()))
    }

    /// The act that was given, else the one that is chosen: those that make sense in the present
    /// status first.
    pub(super) fn act(&mut self, measure: usize) -> Result<(), Stopped> {
        let kind = self.tracked(measure).kind.clone();
        if let Some(act) = self.append.act.clone() {
            if kind.act(&act).is_some() {
                return self.status(&kind);
            }
            let name = &self.tracked(measure).measure.kind;
            self.asking.say(&format!("  no act `{act}` in kind `{name}`\n"));
            self.append.act = None;
        }
        let present = self.present(measure);
        let labels: Vec<&str> = present.iter().map(|status| kind.label_of(status)).collect();
        self.asking.say(&format!(
            "{} is now: {}\n",
            self.tracked(measure).title(),
            labels.join(" or ")
        ));
        let choices = choices(&kind, &present);
        let question = "Act (a number, or a part of it)";
        let place = choose(self.asking, question, &choices, ALL_ACTS, false)?;
        self.append.act = Some(choices[place.unwrap_or(0)].word.clone());
        self.status(&kind)
    }

    /// Every status that the measure, or a part of it, can have today.
    fn present(&self, measure: usize) -> BTreeSet<String> {
        let leaves = self.history.innermost(measure).into_iter();
        let rows = leaves.flat_map(|leaf| rows(self.history, &Self::filter(leaf), self.today));
        rows.flat_map(|row| row.possible).collect()
    }

    /// The status, where the act leaves it to the event.
    fn status(&mut self, kind: &Definition) -> Result<(), Stopped> {
        let act = self.append.act.as_deref().and_then(|act| kind.act(act));
        if act.is_some_and(|act| act.to == To::Given) && self.append.details.status.is_none() {
            let words = self.asking.line("Status it gives (your own words; Enter: none)", &[])?;
            let words = if words.is_empty() { "none".to_owned() } else { words };
            self.append.details.status = Some(words);
        }
        Ok(())
    }
}

/// The acts with what each leads to; those that make sense now first, each group in the kind's order.
fn choices(kind: &Definition, present: &BTreeSet<String>) -> Vec<Choice> {
    let fits = |act: &Act| present.iter().any(|status| act.makes_sense_in(status));
    let (now, later): (Vec<_>, Vec<_>) = kind.acts.iter().partition(|(_, act)| fits(act));
    let now = now.into_iter().map(|(word, act)| Choice::new(word, leads_to(kind, act)));
    let later = later
        .into_iter()
        .map(|(word, act)| Choice::new(word, format!("{} (unusual now)", leads_to(kind, act))));
    now.chain(later).collect()
}

fn leads_to(kind: &Definition, act: &Act) -> String {
    match &act.to {
        To::Keep => "leaves the status as it is".to_owned(),
        To::Previous => "leads back to what was before the suspension".to_owned(),
        To::Status(status) => format!("leads to: {}", kind.label_of(status)),
        To::Given => "leads to the status that you give".to_owned(),
    }
}
