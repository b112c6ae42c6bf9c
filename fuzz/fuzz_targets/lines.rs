#![no_main]

#[path = "../properties/lines.rs"]
mod lines;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lines::hold(bytes));
