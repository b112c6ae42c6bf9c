//! The rules of this house that the compiler does not know: which room may use which, what only
//! some places may name, and that nothing is forgotten or left behind.
//!
//! A rule is changed in the tables below, with its reason.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use source::{Named, Source};

/// The rooms of the library, from the top floor down. A room uses only rooms of lower floors.
const FLOORS: [&[&str]; 11] = [
    &["cli"],
    &["web"],
    &["ask"],
    &["ledger"],
    &["admission", "export", "import", "view"],
    &["answer", "codec"],
    &["timeline"],
    &["history"],
    &["kind", "record"],
    // What knows of no other room but how files are kept. The log keeps bytes, the proof hashes
    // them.
    &["codes", "log", "nearest", "proof", "time"],
    &["files"],
];

/// Names that outside of tests only some places use.
struct Confined {
    names: &'static [&'static str],
    to: &'static [&'static str],
    why: &'static str,
}

const CONFINED: [Confined; 15] = [
    Confined {
        names: &["sled", "async_nats", "futures_util"],
        to: &["src/log"],
        why: "one log can be exchanged for another",
    },
    Confined {
        names: &["rusqlite"],
        to: &["src/view"],
        why: "how answers are made fast is one room's matter",
    },
    Confined {
        names: &["ct_merkle", "ed25519_dalek"],
        to: &["src/proof"],
        why: "what a proof or a signature is, one room decides",
    },
    Confined {
        names: &["getrandom"],
        to: &["src/cli/checkpoint"],
        why: "the library is told, it does not draw lots",
    },
    Confined {
        names: &["rust_xlsxwriter"],
        to: &["src/export/xlsx"],
        why: "how a workbook is written, one file knows",
    },
    Confined {
        names: &["axum", "hyper", "hyper_util", "maud", "tokio", "tower", "tower_http"],
        to: &["src/web", "src/log/jetstream"],
        why: "one room is a server, and one file talks to some: the rest waits for nobody",
    },
    Confined {
        names: &["clap", "clap_complete", "clap_mangen"],
        to: &["src/cli", "src/main"],
        why: "the library has no flags",
    },
    Confined {
        names: &["rustyline"],
        to: &["src/cli/asking"],
        why: "somebody else can be asked in another way",
    },
    Confined {
        names: &["anstyle", "terminal_size"],
        to: &["src/cli"],
        why: "the library has no terminal",
    },
    Confined {
        names: &["toml"],
        to: &["src/cli", "src/import"],
        why: "settings are the program's; else only rules for tables are TOML",
    },
    Confined {
        names: &["calamine", "encoding_rs"],
        to: &["src/import"],
        why: "everywhere else text is UTF-8 and no workbook",
    },
    Confined {
        names: &[
            "SystemTime",
            "std::time::Instant",
            "Instant::now",
            "Utc::now",
            "Local::now",
            "now_v7",
        ],
        to: &["src/time/clock", "src/web/server", "src/log/jetstream/publish"],
        why: "one place reads the clock, so that it can be pinned; others measure how long it took",
    },
    Confined {
        names: &["std::env"],
        to: &["src/cli", "src/main"],
        why: "the library is told, it does not look",
    },
    Confined { names: &["std::process::exit"], to: &["src/main"], why: "nothing is left open" },
    Confined {
        names: &["print!", "println!", "eprint!", "eprintln!"],
        to: &["src/cli", "src/main"],
        why: "the library returns answers; one place prints them",
    },
];

/// What no code says, tests included.
const NEVER: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];

/// The most lines of a file.
const MOST_LINES: usize = 500;

/// Files that may have more, with the reason.
const LONG: [(&str, &str); 1] =
    [("tests/oracle/examples.rs", "a list of cases worked out by hand")];

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let folders = ["src/", "tests/", "benches/"];
    let is_source = |file: &String| {
        Path::new(file).extension().is_some_and(|it| it == "rs")
            && folders.iter().any(|folder| file.starts_with(folder))
    };
    let files = repository().into_iter().filter(is_source);
    files.map(|file| Source::of(&file, text(&file))).collect()
});

/// The floor of each room, counted from the ground.
static FLOOR: LazyLock<BTreeMap<&str, usize>> = LazyLock::new(|| {
    let floors = FLOORS.iter().rev().enumerate();
    floors.flat_map(|(floor, rooms)| rooms.iter().map(move |&room| (room, floor))).collect()
});

/// Modules that are compiled for tests only.
static TEST_MODULES: LazyLock<BTreeSet<&[String]>> = LazyLock::new(|| {
    let modules = SOURCES.iter().flat_map(|source| &source.modules);
    modules.filter(|module| module.in_test).map(|module| &*module.place).collect()
});

