//! An explanation as people read it.

use crate::answer::{
    Contesting, Dated, Deciding, Evidence, Explanation, Otherwise, Role, Row, Unused, Used, What,
};
use crate::ask::Asked;
use crate::cli::desk::Desk;
use crate::cli::log::noted;
use crate::cli::safe::safe;
use crate::cli::state::heading;
use crate::export::{status_words, symbol, value_words};
use crate::kind::Definition;
use crate::time::Day;

/// What the parts of the text share.
struct Told<'t> {
    asked: &'t Asked<'t>,
    it: &'t Explanation,
    kind: Option<&'t Definition>,
    /// Dates have a column of this width.
    width: usize,
}

pub(super) fn text(desk: &Desk, asked: &Asked, it: &Explanation, at: Day) -> String {
    let history = &asked.history;
    let kind = history.measure(&it.measure).map(|measure| &*history.measures()[measure].kind);
    let dates = it.used.iter().map(|used| used.effective.as_ref());
    let dates = dates.chain(it.not_used.iter().map(|unused| unused.effective.as_ref()));
    let width = dates.flatten().map(|date| date.text.chars().count()).max().unwrap_or(0).max(10);
    let told = Told { asked, it, kind, width };
    [
        heading(asked, at),
        told.answer(desk),
        told.because(),
        told.not_used(),
        told.not_followed(),
        told.deciding(),
        told.contested(),
        told.rule(),
        told.with_everything(),
        noted(asked),
        told.hint(),
    ]
    .concat()
}

impl Told<'_> {
    fn answer(&self, desk: &Desk) -> String {
        let row = &self.it.answer;
        let symbol = symbol(&row.standing, desk.is_utf8());
        let status = status_words(row, &self.asked.history);
        let since = row.since.as_ref().map(|since| format!("  since {}", since.text));
        let since = since.unwrap_or_default();
        format!(" {symbol}  {}  {}{since}\n    {}\n", safe(&row.title), safe(&status), row.measure)
    }

    /// What counts and did something, with its sources; then, in short, what did nothing.
    fn because(&self) -> String {
        let (idle, telling): (Vec<&Used>, Vec<&Used>) =
            self.it.used.iter().partition(|used| used.role == Role::ChangedNothing);
        let mut out = String::from("\nBecause (by the date of effect)\n");
        if telling.is_empty() {
            out += "  nothing that counts had done anything by then\n";
        }
        let mut shown = std::collections::BTreeSet::new();
        for used in telling {
            out += &self.used(used);
            if shown.insert(used.record) {
                out += &sources(&used.sources);
            }
        }
        if !idle.is_empty() {
            out += "\nCounted too, and changed nothing\n";
            out.extend(idle.into_iter().map(|used| self.used(used)));
        }
        out
    }

    fn used(&self, used: &Used) -> String {
        let act = self.thing(used.act.as_deref(), used.what, &used.measure);
        let status = used.status.as_ref().map(|status| self.label(status));
        let status = status.filter(|label| Some(label) != used.act.as_ref());
        let status = status.map(|label| format!(" ({label})"));
        let roles: Vec<String> = used.roles.iter().map(|role| plain(role.as_str())).collect();
        let amended = records(" · corrected by ", &used.amended_by);
        let head = format!("@{} {act}{}: ", used.record, status.unwrap_or_default());
        let line =
            self.line(used.effective.as_ref(), &format!("{head}{}{amended}", roles.join(", ")));
        line + &self.otherwise(&used.otherwise)
    }

    /// What became of something in other worlds or parts.
    fn otherwise(&self, rows: &[Otherwise]) -> String {
        let line = |row: &Otherwise| {
            let place = match row.parts.as_slice() {
                [] => "in other worlds".to_owned(),
                parts => format!("for {}", parts.join(", ")),
            };
            self.line(None, &format!("  {place}: {}", row.text))
        };
        rows.iter().map(line).collect()
    }

    /// What does not count: events, plans, and what came later to the ledger.
    fn not_used(&self) -> String {
        let rows = self.it.not_used.iter().filter(|row| !is_of_a_source(row));
        let lines: String = rows.map(|row| self.unused(row)).collect();
        let lines = if lines.is_empty() { "  nothing\n".to_owned() } else { lines };
        format!("\nNot used (by the date of effect)\n{lines}")
    }

    fn unused(&self, row: &Unused) -> String {
        let what = match row.what {
            What::Correction => "correction".to_owned(),
            What::Event | What::Plan | What::Measure | What::Wording | What::Source => {
                self.thing(row.act.as_deref(), row.what, &row.measure)
            }
        };
        let line =
            self.line(row.effective.as_ref(), &format!("@{} {what}: {}", row.record, row.text));
        line + &self.otherwise(&row.otherwise)
    }

    /// Wordings that were corrected, and sources that say otherwise.
    fn not_followed(&self) -> String {
        let rows = self.it.not_used.iter().filter(|row| is_of_a_source(row));
        let line = |row: &Unused| {
            let of = row.of.unwrap_or(row.record);
            let text = match (row.what, row.field.as_deref()) {
                (What::Wording, Some(field)) => {
                    let value =
                        |value: &Option<_>| value.as_ref().map(value_words).unwrap_or_default();
                    let (from, to) = (value(&row.from), value(&row.to));
                    format!("@{of} {field} was {from}, is {to}: {}", row.text)
                }
                _ => format!("@{of}: {}{}", row.text, records(" · source from ", &[row.record])),
            };
            self.line(row.effective.as_ref(), &text)
        };
        let lines: String = rows.map(line).collect();
        section("Said, and not followed", &lines)
    }

    fn deciding(&self) -> String {
        let line = |it: &Deciding| {
            let on = it.on.iter().map(|on| format!("on {} {}", on.day, self.labels(&on.possible)));
            let act = match it.place {
                Some(_) => format!("planned {}", it.act),
                None => it.act.clone(),
            };
            let on = on.collect::<Vec<_>>().join("; ");
            self.line(Some(&it.effective), &format!("@{} {act}: {on}", it.record))
        };
        section("What decides", &self.it.deciding.iter().map(line).collect::<String>())
    }

    fn contested(&self) -> String {
        let line = |it: &Contesting| {
            let (fields, possible) = (it.fields.join(", "), self.labels(&it.possible));
            let name = name(&it.source);
            format!("  @{}: {name} differs on {fields}; then {possible}\n", it.record)
        };
        let lines: String = self.it.contested.iter().map(|it| safe_line(&line(it))).collect();
        section("One source alone would change it", &lines)
    }

    fn rule(&self) -> String {
        let rule = &self.it.rule;
        let also = rule.also.iter().map(|it| format!("  {}\n", it.text));
        format!("\nRule\n  {}\n{}", safe(&rule.text), also.collect::<String>())
    }

    /// What everything recorded and public gives, where not all of it counted.
    fn with_everything(&self) -> String {
        let asked = self.asked;
        let what = match (&asked.known, asked.public) {
            (None, None) => return String::new(),
            (Some(_), None) => "With everything recorded",
            (None, Some(_)) => "With everything public",
            (Some(_), Some(_)) => "With everything recorded and public",
        };
        let Some(row) = &self.it.with_everything else {
            return format!("\n{what}: the same answer.\n");
        };
        let same = if row.possible == self.it.answer.possible { "still " } else { "" };
        let why = self.why(row);
        let history = asked.history_when(usize::MAX, None);
        let status = status_words(row, &history);
        format!("\n{what}: {same}\"{}\"{why}.\n", safe(&status))
    }

    fn why(&self, row: &Row) -> String {
        let entry = row.because.last().and_then(|&record| self.asked.entry(record));
        let why =
            entry.map(|entry| format!(" (@{}, recorded {})", entry.seq, entry.recorded.day()));
        why.unwrap_or_default()
    }

    fn hint(&self) -> String {
        let record = self.it.answer.because.last().or(self.it.used.last().map(|used| &used.record));
        record.map_or_else(String::new, |record| {
            format!("One in full:  {}\n", self.asked.command(&format!("show @{record}")))
        })
    }

    // Pieces

    /// A line with its date in a column.
    fn line(&self, date: Option<&Dated>, text: &str) -> String {
        let date = date.map(|date| safe(&date.text).into_owned()).unwrap_or_default();
        let width = self.width;
        format!("  {date:width$}  {}\n", safe(text))
    }

    /// An act, whether it is planned, and the measure where it is not the one asked about.
    fn thing(&self, act: Option<&str>, what: What, measure: &str) -> String {
        let other = (measure != self.it.measure).then(|| format!("{measure} "));
        let other = other.unwrap_or_default();
        match (act, what) {
            (Some(act), What::Plan) => format!("{other}planned {act}"),
            (Some(act), _) => format!("{other}{act}"),
            (None, _) => format!("declaration of {measure}"),
        }
    }

    fn label(&self, status: &str) -> String {
        self.kind.map_or_else(|| status.to_owned(), |kind| kind.label_of(status).to_owned())
    }

    fn labels(&self, statuses: &std::collections::BTreeSet<String>) -> String {
        statuses.iter().map(|status| self.label(status)).collect::<Vec<_>>().join(" or ")
    }
}

