//! Who should not ask is refused, what nobody means is answered correctly, and the server lives on.

use std::time::{Duration, Instant};

use super::crawl::told;
use super::server::Server;
use super::wire::{Line, exchange};
use crate::house::House;

/// Bytes with `HOST` for the server's own name.
fn bytes(server: &Server, text: &str) -> Vec<u8> {
    text.replace("HOST", &server.address.to_string()).into_bytes()
}

#[track_caller]
fn status(server: &Server, text: &str) -> u16 {
    let heard = exchange(server.address, &bytes(server, text));
    heard.unwrap_or_else(|error| panic!("{text:?}: {error}")).status
}

#[track_caller]
fn lives(server: &Server) {
    server.get("/about.json").is(200);
}

#[test]
fn another_host_is_not_served() {
    let server = Server::on(House::demo());
    let port = server.address.port();
    for host in [
        "Host: evil.example\r\n".to_owned(),
        format!("Host: evil.example:{port}\r\n"),
        format!("Host: 127.0.0.1:{}\r\n", port.wrapping_add(1)),
        "Host: 127.0.0.1\r\n".to_owned(),
        format!("Host: 127.0.0.1:{port}.evil.example\r\n"),
        "Host:\r\n".to_owned(),
        String::new(),
        "Host: HOST\r\nHost: evil.example\r\n".to_owned(),
        "Host: HOST\r\nHost: HOST\r\n".to_owned(),
        "Host: HOST\r\nX-Forwarded-Host: HOST\r\nHost: evil.example\r\n".to_owned(),
    ] {
        let text = format!("GET /state.json HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        let heard = exchange(server.address, &bytes(&server, &text)).unwrap();
        assert!(matches!(heard.status, 400 | 421), "{host:?}: {}", heard.status);
        assert!(!heard.text().contains("results"), "{host:?}");
    }
    for host in ["HOST", &format!("localhost:{port}"), &format!("LocalHost:{port}")] {
        let text = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(status(&server, &text), 200, "{host}");
    }
}

/// A whole address as the target: the host that counts is the same (RFC 9112, 3.2.2).
#[test]
fn a_whole_address_names_no_other_host() {
    let server = Server::on(House::demo());
    for (target, host, wanted) in [
        ("http://HOST/state", "HOST", 200),
        ("http://evil.example/state", "HOST", 421),
        ("http://evil.example/state", "evil.example", 421),
    ] {
        let text = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(status(&server, &text), wanted, "{target} {host}");
    }
}

#[test]
fn only_questions_are_answered() {
    let server = Server::on(House::demo());
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        let heard = server.line().ask(method, "/state", "");
        assert_eq!((heard.status, heard.header("allow")), (405, Some("GET, HEAD")), "{method}");
        told(&heard, method);
        assert_eq!(heard.json()["error"]["code"], "read-only");
    }
    assert!(matches!(status(&server, "CONNECT HOST HTTP/1.1\r\nHost: HOST\r\n\r\n"), 400 | 405));
    let asked = server.get("/state");
    let head = server.line().ask("HEAD", "/state", "");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), asked.header("content-length"));
}

#[test]
fn a_body_is_not_read() {
    let server = Server::on(House::demo());
    let start = "GET /about.json HTTP/1.1\r\nHost: HOST\r\nContent-Length: 10000000\r\n\r\n";
    let mut text = bytes(&server, start);
    text.resize(text.len() + 10_000_000, b'x');
    // The answer is there, or the line is cut before it is heard; what is sent is never asked.
    if let Ok(heard) = exchange(server.address, &text) {
        assert!(matches!(heard.status, 200 | 400 | 413), "{heard:?}");
    }
    lives(&server);
    let text = "POST /state HTTP/1.1\r\nHost: HOST\r\nContent-Length: 10\r\n\
                Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /log.json HTTP/1.1\r\nHost: HOST\r\n\r\n";
    assert!(matches!(status(&server, text), 400 | 405));
    lives(&server);
}

#[test]
fn tricks_with_paths_lead_nowhere() {
    let server = Server::on(House::demo());
    for path in [
        "/../etc/passwd",
        "/../../../../../../etc/passwd",
        "/m/../../etc/passwd",
        "/m/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//",
        "//evil.example/",
        "/state/",
        "/state//",
        "/./state",
        "/m/",
        "/m/%00",
        "/m/a%00.json",
        "/%00",
        "/m/%ff%fe",
        "/m/%",
        "/m/%zz",
        "/m/%c0%af",
        "/m/\\..\\..",
        "/r/-1",
        "/r/99999999999999999999999999",
        "/diff/..",
        "/diff/learned/",
        "/why/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/style.css.json",
        "/.ledger/log",
        "/state.exe",
        "/m/%E2%80%AEcod",
        "*",
    ] {
        let text = format!("GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n");
        let heard = exchange(server.address, &bytes(&server, &text)).unwrap();
        // From the empty ledger to today is a question.
        let meant = path == "/diff/.." && heard.status == 200;
        assert!(meant || matches!(heard.status, 400 | 404), "{path}: {}", heard.status);
        let text = String::from_utf8_lossy(&heard.body);
        assert!(!text.contains("root:") && !text.contains("<script>alert"), "{path}: {text}");
        assert!(!text.contains('\0') && !text.contains('\u{202e}'), "{path}: {text}");
    }
    lives(&server);
}

