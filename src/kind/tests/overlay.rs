//! Laying a definition over another: what stays, what changes, and everything that is refused.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Definition, FREE, Fault, NOTED, Problem, Standing, To};
use super::definition;

/// A small kind of one's own.
fn quota() -> Value {
    json!({
        "initial": "none",
        "statuses": {
            "none": {"label": "none", "standing": "none"},
            "open": {"label": "open for use", "standing": "active"},
            "used-up": {"standing": "ended"},
        },
        "acts": {
            "opened": {"to": "open", "from": ["none"], "cancels": ["exhausted"]},
            "topped-up": {"to": "open", "continues": true},
            "exhausted": {"to": "used-up", "from": ["open"]},
        },
        "last_day": "exhausted",
    })
}

fn new(patch: &Value) -> Definition {
    Definition::laid_over(patch, None).expect("a sound kind")
}

fn problems(patch: &Value) -> Vec<Problem> {
    Definition::laid_over(patch, Some(&new(&quota()))).expect_err("refused")
}

/// The faults of a patch laid over the quota, with their places.
fn faults(patch: &Value) -> Vec<(Fault, String)> {
    problems(patch).into_iter().map(|problem| (problem.fault, problem.at)).collect()
}

fn one(patch: &Value, fault: Fault, at: &str) {
    assert_eq!(faults(patch), [(fault, at.to_owned())], "{patch}");
}

#[test]
fn a_new_kind_gets_noted_and_labels() {
    let kind = new(&quota());
    assert_eq!(kind.acts.keys().collect::<Vec<_>>(), ["opened", "topped-up", "exhausted", NOTED]);
    assert_eq!(kind.label_of("used-up"), "used up");
    assert_eq!(kind.standing_of("used-up"), Standing::Ended);
    assert!(kind.act("topped-up").expect("an act").continues);
    assert_eq!(kind.act("opened").expect("an act").cancels, ["exhausted"]);
    assert_eq!(kind.last_day.as_deref(), Some("exhausted"));
}

#[test]
fn a_noted_of_its_own_keeps_its_place() {
    let mut patch = quota();
    patch["acts"] = json!({"noted": {}, "opened": {"to": "open"}, "exhausted": {"to": "used-up"}});
    assert_eq!(new(&patch).order_of(NOTED), Some(0));
}

#[test]
fn writing_and_reading_give_the_same() {
    let kind = new(&quota());
    let written = serde_json::to_value(&kind).expect("JSON");
    assert_eq!(serde_json::from_value::<Definition>(written.clone()).expect("a kind"), kind);
    assert_eq!(new(&written), kind);
    assert_eq!(written["acts"]["exhausted"], json!({"to": "used-up", "from": ["open"]}));
    assert_eq!(written["acts"][NOTED], json!({}));
}

#[test]
fn reading_refuses_what_is_not_sound() {
    let mut patch = quota();
    patch["initial"] = json!("nothing");
    let error = serde_json::from_value::<Definition>(patch).expect_err("refused");
    assert!(error.to_string().contains("no status `nothing`"), "{error}");
}

#[test]
fn an_empty_patch_changes_nothing() {
    for kind in super::builtins() {
        let laid = Definition::laid_over(&json!({}), Some(&kind.definition));
        assert_eq!(laid.as_ref(), Ok(&*kind.definition), "{}", kind.kind);
    }
}

#[test]
fn a_kind_laid_over_itself_is_itself() {
    for kind in super::builtins() {
        let patch = serde_json::to_value(&kind.definition).expect("JSON");
        let laid = Definition::laid_over(&patch, Some(&kind.definition));
        assert_eq!(laid.as_ref(), Ok(&*kind.definition), "{}", kind.kind);
    }
}

#[test]
fn changed_words_keep_their_place_and_new_ones_come_last() {
    let base = definition("agreement");
    let patch = json!({
        "statuses": {"frozen": {"standing": "suspended"}, "signed": {"label": "signed only"}},
        "acts": {"froze": {"to": "frozen"}, "signed": {"cancels": ["expired"]}},
    });
    let laid = Definition::laid_over(&patch, Some(base)).expect("sound");
    assert_eq!(laid.order_of("signed"), base.order_of("signed"));
    assert_eq!(laid.order_of("froze"), Some(base.acts.len()));
    assert_eq!(laid.statuses.get_index_of("frozen"), Some(base.statuses.len()));
    assert_eq!(laid.label_of("signed"), "signed only");
    assert_eq!(laid.standing_of("signed"), Standing::Pending);
}

