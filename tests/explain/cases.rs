//! Small histories, each with what is used, what is not, and the rule.

use policy_ledger::answer::{self, Explanation, Grounds};
use policy_ledger::history::History;
use policy_ledger::time::Day;
use serde_json::{Value, json};

use super::laws::entries;

/// What is known of a question besides its measure and day.
#[derive(Default)]
struct Knowing {
    records: Option<usize>,
    public: Option<Day>,
}

fn ask(records: &[Value], measure: &str, at: &str, knowing: &Knowing) -> Explanation {
    let entries = entries(records);
    let known = knowing.records.unwrap_or(entries.len());
    let history = History::of(&entries[..known], knowing.public);
    let everything = History::of(&entries, None);
    let words = format!("@{known}");
    let grounds = Grounds {
        history: &history,
        everything: &everything,
        entries: &entries,
        records: known as u64,
        known: knowing.records.map(|_| words.as_str()),
        public: knowing.public,
    };
    let measure = history.measure(measure).unwrap();
    answer::explain(&grounds, measure, at.parse().unwrap()).unwrap()
}

/// An explanation in short: `@2 role role`, `@2.0 role` for a plan, `? ` before what is not certain;
/// then `- @3 reason by @4`; then the rule.
fn short(it: &Explanation) -> Vec<String> {
    let place = |place: Option<usize>| place.map(|it| format!(".{it}")).unwrap_or_default();
    let used = it.used.iter().map(|used| {
        let roles: Vec<&str> = used.roles.iter().map(|role| role.as_str()).collect();
        let doubt = if used.certain { "" } else { "? " };
        format!("{doubt}@{}{} {}", used.record, place(used.place), roles.join(" "))
    });
    let unused = it.not_used.iter().map(|unused| {
        let by: Vec<String> = unused.by.iter().map(|by| format!(" by @{by}")).collect();
        let by = by.concat();
        let reason = unused.reason.as_str();
        format!("- @{}{} {reason}{by}", unused.record, place(unused.place))
    });
    let rule = serde_json::to_value(it.rule.word).unwrap();
    let also = it.rule.also.iter().map(|rule| serde_json::to_value(rule.word).unwrap());
    let words: Vec<String> =
        [rule].into_iter().chain(also).map(|it| it.as_str().unwrap().to_owned()).collect();
    used.chain(unused).chain([words.join(" ")]).collect()
}

#[track_caller]
fn check(records: &[Value], measure: &str, at: &str, expected: &[&str]) -> Explanation {
    let explanation = ask(records, measure, at, &Knowing::default());
    assert_eq!(short(&explanation), expected, "{explanation:#?}");
    explanation
}

fn measure(id: &str, kind: &str) -> Value {
    json!({"record": "measure", "measure": id, "kind": kind})
}

/// An event, with more fields.
fn event(measure: &str, act: &str, effective: &str, more: Value) -> Value {
    let mut event =
        json!({"record": "event", "measure": measure, "act": act, "effective": effective});
    let Value::Object(more) = more else { panic!("fields are an object: {more}") };
    event.as_object_mut().unwrap().extend(more);
    event
}

fn plan(act: &str, effective: &str) -> Value {
    json!({"then": [{"act": act, "effective": effective}]})
}

#[test]
fn a_plan_takes_effect_and_is_confirmed_later() {
    let records = [
        measure("m", "licence"),
        event("m", "issued", "2020-01-01", plan("expired", "2021-01-01")),
        event("m", "announced", "2020-06-01", json!({})),
    ];
    let expected =
        ["@2 changed-the-status made-a-plan", "@3 changed-nothing", "@2.0 began-the-status"];
    let rule = ["plan-took-effect"];
    check(&records, "m", "2021-01-01", &[&expected[..], &rule].concat());
    let day_before =
        ["@2 began-the-status made-a-plan", "@3 changed-nothing", "- @2.0 pending", "last-act"];
    check(&records, "m", "2020-12-31", &day_before);
    let mut confirmed = records.to_vec();
    confirmed.push(event("m", "expired", "2021-03-01", json!({})));
    let with = [&expected[..], &["? @4 confirms-a-plan"], &rule].concat();
    check(&confirmed, "m", "2021-01-01", &with);
}

