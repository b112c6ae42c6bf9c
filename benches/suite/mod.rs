//! The rows of the benchmark: what is run, against whom, and what comes of it.
//!
//! | member | does |
//! |---|---|
//! | `place` | the data on disk, made once for each size and form of store |
//! | `sqlite`, `duckdb` | the peers: their schema, their data, their best query |
//! | `process` | one process: how long it takes, how much memory it has |
//! | `contest` | several contestants in turn, medians |
//! | `rows` | the rows P1 to P9 |
//! | `floors` | how fast this machine could do it at all |
//! | `results` | what is kept of a run |
//! | `report`, `plot` | the page and its pictures |

mod contest;
mod duckdb;
mod floors;
mod place;
mod plot;
mod process;
mod report;
mod results;
mod rows;
mod sqlite;

use std::path::PathBuf;
use std::time::Duration;

pub use rows::Id;
pub use sqlite::load as load_peer;

use crate::data::Size;
use place::Place;
use results::Results;

/// What is to be measured.
#[derive(Debug)]
pub struct Asked {
    /// How many events the ledger has.
    pub events: u64,
    /// For how long each contest goes on.
    pub seconds: f64,
    /// The rows; all where there are none.
    pub rows: Vec<Id>,
}

/// Measures rows, prints them and keeps the results.
pub fn measure(asked: &Asked) {
    let rows = if asked.rows.is_empty() { Id::all() } else { asked.rows.clone() };
    let bench = rows::Bench {
        here: Place::of(Size { events: asked.events }),
        small: Place::of(Size { events: rows::SMALL }),
        budget: Duration::from_secs_f64(asked.seconds),
    };
    println!("{} events, {} measures", asked.events, bench.here.size.measures());
    if asked.events < report::AIMED_AT {
        println!("(the targets are for {} events)", report::grouped(report::AIMED_AT));
    }
    let path = results::path();
    let mut results = Results::read(&path);
    results.machine = results::Machine::this();
    results.floors = floors::measured(&bench.here.scratch());
    for id in Id::in_order_of_running(&rows) {
        let row = bench.row(id);
        print!("{}", report::row_as_text(&row));
        results.keep(row);
        results.write(&path);
    }
    println!("\nkept in {}", results::shown(&path));
}

/// Writes the page and its pictures from the results.
pub fn report(results: Option<PathBuf>, docs: Option<PathBuf>) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let results = Results::read(&results.unwrap_or_else(results::path));
    assert!(!results.rows.is_empty(), "there are no results: measure rows first");
    report::write(&results, &docs.unwrap_or_else(|| root.join("docs")));
}
