//! What every command that records has in common: its flags, and the ledger it tells.

use std::collections::BTreeSet;

use super::Format;
use super::complaint::{Complaint, Exit, Item};
use super::desk::{Desk, tell_of_mending};
use super::safe::flag;
use super::served;
use super::told::Told;
use crate::admission::{Refused, Same};
use crate::ask::saying::Ground;
pub(super) use crate::ask::saying::refused_values;
use crate::ask::{Asker as _, Scope, no_measure, told};
use crate::history::History;
use crate::ledger::{ClockKind, Ledger, LedgerError, Writer};
use crate::record::{Draft, Entry};
use crate::web::Client;

/// The flags of every command that records.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Writing {
    /// Record nothing: say what would be recorded and which answers would change.
    #[arg(short = 'n', long)]
    pub(super) dry_run: bool,
    /// Who records [default: `POLICY_LEDGER_BY`, else the user's name].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Record although the ledger is ahead of this machine's clock.
    #[arg(long)]
    pub(super) accept_clock: bool,
}

/// A ledger that is about to be told something.
pub(super) struct Session<'d> {
    pub(super) desk: &'d Desk,
    pub(super) ledger: Ledger,
    /// The records there are, as far as the command needs them.
    pub(super) entries: Vec<Entry>,
    /// The same as they stand before.
    pub(super) history: History,
    /// The command, as it is typed after `ledger`.
    pub(super) verb: &'static str,
    writing: &'d Writing,
    /// The server that holds the ledger and writes for others; then it is open to be read only.
    server: Option<Client>,
}

impl Writing {
    /// The same command, dry.
    pub(super) fn dry(&self) -> Self {
        Self { dry_run: true, ..self.clone() }
    }

    /// The flags that matter when the same is recorded again.
    pub(super) fn words(&self) -> Vec<String> {
        let by = self.by.as_ref().map(|by| flag("by", by)).unwrap_or_default();
        let accept = self.accept_clock.then(|| "--accept-clock".to_owned());
        by.into_iter().chain(accept).collect()
    }

    /// Who records.
    pub(super) fn by(&self, desk: &Desk) -> Option<String> {
        desk.by(self.by.as_deref())
    }

    /// Opens the ledger for a command.
    pub(super) fn open<'d>(
        &'d self,
        desk: &'d Desk,
        verb: &'static str,
        scope: &Scope,
    ) -> Result<Session<'d>, Complaint> {
        ready(desk, verb)?;
        let server = Client::of(&desk.directory()?);
        let mut ledger = if server.is_some() { desk.open()? } else { desk.ledger()? };
        // A clock set by hand is refused before anything else is looked at.
        desk.writer(&ledger, None, Same::New, false)?;
        let entries = load(&mut ledger, scope)?;
        let history = History::of(&entries, None);
        Ok(Session { desk, ledger, entries, history, verb, writing: self, server })
    }
}

