//! Questions as people and programs put them: words in, rows out.
//!
//! A question has the words that were written, a day as `2020-01-01` or `last monday`, a measure by
//! any of its ids; what cannot be understood, or is not there, is a [`Complaint`]. An answer has the
//! rows of the pure kernel and the one JSON object around them. The command line prints both, the
//! web pages draw them; that they say the same is because it is made here.
//!
//! | member | is |
//! |---|---|
//! | `asker` | who asks: what today is, where the ledger is |
//! | `knowing`, `which` | what was known and public; which measures |
//! | `scope`, `survey` | how much of a ledger a question needs; all of it, part by part |
//! | `asked` | the ledger as a question asks for it, and what every answer says besides |
//! | `state`, `timeline`, `lanes`, `explain`, `diff`, `agenda`, `conflicts`, `log`, `show`, `measures` | the questions |
//! | `schema` | what the answers consist of, as JSON Schema |
//! | `since` | what later records changed in an answer |
//! | `complaint`, `missing` | what is wrong with a question |
//! | `written` | an answer as JSON |

pub(crate) mod agenda;
mod asked;
mod asker;
mod citation;
mod complaint;
pub(crate) mod conflicts;
pub(crate) mod diff;
pub(crate) mod effect;
pub(crate) mod explain;
mod knowing;
pub(crate) mod lanes;
pub(crate) mod log;
mod logged;
pub(crate) mod measures;
mod missing;
pub(crate) mod saying;
pub(crate) mod schema;
mod scope;
pub(crate) mod show;
mod since;
pub(crate) mod sources;
pub(crate) mod state;
mod survey;
pub(crate) mod timeline;
pub(crate) mod told;
mod which;
mod written;

pub(crate) use asked::Asked;
pub(crate) use asker::{Asker, known_words, read};
pub(crate) use complaint::{Complaint, Exit, Item};
pub(crate) use knowing::Knowing;
pub(crate) use logged::Logged;
pub(crate) use missing::{no_kind, no_measure, retraction_of};
pub(crate) use scope::Scope;
pub(crate) use survey::Part;
pub(crate) use which::{Which, one_party};
pub(crate) use written::{Rows, write_json};

/// Whether an answer is to be put into words, which takes more of the ledger than its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    /// Rows alone.
    ForPrograms,
    /// Words too.
    ForPeople,
}
