//! The trackers of `fixtures/sources`: each comes in with its rules, and answers as a careful reader
//! of the table does.

use super::{errors, fixture, house_with};
use crate::house::{Answer, House};

/// Each tracker with its rules, and whether all of its rows are good.
const TRACKERS: [(&str, bool); 6] = [
    ("export-curbs.csv", true),
    ("school-closures.csv", true),
    ("food-curbs.xlsx", true),
    ("waivers-1252.csv", true),
    ("japan-korea-sjis.csv", false),
    ("korea-controls-euckr.csv", false),
];

fn beside(tracker: &str, ending: &str) -> String {
    format!("{}.{ending}", tracker.split('.').next().unwrap())
}

fn import(house: &House, tracker: &str, more: &str) -> Answer {
    house.ledger(&format!("import {tracker} --map {} {more}", beside(tracker, "rules.toml")))
}

/// The cells of a file of lines, without its header.
fn lines(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(fixture(name)).unwrap();
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

#[track_caller]
fn answers(house: &House, tracker: &str) {
    let expected = lines(&beside(tracker, "answers.tsv"));
    assert!(expected.len() >= 5, "{tracker}");
    for row in expected {
        let [measure, at, status] = row.as_slice() else { panic!("{tracker}: {row:?}") };
        assert_eq!(&house.status(measure, at), status, "{tracker}: {measure} at {at}");
    }
}

#[test]
fn every_tracker_answers_as_its_table_says() {
    for (tracker, is_good) in &TRACKERS {
        let house = house_with(&[*tracker, &*beside(tracker, "rules.toml")]);
        let more = if *is_good { "" } else { "--skip-bad bad.csv" };
        let told = import(&house, tracker, more).fine();
        assert_eq!(told.err.is_empty(), *is_good, "{told:?}");
        answers(&house, tracker);
    }
}

#[test]
fn the_same_sheet_again_records_nothing() {
    for (tracker, _) in TRACKERS.iter().filter(|(_, is_good)| *is_good) {
        let house = house_with(&[*tracker, &*beside(tracker, "rules.toml")]);
        import(&house, tracker, "").fine();
        let all = house.export();
        for more in ["", "--sync", "--sync --missing retract", "--json"] {
            let again = import(&house, tracker, more).fine();
            assert!(
                again.out.contains("0 recorded, ") || again.out.contains("\"new\":0"),
                "{again:?}"
            );
            assert_eq!(house.export(), all, "{tracker} {more}");
        }
    }
}

#[test]
fn every_problem_of_the_dirty_trackers_is_said_at_its_place_and_nothing_is_recorded() {
    for (tracker, _) in TRACKERS.iter().filter(|(_, is_good)| !is_good) {
        let house = house_with(&[*tracker, &*beside(tracker, "rules.toml")]);
        let answer = import(&house, tracker, "");
        assert_eq!((answer.code, answer.out.as_str()), (3, ""), "{answer:?}");
        let said = errors(&answer);
        let expected = lines(&beside(tracker, "problems.tsv"));
        assert_eq!(said.len(), expected.len(), "{answer:?}");
        for (said, row) in said.iter().zip(&expected) {
            let place = format!("{tracker}:{}: {}", row[0], row[2]);
            assert!(said.starts_with(&place), "{said}\n{place}");
        }
        let json = import(&house, tracker, "--json");
        let json: serde_json::Value = serde_json::from_str(&json.err).unwrap();
        let problems = json["problems"].as_array().unwrap();
        for (problem, row) in problems.iter().zip(&expected) {
            assert_eq!(problem["code"].as_str(), Some(row[1].as_str()), "{problem}");
            assert_eq!(problem["at"]["line"].to_string(), row[0], "{problem}");
        }
        assert_eq!(house.records(), 0);
    }
}

#[test]
fn a_workbook_says_its_dates_parties_sources_and_plans() {
    let house = house_with(&["food-curbs.xlsx", "food-curbs.rules.toml"]);
    import(&house, "food-curbs.xlsx", "").fine();
    let export = house.export();
    let line = |key: &str| {
        let line = export.lines().find(|line| line.contains(key)).unwrap();
        serde_json::from_str::<serde_json::Value>(line).unwrap()
    };
    let quota = line("\"food-102-start\"");
    assert_eq!(quota["sources"].as_array().unwrap().len(), 2, "{quota}");
    assert_eq!((&quota["announced"], quota.get("then")), (&"2020-03-27".into(), None), "{quota}");
    let onions = line("\"food-103-start\"");
    assert_eq!(onions["then"][0]["effective"], "2020-09-02", "{onions}");
    // The country of the row above, by a value table.
    assert!(export.contains(r#""title":"Onion export ban","parties":["KZ"]"#), "{export}");
}
