//! Who may do what: an office with the rights that docs/cluster.md gives it, a reader, a stranger.

use super::program::{Desk, code};
use super::servers::Cluster;

/// The rights of docs/cluster.md, word by word.
fn configuration() -> String {
    let page = include_str!("../../../docs/cluster.md");
    let block = page.split("```text\nauthorization {").nth(1).unwrap();
    let block = block.split("```").next().unwrap();
    let reader = "READER = { publish: { allow: [\"$JS.API.INFO\", \"$JS.API.STREAM.INFO.trade\", \
                  \"$JS.API.STREAM.MSG.GET.trade\", \"$JS.API.CONSUMER.CREATE.trade.*\", \
                  \"$JS.API.CONSUMER.MSG.NEXT.trade.*\"] }, subscribe: [\"_INBOX.>\"] }\n";
    let ours =
        format!("{reader}users: [\n{{ user: reader, password: hush, permissions: $READER }}");
    let mut rights = format!("authorization {{{block}");
    for (told, here) in [("users: [", &*ours), ("$OFFICE", "hush-hush"), ("$ADMIN", "secret")] {
        assert_eq!(rights.matches(told).count(), 1, "{told}: {rights}");
        rights = rights.replace(told, here);
    }
    rights
}

fn desk(cluster: &Cluster, user: &str, password: &str) -> Desk {
    let mut desk = Desk::at(&cluster.address("trade"));
    let file = desk.file("password", &format!("{password}\n"));
    desk.variables = vec![
        ("POLICY_LEDGER_NATS_USER", user.to_owned()),
        ("POLICY_LEDGER_NATS_PASSWORD_FILE", file),
    ];
    desk
}

#[test]
fn an_office_records_with_the_rights_it_is_given_and_no_more() {
    let cluster = Cluster::start(&configuration());
    let admin = desk(&cluster, "admin", "secret");
    let init = format!("init {}", cluster.address("trade"));
    // The servers have to find each other first.
    let made = (0..100).map(|_| admin.ledger(&init)).find(|made| made.code == 0);
    made.expect("a stream");
    let office = desk(&cluster, "office", "hush-hush");
    office.ledger("measure add a.b --kind agreement").fine();
    office.ledger("append a.b signed --on 2020-01-01").fine();
    for words in ["state", "follow --once", "verify", "doctor"] {
        office.ledger(words).fine();
    }
    let reader = desk(&cluster, "reader", "hush");
    reader.ledger("state").fine();
    assert_eq!(code(&reader, "measure add c.d --kind agreement"), (5, "stream-refuses".to_owned()));
    let stranger = desk(&cluster, "office", "a-guess");
    let refused = stranger.ledger("state");
    assert!(refused.code == 5 && refused.err.contains("refuses"), "{refused:?}");
    assert!(!refused.err.contains("a-guess"), "{refused:?}");
    let none = Desk::at(&cluster.address("trade")).ledger("state");
    assert!(none.code == 5 && none.err.contains("refuses"), "{none:?}");
}
