#![no_main]

#[path = "../properties/stored.rs"]
mod stored;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stored::hold(bytes));