#[test]
fn what_is_too_long_is_refused() {
    let server = Server::on(House::demo());
    let long = |length: usize| "a".repeat(length);
    for (text, allowed) in [
        (format!("GET /m/{} HTTP/1.1\r\nHost: HOST\r\n\r\n", long(9_000)), &[414][..]),
        (format!("GET /m/{} HTTP/1.1\r\nHost: HOST\r\n\r\n", long(100_000)), &[414, 431]),
        (format!("GET /?at={} HTTP/1.1\r\nHost: HOST\r\n\r\n", long(1_000_000)), &[400, 414, 431]),
        (format!("GET / HTTP/1.1\r\nHost: HOST\r\n{}\r\n", "X: y\r\n".repeat(1_000)), &[431]),
        (format!("GET / HTTP/1.1\r\nHost: HOST\r\nX: {}\r\n\r\n", long(2_000_000)), &[400, 431]),
        ("\0\x01\x02\r\n\r\n".to_owned(), &[400]),
        ("GET /\r\n\r\n".to_owned(), &[400]),
        ("GET / HTTP/9.9\r\nHost: HOST\r\n\r\n".to_owned(), &[400, 505]),
        ("\u{16}\u{3}\u{1}\u{2}\0\u{1}".to_owned(), &[400]),
    ] {
        let shown: String = text.chars().take(60).collect();
        // Cut off while it was sent: refused, too.
        if let Ok(heard) = exchange(server.address, &bytes(&server, &text)) {
            assert!(allowed.contains(&heard.status), "{shown}: {}", heard.status);
        }
        lives(&server);
    }
}

/// Headers byte by byte: whoever takes longer than ten seconds to ask is cut off.
#[test]
fn a_slow_client_is_cut_off() {
    let server = Server::on(House::demo());
    let (mut line, begun) = (server.line(), Instant::now());
    let asked = bytes(&server, &format!("GET / HTTP/1.1\r\nHost: HOST\r\nX: {}", "y".repeat(400)));
    let mut said = 0;
    for byte in asked {
        if line.say(&[byte]).is_err() || begun.elapsed() > Duration::from_secs(25) {
            break;
        }
        said += 1;
        std::thread::sleep(Duration::from_millis(100));
        if said % 20 == 0 {
            lives(&server);
        }
    }
    let waited = begun.elapsed();
    assert!(said > 20 && waited > Duration::from_secs(8), "cut off after {waited:?}");
    assert!(waited < Duration::from_secs(20), "cut off only after {waited:?}");
}

/// More connections than are taken at a time, all silent: those that ask have their answer as soon
/// as the silent ones are cut off.
#[test]
fn many_idle_connections_do_not_shut_others_out() {
    let server = Server::on(House::demo());
    let mut idle: Vec<Line> = (0..300).map(|_| server.line()).collect();
    let begun = Instant::now();
    lives(&server);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    assert!(idle[0].is_cut());
}

#[test]
fn an_old_client_is_answered() {
    let server = Server::on(House::demo());
    let text = bytes(&server, "GET /about.json HTTP/1.0\r\nHost: HOST\r\n\r\n");
    let heard = exchange(server.address, &text).unwrap().is(200);
    assert_eq!(heard.json()["schema"], "policy-ledger/about/1");
    assert!(matches!(status(&server, "GET / HTTP/1.0\r\n\r\n"), 400 | 421), "no host is another");
}

#[test]
fn several_questions_at_once_are_answered_in_their_order() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: HOST\r\n\r\n");
    let text = [ask("/about.json"), ask("/nowhere.json"), ask("/log.json?limit=1")].concat();
    line.say(&bytes(&server, &text)).unwrap();
    assert_eq!(line.hear(false).unwrap().is(200).json()["schema"], "policy-ledger/about/1");
    line.hear(false).unwrap().is(404);
    assert_eq!(line.hear(false).unwrap().is(200).json()["schema"], "policy-ledger/log/1");
}

/// What comes back is told to browsers as strictly where the server itself refuses.
#[test]
fn every_refusal_tells_browsers_the_same() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    for path in
        ["/nowhere", "/nowhere.json", "/state?x=1", "/state.json?at=x", "/style.css", "/robots.txt"]
    {
        told(&line.get(path), path);
    }
    let other = exchange(server.address, b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").unwrap();
    told(&other.is(421), "another host");
    told(&line.get(&format!("/{}", "a".repeat(9_000))).is(414), "too long");
}

#[test]
fn what_is_the_same_is_not_sent_again() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    let first = line.get("/state");
    let tag = first.header("etag").unwrap().to_owned();
    let again = line.ask("GET", "/state", &format!("If-None-Match: {tag}\r\n"));
    told(&again, "the same");
    assert_eq!((again.status, again.body.len()), (304, 0));
    line.ask("GET", "/state?at=2020-01-01", &format!("If-None-Match: {tag}\r\n")).is(200);
}
