//! The description of what programs can ask for is true: every path answers with the type and the
//! schema that it names, every parameter is taken, and no other.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::server::Server;
use super::wire::Line;
use crate::house::House;

/// Something that a parameter can be.
fn value(name: &str) -> &'static str {
    match name {
        "at" | "on" | "to" => "2020-01-01",
        "from" => "2019-07-01",
        "known" => "@120",
        "public" => "2020-03-01",
        "measure" => "kr-jp.gsomia",
        "kind" => "agreement",
        "party" => "KR",
        "item" => "HS2017:8486",
        "tag" => "trade",
        "under" => "kr-jp",
        "standing" => "active",
        "limit" => "3",
        "within" => "90d",
        "publisher" => "METI",
        "all" | "overdue" => "1",
        other => panic!("the parameter {other} is new: say here what it can be"),
    }
}

/// The path of an operation with something in its braces.
fn real(path: &str) -> String {
    path.replace("{measure}", "kr-jp.gsomia")
        .replace("{record}", "12")
        .replace("{days}", "2019-06-30..2020-03-31")
        .replace("{points}", "2019-08-23..2020-03-01")
}

fn description(line: &mut Line) -> Value {
    let heard = line.get("/openapi.json").is(200);
    assert_eq!(heard.header("content-type"), Some("application/json"));
    heard.json()
}

/// A schema of the description that can be checked against: its references lead inside.
fn validator(description: &Value, schema: &Value) -> jsonschema::Validator {
    let mut whole =
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema]});
    whole["components"] = description["components"].clone();
    jsonschema::draft202012::options().build(&whole).unwrap()
}

#[track_caller]
fn valid(description: &Value, schema: &Value, answer: &Value, what: &str) {
    let validator = validator(description, schema);
    let wrong: Vec<String> = validator
        .iter_errors(answer)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .take(5)
        .collect();
    assert!(wrong.is_empty(), "{what}: {}", wrong.join("\n"));
}

/// The paths that are asked; the others are sent to.
fn questions(description: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let paths = description["paths"].as_object().unwrap().iter();
    paths.filter(|(_, item)| item["get"].is_object())
}

/// What is sent fits its description, and so does what comes back, done or refused.
#[test]
fn what_is_sent_is_described_too() {
    let server = Server::that_writes(House::demo());
    let description = description(&mut server.line());
    let post = &description["paths"]["/records.json"]["post"];
    let wanted = &post["requestBody"]["content"]["application/json"]["schema"];
    let event = json!({"record": "event", "measure": "kr-jp.gsomia", "act": "terminated",
        "effective": "2027-01-01"});
    let fine = json!({"records": [event], "by": "somebody", "repeated": "new", "dry_run": true,
        "changed": true, "inputs": [0]});
    for (body, status) in [
        (fine.clone(), 200),
        (json!({"records": [], "repeated": "already"}), 200),
        (
            json!({"records": [{"record": "event", "measure": "no.such", "act": "x", "effective": "2020"}]}),
            422,
        ),
    ] {
        valid(&description, wanted, &body, "what is sent");
        let heard = server.send(&body).is(status);
        let schema =
            &post["responses"][status.to_string()]["content"]["application/json"]["schema"];
        valid(&description, schema, &heard.json(), "what comes back");
    }
    for (name, value) in [
        ("repeated", json!("often")),
        ("records", json!({})),
        ("more", json!(1)),
        ("inputs", json!([-1])),
    ] {
        let mut spoilt = fine.clone();
        spoilt[name] = value;
        assert!(!validator(&description, wanted).is_valid(&spoilt), "{spoilt}");
        assert!(matches!(server.send(&spoilt).status, 400 | 422), "{spoilt}");
    }
}

#[test]
fn every_path_answers_as_it_is_described() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    let description = description(&mut line);
    for (path, item) in questions(&description) {
        let content = item["get"]["responses"]["200"]["content"].as_object().unwrap();
        let (kind, body) = content.iter().next().unwrap();
        let path = real(path);
        let parameters = item["get"]["parameters"].as_array().unwrap();
        let asked = parameters.iter().filter(|it| it["in"] == "query");
        let asked = asked.map(|it| it["name"].as_str().unwrap());
        let each = asked.map(|name| {
            let day = if path.starts_with("/diff/learned") && name != "at" {
                "&at=2020-01-01"
            } else {
                ""
            };
            format!("{path}?{name}={}{day}", value(name))
        });
        for address in [path.clone()].into_iter().chain(each) {
            let heard = line.get(&address).is(200);
            let told = heard.header("content-type").unwrap();
            assert_eq!(told.split(';').next(), Some(kind.as_str()), "{address}");
            if kind == "application/json" {
                let answer = heard.json();
                valid(&description, &body["schema"], &answer, &address);
                let mut spoilt = answer.clone();
                spoilt["ok"] = json!("perhaps");
                spoilt.as_object_mut().unwrap().shift_remove("results");
                assert!(!validator(&description, &body["schema"]).is_valid(&spoilt), "{address}");
            }
        }
    }
}

#[test]
fn what_is_wrong_is_described_too() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    let description = description(&mut line);
    for (path, item) in questions(&description) {
        let path = real(path);
        let heard = line.get(&format!("{path}?nonsense=1")).is(400);
        let schema = &item["get"]["responses"]["400"]["content"]["application/json"]["schema"];
        valid(&description, schema, &heard.json(), &path);
        assert_eq!(heard.json()["error"]["code"], "usage", "{path}");
        assert!(
            heard.json()["error"]["message"].as_str().unwrap().contains("`nonsense`"),
            "{path}"
        );
    }
    let schema = &description["paths"]["/m/{measure}.json"]["get"]["responses"]["404"]["content"];
    let missing = line.get("/m/none.json").is(404).json();
    valid(&description, &schema["application/json"]["schema"], &missing, "/m/none.json");
}

/// Nothing that a page offers to programs is missing from it.
#[test]
fn every_form_that_a_page_offers_is_described() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    let description = description(&mut line);
    let described: BTreeSet<String> = questions(&description).map(|(path, _)| real(path)).collect();
    let pages = [
        "/",
        "/state",
        "/timeline",
        "/m/kr-jp.gsomia",
        "/r/12",
        "/why/kr-jp.gsomia",
        "/diff/2019-06-30..2020-03-31",
        "/diff/learned/2019-08-23..2020-03-01",
        "/log",
        "/agenda",
        "/conflicts",
        "/sources",
        "/about",
    ];
    let mut offered = BTreeSet::new();
    for page in pages {
        let document = super::document::Document::read(line.get(page).is(200).text());
        let links = document.all("a").filter(|link| link.above.contains(&"footer".to_owned()));
        let links = links.filter(|link| link.get("class") != Some("pin"));
        offered.extend(
            links.map(|link| link.get("href").unwrap().split('?').next().unwrap().to_owned()),
        );
    }
    // The first page's is that of the state.
    assert!(offered.remove("/index.json"));
    assert_eq!(offered, described);
}
