//! Entries are read as they were written, by the quick reader and by the strict one.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::proof::leaf;

fn entry() -> Entry {
    let line = r#"{"record":"event","key":"k","measure":"m","act":"held","effective":"2019-07"}"#;
    let draft = record::read(&record::parse_object(line).unwrap()).unwrap();
    Entry {
        seq: 7,
        id: uuid::Uuid::from_u128(5),
        recorded: "2019-08-01T00:00:00.000001Z".parse().unwrap(),
        by: Some("me".to_owned()),
        key: draft.key,
        record: draft.record,
    }
}

#[test]
fn what_is_written_is_read_again() {
    let prev = leaf(b"before");
    let bytes = encode(&entry(), &prev).unwrap();
    let stored = decode(&bytes).unwrap();
    assert_eq!(stored.entry, entry());
    assert_eq!(stored.prev, prev.to_string());
    assert_eq!(encode(&stored.entry, &prev).unwrap(), bytes);
    let Envelope { seq, id, recorded, prev: before } = Envelope::of(&bytes).unwrap();
    assert_eq!((seq, id, before), (7, entry().id, prev));
    assert_eq!(recorded, "2019-08-01T00:00:00.000001Z");
}

#[test]
fn what_is_written_is_the_object_of_what_is_known_and_said() {
    let lines = [
        r#"{"record":"event","key":"k\"é","measure":"m","act":"held","effective":"2019-07",
            "note":"\u0001\\\n","set":{"rate":"0.1","n":12345678901234567890,"x":null}}"#,
        r#"{"record":"measure","measure":"m","kind":"plain","title":"a\\b\u2028","initial":{"status":"s"}}"#,
        r#"{"record":"amendment","of":"@3","set":{"note":null},"because":"better-source"}"#,
        r#"{"record":"settlement","of":"k","field":"occurred","value":false,"reason":"r"}"#,
    ];
    for line in lines {
        let draft = record::read(&record::parse_object(line).unwrap()).unwrap();
        let entry = Entry { record: draft.record, key: draft.key, ..entry() };
        let prev = leaf(b"before");
        let mut object = Map::new();
        object.insert("seq".to_owned(), entry.seq.into());
        object.extend(envelope(&entry));
        object.insert("prev".to_owned(), prev.to_string().into());
        object.extend(entry.record.body());
        let expected = [&[VERSION][..], Value::Object(object).to_string().as_bytes()].concat();
        assert_eq!(encode(&entry, &prev).unwrap(), expected, "{line}");
    }
}

