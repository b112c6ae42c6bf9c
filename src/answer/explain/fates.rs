//! What became of each event and plan, over all parts and worlds, and which roles that makes.

use std::collections::{BTreeMap, BTreeSet};

use super::Otherwise;
use super::question::Question;
use super::words::{Reason, Role};
use crate::history::History;
use crate::timeline::{Effected, Fate, Gone, Thing, Way};

/// The ways of all innermost parts together.
pub(super) struct Fates {
    /// For each thing its fates, each with the innermost parts for which it is one.
    of: BTreeMap<Thing, BTreeMap<Fate, BTreeSet<usize>>>,
    roles: BTreeMap<Thing, BTreeSet<Role>>,
    /// What last gave the status, or began its run.
    pub(super) givers: BTreeSet<Thing>,
    /// Too many worlds to tell, for one part at least.
    pub(super) approximate: bool,
}

impl Fates {
    pub(super) fn of(history: &History, ways: &BTreeMap<usize, Way>) -> Self {
        let mut fates = Self {
            of: BTreeMap::new(),
            roles: BTreeMap::new(),
            givers: BTreeSet::new(),
            approximate: ways.values().any(|way| way.approximate),
        };
        for (&part, way) in ways {
            fates.add(history, part, way);
        }
        fates
    }

    fn add(&mut self, history: &History, part: usize, way: &Way) {
        self.givers.extend(way.began.iter().chain(&way.gave));
        for (&thing, of_thing) in &way.fates {
            for &fate in of_thing {
                self.of.entry(thing).or_default().entry(fate).or_default().insert(part);
                self.add_roles(history, way, thing, fate);
            }
        }
    }

    fn add_roles(&mut self, history: &History, way: &Way, thing: Thing, fate: Fate) {
        match fate {
            Fate::Came(effected) => {
                let roles = self.roles.entry(thing).or_default();
                roles.extend(role_of(effected, way, thing));
                let event = &history.events()[thing.event].event;
                let plan = thing.place.and_then(|place| event.then.get(place));
                let sets = plan.map_or(!event.set.is_empty(), |plan| !plan.set.is_empty());
                roles.extend(sets.then_some(Role::SetAttributes));
                let makes = thing.place.is_none() && !event.then.is_empty();
                roles.extend(makes.then_some(Role::MadeAPlan));
            }
            Fate::Held(by) => self.add_role(Thing { event: by, place: None }, Role::StandsForAPlan),
            Fate::Gone(gone) => self.add_taker(gone),
            Fate::ToCome | Fate::Pending => {}
        }
    }

    fn add_taker(&mut self, gone: Gone) {
        let event = |event| Thing { event, place: None };
        match gone {
            Gone::Named(by) => self.add_role(event(by), Role::CancelledAPlan),
            Gone::ByKind(by) | Gone::ByEnd(by) => self.add_role(by, Role::CancelledAPlan),
            Gone::Replaced(Some(by)) => self.add_role(event(by), Role::ReplacedAPlan),
            Gone::Settled(by) => self.add_role(event(by), Role::StandsForAPlan),
            Gone::Dated(by) => self.add_role(by, Role::ReplacedAPlan),
            Gone::Replaced(None) | Gone::Withheld | Gone::BeforeMaker => {}
        }
    }

    fn add_role(&mut self, thing: Thing, role: Role) {
        self.roles.entry(thing).or_default().insert(role);
    }

    /// The roles of a thing, the most telling first.
    pub(super) fn roles(&self, thing: Thing) -> Vec<Role> {
        let roles: Vec<Role> = self.roles.get(&thing).into_iter().flatten().copied().collect();
        if !roles.is_empty() {
            roles
        } else if self.approximate && !self.of.contains_key(&thing) {
            vec![Role::MayHaveChangedIt]
        } else {
            vec![Role::ChangedNothing]
        }
    }

    /// Whether the answer rests on an event as far as it came by the day in some world. One that may
    /// come later and does nothing either way does not.
    pub(super) fn came(&self, question: &Question<'_>, event: usize) -> bool {
        let thing = Thing { event, place: None };
        let Some(fates) = self.of.get(&thing) else {
            let (first, last) = question.standing(event).event.effective.bounds();
            let by = if self.approximate { first } else { last };
            return question.is_own(event) && by <= question.at;
        };
        let came = fates.keys().any(|fate| matches!(fate, Fate::Came(_)));
        let surely = came && !fates.contains_key(&Fate::ToCome);
        let did = self.roles.get(&thing).is_some_and(|roles| !roles.is_empty());
        surely || came && did
    }

    /// Whether a thing came in every world, to every part that it can reach.
    pub(super) fn surely_came(&self, question: &Question<'_>, thing: Thing) -> bool {
        match self.of.get(&thing) {
            Some(fates) => fates.keys().all(|fate| matches!(fate, Fate::Came(_))),
            None => question.bounds(thing).is_some_and(|(_, last)| last <= question.at),
        }
    }

    /// Whether an event lies later than the day in every world.
    pub(super) fn surely_later(&self, event: Thing) -> bool {
        let fates = self.of.get(&event);
        fates.is_some_and(|fates| fates.keys().all(|fate| *fate == Fate::ToCome))
    }

