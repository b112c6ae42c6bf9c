//! `ledger amend` asked of a person: did the world change, or was our record wrong; then what and
//! why, what would change, and whether to record it.

use serde_json::{Map, Value};

use super::{Amend, VERB};
use crate::ask::{Asked, Asker, Knowing, Scope};
use crate::cli::asking::{Asking, Choice, Stopped, choose, letter, not_recorded, optional, until};
use crate::cli::complaint::{Complaint, Exit, Item};
use crate::cli::desk::Desk;
use crate::cli::page::{Page, remark};
use crate::cli::safe::flag;
use crate::cli::writing::ready;
use crate::export::said;
use crate::history::Corrections;
use crate::record::{Entry, Record, Reference};
use crate::time::{Day, window_in_words};

/// Fields with which an event says what happened in the world.
const OF_THE_WORLD: [&str; 3] = ["effective", "act", "then"];

/// Fields of an event, in the order in which they are offered.
const OF_EVENT: [&str; 14] = [
    "effective",
    "act",
    "announced",
    "then",
    "note",
    "status",
    "set",
    "actors",
    "instrument",
    "modality",
    "after",
    "cancels",
    "settles",
    "measure",
];

/// Fields of a declaration of a measure.
const OF_MEASURE: [&str; 6] = ["title", "parties", "tags", "part_of", "initial", "note"];

/// What no amendment changes.
const FIXED: [&str; 6] = ["record", "id", "recorded", "by", "key", "revision"];

/// The usual reasons.
const REASONS: [(&str, &str); 3] = [
    ("better-source", "a better source says otherwise"),
    ("entered-by-mistake", "it was entered wrongly"),
    ("typo", "a slip of the pen"),
];

/// Asks for what was not given, and records it when told to.
pub(super) fn run(given: &Amend, desk: &Desk, asking: &mut dyn Asking) -> Result<Page, Complaint> {
    ready(desk, VERB)?;
    let asked = Asked::about(desk, &Knowing::default(), &Scope::records([&given.of]))?;
    let entry = subject(&asked, &given.of)?;
    asking.say(&format!("@{} {}\n", entry.seq, said(entry, &asked.history, &asked.entries)));
    let now = as_it_stands(&asked, entry);
    if let Some(command) = happened(given, desk, asking, entry)? {
        asking
            .say(&format!("Then it is a new event, and the record stays as it is:\n  {command}\n"));
        return Err(not_recorded("no correction"));
    }
    let mut amend = given.clone();
    fields(&mut amend, asking, &now, desk.today())?;
    reasons(&mut amend, asking)?;
    drop(asked);
    confirm(&amend, desk, asking)
}

/// The event or measure that is to be corrected; an amendment stands for what it is about.
fn subject<'a>(asked: &'a Asked<'_>, words: &str) -> Result<&'a Entry, Complaint> {
    let mut reference = Reference::parse(words);
    for _ in 0..=asked.entries().len() {
        let seq = reference.and_then(|reference| asked.history.names().resolve(&reference).ok());
        let Some(entry) = seq.and_then(|seq| asked.entry(seq)) else { break };
        match &entry.record {
            Record::Event(_) | Record::Measure(_) => return Ok(entry),
            Record::Amendment(amendment) => reference = Some(amendment.of.clone()),
            Record::Kind(_)
            | Record::Alias(_)
            | Record::Review(_)
            | Record::Retraction(_)
            | Record::Source(_)
            | Record::Settlement(_) => return Err(no_subject(entry)),
        }
    }
    let item = Item::new("unknown-reference", format!("no record `{words}`")).help("log");
    Err(Complaint::new(Exit::Missing, item))
}

fn no_subject(entry: &Entry) -> Complaint {
    let (seq, kind) = (entry.seq, entry.record.kind());
    let message = format!(
        "`@{seq}` is a {kind} record: only an event, a measure or an amendment of one is amended"
    );
    let item = Item::new("wrong-reference", message).help(format!("show @{seq}"));
    Complaint::new(Exit::Refused, item)
}

/// What the record says, its corrections counted in.
fn as_it_stands(asked: &Asked<'_>, entry: &Entry) -> Map<String, Value> {
    Corrections::of(asked.entries(), &asked.history).amended(entry, u64::MAX)
}

// The world, or our record

/// Whether something new happened: then the command that records it.
fn happened(
    given: &Amend,
    desk: &Desk,
    asking: &mut dyn Asking,
    entry: &Entry,
) -> Result<Option<String>, Stopped> {
    let Record::Event(event) = &entry.record else { return Ok(None) };
    let field = |set: &String| set.split('=').next().map(str::to_owned).unwrap_or_default();
    let set: Vec<String> = given.set.iter().map(field).collect();
    let of_world = set.is_empty() || set.iter().any(|name| OF_THE_WORLD.contains(&&**name));
    if given.because.is_some() || !of_world {
        return Ok(None);
    }
    let choices = [
        Choice::new("wrong", "our record was wrong: it never was as it says"),
        Choice::new("changed", "the world changed: it was so, and then something happened"),
    ];
    let place =
        choose(asking, "Was our record wrong, or did the world change", &choices, 2, false)?;
    if place != Some(1) {
        return Ok(None);
    }
    let value = |name: &str| {
        let set = given.set.iter().filter_map(|set| set.split_once('='));
        set.filter(|(field, _)| *field == name).map(|(_, value)| value.to_owned()).next()
    };
    let mut words = vec![event.measure.clone()];
    words.extend(value("act"));
    words.extend(value("effective").map(|date| flag("on", &date)).unwrap_or_default());
    Ok(Some(desk.command_of("append", &words)))
}

