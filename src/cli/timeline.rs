//! `ledger timeline`: what happened, in the order of the world.

use serde_json::json;

use super::Format;
use super::complaint::Complaint;
use super::desk::{Asked, Desk, Knowing, Scope};
use super::lanes;
use super::page::Page;
use super::state::symbol;
use super::table::Table;
use super::which::Which;
use crate::answer::{Also, Dated, Fate, Filter, Moment, Planned, Span, moments};
use crate::history::History;
use crate::record::{Modality, Source};
use crate::time::Day;
use crate::timeline::MIXED;

/// What happened, in the order of the world; `--lanes` draws how long each status lasted.
#[derive(Debug, clap::Args)]
pub(super) struct Timeline {
    /// The measures, with their parts [default: all].
    measures: Vec<String>,
    /// Only what can have its effect on this day or later.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    from: Option<String>,
    /// Only what can have its effect on this day or earlier.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    to: Option<String>,
    /// Events that were retracted or did not happen too, marked.
    #[arg(long, conflicts_with = "lanes")]
    all: bool,
    /// Draw a lane for each measure: its status from day to day.
    #[arg(long)]
    lanes: bool,
    #[command(flatten)]
    knowing: Knowing,
    #[command(flatten)]
    which: Which,
}

impl Timeline {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let day = |words: &Option<String>| words.as_deref().map(|w| desk.day(w)).transpose();
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        super::log::check_order(from, to)?;
        let drawn = desk.format()? == Format::Svg;
        let asked = desk.ask_about(&self.knowing, &self.scope(from, to, drawn))?;
        self.which.check(&asked)?;
        let filter = Filter { measures: asked.measures(&self.measures)?, ..self.which.filter() };
        if drawn {
            return self.picture(&asked, &filter, from, to);
        }
        if self.lanes {
            return Ok(lanes::page(&asked, &filter, from, to, desk.screen().drawing()));
        }
        let span = Span { filter, from, to, all: self.all };
        let rows = moments(&asked.history, asked.known_entries(), &span);
        let query = json!({"measures": self.measures, "from": from, "to": to, "all": self.all});
        let json = asked.envelope_of_rows("timeline", query, asked.now(true), &asked.notes());
        let text = |rows: &[Moment]| text(&asked, rows, &span);
        Ok(Page::of_rows(desk.format()?, json, rows, text, table))
    }
}

impl Timeline {
    /// The lanes as a drawing, with a pin for each event.
    fn picture(
        &self,
        asked: &Asked,
        filter: &Filter,
        from: Option<Day>,
        to: Option<Day>,
    ) -> Result<Page, Complaint> {
        if self.all {
            let message = "a drawing shows what holds: `--all` is for the other forms";
            return Err(Complaint::usage(message));
        }
        Ok(lanes::picture(asked, filter, from, to))
    }

    /// What it takes: of a stretch of days only what can happen then, with what bears on it.
    fn scope(&self, from: Option<Day>, to: Option<Day>, drawn: bool) -> Scope {
        let everything = self.knowing.is_everything() && !self.all && !self.lanes && !drawn;
        match (from, to) {
            (None, None) => Scope::measures(&self.measures),
            _ if !self.measures.is_empty() || !everything => Scope::measures(&self.measures),
            _ => Scope::Happening(from.unwrap_or(Day::FIRST), to.unwrap_or(Day::LAST)),
        }
    }
}

/// The columns that spreadsheets get; part of the contract.
fn table(rows: &[Moment]) -> Table {
    let mut table = Table::new(&[
        "record",
        "measure",
        "title",
        "act",
        "effective",
        "effective_earliest",
        "effective_latest",
        "recorded",
        "modality",
        "planned",
        "planned_by",
        "standing",
        "status",
        "status_on",
        "possible",
        "changes_status",
        "flags",
        "settled_by",
        "retracted",
        "denied",
        "actors",
        "note",
        "sources",
        "instrument",
        "kind",
        "source_publisher",
        "source_title",
        "source_url",
        "source_published",
    ]);
    for row in rows {
        table.row(cells(row));
    }
    table
}

