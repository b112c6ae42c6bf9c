#![no_main]

#[path = "../properties/proofs.rs"]
mod proofs;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| proofs::hold(bytes));
