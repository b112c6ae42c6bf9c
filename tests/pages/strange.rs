//! Whatever somebody wrote into a record is text on a page: never markup, never an address that does
//! something, never a character that turns others about.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::document::Document;
use super::server::Server;
use crate::house::House;

/// What ends everything that a page may have begun, and begins what no page has.
const MARKUP: &str = "\"'><zzz-evil onzzz=\"1\" style=\"x:y\">&lt;</title></textarea></style></script>\
                      <script>zzz()</script><style>*{color:red}</style><!--<![CDATA[]]>";
/// A key: the same without spaces.
const WORD: &str = "\"'><zzz-evil/onzzz=1><script>zzz()</script>";
/// What moves a cursor or turns the direction of what follows.
const TURNS: &str = "\u{202e}\u{2066}\u{1b}[31m\u{7}\u{85}\u{200f}";

/// Addresses that are none of the web, or try to be more than one.
const ADDRESSES: [&str; 7] = [
    "javascript:zzz()",
    "JaVaScRiPt:zzz()",
    "data:text/html,<script>zzz()</script>",
    "//zzz.example/",
    "https://zzz.example/\" onzzz=\"1",
    "https://zzz.example/'><zzz-evil>",
    " https://zzz.example/",
];

fn nasty() -> String {
    format!("{MARKUP}{TURNS}")
}

fn source(url: &str) -> Value {
    let it = nasty();
    json!({"publisher": it, "title": it, "quote": it, "note": it, "archived": url, "url": url,
           "published": "2020-02-02"})
}

/// A record of every sort with such text in every field that takes any.
fn records() -> Vec<Value> {
    let it = nasty();
    let label = json!({"label": MARKUP, "standing": "active"});
    let plain = json!({"label": MARKUP, "standing": "none"});
    let definition = json!({"initial": "off", "statuses": {"on": label, "off": plain},
                            "acts": {"go": {"to": "on"}, "told": {}}});
    let mut records = vec![
        json!({"record": "kind", "kind": "k", "definition": definition, "note": it, "by": it,
               "recorded": "2020-01-01T00:00:00Z"}),
        json!({"record": "measure", "measure": "w", "kind": "k", "title": it, "parties": [it],
               "tags": [it], "items": [it], "note": it, "by": it, "key": WORD}),
        json!({"record": "measure", "measure": "w.a", "kind": "k", "title": it, "part_of": "w"}),
        json!({"record": "event", "measure": "w.a", "act": "go", "effective": "2020-02-01", "key": "go",
               "actors": [it], "note": it, "set": {"rate": it}, "by": it, "recorded": "2020-02-03T00:00:00Z",
               "sources": [source("https://fine.example/a?b=c&d=e"), source("javascript:zzz()")]}),
        json!({"record": "amendment", "of": "go", "set": {"note": format!("{it}!"), "effective": "2020-02-02"},
               "because": "typo", "reason": it, "by": it}),
        json!({"record": "source", "of": "go", "source": {"publisher": it, "title": it, "url": "javascript:zzz()",
               "says": {"effective": "2020-02-09", "set": {"rate": format!("{it}?")}}}, "by": it}),
        json!({"record": "settlement", "of": "go", "field": "effective", "value": "2020-02-02", "reason": it}),
        json!({"record": "event", "measure": "w.a", "act": "told", "effective": "[2020-03-01..2020-04-01]",
               "key": "told", "note": it, "set": {"other": it}}),
        json!({"record": "retraction", "of": "told", "because": "typo", "reason": it, "by": it}),
        json!({"record": "alias", "measure": "v", "of": "w", "note": it}),
        json!({"record": "review", "measure": "w", "through": "2020-06-01", "note": it, "by": it}),
    ];
    for url in ADDRESSES {
        records.push(json!({"record": "event", "measure": "w.a", "act": "told",
                            "effective": "2020-05-01", "note": url, "sources": [source(url)]}));
    }
    records
}

fn house() -> House {
    let house = House::simulated();
    for record in records() {
        let answer = house.run(&["append", "-"], record.to_string().as_bytes());
        assert_eq!(answer.code, 0, "{record}: {answer:?}");
    }
    house
}

/// What of a page came out of a record.
fn faults(address: &str, document: &Document) -> Vec<String> {
    let mut faults = Vec::new();
    for element in &document.elements {
        let fault =
            |what: &str| format!("{address}: {what}: {} {:?}", element.name, element.attributes);
        if element.name.contains("zzz")
            || ["style", "iframe", "object", "base"].contains(&&*element.name)
        {
            faults.push(fault("an element of a record"));
        }
        if element.name == "script" && element.get("src") != Some("/module.js") {
            faults.push(fault("a script"));
        }
        for (name, value) in &element.attributes {
            if name.starts_with("on") || name == "style" || name.contains("zzz") {
                faults.push(fault("an attribute"));
            }
            let leads = ["href", "xlink:href", "src", "action"].contains(&name.as_str());
            let fine =
                ["/", "#", "https://fine.example/"].iter().any(|start| value.starts_with(start));
            if leads && (!fine || value.starts_with("//")) {
                faults.push(fault("an address"));
            }
        }
    }
    faults
}

