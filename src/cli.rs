//! The verbs. Each is a file: it takes its words, asks or tells the ledger, and returns a
//! page; one place prints pages, one prints errors.

mod agenda;
mod amend;
mod append;
mod asking;
mod backup;
mod check;
mod checkpoint;
mod complaint;
mod completions;
mod config;
mod conflicts;
mod demo;
mod desk;
mod diff;
mod doctor;
mod editor;
mod explain;
mod export;
mod follow;
mod forms;
mod help;
mod import;
mod init;
mod kind;
mod knowing;
mod lanes;
mod lines;
mod log;
mod man;
mod marks;
mod measure;
mod migrate;
mod output;
mod page;
mod pager;
mod paint;
mod place;
mod progress;
mod proofs;
mod prove;
mod rebuild;
mod repeat;
mod restore;
mod retract;
mod review;
mod safe;
mod schema;
mod screen;
mod serve;
mod served;
mod sheet;
mod show;
mod source;
mod sources;
mod state;
mod suggest;
mod surroundings;
mod table;
mod timeline;
mod told;
mod verify;
mod which;
mod workbook;
mod writing;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use complaint::{Complaint, Exit};
use desk::Desk;
use output::Output;
use page::Page;
use paint::Paint;
use surroundings::Surroundings;

/// Track policy developments; ask for the status of every measure on any date.
#[derive(Debug, Parser)]
#[command(
    name = "ledger",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
#[command(after_help = "First steps: ledger demo DIR, then ledger state --at 2020-01-01 in it.\n\
                  Topics: ledger help dates, known, sources, forms, formats, sheets, proofs, exit-codes, environment, config, streams.")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

