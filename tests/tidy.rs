//! The rules of this house that the compiler does not know: which room may use which, what only
//! some places may name, and that nothing is forgotten or left behind.
//!
//! Sources are read as tokens, so comments and texts are never taken for code. A rule is changed
//! in the tables below, with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::sync::LazyLock;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The rooms of the library, from the top floor down. A room uses only rooms of lower floors.
const FLOORS: [&[&str]; 9] = [
    &["cli"],
    &["web"],
    &["ledger"],
    &["admission", "export", "import", "view"],
    &["answer", "codec"],
    &["timeline"],
    &["history"],
    &["kind", "record"],
    // What knows of no other room. The log keeps bytes; the proof hashes them.
    &["log", "nearest", "proof", "time"],
];

/// Names that only some places of `src` may use outside of tests, and why.
const CONFINED: [(&[&str], &[&str], &str); 9] = [
    (&["sled"], &["src/log"], "the store can be exchanged"),
    (&["async_nats"], &["src/log"], "the store can be exchanged"),
    (&["rusqlite"], &["src/view"], "the view is one room's matter"),
    (&["axum"], &["src/web"], "the library is no server"),
    (&["clap", "clap_complete"], &["src/cli", "src/main"], "the library has no flags"),
    (
        &["SystemTime", "std::time::Instant", "Instant::now", "Utc::now", "Local::now", "now_v7"],
        &["src/time/clock"],
        "one place reads the clock, so that it can be pinned",
    ),
    (&["std::env"], &["src/cli", "src/main"], "the library is told, it does not look"),
    (&["std::process::exit"], &["src/main"], "leaving early skips what must be closed"),
    (
        &["print!", "println!", "eprint!", "eprintln!"],
        &["src/cli", "src/main"],
        "the library returns answers; one place prints them",
    ),
];

/// What no code says, tests included.
const NEVER: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];

/// The most lines of a file, and those that may have more, with the reason.
const MOST_LINES: usize = 500;
const LONG: [(&str, &str); 4] = [
    ("src/timeline/fold.rs", "one day of one world: its rules call one another"),
    ("src/timeline/sweep.rs", "all worlds through time: one state, handed from step to step"),
    ("tests/oracle/examples.rs", "a list of cases worked out by hand"),
    ("tests/oracle/generate.rs", "one random history; its choices depend on one another"),
];

/// Members of the room `cli` that are no verbs, with what they are.
const NOT_VERBS: [(&str, &str); 0] = [];

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let files = repository().into_iter().filter(|file| is_source(file));
    files.map(|file| Source::read(&file)).collect()
});

#[test]
fn rooms_look_only_down() {
    let floor = floors();
    tidy(SOURCES.iter().filter(|source| source.in_src()).flat_map(|source| {
        let room = source.home.get(1).map(String::as_str);
        source.code().filter_map(|named| {
            let target = named.inside.as_ref()?.first()?;
            let complaint = match (room.and_then(|room| floor.get(room)), floor.get(&**target)) {
                _ if room == Some(target) => return None,
                (_, None) => format!("`{target}` is no room: name the room a thing lives in"),
                (Some(own), Some(other)) if other <= own => {
                    format!("the room `{}` must not know `{target}`", room.unwrap_or_default())
                }
                (Some(_) | None, Some(_)) => return None,
            };
            Some(source.at(named.line, &complaint))
        })
    }));
}

#[test]
fn every_room_has_a_floor() {
    let floor = floors();
    let rooms = SOURCES.iter().filter(|source| source.in_src() && !source.is_root());
    tidy(rooms.filter(|source| !floor.contains_key(&*source.home[1])).map(|source| {
        source.at(1, &format!("the room `{}` is not in the table of floors", source.home[1]))
    }));
}