/// Whether a character turns others about, or moves a cursor.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') || (c.is_control() && c != '\n')
}

#[test]
fn what_somebody_wrote_is_never_markup() {
    let house = house();
    assert!(house.records() >= records().len(), "only {} records", house.records());
    let server = Server::on(house);
    let mut line = server.line();
    let first =
        ["/", "/?at=2020-03-01", "/why/w.a?at=2020-03-01", "/why/w.a?at=2020-02-20&known=@5"];
    let mut next: VecDeque<String> = first.iter().map(|&it| it.to_owned()).collect();
    let mut seen: BTreeSet<String> = next.iter().cloned().collect();
    let (mut wrong, mut shown) = (Vec::new(), 0);
    while let Some(address) = next.pop_front().filter(|_| seen.len() < 900) {
        let heard = line.get(&address).is(200);
        let text = heard.text();
        match heard.header("content-type").unwrap() {
            "text/html; charset=utf-8" => {}
            "image/svg+xml" | "application/atom+xml; charset=utf-8" => {
                roxmltree::Document::parse(text).unwrap_or_else(|e| panic!("{address}: {e}"));
                continue;
            }
            _ => continue,
        }
        shown += text.matches("zzz-evil").count();
        if let Some(c) = text.chars().find(|&c| turns(c)) {
            wrong.push(format!("{address}: {c:?} stands in it"));
        }
        let document = Document::read(text);
        wrong.extend(faults(&address, &document));
        wrong.extend(document.faults().into_iter().map(|fault| format!("{address}: {fault}")));
        for to in document.addresses() {
            if to.starts_with('/') && seen.insert(to.clone()) {
                next.push_back(to);
            }
        }
    }
    wrong.truncate(20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen.len() > 100 && shown > 500, "{} pages, {shown} times", seen.len());
}

/// Else a page without faults would show little.
#[test]
fn markup_that_slipped_through_is_found() {
    for (what, page) in [
        ("in text", format!("<p>{MARKUP}</p>")),
        ("in an attribute", format!("<p title=\"{MARKUP}\"></p>")),
        ("in the title", format!("<title>{MARKUP}</title>")),
        ("a link", format!("<a href=\"{}\">x</a>", ADDRESSES[0])),
        ("a link", format!("<a href=\"{}\">x</a>", ADDRESSES[1])),
        ("a link", format!("<a href=\"{}\">x</a>", ADDRESSES[2])),
        ("a link", format!("<a href=\"{}\">x</a>", ADDRESSES[3])),
        ("an attribute of a link", format!("<a href=\"{}\">x</a>", ADDRESSES[4])),
    ] {
        assert!(!faults("", &Document::read(&page)).is_empty(), "{what}");
    }
    let escaped = MARKUP.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let fine = format!("<p title=\"{escaped}\">{escaped}<a href=\"/m/a\">x</a></p>");
    assert_eq!(faults("", &Document::read(&fine)), Vec::<String>::new());
}

/// What is asked is shown, too: in the fields, in the complaints.
#[test]
fn what_somebody_asks_is_never_markup() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    let asked: String = form_urlencoded::byte_serialize(nasty().as_bytes()).collect();
    let path = asked.replace('+', "%20");
    for address in [
        format!("/state?at={asked}"),
        format!("/state?known={asked}"),
        format!("/state?kind={asked}"),
        format!("/state?party={asked}"),
        format!("/state?tag={asked}"),
        format!("/state?item={asked}"),
        format!("/state?under={asked}"),
        format!("/state?standing={asked}"),
        format!("/state?{asked}=1"),
        format!("/timeline?from={asked}"),
        format!("/sources?publisher={asked}"),
        format!("/log?limit={asked}"),
        format!("/agenda?within={asked}"),
        format!("/{path}"),
        format!("/m/{path}"),
        format!("/r/{path}"),
        format!("/why/{path}"),
        format!("/diff/{path}"),
        format!("/diff/learned/{path}"),
    ] {
        let heard = line.get(&address);
        assert!(matches!(heard.status, 200 | 400 | 404), "{address}: {}", heard.status);
        let document = Document::read(heard.text());
        let mut wrong = faults(&address, &document);
        wrong.extend(document.faults());
        assert_eq!(wrong, Vec::<String>::new(), "{address}");
        assert!(!heard.text().chars().any(turns), "{address}");
    }
}
