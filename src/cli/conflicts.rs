//! `ledger conflicts`: where sources disagree, and which side is followed.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Format;
use super::complaint::Complaint;
use super::desk::Desk;
use super::log::noted;
use super::page::Page;
use super::safe::{quoted, safe};
use super::table::Table;
use super::writing::{Writing, misused, once};
use crate::admission::Same;
use crate::answer::{Conflict, WouldChange};
use crate::ask::conflicts::{Answer, Question, table};
use crate::ask::saying::Values;
use crate::ask::{Asked, Knowing, Meant, Scope};
use crate::timeline::MIXED;

/// Where sources disagree with the event they speak of.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Conflicts {
    #[command(subcommand)]
    act: Option<Act>,
    /// The measures [default: all].
    measures: Vec<String>,
    /// Settled ones too.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    knowing: Knowing,
    /// Exit with 1 where there is one.
    #[arg(long)]
    exit_code: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    /// Says which value is followed, and why.
    Settle(Settle),
}

/// Says which value is followed, and why.
#[derive(Debug, clap::Args)]
struct Settle {
    /// The event: a number (@12), an id or the beginning of one, or a key.
    #[arg(value_name = "REF")]
    of: String,
    /// effective, announced, act, set (the attributes) or occurred.
    #[arg(long)]
    field: String,
    /// The value that is followed: true or false for occurred, NAME=VALUE or a JSON object for set,
    /// where it can be given several times.
    #[arg(long, required = true, allow_hyphen_values = true)]
    value: Vec<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// A stable name for the new record, unique in the ledger.
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

impl Settle {
    fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let verb = "conflicts settle";
        once("--value", if self.field == "set" { &self.value } else { &[] }, verb)?;
        let session = self.writing.open(desk, verb, &Scope::records([&self.of]))?;
        let mut values = Values::new(session.ground(), verb);
        let value = self.followed(&mut values)?;
        let said = json!({
            "record": "settlement",
            "key": self.key,
            "of": values.reference(&self.of),
            "field": self.field,
            "value": value,
            "reason": self.reason,
        });
        let draft = values.draft_of(said)?;
        session.record(vec![draft], Same::New)?.page()
    }

    /// The value that is followed: attributes name by name or as JSON, every other field at once.
    fn followed(&self, values: &mut Values<'_>) -> Result<Value, Complaint> {
        match self.value.as_slice() {
            [one] if self.field != "set" => Ok(values.field(&self.field, one)),
            [one] if one.starts_with('{') => Ok(values.value(one)),
            pairs if self.field == "set" => Ok(values.attributes("--value", pairs).into()),
            _ => Err(misused("only `--field set` takes several `--value`", "conflicts settle")),
        }
    }
}

impl Conflicts {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        if let Some(Act::Settle(settle)) = &self.act {
            return settle.run(desk);
        }
        let format = desk.format()?;
        let meant = if format == Format::Text { Meant::ForPeople } else { Meant::ForPrograms };
        let (measures, knowing) = (self.measures.clone(), self.knowing.clone());
        let answer = Question { measures, all: self.all, knowing }.ask(desk, meant)?;
        let Answer { asked, rows, envelope } = answer;
        let exit = u8::from(self.exit_code && !rows.is_empty());
        let text = |found: &[Conflict]| text(found, &asked);
        Ok(Page { exit, ..Page::of_rows(format, envelope, rows, text, table) })
    }
}

fn text(found: &[Conflict], asked: &Asked) -> String {
    let heading = format!("Where sources disagree · {}\n\n", asked.extent());
    if found.is_empty() {
        return format!("{heading}No source disagrees.\n");
    }
    let conflicts: Vec<String> = found.iter().map(|conflict| one(conflict, asked)).collect();
    [heading, conflicts.join("\n"), noted(asked)].concat()
}

fn one(conflict: &Conflict, asked: &Asked) -> String {
    let Conflict { record, measure, act, field, .. } = conflict;
    let mut table = Table::new(&["VALUE", "", "SOURCES"]);
    for (place, side) in conflict.sides.iter().enumerate() {
        let settled = side.sources.is_empty() && conflict.settled.is_some();
        let used = match place {
            0 if settled => "settled",
            0 => "in use",
            _ => "",
        };
        table.row(vec![readable(field, &side.value), used.to_owned(), side.sources.join("; ")]);
    }
    let heading = format!("@{record} {measure} {act}: {field}\n");
    [heading, table.to_text("    "), hangs(conflict, asked), next_step(conflict, asked)].concat()
}

/// Which answers hang on it.
fn hangs(conflict: &Conflict, asked: &Asked) -> String {
    let words = |measure: &str, possible: &BTreeSet<String>| {
        let kind = asked.history.measure(measure);
        let kind = kind.map(|measure| asked.history.measures()[measure].kind.clone());
        let label = |status: &String| match &kind {
            Some(kind) if status != MIXED => kind.label_of(status).to_owned(),
            Some(_) | None => status.clone(),
        };
        let shown = |status: &String| safe(&label(status)).into_owned();
        possible.iter().map(shown).collect::<Vec<_>>().join(" or ")
    };
    let lines = conflict.would_change.iter().map(|change| {
        let WouldChange { measure, at, value, attribute, from, to } = change;
        let [from, to] = [from, to].map(|possible| match attribute {
            Some(_) => values(possible),
            None => words(measure, possible),
        });
        let value = readable(conflict.field, value);
        let of = attribute.as_ref().map(|name| format!(" {}", safe(name))).unwrap_or_default();
        format!("    With {}, {measure}{of} on {at}: {to} (now {from})\n", safe(&value))
    });
    match (lines.collect::<String>(), conflict.settled) {
        (none, None) if none.is_empty() => "    No status hangs on it.\n".to_owned(),
        (lines, _) => lines,
    }
}

/// The values that an attribute can have.
fn values(possible: &BTreeSet<String>) -> String {
    let text = |value: &String| match value.as_str() {
        "null" => "nothing".to_owned(),
        value => safe(value).into_owned(),
    };
    possible.iter().map(text).collect::<Vec<_>>().join(" or ")
}

/// A value as people write it: attributes `NAME=VALUE` each.
fn readable(field: &str, value: &str) -> String {
    let object = serde_json::from_str::<Map<String, Value>>(value).ok();
    let Some(set) = object.filter(|_| field == "set") else {
        return value.to_owned();
    };
    let pair = |(name, value): (&String, &Value)| match value.as_str() {
        Some(text) => format!("{name}={text}"),
        None => format!("{name}={value}"),
    };
    let pairs: Vec<String> = set.iter().map(pair).collect();
    if pairs.is_empty() { "nothing".to_owned() } else { pairs.join("; ") }
}

/// How it was settled, or the command that would.
fn next_step(conflict: &Conflict, asked: &Asked) -> String {
    if let Some(record) = conflict.settled {
        return format!("    settled by @{record}\n");
    }
    let Conflict { record, field, in_use, .. } = conflict;
    let value = quoted(&safe(in_use));
    let settle =
        format!("conflicts settle @{record} --field {field} --value {value} --reason TEXT");
    format!("    Settle: {}\n", asked.asker.command(&settle))
}
