//! The end: what was begun is answered, then the program ends as one that did what it should.

use std::io::Read as _;
use std::time::{Duration, Instant};

use super::server::Server;
use crate::house::House;

/// A connection that has begun to ask when the signal comes is answered.
fn ends_after_its_answer(signal: &str) {
    let mut server = Server::with(House::demo(), &["--log", "json"]);
    let mut idle = server.line();
    idle.get("/about.json").is(200);
    let mut line = server.line();
    let host = server.address;
    let many = format!("GET /timeline HTTP/1.1\r\nHost: {host}\r\n\r\n").repeat(40);
    line.say(many.as_bytes()).unwrap();
    let first = line.hear(false).unwrap().is(200);
    server.signal(signal);
    // What is worked on is answered, and none is broken off in the middle.
    let mut answers = 0;
    let end = loop {
        match line.hear(false) {
            Ok(next) => assert_eq!(next.body, first.body),
            Err(error) => break error.to_string(),
        }
        answers += 1;
    };
    assert_eq!(end, "the line is dead");
    assert!((1..39).contains(&answers), "{answers} after the signal");
    let begun = Instant::now();
    let code = loop {
        if let Some(status) = server.child.try_wait().unwrap() {
            break status.code();
        }
        assert!(begun.elapsed() < Duration::from_secs(15), "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(code, Some(0), "{signal}");
    assert!(idle.is_cut());
    let mut told = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    for line in told.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["timestamp"].is_string() && line["message"].is_string(), "{line}");
    }
    assert!(told.contains(r#""target":"/timeline","status":200"#), "{told}");
    assert!(told.contains(r#""message":"ending""#), "{told}");
}

#[test]
fn sigterm_ends_it_after_what_was_begun() {
    ends_after_its_answer("TERM");
}

#[test]
fn ctrl_c_ends_it_after_what_was_begun() {
    ends_after_its_answer("INT");
}

/// Two servers cannot have one port, and the second says so.
#[test]
fn a_port_that_is_taken_is_an_error() {
    let server = Server::on(House::demo());
    let port = server.address.port().to_string();
    let answer = server.house.run(&["serve", "--port", &port], b"");
    assert_eq!(answer.code, 5, "{answer:?}");
    assert!(answer.err.contains("cannot listen on"), "{answer:?}");
    assert_eq!(answer.help(), ["help serve"]);
}

/// Nothing listens where there is nothing to show.
#[test]
fn no_ledger_is_said_at_once() {
    let house = House::empty();
    let answer = house.run(&["-f", "nowhere", "serve", "--port", "0"], b"");
    assert_eq!(answer.code, 5, "{answer:?}");
    assert!(answer.out.is_empty(), "{answer:?}");
}
