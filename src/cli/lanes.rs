//! `ledger timeline --lanes`: how long each status lasted, drawn.

mod chart;

use unicode_width::UnicodeWidthStr;

use super::complaint::Complaint;
use super::desk::Desk;
use super::log::noted;
use super::page::Page;
use super::safe::safe;
use super::table::Table;
use crate::answer::{Band, Lane};
use crate::ask::Asked;
use crate::ask::lanes::{Answer, REST, Style, ask, table};
use crate::ask::timeline::{Question, heading};
use crate::export::{Axis, Drawing, held_words};
use crate::time::Day;
use chart::{Signs, draw};

/// The lanes in every form but a drawing.
pub(super) fn page(desk: &Desk, question: &Question) -> Result<Page, Complaint> {
    let answer = ask(question, desk)?;
    Ok(Page {
        text: text(&answer, desk.is_utf8(), desk.screen().drawing()),
        json: answer.json(),
        table: Some(table(&answer.lanes)),
        ..Page::default()
    })
}

/// The lanes as a drawing.
pub(super) fn picture(desk: &Desk, question: &Question) -> Result<Page, Complaint> {
    if question.all {
        let message = "a drawing shows what holds: `--all` is for the other forms";
        return Err(Complaint::usage(message));
    }
    let answer = ask(question, desk)?;
    let style =
        Style { title: "Status by day", styled: true, mark: None, pins: usize::MAX, link: None };
    let Drawing { svg, left_out } = answer.draw(&style);
    let cut = (left_out > 0).then(|| {
        let all = answer.lanes.len();
        format!("note: {} of {all} lanes are drawn. {REST}", all - left_out)
    });
    Ok(Page { document: Some(svg), remarks: cut.into_iter().collect(), ..Page::default() })
}

fn text(answer: &Answer<'_>, utf8: bool, width: usize) -> String {
    let Answer { asked, lanes, from: first, to: last, .. } = answer;
    let (first, last) = (*first, *last);
    let heading = heading("Status by day", asked, Some(first), Some(last));
    if lanes.is_empty() {
        return format!("{heading}\nNo measure fits.\n{}", noted(asked));
    }
    let signs = Signs::of(utf8);
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
