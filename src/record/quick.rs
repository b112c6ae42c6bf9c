//! Reads a stored record in the one form in which this program writes it, and no other.
//!
//! What is stored was admitted once and is read again and again. Its keys stand in a fixed order
//! without spaces, so it can be read straight into the record, with no map of values between. Where
//! anything at all is otherwise (a key in another place, a value that admission would refuse, bytes
//! that are no JSON) this reader gives up, and the strict one ([`super::read`]) has the only word:
//! both to read what is there and to name what is wrong with it.

mod cursor;

use serde_json::Value;
use uuid::Uuid;

use super::event::{Modality, Plan, Says, Source, Stance};
use super::others::{
    Alias, Amendment, Initial, Measure, Retraction, Review, Settlement, SourceRecord,
};
use super::{Entry, Event, Record};
use cursor::Cursor;

/// An entry with the hash it carries of the one before; none where it is not in the usual form.
pub(crate) fn quick(json: &str) -> Option<(Entry, String)> {
    let mut cursor = Cursor::new(json);
    cursor.open()?;
    let seq = cursor.number("seq")??;
    let id = Uuid::try_parse(&cursor.raw("id")??).ok()?;
    let recorded = cursor.raw("recorded")??.parse().ok()?;
    let by = cursor.text("by")?;
    let key = cursor.key("key")?;
    let prev = cursor.raw("prev")??.into_owned();
    let record = record(&mut cursor)?;
    cursor.close()?;
    cursor.is_at_end().then_some((Entry { seq, id, recorded, by, key, record }, prev))
}

fn record(cursor: &mut Cursor<'_>) -> Option<Record> {
    match &*cursor.raw("record")?? {
        "event" => event(cursor).map(|event| Record::Event(event.into())),
        "measure" => measure(cursor).map(Record::Measure),
        "amendment" => amendment(cursor).map(Record::Amendment),
        "retraction" => retraction(cursor).map(Record::Retraction),
        "source" => source_record(cursor).map(Record::Source),
        "settlement" => settlement(cursor).map(Record::Settlement),
        "alias" => alias(cursor).map(Record::Alias),
        "review" => review(cursor).map(Record::Review),
        // `kind` among them: it holds a whole definition, and there are few.
        _ => None,
    }
}

fn event(cursor: &mut Cursor<'_>) -> Option<Event> {
    let event = Event {
        measure: cursor.measure("measure")??,
        act: cursor.word("act")??,
        status: cursor.nullable_text("status")?,
        effective: cursor.window("effective")??,
        announced: cursor.window("announced")?,
        modality: match cursor.raw("modality")?.as_deref() {
            None => Modality::Occurred,
            Some("expected") => Modality::Expected,
            Some(_) => return None,
        },
        actors: cursor.texts("actors")?,
        after: cursor.references("after")?,
        cancels: cursor.references("cancels")?,
        settles: cursor.references("settles")?,
        then: cursor.list("then", plan)?,
        set: cursor.attributes("set")?,
        sources: cursor.list("sources", source)?,
        instrument: cursor.text("instrument")?,
        note: cursor.text("note")?,
    };
    (!event.has_plans_before_it()).then_some(event)
}

fn plan(cursor: &mut Cursor<'_>) -> Option<Plan> {
    cursor.object(|cursor| {
        Some(Plan {
            act: cursor.word("act")??,
            status: cursor.nullable_text("status")?,
            effective: cursor.window("effective")?,
            set: cursor.attributes("set")?,
        })
    })
}

fn source(cursor: &mut Cursor<'_>) -> Option<Source> {
    let source = cursor.object(|cursor| {
        Some(Source {
            publisher: cursor.text("publisher")?,
            title: cursor.text("title")?,
            url: cursor.text("url")?,
            published: cursor.window("published")?,
            quote: cursor.text("quote")?,
            lang: cursor.text("lang")?,
            archived: cursor.text("archived")?,
            note: cursor.text("note")?,
            says: cursor.part("says", says)?.unwrap_or_default(),
            stance: match cursor.raw("stance")?.as_deref() {
                None => None,
                Some("denies") => Some(Stance::Denies),
                Some(_) => return None,
            },
        })
    })?;
    source.is_named().then_some(source)
}

fn says(cursor: &mut Cursor<'_>) -> Option<Says> {
    cursor.object(|cursor| {
        Some(Says {
            act: cursor.word("act")?,
            effective: cursor.window("effective")?,
            announced: cursor.window("announced")?,
            set: cursor.attributes("set")?,
        })
    })
}

fn measure(cursor: &mut Cursor<'_>) -> Option<Measure> {
    Some(Measure {
        measure: cursor.measure("measure")??,
        kind: cursor.word("kind")??,
        revision: revision(cursor)?,
        title: cursor.text("title")?,
        parties: cursor.texts("parties")?,
        part_of: cursor.measure("part_of")?,
        tags: cursor.texts("tags")?,
        items: cursor.texts("items")?,
        initial: cursor.part("initial", initial)?,
        note: cursor.text("note")?,
    })
}

#[allow(clippy::option_option, reason = "given up, or absent, or there")]
fn revision(cursor: &mut Cursor<'_>) -> Option<Option<u32>> {
    match cursor.number("revision")? {
        None => Some(None),
        Some(number) => u32::try_from(number).ok().map(Some),
    }
}

fn initial(cursor: &mut Cursor<'_>) -> Option<Initial> {
    cursor.object(|cursor| {
        Some(Initial { status: cursor.text("status")??, sources: cursor.list("sources", source)? })
    })
}

fn amendment(cursor: &mut Cursor<'_>) -> Option<Amendment> {
    let amendment = Amendment {
        of: cursor.reference("of")??,
        set: cursor.flat("set")?,
        because: cursor.word("because")??,
        reason: cursor.text("reason")?,
    };
    (!amendment.set.is_empty()).then_some(amendment)
}

fn retraction(cursor: &mut Cursor<'_>) -> Option<Retraction> {
    Some(Retraction {
        of: cursor.reference("of")??,
        because: cursor.word("because")??,
        reason: cursor.text("reason")?,
    })
}

fn source_record(cursor: &mut Cursor<'_>) -> Option<SourceRecord> {
    Some(SourceRecord { of: cursor.reference("of")??, source: cursor.part("source", source)?? })
}

fn settlement(cursor: &mut Cursor<'_>) -> Option<Settlement> {
    let settlement = Settlement {
        of: cursor.reference("of")??,
        field: cursor.word("field")??,
        value: cursor.part("value", Cursor::plain)??,
        reason: cursor.text("reason")?,
    };
    let fits = match (settlement.field.as_str(), &settlement.value) {
        ("effective" | "announced" | "act", Value::String(_)) | ("occurred", Value::Bool(_)) => {
            true
        }
        (_, _) => false,
    };
    fits.then_some(settlement)
}

fn alias(cursor: &mut Cursor<'_>) -> Option<Alias> {
    Some(Alias {
        measure: cursor.measure("measure")??,
        of: cursor.measure("of")??,
        note: cursor.text("note")?,
    })
}

fn review(cursor: &mut Cursor<'_>) -> Option<Review> {
    Some(Review {
        measure: cursor.measure("measure")??,
        through: cursor.raw("through")??.parse().ok()?,
        note: cursor.text("note")?,
    })
}
