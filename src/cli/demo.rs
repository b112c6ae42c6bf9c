//! `ledger demo`: a worked example, the same on every machine.

use std::path::PathBuf;

use serde_json::json;
use uuid::Uuid;

use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::init::new_directory;
use super::page::Page;
use super::safe::{quoted, safe};
use crate::admission::Same;
use crate::ask::Asker;
use crate::ledger::{ClockKind, Ledger, Making, Writer};
use crate::record::{self, Draft};
use crate::time::Instant;

/// The public record of the Japan–Korea measures.
const RECORD: &str = include_str!("../../fixtures/public-record.jsonl");

/// The id of every demo: all of them are the same ledger (a UUID of version 8, RFC 9562).
const ID: Uuid = Uuid::from_u128(0x6a61_7061_6e6b_8f72_a561_6465_6d6f_0001);

/// Makes a worked example: the Japan–Korea measures 2004 to 2023, on a simulated clock.
#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// The directory to make.
    dir: PathBuf,
}

impl Demo {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let directory = new_directory(desk, &self.dir, "demo")?;
        let drafts = drafts()?;
        let first = drafts.iter().find_map(|draft| draft.recorded);
        let made = first.unwrap_or_else(|| Instant::start_of(desk.today()));
        let making = Making { clock: ClockKind::Simulated, fixed: Some((ID, made)) };
        let mut ledger = Ledger::create(&directory, &making, desk.clock())?;
        let writer = Writer { same: Same::Already, by: Some("demo"), ..Writer::of(desk.clock()) };
        ledger.append(drafts, &writer)?;
        self.page(&ledger)
    }

    fn page(&self, ledger: &Ledger) -> Result<Page, Complaint> {
        let path = self.dir.to_string_lossy();
        let (dir, shown) = (quoted(&safe(&path)), safe(&path));
        let records = ledger.records();
        let text = format!(
            "The Japan–Korea measures, {records} records from 2004 to 2023, are in {shown}.\n\
             Recorded times are simulated: each record is dated by the day it could be known.\n\n\
             Try next:\n  \
             cd {dir}\n  \
             ledger state --at 2020-01-01\n  \
             ledger state kr-jp.gsomia --at 2019-12-01\n  \
             ledger state kr-jp.gsomia --at 2019-12-01 --known 2019-11-01\n"
        );
        let result = json!({"directory": path, "records": records});
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/demo/1",
            "ledger": ledger.standpoint(records)?,
            "results": [result],
            "notes": ["clock: simulated"],
        });
        Ok(Page { text, json, ..Page::default() })
    }
}

fn drafts() -> Result<Vec<Draft>, Complaint> {
    let read =
        |line: &str| record::parse_object(line).map_err(|r| vec![r]).and_then(|o| record::read(&o));
    let drafts: Result<Vec<Draft>, _> = RECORD.lines().map(read).collect();
    drafts.map_err(|refusals| Complaint {
        exit: Exit::Refused,
        items: refusals.into_iter().map(Item::from).collect(),
    })
}
