//! `ledger state`: the status of every measure, or of those named, on a day.

use std::collections::BTreeSet;

use serde_json::json;

use super::Format;
use super::complaint::Complaint;
use super::desk::{Asked, Desk, Knowing};
use super::page::Page;
use super::safe::{flag, safe};
use super::since::{Now, changes, sentences, unchanged};
use super::survey::Part;
use super::table::Table;
use super::which::Which;
use crate::answer::{Announced, Dated, Filter, Row, rows};
use crate::history::History;
use crate::ledger::{Ledger, LedgerError};
use crate::proof::Citation;
use crate::time::Day;

/// The status of every measure (or of those named) on a day.
#[derive(Debug, clap::Args)]
pub(super) struct State {
    /// The measures [default: all].
    measures: Vec<String>,
    /// At the end of this day in the world [default: today].
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    at: Option<String>,
    #[command(flatten)]
    knowing: Knowing,
    /// Only answers that read so: none, pending, active, suspended, ended, mixed, undetermined.
    #[arg(long, value_name = "WORD")]
    standing: Option<String>,
    #[command(flatten)]
    which: Which,
    /// Add what a footnote needs: ledger, head, checksum of the answer, the command that repeats it.
    #[arg(long)]
    cite: bool,
    /// Exit with 1 where a measure is found.
    #[arg(long)]
    exit_code: bool,
}

/// An answer before it is written.
struct Answered<'d> {
    asked: Asked<'d>,
    rows: Vec<Row>,
    /// What everything recorded gives otherwise, a sentence each.
    later: Vec<String>,
    at: Day,
}

impl State {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let answered = self.answer(desk)?;
        let citation = self.cite.then(|| self.cited(&answered)).transpose()?;
        self.page(desk, answered, citation.as_ref())
    }

    fn page(
        &self,
        desk: &Desk,
        answered: Answered<'_>,
        citation: Option<&Citation>,
    ) -> Result<Page, Complaint> {
        let Answered { mut asked, rows, later, at } = answered;
        let now = asked.now(self.at.is_some());
        let mut json = asked.envelope_of_rows("state", json!({"at": at}), now, &asked.notes());
        let exit = u8::from(self.exit_code && !rows.is_empty());
        let format = desk.format()?;
        if format == Format::Text {
            asked.fetch(rows.iter().map(|row| &row.measure))?;
        }
        if let Some(citation) = citation {
            json["citation"] = citation.to_json();
        }
        let cited = citation.map(|citation| format!("\nCite:  {}\n", safe(&citation.text())));
        let words = |rows: &[Row]| {
            text(desk, &asked, rows, at, &later) + cited.as_deref().unwrap_or_default()
        };
        let page = Page::of_rows(format, json, rows, words, table);
        let remarks = if format == Format::Text { Vec::new() } else { later };
        Ok(Page { remarks, exit, ..page })
    }

    fn answer<'d>(&self, desk: &'d Desk) -> Result<Answered<'d>, Complaint> {
        self.check_standing()?;
        self.which.check_party()?;
        let at = self.at.as_deref().map_or(Ok(desk.today()), |words| desk.day(words))?;
        match self.ready(desk, at)? {
            Some(answered) => Ok(answered),
            None => self.work_out(desk, at),
        }
    }

    /// The answer of the kernel. Of the past it works out only what may have been another one then.
    fn work_out<'d>(&self, desk: &'d Desk, at: Day) -> Result<Answered<'d>, Complaint> {
        let mut asked = desk.ask_measures(&self.knowing, &self.measures)?;
        self.which.check(&asked)?;
        let filter = self.filter(&asked)?;
        let is_past = asked.known.is_some();
        let now = if is_past && asked.in_parts { Now::read(&mut asked, at)? } else { None };
        let then = match &now {
            Some(_) if asked.public.is_none() => unchanged(&mut asked, &filter, at)?,
            Some(_) | None => Vec::new(),
        };
        asked.with_later = is_past && now.is_none();
        let looks_back = asked.with_later;
        let ask = |part: &Part<'_>| {
            let all = looks_back.then(|| History::of(part.entries, None));
            let changed = |row: &Row| match (&now, &all) {
                (Some(now), _) => now.changes(row),
                (None, all) => all.as_ref().is_some_and(|all| changes(all, row, at)),
            };
            let rows = rows(part.history, &filter, at).into_iter();
            rows.map(|row| (part.declared(&row.measure), changed(&row), row)).collect()
        };
        let mut found = asked.survey_sorted(ask, |(declared, ..)| *declared)?;
        if !then.is_empty() {
            found.extend(then.into_iter().map(|(declared, row)| (declared, false, row)));
            found.sort_by_key(|(declared, ..)| *declared);
        }
        let changed = found.iter().filter(|(_, changed, _)| *changed).map(|(.., row)| row);
        let later = sentences(&mut asked, &changed.collect::<Vec<_>>(), found.len() > 1, at)?;
        let rows = found.into_iter().map(|(.., row)| row).collect();
        Ok(Answered { asked, rows, later, at })
    }

    /// The answer from what the view has ready, where everything known and public counts. The rows
    /// are those of the kernel, whoever hands them out.
    fn ready<'d>(&self, desk: &'d Desk, at: Day) -> Result<Option<Answered<'d>>, Complaint> {
        let all = self.measures.is_empty() && !self.which.names_a_kind();
        let named = desk.format()? != Format::Text && self.which.is_everything();
        if !self.knowing.is_everything() || !(all || named && self.standing.is_none()) {
            return Ok(None);
        }
        let (ledger, found) = desk.read(|ledger| {
            let records = ledger.records();
            let rows = self.ready_rows(ledger, at)?;
            rows.map(|rows| Ok((ledger.standpoint(records)?, rows))).transpose()
        })?;
        let Some((standpoint, rows)) = found else { return Ok(None) };
        let asked = Asked::of_all(desk, ledger, standpoint);
        Ok(Some(Answered { asked, rows, later: Vec::new(), at }))
    }

    /// The rows; none where one that is named, or most, are not ready.
    fn ready_rows(&self, ledger: &Ledger, at: Day) -> Result<Option<Vec<Row>>, LedgerError> {
        if self.measures.is_empty() {
            let filter = Filter { standing: self.standing.clone(), ..self.which.filter() };
            let mut rows = Vec::new();
            let were_ready = ledger.ready_rows(&filter, at, |_, row| rows.push(row))?;
            return Ok(were_ready.then_some(rows));
        }
        self.measures.iter().map(|id| ledger.ready_row(id, at)).collect()
    }

    /// The answer, cited.
    pub(super) fn citation(&self, desk: &Desk) -> Result<Citation, Complaint> {
        self.cited(&self.answer(desk)?)
    }

    fn cited(&self, Answered { asked, rows, at, .. }: &Answered) -> Result<Citation, Complaint> {
        let mut words = vec!["ledger".to_owned(), "state".to_owned()];
        words.extend(self.measures.iter().cloned());
        words.extend(flag("at", &at.to_string()));
        words.extend(flag("known", &format!("@{}", asked.standpoint.records)));
        words.extend(asked.public.into_iter().flat_map(|day| flag("public", &day.to_string())));
        words.extend(self.standing.iter().flat_map(|standing| flag("standing", standing)));
        words.extend(self.which.words());
        let nothing = || Complaint::usage("nothing was recorded by then: there is nothing to cite");
        Citation::of(asked, rows, *at, words).ok_or_else(nothing)
    }

    /// Whether it asks for a day and so many records, so that its answer stays what it is.
    pub(super) fn is_fixed(&self, records: u64) -> bool {
        let day = self.at.as_ref().is_some_and(|at| at.parse::<Day>().is_ok());
        let known = self.knowing.known.as_ref();
        let public = self.knowing.public.as_ref();
        day && known.is_some_and(|known| *known == format!("@{records}"))
            && public.is_none_or(|public| public.parse::<Day>().is_ok())
    }

    fn filter(&self, asked: &Asked) -> Result<Filter, Complaint> {
        let measures = asked.measures(&self.measures)?;
        Ok(Filter { measures, standing: self.standing.clone(), ..self.which.filter() })
    }

    fn check_standing(&self) -> Result<(), Complaint> {
        let words = ["none", "pending", "active", "suspended", "ended", "mixed", "undetermined"];
        match &self.standing {
            Some(word) if !words.contains(&word.as_str()) => Err(Complaint::usage(format!(
                "no standing `{word}`: expected {}",
                words.join(", ")
            ))),
            Some(_) | None => Ok(()),
        }
    }
}