#[test]
fn every_way_in_which_a_plan_goes_has_its_reason_and_rule() {
    let notice = event("m", "termination-notified", "2020-01-01", plan("terminated", "2020-03-01"));
    let of = |last: Value| vec![measure("m", "agreement"), notice.clone(), last];
    let because = |how: &str, role: &str, rule: &str| {
        [
            "@2 changed-the-status made-a-plan".to_owned(),
            format!("@3 began-the-status {role}"),
            format!("- @2.0 {how} by @3"),
            format!("last-act {rule}"),
        ]
    };
    let cases = [
        (
            event("m", "entered-into-force", "2020-02-01", json!({"cancels": ["@2"]})),
            because("cancelled", "cancelled-a-plan", "cancelled-by-name"),
        ),
        (
            event("m", "termination-notice-suspended", "2020-02-01", json!({})),
            because("cancelled", "cancelled-a-plan", "cancelled-by-kind"),
        ),
        (
            event("m", "expired", "2020-02-01", json!({})),
            because("cancelled", "cancelled-a-plan", "cancelled-by-end"),
        ),
        (
            event("m", "terminated", "2020-02-01", json!({})),
            because("replaced", "replaced-a-plan", "plan-replaced"),
        ),
        (
            event("m", "terminated", "2020-03-05", json!({"settles": ["@2"]})),
            because("replaced", "stands-for-a-plan", "plan-settled"),
        ),
    ];
    for (last, expected) in cases {
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&of(last), "m", "2020-04-01", &expected);
    }
}

#[test]
fn an_event_to_come_that_settles_stands_for_the_plan() {
    let records = [
        measure("m", "agreement"),
        event("m", "termination-notified", "2020-01-01", plan("terminated", "2020-03-01")),
        event("m", "terminated", "2020-06-01", json!({"settles": ["@2"]})),
    ];
    let expected = [
        "@2 began-the-status made-a-plan",
        "? @3 stands-for-a-plan",
        "- @2.0 replaced by @3",
        "last-act plan-settled",
    ];
    let explanation = check(&records, "m", "2020-04-01", &expected);
    let text = "@3 (terminated, 2020-06-01), which settles @2 stands for it, and comes later";
    assert_eq!(explanation.not_used[0].text, text);
    let before = ["@2 began-the-status made-a-plan", "- @2.0 pending", "- @3 later", "last-act"];
    check(&records, "m", "2020-02-01", &before);
}

#[test]
fn what_does_not_count_says_why() {
    let records = [
        measure("m", "list-membership"),
        event("m", "listed", "2020-01-01", json!({})),
        event("m", "removed", "2020-02-01", json!({})),
        event("m", "removed", "2020-02-02", json!({})),
        event("m", "removed", "2020-02-03", json!({"modality": "expected"})),
        event("m", "removed", "2020-02-04", json!({})),
        json!({"record": "retraction", "of": "@3", "because": "twice", "reason": "see @4"}),
        json!({"record": "settlement", "of": "@4", "field": "occurred", "value": false,
               "reason": "withdrawn by the ministry"}),
        json!({"record": "amendment", "of": "@6", "because": "better-source",
               "set": {"effective": "2020-05-04"}}),
        event("m", "announced", "2020-02-04", json!({"settles": ["@5"]})),
    ];
    let expected = [
        "@2 began-the-status",
        "@10 changed-nothing",
        "- @3 retracted by @7",
        "- @4 denied by @8",
        "- @5 expectation by @10",
        "- @6 later",
        "- @6 amended by @9",
        "last-act",
    ];
    let it = check(&records, "m", "2020-03-01", &expected);
    let texts: Vec<&str> = it.not_used.iter().map(|row| row.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "retracted by @7, because twice: see @4",
            "settled by @8: it did not happen (withdrawn by the ministry)",
            "expected: an expectation never changes a status; settled by @10 (announced, \
             2020-02-04)",
            "later than 2020-03-01",
            "amended by @9, because better-source",
        ]
    );
    let wording = it.not_used.last().unwrap();
    assert_eq!(
        (&wording.from, &wording.to),
        (&Some(json!("2020-02-04")), &Some(json!("2020-05-04")))
    );
}

