//! The contract of a log, check by check, for every log there is.

use std::num::NonZeroU64;

use policy_ledger::log::{Expect, Log, LogError, MAX_BATCH_ENTRIES, MAX_ENTRY_BYTES};

use super::{HEADER, at, entry, extend, read};

/// Every check of the contract; each wants a new log.
pub const ALL: [fn(&mut dyn Log); 9] = [
    a_new_log_is_empty,
    the_header_comes_back_byte_for_byte,
    entries_keep_their_order_and_bytes,
    entries_are_bytes_and_nothing_else,
    reading_starts_anywhere_and_ends_at_the_end,
    a_writer_who_has_not_seen_the_end_is_refused,
    a_batch_at_the_limits_fits_and_one_beyond_leaves_nothing,
    batch_after_batch_each_is_told_of_when_it_is_durable,
    of_batches_those_before_a_bad_one_are_recorded,
];

pub fn a_new_log_is_empty(log: &mut dyn Log) {
    assert_eq!(log.position(), None);
    assert_eq!(log.entries(at(1)).count(), 0);
    assert!(log.set_aside().is_empty());
}

pub fn the_header_comes_back_byte_for_byte(log: &mut dyn Log) {
    assert_eq!(log.header(), HEADER);
    extend(log, 3);
    assert_eq!(log.header(), HEADER);
}

pub fn entries_keep_their_order_and_bytes(log: &mut dyn Log) {
    assert_eq!(extend(log, 1), at(1));
    assert_eq!(extend(log, 40), at(2));
    assert_eq!(extend(log, 300), at(42));
    assert_eq!(log.position(), Some(at(341)));
    assert_eq!(read(log, 1).unwrap(), (1..=341).collect::<Vec<_>>());
}

pub fn entries_are_bytes_and_nothing_else(log: &mut dyn Log) {
    let batch = vec![vec![], vec![0], vec![255; 3], b"\n".to_vec(), vec![0; MAX_ENTRY_BYTES]];
    log.append(Expect::Empty, &batch).unwrap();
    let found: Vec<_> = log.entries(at(1)).map(|item| item.unwrap().1).collect();
    assert_eq!(found, batch);
}

pub fn reading_starts_anywhere_and_ends_at_the_end(log: &mut dyn Log) {
    extend(log, 50);
    for from in [1, 2, 17, 49, 50] {
        assert_eq!(read(log, from).unwrap(), (from..=50).collect::<Vec<_>>());
    }
    assert!(read(log, 51).unwrap().is_empty());
    assert!(read(log, u64::MAX).unwrap().is_empty());
}

pub fn a_writer_who_has_not_seen_the_end_is_refused(log: &mut dyn Log) {
    let refused = |log: &mut dyn Log, expected: Expect| {
        let end = log.position();
        let result = log.append(expected, &[entry(1)]);
        assert!(
            matches!(result, Err(LogError::Conflict { expected: e, found })
                if e == expected && found == end),
            "{result:?}"
        );
        assert_eq!(log.position(), end);
    };
    refused(log, Expect::Last(at(1)));
    extend(log, 2);
    for expected in [Expect::Empty, Expect::Last(at(1)), Expect::Last(at(3))] {
        refused(log, expected);
    }
    assert_eq!(log.append(Expect::Last(at(2)), &[entry(3)]).unwrap(), at(3));
    assert_eq!(read(log, 1).unwrap(), [1, 2, 3]);
}

pub fn a_batch_at_the_limits_fits_and_one_beyond_leaves_nothing(log: &mut dyn Log) {
    let (small, large) = (vec![1], vec![1; MAX_ENTRY_BYTES + 1]);
    let result = log.append(Expect::Empty, &[]);
    assert!(matches!(result, Err(LogError::BatchEmpty)), "{result:?}");
    let result = log.append(Expect::Empty, &vec![small.clone(); MAX_BATCH_ENTRIES + 1]);
    assert!(matches!(result, Err(LogError::BatchTooLarge { entries: 1_001 })), "{result:?}");
    let result = log.append(Expect::Empty, &[small.clone(), large]);
    assert!(
        matches!(result, Err(LogError::EntryTooLarge { index: 1, bytes: 65_537 })),
        "{result:?}"
    );
    assert_eq!(log.position(), None);
    assert_eq!(log.entries(at(1)).count(), 0);
    log.append(Expect::Empty, &vec![small; MAX_BATCH_ENTRIES]).unwrap();
    assert_eq!(log.position(), Some(at(1_000)));
}

/// The next batches of a log, of these sizes.
fn batches(sizes: &[u64]) -> Vec<Vec<Vec<u8>>> {
    let mut last = 0;
    let batch = |size: &u64| {
        let from = last + 1;
        last += size;
        (from..=last).map(entry).collect()
    };
    sizes.iter().map(batch).collect()
}

pub fn batch_after_batch_each_is_told_of_when_it_is_durable(log: &mut dyn Log) {
    let all = batches(&[3, 1, 1_000, 7, 1, 40]);
    let (mut feed, mut told) = (all.clone().into_iter(), Vec::new());
    let heard = |first: NonZeroU64, batch: Vec<Vec<u8>>, told: &mut Vec<_>| {
        told.push((first.get(), batch));
        told.len()
    };
    log.append_all(&mut || feed.next(), &mut |first, batch| heard(first, batch, &mut told) > 0)
        .unwrap();
    let firsts = [1, 4, 5, 1_005, 1_012, 1_013];
    assert_eq!(told, firsts.into_iter().zip(all).collect::<Vec<_>>());
    assert_eq!(read(log, 1).unwrap(), (1..=1_052).collect::<Vec<_>>());

    // Who wants no more is asked for no more; what was under way then is whole, or not there.
    let mut fed = 0;
    let mut next = || {
        fed += 1;
        (fed <= 9).then(|| vec![entry(1_052 + fed)])
    };
    let mut heard = 0;
    log.append_all(&mut next, &mut |_, _| {
        heard += 1;
        heard < 2
    })
    .unwrap();
    let end = log.position().unwrap().get();
    assert_eq!(heard, 2);
    assert!((1_054..1_060).contains(&end), "{end}");
    assert_eq!(read(log, 1_053).unwrap(), (1_053..=end).collect::<Vec<_>>());
    extend(log, 1);
}

pub fn of_batches_those_before_a_bad_one_are_recorded(log: &mut dyn Log) {
    let mut all = batches(&[2, 5]);
    all.extend([vec![vec![1; MAX_ENTRY_BYTES + 1]], vec![entry(8)]]);
    let (mut feed, mut told) = (all.into_iter(), 0);
    let result = log.append_all(&mut || feed.next(), &mut |_, batch| {
        told += batch.len();
        true
    });
    assert!(
        matches!(result, Err(LogError::EntryTooLarge { index: 0, bytes: 65_537 })),
        "{result:?}"
    );
    assert_eq!((told, log.position()), (7, Some(at(7))));
    extend(log, 1);
    assert_eq!(read(log, 1).unwrap(), (1..=8).collect::<Vec<_>>());
}
