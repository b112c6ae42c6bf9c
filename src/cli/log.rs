//! `ledger log`: the records in the order they were made.
//!
//! The log says when something was learned; when it happened in the world is another question.

use serde_json::{Value, json};

use super::Format;
use super::complaint::Complaint;
use super::desk::{Asked, Desk, Knowing, Scope};
use super::logged::Logged;
use super::page::Page;
use super::scope::Made;
use super::table::Table;
use crate::export::{Feed, feed};
use crate::record::{Entry, Modality};
use crate::time::{Day, Instant};

/// The records in the order they were made.
#[derive(Debug, clap::Args)]
pub(super) struct Log {
    /// Only records about these measures [default: all].
    measures: Vec<String>,
    /// Only records made on this day or later (UTC).
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    from: Option<String>,
    /// Only records made on this day or earlier (UTC).
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    to: Option<String>,
    /// Only the newest N of them.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Only what this ledger knew: by the end of a day, by an instant, or up to a record @N.
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    known: Option<String>,
}

/// The rows of an answer, and how many more fit.
struct Found<'e> {
    rows: Vec<Logged<'e>>,
    left_out: usize,
}

impl Log {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let day = |words: &Option<String>| words.as_deref().map(|w| desk.day(w)).transpose();
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        check_order(from, to)?;
        let knowing = Knowing { known: self.known.clone(), public: None };
        let known = self.known.as_deref().map(|words| desk.known(words)).transpose()?;
        let made = Made { known: known.unwrap_or_default(), from, to };
        let asked = desk.ask_about(&knowing, &self.scope(made))?;
        let found = self.find(&asked, made)?;
        let cut = self.cut(&found);
        let notes: Vec<String> = cut.iter().cloned().chain(asked.notes()).collect();
        let query = json!({"from": from, "to": to, "limit": self.limit});
        let now = asked.now(true);
        let results = found.rows.iter().map(row).collect();
        let speaks_itself = matches!(desk.format()?, Format::Text | Format::Json);
        Ok(Page {
            text: text(&asked, &found, from, to, cut.as_deref()),
            json: asked.envelope("log", query, now, &results, &notes),
            table: Some(table(&found.rows)),
            document: (desk.format()? == Format::Atom).then(|| document(&asked, &found)),
            remarks: cut.into_iter().filter(|_| !speaks_itself).collect(),
            ..Page::default()
        })
    }

    /// Of all measures no more is read than is shown.
    fn scope(&self, made: Made) -> Scope {
        match self.limit {
            Some(_) if self.measures.is_empty() => Scope::Newest(self.most(), made),
            Some(_) | None => Scope::measures(&self.measures),
        }
    }

    fn most(&self) -> usize {
        usize::try_from(self.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX)
    }

    fn find<'a>(&self, asked: &'a Asked, made: Made) -> Result<Found<'a>, Complaint> {
        let measures = asked.measures(&self.measures)?;
        let entries = asked.known_entries();
        let since = made.from.map(Instant::start_of);
        let until = made.to.map(Instant::end_of);
        let in_time = |entry: &&Entry| {
            since.is_none_or(|since| since <= entry.recorded)
                && until.is_none_or(|until| entry.recorded <= until)
        };
        let about = |logged: &Logged| {
            let id = logged.measure.as_deref();
            let measure = id.and_then(|id| asked.history.measure(id));
            measures.is_empty() || measure.is_some_and(|m| measures.contains(&m))
        };
        let rows = entries.iter().filter(in_time);
        let rows = rows.map(|entry| Logged::of(entry, entries, &asked.history));
        let mut rows: Vec<Logged> = rows.filter(about).collect();
        let fitting = rows.len();
        rows.drain(..fitting.saturating_sub(self.most()));
        let fitting = match self.scope(made) {
            Scope::Newest(..) => {
                let (before, until) = made.places(&asked.ledger)?;
                until - before
            }
            Scope::All | Scope::About(_) | Scope::Happening(..) => fitting,
        };
        Ok(Found { left_out: fitting - rows.len(), rows })
    }

    /// Says what `--limit` left out.
    fn cut(&self, found: &Found) -> Option<String> {
        let shown = self.limit.filter(|_| found.left_out > 0)?;
        let (all, left_out) = (found.rows.len() + found.left_out, found.left_out);
        Some(format!(
            "the newest {shown} of {all} records; {left_out} older ones are left out by --limit"
        ))
    }
}

/// The rows as a feed.
fn document(asked: &Asked, found: &Found<'_>) -> String {
    let rows: Vec<&Entry> = found.rows.iter().map(|logged| logged.entry).collect();
    let standpoint = &asked.standpoint;
    let updated = rows.last().map(|entry| entry.recorded).or(standpoint.recorded_to);
    let about = Feed { ledger: standpoint.id, title: "Log (policy-ledger)", updated };
    feed(&about, &rows, asked.known_entries(), &asked.history)
}

