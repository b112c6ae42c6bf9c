//! Views that belong to another ledger, are ahead of the log or follow another one; and files that
//! are none of the view's.

use std::fs;

use policy_ledger::ledger::Ledger;
use policy_ledger::view::{View, ViewError};

use crate::ledgers::{Place, beside, copy, databases, event, hasty, numbers, patient};

/// Exchanges the view of one ledger for a copy of another's.
fn take_view(from: &Place, to: &Place) {
    fs::remove_dir_all(to.view()).unwrap();
    copy(&from.view(), &to.view());
}

fn place_with(events: std::ops::RangeInclusive<u64>) -> Place {
    let place = Place::with_measures(3);
    place.append(events.map(|number| event("m1", number)));
    place
}

/// The events that a reader, then a writer finds.
fn found(place: &Place) -> [Vec<u64>; 2] {
    let read = numbers(&place.read().entries().unwrap());
    [read, numbers(&place.open().entries().unwrap())]
}

#[test]
fn the_view_of_another_ledger_is_never_believed() {
    let (own, other) = (place_with(1..=4), place_with(5..=9));
    take_view(&other, &own);
    let error = View::to_read(&own.ledger(), &own.header()).err().unwrap();
    assert!(matches!(error, ViewError::Damaged { .. }), "{error}");
    let ledger = own.read();
    assert_eq!(ledger.mended(), Some("the view is the view of another ledger"));
    drop(ledger);
    assert_eq!(found(&own), [vec![1, 2, 3, 4], vec![1, 2, 3, 4]]);
    own.is_sound();
}

#[test]
fn nobody_reads_the_view_of_another_ledger_while_the_log_is_held() {
    let (own, other) = (place_with(1..=4), place_with(5..=9));
    let held = own.open();
    take_view(&other, &own);
    let error = Ledger::read(&own.ledger(), &hasty("a reader")).err().unwrap();
    assert!(error.to_string().contains("in use by"), "{error}");
    drop(held);
    own.is_sound_after_a_writer();
}

#[test]
fn a_view_that_is_ahead_of_the_log_is_made_anew() {
    let place = place_with(1..=3);
    let earlier = place.path("earlier");
    copy(&place.ledger().join("log"), &earlier);
    let end = fs::read(place.ledger().join("end")).unwrap();
    place.append((4..=8).map(|number| event("m1", number)));
    fs::remove_dir_all(place.ledger().join("log")).unwrap();
    copy(&earlier, &place.ledger().join("log"));
    fs::write(place.ledger().join("end"), end).unwrap();
    let ledger = place.open();
    assert_eq!(ledger.mended(), Some("the view follows another log"));
    drop(ledger);
    assert_eq!(found(&place), [vec![1, 2, 3], vec![1, 2, 3]]);
    place.is_sound();
}

#[test]
fn a_view_beside_the_log_is_made_anew() {
    // Two histories of one ledger, as after a backup was written on.
    let (one, other) = (place_with(1..=3), Place::new());
    fs::remove_dir_all(other.ledger()).unwrap();
    copy(&one.ledger(), &other.ledger());
    one.append([event("m1", 4), event("m1", 5)]);
    other.append([event("m2", 6), event("m2", 7)]);
    take_view(&other, &one);
    let ledger = one.open();
    assert_eq!(ledger.mended(), Some("the view follows another log"));
    assert_eq!(numbers(&ledger.entries().unwrap()), [1, 2, 3, 4, 5]);
    drop(ledger);
    one.is_sound();
}

#[test]
fn a_view_that_is_behind_the_log_catches_up() {
    let place = place_with(1..=3);
    let earlier = place.path("earlier");
    copy(&place.view(), &earlier);
    place.append((4..=8).map(|number| event("m1", number)));
    fs::remove_dir_all(place.view()).unwrap();
    copy(&earlier, &place.view());
    assert_eq!(numbers(&place.read().entries().unwrap()), [1, 2, 3, 4, 5, 6, 7, 8]);
    place.is_sound();
}

#[test]
fn what_acknowledges_is_not_missing_without_the_write_ahead_log() {
    let place = Place::with_measures(10);
    super::leaves_its_log(&place, 30);
    fs::remove_file(beside(&place.database(), "-wal")).unwrap();
    let ledger = place.read();
    assert!(ledger.mended().is_some());
    assert_eq!(numbers(&ledger.entries().unwrap()).len(), 30);
    drop(ledger);
    place.is_sound();
}

#[test]
fn a_rebuild_clears_its_own_away_and_nothing_else() {
    let place = place_with(1..=3);
    let ledger = place.ledger();
    for layout in ["view-0", "view-99"] {
        fs::create_dir(ledger.join(layout)).unwrap();
        fs::write(ledger.join(layout).join("1.db"), "x").unwrap();
    }
    let ours = ["view-2/7.new", "view-2/7.new-journal", "view-2/0.db", "view-2/0.db-wal"];
    let kept =
        ["view-x", "view-2/notes", "view-2/2019-notes.txt", "view-2/007.db", "view-2/8.db.bak"];
    ours.iter().chain(&kept).for_each(|name| fs::write(ledger.join(name), "x").unwrap());
    assert_eq!(numbers(&place.read().entries().unwrap()), [1, 2, 3]);
    Ledger::rebuild(&ledger, &patient("a test")).unwrap();
    for gone in ["view-0", "view-99"].iter().chain(&ours) {
        assert!(!ledger.join(gone).exists(), "{gone}");
    }
    for name in kept {
        assert!(ledger.join(name).exists(), "{name}");
    }
    assert_eq!(databases(&ledger).len(), 2, "its own, and `007.db`, which is not");
    assert_eq!(numbers(&place.read().entries().unwrap()), [1, 2, 3]);
}

#[test]
fn a_generation_can_be_the_last_there_is() {
    let place = place_with(1..=3);
    let last = format!("{}.db", u64::MAX);
    fs::rename(place.database(), place.view().join(last)).unwrap();
    assert_eq!(numbers(&place.read().entries().unwrap()), [1, 2, 3]);
    Ledger::rebuild(&place.ledger(), &patient("a test")).unwrap();
    assert_eq!(numbers(&place.open().entries().unwrap()), [1, 2, 3]);
}

impl Place {
    fn is_sound_after_a_writer(&self) {
        drop(self.open());
        self.is_sound();
    }
}