fn cells(row: &Moment) -> Vec<String> {
    let effective = row.effective.as_ref();
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let numbers = |records: &mut dyn Iterator<Item = &u64>| {
        records.map(u64::to_string).collect::<Vec<_>>().join(";")
    };
    let planned = row.planned.as_ref();
    // The first of the sources that say so; `show` has all.
    let source = row.event.sources.iter().find(|source| source.stance.is_none());
    let of_source =
        |field: fn(&Source) -> Option<&String>| source.and_then(field).cloned().unwrap_or_default();
    let published = source.and_then(|source| source.published.as_ref());
    vec![
        row.record.to_string(),
        row.measure.clone(),
        row.title.clone(),
        row.act.clone(),
        effective.map(|it| it.text.clone()).unwrap_or_default(),
        day(effective.and_then(|it| it.earliest)),
        day(effective.and_then(|it| it.latest)),
        row.recorded.map(|at| at.to_string()).unwrap_or_default(),
        modality(row.modality).to_owned(),
        planned.map(|planned| fate(planned.fate).to_owned()).unwrap_or_default(),
        numbers(&mut planned.iter().flat_map(|planned| &planned.by)),
        text(&row.standing),
        text(&row.status),
        day(row.status_on),
        row.possible.iter().cloned().collect::<Vec<_>>().join(";"),
        row.changes_status.map(|it| it.to_string()).unwrap_or_default(),
        row.flags.join(";"),
        numbers(&mut row.settled_by.iter()),
        row.retracted.to_string(),
        row.denied.to_string(),
        row.actors.join(";"),
        text(&row.note),
        row.sources.to_string(),
        text(&row.instrument),
        row.kind.clone(),
        of_source(|source| source.publisher.as_ref()),
        of_source(|source| source.title.as_ref()),
        of_source(|source| source.url.as_ref()),
        published.map(|date| date.text().to_owned()).unwrap_or_default(),
    ]
}

fn modality(modality: Modality) -> &'static str {
    match modality {
        Modality::Occurred => "occurred",
        Modality::Expected => "expected",
    }
}

/// The word for programs; the same as in JSON.
fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::TakesEffect => "takes-effect",
        Fate::Cancelled => "cancelled",
        Fate::Replaced => "replaced",
        Fate::Settled => "settled",
        Fate::Gone => "gone",
        Fate::Partly => "partly",
        Fate::Undetermined => "undetermined",
        Fate::Waiting => "waiting",
    }
}

fn text(asked: &Asked, rows: &[Moment], span: &Span) -> String {
    let heading = heading("Timeline", asked, span.from, span.to);
    let order = "Sorted by the day of effect in the world; an uncertain one (~) by its earliest.\n";
    let notes = super::log::noted(asked);
    let Some(last) = rows.last() else {
        return format!("{heading}{order}\nNothing fits.\n{notes}");
    };
    let lines = lines(rows, asked).to_text(" ");
    let hint = asked.command(&format!("show @{}", last.record));
    format!("{heading}{order}\n{lines}{notes}One in full:  {hint}\n")
}

fn lines(rows: &[Moment], asked: &Asked) -> Table {
    let mut table = Table::new(&["", "EFFECTIVE", "MEASURE", "ACT", "STATUS AFTER", "RECORD"]);
    let mut ahead = asked.now(true);
    for row in rows {
        let first = row.effective.as_ref().and_then(|it| it.earliest);
        if let Some((today, _)) = ahead.zip(first).filter(|(today, first)| first > today) {
            ahead = None;
            table.remark(format!("    today is {today}; what follows is to come"));
        }
        table.row(line(row, asked.desk.is_utf8(), &asked.history));
    }
    table
}

/// What is asked: the days, what was known, how many records that are.
pub(super) fn heading(what: &str, asked: &Asked, from: Option<Day>, to: Option<Day>) -> String {
    let end = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let range = match (from, to) {
        (None, None) => String::new(),
        _ => format!(" · {}..{}", end(from), end(to)),
    };
    let public = asked.public.map(|day| format!(" · AS PUBLIC BY {day}")).unwrap_or_default();
    format!("{what}{range}{public} · {}\n", super::log::extent(asked))
}

fn line(row: &Moment, utf8: bool, history: &History) -> Vec<String> {
    vec![
        mark(row, utf8),
        row.effective.as_ref().map_or_else(|| "no date given".to_owned(), when),
        row.measure.clone(),
        act_words(row),
        after(row, utf8, history),
        format!("@{}", row.record),
    ]
}

