//! A view that was forged with all that its checksums ask for, and views that are only late.

use std::fs;
use std::path::Path;

use policy_ledger::proof::leaf;

use super::forger::{forge, forge_ready, row, view};
use super::{finds, sound, wrong};
use crate::house::House;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (file.path(), to.join(file.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

fn put_back(from: &Path, to: &Path) {
    fs::remove_dir_all(to).unwrap();
    copy(from, to);
}

/// Questions believe such a view: its checksums are against accidents. `verify` does not.
#[test]
fn a_record_forged_in_the_view_is_found_and_mended_by_a_rebuild() {
    let house = House::demo();
    assert_eq!(house.status("kr-jp.gsomia", "2016-11-22"), "initialled");
    let database = view(&house);
    let (recorded, _, bytes) = row(&database, 27);
    let forged = String::from_utf8(bytes)
        .unwrap()
        .replace("\"effective\":\"2016-11-23\"", "\"effective\":\"2016-11-22\"");
    forge(&database, 27, &recorded, leaf(forged.as_bytes()), forged.as_bytes());
    drop(database);
    // Asked by the records, not from what is ready.
    let asked = house.ledger("state kr-jp.gsomia --at 2016-11-22 --known @199 --json").fine();
    assert_eq!(asked.json()["results"][0]["status"], "in-force", "it is believed");
    finds(&house, "view", 27, 27);
    let says = house.ledger("verify").out;
    assert!(says.contains("@27 was altered in it: the log's chain is whole"), "{says}");
    assert!(says.contains("kr-jp.gsomia") && says.contains("Do:  ledger rebuild"), "{says}");
    assert_eq!(house.ledger("verify --view").code, 6);
    house.ledger("rebuild").fine();
    sound(&house);
    assert_eq!(house.status("kr-jp.gsomia", "2016-11-22"), "initialled");
}

/// What is ready of one measure, put in the place of another's, with every checksum made anew.
#[test]
fn an_answer_forged_in_the_view_is_found_and_mended_by_a_rebuild() {
    let house = House::demo();
    let said = || house.status("kr-jp.gsomia", "2016-11-22");
    assert_eq!(said(), "initialled");
    forge_ready(&view(&house), "kr-jp.gsomia", "initialled", "terminated");
    assert_eq!(said(), "terminated", "it is believed");
    let says = house.ledger("verify").out;
    assert!(says.contains("is not what its records say"), "{says}");
    assert_eq!(house.ledger("verify").code, 6);
    assert_eq!(house.ledger("verify --view").code, 6);
    house.ledger("rebuild").fine();
    sound(&house);
    assert_eq!(said(), "initialled");
}

#[test]
fn a_recorded_time_forged_in_the_view_is_found() {
    let house = House::demo();
    let database = view(&house);
    let (recorded, hash, bytes) = row(&database, 81);
    let hash: [u8; 32] = hash.try_into().unwrap();
    let earlier = recorded.replacen("2019-11-22", "2019-11-21", 1);
    assert_ne!(recorded, earlier);
    forge(&database, 81, &earlier, hash.into(), &bytes);
    drop(database);
    finds(&house, "view", 81, 81);
    assert!(house.ledger("verify").out.contains("does not fit the record"));
}

#[test]
fn a_row_that_is_gone_or_a_node_that_is_another_is_found() {
    let house = House::demo();
    view(&house).execute("DELETE FROM record WHERE seq = 81", []).unwrap();
    finds(&house, "view", 81, 81);
    house.ledger("rebuild").fine();
    view(&house).execute("UPDATE node SET hash = zeroblob(32)", []).unwrap();
    assert_eq!(wrong(&house), [("view".to_owned(), None, None)]);
    house.ledger("rebuild").fine();
    view(&house).execute("UPDATE cluster SET crc = crc + 1 WHERE id = 0", []).unwrap();
    assert_eq!(wrong(&house), [("view".to_owned(), None, None)]);
}

#[test]
fn a_view_that_is_missing_or_late_is_nothing_wrong() {
    let house = House::demo();
    let (own, early) = (house.path(".ledger/view-2"), house.path("early"));
    copy(&own, &early);
    house.ledger("retract @26 --because typo").fine();
    put_back(&early, &own);
    let answer = house.ledger("verify");
    assert!(answer.code == 0 && answer.out.contains("@200 are not in it yet"), "{answer:?}");
    fs::remove_dir_all(&own).unwrap();
    let answer = house.ledger("verify");
    assert!(answer.code == 0 && answer.out.contains("there is none"), "{answer:?}");
    assert_eq!(house.ledger("verify --view").code, 5);
}

#[test]
fn a_log_that_has_lost_its_end_is_found_by_the_view() {
    let house = House::demo();
    let (own, early) = (house.path(".ledger/log"), house.path("early"));
    copy(&own, &early);
    let end = fs::read(house.path(".ledger/end")).unwrap();
    house.ledger("retract @26 --because typo").fine();
    house.ledger("retract @27 --because typo").fine();
    put_back(&early, &own);
    // The witness beside the log would say so at once; it was taken back too.
    let told = house.ledger("verify");
    assert!(told.code == 6 && told.out.contains("record 200 is missing"), "{told:?}");
    fs::write(house.path(".ledger/end"), end).unwrap();
    finds(&house, "log", 200, 201);
    let says = house.ledger("verify").out;
    assert!(says.contains("the log ends with @199; the view has @200 to @201 besides"), "{says}");
}
