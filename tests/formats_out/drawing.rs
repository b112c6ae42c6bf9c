//! Lanes as a drawing: well-formed, named in every part, and the same as the lanes in words.

use roxmltree::{Document, Node};
use serde_json::{Value, json};

use super::{ask, evil, record};
use crate::house::House;

const SVG: &str = "http://www.w3.org/2000/svg";

fn drawn(house: &House, words: &str) -> String {
    let svg = ask(house, &format!("timeline {words} --format svg")).fine().out;
    let xml = Document::parse(&svg).unwrap();
    let root = xml.root_element();
    assert!(root.has_tag_name((SVG, "svg")));
    assert_eq!(root.attribute("role"), Some("img"));
    let names = root.attribute("aria-labelledby").unwrap().split(' ');
    for (id, tag) in names.zip(["title", "desc"]) {
        let named = |node: &Node<'_, '_>| node.attribute("id") == Some(id);
        let node = xml.descendants().find(named).unwrap();
        assert!(node.has_tag_name((SVG, tag)) && !node.text().unwrap().is_empty());
    }
    for node in xml.descendants().filter(Node::is_element) {
        assert_eq!(node.tag_name().namespace(), Some(SVG));
        let name = node.tag_name().name();
        assert!(!["script", "foreignObject", "image", "use"].contains(&name), "{name}");
        let acts = node.attributes().any(|it| it.name().starts_with("on") || it.name() == "href");
        assert!(!acts, "{name}");
        for number in ["x", "y", "width", "height", "x1", "x2", "y1", "y2"] {
            let number = node.attribute(number).map(|it| it.parse::<f64>().unwrap());
            assert!(number.is_none_or(|it| it.is_finite() && it > -20.0), "{name} {number:?}");
        }
    }
    svg
}

/// The titles of all parts.
fn titles(svg: &str) -> Vec<String> {
    let xml = Document::parse(svg).unwrap();
    let titles = xml.descendants().filter(|node| node.has_tag_name((SVG, "title")));
    titles.filter_map(|node| node.text().map(str::to_owned)).collect()
}

fn text<'v>(row: &'v Value, key: &str) -> &'v str {
    row[key].as_str().unwrap()
}

#[test]
fn every_band_and_every_record_is_there_in_words() {
    let house = House::demo();
    for range in ["", "--from 2019-06-01 --to 2020-09-30", "--kind dialogue --to 2023-06-01"] {
        let svg = drawn(&house, range);
        let titles = titles(&svg);
        let has = |begins: &str, ends: &str| {
            titles.iter().any(|title| title.starts_with(begins) && title.ends_with(ends))
        };
        let lanes = ask(&house, &format!("timeline --lanes --json {range}")).fine().json();
        let bands = lanes["results"].as_array().unwrap();
        assert!(bands.len() > 10);
        for band in bands {
            let label =
                if band["certain"] == false { "undetermined: " } else { text(band, "label") };
            let begins = format!("{}: {label}", text(band, "title"));
            let ends = format!(", {} to {}", text(band, "from"), text(band, "to"));
            assert!(has(&begins, &ends), "{begins} … {ends}");
        }
        let events = ask(&house, &format!("timeline --json {range}")).fine().json();
        for event in events["results"].as_array().unwrap() {
            let (from, to) = (text(&lanes["query"], "from"), text(&lanes["query"], "to"));
            let effective = &event["effective"];
            let days = ["earliest", "latest"].map(|end| effective[end].as_str());
            let within = days.iter().flatten().any(|day| from <= *day && *day <= to);
            if event["planned"].is_null() && event["asked"] == true && within {
                let pin = format!("@{} {}", event["record"], text(event, "act"));
                let found = titles.iter().any(|title| title.contains(&pin));
                assert!(found, "{pin}");
            }
        }
    }
}

