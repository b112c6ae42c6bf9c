//! The oracle: small histories answered by brute force, to compare the program's kernel with.
//!
//! It shares no code with the program (only the kinds' data files), prefers being obviously right
//! to being fast, and knows the whole of every possible world while it lives it:
//! - [`day`] reads dates, [`kind`] the kinds, [`history`] what the records say when all
//!   amendments, retractions and settlements are read;
//! - [`world`] lists every assignment of days to dates, and orders the events of one;
//! - [`life`] lives one measure through one world, day by day;
//! - [`reply`] gathers the worlds into an [`Answer`];
//! - [`passage`] tells what is gone through on the way;
//! - [`generate`] makes random histories, [`compare`] finds and shrinks disagreements;
//! - [`examples`] are cases worked out by hand from the documented meaning.

pub mod compare;
pub mod day;
pub mod examples;
pub mod generate;
pub mod history;
pub mod kind;
pub mod life;
pub mod passage;
pub mod random;
pub mod reply;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The status of one measure at the end of one day, with everything recorded known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the four flags of an answer")]
pub struct Answer {
    /// A status, `undetermined` (several are possible), or `mixed` (parts certainly differ).
    pub status: String,
    /// The status in every possible world; for a whole whose parts differ in one: `mixed`.
    pub possible: BTreeSet<String>,
    /// First day of the unbroken run of the status: earliest and latest over all worlds.
    /// The outer `None`: initial, undetermined or mixed. An inner `None`: no bound on that side.
    pub since: Option<(Option<String>, Option<String>)>,
    /// Numbers of the records that began the run or last gave the status, in any world.
    pub because: BTreeSet<u64>,
    /// Attributes that have one value in all worlds.
    pub attributes: BTreeMap<String, Value>,
    /// Attributes whose value differs between worlds.
    pub possible_attributes: BTreeSet<String>,
    /// One source alone would change `status` or `possible`.
    pub contested: bool,
    /// In some world the answer rests on what nobody has yet said to have happened.
    pub unconfirmed: bool,
    /// No world keeps all constraints.
    pub inconsistent: bool,
    /// The parts of the whole certainly differ.
    pub mixed: bool,
}

/// Answers for one measure at the end of one day (`YYYY-MM-DD`).
pub fn answer(records: &[Value], measure: &str, at: &str) -> Answer {
    let mut all = answers(records, &[at.to_owned()]);
    let key = (measure.to_owned(), at.to_owned());
    all.remove(&key).expect("the measure is declared")
}

/// Answers for every measure at the end of each of the `probes`.
pub fn answers(records: &[Value], probes: &[String]) -> BTreeMap<(String, String), Answer> {
    reply::all(records, probes)
}
