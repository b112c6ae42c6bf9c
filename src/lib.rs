//! An event-sourced ledger of policy developments.
pub mod answer;
pub mod history;
pub mod kind;
pub mod nearest;
pub mod record;
pub mod time;
pub mod timeline;