pub(super) fn check_order(from: Option<Day>, to: Option<Day>) -> Result<(), Complaint> {
    match from.zip(to) {
        Some((from, to)) if from > to => {
            let message = format!("`--from {from} --to {to}` ends before it begins");
            Err(Complaint::usage(format!("{message}: --from {to} --to {from}?")))
        }
        Some(_) | None => Ok(()),
    }
}

fn row(logged: &Logged) -> Value {
    let entry = logged.entry;
    json!({
        "record": entry.seq,
        "type": entry.record.kind(),
        "measure": logged.measure,
        "act": logged.event.map(|event| &event.act),
        "modality": logged.event.map(|event| event.modality),
        "effective": logged.effective(),
        "of": logged.of,
        "says": logged.plain_words(),
        "retracted": logged.retracted,
        "recorded": entry.recorded,
        "by": entry.by,
        "key": entry.key,
        "id": entry.id,
    })
}

/// The columns that spreadsheets get; part of the contract.
fn table(rows: &[Logged]) -> Table {
    let mut table = Table::new(&[
        "record",
        "type",
        "measure",
        "act",
        "modality",
        "effective",
        "effective_earliest",
        "effective_latest",
        "of",
        "says",
        "retracted",
        "recorded",
        "by",
        "key",
    ]);
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    for logged in rows {
        let entry = logged.entry;
        let effective = logged.effective();
        let modality = logged.event.map(|event| match event.modality {
            Modality::Occurred => "occurred",
            Modality::Expected => "expected",
        });
        let act = logged.event.map(|event| event.act.clone());
        table.row(vec![
            entry.seq.to_string(),
            entry.record.kind().to_owned(),
            logged.measure.clone().unwrap_or_default(),
            act.unwrap_or_default(),
            modality.unwrap_or_default().to_owned(),
            effective.as_ref().map(|it| it.text.clone()).unwrap_or_default(),
            day(effective.as_ref().and_then(|it| it.earliest)),
            day(effective.as_ref().and_then(|it| it.latest)),
            logged.of.map(|of| of.to_string()).unwrap_or_default(),
            logged.plain_words(),
            logged.retracted.to_string(),
            entry.recorded.to_string(),
            entry.by.clone().unwrap_or_default(),
            entry.key.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn text(
    asked: &Asked,
    found: &Found,
    from: Option<Day>,
    to: Option<Day>,
    cut: Option<&str>,
) -> String {
    let what = format!("Log · {}{}\n", extent(asked), span(from, to));
    let order = "Sorted by the time recorded (UTC), the oldest first.\n\n";
    let Some(last) = found.rows.last() else {
        return format!("{what}{order}No record fits.\n");
    };
    let table = lines(&found.rows).to_text(" ");
    let cut = cut.map_or_else(String::new, |cut| format!("note: {cut}\n"));
    let hint = asked.command(&format!("show @{}", last.entry.seq));
    let hint = format!("One in full:  {hint}\n");
    [what, order.to_owned(), table, cut, noted(asked), hint].concat()
}

fn span(from: Option<Day>, to: Option<Day>) -> String {
    let end = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    match (from, to) {
        (None, None) => String::new(),
        _ => format!(" · recorded {}..{}", end(from), end(to)),
    }
}

fn lines(rows: &[Logged]) -> Table {
    let columns = ["RECORDED", "RECORD", "TYPE", "MEASURE", "SAYS", "EFFECTIVE", "BY", "KEY"];
    let mut table = Table::new(&columns);
    for logged in rows {
        let entry = logged.entry;
        table.row(vec![
            minute(entry.recorded),
            format!("@{}", entry.seq),
            entry.record.kind().to_owned(),
            logged.measure.clone().unwrap_or_default(),
            logged.words(),
            logged.effective().map(|it| it.text).unwrap_or_default(),
            entry.by.clone().unwrap_or_default(),
            entry.key.clone().unwrap_or_default(),
        ]);
    }
    table
}

/// How many records an answer rests on, and what was known.
pub(super) fn extent(asked: &Asked) -> String {
    let all = asked.ledger.records();
    match &asked.known {
        Some(known) => format!("AS KNOWN ON {known} · {} of {all} records", asked.records),
        None => format!("all {all} records"),
    }
}

/// What every answer of this ledger says besides, a line each.
pub(super) fn noted(asked: &Asked) -> String {
    let notes = asked.notes().into_iter();
    notes.map(|note| format!("note: {note}\n")).collect::<Vec<_>>().concat()
}

/// An instant to the minute: `2019-08-23 12:00`.
pub(super) fn minute(instant: Instant) -> String {
    let text = instant.to_string();
    text.get(..16).unwrap_or(&text).replace('T', " ")
}
