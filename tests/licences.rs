//! What is built upon may be: the licences and sources of every crate in the tree, by `deny.toml`.
//! `cargo deny` says the same and more, but takes long to build; see docs/reliability.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn root(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The licences that `deny.toml` allows.
fn allowed() -> BTreeSet<String> {
    let text = fs::read_to_string(root("deny.toml")).unwrap();
    let (_, rest) = text.split_once("\nallow = [").unwrap();
    let (list, _) = rest.split_once(']').unwrap();
    list.split(',').map(|word| word.trim().trim_matches('"').to_owned()).collect()
}

fn said_by(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).current_dir(root("")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every crate that is built on this machine, for the program or its tests.
fn packages() -> Vec<Value> {
    let about = said_by("rustc", &["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let words = ["metadata", "--locked", "--format-version", "1", "--filter-platform", host];
    let all: Value = serde_json::from_str(&said_by(env!("CARGO"), &words)).unwrap();
    all["packages"].as_array().unwrap().clone()
}

/// Whether an expression of licences (SPDX; `/` as older crates write `OR`) can be met.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    // One word for a licence with its exception.
    let spaced = spaced.replace(" WITH ", "+");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = any(&words, allowed);
    assert!(rest.is_empty(), "{expression}: {rest:?}");
    met
}

fn any<'w>(words: &'w [&'w str], allowed: &BTreeSet<String>) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = all(words, allowed);
    while let ["OR", after @ ..] = rest {
        let (also, after) = all(after, allowed);
        (met, rest) = (met || also, after);
    }
    (met, rest)
}

fn all<'w>(words: &'w [&'w str], allowed: &BTreeSet<String>) -> (bool, &'w [&'w str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let ["AND", after @ ..] = rest {
        let (also, after) = one(after, allowed);
        (met, rest) = (met && also, after);
    }
    (met, rest)
}

fn one<'w>(words: &'w [&'w str], allowed: &BTreeSet<String>) -> (bool, &'w [&'w str]) {
    match words {
        ["(", inside @ ..] => {
            let (met, rest) = any(inside, allowed);
            assert_eq!(rest.first(), Some(&")"), "{words:?}");
            (met, &rest[1..])
        }
        [licence, rest @ ..] => (allowed.contains(&licence.replace('+', " WITH ")), rest),
        [] => panic!("an expression ends too early"),
    }
}

#[test]
fn every_crate_may_be_used_and_comes_from_the_registry() {
    let allowed = allowed();
    let packages = packages();
    assert!(packages.len() > 100, "{}", packages.len());
    let mut sources = BTreeSet::new();
    for package in &packages {
        let name = format!("{} {}", package["name"], package["version"]);
        let licence = package["license"].as_str().unwrap_or_else(|| panic!("{name}: no licence"));
        assert!(is_met(licence, &allowed), "{name}: {licence} is not in deny.toml");
        let own = package["name"] == env!("CARGO_PKG_NAME");
        let source = package["source"].as_str();
        assert_eq!(source.is_none(), own, "{name} is not from the registry");
        sources.extend(source);
    }
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert!(sources.iter().all(|source| source.starts_with("registry+")), "{sources:?}");
}

#[test]
fn expressions_of_licences_are_read_as_they_are_meant() {
    let allowed: BTreeSet<String> =
        ["MIT", "Apache-2.0 WITH LLVM-exception", "Zlib"].map(str::to_owned).into();
    for met in [
        "MIT",
        "GPL-3.0 OR MIT",
        "Apache-2.0/MIT",
        "(GPL-3.0 OR MIT) AND Zlib",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
        "GPL-3.0 AND Zlib OR MIT",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in ["GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "Zlib AND (GPL-3.0 OR ISC)", "mit"] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}
