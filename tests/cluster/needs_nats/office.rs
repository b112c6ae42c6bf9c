//! A node of a ledger on a cluster, with its own copy.

use std::path::{Path, PathBuf};

use policy_ledger::ledger::{Ledger, LedgerError, Making, Standpoint, Writer};
use policy_ledger::log::Stream;
use policy_ledger::record::Entry;
use policy_ledger::time::{Clock as _, SystemClock};
use serde_json::Value;

use super::servers::{Cluster, patiently};
use crate::ledgers::{draft, measure, patient};

/// A node of a ledger on a cluster.
pub struct Office {
    pub directory: PathBuf,
    pub stream: Stream,
}

/// Makes a ledger with some measures on a cluster.
pub fn found(cluster: &Cluster, name: &str, home: &Path) -> Office {
    let stream = cluster.stream(name);
    let fixed = (uuid::Uuid::new_v4(), SystemClock.now());
    let making = Making { fixed: Some(fixed), ..Making::default() };
    patiently(|| match Ledger::create_stream(&stream, &making, 3, &SystemClock) {
        Ok((_, standing)) => Ok(standing),
        Err(LedgerError::Log(error)) => Err(error),
        Err(error) => panic!("{error}"),
    });
    let office = Office { directory: home.join("founder"), stream };
    office.append((0..10).map(measure));
    office
}

impl Office {
    /// Another node of the same ledger.
    pub fn other(&self, directory: PathBuf) -> Self {
        Self { directory, stream: self.stream.clone() }
    }

    pub fn open(&self) -> Ledger {
        Ledger::join(&self.directory, &self.stream, &patient("an office")).unwrap()
    }

    /// Records what is said, all of it.
    pub fn append(&self, said: impl IntoIterator<Item = Value>) {
        let drafts = said.into_iter().map(|value| draft(&value)).collect();
        self.open().append(drafts, &Writer::of(&SystemClock)).unwrap();
    }

    /// Every record, and the ledger as it is.
    pub fn all(&self) -> (Vec<Entry>, Standpoint) {
        let ledger = self.open();
        (ledger.entries().unwrap(), ledger.standpoint(ledger.records()).unwrap())
    }
}
