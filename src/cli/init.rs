//! `ledger init`: an empty ledger.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::complaint::Complaint;
use super::desk::{Desk, is_ledger};
use super::page::Page;
use super::place::{Place, TO_RECORD, connect, directory_of};
use super::safe::{quoted, safe};
use super::writing::{misused, says_what_it_did};
use crate::ask::Asker;
use crate::ledger::{ClockKind, Header, Ledger, Making, warning_of_disk};
use crate::log::{Address, LogError};

/// Makes an empty ledger.
#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// The directory to make, or `nats://HOST:4222/NAME` [default: that of `-f`, else ./.ledger].
    dir: Option<PathBuf>,
    /// Records may say when they were recorded: for a documented history. Every answer says so.
    #[arg(long)]
    simulated_clock: bool,
    /// How many servers keep each record, where it is made on a cluster [default: 3].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=5))]
    replicas: Option<u64>,
}

impl Init {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let named = self.dir.as_deref().or(desk.global.file.as_deref());
        if let Some(Place::Stream(address)) = named.map(Place::of).transpose()? {
            return self.on_cluster(desk, &address);
        }
        if self.replicas.is_some() {
            let message =
                "`--replicas` is of a ledger on a cluster: name one, nats://HOST:4222/NAME";
            return Err(misused(message, "init"));
        }
        let directory = new_directory(desk, named.unwrap_or(Path::new(".ledger")), "init")?;
        let clock = if self.simulated_clock { ClockKind::Simulated } else { ClockKind::Machine };
        let making = Making { clock, ..Making::default() };
        let ledger = Ledger::create(&directory, &making, desk.clock())?;
        let id = ledger.header().id;
        let shown = directory.display();
        let text = format!(
            "An empty ledger is in {} (id {id}).\nNext: {}, then {}\n",
            safe(&shown.to_string()),
            desk.command("measure add ID --kind KIND"),
            desk.command("append ID ACT --on DATE --source URL")
        );
        let warning = warning_of_disk(&directory, &super::doctor::mounts());
        let remarks = warning.map(|warning| format!("warning: {warning}")).into_iter().collect();
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/init/1",
            "results": [{"directory": shown.to_string(), "id": id, "clock": clock}],
            "notes": [],
        });
        Ok(Page { text, json, remarks, ..Page::default() })
    }

    /// Makes the stream, and this node's copy of it.
    fn on_cluster(&self, desk: &Desk, address: &Address) -> Result<Page, Complaint> {
        says_what_it_did(desk, "init")?;
        let clock = if self.simulated_clock { ClockKind::Simulated } else { ClockKind::Machine };
        let making = Making { clock, ..Making::default() };
        let stream = connect(desk, address, TO_RECORD)?;
        let made =
            Ledger::create_stream(&stream, &making, self.replicas.unwrap_or(3), desk.clock())?;
        let (Header { id, .. }, standing) = made;
        let directory = directory_of(desk, &stream)?;
        drop(Ledger::join(&directory, &stream, &desk.opening())?);
        let shown = directory.display().to_string();
        let (replicas, stream) = (standing.replicas, address.to_string());
        let servers = if replicas == 1 { "server" } else { "servers" };
        let text = format!(
            "An empty ledger is in {stream} (id {id}), kept by {replicas} {servers}.\nThis node's copy \
             of it is in {}.\nNext: {}\n",
            safe(&shown),
            format_args!("ledger -f {} measure add ID --kind KIND", quoted(&stream)),
        );
        let mut remarks = vec![SYNC.to_owned()];
        remarks.extend(standing.warnings.iter().map(|warning| format!("warning: {warning}")));
        let json = json!({
            "ok": true,
            "schema": "policy-ledger/init/1",
            "results": [{
                "directory": shown, "id": id, "clock": clock, "stream": stream,
                "replicas": replicas,
            }],
            "notes": [],
        });
        Ok(Page { text, json, remarks, ..Page::default() })
    }
}

/// What cannot be seen from here.
const SYNC: &str = "note: what is acknowledged survives a loss of power of all servers at once only \
                    where each has `sync_interval: always`; that cannot be seen from here";

/// Where a new ledger goes: a directory, never one inside another ledger's.
pub(super) fn new_directory(desk: &Desk, named: &Path, verb: &str) -> Result<PathBuf, Complaint> {
    says_what_it_did(desk, verb)?;
    if let Place::Stream(_) = Place::of(named)? {
        let message = "this makes a directory: `migrate` then moves the ledger to a cluster";
        return Err(misused(message, verb));
    }
    let directory = desk.surroundings.directory.join(named);
    match directory.parent().filter(|parent| is_ledger(parent)) {
        Some(parent) => Err(LogError::AlreadyALedger { path: parent.to_path_buf() }.into()),
        None => Ok(directory),
    }
}
