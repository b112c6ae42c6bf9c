//! The table of built-in kinds, as the model gives it, against the files.

use super::super::{Definition, FREE, NOTED, PREVIOUS, builtins};
use super::definition;

/// One row: the kind; `status, status (standing)` groups, the initial status first; the acts that
/// change the status, `a/b→status` where it is not their own name; the acts that do not.
const TABLE: [[&str; 4]; 15] = [
    [
        "licensing-requirement",
        "not-imposed (none); in-force, in-force-eased (active); suspended (suspended); \
         lifted, expired (ended)",
        "imposed→in-force, eased→in-force-eased, tightened/expanded/reimposed→in-force, suspended, \
         resumed→previous, lifted, expired",
        "announced, lift-announced, review-announced, licence-granted, licence-denied, \
         licences-reported, lifting-demanded",
    ],
    [
        "licence",
        "none (none); valid (active); expired, revoked, replaced (ended)",
        "issued/extended→valid, narrowed→valid, expired, revoked, replaced",
        "announced",
    ],
    [
        "list-membership",
        "not-listed (none); listed (active); removed (ended)",
        "listed, relisted/modified/expanded→listed, removed",
        "removal-proposed, removal-adopted, removal-promulgated, removal-ordered, \
         removal-intended, removal-demanded, relisting-proposed, relisting-adopted, \
         relisting-promulgated, relisting-ordered, relisting-intended, relisting-demanded, \
         announced",
    ],
    [
        "trade-dispute",
        "none (none); in-consultations, panel-requested, panel-established, panel-composed, \
         panel-report-circulated, under-appeal, report-adopted, in-implementation, \
         compliance-proceedings, retaliation-authorised (active); suspended (suspended); \
         settled, withdrawn, lapsed (ended)",
        "consultations-requested→in-consultations, panel-requested, panel-established, \
         panel-composed, panel-report-circulated, appealed→under-appeal, report-adopted, \
         implementation-period-set→in-implementation, \
         compliance-panel-established→compliance-proceedings, retaliation-authorised, suspended, \
         resumed→previous, settled, withdrawn, lapsed",
        "raised, request-circulated, consultations-accepted, consultations-held, \
         panel-request-blocked, withdrawal-announced",
    ],
    [
        "agreement",
        "none (none); negotiating, agreed, initialled, adopted, signed (pending); \
         provisionally-applied, in-force, in-force-termination-notified, \
         in-force-notice-suspended (active); suspended (suspended); terminated, expired (ended)",
        "negotiations-opened→negotiating, agreed, initialled, adopted, signed, \
         provisionally-applied, entered-into-force→in-force, extended→in-force, \
         termination-notified→in-force-termination-notified, \
         termination-notice-suspended→in-force-notice-suspended, \
         notice-revived→in-force-termination-notified, restored→in-force, \
         operation-suspended→suspended, operation-resumed→previous, terminated, expired",
        "termination-announced, normalisation-announced, position-stated",
    ],
    [
        "agreement-party",
        "non-party (none); signatory, consented-not-in-force (pending); \
         party, party-withdrawal-notified (active); former-party (ended)",
        "signed→signatory, accepted/ratified/acceded→consented-not-in-force, became-party→party, \
         withdrawal-notified→party-withdrawal-notified, extended→party-withdrawal-notified, \
         notice-revoked→party, withdrawn→former-party",
        "withdrawal-announced, intent-communicated, extension-requested",
    ],
    [
        "dialogue",
        "none (none); agreed, resumption-agreed (pending); active (active); \
         dormant, suspended (suspended); ended (ended)",
        "agreed, launched/held/resumed→active, went-dormant→dormant, suspended, \
         resumption-agreed, ended",
        "launch-in-talks, round-announced, resumption-planned, outlook",
    ],
    [
        "meeting",
        "none (none); proposed, planned, scheduled, postponed (pending); cancelled, held (ended)",
        "proposed, planned, scheduled, rescheduled→scheduled, postponed, cancelled, held",
        "attended, prepared",
    ],
    [
        "tariff",
        "none (none); proposed, scheduled (pending); in-force (active); suspended (suspended); \
         terminated, expired (ended)",
        "proposed, determined/scheduled→scheduled, imposed/increased/reduced/reinstated→in-force, \
         suspended, terminated, expired",
        "increase-proposed, increase-announced, increase-scheduled, increase-postponed, \
         increase-suspended, reduction-announced, suspension-announced, carve-out, \
         exclusion-granted, split-announced, announced",
    ],
    [
        "sanction",
        "none (none); designated (active); waived, suspended (suspended); \
         delisted, expired, annulled (ended)",
        "designated/redesignated→designated, renewed→designated, waived, suspended, \
         resumed→previous, delisted, expired, annulled",
        "announced, general-licence-issued",
    ],
    [
        "regulation",
        "none (none); proposed, adopted, promulgated (pending); \
         in-force, partially-in-force (active); stayed (suspended); \
         repealed, expired, annulled, failed (ended)",
        "proposed, adopted, promulgated, entered-into-force→in-force, \
         partly-entered-into-force→partially-in-force, amended→in-force, stayed, \
         stay-lifted→previous, repealed, expired, annulled, failed",
        "announced, initiated, determined, concern-raised",
    ],
    [
        "programme",
        "none (none); announced (pending); in-progress (active); ended, abandoned (ended)",
        "announced, started/implementing→in-progress, ended, abandoned",
        "contested, court-ruling, accepted-in-part, extension-declined, demanded",
    ],
    [
        "body",
        "none (none); agreed (pending); established (active); dissolved (ended)",
        "agreed, established/launched→established, dissolved",
        "met, composition-stated",
    ],
    ["incident", "none (none); occurred (ended)", "occurred", ""],
    ["plain", "none (none); * (active)", "set→*", ""],
];

