//! `ledger timeline --lanes`: how long each status lasted, drawn.

mod chart;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::desk::Asked;
use super::log::noted;
use super::page::Page;
use super::safe::safe;
use super::table::Table;
use super::timeline::heading;
use crate::answer::{Band, Filter, Held, Lane, Reach, Span, lanes, moments, reach};
use crate::export::{Axis, Drawing, Picture, held_words};
use crate::time::Day;
use chart::{Signs, draw};

/// The lanes in every form. Where no days are given, all on which something can happen, and today.
pub(super) fn page(
    asked: &Asked,
    filter: &Filter,
    from: Option<Day>,
    to: Option<Day>,
    width: usize,
) -> Page {
    let now = asked.now(to.is_some());
    let (first, last) = range(asked, filter, from, to, now);
    let lanes = lanes(&asked.history, filter, first, last);
    let measures: Vec<&str> =
        filter.measures.iter().map(|&m| asked.history.measures()[m].id()).collect();
    let query = json!({"measures": measures, "lanes": true, "from": first, "to": last});
    let results = Value::Array(lanes.iter().flat_map(rows).collect());
    let notes = asked.notes();
    Page {
        text: text(asked, &lanes, first, last, width),
        json: asked.envelope("timeline-lanes", query, now, &results, &notes),
        table: Some(table(&lanes)),
        ..Page::default()
    }
}

/// The lanes as a drawing.
pub(super) fn picture(asked: &Asked, filter: &Filter, from: Option<Day>, to: Option<Day>) -> Page {
    let now = asked.now(to.is_some());
    let (from, to) = range(asked, filter, from, to, now);
    let lanes = lanes(&asked.history, filter, from, to);
    // A plan that is drawn can have been made before the first day.
    let span = Span { filter: filter.clone(), from: None, to: Some(to), all: false };
    let moments = moments(&asked.history, asked.known_entries(), &span);
    let notes = asked.notes().into_iter().map(|note| format!(" · {note}"));
    let public = asked.public.map(|day| format!(" · AS PUBLIC BY {day}")).unwrap_or_default();
    let extent = format!(
        "{}{public} · ledger {} · head {}{}",
        super::log::extent(asked),
        asked.standpoint.id,
        asked.standpoint.head.get(..12).unwrap_or_default(),
        notes.collect::<String>()
    );
    let Drawing { svg, left_out } = Picture {
        title: "Status by day",
        extent: &extent,
        from,
        to,
        mark: now.map(|today| (today, "today")),
        lanes: &lanes,
        moments: &moments,
        history: &asked.history,
        rest: REST,
        styled: true,
        link: None,
    }
    .draw();
    let cut = (left_out > 0).then(|| {
        format!("note: {} of {} lanes are drawn. {REST}", lanes.len() - left_out, lanes.len())
    });
    Page { document: Some(svg), remarks: cut.into_iter().collect(), ..Page::default() }
}

