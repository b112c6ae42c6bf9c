//! `ledger log`: every record in the order it was made.

#[cfg(unix)]
use std::process::Command;

use serde_json::{Value, json};

use super::demo::{Demo, numbers};

#[test]
fn the_log_has_every_record_in_order() {
    let demo = Demo::new();
    let rows = demo.rows("log");
    assert_eq!(numbers(&rows), (1..=199).collect::<Vec<u64>>());
    for field in ["record", "type", "measure", "act", "effective", "recorded", "by", "key"] {
        assert!(rows.iter().all(|row| row.get(field).is_some()), "{field}");
    }
    let notice = &rows[56];
    assert_eq!(notice["type"], "event");
    assert_eq!(notice["measure"], "kr-jp.gsomia");
    assert_eq!(notice["act"], "termination-notified");
    assert_eq!(
        notice["effective"],
        json!({"text": "2019-08-23", "earliest": "2019-08-23", "latest": "2019-08-23"})
    );
    assert_eq!(notice["recorded"], "2019-08-23T12:00:00.000Z");
    // A correction is about the measure of what it corrects.
    assert_eq!(
        (&rows[74]["type"], &rows[74]["measure"], &rows[74]["of"]),
        (&json!("settlement"), &json!("jp.white-list.kr"), &json!(59))
    );
}

#[test]
fn the_log_is_cut_where_it_is_told_and_says_so() {
    let demo = Demo::new();
    let newest = demo.json("log --limit 20");
    assert_eq!(numbers(newest["results"].as_array().unwrap()), (180..=199).collect::<Vec<u64>>());
    assert!(newest["notes"][0].as_str().unwrap().contains("179 older"));
    assert!(demo.text("log --limit 20").contains("179 older"));
    let csv = demo.run("log --limit 20 --csv");
    assert!(String::from_utf8_lossy(&csv.stderr).contains("179 older"));
    assert_eq!(demo.error("log --limit 0").0, 2);
}

#[test]
fn the_log_takes_days_and_measures_by_any_id() {
    let demo = Demo::new();
    let rows = demo.rows("log --from 2019-08-02 --to 2019-08-02");
    let days = |row: &Value| row["recorded"].as_str().unwrap().starts_with("2019-08-02");
    assert!(!rows.is_empty() && rows.iter().all(days));
    let by_alias = demo.rows("log jp.group-a.kr");
    assert_eq!(numbers(&by_alias), numbers(&demo.rows("log jp.white-list.kr")));
    assert!(numbers(&by_alias).contains(&75));
    assert_eq!(demo.json("log --from 2030-01-01")["results"], json!([]));
    assert_eq!(demo.error("log --from 2020-01-02 --to 2020-01-01").0, 2);
    assert_eq!(demo.error("log --from 2020-01").1["code"], "bad-date");
    let (exit, error) = demo.error("log kr-jp.gsoima");
    assert_eq!((exit, &error["code"]), (4, &json!("unknown-measure")));
    assert_eq!(error["help"][0], "did you mean `kr-jp.gsomia`?");
}

#[test]
fn the_log_has_its_axis_in_its_header_and_its_forms() {
    let demo = Demo::new();
    let text = demo.text("log --known 2019-12-01");
    assert!(text.contains("AS KNOWN ON 2019-12-01 · 89 of 199 records"), "{text}");
    assert!(text.contains("Sorted by the time recorded"));
    assert_eq!(demo.rows("log --known 2019-12-01").len(), 89);
    let csv = demo.text("log --csv");
    let header = "record,type,measure,act,modality,effective,effective_earliest,effective_latest,\
                  of,says,retracted,recorded,by,key\r\n";
    assert!(csv.starts_with(header));
    assert_eq!(csv.lines().count(), 200);
    assert!(demo.text("log --limit 1 --format md").starts_with("| record | type |"));
    assert_eq!(demo.text("log --limit 3 --format jsonl").lines().count(), 3);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_it_silently() {
    let demo = Demo::new();
    let script = format!("{} log --format jsonl | head -1", env!("CARGO_BIN_EXE_ledger"));
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]);
    shell.env("POLICY_LEDGER_FILE", demo.ledger());
    let output = shell.output().unwrap();
    assert!(output.stderr.is_empty());
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
}
