//! Every code of `docs/errors.md`, made by the program itself; and every `help:` line that comes
//! with one is run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use policy_ledger::ledger::{Ledger, Making, Opening, Writer};
use policy_ledger::proof::Hash;
use policy_ledger::record;
use policy_ledger::time::FixedClock;
use serde_json::Value;
use sha2::Digest as _;

use crate::cluster::OF_A_CLUSTER;
use crate::house::{Answer, House};

/// Errors that one command in the worked example makes: the code, the exit code, the command.
const COMMANDS: [(&str, i32, &str); 41] = [
    ("usage", 2, "stat"),
    ("usage", 2, "amend"),
    ("usage", 2, "backup"),
    ("usage", 2, "verify --expect 00"),
    ("bad-proof", 2, "verify --proof definition.json"),
    ("bad-key", 2, "verify --checkpoint definition.json --key a+b"),
    ("usage", 2, "append"),
    ("usage", 2, "timeline --width 8"),
    ("bad-date", 2, "state --at 2020-01"),
    ("bad-date", 2, "state --at 2020-01-01T24:00Z"),
    ("as-of", 2, "state --as-of 2020-01-01"),
    ("both-axes", 2, "diff 2019-06-30 2019-12-31 --learned 2019-11-01.."),
    ("unknown-topic", 2, "help dats"),
    ("unknown-topic", 2, "schema stat"),
    ("unknown-measure", 4, "state kr-jp.gsoima"),
    ("unknown-kind", 4, "kind show agrement"),
    ("unknown-reference", 4, "show @9999"),
    ("unknown-record-number", 4, "state --known @9999"),
    ("unknown-field", 3, "amend @26 --set efective=2020 --because typo"),
    ("bad-value", 3, "retract @26 --because Typo!"),
    ("bad-date", 3, "append kr-jp.gsomia restored --on 2020-02-30"),
    ("unknown-act", 3, "append kr-jp.gsomia restord --on 2024-05-01"),
    ("unknown-status", 3, "measure add x --kind agreement --initial sinned"),
    ("wrong-reference", 3, "source add @1 -s METI"),
    ("taken", 3, "append kr-jp.gsomia restored --on 2024-05-01 --key gsomia-signed-2016-11-23"),
    ("duplicate", 3, "append kr-jp.gsomia restored --on 2023-03-21"),
    ("already-retracted", 3, "retract @26 @26 --because typo"),
    ("bad-definition", 3, "kind define new definition.json"),
    ("unknown-page", 4, "serve --get /stat"),
    ("unknown-measure", 4, "serve --get /m/kr-jp.gsoima"),
    // An address that is set aside for examples (RFC 5737): no machine has it.
    ("no-server", 5, "serve --host 192.0.2.1 --token-file token.txt"),
    ("missing-ledger", 5, "-f nowhere state"),
    ("bad-address", 2, "-f nats://me:secret@127.0.0.1:1/x state"),
    ("no-copy", 5, "-f nats://127.0.0.1:1/x --offline state"),
    ("unreachable", 5, "-f nats://127.0.0.1:1/x --wait 0 follow --once"),
    ("not-a-ledger", 5, "-f definition.json state"),
    ("already-a-ledger", 5, "init"),
    ("not-empty", 5, "init full"),
    // The system's own: nobody makes a directory there, whoever asks.
    ("denied", 5, "init /sys/ledger"),
    ("file", 5, "import nowhere.jsonl"),
    ("file", 5, "kind define new nowhere.json"),
];

