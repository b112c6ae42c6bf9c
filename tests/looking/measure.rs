//! `ledger measure`: list, show, add, alias.

use serde_json::{Value, json};

use super::demo::Demo;

#[test]
fn measures_are_listed_and_filtered() {
    let demo = Demo::new();
    assert_eq!(demo.rows("measure list").len(), 26);
    let rows = demo.rows("measure list --kind dialogue --party jp --under kr-jp.dialogue");
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0]["measure"], "kr-jp.dialogue.export-control");
    assert_eq!(demo.rows("measure list --tag wto").len(), 1);
    assert_eq!(demo.rows("measure list --tag nothing").len(), 0);
    assert_eq!(demo.rows("measure list --known 2010-01-01").len(), 14);
    assert_eq!(demo.error("measure list --kind dialog").1["code"], "unknown-kind");
    assert_eq!(demo.text("measure list --csv").lines().count(), 27);
}

#[test]
fn a_measure_is_shown_by_any_id_with_its_events() {
    let demo = Demo::new();
    let shown = demo.rows("measure show jp.group-a.kr").remove(0);
    assert_eq!(shown["measure"], "jp.white-list.kr");
    assert_eq!(shown["aliases"], json!(["jp.group-a.kr"]));
    assert_eq!(shown["events"].as_array().unwrap().len(), 11);
    let removed = |event: &&Value| event["record"] == 59;
    let removed = shown["events"].as_array().unwrap().iter().find(removed);
    assert_eq!(removed.unwrap()["corrected_by"], json!([75]));
    let whole = demo.rows("measure show jp.export-control.kr-three-materials").remove(0);
    assert_eq!(whole["parts"].as_array().unwrap().len(), 3);
    assert_eq!(demo.error("measure show nothing").0, 4);
}

#[test]
fn a_measure_is_declared_once() {
    let demo = Demo::new();
    let add = "measure add us.steel --kind tariff --title Steel --party US --tag metal --item 7208";
    let dry = demo.json(&format!("{add} -n"));
    assert_eq!((&dry["dry_run"], demo.rows("log").len()), (&json!(true), 199));
    assert_eq!(demo.rows(add)[0]["new"], true);
    assert_eq!(demo.rows(add)[0]["new"], false);
    assert_eq!(demo.rows("log").len(), 200);
    let (exit, error) = demo.error("measure add us.steel --kind tariff --title Other");
    assert_eq!((exit, &error["code"]), (3, &json!("taken")));
    assert_eq!(demo.error("measure add Us --kind tariff").0, 3);
    assert_eq!(demo.error("measure add a --kind tarif").0, 4);
    assert_eq!(demo.error("measure add a --part-of us.stel").0, 4);
    assert_eq!(demo.error("measure add a").0, 2);
    assert_eq!(
        demo.error("measure add a --kind tariff --initial imposed").1["code"],
        "unknown-status"
    );
    // A part has the kind of its whole.
    demo.text("measure add us.steel.pipes --part-of us.steel --initial in-force");
    let part = demo.rows("measure show us.steel.pipes").remove(0);
    assert_eq!((&part["kind"], &part["part_of"]), (&json!("tariff"), &json!("us.steel")));
    demo.text("measure alias us.metal us.steel");
    assert_eq!(demo.rows("measure alias us.metal us.steel")[0]["new"], false);
    assert_eq!(demo.rows("measure show us.metal")[0]["measure"], "us.steel");
    assert_eq!(demo.error("measure alias us.x us.y").0, 4);
    assert_eq!(demo.error("measure alias us.steel ipef").0, 3);
}