#[test]
fn members_are_reached_only_through_the_door_of_their_room() {
    let places: BTreeSet<&[String]> = SOURCES.iter().map(|source| &*source.place).collect();
    tidy(SOURCES.iter().filter(|source| source.in_src()).flat_map(|source| {
        let public = source.modules.iter().filter(|module| module.public && !source.is_root());
        let public = public.map(|module| source.at(module.line, "a member of a room is private"));
        let past_the_door = source.code().filter(|named| {
            let Some([room, member, _, ..]) = named.inside.as_deref() else { return false };
            let member = ["src".to_owned(), room.clone(), member.clone()];
            source.home.get(1) != Some(room) && places.contains(&member[..])
        });
        let past_the_door = past_the_door.map(|named| {
            source.at(named.line, &format!("`{}` passes by the door", named.path.join("::")))
        });
        public.chain(past_the_door).collect::<Vec<_>>()
    }));
}

#[test]
fn what_is_confined_stays_where_it_belongs() {
    tidy(SOURCES.iter().filter(|source| source.in_src()).flat_map(|source| {
        source.code().flat_map(move |named| {
            let breaks = move |(names, places, _): &&(&[&str], &[&str], &str)| {
                names.iter().any(|name| named.has(name)) && !source.is_within(places)
            };
            CONFINED.iter().filter(breaks).map(move |(_, places, why)| {
                let path = named.path.join("::");
                source.at(named.line, &format!("`{path}` only in {}: {why}", places.join(", ")))
            })
        })
    }));
}

#[test]
fn nothing_is_left_half_done() {
    tidy(SOURCES.iter().flat_map(|source| {
        let marks = source.named.iter().filter(|named| NEVER.iter().any(|word| named.has(word)));
        let marks = marks.map(|named| source.at(named.line, &named.path.join("::")));
        let ignored = source.ignored_without_reason.iter();
        let ignored = ignored.map(|&line| source.at(line, "`#[ignore]` needs `= \"reason\"`"));
        marks.chain(ignored).collect::<Vec<_>>()
    }));
}

#[test]
fn every_file_says_what_it_is_for_and_is_not_too_long() {
    let reason = |source: &Source| LONG.iter().find(|(file, _)| *file == source.file);
    tidy(SOURCES.iter().flat_map(|source| {
        let lines = source.text.lines().count();
        let complaints = [
            (!source.text.starts_with("//! "), "begins without a `//!` line".to_owned()),
            (
                lines > MOST_LINES && reason(source).is_none(),
                format!("{lines} lines: split it, or give the reason in `LONG`"),
            ),
            (
                lines <= MOST_LINES && reason(source).is_some(),
                format!("{lines} lines: take it out of `LONG`"),
            ),
        ];
        complaints.into_iter().filter(|(holds, _)| *holds).map(|(_, what)| source.at(1, &what))
    }));
    let there = |file: &str| SOURCES.iter().any(|source| source.file == file);
    let gone = LONG.iter().filter(|(file, _)| !there(file));
    tidy(gone.map(|(file, _)| format!("`LONG` names {file}, which is gone")));
}

#[test]
fn no_file_and_no_test_is_forgotten() {
    let declared: BTreeSet<Vec<String>> = SOURCES.iter().flat_map(Source::declared).collect();
    tidy(SOURCES.iter().filter(|source| !source.is_root()).filter_map(|source| {
        let known = declared.contains(&source.place);
        (!known).then(|| source.at(1, "no `mod` names this file: it is never compiled"))
    }));
    let manifest = text("Cargo.toml");
    let silencers = ["autotests", "[[test]]", "doctest = false", "test = false"];
    let found = silencers.iter().filter(|word| manifest.contains(**word));
    tidy(found.map(|word| format!("Cargo.toml: `{word}` hides tests")));
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
    let words: Vec<String> = words.iter().map(|halves| halves.concat()).collect();
    // A lock file names its registry.
    let files = repository().into_iter().filter(|file| file != "Cargo.lock");
    tidy(files.flat_map(|file| {
        let text = text(&file);
        let lines = text.lines().enumerate().flat_map(|(line, text)| {
            let found = words.iter().filter(move |word| mentions(text, word));
            found.map(move |word| (line + 1, word))
        });
        lines.map(|(line, word)| format!("{file}:{line}: names `{word}`")).collect::<Vec<_>>()
    }));
}

