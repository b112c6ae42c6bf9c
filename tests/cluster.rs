//! A ledger on a cluster: three real servers on this machine, started and stopped by the tests.

mod needs_nats;

/// Codes of errors that come of a cluster, and are made here.
pub const OF_A_CLUSTER: [&str; 8] = [
    "conflict",
    "copy",
    "no-stream",
    "not-known",
    "not-taken",
    "stream-altered",
    "stream-refuses",
    "unsafe-stream",
];
