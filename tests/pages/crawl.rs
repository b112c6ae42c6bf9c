//! Without JavaScript: everything that can be reached from the first page is there, is whole, stays
//! in its context, and leads nowhere else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::document::{Document, Element};
use super::server::Server;
use super::wire::{Heard, Line};
use crate::house::House;

/// The most pages of a walk. The days and the records make many more; they are of the same sorts.
const MOST: usize = 1_500;

/// What every answer tells a browser; `connect-src`, since the module fetches pages.
pub(super) const TOLD: [(&str, &str); 3] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
];

/// Fails where an answer does not tell a browser what every answer must.
#[track_caller]
pub(super) fn told(heard: &Heard, what: &str) {
    for (name, value) in TOLD {
        assert_eq!(heard.header(name), Some(value), "{what}");
    }
    for (name, _) in &heard.headers {
        assert!(name != "set-cookie" && !name.starts_with("access-control-"), "{what}: {name}");
    }
    assert!(heard.header("content-type").is_some(), "{what}");
}

/// The words of a query that must go along from page to page, with how many records were known: a
/// link to one that is later leads to what is known today.
type Carried<'c> = (&'c [&'c str], usize);

struct Walk<'c> {
    line: Line,
    carried: Carried<'c>,
    seen: BTreeSet<String>,
    next: VecDeque<(String, String)>,
    /// How many pages of each sort were read: the first part of the path.
    sorts: BTreeMap<String, usize>,
    faults: Vec<String>,
}

impl Walk<'_> {
    fn go(&mut self, first: &str) {
        self.next.push_back((first.to_owned(), "the start".to_owned()));
        self.seen.insert(first.to_owned());
        let mut read = 0;
        while let Some((address, from)) = self.next.pop_front().filter(|_| read < MOST) {
            read += 1;
            let heard = self.line.get(&address);
            if heard.status != 200 {
                self.faults.push(format!("{address}: {}, from {from}", heard.status));
            }
            told(&heard, &address);
            let path = address.split(['?', '.']).next().unwrap();
            let sort = path.split('/').nth(1).unwrap_or_default().to_owned();
            *self.sorts.entry(sort).or_default() += 1;
            if heard.header("content-type") == Some("text/html; charset=utf-8") {
                self.page(&address, heard.text());
            }
        }
    }

    fn page(&mut self, address: &str, text: &str) {
        let document = Document::read(text);
        let faults = document.faults();
        self.faults.extend(faults.into_iter().map(|fault| format!("{address}: {fault}")));
        self.faults.extend(out(&document).map(|fault| format!("{address}: {fault}")));
        self.keeps_its_context(address, &document);
        for to in document.addresses() {
            if to.starts_with('#') || to.starts_with("http://") || to.starts_with("https://") {
                continue;
            }
            if !to.starts_with('/') || to.starts_with("//") {
                self.faults.push(format!("{address}: leads to {to}"));
            } else if self.seen.insert(to.clone()) {
                self.next.push_back((to, address.to_owned()));
            }
        }
    }

    /// Every link to another page carries along what this page was asked with.
    fn keeps_its_context(&mut self, address: &str, document: &Document) {
        for link in document.all("a") {
            let to = link.get("href").or(link.get("xlink:href")).unwrap_or_default();
            let leaves = ["Back to today", "Use everything recorded", "Use everything public"];
            // That one says what is known in its own way.
            let own = link.get("class") == Some("pin") || to == "/openapi.json";
            let record =
                to.strip_prefix("/r/").and_then(|rest| rest.split('?').next()?.parse().ok());
            let later = record.is_some_and(|number: usize| number > self.carried.1);
            if !to.starts_with('/') || own || later || leaves.contains(&&*link.text) {
                continue;
            }
            for word in self.carried.0.iter().filter(|word| asked_with(address, word)) {
                if !asked_with(to, word) {
                    self.faults.push(format!("{address}: the link to {to} loses {word}"));
                }
            }
        }
    }
}

/// Whether an address has this parameter with this value.
fn asked_with(address: &str, word: &str) -> bool {
    let (_, query) = address.split_once('?').unwrap_or_default();
    query.split('&').any(|pair| pair == word)
}

/// The links to elsewhere that are not those of a source, or tell where they were followed.
fn out(document: &Document) -> impl Iterator<Item = String> {
    let leaves = |element: &&Element| {
        let to = ["href", "xlink:href", "src", "action", "srcset", "data", "poster"];
        to.iter().filter_map(|name| element.get(name)).any(|to| to.contains("//"))
    };
    document.elements.iter().filter(leaves).filter_map(|element| {
        let to = element.get("href").unwrap_or_default();
        let is_source = element.name == "a"
            && element.get("class") == Some("out")
            && element.get("rel") == Some("noopener noreferrer")
            && (to.starts_with("https://") || to.starts_with("http://"));
        (!is_source).then(|| format!("leaves: {element:?}"))
    })
}

