//! The pictures: time and memory against size, both axes in powers of ten, as SVG.
//!
//! Lines are told apart by their marks and dashes, not by colour, and named at their ends.

use std::fmt::Write as _;

use super::report::grouped;
use super::results::{Measured, Results, number};

/// One picture.
pub struct Plot {
    pub file: &'static str,
    pub title: &'static str,
    pub svg: String,
}

struct Series {
    label: &'static str,
    row: &'static str,
    who: &'static str,
    is_ours: bool,
}

const fn ours(label: &'static str, row: &'static str, who: &'static str) -> Series {
    Series { label, row, who, is_ours: true }
}

const fn theirs(label: &'static str, row: &'static str, who: &'static str) -> Series {
    Series { label, row, who, is_ours: false }
}

const ONE: [Series; 5] = [
    ours("ledger, one measure", "P1", "ledger"),
    ours("ledger, one, known then", "P1", "ledger, known"),
    theirs("sqlite3, one measure", "P1", "sqlite3"),
    ours("ledger, log --limit 20", "P8", "log --limit 20"),
    ours("ledger, append", "P5", "ledger"),
];

const ALL: [Series; 8] = [
    ours("ledger, all measures", "P2", "ledger"),
    ours("ledger, all, known then", "P3", "ledger, known"),
    theirs("sqlite3, window query", "P2", "sqlite3, window query"),
    theirs("sqlite3, searches", "P2", "sqlite3, a search a measure"),
    theirs("DuckDB", "P2", "DuckDB"),
    ours("ledger, diff", "P8", "diff 2019-06-30 2019-12-31"),
    ours("ledger, timeline", "P8", "timeline --from 2019-07-01 --to 2019-12-31"),
    ours("ledger, agenda", "P8", "agenda --on 2019-12-31"),
];

const WRITING: [Series; 4] = [
    ours("ledger, import", "P6", "ledger"),
    theirs("rusqlite, load", "P6", "rusqlite"),
    ours("ledger, rebuild", "P7", "rebuild"),
    ours("ledger, verify", "P7", "verify"),
];

const MEMORY: [Series; 7] = [
    ours("ledger, one measure", "P1", "ledger"),
    theirs("sqlite3, one measure", "P1", "sqlite3"),
    ours("ledger, all measures", "P2", "ledger"),
    theirs("sqlite3, window query", "P2", "sqlite3, window query"),
    theirs("DuckDB", "P2", "DuckDB"),
    ours("ledger, import", "P6", "ledger"),
    theirs("rusqlite, load", "P6", "rusqlite"),
];

/// Every picture that has something to show.
pub fn all(results: &Results) -> Vec<Plot> {
    let milliseconds = |it: &Measured| it.milliseconds;
    let seconds = |it: &Measured| it.milliseconds / 1e3;
    let megabytes = |it: &Measured| number(it.own_memory_bytes) / 1e6;
    let plots = [
        drawn(
            results,
            "time-one.svg",
            "Time of what concerns one measure",
            "ms",
            &ONE,
            milliseconds,
        ),
        drawn(
            results,
            "time-all.svg",
            "Time of what concerns all measures",
            "ms",
            &ALL,
            milliseconds,
        ),
        drawn(
            results,
            "time-whole.svg",
            "Time of what goes through the whole log",
            "s",
            &WRITING,
            seconds,
        ),
        drawn(results, "memory.svg", "Peak memory of its own", "MB", &MEMORY, megabytes),
    ];
    plots.into_iter().flatten().collect()
}

/// The points of a line: size and value.
type Points = Vec<(f64, f64)>;

fn drawn(
    results: &Results,
    file: &'static str,
    title: &'static str,
    unit: &str,
    series: &[Series],
    value: impl Fn(&Measured) -> f64,
) -> Option<Plot> {
    let lines: Vec<(&Series, Points)> = series
        .iter()
        .map(|series| (series, points(results, series, &value)))
        .filter(|(_, points)| !points.is_empty())
        .collect();
    let axes = Axes::of(lines.iter().flat_map(|(_, points)| points.iter().copied()))?;
    Some(Plot { file, title, svg: svg(title, unit, &lines, &axes) })
}

fn points(results: &Results, series: &Series, value: impl Fn(&Measured) -> f64) -> Points {
    let rows = results.rows.iter().filter(|row| row.id == series.row);
    rows.filter_map(|row| {
        let measured = row.measured.iter().find(|measured| measured.who == series.who)?;
        let value = value(measured);
        (value > 0.0).then_some((number(row.events), value))
    })
    .collect()
}

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 470.0;
const LEFT: f64 = 88.0;
const RIGHT: f64 = 650.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 420.0;
/// Labels are no closer than this.
const LEADING: f64 = 17.0;

/// Powers of ten around all points.
struct Axes {
    x: (i32, i32),
    y: (i32, i32),
}

impl Axes {
    fn of(points: impl Iterator<Item = (f64, f64)>) -> Option<Self> {
        let (xs, ys): (Vec<f64>, Vec<f64>) = points.unzip();
        Some(Self { x: decades(&xs)?, y: decades(&ys)? })
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + 20.0 + along(self.x, value) * (RIGHT - LEFT - 40.0)
    }

    fn y(&self, value: f64) -> f64 {
        BOTTOM - along(self.y, value) * (BOTTOM - TOP)
    }
}

