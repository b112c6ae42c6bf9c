//! Every integration test, in one program: what tests share is compiled once, and one program is
//! linked instead of one for each file.
//!
//! A new file of tests is `tests/NAME.rs` and a line `mod NAME;` below; what only it needs goes into
//! `tests/NAME/`. `cargo test --test all NAME::` runs its tests alone.
//!
//! All tests are threads of this one process. So none of them changes what belongs to the process as
//! a whole: its directory, its variables, its limits, its signals. A program that a test starts can
//! be given other ones.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(unreachable_pub, reason = "the door of a module of tests is not the door of the crate")]

// What tests share.
#[cfg(target_os = "linux")]
mod disks;
mod house;
mod ledgers;
mod oracle;
#[cfg(unix)]
mod transcript;

// The tests.
mod admission;
mod agenda;
mod around;
mod backup;
mod bad_input;
mod check;
mod clock;
mod cluster;
mod conflicts;
mod crash;
mod diff;
mod diff_laws;
mod disk_full;
mod doctor;
mod errors;
mod exchange;
mod expectations;
mod explain;
mod fixtures;
mod form;
mod formats;
mod formats_out;
mod fuzz;
mod guided;
mod histories;
mod kernel_against_oracle;
mod leaving_out;
mod library;
mod licences;
mod log_contract;
mod log_damage;
mod long_import;
mod looking;
mod one_walk;
mod pages;
mod passage_against_oracle;
mod past;
mod paths;
mod power_cut;
mod proofs;
mod queue;
mod readme;
mod ready;
mod ready_kept;
mod renamed;
mod round_trip;
mod schemas;
mod served;
mod sheet_killed;
mod sheets;
mod site;
mod suggested;
mod survey;
mod tidy;
mod timeline;
mod timeline_laws;
mod together;
mod transcripts;
mod unwritable;
mod verify;
mod view;
mod view_damage;
mod writing;
