//! The verbs that look: log, show, measure, kind, help, completions; by the program itself.

mod codes;
mod demo;
mod help;
mod kind;
mod log;
mod measure;
mod show;

use std::process::Command;

use serde_json::json;

use demo::Demo;

#[test]
fn the_text_of_a_record_does_nothing_to_a_terminal() {
    let demo = Demo::new();
    let evil = "\u{1b}[31mred\u{202e}\u{7}\nline";
    demo.record(&[
        json!({"record": "measure", "measure": "evil", "kind": "plain", "title": evil,
               "note": evil, "parties": [evil], "tags": [evil], "items": [evil]}),
        json!({"record": "event", "measure": "evil", "act": "set", "status": evil,
               "effective": "2020-01-01", "note": evil, "actors": [evil], "set": {"rate": evil},
               "sources": [{"publisher": evil, "title": evil, "url": evil, "quote": evil}]}),
        json!({"record": "kind", "kind": "plain", "definition": {}, "note": evil}),
    ]);
    let looks = [
        "log",
        "show @200",
        "show @201",
        "show @202",
        "measure list",
        "measure show evil",
        "kind list",
        "kind show plain",
        "state evil",
        "log --format md",
    ];
    for look in looks {
        let text = demo.text(look);
        let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(acts), "{look}: {text:?}");
        assert!(!text.contains("\nline"), "{look}: {text}");
    }
}

#[test]
fn a_locale_without_utf8_gets_ascii_symbols() {
    let demo = Demo::new();
    let symbols = |lang: &str| {
        let mut command = demo.command(&["kind", "show", "agreement"]);
        command.env("LANG", lang);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let (unicode, ascii) = (symbols("C.UTF-8"), symbols("C"));
    assert!(unicode.contains("\n ●  in-force ") && unicode.contains("\n ◐  suspended "));
    assert!(ascii.contains("\n *  in-force ") && ascii.contains("\n %  suspended "));
    assert!(!ascii.contains(['●', '◐', '○', '◌']));
}

#[test]
fn a_ledger_that_is_not_there_is_exit_5() {
    let home = tempfile::tempdir().unwrap();
    for verb in ["log", "show @1", "measure list", "kind list"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
        command.args(verb.split(' ')).env_clear().current_dir(home.path());
        assert_eq!(command.output().unwrap().status.code(), Some(5), "{verb}");
    }
    assert!(!home.path().join(".ledger").exists());
}

#[test]
fn a_measure_that_was_not_known_yet_or_was_withdrawn_is_told_so() {
    let demo = Demo::new();
    demo.record(&[
        json!({"record": "measure", "measure": "w", "kind": "plain"}),
        json!({"record": "alias", "measure": "other", "of": "kr-jp.gsomia"}),
        json!({"record": "retraction", "of": "@200", "because": "typo"}),
    ]);
    let rows = demo.rows("measure show kr-jp.gsomia");
    let declared = rows[0]["record"].as_u64().unwrap();
    let said = [
        (
            "kr-jp.gsomia --known @1",
            format!("`kr-jp.gsomia` was not known yet: it was declared by @{declared}"),
            declared,
        ),
        (
            "other --known @200",
            "`other` was not known yet: it was declared by @201".to_owned(),
            201,
        ),
        ("w", "measure `w` was retracted by @202".to_owned(), 200),
    ];
    for (words, message, help) in said {
        for verb in ["state", "measure show", "log"] {
            let (code, error) = demo.error(&format!("{verb} {words}"));
            assert_eq!(code, 4, "{verb} {words}: {error}");
            assert_eq!(error["code"], "unknown-measure");
            assert_eq!(error["message"], message);
            assert_eq!(error["help"], json!([format!("ledger show @{help}")]));
        }
    }
    demo.text("state w --known @200");
    let (code, error) = demo.error("review w --through 2024-01-01");
    assert_eq!((code, &error["message"]), (4, &json!("measure `w` was retracted by @202")));
}

#[test]
fn today_is_told_unless_the_answer_is_the_same_on_every_day() {
    let demo = Demo::new();
    let now = |words: &str| demo.json(words)["query"]["now"].clone();
    let today = json!("2024-05-02");
    for fixed in ["@10", "2024-05-01", "2024-05-01T23:59:59Z", "-1d"] {
        assert_eq!(now(&format!("state --at 2020-01-01 --known {fixed}")), json!(null), "{fixed}");
        assert_eq!(now(&format!("state --known {fixed}")), today, "{fixed}");
        assert_eq!(now(&format!("log --known {fixed}")), json!(null), "{fixed}");
    }
    for open in ["2024-05-02", "2099-01-01", "2099-01-01T00:00:00Z", "today"] {
        assert_eq!(now(&format!("state --at 2020-01-01 --known {open}")), today, "{open}");
    }
    let (code, error) = demo.error("log --known soon");
    assert_eq!(code, 2);
    for form in ["a day", "2019-08-23T12:00:00Z", "@57"] {
        assert!(error["message"].as_str().unwrap().contains(form), "{error}");
    }
}

#[test]
fn a_review_is_told_beside_the_status() {
    let demo = Demo::new();
    demo.record(&[json!({"record": "review", "measure": "kr-jp.gsomia", "through": "2023-12-01"})]);
    let text = demo.text("state kr-jp.gsomia");
    assert!(text.contains("nothing newer found through 2023-12-01\n"), "{text}");
}
