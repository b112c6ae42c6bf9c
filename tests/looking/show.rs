//! `ledger show`: one record with its story.

use serde_json::{Value, json};

use super::demo::{Demo, numbers};

#[test]
fn a_record_is_shown_by_number_key_and_id() {
    let demo = Demo::new();
    let shown = demo.rows("show @57").remove(0);
    assert_eq!(shown["says"]["record"], "event");
    assert_eq!(shown["says"]["effective"], "2019-08-23");
    assert_eq!(shown["says"]["sources"][0]["publisher"], "Jiji");
    assert_eq!(shown["retracted"], false);
    let id = shown["id"].as_str().unwrap();
    let begin = &id[..13];
    let key = shown["key"].as_str().unwrap();
    for name in [id, begin, key] {
        assert_eq!(demo.rows(&format!("show {name}"))[0], shown, "{name}");
    }
    // The chain: what it carries of the one before is that one's hash.
    let before = demo.rows("show @56").remove(0);
    assert_eq!(shown["previous"], before["hash"]);
    assert!(demo.rows("show @1")[0]["previous"].is_string());
}

#[test]
fn a_record_that_is_not_there_is_exit_4_with_a_way_out() {
    let demo = Demo::new();
    let (exit, error) = demo.error("show @9999");
    assert_eq!((exit, &error["code"]), (4, &json!("unknown-reference")));
    assert!(error["message"].as_str().unwrap().contains("@199"));
    let (_, error) = demo.error("show jp-list-removed-2019-08-82");
    assert_eq!(error["help"][0], "did you mean `jp-list-removed-2019-08-28`?");
    let (exit, error) = demo.error("show kr-jp.gsomia");
    assert_eq!((exit, &error["help"][0]), (4, &json!("ledger measure show kr-jp.gsomia")));
    assert_eq!(demo.error("show @0").0, 4);
    assert_eq!(demo.error("show @57 --known @56").0, 4);
    assert_eq!(demo.error("show @57 --known @9999").1["code"], "unknown-record-number");
    assert_eq!(demo.error("show 01").0, 4);
}

#[test]
fn a_record_tells_what_became_of_it() {
    let demo = Demo::new();
    let of = "gsomia-termination-notified-2019-08-23";
    let (because, reason) = ("better-source", "the note was handed over later");
    demo.record(&[
        json!({"record": "amendment", "key": "first", "of": of, "set": {"effective": "2019-08-24"},
               "because": because, "reason": reason}),
        json!({"record": "amendment", "key": "second", "of": of,
               "set": {"effective": "2019-08-25", "note": null}, "because": "typing-error"}),
        json!({"record": "retraction", "key": "third", "of": "second", "because": "by-mistake"}),
        json!({"record": "retraction", "key": "fourth", "of": of, "because": "by-mistake"}),
        json!({"record": "retraction", "key": "fifth", "of": "fourth", "because": "by-mistake"}),
    ]);
    let shown = demo.rows(&format!("show {of}")).remove(0);
    assert_eq!(shown["says"]["effective"], "2019-08-23");
    assert_eq!(shown["stands"]["effective"], "2019-08-24");
    assert_eq!(shown["stands"]["sources"].as_array().unwrap().len(), 3);
    assert_eq!(shown["retracted"], false);
    let story = shown["story"].as_array().unwrap();
    assert_eq!(numbers(story), [58, 81, 83, 200, 201, 202, 203, 204]);
    assert_eq!(story[0]["does"], "adds a source to");
    assert_eq!(story[1]["does"], "cancels the plans of");
    assert_eq!(story[3]["changes"], json!({"effective": ["2019-08-23", "2019-08-24"]}));
    assert_eq!(story[3]["because"], because);
    assert_eq!(story[3]["reason"], reason);
    assert_eq!(story[4]["changes"]["effective"], json!(["2019-08-24", "2019-08-25"]));
    assert_eq!(story[4]["changes"]["note"][1], Value::Null);
    assert_eq!((&story[4]["retracted"], &story[5]["of"]), (&json!(true), &json!(201)));
    assert_eq!((&story[6]["retracted"], &story[7]["of"]), (&json!(true), &json!(203)));
    // Before all that it was another story.
    let before = demo.rows(&format!("show {of} --known @199")).remove(0);
    assert_eq!(numbers(before["story"].as_array().unwrap()), [58, 81, 83]);
    // In between it was retracted.
    let between = demo.rows(&format!("show {of} --known @203")).remove(0);
    assert_eq!(between["retracted"], true);
    assert!(demo.text(&format!("show {of} --known @203")).contains("RETRACTED"));
    let text = demo.text(&format!("show {of}"));
    assert!(text.contains("effective: from 2019-08-23 to 2019-08-24"), "{text}");
    assert!(text.contains(reason), "{text}");
    let amendment = demo.text("show second");
    assert!(amendment.contains("about @57, event: termination-notified"), "{amendment}");
}
