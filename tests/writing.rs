//! The commands that record: what they take, what they refuse and how they say it.

use serde_json::{Value, json};

use crate::house::{Answer, House};

/// Commands that are refused: the exit code, what the message says, the guess.
const REFUSED: [(&str, u8, &str, &str); 33] = [
    ("append kr-jp.gsomia restored --on 2024-05-01 --note LONG", 3, "the limit is 65536", ""),
    ("append kr-jp.gsomia restord --on 2024-05-01", 3, "no act `restord`", "`restored`"),
    ("append kr-jp.gsomia Restored --on 2024-05-01", 3, "no act `Restored`", "`restored`"),
    ("append kr-jp.gsoima restored --on 2024-05-01", 4, "no measure", "`kr-jp.gsomia`"),
    ("append kr-jp.gsomia restored --on 2020-02-30", 3, "not a day", "2020-02-29"),
    ("append kr-jp.gsomia restored --on 01/02/2020", 3, "two days", "2020-02-01"),
    ("append kr-jp.gsomia restored --as-of 2020-01-01", 2, "`--at`", "`--known`"),
    (
        "append kr-jp.gsomia restored --on 2024-05-01 --key gsomia-signed-2016-11-23",
        3,
        "already names @26",
        "",
    ),
    (
        "append kr-jp.gsomia restored --on 2024-05-01 --cancels gsomia-signed-2016-11-24",
        4,
        "no record",
        "`gsomia-signed-2016-11-23`",
    ),
    ("append kr-jp.gsomia restored --on 2023-03-21", 3, "@156 already says", ""),
    ("append kr-jp.gsomia restored --on 2024-05-01 --then terminated=2020", 3, "lies before", ""),
    ("append kr-jp.gsomia restored --on 2024-05-01 --then gone=2025", 3, "no act `gone`", ""),
    ("append wto.ds590 raised --on 2024-05-01 --last-day 2025-01-01", 3, "last day", ""),
    ("append kr-jp.gsomia restored --on 2024-05-01 --status active", 3, "takes no `status`", ""),
    ("append kr-jp.gsomia restored --on 2024-05-01 --quote words", 2, "source before it", ""),
    ("append kr-jp.gsomia restored", 2, "--on DATE", ""),
    ("append", 2, "append MEASURE ACT", ""),
    ("append - --on 2024-05-01", 2, "standard input", ""),
    ("retract @999 --because typo", 4, "no record `@999`", ""),
    ("retract 99 --because typo", 4, "no record `99`", ""),
    ("retract @26 --because Typo!", 3, "`because`", ""),
    (
        "retract gsomia-signed-2016-11-2 --because typo",
        4,
        "no record",
        "`gsomia-signed-2016-11-23`",
    ),
    ("amend @26 --set effective=2020-02-30 --because typo", 3, "not a day", "2020-02-29"),
    ("amend @26 --set act=singed --because typo", 3, "no act `singed`", "`signed`"),
    ("amend @26 --set efective=2020 --because typo", 3, "no field `efective`", "`effective`"),
    ("amend @26 --set effective --because typo", 3, "`=`", ""),
    ("source add @26", 2, "who says so", ""),
    ("source add @1 -s METI", 3, "not an event", ""),
    ("source add @26 -s METI --says efective=2020", 3, "--says efective", "`effective`"),
    ("conflicts settle @61 --field efective --value 2019 --reason x", 3, "`field`", ""),
    ("review kr-jp.gsoima --through 2024-05-01", 4, "no measure", "`kr-jp.gsomia`"),
    ("review kr-jp.gsomia --through 2024-05", 3, "is a month, not a day", "2024-05-31"),
    ("import nowhere.csv", 5, "no such file", ""),
];

#[test]
fn what_is_refused_is_told_with_a_guess_and_help_that_works_and_nothing_is_recorded() {
    let house = House::demo();
    let before = house.export();
    let long = "x".repeat(70 * 1024);
    for (shown, code, says, guess) in REFUSED {
        let whole = |word| if word == "LONG" { long.as_str() } else { word };
        let words: Vec<&str> = shown.split(' ').map(whole).collect();
        let answer = house.run(&words, b"");
        assert_eq!(answer.code, i32::from(code), "{shown}: {answer:?}");
        assert!(answer.err.contains(says), "{shown}: {}", answer.err);
        assert!(answer.err.contains(guess), "{shown}: {}", answer.err);
        assert_eq!(answer.out, "", "{shown}");
        assert!(!answer.help().is_empty(), "{shown}: no help in {}", answer.err);
        for help in answer.help() {
            house.ledger(&help).fine();
        }
        assert_same_as_json(&house, &words, &answer);
    }
    assert_eq!(house.export(), before);
}

