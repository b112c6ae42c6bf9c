//! What a shell offers to complete a command: commands, flags, and what the ledger has.
//!
//! A shell's script asks this program with [`VARIABLE`] set. Nothing is written for it, no lock is
//! taken and nobody is waited for; whatever is wrong, there are then fewer things to offer.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;

use super::desk::Desk;
use super::surroundings::Surroundings;
use super::{Cli, Global, help, output};
use crate::history::History;
use crate::kind::builtins;
use crate::ledger::Ledger;
use crate::record::{Mentions, Record};

/// The variable with which a shell's script asks; it holds the name of the shell.
pub(super) const VARIABLE: &str = "POLICY_LEDGER_COMPLETE";

/// Above so many measures they are offered without their titles.
const MOST_TITLES: usize = 500;

/// So many of the newest records are offered by number.
const MOST_NUMBERS: u64 = 20;

/// What can stand in an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Measures,
    /// Acts of the measure that stands before.
    Acts,
    Records,
    Kinds,
    Parties,
    Tags,
    Topics,
    Commands,
    Schemas,
    Words(&'static [&'static str]),
}

const STANDINGS: Wanted =
    Wanted::Words(&["none", "pending", "active", "suspended", "ended", "mixed", "undetermined"]);
const REASONS: Wanted =
    Wanted::Words(&["better-source", "source-corrected", "entered-by-mistake", "typo"]);

/// What stands in the arguments of commands: the command (all where empty), the argument.
const TABLE: [(&str, &str, Wanted); 28] = [
    ("", "measures", Wanted::Measures),
    ("", "under", Wanted::Measures),
    ("", "kind", Wanted::Kinds),
    ("", "party", Wanted::Parties),
    ("", "tag", Wanted::Tags),
    ("", "standing", STANDINGS),
    ("", "because", REASONS),
    ("explain", "measure", Wanted::Measures),
    ("append", "measure", Wanted::Measures),
    ("append", "act", Wanted::Acts),
    ("append", "then", Wanted::Acts),
    ("append", "cancels", Wanted::Records),
    ("append", "settles", Wanted::Records),
    ("append", "after", Wanted::Records),
    ("amend", "of", Wanted::Records),
    ("retract", "of", Wanted::Records),
    ("add", "of", Wanted::Records),
    ("settle", "of", Wanted::Records),
    ("settle", "field", Wanted::Words(&["act", "effective", "announced", "set", "occurred"])),
    ("show", "record", Wanted::Records),
    ("prove", "record", Wanted::Records),
    ("show", "id", Wanted::Measures),
    ("add", "part_of", Wanted::Measures),
    ("alias", "of", Wanted::Measures),
    ("define", "name", Wanted::Kinds),
    ("help", "words", Wanted::Topics),
    ("man", "words", Wanted::Commands),
    ("schema", "name", Wanted::Schemas),
];

/// Answers a shell that asks what can stand where its user is; whether one asked.
pub(super) fn answered(words: &[OsString], surroundings: &Surroundings) -> bool {
    let Some(shell) = surroundings.variable(VARIABLE) else { return false };
    let shells = Shells::builtins();
    let after = words.iter().position(|word| word == "--").map_or(words.len(), |place| place + 1);
    let (Some(shell), typed) = (shells.completer(shell), &words[after..]) else { return true };
    let mut command = knowing(typed, surroundings);
    let mut offered = Vec::new();
    let here = Some(surroundings.directory.as_path());
    if !typed.is_empty()
        && shell.write_complete(&mut command, typed.to_vec(), here, &mut offered).is_ok()
    {
        // Where nobody reads there is nothing to say.
        let _ = output::write_out(&offered);
    }
    true
}

/// The command line, its arguments knowing what the ledger has.
fn knowing(typed: &[OsString], surroundings: &Surroundings) -> Command {
    let asked = Arc::new(Asked { typed: typed.to_vec(), surroundings: surroundings.clone() });
    with(<Cli as clap::CommandFactory>::command(), &asked)
}

fn with(command: Command, asked: &Arc<Asked>) -> Command {
    let name = command.get_name().to_owned();
    let command = command.mut_args(|argument| match wanted(&name, argument.get_id().as_str()) {
        Some(wanted) => offering(argument, wanted, Arc::clone(asked)),
        None => argument,
    });
    command.mut_subcommands(|command| with(command, asked))
}

fn wanted(command: &str, argument: &str) -> Option<Wanted> {
    let fits =
        |(of, id, _): &&(&str, &str, Wanted)| (of.is_empty() || *of == command) && *id == argument;
    TABLE.iter().find(fits).map(|(_, _, wanted)| *wanted)
}

fn offering(argument: Arg, wanted: Wanted, asked: Arc<Asked>) -> Arg {
    use clap_complete::engine::ArgValueCandidates as Candidates;
    let offer = move || asked.candidates(wanted).unwrap_or_default();
    let candidates: ArgValueCandidates = Candidates::new(offer);
    argument.add(candidates)
}

