//! `ledger export`: the ledger as JSON Lines, which `import` takes back.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::Format;
use super::complaint::{Complaint, Exit, Item};
use super::desk::Desk;
use super::output::outside_ledgers;
use super::page::Page;
use crate::ask::read;
use crate::codec;
use crate::ledger::Ledger;

/// Writes every record as JSON Lines; `import` of them into an empty ledger makes the same again.
///
/// `--format site -o DIR` writes the pages as files instead, for what is recorded now.
#[derive(Debug, clap::Args)]
pub(super) struct Export {}

impl Export {
    #[allow(clippy::unused_self, reason = "every verb runs so")]
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let format = desk.format()?;
        if format == Format::Site {
            return pages(desk);
        }
        let (ledger, entries) = read(desk, Ledger::entries)?;
        let records = entries.iter();
        let records = records.map(|entry| Value::Object(codec::exchanged(entry)));
        let mut page = Page { as_is: true, ..Page::default() };
        match format {
            Format::Text => {
                let lines = records.map(|record| format!("{record}\n"));
                page.text = lines.collect::<Vec<_>>().concat();
            }
            Format::Jsonl => page.lines = Some(records.collect()),
            Format::Json => {
                page.json = json!({
                    "ok": true,
                    "schema": "policy-ledger/export/1",
                    "ledger": ledger.standpoint(ledger.records())?,
                    "results": records.collect::<Vec<_>>(),
                    "notes": [],
                });
            }
            // The page itself says that it has no such form.
            Format::Csv
            | Format::Md
            | Format::Xlsx
            | Format::Ics
            | Format::Atom
            | Format::Svg
            | Format::Site => {}
        }
        Ok(page)
    }
}

/// The pages as files, written beside and put in their place when all are there.
fn pages(desk: &Desk) -> Result<Page, Complaint> {
    let Some(shown) = &desk.global.output else {
        let message =
            "a site is many files: `-o DIR` says where, a directory that is not there yet";
        let item = Item::new("usage", message).help("export --format site -o pages");
        return Err(Complaint::new(Exit::Usage, item));
    };
    let named = desk.surroundings.directory.join(shown);
    let target = outside_ledgers(&named, &format!("`-o {}`", shown.display()))?;
    if target.symlink_metadata().is_ok() {
        let message =
            format!("`{}` is there already: a site gets a directory of its own", shown.display());
        return Err(Complaint::new(Exit::Usage, Item::new("usage", message).help("help export")));
    }
    let beside = target.with_extension(format!("{}.part", std::process::id()));
    let failed = |error| Complaint::file(shown, &error);
    let made = written(desk, &beside).and_then(|files| {
        fs::rename(&beside, &target).map_err(failed)?;
        Ok(files)
    });
    let files = made.inspect_err(|_| drop(fs::remove_dir_all(&beside)))?;
    let text = format!("{files} files: open {}\n", shown.join("index.html").display());
    Ok(Page { text, as_is: true, ..Page::default() })
}

fn written(desk: &Desk, folder: &Path) -> Result<usize, Complaint> {
    super::serve::site(desk)?.copy(&mut |name, bytes| {
        let path = folder.join(name);
        let failed = |error| Complaint::file(&path, &error);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, bytes).map_err(failed)
    })
}