#[allow(clippy::cast_possible_truncation, reason = "decades are few")]
fn decades(values: &[f64]) -> Option<(i32, i32)> {
    let least = values.iter().copied().reduce(f64::min)?.log10().floor() as i32;
    let most = values.iter().copied().reduce(f64::max)?.log10().ceil() as i32;
    Some((least, most.max(least + 1)))
}

fn along((from, to): (i32, i32), value: f64) -> f64 {
    (value.log10() - f64::from(from)) / f64::from(to - from)
}

fn svg(title: &str, unit: &str, lines: &[(&Series, Points)], axes: &Axes) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"26\" font-size=\"16\">{title}, {unit}</text>\n"
    );
    grid(&mut svg, axes);
    let mut ends: Vec<(f64, usize)> = Vec::new();
    for (place, (series, points)) in lines.iter().enumerate() {
        line(&mut svg, place, series, points, axes);
        ends.extend(points.last().map(|&(_, value)| (axes.y(value), place)));
    }
    let apart = apart(&mut ends);
    for ((y, place), label_y) in ends.iter().zip(apart) {
        let (series, points) = &lines[*place];
        let x = points.last().map_or(RIGHT, |&(size, _)| axes.x(size));
        label(&mut svg, *place, series, (x, *y), label_y);
    }
    svg + "</svg>\n"
}

/// Heights of labels, from the top, none on another.
fn apart(ends: &mut [(f64, usize)]) -> Vec<f64> {
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut heights: Vec<f64> = ends.iter().map(|&(y, _)| y).collect();
    for place in 1..heights.len() {
        heights[place] = heights[place].max(heights[place - 1] + LEADING);
    }
    let over = heights.last().map_or(0.0, |last| (last - BOTTOM).max(0.0));
    if over > 0.0 {
        // Push those at the bottom up again.
        let mut below = BOTTOM + LEADING;
        for height in heights.iter_mut().rev() {
            *height = height.min(below - LEADING);
            below = *height;
        }
    }
    heights
}

fn grid(svg: &mut String, axes: &Axes) {
    for decade in axes.x.0..=axes.x.1 {
        let x = axes.x(10_f64.powi(decade));
        let size = 10_u64.pow(u32::try_from(decade).unwrap_or(0));
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {TOP}V{BOTTOM}\" stroke=\"#ddd\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            BOTTOM + 18.0,
            grouped(size)
        );
    }
    for decade in axes.y.0..=axes.y.1 {
        let y = axes.y(10_f64.powi(decade));
        let value = if decade < 0 {
            format!("{:.*}", decade.unsigned_abs() as usize, 10_f64.powi(decade))
        } else {
            grouped(10_u64.pow(decade.unsigned_abs()))
        };
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
            LEFT - 8.0,
            y + 4.0
        );
    }
    let (x, y) = (f64::midpoint(LEFT, RIGHT), BOTTOM + 40.0);
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">events</text>");
}

const DASHES: [&str; 4] = ["none", "8 4", "2 3", "10 3 2 3"];

/// Ours are dark and thick, theirs grey and thin.
fn stroke(series: &Series) -> (&'static str, f64) {
    if series.is_ours { ("#111", 2.2) } else { ("#777", 1.4) }
}

fn line(svg: &mut String, place: usize, series: &Series, points: &Points, axes: &Axes) {
    let (colour, width) = stroke(series);
    let dash = DASHES[place % DASHES.len()];
    let path: Vec<String> =
        points.iter().map(|&(x, y)| format!("{:.1} {:.1}", axes.x(x), axes.y(y))).collect();
    let _ = writeln!(
        svg,
        "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
         stroke-dasharray=\"{dash}\"/>",
        path.join("L")
    );
    for &(x, y) in points {
        mark(svg, place, colour, (axes.x(x), axes.y(y)));
    }
}

/// A form for each line: disc, square, triangle, diamond, and the same hollow.
fn mark(svg: &mut String, place: usize, colour: &str, (x, y): (f64, f64)) {
    let path = match place % 4 {
        0 => format!("M{:.1} {y:.1}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", x - 4.0),
        1 => format!("M{:.1} {:.1}h8v8h-8z", x - 4.0, y - 4.0),
        2 => format!("M{x:.1} {:.1}l5 9h-10z", y - 5.5),
        _ => format!("M{x:.1} {:.1}l5 5l-5 5l-5 -5z", y - 5.0),
    };
    let fill = if place < 4 { colour } else { "#fff" };
    let _ = writeln!(svg, "<path d=\"{path}\" fill=\"{fill}\" stroke=\"{colour}\"/>");
}

fn label(svg: &mut String, place: usize, series: &Series, (x, y): (f64, f64), label_y: f64) {
    let (colour, _) = stroke(series);
    let (from, to) = (x + 8.0, RIGHT + 14.0);
    let _ = writeln!(
        svg,
        "<path d=\"M{from:.1} {y:.1}L{to:.1} {label_y:.1}\" stroke=\"#bbb\" stroke-width=\"0.8\"/>"
    );
    mark(svg, place, colour, (RIGHT + 22.0, label_y));
    let text = series.label;
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"#111\">{text}</text>",
        RIGHT + 34.0,
        label_y + 4.5
    );
}