/// The columns that spreadsheets get; part of the contract.
fn table(rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        "measure",
        "title",
        "kind",
        "standing",
        "status",
        "since",
        "since_earliest",
        "since_latest",
        "certain",
        "possible",
        "because",
        "flags",
    ]);
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    for row in rows {
        let since = row.since.as_ref();
        table.row(vec![
            row.measure.clone(),
            row.title.clone(),
            row.kind.clone(),
            row.standing.clone(),
            row.status.clone(),
            since.map(|since| since.text.clone()).unwrap_or_default(),
            day(since.and_then(|since| since.earliest)),
            day(since.and_then(|since| since.latest)),
            row.certain.to_string(),
            row.possible.iter().cloned().collect::<Vec<_>>().join(";"),
            row.because.iter().map(u64::to_string).collect::<Vec<_>>().join(";"),
            row.flags.join(";"),
        ]);
    }
    table
}

fn text(desk: &Desk, asked: &Asked, rows: &[Row], at: Day, later: &[String]) -> String {
    let mut out = heading(asked, at);
    if rows.is_empty() {
        out += "No measure fits.\n";
        return out;
    }
    let mut table = Table::new(&["", "MEASURE", "STATUS", "SINCE", "WHY"]);
    for row in rows {
        table.row(vec![
            symbol(&row.standing, desk.is_utf8()).to_owned(),
            format!("{}{}", indent(rows, row), row.title),
            status_words(row, &asked.history),
            row.since.as_ref().map(|since| since.text.clone()).unwrap_or_default(),
            why(&row.because),
        ]);
        for pending in merged(&row.pending) {
            table.remark(format!("     {}{pending}", indent(rows, row)));
        }
        if let Some(day) = row.reviewed_through {
            table.remark(format!("     {}nothing newer found through {day}", indent(rows, row)));
        }
    }
    out += &table.to_text(" ");
    for sentence in later {
        out.push_str(&safe(sentence));
        out.push('\n');
    }
    for note in asked.notes() {
        out.push_str("note: ");
        out.push_str(&note);
        out.push('\n');
    }
    if let Some(row) = rows.iter().find(|row| rows.len() == 1 || !row.because.is_empty()) {
        out += &hint(asked, row, at);
    }
    out
}

