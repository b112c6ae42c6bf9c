//! Where a path leads by a link or through `..` makes no difference, and none leads an answer into a
//! ledger.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use crate::house::House;
use crate::ledgers::contents;

#[test]
fn no_answer_is_written_into_a_ledger_by_any_path() {
    let house = House::demo();
    symlink(house.path(".ledger"), house.path("linked")).unwrap();
    symlink(house.path(".ledger/lock"), house.path("lock.txt")).unwrap();
    symlink(house.path(".ledger/log"), house.path("below")).unwrap();
    house.ledger("state").fine();
    let before = contents(&house.path(".ledger"));
    for place in [
        ".ledger/x.txt",
        ".ledger/log/1/../x.txt",
        "linked/x.txt",
        "linked/view-2/x.txt",
        "below/1/x.txt",
        "below/../ledger.json",
        "lock.txt",
    ] {
        let answer = house.ledger(&format!("state -o {place} --format text"));
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{place}: {answer:?}");
        assert!(answer.err.contains("inside a ledger"), "{place}: {answer:?}");
        let answer = house.ledger(&format!("backup {place}"));
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{place}: {answer:?}");
    }
    assert!(contents(&house.path(".ledger")) == before, "something was written");
}

#[test]
fn a_link_that_leads_nowhere_brings_nothing_into_a_ledger() {
    let house = House::demo();
    symlink(house.path(".ledger/new.txt"), house.path("out.txt")).unwrap();
    house.ledger("state -o out.txt").fine();
    assert!(!house.path(".ledger/new.txt").exists(), "it was written through the link");
    assert!(fs::read_to_string(house.path("out.txt")).unwrap().contains("GSOMIA"));
}

#[test]
fn a_ledger_and_what_is_imported_can_be_behind_links() {
    let house = House::demo();
    symlink(house.path(".ledger"), house.path("linked")).unwrap();
    fs::create_dir(house.path("deep")).unwrap();
    let right = house.ledger("state --csv --at 2020-01-01").fine().out;
    for place in ["linked", "deep/../linked", "./.ledger", "deep/../.ledger/../.ledger"] {
        let found = house.ledger(&format!("-f {place} state --csv --at 2020-01-01")).fine();
        assert_eq!(found.out, right, "{place}");
    }
    house.file("deep/real.jsonl", house.export());
    symlink(house.path("deep/real.jsonl"), house.path("all.jsonl")).unwrap();
    let again = house.ledger("import all.jsonl deep/../all.jsonl").fine();
    assert!(again.out.starts_with("all.jsonl: 0 recorded, 199 recorded already"), "{again:?}");
    symlink(house.path("circle"), house.path("circle")).unwrap();
    for words in ["import circle", "-f circle state", "import deep", "-f deep state"] {
        let answer = house.ledger(words);
        assert!(answer.code == 5 && answer.err.starts_with("error: "), "{words}: {answer:?}");
    }
}

#[test]
fn no_mask_opens_what_init_makes_to_others() {
    let house = House::empty();
    for (name, words) in [("a", "init a"), ("b", "demo b")] {
        let program = env!("CARGO_BIN_EXE_ledger");
        let script =
            format!("umask 000 && cd '{}' && '{program}' {words}", house.path("").display());
        assert!(Command::new("sh").args(["-c", &script]).output().unwrap().status.success());
        let mode = |path: &str| {
            let found = fs::metadata(house.path(&format!("{name}/{path}"))).unwrap();
            found.permissions().mode() & 0o777
        };
        assert_eq!([mode(""), mode("log"), mode("log/1"), mode("view-2")], [0o700; 4]);
        let files = ["ledger.json", "lock", "end", "view-2/1.db", "view-2/end"];
        assert_eq!(files.map(mode), [0o600; 5], "{name}");
    }
}
