//! README.md is true: its examples are run in order, and print what it shows.
#![cfg(unix)]

use crate::transcript::{self, fits};

#[test]
fn the_examples_print_what_is_shown() {
    transcript::check("README.md", 10);
}

#[test]
fn the_page_about_spreadsheets_prints_what_is_shown() {
    transcript::check("docs/import.md", 12);
}

#[test]
fn what_is_left_out_is_marked() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let printed = lines("a\nb 1 c\nd");
    for shown in ["a\nb 1 c\nd", "…\nd", "a\n…", "a\nb … c\nd", "a\n…\nb 1 c\n…\nd\n…", "…"]
    {
        assert!(fits(&lines(shown), &printed), "{shown}");
    }
    for shown in ["a", "a\nb 2 c\nd", "…\nc", "a\nd", "", "a\nb … b\nd", "a\nb 1 c\nd\ne"] {
        assert!(!fits(&lines(shown), &printed), "{shown}");
    }
}
