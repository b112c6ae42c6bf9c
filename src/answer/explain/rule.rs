//! The rule that decided, and those that had a part in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::question::Question;
use super::words::{Reason, Role, RuleWord};
use super::{Deciding, Unused, Used};
use crate::answer::state::Row;
use crate::time::Day;
use crate::timeline::{Fate, Gone, Thing};

/// A rule of the model (`docs/model.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ruling {
    /// Its word.
    pub word: RuleWord,
    /// What it says about this answer.
    pub text: String,
    /// The other rules that had a part in it.
    pub also: Vec<Ruling>,
}

/// The rule that decided an answer.
pub(super) fn of(
    question: &Question<'_>,
    answer: &Row,
    used: &[Used],
    not_used: &[Unused],
    deciding: &[Deciding],
) -> Ruling {
    let word = main(question, answer, used);
    let mut also = beside(question, answer, used, not_used);
    also.remove(&word);
    let also = also.into_iter().map(|word| Ruling::new(word, in_general(word).to_owned()));
    let also = also.collect();
    Ruling { also, ..Ruling::new(word, about(question, answer, word, deciding)) }
}

impl Ruling {
    fn new(word: RuleWord, text: String) -> Self {
        Self { word, text, also: Vec::new() }
    }
}

fn main(question: &Question<'_>, answer: &Row, used: &[Used]) -> RuleWord {
    let is_whole = question.history.innermost(question.measure) != [question.measure];
    if answer.flags.contains(&"approximate") {
        RuleWord::TooManyWorlds
    } else if !answer.certain {
        RuleWord::DatesOverlap
    } else if answer.flags.contains(&"mixed") {
        RuleWord::MixedWhole
    } else if is_whole {
        RuleWord::SharedByTheParts
    } else {
        of_one(question, answer, used)
    }
}

/// The rule for one measure with one status.
fn of_one(question: &Question<'_>, answer: &Row, used: &[Used]) -> RuleWord {
    let givers = &question.fates.givers;
    let uncovers = |thing: &Thing| question.fates.roles(*thing).contains(&Role::Uncovered);
    if givers.is_empty() {
        let given = used.iter().any(|used| used.role == Role::InitialStatus);
        if given { RuleWord::InitialGiven } else { RuleWord::InitialOfTheKind }
    } else if answer.standing == "suspended" {
        RuleWord::SuspensionLiesOver
    } else if givers.iter().any(uncovers) {
        RuleWord::SuspensionOver
    } else if givers.iter().any(|thing| thing.place.is_some()) {
        RuleWord::PlanTookEffect
    } else {
        RuleWord::LastAct
    }
}

/// What a rule says about this answer.
fn about(question: &Question<'_>, answer: &Row, word: RuleWord, deciding: &[Deciding]) -> String {
    let at = question.at;
    let cited = || {
        let givers = question.fates.givers.iter();
        let mut givers: Vec<Thing> = givers.copied().collect();
        givers.sort_by_cached_key(|&thing| super::used::order(question, thing));
        let cited: Vec<String> = givers.into_iter().map(|thing| question.cited(thing)).collect();
        cited.join(", ")
    };
    let general = in_general(word);
    match word {
        RuleWord::DatesOverlap => {
            let dates = deciding.iter().map(|it| {
                let plan = it.place.map_or("", |_| "a plan of ");
                format!("{plan}@{} ({}, {})", it.record, it.act, it.effective.text)
            });
            format!("{general} It depends on {}.", dates.collect::<Vec<_>>().join(", "))
        }
        RuleWord::MixedWhole => {
            let parts = answer.parts.iter().map(|(status, count)| format!("{count} {status}"));
            format!("{general} Here: {}.", parts.collect::<Vec<_>>().join(", "))
        }
        RuleWord::InitialOfTheKind => {
            format!("{general} Nothing that counts gave one by {at}.")
        }
        RuleWord::InitialGiven => {
            format!("{general} Nothing that counts gave another by {at}.")
        }
        RuleWord::PlanTookEffect
        | RuleWord::SuspensionOver
        | RuleWord::SuspensionLiesOver
        | RuleWord::LastAct => format!("{general} By {at} that is {}.", cited()),
        RuleWord::TooManyWorlds
        | RuleWord::SharedByTheParts
        | RuleWord::CancelledByName
        | RuleWord::CancelledByKind
        | RuleWord::CancelledByEnd
        | RuleWord::PlanReplaced
        | RuleWord::PlanSettled
        | RuleWord::SameDayOrder
        | RuleWord::Inconsistent => general.to_owned(),
    }
}

