//! Worlds gathered into answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Answer;
use super::day::{self, Day};
use super::history::{History, Ledger, Told};
use super::life::{self, Cause, Life};
use super::world::{self, World};

/// Answers by measure and day.
pub type Answers = BTreeMap<(String, String), Answer>;

/// Answers for every measure at the end of each of the `probes` (`YYYY-MM-DD`).
pub fn all(records: &[Value], probes: &[String]) -> Answers {
    let ledger = Ledger::read(records);
    let mut answers = as_told(&ledger, probes);
    for other in other_tellings(&ledger) {
        let others = as_told(&other, probes);
        for (key, answer) in &mut answers {
            let other = &others[key];
            answer.contested |=
                (&answer.status, &answer.possible) != (&other.status, &other.possible);
        }
    }
    answers
}

/// The ledger once more for each unsettled source that contradicts its event, told as that source
/// has it.
pub fn other_tellings(ledger: &Ledger) -> Vec<Ledger> {
    let mut others = Vec::new();
    for (place, told) in ledger.events.iter().enumerate() {
        for other in contrary(told) {
            let mut changed = ledger.clone();
            changed.events[place] = other;
            others.push(changed);
        }
    }
    others
}

/// The event as each contradicting source tells it. Sides that a settlement closed stay closed.
fn contrary(told: &Told) -> Vec<Told> {
    let mut others = Vec::new();
    for said in told.sources.iter().filter(|_| told.occurred) {
        let mut other = told.clone();
        if said.denies && !told.is_closed("occurred", said) {
            other.occurred = false;
            others.push(other);
            continue;
        }
        let open = said.says.iter().filter(|(field, _)| !told.is_closed(field, said));
        let open: Vec<(&String, &Value)> = open.collect();
        if open.iter().any(|(field, value)| differs(field, value, told)) {
            for (field, value) in open {
                match field.as_str() {
                    "set" => super::history::lay_over(&mut other.fields, value),
                    _ => drop(other.fields.insert(field.clone(), value.clone())),
                }
            }
            others.push(other);
        }
    }
    others
}

fn differs(field: &str, value: &Value, told: &Told) -> bool {
    let own = told.fields.get(field);
    if field == "set" {
        // Attributes have no part in a status, so they make no answer contested.
        return false;
    }
    if field == "act" {
        return own != Some(value);
    }
    let window = |value: &Value| value.as_str().map(day::Window::read);
    let both = window(value).zip(own.and_then(window));
    both.is_some_and(|(one, other)| one.excludes(&other))
}

/// Answers to what is told, sources aside.
fn as_told(ledger: &Ledger, probes: &[String]) -> Answers {
    let probes: Vec<Day> = probes.iter().map(|probe| day::read(probe)).collect();
    let groups = groups(ledger);
    let answers = groups.iter().flat_map(|(history, ids)| {
        let all = of_group(history, &probes).into_iter();
        all.filter(|((measure, _), _)| ids.contains(measure))
    });
    answers.collect()
}

/// For each whole with its parts: the ledger with only the events that can matter to them, and
/// the ids of the family's measures.
pub fn groups(ledger: &Ledger) -> Vec<(History, Vec<String>)> {
    let history = History::of(ledger);
    let roots = (0..history.measures.len()).filter(|m| history.measures[*m].part_of.is_none());
    let group = |root: usize| {
        let seqs: Vec<u64> =
            connected(&history, root).into_iter().map(|e| history.events[e].seq).collect();
        let mut part = ledger.clone();
        part.events.retain(|told| seqs.contains(&told.seq));
        for told in &mut part.events {
            let event = history.events.iter().find(|event| event.seq == told.seq);
            told.settles_elsewhere = event.is_some_and(|event| event.is_settler);
        }
        let family = (0..history.measures.len()).filter(|m| history.chain(*m).contains(&root));
        let ids = family.map(|m| history.measures[m].id.clone()).collect();
        (History::of(&part), ids)
    };
    roots.map(group).collect()
}

