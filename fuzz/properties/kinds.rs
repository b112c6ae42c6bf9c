//! Definitions of kinds, by themselves and laid over others.

use policy_ledger::kind::{Definition, NOTED, To, builtins, is_word};
use policy_ledger::record;
use serde_json::Value;

/// A definition that is taken holds together, is written and read again as the same, takes away
/// nothing, and changes nothing when it is laid over itself; every other has reasons.
pub fn hold(bytes: &[u8]) {
    let Some((&sort, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let Ok(object) = record::parse_object(text) else { return };
    let patch = Value::Object(object);
    taken(&patch, None);
    let kinds: Vec<_> = builtins().collect();
    let base = &kinds[usize::from(sort) % kinds.len()].definition;
    taken(&patch, Some(base));
}

fn taken(patch: &Value, base: Option<&Definition>) {
    let definition = match Definition::laid_over(patch, base) {
        Ok(definition) => definition,
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            for problem in problems {
                assert!(!problem.message.is_empty() && problem.nearest.len() <= 3, "{problem}");
                assert!(!problem.to_string().chars().any(char::is_control), "{problem:?}");
            }
            return;
        }
    };
    sound(&definition);
    let written = serde_json::to_value(&definition).unwrap_or_default();
    let again = serde_json::from_value::<Definition>(written.clone());
    assert_eq!(again.as_ref().ok(), Some(&definition), "{again:?}: {written}");
    assert_eq!(Definition::laid_over(patch, Some(&definition)).as_ref(), Ok(&definition));
    if let Some(base) = base {
        assert!(base.statuses.keys().eq(definition.statuses.keys().take(base.statuses.len())));
        assert!(base.acts.keys().eq(definition.acts.keys().take(base.acts.len())));
    }
}

fn sound(definition: &Definition) {
    assert!(definition.has_status(&definition.initial));
    assert!(definition.act(NOTED).is_some_and(|noted| noted.to.is_keep()));
    for (word, act) in &definition.acts {
        assert!(is_word(word), "{word:?}");
        let of_kind = |status: &String| definition.statuses.contains_key(status);
        match &act.to {
            To::Status(status) => assert!(of_kind(status), "{word}: {status}"),
            To::Given => assert!(definition.free_statuses(), "{word}"),
            To::Keep | To::Previous => {}
        }
        assert!(act.from.iter().all(of_kind), "{word}: {:?}", act.from);
        assert!(act.cancels.iter().all(|other| definition.act(other).is_some()), "{word}");
    }
    assert!(definition.last_day.iter().all(|act| definition.act(act).is_some()));
}