/// A word counts at its beginning only, or an address with such a folder in it would be meant too.
fn mentions(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !word.starts_with('/') || before.is_none_or(|c| !c.is_alphanumeric())
    })
}

#[test]
fn every_verb_is_in_the_readme() {
    let readme = text("README.md");
    let verbs = SOURCES.iter().filter_map(|source| match &source.place[..] {
        [src, cli, verb] if src == "src" && cli == "cli" => Some((source, verb.replace('_', "-"))),
        _ => None,
    });
    let verbs = verbs.filter(|(_, name)| NOT_VERBS.iter().all(|(other, _)| other != name));
    let named = |verb: &str| {
        let mut after = readme.split(&format!("ledger {verb}")).skip(1);
        after.any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
    };
    tidy(verbs.filter(|(_, verb)| !named(verb)).map(|(source, verb)| {
        source.at(1, &format!("README.md does not say `ledger {verb}`"))
    }));
}

#[test]
fn every_code_of_a_refusal_is_documented() {
    let errors = text("docs/errors.md");
    let refusal = text("src/record/refusal.rs");
    let arms = refusal.lines().filter(|line| line.trim_start().starts_with("Self::"));
    let codes: Vec<&str> = arms.filter_map(|arm| arm.split('"').nth(1)).collect();
    assert!(codes.contains(&"bad-date"), "the codes are no longer read: {codes:?}");
    let missing = codes.iter().filter(|code| !errors.contains(&format!("`{code}`")));
    tidy(missing.map(|code| format!("docs/errors.md does not explain `{code}`")));
}

#[test]
fn the_reader_of_sources_misses_nothing() {
    let source = Source::of(
        "src/log/example.rs",
        r#"//! A member: `crate::comment::is_none`.
        use std::{env, fs as files, time::{self, Duration}};
        pub(super) mod member;
        #[cfg(test)] mod tests;
        fn one() { let x = crate::kind::Kind::<u8>::new("crate::text"); print!("{x}"); }
        mod inner { use super::super::Log; const fn two() -> bool { a != super::b } }
        #[cfg(test)] mod checks { #[test] #[ignore] fn three() { super::super::super::web::go() } }
        #[ignore = "slow"] fn four() -> crate::time::Day { matches!(1, sled::X) }
        "#
        .to_owned(),
    );
    let all = |test: bool| {
        let some = source.named.iter().filter(move |named| named.in_test == test);
        some.map(|named| named.path.join("::")).collect::<Vec<_>>()
    };
    let code = [
        "std::env", "std::fs", "std::time", "std::time::Duration", "crate::kind::Kind", "print!",
        "super::super::Log", "super::b", "crate::time::Day", "matches!", "sled::X",
    ];
    assert_eq!(all(false), code);
    assert_eq!(all(true), ["super::super::super::web::go"]);
    let inside = source.named.iter().filter_map(|named| Some(named.inside.as_ref()?.join("::")));
    let expected = ["kind::Kind", "log::Log", "log::example::b", "web::go", "time::Day"];
    assert_eq!(inside.collect::<Vec<_>>(), expected);
    let modules: Vec<_> = source.modules.iter().map(|m| (&*m.place, m.public, m.in_test)).collect();
    let member = ["src", "log", "example", "member"].map(str::to_owned);
    let tests = ["src", "log", "example", "tests"].map(str::to_owned);
    assert_eq!(modules, [(&member[..], true, false), (&tests[..], false, true)]);
    assert_eq!(source.ignored_without_reason, [7]);
}

/// A source file, and what its tokens name.
struct Source {
    /// Its path from the root of the repository.
    file: String,
    text: String,
    /// Its module: `src`, `log`, `sled`.
    place: Vec<String>,
    /// Where the modules live that it declares; for the root of a crate its folder.
    home: Vec<String>,
    named: Vec<Named>,
    modules: Vec<Module>,
    ignored_without_reason: Vec<usize>,
}

/// A path of at least two parts, or the name of a macro with its `!`.
struct Named {
    path: Vec<String>,
    /// The path from the root of the library, where it leads there.
    inside: Option<Vec<String>>,
    line: usize,
    in_test: bool,
}