#[test]
fn keys_left_out_stay_and_null_is_the_default() {
    let base = new(&quota());
    let over = |patch| Definition::laid_over(&patch, Some(&base)).expect("sound");
    let opened = over(json!({"acts": {"opened": {"to": "used-up"}}})).acts["opened"].clone();
    assert_eq!(opened.to, To::Status("used-up".to_owned()));
    assert_eq!((opened.from, opened.cancels), (vec!["none".to_owned()], vec!["exhausted".into()]));
    let act = json!({"to": null, "from": null, "cancels": null, "continues": null});
    assert_eq!(over(json!({"acts": {"opened": act}})).acts["opened"], super::super::Act::default());
    assert_eq!(over(json!({"last_day": null})).last_day, None);
    assert_eq!(over(json!({"statuses": {"open": {"label": null}}})).label_of("open"), "open");
    assert_eq!(over(json!({"initial": "open"})).initial, "open");
}

#[test]
fn a_kind_of_free_words_says_how_they_read() {
    let mut patch = quota();
    patch["acts"]["set"] = json!({"to": FREE});
    let refused = Definition::laid_over(&patch, None).expect_err("refused");
    assert_eq!((refused[0].fault, refused[0].at.as_str()), (Fault::UnknownStatus, "acts.set.to"));
    patch["statuses"][FREE] = json!({"standing": "pending"});
    let kind = new(&patch);
    assert_eq!(kind.standing_of("3 of 5 used"), Standing::Pending);
    assert_eq!(kind.standing_of("open"), Standing::Active);
    patch["initial"] = json!(FREE);
    let refused = Definition::laid_over(&patch, None).expect_err("refused");
    assert_eq!((refused[0].fault, refused[0].at.as_str()), (Fault::UnknownStatus, "initial"));
}

#[test]
fn shapes() {
    one(&json!([]), Fault::WrongShape, "");
    one(&json!(null), Fault::WrongShape, "");
    one(&json!({"initial": 5}), Fault::WrongShape, "initial");
    one(&json!({"statuses": []}), Fault::WrongShape, "statuses");
    one(&json!({"statuses": {"open": "x"}}), Fault::WrongShape, "statuses.open");
    one(&json!({"statuses": {"open": {"label": 1}}}), Fault::WrongShape, "statuses.open.label");
    one(&json!({"acts": {"opened": "open"}}), Fault::WrongShape, "acts.opened");
    one(&json!({"acts": {"opened": {"to": ["open"]}}}), Fault::WrongShape, "acts.opened.to");
    one(&json!({"acts": {"opened": {"from": "none"}}}), Fault::WrongShape, "acts.opened.from");
    one(&json!({"acts": {"opened": {"from": [1]}}}), Fault::WrongShape, "acts.opened.from");
    one(&json!({"acts": {"opened": {"cancels": {}}}}), Fault::WrongShape, "acts.opened.cancels");
    one(
        &json!({"acts": {"opened": {"continues": "yes"}}}),
        Fault::WrongShape,
        "acts.opened.continues",
    );
    one(&json!({"last_day": true}), Fault::WrongShape, "last_day");
}

#[test]
fn keys() {
    one(&json!({"status": {}}), Fault::UnknownKey, "status");
    one(&json!({"statuses": {"open": {"lable": "x"}}}), Fault::UnknownKey, "statuses.open.lable");
    let found = problems(&json!({"acts": {"opened": {"form": ["none"]}}}));
    assert_eq!((found[0].fault, found[0].at.as_str()), (Fault::UnknownKey, "acts.opened.form"));
    assert_eq!(found[0].nearest, ["from"]);
}

#[test]
fn removals() {
    one(&json!({"statuses": {"open": null}}), Fault::Removal, "statuses.open");
    one(&json!({"acts": {"opened": null}}), Fault::Removal, "acts.opened");
    one(&json!({"acts": null}), Fault::Removal, "acts");
}

#[test]
fn missing_parts_of_a_new_kind() {
    let refused = Definition::laid_over(&json!({}), None).expect_err("refused");
    let places: Vec<_> = refused.iter().map(|problem| (problem.fault, &*problem.at)).collect();
    let missing = ["statuses", "acts", "initial"].map(|at| (Fault::Missing, at));
    assert_eq!(places, missing);
    let mut patch = quota();
    patch["initial"] = json!(5);
    let refused = Definition::laid_over(&patch, None).expect_err("refused");
    assert_eq!(refused.len(), 1, "what cannot be read is not also missing");
    one(&json!({"statuses": {"shut": {}}}), Fault::Missing, "statuses.shut.standing");
}

#[test]
fn words() {
    let status = json!({"standing": "active"});
    one(&json!({"statuses": {"Open Now": status}}), Fault::BadWord, "statuses.Open Now");
    one(&json!({"acts": {"opened_again": {}}}), Fault::BadWord, "acts.opened_again");
    one(&json!({"acts": {FREE: {}}}), Fault::BadWord, "acts.*");
    for word in ["previous", "mixed", "undetermined"] {
        let at = format!("statuses.{word}");
        one(&json!({"statuses": {word: status}}), Fault::ReservedWord, &at);
    }
    for label in ["", " ", "a\u{1b}[2J"] {
        let patch = json!({"statuses": {"open": {"label": label}}});
        one(&patch, Fault::BadLabel, "statuses.open.label");
    }
}