/// What is asked: the day, what was known, how many records that are.
pub(super) fn heading(asked: &Asked, at: Day) -> String {
    super::heading::heading(asked, &format!("Status on {at}")) + "\n"
}

/// A mark for a standing that needs no colour.
pub(super) fn symbol(standing: &str, utf8: bool) -> &'static str {
    match (standing, utf8) {
        ("active", true) => "●",
        ("active", false) => "*",
        ("suspended", true) => "◐",
        ("suspended", false) => "%",
        ("pending", true) => "◌",
        ("pending", false) => "+",
        ("none" | "ended", true) => "○",
        ("none" | "ended", false) => "o",
        ("mixed", true) => "◑",
        ("mixed", false) => "&",
        _ => "?",
    }
}

/// Parts stand under their whole where that is shown too.
fn indent(rows: &[Row], row: &Row) -> String {
    let above = |row: &Row| {
        let whole = row.part_of.as_ref();
        whole.and_then(|whole| rows.iter().find(|other| other.measure == *whole))
    };
    let mut depth = 0;
    let mut at = row;
    while let Some(whole) = above(at).filter(|_| depth < 16) {
        depth += 1;
        at = whole;
    }
    "  ".repeat(depth)
}

/// The status in words: what is possible, how many parts, and what to beware of.
pub(super) fn status_words(row: &Row, history: &History) -> String {
    let label = |status: &str| {
        let kind = history.measure(&row.measure).map(|m| history.measures()[m].kind.clone());
        kind.map_or_else(|| status.to_owned(), |kind| kind.label_of(status).to_owned())
    };
    let words = if !row.certain {
        let possible: Vec<String> = row.possible.iter().map(|status| label(status)).collect();
        format!("undetermined: {}", possible.join(" or "))
    } else if !row.parts.is_empty() {
        let parts = row.parts.iter().map(|(status, count)| format!("{count} {}", label(status)));
        format!("mixed: {}", parts.collect::<Vec<_>>().join("; "))
    } else {
        row.label.clone()
    };
    let flags = row.flags.iter().filter(|flag| **flag != "mixed").copied();
    let planned = rests_on_a_plan(row, history).then_some("planned");
    let beware: Vec<&str> = planned.into_iter().chain(flags).collect();
    if beware.is_empty() { words } else { format!("{words} ({})", beware.join(", ")) }
}

/// Whether a record that gave the status did so by what it planned, not by its own act.
fn rests_on_a_plan(row: &Row, history: &History) -> bool {
    row.certain
        && row.flags.contains(&"unconfirmed")
        && row.because.iter().any(|&record| {
            history.event_of(record).map(|event| &history.events()[event]).is_some_and(|standing| {
                let kind = standing.measure.map(|m| &history.measures()[m].kind);
                let leads = |act: &str| {
                    let act = kind.and_then(|kind| kind.act(act));
                    act.and_then(|act| act.to.as_str()) == Some(row.status.as_str())
                };
                !leads(&standing.event.act)
                    && standing.event.then.iter().any(|plan| leads(&plan.act))
            })
        })
}

fn why(because: &BTreeSet<u64>) -> String {
    because.iter().map(|record| format!("@{record}")).collect::<Vec<_>>().join(" ")
}

/// What is pending, the same act and date once, with all records that say so.
fn merged(pending: &[Announced]) -> Vec<String> {
    let mut lines: Vec<(String, Option<&Dated>, BTreeSet<u64>)> = Vec::new();
    for row in pending {
        let date = row.effective.as_ref();
        match lines.iter_mut().find(|(act, on, _)| *act == row.act && *on == date) {
            Some((_, _, records)) => drop(records.insert(row.record)),
            None => lines.push((row.act.clone(), date, BTreeSet::from([row.record]))),
        }
    }
    lines.sort_by_key(|(_, date, _)| date.map_or((1, None), |date| (0, date.earliest)));
    let line = |(act, date, records): &(String, Option<&Dated>, BTreeSet<u64>)| {
        let when = date.map_or("no date given".to_owned(), |date| date.text.clone());
        format!("pending: {act}, {when} {}", why(records))
    };
    lines.iter().map(line).collect()
}

/// The next question, ready to be pasted.
fn hint(asked: &Asked, row: &Row, at: Day) -> String {
    let public = asked.public.map(|day| format!(" --public {day}")).unwrap_or_default();
    let words = format!("explain {} --at {at}{public}", row.measure);
    format!("Why?  {}\n", asked.command(&words))
}
