//! `ledger kind`: list, show, define.

use serde_json::json;

use super::demo::Demo;

#[test]
fn kinds_are_listed_and_shown() {
    let demo = Demo::new();
    let rows = demo.rows("kind list");
    assert_eq!((rows.len(), &rows[0]["kind"]), (15, &json!("licensing-requirement")));
    let agreement = demo.rows("kind show agreement").remove(0);
    assert_eq!(agreement["definition"]["initial"], "none");
    let text = demo.text("kind show agreement");
    let place = |word: &str| text.find(&format!("\n   {word} ")).unwrap();
    assert!(place("entered-into-force") < place("terminated"));
    let plain = demo.text("kind show plain");
    assert!(plain.contains("any other word") && !plain.contains('*'), "{plain}");
    let (exit, error) = demo.error("kind show agrement");
    assert_eq!((exit, &error["help"][0]), (4, &json!("did you mean `agreement`?")));
}

#[test]
fn a_kind_is_defined_from_a_file_and_only_when_it_is_new() {
    let demo = Demo::new();
    let definition = r#"{"initial":"none","statuses":{"none":{"standing":"none"},
        "open":{"standing":"active"}},"acts":{"opened":{"to":"open"}}}"#;
    demo.write("quota.json", definition);
    let define = "kind define quota quota.json --note Quotas";
    assert_eq!(demo.json(&format!("{define} -n"))["dry_run"], true);
    assert_eq!(demo.rows("kind list").len(), 15);
    assert_eq!(demo.rows(define)[0]["new"], true);
    assert_eq!(demo.rows(define)[0]["new"], false);
    let listed = demo.rows("kind list").pop().unwrap();
    assert_eq!((&listed["title"], &listed["records"]), (&json!("Quotas"), &json!([200])));
    demo.write("more.json", r#"{"statuses":{"open":{"label":"ajar"}}}"#);
    assert_eq!(demo.rows("kind define quota more.json")[0]["record"], 201);
    // An earlier word on a kind is something new once another was said.
    demo.write("less.json", r#"{"statuses":{"open":{"label":"open"}}}"#);
    assert_eq!(demo.rows("kind define quota less.json")[0]["record"], 202);
    assert_eq!(demo.rows("kind define quota more.json")[0]["record"], 203);
    demo.write("bad.json", r#"{"acts":{"opened":{"to":"opne"}}}"#);
    let (exit, error) = demo.error("kind define quota bad.json");
    assert_eq!((exit, &error["code"]), (3, &json!("bad-definition")));
    demo.write("worse.json", "{\"acts\":\n}");
    let (exit, error) = demo.error("kind define quota worse.json");
    assert_eq!((exit, &error["at"]), (3, &json!({"file": "worse.json", "line": 2})));
    assert_eq!(demo.error("kind define quota nothing.json").0, 5);
}
