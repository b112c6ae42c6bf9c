//! `ledger timeline --lanes`: the drawing, and what is listed below it.

use std::process::Command;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::{event, ledger, measure, part, rows, with};
use crate::house::House;

/// The cells of a lane; its name has no spaces.
fn lane(text: &str, name: &str) -> String {
    let line =
        text.lines().find(|line| line.trim_start().starts_with(&format!("{name} "))).unwrap();
    line.trim_start()[name.len()..].trim_start().to_owned()
}

fn drawn(house: &House, words: &str) -> String {
    house.ledger(&format!("timeline --lanes {words}")).fine().out
}

#[test]
fn a_column_a_day_shows_every_day() {
    let house = ledger(&[
        measure("m", "agreement"),
        event("force", "m", "entered-into-force", "2020-01-03"),
        event("stopped", "m", "operation-suspended", "2020-01-05"),
        event("ended", "m", "terminated", "2020-01-08"),
    ]);
    let text = drawn(&house, "--from 2020-01-01 --to 2020-01-10 --width 60");
    assert!(text.contains("A day is 5 columns."), "{text}");
    let expected = "· none ···██████████▒ suspended ▒▒▒─ terminated ──";
    assert_eq!(lane(&text, "m"), expected, "{text}");
    assert!(text.contains("2020-01-03  2020-01-04  in force"), "{text}");
}

#[test]
fn signs_need_neither_colour_nor_unicode() {
    let demo = House::demo();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
    command.args([
        "-f",
        ".ledger",
        "timeline",
        "--lanes",
        "--from",
        "2018-01-01",
        "--to",
        "2023-12-31",
    ]);
    command.current_dir(demo.path("")).env_clear().env("LANG", "C").env("COLUMNS", "90");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let gsomia = lane(&text, "kr-jp.gsomia");
    assert!(gsomia.starts_with("# in force ##|##|") && gsomia.is_ascii(), "{text}");
    assert!(lane(&text, "jp.white-list.kr").contains("- removed ---"), "{text}");
    for sign in ["# active", "% suspended", "+ pending", ". none", "- ended", "? undetermined"] {
        assert!(text.contains(sign), "{sign} in {text}");
    }
    assert!(text.lines().all(|line| !line.contains('\u{1b}')));
    let chart: Vec<&str> =
        text.lines().skip(2).take_while(|line| !line.starts_with("Too")).collect();
    assert!(chart.iter().all(|line| line.width() <= 90), "{text}");
}

#[test]
fn the_width_asked_for_is_kept() {
    let demo = House::demo();
    for width in [40, 80, 100, 200] {
        let text = drawn(&demo, &format!("--from 2018-01-01 --to 2023-12-31 --width {width}"));
        let chart = text.lines().take_while(|line| !line.starts_with("Too"));
        for line in chart {
            assert!(line.width() <= width, "{width}: {line}");
        }
        assert!(text.lines().any(|line| line.contains("|2018-01-01")), "{text}");
    }
}

#[test]
fn changes_that_share_a_column_are_listed() {
    let house = ledger(&[
        measure("m", "agreement"),
        event("force", "m", "entered-into-force", "2010-01-01"),
        event("stopped", "m", "operation-suspended", "2015-05-02"),
        event("resumed", "m", "operation-resumed", "2015-05-04"),
    ]);
    let text = drawn(&house, "--from 2005-01-01 --to 2024-12-31 --width 80");
    assert_eq!(lane(&text, "m").matches('!').count(), 1, "{text}");
    let (_, listed) = text.split_once("Too short to be drawn or named above:").unwrap();
    assert!(listed.contains("2015-05-02  2015-05-03  suspended"), "{text}");
    assert!(listed.contains("2015-05-04  2024-12-31  in force"), "{text}");
    assert!(!listed.contains("2010-01-01"), "{text}");
}

