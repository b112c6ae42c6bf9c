//! Who says so, and a remark.

use super::Interview;
use crate::cli::asking::{Stopped, optional, until};
use crate::time::window_in_words;

impl Interview<'_> {
    /// The sources, one after the other.
    pub(super) fn source(&mut self) -> Result<(), Stopped> {
        if !self.append.sources.is_empty() {
            return Ok(());
        }
        let mut question = "Source (address, file or name; Enter: none)";
        while let Some(word) = optional(self.asking, question)? {
            let details = self.details()?;
            self.append.sources.add(word, details);
            question = "Another source (Enter: no)";
        }
        if self.append.sources.is_empty() {
            self.asking.say("  without a source `ledger check` will ask for one\n");
        }
        Ok(())
    }

    fn details(&mut self) -> Result<Vec<(&'static str, String)>, Stopped> {
        let mut details = Vec::new();
        let publisher = optional(self.asking, "  its publisher (Enter: skip)")?;
        details.extend(publisher.map(|words| ("publisher", words)));
        let today = self.today;
        let read = |words: &str| {
            let window = window_in_words(words, today).map_err(|refused| refused.to_string())?;
            Ok(window.text().to_owned())
        };
        let date = until(self.asking, "  its date (when it was published; Enter: skip)", read)?;
        details.extend(date.map(|date| ("source-date", date)));
        let quote = optional(self.asking, "  a few words of it (Enter: skip)")?;
        details.extend(quote.map(|words| ("quote", words)));
        Ok(details)
    }

    pub(super) fn note(&mut self) -> Result<(), Stopped> {
        if self.append.details.note.is_none() {
            self.append.details.note = optional(self.asking, "Note (Enter: none)")?;
        }
        Ok(())
    }
}
