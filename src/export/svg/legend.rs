//! What the shapes mean.

use super::ink::{Ink, width};
use super::{MARGIN, WIDTH};

/// How one sign is drawn, and what it says.
const SIGNS: [(&str, &str); 11] = [
    ("active", "active"),
    ("suspended", "suspended"),
    ("pending", "pending"),
    ("none", "none"),
    ("ended", "ended"),
    ("mixed", "parts differ"),
    ("undetermined", "undetermined: from the earliest to the latest day"),
    ("ending", "its end is announced"),
    ("contested", "sources disagree"),
    ("pin", "record, on the day of its effect (dashed: expected)"),
    ("pins", "several records"),
];

/// Draws it below something; gives where it ends.
pub(super) fn draw(ink: &mut Ink, top: f64) -> f64 {
    let (mut x, mut y) = (MARGIN, top + 4.0);
    for (sign, words) in SIGNS {
        let wide = 36.0 + width(words, 11.0) + 18.0;
        if x + wide > WIDTH - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + 24.0);
        }
        draw_sign(ink, sign, x, y);
        ink.text("l-small", (x + 36.0, y + 11.0), words);
        x += wide;
    }
    y + 28.0
}

fn draw_sign(ink: &mut Ink, sign: &str, x: f64, y: f64) {
    let boxed = |ink: &mut Ink, class: &str| ink.rect(class, (x, y), (28.0, 14.0), 2.0);
    match sign {
        "active" => boxed(ink, "l-active"),
        "suspended" => boxed(ink, "l-suspended"),
        "pending" => boxed(ink, "l-pending"),
        "mixed" => boxed(ink, "l-mixed"),
        "none" => ink.line("l-off", (x, y + 7.0), (x + 28.0, y + 7.0)),
        "ended" => {
            ink.line("l-off", (x, y + 7.0), (x + 28.0, y + 7.0));
            ink.line("l-over", (x + 1.0, y + 2.0), (x + 1.0, y + 12.0));
        }
        "undetermined" => {
            ink.rect("l-undetermined", (x, y), (28.0, 14.0), 0.0);
            ink.path(
                "l-bracket",
                &format!("M{:.1} {y:.1}h-4v14h4M{:.1} {y:.1}h4v14h-4", x + 5.0, x + 23.0),
            );
        }
        "ending" => {
            ink.rect("l-active", (x, y - 2.0), (28.0, 11.0), 2.0);
            ink.line("l-ending", (x, y + 13.0), (x + 28.0, y + 13.0));
        }
        "contested" => {
            boxed(ink, "l-active");
            boxed(ink, "l-contested");
            ink.rect("l-alarm", (x + 14.0, y + 0.5), (12.0, 13.0), 2.0);
            ink.text("l-alarm-word", (x + 20.0, y + 11.0), "!");
        }
        "pin" => {
            ink.rect("l-pin", (x + 5.0, y - 2.0), (18.0, 18.0), 9.0);
            ink.text("l-pin-word", (x + 14.0, y + 10.5), "7");
        }
        _ => {
            ink.rect("l-pin", (x + 2.0, y - 2.0), (24.0, 18.0), 9.0);
            ink.text("l-pin-word", (x + 14.0, y + 10.5), "×3");
        }
    }
}