/// What somebody typed so far, and where.
struct Asked {
    typed: Vec<OsString>,
    surroundings: Surroundings,
}

impl Asked {
    fn candidates(&self, wanted: Wanted) -> Option<Vec<CompletionCandidate>> {
        let plain = |words: Vec<String>| words.into_iter().map(CompletionCandidate::new).collect();
        match wanted {
            Wanted::Measures => measures(&self.ledger()?),
            Wanted::Records => records(&self.ledger()?),
            Wanted::Acts => self.acts().map(plain),
            Wanted::Kinds => Some(plain(self.kinds())),
            Wanted::Parties => declared(&self.ledger()?, |m| &m.parties).map(plain),
            Wanted::Tags => declared(&self.ledger()?, |m| &m.tags).map(plain),
            Wanted::Topics => Some(plain(help::topics().chain(help::verbs()).collect())),
            Wanted::Commands => Some(plain(help::verbs().collect())),
            Wanted::Schemas => {
                Some(plain(crate::ask::schema::names().map(str::to_owned).collect()))
            }
            Wanted::Words(words) => Some(words.iter().map(CompletionCandidate::new).collect()),
        }
    }

    /// The ledger that the command would be about, as it can be read at once.
    fn ledger(&self) -> Option<Ledger> {
        let global = Global { file: self.file(), offline: true, ..Global::default() };
        let desk = Desk::new(global, self.surroundings.clone(), false).ok()?;
        Ledger::glance(&desk.directory().ok()?).ok()
    }

    /// What `-f` or `--file` says.
    fn file(&self) -> Option<PathBuf> {
        let word = |word: &OsStr| word.to_str().map(str::to_owned);
        let apart = self.typed.windows(2).find(|pair| pair[0] == "-f" || pair[0] == "--file");
        let joined = || {
            let mut words = self.typed.iter().filter_map(|typed| word(typed));
            words.find_map(|word| word.strip_prefix("--file=").map(PathBuf::from))
        };
        apart.map(|pair| PathBuf::from(&pair[1])).or_else(joined)
    }

    /// The acts of the first measure among the words.
    fn acts(&self) -> Option<Vec<String>> {
        let ledger = self.ledger()?;
        let typed = self.typed.iter().skip(2).filter_map(|word| word.to_str());
        let is_measure = |word: &&str| matches!(ledger.measure(word), Ok(Some(_)));
        let measure = typed.into_iter().find(is_measure)?.to_owned();
        let entries = ledger.about(&Mentions::measures([&measure])).ok()?;
        let history = History::of(&entries, None);
        let tracked = &history.measures()[history.measure(&measure)?];
        Some(tracked.kind.acts.keys().cloned().collect())
    }

    /// The built-in kinds, and the ledger's own.
    fn kinds(&self) -> Vec<String> {
        let mut kinds: Vec<String> = builtins().map(|it| it.kind.clone()).collect();
        let entries = self.ledger().and_then(|ledger| ledger.about(&Mentions::default()).ok());
        let history = History::of(&entries.unwrap_or_default(), None);
        let own = history.own_kinds().map(|(name, _)| name.to_owned());
        let own: Vec<String> = own.filter(|name| !kinds.contains(name)).collect();
        kinds.extend(own);
        kinds
    }
}

/// The ids of measures, with their titles where there are not too many.
fn measures(ledger: &Ledger) -> Option<Vec<CompletionCandidate>> {
    let ids = ledger.measure_ids().ok()?;
    let titled = ids.len() <= MOST_TITLES;
    let title = |seq: u64| match ledger.entry(seq).ok()??.record {
        Record::Measure(measure) => measure.title,
        Record::Alias(alias) => Some(format!("another id of {}", alias.of)),
        Record::Event(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_)
        | Record::Kind(_)
        | Record::Review(_) => None,
    };
    let candidates = ids.into_iter().map(|(id, seq)| {
        let title = titled.then(|| title(seq)).flatten();
        CompletionCandidate::new(id).help(title.map(Into::into))
    });
    Some(candidates.collect())
}

/// The keys of records, and the numbers of the newest.
fn records(ledger: &Ledger) -> Option<Vec<CompletionCandidate>> {
    let keys = ledger.keys().ok()?.into_iter().map(|(key, _)| key);
    let last = ledger.records() as u64;
    let numbers = (last.saturating_sub(MOST_NUMBERS)..last).rev().map(|it| format!("@{}", it + 1));
    Some(keys.chain(numbers).map(CompletionCandidate::new).collect())
}

/// A list that the measures were declared with, each word once.
fn declared(
    ledger: &Ledger,
    list: impl Fn(&crate::record::Measure) -> &Vec<String>,
) -> Option<Vec<String>> {
    let mut words = std::collections::BTreeSet::new();
    for (_, seq) in ledger.measure_ids().ok()?.into_iter().take(MOST_TITLES) {
        if let Record::Measure(measure) = ledger.entry(seq).ok()??.record {
            words.extend(list(&measure).iter().cloned());
        }
    }
    Some(words.into_iter().collect())
}
