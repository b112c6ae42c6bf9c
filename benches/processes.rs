//! Whole processes, from the shell: one question a process, against the same question put to what
//! users would pick instead, on the same data. `docs/benchmarks.md` says how to read the figures.
//!
//! ```text
//! cargo bench --bench processes                               # every row, 10,000 events
//! cargo bench --bench processes -- rows --events 1000000      # every row, of another size
//! cargo bench --bench processes -- rows --events 100000 P1 P2 # some rows
//! cargo bench --bench processes -- report                     # docs/benchmarks.md from the results
//! cargo bench --bench processes -- generate 100000            # only the data, as JSON Lines
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot go on stops")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its figures")]
#![allow(clippy::panic, reason = "a benchmark that cannot go on stops")]
#![allow(unreachable_pub, reason = "the door of a benchmark's module is not that of the crate")]

mod data;
mod suite;

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use data::Size;
use suite::{Asked, Id};

/// Measures the program against what users would pick instead.
#[derive(Debug, Parser)]
struct Words {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Said by cargo.
    #[arg(long, global = true, hide = true)]
    bench: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Measures rows of the table and keeps the results.
    Rows {
        /// The rows [default: all].
        rows: Vec<Id>,
        /// How many events the ledger has.
        #[arg(long, default_value_t = 10_000)]
        events: u64,
        /// For how long each contest goes on, in seconds; three rounds at least.
        #[arg(long, default_value_t = 4.0)]
        seconds: f64,
    },
    /// Writes the tables and plots of docs/benchmarks.md from the results.
    Report {
        /// Other results than those kept.
        #[arg(long)]
        results: Option<PathBuf>,
        /// Another directory than docs.
        #[arg(long)]
        docs: Option<PathBuf>,
    },
    /// Writes a ledger as JSON Lines, or (--plain) as the peers get it.
    Generate {
        events: u64,
        #[arg(long)]
        plain: bool,
    },
    /// Loads records into SQLite, durably for each thousand (one contestant of P6).
    #[command(hide = true)]
    LoadPeer { plain: PathBuf, database: PathBuf },
}

fn main() {
    match Words::parse().verb {
        None => suite::measure(&Asked { events: 10_000, seconds: 1.0, rows: Vec::new() }),
        Some(Verb::Rows { rows, events, seconds }) => {
            suite::measure(&Asked { events, seconds, rows });
        }
        Some(Verb::Report { results, docs }) => suite::report(results, docs),
        Some(Verb::Generate { events, plain }) => generate(Size { events }, plain),
        Some(Verb::LoadPeer { plain, database }) => suite::load_peer(&plain, &database),
    }
}

fn generate(size: Size, plain: bool) {
    let mut out = BufWriter::new(io::stdout().lock());
    for said in size.said() {
        let line = if plain { said.plain() } else { said.line() };
        writeln!(out, "{line}").unwrap();
    }
    out.flush().unwrap();
}
