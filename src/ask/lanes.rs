//! How long each status lasted: lanes of bands, for programs and as a drawing.

use serde_json::{Value, json};

use super::asked::Asked;
use super::asker::Asker;
use super::complaint::Complaint;
use super::scope::Scope;
use super::timeline::Question;
use crate::answer::{Band, Filter, Held, Lane, Reach, Span, lanes, moments, reach};
use crate::export::{Drawing, Picture, Table, Target};
use crate::time::Day;

/// What is answered.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    pub(crate) filter: Filter,
    pub(crate) lanes: Vec<Lane>,
    /// The first day of the lanes.
    pub(crate) from: Day,
    /// The last one, included.
    pub(crate) to: Day,
    /// Today, where it counts.
    pub(crate) now: Option<Day>,
}

/// How a drawing of lanes is made.
pub(crate) struct Style<'s> {
    /// Its title.
    pub(crate) title: &'s str,
    /// Whether it brings its own style; a page has one for all.
    pub(crate) styled: bool,
    /// The day that is marked, and the word for it; today where none is given.
    pub(crate) mark: Option<(Day, &'s str)>,
    /// The most events that get a pin; where there are more none does.
    pub(crate) pins: usize,
    /// Where the pins lead to.
    pub(crate) link: Option<&'s dyn Fn(Target<'_>) -> String>,
}

/// Asks how long each status lasted. Where no days are given, all on which something can happen,
/// and today.
pub(crate) fn ask<'d>(question: &Question, asker: &'d dyn Asker) -> Result<Answer<'d>, Complaint> {
    let (from, to) = question.days(asker)?;
    let scope = Scope::measures(&question.measures);
    let asked = Asked::about(asker, &question.knowing, &scope)?;
    let filter = question.filter(&asked)?;
    let now = asked.now(to.is_some());
    let (from, to) = range(&asked, &filter, from, to, now);
    let lanes = lanes(&asked.history, &filter, from, to);
    Ok(Answer { asked, filter, lanes, from, to, now })
}

impl Answer<'_> {
    /// The one JSON object of the answer.
    pub(crate) fn json(&self) -> Value {
        let Self { asked, filter, lanes, from, to, now } = self;
        let measures: Vec<&str> =
            filter.measures.iter().map(|&m| asked.history.measures()[m].id()).collect();
        let query = json!({"measures": measures, "lanes": true, "from": from, "to": to});
        let results = Value::Array(lanes.iter().flat_map(rows).collect());
        asked.envelope("timeline-lanes", query, *now, &results, &asked.notes())
    }

    /// The lanes as a drawing, with a pin for each event.
    pub(crate) fn draw(&self, style: &Style<'_>) -> Drawing {
        let Self { asked, filter, lanes, from, to, now } = self;
        // A plan that is drawn can have been made before the first day.
        let span = Span { filter: filter.clone(), from: None, to: Some(*to), all: false };
        let events: usize = lanes
            .iter()
            .map(|lane| asked.history.measure(&lane.measure))
            .map(|measure| {
                measure.map_or(0, |measure| asked.history.measures()[measure].events.len())
            })
            .sum();
        let pinned = events <= style.pins;
        let moments = pinned.then(|| moments(&asked.history, asked.known_entries(), &span));
        let moments = moments.unwrap_or_default();
        Picture {
            id: "lanes",
            title: style.title,
            extent: &self.extent(),
            from: *from,
            to: *to,
            mark: style.mark.or(now.map(|today| (today, "today"))),
            lanes,
            moments: &moments,
            history: &asked.history,
            rest: REST,
            styled: style.styled,
            patterned: true,
            link: style.link,
        }
        .draw()
    }

    /// What the drawing rests on: how much was known and public, of which ledger.
    fn extent(&self) -> String {
        let asked = &self.asked;
        let notes = asked.notes().into_iter().map(|note| format!(" · {note}"));
        let public = asked.public.map(|day| format!(" · AS PUBLIC BY {day}")).unwrap_or_default();
        format!(
            "{}{public} · ledger {} · head {}{}",
            asked.extent(),
            asked.standpoint.id,
            asked.standpoint.head.get(..12).unwrap_or_default(),
            notes.collect::<String>()
        )
    }
}

/// How to see lanes for which a drawing has no room.
pub(crate) const REST: &str = "The others: name measures, or narrow with --kind, --party, --tag or \
                               --under; timeline --lanes has all.";

fn range(
    asked: &Asked,
    filter: &Filter,
    from: Option<Day>,
    to: Option<Day>,
    now: Option<Day>,
) -> (Day, Day) {
    let reach = reach(&asked.history, filter);
    let today = now.unwrap_or_else(|| reach.map_or(Day::FIRST, |reach| reach.last));
    let Reach { first, last } = reach.unwrap_or(Reach { first: today, last: today });
    // The day before shows what was there before anything happened.
    let first = first.min(today).plus(-1).unwrap_or(first);
    let from = from.unwrap_or_else(|| to.map_or(first, |to| first.min(to)));
    (from, to.unwrap_or_else(|| last.max(today).max(from)))
}

/// Each band with its measure, for programs.
fn rows(lane: &Lane) -> Vec<Value> {
    let row = |band: &Band| {
        let mut row = json!({
            "measure": lane.measure, "title": lane.title, "kind": lane.kind,
            "part_of": lane.part_of,
        });
        if let (Some(row), Ok(Value::Object(band))) =
            (row.as_object_mut(), serde_json::to_value(band))
        {
            row.extend(band);
        }
        row
    };
    lane.bands.iter().map(row).collect()
}

/// The columns that spreadsheets get; part of the contract.
pub(crate) fn table(lanes: &[Lane]) -> Table {
    let mut table = Table::new(&[
        "measure", "title", "kind", "part_of", "from", "to", "standing", "status", "certain",
        "possible", "flags",
    ]);
    for (lane, band) in lanes.iter().flat_map(|lane| lane.bands.iter().map(move |b| (lane, b))) {
        let Held { status, standing, certain, possible, flags, .. } = &band.held;
        table.row(vec![
            lane.measure.clone(),
            lane.title.clone(),
            lane.kind.clone(),
            lane.part_of.clone().unwrap_or_default(),
            band.from.to_string(),
            band.to.to_string(),
            standing.clone(),
            status.clone(),
            certain.to_string(),
            possible.iter().cloned().collect::<Vec<_>>().join(";"),
            flags.join(";"),
        ]);
    }
    table
}
