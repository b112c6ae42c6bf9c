//! Cases worked out by hand from the documented meaning. Both the oracle and the kernel must
//! answer them as written here.

#![allow(clippy::too_many_lines, reason = "the cases are tables")]

use serde_json::{Value, json};

use super::Answer;

/// A small history and what must be answered about it.
pub struct Example {
    pub name: &'static str,
    pub records: Vec<Value>,
    /// Measure, day, and the answer in the words of [`brief`].
    pub answers: Vec<(&'static str, &'static str, &'static str)>,
}

/// An answer on one line: `status since DAY because RECORDS, flags`.
pub fn brief(answer: &Answer) -> String {
    let mut words = vec![answer.status.clone()];
    if answer.possible.len() != 1 || !answer.possible.contains(&answer.status) {
        words.push(answer.possible.iter().cloned().collect::<Vec<_>>().join("/"));
    }
    if let Some((earliest, latest)) = &answer.since {
        let day = |bound: &Option<String>| bound.clone().unwrap_or_default();
        words.push("since".to_owned());
        words.push(if earliest == latest {
            day(earliest)
        } else {
            format!("{}..{}", day(earliest), day(latest))
        });
    }
    if !answer.because.is_empty() {
        let numbers: Vec<String> = answer.because.iter().map(u64::to_string).collect();
        words.push(format!("because {}", numbers.join(" ")));
    }
    words.extend(answer.attributes.iter().map(|(name, value)| format!("{name}={value}")));
    words.extend(answer.possible_attributes.iter().map(|name| format!("{name}=?")));
    let flags = [
        ("contested", answer.contested),
        ("unconfirmed", answer.unconfirmed),
        ("inconsistent", answer.inconsistent),
        ("mixed", answer.mixed && answer.status != "mixed"),
    ];
    words.extend(flags.iter().filter(|(_, set)| *set).map(|(flag, _)| (*flag).to_owned()));
    words.join(" ")
}

/// All examples.
pub fn all() -> Vec<Example> {
    let mut all = dates();
    all.extend(plans());
    all.extend(settled_and_confirmed());
    all.extend(suspensions());
    all.extend(same_day());
    all.extend(parts());
    all.extend(corrections());
    all
}

fn measure(id: &str, kind: &str, initial: Option<&str>) -> Value {
    let initial = initial.map(|status| json!({ "status": status }));
    json!({ "record": "measure", "measure": id, "kind": kind, "title": id, "initial": initial })
}

fn part(id: &str, kind: &str, whole: &str) -> Value {
    json!({ "record": "measure", "measure": id, "kind": kind, "title": id, "part_of": whole })
}

/// An event on measure `m` with further fields.
fn event(key: &str, act: &str, effective: &str, more: Value) -> Value {
    let mut event = json!({
        "record": "event", "key": key, "measure": "m", "act": act, "effective": effective,
    });
    let Value::Object(more) = more else { panic!("fields are an object") };
    event.as_object_mut().expect("an object").extend(more);
    event
}

fn dates() -> Vec<Example> {
    vec![
        Example {
            name: "a notice to end a pact is suspended the day before it would have ended it",
            records: vec![
                measure("m", "agreement", Some("in-force")),
                event(
                    "notice",
                    "termination-notified",
                    "2019-08-23",
                    json!({
                    "announced": "2019-08-22",
                    "then": [{ "act": "terminated", "effective": "2019-11-23" }] }),
                ),
                event(
                    "suspended",
                    "termination-notice-suspended",
                    "2019-11-22",
                    json!({
                    "announced": "2019-11-22", "cancels": ["notice"] }),
                ),
            ],
            answers: vec![
                ("m", "2019-08-22", "in-force because 1"),
                (
                    "m",
                    "2019-08-23",
                    "in-force-termination-notified since 2019-08-23 because 2 unconfirmed",
                ),
                (
                    "m",
                    "2019-11-21",
                    "in-force-termination-notified since 2019-08-23 because 2 unconfirmed",
                ),
                ("m", "2019-11-22", "in-force-notice-suspended since 2019-11-22 because 3"),
                ("m", "2020-06-01", "in-force-notice-suspended since 2019-11-22 because 3"),
            ],
        },
        Example {
            name: "a removal on some day of a month",
            records: vec![
                measure("m", "list-membership", Some("listed")),
                event("removed", "removed", "2019-08", json!({})),
            ],
            answers: vec![
                ("m", "2019-07-31", "listed because 1"),
                ("m", "2019-08-15", "undetermined listed/removed because 1 2"),
                ("m", "2019-08-31", "removed since 2019-08-01..2019-08-31 because 2"),
            ],
        },
        Example {
            name: "an open beginning, bounded by what came first",
            records: vec![
                measure("m", "list-membership", None),
                event("listed", "listed", "[..2019-08-03]", json!({})),
                event(
                    "removed",
                    "removed",
                    "[2019-08-02..2019-08-04]",
                    json!({
                    "after": ["listed"] }),
                ),
            ],
            answers: vec![
                ("m", "2019-08-01", "undetermined listed/not-listed because 2"),
                ("m", "2019-08-03", "undetermined listed/removed because 2 3"),
                ("m", "2019-08-04", "removed since 2019-08-02..2019-08-04 because 3"),
            ],
        },
        Example {
            name: "an open beginning has no earliest day",
            records: vec![
                measure("m", "list-membership", None),
                event("listed", "listed", "[..2019-08-03]", json!({})),
            ],
            answers: vec![("m", "2019-08-05", "listed since ..2019-08-03 because 2")],
        },
        Example {
            name: "no world keeps the order that was said",
            records: vec![
                measure("m", "list-membership", None),
                event("listed", "listed", "2019-08-03", json!({ "after": ["removed"] })),
                event("removed", "removed", "2019-08-05", json!({})),
            ],
            answers: vec![
                ("m", "2019-08-02", "not-listed inconsistent"),
                ("m", "2019-08-04", "listed since 2019-08-03 because 2 inconsistent"),
                ("m", "2019-08-05", "removed since 2019-08-05 because 3 inconsistent"),
            ],
        },
        Example {
            name: "nobody has yet said that an announced event happened",
            records: vec![
                measure("m", "list-membership", None),
                event(
                    "listed",
                    "listed",
                    "[2019-08-03..2019-08-04]",
                    json!({
                    "sources": [{ "published": "2019-08-03" }, { "title": "undated" }] }),
                ),
            ],
            answers: vec![
                ("m", "2019-08-03", "undetermined listed/not-listed because 2"),
                ("m", "2019-08-04", "listed since 2019-08-03..2019-08-04 because 2 unconfirmed"),
            ],
        },
    ]
}

fn plans() -> Vec<Example> {
    let imposed = |more: Value| event("imposed", "imposed", "2019-07-01", more);
    let lifted = |due: &str| json!({ "then": [{ "act": "lifted", "effective": due }] });
    let requirement = || measure("m", "licensing-requirement", None);
    vec![
        Example {
            name: "a plan takes effect by itself, and nobody has said so",
            records: vec![requirement(), imposed(lifted("2019-07-05"))],
            answers: vec![
                ("m", "2019-07-04", "in-force since 2019-07-01 because 2"),
                ("m", "2019-07-05", "lifted since 2019-07-05 because 2 unconfirmed"),
            ],
        },
        Example {
            name: "an event that comes early replaces the plan",
            records: vec![
                requirement(),
                imposed(lifted("2019-07-05")),
                event("lifted", "lifted", "2019-07-03", json!({})),
                event("again", "reimposed", "2019-07-04", json!({})),
            ],
            answers: vec![
                ("m", "2019-07-03", "lifted since 2019-07-03 because 3"),
                ("m", "2019-07-06", "in-force since 2019-07-04 because 4"),
            ],
        },
        Example {
            name: "one event replaces one plan, the earliest due",
            records: vec![
                measure("m", "tariff", None),
                event(
                    "schedule",
                    "scheduled",
                    "2019-07-01",
                    json!({ "then": [
                    { "act": "increased", "effective": "2019-07-08", "set": { "rate": "25%" } },
                    { "act": "increased", "effective": "2019-07-05", "set": { "rate": "15%" } }] }),
                ),
                event("increased", "increased", "2019-07-03", json!({ "set": { "rate": "10%" } })),
            ],
            answers: vec![
                ("m", "2019-07-06", "in-force since 2019-07-03 because 3 rate=\"10%\""),
                (
                    "m",
                    "2019-07-08",
                    "in-force since 2019-07-03 because 2 3 rate=\"25%\" unconfirmed",
                ),
            ],
        },
        Example {
            name: "a date is moved by an event that cancels the plan and makes a new one",
            records: vec![
                measure("m", "agreement", None),
                event(
                    "force",
                    "entered-into-force",
                    "2019-07-01",
                    json!({
                    "then": [{ "act": "expired", "effective": "2019-07-05" }] }),
                ),
                event(
                    "extended",
                    "extended",
                    "2019-07-05",
                    json!({
                    "then": [{ "act": "expired", "effective": "2019-07-09" }] }),
                ),
            ],
            answers: vec![
                ("m", "2019-07-08", "in-force since 2019-07-01 because 2 3"),
                ("m", "2019-07-09", "expired since 2019-07-09 because 3 unconfirmed"),
            ],
        },
        Example {
            name: "a plan without a date never takes effect",
            records: vec![requirement(), imposed(json!({ "then": [{ "act": "lifted" }] }))],
            answers: vec![("m", "2029-07-06", "in-force since 2019-07-01 because 2")],
        },
        Example {
            name: "an ending act cancels all that is pending but its own plans",
            records: vec![
                requirement(),
                imposed(json!({ "then": [{ "act": "eased", "effective": "2019-07-05" }] })),
                event(
                    "lifted",
                    "lifted",
                    "2019-07-03",
                    json!({
                    "then": [{ "act": "reimposed", "effective": "2019-07-06" }] }),
                ),
            ],
            answers: vec![
                ("m", "2019-07-05", "lifted since 2019-07-03 because 3"),
                ("m", "2019-07-06", "in-force since 2019-07-06 because 3 unconfirmed"),
            ],
        },
        Example {
            name: "who cancels a plan came before it was due",
            records: vec![
                requirement(),
                imposed(lifted("[2019-07-04..2019-07-08]")),
                event("kept", "noted", "2019-07-06", json!({ "cancels": ["imposed"] })),
            ],
            answers: vec![("m", "2019-07-09", "in-force since 2019-07-01 because 2")],
        },
        Example {
            name: "whether an event replaces a plan depends on the dates",
            records: vec![
                requirement(),
                imposed(lifted("2019-07-05")),
                event("lifted", "lifted", "[2019-07-04..2019-07-06]", json!({})),
                event("again", "reimposed", "2019-07-07", json!({})),
            ],
            answers: vec![
                ("m", "2019-07-04", "undetermined in-force/lifted because 2 3"),
                ("m", "2019-07-05", "lifted since 2019-07-04..2019-07-05 because 2 3"),
                ("m", "2019-07-06", "lifted since 2019-07-04..2019-07-05 because 2 3"),
            ],
        },
    ]
}

fn settled_and_confirmed() -> Vec<Example> {
    let planned = || {
        vec![
            measure("m", "licensing-requirement", None),
            event(
                "imposed",
                "imposed",
                "2019-07-01",
                json!({
                "then": [{ "act": "lifted", "effective": "2019-07-05" }] }),
            ),
        ]
    };
    let with = |more: Value| planned().into_iter().chain([more]).collect();
    vec![
        Example {
            name: "a slip: the event that settles the plan came late",
            records: with(event(
                "lifted",
                "lifted",
                "2019-07-08",
                json!({
                "settles": ["imposed"] }),
            )),
            answers: vec![
                ("m", "2019-07-06", "in-force since 2019-07-01 because 2"),
                ("m", "2019-07-08", "lifted since 2019-07-08 because 3"),
            ],
        },
        Example {
            name: "an event with another act settles all plans of the maker",
            records: with(event(
                "eased",
                "eased",
                "2019-07-08",
                json!({
                "settles": ["imposed"] }),
            )),
            answers: vec![
                ("m", "2019-07-06", "in-force since 2019-07-01 because 2"),
                ("m", "2019-07-08", "in-force-eased since 2019-07-08 because 3"),
            ],
        },
        Example {
            name: "a later event of the same act confirms the plan on the plan's date",
            records: with(event("lifted", "lifted", "2019-07-08", json!({}))),
            answers: vec![
                ("m", "2019-07-06", "lifted since 2019-07-05 because 2"),
                ("m", "2019-07-08", "lifted since 2019-07-05 because 2 3"),
            ],
        },
        Example {
            name: "after a change of status a later event confirms nothing",
            records: planned()
                .into_iter()
                .chain([
                    event("again", "reimposed", "2019-07-07", json!({})),
                    event("lifted", "lifted", "2019-07-08", json!({})),
                ])
                .collect(),
            answers: vec![
                ("m", "2019-07-06", "lifted since 2019-07-05 because 2 unconfirmed"),
                ("m", "2019-07-08", "lifted since 2019-07-08 because 4"),
            ],
        },
        Example {
            name: "an expectation changes nothing, and settling it neither",
            records: vec![
                measure("m", "dialogue", Some("suspended")),
                event("x", "launched", "2019-07-03", json!({ "modality": "expected" })),
                event("held", "held", "2019-07-05", json!({ "settles": ["x"] })),
            ],
            answers: vec![
                ("m", "2019-07-04", "suspended because 1"),
                ("m", "2019-07-05", "active since 2019-07-05 because 3"),
            ],
        },
    ]
}

fn suspensions() -> Vec<Example> {
    let requirement = || measure("m", "licensing-requirement", None);
    vec![
        Example {
            name: "a suspension that plans its own end",
            records: vec![
                measure("m", "tariff", None),
                event("imposed", "imposed", "2019-07-01", json!({ "set": { "rate": "25%" } })),
                event(
                    "suspended",
                    "suspended",
                    "2019-07-03",
                    json!({
                    "then": [{ "act": "reinstated", "effective": "2019-07-06" }] }),
                ),
            ],
            answers: vec![
                ("m", "2019-07-05", "suspended since 2019-07-03 because 3 rate=\"25%\""),
                ("m", "2019-07-06", "in-force since 2019-07-06 because 3 rate=\"25%\" unconfirmed"),
            ],
        },
        Example {
            name: "a plan made before the suspension changes what is beneath",
            records: vec![
                requirement(),
                event(
                    "imposed",
                    "imposed",
                    "2019-07-01",
                    json!({
                    "then": [{ "act": "eased", "effective": "2019-07-05" }] }),
                ),
                event("suspended", "suspended", "2019-07-03", json!({})),
                event("resumed", "resumed", "2019-07-07", json!({})),
            ],
            answers: vec![
                ("m", "2019-07-06", "suspended since 2019-07-03 because 3"),
                ("m", "2019-07-07", "in-force-eased since 2019-07-07 because 4 unconfirmed"),
            ],
        },
        Example {
            name: "an ending planned before the suspension ends it",
            records: vec![
                requirement(),
                event(
                    "imposed",
                    "imposed",
                    "2019-07-01",
                    json!({
                    "then": [{ "act": "lifted", "effective": "2019-07-05" }] }),
                ),
                event("suspended", "suspended", "2019-07-03", json!({})),
                event("resumed", "resumed", "2019-07-07", json!({})),
            ],
            answers: vec![
                ("m", "2019-07-06", "lifted since 2019-07-05 because 2 unconfirmed"),
                ("m", "2019-07-07", "lifted since 2019-07-05 because 2 unconfirmed"),
            ],
        },
        Example {
            name: "an act that merely continues a measure does so beneath the suspension",
            records: vec![
                requirement(),
                event("eased", "eased", "2019-07-01", json!({})),
                event("suspended", "suspended", "2019-07-03", json!({})),
                event("expanded", "expanded", "2019-07-05", json!({})),
                event("resumed", "resumed", "2019-07-07", json!({})),
            ],
            answers: vec![
                ("m", "2019-07-06", "suspended since 2019-07-03 because 3"),
                ("m", "2019-07-07", "in-force since 2019-07-07 because 5"),
            ],
        },
        Example {
            name: "beneath an initial suspension lies the kind's initial status",
            records: vec![
                measure("m", "licensing-requirement", Some("suspended")),
                event("resumed", "resumed", "2019-07-07", json!({})),
            ],
            answers: vec![
                ("m", "2019-07-06", "suspended because 1"),
                ("m", "2019-07-07", "not-imposed since 2019-07-07 because 2"),
            ],
        },
    ]
}

fn same_day() -> Vec<Example> {
    vec![
        Example {
            name: "an event still cancels a plan due on its day",
            records: vec![
                measure("m", "agreement", Some("in-force")),
                event(
                    "notice",
                    "termination-notified",
                    "2019-08-23",
                    json!({
                    "then": [{ "act": "terminated", "effective": "2019-11-23" }] }),
                ),
                event("suspended", "termination-notice-suspended", "2019-11-23", json!({})),
            ],
            answers: vec![(
                "m",
                "2019-11-23",
                "in-force-notice-suspended since 2019-11-23 because 3",
            )],
        },
        Example {
            name: "an event replaces a plan due on its day",
            records: vec![
                measure("m", "tariff", None),
                event(
                    "scheduled",
                    "scheduled",
                    "2019-07-01",
                    json!({ "then": [
                    { "act": "increased", "effective": "2019-07-05", "set": { "a": 1 } }] }),
                ),
                event("increased", "increased", "2019-07-05", json!({ "set": { "rate": "5%" } })),
            ],
            answers: vec![("m", "2019-07-05", "in-force since 2019-07-05 because 3 rate=\"5%\"")],
        },
        Example {
            name: "events of a day follow the kind's order of acts, then what is said of them",
            records: vec![
                measure("m", "list-membership", None),
                event("removed", "removed", "2019-07-01", json!({})),
                event("listed", "listed", "2019-07-01", json!({})),
                event("last", "listed", "2019-07-02", json!({ "after": ["first"] })),
                event("first", "removed", "2019-07-02", json!({})),
                event("morning", "removed", "2019-07-03T09:00+09:00", json!({})),
                event("noon", "relisted", "2019-07-03T12:00+09:00", json!({})),
            ],
            answers: vec![
                ("m", "2019-07-01", "removed since 2019-07-01 because 2"),
                ("m", "2019-07-02", "listed since 2019-07-02 because 4"),
                ("m", "2019-07-03", "listed since 2019-07-02 because 4 7"),
            ],
        },
    ]
}

fn parts() -> Vec<Example> {
    let kind = "licensing-requirement";
    let on = |mut event: Value, id: &str| {
        event["measure"] = json!(id);
        event
    };
    vec![Example {
        name: "three materials: imposed as one, eased and lifted one by one",
        records: vec![
            measure("m", kind, None),
            part("m.fluoride", kind, "m"),
            part("m.photoresist", kind, "m"),
            event(
                "imposed",
                "imposed",
                "2019-07-04",
                json!({
                "set": { "basis": "bulk" },
                "then": [{ "act": "lifted", "effective": "2023-03-23" }] }),
            ),
            on(event("eased", "eased", "2019-12-20", json!({})), "m.photoresist"),
            on(event("lifted", "lifted", "2023-03-01", json!({})), "m.photoresist"),
        ],
        answers: vec![
            ("m", "2019-07-04", "in-force since 2019-07-04 because 4 basis=\"bulk\""),
            ("m", "2019-12-20", "mixed because 4 5 basis=\"bulk\""),
            (
                "m.photoresist",
                "2019-12-20",
                "in-force-eased since 2019-12-20 because 5 basis=\"bulk\"",
            ),
            ("m.fluoride", "2019-12-20", "in-force since 2019-07-04 because 4 basis=\"bulk\""),
            (
                "m.fluoride",
                "2023-03-23",
                "lifted since 2023-03-23 because 4 basis=\"bulk\" unconfirmed",
            ),
            ("m.photoresist", "2023-03-23", "lifted since 2023-03-01 because 6 basis=\"bulk\""),
            ("m", "2023-03-23", "lifted since 2023-03-23 because 4 6 basis=\"bulk\" unconfirmed"),
        ],
    }]
}

fn corrections() -> Vec<Example> {
    let listed = || measure("m", "list-membership", Some("listed"));
    let about = |record: &str, key: &str, of: &str, more: Value| {
        let mut about = json!({ "record": record, "key": key, "of": of });
        let Value::Object(more) = more else { panic!("fields are an object") };
        about.as_object_mut().expect("an object").extend(more);
        about
    };
    let removed = || event("removed", "removed", "2019-08-05", json!({}));
    let mistake = || json!({ "because": "entered-by-mistake", "reason": "none" });
    let moved = |day: &str| json!({ "set": { "effective": day }, "because": "better-source" });
    vec![
        Example {
            name: "an amendment of a retracted amendment still amends the event",
            records: vec![
                listed(),
                removed(),
                about("amendment", "a1", "removed", moved("2019-08-07")),
                about("amendment", "a2", "a1", moved("2019-08-09")),
                about("retraction", "r1", "a1", mistake()),
            ],
            answers: vec![
                ("m", "2019-08-08", "listed because 1"),
                ("m", "2019-08-09", "removed since 2019-08-09 because 2"),
            ],
        },
        Example {
            name: "a retraction that is retracted retracts nothing",
            records: vec![
                listed(),
                removed(),
                about("retraction", "r1", "removed", mistake()),
                about("retraction", "r2", "r1", mistake()),
            ],
            answers: vec![("m", "2019-08-08", "removed since 2019-08-05 because 2")],
        },
        Example {
            name: "a source alone would change the answer, until it is settled",
            records: vec![
                listed(),
                removed(),
                about(
                    "source",
                    "s1",
                    "removed",
                    json!({
                    "source": { "published": "2019-08-07" },
                    "says": { "effective": "2019-08-07" } }),
                ),
            ],
            answers: vec![
                ("m", "2019-08-04", "listed because 1"),
                ("m", "2019-08-06", "removed since 2019-08-05 because 2 contested"),
                ("m", "2019-08-07", "removed since 2019-08-05 because 2"),
            ],
        },
        Example {
            name: "a settlement closes the sides recorded before it",
            records: vec![
                listed(),
                removed(),
                about(
                    "source",
                    "s1",
                    "removed",
                    json!({
                    "source": { "published": "2019-08-07", "stance": "denies" } }),
                ),
                about("settlement", "t1", "removed", json!({ "field": "occurred", "value": true })),
            ],
            answers: vec![("m", "2019-08-06", "removed since 2019-08-05 because 2")],
        },
    ]
}
