//! For each rule a history on which it fires, and it alone.

use serde_json::{Map, Value, json};

pub(crate) fn measure(id: &str, kind: &str) -> Value {
    json!({"record": "measure", "measure": id, "kind": kind, "title": "Thing"})
}

/// An event with a source and these fields besides.
pub(crate) fn event(measure: &str, act: &str, effective: &str, rest: Value) -> Value {
    let mut event = Map::new();
    event.insert("record".to_owned(), json!("event"));
    event.insert("measure".to_owned(), json!(measure));
    event.insert("act".to_owned(), json!(act));
    event.insert("effective".to_owned(), json!(effective));
    event.insert("sources".to_owned(), json!([{"publisher": "Gazette"}]));
    event.extend(rest.as_object().unwrap().clone());
    Value::Object(event)
}

/// A history on which one rule fires, once, with its records.
pub(crate) fn firing(rule: &str) -> (Vec<Value>, Vec<u64>) {
    let list = |events: &[Value]| {
        let mut records = vec![measure("m", "list-membership")];
        records.extend(events.iter().cloned());
        records
    };
    let dated = |day: &str| json!([{"publisher": "Gazette", "published": day}]);
    let listed = || event("m", "listed", "2019-01-01", json!({"key": "l"}));
    match rule {
        "inconsistent" => {
            let removed = event("m", "removed", "2018-01-01", json!({"after": ["l"]}));
            (list(&[listed(), removed]), vec![2, 3])
        }
        "impossible-transition" => {
            let again = event("m", "relisted", "2020-01-01", json!({}));
            (list(&[listed(), again]), vec![3])
        }
        "record-order" => {
            let rate = |rate: &str| json!({"set": {"rate": rate}});
            let records = vec![
                measure("m", "tariff"),
                event("m", "imposed", "2019-01-01", rate("5 %")),
                event("m", "increased", "2020-01-01", rate("10 %")),
                event("m", "increased", "2020-01-01", rate("20 %")),
            ];
            (records, vec![3, 4])
        }
        "duplicate" => {
            let amended = || event("m", "amended", "2020-01-01", json!({}));
            let records = vec![
                measure("m", "regulation"),
                event("m", "entered-into-force", "2019-01-01", json!({})),
                amended(),
                event("m", "amended", "2020-01-01", json!({"note": "again"})),
            ];
            (records, vec![3, 4])
        }
        "possible-duplicate" => {
            let records = vec![
                measure("m", "regulation"),
                event("m", "entered-into-force", "2019-01-01", json!({})),
                event("m", "amended", "2020-01-01", json!({})),
                event("m", "amended", "2020", json!({})),
            ];
            (records, vec![3, 4])
        }
        "implausible-year" => (list(&[event("m", "listed", "1819-01-01", json!({}))]), vec![2]),
        "dated-after-record" => {
            let told = event("m", "listed", "2019-01-01", json!({"sources": dated("2029-01-01")}));
            (list(&[told]), vec![2])
        }
        "no-source" => {
            (list(&[event("m", "listed", "2019-01-01", json!({"sources": []}))]), vec![2])
        }
        "unconfirmed-plan" => {
            let then = json!({"then": [{"act": "removed", "effective": "2020-01-01"}]});
            (list(&[event("m", "listed", "2019-01-01", then)]), vec![2])
        }
        "reported-ahead" => {
            let told = event("m", "listed", "2019-01-01", json!({"sources": dated("2018-12-01")}));
            (list(&[told]), vec![2])
        }
        "unmet-expectation" => {
            let expected = json!({"modality": "expected", "announced": "2018-06-01"});
            (list(&[event("m", "listed", "2018", expected), listed()]), vec![2, 3])
        }
        "lapsed-expectation" => {
            let expected = json!({"modality": "expected", "announced": "2019-06-01"});
            let removed = event("m", "removed", "2019-07-01", json!({}));
            (list(&[listed(), event("m", "modified", "2020", expected), removed]), vec![3])
        }
        "idle-reference" => {
            let modified = event("m", "modified", "2020-01-01", json!({"after": ["x"]}));
            let expected = json!({"key": "x", "modality": "expected"});
            let noted = event("m", "noted", "2019-06-01", expected);
            (list(&[listed(), noted, modified]), vec![3, 4])
        }
        "title-names-action" => {
            let mut named = measure("m", "list-membership");
            named["title"] = json!("Korea removed from Japan's white list");
            (vec![named], vec![1])
        }
        "ambiguous-party" => {
            let mut shared = measure("m", "plain");
            shared["parties"] = json!(["JP", "Korea"]);
            (vec![shared], vec![1])
        }
        "item-code" => {
            let mut covering = measure("m", "plain");
            covering["items"] = json!(["HS2017:8486.20", "hydrogen fluoride", "8486"]);
            (vec![covering], vec![1])
        }
        "too-many-worlds" => {
            let mut records = vec![measure("m", "plain")];
            records.extend(
                (0..24).map(|n| event("m", "set", "2019", json!({"status": format!("s{n}")}))),
            );
            (records, vec![1])
        }
        other => panic!("no history fires {other}"),
    }
}
