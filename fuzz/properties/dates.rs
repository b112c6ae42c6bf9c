//! Dates: of records (a subset of EDTF), recorded times, and days as people type them.

use policy_ledger::time::{
    DateRefused, Day, Instant, Window, around_in_words, day_in_words, range_in_words,
    window_in_words,
};

/// What is read is written as it was and read again as the same, and lies in the calendar; what is
/// refused comes with mends that can be pasted in its place.
pub fn hold(bytes: &[u8]) {
    let Some((&sort, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    match text.parse::<Window>() {
        Ok(read) => window(text, &read),
        Err(why) => refused(&why, |mend| mend.parse::<Window>().is_ok()),
    }
    match text.parse::<Day>() {
        Ok(day) => assert_eq!(day.to_string(), text),
        Err(why) => refused(&why, |mend| mend.parse::<Day>().is_ok()),
    }
    instant(text);
    for today in [Day::FIRST, Day::LAST, Day::new(2020, 2, 29).unwrap_or(Day::FIRST)] {
        words(text, today, sort);
    }
}

fn window(text: &str, window: &Window) {
    assert_eq!((window.text(), window.to_string().as_str()), (text, text));
    let (earliest, latest) = (window.earliest(), window.latest());
    assert!(earliest.is_some() || latest.is_some(), "{text}: open at both ends");
    for day in earliest.iter().chain(&latest) {
        assert!((Day::FIRST..=Day::LAST).contains(day), "{text}: {day}");
    }
    if let (Some(earliest), Some(latest)) = (earliest, latest) {
        assert!(earliest <= latest, "{text}");
        assert_eq!(window.certain(), (earliest == latest).then_some(earliest), "{text}");
    }
    assert!(!window.excludes(window), "{text}");
    if let Some(instant) = window.instant() {
        assert!(window.certain().is_some(), "{text}");
        let _ = instant.day();
    }
}

fn instant(text: &str) {
    match text.parse::<Instant>() {
        Ok(instant) => {
            let written = instant.to_string();
            let again = written.parse::<Instant>();
            assert_eq!(again, Ok(instant), "{text} is written as {written}");
            assert!((Day::FIRST..=Day::LAST).contains(&instant.day()), "{text}");
            assert!(instant.previous() < instant && instant < instant.next(), "{text}");
        }
        Err(why) => refused(&why, |mend| mend.parse::<Instant>().is_ok()),
    }
}

fn words(text: &str, today: Day, sort: u8) {
    match day_in_words(text, today) {
        Ok(day) => {
            assert!((Day::FIRST..=Day::LAST).contains(&day), "{text}");
            assert_eq!(day_in_words(&day.to_string(), today), Ok(day), "{text}");
            let window = window_in_words(text, today).unwrap_or_else(|why| panic!("{why}"));
            assert_eq!(window.certain(), Some(day), "{text}");
        }
        Err(why) => refused(&why, |mend| day_in_words(mend, today).is_ok()),
    }
    match range_in_words(text, today) {
        Ok((first, last)) => assert!(first <= last, "{text}: {first}..{last}"),
        Err(why) => refused(&why, |mend| range_in_words(mend, today).is_ok()),
    }
    match window_in_words(text, today) {
        Ok(window) => assert_eq!(window.text().parse(), Ok(window.clone()), "{text}"),
        Err(why) => refused(&why, |mend| window_in_words(mend, today).is_ok()),
    }
    let far = format!("{}{text}", u16::from(sort) * 97);
    for distance in [text, far.as_str()] {
        match around_in_words(distance, today) {
            Ok((back, on)) => assert!(back <= today && today <= on, "{distance}"),
            Err(why) => refused(&why, |mend| around_in_words(mend, today).is_ok()),
        }
    }
}

fn refused(why: &DateRefused, would_do: impl Fn(&str) -> bool) {
    assert!(!why.reason.is_empty());
    for mend in &why.instead {
        assert!(would_do(mend), "`{mend}` does not do instead of `{}`: {}", why.text, why.reason);
    }
}