/// Kind, act, and the acts whose pending plans it cancels. No other act cancels by its kind.
const CANCELS: [(&str, &str, &[&str]); 14] = [
    ("licence", "issued", &["expired"]),
    ("licence", "extended", &["expired"]),
    ("agreement", "extended", &["expired"]),
    ("agreement", "termination-notice-suspended", &["terminated"]),
    ("agreement", "restored", &["terminated"]),
    ("agreement-party", "extended", &["withdrawn"]),
    ("agreement-party", "notice-revoked", &["withdrawn"]),
    ("meeting", "postponed", &["held"]),
    ("meeting", "rescheduled", &["held"]),
    ("meeting", "cancelled", &["held"]),
    ("tariff", "increase-postponed", &["increased"]),
    ("tariff", "increase-suspended", &["increased"]),
    ("tariff", "suspended", &["imposed", "increased"]),
    ("sanction", "renewed", &["expired"]),
];

/// The acts that merely continue a measure, in every kind that has them.
const CONTINUES: [&str; 6] = ["extended", "renewed", "amended", "modified", "expanded", "narrowed"];

/// The act that `--last-day` plans, where a kind has one.
const LAST_DAY: [(&str, &str); 11] = [
    ("licensing-requirement", "expired"),
    ("licence", "expired"),
    ("list-membership", "removed"),
    ("agreement", "expired"),
    ("agreement-party", "withdrawn"),
    ("dialogue", "ended"),
    ("tariff", "expired"),
    ("sanction", "expired"),
    ("regulation", "expired"),
    ("programme", "ended"),
    ("body", "dissolved"),
];

/// `status, status (standing); …` as pairs of status and standing.
fn statuses(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for group in text.split("; ") {
        let (words, standing) = group.trim_end_matches(')').split_once(" (").expect(group);
        pairs.extend(words.split(", ").map(|word| (word.to_owned(), standing.to_owned())));
    }
    pairs
}

/// `act, act/act→status, …` as pairs of act and status, sorted.
fn changes(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for group in text.split(", ") {
        let (acts, to) = group.split_once('→').unwrap_or((group, group));
        pairs.extend(acts.split('/').map(|act| (act.to_owned(), to.to_owned())));
    }
    pairs.sort();
    pairs
}

/// The acts of a definition that change the status, with the status they lead to, sorted.
fn changing(definition: &Definition) -> Vec<(String, String)> {
    let acts = definition.acts.iter();
    let mut pairs: Vec<_> =
        acts.filter_map(|(word, act)| Some((word.clone(), act.to.as_str()?.to_owned()))).collect();
    pairs.sort();
    pairs
}

