//! `append --edit`: a form in the editor, until it can be recorded or is given up; its text is
//! never lost.

use std::path::Path;

use super::form::{Form, written};
use super::{Append, VERB};
use crate::ask::{Asked, Asker, Knowing, Scope};
use crate::cli::asking::{Asking, Terminal, can_ask, letter, not_recorded};
use crate::cli::complaint::{Complaint, Item};
use crate::cli::desk::Desk;
use crate::cli::editor::FormFile;
use crate::cli::page::{Page, remark};
use crate::cli::safe::quoted;
use crate::cli::writing::{misused, ready};

/// How it goes on after the editor was closed.
enum Step {
    Done(Box<Page>),
    Again,
}

fn finished(page: Page) -> Step {
    Step::Done(Box::new(page))
}

/// Opens the form, asking about it where somebody can be asked.
pub(super) fn begin(append: &Append, desk: &Desk) -> Result<Page, Complaint> {
    ready(desk, VERB)?;
    if append.named().is_some() && !append.fields().is_empty() {
        let message = "a form that is there says everything itself: nothing stands beside \
                       `--edit=FILE`";
        return Err(misused(message, VERB));
    }
    if !can_ask(desk) {
        return run(append, desk, None);
    }
    let mut terminal = Terminal::open(desk)?;
    run(append, desk, Some(&mut terminal))
}

/// The form in the editor, again and again.
pub(super) fn run(
    append: &Append,
    desk: &Desk,
    mut asking: Option<&mut dyn Asking>,
) -> Result<Page, Complaint> {
    let sheet = match append.named() {
        Some(path) => FormFile::of(&desk.surroundings.directory, path)?,
        None => FormFile::new("append", &written(append, &acts(append, desk)))?,
    };
    if asking.is_some() {
        remark(&format!("The form is {}", sheet.path().display()));
    }
    loop {
        let edited = sheet.edit(desk, asking.is_some());
        let step = edited.and_then(|()| step(append, desk, &sheet, &mut asking));
        match step {
            Ok(Step::Again) => {}
            Ok(Step::Done(page)) => return Ok(done(*page, append, desk, &sheet)),
            Err(complaint) => return Err(kept(complaint, &sheet)),
        }
    }
}

/// What was recorded need not be kept; a dry run leaves the form for the real one.
fn done(mut page: Page, append: &Append, desk: &Desk, sheet: &FormFile) -> Page {
    if append.writing.dry_run {
        let command = desk.command(&again(sheet.path()));
        page.remarks.push(format!("The form is kept: {command}"));
    } else {
        sheet.discard();
    }
    page
}

/// The command line that opens a form again.
fn again(path: &Path) -> String {
    format!("append --edit={}", quoted(&path.to_string_lossy()))
}

/// Nothing is recorded, and nothing that was written is lost.
fn kept(mut complaint: Complaint, sheet: &FormFile) -> Complaint {
    if !sheet.has_text() {
        sheet.discard();
        return complaint;
    }
    let message = format!("nothing was recorded; the text is kept in `{}`", sheet.path().display());
    complaint.items.push(Item::new("text-kept", message).help(again(sheet.path())));
    complaint
}

// One round

fn step(
    append: &Append,
    desk: &Desk,
    sheet: &FormFile,
    asking: &mut Option<&mut dyn Asking>,
) -> Result<Step, Complaint> {
    let form = Form::read(&sheet.path().display().to_string(), &sheet.text()?);
    if form.is_empty() {
        return Err(not_recorded("the form says nothing"));
    }
    let Some(asking) = asking else {
        return record(append, desk, &form, append.writing.dry_run).map(finished);
    };
    match record(append, desk, &form, true) {
        Err(complaint) => once_more(&complaint, *asking),
        Ok(page) if append.writing.dry_run => Ok(finished(page)),
        Ok(page) => {
            let text = page.text.split_once('\n').map_or("", |(_, rest)| rest);
            asking.say(&format!("\n{text}\n"));
            match letter(*asking, "Record it? [y/N/e]", &['n', 'y', 'e'])? {
                'y' => record(append, desk, &form, false).map(finished),
                'e' => Ok(Step::Again),
                _ => Err(not_recorded("not confirmed")),
            }
        }
    }
}

fn once_more(complaint: &Complaint, asking: &mut dyn Asking) -> Result<Step, Complaint> {
    asking.say(&format!("{}\n", complaint.to_text()));
    match letter(asking, "Edit it again? [Y/n]", &['y', 'n']) {
        Ok('y') => Ok(Step::Again),
        Ok(_) | Err(_) => Err(not_recorded("given up")),
    }
}

/// Records all of the form, or nothing.
fn record(append: &Append, desk: &Desk, form: &Form, dry_run: bool) -> Result<Page, Complaint> {
    let writing = if dry_run { append.writing.dry() } else { append.writing.clone() };
    let session = writing.open(desk, VERB, &form.scope())?;
    let drafts = form.drafts(&session, append.same())?;
    let complain = |refused| form.complaint(refused);
    session.record_or(drafts, append.same(), None, &complain)?.page()
}

/// The acts of the measure that was named, where there is one.
fn acts(append: &Append, desk: &Desk) -> Vec<String> {
    let Some(measure) = append.measure.clone() else { return Vec::new() };
    // The form does without where they cannot be had; what is wrong is said when it is recorded.
    let scope = Scope::measures(std::slice::from_ref(&measure));
    let Ok(asked) = Asked::about(desk, &Knowing::default(), &scope) else { return Vec::new() };
    let found = asked.history.measure(&measure);
    let kind = found.map(|found| asked.history.measures()[found].kind.clone());
    kind.map(|kind| kind.acts.keys().cloned().collect()).unwrap_or_default()
}

impl Append {
    /// The form that was named.
    fn named(&self) -> Option<&Path> {
        self.edit.as_ref()?.as_deref()
    }
}