/// `mod name;`
struct Module {
    place: Vec<String>,
    public: bool,
    line: usize,
    in_test: bool,
}

impl Source {
    fn read(file: &str) -> Self {
        Self::of(file, text(file))
    }

    fn of(file: &str, text: String) -> Self {
        let mut place: Vec<String> =
            file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        let is_root = is_root(file);
        if is_root || place.last().is_some_and(|name| name == "mod") {
            place.pop();
        }
        let mut source = Self {
            file: file.to_owned(),
            home: place.clone(),
            place,
            named: Vec::new(),
            modules: Vec::new(),
            ignored_without_reason: Vec::new(),
            text,
        };
        let tokens = TokenStream::from_str(&source.text);
        let tokens = tokens.unwrap_or_else(|error| panic!("{file}: {error}"));
        source.walk(tokens, &source.home.clone(), false);
        source
    }

    fn in_src(&self) -> bool {
        self.place[0] == "src"
    }

    fn is_root(&self) -> bool {
        is_root(&self.file)
    }

    fn at(&self, line: usize, complaint: &str) -> String {
        format!("{}:{line}: {complaint}", self.file)
    }

    /// Whether it is one of these rooms or files, or a member of one.
    fn is_within(&self, places: &[&str]) -> bool {
        let below = |place: &&str| {
            let rest = self.file.strip_prefix(*place);
            rest.is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
        };
        places.iter().any(|place| below(&place))
    }

    /// What is named outside of tests.
    fn code(&self) -> impl Iterator<Item = &Named> {
        static TESTS: LazyLock<BTreeSet<Vec<String>>> = LazyLock::new(|| {
            let modules = SOURCES.iter().flat_map(|source| &source.modules);
            modules.filter(|module| module.in_test).map(|module| module.place.clone()).collect()
        });
        let is_test = (1..=self.place.len()).any(|parts| TESTS.contains(&self.place[..parts]));
        self.named.iter().filter(move |named| !is_test && !named.in_test)
    }

    fn declared(&self) -> impl Iterator<Item = Vec<String>> {
        self.modules.iter().map(|module| module.place.clone())
    }