#[test]
fn the_kinds_are_those_of_the_table_in_its_order() {
    let kinds: Vec<&str> = builtins().map(|builtin| builtin.kind.as_str()).collect();
    assert_eq!(kinds, TABLE.map(|[kind, ..]| kind));
}

#[test]
fn every_status_has_its_standing() {
    for [kind, row, ..] in TABLE {
        let expected = statuses(row);
        let found = definition(kind).statuses.iter();
        let found: Vec<_> =
            found.map(|(word, status)| (word.clone(), status.standing.to_string())).collect();
        assert_eq!(found, expected, "{kind}");
        assert_eq!(definition(kind).initial, expected[0].0, "{kind}");
    }
}

#[test]
fn every_act_leads_where_the_table_says() {
    for [kind, _, row, _] in TABLE {
        assert_eq!(changing(definition(kind)), changes(row), "{kind}");
    }
}

#[test]
fn every_other_act_changes_nothing() {
    for [kind, _, _, row] in TABLE {
        let mut expected: Vec<&str> = row.split(", ").filter(|act| !act.is_empty()).collect();
        expected.push(NOTED);
        expected.sort_unstable();
        let acts = definition(kind).acts.iter();
        let mut found: Vec<&str> =
            acts.filter(|(_, act)| act.to.is_keep()).map(|(word, _)| word.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{kind}");
    }
}

#[test]
fn acts_cancel_what_the_table_says_and_nothing_else() {
    for [kind, ..] in TABLE {
        for (word, act) in &definition(kind).acts {
            let row = CANCELS.iter().find(|(of, act, _)| *of == kind && act == word);
            let expected = row.map_or([].as_slice(), |(_, _, cancels)| cancels);
            assert_eq!(act.cancels, expected, "{kind} {word}");
        }
    }
    for (kind, act, _) in CANCELS {
        assert!(definition(kind).act(act).is_some(), "{kind} {act}");
    }
}

#[test]
fn acts_that_continue_are_marked_in_every_kind() {
    let mut seen = Vec::new();
    for [kind, ..] in TABLE {
        for (word, act) in &definition(kind).acts {
            assert_eq!(act.continues, CONTINUES.contains(&word.as_str()), "{kind} {word}");
            seen.push(word.as_str());
        }
    }
    assert!(CONTINUES.iter().all(|act| seen.contains(act)));
}

#[test]
fn the_last_day_is_followed_by_an_end() {
    for [kind, ..] in TABLE {
        let row = LAST_DAY.iter().find(|(of, _)| *of == kind);
        let definition = definition(kind);
        assert_eq!(definition.last_day.as_deref(), row.map(|(_, act)| *act), "{kind}");
        if let Some(act) = &definition.last_day {
            let to = definition.act(act).and_then(|act| act.to.as_str()).expect(kind);
            assert_eq!(definition.standing_of(to), super::Standing::Ended, "{kind}");
        }
    }
}

#[test]
fn from_lists_no_status_twice_and_every_status_but_the_initial_is_reached() {
    for builtin in builtins() {
        let definition = &builtin.definition;
        for (word, act) in &definition.acts {
            let mut from = act.from.clone();
            from.sort();
            from.dedup();
            assert_eq!(from.len(), act.from.len(), "{} {word}", builtin.kind);
        }
        for status in definition.statuses.keys().filter(|status| **status != FREE) {
            let reached = definition.acts_to(status).next().is_some();
            assert!(reached || *status == definition.initial, "{} {status}", builtin.kind);
        }
    }
}

#[test]
fn what_uncovers_starts_from_a_suspension_only() {
    for builtin in builtins() {
        let definition = &builtin.definition;
        for (word, act) in &definition.acts {
            if act.to.as_str() == Some(PREVIOUS) {
                let suspended =
                    |from: &String| definition.standing_of(from) == super::Standing::Suspended;
                assert!(act.from.iter().all(suspended) && !act.from.is_empty(), "{word}");
            }
        }
    }
}
