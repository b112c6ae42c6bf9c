//! A view that is not as it was written is noticed and made anew, or refused: never another answer.

mod aimed;
mod answers;
mod program;
mod strangers;

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use policy_ledger::view::View;

use crate::ledgers::children::Running;
use crate::ledgers::random::Random;
use crate::ledgers::{self, Place, beside};
use answers::{Questions, Room};

/// Some events by a writer that is killed, so that its write-ahead log stays.
fn leaves_its_log(place: &Place, events: u64) {
    let mut child = Running::start(&format!("hold {events}"), &place.ledger());
    assert_eq!(child.hears("holding"), Some(events));
    child.kill("holding");
}

/// The files of a view, whole.
struct Files(Vec<(PathBuf, Vec<u8>)>);

impl Files {
    fn of(place: &Place) -> Self {
        let files = ledgers::listing(&place.view()).into_iter();
        Self(files.filter(|(path, _)| path.is_file()).collect())
    }

    fn bytes(&self, path: &Path) -> &[u8] {
        &self.0.iter().find(|(other, _)| other == path).unwrap().1
    }

    /// Puts all back as it was, and away what was not there.
    fn put_back(&self, place: &Place) {
        for path in ledgers::listing(&place.view()).into_keys() {
            if self.0.iter().all(|(own, _)| *own != path) {
                fs::remove_file(path).unwrap();
            }
        }
        for (path, bytes) in &self.0 {
            fs::write(path, bytes).unwrap();
        }
    }
}

/// Asks everything of a damaged view, however it is damaged; gives how much was refused.
fn asked(place: &Place, questions: &Questions, what: &str) -> usize {
    let (right, refused) = questions.ask(&place.ledger(), &place.header());
    assert_eq!(right + refused, questions.len(), "{what}");
    refused
}

/// Where a bit is flipped: evenly spread, and mostly where something is written.
fn spots(bytes: &[u8], count: usize, random: &mut Random) -> Vec<(usize, u8)> {
    let even = (0..count / 3).map(|step| step * bytes.len() / (count / 3));
    let mut spots: Vec<usize> = even.collect();
    while spots.len() < count {
        let at = random.below(bytes.len());
        if bytes[at.saturating_sub(1)..bytes.len().min(at + 2)].iter().any(|byte| *byte != 0) {
            spots.push(at);
        }
    }
    spots.into_iter().map(|at| (at, 1 << random.below(8))).collect()
}

/// Flips bits of one file one after another; gives how many were noticed.
fn flips(place: &Place, questions: &Questions, file: &Path, count: usize, seed: u64) -> usize {
    let whole = Files::of(place);
    let bytes = whole.bytes(file);
    let mut noticed = 0;
    for (at, bit) in spots(bytes, count, &mut Random::new(seed)) {
        let mut flipped = bytes.to_vec();
        flipped[at] ^= bit;
        fs::write(file, &flipped).unwrap();
        let what = format!("bit {bit} of byte {at} of {}", file.display());
        noticed += usize::from(asked(place, questions, &what) > 0);
        whole.put_back(place);
    }
    noticed
}

#[test]
fn a_flipped_bit_in_the_database_never_gives_another_answer() {
    for (records, count) in [(60, 450), (700, 150)] {
        let room = Room::of(records);
        let questions = Questions::to(&room.place);
        let noticed = flips(&room.place, &questions, &room.place.database(), count, records);
        assert!(noticed * 3 > count, "only {noticed} of {count} were noticed");
    }
}

#[test]
fn a_flipped_bit_in_a_write_ahead_log_never_gives_another_answer() {
    let place = Place::with_measures(10);
    leaves_its_log(&place, 60);
    let log = beside(&place.database(), "-wal");
    assert!(fs::metadata(&log).unwrap().len() > 100_000, "a killed writer leaves its log");
    let questions = Questions::to_copy_of(&place);
    let noticed = flips(&place, &questions, &log, 150, 5);
    assert!(noticed > 50, "only {noticed} were noticed");
}

#[test]
fn a_damaged_index_of_the_write_ahead_log_is_made_anew_after_a_crash() {
    let place = Place::with_measures(10);
    leaves_its_log(&place, 60);
    let index = beside(&place.database(), "-shm");
    let questions = Questions::to_copy_of(&place);
    assert_eq!(flips(&place, &questions, &index, 60, 6), 0, "it is not even looked at");
}

