//! Recording through the pages: by the form, by a program; who may, and what is refused.

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Value, json};

use super::document::{Document, Element};
use super::server::Server;
use super::wire::{Heard, exchange};
use crate::house::House;

/// A ledger with the machine's clock and two measures.
fn house() -> House {
    let house = House::empty();
    house.ledger("measure add tariff.a --kind tariff --title Tariff-A --party JP").fine();
    house.ledger("measure add ban.b --kind licensing-requirement --title Ban-B --party KR").fine();
    house
}

fn id_in(form: &Heard) -> String {
    let text = form.text();
    let (_, rest) = text.split_once("name=\"id\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[test]
fn a_development_is_looked_at_and_then_recorded() {
    let server = Server::that_writes(house());
    let list = server.get("/append").is(200);
    assert!(list.text().contains("<option value=\"ban.b\">"));
    let form = server.get("/append?measure=tariff.a").is(200);
    let kind = server.house.ledger("kind show tariff --json").fine().json();
    let acts = kind["results"][0]["definition"]["acts"].as_object().unwrap();
    assert!(!acts.is_empty());
    for act in acts.keys() {
        assert!(form.text().contains(&format!("<option value=\"{act}\"")), "{act}");
    }
    let (token, id) = (server.token(), id_in(&form));
    let mut fields = vec![
        ("measure", "tariff.a"),
        ("id", &id),
        ("act", "imposed"),
        ("on", "2024-05-01"),
        ("set", "rate=25%\nbase=value"),
        ("actor", "METI\nMOFA"),
        ("source-1", "https://example.org/notice"),
        ("publisher-1", "METI"),
        ("publisher-2", "Reuters"),
        ("do", "preview"),
    ];
    let seen = server.fill(&fields).is(200);
    assert!(
        seen.text().contains("Nothing is recorded yet") && seen.text().contains("would change")
    );
    assert!(
        seen.text().contains("ledger append tariff.a imposed --on 2024-05-01"),
        "{}",
        seen.text()
    );
    assert_eq!(server.house.records(), 2, "it was looked at only");
    fields.pop();
    fields.push(("do", "record"));
    let refused = server.fill(&fields).is(403);
    assert!(refused.text().contains("the token is needed"));
    fields.push(("token", "wrong"));
    server.fill(&fields).is(403);
    assert_eq!(server.house.records(), 2);
    fields.pop();
    fields.push(("token", &token));
    for _ in 0..2 {
        let on = server.fill(&fields).is(303);
        assert_eq!(on.header("location"), Some("/r/3"), "sent twice is recorded once");
    }
    assert_eq!(server.house.records(), 3);
    let record = server.house.ledger("show @3 --json").fine().json();
    let said = &record["results"][0]["says"];
    assert_eq!(said["set"], json!({"rate": "25%", "base": "value"}), "{record}");
    assert_eq!(said["actors"], json!(["METI", "MOFA"]));
    assert_eq!(said["sources"][1], json!({"publisher": "Reuters"}));
    assert_eq!(server.house.status("tariff.a", "2024-05-01"), "in-force");
    // The same form with other words is another record: it says so, and can be sent again.
    fields.retain(|(name, _)| *name != "on");
    fields.push(("on", "2024-06-01"));
    let other = server.fill(&fields).is(422);
    assert!(other.text().contains("already names @3"));
    let fresh = id_in(&other);
    assert_ne!(fresh, id);
    fields.retain(|(name, _)| *name != "id");
    fields.push(("id", &fresh));
    assert_eq!(server.fill(&fields).is(303).header("location"), Some("/r/4"));
}

#[test]
fn what_is_refused_is_refused_as_on_the_command_line() {
    let server = Server::that_writes(house());
    server.house.ledger("append ban.b imposed --on 2024-01-01").fine();
    let cases: [&[(&str, &str)]; 7] = [
        &[("act", "explode"), ("on", "2024-13-01")],
        &[("act", "lifted"), ("on", "someday"), ("cancels", "@99 nothing")],
        &[("act", "imposed"), ("on", "2024-01-01")],
        &[("act", "lifted"), ("on", "2024-02-01"), ("then", "explode=2024-03-01")],
        &[("act", "lifted"), ("on", "2024-02-01"), ("set", "rate")],
        &[("act", "lifted"), ("on", "2024-02-01"), ("key", "no good key")],
        &[
            ("act", "lifted"),
            ("on", "2024-02-01"),
            ("source-1", "METI"),
            ("source-date-1", "2024-99-01"),
        ],
    ];
    for fields in cases {
        let mut words = vec!["append".to_owned(), "ban.b".to_owned()];
        for (name, value) in fields {
            let flag = format!("--{}", name.trim_end_matches("-1"));
            match *name {
                "act" => words.push((*value).to_owned()),
                "cancels" => {
                    words.extend(value.split(' ').flat_map(|it| [flag.clone(), it.to_owned()]));
                }
                _ => words.extend([flag, (*value).to_owned()]),
            }
        }
        words.push("--json".to_owned());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let told = server.house.run(&words, b"");
        assert!(matches!(told.code, 3 | 4), "{fields:?}: {told:?}");
        let told: Value = serde_json::from_str(&told.err).unwrap();
        let problems = told["problems"].as_array().cloned();
        let problems = problems.unwrap_or_else(|| vec![told["error"].clone()]);
        let sent: Vec<_> =
            [("measure", "ban.b"), ("do", "preview")].iter().chain(fields).copied().collect();
        let heard = server.fill(&sent);
        assert!(matches!(heard.status, 404 | 422), "{fields:?}");
        let page = Document::read(heard.text());
        let text = &page.all("html").next().unwrap().text;
        for problem in problems {
            let message = problem["message"].as_str().unwrap();
            assert!(text.contains(message), "{fields:?}: {message}\n{text}");
        }
        // What was filled in is there still.
        for (name, value) in fields {
            let said = |element: &Element| {
                let value_of = if element.name == "textarea" {
                    Some(element.text.trim())
                } else {
                    element.get("value")
                };
                element.get("name") == Some(name) && value_of == Some(value)
            };
            let chosen = page
                .all("option")
                .any(|it| it.get("value") == Some(value) && it.get("selected").is_some());
            assert!(chosen || page.elements.iter().any(said), "{name}={value}");
        }
    }
    assert_eq!(server.house.records(), 3);
}

#[test]
fn only_its_own_pages_and_who_knows_the_token_record() {
    let server = Server::that_writes(house());
    let (token, address) = (server.token(), server.address);
    let body = format!("measure=ban.b&act=imposed&on=2024-01-01&do=record&token={token}");
    let own = format!("Origin: http://{address}\r\n");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    for (origin, kind, wanted) in [
        ("", form, 403),
        ("Origin: null\r\n", form, 403),
        ("Origin: http://evil.example\r\n", form, 403),
        (&format!("Origin: http://{address}.evil.example\r\n"), form, 403),
        (&format!("Origin: http://evil.example\r\n{own}"), form, 403),
        (&own, "", 415),
        (&own, "Content-Type: text/plain\r\n", 415),
        (&own, "Content-Type: multipart/form-data; boundary=x\r\n", 415),
    ] {
        let heard = server.line().post("/append", &format!("{origin}{kind}"), body.as_bytes());
        assert_eq!(heard.status, wanted, "{origin}{kind}{}", heard.text());
    }
    let records = json!({"records": [{"record": "event", "measure": "ban.b", "act": "imposed",
        "effective": "2024-01-01"}]})
    .to_string();
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let json = "Content-Type: application/json\r\n";
    for (headers, wanted) in [
        (json.to_owned(), 401),
        (format!("{json}Authorization: Bearer wrong\r\n"), 401),
        (format!("{json}Authorization: Bearer {}\r\n", &token[1..]), 401),
        (format!("{json}Authorization: Bearer {token}x\r\n"), 401),
        (format!("{json}{bearer}Origin: http://evil.example\r\n"), 403),
        (format!("{json}{bearer}Origin: null\r\n"), 403),
        (bearer.clone(), 415),
        (format!("{bearer}Content-Type: text/plain\r\n"), 415),
    ] {
        let heard = server.line().post("/records.json", &headers, records.as_bytes());
        assert_eq!(heard.status, wanted, "{headers}");
        assert_eq!(heard.header("access-control-allow-origin"), None);
    }
    for target in ["/", "/state", "/r/1", "/append.json", "/records", "/openapi.json"] {
        let heard = server.line().post(target, &format!("{own}{form}{bearer}"), body.as_bytes());
        assert!(matches!(heard.status, 404 | 405), "{target}: {}", heard.status);
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        server.line().ask(method, "/append", &own).is(405);
    }
    server.get(&format!("/append?token={token}")).is(400);
    assert_eq!(server.house.records(), 2, "nothing was recorded");
    let heard = server.line().post("/records.json", &format!("{json}{bearer}"), records.as_bytes());
    heard.is(200);
}

#[test]
fn too_much_and_too_slow_is_not_waited_for() {
    let server = Server::that_writes(house());
    let own = format!("Origin: http://{}\r\n", server.address);
    let form = format!("{own}Content-Type: application/x-www-form-urlencoded\r\n");
    let body = vec![b'a'; 300 * 1024];
    let heard = server.line().post("/append", &form, &body).is(413);
    assert_eq!(heard.json()["error"]["code"], "too-large");
    let mut line = server.line();
    let head = format!(
        "POST /append HTTP/1.1\r\nHost: {}\r\n{form}Content-Length: 100\r\n\r\nmea",
        server.address
    );
    line.say(head.as_bytes()).unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(line.hear(false).unwrap().status, 408);
    assert!(begun.elapsed().as_secs() < 30);
    // A body without an end, and one that is none.
    let chunked = format!(
        "POST /records.json HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        server.address,
        server.token()
    );
    let heard = exchange(server.address, chunked.as_bytes());
    assert!(heard.is_ok_and(|heard| matches!(heard.status, 400 | 413)));
    assert_eq!(server.house.records(), 2);
    server.get("/about.json").is(200);
}

#[test]
fn a_server_that_was_not_told_to_write_records_nothing() {
    let server = Server::on(house());
    assert!(!server.house.path(".ledger/writer.json").exists());
    let missing = server.get("/append").is(404);
    assert!(missing.text().contains("serve --write"));
    let heard = server.line().post(
        "/append",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        b"do=record",
    );
    assert_eq!((heard.status, heard.header("allow")), (405, Some("GET, HEAD")));
    assert!(!server.get("/").text().contains("href=\"/append"));
    // Others write meanwhile.
    server.house.ledger("append ban.b imposed --on 2024-01-01").fine();
    assert!(server.get("/m/ban.b").text().contains("imposed"));
}

/// What was answered already is answered again until something is recorded, by whomever.
#[test]
fn an_answer_holds_until_the_next_record() {
    let server = Server::on(house());
    let pages = ["/state.json", "/", "/m/ban.b.json", "/log.csv", "/state.json?known=@2"];
    let ask = || pages.map(|page| server.get(page).is(200).body);
    let mut before = ask();
    for day in 1..6 {
        assert_eq!(ask(), before);
        server.house.ledger(&format!("append ban.b imposed --on 2024-01-0{day}")).fine();
        let after = ask();
        for (place, page) in pages.iter().enumerate() {
            let pinned = page.contains("known=");
            assert_eq!(after[place] == before[place], pinned, "{page} on day {day}");
        }
        before = after;
    }
    // One that was rebuilt, and one that was put in its place, are looked at anew.
    server.house.ledger("rebuild").fine();
    assert_eq!(ask(), before);
    std::fs::rename(server.house.path(".ledger"), server.house.path("old")).unwrap();
    server.house.ledger("init").fine();
    assert_eq!(server.get("/state.json").is(200).json()["ledger"]["records"], 0);
}

/// What differs from one run to the next.
fn without_names(mut answer: Value) -> Value {
    let ledger = answer["ledger"].as_object_mut().unwrap();
    ledger.retain(|name, _| name == "records" || name == "clock");
    for row in answer["results"].as_array_mut().unwrap() {
        let row = row.as_object_mut().unwrap();
        row.shift_remove("id");
        row.shift_remove("recorded");
    }
    answer
}

#[test]
fn what_a_program_sends_is_answered_as_the_command_line_answers() {
    let (server, twin) = (Server::that_writes(house()), house());
    let event = |on: &str| json!({"record": "event", "measure": "tariff.a", "act": "imposed", "effective": on});
    let two = [
        event("2024-01-01"),
        json!({"record": "review", "measure": "ban.b", "through": "2024-02-01"}),
    ];
    let unknown = [
        json!({"record": "event", "measure": "ban.c", "act": "imposed", "effective": "2024-01-01"}),
    ];
    let wrong = [
        event("2024-01-02"),
        json!({"record": "evnt"}),
        json!({"record": "event", "measure": "ban.b", "act": "zap", "effective": "x"}),
    ];
    for (records, dry) in
        [(&two[..], true), (&two, false), (&two, false), (&unknown, false), (&wrong, false)]
    {
        let lines: Vec<String> = records.iter().map(ToString::to_string).collect();
        let lines = lines.join("\n");
        let mut words = vec!["append", "-", "--json", "--by", "somebody"];
        words.extend(dry.then_some("--dry-run"));
        let told = twin.run(&words, lines.as_bytes());
        let heard = server.send(&json!({"records": records, "by": "somebody", "dry_run": dry}));
        if told.code == 0 {
            let heard = heard.is(200);
            assert_eq!(without_names(heard.json()), without_names(told.json()));
        } else {
            let told: Value = serde_json::from_str(&told.err).unwrap();
            let heard = heard.json();
            let problems = |told: &Value| {
                let all = told["problems"]
                    .as_array()
                    .cloned()
                    .unwrap_or_else(|| vec![told["error"].clone()]);
                let all = all.into_iter().map(|it| {
                    (it["code"].clone(), it["message"].clone(), it["at"]["line"].clone())
                });
                all.map(|it| format!("{it:?}")).collect::<BTreeSet<_>>()
            };
            // Lines that cannot be read are told before what the ledger refuses of the others.
            assert!(problems(&told).is_superset(&problems(&heard)), "{told}\n{heard}");
            assert_eq!(heard["error"]["at"]["file"], "records");
        }
    }
    assert_eq!((server.house.records(), twin.records()), (4, 4));
    assert_eq!(
        server.send(&json!({"records": two, "repeated": "new", "changed": false})).is(200).json()["changed"],
        json!([])
    );
    assert_eq!(server.house.records(), 6);
    let refused = server.send(&json!({"records": [two[0]], "repeated": "refuse"})).is(422);
    assert_eq!(refused.json()["error"]["code"], "duplicate");
    for body in [
        json!({}),
        json!({"records": 1}),
        json!({"records": [], "more": 1}),
        json!({"records": [1]}),
        json!([]),
    ] {
        let heard = server.send(&body);
        assert!(matches!(heard.status, 400 | 422), "{body}: {}", heard.status);
        assert!(!heard.json()["error"]["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(server.send(&json!({"records": []})).is(200).json()["results"], json!([]));
    assert_eq!(server.house.records(), 6);
}

/// Many at a time: each is recorded exactly once, and what is acknowledged is there.
#[test]
fn many_record_at_a_time() {
    let mut server = Server::that_writes(house());
    thread::scope(|scope| {
        for writer in 0..16 {
            let server = &server;
            scope.spawn(move || {
                for number in 0..8 {
                    let key = format!("k{writer}-{number}");
                    let event = json!({"record": "event", "measure": "ban.b", "act": "licence-granted",
                        "effective": "2024-01-01", "key": key});
                    let body = json!({"records": [event], "changed": false});
                    let first = server.send(&body).is(200).json()["results"][0]["record"].clone();
                    // What is acknowledged is seen at once, although much was answered before.
                    let log = server.get("/log.json?limit=1").is(200).json();
                    assert!(log["ledger"]["records"].as_u64() >= first.as_u64(), "{log}");
                    let again = server.send(&body).is(200).json();
                    assert_eq!(again["results"][0]["record"], first);
                    assert_eq!(again["results"][0]["new"], false);
                }
            });
        }
    });
    assert_eq!(server.house.records(), 2 + 16 * 8);
    server.signal("TERM");
    server.wait();
    assert!(!server.house.path(".ledger/writer.json").exists(), "the note is gone with the server");
    server.house.ledger("verify").fine();
}

#[test]
fn markup_in_any_field_is_text() {
    let server = Server::that_writes(house());
    let evil = "\"'><zzz-evil onzzz=1><script>zzz()</script></textarea>\u{202e}";
    let names = [
        "on",
        "announced",
        "last-day",
        "then",
        "set",
        "actor",
        "cancels",
        "note",
        "key",
        "by",
        "source-1",
        "publisher-1",
        "quote-2",
        "lang-3",
        "source-date-1",
        "id",
        "token",
    ];
    let fields: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (*name, evil))
        .chain([("measure", "ban.b"), ("act", evil), ("do", "record")])
        .collect();
    let heard = server.fill(&fields);
    assert!(
        !heard.text().contains("<zzz-evil") && !heard.text().contains("<script>zzz"),
        "{}",
        heard.text()
    );
    assert!(!heard.text().contains('\u{202e}'));
    let unknown = server.fill(&[("measure", evil), ("act", "x")]);
    assert!(!unknown.text().contains("<zzz-evil"));
    let field = server.fill(&[(evil, "x")]);
    assert!(field.header("content-type").unwrap().starts_with("application/json"));
    assert_eq!(server.house.records(), 2);
}

#[test]
fn a_clock_that_was_set_counts_where_the_ledger_is_simulated() {
    let house = House::simulated();
    house
        .ledger("measure add ban.b --kind licensing-requirement --now 2020-01-01T00:00:00Z")
        .fine();
    let flags = ["--write", "--log", "none", "--now", "2021-05-05T10:00:00Z"];
    let server = Server::with(house, &flags);
    let event =
        json!({"record": "event", "measure": "ban.b", "act": "imposed", "effective": "2021-05-01"});
    let answer = server.send(&json!({"records": [event]})).is(200).json();
    assert_eq!(answer["results"][0]["recorded"], "2021-05-05T10:00:00.000Z", "{answer}");
    let machine =
        self::house().run(&["serve", "--write", "--port", "0", "--now", "2021-05-05"], b"");
    assert_eq!(machine.code, 2, "{machine:?}");
}