#[test]
fn rooms_look_only_down() {
    let mut complaints = Vec::new();
    for source in library() {
        for named in code(source) {
            let target = named.inside.as_ref().and_then(|path| path.first());
            if let Some(complaint) = target.and_then(|t| not_below(source.room(), t)) {
                complaints.push(source.at(named.line, &complaint));
            }
        }
    }
    tidy(&complaints);
}

/// Why a room (or the root of a crate) may not name another.
fn not_below(room: Option<&str>, target: &str) -> Option<String> {
    let Some(floor) = FLOOR.get(target) else {
        return Some(format!("`{target}` is no room: name the room where a thing lives"));
    };
    let own = room.filter(|&room| room != target)?;
    let below = floor < FLOOR.get(own)?;
    (!below).then(|| format!("the room `{own}` must not know `{target}`"))
}

#[test]
fn every_room_has_a_floor() {
    let mut complaints = Vec::new();
    for source in library() {
        if let Some(room) = source.room().filter(|room| !FLOOR.contains_key(room)) {
            complaints.push(source.at(1, &format!("no floor has the room `{room}`")));
        }
    }
    tidy(&complaints);
}

#[test]
fn members_are_reached_only_through_the_door_of_their_room() {
    let mut complaints = Vec::new();
    for source in library() {
        let public = source.modules.iter().filter(|module| module.public);
        for module in public.filter(|_| !source.is_root() && source.file != "src/ask.rs") {
            complaints.push(source.at(module.line, "a member of a room is private"));
        }
        for named in code(source).filter(|named| passes_the_door(source, named)) {
            let complaint = format!("`{}` passes by the door", named.shown());
            complaints.push(source.at(named.line, &complaint));
        }
    }
    tidy(&complaints);
}

fn passes_the_door(source: &Source, named: &Named) -> bool {
    let Some([room, member, _, ..]) = named.inside.as_deref() else {
        return false;
    };
    let is_member = |other: &Source| other.place[1..] == [room.clone(), member.clone()];
    // The questions of `ask` are known by their names: each has the same three things.
    source.room() != Some(room) && room != "ask" && library().any(is_member)
}

#[test]
fn what_is_confined_stays_where_it_belongs() {
    let mut complaints = Vec::new();
    for source in library() {
        for confined in CONFINED.iter().filter(|c| !source.is_within(c.to)) {
            let named = |named: &&Named| confined.names.iter().any(|name| named.has(name));
            for named in code(source).filter(named) {
                let (path, to, why) = (named.shown(), confined.to.join(", "), confined.why);
                complaints.push(source.at(named.line, &format!("`{path}` only in {to}: {why}")));
            }
        }
    }
    tidy(&complaints);
}

#[test]
fn nothing_is_left_half_done() {
    let mut complaints = Vec::new();
    for source in SOURCES.iter() {
        let unfinished = |named: &&Named| NEVER.iter().any(|word| named.has(word));
        for named in source.named.iter().filter(unfinished) {
            complaints.push(source.at(named.line, &format!("`{}`", named.shown())));
        }
        for &line in &source.ignored_without_reason {
            complaints.push(source.at(line, "`#[ignore]` needs its reason: `= \"…\"`"));
        }
    }
    tidy(&complaints);
}

#[test]
fn every_file_says_what_it_is_for_and_is_not_too_long() {
    let mut complaints = Vec::new();
    for source in SOURCES.iter() {
        let lines = source.text.lines().count();
        let may_be_long = LONG.iter().any(|(file, _)| *file == source.file);
        if !source.text.starts_with("//! ") {
            complaints.push(source.at(1, "begins without a `//!` line"));
        }
        if lines > MOST_LINES && !may_be_long {
            complaints.push(source.at(1, &format!("{lines} lines: split it, or say why not")));
        }
        if lines <= MOST_LINES && may_be_long {
            complaints.push(source.at(1, "long no more: take it out of `LONG`"));
        }
    }
    let gone = |file: &str| SOURCES.iter().all(|source| source.file != file);
    for (file, _) in LONG.iter().filter(|(file, _)| gone(file)) {
        complaints.push(format!("`LONG` names {file}, which is gone"));
    }
    tidy(&complaints);
}