#[test]
fn a_source_that_is_not_followed_is_outvoted() {
    let records = [
        measure("m", "list-membership"),
        event("m", "listed", "2020-01-01", json!({"sources": [{"publisher": "A"}]})),
        json!({"record": "source", "of": "@2", "source": {"publisher": "B"},
               "says": {"effective": "2020-03-01"}}),
        json!({"record": "source", "of": "@2", "source": {"publisher": "C"}, "stance": "denies"}),
    ];
    let expected = ["@2 began-the-status", "- @3 outvoted", "- @4 outvoted", "last-act"];
    let it = check(&records, "m", "2020-02-01", &expected);
    let text = "B says effective 2020-03-01, followed is 2020-01-01; not settled: the event's own \
                word is followed";
    assert_eq!(it.not_used[0].text, text);
    assert!(it.not_used[1].text.starts_with("C denies that it happened"));
    let brought: Vec<u64> = it.contested.iter().map(|side| side.brought_by).collect();
    assert_eq!(brought, [3, 4]);
    assert!(it.contested.iter().all(|side| side.possible.contains("not-listed")));
    // Settled the other way, it is the event's own word that is not followed.
    let mut settled = records.to_vec();
    settled.push(json!({"record": "settlement", "of": "@2", "field": "effective",
                        "value": "2020-03-01", "reason": "the gazette"}));
    let expected = ["@2 began-the-status", "- @2 outvoted by @5", "- @4 outvoted", "last-act"];
    let it = check(&settled, "m", "2020-03-01", &expected);
    assert_eq!(it.not_used[0].text, "settled by @5: the gazette");
}

#[test]
fn a_suspension_and_what_lies_beneath() {
    let records = [
        measure("m", "sanction"),
        event("m", "designated", "2020-01-01", plan("expired", "2022-01-01")),
        event("m", "suspended", "2020-02-01", json!({})),
        event("m", "renewed", "2020-03-01", json!({})),
        event("m", "resumed", "2020-04-01", json!({})),
        event("m", "resumed", "2020-05-01", json!({})),
    ];
    let suspended = [
        "@2 changed-the-status made-a-plan",
        "@3 began-the-status suspended",
        "@4 changed-beneath cancelled-a-plan",
        "- @5 later",
        "- @6 later",
        "- @2.0 cancelled by @4",
        "suspension-lies-over cancelled-by-kind",
    ];
    check(&records, "m", "2020-03-31", &suspended);
    let resumed = [
        "@2 changed-the-status made-a-plan",
        "@3 suspended",
        "@4 changed-beneath cancelled-a-plan",
        "@5 began-the-status uncovered",
        "@6 changed-nothing",
        "- @2.0 cancelled by @4",
        "suspension-over suspension-lies-over cancelled-by-kind",
    ];
    check(&records, "m", "2020-05-31", &resumed);
}

#[test]
fn attributes_and_statuses_given_again() {
    let records = [
        measure("m", "tariff"),
        event("m", "imposed", "2020-01-01", json!({"set": {"rate": "10%"}})),
        event("m", "increased", "2020-02-01", json!({"set": {"rate": "25%"}})),
    ];
    let expected =
        ["@2 began-the-status set-attributes", "@3 gave-it-again set-attributes", "last-act"];
    check(&records, "m", "2020-03-01", &expected);
}

