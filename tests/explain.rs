//! `explain`: what an answer rests on, what does not count and why, and the laws it keeps.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod explain {
    mod cases;
    mod laws;
    mod verb;
}
mod house;
mod oracle;
