//! Is our record sensible? What contradicts itself, what seems to be missing, what a reader should
//! know. A fact is never refused for any of this (`docs/check.md` has the rules).

mod codes;
mod dates;
mod duplicates;
mod evidence;
mod expectations;
mod order;
mod references;
mod titles;
mod transitions;
mod worlds;

use std::collections::BTreeSet;

use serde::Serialize;

use super::agenda::scope;
use super::state::Filter;
use crate::history::{History, Standing};
use crate::record::{Entry, numbered};
use crate::time::Day;

/// One thing to look at. Its JSON form is the contract of `check` (`docs/check.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The name of the rule.
    pub rule: &'static str,
    /// How grave it is; the same for all findings of a rule.
    pub level: Level,
    /// The id of the measure it is about.
    pub measure: String,
    /// The measure's title, or its id where it has none.
    pub title: String,
    /// The records it is about, in record order.
    pub records: Vec<u64>,
    /// What is the matter, in one sentence.
    pub message: String,
}

impl Finding {
    /// Its place among others: they are sorted by it.
    #[must_use]
    pub fn turn(&self) -> impl Ord + use<> {
        let rule = RULES.iter().position(|rule| rule.name == self.rule);
        (self.level, rule, self.records.clone(), self.measure.clone(), self.message.clone())
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The records contradict one another.
    Error,
    /// Something is probably wrong or missing.
    Warning,
    /// Worth knowing; often all is well.
    Note,
}

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// How grave what it finds is.
    pub level: Level,
}

const fn rule(name: &'static str, level: Level) -> Rule {
    Rule { name, level }
}

/// Every rule, in the order in which findings of one level are listed.
pub const RULES: [Rule; 17] = [
    worlds::INCONSISTENT,
    transitions::IMPOSSIBLE,
    order::RECORD_ORDER,
    duplicates::DUPLICATE,
    dates::IMPLAUSIBLE_YEAR,
    dates::DATED_AFTER_RECORD,
    evidence::NO_SOURCE,
    codes::AMBIGUOUS_PARTY,
    expectations::UNCONFIRMED_PLAN,
    evidence::REPORTED_AHEAD,
    expectations::UNMET,
    expectations::LAPSED,
    duplicates::POSSIBLE_DUPLICATE,
    references::IDLE_REFERENCE,
    titles::NAMES_ACTION,
    codes::ITEM_CODE,
    worlds::TOO_MANY,
];

/// Everything the rules find about some measures, their parts and the wholes above them, as one
/// sees it on a day: errors first, then in the order of [`RULES`], then by record.
#[must_use]
pub fn check(history: &History, entries: &[Entry], filter: &Filter, on: Day) -> Vec<Finding> {
    let asked = filter.asked(history);
    let scope = scope(history, &asked);
    let checked = Checked { history, entries, scope, on };
    let rules = [
        worlds::check,
        transitions::check,
        order::check,
        duplicates::check,
        dates::check,
        evidence::check,
        expectations::check,
        references::check,
        titles::check,
        codes::check,
    ];
    let mut found: Vec<Finding> = rules.iter().flat_map(|rule| rule(&checked)).collect();
    found.sort_by_cached_key(Finding::turn);
    found.dedup();
    found
}

/// What is checked: some measures, as one sees them on a day.
struct Checked<'h> {
    history: &'h History,
    entries: &'h [Entry],
    scope: BTreeSet<usize>,
    on: Day,
}

impl<'h> Checked<'h> {
    /// The events of the measures that stand and are visible, expected or not, with their indexes.
    fn events(&self) -> impl Iterator<Item = (usize, &'h Standing)> + '_ {
        let events = self.history.events().iter().enumerate();
        events.filter(|(_, standing)| self.concerns(standing))
    }

    fn concerns(&self, standing: &Standing) -> bool {
        standing.is_live() && standing.measure.is_some_and(|m| self.scope.contains(&m))
    }

    /// The innermost parts of the measures.
    fn leaves(&self) -> BTreeSet<usize> {
        self.scope.iter().flat_map(|&measure| self.history.innermost(measure)).collect()
    }

    /// The day (UTC) on which a record was made.
    fn recorded(&self, record: u64) -> Option<Day> {
        numbered(self.entries, record).map(|entry| entry.recorded.day())
    }

    fn finding(
        &self,
        rule: Rule,
        measure: usize,
        records: impl IntoIterator<Item = u64>,
        message: String,
    ) -> Finding {
        let tracked = &self.history.measures()[measure];
        let records: BTreeSet<u64> = records.into_iter().collect();
        Finding {
            rule: rule.name,
            level: rule.level,
            measure: tracked.id().to_owned(),
            title: tracked.title().to_owned(),
            records: records.into_iter().collect(),
            message,
        }
    }

    /// A finding about one event.
    fn about(&self, rule: Rule, standing: &Standing, message: String) -> Option<Finding> {
        Some(self.finding(rule, standing.measure?, [standing.record], message))
    }
}

/// An event in a few words: `removed` on 2019-08-28.
fn named(standing: &Standing) -> String {
    format!("`{}` on {}", standing.event.act, standing.event.effective)
}

/// Words as a list: a, b or c.
fn listed(words: impl IntoIterator<Item = String>, last: &str) -> String {
    let words: Vec<String> = words.into_iter().collect();
    match words.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
        None => String::new(),
    }
}
