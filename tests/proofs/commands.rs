//! `prove`, `checkpoint` and `verify --proof`, checked by the RFC's words too.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::rfc9162;
use crate::house::House;

const DEMO: &str = "policy-ledger/6a617061-6e6b-8f72-a561-64656d6f0001";

/// A key in the file `key`; gives what checks it.
fn key(house: &House) -> String {
    let made = house.ledger("checkpoint --new-key key --json").fine().json();
    made["results"][0]["verifier_key"].as_str().unwrap().to_owned()
}

#[test]
fn every_record_is_proven_to_somebody_without_the_ledger() {
    let (house, elsewhere) = (House::demo(), House::empty());
    let (head, records) = {
        let ledger = house.ledger("state --json").fine().json()["ledger"].clone();
        (ledger["head"].as_str().unwrap().to_owned(), ledger["records"].as_u64().unwrap())
    };
    let export = house.export();
    for (number, line) in (1..=records).zip(export.lines()).step_by(11) {
        let proof = house.ledger(&format!("prove @{number}")).fine().out;
        let entry = rfc9162::tlog_proof(&proof).unwrap_or_else(|| panic!("@{number}: {proof}"));
        let said: Value = serde_json::from_slice(&entry[1..]).unwrap();
        assert_eq!(said["seq"], number);
        fs::remove_dir_all(elsewhere.path(".ledger")).ok();
        elsewhere.file("a.tlog-proof", &proof);
        let answer = elsewhere.ledger("verify --proof a.tlog-proof --json").fine().json();
        assert_eq!(answer["sound"], true);
        assert_eq!(answer["said"], serde_json::from_str::<Value>(line).unwrap(), "@{number}");
        assert!(answer.to_string().contains(&head), "{answer}");
    }
}

#[test]
fn a_proof_that_was_altered_does_not_hold() {
    let house = House::demo();
    let proof = house.ledger("prove @57").fine().out;
    let lines: Vec<&str> = proof.lines().collect();
    let mut noticed = 0;
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        let at = line.len() / 2;
        let digit = if &line[at..=at] == "A" { "B" } else { "A" };
        let mut other: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        other[place].replace_range(at..=at, digit);
        house.file("a", other.join("\n") + "\n");
        let answer = house.ledger("verify --proof a");
        // The origin of an unsigned checkpoint can be any.
        let is_origin = *line == DEMO;
        assert!(answer.code == 6 || answer.code == 2 || is_origin, "{place}: {answer:?}");
        noticed += usize::from(answer.code == 6);
    }
    assert!(noticed >= 9, "{noticed}");
    let moved = proof.replace("index 56", "index 57");
    house.file("a", moved);
    assert_eq!(house.ledger("verify --proof a").code, 6);
}

#[test]
fn a_signed_proof_says_by_whom() {
    let house = House::demo();
    let key = key(&house);
    house.ledger("prove @57 --key key -o a.tlog-proof").fine();
    let says = |words: &str| {
        let answer = house.run(&words.split(' ').collect::<Vec<_>>(), b"");
        (answer.code, answer.out)
    };
    let (code, text) = says(&format!("verify --proof a.tlog-proof --key {key}"));
    assert!(code == 0 && text.contains("signed the checkpoint"), "{text}");
    assert!(text.contains("Nothing is wrong."), "{text}");
    let (code, text) = says("verify --proof a.tlog-proof");
    assert!(
        code == 0 && text.contains("not checked") && !text.contains("Nothing is wrong"),
        "{text}"
    );
    // Another origin, and the signature no longer fits.
    let forged = fs::read_to_string(house.path("a.tlog-proof")).unwrap();
    house.file("b", forged.replacen(&format!("\n{DEMO}\n"), "\npolicy-ledger/x\n", 1));
    let (code, text) = says(&format!("verify --proof b --key {key}"));
    assert!(code == 6 && text.contains("does not fit"), "{text}");
    house.ledger("prove @57 -o c.tlog-proof").fine();
    let (code, text) = says(&format!("verify --proof c.tlog-proof --key {key}"));
    assert!(code == 6 && text.contains("did not sign"), "{text}");
    house.file("verifier", &key);
    assert_eq!(says("verify --proof a.tlog-proof --key verifier").0, 0);
}

#[test]
fn what_the_ledger_was_is_proven_to_be_its_beginning() {
    let house = House::demo();
    let mut older: Vec<String> = Vec::new();
    for known in ["@1", "@2", "@64", "@65", "@128", "@150", "@199"] {
        let text = house.ledger(&format!("checkpoint --known {known}")).fine().out;
        let (origin, size, _) = rfc9162::checkpoint(&text);
        assert_eq!((origin.as_str(), format!("@{size}")), (DEMO, known.to_owned()));
        house.file(known, &text);
        older.push(known.to_owned());
    }
    for (place, new) in older.iter().enumerate() {
        for old in &older[..=place] {
            let proof = house.ledger(&format!("prove --since {old} --under {new}")).fine().out;
            let text = fs::read_to_string(house.path(old)).unwrap();
            assert!(rfc9162::add_checkpoint(&proof, &text), "{old} {new}");
            house.file("proof", &proof);
            house.ledger(&format!("verify --proof proof --since {old}")).fine();
            house.ledger(&format!("verify --checkpoint {old}")).fine();
            let other = older.iter().find(|other| *other != old).unwrap();
            let wrong = house.ledger(&format!("verify --proof proof --since {other}"));
            assert_eq!(wrong.code, 6, "{old} {new} {other}: {wrong:?}");
        }
    }
    assert_eq!(house.ledger("prove --since @150 --under @64").code, 2);
    let early = house.ledger("prove @57 --under @64").fine().out;
    assert!(rfc9162::tlog_proof(&early).is_some());
    assert_eq!(house.ledger("prove @65 --under @64").code, 4);
}

