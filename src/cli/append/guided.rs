//! `ledger append` asked of a person: what is missing, then what would change, then whether to
//! record it.

mod about;
mod event;
mod evidence;

use super::{Append, VERB, edit};
use crate::answer::{Due, Filter};
use crate::ask::{Asked, Asker, Knowing, Scope};
use crate::cli::asking::{Asking, Stopped, letter, not_recorded};
use crate::cli::complaint::{Complaint, Exit, Item};
use crate::cli::desk::Desk;
use crate::cli::page::{Page, remark};
use crate::cli::writing::ready;
use crate::history::{History, Tracked};
use crate::time::Day;

/// What is said before the first question.
const HEAD: &str = "One development. Enter skips what is optional, Tab completes, Ctrl-C records \
                    nothing.\n";

/// One development as it is put together.
struct Interview<'a> {
    asking: &'a mut dyn Asking,
    history: &'a History,
    today: Day,
    append: Append,
}

/// Asks for what was not given, and records it when told to.
pub(super) fn run(given: &Append, desk: &Desk, asking: &mut dyn Asking) -> Result<Page, Complaint> {
    ready(desk, VERB)?;
    let asked = Asked::about(desk, &Knowing::default(), &Scope::All)?;
    if asked.history.measure_ids().next().is_none() {
        return Err(no_measures());
    }
    asking.say(HEAD);
    let (history, append) = (&asked.history, given.clone());
    let mut interview = Interview { asking: &mut *asking, history, today: desk.today(), append };
    let went = interview.all();
    let append = interview.append;
    if let Err(stopped) = went {
        return Err(give_up(&append, desk, stopped.complaint()));
    }
    drop(asked);
    confirm(append, desk, asking)
}

impl Interview<'_> {
    /// Every question in turn; those whose answer was given are passed over.
    fn all(&mut self) -> Result<(), Stopped> {
        let measure = self.measure()?;
        self.act(measure)?;
        self.on()?;
        self.announced()?;
        self.plans(measure)?;
        self.relations(measure)?;
        self.source()?;
        self.note()
    }

    fn tracked(&self, measure: usize) -> &Tracked {
        &self.history.measures()[measure]
    }

    fn filter(measure: usize) -> Filter {
        Filter { measures: vec![measure], ..Filter::default() }
    }
}

/// What is due, in a few words: `terminated, due 2019-11-23`.
fn due_words(due: &Due) -> String {
    let date = due.due.as_ref().map_or("some day", |date| date.text.as_str());
    format!("{} on {date}", due.act)
}

// Confirming

/// Shows what would be recorded and which answers would change, and asks.
pub(super) fn confirm(
    mut append: Append,
    desk: &Desk,
    asking: &mut dyn Asking,
) -> Result<Page, Complaint> {
    loop {
        let preview = append.dry().one(desk);
        if append.writing.dry_run {
            return preview.map(|page| with_command(page, &append, desk));
        }
        let answer = match preview {
            Ok(page) => {
                let text = page.text.split_once('\n').map_or("", |(_, rest)| rest);
                asking.say(&format!("\n{text}\n"));
                letter(asking, "Record it? [y/N/e]", &['n', 'y', 'e'])
            }
            Err(complaint) => match refused(&mut append, &complaint, asking) {
                Ok('y') => continue,
                other => other,
            },
        };
        match answer {
            Ok('y') => return append.one(desk).map(|page| with_command(page, &append, desk)),
            Ok('e') => return edit::run(&append, desk, Some(asking)),
            Ok(_) => return Err(give_up(&append, desk, not_recorded("not confirmed"))),
            Err(stopped) => return Err(give_up(&append, desk, stopped.complaint())),
        }
    }
}

/// Shows why it would be refused. A duplicate can be recorded all the same; anything else is edited.
fn refused(
    append: &mut Append,
    complaint: &Complaint,
    asking: &mut dyn Asking,
) -> Result<char, Stopped> {
    asking.say(&format!("\n{}\n", complaint.to_text()));
    let is_duplicate = complaint.items.iter().all(|item| item.code == "duplicate");
    if !is_duplicate {
        return letter(asking, "Change it in the editor? [e/N]", &['n', 'e']);
    }
    let answer = letter(asking, "Go on all the same? [y/N/e]", &['n', 'y', 'e'])?;
    append.allow_duplicate |= answer == 'y';
    Ok(answer)
}

fn with_command(mut page: Page, append: &Append, desk: &Desk) -> Page {
    page.remarks.push(format!("The same as: {}", append.command(desk)));
    page
}

/// Nothing is recorded; what was answered can be pasted.
fn give_up(append: &Append, desk: &Desk, complaint: Complaint) -> Complaint {
    if !append.words().is_empty() {
        remark(&format!("So far: {}", append.command(desk)));
    }
    complaint
}

fn no_measures() -> Complaint {
    let item =
        Item::new("unknown-measure", "no measure is declared yet, so nothing can happen to it");
    let item = item.help("kind list").help("help measure add");
    Complaint::new(Exit::Missing, item)
}
