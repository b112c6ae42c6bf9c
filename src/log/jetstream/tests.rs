//! What can be said of a stream without a server.

use serde_json::{Value, json};

use super::configuration::{leads, wanted, warnings, wrong};
use super::{Address, Credentials};

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

#[test]
fn an_address_names_servers_and_a_stream() {
    let one = address("nats://a.example,b:4333,[::1]:4222/trade-1");
    assert_eq!(one.servers(), ["a.example:4222", "b:4333", "[::1]:4222"]);
    assert_eq!((one.name(), one.tls()), ("trade-1", false));
    assert_eq!(one.to_string(), "nats://a.example:4222,b:4333,[::1]:4222/trade-1");
    assert_eq!(address(&one.to_string()), one);
    assert!(address("tls://a/x").tls());
}

#[test]
fn what_is_no_address_is_refused_and_a_password_is_not_repeated() {
    for text in [
        "nats://",
        "nats://a",
        "nats://a/",
        "nats://a/x y",
        "nats://a/x/y",
        "nats:///x",
        "nats://a,,b/x",
        "nats://a:0/x",
        "nats://a:b/x",
        "nats://a b/x",
        "http://a/x",
        "nats://a/x.y",
    ] {
        assert!(text.parse::<Address>().is_err(), "{text}");
    }
    let refused = "nats://me:hush-hush@a/x".parse::<Address>().unwrap_err().to_string();
    assert!(refused.contains("POLICY_LEDGER_NATS_PASSWORD_FILE"), "{refused}");
    assert!(!refused.contains("hush"), "{refused}");
}

#[test]
fn credentials_are_never_shown() {
    let user = Some(("me".to_owned(), "hush-hush".to_owned()));
    let shown = format!("{:?}", Credentials { user, ..Credentials::default() });
    assert!(!shown.contains("hush"), "{shown}");
}

fn info(change: impl FnOnce(&mut Value)) -> Value {
    let config = wanted(&address("nats://a/x"), 3);
    let state = json!({"messages": 7, "first_seq": 1, "last_seq": 7});
    let mut info = json!({"config": config, "state": state});
    change(&mut info);
    info
}

#[test]
fn a_stream_as_it_is_made_is_sound() {
    let at = address("nats://a/x");
    assert_eq!(wrong(&info(|_| ()), &at, "2.12.8"), Vec::<String>::new());
    assert_eq!(warnings(&info(|_| ()), "2.12.8"), Vec::<String>::new());
    assert_eq!(warnings(&info(|_| ()), "2.14.6").len(), 1);
    assert_eq!(warnings(&info(|it| it["config"]["num_replicas"] = 1.into()), "2.12.8").len(), 1);
}

#[test]
fn every_setting_that_could_lose_entries_is_named() {
    let at = address("nats://a/x");
    for (key, value) in [
        ("storage", json!("memory")),
        ("retention", json!("workqueue")),
        ("discard", json!("old")),
        ("max_age", json!(1)),
        ("max_msgs_per_subject", json!(5)),
        ("max_msg_size", json!(1000)),
        ("deny_delete", json!(false)),
        ("deny_purge", json!(false)),
        ("allow_atomic", json!(false)),
        ("duplicate_window", json!(1)),
        ("subjects", json!(["ledger.*"])),
        ("allow_rollup_hdrs", json!(true)),
        ("allow_msg_ttl", json!(true)),
        ("no_ack", json!(true)),
        ("sealed", json!(true)),
        ("mirror", json!({"name": "y"})),
        ("sources", json!([{"name": "y"}])),
        ("republish", json!({"src": ">", "dest": "y.>"})),
        ("subject_transform", json!({"src": ">", "dest": "y.>"})),
        ("persist_mode", json!("async")),
    ] {
        let said = wrong(&info(|it| it["config"][key] = value), &at, "2.12.8");
        assert!(matches!(&said[..], [only] if only.contains(key)), "{key}: {said:?}");
    }
    assert_eq!(wrong(&info(|_| ()), &at, "2.11.9").len(), 1);
    assert_eq!(wrong(&info(|_| ()), &at, "no version").len(), 1);
    for (key, value) in [("first_seq", 2), ("messages", 6)] {
        let said = wrong(&info(|it| it["state"][key] = value.into()), &at, "2.12.8");
        assert!(said[0].contains("messages are gone"), "{key}: {said:?}");
    }
}

#[test]
fn who_hears_of_no_majority_does_not_lead() {
    let (near, far) = (900_000_000_u64, 4_000_000_000_u64);
    let others = |heard: &[u64]| {
        let replica = |ago: &u64| json!({"name": "n", "current": true, "active": ago});
        json!({"leader": "n0", "replicas": heard.iter().map(replica).collect::<Vec<_>>()})
    };
    for (heard, is_leading) in [
        (&[][..], true),
        (&[near, near], true),
        (&[near, far], true),
        (&[far, far], false),
        (&[near, near, far, far], true),
        (&[near, far, far, far], false),
    ] {
        assert_eq!(leads(&others(heard)), is_leading, "{heard:?}");
    }
    assert!(leads(&Value::Null), "a server without others");
}
