//! Citations, found in any text.

use policy_ledger::proof::{Citation, quoted};

/// A citation that is found is written and found again as the same, folded too and in JSON, and its
/// command is what a shell would make of it.
pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let cited = match Citation::read(text) {
        Ok(cited) => cited,
        Err(why) => return assert!(!why.to_string().is_empty()),
    };
    assert!(cited.command.iter().all(|word| quoted(word) != *word || !word.contains(' ')));
    let written = cited.text();
    same(&cited, &written);
    // A space there would make two hyphens of a dash with which the words begin.
    same(&cited, &format!("As of now:{written}\n"));
    same(&cited, &cited.to_json().to_string());
    same(&cited, &written.replacen(" head ", "\n  head\r\n ", 1));
}

fn same(cited: &Citation, text: &str) {
    let again = Citation::read(text).unwrap_or_else(|why| panic!("{why}: {text:?}"));
    assert!(again.says(&cited.words), "{text:?}");
    assert_eq!(Citation { words: cited.words.clone(), ..again }, *cited, "{text:?}");
}
