//! The bands of a lane: each the shape of what its status reads as.

use super::Picture;
use super::endings::Endings;
use super::ink::{Ink, width};
use crate::answer::{Band, Held, Lane};
use crate::export::words::held_words;

/// How high a band is.
pub(super) const HEIGHT: f64 = 18.0;

/// A band with the room it takes.
struct Placed<'b> {
    band: &'b Band,
    /// What is written on it: a sign of its own says that it is contested.
    label: String,
    left: f64,
    right: f64,
    top: f64,
}

pub(super) fn draw(picture: &Picture<'_>, ink: &mut Ink, lane: &Lane, endings: &Endings, top: f64) {
    for band in &lane.bands {
        // A gap between two bands; what is very short is still to be seen.
        let left = picture.x(band.from) + 1.0;
        let right = (picture.end(band.to) - 1.0).max(left + 1.5);
        let words = |held: &Held| held_words(held, &lane.measure, picture.history);
        let mut held = band.held.clone();
        held.flags.retain(|flag| *flag != "contested");
        let placed = Placed { band, label: words(&held), left, right, top };
        ink.open("l-band");
        let (from, to) = (band.from, band.to);
        ink.title(&format!("{}: {}, {from} to {to}", lane.title, words(&band.held)));
        placed.draw(ink);
        ink.close("g");
    }
    for (from, to) in endings.about(&lane.measure) {
        for band in lane.bands.iter().filter(|band| is_running(band)) {
            let (from, to) = ((*from).max(band.from), (*to).min(band.to));
            if from <= to {
                let y = top + HEIGHT + 4.0;
                let right = picture.end(to) - 1.0;
                ink.line("l-ending", (picture.x(from) + 1.0, y), (right, y));
            }
        }
    }
}

/// Whether there is something that an announced end can end.
fn is_running(band: &Band) -> bool {
    !matches!(band.held.standing.as_str(), "none" | "ended")
}

impl Placed<'_> {
    fn draw(&self, ink: &mut Ink) {
        let standing = self.band.held.standing.as_str();
        match standing {
            _ if !self.band.held.certain => self.brackets(ink),
            "none" | "ended" => self.thin(ink, standing == "ended"),
            "suspended" => self.boxed(ink, "l-suspended", 0.75),
            "pending" => self.boxed(ink, "l-pending", 0.75),
            "mixed" => self.boxed(ink, "l-mixed", 0.6),
            _ => self.boxed(ink, "l-active", 0.0),
        }
        let contested = self.band.held.flags.contains(&"contested");
        if contested {
            self.alarm(ink);
        }
        self.name(ink, contested);
    }

    fn size(&self) -> (f64, f64) {
        (self.right - self.left, HEIGHT)
    }

    /// A box; `inset`: half of its outline, so that it does not grow.
    fn boxed(&self, ink: &mut Ink, class: &str, inset: f64) {
        let (wide, high) = self.size();
        let inset = inset.min(wide / 4.0);
        let size = (wide - 2.0 * inset, high - 2.0 * inset);
        ink.rect(class, (self.left + inset, self.top + inset), size, 2.0);
    }

    /// A line; what has ended begins with a bar.
    fn thin(&self, ink: &mut Ink, ended: bool) {
        let middle = self.top + HEIGHT / 2.0;
        ink.line("l-off", (self.left, middle), (self.right, middle));
        if ended {
            ink.line("l-over", (self.left + 1.0, middle - 5.0), (self.left + 1.0, middle + 5.0));
        }
    }

    /// Dots between brackets.
    fn brackets(&self, ink: &mut Ink) {
        let (left, right, top) = (self.left + 1.0, self.right - 1.0, self.top - 2.0);
        let (arm, high) = (4.0_f64.min((right - left) / 3.0).max(0.0), HEIGHT + 4.0);
        ink.rect("l-undetermined", (self.left, self.top), self.size(), 0.0);
        ink.path(
            "l-bracket",
            &format!(
                "M{:.1} {top:.1}H{left:.1}v{high:.1}h{arm:.1}M{:.1} {top:.1}H{right:.1}v{high:.1}h-{arm:.1}",
                left + arm,
                right - arm
            ),
        );
    }

    fn alarm(&self, ink: &mut Ink) {
        let (wide, high) = self.size();
        ink.rect("l-contested", (self.left, self.top - 1.0), (wide, high + 2.0), 2.0);
        // The sign stands at the end, or beside a band that is too short for it.
        let x = if wide > 22.0 { self.right - 9.0 } else { self.right + 7.0 };
        ink.rect("l-alarm", (x - 6.0, self.top + 2.5), (12.0, 13.0), 2.0);
        ink.text("l-alarm-word", (x, self.top + 13.0), "!");
    }

    /// The status, where there is room for all of it.
    fn name(&self, ink: &mut Ink, contested: bool) {
        let solid = self.band.held.certain && self.band.held.standing == "active";
        let wide = width(&self.label, 11.0);
        let taken = if contested { 18.0 } else { 0.0 } + if solid { 12.0 } else { 20.0 };
        if wide + taken > self.right - self.left {
            return;
        }
        let base = self.top + 13.0;
        if solid {
            ink.text("l-on", (self.left + 6.0, base), &self.label);
            return;
        }
        ink.rect("l-paper", (self.left + 6.0, self.top + 2.0), (wide + 8.0, HEIGHT - 4.0), 2.0);
        ink.text("l-by", (self.left + 10.0, base), &self.label);
    }
}