#[test]
fn the_first_status_is_given_or_the_kinds() {
    let given = json!({"record": "measure", "measure": "m", "kind": "list-membership",
        "initial": {"status": "listed", "sources": [{"publisher": "A", "quote": "since 2004"}]}});
    let it = check(&[given], "m", "2020-01-01", &["@1 initial-status", "initial-given"]);
    assert_eq!(it.used[0].sources[0].quote.as_deref(), Some("since 2004"));
    check(&[measure("m", "list-membership")], "m", "2020-01-01", &["initial-of-the-kind"]);
}

#[test]
fn uncertain_dates_decide_with_their_windows() {
    let records = [
        measure("m", "list-membership"),
        event("m", "listed", "2019", json!({})),
        event("m", "removed", "[2020-01-01..2020-01-09]", json!({})),
        event("m", "announced", "2020-01", json!({})),
    ];
    let expected =
        ["@2 began-the-status", "? @3 began-the-status", "- @4 possibly-later", "dates-overlap"];
    let it = check(&records, "m", "2020-01-05", &expected);
    assert_eq!(it.deciding.len(), 1);
    let decides = serde_json::to_value(&it.deciding[0]).unwrap();
    let expected = json!({"record": 3, "place": null, "act": "removed",
        "effective": {"text": "[2020-01-01..2020-01-09]",
                      "earliest": "2020-01-01", "latest": "2020-01-09"},
        "on": [{"day": "2020-01-01", "possible": ["removed"]},
               {"day": "2020-01-05", "possible": ["removed"]},
               {"day": "2020-01-06", "possible": ["listed"]},
               {"day": "2020-01-09", "possible": ["listed"]}]});
    assert_eq!(decides, expected);
    assert!(it.rule.text.contains("@3 (removed, [2020-01-01..2020-01-09])"), "{}", it.rule.text);
}

#[test]
fn a_later_event_can_bound_a_date() {
    let window = plan("terminated", "[2020-02-01..2020-06-30]");
    let records = [
        measure("m", "agreement"),
        event("m", "termination-notified", "2020-01-01", window),
        event("m", "termination-notice-suspended", "2020-04-01", json!({"cancels": ["@2"]})),
    ];
    let expected =
        ["@2 began-the-status made-a-plan", "? @3 bounds-a-date", "- @2.0 pending", "last-act"];
    check(&records, "m", "2020-03-01", &expected);
    check(
        &records[..2],
        "m",
        "2020-03-01",
        &["@2 began-the-status made-a-plan", "? @2.0 began-the-status", "dates-overlap"],
    );
}

#[test]
fn an_event_said_to_come_after_a_later_one_is_later() {
    let records = [
        measure("m", "agreement"),
        measure("n", "agreement"),
        event("m", "signed", "[2020-01-01..2020-06-30]", json!({"after": ["@4"]})),
        event("n", "signed", "2020-03-01", json!({})),
    ];
    let expected = ["- @3 later", "- @4 later", "initial-of-the-kind"];
    let it = check(&records, "m", "2020-02-01", &expected);
    assert_eq!(
        it.not_used[0].text,
        "later than 2020-02-01, for what is said of the order of the dates"
    );
    check(&records, "n", "2020-04-01", &["@4 began-the-status", "- @3 other-measure", "last-act"]);
}

