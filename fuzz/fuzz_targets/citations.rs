#![no_main]

#[path = "../properties/citations.rs"]
mod citations;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| citations::hold(bytes));
