//! What happened, in the order of the world.

use serde_json::{Value, json};

use super::Meant;
use super::asked::Asked;
use super::asker::Asker;
use super::complaint::Complaint;
use super::knowing::Knowing;
use super::survey::Part;
use super::which::Which;
use crate::answer::{Fate, Filter, Moment, Span, moments_ranked, together};
use crate::export::Table;
use crate::record::{Modality, Source};
use crate::time::Day;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// The measures, with their parts; all where none is named.
    pub(crate) measures: Vec<String>,
    /// Only what can have its effect on this day or later.
    pub(crate) from: Option<String>,
    /// Only what can have its effect on this day or earlier.
    pub(crate) to: Option<String>,
    /// Events that were retracted or did not happen too.
    pub(crate) all: bool,
    pub(crate) knowing: Knowing,
    pub(crate) which: Which,
}

/// What is answered.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    pub(crate) rows: Vec<Moment>,
    /// The stretch of time that is asked about.
    pub(crate) span: Span,
    /// The one JSON object of the answer, but for its rows.
    pub(crate) envelope: Value,
}

impl Question {
    /// Asks it; about all measures part by part.
    pub(crate) fn ask<'d>(
        &self,
        asker: &'d dyn Asker,
        meant: Meant,
    ) -> Result<Answer<'d>, Complaint> {
        let (from, to) = self.days(asker)?;
        let mut asked = Asked::about_measures(asker, &self.knowing, &self.measures)?;
        let span = Span { filter: self.filter(&asked)?, from, to, all: self.all };
        if self.knowing.is_everything() && !self.all && (from, to) != (None, None) {
            asked.only_happening(from.unwrap_or(Day::FIRST), to.unwrap_or(Day::LAST))?;
        }
        let ask = |part: &Part<'_>| vec![moments_ranked(part.history, part.known, &span)];
        let rows = together(asked.survey(ask)?);
        if meant == Meant::ForPeople {
            asked.fetch(rows.iter().map(|row| &row.measure))?;
        }
        let query = json!({"measures": self.measures, "from": from, "to": to, "all": self.all});
        let envelope = asked.envelope_of_rows("timeline", query, asked.now(true), &asked.notes());
        Ok(Answer { asked, rows, span, envelope })
    }

    /// The two days.
    pub(super) fn days(&self, asker: &dyn Asker) -> Result<(Option<Day>, Option<Day>), Complaint> {
        let day = |words: &Option<String>| words.as_deref().map(|w| asker.day(w)).transpose();
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        check_order(from, to)?;
        Ok((from, to))
    }

    /// The measures asked about.
    pub(super) fn filter(&self, asked: &Asked) -> Result<Filter, Complaint> {
        self.which.check(asked)?;
        Ok(Filter { measures: asked.measures(&self.measures)?, ..self.which.filter() })
    }
}

/// Two days in their order.
pub(super) fn check_order(from: Option<Day>, to: Option<Day>) -> Result<(), Complaint> {
    match from.zip(to) {
        Some((from, to)) if from > to => {
            let message = format!("`--from {from} --to {to}` ends before it begins");
            Err(Complaint::usage(format!("{message}: --from {to} --to {from}?")))
        }
        Some(_) | None => Ok(()),
    }
}

/// What is asked: the days, what was known, how many records that are.
pub(crate) fn heading(what: &str, asked: &Asked, from: Option<Day>, to: Option<Day>) -> String {
    let end = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let range = match (from, to) {
        (None, None) => String::new(),
        _ => format!(" · {}..{}", end(from), end(to)),
    };
    let public = asked.public.map(|day| format!(" · AS PUBLIC BY {day}")).unwrap_or_default();
    format!("{what}{range}{public} · {}\n", asked.extent())
}

/// The columns that spreadsheets get; part of the contract.
pub(crate) fn table(rows: &[Moment]) -> Table {
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
