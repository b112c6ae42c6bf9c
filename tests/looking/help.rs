//! `ledger help` and `ledger completions`.

use serde_json::json;

use super::demo::Demo;

#[test]
fn help_knows_topics_and_commands() {
    let demo = Demo::new();
    let overview = demo.text("help");
    for topic in ["dates", "known", "sources", "formats", "exit-codes", "environment"] {
        assert!(overview.contains(topic), "{topic}");
        assert!(demo.text(&format!("help {topic}")).len() > 400, "{topic}");
    }
    assert!(demo.text("help measure add").contains("--part-of"));
    assert_eq!(demo.text("help state"), demo.text("state --help"));
    let (exit, error) = demo.error("help dats");
    assert_eq!((exit, &error["help"][0]), (2, &json!("did you mean `dates`?")));
}

#[test]
fn shells_can_complete() {
    let demo = Demo::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(demo.text(&format!("completions {shell}")).contains("ledger"), "{shell}");
    }
    assert_eq!(demo.error("completions tcsh").0, 2);
}

#[test]
fn no_command_is_a_misuse_that_shows_what_there_is() {
    let demo = Demo::new();
    for (words, shows) in [("", "completions"), ("measure", "alias"), ("kind", "define")] {
        let output = demo.run(words);
        assert!(output.stdout.is_empty() && output.status.code() == Some(2), "{words}");
        let shown = String::from_utf8(output.stderr).unwrap();
        assert!(shown.contains(shows) && !shown.contains("error:"), "{shown}");
        assert_eq!(demo.error(words).1["code"], "usage");
    }
}
