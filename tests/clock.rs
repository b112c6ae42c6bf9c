//! A clock that is wrong, days at the ends of the calendar, and time zones change no answer.

use policy_ledger::ledger::{Ledger, LedgerError, Making, Writer};
use policy_ledger::time::{FixedClock, Instant};

use crate::house::House;
use crate::ledgers::{self, Place};

fn clock(now: &str) -> FixedClock {
    FixedClock(now.parse().unwrap())
}

/// Appends one measure by a clock.
fn append(ledger: &mut Ledger, number: usize, now: &str, accept: bool) -> Result<(), LedgerError> {
    let clock = clock(now);
    let writer = Writer { accept_clock: accept, ..Writer::of(&clock) };
    ledger.append(vec![ledgers::draft(&ledgers::measure(number))], &writer).map(drop)
}

#[test]
fn a_clock_that_steps_back_or_forward_a_year_never_makes_recorded_times_go_back() {
    let home = tempfile::tempdir().unwrap();
    let making = Making::default();
    let made = clock("2024-02-28T23:59:59Z");
    let mut ledger = Ledger::create(&home.path().join("l"), &making, &made).unwrap();
    for (number, now, accept, fine) in [
        (1, "2024-02-29T12:00:00Z", false, true),
        // A year ahead: nobody can know that it is wrong.
        (2, "2025-03-01T00:00:00Z", false, true),
        // Back to the right one: refused, unless it is said that the ledger is right.
        (3, "2024-02-29T12:05:00Z", false, false),
        (4, "2024-02-29T12:05:00Z", true, true),
        (5, "2024-02-29T12:06:00Z", false, false),
        // A few minutes are no matter.
        (6, "2025-02-28T23:55:00Z", false, true),
        (7, "2025-02-28T23:40:00Z", false, false),
        (8, "2025-03-01T00:00:01Z", false, true),
    ] {
        let found = append(&mut ledger, number, now, accept);
        let refused = matches!(found, Err(LedgerError::ClockBehind { .. }));
        assert_eq!((found.is_ok(), refused), (fine, !fine), "{number}");
    }
    let recorded: Vec<Instant> =
        ledger.entries().unwrap().iter().map(|entry| entry.recorded).collect();
    assert_eq!(recorded.len(), 5);
    assert!(recorded.windows(2).all(|pair| pair[0] <= pair[1]), "{recorded:?}");
    drop(ledger);
    let place = home.path().join("l");
    Ledger::rebuild(&place, &ledgers::patient("the test")).unwrap();
    ledgers::sound(&place);
}

#[test]
fn questions_do_not_mind_a_wrong_clock() {
    let place = Place::with_measures(2);
    let ledger = place.read();
    assert_eq!(ledger.known(policy_ledger::ledger::Known::All).unwrap(), 2);
    let house = House::demo();
    let asked = |now: &str| {
        let words = format!("state --json --at 2020-01-01 --known 2022-01-01 --now {now}");
        house.ledger(&words).fine().json()["results"].clone()
    };
    for now in ["0001-01-01", "2023-12-31", "2024-02-29", "9999-12-31"] {
        assert_eq!(asked(now), asked("2025-01-01"), "{now}");
    }
}

#[test]
fn days_at_the_ends_of_the_calendar_and_leap_days_are_days_like_others() {
    let house = House::empty();
    house.ledger("measure add m --kind list-membership --initial listed").fine();
    for (day, act) in
        [("0001-01-01", "removed"), ("2020-02-29", "listed"), ("9999-12-31", "removed")]
    {
        house.ledger(&format!("append m {act} --on {day} -s P --source-date {day}")).fine();
    }
    for (day, status) in [
        ("0001-01-01", "removed"),
        ("2020-02-28", "removed"),
        ("2020-02-29", "listed"),
        ("2020-03-01", "listed"),
        ("9999-12-30", "listed"),
        ("9999-12-31", "removed"),
    ] {
        assert_eq!(house.status("m", day), status, "{day}");
    }
    for words in [
        "timeline m",
        "diff 0001-01-01 9999-12-31",
        "state --at 9999-12-31 --known 9999-12-31",
        "agenda --now 9999-12-31",
        "check --now 0001-01-01",
        "explain m --at 9999-12-31",
    ] {
        let answer = house.ledger(words);
        assert!(answer.code <= 1, "{words}: {answer:?}");
    }
    for (words, code) in [
        ("append m removed --on 10000-01-01", 3),
        ("append m removed --on 0000-12-31", 3),
        ("append m removed --on 2021-02-29", 3),
        ("state --at 2100-02-29", 2),
        ("state --at 0000-01-01", 2),
    ] {
        let answer = house.ledger(words);
        assert_eq!(answer.code, code, "{words}: {answer:?}");
    }
}

#[test]
fn no_time_zone_changes_an_answer() {
    let house = House::demo();
    for words in [
        "state --json --at today --now 2019-08-23T23:30:00Z",
        "state --json --known 2019-08-22 --at 2019-12-01 --now 2024-01-01",
        "log --json --now 2024-01-01",
        "agenda --json --now 2019-08-23T00:30:00Z",
        "export",
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let right = house.run(&words, b"").fine();
        for zone in ["Asia/Seoul", "America/Anchorage", "UTC+14", "<-12>12", ":nonsense", ""] {
            let found = house.run_with(&words, b"", &[("TZ", zone)]);
            assert_eq!(found, right, "TZ={zone} {words:?}");
        }
    }
}
