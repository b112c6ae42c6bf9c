//! The verbs that look: log, show, measure, kind, help, completions; by the program itself.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

use looking::demo::Demo;
use serde_json::json;

mod looking {
    pub(crate) mod demo;
    mod help;
    mod kind;
    mod log;
    mod measure;
    mod show;
}

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