#[test]
fn no_file_and_no_test_is_forgotten() {
    let modules = SOURCES.iter().flat_map(|source| &source.modules);
    let declared: BTreeSet<&[String]> = modules.map(|module| &*module.place).collect();
    let mut complaints = Vec::new();
    for source in SOURCES.iter().filter(|source| !source.is_root()) {
        if !declared.contains(&*source.place) {
            complaints.push(source.at(1, "no `mod` names this file: it is never compiled"));
        }
    }
    let manifest = text("Cargo.toml");
    for word in ["doctest = false", "test = false"] {
        if manifest.contains(word) {
            complaints.push(format!("Cargo.toml: `{word}` can hide tests"));
        }
    }
    let tests: Vec<&str> = manifest.split("[[test]]").skip(1).map(str::trim_start).collect();
    if !matches!(tests[..], [only] if only.starts_with("name = \"all\"\n\n")) {
        complaints.push("Cargo.toml: the tests are one program, tests/all.rs".to_owned());
    }
    tidy(&complaints);
}

#[test]
fn commands_that_run_tests_name_some_that_are_there() {
    let mut complaints = Vec::new();
    for file in repository().iter().filter(|file| *file != "tests/tidy.rs") {
        let text = text(file);
        for command in text.split("cargo test --test ").skip(1) {
            let command = command.split(['`', '\n']).next().unwrap_or_default();
            let modules = command.split(' ').filter_map(|word| word.split_once("::"));
            let mut modules = modules.map(|(module, _)| format!("tests/{module}.rs"));
            let is_there = |file: String| SOURCES.iter().any(|it| it.file == file);
            let is_placeholder = command.contains("NAME");
            let is_all = command.split(' ').next() == Some("all");
            if !is_all || !is_placeholder && !modules.all(is_there) {
                complaints.push(format!("{file}: nothing is run by `--test {command}`"));
            }
        }
    }
    tidy(&complaints);
}

#[test]
fn nothing_names_a_place_of_one_machine_or_a_registry() {
    // Put together here, so that this file does not name them.
    let words = [
        ["/wo", "rk/"],
        ["/ro", "ot/"],
        ["/tmp/", "team"],
        ["crates", ".io"],
        ["pypi", ".org"],
        ["pythonhosted", ".org"],
        ["npmjs", ".org"],
        ["proxy.golang", ".org"],
        ["deb.debian", ".org"],
    ];
    let words = words.map(|halves| halves.concat());
    let mut complaints = Vec::new();
    // A lock file names its registry.
    for file in repository().iter().filter(|file| !file.ends_with("Cargo.lock")) {
        for (line, said) in text(file).lines().enumerate() {
            for word in words.iter().filter(|word| mentions(said, word)) {
                complaints.push(format!("{file}:{}: names `{word}`", line + 1));
            }
        }
    }
    tidy(&complaints);
}

/// A path counts where it begins, not in the middle of another or of an address.
fn mentions(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !word.starts_with('/') || before.is_none_or(|c| !c.is_alphanumeric())
    })
}

#[test]
fn every_verb_is_in_the_readme() {
    let (readme, cli) = (text("README.md"), text("src/cli.rs"));
    let verbs = cli.split("enum Verb {").nth(1);
    let verbs = verbs.and_then(|rest| rest.split("\n}").next());
    let verbs = verbs.unwrap_or_default();
    assert!(verbs.contains("init::"), "no verbs are found: {verbs}");
    let mut complaints = Vec::new();
    for source in library().filter(|source| source.is_within(&["src/cli"])) {
        let member = source.place.last().map_or("", String::as_str);
        let command = format!("ledger {}", member.replace('_', "-"));
        let is_verb = verbs.contains(&format!("({member}::"));
        if is_verb && !says_command(&readme, &command) {
            complaints.push(source.at(1, &format!("README.md does not say `{command}`")));
        }
    }
    tidy(&complaints);
}

/// Whether the text has the command, not only a longer one.
fn says_command(text: &str, command: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '-';
    let mut rests = text.split(command).skip(1);
    rests.any(|rest| !rest.starts_with(goes_on))
}

#[test]
fn every_verb_has_a_transcript() {
    let is_transcript = |file: &String| file.starts_with("tests/transcripts/");
    let transcripts: Vec<String> = repository().into_iter().filter(is_transcript).collect();
    let mut complaints = Vec::new();
    for page in ["verbs.md", "empty.md", "40-columns.md", "200-columns.md"] {
        let file = format!("tests/transcripts/{page}");
        assert!(transcripts.contains(&file), "{file} is gone");
    }
    for page in ["tests/transcripts/verbs.md", "tests/transcripts/empty.md"] {
        let shown = text(page);
        let commands: Vec<&str> = shown.lines().filter(|line| line.starts_with("$ ")).collect();
        let commands = commands.join("\n");
        for verb in verbs() {
            let is_elsewhere = page.ends_with("empty.md") && ["demo", "help"].contains(&&*verb);
            let is_elsewhere = is_elsewhere || (page.ends_with("verbs.md") && verb == "init");
            if !is_elsewhere && !says_command(&commands, &format!("ledger {verb}")) {
                complaints.push(format!("{page} does not run `ledger {verb}`"));
            }
        }
    }
    tidy(&complaints);
}