#[test]
fn the_bytes_of_version_1_never_change() {
    let bytes = encode(&entry(), &leaf(b"before")).unwrap();
    let expected = concat!(
        "\u{1}{\"seq\":7,\"id\":\"00000000-0000-0000-0000-000000000005\",",
        "\"recorded\":\"2019-08-01T00:00:00.000001Z\",\"by\":\"me\",\"key\":\"k\",\"prev\":\"",
        "PREV\",\"record\":\"event\",\"measure\":\"m\",\"act\":\"held\",",
        "\"effective\":\"2019-07\"}"
    );
    let expected = expected.replace("PREV", &leaf(b"before").to_string());
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn other_bytes_are_no_entry() {
    assert_eq!(decode(&[9, b'{']), Err(Unreadable::Newer(9)));
    assert_eq!(Envelope::of(&[9, b'{']), Err(Unreadable::Newer(9)));
    for bytes in [&b""[..], b"\x00{}", b"\x01{}", b"\x01\xff", b"\x01{\"record\":\"event\"}"] {
        assert!(matches!(decode(bytes), Err(Unreadable::Damaged(_))), "{bytes:?}");
        assert!(matches!(Envelope::of(bytes), Err(Unreadable::Damaged(_))), "{bytes:?}");
    }
}

#[test]
fn an_entry_has_a_limit() {
    let mut long = entry();
    if let record::Record::Event(event) = &mut long.record {
        std::sync::Arc::make_mut(event).note = Some("x".repeat(70 * 1024));
    }
    assert_eq!(encode(&long, &leaf(b"")).unwrap_err().code, Code::TooLarge);
}

// The quick reader and the strict one

/// An entry of a record as it would be appended; none where admission would refuse it.
fn of_line(line: &Value, seq: u64) -> Option<Vec<u8>> {
    let record::Draft { record, key, by, .. } = record::read(line.as_object()?).ok()?;
    let recorded = "2019-08-01T00:00:00.123Z".parse().ok()?;
    let entry =
        Entry { seq, id: uuid::Uuid::from_u128(u128::from(seq)), recorded, by, key, record };
    encode(&entry, &leaf(b"before")).ok()
}

fn is_read_quickly(bytes: &[u8]) -> bool {
    record::quick(std::str::from_utf8(&bytes[1..]).unwrap()).is_some()
}

fn same(bytes: &[u8]) {
    assert_eq!(decode(bytes), decode_strictly(bytes), "{}", String::from_utf8_lossy(bytes));
}

/// Every record of the fixtures, and one of each form with every field.
fn entries() -> Vec<Vec<u8>> {
    let source = json!({"publisher": "P", "title": "T\n\"\\\t", "url": "u", "published": "2019-07~",
        "quote": "q", "lang": "ko", "archived": "a", "note": "n", "stance": "denies",
        "says": {"act": "held", "effective": "2019", "announced": "[2019-07-01..]"}});
    let forms = [
        json!({"record": "measure", "measure": "a.b", "kind": "plain", "revision": 1, "title": "t",
            "parties": ["KR", "JP"], "part_of": "a", "tags": ["x"], "items": ["8486"], "note": "n",
            "initial": {"status": "s t", "sources": [source]}}),
        json!({"record": "event", "by": "me", "key": "k", "measure": "m", "act": "held",
            "status": null, "effective": "2019-07-01T10:00+09:00", "announced": "2019-06",
            "modality": "expected", "actors": ["A", "B"], "after": ["@1", "k1"],
            "cancels": ["00000000-0000-0000-0000-000000000005"], "settles": ["0000-000"],
            "then": [{"act": "ended", "status": "s", "effective": "2020", "set": {"a": -1}},
                {"act": "ended", "status": null}],
            "set": {"a": 1, "b": "x", "c": true, "d": null, "e": false, "f": -7},
            "sources": [source, {"title": "t"}], "instrument": "i", "note": "n"}),
        json!({"record": "amendment", "of": "@3", "set": {"effective": "2019", "note": null},
            "because": "typo", "reason": "r"}),
        json!({"record": "retraction", "of": "@3", "because": "typo", "reason": "r"}),
        json!({"record": "source", "of": "k", "source": source}),
        json!({"record": "settlement", "of": "k", "field": "effective", "value": "2019"}),
        json!({"record": "settlement", "of": "k", "field": "occurred", "value": false,
            "reason": "r"}),
        json!({"record": "alias", "measure": "a", "of": "b", "note": "n"}),
        json!({"record": "review", "measure": "a", "through": "2019-01-31", "note": "n"}),
    ];
    let files = [
        include_str!("../../fixtures/public-record.jsonl"),
        include_str!("../../fixtures/articles.jsonl"),
    ];
    let lines = files.iter().flat_map(|file| file.lines());
    let lines = lines.filter_map(|line| serde_json::from_str(line).ok());
    let all: Vec<Value> = forms.into_iter().chain(lines).collect();
    let entries = all.iter().zip(1..).map(|(line, seq)| of_line(line, seq));
    entries
        .enumerate()
        .filter_map(|(place, entry)| {
            assert!(entry.is_some() || place > 8, "a form of its own is refused: {place}");
            entry
        })
        .collect()
}

#[test]
fn every_form_is_read_quickly_and_as_by_the_strict_reader() {
    let entries = entries();
    assert!(entries.len() > 200);
    for bytes in &entries {
        same(bytes);
        let text = String::from_utf8_lossy(bytes);
        let is_nested = [r#""record":"kind""#, r#""set":{"after":["#];
        let is_left = is_nested.iter().any(|form| text.contains(form));
        assert_eq!(is_read_quickly(bytes), !is_left, "{text}");
    }
}

#[test]
fn what_is_unusual_is_left_to_the_strict_reader() {
    let usual = String::from_utf8(
        of_line(
            &json!({"record": "event", "measure": "m", "act": "held", "effective": "2019-07",
            "set": {"a": 10}, "note": "n"}),
            3,
        )
        .unwrap(),
    )
    .unwrap();
    let sound = [
        (r#""act":"held","effective":"2019-07""#, r#""effective":"2019-07","act":"held""#),
        (r#""note":"n""#, r#""note": "n""#),
        (r#""note":"n""#, r#""note":"""#),
        (r#""note":"n""#, r#""note":null"#),
        (r#""note":"n""#, r#""note":"\u00e9""#),
        (r#""note":"n""#, r#""note":"n","sources":[]"#),
    ];
    let refused = [
        (r#""note":"n""#, r#""note":"n","later":1"#),
        (r#""note":"n""#, r#""note":"n","note":"n""#),
        (r#""note":"n""#, r#""note":"\u0000""#),
        (r#""note":"n""#, "\"note\":\"\u{1}\""),
        (r#""note":"n"}"#, r#""note":"n"}}"#),
        (r#""note":"n"}"#, r#""note":"n""#),
        (r#""a":10"#, r#""a":010"#),
        (r#""a":10"#, r#""a":10.5"#),
        (r#""a":10"#, r#""a":[]"#),
        (r#""a":10"#, r#""a":1,"a":2"#),
        (r#""a":10"#, r#""a b":1"#),
        (r#""act":"held""#, r#""act":"Held""#),
        (r#""2019-07""#, r#""2019-13""#),
    ];
    for (is, becomes) in sound.iter().chain(&refused) {
        let bytes = usual.replacen(is, becomes, 1).into_bytes();
        assert_ne!(bytes, usual.as_bytes(), "{becomes}");
        same(&bytes);
        let is_sound = sound.iter().any(|(_, other)| other == becomes);
        assert_eq!(decode(&bytes).is_ok(), is_sound, "{becomes}");
    }
}

fn words() -> impl Strategy<Value = Value> {
    let odd = "[a-z\"\\\\/\n\t\r\u{1}\u{8}\u{c}\u{7f}é韓😀 {}:,\\[\\]]{0,40}";
    prop_oneof!["[a-z0-9-]{1,20}", odd].prop_map(Value::String)
}

fn dates() -> impl Strategy<Value = Value> {
    let form = "20[0-9]{2}(-[01][0-9](-[0-3][0-9])?)?[~?]?|\\[20[01]0\\.\\.(2021-0[1-9])?\\]";
    form.prop_map(Value::String)
}

fn plain() -> impl Strategy<Value = Value> {
    prop_oneof![
        words(),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ]
}

fn set() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-z]{1,3}", plain(), 1..4).prop_map(|map| json!(map))
}

fn sources() -> impl Strategy<Value = Value> {
    (words(), dates(), words(), dates()).prop_map(|(title, published, note, on)| {
        json!({"title": title, "published": published, "note": note, "says": {"effective": on}})
    })
}

/// A value of any field: of its own form mostly, so that many records are sound.
fn fields() -> impl Strategy<Value = Value> {
    let sources = prop::collection::vec(sources(), 0..3);
    let names = prop::collection::vec(words(), 0..3);
    (words(), dates(), dates(), sources, names, set(), plain(), self::sources()).prop_map(
        |(word, one, other, sources, names, set, plain, source)| {
            json!({"note": word, "title": word, "by": word, "reason": word, "status": word,
                "effective": one, "announced": other, "then": [{"act": "held", "effective": other}],
                "sources": sources, "actors": names, "parties": names, "after": names, "set": set,
                "value": plain, "source": source, "through": one, "instrument": word})
        },
    )
}

fn records() -> impl Strategy<Value = Value> {
    let forms = prop::sample::select(vec![
        (
            "event",
            json!({"measure": "m", "act": "held", "effective": "2019-07-04"}),
            "by note status effective announced then sources actors after set instrument",
        ),
        ("measure", json!({"measure": "m", "kind": "plain"}), "by note title parties"),
        (
            "amendment",
            json!({"of": "@1", "because": "typo", "set": {"note": "n"}}),
            "by reason set",
        ),
        ("retraction", json!({"of": "@1", "because": "typo"}), "by reason"),
        ("source", json!({"of": "@1", "source": {"title": "t"}}), "by source"),
        ("settlement", json!({"of": "@1", "field": "act", "value": "2019"}), "reason value"),
        ("alias", json!({"measure": "m", "of": "n"}), "note"),
        ("review", json!({"measure": "m", "through": "2019-07-04"}), "note through"),
    ]);
    (forms, fields(), any::<u32>()).prop_map(|((kind, mut record, names), fields, chosen)| {
        record["record"] = kind.into();
        for (place, name) in names.split(' ').enumerate() {
            if chosen >> (2 * place) & 3 == 1 {
                record[name] = fields[name].clone();
            }
        }
        record
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_records_are_read_as_by_the_strict_reader(record in records(), seq in 1..u64::MAX) {
        if let Some(bytes) = of_line(&record, seq) {
            prop_assert!(decode(&bytes).is_ok());
            same(&bytes);
        }
    }

    #[test]
    fn damaged_bytes_are_refused_as_by_the_strict_reader(
        which in any::<prop::sample::Index>(),
        hurts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..6), 1..3),
    ) {
        let entries = ENTRIES.with(Clone::clone);
        let mut bytes = which.get(&entries).clone();
        for (place, byte, how) in hurts {
            let place = place.index(bytes.len());
            let sign = b"\"\\{}[]:,0n1 -"[usize::from(byte) % 13];
            match how {
                0 => bytes[place] = byte,
                1 => bytes[place] = sign,
                2 => bytes.insert(place, sign),
                3 => drop(bytes.remove(place)),
                4 => bytes.truncate(place.max(1)),
                _ => bytes[place] ^= 1 << (byte % 8),
            }
        }
        same(&bytes);
    }
}

thread_local! {
    static ENTRIES: std::rc::Rc<Vec<Vec<u8>>> = std::rc::Rc::new(entries());
}