/// The sign of the standing after it, and whether its date is uncertain.
fn mark(row: &Moment, utf8: bool) -> String {
    let own = row.standing.as_deref();
    let mut parts = row.also.iter().map(|also| also.standing.as_str());
    let standing = match parts.next().filter(|_| !row.asked) {
        Some(first) => Some(if parts.all(|other| other == first) { first } else { MIXED }),
        None => own,
    };
    let standing = standing.map_or(" ", |standing| symbol(standing, utf8));
    let dated = row.effective.is_some() && row.uncertain;
    format!("{standing}{}", if dated { "~" } else { "" })
}

/// The date as it is written; of an instant its day.
fn when(date: &Dated) -> String {
    match date.earliest.filter(|_| date.text.contains('T')) {
        Some(day) => day.to_string(),
        None => date.text.clone(),
    }
}

/// The act, and whether it is more or less than something that happened.
fn act_words(row: &Moment) -> String {
    let words = [
        (row.planned.is_some(), " (planned)"),
        (row.modality == Modality::Expected, " (expected)"),
        (row.retracted, " (retracted)"),
        (row.denied, " (did not happen)"),
    ];
    let words = words.iter().filter_map(|&(holds, word)| holds.then_some(word));
    row.act.clone() + &words.collect::<String>()
}

/// What the measure is after it; of what has no effect, why.
fn after(row: &Moment, utf8: bool, history: &History) -> String {
    let changes = |also: &Also| also.changes_status == Some(true);
    let changed =
        if row.asked { row.changes_status == Some(true) } else { row.also.iter().any(changes) };
    let arrow = match (changed, utf8) {
        (true, true) => "→ ",
        (true, false) => "> ",
        (false, _) => "  ",
    };
    let told = if row.asked { status_words(row, history) } else { of_parts(row) };
    let told = told.map(|words| format!("{arrow}{words}"));
    let fate = row.planned.as_ref().and_then(fate_words);
    let settled = match row.settled_by.as_slice() {
        [] => None,
        records => Some(format!("settled{}", by(records))),
    };
    let words = [told.as_deref(), fate.as_deref(), settled.as_deref()];
    words.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn fate_words(planned: &Planned) -> Option<String> {
    let records: Vec<u64> = planned.by.iter().copied().collect();
    let by = by(&records);
    match planned.fate {
        Fate::TakesEffect => None,
        Fate::Cancelled => Some(format!("cancelled{by}")),
        Fate::Replaced => Some(format!("replaced{by}")),
        Fate::Settled => Some(format!("settled{by}")),
        Fate::Gone => Some(format!("taken away{by}")),
        Fate::Partly => Some(format!("not for all parts{by}")),
        Fate::Undetermined => Some("may not come".to_owned()),
        Fate::Waiting => Some("waiting".to_owned()),
    }
}

fn by(records: &[u64]) -> String {
    let numbers: Vec<String> = records.iter().map(|record| format!("@{record}")).collect();
    if numbers.is_empty() { String::new() } else { format!(" by {}", numbers.join(" ")) }
}

/// The status after it, with what to beware of.
fn status_words(row: &Moment, history: &History) -> Option<String> {
    let kind = history.measure(&row.measure).map(|m| &history.measures()[m].kind);
    let label = |status: &String| {
        kind.map_or_else(|| status.clone(), |kind| kind.label_of(status).to_owned())
    };
    let words = if row.certain? {
        let parts = row.parts.iter().map(|(status, count)| format!("{count} {}", label(status)));
        let parts = parts.collect::<Vec<_>>().join("; ");
        let own = row.label.clone()?;
        if parts.is_empty() { own } else { format!("{own}: {parts}") }
    } else {
        let possible: Vec<String> = row.possible.iter().map(label).collect();
        format!("undetermined: {}", possible.join(" or "))
    };
    let flags: Vec<&str> = row.flags.iter().copied().filter(|flag| *flag != "mixed").collect();
    Some(if flags.is_empty() { words } else { format!("{words} ({})", flags.join(", ")) })
}

/// What the parts asked about are after an event on their whole.
fn of_parts(row: &Moment) -> Option<String> {
    let mut labels: Vec<(&str, Vec<&str>)> = Vec::new();
    for also in &row.also {
        match labels.iter_mut().find(|(label, _)| *label == also.label) {
            Some((_, measures)) => measures.push(&also.measure),
            None => labels.push((&also.label, vec![&also.measure])),
        }
    }
    let words = labels.iter().map(|(label, of)| format!("{label} ({})", of.join(", ")));
    Some(words.collect::<Vec<_>>().join("; ")).filter(|words| !words.is_empty())
}