/// With `--json` the same is said as one object on stderr.
fn assert_same_as_json(house: &House, words: &[&str], text: &Answer) {
    let answer = house.run(&[words, &["--json"]].concat(), b"");
    assert_eq!((answer.code, answer.out.as_str()), (text.code, ""));
    let said: Value = serde_json::from_str(&answer.err).unwrap();
    assert_eq!(said["ok"], false);
    let message = said["error"]["message"].as_str().unwrap();
    assert!(text.err.contains(message), "{message}\n{}", text.err);
}

#[test]
fn all_problems_of_a_command_are_told() {
    let answer = House::demo()
        .ledger("append kr-jp.gsomia restord --on 2020-02-30 --cancels nothing --announced never");
    assert_eq!(answer.code, 3, "{answer:?}");
    for said in ["restord", "2020-02-30", "`nothing`", "`never`"] {
        assert!(answer.err.contains(said), "{said}: {}", answer.err);
    }
}

#[test]
fn an_event_is_recorded_with_all_its_flags() {
    let house = House::demo();
    house.file("notice.pdf", "x");
    let words = [
        "append",
        "kr-jp.gsomia",
        "termination-notified",
        "--on",
        "2024-08-01..2024-08-23",
        "--announced",
        "2024-08-01",
        "-s",
        "https://example.org/a",
        "--publisher",
        "MOFA",
        "--source-date",
        "2024-08",
        "--quote",
        "has decided",
        "-s",
        "notice.pdf",
        "-s",
        "Yonhap",
        "--lang",
        "ko",
        "--says",
        "effective=2024-08-30",
        "--denies",
        "--then",
        "terminated=2024-11-23",
        "--then",
        "restored",
        "--after",
        "@26",
        "--cancels",
        "gsomia-termination-notified-2019-08-23",
        "--set",
        "rate=25%",
        "--set",
        "open=true",
        "--actor",
        "ROK MOFA",
        "--note",
        "A remark.",
        "--instrument",
        "Note 7",
        "--key",
        "gsomia-2024",
        "--by",
        "me",
        "--json",
    ];
    let answer = house.run(&words, b"").fine().json();
    assert_eq!(answer["schema"], "policy-ledger/append/1");
    let row = &answer["results"][0];
    let id = |record: usize| {
        let line: Value =
            serde_json::from_str(house.export().lines().nth(record - 1).unwrap()).unwrap();
        line["id"].clone()
    };
    let expected = json!({
        "record": 200, "new": true, "type": "event", "id": id(200), "recorded": row["recorded"],
        "by": "me", "key": "gsomia-2024",
        "measure": "kr-jp.gsomia", "act": "termination-notified",
        "effective": "[2024-08-01..2024-08-23]", "announced": "2024-08-01", "actors": ["ROK MOFA"],
        "after": [id(26)], "cancels": ["gsomia-termination-notified-2019-08-23"],
        "then": [{"act": "terminated", "effective": "2024-11-23"}, {"act": "restored"}],
        "set": {"rate": "25%", "open": true},
        "sources": [
            {"publisher": "MOFA", "url": "https://example.org/a", "published": "2024-08", "quote": "has decided"},
            {"title": "notice.pdf", "archived": "notice.pdf"},
            {"publisher": "Yonhap", "lang": "ko", "says": {"effective": "2024-08-30"}, "stance": "denies"},
        ],
        "instrument": "Note 7", "note": "A remark.",
    });
    assert_eq!(*row, expected);
    let again = house.run(&words, b"").fine().json();
    assert_eq!(
        (&again["results"][0]["record"], &again["results"][0]["new"]),
        (&json!(200), &json!(false))
    );
    assert_eq!(house.records(), 200);
}