fn is_of_a_source(row: &Unused) -> bool {
    matches!(row.what, What::Wording | What::Source)
}

fn section(title: &str, lines: &str) -> String {
    if lines.is_empty() { String::new() } else { format!("\n{title}\n{lines}") }
}

fn records(before: &str, records: &[u64]) -> String {
    if records.is_empty() {
        return String::new();
    }
    let records: Vec<String> = records.iter().map(|record| format!("@{record}")).collect();
    format!("{before}{}", records.join(" "))
}

/// A word of a closed list, for people.
fn plain(word: &str) -> String {
    word.replace('-', " ")
}

fn safe_line(line: &str) -> String {
    format!("{}\n", safe(line.trim_end_matches('\n')))
}

fn name(source: &Evidence) -> &str {
    let names = [&source.publisher, &source.title, &source.url];
    names.into_iter().find_map(Option::as_deref).unwrap_or("a source")
}

/// The evidence: who and when, below it the title, the address, its words.
fn sources(sources: &[Evidence]) -> String {
    let one = |source: &Evidence| {
        let date = source.published.as_ref().map(|date| format!(", {}", date.text));
        let denies = source.stance.map(|_| " · denies that it happened").unwrap_or_default();
        let first = format!("      {}{}{denies}", name(source), date.unwrap_or_default());
        let title = source.title.as_deref().filter(|&title| title != name(source));
        let url = source.url.as_deref().filter(|&url| url != name(source));
        let quote = source.quote.as_ref().map(|quote| format!("\"{quote}\""));
        let says = source.says.as_ref().map(|says| {
            let says = serde_json::to_value(says).unwrap_or_default();
            format!("says otherwise: {}", value_words(&says))
        });
        let below = [title.map(str::to_owned), url.map(str::to_owned), quote, says];
        let below = below.into_iter().flatten().map(|line| format!("        {line}"));
        std::iter::once(first).chain(below).map(|line| safe_line(&line)).collect::<String>()
    };
    sources.iter().map(one).collect()
}
