//! Text of a record on a terminal or in a command line: nothing in it may act there.

pub(super) use crate::export::{acts, safe};
pub(super) use crate::proof::quoted;

/// A flag with its value, as words; a value that begins with `-` would be taken for another flag.
pub(super) fn flag(name: &str, value: &str) -> Vec<String> {
    if value.starts_with('-') {
        return vec![format!("--{name}={value}")];
    }
    vec![format!("--{name}"), value.to_owned()]
}
