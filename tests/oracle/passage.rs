//! What measures go through on their way, in every world: the statuses before each event, and
//! whether an end comes.

use std::collections::{BTreeMap, BTreeSet};

use super::day::{self, Day};
use super::history::{History, Ledger};
use super::life::{self, Cause, Life};
use super::reply;
use super::world;
use serde_json::Value;

/// Every life of one measure without parts.
pub struct Lives {
    pub measure: String,
    /// Whether no world keeps the constraints.
    pub inconsistent: bool,
    all: Vec<Life>,
    /// The record of each event.
    records: Vec<u64>,
    ended: BTreeSet<String>,
}

/// The lives of every measure without parts, in each world that the days named allow.
pub fn all(records: &[Value], probes: &[String]) -> Vec<Lives> {
    let probes: Vec<Day> = probes.iter().map(|probe| day::read(probe)).collect();
    let groups = reply::groups(&Ledger::read(records));
    let of_group = |(history, ids): &(History, Vec<String>)| of_group(history, ids, &probes);
    groups.iter().flat_map(of_group).collect()
}

fn of_group(history: &History, ids: &[String], probes: &[Day]) -> Vec<Lives> {
    let mut worlds = world::assignments(history, probes);
    let inconsistent = !worlds.iter().any(|world| world::keeps_constraints(history, world));
    worlds.retain(|world| inconsistent || world::keeps_constraints(history, world));
    let leaves = (0..history.measures.len())
        .filter(|&m| history.leaves(m) == [m] && ids.contains(&history.measures[m].id));
    let lives = leaves.map(|leaf| {
        let live = |world| {
            let order = world::order(history, world, !inconsistent, leaf);
            life::live(history, world, &order, leaf)
        };
        let kind = &history.measures[leaf].kind;
        let standings = kind.standings.iter();
        Lives {
            measure: history.measures[leaf].id.clone(),
            inconsistent,
            all: worlds.iter().map(live).collect(),
            records: history.events.iter().map(|event| event.seq).collect(),
            ended: standings.filter(|(_, s)| *s == "ended").map(|(w, _)| w.clone()).collect(),
        }
    });
    lives.collect()
}

impl Lives {
    /// The statuses just before each event that acts on the measure, by its record.
    pub fn before(&self) -> BTreeMap<u64, BTreeSet<String>> {
        let mut before: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        for life in &self.all {
            let mut status = &life.initial;
            for moment in &life.moments {
                if let Cause::Event(event) = moment.by {
                    before.entry(self.records[event]).or_default().insert(status.clone());
                }
                status = &moment.status;
            }
        }
        before
    }

    /// In which worlds the status changes to an ended one on a later day than `after` and by the
    /// end of `by`: in some, and in all.
    pub fn ended(&self, after: &str, by: &str) -> (bool, bool) {
        let (after, by) = (day::read(after), day::read(by));
        let ends = |life: &Life| {
            let before =
                std::iter::once(&life.initial).chain(life.moments.iter().map(|m| &m.status));
            life.moments.iter().zip(before).any(|(moment, before)| {
                let in_time = after < moment.day && moment.day <= by;
                in_time && moment.status != *before && self.ended.contains(&moment.status)
            })
        };
        (self.all.iter().any(ends), self.all.iter().all(ends))
    }
}
