//! Documented histories, act by act: every act makes sense where it happened, and leads where the
//! record says. (The public record of Japan and Korea, 2004 to 2023; a history gives for each act
//! the status after it. A resumption is played with one status remembered beneath.)

use super::super::{Standing, To};
use super::definition;

/// Kind, initial status, and each act with the status after it.
type History = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const HISTORIES: &[History] = &[
    (
        "agreement",
        "none",
        &[
            ("initialled", "initialled"),
            ("signed", "signed"),
            ("entered-into-force", "in-force"),
            ("extended", "in-force"),
            ("extended", "in-force"),
            ("termination-announced", "in-force"),
            ("termination-notified", "in-force-termination-notified"),
            ("termination-notice-suspended", "in-force-notice-suspended"),
            ("position-stated", "in-force-notice-suspended"),
            ("normalisation-announced", "in-force-notice-suspended"),
            ("restored", "in-force"),
        ],
    ),
    (
        "trade-dispute",
        "none",
        &[
            ("raised", "none"),
            ("consultations-requested", "in-consultations"),
            ("request-circulated", "in-consultations"),
            ("consultations-accepted", "in-consultations"),
            ("consultations-held", "in-consultations"),
            ("suspended", "suspended"),
            ("resumed", "in-consultations"),
            ("panel-requested", "panel-requested"),
            ("panel-request-blocked", "panel-requested"),
            ("panel-established", "panel-established"),
            ("suspended", "suspended"),
            ("withdrawal-announced", "suspended"),
            ("withdrawn", "withdrawn"),
        ],
    ),
    (
        "licensing-requirement",
        "not-imposed",
        &[
            ("announced", "not-imposed"),
            ("imposed", "in-force"),
            ("licence-granted", "in-force"),
            ("licences-reported", "in-force"),
            ("eased", "in-force-eased"),
            ("lifting-demanded", "in-force-eased"),
            ("review-announced", "in-force-eased"),
            ("lift-announced", "in-force-eased"),
            ("lifted", "lifted"),
        ],
    ),
    (
        "list-membership",
        "not-listed",
        &[
            ("listed", "listed"),
            ("removal-intended", "listed"),
            ("removal-proposed", "listed"),
            ("removal-adopted", "listed"),
            ("removal-promulgated", "listed"),
            ("removed", "removed"),
            ("relisting-demanded", "removed"),
            ("relisting-ordered", "removed"),
            ("relisting-proposed", "removed"),
            ("relisting-adopted", "removed"),
            ("relisting-promulgated", "removed"),
            ("relisted", "listed"),
        ],
    ),
    (
        "dialogue",
        "none",
        &[
            ("held", "active"),
            ("went-dormant", "dormant"),
            ("resumption-agreed", "resumption-agreed"),
            ("held", "active"),
            ("held", "active"),
            ("noted", "active"),
        ],
    ),
    (
        "dialogue",
        "none",
        &[
            ("went-dormant", "dormant"),
            ("resumption-agreed", "resumption-agreed"),
            ("resumed", "active"),
        ],
    ),
    ("dialogue", "none", &[("agreed", "agreed"), ("launched", "active"), ("held", "active")]),
    ("meeting", "none", &[("held", "held")]),
    (
        "programme",
        "none",
        &[
            ("court-ruling", "none"),
            ("announced", "announced"),
            ("accepted-in-part", "announced"),
            ("implementing", "in-progress"),
            ("accepted-in-part", "in-progress"),
            ("noted", "in-progress"),
            ("court-ruling", "in-progress"),
        ],
    ),
    ("body", "none", &[("met", "none"), ("launched", "established"), ("met", "established")]),
];

#[test]
fn documented_histories_make_sense_act_by_act() {
    for (kind, initial, history) in HISTORIES {
        let definition = definition(kind);
        let (mut status, mut beneath) = (*initial, *initial);
        for (word, after) in *history {
            let act = definition.act(word).unwrap_or_else(|| panic!("{kind}: {word}"));
            assert!(act.makes_sense_in(status), "{kind}: {word} in {status}");
            let next = match &act.to {
                To::Keep => status,
                To::Previous => beneath,
                To::Status(to) => to,
                To::Given => panic!("{kind}: {word} takes a free word"),
            };
            if definition.standing_of(status) != Standing::Suspended {
                beneath = status;
            }
            status = next;
            assert_eq!(status, *after, "{kind}: {word}");
        }
    }
}

#[test]
fn acts_that_make_no_sense_are_told_apart() {
    let makes_sense = |kind: &str, act: &str, status: &str| {
        definition(kind).act(act).expect(act).makes_sense_in(status)
    };
    assert!(!makes_sense("dialogue", "launched", "dormant"), "a resumption is no launch");
    assert!(!makes_sense("agreement", "restored", "in-force"));
    assert!(!makes_sense("list-membership", "relisted", "listed"));
    assert!(!makes_sense("trade-dispute", "panel-established", "in-consultations"));
    assert!(makes_sense("agreement", "noted", "terminated"));
}
