//! What stands around the questions: manual pages, and what a shell offers to complete.

use std::process::{Command, Stdio};

use crate::house::House;

/// A page has every flag, and the program's own every command.
#[test]
fn manual_pages_have_every_command_and_flag() {
    let house = House::empty();
    let page = |words: &str| house.ledger(&format!("man {words}")).fine().out.replace('\\', "");
    let program = page("");
    assert!(program.contains(".TH LEDGER 1"), "{program}");
    let commands = commands(&house);
    assert!(commands.contains(&"state".to_owned()) && commands.len() > 20, "{commands:?}");
    for command in &commands {
        assert!(program.contains(&format!("ledger-{command}(1)")), "{command}: {program}");
        let (page, help) = (page(command), house.ledger(&format!("help {command}")).fine().out);
        assert!(page.contains(&format!(".TH LEDGER-{} 1", command.to_uppercase())), "{page}");
        let flags = help.split([' ', '\n', ',', '[']).filter(|word| word.starts_with("--"));
        for flag in flags.map(|flag| flag.trim_end_matches([']', '`', '.'])) {
            assert!(page.contains(flag), "{command}: `{flag}` is not in its page");
        }
    }
    assert!(page("measure add").contains(".TH LEDGER-MEASURE-ADD 1"));
    let unknown = house.ledger("man stat");
    assert_eq!(unknown.code, 2, "{unknown:?}");
    assert!(unknown.err.contains("`state`"), "{unknown:?}");
}

/// The commands that `ledger --help` lists.
fn commands(house: &House) -> Vec<String> {
    let help = house.ledger("--help").fine().out;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

/// What is offered where the last of the words is being typed.
fn offered(house: &House, words: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_ledger"))
        .args([&["--", "ledger"], words].concat())
        .current_dir(house.path(""))
        .env_clear()
        .env("POLICY_LEDGER_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        .output()
        .unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn a_shell_is_offered_what_the_ledger_has() {
    let house = House::demo();
    for (words, first, count) in [
        (&["state", "kr-jp.g"][..], "kr-jp.gsomia", 1),
        (&["why", "kr-jp.gs"], "kr-jp.gsomia", 1),
        (&["append", "kr-jp.gsomia", "ter"], "termination-announced", 4),
        (&["append", "wto.ds590", "ter"], "", 0),
        (&["show", "gsomia-si"], "gsomia-signed-2016-11-23", 1),
        (&["show", "@199"], "@199", 1),
        (
            &["append", "kr-jp.gsomia", "restored", "--cancels", "gsomia-si"],
            "gsomia-signed-2016-11-23",
            1,
        ),
        (&["source", "add", "gsomia-si"], "gsomia-signed-2016-11-23", 1),
        (&["kind", "show", "agr"], "agreement", 2),
        (&["state", "--kind", "tar"], "tariff", 1),
        (&["state", "--party", "K"], "KR", 1),
        (&["state", "--standing", "s"], "suspended", 1),
        (&["conflicts", "settle", "@9", "--field", "e"], "effective", 1),
        (&["help", "dat"], "dates", 1),
        (&["help", "sta"], "state", 1),
        (&["schema", "timeline-"], "timeline-lanes", 1),
        (&["man", "expl"], "explain", 1),
        (&["expl"], "explain", 1),
        (&["state", "--exit"], "--exit-code", 1),
        (&["measure", "al"], "alias", 1),
        (&["-f", "nowhere", "state", "kr"], "", 0),
        (&["-f", ".ledger", "state", "kr-jp.g"], "kr-jp.gsomia", 1),
    ] {
        let offered = offered(&house, words);
        let found = offered.first().map_or("", String::as_str);
        assert_eq!((found, offered.len()), (first, count), "{words:?}: {offered:?}");
    }
}

/// The acts are those of the measure's kind as this ledger has it.
#[test]
fn own_kinds_and_their_acts_are_offered() {
    let house = House::empty();
    house.file(
        "kind.json",
        r#"{"initial":"a","statuses":{"a":{"label":"a","standing":"none"}},"acts":{"zapped":{}}}"#,
    );
    house.ledger("kind define zone kind.json").fine();
    house.ledger("measure add z --kind zone").fine();
    assert_eq!(offered(&house, &["append", "z", "z"]), ["zapped"]);
    assert_eq!(offered(&house, &["measure", "add", "y", "--kind", "zo"]), ["zone"]);
}

/// No lock is taken, nothing is written, and what is damaged is left as it is.
#[test]
fn what_is_offered_leaves_everything_as_it_is() {
    let house = House::demo();
    let opening = policy_ledger::ledger::Opening::default();
    let held = policy_ledger::ledger::Ledger::open(&house.path(".ledger"), &opening).unwrap();
    assert_eq!(offered(&house, &["state", "kr-jp.g"]), ["kr-jp.gsomia"]);
    drop(held);
    let view = std::fs::read_dir(house.path(".ledger/view-2")).unwrap();
    for file in view.map(|file| file.unwrap().path()) {
        std::fs::write(file, "no view").unwrap();
    }
    let before = listing(&house);
    assert_eq!(offered(&house, &["state", "kr-jp.g"]), Vec::<String>::new());
    assert_eq!(listing(&house), before);
}

/// Every file of the ledger with its length.
fn listing(house: &House) -> Vec<(std::path::PathBuf, u64)> {
    let mut waiting = vec![house.path(".ledger")];
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        for file in std::fs::read_dir(path).unwrap().map(|file| file.unwrap()) {
            if file.path().is_dir() {
                waiting.push(file.path());
            } else {
                found.push((file.path(), file.metadata().unwrap().len()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_script_of_bash_completes() {
    let house = House::demo();
    let script = house.ledger("completions bash").fine().out;
    house.file("script.bash", script);
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_ledger")).parent().unwrap();
    let typed = "source script.bash\n\
                 COMP_WORDS=(ledger state kr-jp.gs) COMP_CWORD=2 COMP_TYPE=9\n\
                 _clap_complete_ledger ledger kr-jp.gs state\n\
                 echo \"${COMPREPLY[*]}\"";
    let bash = Command::new("bash")
        .args(["-c", typed])
        .current_dir(house.path(""))
        .env("PATH", format!("{}:/usr/bin:/bin", program.display()))
        .stdin(Stdio::null())
        .output();
    match bash {
        Ok(output) => {
            let said = String::from_utf8(output.stdout).unwrap();
            assert_eq!(said.trim(), "kr-jp.gsomia", "{}", String::from_utf8_lossy(&output.stderr));
        }
        // Where there is no bash there is nothing to complete.
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound),
    }
}
