//! Countries and others as parties.

use crate::codes::party_code;

/// The code of a country as a table names it, by a code or a name that only it has. Others are
/// mapped by the rules (`[tables.parties]`).
pub(super) fn party(text: &str) -> Option<String> {
    party_code(text).map(str::to_owned)
}
