//! `ledger conflicts`: where sources disagree, and which side is followed.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::complaint::Complaint;
use super::desk::{Asked, Desk, Knowing, Scope};
use super::page::Page;
use super::safe::{quoted, safe};
use super::said::name_of;
use super::table::Table;
use super::values::Values;
use super::writing::Writing;
use crate::admission::Same;
use crate::history::Standing;
use crate::record::{Event, Record, Source};
use crate::time::Window;

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
    /// effective, announced, act or occurred.
    #[arg(long)]
    field: String,
    /// The value that is followed; true or false for occurred.
    #[arg(long, allow_hyphen_values = true)]
    value: String,
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
        let session = self.writing.open(desk, verb, &Scope::records([&self.of]))?;
        let mut values = Values::new(&session, verb);
        let said = json!({
            "record": "settlement",
            "key": self.key,
            "of": values.reference(&self.of),
            "field": self.field,
            "value": values.field(&self.field, &self.value),
            "reason": self.reason,
        });
        let draft = values.draft_of(said)?;
        session.record(vec![draft], Same::New)?.page()
    }
}

/// One field of one event on which its sources disagree.
struct Conflict<'h> {
    standing: &'h Standing,
    field: &'static str,
    /// Each value with the names of the sources that give it; the one in use first.
    sides: IndexMap<String, Vec<String>>,
    open: bool,
}

impl Conflicts {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        if let Some(Act::Settle(settle)) = &self.act {
            return settle.run(desk);
        }
        let asked = desk.ask_about(&self.knowing, &Scope::measures(&self.measures))?;
        let measures = asked.measures(&self.measures)?;
        let events = asked.history.events().iter().filter(|standing| {
            let of = standing.measure.filter(|m| measures.is_empty() || measures.contains(m));
            of.is_some() && !standing.retracted && !standing.hidden
        });
        let found: Vec<Conflict<'_>> =
            events.flat_map(of_event).filter(|conflict| self.all || conflict.open).collect();
        let rows: Vec<Value> = found.iter().map(|conflict| conflict.row(&asked)).collect();
        let now = asked.now(true);
        let notes = asked.notes();
        Ok(Page {
            text: text(&found, &asked),
            json: asked.envelope("conflicts", json!({"all": self.all}), now, &json!(rows), &notes),
            table: Some(table(&found)),
            exit: u8::from(self.exit_code && !found.is_empty()),
            ..Page::default()
        })
    }
}

/// The fields of an event on which sources disagree with it.
fn of_event(standing: &Standing) -> Vec<Conflict<'_>> {
    let fields = ["act", "effective", "announced", "occurred"];
    let of_field = |field: &'static str| {
        let contrary = standing.sides.all.iter().filter(|side| side.differs.contains(&field));
        let open = contrary.clone().any(|side| side.open.contains(&field));
        contrary.clone().next()?;
        let mut sides = IndexMap::from([(in_use(standing, field), Vec::new())]);
        sides.entry(own(standing, field)).or_default().extend(agreeing(standing, field));
        for side in contrary {
            let value = said_by(&side.source, field);
            sides.entry(value).or_default().push(name_of(&side.source).to_owned());
        }
        Some(Conflict { standing, field, sides, open })
    };
    fields.into_iter().filter_map(of_field).collect()
}

/// The value that answers follow.
fn in_use(standing: &Standing, field: &str) -> String {
    let happened = !standing.denied;
    value(&standing.event, field).unwrap_or_else(|| happened.to_string())
}

/// What the event itself says, whatever was settled.
fn own(standing: &Standing, field: &str) -> String {
    let event = standing.unsettled.as_ref().unwrap_or(&standing.event);
    value(event, field).unwrap_or_else(|| true.to_string())
}

fn value(event: &Event, field: &str) -> Option<String> {
    match field {
        "act" => Some(event.act.clone()),
        "effective" => Some(event.effective.text().to_owned()),
        "announced" => Some(event.announced.as_ref().map_or("", Window::text).to_owned()),
        _ => None,
    }
}

/// The sources that do not say otherwise.
fn agreeing(standing: &Standing, field: &'static str) -> Vec<String> {
    let contrary = |source: &Source| {
        let mut sides = standing.sides.all.iter();
        sides.any(|side| side.source == *source && side.differs.contains(&field))
    };
    let sources = standing.event.sources.iter();
    let agree = sources.filter(|source| !contrary(source));
    agree.map(|source| name_of(source).to_owned()).collect()
}

fn said_by(source: &Source, field: &str) -> String {
    let text = |window: &Option<Window>| window.as_ref().map_or("", Window::text).to_owned();
    match field {
        "act" => source.says.act.clone().unwrap_or_default(),
        "effective" => text(&source.says.effective),
        "announced" => text(&source.says.announced),
        _ => "false".to_owned(),
    }
}

impl Conflict<'_> {
    /// The last settlement of the field that stands.
    fn settled(&self, asked: &Asked) -> Option<u64> {
        let corrections = self.standing.corrected_by.iter().rev();
        let settles = |&&record: &&u64| match asked.entry(record).map(|e| &e.record) {
            Some(Record::Settlement(settlement)) => settlement.field == self.field,
            Some(_) | None => false,
        };
        corrections.into_iter().find(settles).copied().filter(|_| !self.open)
    }

    fn row(&self, asked: &Asked) -> Value {
        let side =
            |(value, sources): (&String, &Vec<String>)| json!({"value": value, "sources": sources});
        json!({
            "record": self.standing.record,
            "measure": self.standing.event.measure,
            "field": self.field,
            "in_use": in_use(self.standing, self.field),
            "sides": self.sides.iter().map(side).collect::<Vec<_>>(),
            "settled": self.settled(asked),
        })
    }
}

fn text(found: &[Conflict<'_>], asked: &Asked) -> String {
    if found.is_empty() {
        return "No source disagrees.\n".to_owned();
    }
    let mut out = String::new();
    for conflict in found {
        let Standing { record, event, .. } = conflict.standing;
        let Event { measure, act, .. } = event;
        let field = conflict.field;
        out.extend([format!("@{record} {measure} {act}: {field}\n")]);
        let mut table = Table::new(&["VALUE", "", "SOURCES"]);
        for (place, (value, sources)) in conflict.sides.iter().enumerate() {
            let settled = sources.is_empty() && conflict.settled(asked).is_some();
            let used = match place {
                0 if settled => "settled",
                0 => "in use",
                _ => "",
            };
            table.row(vec![value.clone(), used.to_owned(), sources.join("; ")]);
        }
        out += &table.to_text("    ");
        out += &conflict.next_step(asked);
    }
    out
}

impl Conflict<'_> {
    /// How it was settled, or the command that would.
    fn next_step(&self, asked: &Asked) -> String {
        if let Some(record) = self.settled(asked) {
            return format!("    settled by @{record}\n");
        }
        let (record, field) = (self.standing.record, self.field);
        let value = quoted(&safe(&in_use(self.standing, field)));
        let settle =
            format!("conflicts settle @{record} --field {field} --value {value} --reason TEXT");
        format!("    Settle: {}\n", asked.desk.command(&settle))
    }
}

fn table(found: &[Conflict<'_>]) -> Table {
    let mut table = Table::new(&["record", "measure", "field", "in_use", "value", "sources"]);
    for conflict in found {
        for (value, sources) in &conflict.sides {
            table.row(vec![
                conflict.standing.record.to_string(),
                conflict.standing.event.measure.clone(),
                conflict.field.to_owned(),
                in_use(conflict.standing, conflict.field),
                value.clone(),
                sources.join("; "),
            ]);
        }
    }
    table
}