#[test]
fn references() {
    one(&json!({"initial": "nil"}), Fault::UnknownStatus, "initial");
    one(&json!({"acts": {"opened": {"to": "opne"}}}), Fault::UnknownStatus, "acts.opened.to");
    one(&json!({"acts": {"opened": {"from": ["x"]}}}), Fault::UnknownStatus, "acts.opened.from");
    one(&json!({"acts": {"opened": {"from": [FREE]}}}), Fault::UnknownStatus, "acts.opened.from");
    one(&json!({"acts": {"opened": {"cancels": ["x"]}}}), Fault::UnknownAct, "acts.opened.cancels");
    one(&json!({"last_day": "x"}), Fault::UnknownAct, "last_day");
    let standing = json!({"statuses": {"open": {"standing": "actve"}}});
    one(&standing, Fault::UnknownStanding, "statuses.open.standing");
    assert_eq!(problems(&standing)[0].nearest, ["active"]);
    assert_eq!(problems(&json!({"initial": "opne"}))[0].nearest, ["open", "none"]);
    assert_eq!(problems(&json!({"last_day": "exhuasted"}))[0].nearest, ["exhausted"]);
}

#[test]
fn noted_changes_nothing_and_the_last_day_something() {
    one(&json!({"acts": {"noted": {"to": "open"}}}), Fault::NotedChanges, "acts.noted.to");
    one(&json!({"last_day": "noted"}), Fault::LastDayKeeps, "last_day");
}

#[test]
fn every_problem_is_reported_not_only_the_first() {
    let patch = json!({
        "initial": "nil",
        "statuses": {"open": {"standing": "on"}, "Bad": {"standing": "none", "colour": "red"}},
        "acts": {"opened": {"to": "opne", "from": ["x", "y"]}, "exhausted": null},
        "extra": 1,
    });
    let places: Vec<_> = faults(&patch).into_iter().map(|(_, at)| at).collect();
    assert_eq!(
        places,
        [
            "extra",
            "statuses.open.standing",
            "statuses.Bad.colour",
            "acts.exhausted",
            "initial",
            "statuses.Bad",
            "acts.opened.to",
            "acts.opened.from",
            "acts.opened.from",
        ]
    );
}

#[test]
fn a_word_with_something_wrong_is_still_known_to_the_others() {
    let patch = json!({
        "statuses": {"shut": {"standing": "gone"}, "odd": 5},
        "acts": {"closed": 7, "opened": {"to": "shut", "from": ["odd"], "cancels": ["closed"]}},
    });
    let places: Vec<_> = faults(&patch).into_iter().map(|(_, at)| at).collect();
    assert_eq!(places, ["statuses.shut.standing", "statuses.odd", "acts.closed"]);
}

#[test]
fn a_problem_reads_as_a_sentence() {
    let found = problems(&json!({"acts": {"opened": {"to": "opne"}}}));
    assert_eq!(
        found[0].to_string(),
        "acts.opened.to: no status `opne` in this kind; did you mean `open` or `none`?"
    );
    assert_eq!(found[0].fault.code(), "kind-unknown-status");
    let found = problems(&json!({"statuses": {"a\nb": {"standing": "none", "label": "x"}}}));
    assert!(!found[0].to_string().contains('\n'), "{}", found[0]);
    let long = "x".repeat(100);
    let found = problems(&json!({"acts": {"opened": long}}));
    assert!(found[0].to_string().chars().count() < 120, "{}", found[0]);
}

/// Words that a definition uses, and some that it does not.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "initial",
        "statuses",
        "acts",
        "last_day",
        "label",
        "standing",
        "to",
        "from",
        "cancels",
        "continues",
        "none",
        "open",
        "used-up",
        "active",
        "ended",
        "opened",
        "exhausted",
        "noted",
        "previous",
        "*",
        "",
        "x",
        "\u{0}\u{e9}",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_owned)
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..4).prop_map(|it| it.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn anything_is_laid_over_or_refused_with_reasons(
        acts in anything(), statuses in anything(), whole in anything(), over in any::<bool>(),
    ) {
        let base = over.then(|| new(&quota()));
        for patch in [json!({"acts": acts, "statuses": statuses, "initial": "open"}), whole] {
            match Definition::laid_over(&patch, base.as_ref()) {
                Ok(kind) => {
                    let written = serde_json::to_value(&kind).expect("JSON");
                    prop_assert_eq!(Definition::laid_over(&written, None), Ok(kind.clone()));
                    prop_assert_eq!(Definition::laid_over(&patch, Some(&kind)), Ok(kind));
                }
                Err(problems) => prop_assert!(!problems.is_empty()),
            }
        }
    }
}
