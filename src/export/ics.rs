//! What is due, as a calendar (iCalendar, RFC 5545).
//!
//! Every entry is a day or some days, never a time. Its UID is made of ids that stay the same in
//! every copy of the ledger, its times are those of the records: the same answer is the same file.

use std::fmt::Write as _;

use uuid::Uuid;

use super::cited::cited;
use super::safe::safe;
use crate::answer::{Awaited, Dated, Hold, Slot};
use crate::record::Source;
use crate::time::{Day, Instant};

/// The most octets of a line, its end not counted (section 3.1).
const LINE: usize = 75;

/// What a calendar is called.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    /// The ledger's id.
    pub ledger: Uuid,
    /// A title for people.
    pub title: &'a str,
}

/// The file, with its lines folded and ended as the standard says.
#[must_use]
pub fn calendar(calendar: &Calendar<'_>, slots: &[Slot]) -> String {
    let mut lines = Lines::default();
    lines.say("BEGIN", "VCALENDAR");
    lines.say("VERSION", "2.0");
    lines.say("PRODID", "-//policy-ledger//agenda//EN");
    lines.say("CALSCALE", "GREGORIAN");
    lines.text("X-WR-CALNAME", &safe(calendar.title));
    for slot in slots {
        event(&mut lines, calendar, slot);
    }
    lines.say("END", "VCALENDAR");
    lines.0
}

fn event(lines: &mut Lines, calendar: &Calendar<'_>, slot: &Slot) {
    let Some((first, end)) = days(&slot.due) else { return };
    let place = slot.place.map(|place| format!(".{place}")).unwrap_or_default();
    let status = match slot.hold {
        Hold::Firm => "CONFIRMED",
        Hold::Tentative => "TENTATIVE",
        Hold::Dropped => "CANCELLED",
    };
    lines.say("BEGIN", "VEVENT");
    lines.say("UID", &format!("{}{place}@{}", slot.id, calendar.ledger));
    lines.say("DTSTAMP", &time(slot.revised));
    lines.say("CREATED", &time(slot.recorded));
    lines.say("LAST-MODIFIED", &time(slot.revised));
    lines.say("SEQUENCE", &slot.revisions.to_string());
    lines.say("STATUS", status);
    // Nobody is busy because a rule changes.
    lines.say("TRANSP", "TRANSPARENT");
    lines.say("DTSTART;VALUE=DATE", &date(first));
    if let Some(end) = end {
        lines.say("DTEND;VALUE=DATE", &date(end));
    }
    lines.text("SUMMARY", &summary(slot));
    lines.text("DESCRIPTION", &description(slot));
    lines.text("CATEGORIES", &safe(&slot.kind));
    if let Some(url) = slot.sources.iter().find_map(address) {
        lines.say("URL", url);
    }
    lines.say("END", "VEVENT");
}

/// The first day, and the one after the last. Of a window with one end that end is the day.
fn days(due: &Dated) -> Option<(Day, Option<Day>)> {
    let (first, last) = (due.earliest.or(due.latest)?, due.latest.or(due.earliest)?);
    Some((first, last.plus(1)))
}

fn date(day: Day) -> String {
    day.to_string().replace('-', "")
}

/// An instant to the second, in UTC.
fn time(instant: Instant) -> String {
    let text = instant.to_string();
    let second = text.get(..19).unwrap_or(&text);
    second.replace(['-', ':'], "") + "Z"
}

/// `GSOMIA: terminated (planned)`.
fn summary(slot: &Slot) -> String {
    let what = match slot.what {
        Awaited::Expectation => "expected",
        Awaited::Plan => "planned",
        Awaited::Event => "announced",
    };
    let doubt = if is_certain(&slot.due) { "" } else { ", day not certain" };
    let act = match &slot.status {
        Some(status) if slot.act == "set" => format!("{} {status}", slot.act),
        Some(_) | None => slot.act.clone(),
    };
    safe(&format!("{}: {act} ({what}{doubt})", slot.title)).into_owned()
}

fn is_certain(due: &Dated) -> bool {
    due.earliest.is_some() && due.earliest == due.latest
}

