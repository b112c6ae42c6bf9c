//! `explain`: what an answer rests on, what does not count and why, and the laws it keeps.

mod cases;
mod laws;
mod verb;