#[test]
fn a_last_day_plans_the_end_on_the_day_after() {
    let house = House::empty();
    let lines = concat!(
        r#"{"record":"measure","measure":"gl.8","kind":"licence"}"#,
        "\n",
        r#"{"record":"measure","measure":"poll","kind":"plain"}"#,
        "\n",
    );
    house.run(&["append", "-"], lines.as_bytes()).fine();
    house.ledger("append gl.8 issued --on 2024-01-01 --last-day 2024-02-28").fine();
    assert_eq!(house.status("gl.8", "2024-02-28"), "valid");
    assert_eq!(house.status("gl.8", "2024-02-29"), "expired");
    let row = house
        .ledger("append gl.8 extended --on 2024-02-01 --last-day 2024-12-30..2024-12-31~ --json");
    let plan = json!([{"act": "expired", "effective": "[2024-12-31..2025-01-01]~"}]);
    assert_eq!(row.fine().json()["results"][0]["then"], plan);
    house.ledger("append poll set --on 2024-01-01 --status ahead").fine();
    house.ledger("append poll set --on 2024-02-01 --status none").fine();
    assert_eq!(house.status("poll", "2024-01-31"), "ahead");
    assert_eq!(house.status("poll", "2024-02-01"), "none");
}

#[test]
fn what_changes_is_told_and_the_undo_that_is_told_undoes_it() {
    let house = House::demo();
    let before = house.state("--at 2024-05-01");
    let event =
        "append kr-jp.gsomia termination-notified --on 2024-04-01 --then terminated=2024-05-01";
    let dry = house.ledger(&format!("{event} -n")).fine().out;
    assert!(dry.starts_with("Nothing was recorded (dry run).\n"), "{dry}");
    assert_eq!(house.records(), 199);
    let told = house.ledger(event).fine().out;
    for text in [&dry, &told] {
        assert!(text.contains("terminated (planned, unconfirmed)"), "{text}");
    }
    assert_eq!(house.status("kr-jp.gsomia", "2024-05-01"), "terminated");
    let undo = told.lines().find_map(|line| line.strip_prefix("Undo: ledger ")).unwrap();
    house.ledger(undo).fine();
    assert_eq!(house.state("--at 2024-05-01"), before);
}

#[test]
fn a_dry_run_says_what_the_run_says_and_records_nothing() {
    let house = House::demo();
    let before = house.export();
    for words in [
        "append kr-jp.gsomia operation-suspended --on 2024-05-01 -s METI",
        "amend gsomia-restored-2023-03-21 --set effective=2023-03-22 --because better-source",
        "retract gsomia-restored-2023-03-21 --because entered-by-mistake",
        "source add gsomia-restored-2023-03-21 -s METI --denies",
        "conflicts settle @61 --field effective --value 2019-09-16 --reason later",
        "review kr-jp.gsomia jp.white-list.kr --through 2023-12-01",
    ] {
        let other = House::demo();
        let dry = house.ledger(&format!("{words} -n --json")).fine().json();
        let wet = other.ledger(&format!("{words} --json")).fine().json();
        assert_eq!(dry["dry_run"], true, "{words}");
        assert_eq!(dry["changed"], wet["changed"], "{words}");
        assert!(other.records() > house.records(), "{words}");
        let dry_text = house.ledger(&format!("{words} -n")).fine().out;
        assert!(dry_text.contains("@200 would be: "), "{dry_text}");
    }
    assert_eq!(house.export(), before);
}

