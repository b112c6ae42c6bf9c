//! Where others than this machine can ask, they must know the token.

use base64ct::{Base64, Encoding as _};

use super::crawl::told;
use super::server::{DEMO, Server};
use crate::house::House;

const TOKEN: &str = "a-token-of-some-length-0123";

#[test]
fn another_host_needs_a_token() {
    for host in ["0.0.0.0", "::", "192.0.2.1", "example.org"] {
        let answer = DEMO.run(&["serve", "--port", "0", "--host", host], b"");
        assert_eq!(answer.code, 2, "{host}: {answer:?}");
        assert!(answer.err.contains("a token is needed") && answer.out.is_empty(), "{answer:?}");
    }
}

#[test]
fn a_token_is_one_line_that_is_long_enough() {
    let house = House::demo();
    for (what, text) in [
        ("empty", ""),
        ("short", "abcdefgh"),
        ("two lines", "a-token-of-some-length\nanother-token-of-some-length"),
        ("spaces", "a token of some length 0123"),
        ("no ASCII", "ein-Wörtchen-von-genug-Länge"),
    ] {
        let file = house.file("token", text);
        let words = ["serve", "--port", "0", "--host", "0.0.0.0", "--token-file", &file];
        let answer = house.run(&words, b"");
        assert_eq!(answer.code, 2, "{what}: {answer:?}");
        assert!(answer.err.contains("has no token"), "{what}: {answer:?}");
        assert!(text.is_empty() || !answer.err.contains(text), "{what}: {answer:?}");
    }
    let words = ["serve", "--port", "0", "--host", "0.0.0.0", "--token-file", "nowhere"];
    assert_eq!(house.run(&words, b"").code, 5);
}

#[test]
fn who_knows_the_token_is_answered() {
    let house = House::demo();
    let file = house.file("token", format!("{TOKEN}\n"));
    let flags = ["--host", "0.0.0.0", "--token-file", &file, "--log", "none"];
    let server = Server::with(house, &flags);
    let port = server.address.port();
    let ask = |header: &str| {
        let asked = format!("GET /state.json HTTP/1.1\r\nHost: 0.0.0.0:{port}\r\n{header}\r\n");
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
        super::wire::exchange(address, asked.as_bytes()).unwrap()
    };
    let basic = |words: &str| {
        format!("Authorization: Basic {}\r\n", Base64::encode_string(words.as_bytes()))
    };
    for header in [
        String::new(),
        "Authorization: Bearer wrong\r\n".to_owned(),
        format!("Authorization: Bearer {TOKEN}x\r\n"),
        format!("Authorization: Bearer {}\r\n", &TOKEN[1..]),
        format!("Authorization: {TOKEN}\r\n"),
        format!("Cookie: token={TOKEN}\r\n"),
        basic(TOKEN),
        basic(&format!("{TOKEN}:")),
        "Authorization: Basic !!!\r\n".to_owned(),
        "Authorization: Bearer \r\n".to_owned(),
    ] {
        let heard = ask(&header).is(401);
        told(&heard, &header);
        assert!(heard.header("www-authenticate").unwrap().starts_with("Basic "), "{header}");
        assert_eq!(heard.json()["error"]["code"], "no-token");
    }
    for header in [
        format!("Authorization: Bearer {TOKEN}\r\n"),
        basic(&format!(":{TOKEN}")),
        basic(&format!("anybody:{TOKEN}")),
    ] {
        assert_eq!(ask(&header).is(200).json()["schema"], "policy-ledger/state/1", "{header}");
    }
}