/// What is known of it, a line each.
fn description(slot: &Slot) -> String {
    let leads = slot.status.as_ref().filter(|status| **status != slot.act);
    let leads = leads.map(|status| format!("Leads to: {status}"));
    let mut lines = vec![when(&slot.due), format!("State: {}", slot.state)];
    lines.extend(leads);
    lines.push(format!("Measure: {} ({})", slot.title, slot.measure));
    let plan = slot.place.map(|place| format!(", planned consequence {}", place + 1));
    let plan = plan.unwrap_or_default();
    lines.push(format!("Record: @{}{plan}, recorded {}", slot.record, slot.recorded.day()));
    lines.extend(slot.sources.iter().map(source));
    let lines: Vec<_> = lines.iter().map(|line| safe(line)).collect();
    lines.join("\n")
}

/// The date in words, and what is not certain about it.
fn when(due: &Dated) -> String {
    let written = &due.text;
    match (due.earliest, due.latest) {
        (Some(first), Some(last)) if first == last && first.to_string() == *written => {
            format!("When: {first}")
        }
        (Some(first), Some(last)) if first == last => format!("When: {first} (written {written})"),
        (Some(first), Some(last)) => format!(
            "When: on one day from {first} to {last}; which one is not certain (written {written})"
        ),
        (Some(first), None) => format!("When: on {first} or later; no last day is given"),
        (None, Some(last)) => format!("When: on {last} or earlier; no first day is given"),
        (None, None) => "When: not known".to_owned(),
    }
}

fn source(source: &Source) -> String {
    let denies = if source.stance.is_some() { " (denies it)" } else { "" };
    format!("Source: {}{denies}", cited(source))
}

/// An address that a calendar may open.
fn address(source: &Source) -> Option<&str> {
    source.url.as_deref().filter(|url| super::is_address(url))
}

/// Content lines.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A property whose value needs no escape.
    fn say(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// A property of type TEXT (section 3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut line = format!("{name}:");
        for c in value.chars() {
            match c {
                '\\' | ';' | ',' => {
                    line.push('\\');
                    line.push(c);
                }
                '\n' => line.push_str("\\n"),
                _ => line.push(c),
            }
        }
        self.fold(&line);
    }

    /// Lines of at most 75 octets; none ends inside of a character.
    fn fold(&mut self, line: &str) {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            octets += c.len_utf8();
            self.0.push(c);
        }
        // Writing to a String cannot fail.
        let _ = self.0.write_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_between_characters() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", &format!("a, b; c\\d\n{}", "韓國".repeat(40)));
        let folded = &lines.0;
        assert!(folded.starts_with("SUMMARY:a\\, b\\; c\\\\d\\n韓"), "{folded}");
        assert!(folded.ends_with("\r\n"));
        let pieces: Vec<&str> = folded.trim_end().split("\r\n").collect();
        assert!(pieces.iter().all(|piece| piece.len() <= LINE), "{pieces:?}");
        assert!(pieces[1..].iter().all(|piece| piece.starts_with(' ')));
        assert!(pieces[0].len() > LINE - 3);
        let joined: String =
            pieces.iter().enumerate().map(|(n, it)| if n == 0 { it } else { &it[1..] }).collect();
        assert!(joined.ends_with(&"韓國".repeat(40)));
    }

    #[test]
    fn a_window_is_told_in_words_and_ends_the_day_after() {
        let dated = |text: &str, earliest: Option<&str>, latest: Option<&str>| Dated {
            text: text.to_owned(),
            earliest: earliest.map(|day| day.parse().unwrap()),
            latest: latest.map(|day| day.parse().unwrap()),
        };
        let month = dated("2019-02", Some("2019-02-01"), Some("2019-02-28"));
        let (first, end) = days(&month).unwrap();
        assert_eq!(
            (date(first), end.map(date)),
            ("20190201".to_owned(), Some("20190301".to_owned()))
        );
        assert!(when(&month).contains("from 2019-02-01 to 2019-02-28; which one is not certain"));
        let open = dated("[2019-02-03..]", Some("2019-02-03"), None);
        assert_eq!(
            days(&open).map(|(first, end)| (date(first), end.map(date))).unwrap().1.unwrap(),
            "20190204"
        );
        assert!(when(&open).contains("or later"));
        let last = dated("9999-12-31", Some("9999-12-31"), Some("9999-12-31"));
        assert_eq!(days(&last).unwrap().1, None);
        assert!(days(&dated("", None, None)).is_none());
    }
}
