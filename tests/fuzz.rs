//! What `scripts/fuzz` looks for in inputs of its own making holds for every input that is kept:
//! seeds, and what was found once.

#![allow(clippy::panic, reason = "shared with the targets of the fuzzer")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../fuzz/properties/citations.rs"]
mod citations;
#[path = "../fuzz/properties/dates.rs"]
mod dates;
#[path = "../fuzz/properties/keys.rs"]
mod keys;
#[path = "../fuzz/properties/kinds.rs"]
mod kinds;
#[path = "../fuzz/properties/lines.rs"]
mod lines;
#[path = "../fuzz/properties/notes.rs"]
mod notes;
#[path = "../fuzz/properties/proofs.rs"]
mod proofs;
#[path = "../fuzz/properties/stored.rs"]
mod stored;

type Property = fn(&[u8]);

const PROPERTIES: [(&str, Property); 8] = [
    ("citations", citations::hold),
    ("dates", dates::hold),
    ("keys", keys::hold),
    ("kinds", kinds::hold),
    ("lines", lines::hold),
    ("notes", notes::hold),
    ("proofs", proofs::hold),
    ("stored", stored::hold),
];

/// The corpus stays small: this many files for a target, of so many bytes.
const MOST_FILES: usize = 80;
const MOST_BYTES: usize = 2_048;

fn fuzz(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

/// The names in a folder, without their endings.
fn names(folder: &Path) -> Vec<String> {
    let paths = fs::read_dir(folder).unwrap().map(|item| item.unwrap().path());
    let mut names: Vec<String> =
        paths.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_a_fuzzer_looks_for_holds_for_what_is_kept() {
    for (name, hold) in PROPERTIES {
        let folder = fuzz("corpus").join(name);
        let mut paths: Vec<PathBuf> =
            fs::read_dir(&folder).unwrap().map(|item| item.unwrap().path()).collect();
        paths.sort();
        assert!((3..=MOST_FILES).contains(&paths.len()), "{name} has {} inputs", paths.len());
        for path in paths {
            let bytes = fs::read(&path).unwrap();
            assert!(bytes.len() <= MOST_BYTES, "{} is large", path.display());
            let held = std::panic::catch_unwind(|| hold(&bytes));
            assert!(held.is_ok(), "{} does not hold", path.display());
        }
    }
}

#[test]
fn every_target_has_its_property_and_its_corpus() {
    let targets: Vec<&str> = PROPERTIES.iter().map(|(name, _)| *name).collect();
    for folder in ["fuzz_targets", "properties", "corpus"] {
        assert_eq!(names(&fuzz(folder)), targets, "{folder}");
    }
    let manifest = fs::read_to_string(fuzz("Cargo.toml")).unwrap();
    assert_eq!(manifest.matches("[[bin]]").count(), targets.len());
}

/// The versions that a lock file names, by crate.
fn locked(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let value = |line: &str, key: &str| {
        line.strip_prefix(key).map(|value| value.trim_matches('"').to_owned())
    };
    let mut name: Option<String> = None;
    for line in text.lines() {
        name = value(line, "name = ").or(name);
        if let (Some(version), Some(name)) = (value(line, "version = "), &name) {
            versions.entry(name.clone()).or_default().push(version);
        }
    }
    versions
}

/// The fuzzer has a lock file of its own, which must not drift away from that of the program.
#[test]
fn the_fuzzer_is_built_with_the_crates_of_the_program() {
    let read = |path: &Path| locked(&fs::read_to_string(path).unwrap());
    let own = read(&fuzz("Cargo.lock"));
    let of_program = read(&fuzz("../Cargo.lock"));
    assert!(own.len() > 30, "{}", own.len());
    for (name, versions) in own {
        let Some(others) = of_program.get(&name) else { continue };
        assert!(versions.iter().all(|it| others.contains(it)), "{name}: {versions:?}, {others:?}");
    }
}
