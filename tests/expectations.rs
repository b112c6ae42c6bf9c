//! Expectations and reviews from the command line to the answers: how they are said, and what the
//! answers make of them.

use serde_json::{Value, json};

use crate::house::House;

fn with_dialogues() -> House {
    let house = House::empty();
    house.ledger("measure add d --kind dialogue --title Talks").fine();
    house.ledger("measure add e --kind dialogue").fine();
    house.ledger("measure alias other-d d").fine();
    house
}

#[test]
fn an_expectation_is_said_with_any_window() {
    let house = with_dialogues();
    for (on, written, earliest, latest) in [
        ("2023-04-03..2023-04-25", "[2023-04-03..2023-04-25]", "2023-04-03", "2023-04-25"),
        ("[2023-04-03..2023-04-25]", "[2023-04-03..2023-04-25]", "2023-04-03", "2023-04-25"),
        ("2023-03-17..", "[2023-03-17..]", "2023-03-17", ""),
        ("[2023-03-17..]", "[2023-03-17..]", "2023-03-17", ""),
        ("..2023-12-31", "[..2023-12-31]", "", "2023-12-31"),
        ("2023-03..", "[2023-03..]", "2023-03-01", ""),
        ("2023-04..2023-06~", "[2023-04..2023-06]~", "2023-04-01", "2023-06-30"),
        ("2023-04", "2023-04", "2023-04-01", "2023-04-30"),
        ("2023", "2023", "2023-01-01", "2023-12-31"),
        ("2023-04-26", "2023-04-26", "2023-04-26", "2023-04-26"),
    ] {
        let said =
            format!("append d held --expected --on {on} -s Gazette --allow-duplicate --json");
        let row = house.ledger(&said).fine().json()["results"][0].clone();
        assert_eq!((&row["effective"], &row["modality"]), (&json!(written), &json!("expected")));
        let rows = house.ledger("agenda --all --json --on 2023-01-01").json()["results"].clone();
        let rows = rows.as_array().unwrap();
        let due = rows.iter().max_by_key(|row| row["record"].as_u64()).unwrap()["due"].clone();
        let day = |day: &str| if day.is_empty() { Value::Null } else { json!(day) };
        let expected = json!({"text": written, "earliest": day(earliest), "latest": day(latest)});
        assert_eq!(due, expected, "{on}");
    }
}

#[test]
fn windows_that_cannot_be_are_refused_with_the_fix() {
    let house = with_dialogues();
    let before = house.records();
    for (on, says) in [
        ("2023-04-25..2023-04-03", "ends before it begins"),
        ("..", "open at both ends"),
        ("2023-02-30..", "not a day"),
        ("04/05/2023..2023-06-01", "two days"),
    ] {
        let answer = house.ledger(&format!("append d held --expected --on {on} -s Gazette"));
        assert_eq!((answer.code, answer.out.as_str()), (3, ""), "{on}: {answer:?}");
        assert!(answer.err.contains(says), "{on}: {}", answer.err);
    }
    assert_eq!(house.records(), before);
}

#[test]
fn an_expectation_changes_no_status_and_what_settles_it_does() {
    let house = with_dialogues();
    let expect = "append d launched --expected --on 2023-04 -s Yonhap --source-date 2023-04-03";
    let said = house.ledger(&format!("{expect} --key x")).fine().out;
    assert!(said.contains("d launched expected on 2023-04\n"), "{said}");
    assert!(said.contains("No answers change"), "{said}");
    assert_eq!(house.status("d", "2023-05-01"), "none");
    // The hint of the agenda can be followed.
    let text = house.ledger("agenda --on 2023-05-01").fine().out;
    let hint = text.lines().find_map(|line| line.strip_prefix("It came?  ledger ")).unwrap();
    let command = hint.replace("DATE", "2023-05-03").replace("URL", "https://example.org/a");
    house.ledger(&command).fine();
    assert_eq!(house.status("d", "2023-05-03"), "active");
    let row = &house.ledger("agenda --on 2023-05-04 --json").json()["results"][0].clone();
    assert_eq!((&row["state"], &row["late_days"]), (&json!("settled"), &json!(3)));
    let shown = house.ledger("show x").fine().out;
    assert!(shown.contains("settles @4"), "{shown}");
}

#[test]
fn several_measures_are_reviewed_at_once_and_all_or_none() {
    let house = with_dialogues();
    let before = house.records();
    let wrong = house.ledger("review d nothing e also-nothing --through 2023-05-09");
    assert_eq!((wrong.code, house.records()), (4, before));
    assert!(wrong.err.contains("`nothing`") && wrong.err.contains("`also-nothing`"), "{wrong:?}");
    let dry = house.ledger("review d e --through 2023-05-09 -n").fine();
    assert_eq!(house.records(), before);
    assert_eq!(dry.out.matches("would be").count(), 2, "{dry:?}");
    house
        .run(&["review", "d", "e", "--through", "2023-05-09", "--note", "All notices"], b"")
        .fine();
    assert_eq!(house.records(), before + 2);
    // A measure that is named twice, by its alias too, is reviewed once.
    house.ledger("review d other-d d --through 2023-05-10").fine();
    assert_eq!(house.records(), before + 3);
}

#[test]
fn no_news_is_told_from_nobody_looked() {
    let house = with_dialogues();
    let reviewed = |words: &str| house.state(words)[0]["reviewed_through"].clone();
    assert_eq!(reviewed("d --at 2023-05-10"), Value::Null);
    house.ledger("review other-d --through 2023-05-09").fine();
    house.ledger("review d --through 2023-04-01").fine();
    assert_eq!(reviewed("d --at 2023-05-10"), "2023-05-09");
    assert_eq!(reviewed("e --at 2023-05-10"), Value::Null);
    assert_eq!(reviewed("d --at 2023-05-10 --known @3"), Value::Null);
    let text = house.ledger("state --at 2023-05-10").fine().out;
    let lines: Vec<&str> = text.lines().collect();
    let place = lines.iter().position(|line| line.contains("Talks")).unwrap();
    assert_eq!(lines[place + 1].trim(), "nothing newer found through 2023-05-09");
    assert_eq!(text.matches("nothing newer").count(), 1, "{text}");
    house.ledger("retract @4 --because entered-by-mistake").fine();
    assert_eq!(reviewed("d --at 2023-05-10"), "2023-04-01");
}

#[test]
fn a_review_of_a_whole_is_one_of_its_parts() {
    let house = House::demo();
    let whole = "jp.export-control.kr-three-materials";
    house.ledger(&format!("review {whole} --through 2024-01-31")).fine();
    let part = house.state("jp.export-control.kr-photoresist --at 2024-02-01");
    assert_eq!(part[0]["reviewed_through"], "2024-01-31");
    let other = house.state("kr-jp.gsomia --at 2024-02-01");
    assert_eq!(other[0]["reviewed_through"], Value::Null);
}