/// The events of a family, those that cancel or settle one of them, and all that `after` and
/// `cancels` connect with these.
fn connected(history: &History, root: usize) -> BTreeSet<usize> {
    let events = 0..history.events.len();
    let own = |e: &usize| history.chain(history.events[*e].measure).contains(&root);
    let mut found: BTreeSet<usize> = events.clone().filter(own).collect();
    let reach = |e: &usize| {
        let event = &history.events[*e];
        event.cancels.iter().chain(&event.settles).any(|other| found.contains(other))
    };
    let reaching: Vec<usize> = events.clone().filter(reach).collect();
    found.extend(reaching);
    loop {
        let linked = |e: &usize| {
            let names = |one: usize, other: usize| {
                let event = &history.events[one];
                event.after.contains(&other) || event.cancels.contains(&other)
            };
            found.iter().any(|other| names(*e, *other) || names(*other, *e))
        };
        let more: Vec<usize> =
            events.clone().filter(|e| !found.contains(e)).filter(linked).collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// What is gathered about one measure on one day over all worlds.
#[derive(Default)]
struct Gathered {
    possible: BTreeSet<String>,
    firsts: BTreeSet<Option<Day>>,
    because: BTreeSet<u64>,
    /// Attributes in each world: JSON text by name.
    attributes: BTreeSet<BTreeMap<String, String>>,
    unconfirmed: bool,
}

fn of_group(history: &History, probes: &[Day]) -> Answers {
    let mut worlds = world::assignments(history, probes);
    let inconsistent = !worlds.iter().any(|world| world::keeps_constraints(history, world));
    if !inconsistent {
        worlds.retain(|world| world::keeps_constraints(history, world));
    }
    let leaves: Vec<Vec<usize>> = (0..history.measures.len()).map(|m| history.leaves(m)).collect();
    let mut gathered: BTreeMap<(usize, Day), Gathered> = BTreeMap::new();
    for world in &worlds {
        let live = |leaf: &usize| {
            let order = world::order(history, world, !inconsistent, *leaf);
            (*leaf, life::live(history, world, &order, *leaf))
        };
        let lives: BTreeMap<usize, Life> = leaves.iter().flatten().map(live).collect();
        for (measure, leaves) in leaves.iter().enumerate() {
            for day in probes.iter().copied() {
                let into = gathered.entry((measure, day)).or_default();
                let lives = &lives;
                View { history, world, leaves, lives, day }.gather(into);
            }
        }
    }
    let (first, _) = world::named_days(history, probes);
    let answer = |((measure, day), gathered): ((usize, Day), Gathered)| {
        let key = (history.measures[measure].id.clone(), day::write(day));
        (key, gathered.answer(first, inconsistent))
    };
    gathered.into_iter().map(answer).collect()
}

/// One measure at the end of one day in one world.
struct View<'a> {
    history: &'a History,
    world: &'a World,
    /// Its innermost parts; of a measure without parts: itself.
    leaves: &'a [usize],
    /// The lives of all measures without parts.
    lives: &'a BTreeMap<usize, Life>,
    day: Day,
}

impl View<'_> {
    fn gather(&self, into: &mut Gathered) {
        into.possible.insert(self.status(self.day));
        into.firsts.insert(self.first_day());
        into.attributes.insert(self.shared_attributes());
        for leaf in self.leaves {
            into.because.extend(self.because(*leaf));
            into.unconfirmed |= self.is_unconfirmed(*leaf);
        }
    }

    /// The place of the last moment of a leaf by the end of a day.
    fn last_moment(&self, leaf: usize, day: Day) -> Option<usize> {
        self.lives[&leaf].moments.iter().rposition(|moment| moment.day <= day)
    }

    fn leaf_status(&self, leaf: usize, day: Day) -> &str {
        let life = &self.lives[&leaf];
        self.last_moment(leaf, day).map_or(&life.initial, |last| &life.moments[last].status)
    }

    /// The common status of the innermost parts, or `mixed`.
    fn status(&self, day: Day) -> String {
        let statuses: BTreeSet<&str> =
            self.leaves.iter().map(|leaf| self.leaf_status(*leaf, day)).collect();
        let mut statuses = statuses.into_iter();
        match (statuses.next(), statuses.next()) {
            (Some(common), None) => common.to_owned(),
            _ => "mixed".to_owned(),
        }
    }

    /// First day of the unbroken run of the status, `None` if it was so from the beginning.
    fn first_day(&self) -> Option<Day> {
        self.first_day_of(self.leaves, |day| self.status(day))
    }

    /// First day of the unbroken run of a status that may change when something happens to one
    /// of the `leaves`.
    fn first_day_of(&self, leaves: &[usize], status: impl Fn(Day) -> String) -> Option<Day> {
        let moments = leaves.iter().flat_map(|leaf| &self.lives[leaf].moments);
        let days: BTreeSet<Day> = moments.map(|m| m.day).filter(|d| *d <= self.day).collect();
        let last = status(self.day);
        let differs_before = |day: &&Day| status(**day - 1) != last;
        days.iter().rev().find(differs_before).copied()
    }

    /// The records that began the leaf's run, and those that last gave its status.
    fn because(&self, leaf: usize) -> BTreeSet<u64> {
        let moments = &self.lives[&leaf].moments;
        let first = self.first_day_of(&[leaf], |day| self.leaf_status(leaf, day).to_owned());
        let began = first.and_then(|first| self.last_change(leaf, first));
        let seq = |moment: usize| self.history.events[moments[moment].by.event()].seq;
        let initial = || self.history.initial(leaf).1;
        let start = if first.is_some() { began.map(seq) } else { initial() };
        let gave = moments.iter().rposition(|moment| moment.gave && moment.day <= self.day);
        start.into_iter().chain(gave.map(seq)).collect()
    }

    /// The last moment of a day that changed the leaf's status.
    fn last_change(&self, leaf: usize, day: Day) -> Option<usize> {
        let life = &self.lives[&leaf];
        let before = |at: usize| match at.checked_sub(1) {
            Some(earlier) => &life.moments[earlier].status,
            None => &life.initial,
        };
        let changed = |at: &usize| before(*at) != &life.moments[*at].status;
        (0..life.moments.len()).filter(|at| life.moments[*at].day == day).rfind(changed)
    }

    /// Name and value of what all parts have alike.
    fn shared_attributes(&self) -> BTreeMap<String, String> {
        let of_leaf = |leaf: usize| -> BTreeMap<String, String> {
            let last = self.last_moment(leaf, self.day);
            let attributes = last.map(|last| &self.lives[&leaf].moments[last].attributes);
            attributes.into_iter().flatten().map(|(n, v)| (n.clone(), v.to_string())).collect()
        };
        let mut shared = of_leaf(self.leaves[0]);
        for leaf in self.leaves {
            let other = of_leaf(*leaf);
            shared.retain(|name, value| other.get(name) == Some(value));
        }
        shared
    }

    /// True if the leaf's status rests on what nobody has yet said to have happened.
    fn is_unconfirmed(&self, leaf: usize) -> bool {
        let moments = &self.lives[&leaf].moments;
        let in_doubt = |moment: &usize| match moments[*moment].by {
            Cause::Event(event) => {
                let last_word = self.history.events[event].last_word;
                last_word.is_some_and(|said| said < self.world.happened[event])
            }
            Cause::Plan(maker, place) => !self.is_confirmed(leaf, *moment, maker, place),
        };
        let last = self.last_moment(leaf, self.day);
        last.is_some_and(|last| moments[last].rests_on.iter().any(in_doubt))
    }

    /// True if a later event, also one after the day asked for, does what the plan said before
    /// the visible status changes.
    fn is_confirmed(&self, leaf: usize, moment: usize, maker: usize, place: usize) -> bool {
        let moments = &self.lives[&leaf].moments;
        for later in &moments[moment + 1..] {
            if let Cause::Event(event) = later.by {
                let settles = self.history.events[event].is_settler;
                if !settles && self.history.matches(event, maker, place) {
                    return true;
                }
            }
            if later.status != moments[moment].status {
                return false;
            }
        }
        false
    }
}

