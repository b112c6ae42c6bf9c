//! Single bits flipped all over a log: harmless or found, never another head that passes.

use std::fs;
use std::path::Path;
use std::time::Duration;

use policy_ledger::ledger::{Opening, verify};

use crate::house::House;

fn opening() -> Opening {
    Opening { command: "a test".to_owned(), wait: Duration::from_secs(20), progress: None }
}

/// The parts of a file that are not only zeros, some of them.
fn spots(bytes: &[u8], count: usize) -> Vec<usize> {
    let written: Vec<usize> =
        bytes.iter().enumerate().filter(|(_, byte)| **byte != 0).map(|(place, _)| place).collect();
    written.iter().copied().step_by((written.len() / count).max(1)).collect()
}

fn flip(path: &Path, bytes: &[u8], place: usize) {
    let mut other = bytes.to_vec();
    other[place] ^= 1 << (place % 8);
    fs::write(path, other).unwrap();
}

#[test]
fn a_flipped_bit_is_harmless_or_found() {
    let house = House::demo();
    let ledger = house.path(".ledger");
    let sound = verify(&ledger, &opening(), &[]).unwrap();
    let head = sound.standpoint.unwrap().head;
    let folder = ledger.join("log/1");
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    let files: Vec<_> = files.into_iter().filter(|path| path.is_file()).collect();
    let whole: Vec<(_, Vec<u8>)> =
        files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    let (mut found, mut harmless) = (0, 0);
    for (path, bytes) in &whole {
        let count = if path.ends_with("db") { 60 } else { 4 };
        for place in spots(bytes, count) {
            flip(path, bytes, place);
            // What cannot be looked at is told, too.
            let is_sound = verify(&ledger, &opening(), &[]).is_ok_and(|verdict| {
                let same = verdict.standpoint.as_ref().is_some_and(|it| it.head == head);
                assert!(same || !verdict.is_sound(), "byte {place} of {}", path.display());
                verdict.is_sound()
            });
            if is_sound {
                harmless += 1;
            } else {
                found += 1;
            }
            for file in fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
                if file.is_file() {
                    fs::remove_file(file).unwrap();
                }
            }
            for (path, bytes) in &whole {
                fs::write(path, bytes).unwrap();
            }
        }
    }
    assert!(found >= 10 && harmless >= 1, "{found} found, {harmless} harmless");
    assert!(verify(&ledger, &opening(), &[]).unwrap().is_sound());
}
