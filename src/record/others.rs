//! Every record but the event: measures, corrections, evidence, kinds, aliases, reviews.

use serde::Serialize;
use serde_json::{Map, Value};

use super::event::{says, source, stance};
use super::fields::{ATTRIBUTES_FORM, Fields, attributes};
use super::{Code, Reference, Refusal, Says, Source, Stance};
use crate::time::Day;

/// Something whose status is tracked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// Its id; never changes and is never reused.
    pub measure: String,
    /// The sort of measure; defines its statuses and acts.
    pub kind: String,
    /// The revision of the built-in kind it was declared with; set by the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// A name for people: a thing, not an action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who is bound or concerned: ISO 3166 codes where they are countries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<String>,
    /// The whole it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    /// Free words to find it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The goods or things covered, such as HS codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// The status before its first event, if not the kind's initial one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial: Option<Initial>,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A baseline: it was so when tracking began.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Initial {
    /// The status.
    pub status: String,
    /// The evidence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

/// What a record should say instead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Amendment {
    /// The record (or an amendment of it).
    pub of: Reference,
    /// The fields and their right values; null takes one away.
    pub set: Map<String, Value>,
    /// Why, as a word: `better-source`.
    pub because: String,
    /// Why, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A record that should not exist.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Retraction {
    /// The record.
    pub of: Reference,
    /// Why, as a word: `entered-by-mistake`.
    pub because: String,
    /// Why, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A source that was found later.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceRecord {
    /// The event.
    pub of: Reference,
    /// The evidence.
    pub source: Source,
}

/// Which value is followed where sources disagree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settlement {
    /// The event.
    pub of: Reference,
    /// `effective`, `announced`, `act`, `set` or `occurred`.
    pub field: String,
    /// The value followed; true or false for `occurred`, the attributes that are decided for `set`.
    pub value: Value,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A kind, defined or laid over one that is there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindRecord {
    /// Its name.
    pub kind: String,
    /// The revision of the built-in kind it is laid over; set by the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// The definition, or what changes in it.
    pub definition: Map<String, Value>,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A second id for a measure; both resolve for ever.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alias {
    /// The new id.
    pub measure: String,
    /// The measure it also names.
    pub of: String,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Somebody looked and found nothing newer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// The measure.
    pub measure: String,
    /// The last day that was looked through, inclusive.
    pub through: Day,
    /// What was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

pub(super) fn measure(fields: &mut Fields<'_>) -> Option<Measure> {
    let id = fields.measure("measure");
    let kind = fields.word("kind");
    Some(Measure {
        revision: fields.number("revision"),
        title: fields.text("title"),
        parties: fields.texts("parties"),
        part_of: fields.optional_measure("part_of"),
        tags: fields.texts("tags"),
        items: fields.texts("items"),
        initial: fields.object("initial", initial),
        note: fields.text("note"),
        measure: id?,
        kind: kind?,
    })
}

fn initial(fields: &mut Fields<'_>) -> Option<Initial> {
    let status = fields.required_text("status");
    let sources = fields.objects("sources", source);
    Some(Initial { status: status?, sources })
}

pub(super) fn amendment(fields: &mut Fields<'_>) -> Option<Amendment> {
    let of = fields.reference("of");
    let set = fields.map("set");
    let because = fields.word("because");
    let reason = fields.text("reason");
    if set.as_ref().is_some_and(Map::is_empty) {
        fields.problem(Refusal::new(Code::MissingField, "`set` names no field to change"));
    }
    Some(Amendment { of: of?, set: set?, because: because?, reason })
}

pub(super) fn retraction(fields: &mut Fields<'_>) -> Option<Retraction> {
    let of = fields.reference("of");
    let because = fields.word("because");
    let reason = fields.text("reason");
    Some(Retraction { of: of?, because: because?, reason })
}

pub(super) fn source_record(fields: &mut Fields<'_>) -> Option<SourceRecord> {
    let of = fields.reference("of");
    let inner = fields.object("source", source);
    let outer_says = fields.object("says", |inside| Some(says(inside))).unwrap_or_default();
    let outer_stance = stance(fields);
    let mut source = inner.or_else(|| {
        fields.problem(Refusal::new(Code::MissingField, "`source` is missing or not usable"));
        None
    })?;
    merge(&mut source, outer_says, outer_stance, fields);
    Some(SourceRecord { of: of?, source })
}

/// `says` and `stance` may stand beside the source or in it, not in both places.
fn merge(source: &mut Source, says: Says, stance: Option<Stance>, fields: &mut Fields<'_>) {
    if !says.is_empty() && !source.says.is_empty() || stance.is_some() && source.stance.is_some() {
        let message = "`says` and `stance` stand beside the source or in it, not in both places";
        fields.problem(Refusal::new(Code::BadValue, message));
    }
    if !says.is_empty() {
        source.says = says;
    }
    source.stance = stance.or(source.stance);
}

/// The fields that a settlement can set.
const SETTLED: &str = "`effective`, `announced`, `act`, `set` or `occurred`";

pub(super) fn settlement(fields: &mut Fields<'_>) -> Option<Settlement> {
    let of = fields.reference("of");
    let field = fields.word("field");
    let value = fields.any("value");
    let reason = fields.text("reason");
    let (field, value) = (field?, value?);
    let (fits, expected) = match field.as_str() {
        "effective" | "announced" | "act" => (value.is_string(), "a text"),
        "set" => (attributes(&value).is_some(), ATTRIBUTES_FORM),
        "occurred" => (value.is_boolean(), "true or false"),
        _ => {
            let message = format!("`field` must be {SETTLED}, not `{field}`");
            fields.problem(Refusal::new(Code::BadValue, message));
            return None;
        }
    };
    if !fits {
        let message = format!("`value` of `{field}` must be {expected}, not {value}");
        fields.problem(Refusal::new(Code::BadValue, message));
    }
    Some(Settlement { of: of?, field, value, reason })
}

pub(super) fn kind(fields: &mut Fields<'_>) -> Option<KindRecord> {
    let kind = fields.word("kind");
    let revision = fields.number("revision");
    let definition = fields.map("definition");
    let note = fields.text("note");
    Some(KindRecord { kind: kind?, revision, definition: definition?, note })
}

pub(super) fn alias(fields: &mut Fields<'_>) -> Option<Alias> {
    let measure = fields.measure("measure");
    let of = fields.measure("of");
    let note = fields.text("note");
    Some(Alias { measure: measure?, of: of?, note })
}

pub(super) fn review(fields: &mut Fields<'_>) -> Option<Review> {
    let measure = fields.measure("measure");
    let through = fields.required_day("through");
    let note = fields.text("note");
    Some(Review { measure: measure?, through: through?, note })
}