/// How to see lanes for which a drawing has no room.
const REST: &str = "The others: name measures, or narrow with --kind, --party, --tag or --under; \
                    timeline --lanes has all.";

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
fn table(lanes: &[Lane]) -> Table {
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

fn text(asked: &Asked, lanes: &[Lane], first: Day, last: Day, width: usize) -> String {
    let heading = heading("Status by day", asked, Some(first), Some(last));
    if lanes.is_empty() {
        return format!("{heading}\nNo measure fits.\n{}", noted(asked));
    }
    let signs = Signs::of(asked.desk.is_utf8());
    let names = Names::of(lanes, width, &signs);
    let axis = Axis::new(first, last, width.saturating_sub(names.width + 3).max(10));
    let mut out = format!("{heading}{}.\n\n", axis.scale());
    out += &[" ", &" ".repeat(names.width), "  ", &axis.line(), "\n"].concat();
    let mut unseen = Vec::new();
    for (lane, (name, whole)) in lanes.iter().zip(names.shown.iter().zip(&names.whole)) {
        let words = |band: &Band| held_words(&band.held, &lane.measure, &asked.history);
        let (cells, left_out) = draw(&lane.bands, &axis, &signs, words);
        let line = format!(" {name}  {cells}");
        out += line.trim_end();
        out.push('\n');
        unseen.extend(left_out.into_iter().map(|band| (whole.as_str(), band, words(band))));
    }
    out.push('\n');
    out += &folded(&signs.legend(), width);
    out += &listed(&unseen);
    out += &names.note.map(|note| format!("note: {note}\n")).unwrap_or_default();
    out + &noted(asked) + &hint(asked, lanes, first, last)
}

/// What the drawing has no room for, measure by measure.
fn listed(unseen: &[(&str, &Band, String)]) -> String {
    if unseen.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["MEASURE", "FROM", "TO", "STATUS"]);
    let mut above = "";
    for (name, band, words) in unseen {
        let shown = if above == *name { "" } else { name };
        let (from, to) = (band.from.to_string(), band.to.to_string());
        table.row(vec![shown.to_owned(), from, to, words.clone()]);
        above = name;
    }
    format!("\nToo short to be drawn or named above:\n{}\n", table.to_text(" "))
}

/// The next question, ready to be pasted.
fn hint(asked: &Asked, lanes: &[Lane], first: Day, last: Day) -> String {
    let public = asked.public.map(|day| format!(" --public {day}")).unwrap_or_default();
    let measure = lanes.first().map_or("", |lane| &lane.measure);
    let command = asked.command(&format!("timeline {measure} --from {first} --to {last}{public}"));
    format!("Why?  {command}\n")
}

/// What the lanes are called, all of one width.
struct Names {
    shown: Vec<String>,
    /// The same, never cut or filled up.
    whole: Vec<String>,
    width: usize,
    note: Option<&'static str>,
}

impl Names {
    /// Titles where all of them fit in two fifths of the width, else ids.
    fn of(lanes: &[Lane], width: usize, signs: &Signs) -> Self {
        let most = width * 2 / 5;
        let named = |name: fn(&Lane) -> &str| {
            let named = |lane: &Lane| format!("{}{}", "  ".repeat(lane.depth.min(8)), name(lane));
            lanes.iter().map(|lane| safe(&named(lane)).into_owned()).collect::<Vec<_>>()
        };
        let longest = |names: &[String]| names.iter().map(|name| name.width()).max().unwrap_or(0);
        let titles = named(|lane| &lane.title);
        let (names, note) = if longest(&titles) <= most {
            (titles, None)
        } else {
            let ids = named(|lane| &lane.measure);
            let cut = "ids are cut to fit; a larger --width N shows more of them, --csv all";
            let instead = "ids stand for titles, which need a larger --width N";
            let note = if longest(&ids) > most { cut } else { instead };
            (ids, Some(note))
        };
        let width = longest(&names).min(most);
        let whole = names.iter().map(|name| name.trim().to_owned()).collect();
        let shown = names.iter().map(|name| padded(name, width, signs.cut)).collect();
        Self { shown, whole, width, note }
    }
}

/// The text cut or filled up to a width; a cut is marked.
fn padded(text: &str, width: usize, mark: &str) -> String {
    let mut out = text.to_owned();
    if out.width() > width {
        while !out.is_empty() && out.width() + mark.width() > width {
            out.pop();
        }
        out += mark;
    }
    out.clone() + &" ".repeat(width.saturating_sub(out.width()))
}

/// Phrases on lines of at most a width.
fn folded(phrases: &[String], width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for phrase in phrases {
        match lines.last_mut() {
            Some(line) if line.width() + 3 + phrase.width() <= width => {
                line.push_str("   ");
                line.push_str(phrase);
            }
            Some(_) | None => lines.push(format!(" {phrase}")),
        }
    }
    lines.join("\n") + "\n"
}