/// The verbs of the program, as they are written on a command line.
fn verbs() -> Vec<String> {
    let cli = text("src/cli.rs");
    let verbs = cli.split("enum Verb {").nth(1).and_then(|rest| rest.split("\n}").next());
    let lines = verbs.unwrap_or_default().lines().map(str::trim);
    let modules = lines.filter_map(|line| line.split_once('(')?.1.split_once("::"));
    let verbs: Vec<String> = modules.map(|(module, _)| module.replace('_', "-")).collect();
    assert!(verbs.contains(&"state".to_owned()), "no verbs are found: {verbs:?}");
    verbs
}

#[test]
fn every_code_of_a_refusal_is_documented() {
    let (errors, refusal) = (text("docs/errors.md"), text("src/record/refusal.rs"));
    let arms = refusal.lines().filter(|line| line.contains("Self::"));
    let codes: Vec<&str> = arms.filter_map(|arm| arm.split('"').nth(1)).collect();
    assert!(codes.contains(&"bad-date"), "no codes are found: {codes:?}");
    let mut complaints = Vec::new();
    for code in codes {
        if !errors.contains(&format!("`{code}`")) {
            complaints.push(format!("docs/errors.md does not explain `{code}`"));
        }
    }
    tidy(&complaints);
}

#[test]
fn sources_are_read_as_the_compiler_reads_them() {
    let example = r#"//! A member: `crate::comment::is_none`.
        use std::{env, fs as files, time::{self, Duration}};
        pub(super) mod member;
        #[cfg(test)] mod tests;
        fn one() { let x = crate::kind::Kind::<u8>::new("crate::text"); print!("{x}"); }
        mod inner { use super::super::Log; const fn two() -> bool { a != super::b } }
        #[cfg(test)] mod checks { #[ignore] fn three() { super::super::super::web::go() } }
        #[ignore = "slow"] fn four() -> crate::time::Day { matches!(1, sled::X) }
    "#;
    let source = Source::of("src/log/example.rs", example.to_owned());
    let paths = |in_test: bool| -> Vec<String> {
        let paths = source.named.iter().filter(|n| n.in_test == in_test);
        paths.map(Named::shown).collect()
    };
    let code = "std::env std::fs std::time std::time::Duration crate::kind::Kind print! \
                super::super::Log super::b crate::time::Day matches! sled::X";
    assert_eq!(paths(false).join(" "), code);
    assert_eq!(paths(true), ["super::super::super::web::go"]);
    let inside = source.named.iter().filter_map(|n| n.inside.clone());
    let inside: Vec<String> = inside.map(|path| path.join("::")).collect();
    let expected = "kind::Kind log::Log log::example::b web::go time::Day";
    assert_eq!(inside.join(" "), expected);
    let modules = source.modules.iter();
    let modules: Vec<_> = modules.map(|m| (m.place.join("/"), m.public, m.in_test)).collect();
    let member = ("src/log/example/member".to_owned(), true, false);
    let tests = ("src/log/example/tests".to_owned(), false, true);
    assert_eq!(modules, [member, tests]);
    assert_eq!(source.ignored_without_reason, [7]);
}

/// The sources of the library and the program.
fn library() -> impl Iterator<Item = &'static Source> {
    SOURCES.iter().filter(|source| source.in_src())
}

/// What a source names outside of tests.
fn code(source: &Source) -> impl Iterator<Item = &Named> {
    let mut above = (1..=source.place.len()).map(|parts| &source.place[..parts]);
    let is_test = above.any(|module| TEST_MODULES.contains(module));
    let named = source.named.iter();
    named.filter(move |named| !is_test && !named.in_test)
}

/// Fails with every complaint, a line each.
fn tidy(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn text(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{file}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Every file of the repository by its path from the root, but what `.gitignore` names.
fn repository() -> Vec<String> {
    let ignored = text(".gitignore");
    let names = ignored.lines().map(|line| line.trim_start_matches('/'));
    let ignored: Vec<&str> = names.chain([".git"]).collect();
    let mut folders = vec![String::new()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder);
        let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{folder}: {error}"));
        for entry in entries.flatten() {
            let name = format!("{folder}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type();
            if ignored.contains(&&*name) {
                continue;
            }
            if kind.as_ref().is_ok_and(fs::FileType::is_dir) {
                folders.push(format!("{name}/"));
            } else if kind.is_ok_and(|kind| kind.is_file()) {
                files.push(name);
            }
        }
    }
    files.sort();
    files
}