/// Options of every verb.
#[derive(Debug, Clone, Default, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct Global {
    /// The ledger's directory, or `nats://HOST:4222/NAME` [else `POLICY_LEDGER_FILE`, else the
    /// nearest .ledger/ upward].
    #[arg(short = 'f', long, global = true, value_name = "PATH", help_heading = "Everywhere")]
    file: Option<std::path::PathBuf>,
    /// How the answer is written.
    #[arg(long, global = true, value_enum, value_name = "FORM", help_heading = "Everywhere")]
    format: Option<Format>,
    /// Short for --format json.
    #[arg(long, global = true, conflicts_with_all = ["format", "csv"], help_heading = "Everywhere")]
    json: bool,
    /// Short for --format csv.
    #[arg(long, global = true, conflicts_with = "format", help_heading = "Everywhere")]
    csv: bool,
    /// Write the answer to this file; its ending tells the form.
    #[arg(short = 'o', long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    output: Option<std::path::PathBuf>,
    /// What "today" is, for questions and for ledgers with a simulated clock.
    #[arg(
        long,
        global = true,
        value_name = "DATE",
        allow_hyphen_values = true,
        help_heading = "Everywhere"
    )]
    now: Option<String>,
    /// How long to wait while another process holds the ledger, or for a cluster, in seconds
    /// [default: 5].
    #[arg(long, global = true, value_name = "SECONDS", help_heading = "Everywhere")]
    wait: Option<u64>,
    /// Of a ledger on a cluster: answer from this node's copy, without asking the cluster.
    #[arg(long, global = true, help_heading = "Everywhere")]
    offline: bool,
    /// How many columns a text or a drawing may have; 0 for no limit [default: the terminal's].
    #[arg(
        long,
        global = true,
        value_name = "N",
        value_parser = config::width,
        help_heading = "Everywhere"
    )]
    width: Option<usize>,
    /// When there is colour [default: auto, on a terminal].
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        hide_possible_values = true,
        help_heading = "Everywhere"
    )]
    color: Option<config::Color>,
    /// Print long texts as they are.
    #[arg(long, global = true, help_heading = "Everywhere")]
    no_pager: bool,
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header (RFC 4180).
    Csv,
    /// A Markdown table.
    Md,
    /// An Excel workbook, of what has rows; needs -o FILE.xlsx or a pipe.
    Xlsx,
    /// A calendar (RFC 5545), of agenda.
    Ics,
    /// A feed (RFC 4287), of log.
    Atom,
    /// A drawing of lanes, of timeline.
    Svg,
    /// The pages as files in a directory, of export; needs -o DIR.
    Site,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make an empty ledger (in ./.ledger, or the directory named).
    Init(init::Init),
    /// Make a worked example: the Japan–Korea measures, on a simulated clock.
    Demo(demo::Demo),
    /// The status of every measure (or of those named) on a day.
    State(state::State),
    /// What happened, in the order of the world; `--lanes` draws how long each status lasted.
    Timeline(timeline::Timeline),
    /// Why a measure has its status on a day: what counts, what does not, the rule, the sources.
    #[command(visible_alias = "why")]
    Explain(explain::Explain),
    /// What changed in the world between two days, or (--learned) in our knowledge about one.
    Diff(diff::Diff),
    /// What is due: expectations, overdue or met, and what is planned.
    Agenda(agenda::Agenda),
    /// Where sources disagree; `conflicts settle` says which side is followed.
    Conflicts(conflicts::Conflicts),
    /// Is the record sensible? What contradicts itself or seems to be missing.
    Check(check::Check),
    /// Record one development, or records from standard input.
    Append(append::Append),
    /// Correct a record.
    Amend(amend::Amend),
    /// Withdraw a record.
    Retract(retract::Retract),
    /// Add evidence to an event.
    Source(source::Source),
    /// Say that nothing newer was found through a day.
    Review(review::Review),
    /// Declare measures and inspect what is declared.
    Measure(measure::Measure),
    /// The kinds of measures: their statuses, their acts, and what the acts do.
    Kind(kind::Kind),
    /// The records in the order they were made.
    Log(log::Log),
    /// One record in full, with what later records did to it.
    Show(show::Show),
    /// Record files of JSON Lines, or a spreadsheet.
    Import(import::Import),
    /// Write the ledger as JSON Lines.
    Export(export::Export),
    /// Has the store been altered? Do heads, proofs and citations from elsewhere hold?
    Verify(verify::Verify),
    /// The head of the ledger as a text to be kept elsewhere, signed or not.
    Checkpoint(checkpoint::Checkpoint),
    /// A proof that a record is in the ledger, or that nothing before a checkpoint was altered.
    Prove(prove::Prove),
    /// The pages: the ledger to look at in a browser, and its answers for programs.
    Serve(serve::Serve),
    /// Copy all that is recorded to one file, also while others record.
    Backup(backup::Backup),
    /// Make the ledger of a backup again.
    Restore(restore::Restore),
    /// Make the view anew from the log.
    Rebuild(rebuild::Rebuild),
    /// Keep this node's copy of a ledger on a cluster up to date, until stopped.
    Follow(follow::Follow),
    /// Move a ledger from a directory to a cluster, or back.
    Migrate(migrate::Migrate),
    /// What state the ledger is in, and what to do.
    Doctor(doctor::Doctor),
    /// Explain a topic or a command.
    Help(help::Help),
    /// The completion script of a shell.
    Completions(completions::Completions),
    /// The manual page of the program, or of a command.
    Man(man::Man),
    /// The JSON Schema of a JSON answer.
    Schema(schema::Schema),
}