#[test]
fn a_checkpoint_of_another_ledger_is_none_of_this_one() {
    let (house, other) = (House::demo(), House::simulated());
    let line = r#"{"record":"measure","measure":"m","kind":"plain"}"#;
    other.run(&["append", "-"], line.as_bytes()).fine();
    house.file("foreign", other.ledger("checkpoint").fine().out);
    let answer = house.ledger("verify --checkpoint foreign");
    assert_eq!(answer.code, 6);
    assert!(answer.out.contains("this is 6a617061"), "{answer:?}");
    for words in ["prove @57 --under foreign", "prove --since foreign"] {
        let answer = house.ledger(words);
        assert!(answer.code == 6 && answer.err.contains("none of this ledger"), "{answer:?}");
    }
    // More records than there are.
    let all = house.ledger("checkpoint").fine().out;
    house.file("later", all.replace("\n199\n", "\n500\n"));
    let answer = house.ledger("prove --since later");
    assert!(answer.code == 6 && answer.err.contains("only 199"), "{answer:?}");
    assert_eq!(house.ledger("verify --checkpoint later").code, 6);
}

#[test]
fn a_key_is_a_secret_of_its_owner() {
    let house = House::demo();
    let public = key(&house);
    assert!(public.starts_with(&format!("{DEMO}+")), "{public}");
    let mode = fs::metadata(house.path("key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let secret = fs::read_to_string(house.path("key")).unwrap();
    let again = house.ledger("checkpoint --new-key key");
    assert_eq!(again.code, 5, "never written over: {again:?}");
    assert_eq!(fs::read_to_string(house.path("key")).unwrap(), secret);
    for mode in [0o640, 0o604, 0o660] {
        fs::set_permissions(house.path("key"), fs::Permissions::from_mode(mode)).unwrap();
        let answer = house.ledger("checkpoint --key key");
        assert!(answer.code == 5 && answer.err.contains("read by others"), "{answer:?}");
        assert_eq!(answer.out, "");
    }
    let inside = house.ledger("checkpoint --new-key .ledger/key");
    assert!(inside.code == 2 && !house.path(".ledger/key").exists(), "{inside:?}");
    let refused = house.run(&["verify", "--checkpoint", "x", "--key", secret.trim()], b"");
    assert!(refused.code == 2 && refused.err.contains("signing key"), "{refused:?}");
    assert!(!refused.err.contains(&secret[60..80]), "a secret is not repeated");
    assert_ne!(key(&House::demo()), public, "every key is another one");
}

#[test]
fn a_named_key_gives_its_name_to_what_it_signs() {
    let house = House::demo();
    let words = ["checkpoint", "--new-key", "key", "--name", "example.org/trade"];
    let text = house.run(&words, b"").fine().out;
    let public = text.lines().last().unwrap().to_owned();
    house.ledger("checkpoint --key key -o now.checkpoint").fine();
    let note = fs::read_to_string(house.path("now.checkpoint")).unwrap();
    assert!(note.starts_with("example.org/trade\n199\n"), "{note}");
    assert!(note.contains("\n\n— example.org/trade "), "{note}");
    house.run(&["verify", "--checkpoint", "now.checkpoint", "--key", &public], b"").fine();
    for name in ["a b", "a+b", ""] {
        let answer = house.run(&["checkpoint", "--new-key", "other", "--name", name], b"");
        assert!(answer.code == 2 && !house.path("other").exists(), "{name}: {answer:?}");
    }
}

#[test]
fn an_empty_ledger_has_a_checkpoint_and_nothing_to_prove() {
    let house = House::empty();
    let text = house.ledger("checkpoint").fine().out;
    let (_, size, root) = rfc9162::checkpoint(&text);
    assert_eq!((size, root), (0, rfc9162::root(&[])));
    house.file("none", &text);
    assert_eq!(house.ledger("prove @1").code, 4);
    house.ledger("verify --checkpoint none").fine();
    house.ledger("measure add m --kind plain").fine();
    let proof = house.ledger("prove --since none").fine().out;
    house.file("proof", &proof);
    house.ledger("verify --proof proof --since none").fine();
    let alone = house.ledger("prove @1").fine().out;
    assert!(rfc9162::tlog_proof(&alone).is_some(), "{alone}");
}

#[test]
fn what_is_no_file_of_these_is_refused() {
    let house = House::demo();
    house.file("poem", "Over the land\nfreckled with snow\n");
    house.file("bytes", [0xff, 0xfe, 0x00]);
    for words in [
        "verify --proof poem",
        "verify --proof bytes",
        "verify --checkpoint poem",
        "verify --checkpoint bytes",
        "verify --cite poem",
        "verify --key poem --checkpoint poem",
        "prove @1 --under poem",
        "prove --since poem",
        "checkpoint --key poem",
        "prove",
        "prove @1 --since poem",
        "verify --proof poem --expect 00",
        "verify --expect 00",
        "verify --expect x:00",
        "verify --since poem",
        "checkpoint --name x",
        "verify --key a+b+c --checkpoint poem",
    ] {
        if words.starts_with("checkpoint --key") {
            fs::set_permissions(house.path("poem"), fs::Permissions::from_mode(0o600)).unwrap();
        }
        let answer = house.ledger(words);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{words}: {answer:?}");
    }
    for words in ["verify --proof gone", "verify --checkpoint gone", "checkpoint --key gone"] {
        let answer = house.ledger(words);
        assert_eq!((answer.code, answer.out.as_str()), (5, ""), "{words}: {answer:?}");
    }
    assert_eq!(house.ledger("prove @9999").code, 4);
}
