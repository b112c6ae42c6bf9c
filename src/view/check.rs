//! Whether every row of the view is as it was written, and none is missing.

use std::ops::ControlFlow;

use super::cluster::{self, KINDS};
use super::follow::LOWEST_LEVEL;
use super::name;
use super::read::cluster_of;
use super::row::expect;
use super::{View, ViewError};
use crate::proof::Frontier;

impl View {
    /// Looks at every row. This takes time in proportion to the ledger; questions look at the rows
    /// they need by themselves.
    pub fn check(&self) -> Result<(), ViewError> {
        self.pages_are_sound()?;
        self.records_are_whole()?;
        self.check_derived()
    }

    /// Looks at what is derived from the records: their clusters and names.
    pub fn check_derived(&self) -> Result<(), ViewError> {
        self.clusters_are_whole()?;
        for space in 0..=2 {
            name::all(&self.connection, space, &self.tip)?;
        }
        name::awaited_are_whole(&self.connection, &self.tip)?;
        self.each_ready(|_, _| Ok(()))
    }

    /// What SQLite itself can tell.
    fn pages_are_sound(&self) -> Result<(), ViewError> {
        let found: String =
            self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        expect(found == "ok", || found.clone())
    }

    /// Every record is there, and they give the tree that is kept.
    fn records_are_whole(&self) -> Result<(), ViewError> {
        let mut frontier = Frontier::default();
        let mut wrong = None;
        self.each(|_, kept| {
            let mut nodes = Vec::new();
            frontier.push_telling(kept.hash, |level, root| nodes.push((level, root)));
            for (level, root) in nodes.into_iter().filter(|(level, _)| *level >= LOWEST_LEVEL) {
                let place = (frontier.size() >> level) - 1;
                if self.node(level, place)? != root {
                    wrong = Some((level, place));
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        expect(wrong.is_none(), || "a node of its tree".to_owned())?;
        expect(frontier == self.tip.frontier, || "its tree".to_owned())
    }

    /// Every record is in the cluster that it is said to be in, and in no other.
    fn clusters_are_whole(&self) -> Result<(), ViewError> {
        let kinds = cluster::find(&self.connection, KINDS)?;
        expect(kinds.is_some(), || "the kinds are missing".to_owned())?;
        let mut members = 0;
        for seq in 1..=self.position() {
            let of = cluster_of(&self.connection, seq)?;
            let records = cluster::find(&self.connection, of)?.unwrap_or_default();
            expect(records.binary_search(&seq).is_ok(), || format!("the cluster of @{seq}"))?;
            let first = records.first() == Some(&seq);
            members += if first { records.len() as u64 } else { 0 };
        }
        expect(members == self.position(), || "a record is in two clusters".to_owned())
    }
}
