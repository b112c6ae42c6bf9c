//! `ledger check`: is our record sensible?

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::complaint::Complaint;
use super::desk::Desk;
use super::log::noted;
use super::page::Page;
use super::safe::safe;
use super::table::Table;
use crate::answer::{Filter, Finding, Level, check};
use crate::ask::{Asked, Asker, Knowing, Part, Which};
use crate::time::Day;

/// A finding that is longer is written on two lines.
const MOST_COLUMNS: usize = 100;

/// Is the record sensible? What contradicts itself, and what seems to be wrong or missing.
///
/// Errors are records that contradict one another, warnings what is probably wrong or missing,
/// notes what is worth knowing. Exits with 1 where there is an error.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// The measures [default: all].
    measures: Vec<String>,
    /// As one sees it on this day in the world [default: today].
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    on: Option<String>,
    /// Exit with 1 where there is a warning, too.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    knowing: Knowing,
    #[command(flatten)]
    which: Which,
}

impl Check {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let on = self.on.as_deref().map_or(Ok(desk.today()), |words| desk.day(words))?;
        let mut asked = Asked::about_measures(desk, &self.knowing, &self.measures)?;
        self.which.check(&asked)?;
        let filter = Filter { measures: asked.measures(&self.measures)?, ..self.which.filter() };
        let ask = |part: &Part<'_>| check(part.history, part.known, &filter, on);
        let found = asked.survey_sorted(ask, Finding::turn)?;
        let query = json!({"on": on, "strict": self.strict});
        let now = asked.now(self.on.is_some());
        let least = if self.strict { Level::Warning } else { Level::Error };
        let exit = u8::from(found.iter().any(|finding| finding.level <= least));
        let json = asked.envelope_of_rows("check", query, now, &asked.notes());
        let text = |found: &[Finding]| text(&asked, found, on);
        Ok(Page { exit, ..Page::of_rows(desk.format()?, json, found, text, table) })
    }
}

fn text(asked: &Asked, found: &[Finding], on: Day) -> String {
    let heading = asked.heading(&format!("Check on {on}"));
    let rules = found.chunk_by(|one, next| one.rule == next.rule);
    let rules: String = rules.map(of_rule).collect();
    let apart = if found.is_empty() { "" } else { "\n" };
    let first = found.first().and_then(|finding| finding.records.first());
    let hint = first.map(|record| asked.command(&format!("show @{record}")));
    let hint = hint.map(|command| format!("Look at it:  {command}\n")).unwrap_or_default();
    format!("{heading}\n{rules}{apart}{}.\n{}{hint}", counts(found), noted(asked))
}

/// What one rule found.
fn of_rule(found: &[Finding]) -> String {
    let name = found.first().map(|first| format!("{}: {}\n", word(first.level), first.rule));
    let lines = found.iter().map(|finding| {
        let records: Vec<String> = finding.records.iter().map(|it| format!("@{it}")).collect();
        let (title, message) = (safe(&finding.title), safe(&finding.message));
        let about = format!("  {}  {title}:", records.join(" "));
        let apart = if about.width() + message.width() < MOST_COLUMNS { " " } else { "\n      " };
        format!("{about}{apart}{message}\n")
    });
    name.into_iter().chain(lines).collect()
}

/// `no errors, 2 warnings, 1 note`.
fn counts(found: &[Finding]) -> String {
    let count = |level: Level| found.iter().filter(|finding| finding.level == level).count();
    let counted = [Level::Error, Level::Warning, Level::Note].map(|level| {
        let word = word(level);
        match count(level) {
            0 => format!("no {word}s"),
            1 => format!("1 {word}"),
            many => format!("{many} {word}s"),
        }
    });
    counted.join(", ")
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// The columns that spreadsheets get.
fn table(found: &[Finding]) -> Table {
    let mut table = Table::new(&["rule", "level", "measure", "title", "records", "message"]);
    for finding in found {
        let records: Vec<String> = finding.records.iter().map(u64::to_string).collect();
        table.row(vec![
            finding.rule.to_owned(),
            word(finding.level).to_owned(),
            finding.measure.clone(),
            finding.title.clone(),
            records.join(";"),
            finding.message.clone(),
        ]);
    }
    table
}