    /// The events still to come that stand for a plan whose day is past.
    pub(super) fn holders(&self) -> impl Iterator<Item = usize> + '_ {
        let fates = self.of.values().flat_map(BTreeMap::keys);
        fates.filter_map(|fate| match *fate {
            Fate::Held(event) => Some(event),
            Fate::Came(_) | Fate::ToCome | Fate::Pending | Fate::Gone(_) => None,
        })
    }

    /// Whether an event reaches the measure.
    pub(super) fn knows(&self, event: usize) -> bool {
        self.of.contains_key(&Thing { event, place: None })
    }

    /// Every fate of a thing.
    pub(super) fn fates(&self, thing: Thing) -> impl Iterator<Item = Fate> + '_ {
        self.of.get(&thing).into_iter().flat_map(BTreeMap::keys).copied()
    }

    /// Whether a plan took effect, in some world.
    pub(super) fn took_effect(&self, question: &Question<'_>, plan: Thing) -> bool {
        match self.of.get(&plan) {
            Some(fates) => fates.keys().any(|fate| matches!(fate, Fate::Came(_))),
            None => question.bounds(plan).is_some_and(|(first, _)| first <= question.at),
        }
    }

    /// What became of a thing where it did not come, the most telling first.
    pub(super) fn elsewhere(&self, question: &Question<'_>, thing: Thing) -> Vec<Otherwise> {
        let Some(fates) = self.of.get(&thing) else {
            return Vec::new();
        };
        let reached: BTreeSet<usize> = fates.values().flatten().copied().collect();
        let row = |(&fate, parts): (&Fate, &BTreeSet<usize>)| {
            let (reason, by, text) = told(question, thing, fate)?;
            let id = |&part: &usize| question.history.measures()[part].id().to_owned();
            let some = *parts != reached;
            let parts: Vec<String> = parts.iter().filter(|_| some).map(id).collect();
            Some(Otherwise { reason, by, parts, text })
        };
        let mut rows: Vec<Otherwise> = fates.iter().filter_map(row).collect();
        rows.sort();
        rows
    }
}

/// The role of something that came.
fn role_of(effected: Effected, way: &Way, thing: Thing) -> Vec<Role> {
    let began = way.began.contains(&thing).then_some(Role::BeganTheStatus);
    let role = match effected {
        Effected::Changed => began.is_none().then_some(Role::ChangedTheStatus),
        Effected::Again => Some(Role::GaveItAgain),
        Effected::Suspended => Some(Role::Suspended),
        Effected::Uncovered => Some(Role::Uncovered),
        Effected::Beneath => Some(Role::ChangedBeneath),
        Effected::NothingBeneath | Effected::Nothing => None,
    };
    began.into_iter().chain(role).collect()
}

/// A fate other than having come, in words.
fn told(question: &Question<'_>, thing: Thing, fate: Fate) -> Option<(Reason, Vec<u64>, String)> {
    let at = question.at;
    let event = |event| Thing { event, place: None };
    match fate {
        Fate::Came(_) => None,
        Fate::ToCome => {
            let text = match thing.place {
                None if question.fates.surely_later(thing) => format!("later than {at}"),
                None => format!("possibly later than {at}"),
                Some(_) => format!("its maker possibly comes later than {at}"),
            };
            Some((Reason::PossiblyLater, Vec::new(), text))
        }
        Fate::Pending => {
            let due = question.plan(thing).and_then(|plan| plan.effective.as_ref());
            let text = match due {
                Some(due) => format!("planned for {due}, not due by {at}"),
                None => "planned without a date: it waits for an event".to_owned(),
            };
            Some((Reason::Pending, Vec::new(), text))
        }
        Fate::Held(by) => {
            let text = format!("{} stands for it, and comes later", settler(question, thing, by));
            Some((Reason::Replaced, vec![record(question, event(by))], text))
        }
        Fate::Gone(gone) => Some(went(question, thing, gone)),
    }
}

/// Why a plan went, in words.
fn went(question: &Question<'_>, plan: Thing, gone: Gone) -> (Reason, Vec<u64>, String) {
    let event = |event| Thing { event, place: None };
    let maker = question.standing(plan.event).record;
    let act = question.plan(plan).map_or("", |plan| &plan.act);
    let cited = |by: Thing| question.cited(by);
    let (reason, by, text) = match gone {
        Gone::Named(by) => {
            let text = format!("cancelled by {}, which names @{maker}", cited(event(by)));
            (Reason::Cancelled, Some(event(by)), text)
        }
        Gone::ByKind(by) => {
            let text = format!("cancelled by {}: its act cancels a planned {act}", cited(by));
            (Reason::Cancelled, Some(by), text)
        }
        Gone::ByEnd(by) => {
            let text = format!("cancelled by {}, which ended the measure", cited(by));
            (Reason::Cancelled, Some(by), text)
        }
        Gone::Replaced(Some(by)) => {
            let text = format!("replaced by {}", cited(event(by)));
            (Reason::Replaced, Some(event(by)), text)
        }
        Gone::Replaced(None) => (Reason::Replaced, None, "replaced by an event".to_owned()),
        Gone::Settled(by) => {
            let text = format!("replaced by {}", settler(question, plan, by));
            (Reason::Replaced, Some(event(by)), text)
        }
        Gone::Dated(by) => {
            let text = format!("it had no date, and {} came with its act", cited(by));
            (Reason::Replaced, Some(by), text)
        }
        Gone::Withheld => {
            let text = "kept back on its day for an event of that day, which did not reach it";
            (Reason::Withheld, None, text.to_owned())
        }
        Gone::BeforeMaker => {
            let text = format!("its day lies before its maker's, @{maker}");
            (Reason::Contradicted, None, text)
        }
    };
    (reason, by.map(|by| record(question, by)).into_iter().collect(), text)
}

fn settler(question: &Question<'_>, plan: Thing, by: usize) -> String {
    let maker = question.standing(plan.event).record;
    format!("{}, which settles @{maker}", question.cited(Thing { event: by, place: None }))
}

fn record(question: &Question<'_>, thing: Thing) -> u64 {
    question.standing(thing.event).record
}
