//! The built-in kinds against the model's table, the rules of laying over, and the queries.

mod history;
mod overlay;
mod released;
mod table;

use serde_json::json;

use super::{Definition, FREE, NOTED, Standing, To, builtin, builtins, is_word};

fn definition(kind: &str) -> &'static Definition {
    &builtin(kind).expect(kind).definition
}

#[test]
fn standings_have_an_order_and_a_word() {
    assert!(Standing::ALL.is_sorted());
    for standing in Standing::ALL {
        assert_eq!(Standing::named(standing.as_str()), Some(standing));
        assert_eq!(json!(standing), json!(standing.to_string()));
    }
    assert_eq!(Standing::named("Active"), None);
    assert_eq!(format!("[{:<9}]", Standing::Active), "[active   ]");
}

#[test]
fn words_are_kebab_case() {
    for word in ["a", "in-force", "2plus2", "x-1-y"] {
        assert!(is_word(word), "{word}");
    }
    for word in ["", "-a", "a-", "a--b", "A", "in force", "in_force", "é", "a.b", "*"] {
        assert!(!is_word(word), "{word}");
    }
}

#[test]
fn a_status_has_a_label_and_a_standing() {
    let agreement = definition("agreement");
    let status = "in-force-notice-suspended";
    assert_eq!(agreement.label_of(status), "in force, notice suspended");
    assert_eq!(agreement.standing_of(status), Standing::Active);
    assert_eq!(agreement.standing_of("lifted"), Standing::None);
    assert_eq!(agreement.label_of("undetermined"), "undetermined");
    assert!(agreement.has_status(status));
    assert!(!agreement.has_status("lifted"));
    assert!(!agreement.free_statuses());
}

#[test]
fn plain_takes_any_word() {
    let plain = definition("plain");
    assert!(plain.free_statuses());
    assert_eq!(plain.act("set").expect("set").to, To::Given);
    for none in [None, Some(""), Some(" "), Some("none")] {
        assert_eq!(plain.given(none), "none");
        assert_eq!(plain.standing_of(plain.given(none)), Standing::None);
    }
    assert_eq!(plain.given(Some("25 %")), "25 %");
    assert_eq!(plain.standing_of("25 %"), Standing::Active);
    assert_eq!(plain.standing_of(""), Standing::None);
    assert_eq!(plain.label_of("25 %"), "25 %");
    assert!(plain.has_status("25 %") && plain.has_status("none"));
    assert!(!plain.has_status(FREE) && !plain.has_status(""));
}

#[test]
fn only_plain_is_free() {
    let free = builtins().filter(|builtin| builtin.definition.free_statuses());
    assert_eq!(free.map(|builtin| builtin.kind.as_str()).collect::<Vec<_>>(), ["plain"]);
}

#[test]
fn acts_are_guessed_by_spelling_then_by_the_status_they_lead_to() {
    let controls = definition("licensing-requirement");
    assert_eq!(controls.nearest_acts("imposd"), ["imposed"]);
    assert_eq!(controls.nearest_acts("in-force"), ["imposed", "expanded", "tightened"]);
    assert_eq!(controls.nearest_acts("elephants"), [""; 0]);
    assert_eq!(controls.nearest_statuses("infroce"), ["in-force"]);
    assert_eq!(
        definition("agreement").nearest_acts("in-force"),
        ["entered-into-force", "extended", "restored"]
    );
    assert_eq!(definition("plain").nearest_statuses("no"), ["none"]);
}

#[test]
fn the_order_of_acts_is_the_order_on_one_day() {
    let before = |kind: &str, acts: &[&str]| {
        let places: Vec<_> = acts.iter().map(|act| definition(kind).order_of(act)).collect();
        assert!(places.iter().all(Option::is_some), "{kind}: {acts:?}");
        assert!(places.is_sorted(), "{kind}: {acts:?}");
    };
    before("licensing-requirement", &["announced", "imposed", "eased", "lift-announced", "lifted"]);
    before("licensing-requirement", &["suspended", "resumed", "lifted", "expired", "reimposed"]);
    before("agreement", &["initialled", "signed", "entered-into-force", "extended"]);
    before("agreement", &["termination-announced", "termination-notified", "terminated"]);
    before("agreement", &["termination-notified", "termination-notice-suspended", "restored"]);
    before("list-membership", &["removal-adopted", "removal-promulgated", "removed", "relisted"]);
    before("dialogue", &["resumption-agreed", "held", "went-dormant", "suspended", "resumed"]);
    before("meeting", &["scheduled", "postponed", "rescheduled", "held"]);
    before("tariff", &["increase-scheduled", "increase-postponed", "increased", "reinstated"]);
    before("trade-dispute", &["panel-requested", "panel-established", "suspended", "withdrawn"]);
    assert_eq!(definition("agreement").order_of("lifted"), None);
}

#[test]
fn noted_belongs_to_every_kind_and_changes_nothing() {
    for builtin in builtins() {
        let noted = builtin.definition.act(NOTED).expect(&builtin.kind);
        assert!(noted.to.is_keep(), "{}", builtin.kind);
    }
}