#[test]
fn nothing_is_lost_between_the_drawing_and_the_list() {
    let demo = House::demo();
    let text = drawn(&demo, "--from 2018-01-01 --to 2023-12-31 --width 120");
    let (chart, listed) = text.split_once("Too short to be drawn or named above:").unwrap();
    for band in rows(&demo, "--lanes --from 2018-01-01 --to 2023-12-31") {
        let lane = lane(chart, band["measure"].as_str().unwrap());
        let label = band["label"].as_str().unwrap();
        let below = format!("{}  {}", band["from"].as_str().unwrap(), band["to"].as_str().unwrap());
        assert!(lane.contains(&format!(" {label}")) || listed.contains(&below), "{band}");
    }
}

#[test]
fn what_is_undetermined_looks_so() {
    let house =
        ledger(&[measure("m", "agreement"), event("force", "m", "entered-into-force", "2020-02")]);
    let text = drawn(&house, "--from 2020-01-01 --to 2020-03-31 --width 100");
    assert_eq!(lane(&text, "m").matches('?').count(), 28, "{text}");
    assert!(lane(&text, "m").contains("█ in force █"), "{text}");
    assert!(text.contains("2020-02-01  2020-02-28  undetermined: in force or none"), "{text}");
}

#[test]
fn a_change_between_statuses_of_one_standing_is_seen() {
    let house = ledger(&[
        measure("m", "agreement"),
        event("force", "m", "entered-into-force", "2020-01-01"),
        event("notice", "m", "termination-notified", "2020-03-01"),
    ]);
    let text = drawn(&house, "--from 2020-01-01 --to 2020-06-30 --width 100");
    assert!(lane(&text, "m").contains("█│ in force, termination notified █"), "{text}");
}

#[test]
fn parts_stand_under_their_whole() {
    let house = ledger(&[
        measure("w", "agreement"),
        measure("other", "agreement"),
        part("w.b", "agreement", "w"),
        part("w.c", "agreement", "w.b"),
        event("force", "w", "entered-into-force", "2020-01-01"),
    ]);
    let text = drawn(&house, "w --from 2020-01-01 --to 2020-02-01");
    let places =
        [" w ", "   w.b ", "     w.c "].map(|name| text.find(&format!("\n{name}")).unwrap());
    assert!(places.is_sorted(), "{text}");
    assert!(!text.contains("\n other"), "{text}");
}

#[test]
fn bands_for_programs_have_no_gaps() {
    let demo = House::demo();
    let answer =
        demo.ledger("timeline --lanes kr-jp.gsomia --from 2019-08-01 --to 2019-12-31 --json");
    let json = answer.fine().json();
    assert_eq!(json["schema"], "policy-ledger/timeline-lanes/1");
    let bands: Vec<[&Value; 3]> = json["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|band| [&band["from"], &band["to"], &band["status"]])
        .collect();
    let expected = [
        [json!("2019-08-01"), json!("2019-08-22"), json!("in-force")],
        [json!("2019-08-23"), json!("2019-11-21"), json!("in-force-termination-notified")],
        [json!("2019-11-22"), json!("2019-12-31"), json!("in-force-notice-suspended")],
    ];
    assert_eq!(bands, expected.each_ref().map(<[Value; 3]>::each_ref));
    let csv = demo.ledger("timeline --lanes kr-jp.gsomia --csv").fine().out;
    assert!(csv.starts_with("measure,title,kind,part_of,from,to,standing,status,"), "{csv}");
}

#[test]
fn without_days_the_range_is_all_that_can_happen_and_today() {
    let house = ledger(&[
        measure("m", "agreement"),
        with(
            event("force", "m", "entered-into-force", "2020-01-10"),
            "then",
            json!([{"act": "expired", "effective": "2030-01-10"}]),
        ),
    ]);
    let range = |words: &str| {
        let json = house.ledger(&format!("timeline --lanes --json {words}")).fine().json();
        [json["query"]["from"].clone(), json["query"]["to"].clone()]
    };
    assert_eq!(range("--now 2024-01-01"), [json!("2020-01-09"), json!("2030-01-10")]);
    assert_eq!(range("--now 2035-01-01"), [json!("2020-01-09"), json!("2035-01-01")]);
    assert_eq!(range("--to 2019-01-01"), [json!("2019-01-01"), json!("2019-01-01")]);
}
