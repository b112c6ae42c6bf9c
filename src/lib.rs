//! An event-sourced ledger of policy developments.
pub mod admission;
pub mod answer;
pub mod cli;
pub mod codec;
pub mod history;
pub mod kind;
pub mod ledger;
pub mod log;
pub mod nearest;
pub mod proof;
pub mod record;
pub mod time;
pub mod timeline;
