//! The rooms of `policy_ledger` that read what others wrote, as they are in `src/`.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "what uses the rest is left out")]

#[path = "../src"]
mod house {
    pub mod codec;
    pub mod kind;
    pub mod nearest;
    pub mod proof;
    pub mod record;
    pub mod time;
}

pub use house::{codec, kind, nearest, proof, record, time};

/// What the codec knows of the log.
pub mod log {
    /// The most bytes of an entry.
    pub const MAX_ENTRY_BYTES: usize = 65_536;
}
