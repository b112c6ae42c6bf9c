//! The settings of a stream: what is made, and what is refused because it could lose entries.

use serde_json::{Value, json};

use super::Address;
use crate::log::MAX_ENTRY_BYTES;

/// The server's code: there is no such stream.
pub(super) const NOT_FOUND: u64 = 10_059;
/// The server's code: there is one of that name with other settings.
pub(super) const IN_USE: u64 = 10_058;
/// The server's code: no message of that number.
pub(super) const NO_MESSAGE: u64 = 10_037;

/// How long the servers remember what was published, in nanoseconds: 24 hours.
const WINDOW: u64 = 24 * 3600 * 1_000_000_000;
/// The shortest time that covers every repetition by one writer.
const LEAST_WINDOW: u64 = 120 * 1_000_000_000;
/// Servers hear of each other every second; this long ago, in nanoseconds, is none.
const LATELY: u64 = 3_000_000_000;
/// Room for an entry and its headers.
const LEAST_MESSAGE: usize = MAX_ENTRY_BYTES + 4096;

/// The settings of a new stream.
pub(super) fn wanted(address: &Address, replicas: u64) -> Value {
    json!({
        "name": address.name(),
        "subjects": [address.subject()],
        "description": "a policy ledger: message 1 is its header, every other an entry",
        "retention": "limits",
        "storage": "file",
        "num_replicas": replicas,
        "discard": "new",
        "max_age": 0,
        "max_msgs": -1,
        "max_bytes": -1,
        "max_msgs_per_subject": -1,
        "max_msg_size": -1,
        "max_consumers": -1,
        "duplicate_window": WINDOW,
        "deny_delete": true,
        "deny_purge": true,
        "allow_atomic": true,
        "allow_direct": false,
    })
}

/// Every reason not to trust a ledger to the stream; what to change is in it.
pub(super) fn wrong(info: &Value, address: &Address, version: &str) -> Vec<String> {
    let config = &info["config"];
    let mut wrong: Vec<String> = too_old(version).into_iter().collect();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            wrong.push(what.to_owned());
        }
    };
    let says = |key: &str, value: &str| config[key].as_str() == Some(value);
    let number = |key: &str| config[key].as_i64().unwrap_or(0);
    let is_on = |key: &str| config[key].as_bool().unwrap_or(false);
    let is_there = |key: &str| !config[key].is_null();
    must(says("storage", "file"), "set `storage` to file: what is in memory is lost");
    must(says("retention", "limits"), "set `retention` to limits: messages are removed");
    must(says("discard", "new"), "set `discard` to new: old messages make room for new ones");
    must(number("max_age") == 0, "set `max_age` to 0: old messages are removed");
    must(
        number("max_msgs_per_subject") <= 0,
        "set `max_msgs_per_subject` to -1: old messages are removed",
    );
    let most = number("max_msg_size");
    must(
        usize::try_from(most).map_or(true, |most| most == 0 || most >= LEAST_MESSAGE),
        &format!("set `max_msg_size` to -1, or at least {LEAST_MESSAGE}"),
    );
    must(is_on("deny_delete"), "set `deny_delete`: anybody can delete a message");
    must(is_on("deny_purge"), "set `deny_purge`: anybody can delete every message");
    must(is_on("allow_atomic"), "set `allow_atomic`: a batch is all or nothing");
    must(
        config["duplicate_window"].as_u64().unwrap_or(0) >= LEAST_WINDOW,
        "set `duplicate_window` to 24h, or at least 2m",
    );
    must(
        config["subjects"] == json!([address.subject()]),
        &format!("set `subjects` to {} alone", address.subject()),
    );
    for key in ["allow_rollup_hdrs", "allow_msg_ttl", "no_ack", "sealed"] {
        must(!is_on(key), &format!("`{key}` must not be set"));
    }
    for key in ["allow_msg_counter", "allow_msg_schedules", "discard_new_per_subject"] {
        must(!is_on(key), &format!("`{key}` must not be set"));
    }
    for key in ["mirror", "sources", "republish", "subject_transform", "subject_delete_marker_ttl"]
    {
        must(!is_there(key), &format!("`{key}` must not be set"));
    }
    must(!says("persist_mode", "async"), "`persist_mode` must not be async");
    wrong.extend(gone(&info["state"]));
    wrong
}

/// Why a server of this version is refused, if it is.
pub(super) fn too_old(version: &str) -> Option<String> {
    let is_new = minor(version).is_some_and(|it| it >= (2, 12));
    (!is_new).then(|| format!("the server has version {version}: 2.12 is needed"))
}

/// Whether messages are missing.
fn gone(state: &Value) -> Option<String> {
    let number = |key: &str| state[key].as_u64().unwrap_or(0);
    let (first, last, messages) = (number("first_seq"), number("last_seq"), number("messages"));
    if last == 0 {
        return (first > 1).then(|| "`first_seq` must be 1".to_owned());
    }
    (first != 1 || messages != last).then(|| {
        let before = first.saturating_sub(1);
        format!(
            "messages are gone already: of {last} there are {messages}, the first {before} are \
             missing; make a new stream of a node's copy, with `ledger migrate`"
        )
    })
}

/// Whether a leader has heard of most servers, itself one of them, within [`LATELY`].
pub(super) fn leads(cluster: &Value) -> bool {
    let others = cluster["replicas"].as_array().map_or(&[][..], Vec::as_slice);
    let is_heard = |other: &&Value| other["active"].as_u64().is_some_and(|ago| ago < LATELY);
    2 * (1 + others.iter().filter(is_heard).count()) > 1 + others.len()
}

/// What is worth knowing.
pub(super) fn warnings(info: &Value, version: &str) -> Vec<String> {
    let mut warnings = Vec::new();
    if info["config"]["num_replicas"].as_u64().unwrap_or(1) < 3 {
        let says = "fewer than 3 servers keep each message: the loss of one server can stop it or \
                    lose records";
        warnings.push(says.to_owned());
    }
    if minor(version).is_some_and(|it| it >= (2, 14)) {
        let says = format!(
            "server version {version} was not tried: of 2.14 and 2.15 some stop a stream for good \
             after one wrong message of a rogue writer; 2.12 is recommended"
        );
        warnings.push(says);
    }
    warnings
}

/// The first two numbers of a version.
fn minor(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
