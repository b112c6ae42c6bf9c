//! Writing a form that says what is known already.

use super::super::Append;
use crate::ask::saying::BARE;
use crate::cli::sources::Sources;

const HEAD: &str = "\
# One development: lines `field: value`; what is empty is not said.
# A line `---` begins another one. `then`, `source`, `cancels`, `settles` can be
# there several times; `publisher`, `source-date`, `quote` are about the source
# above them. A line that begins with `|` goes on with the value above.
# All fields: ledger help forms. An empty form records nothing.
";

/// Fields that are offered, in this order, before the sources.
const OFFERED: [&str; 7] = ["measure", "act", "on", "announced", "then", "cancels", "settles"];

/// What is offered of a source.
const OF_SOURCE: [&str; 4] = ["source", "publisher", "source-date", "quote"];

/// A form with what was said already; `acts` are what can be done to the measure.
pub(in crate::cli::append) fn written(append: &Append, acts: &[String]) -> String {
    let fields = append.fields();
    let of_source = |name: &str| name == "source" || Sources::details().any(|it| it == name);
    let mut text = HEAD.to_owned();
    if !acts.is_empty() {
        put(&mut text, &format!("# Acts: {}", acts.join(", ")));
    }
    text.push('\n');
    for name in OFFERED {
        offer(&mut text, name, &fields);
    }
    for (name, value) in &fields {
        if !OFFERED.contains(name) && !of_source(name) && *name != "note" {
            line(&mut text, name, value);
        }
    }
    if append.sources.is_empty() {
        for name in OF_SOURCE {
            line(&mut text, name, "");
        }
    }
    for (name, value) in fields.iter().filter(|(name, _)| of_source(name)) {
        line(&mut text, name, value);
    }
    offer(&mut text, "note", &fields);
    text
}

/// What is said under a name, or an empty line for it.
fn offer(text: &mut String, name: &str, fields: &[(&'static str, String)]) {
    let mut said = fields.iter().filter(|(other, _)| *other == name).peekable();
    if said.peek().is_none() {
        line(text, name, "");
    }
    said.for_each(|(_, value)| line(text, name, value));
}

fn line(text: &mut String, name: &str, value: &str) {
    let value = if BARE.contains(&name) { "yes" } else { value };
    let mut lines = value.split('\n').map(|line| line.trim_end_matches('\r'));
    let first = lines.next().unwrap_or("");
    put(text, &format!("{name}: {first}"));
    for more in lines {
        put(text, &format!("| {more}"));
    }
}

/// One line of the form.
fn put(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}