impl<'d> Session<'d> {
    /// The ledger as what is said is about it.
    pub(super) fn ground(&self) -> Ground<'_> {
        Ground {
            asker: self.desk,
            ledger: &self.ledger,
            entries: &self.entries,
            history: &self.history,
            files: Some(&self.desk.surroundings.directory),
        }
    }

    /// Why a measure is not there.
    pub(super) fn no_measure(&self, name: &str) -> Item {
        let ledger = (&self.ledger, self.ledger.records() as u64);
        no_measure(ledger, &self.entries, &self.history, name)
    }

    /// Whether a server records for this command.
    pub(super) fn is_served(&self) -> bool {
        self.server.is_some()
    }

    /// Whether recorded times in what is read are passed over.
    pub(super) fn ignores_recorded(&self) -> bool {
        self.ledger.header().clock == ClockKind::Machine
    }

    /// Records what was said with flags: a name that is not there is exit 4, all else 3.
    pub(super) fn record(self, drafts: Vec<Draft>, same: Same) -> Result<Told<'d>, Complaint> {
        let verb = self.verb;
        let complain = |refused: Vec<Refused>| {
            let items = refused.into_iter().map(|(_, refusal)| Item::from(refusal)).collect();
            refused_values(items, verb)
        };
        self.record_or(drafts, same, None, &complain)
    }

    /// What would be refused of drafts; nothing is recorded.
    pub(super) fn refused(
        &self,
        drafts: Vec<Draft>,
        same: Same,
    ) -> Result<Vec<Refused>, Complaint> {
        let writer = self.desk.writer(&self.ledger, None, same, true)?;
        match self.ledger.preview(drafts, &writer) {
            Ok(_) => Ok(Vec::new()),
            Err(LedgerError::Refused(refused)) => Ok(refused),
            Err(other) => Err(other.into()),
        }
    }

    /// Records drafts, or none of them; `complain` says where the refused ones stand.
    pub(super) fn record_or(
        mut self,
        drafts: Vec<Draft>,
        same: Same,
        progress: Option<&dyn Fn(usize)>,
        complain: &dyn Fn(Vec<Refused>) -> Complaint,
    ) -> Result<Told<'d>, Complaint> {
        let by = self.writing.by(self.desk);
        let accept = self.writing.accept_clock;
        let writer =
            Writer { progress, ..self.desk.writer(&self.ledger, by.as_deref(), same, accept)? };
        let before = self.ledger.records();
        let refused = |error| {
            if let LedgerError::Refused(refused) = error {
                return complain(refused);
            }
            Complaint::from(error)
        };
        let decisions = if self.writing.dry_run {
            self.ledger.preview(drafts, &writer).map_err(refused)?
        } else if let Some(server) = &self.server {
            // What is refused is said with its place, as without a server.
            let expected = self.ledger.preview(drafts.clone(), &writer).map_err(refused)?;
            let set = self.desk.clock_is_set().then(|| self.desk.now());
            let drafts = served::named(self.ledger.header(), drafts, &expected, set);
            let recorded = served::send(server, &drafts, same, by.as_deref())?;
            self.ledger = self.desk.open()?;
            served::decisions(&self.ledger, &recorded)?
        } else {
            let appended = self.ledger.append(drafts, &writer);
            let durable = self.ledger.records() - before;
            appended.map_err(|error| so_far(refused(error), durable))?
        };
        let dry = self.writing.dry_run;
        let told = told::Told::of(std::mem::take(&mut self.entries), decisions, dry);
        Ok(Told { session: self, told })
    }
}

/// The records that a command needs. A view that turns out to be damaged is made anew.
fn load(ledger: &mut Ledger, scope: &Scope) -> Result<Vec<Entry>, Complaint> {
    match scope.load(ledger) {
        Err(LedgerError::View(error)) if error.is_mended_by_rebuild() => {
            tell_of_mending(&error.to_string());
            ledger.mend()?;
            Ok(scope.load(ledger)?)
        }
        loaded => Ok(loaded?),
    }
}

/// The complaint, with how many records were durable before it.
pub(super) fn so_far(mut complaint: Complaint, durable: usize) -> Complaint {
    if let Some(item) = complaint.items.first_mut().filter(|_| durable > 0) {
        let said = &item.message;
        item.message = format!("{said}; {durable} records were recorded; import again to complete");
    }
    complaint
}

/// What can be wrong before the ledger is opened: a command must be able to say what it did in the
/// form asked, and there must be a ledger.
pub(super) fn ready(desk: &Desk, verb: &str) -> Result<(), Complaint> {
    says_what_it_did(desk, verb)?;
    desk.directory().map(drop)
}

/// Whether a command that changes something can answer in the form asked.
pub(super) fn says_what_it_did(desk: &Desk, verb: &str) -> Result<(), Complaint> {
    if !matches!(desk.format()?, Format::Text | Format::Json | Format::Jsonl) {
        let message = "a command that records answers as text, json or jsonl";
        return Err(misused(message, verb));
    }
    Ok(())
}

/// Each name of `--set NAME=VALUE` can be given once.
pub(super) fn set_once(set: &[String], verb: &str) -> Result<(), Complaint> {
    once("--set", set, verb)
}

/// Refuses a flag `NAME=VALUE` that gives one name twice.
pub(super) fn once(flag: &str, set: &[String], verb: &str) -> Result<(), Complaint> {
    let mut seen = BTreeSet::new();
    let mut names = set.iter().filter_map(|words| words.split_once('=')).map(|(name, _)| name);
    match names.find(|name| !seen.insert(*name)) {
        Some(name) => Err(misused(format!("`{flag} {name}` is given twice"), verb)),
        None => Ok(()),
    }
}

/// A command line that is no sentence of the verb.
pub(super) fn misused(message: impl Into<String>, verb: &str) -> Complaint {
    let item = Item::new("usage", message).help(format!("{verb} --help"));
    Complaint::new(Exit::Usage, item)
}
