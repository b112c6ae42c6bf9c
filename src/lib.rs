//! An event-sourced ledger of policy developments.
//!
//! Developments are appended as immutable records with their sources; the status of every measure
//! on any day is rebuilt from them, in every world that the evidence allows.
//!
//! ```text
//!            append                                                   state --at D
//! words → record → admission → codec → LOG (durable) → VIEW    VIEW → codec → history → timeline → answer → words
//! ```
//!
//! | room | holds |
//! |---|---|
//! | [`time`] | days, windows of days, instants; the only reader of the clock |
//! | [`kind`] | what a kind of measure is; the built-in kinds as data |
//! | [`record`] | all that can be said, read with every problem named |
//! | [`nearest`] | what may have been meant by a misspelt word |
//! | [`codes`] | codes that others gave out: parties by ISO 3166, items by the Harmonized System |
//! | [`log`] | entries in order, durably: in a directory, or on a cluster; knows nothing of policies |
//! | [`proof`] | one hash for all entries in their order |
//! | [`codec`] | how a record is written down: the bytes that are hashed |
//! | [`history`] | the records as they stand, every correction counted in |
//! | [`timeline`] | the kernel: what follows for one measure, in all possible worlds |
//! | [`answer`] | the questions |
//! | [`export`] | answers going out: the forms of the programs that people have |
//! | [`admission`] | what may be recorded, and every reason why not |
//! | [`import`] | spreadsheets coming in: a table and rules for it, made into drafts |
//! | [`view`] | the read model: what reading needs, derived from the log |
//! | [`ledger`] | the façade: append, ask, what was known when |
//! | `ask` | questions as they are put, in words, and their answers |
//! | [`web`] | the pages, and the answers for programs |
//! | [`cli`] | the verbs |
//!
//! # An example
//!
//! Open a ledger or make one, record what happened with its source, and ask: what was it on a day,
//! and what did we know by then?
//!
//! ```
//! use std::path::Path;
//!
//! use policy_ledger::answer::{self, Filter, Row};
//! use policy_ledger::history::History;
//! use policy_ledger::ledger::{Ledger, LedgerError, Making, Opening, Writer};
//! use policy_ledger::record;
//! use policy_ledger::time::SystemClock;
//! use serde_json::json;
//!
//! fn opened(directory: &Path) -> Result<Ledger, LedgerError> {
//!     if directory.exists() {
//!         return Ledger::open(directory, &Opening::default());
//!     }
//!     Ledger::create(directory, &Making::default(), &SystemClock)
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let home = tempfile::tempdir()?;
//! # let directory = &home.path().join("my-ledger");
//! let mut ledger = opened(directory)?;
//! let records = [
//!     json!({"record": "measure", "measure": "jp.white-list.kr", "kind": "list-membership",
//!            "initial": {"status": "listed"}}),
//!     json!({"record": "event", "measure": "jp.white-list.kr", "act": "removed",
//!            "effective": "2019-08-28",
//!            "sources": [{"publisher": "METI", "published": "2019-08-02"}]}),
//! ];
//! let drafts = records.iter().map(|it| record::read(it.as_object().expect("an object")));
//! // Whatever is wrong with a record is in the error, all of it.
//! let drafts = drafts.collect::<Result<Vec<_>, _>>().expect("well-formed records");
//! ledger.append(drafts, &Writer::of(&SystemClock))?; // durable once it returns
//! drop(ledger);
//!
//! let entries = opened(directory)?.entries()?;
//! let everything = History::of(&entries, None);
//! let status = |history: &History, day: &str| -> Result<String, Box<dyn std::error::Error>> {
//!     let rows: Vec<Row> = answer::rows(history, &Filter::default(), day.parse()?);
//!     Ok(rows[0].status.clone())
//! };
//! assert_eq!(status(&everything, "2019-08-27")?, "listed");
//! assert_eq!(status(&everything, "2019-08-28")?, "removed");
//! // When only the first record was known, it was on the list for all we knew.
//! assert_eq!(status(&History::of(&entries[..1], None), "2019-08-28")?, "listed");
//! # Ok(())
//! # }
//! ```
//!
//! # What holds everywhere
//!
//! - What is acknowledged is durable; what is recorded never changes; an old answer never changes.
//! - The rooms from `time` to `answer`, and `import`, are pure: no files, no clock, no environment.
//! - A room uses only rooms of lower floors (`tests/tidy.rs` has the table).
//! - No order of a hash map reaches an answer or the bytes.
//!
//! `docs/model.md` says what the answers mean, `docs/format.md` what is on the disk.

pub mod admission;
pub mod answer;
mod ask;
pub mod cli;
pub mod codec;
pub mod codes;
pub mod export;
mod files;
pub mod history;
pub mod import;
pub mod kind;
pub mod ledger;
pub mod log;
pub mod nearest;
pub mod proof;
pub mod record;
pub mod time;
pub mod timeline;
pub mod view;
pub mod web;
