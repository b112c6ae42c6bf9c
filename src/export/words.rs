//! Answers in words for people, the same wherever they are shown.

mod cause;
mod due;
mod moment;
mod status;
mod value;

pub use cause::{cause_words, sort_word};
pub use due::{due_state, due_words};
pub use moment::{act_words, by, fate_words, moment_status, of_parts};
pub use status::{held_words, status_words, symbol};
pub use value::value_words;