impl Gathered {
    /// `first_named`: a run that begins before it has no earliest day.
    fn answer(self, first_named: Day, inconsistent: bool) -> Answer {
        let status = match self.possible.first() {
            Some(only) if self.possible.len() == 1 => only.clone(),
            _ => "undetermined".to_owned(),
        };
        let certain = status != "undetermined" && status != "mixed";
        let since = if certain { since(&self.firsts, first_named) } else { None };
        let (attributes, possible_attributes) = attributes(&self.attributes);
        Answer {
            mixed: status == "mixed",
            status,
            possible: self.possible,
            since,
            because: self.because,
            attributes,
            possible_attributes,
            contested: false,
            unconfirmed: self.unconfirmed,
            inconsistent,
        }
    }
}

/// Earliest and latest first day; none if the run is the initial one in every world.
fn since(
    firsts: &BTreeSet<Option<Day>>,
    first_named: Day,
) -> Option<(Option<String>, Option<String>)> {
    let latest = firsts.iter().flatten().max()?;
    // `None`, the run from the beginning, sorts before every day.
    let earliest = firsts.first().copied().flatten().filter(|day| *day >= first_named);
    Some((earliest.map(day::write), Some(day::write(*latest))))
}

/// Those that are the same in every world with their values, and the names of the others.
fn attributes(
    worlds: &BTreeSet<BTreeMap<String, String>>,
) -> (BTreeMap<String, Value>, BTreeSet<String>) {
    let names: BTreeSet<&String> = worlds.iter().flat_map(BTreeMap::keys).collect();
    let (mut same, mut different) = (BTreeMap::new(), BTreeSet::new());
    for name in names {
        let values: BTreeSet<Option<&String>> = worlds.iter().map(|w| w.get(name)).collect();
        match values.first() {
            Some(Some(only)) if values.len() == 1 => {
                let value = serde_json::from_str(only).expect("a value written by serde_json");
                same.insert(name.clone(), value);
            }
            _ => drop(different.insert(name.clone())),
        }
    }
    (same, different)
}
