//! Spreadsheets in: rules, problems, what is skipped, what is corrected later, what is proposed.

mod any_bytes;
mod corrected;
mod encodings;
mod fixtures;
mod problems;
mod proposed;
mod shapes;
mod skipped;

use std::path::PathBuf;

use crate::house::{Answer, House};

/// A place in `fixtures/sources`.
fn fixture(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/sources")).join(name)
}

/// An empty ledger with copies of some fixtures beside it.
fn house_with(names: &[&str]) -> House {
    let house = House::empty();
    for name in names {
        house.file(name, std::fs::read(fixture(name)).unwrap());
    }
    house
}

/// Rules for a table of events, one a row: No, Id, Act, Date.
const LONG: &str = "[measure]\nid = \"t.{Id|slug}\"\nkind = \"licensing-requirement\"\n\
                    [[event]]\nkey = \"t-{No}\"\nact = \"{Act}\"\neffective = \"{Date}\"\n";

/// Rules for a table of beginnings and ends: Id, From, Until. `is`: what an end is.
fn start_end(is: &str) -> String {
    format!(
        "[measure]\nid = \"t.{{Id|slug}}\"\nkind = \"licensing-requirement\"\n[[event]]\nkey = \
         \"t-{{Id}}\"\nact = \"imposed\"\neffective = \"{{From}}\"\n[event.end]\ndate = \
         \"{{Until}}\"\n{is}\n"
    )
}

/// Imports a table with rules into a ledger.
fn import(house: &House, table: impl AsRef<[u8]>, rules: &str, more: &str) -> Answer {
    house.file("t.csv", table);
    house.file("rules.toml", rules);
    house.ledger(&format!("import t.csv --map rules.toml {more}"))
}

/// The errors, each a line without `error: `.
fn errors(answer: &Answer) -> Vec<String> {
    let lines = answer.err.lines().filter_map(|line| line.strip_prefix("error: "));
    lines.map(str::to_owned).collect()
}
