//! The results as people read them: a line each on a terminal, tables on the page.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::plot;
use super::results::{Judged, Measured, Results, Row, Target, number};

const BEGIN: &str = "<!-- figures: from here on written by `-- report` -->";
const END: &str = "<!-- figures: to here -->";

/// The targets are for ledgers of this size.
pub const AIMED_AT: u64 = 1_000_000;

/// A row for the terminal.
pub fn row_as_text(row: &Row) -> String {
    let mut text = format!("\n{} {}\n", row.id, row.work.replace('`', ""));
    for Measured { who, milliseconds, runs, own_memory_bytes, .. } in &row.measured {
        let own = number(*own_memory_bytes) / 1e6;
        let _ = writeln!(text, "    {who:44} {milliseconds:12.2} ms {own:8.1} MB  (n {runs})");
    }
    for judged in &row.judged {
        let Judged { what, against, unit, ratio, .. } = judged;
        let words = format!("{what} / {against} ({unit})");
        let _ = writeln!(text, "  = {words:60} {ratio:6.2}  {}", verdict(judged));
    }
    for note in &row.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    text
}

/// What became of the target.
fn verdict(judged: &Judged) -> String {
    match judged.target.map(|target| target.missed_by(judged.ratio)) {
        None => String::new(),
        Some(None) => "met".to_owned(),
        Some(Some(by)) => format!("missed by × {by:.2}"),
    }
}

fn target(judged: &Judged) -> String {
    match judged.target {
        None => String::new(),
        Some(Target::AtMost(most)) => format!("≤ {most}"),
        Some(Target::AtLeast(least)) => format!("≥ {least}"),
    }
}

/// Writes the figures into the page and the pictures beside it, and keeps what they were made of.
pub fn write(results: &Results, docs: &Path) {
    let page = docs.join("benchmarks.md");
    let beside = docs.join("benchmarks");
    fs::create_dir_all(&beside).unwrap();
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the page has the first mark");
    let (_, after) = rest.split_once(END).expect("the page has the second mark");
    let text = format!("{before}{BEGIN}\n\n{}{END}{after}", figures(results));
    fs::write(page, text).unwrap();
    for plot in plot::all(results) {
        fs::write(beside.join(plot.file), plot.svg).unwrap();
    }
    results.write(&beside.join("results.json"));
}

fn figures(results: &Results) -> String {
    let mut text = machine(results);
    for plot in plot::all(results) {
        let _ = writeln!(text, "![{}](benchmarks/{})\n", plot.title, plot.file);
    }
    for size in results.sizes().into_iter().rev() {
        let rows: Vec<&Row> = results.rows.iter().filter(|row| row.events == size).collect();
        let _ = writeln!(text, "### {} events\n\n{}", grouped(size), judgements(&rows));
        let _ = writeln!(text, "All that was run:\n\n{}", contestants(&rows));
    }
    text
}

fn machine(results: &Results) -> String {
    let machine = &results.machine;
    let duckdb = machine
        .duckdb
        .as_ref()
        .map_or("not there".to_owned(), |it| format!("{it}, its Python wheel"));
    let mut text = format!(
        "{} cores of {}, {}; sqlite3 shell {}, library {}; DuckDB {duckdb}.\n\n\
         | what the machine can do at all | |\n|---|---|\n",
        machine.cores,
        machine.processor,
        machine.system,
        machine.sqlite_shell,
        machine.sqlite_library,
    );
    for floor in &results.floors {
        let _ = writeln!(text, "| {} | {} {} |", floor.what, rounded(floor.value), floor.unit);
    }
    text + "\n"
}

fn judgements(rows: &[&Row]) -> String {
    let mut text = "| row | ours | | against | | ratio | target | |\n\
                    |---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for row in rows {
        for judged in &row.judged {
            let Judged { what, ours, against, theirs, unit, ratio, .. } = judged;
            let (ours, theirs) = (rounded(*ours), rounded(*theirs));
            let (target, verdict) = match row.events {
                AIMED_AT.. => (target(judged), verdict(judged)),
                _ => Default::default(),
            };
            let ratio = rounded(*ratio);
            let id = &row.id;
            let _ = writeln!(
                text,
                "| {id} | {what} | {ours} {unit} | {against} | {theirs} | {ratio} | {target} | {verdict} |"
            );
        }
    }
    text
}

fn contestants(rows: &[&Row]) -> String {
    let mut text = "| row | who | n | median, ms | quartiles | answer, kB | own memory, MB |\n\
                    |---|---|---|---|---|---|---|\n"
        .to_owned();
    for row in rows {
        let _ = writeln!(text, "| {} | {}, {} | | | | | |", row.id, row.work, row.taken);
        for it in &row.measured {
            let quartiles =
                format!("{} to {}", rounded(it.lower_quartile), rounded(it.upper_quartile));
            let bytes = it.answer_bytes.div_ceil(1000);
            let memory = match it.own_memory_bytes {
                0 => String::new(),
                own => rounded(number(own) / 1e6),
            };
            let (who, n, median) = (&it.who, it.runs, rounded(it.milliseconds));
            let _ =
                writeln!(text, "| | {who} | {n} | {median} | {quartiles} | {bytes} | {memory} |");
        }
        for note in &row.notes {
            let _ = writeln!(text, "| | {note} | | | | | |");
        }
    }
    text
}

/// Three digits that count.
fn rounded(value: f64) -> String {
    if value >= 100.0 {
        return grouped(whole(value));
    }
    let places = if value >= 10.0 { 1 } else { 2 };
    if value > 0.0 && value < 0.095 { format!("{value:.3}") } else { format!("{value:.places$}") }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a figure for people")]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

/// `1,000,000`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
