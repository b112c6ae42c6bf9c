#![no_main]

#[path = "../properties/kinds.rs"]
mod kinds;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kinds::hold(bytes));