#[test]
fn a_plan_can_fare_otherwise_in_other_worlds_and_parts() {
    let part = |id: &str| json!({"record": "measure", "measure": id, "kind": "list-membership", "part_of": "w"});
    let records = [
        measure("w", "list-membership"),
        part("w.a"),
        part("w.b"),
        event("w", "listed", "2020-01-01", plan("removed", "2020-03-01")),
        event("w.a", "relisted", "2020-02-01", json!({"cancels": ["@4"]})),
    ];
    let expected = [
        "@4 began-the-status made-a-plan changed-the-status",
        "@5 gave-it-again cancelled-a-plan",
        "? @4.0 began-the-status",
        "mixed-whole",
    ];
    let mut expected = expected.to_vec();
    expected[0] = "@4 began-the-status changed-the-status made-a-plan";
    let it = check(&records, "w", "2020-03-01", &expected);
    let otherwise = &it.used[2].otherwise;
    assert_eq!(otherwise.len(), 1);
    assert_eq!(
        (otherwise[0].parts.as_slice(), otherwise[0].by.as_slice()),
        (&["w.a".to_owned()][..], &[5][..])
    );
    // A sister's own event does not reach a part.
    let of_b = [
        "@4 changed-the-status made-a-plan",
        "@4.0 began-the-status",
        "- @5 other-measure",
        "plan-took-effect",
    ];
    check(&records, "w.b", "2020-03-01", &of_b);
}

#[test]
fn on_one_day_the_order_is_a_rule() {
    let records = [
        measure("m", "list-membership"),
        event("m", "removed", "2020-01-01", json!({})),
        event("m", "listed", "2020-01-01", json!({})),
    ];
    let expected = ["@3 changed-the-status", "@2 began-the-status", "last-act same-day-order"];
    check(&records, "m", "2020-01-01", &expected);
}

#[test]
fn what_contradicts_itself_is_said() {
    let records = [
        measure("m", "list-membership"),
        event("m", "listed", "2020-01-01", json!({"after": ["@3"]})),
        event("m", "removed", "2020-02-01", json!({})),
    ];
    let expected = ["@2 changed-the-status", "@3 began-the-status", "last-act inconsistent"];
    check(&records, "m", "2020-03-01", &expected);
}

#[test]
fn what_was_not_known_or_not_public_is_told_apart() {
    let source = |published: &str| json!({"sources": [{"publisher": "A", "published": published}]});
    let records = [
        measure("m", "list-membership"),
        event("m", "listed", "2020-01-01", source("2020-01-02")),
        event("m", "removed", "2020-02-01", source("2020-06-01")),
        event("m", "relisted", "2020-03-01", source("2020-03-01")),
        json!({"record": "amendment", "of": "@2", "because": "typo", "set": {"note": "x"}}),
        json!({"record": "retraction", "of": "@5", "because": "mistake"}),
        json!({"record": "source", "of": "@4", "source": {"publisher": "B"}}),
    ];
    let known = Knowing { records: Some(3), public: "2020-05-01".parse().ok() };
    let it = ask(&records, "m", "2020-04-01", &known);
    let expected = [
        "@2 began-the-status",
        "- @5 not-yet-known",
        "- @6 not-yet-known",
        "- @3 not-yet-public",
        "- @4 not-yet-known",
        "last-act",
    ];
    assert_eq!(short(&it), expected);
    assert_eq!(it.not_used[3].text, "recorded after @3");
    assert_eq!(it.not_used[1].text, "recorded after @3: it retracts @5");
    let everything = it.with_everything.unwrap();
    assert_eq!(everything.because.iter().copied().collect::<Vec<_>>(), [4]);
    let all = ask(&records, "m", "2020-04-01", &Knowing::default());
    assert_eq!(everything, all.answer);
    assert_eq!(all.with_everything, None);
}

#[test]
fn too_many_worlds_are_said_to_be_too_many() {
    let mut records = vec![measure("m", "plain")];
    for number in 0..26 {
        let act = json!({"status": format!("s{number}"), "then": [
            {"act": "set", "status": format!("p{number}"), "effective": "2020"}]});
        records.push(event("m", "set", "2020", act));
    }
    let it = ask(&records, "m", "2020-06-01", &Knowing::default());
    let rule = serde_json::to_value(it.rule.word).unwrap();
    assert_eq!(rule, "too-many-worlds");
    assert_eq!(it.used.len(), 52);
    assert!(it.used.iter().all(|used| used.role.as_str() == "may-have-changed-it"));
}