// What and why

/// The fields that are wrong, one after the other.
fn fields(
    amend: &mut Amend,
    asking: &mut dyn Asking,
    now: &Map<String, Value>,
    today: Day,
) -> Result<(), Stopped> {
    if !amend.set.is_empty() {
        return Ok(());
    }
    let choices = offered(now);
    let mut question = "Which field is wrong";
    while let Some(place) = choose(asking, question, &choices, 20, !amend.set.is_empty())? {
        let name = &choices[place].word;
        let value = until(asking, &value_question(name), |words| taken(name, words, today))?;
        if let Some(value) = value {
            amend.set.retain(|set| set.split('=').next() != Some(name));
            amend.set.push(format!("{name}={value}"));
        }
        question = "Another field (Enter: no)";
    }
    Ok(())
}

/// Every field that can be corrected, with what it says now.
fn offered(now: &Map<String, Value>) -> Vec<Choice> {
    let is_measure = now.get("record").and_then(Value::as_str) == Some("measure");
    let of = match now.get("record").and_then(Value::as_str) {
        Some("event") => OF_EVENT.as_slice(),
        Some("measure") => OF_MEASURE.as_slice(),
        _ => &[],
    };
    let there = now.keys().map(String::as_str).filter(|name| !FIXED.contains(name));
    let more = there.filter(|name| !of.contains(name) && *name != "sources");
    // A measure's id and kind never change.
    let more = more.filter(|name| !(is_measure && ["measure", "kind"].contains(name)));
    let says = |name: &str| match now.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => "(nothing)".to_owned(),
    };
    of.iter().copied().chain(more).map(|name| Choice::new(name, says(name))).collect()
}

fn is_date(name: &str) -> bool {
    matches!(name, "effective" | "announced" | "through")
}

fn value_question(name: &str) -> String {
    let form = match name {
        name if is_date(name) => "a date, or null for nothing",
        "then" | "set" | "actors" | "after" | "cancels" | "settles" | "parties" | "tags" => {
            "JSON, or null for nothing"
        }
        _ => "its right value, or null for nothing",
    };
    format!("{name} ({form})")
}

/// The value as `--set` takes it, or what is wrong with it.
fn taken(name: &str, words: &str, today: Day) -> Result<String, String> {
    if words != "null" && is_date(name) {
        let window = window_in_words(words, today).map_err(|refused| refused.to_string())?;
        return Ok(window.text().to_owned());
    }
    if words.starts_with(['[', '{']) {
        let read: Result<Value, _> = serde_json::from_str(words);
        read.map_err(|error| format!("`{words}` is not JSON: {error}"))?;
    }
    Ok(words.to_owned())
}

fn reasons(amend: &mut Amend, asking: &mut dyn Asking) -> Result<(), Stopped> {
    if amend.because.is_none() {
        let list: Vec<String> =
            REASONS.iter().map(|(word, says)| format!("  {word}: {says}\n")).collect();
        asking.say(&list.concat());
        let offers: Vec<String> = REASONS.iter().map(|(word, _)| (*word).to_owned()).collect();
        while amend.because.is_none() {
            let word = asking.line("Why, as a word (one of these or your own)", &offers)?;
            amend.because = Some(word).filter(|word| !word.is_empty());
        }
    }
    if amend.reason.is_none() {
        amend.reason = optional(asking, "Why, as a sentence (Enter: skip)")?;
    }
    Ok(())
}

// Confirming

fn confirm(amend: &Amend, desk: &Desk, asking: &mut dyn Asking) -> Result<Page, Complaint> {
    let command = desk.command_of(VERB, &amend.words());
    let with_command = |mut page: Page| {
        page.remarks.push(format!("The same as: {command}"));
        page
    };
    let preview = Amend { writing: amend.writing.dry(), ..amend.clone() }.record(desk);
    let preview = preview.inspect_err(|_| remark(&format!("So far: {command}")))?;
    if amend.writing.dry_run {
        return Ok(with_command(preview));
    }
    let text = preview.text.split_once('\n').map_or("", |(_, rest)| rest);
    asking.say(&format!("\n{text}\n"));
    let answer = letter(asking, "Record it? [y/N]", &['n', 'y']);
    if answer == Ok('y') {
        return amend.record(desk).map(with_command);
    }
    remark(&format!("So far: {command}"));
    Err(answer.map_or_else(|stopped| stopped.complaint(), |_| not_recorded("not confirmed")))
}
