//! The parts of a drawing as text.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar as _;

use crate::export::safe::safe;
use crate::export::xml::escaped;

/// What is drawn so far.
#[derive(Default)]
pub(super) struct Ink(pub(super) String);

type Point = (f64, f64);

impl Ink {
    pub(super) fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    fn put(&mut self, markup: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0.write_fmt(markup);
    }

    /// A text that nothing is drawn for: its element has an id, to be named by it.
    pub(super) fn named(&mut self, element: &str, id: &str, words: &str) {
        let words = escaped(&safe(words));
        self.put(format_args!("<{element} id=\"{id}\">{words}</{element}>\n"));
    }

    /// What the part begun last is called in full.
    pub(super) fn title(&mut self, words: &str) {
        self.put(format_args!("<title>{}</title>", escaped(&safe(words))));
    }

    pub(super) fn open(&mut self, class: &str) {
        self.put(format_args!("<g class=\"{class}\">"));
    }

    pub(super) fn open_group(&mut self, name: &str) {
        self.put(format_args!("<g role=\"group\" aria-label=\"{}\">\n", escaped(&safe(name))));
    }

    pub(super) fn close(&mut self, element: &str) {
        self.put(format_args!("</{element}>\n"));
    }

    /// A part that leads somewhere, where it does.
    pub(super) fn open_link(&mut self, href: Option<String>, class: &str) {
        match href {
            Some(href) => {
                self.put(format_args!("<a class=\"{class}\" href=\"{}\">", escaped(&href)));
            }
            None => self.open(class),
        }
    }

    pub(super) fn close_link(&mut self, is_link: bool) {
        self.close(if is_link { "a" } else { "g" });
    }

    pub(super) fn rect(&mut self, class: &str, (x, y): Point, (width, height): Point, round: f64) {
        let round = if round > 0.0 { format!(" rx=\"{round}\"") } else { String::new() };
        self.put(format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\"{round}/>"
        ));
    }

    pub(super) fn line(&mut self, class: &str, (x, y): Point, (to_x, to_y): Point) {
        self.put(format_args!(
            "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{y:.1}\" x2=\"{to_x:.1}\" y2=\"{to_y:.1}\"/>"
        ));
    }

    pub(super) fn path(&mut self, class: &str, path: &str) {
        self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
    }

    /// Words that begin at a point of their base line.
    pub(super) fn text(&mut self, class: &str, (x, y): Point, words: &str) {
        let words = escaped(&safe(words));
        self.put(format_args!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>"));
    }
}

/// About how wide a text is in a letter of some size; rather too wide than too narrow.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let text = safe(text);
    let ems = text.chars().map(|c| match c.width().unwrap_or(0) {
        0 => 0.0,
        1 if "iljtfrI.,:;'|!()[] -".contains(c) => 0.42,
        1 if c.is_uppercase() || "mwMW@%&".contains(c) => 0.78,
        1 => 0.63,
        _ => 1.05,
    });
    ems.sum::<f64>() * size
}

/// The text on two lines where one is too short for it; the second cut with a mark.
pub(super) fn folded(text: &str, room: f64, size: f64) -> Vec<String> {
    let text = safe(text);
    if width(&text, size) <= room {
        return vec![text.into_owned()];
    }
    let fits = |end: &usize| width(text[..*end].trim_end(), size) <= room;
    let mut ends = text.char_indices().map(|(start, _)| start).filter(fits);
    let last = ends.next_back().unwrap_or(0);
    // Where the words have spaces, between two of them.
    let end = text[..last].rfind(' ').filter(|&end| end > last / 2).map_or(last, |end| end + 1);
    vec![text[..end].trim_end().to_owned(), fitted(&text[end..], room, size)]
}

/// The text, cut with a mark where it is wider than there is room.
pub(super) fn fitted(text: &str, room: f64, size: f64) -> String {
    let text = safe(text);
    if width(&text, size) <= room {
        return text.into_owned();
    }
    let mut out = text.into_owned();
    while !out.is_empty() && width(&out, size) + size > room {
        out.pop();
    }
    out.trim_end().to_owned() + "…"
}
