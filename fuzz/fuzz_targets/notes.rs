#![no_main]

#[path = "../properties/notes.rs"]
mod notes;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| notes::hold(bytes));