#[test]
fn a_machine_clock_takes_no_time_from_people_and_a_simulated_one_does() {
    let house = House::empty();
    let line = br#"{"record":"measure","measure":"m","kind":"agreement"}"#;
    let refused = house.run(&["append", "-", "--now", "2020-01-01"], line);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert_eq!(house.records(), 0);
    let house = House::simulated();
    house.run(&["append", "-", "--now", "2020-01-01"], line).fine();
    house.ledger("append m signed --on 2020-01-05").fine();
    assert_eq!(house.export().matches(r#""recorded":"2020-01-01T00:00:00.000Z""#).count(), 2);
    let earlier = house.ledger("append m agreed --on 2019-12-01 --now 2019-12-31");
    assert_eq!(earlier.code, 3, "{earlier:?}");
}

#[test]
fn what_is_withdrawn_cannot_be_withdrawn_again() {
    let house = House::simulated();
    let measure = br#"{"record":"measure","measure":"m","kind":"agreement"}"#;
    house.run(&["append", "-"], measure).fine();
    house.ledger("append m signed --on 2020-01-01").fine();
    house.ledger("retract @2 --because typo --key gone").fine();
    let again = house.ledger("retract @2 --because typo");
    assert_eq!(again.code, 3, "{again:?}");
    assert!(again.err.contains("`@2` is retracted already by @3"), "{}", again.err);
    assert_eq!(again.help(), ["show @2"]);
    assert_eq!(house.ledger("retract @1 @1 --because typo").code, 3);
    assert_eq!(house.records(), 3);
    let said = house.ledger("retract @2 --because typo --json");
    let said: Value = serde_json::from_str(&said.err).unwrap();
    assert_eq!(said["error"]["code"], "already-retracted");
    // The same command once more, by its key, is recorded already.
    house.ledger("retract @2 --because typo --key gone").fine();
    house.ledger("retract @3 --because typo").fine();
    house.ledger("retract @2 --because typo").fine();
    assert_eq!(house.records(), 5);
}

#[test]
fn a_ledger_is_made_where_it_was_named_and_not_inside_another() {
    let house = House::empty();
    let made = house.ledger("init -f other").fine();
    assert!(house.path("other/ledger.json").is_file());
    assert!(made.out.contains("Next: ledger -f other measure add"), "{}", made.out);
    for words in ["init other/inner", "init -f .ledger/inner", "demo other/inner"] {
        let inside = house.ledger(&format!("{words} --json"));
        assert_eq!(inside.code, 5, "{words}: {inside:?}");
        assert!(inside.err.contains(r#""code":"already-a-ledger""#), "{words}: {}", inside.err);
    }
    assert!(!house.path("other/inner").exists());
    // A port on which nobody answers: an address is never taken for a directory.
    for words in ["init nats://127.0.0.1:1/x", "init -f nats://127.0.0.1:1/x"] {
        let stream = house.ledger(words);
        assert_eq!(stream.code, 5, "{words}: {stream:?}");
        assert!(stream.err.contains("does not answer"), "{}", stream.err);
    }
    assert!(!house.path("nats:").exists());
}

#[test]
fn a_field_is_set_once_in_a_command() {
    let house = House::demo();
    for words in [
        "append kr-jp.gsomia restored --on 2024-05-01 --set rate=1 --set rate=2",
        "amend @26 --set note=a --set note=b --because typo",
    ] {
        let answer = house.ledger(words);
        assert_eq!(answer.code, 2, "{words}: {answer:?}");
        assert!(answer.err.contains("twice"), "{}", answer.err);
    }
    assert_eq!(house.records(), 199);
}

#[test]
fn a_command_that_is_told_names_the_ledger_that_was_named() {
    let house = House::empty();
    house.ledger("init -f other").fine();
    let told = house.ledger("-f other measure add m --kind agreement").fine().out;
    assert!(told.contains("Next: ledger -f other append m ACT"), "{told}");
    house.ledger("-f other append m signed --on 2020-01-01 -s A").fine();
    house.ledger("-f other source add @2 -s B --says effective=2020-02-01").fine();
    for (words, offered) in [
        (
            "state --at 2020-03-01 --known @2",
            "Why?  ledger -f other explain m --at 2020-03-01 --known @2\n",
        ),
        ("state --at 2019-01-01 --public 2019-01-01 m", " --public 2019-01-01\n"),
        ("log", "One in full:  ledger -f other show @3\n"),
        ("measure list", "One in full:  ledger -f other measure show m\n"),
        ("kind list", "ledger -f other kind show agreement\n"),
        ("conflicts", "Settle: ledger -f other conflicts settle @2 "),
    ] {
        let out = house.ledger(&format!("-f other {words}")).fine().out;
        assert!(out.contains(offered), "{words}: {out}");
    }
}

#[test]
fn a_settled_value_stands_beside_each_source_once() {
    let house = House::empty();
    house.ledger("measure add m --kind agreement").fine();
    house.ledger("append m signed --on 2020-01-01 -s A").fine();
    house.ledger("source add @2 -s B --says effective=2020-02-01").fine();
    let settle = "conflicts settle @2 --field effective --value 2020-03-01 --reason third";
    house.ledger(settle).fine();
    let rows = house.ledger("conflicts --all --json").fine().json();
    let sides = json!([
        {"value": "2020-03-01", "sources": []},
        {"value": "2020-01-01", "sources": ["A"]},
        {"value": "2020-02-01", "sources": ["B"]},
    ]);
    assert_eq!(rows["results"][0]["sides"], sides);
    let text = house.ledger("conflicts --all").fine().out;
    assert!(text.contains("2020-03-01  settled\n"), "{text}");
}