#[test]
fn every_style_is_drawn_as_what_it_means() {
    let house = House::simulated();
    let event = |measure: &str, act: &str, day: &str| json!({"record": "event", "measure": measure, "act": act, "effective": day});
    let measure = |id: &str, kind: &str, whole: Option<&str>| json!({"record": "measure", "measure": id, "kind": kind, "part_of": whole});
    record(
        &house,
        &[
            measure("rule", "regulation", None),
            measure("tax", "tariff", None),
            measure("tax.a", "tariff", Some("tax")),
            measure("tax.b", "tariff", Some("tax")),
            measure("list", "sanction", None),
            measure("pact", "agreement", None),
            event("rule", "proposed", "2019-02-01"),
            event("rule", "entered-into-force", "2019-06"),
            event("rule", "stayed", "2019-09-01"),
            event("tax", "imposed", "2019-03-01"),
            event("tax.a", "terminated", "2019-10-01"),
            json!({"record": "event", "measure": "list", "act": "designated", "sources": [
                {"publisher": "Z", "says": {"effective": "2019-08-01"}}], "effective": "2019-05-05"}),
            event("pact", "entered-into-force", "2019-01-10"),
            json!({"record": "event", "measure": "pact", "act": "termination-notified",
                   "effective": "2019-07-01", "then": [{"act": "terminated", "effective": "2019-12-01"}]}),
        ],
    );
    let svg = drawn(&house, "--from 2019-01-01 --to 2019-12-31");
    let xml = Document::parse(&svg).unwrap();
    let style = xml.descendants().find(|node| node.has_tag_name((SVG, "style"))).unwrap();
    assert!(style.text().unwrap().contains("@media (prefers-color-scheme:dark)"));
    // The shapes of the band that is named so, and what is drawn between it and the next.
    let shapes = |begins: &str| -> Vec<String> {
        let is_it = |node: &Node<'_, '_>| {
            node.has_tag_name((SVG, "title"))
                && node.text().is_some_and(|it| it.starts_with(begins))
        };
        let title = xml.descendants().find(is_it).unwrap_or_else(|| panic!("{begins}: {svg}"));
        let siblings = title.parent().unwrap().children();
        siblings.filter_map(|node| node.attribute("class").map(str::to_owned)).collect()
    };
    for (band, class) in [
        ("rule: none, ", "l-off"),
        ("rule: proposed, ", "l-pending"),
        ("rule: undetermined: ", "l-bracket"),
        ("rule: undetermined: ", "l-undetermined"),
        ("rule: in force, ", "l-active"),
        ("rule: stayed, ", "l-suspended"),
        ("tax: mixed: 1 in force; 1 terminated, ", "l-mixed"),
        ("tax.a: terminated, ", "l-over"),
        ("list: designated (contested), ", "l-contested"),
        ("pact: in force, termination notified, ", "l-active"),
    ] {
        assert!(shapes(band).contains(&class.to_owned()), "{band} {class}: {:?}", shapes(band));
    }
    // The announced end lies under the status from the notice to the last day before it.
    let ending = xml.descendants().filter(|node| node.attribute("class") == Some("l-ending"));
    let ends: Vec<(f64, f64)> = ending
        .filter(|node| node.parent().and_then(|it| it.attribute("aria-label")) == Some("pact"))
        .map(|it| ["x1", "x2"].map(|end| it.attribute(end).unwrap().parse::<f64>().unwrap()).into())
        .collect();
    assert_eq!(ends.len(), 1, "{ends:?}");
    let box_of = |begins: &str| {
        let is_it = |node: &Node<'_, '_>| node.text().is_some_and(|it| it.starts_with(begins));
        let title = xml.descendants().find(is_it).unwrap().parent().unwrap();
        let shape = title.children().find(|it| it.attribute("class") == Some("l-active")).unwrap();
        let number = |name: &str| shape.attribute(name).unwrap().parse::<f64>().unwrap();
        (number("x"), number("x") + number("width"))
    };
    let notified = box_of("pact: in force, termination notified, 2019-07-01 to 2019-11-30");
    assert!((ends[0].0 - notified.0).abs() < 0.5 && (ends[0].1 - notified.1).abs() < 0.5);
}

#[test]
fn more_than_forty_lanes_are_cut_and_said_to_be() {
    let house = House::simulated();
    let measures: Vec<Value> = (1..=43)
        .map(|n| json!({"record": "measure", "measure": format!("m{n:02}"), "kind": "plain"}))
        .collect();
    record(&house, &measures);
    let answer = ask(&house, "timeline --format svg").fine();
    assert!(answer.err.contains("note: 40 of 43 lanes are drawn."), "{answer:?}");
    let svg = drawn(&house, "");
    assert!(svg.contains("40 of 43 lanes are drawn. The others: name measures"), "{svg}");
    assert!(titles(&svg).iter().any(|it| it.starts_with("m40:")));
    assert!(!titles(&svg).iter().any(|it| it.starts_with("m41:")));
    let rest = drawn(&house, "m41 m42 m43");
    assert!(titles(&rest).iter().any(|it| it.starts_with("m43:")));
    assert!(!rest.contains("lanes are drawn"));
}

#[test]
fn no_text_is_markup() {
    let svg = drawn(&evil(), "");
    let titles = titles(&svg);
    let title = "=1+1,\"<x>&amp;';\\ \\u{1}\\u{202e}]]> _x0041_ ＝韓國 (m)";
    assert!(titles.iter().any(|it| it == title), "{titles:?}");
}