#[test]
fn a_flipped_bit_in_the_index_of_a_writer_at_work_never_gives_another_answer() {
    let place = Place::with_measures(10);
    leaves_its_log(&place, 60);
    let questions = Questions::to_copy_of(&place);
    let writer = View::to_write(&place.ledger(), &place.header()).unwrap();
    let index = beside(&place.database(), "-shm");
    let bytes = fs::read(&index).unwrap();
    let file = fs::File::options().write(true).open(&index).unwrap();
    // Behind the header, of which there are two that must agree: which page is where in the log.
    let spots = spots(&bytes[136..], 300, &mut Random::new(8));
    for (at, bit) in spots.into_iter().map(|(at, bit)| (at + 136, bit)) {
        file.write_all_at(&[bytes[at] ^ bit], at as u64).unwrap();
        asked(&place, &questions, &format!("bit {bit} of byte {at} of the index"));
        file.write_all_at(&[bytes[at]], at as u64).unwrap();
    }
    drop(writer);
}

#[test]
fn a_shortened_file_never_gives_another_answer() {
    let place = Place::with_measures(10);
    leaves_its_log(&place, 60);
    let questions = Questions::to_copy_of(&place);
    let whole = Files::of(&place);
    for (file, bytes) in &whole.0 {
        let length = bytes.len();
        let pages = [0, 1, 21, 32, 100, 512, 4_096, 8_192, length / 3, length / 2];
        let ends = [4_096, 4_120, 100, 1].map(|less| length.saturating_sub(less));
        for keep in pages.into_iter().chain(ends).filter(|keep| *keep < length) {
            fs::write(file, &bytes[..keep]).unwrap();
            asked(&place, &questions, &format!("{keep} bytes of {}", file.display()));
            whole.put_back(&place);
        }
        fs::remove_file(file).unwrap();
        asked(&place, &questions, &format!("without {}", file.display()));
        whole.put_back(&place);
    }
}

#[test]
fn pages_that_are_lost_or_exchanged_never_give_another_answer() {
    let room = Room::of(300);
    let questions = Questions::to(&room.place);
    let (file, whole) = (room.place.database(), Files::of(&room.place));
    let bytes = whole.bytes(&file).to_vec();
    let pages = bytes.len() / 4_096;
    let mut noticed = 0;
    for page in 0..pages {
        for other in [None, Some((page + 1) % pages)] {
            let mut damaged = bytes.clone();
            let place = page * 4_096..(page + 1) * 4_096;
            match other {
                None => damaged[place].fill(0),
                Some(other) => damaged[place].copy_from_slice(&bytes[other * 4_096..][..4_096]),
            }
            fs::write(&file, &damaged).unwrap();
            let what = format!("page {page} of {pages} is as {other:?}");
            noticed += usize::from(asked(&room.place, &questions, &what) > 0);
            whole.put_back(&room.place);
        }
    }
    assert!(noticed > pages, "{noticed} of {}", 2 * pages);
}

#[test]
fn writing_on_a_damaged_view_records_what_it_should_or_nothing() {
    let room = Room::of(120);
    let (file, whole) = (room.place.database(), Files::of(&room.place));
    let bytes = whole.bytes(&file).to_vec();
    let mut noticed = 0;
    for (at, bit) in spots(&bytes, 130, &mut Random::new(9)) {
        let mut flipped = bytes.clone();
        flipped[at] ^= bit;
        fs::write(&file, &flipped).unwrap();
        noticed += usize::from(room.decides_as_before(&format!("bit {bit} of byte {at}")));
        whole.put_back(&room.place);
    }
    assert!(noticed > 30, "only {noticed} were noticed");
}

#[test]
fn a_key_that_has_moved_among_the_ids_of_measures_hides_no_other() {
    let room = Room::of(120);
    let (file, whole) = (room.place.database(), Files::of(&room.place));
    let bytes = whole.bytes(&file).to_vec();
    // The header of the row of a key `eNN`: five bytes, the constant 1 as its space, a name of three.
    let is_key = |row: &[u8]| matches!(row, [5, 9, 18, _, _, b'e', b'1'..=b'9', b'0'..=b'9']);
    let keys = bytes.windows(8).enumerate().filter(|(_, row)| is_key(row));
    let spaces: Vec<usize> = keys.map(|(at, _)| at + 1).collect();
    assert!(spaces.len() >= 90, "{}", spaces.len());
    for at in spaces {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        fs::write(&file, &flipped).unwrap();
        room.decides_as_before(&format!("the space at byte {at}"));
        whole.put_back(&room.place);
    }
}