fn walk(first: &str, carried: Carried<'_>) {
    let server = Server::on(House::demo());
    let (seen, next, sorts) = (BTreeSet::new(), VecDeque::new(), BTreeMap::new());
    let mut walk = Walk { line: server.line(), carried, seen, next, sorts, faults: Vec::new() };
    walk.go(first);
    let count = walk.faults.len();
    walk.faults.truncate(20);
    assert_eq!(count, 0, "{count}: {}", walk.faults.join("\n"));
    for sort in [
        "",
        "state",
        "timeline",
        "m",
        "r",
        "why",
        "diff",
        "log",
        "agenda",
        "conflicts",
        "sources",
        "about",
        "feed",
        "openapi",
        "style",
        "module",
        "icon",
        "index",
    ] {
        assert!(walk.sorts.contains_key(sort), "no page {sort}: {:?}", walk.sorts);
    }
}

#[test]
fn all_that_there_is_today_can_be_walked() {
    walk("/", (&[], 199));
}

#[test]
fn all_that_was_known_on_a_day_can_be_walked() {
    walk("/?at=2019-12-01&known=2019-11-01", (&["known=2019-11-01"], 75));
}

#[test]
fn all_that_was_public_on_a_day_can_be_walked() {
    walk("/?public=2019-09-01", (&["public=2019-09-01"], 199));
}

#[test]
fn all_that_was_known_with_a_record_can_be_walked() {
    walk("/?at=2019-12-01&known=@57", (&["known=@57"], 57));
}

#[test]
fn an_empty_ledger_can_be_walked() {
    let server = Server::on(House::empty());
    let mut line = server.line();
    for path in ["/", "/state", "/timeline", "/log", "/agenda", "/conflicts", "/sources", "/about"]
    {
        let heard = line.get(path).is(200);
        assert_eq!(Document::read(heard.text()).faults(), Vec::<String>::new(), "{path}");
    }
}

/// Else a walk without faults would show little.
#[test]
fn faults_of_a_page_are_found() {
    let faults = |page: &str| {
        let page = format!("<!DOCTYPE html><title>t</title><main><h1>h</h1>{page}</main>");
        let document = Document::read(&page);
        out(&document).chain(document.faults()).collect::<Vec<String>>()
    };
    let link = "<a class=\"out\" rel=\"noopener noreferrer\" href=\"https://a.example/\">a</a>";
    assert_eq!(
        faults(&format!("<p id=\"a\">{link}<a href=\"#a\">b</a></p>")),
        Vec::<String>::new()
    );
    for page in [
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "<section aria-labelledby=\"a\"></section>",
        "<label for=\"a\">b</label>",
        "<a href=\"#a\">b</a>",
        "<h1>another</h1>",
        "<p><div></p>",
        "<p class=\"a\" class=\"b\"></p>",
        "<table><p></table>",
        "<a href=\"https://a.example/\">a</a>",
        "<a class=\"out\" href=\"https://a.example/\">a</a>",
        "<a class=\"out\" rel=\"noopener noreferrer\" href=\"ftp://a.example/\">a</a>",
        "<a class=\"out\" rel=\"noopener noreferrer\" href=\"//a.example/\">a</a>",
        "<img src=\"https://a.example/a.png\" alt=\"\">",
        "<form action=\"//a.example/\"></form>",
    ] {
        assert!(!faults(page).is_empty(), "{page}");
    }
}

/// What is wrong is a page, too, as whole as the others.
#[test]
fn what_is_wrong_is_a_page() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    for (path, status, says) in [
        ("/nowhere", 404, "there is no page"),
        ("/stat", 404, "/state"),
        ("/m/kr-jp.gsoima", 404, "/m/kr-jp.gsomia"),
        ("/r/9999", 404, "9999"),
        ("/state?at=2020-13-01", 400, "2020-13-01"),
        ("/state?day=2020-01-01", 400, "parameter"),
        ("/state?at=2020-01-01&at=2020-01-02", 400, "twice"),
        ("/state?known=%3Cb%3E", 400, "&lt;b&gt;"),
    ] {
        let heard = line.get(path).is(status);
        told(&heard, path);
        assert!(heard.text().contains(says), "{path}: {}", heard.text());
        let document = Document::read(heard.text());
        assert_eq!(document.faults(), Vec::<String>::new(), "{path}");
        assert_eq!(document.all("b").count(), 0, "{path}");
    }
}