impl Verb {
    fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        match self {
            Self::Init(verb) => verb.run(desk),
            Self::Demo(verb) => verb.run(desk),
            Self::State(verb) => verb.run(desk),
            Self::Timeline(verb) => verb.run(desk),
            Self::Explain(verb) => verb.run(desk),
            Self::Diff(verb) => verb.run(desk),
            Self::Agenda(verb) => verb.run(desk),
            Self::Conflicts(verb) => verb.run(desk),
            Self::Check(verb) => verb.run(desk),
            Self::Append(verb) => verb.run(desk),
            Self::Amend(verb) => verb.run(desk),
            Self::Retract(verb) => verb.run(desk),
            Self::Source(verb) => verb.run(desk),
            Self::Review(verb) => verb.run(desk),
            Self::Measure(verb) => verb.run(desk),
            Self::Kind(verb) => verb.run(desk),
            Self::Log(verb) => verb.run(desk),
            Self::Show(verb) => verb.run(desk),
            Self::Import(verb) => verb.run(desk),
            Self::Export(verb) => verb.run(desk),
            Self::Verify(verb) => verb.run(desk),
            Self::Checkpoint(verb) => verb.run(desk),
            Self::Prove(verb) => verb.run(desk),
            Self::Serve(verb) => verb.run(desk),
            Self::Backup(verb) => verb.run(desk),
            Self::Restore(verb) => verb.run(desk),
            Self::Rebuild(verb) => verb.run(desk),
            Self::Follow(verb) => verb.run(desk),
            Self::Migrate(verb) => verb.run(desk),
            Self::Doctor(verb) => verb.run(desk),
            Self::Help(verb) => verb.run(),
            Self::Completions(verb) => verb.run(),
            Self::Man(verb) => verb.run(),
            Self::Schema(verb) => verb.run(),
        }
    }
}

/// Runs the program with the words and surroundings of this process.
#[must_use]
pub fn main() -> ExitCode {
    quiet_caught_panics();
    let words: Vec<OsString> = std::env::args_os().collect();
    let surroundings = Surroundings::of_process(&words);
    let code = run(&words, surroundings);
    ExitCode::from(code)
}

/// A damaged store makes sled panic, and a damaged workbook may make its reader; who called them
/// catches that and says what is wrong. Only panics of our own are worth a trace.
fn quiet_caught_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map(std::panic::Location::file).unwrap_or_default();
        let is_caught =
            ["sled", "calamine", "quick-xml", "zip-"].iter().any(|it| place.contains(it));
        if !is_caught || place.contains("src/log") {
            usual(info);
        }
    }));
}

fn run(words: &[OsString], surroundings: Surroundings) -> u8 {
    if suggest::answered(words, &surroundings) {
        return 0;
    }
    let as_json = surroundings.words_ask_for_json(words);
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => return unparsed(&error, words, as_json, surroundings.errors(words)),
    };
    // Help must be had also where a file is wrong.
    let needs_files = !matches!(cli.verb, Verb::Help(_) | Verb::Completions(_));
    let paint = surroundings.errors(words);
    let desk = match Desk::new(cli.global, surroundings, needs_files) {
        Ok(desk) => desk,
        Err(complaint) => return complaint.or_some_help("help config").print(as_json, paint),
    };
    answer(&cli.verb, &desk).unwrap_or_else(|complaint| {
        let help = verb_among(words).map_or("help".to_owned(), |verb| format!("help {verb}"));
        let complaint = complaint.about(desk.global.file.as_deref()).or_some_help(&help);
        complaint.print(desk.is_json(), desk.screen().errors())
    })
}

/// Where the answer goes is made ready before anything is done.
fn answer(verb: &Verb, desk: &Desk) -> Result<u8, Complaint> {
    let format = desk.format()?;
    forms::check(verb, format, desk.ending(), desk.screen().is_terminal())?;
    let output = if format == Format::Site { Output::Standard } else { Output::prepare(desk)? };
    verb.run(desk)?.print(desk, format, output)
}

/// The first word that is a command.
fn verb_among(words: &[OsString]) -> Option<String> {
    let cli = Cli::command();
    let mut words = words.iter().skip(1).filter_map(|word| word.to_str());
    words.find(|word| cli.find_subcommand(word).is_some()).map(str::to_owned)
}

/// Help and version go to stdout; what cannot be understood is exit 2.
fn unparsed(error: &clap::Error, words: &[OsString], as_json: bool, paint: Paint) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let written = output::write_out(error.render().to_string().as_bytes());
        return written.map_or_else(|complaint| complaint.print(as_json, paint), |()| 0);
    }
    // No command, or a command of commands alone: what there is, and still a misuse.
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !as_json {
        // Nothing can be done where stderr is closed.
        let _ = write!(std::io::stderr(), "{}", error.render());
        return Exit::Usage as u8;
    }
    Complaint::from_clap(error, verb_among(words).as_deref()).print(as_json, paint)
}
