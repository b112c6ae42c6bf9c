//! Whether an event fits the kind of its measure.

use crate::kind::{Definition, To};
use crate::record::{Code, Event, Refusal};

/// Every reason why an event of a measure of this kind cannot be recorded.
#[must_use]
pub fn check_event(event: &Event, kind_name: &str, kind: &Definition) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    check_act(&event.act, event.status.as_ref(), "", kind_name, kind, &mut refusals);
    for plan in &event.then {
        check_act(&plan.act, plan.status.as_ref(), "`then`: ", kind_name, kind, &mut refusals);
    }
    for source in &event.sources {
        if let Some(act) = &source.says.act
            && kind.act(act).is_none()
        {
            refusals.push(unknown_act(act, "`says`: ", kind_name, kind));
        }
    }
    refusals
}

fn check_act(
    act: &str,
    status: Option<&Option<String>>,
    place: &str,
    kind_name: &str,
    kind: &Definition,
    refusals: &mut Vec<Refusal>,
) {
    let Some(known) = kind.act(act) else {
        refusals.push(unknown_act(act, place, kind_name, kind));
        return;
    };
    let free = known.to == To::Given;
    if free && status.is_none() {
        let message = format!("{place}`{act}` of a `{kind_name}` needs a `status`");
        refusals.push(Refusal::new(Code::MissingField, message));
    }
    let word = status.and_then(Option::as_deref).unwrap_or_default();
    if free && ["undetermined", "mixed", "previous"].contains(&word) {
        let message = format!("{place}`{word}` cannot be a status: answers use the word");
        refusals.push(Refusal::new(Code::BadValue, message));
    }
    if !free && status.is_some() {
        let message =
            format!("{place}`{act}` of a `{kind_name}` takes no `status`: the act gives it");
        refusals.push(Refusal::new(Code::BadValue, message));
    }
}

/// An act that the kind does not know, with the nearest that it does.
fn unknown_act(act: &str, place: &str, kind_name: &str, kind: &Definition) -> Refusal {
    let mut refusal =
        Refusal::new(Code::UnknownAct, format!("{place}no act `{act}` in kind `{kind_name}`"));
    refusal.guesses = kind.nearest_acts(act).into_iter().map(str::to_owned).collect();
    refusal.help(format!("kind show {kind_name}"))
}
