//! Lanes as a drawing (SVG): how long each status of each measure lasted.
//!
//! A lane for each measure, parts under their whole, measures of one kind together. What a status
//! reads as is told by shape and pattern, and by colour only besides: solid is active, hatched
//! suspended, a dashed frame pending, dots undetermined, stripes mixed, a thin line none or ended.
//! A dashed line under a status says that its end is announced, a red frame with `!` that sources
//! disagree. Pins are the records. Every part has its full words as a title, and there is no script.

mod bands;
mod endings;
mod ink;
mod legend;
mod pins;
mod style;

use crate::answer::{Lane, Moment};
use crate::history::History;
use crate::time::Day;

use super::axis::Axis;
use endings::Endings;
use ink::{Ink, fitted, folded, width};
pub use style::STYLE;

/// The most lanes of a drawing.
pub const MOST_LANES: usize = 40;

/// The width of a drawing, of the names at its left, and of its margin, in its own units.
const WIDTH: f64 = 1180.0;
const NAMES: f64 = 280.0;
const MARGIN: f64 = 14.0;

/// How many characters of a date fit beside each other above the lanes.
const COLUMNS: usize = 126;

/// Where the lanes begin, below the heading and the dates.
const TOP: f64 = 104.0;

/// What a drawing shows.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    /// The beginning of the ids in it, of its own on a page.
    pub id: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// What its answer rests on, in a line below.
    pub extent: &'a str,
    /// The first day, inclusive.
    pub from: Day,
    /// The last day, inclusive.
    pub to: Day,
    /// A day that is marked, and how: `today`.
    pub mark: Option<(Day, &'a str)>,
    /// The lanes.
    pub lanes: &'a [Lane],
    /// What happened, for the pins and for announced ends.
    pub moments: &'a [Moment],
    /// Whose statuses and kinds these are.
    pub history: &'a History,
    /// How to see the lanes for which there is no room.
    pub rest: &'a str,
    /// Whether its style is in it; else the page around it has [`STYLE`].
    pub styled: bool,
    /// Whether the patterns are in it; a page has them once, in its first drawing.
    pub patterned: bool,
    /// Where a part of it leads, for a drawing on a page.
    pub link: Option<&'a dyn Fn(Target<'_>) -> String>,
}

/// What a part of a drawing can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// A measure, by its id.
    Measure(&'a str),
    /// A record, by its number.
    Record(u64),
}

/// A drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The file.
    pub svg: String,
    /// How many lanes it had no room for; it says so itself.
    pub left_out: usize,
}

/// How far apart the lines of a name are.
const LINE: f64 = 15.0;

/// What is written at the left of a lane; a part stands further in than its whole.
struct Name<'l> {
    lane: &'l Lane,
    left: f64,
    /// The title on at most two lines.
    lines: Vec<String>,
}

impl<'l> Name<'l> {
    fn of(lane: &'l Lane) -> Self {
        let steps = u8::try_from(lane.depth.min(6)).map_or(6.0, f64::from);
        let left = steps.mul_add(14.0, MARGIN);
        Self { lane, left, lines: folded(&lane.title, room(left), 13.3) }
    }

    fn high(&self) -> f64 {
        let id = if self.lane.title == self.lane.measure { 0.0 } else { 13.0 };
        let lines = u8::try_from(self.lines.len()).map_or(2.0, f64::from);
        lines.mul_add(LINE, id)
    }
}

/// What the lanes below it are.
fn kind_heading(ink: &mut Ink, kind: &str, top: f64) -> f64 {
    ink.text("l-kind", (MARGIN, top + 13.0), &fitted(kind, NAMES - 2.0 * MARGIN, 11.0));
    ink.line("l-rule", (MARGIN, top + 19.0), (WIDTH - MARGIN, top + 19.0));
    top + 22.0
}

/// How wide a name may be that begins there.
fn room(left: f64) -> f64 {
    NAMES - left - 12.0
}

