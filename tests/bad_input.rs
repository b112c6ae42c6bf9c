//! What comes from others and is no record: refused at its place, with little memory, and nothing is
//! recorded of it; what is a record does nothing to a terminal.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::house::House;

const MEASURE: &str = r#"{"record":"measure","measure":"m","kind":"plain"}"#;
const LINE_BYTES: u64 = 100 * 1024 * 1024;

/// Lines that are no records, each with what is said of it.
fn lines() -> Vec<(Vec<u8>, &'static str)> {
    let note = |text: &str| {
        format!(r#"{{"record":"review","measure":"m","through":"2020-01-01","note":{text}}}"#)
    };
    let deep = |open: &str, close: &str| note(&(open.repeat(50_000) + &close.repeat(50_000)));
    let definition =
        |inside: &str| format!(r#"{{"record":"kind","kind":"k","definition":{inside}}}"#);
    let list = vec!["\"x\""; 1_001].join(",");
    vec![
        (deep("[", "]").into(), "nested deeper than 16"),
        (deep("{\"a\":", "}").into(), "nested deeper than 16"),
        (definition(&("{\"a\":".repeat(17) + "1" + &"}".repeat(17))).into(), "nested deeper"),
        (note("\"\"").into_bytes()[..40].to_vec(), "EOF while parsing a string at column 40"),
        ([note("\"").as_bytes(), b"\xff\xfe\"}"].concat(), "not UTF-8"),
        ([note("\"").as_bytes(), b"\xed\xa0\x80\"}"].concat(), "not UTF-8"),
        (note(r#""\ud800""#).into(), "not a record"),
        (note(r#""a\u0000b""#).into(), "without NUL"),
        (note("\"a\0b\"").into(), "not a record"),
        (note("\"a\u{1b}[31m\"").into(), "not a record"),
        (note("\"a\",\"note\":\"b\"").into(), "the key `note` twice"),
        (note("\"a\",\"n\\u006fte\":\"b\"").into(), "the key `note` twice"),
        (note("1e400").into(), "not a record"),
        (note(&"9".repeat(5_000)).into(), "not a record"),
        (note("99999999999999999999999999").into(), "must be a text"),
        (MEASURE.replace('}', r#","revision":18446744073709551616}"#).into(), "whole number"),
        (MEASURE.replace('}', r#","revision":-1}"#).into(), "whole number"),
        (MEASURE.replace('}', r#","revision":1.0}"#).into(), "whole number"),
        (MEASURE.replace('}', &format!(r#","tags":[{list}]}}"#)).into(), "at most 1000"),
        (MEASURE.replace("\"m\"", "\"m\u{202e}x\"").into(), "a measure id"),
        (MEASURE.replace("\"m\"", r#""m\u001b[31m""#).into(), "a measure id"),
        (MEASURE.replace('}', r#","by":{}}"#).into(), "must be a text"),
        (b"\xef\xbb\xbf{}".to_vec(), "not a record"),
    ]
}

#[test]
fn what_is_no_record_is_refused_at_its_place_and_nothing_is_recorded() {
    let house = House::empty();
    for (line, says) in lines() {
        let shown = String::from_utf8_lossy(&line[..line.len().min(120)]).into_owned();
        let whole = [MEASURE.as_bytes(), b"\n\n", &line, b"\n"].concat();
        house.file("some.jsonl", &whole);
        for (words, place) in
            [(["import", "some.jsonl"], "some.jsonl:3: "), (["append", "-"], "-:3: ")]
        {
            let answer = house.run(&words, if words[1] == "-" { &whole } else { b"" });
            assert_eq!((answer.code, answer.out.as_str()), (3, ""), "{shown}: {answer:?}");
            let first = answer.err.lines().next().unwrap();
            assert!(first.starts_with(&format!("error: {place}")), "{shown}: {first}");
            assert!(first.contains(says), "{shown}: {first}");
            assert!(!answer.err.contains(acts), "{shown}: {:?}", answer.err);
            assert!(answer.err.len() < 2_000, "{shown}: {}", answer.err.len());
        }
        // By itself, where it is no line but the whole.
        assert_eq!(house.run(&["append", "-"], &line).code, 3, "{shown}");
    }
    assert_eq!(house.records(), 0);
}

/// What does something to a terminal, or to the order of what is shown.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// A line of 100 MB between two that are records, most of it a hole in the file.
fn long_line(file: &mut File) {
    writeln!(file, "{MEASURE}").unwrap();
    write!(file, r#"{{"record":"review","measure":"m","through":"2020-01-01","note":""#).unwrap();
    file.seek(SeekFrom::Current(LINE_BYTES.cast_signed())).unwrap();
    writeln!(file, "\"}}\n{}", MEASURE.replace("\"m\"", "\"n\"")).unwrap();
    file.rewind().unwrap();
}

/// The program, to be watched.
fn program(house: &House, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
    command.args(words).current_dir(house.path("")).env_clear().env("TMPDIR", house.path(""));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The most memory that a process has had so far, in KiB; none when it has ended.
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Gives a program its input; gives what it says, its exit code and the most memory it was seen to
/// have.
fn watched(mut child: Child, mut input: impl io::Read + Send) -> (String, Option<i32>, u64) {
    let mut stdin = child.stdin.take().unwrap();
    let mut said = child.stderr.take().unwrap();
    thread::scope(|scope| {
        // Who has seen enough closes the pipe.
        scope.spawn(move || drop(io::copy(&mut input, &mut stdin)));
        let mut most = 0;
        let code = loop {
            most = peak(&child).unwrap_or(0).max(most);
            if let Some(status) = child.try_wait().unwrap() {
                break status.code();
            }
            thread::sleep(Duration::from_millis(2));
        };
        let mut text = String::new();
        said.read_to_string(&mut text).unwrap();
        (text, code, most)
    })
}

#[test]
fn a_line_of_100_mb_is_refused_at_its_place_with_little_memory() {
    let house = House::empty();
    let mut file = File::create_new(house.path("long.jsonl")).unwrap();
    long_line(&mut file);
    let long = || File::open(house.path("long.jsonl")).unwrap();
    let cases: [(&[&str], &str, bool); 4] = [
        (&["import", "long.jsonl"], "long.jsonl:2: ", false),
        (&["import", "-n", "long.jsonl"], "long.jsonl:2: ", false),
        (&["import", "-"], "-:2: ", true),
        (&["append", "-"], "-:2: ", true),
    ];
    for (words, place, by_pipe) in cases {
        let child = program(&house, words).spawn().unwrap();
        let input: Box<dyn io::Read + Send> =
            if by_pipe { Box::new(long()) } else { Box::new(io::empty()) };
        let (said, code, most) = watched(child, input);
        assert_eq!(code, Some(3), "{words:?}: {said}");
        let first = said.lines().next().unwrap();
        assert!(first.starts_with(&format!("error: {place}")), "{words:?}: {said}");
        assert!(first.contains("longer than 1048576 bytes"), "{words:?}: {said}");
        assert_eq!(said.matches("error: ").count(), 1, "{words:?}: {said}");
        assert!((1..96 * 1024).contains(&most), "{words:?} took {most} KiB");
    }
    assert_eq!(house.records(), 0);
}

#[test]
fn a_file_of_100_mb_that_should_be_small_is_not_read_whole() {
    let house = House::demo();
    let mut file = File::create_new(house.path("long.jsonl")).unwrap();
    long_line(&mut file);
    let files: [&[&str]; 7] = [
        &["restore", "long.jsonl", "elsewhere"],
        &["verify", "--proof", "long.jsonl"],
        &["verify", "--checkpoint", "long.jsonl"],
        &["verify", "--cite", "long.jsonl"],
        &["prove", "@1", "--under", "long.jsonl"],
        &["checkpoint", "--key", "long.jsonl"],
        &["kind", "define", "k", "long.jsonl"],
    ];
    for words in files {
        let child = program(&house, words).spawn().unwrap();
        let (said, code, most) = watched(child, io::empty());
        assert!(code.is_some_and(|code| (2..=6).contains(&code)), "{words:?}: {said}");
        assert!(said.starts_with("error: "), "{words:?}: {said}");
        assert!(most < 64 * 1024, "{words:?} took {most} KiB");
    }
    assert!(!house.path("elsewhere").exists());
}

/// What may be in a title: a title of the window, a colour, a new line, C1 and bidirectional
/// controls.
const EVIL: &str =
    "\u{1b}]0;owned\u{7}\u{1b}[31mred\u{9b}31m\u{85}\u{202e}\u{2066}\u{200f}\nline\u{7f}";

/// Verbs that show what others wrote.
const SHOWING: [&str; 34] = [
    "state",
    "state evil --at 2021-01-01",
    "state evil --at 2021-01-01 --cite",
    "state evil --at 2021-01-01 --json",
    "state evil --at 2021-01-01 --csv",
    "state evil --at 2021-01-01 --format md",
    "timeline evil",
    "timeline evil --json",
    "timeline --lanes",
    "explain evil --at 2021-01-01",
    "explain evil --at 2021-01-01 --json",
    "agenda --on 2020-01-01 --all",
    "agenda --on 2020-01-01 --all --csv",
    "conflicts --all",
    "conflicts --all --json",
    "check --on 2023-01-01",
    "diff 2019-01-01 2021-01-01",
    "diff --learned @1.. --at 2021-01-01",
    "log",
    "log --format jsonl",
    "show @2",
    "show @2 --json",
    "show @1",
    "show @4",
    "measure list",
    "measure show evil",
    "measure list --csv",
    "sources",
    "sources --format md",
    "kind list",
    "kind show plain",
    "export",
    "prove @2 --json",
    "verify",
];

/// What is on a terminal when a command has ended there.
fn on_terminal(house: &House, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
    command.args(words).current_dir(house.path("")).env_clear();
    command.envs([("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PAGER", "")]);
    command.env("COLUMNS", "400").env("TMPDIR", house.path(""));
    let mut session = rexpect::session::spawn_command(command, Some(60_000)).unwrap();
    // It gives each byte as a character.
    let bytes = session.exp_eof().unwrap().chars().map(|c| u8::try_from(c).unwrap()).collect();
    String::from_utf8(bytes).unwrap()
}

/// The text without what this program itself writes to colour it.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(part.len());
        bare += part[digits..].strip_prefix('m').unwrap_or("\u{1b}");
    }
    bare
}

#[test]
fn what_others_wrote_does_nothing_to_a_terminal_in_any_form() {
    let house = House::empty();
    let source = serde_json::json!({"publisher": EVIL, "title": EVIL, "url": EVIL, "quote": EVIL,
        "published": "2020-01-02", "archived": EVIL, "note": EVIL});
    let lines = [
        serde_json::json!({"record": "measure", "measure": "evil", "kind": "plain", "title": EVIL,
            "note": EVIL, "parties": [EVIL], "tags": [EVIL], "items": [EVIL]}),
        serde_json::json!({"record": "event", "key": "e", "measure": "evil", "act": "set",
            "status": EVIL, "effective": "2020-01-01", "announced": "2019-12-01", "note": EVIL,
            "actors": [EVIL], "set": {"rate": EVIL}, "sources": [source], "instrument": EVIL,
            "then": [{"act": "set", "status": EVIL, "effective": "2020-05-01"}]}),
        serde_json::json!({"record": "source", "of": "e", "source": source,
            "says": {"effective": "2020-02-01", "set": {"rate": EVIL}}}),
        serde_json::json!({"record": "amendment", "of": "e", "set": {"note": EVIL},
            "because": "typo", "reason": EVIL}),
        serde_json::json!({"record": "kind", "kind": "plain", "definition": {}, "note": EVIL}),
    ];
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    house.file("evil\u{1b}[31m\u{202e}.jsonl", lines.join("\n"));
    let mut shown = on_terminal(&house, &["import", "evil\u{1b}[31m\u{202e}.jsonl"]);
    house.file("bad\u{1b}[31m\u{202e}.jsonl", "nope");
    shown += &on_terminal(&house, &["import", "bad\u{1b}[31m\u{202e}.jsonl"]);
    assert!(shown.contains("bad\\u{1b}[31m\\u{202e}.jsonl:1: "), "{shown:?}");
    let (mut escaped, mut harmful) = (0, Vec::new());
    for words in SHOWING {
        let text = on_terminal(&house, &words.split(' ').collect::<Vec<_>>());
        escaped += usize::from(text.contains("202e"));
        shown += &text;
        let bare = without_colours(&shown).replace("\r\r\n", "\n").replace("\r\n", "\n");
        // A field of CSV can have several lines.
        if bare.contains(acts) || !words.ends_with("--csv") && bare.contains("\nline") {
            harmful.push(format!("{words}: {bare:?}"));
        }
        shown.clear();
    }
    assert!(harmful.is_empty(), "{}", harmful.join("\n\n"));
    assert!(escaped >= 24, "only {escaped} show what was written");
    // In a pipe data is as it was recorded.
    let piped = house.ledger("export").fine().out;
    assert!(piped.contains('\u{202e}') && piped.contains('\u{9b}'));
}
