//! One lane: a sign for the standing in each column, the status in words where there is room.

use unicode_width::UnicodeWidthChar as _;

use crate::answer::Band;
use crate::export::Axis;

/// The signs of a drawing; none needs colour.
pub(super) struct Signs {
    standings: [(&'static str, char); 7],
    change: char,
    pub(super) cut: &'static str,
}

/// Several statuses in one column.
const CROWDED: char = '!';

impl Signs {
    pub(super) fn of(utf8: bool) -> Self {
        let (signs, change, cut) = if utf8 {
            (['█', '▒', '░', '·', '─', '▚', '?'], '│', "…")
        } else {
            (['#', '%', '+', '.', '-', '&', '?'], '|', "...")
        };
        let names = ["active", "suspended", "pending", "none", "ended", "mixed", "undetermined"];
        let mut standings = [("", ' '); 7];
        for (place, name) in names.into_iter().enumerate() {
            standings[place] = (name, signs[place]);
        }
        Self { standings, change, cut }
    }

    fn sign(&self, standing: &str) -> char {
        let known = self.standings.iter().find(|(name, _)| *name == standing);
        known.map_or('?', |&(_, sign)| sign)
    }

    /// What the signs mean.
    pub(super) fn legend(&self) -> Vec<String> {
        let standings = self.standings.iter().map(|(name, sign)| format!("{sign} {name}"));
        let change = format!("{} another status of the same standing", self.change);
        let crowded = format!("{CROWDED} several in one column, listed below");
        standings.chain([change, crowded]).collect()
    }
}

/// A band with its columns, the last one exclusive.
struct Placed<'b> {
    band: &'b Band,
    from: usize,
    to: usize,
}

/// The lane, and the bands that it has no room to draw or to name.
pub(super) fn draw<'b>(
    bands: &'b [Band],
    axis: &Axis,
    signs: &Signs,
    words: impl Fn(&Band) -> String,
) -> (String, Vec<&'b Band>) {
    let placed = placed(bands, axis);
    let mut cells: Vec<String> = vec![String::new(); axis.columns()];
    let mut unseen = Vec::new();
    let mut before: Option<char> = None;
    for one in &placed {
        let sign = signs.sign(&one.band.held.standing);
        let crowded = placed.iter().filter(|other| other.from == one.from).count() > 1;
        cells[one.from..one.to].fill(sign.to_string());
        if let Some(cell) = cells.get_mut(one.from) {
            if crowded {
                *cell = CROWDED.to_string();
            } else if before == Some(sign) {
                *cell = signs.change.to_string();
            }
        }
        if one.from < one.to {
            before = Some(sign);
        }
        let named = write(&mut cells[one.from..one.to], &words(one.band));
        if crowded || !named {
            unseen.push(one.band);
        }
    }
    (cells.concat(), unseen)
}

fn placed<'b>(bands: &'b [Band], axis: &Axis) -> Vec<Placed<'b>> {
    let starts = bands.iter().map(|band| axis.column(band.from));
    let ends = bands.iter().skip(1).map(|band| axis.column(band.from)).chain([axis.columns()]);
    let places = bands.iter().zip(starts.zip(ends));
    places.map(|(band, (from, to))| Placed { band, from, to }).collect()
}

/// Writes the words into a band, its sign on both sides of them; whether there is room.
fn write(cells: &mut [String], words: &str) -> bool {
    let letters = format!(" {words} ");
    let columns = |letter: char| letter.width().unwrap_or(0);
    let width: usize = letters.chars().map(columns).sum();
    if width + 2 > cells.len() {
        return false;
    }
    let mut column: usize = 1;
    for letter in letters.chars() {
        match columns(letter) {
            0 => cells[column.saturating_sub(1)].push(letter),
            wide => {
                cells[column] = letter.to_string();
                cells[column + 1..column + wide].fill(String::new());
                column += wide;
            }
        }
    }
    true
}