/// Errors that records on standard input make: the code, the records.
const RECORDS: [(&str, &str); 5] = [
    ("bad-json", r#"{"a":1,"a":2}"#),
    ("missing-field", r#"{"record":"event","measure":"kr-jp.gsomia","act":"restored"}"#),
    ("unknown-record", r#"{"record":"evnt"}"#),
    (
        "circle",
        "{\"record\":\"measure\",\"measure\":\"a\",\"kind\":\"plain\",\"part_of\":\"b\"}\n\
         {\"record\":\"measure\",\"measure\":\"b\",\"kind\":\"plain\",\"part_of\":\"a\"}",
    ),
    (
        "bad-recorded",
        r#"{"record":"measure","measure":"a","kind":"plain","recorded":"2000-01-01T00:00:00Z"}"#,
    ),
];

/// Codes that need a file system that is full, or cannot be written: made in `needs_unshare`.
const OF_A_DISK: [&str; 4] = ["disk-full", "not-seen-yet", "denied", "view-damaged"];

/// Codes that a server gives who asks it, or records through it: made in `pages` and `served`.
const OF_A_SERVER: &str = "wrong-host wrong-origin wrong-type read-only too-long no-token too-slow \
                           not-told fault not-known";

/// What was made: each code with an answer in text, and the ledger it was made in.
struct Made {
    house: House,
    codes: BTreeSet<String>,
}

impl Made {
    fn new(house: House) -> Self {
        Self { house, codes: BTreeSet::new() }
    }

    /// Runs a command that must fail with this code, and everything its `help:` lines say.
    #[track_caller]
    fn make(&mut self, code: &str, exit: i32, words: &[&str], input: &[u8]) {
        let text = self.house.run(words, input);
        let json = self.house.run(&[&["--json"], words].concat(), input);
        assert_eq!((text.code, json.code), (exit, exit), "{code}: {words:?}: {text:?}");
        let said: Value = serde_json::from_str(&json.err)
            .unwrap_or_else(|error| panic!("{error}: {words:?}: {json:?}"));
        assert_eq!(said["error"]["code"], code, "{words:?}: {said}");
        assert_eq!((text.out.as_str(), json.out.as_str()), ("", ""), "{words:?}");
        let message = said["error"]["message"].as_str().unwrap();
        // The two runs are not at the same instant.
        let message = message.split("clock says").next().unwrap();
        assert!(text.err.contains(message), "{text:?}: {message}");
        assert!(!text.help().is_empty(), "{words:?}: {text:?}");
        self.run_help(&text, words);
        self.codes.insert(code.to_owned());
    }

    /// Every help is a command that can be understood, and that does not fail in the same way.
    fn run_help(&self, answer: &Answer, words: &[&str]) {
        for help in answer.help() {
            let run = self.house.ledger(&help);
            assert!(run.code != 2 && run != *answer, "{words:?}: help `{help}`: {run:?}");
        }
    }
}

#[test]
fn every_code_is_made_by_the_program_and_its_help_can_be_run() {
    let mut made = Made::new(House::demo());
    made.house.file("definition.json", r#"{"initial":"gone"}"#);
    fs::create_dir(made.house.path("full")).unwrap();
    made.house.file("full/note.txt", "x");
    made.house.file("token.txt", "0123456789abcdef0123456789abcdef");
    for (code, exit, words) in COMMANDS {
        made.make(code, exit, &words.split(' ').collect::<Vec<_>>(), b"");
    }
    for (code, lines) in RECORDS {
        made.make(code, 3, &["append", "-"], lines.as_bytes());
    }
    large_inputs(&mut made);
    names_that_fit_several(&mut made);
    forms_and_settings(&mut made);
    keys_and_checkpoints(&mut made);
    backups(&mut made);
    spreadsheets(&mut made);
    let mut codes = made.codes;
    codes.extend(broken_ledgers());
    let elsewhere = OF_A_SERVER.split(' ').chain(OF_A_CLUSTER);
    codes.extend(OF_A_DISK.into_iter().chain(elsewhere).map(str::to_owned));
    assert_eq!(codes, documented().into_keys().collect());
}

/// An editor that fails, a form that is refused (only its JSON names every problem's code), a
/// setting that there is not.
fn forms_and_settings(made: &mut Made) {
    let folder = made.house.path("").display().to_string();
    let writes = "#!/bin/sh\necho 'measure: nothing of the kind' > \"$1\"\n";
    let script = made.house.path(&made.house.file("writes", writes));
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    for (code, exit, editor) in
        [("stopped", 2, "false"), ("text-kept", 3, script.to_str().unwrap())]
    {
        let variables = [("EDITOR", editor), ("TMPDIR", &folder), ("PATH", "/usr/bin:/bin")];
        let answer = made.house.run_with(&["--json", "append", "--edit"], b"", &variables);
        let said: Value = serde_json::from_str(&answer.err).unwrap();
        let last = said["problems"].as_array().and_then(|list| list.last());
        assert_eq!(last.unwrap_or(&said["error"])["code"], code, "{answer:?}");
        assert_eq!(answer.code, exit, "{answer:?}");
        made.codes.insert(code.to_owned());
    }
    made.house.file("policy-ledger.toml", "colour = \"never\"\n");
    made.make("bad-config", 2, &["state"], b"");
    fs::remove_file(made.house.path("policy-ledger.toml")).unwrap();
}

/// A key that others can read, and a checkpoint that is no state of the ledger.
fn keys_and_checkpoints(made: &mut Made) {
    made.house.ledger("checkpoint --new-key key").fine();
    let key = made.house.path("key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    made.make("key-exposed", 5, &["checkpoint", "--key", "key"], b"");
    let text = made.house.ledger("checkpoint --known @57").fine().out;
    made.house.file("other", text.replacen("\n57\n", "\n58\n", 1));
    made.make("other-head", 6, &["prove", "@1", "--under", "other"], b"");
}

/// Backups that are none, are damaged, or were written anew with another word.
fn backups(made: &mut Made) {
    made.make("not-a-backup", 5, &["restore", "definition.json", "new"], b"");
    made.house.ledger("backup all.backup").fine();
    let whole = fs::read_to_string(made.house.path("all.backup")).unwrap();
    made.house.file("half.backup", &whole[..whole.len() / 2]);
    made.make("damaged-backup", 5, &["restore", "half.backup", "new"], b"");
    let changed = whole.replacen("2016-11-23", "2016-11-24", 1);
    let (lines, last) = changed.trim_end().rsplit_once('\n').unwrap();
    let digest = sha2::Sha256::digest(format!("{lines}\n"));
    let digest = Hash::from(<[u8; 32]>::from(digest)).to_string();
    let mut last: Value = serde_json::from_str(last).unwrap();
    last["sha256"] = digest.into();
    made.house.file("forged.backup", format!("{lines}\n{last}\n"));
    made.make("altered-backup", 6, &["restore", "forged.backup", "new"], b"");
}

/// Tables with rules that do not fit them, and rows that the rules do not fit.
fn spreadsheets(made: &mut Made) {
    let rules = "[measure]\nid = \"t.{Id}\"\nkind = \"licence\"\n[tables.acts]\nIssued = \"issued\"\n\
                 [[event]]\nkey = \"t-{Id}\"\nact = \"{Act|table:acts}\"\neffective = \"{Date}\"\n";
    let good = "Id,Act,Date\n1,Issued,2020-01-01\n";
    let cases: [(&str, i32, String, String); 7] = [
        ("bad-rules", 2, good.to_owned(), rules.replace("kind", "kinds")),
        ("unanswered", 2, good.to_owned(), format!("{rules}end = {{ date = \"{{Date}}\" }}\n")),
        ("unknown-column", 2, good.to_owned(), rules.replace("{Date}", "{Dat}")),
        ("bad-table", 3, good.replace("Issued,", "Issued,,"), rules.to_owned()),
        ("unmapped-word", 3, good.replace("Issued", "Isued"), rules.to_owned()),
        ("repeated-row", 3, format!("{good}1,Issued,2020-01-01\n"), rules.to_owned()),
        ("bad-date", 3, good.replace("2020-01-01", "16-Mar"), rules.to_owned()),
    ];
    for (code, exit, table, rules) in cases {
        made.house.file("t.csv", table);
        made.house.file("rules.toml", rules);
        made.make(code, exit, &["import", "t.csv", "--map", "rules.toml"], b"");
    }
    made.house.file("rules.toml", rules);
    made.house.file("t.csv", b"Id,Act,Date\n1,Issued,2020\xff\n");
    made.make("bad-encoding", 3, &["import", "t.csv", "--map", "rules.toml"], b"");
}

fn large_inputs(made: &mut Made) {
    let long = "x".repeat(70 * 1024);
    let words = ["append", "kr-jp.gsomia", "restored", "--on", "2024-05-01", "--note", &long];
    made.make("too-large", 3, &words, b"");
    let line = |n| format!(r#"{{"record":"measure","measure":"m{n}","kind":"plain"}}"#);
    let lines = (0..1001).map(line).collect::<Vec<String>>().join("\n");
    made.make("too-many", 3, &["append", "-"], lines.as_bytes());
    let name = made.house.file("table.jsonl", "a;b\n".repeat(5000));
    let said = made.house.ledger(&format!("import {name} --json"));
    let said: Value = serde_json::from_str(&said.err).unwrap();
    let last = said["problems"].as_array().unwrap().last().unwrap();
    assert_eq!(last["code"], "many-problems");
    made.codes.insert("many-problems".to_owned());
}

fn names_that_fit_several(made: &mut Made) {
    let export = made.house.export();
    let ids = export.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone());
    let begins = |id: Value| id.as_str().unwrap()[..8].to_owned();
    let mut seen = BTreeSet::new();
    let shared = ids.map(begins).find(|start| !seen.insert(start.clone())).unwrap();
    made.make("ambiguous-reference", 4, &["show", &shared], b"");
}

/// Codes of ledgers that another process holds, that were altered, or that are from elsewhere.
fn broken_ledgers() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for make in [locked, newer, damaged, altered, ahead, unusable, view_unusable] {
        let made = make();
        codes.extend(made.codes);
    }
    codes
}

fn locked() -> Made {
    let mut made = Made::new(House::demo());
    let opening = Opening { command: "a test".to_owned(), wait: Duration::ZERO, progress: None };
    let held = Ledger::open(&made.house.path(".ledger"), &opening).unwrap();
    made.make("locked", 5, &["--wait", "0", "review", "kr-jp.gsomia", "--through", "today"], b"");
    drop(held);
    made
}

fn newer() -> Made {
    let mut made = Made::new(House::empty());
    let path = made.house.path(".ledger/ledger.json");
    let header = fs::read_to_string(&path).unwrap();
    assert!(header.contains("\"format\":1"), "{header}");
    fs::write(path, header.replace("\"format\":1", "\"format\":99")).unwrap();
    made.make("newer-format", 5, &["state"], b"");
    made
}

fn damaged() -> Made {
    let mut made = Made::new(House::demo());
    fs::remove_dir_all(made.house.path(".ledger/log")).unwrap();
    made.make("damaged", 5, &["rebuild"], b"");
    made
}

/// Where the lock should be there is a directory.
fn unusable() -> Made {
    let mut made = Made::new(House::demo());
    fs::remove_file(made.house.path(".ledger/lock")).unwrap();
    fs::create_dir(made.house.path(".ledger/lock")).unwrap();
    made.make("ledger-unusable", 5, &["review", "kr-jp.gsomia", "--through", "today"], b"");
    made
}

/// Where the view should be there is a file.
fn view_unusable() -> Made {
    let mut made = Made::new(House::demo());
    fs::remove_dir_all(made.house.path(".ledger/view-2")).unwrap();
    made.house.file(".ledger/view-2", "x");
    made.make("view-unusable", 5, &["state"], b"");
    made
}

/// One word of a record is another one than was recorded.
fn altered() -> Made {
    let mut made = Made::new(House::demo());
    let path = made.house.path(".ledger/log/1");
    let database = sled::Config::new().path(path).segment_size(8 * 1024 * 1024).open().unwrap();
    let key = 26u64.to_be_bytes();
    let bytes = database.get(key).unwrap().unwrap().to_vec();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("2016-11-23"), "{text}");
    database.insert(key, text.replace("2016-11-23", "2016-11-24").into_bytes()).unwrap();
    database.flush().unwrap();
    drop(database);
    made.make("altered", 6, &["rebuild"], b"");
    made
}

/// The ledger's last record is of next year.
fn ahead() -> Made {
    let mut made = Made::new(House::empty());
    let later = FixedClock("2999-01-01T00:00:00Z".parse().unwrap());
    let mut ledger = Ledger::create(&made.house.path("later"), &Making::default(), &later).unwrap();
    let line = r#"{"record":"measure","measure":"m","kind":"plain"}"#;
    let draft = record::read(&record::parse_object(line).unwrap()).unwrap();
    ledger.append(vec![draft], &Writer::of(&later)).unwrap();
    drop(ledger);
    let words = ["-f", "later", "append", "m", "noted", "--on", "2020-01-01"];
    made.make("clock-behind", 5, &words, b"");
    made
}

/// `unshare` gives a program file systems of its own.
mod needs_unshare {
    use std::process::Command;

    use serde_json::Value;

    /// A disk of 16 MB that is filled but for some room, then one that cannot be written and holds a
    /// damaged view; and what is said, with the help that comes with it once all is well again.
    const SCRIPT: &str = r#"
        set -e
        mount -t tmpfs -o size=16m tmpfs "$HOME"
        cd "$HOME"
        ledger init >/dev/null
        ledger measure add m --kind agreement >/dev/null
        leave() {
            ledger state >/dev/null
            free=$(df -kP . | awk 'END { print $4 }')
            head -c "$((free - $1))K" /dev/zero >filler
        }
        mended() {
            rm filler
            helps
            ledger log --json
        }
        # The log has its room already, the view has not.
        long() {
            note=$(head -c 30000 /dev/zero | tr '\0' x)
            for day in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20; do
                echo '{"record":"event","measure":"m","act":"noted","effective":"'"$1-$day"'","note":"'"$note"'"}'
            done
        }
        helps() {
            sed -n 's/^help:  //p' ../said >../help
            test -s ../help
            while read -r command; do
                code=0
                sh -c "$command" >/dev/null || code=$?
                test "$code" -ne 2
            done <../help
        }
        leave 0
        ledger --json append m signed --on 2020-01-01 && exit 1
        ledger append m signed --on 2020-01-02 2>../said && exit 1
        mended
        leave 400
        long 2020-02 | ledger --json append - && exit 1
        long 2020-03 | ledger append - 2>../said && exit 1
        mended
        rm .ledger/view-2/*
        echo x >.ledger/view-2/1.db
        mount -o remount,ro "$HOME"
        ledger --json append m signed --on 2020-01-05 && exit 1
        ledger --json state && exit 1
        ledger state 2>../said && exit 1
        mount -o remount,rw "$HOME"
        helps
        ledger log --json
    "#;

    #[test]
    fn a_disk_that_is_full_or_sealed_is_told_and_nothing_that_was_recorded_is_lost() {
        let home = tempfile::tempdir().unwrap();
        let disk = home.path().join("disk");
        std::fs::create_dir(&disk).unwrap();
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_ledger")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("unshare");
        shell.args(["--map-root-user", "--mount", "sh", "-c", SCRIPT]);
        let output = shell.env_clear().env("PATH", path).env("HOME", &disk).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{out}\n{err}");
        let errors = err.lines().filter(|line| line.starts_with('{'));
        let code =
            |line: &str| serde_json::from_str::<Value>(line).unwrap()["error"]["code"].clone();
        let codes: Vec<Value> = errors.map(code).collect();
        assert_eq!(codes, super::OF_A_DISK, "{err}");
        let records = |line: &str| {
            let log: Value = serde_json::from_str(line).unwrap();
            log["results"].as_array().unwrap().len()
        };
        let records: Vec<usize> = out.lines().map(records).collect();
        assert!(records[0] == 1 && records[1] > 1 && records[2] == records[1], "{records:?}");
    }
}

/// The codes that `docs/errors.md` explains in its tables, with their lines.
fn documented() -> BTreeMap<String, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors.md");
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    let codes = rows.filter_map(|row| Some((row.split_once('`')?.0.to_owned(), row.to_owned())));
    let codes: BTreeMap<String, String> = codes.collect();
    assert!(codes.len() > 30, "{codes:?}");
    codes
}

/// A code is in the sources as a text of small letters and `-`, after `Item::new(` or in the
/// tables of codes; a row of the documentation that nothing prints has no place there.
#[test]
fn no_code_is_documented_that_nothing_prints() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/").to_owned();
    let sources: String = ["record/refusal.rs", "import/problem.rs"]
        .iter()
        .map(|file| fs::read_to_string(folder.clone() + file).unwrap())
        .collect();
    let mut all = sources;
    let mut waiting: Vec<_> =
        ["cli", "ask", "web"].map(|room| std::path::PathBuf::from(folder.clone() + room)).into();
    while let Some(path) = waiting.pop() {
        for file in fs::read_dir(path).unwrap().map(|file| file.unwrap().path()) {
            if file.is_dir() {
                waiting.push(file);
            } else if file.extension().is_some_and(|ending| ending == "rs") {
                all += &fs::read_to_string(file).unwrap();
            }
        }
    }
    let documented = documented();
    for code in documented.keys() {
        assert!(all.contains(&format!("\"{code}\"")), "nothing prints `{code}`");
    }
    for printed in all.split("Item::new(\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(documented.contains_key(printed), "docs/errors.md does not explain `{printed}`");
    }
}

#[test]
fn errors_say_what_is_meant() {
    let house = House::demo();
    for (words, says) in [
        ("amend", "<REF>"),
        ("amend @26", "--set"),
        ("amend @26 --set note=x", "--because"),
        ("serve --get /nowhere", "there is no page `/nowhere`"),
        ("serve --host 0.0.0.0", "a token is needed"),
        ("stat", "no command `stat`"),
        ("measure lst", "no command `lst`"),
        ("state --at 2020-01-01T24:00Z", "is more than a day (write 2020-01-01)"),
        ("state --at 2020-02-30T10:00Z", "is not a date"),
        ("import nowhere.jsonl", "there is no such file"),
        ("agenda --at 2020-01-01", "did you mean `--on`?"),
        ("explain kr-jp.gsomia --on 2020-01-01", "did you mean `--at`?"),
        ("state --format xml", "(one of text, json, jsonl, csv, md, xlsx, ics, atom, svg, site)"),
        ("append kr-jp.gsomia restored --on 2020-02-30", "error: --on `2020-02-30`"),
        (
            "append kr-jp.gsomia restored --on 2020-01-01 --announced 01/02/2020",
            "--announced `01/02/2020`",
        ),
        (
            "append kr-jp.gsomia restored --on 2020-01-01 --then terminated=2020-02-31",
            "--then `2020-02-31`",
        ),
    ] {
        let answer = house.ledger(words);
        assert!(answer.code > 1 && answer.err.contains(says), "{words}: {answer:?}");
    }
    let one = house.ledger("append kr-jp.gsomia restored --on 2020-02-30 --then terminated=x");
    assert!(one.err.contains("--on `2020-02-30`") && one.err.contains("--then `x`"), "{one:?}");
}
