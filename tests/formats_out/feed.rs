//! The log as a feed, read by the parser of the `feed-rs` crate and as XML.

use feed_rs::parser;
use serde_json::Value;

use super::{ask, evil};
use crate::house::House;

fn read(text: &str) -> feed_rs::model::Feed {
    hold_to_the_standard(text);
    parser::parse(text.as_bytes()).unwrap()
}

/// What RFC 4287 demands of a feed and its entries (4.1.1, 4.1.2), as far as it concerns us.
fn hold_to_the_standard(text: &str) {
    const ATOM: &str = "http://www.w3.org/2005/Atom";
    let xml = roxmltree::Document::parse(text).unwrap();
    let feed = xml.root_element();
    assert!(feed.has_tag_name((ATOM, "feed")));
    let count = |of: roxmltree::Node<'_, '_>, name: &str| {
        of.children().filter(|child| child.has_tag_name((ATOM, name))).count()
    };
    assert_eq!(count(feed, "author"), 1);
    let entries = feed.children().filter(|child| child.has_tag_name((ATOM, "entry")));
    for of in entries.chain([feed]) {
        for name in ["id", "title", "updated"] {
            assert_eq!(count(of, name), 1, "{name}");
        }
        assert!(count(of, "author") <= 1);
        assert!(
            of.children()
                .filter(roxmltree::Node::is_element)
                .all(|it| { it.tag_name().namespace() == Some(ATOM) })
        );
    }
    for link in xml.descendants().filter(|it| it.has_tag_name((ATOM, "link"))) {
        let href = link.attribute("href").unwrap();
        let known = ["https://", "http://", "urn:uuid:"];
        assert!(known.iter().any(|scheme| href.starts_with(scheme)), "{href}");
    }
}

#[test]
fn every_record_is_an_entry_the_newest_first() {
    let house = House::demo();
    house
        .ledger("amend gsomia-signed-2016-11-23 --set effective=2016-11-24 --because typo --reason why --now 2024-01-01")
        .fine();
    house.ledger("retract @200 --because entered-by-mistake --now 2024-01-02").fine();
    let feed = read(&ask(&house, "log --format atom").fine().out);
    let rows = ask(&house, "log --json").fine().json();
    let rows = rows["results"].as_array().unwrap();
    assert_eq!(feed.entries.len(), rows.len());
    let urn = |row: &Value| format!("urn:uuid:{}", row["id"].as_str().unwrap());
    for (entry, row) in feed.entries.iter().rev().zip(rows) {
        assert_eq!(entry.id, urn(row));
        let recorded = row["recorded"].as_str().unwrap();
        let updated = entry.updated.unwrap().to_rfc3339();
        assert_eq!(updated[..19], recorded[..19]);
        let title = &entry.title.as_ref().unwrap().content;
        assert!(title.starts_with(&format!("@{} ", row["record"])), "{title}");
        if let Some(of) = row["of"].as_u64() {
            let place = usize::try_from(of).unwrap() - 1;
            let related = entry.links.iter().filter(|it| it.rel.as_deref() == Some("related"));
            let mut related = related.map(|link| &link.href);
            assert_eq!(related.next(), Some(&urn(&rows[place])), "{title}");
        }
    }
    let times: Vec<_> = feed.entries.iter().map(|entry| entry.updated).collect();
    assert!(times.is_sorted_by(|one, next| one >= next));
    assert_eq!(feed.updated, times[0]);
    // The retraction of an amendment names both: what it takes back, and what that was about.
    let first = &feed.entries[0];
    let related: Vec<&str> = first.links.iter().map(|link| &*link.href).collect();
    let signed = rows.iter().find(|row| row["key"] == "gsomia-signed-2016-11-23").unwrap();
    assert_eq!(related, [urn(&rows[199]), urn(signed)]);
    let amendment = feed.entries[1].content.as_ref().unwrap().body.clone().unwrap();
    assert!(amendment.contains("effective is now \"2016-11-24\""), "{amendment}");
    assert!(amendment.contains("Reason: why"), "{amendment}");
}

#[test]
fn what_was_recorded_stays_as_it_is() {
    let house = House::demo();
    let entries = |known: usize| {
        let text = ask(&house, &format!("log --format atom --known @{known}")).fine().out;
        let entry = |text: &str| text.split("  </entry>\n").next().map(str::to_owned);
        let mut entries: Vec<_> = text.split("  <entry>\n").skip(1).filter_map(entry).collect();
        entries.reverse();
        entries
    };
    let (then, now) = (entries(120), entries(199));
    assert_eq!(then.len(), 120);
    assert_eq!(then[..], now[..120]);
}

#[test]
fn no_text_is_markup_and_only_addresses_of_the_web_are_links() {
    let feed = read(&ask(&evil(), "log --format atom").fine().out);
    let event = &feed.entries[1];
    let title = &feed.entries[2].title.as_ref().unwrap().content;
    assert!(title.starts_with("@1 measure m"), "{title}");
    let body = event.content.as_ref().unwrap().body.clone().unwrap();
    assert!(body.contains("<x>&amp;';\\"), "{body}");
    assert!(body.contains("\\u{1}") && body.contains("]]>"), "{body}");
    assert!(body.contains("javascript:alert(1)"), "{body}");
    let links: Vec<&str> = event.links.iter().map(|link| &*link.href).collect();
    assert_eq!(links, ["https://example.org/?a=1&b=%3C"]);
}

#[test]
fn a_limit_keeps_the_newest() {
    let house = House::demo();
    let answer = ask(&house, "log --limit 5 --format atom").fine();
    assert_eq!(read(&answer.out).entries.len(), 5);
    assert!(answer.err.contains("the newest 5 of 199"), "{answer:?}");
}
