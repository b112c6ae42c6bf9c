//! Codes of countries and goods that do not say enough.

use super::{Checked, Finding, Level, Rule, rule};
use crate::codes::{HS_EDITIONS, Meant, WrongCode, hs_code, party_named};
use crate::history::Tracked;

pub(super) const AMBIGUOUS_PARTY: Rule = rule("ambiguous-party", Level::Warning);
pub(super) const ITEM_CODE: Rule = rule("item-code", Level::Note);

pub(super) fn check(checked: &Checked<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for &measure in &checked.scope {
        let tracked = &checked.history.measures()[measure];
        let parties = parties(tracked).into_iter().map(|message| (AMBIGUOUS_PARTY, message));
        let items = items(tracked).into_iter().map(|message| (ITEM_CODE, message));
        found.extend(
            parties
                .chain(items)
                .map(|(rule, message)| checked.finding(rule, measure, [tracked.record], message)),
        );
    }
    found
}

fn parties(tracked: &Tracked) -> Vec<String> {
    let parties = tracked.measure.parties.iter();
    let found = parties.filter_map(|name| match party_named(name) {
        Meant::Several(parties) => {
            let codes: Vec<&str> = parties.iter().map(|party| party.code).collect();
            Some(format!("the party `{name}` can be {}", codes.join(" or ")))
        }
        Meant::One(_) | Meant::Unknown => None,
    });
    found.collect()
}

fn items(tracked: &Tracked) -> Vec<String> {
    let found = tracked.measure.items.iter().filter_map(|item| match hs_code(item)? {
        Ok(code) if code.edition.is_some() => None,
        Ok(code) => {
            let digits = code.digits;
            Some(format!("the item `{item}` names no edition of the HS: `HS2022:{digits}`, say"))
        }
        Err(WrongCode::Edition) => {
            let editions = HS_EDITIONS.map(|year| year.to_string()).join(", ");
            Some(format!("the item `{item}` names no edition of the HS: they are {editions}"))
        }
        Err(WrongCode::Digits) => Some(format!(
            "the item `{item}` is no code of the HS: a chapter has 2 digits, a heading 4, a \
             subheading 6"
        )),
    });
    found.collect()
}
