//! `ledger append`: one development, asked for where it is not said; several in the editor; or
//! records read from standard input.

mod edit;
mod form;
mod guided;
mod words;

use std::path::PathBuf;

use super::asking::{Terminal, can_ask};
use super::complaint::Complaint;
use super::desk::Desk;
use super::lines::{self, complaint};
use super::page::Page;
use super::sources::Sources;
use super::writing::{Writing, misused, ready, set_once};
use crate::admission::Same;
use crate::ask::Scope;
use crate::ask::saying::EventWords;
use crate::log::MAX_BATCH_ENTRIES;
use crate::record::Mentions;

/// The command as it is typed.
const VERB: &str = "append";

/// Records one development; with `-`, records of any sort from standard input (JSON Lines). At a
/// terminal it asks for what is not said.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Append {
    /// The measure, or `-` for standard input.
    measure: Option<String>,
    /// What was done to it: a word of its kind (see: ledger kind show KIND).
    act: Option<String>,
    #[command(flatten)]
    dates: Dates,
    #[command(flatten)]
    sources: Sources,
    #[command(flatten)]
    relations: Relations,
    #[command(flatten)]
    details: Details,
    /// Record it although an event with the same measure, act and day is there.
    #[arg(long)]
    allow_duplicate: bool,
    /// Open a form in the editor (`VISUAL`, else `EDITOR`, else vi), or one that is there
    /// (see: ledger help forms).
    #[arg(short = 'e', long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    #[allow(clippy::option_option, reason = "no flag, a flag, a flag with a file")]
    edit: Option<Option<PathBuf>>,
    #[command(flatten)]
    writing: Writing,
}

/// When it happened, when it was said, and what follows.
#[derive(Debug, Clone, Default, PartialEq, clap::Args)]
struct Dates {
    /// The first day of its effect; a month, a year or A..B where no day is known.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    on: Option<String>,
    /// When it was announced.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    announced: Option<String>,
    /// What follows on a date without a further act (without a date: some day).
    #[arg(long, value_name = "ACT=DATE")]
    then: Vec<String>,
    /// The last day it holds: it ends on the day after.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    last_day: Option<String>,
}

/// What it has to do with other records.
#[derive(Debug, Clone, Default, PartialEq, clap::Args)]
struct Relations {
    /// The event whose planned consequences it cancels.
    #[arg(long, value_name = "REF")]
    cancels: Vec<String>,
    /// The expectation that it meets, or the event whose plans it stands for.
    #[arg(long, value_name = "REF")]
    settles: Vec<String>,
    /// An event that did not happen on a later day.
    #[arg(long, value_name = "REF")]
    after: Vec<String>,
    /// It is expected; it has not happened.
    #[arg(long)]
    expected: bool,
}

/// What else is known of it.
#[derive(Debug, Clone, Default, PartialEq, clap::Args)]
struct Details {
    /// An attribute of the measure that it sets, such as rate=25%.
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// The status it gives, where the kind leaves it free (`plain`); `none` for none.
    #[arg(long, value_name = "WORDS")]
    status: Option<String>,
    /// Who acted.
    #[arg(long, value_name = "NAME")]
    actor: Vec<String>,
    /// A remark in your own words.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The legal act that several events share.
    #[arg(long, value_name = "TEXT")]
    instrument: Option<String>,
    /// A stable name for the record, unique in the ledger.
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
}

impl Append {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        match (self.measure.as_deref(), self.act.as_deref()) {
            (Some("-"), None) => self.read(desk),
            (Some("-"), Some(_)) => Err(misused("nothing stands beside `append -`", VERB)),
            _ if self.edit.is_some() => edit::begin(self, desk),
            (Some(_), Some(_)) if self.dates.on.is_some() => self.one(desk),
            _ if can_ask(desk) => guided::run(self, desk, &mut Terminal::open(desk)?),
            _ => Err(form()),
        }
    }

    // One development

    fn one(&self, desk: &Desk) -> Result<Page, Complaint> {
        set_once(&self.details.set, VERB)?;
        let scope = Scope::About(self.mentions());
        let session = self.writing.open(desk, VERB, &scope)?;
        let draft = self.event().draft(session.ground(), VERB)?;
        session.record(vec![draft], self.same())?.page()
    }

    /// The same command with `--dry-run`.
    fn dry(&self) -> Self {
        Self { writing: self.writing.dry(), ..self.clone() }
    }

    fn same(&self) -> Same {
        if self.allow_duplicate { Same::New } else { Same::NewUnlessDuplicate }
    }

    /// What the command names.
    fn mentions(&self) -> Mentions {
        let Relations { after, cancels, settles, .. } = &self.relations;
        let records = after.iter().chain(cancels).chain(settles).chain(&self.details.key);
        Mentions::measures(&self.measure).and_records(records)
    }

    /// What is said of the development; nothing of what is not.
    fn event(&self) -> EventWords {
        let (dates, relations, details) = (&self.dates, &self.relations, &self.details);
        EventWords {
            measure: self.measure.clone().unwrap_or_default(),
            act: self.act.clone().unwrap_or_default(),
            on: dates.on.clone().unwrap_or_default(),
            announced: dates.announced.clone(),
            then: dates.then.clone(),
            last_day: dates.last_day.clone(),
            cancels: relations.cancels.clone(),
            settles: relations.settles.clone(),
            after: relations.after.clone(),
            expected: relations.expected,
            set: details.set.clone(),
            status: details.status.clone(),
            actors: details.actor.clone(),
            note: details.note.clone(),
            instrument: details.instrument.clone(),
            key: details.key.clone(),
            sources: self.sources.words().to_vec(),
        }
    }

    // Standard input

    fn read(&self, desk: &Desk) -> Result<Page, Complaint> {
        let flags = self.dates != Dates::default()
            || self.relations != Relations::default()
            || self.details != Details::default();
        if flags || !self.sources.is_empty() || self.allow_duplicate || self.edit.is_some() {
            let message = "records from standard input say everything themselves: `append -` takes \
                           only `--dry-run`, `--by` and `--accept-clock`";
            return Err(misused(message, VERB));
        }
        ready(desk, VERB)?;
        // The ledger stays free for others while the input is waited for.
        let lines = lines::one_or_lines(MAX_BATCH_ENTRIES)
            .map_err(|error| Complaint::file("-".as_ref(), &error))?;
        let session = self.writing.open(desk, VERB, &lines.scope())?;
        let (drafts, places) = lines.check(&session)?;
        let complain = |refused| complaint(&places, refused);
        let ignored = session.ignores_recorded() && drafts.iter().any(|d| d.recorded.is_some());
        let told = session.record_or(drafts, Same::Already, None, &complain)?;
        let mut page = told.page()?;
        if told.recorded().is_empty() {
            page.text.push_str("Nothing to record on standard input.\n");
        }
        if ignored && !told.new_entries().is_empty() {
            page.remarks.push(super::import::IGNORED.to_owned());
        }
        Ok(page)
    }
}

/// What is missing on the command line.
fn form() -> Complaint {
    let message = "say what happened: `ledger append MEASURE ACT --on DATE --source URL`, or \
                   `ledger append -` for JSON Lines on standard input, or `ledger append --edit` \
                   for a form in the editor; at a terminal `ledger append` asks";
    misused(message, VERB)
}