/// What a rule says.
fn in_general(word: RuleWord) -> &'static str {
    match word {
        RuleWord::TooManyWorlds => {
            "There are too many combinations of dates to count: every status that can be reached is \
             named."
        }
        RuleWord::DatesOverlap => {
            "The answer is not the same for every day on which the uncertain dates can fall."
        }
        RuleWord::MixedWhole => "A whole has the status that its parts share; these differ.",
        RuleWord::SharedByTheParts => "A whole has the status that its parts share.",
        RuleWord::InitialOfTheKind => {
            "Before its first event a measure has its kind's first status."
        }
        RuleWord::InitialGiven => {
            "Before its first event a measure has the status given when it was declared."
        }
        RuleWord::PlanTookEffect => {
            "A plan takes effect on its day unless it was cancelled or replaced by then."
        }
        RuleWord::SuspensionOver => "When a suspension ends, what lies beneath it holds again.",
        RuleWord::SuspensionLiesOver => {
            "A suspension lies over the status beneath it until it is resumed or another status is \
             given."
        }
        RuleWord::LastAct => "The last act that gives a status decides.",
        RuleWord::CancelledByName => "An event cancels the plans of the events that it names.",
        RuleWord::CancelledByKind => "An act cancels the plans that its kind lists for it.",
        RuleWord::CancelledByEnd => "What ends a measure cancels all its pending plans.",
        RuleWord::PlanReplaced => {
            "An event comes in the place of the earliest due pending plan with its act."
        }
        RuleWord::PlanSettled => {
            "An event that settles the maker of a plan stands for that plan, even after its day."
        }
        RuleWord::SameDayOrder => {
            "On one day plans come before events, and each in the kind's order of acts, unless \
             something else is said of their order."
        }
        RuleWord::Inconsistent => {
            "What is said of the order of the dates cannot all be true: the answer is given as if \
             none of it had been said."
        }
    }
}

/// The rules that had a part in an answer.
fn beside(
    question: &Question<'_>,
    answer: &Row,
    used: &[Used],
    not_used: &[Unused],
) -> BTreeSet<RuleWord> {
    let mut words = of_plans(question, not_used);
    if answer.flags.contains(&"inconsistent") {
        words.insert(RuleWord::Inconsistent);
    }
    if on_one_day(used) {
        words.insert(RuleWord::SameDayOrder);
    }
    if used.iter().any(|used| used.roles.contains(&Role::ChangedBeneath)) {
        words.insert(RuleWord::SuspensionLiesOver);
    }
    words
}

/// The rules by which plans went.
fn of_plans(question: &Question<'_>, not_used: &[Unused]) -> BTreeSet<RuleWord> {
    let plans = not_used.iter().filter(|row| row.place.is_some());
    let gone = plans.filter(|row| matches!(row.reason, Reason::Cancelled | Reason::Replaced));
    let things = gone.filter_map(|row| {
        Some(Thing { event: question.history.event_of(row.record)?, place: row.place })
    });
    let fates = things.flat_map(|thing| question.fates.fates(thing));
    fates.filter_map(of_fate).collect()
}

fn of_fate(fate: Fate) -> Option<RuleWord> {
    match fate {
        Fate::Gone(Gone::Named(_)) => Some(RuleWord::CancelledByName),
        Fate::Gone(Gone::ByKind(_)) => Some(RuleWord::CancelledByKind),
        Fate::Gone(Gone::ByEnd(_)) => Some(RuleWord::CancelledByEnd),
        Fate::Gone(Gone::Replaced(_) | Gone::Dated(_)) => Some(RuleWord::PlanReplaced),
        Fate::Gone(Gone::Settled(_)) | Fate::Held(_) => Some(RuleWord::PlanSettled),
        Fate::Gone(Gone::Withheld | Gone::BeforeMaker)
        | Fate::Came(_)
        | Fate::ToCome
        | Fate::Pending => None,
    }
}

/// Whether several things that give a status came on one day, the one that decides among them.
fn on_one_day(used: &[Used]) -> bool {
    let mut of_days: BTreeMap<(&str, Day), (usize, bool)> = BTreeMap::new();
    for used in used.iter().filter(|used| used.roles.iter().any(|role| role.gives_a_status())) {
        let date = used.effective.as_ref();
        let day = date.and_then(|date| date.earliest.filter(|_| date.earliest == date.latest));
        if let Some(day) = day {
            let (things, decides) = of_days.entry((used.measure.as_str(), day)).or_default();
            *things += 1;
            *decides |= matches!(used.role, Role::BeganTheStatus | Role::GaveItAgain);
        }
    }
    of_days.into_values().any(|(things, decides)| things > 1 && decides)
}