impl Picture<'_> {
    /// Draws it.
    #[must_use]
    pub fn draw(&self) -> Drawing {
        let lanes = self.grouped();
        let left_out = self.lanes.len() - lanes.len();
        let endings = Endings::of(self.history, self.moments, self.to);
        let mut ink = Ink::default();
        let mut below = TOP;
        let mut kind = None;
        for lane in lanes {
            if kind != Some(&lane.kind) {
                kind = Some(&lane.kind);
                below = kind_heading(&mut ink, &lane.kind, below);
            }
            below = self.lane(&mut ink, lane, &endings, below);
        }
        let lanes_end = below;
        below = self.last_words(&mut ink, left_out, below);
        let below = legend::draw(&mut ink, below + 14.0);
        let mut out = self.head(below);
        self.frame(&mut out, lanes_end);
        out.raw(&ink.0);
        self.mark(&mut out, lanes_end);
        out.close("svg");
        Drawing { svg: out.0, left_out }
    }

    /// The lanes that are drawn: those of one kind together, in the order of their first one.
    fn grouped(&self) -> Vec<&Lane> {
        let mut kinds: Vec<&str> = Vec::new();
        for lane in self.lanes {
            if !kinds.contains(&&*lane.kind) {
                kinds.push(&lane.kind);
            }
        }
        let of = |kind: &&str| self.lanes.iter().filter(|lane| lane.kind == **kind).collect();
        let lanes: Vec<Vec<&Lane>> = kinds.iter().map(of).collect();
        lanes.into_iter().flatten().take(MOST_LANES).collect()
    }

    /// Where a day begins.
    fn x(&self, day: Day) -> f64 {
        let days = |from: Day, to: Day| {
            i32::try_from(to.days_since(from)).map_or(f64::from(i32::MAX), f64::from)
        };
        let all = days(self.from, self.to) + 1.0;
        let place = days(self.from, day) / all;
        (WIDTH - MARGIN - NAMES).mul_add(place.clamp(0.0, 1.0), NAMES)
    }

    /// Where a day ends.
    fn end(&self, day: Day) -> f64 {
        day.plus(1).map_or(WIDTH - MARGIN, |day| self.x(day))
    }

    fn head(&self, height: f64) -> Ink {
        let role = if self.link.is_some() { "group" } else { "img" };
        let id = self.id;
        let mut out = Ink::default();
        out.raw(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
             width=\"{WIDTH}\" height=\"{height:.0}\" class=\"lanes\" role=\"{role}\" \
             aria-labelledby=\"{id}-title {id}-desc\">\n"
        ));
        out.named("title", &format!("{id}-title"), &self.heading());
        out.named("desc", &format!("{id}-desc"), &self.description());
        if self.styled {
            out.raw(&format!("<style>\n{STYLE}</style>\n"));
        }
        if self.patterned {
            out.raw(style::PATTERNS);
        }
        out.rect("l-paper", (0.0, 0.0), (WIDTH, height), 0.0);
        out.text("l-title", (MARGIN, 26.0), &fitted(&self.heading(), WIDTH - 2.0 * MARGIN, 17.0));
        out.text("l-small", (MARGIN, 45.0), &fitted(self.extent, WIDTH - 2.0 * MARGIN, 11.0));
        out
    }

    fn heading(&self) -> String {
        format!("{} · {} to {}", self.title, self.from, self.to)
    }

    /// How many lanes read how at the end of the day that is marked, or of the last.
    fn description(&self) -> String {
        let (day, _) = self.mark.unwrap_or((self.to, ""));
        let day = day.clamp(self.from, self.to);
        let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for lane in self.lanes {
            let band = lane.bands.iter().find(|band| band.from <= day && day <= band.to);
            *counts.entry(band.map_or("undetermined", |band| &band.held.standing)).or_default() +=
                1;
        }
        let counts: Vec<String> = counts.iter().map(|(word, n)| format!("{n} {word}")).collect();
        let lanes = self.lanes.len();
        format!("{lanes} measures. On {day}: {}. {}", counts.join(", "), self.extent)
    }

    /// The dates above the lanes, and a line down from each.
    fn frame(&self, out: &mut Ink, below: f64) {
        let ticks = Axis::new(self.from, self.to, COLUMNS).ticks();
        let mut free = 0.0;
        for (day, label) in ticks {
            let x = self.x(day);
            out.line("l-grid", (x, TOP - 18.0), (x, below));
            if x >= free && x + width(&label, 11.0) < WIDTH {
                out.text("l-small", (x + 3.0, TOP - 12.0), &label);
                free = x + 3.0 + width(&label, 11.0) + 6.0;
            }
        }
        out.line("l-grid", (MARGIN, TOP - 6.0), (WIDTH - MARGIN, TOP - 6.0));
    }

    /// The line at the day that is marked, with its name above.
    fn mark(&self, out: &mut Ink, below: f64) {
        let Some((day, words)) = self.mark.filter(|(day, _)| self.from <= *day && *day <= self.to)
        else {
            return;
        };
        let x = self.x(day);
        let said = format!("{words} {day}");
        let wide = width(&said, 11.8) + 14.0;
        let left = (x - wide / 2.0).clamp(NAMES, WIDTH - 4.0 - wide);
        out.line("l-mark", (x, TOP - 30.0), (x, below));
        out.rect("l-mark-box", (left, TOP - 48.0), (wide, 18.0), 3.0);
        out.text("l-mark-word", (left + 7.0, TOP - 35.0), &said);
    }

    fn lane(&self, ink: &mut Ink, lane: &Lane, endings: &Endings, top: f64) -> f64 {
        let pins = pins::placed(self, lane);
        let name = Name::of(lane);
        let above = if pins.is_empty() { 11.0 } else { 32.0 };
        let high = (above + bands::HEIGHT + 14.0).max(name.high() + 10.0);
        let band = top + high - 14.0 - bands::HEIGHT;
        ink.open_group(&lane.title);
        self.name(ink, &name, top + (high - name.high()) / 2.0);
        pins::leaders(ink, &pins, band);
        bands::draw(self, ink, lane, endings, band);
        pins::draw(self, ink, &pins, band);
        ink.close("g");
        let below = top + high;
        ink.line("l-grid", (MARGIN, below), (WIDTH - MARGIN, below));
        below
    }

    /// The title and the id of a measure.
    fn name(&self, ink: &mut Ink, name: &Name<'_>, top: f64) {
        let Name { lane, left, lines } = name;
        ink.open_link(self.link.map(|link| link(Target::Measure(&lane.measure))), "l-name");
        ink.title(&format!("{} ({})", lane.title, lane.measure));
        let mut base = top + 11.0;
        for line in lines {
            ink.text("l-head", (*left, base), line);
            base += LINE;
        }
        if lane.title != lane.measure {
            ink.text("l-small", (*left, base - 1.0), &fitted(&lane.measure, room(*left), 11.0));
        }
        ink.close_link(self.link.is_some());
    }

    /// What there was no room for.
    fn last_words(&self, ink: &mut Ink, left_out: usize, below: f64) -> f64 {
        if self.lanes.is_empty() {
            ink.text("l-head", (MARGIN, below + 18.0), "No measure fits.");
            return below + 26.0;
        }
        if left_out == 0 {
            return below;
        }
        let (drawn, all) = (self.lanes.len() - left_out, self.lanes.len());
        let said = format!("{drawn} of {all} lanes are drawn. {}", self.rest);
        ink.text("l-cut", (MARGIN, below + 20.0), &fitted(&said, WIDTH - 2.0 * MARGIN, 13.0));
        below + 28.0
    }
}
