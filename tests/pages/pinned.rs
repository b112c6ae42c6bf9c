//! A link that never changes: later records change nothing of what it answers.

use std::fmt::Write as _;

use super::document::Document;
use super::server::Server;
use crate::house::House;

/// Records after the demo's last: a new measure, a correction far back, a retraction.
const LATER: &str = concat!(
    r#"{"record":"measure","measure":"x.later","kind":"plain","title":"Later"}"#,
    "\n",
    r#"{"record":"retraction","of":"@30","because":"typo"}"#,
    "\n",
    r#"{"record":"event","measure":"kr-jp.gsomia","act":"noted","effective":"2019-09-01","note":"later"}"#,
    "\n",
);

/// Pinned questions; every page but `/about`, which is about the ledger of today, and `/why`, which
/// names what was recorded later.
const PINNED: [&str; 12] = [
    "/?at=2019-12-01&known=@57",
    "/state?at=2019-12-01&known=@57",
    "/state?at=2019-12-01&known=@57&public=2019-11-01",
    "/timeline?from=2016-01-01&to=2020-12-31&known=@57",
    "/m/kr-jp.gsomia?at=2019-12-01&known=@57",
    "/diff/2019-06-30..2020-03-31?known=@57",
    "/diff/learned/@20..@57?at=2019-12-01",
    "/log?known=@57",
    "/agenda?on=2019-12-01&at=2019-12-01&known=@57",
    "/conflicts?known=@57",
    "/sources?known=@57",
    "/r/30?known=@57",
];

/// What a page says, without what is said of today: how many records there are now, and how many
/// answers are other ones now.
fn said(page: &str) -> String {
    let document = Document::read(page);
    let is_of_today = |text: &str| {
        text.contains("different today")
            || text.contains(" records, head ")
            || text.contains(" records). ")
    };
    let mut said = String::new();
    for element in &document.elements {
        let inside =
            ["body", "main", "html", "footer", "section", "head"].contains(&&*element.name);
        let later = element.get("class") == Some("later")
            || element.above.last().is_some_and(|it| it == "ul") && element.text.contains("today");
        if inside
            || later
            || is_of_today(&element.text)
            || element.name == "li" && is_now(&element.text)
        {
            continue;
        }
        // How many there are today.
        let text = element.text.replace(" of 199 records", "").replace(" of 202 records", "");
        let _ = writeln!(said, "{} {:?} {text}", element.name, element.attributes);
    }
    said
}

/// A sentence about what later records changed.
fn is_now(text: &str) -> bool {
    text.contains("With everything recorded")
}

#[test]
fn a_pinned_link_answers_the_same_for_ever() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    let json = |path: &str| {
        let (path, query) = path.split_once('?').unwrap();
        format!("{}.json?{query}", if path == "/" { "/index" } else { path })
    };
    let before: Vec<_> =
        PINNED.iter().map(|path| (line.get(path).is(200), line.get(&json(path)).is(200))).collect();
    let today = line.get("/state?at=2019-12-01").is(200);
    server.house.run(&["append", "-"], LATER.as_bytes()).fine();
    for (path, (page, answer)) in PINNED.iter().zip(before) {
        assert_eq!(line.get(&json(path)).text(), answer.text(), "{path}");
        let (was, is) = (said(page.text()), said(line.get(path).is(200).text()));
        let other = was.lines().zip(is.lines()).find(|(was, is)| was != is);
        assert_eq!(was, is, "{path}: {other:?}");
        assert!(was.lines().count() > 20, "{path}: little is left to compare");
    }
    assert_ne!(
        said(today.text()),
        said(line.get("/state?at=2019-12-01").text()),
        "else this shows nothing"
    );
}

/// Why something was so names what was recorded later as not used, and says what everything gives;
/// the answer and what it rests on stay (docs/model.md).
#[test]
fn a_pinned_reason_stays_but_for_what_came_later() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    let (page, path) = (
        "/why/kr-jp.gsomia?at=2019-12-01&known=@57",
        "/why/kr-jp.gsomia.json?at=2019-12-01&known=@57",
    );
    let mut ask = || {
        let lead = Document::read(line.get(page).is(200).text());
        let lead = lead.all("p").find(|it| it.get("class") == Some("lead")).unwrap().text.clone();
        let mut answer = line.get(path).is(200).json();
        let row = answer["results"][0].as_object_mut().unwrap();
        let later = row.shift_remove("not_used").unwrap().as_array().unwrap().len();
        row.shift_remove("with_everything").unwrap();
        (lead, answer, later)
    };
    let before = ask();
    server.house.run(&["append", "-"], LATER.as_bytes()).fine();
    let after = ask();
    assert_eq!((&before.0, &before.1), (&after.0, &after.1));
    assert!(after.2 > before.2, "what came later is not named");
}

/// The page gives such a link, and it answers what the page says.
#[test]
fn the_link_of_a_page_is_pinned_and_says_the_same() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    let all = server.house.records();
    for path in [
        "/",
        "/state?at=2020-01-01",
        "/m/kr-jp.gsomia",
        "/why/kr-jp.gsomia?public=2020-01-01",
        "/agenda",
    ] {
        let page = line.get(path).is(200);
        let document = Document::read(page.text());
        let pin = document.all("a").find(|link| link.get("class") == Some("pin")).unwrap();
        let to = pin.get("href").unwrap();
        assert!(to.contains(&format!("known=@{all}")) && to.contains("at="), "{path}: {to}");
        let other = Document::read(line.get(to).is(200).text());
        let table = |document: &Document| {
            document.all("td").map(|cell| cell.text.clone()).collect::<Vec<String>>()
        };
        assert_eq!(table(&document), table(&other), "{path}");
    }
}
