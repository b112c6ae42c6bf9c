//! How it is asked, what is refused, in which forms it answers.

use serde_json::json;

use super::{row, rows};
use crate::house::House;

const HALF: &str = "2019-06-30 2019-12-31";

/// A refused question: exit 2, the words of the sentence, and help that can be run.
#[track_caller]
fn refused(house: &House, words: &str, says: &str, help: &[&str]) {
    let answer = house.ledger(&format!("diff {words}"));
    assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{answer:?}");
    assert!(answer.err.contains(says), "{answer:?}");
    assert_eq!(answer.help(), help, "{words}");
    for command in help {
        house.ledger(command).fine();
    }
}

#[test]
fn never_both_axes_at_once() {
    let house = House::demo();
    let two = [
        "diff 2019-06-30 2019-12-31 kr-jp.gsomia",
        "diff --learned 2019-11-01..2019-12-31 --at 2019-12-31 kr-jp.gsomia",
    ];
    let learned = "--learned 2019-11-01..2019-12-31";
    refused(&house, &format!("{HALF} kr-jp.gsomia {learned}"), "never both", &two);
    refused(&house, &format!("{learned} 2019-06-30..2019-12-31 kr-jp.gsomia"), "never both", &two);
    let at = ["diff 2019-06-30 2019-12-31", "diff --learned @5.. --at 2019-12-01"];
    refused(&house, &format!("--learned @5.. --at 2019-12-01 {HALF}"), "never both", &at);
    let json = house.ledger(&format!("diff {HALF} {learned} --json"));
    assert!(json.err.contains(r#""code":"both-axes""#), "{json:?}");
}

#[test]
fn what_does_not_go_together_is_refused_with_the_mend() {
    let house = House::demo();
    refused(
        &house,
        "2019-12-31 2019-06-30 kr-jp.gsomia",
        "the earlier day comes first",
        &["diff 2019-06-30 2019-12-31 kr-jp.gsomia"],
    );
    refused(
        &house,
        "--learned 2019-12-31..2019-11-01 --at 2019-12-01",
        "ends before it begins",
        &["diff --learned 2019-11-01..2019-12-31 --at 2019-12-01"],
    );
    refused(
        &house,
        "--learned @50..@40 --at 2019-12-01",
        "ends before it begins",
        &["diff --learned @40..@50 --at 2019-12-01"],
    );
    refused(
        &house,
        "--learned @5..@9 --known @7 kr-jp.gsomia",
        "leave out `--known`",
        &["diff --learned @5..@9 kr-jp.gsomia"],
    );
    refused(&house, "--learned @5", "is no range", &["diff --learned @5.."]);
    refused(&house, "2019-06-30 --now 2019-12-31", "two days", &["diff 2019-06-30 2019-12-31"]);
    refused(&house, "..2019-06-30 --now 2019-12-31", "two days", &["diff 2019-06-30 2019-12-31"]);
    refused(
        &house,
        "kr-jp.gsomia --now 2019-12-31",
        "two days",
        &["diff 2019-12-01 2019-12-31 kr-jp.gsomia"],
    );
    refused(
        &house,
        &format!("{HALF} --at 2019-12-01 --now 2020-01-01"),
        "`--at` goes with `--learned",
        &["diff --learned ..2020-01-01 --at 2019-12-01"],
    );
    refused(&house, "2019-06 2019-12-31", "is a month, not a day", &["help dates"]);
    refused(&house, "--learned 2019-06.. --at 2019-12-31", "is a month", &["help dates"]);
    assert_eq!(house.ledger("diff --learned @5..@9999").code, 4);
    assert_eq!(house.ledger(&format!("diff {HALF} kr-jp.gsoima")).code, 4);
    assert_eq!(house.ledger("diff --learned @5..@9 kr-jp.gsoima").code, 4);
    assert_eq!(house.ledger(&format!("diff {HALF} --kind agrement")).code, 4);
}

#[test]
fn a_range_is_two_days() {
    let house = House::demo();
    let whole = house.ledger(&format!("diff {HALF} --json")).fine();
    assert_eq!(whole, house.ledger("diff 2019-06-30..2019-12-31 --json"));
    let open = rows(&house, "2019-06-30.. --now 2019-12-31");
    assert_eq!(json!(open), whole.json()["results"]);
    let words = ["diff", "--json", "--now", "2019-12-31", "--", "-184d", "today"];
    assert_eq!(house.run(&words, b"").fine().json()["results"], whole.json()["results"]);
    assert_eq!(whole.json()["query"]["axis"], "world");
    assert_eq!(
        (&whole.json()["query"]["from"], &whole.json()["query"]["to"]),
        (&"2019-06-30".into(), &"2019-12-31".into())
    );
}

#[test]
fn an_open_range_of_knowledge_begins_empty_and_ends_with_all() {
    let house = House::demo();
    let all = rows(&house, "--learned .. --at 2019-12-31");
    assert!(all.iter().all(|row| row["from"].is_null()));
    let row = row(&house, "--learned @80.. --at 2019-12-01 kr-jp.gsomia");
    assert_eq!(row["to"]["status"], "in-force-notice-suspended");
    let until = rows(&house, "--learned ..2019-11-01 --at 2019-12-01 kr-jp.gsomia");
    assert_eq!(until[0]["to"]["status"], "terminated");
}

#[test]
fn filters_and_the_exit_code() {
    let house = House::demo();
    let kinds = rows(&house, &format!("{HALF} --kind list-membership"));
    assert_eq!(kinds.len(), 2);
    assert_eq!(rows(&house, &format!("{HALF} --under kr-jp.gsomia --party kr")).len(), 1);
    let learned = rows(&house, "--learned 2019-11-01.. --at 2019-12-01 --kind agreement");
    assert!(learned.iter().all(|row| row["kind"] == "agreement"), "{learned:?}");
    assert_eq!(house.ledger(&format!("diff {HALF} --exit-code")).code, 1);
    assert_eq!(house.ledger("diff 2019-06-30 2019-06-30 --exit-code").code, 0);
    let back = house.ledger("diff 2019-08-22 2023-03-21 kr-jp.gsomia --exit-code");
    assert_eq!(back.code, 1, "changed and changed back is a change");
}

#[test]
fn named_measures_come_in_their_order() {
    let house = House::demo();
    let ids = |words: &str| -> Vec<String> {
        let rows = rows(&house, words);
        rows.iter().map(|row| row["measure"].as_str().unwrap().to_owned()).collect()
    };
    let names = "kr-jp.gsomia wto.ds590";
    assert_eq!(ids(&format!("{HALF} {names}")).join(" "), names);
    assert_eq!(ids(&format!("--learned ..@199 --at 2019-12-31 {names}")).join(" "), names);
}

#[test]
fn every_form() {
    let house = House::demo();
    let csv = house.ledger(&format!("diff {HALF} kr-jp.gsomia --csv")).fine().out;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "measure,title,kind,change,from_standing,from_status,from_possible,from_flags,to_standing,\
         to_status,to_possible,to_flags,because,cause,act,record,when"
    );
    assert!(lines[1].ends_with(
        ",57;81,event;event,termination-notified;termination-notice-suspended,57;81,\
         2019-08-23;2019-11-22"
    ));
    let md = house.ledger(&format!("diff {HALF} kr-jp.gsomia --format md")).fine().out;
    assert_eq!(md.lines().count(), 3);
    let lines = house.ledger(&format!("diff {HALF} --format jsonl")).fine().out;
    assert_eq!(lines.lines().count(), rows(&house, HALF).len());
}

#[test]
fn nothing_is_an_answer() {
    let house = House::empty();
    for words in [HALF, "--learned .. --at 2019-12-31"] {
        assert_eq!(rows(&house, words).len(), 0);
        let text = house.ledger(&format!("diff {words}")).fine().out;
        assert!(text.contains("Nothing changed."), "{text}");
        let csv = house.ledger(&format!("diff {words} --csv --exit-code")).fine().out;
        assert_eq!(csv.lines().count(), 1);
    }
}
