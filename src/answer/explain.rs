//! Why is the answer what it is? What it rests on, what does not count and for which reason, the
//! rule that decides, and what would be answered with everything recorded and public.
//!
//! | room | does |
//! |---|---|
//! | `question` | what is asked, with all that the kernel tells of it |
//! | `scope` | which events an explanation speaks of |
//! | `fates` | what became of each event and plan, in words |
//! | `needed` | later events without which the answer would be another one |
//! | `used` | what the answer rests on |
//! | `unused` | events and plans that do not count |
//! | `corrected` | wordings and sources that are not followed |
//! | `unknown` | what was recorded later |
//! | `rule` | the rule that decides |
//! | `deciding` | whose day, or whose word, would change the answer |
//! | `words` | the closed lists of words |

mod corrected;
mod deciding;
mod fates;
mod needed;
mod question;
mod rule;
mod scope;
mod unknown;
mod unused;
mod used;
mod words;

use serde::Serialize;
use serde_json::Value;

use super::state::{Dated, Filter, Row, rows};
use crate::history::History;
use crate::record::{Entry, Says, Source, Stance};
use crate::time::{Day, Instant};
use question::Question;

pub use deciding::{Contesting, Deciding, OnDay};
pub use rule::Ruling;
pub use words::{Reason, Role, RuleWord, What};

/// What an explanation is made from.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'g> {
    /// The records that were known, with what was public, as they stand.
    pub history: &'g History,
    /// All records as they stand, public or not.
    pub everything: &'g History,
    /// All records there are, in record order; there may be gaps.
    pub entries: &'g [Entry],
    /// The number of the last record that was known.
    pub records: u64,
    /// The point of knowledge as it was asked for; none where everything recorded counts.
    pub known: Option<&'g str>,
    /// Only what was public by the end of this day counted.
    pub public: Option<Day>,
}

/// Why a measure has its status on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The measure's id.
    pub measure: String,
    /// The answer, as `state` gives it.
    pub answer: Row,
    /// What the answer rests on, in the order of the world.
    pub used: Vec<Used>,
    /// What does not count, by date.
    pub not_used: Vec<Unused>,
    /// The rule that decided.
    pub rule: Ruling,
    /// The uncertain dates that decide an undetermined answer.
    pub deciding: Vec<Deciding>,
    /// The unsettled sources each of which alone would change the answer.
    pub contested: Vec<Contesting>,
    /// What is answered with everything recorded and everything public; none where that is the very
    /// same row, and where the measure was withdrawn since.
    pub with_everything: Option<Row>,
}

/// Something that the answer rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Used {
    /// The record: the event, the maker of the plan, or the measure's own.
    pub record: u64,
    /// Whether it is an event, a plan, or the measure's declaration.
    pub what: What,
    /// The plan's place in the maker's `then`, from 0.
    pub place: Option<usize>,
    /// The measure it acts on.
    pub measure: String,
    /// The act; none for a declaration.
    pub act: Option<String>,
    /// The status it leads to, where it leads to one of its own.
    pub status: Option<String>,
    /// When it took effect; none for a declaration.
    pub effective: Option<Dated>,
    /// The most telling of its roles.
    pub role: Role,
    /// All its roles, in any world and part, the most telling first.
    pub roles: Vec<Role>,
    /// Whether it came by the day in every world, and in every part that it reaches.
    pub certain: bool,
    /// What became of it in other worlds or other parts.
    pub otherwise: Vec<Otherwise>,
    /// The records that amended or settled it, in record order.
    pub amended_by: Vec<u64>,
    /// When it was recorded.
    pub recorded: Option<Instant>,
    /// The evidence; a plan has its maker's.
    pub sources: Vec<Evidence>,
}

/// Something that does not count.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unused {
    /// The record: the event, the maker of the plan, the event whose wording it was, the record that
    /// brought the source, or the later correction.
    pub record: u64,
    /// What does not count.
    pub what: What,
    /// The plan's place in the maker's `then`, from 0.
    pub place: Option<usize>,
    /// The event that a wording, a source or a correction is about.
    pub of: Option<u64>,
    /// The measure it would act on.
    pub measure: String,
    /// The act, of an event or plan.
    pub act: Option<String>,
    /// When it would have its effect.
    pub effective: Option<Dated>,
    /// The main reason.
    pub reason: Reason,
    /// The records that are the reason.
    pub by: Vec<u64>,
    /// The field of a wording or of a source.
    pub field: Option<String>,
    /// What is not followed.
    pub from: Option<Value>,
    /// What is followed instead.
    pub to: Option<Value>,
    /// The reason as a sentence.
    pub text: String,
    /// What else became of it, in other worlds or other parts.
    pub otherwise: Vec<Otherwise>,
    /// When it was recorded.
    pub recorded: Option<Instant>,
}

/// What became of something in some world or part only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Otherwise {
    /// The reason why it does not count there.
    pub reason: Reason,
    /// The records that are the reason.
    pub by: Vec<u64>,
    /// The innermost parts of which it holds; empty where it is the same for all.
    pub parts: Vec<String>,
    /// The reason as a sentence.
    pub text: String,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// Who published it.
    pub publisher: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Where it is.
    pub url: Option<String>,
    /// When it was published.
    pub published: Option<Dated>,
    /// A few of its words.
    pub quote: Option<String>,
    /// Their language (BCP 47).
    pub lang: Option<String>,
    /// Where a copy is kept.
    pub archived: Option<String>,
    /// `denies`: it says that the event did not happen.
    pub stance: Option<Stance>,
    /// What it says otherwise than the event.
    pub says: Option<Says>,
}

impl From<&Source> for Evidence {
    fn from(source: &Source) -> Self {
        let says = &source.says;
        Self {
            publisher: source.publisher.clone(),
            title: source.title.clone(),
            url: source.url.clone(),
            published: source.published.as_ref().map(Dated::from),
            quote: source.quote.clone(),
            lang: source.lang.clone(),
            archived: source.archived.clone(),
            stance: source.stance,
            says: (!says.is_empty()).then(|| says.clone()),
        }
    }
}

/// Explains the answer about a measure (an index into the history) at the end of a day; none for a
/// retracted measure.
///
/// `answer` and `used` rest on what was known alone. What is said of later records, and
/// `with_everything`, change as the ledger grows: that is what they are for.
#[must_use]
pub fn explain(grounds: &Grounds<'_>, measure: usize, at: Day) -> Option<Explanation> {
    let answer = state(grounds.history, measure, at)?;
    let question = Question::new(grounds, measure, at);
    let used = used::rows(&question);
    let not_used = unused::rows(&question);
    let deciding = deciding::dates(&question);
    Some(Explanation {
        measure: answer.measure.clone(),
        rule: rule::of(&question, &answer, &used, &not_used, &deciding),
        contested: deciding::sides(&question),
        with_everything: with_everything(grounds, &answer, at),
        used,
        not_used,
        deciding,
        answer,
    })
}

fn state(history: &History, measure: usize, at: Day) -> Option<Row> {
    rows(history, &Filter { measures: vec![measure], ..Filter::default() }, at).pop()
}

fn with_everything(grounds: &Grounds<'_>, answer: &Row, at: Day) -> Option<Row> {
    let measure = grounds.everything.measure(&answer.measure)?;
    state(grounds.everything, measure, at).filter(|row| row != answer)
}
