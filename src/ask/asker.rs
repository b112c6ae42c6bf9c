//! Who asks: what today is, where the ledger is, and how a command names it.

use super::complaint::Complaint;
use crate::ledger::{Known, Ledger, LedgerError};
use crate::time::{Day, Instant, day_in_words};
use crate::view::ViewError;

/// What `--known` takes.
const KNOWN: &str = "`--known` takes a day, an instant (2019-08-23T12:00:00Z) or a record number \
                     (@57)";

/// Who asks: a command line, or a visitor of the pages.
pub(crate) trait Asker {
    /// The present instant, or the one that stands for it.
    fn now(&self) -> Instant;

    /// Opens the ledger to read it.
    fn open(&self) -> Result<Ledger, Complaint>;

    /// Rebuilds the view, in which something was found to be wrong, and opens the ledger again.
    fn mend(&self, wrong: &ViewError) -> Result<Ledger, Complaint>;

    /// A command line that can be pasted, with the ledger's name where one is needed.
    fn command(&self, words: &str) -> String;

    /// What is to be said of every answer that later records can change: that there may be some
    /// already.
    fn caution(&self) -> Option<String> {
        None
    }

    /// Today, as a UTC day.
    fn today(&self) -> Day {
        self.now().day()
    }

    /// A day in a question.
    fn day(&self, words: &str) -> Result<Day, Complaint> {
        day_in_words(words, self.today()).map_err(|refused| Complaint::date(&refused))
    }

    /// `@57`, an instant, or a day.
    fn known(&self, words: &str) -> Result<Known, Complaint> {
        if let Some(number) = words.strip_prefix('@') {
            let number = number.parse().ok().filter(|&number: &u64| number > 0);
            let refused = || Complaint::usage(format!("`{words}` is no record number: {KNOWN}"));
            return number.map(Known::Record).ok_or_else(refused);
        }
        match words.parse::<Instant>() {
            Ok(instant) => Ok(Known::Instant(instant)),
            Err(_) => self.day(words).map(Known::Day).map_err(|mut complaint| {
                for item in &mut complaint.items {
                    item.message = format!("{}; {KNOWN}", item.message);
                }
                complaint
            }),
        }
    }

    /// Whether nothing that is yet to be recorded can have been known by then.
    fn is_past(&self, known: Known) -> bool {
        match known {
            Known::All => false,
            Known::Day(day) => day < self.today(),
            Known::Instant(instant) => instant < self.now(),
            Known::Record(_) => true,
        }
    }
}

/// Reads something in the ledger. Where its view turns out to be damaged on the way, it is rebuilt
/// and read again.
pub(crate) fn read<T>(
    asker: &dyn Asker,
    read: impl Fn(&Ledger) -> Result<T, LedgerError>,
) -> Result<(Ledger, T), Complaint> {
    let ledger = asker.open()?;
    let wrong = match read(&ledger) {
        Ok(found) => return Ok((ledger, found)),
        Err(LedgerError::View(error)) if error.is_mended_by_rebuild() => error,
        Err(error) => return Err(error.into()),
    };
    drop(ledger);
    let ledger = asker.mend(&wrong)?;
    let found = read(&ledger)?;
    Ok((ledger, found))
}

/// A point of knowledge as it is written; empty for everything recorded.
pub(crate) fn known_words(known: Known) -> String {
    match known {
        Known::All => String::new(),
        Known::Day(day) => day.to_string(),
        Known::Instant(instant) => instant.to_string(),
        Known::Record(number) => format!("@{number}"),
    }
}