    fn walk(&mut self, stream: TokenStream, module: &[String], in_test: bool) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let (mut at, mut item_in_test) = (0, in_test);
        while let Some(token) = tokens.get(at) {
            let line = token.span().start().line;
            let rest = &tokens[at + 1..];
            at += 1;
            match token {
                TokenTree::Group(group) => {
                    self.walk(group.stream(), module, item_in_test);
                    let ends_item = group.delimiter() == Delimiter::Brace;
                    item_in_test = if ends_item { in_test } else { item_in_test };
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => item_in_test = in_test,
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let attribute = rest.first().map(ToString::to_string).unwrap_or_default();
                    item_in_test |= attribute.replace(' ', "") == "[cfg(test)]";
                    if attribute == "[ignore]" {
                        self.ignored_without_reason.push(line);
                    }
                }
                TokenTree::Ident(word) if word == "use" => {
                    let tree: Vec<TokenTree> =
                        rest.iter().take_while(|token| !is_punct(token, ';')).cloned().collect();
                    at += tree.len();
                    for path in leaves(&tree) {
                        self.name(path, module, line, item_in_test);
                    }
                }
                TokenTree::Ident(word) if word == "mod" => {
                    let Some(TokenTree::Ident(name)) = rest.first() else { continue };
                    let place = [module, &[name.to_string()]].concat();
                    at += 1;
                    if let Some(TokenTree::Group(group)) = rest.get(1) {
                        self.walk(group.stream(), &place, item_in_test);
                        (at, item_in_test) = (at + 1, in_test);
                    } else {
                        let public = is_public(&tokens[..at - 2]);
                        self.modules.push(Module { place, public, line, in_test: item_in_test });
                    }
                }
                TokenTree::Ident(_) => {
                    let (path, length) = path(&tokens[at - 1..]);
                    at += length - 1;
                    if path.len() > 1 || path[0].ends_with('!') {
                        self.name(path, module, line, item_in_test);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn name(&mut self, path: Vec<String>, module: &[String], line: usize, in_test: bool) {
        let inside = inside(&path, &module[1..]);
        self.named.push(Named { path, inside, line, in_test });
    }
}

impl Named {
    /// Whether these parts (`std::env`) follow one another in the path.
    fn has(&self, name: &str) -> bool {
        let parts: Vec<&str> = name.split("::").collect();
        self.path.windows(parts.len()).any(|window| window == parts)
    }
}

/// The path from the root of the library; `module` is the one it stands in, without the folder.
fn inside(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    match path[0].as_str() {
        "crate" | "policy_ledger" => Some(path[1..].to_vec()),
        "self" => Some([module, &path[1..]].concat()),
        "super" => Some([module.get(..module.len().checked_sub(supers)?)?, &path[supers..]].concat()),
        _ => None,
    }
}

/// The path that begins here, and how many tokens it has.
fn path(tokens: &[TokenTree]) -> (Vec<String>, usize) {
    let mut path = vec![tokens[0].to_string()];
    let mut length = 1;
    while let [a, b, TokenTree::Ident(part), ..] = &tokens[length..]
        && is_punct(a, ':')
        && is_punct(b, ':')
    {
        path.push(part.to_string());
        length += 3;
    }
    if let [mark, next, ..] = &tokens[length..]
        && is_punct(mark, '!')
        && !is_punct(next, '=')
    {
        path.last_mut().into_iter().for_each(|last| last.push('!'));
    }
    (path, length)
}

/// Every path that a `use` brings in: `a::{b, c::d as e, self}` are `a::b`, `a::c::d` and `a`.
fn leaves(tree: &[TokenTree]) -> Vec<Vec<String>> {
    let mut path = Vec::new();
    for token in tree {
        match token {
            TokenTree::Ident(word) if word == "as" => break,
            TokenTree::Ident(word) if word == "self" && path.is_empty() && tree.len() == 1 => {}
            TokenTree::Punct(mark) if mark.as_char() == ':' => {}
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let branches = inner.split(|token| is_punct(token, ','));
                let branches = branches.filter(|branch| !branch.is_empty()).flat_map(leaves);
                return branches.map(|branch| [path.clone(), branch].concat()).collect();
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {
                path.push(token.to_string());
            }
        }
    }
    vec![path]
}

/// Whether what was said before an item ends with `pub` or `pub(…)`.
fn is_public(before: &[TokenTree]) -> bool {
    let before = match before {
        [rest @ .., TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => rest,
        all => all,
    };
    matches!(before, [.., TokenTree::Ident(word)] if word == "pub")
}

fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// Whether a file is the root of a crate.
fn is_root(file: &str) -> bool {
    match file.split('/').collect::<Vec<_>>()[..] {
        ["src", name] => name == "lib.rs" || name == "main.rs",
        ["tests" | "benches", _] => true,
        ["tests" | "benches", _, name] => name == "main.rs",
        _ => false,
    }
}

fn is_source(file: &str) -> bool {
    let folders = ["src/", "tests/", "benches/"];
    file.ends_with(".rs") && folders.iter().any(|folder| file.starts_with(folder))
}

/// The floor of each room, counted from the ground.
fn floors() -> BTreeMap<&'static str, usize> {
    let floors = FLOORS.iter().rev().enumerate();
    floors.flat_map(|(floor, rooms)| rooms.iter().map(move |room| (*room, floor))).collect()
}

/// Fails with every complaint, a line each.
fn tidy(complaints: impl Iterator<Item = String>) {
    let complaints: Vec<String> = complaints.collect();
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
    let ignored: Vec<&str> = ignored.lines().map(|line| line.trim_start_matches('/')).collect();
    let mut waiting = vec![String::new()];
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder);
        let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{folder}: {error}"));
        for entry in entries.flatten() {
            let name = format!("{folder}{}", entry.file_name().to_string_lossy());
            if name == ".git" || ignored.contains(&&*name) {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => waiting.push(format!("{name}/")),
                Ok(kind) if kind.is_file() => files.push(name),
                Ok(_) | Err(_) => {}
            }
        }
    }
    files.sort();
    files
}
