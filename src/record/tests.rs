//! Every record is read and written again, and every problem is named.

use super::*;

fn draft(text: &str) -> Result<Draft, Vec<Refusal>> {
    read(&parse_object(text).unwrap())
}

fn codes(text: &str) -> Vec<&'static str> {
    draft(text).unwrap_err().iter().map(|refusal| refusal.code.as_str()).collect()
}

#[test]
fn every_record_of_the_model_is_read_and_written_again() {
    let lines = [
        r#"{"record":"measure","measure":"kr-jp.gsomia","kind":"agreement","title":"GSOMIA","parties":["KR","JP"],"part_of":null,"tags":["security"],"items":[],"initial":null}"#,
        r#"{"record":"measure","measure":"jp.white-list.kr","kind":"list-membership","initial":{"status":"listed","sources":[{"publisher":"METI"}]}}"#,
        r#"{"record":"event","key":"n","measure":"kr-jp.gsomia","act":"termination-notified","effective":"2019-08-23","announced":"2019-08-22","actors":["KR"],"then":[{"act":"terminated","effective":"2019-11-23"},{"act":"restored"}],"set":{"rate":"25 %","n":3,"x":null},"sources":[{"publisher":"Yonhap","published":"2019-08","quote":"a","lang":"en","says":{"act":"terminated"}},{"title":"t","stance":"denies"}],"instrument":"note","note":"…"}"#,
        r#"{"record":"event","measure":"m","act":"launched","modality":"expected","effective":"[2023-04-03..2023-04-25]","after":["@1"],"cancels":["n"],"settles":["0190f2f4-0000-7000-8000-000000000000"]}"#,
        r#"{"record":"event","measure":"m","act":"set","status":null,"effective":"2019"}"#,
        r#"{"record":"amendment","of":"@2","set":{"effective":"2019-08-28","note":null},"because":"better-source","reason":"r"}"#,
        r#"{"record":"retraction","of":"n","because":"entered-by-mistake"}"#,
        r#"{"record":"source","of":"n","source":{"url":"https://example.org"},"says":{"effective":"2019-08-07"}}"#,
        r#"{"record":"settlement","of":"n","field":"occurred","value":false,"reason":"r"}"#,
        r#"{"record":"kind","kind":"licence-quota","definition":{"initial":"none"}}"#,
        r#"{"record":"alias","measure":"jp.group-a.kr","of":"jp.white-list.kr"}"#,
        r#"{"record":"review","measure":"jp.white-list.kr","through":"2020-01-06","note":"read"}"#,
    ];
    for line in lines {
        let first = draft(line).unwrap_or_else(|problems| panic!("{line}: {problems:?}"));
        let again = read(&first.record.body()).unwrap();
        assert_eq!(first.record, again.record, "{line}");
        assert_eq!(first.record.body(), again.record.body(), "{line}");
    }
}

#[test]
fn every_problem_of_a_record_is_named() {
    let line = r#"{"record":"event","mesure":"x","act":"In Force","effective":"2020-02-30","sources":[{"published":"x"},3],"then":[{"acts":"a"}],"set":{"rate":0.25}}"#;
    let problems = draft(line).unwrap_err();
    let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for expected in [
        "`measure` is missing",
        "`act` must be a kebab-case word",
        "2020-02-29",
        "`sources[0].published`",
        "a list of objects",
        "`then[0].act` is missing",
        "no field `then[0].acts`",
        "write amounts as text",
        "no field `mesure` here; did you mean `measure`?",
    ] {
        assert!(text.iter().any(|line| line.contains(expected)), "{expected} in {text:#?}");
    }
}

#[test]
fn what_is_no_record_is_refused() {
    assert_eq!(codes(r#"{"record":"evnt"}"#), ["unknown-record"]);
    assert_eq!(codes("{}"), ["missing-field"]);
    assert_eq!(codes(r#"{"record":"alias","measure":"A.b","of":"a"}"#), ["bad-value"]);
    let plan_before = r#"{"record":"event","measure":"m","act":"a","effective":"2020-05","then":[{"act":"b","effective":"2020-04"}]}"#;
    assert_eq!(codes(plan_before), ["bad-value"]);
    let both = r#"{"record":"source","of":"n","source":{"title":"t","stance":"denies"},"stance":"denies"}"#;
    assert_eq!(codes(both), ["bad-value"]);
    let settled = r#"{"record":"settlement","of":"n","field":"occurred","value":"no"}"#;
    assert_eq!(codes(settled), ["bad-value"]);
}
