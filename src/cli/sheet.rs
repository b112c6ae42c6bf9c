//! How a page is set: its tables in columns, its lines no longer than the screen is wide.
//!
//! Without a width nothing is cut and nothing folded.

mod columns;
mod fold;

use columns::Grid;
use fold::{fold, is_command};

use super::marks::TABLE;
use super::paint::{Paint, Tone};

/// What a page is set on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    /// The most columns of a line; none for as many as it takes.
    pub(super) width: Option<usize>,
    pub(super) paint: Paint,
    /// What stands where something was cut.
    pub(super) cut: &'static str,
}

impl Sheet {
    /// The text of a page as it is printed.
    pub(super) fn set(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + text.len() / 4);
        let mut is_cut = false;
        for (place, piece) in text.split(TABLE).enumerate() {
            if place % 2 == 1 {
                let grid = Grid::parse(piece);
                is_cut |= grid.set(self, &mut out);
            } else {
                self.lines(piece, place == 0, &mut out);
            }
        }
        if is_cut {
            out += &self.said_to_be_cut();
        }
        out
    }

    /// How to see what was cut.
    fn said_to_be_cut(&self) -> String {
        let (mark, width) = (self.cut, self.width.unwrap_or_default());
        let said = format!("note: cut at {mark} to fit {width} columns; --width 0 shows all");
        let mut out = String::new();
        self.line(&said, Tone::Aside, &mut out);
        out
    }

    /// Lines outside of tables. `first`: they begin the page.
    fn lines(&self, text: &str, first: bool, out: &mut String) {
        let mut lines = text.split_inclusive('\n').peekable();
        let mut place = 0;
        while let Some(line) = lines.next() {
            let heads = lines.peek().is_some_and(|next| next.starts_with("  "));
            let tone = match line {
                _ if line.starts_with("note: ") => Tone::Aside,
                _ if line.starts_with(char::is_whitespace) || is_command(line) => Tone::Plain,
                _ if heads || (first && place == 0 && line.contains(" · ")) => Tone::Heading,
                _ => Tone::Plain,
            };
            match line.strip_suffix('\n') {
                Some(line) => self.line(line, tone, out),
                None => out.push_str(line),
            }
            place += 1;
        }
    }

    /// One line, folded where it is too long.
    fn line(&self, line: &str, tone: Tone, out: &mut String) {
        for line in fold(line, self.width) {
            out.push_str(&self.paint.paint(tone, &line));
            out.push('\n');
        }
    }
}

/// How many columns a line takes on a terminal, its colours not counted.
pub(super) fn seen(line: &str) -> usize {
    let mut pieces = line.split('\u{1b}');
    let first = pieces.next().map_or(0, fold::columns);
    let rest = pieces.map(|piece| piece.split_once('m').map_or("", |(_, text)| text));
    first + rest.map(fold::columns).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::super::table::Table;
    use super::*;

    const WIDE: Sheet = Sheet { width: None, paint: Paint(false), cut: "…" };

    fn measures() -> String {
        let mut table = Table::new(&["", "MEASURE", "STATUS", "SINCE"]);
        let title = "韓国に対する三品目の輸出管理 (export controls on three materials)";
        let row = ["●", title, "in force", "2019-07-04"];
        table.row(row.map(str::to_owned).to_vec());
        table.remark("      pending: repealed, 2023-07-01 @99".to_owned());
        table.to_text(" ")
    }

    #[test]
    fn columns_line_up_by_what_is_seen() {
        let mut table = Table::new(&["a", "b"]);
        table.row(vec!["韓".to_owned(), "x|y".to_owned()]);
        table.row(vec!["=1+1".to_owned(), String::new()]);
        assert_eq!(WIDE.set(&table.to_text(" ")), " a     b\n 韓    x|y\n =1+1\n");
    }

    #[test]
    fn without_a_width_all_is_there() {
        let text = WIDE.set(&measures());
        assert!(text.contains("three materials)  in force  2019-07-04\n"), "{text}");
        assert!(!text.contains('…'), "{text}");
    }

    #[test]
    fn a_title_is_cut_before_a_status_or_a_date_and_the_cut_is_said() {
        let sheet = Sheet { width: Some(60), ..WIDE };
        let text = sheet.set(&measures());
        assert!(text.contains("…  in force  2019-07-04\n"), "{text}");
        assert!(
            text.ends_with("note: cut at … to fit 60 columns; --width 0 shows all\n"),
            "{text}"
        );
        assert!(text.lines().all(|line| fold::columns(line) <= 60), "{text}");
    }

    #[test]
    fn what_cannot_be_cut_to_fit_goes_on_below_and_loses_nothing() {
        let sheet = Sheet { width: Some(40), ..WIDE };
        let text = sheet.set(&measures());
        let words = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(words(&text), words(&WIDE.set(&measures())));
        assert!(text.lines().all(|line| fold::columns(line) <= 40), "{text}");
    }

    #[test]
    fn a_command_is_never_broken() {
        let command = "Why?  ledger explain kr-jp.gsomia --at 2019-12-01 --known 2019-11-01\n";
        assert_eq!(Sheet { width: Some(20), ..WIDE }.set(command), command);
    }

    #[test]
    fn a_standing_is_painted_by_its_sign() {
        let sheet = Sheet { paint: Paint(true), ..WIDE };
        let text = sheet.set(&measures());
        assert!(text.contains("\u{1b}[32m●\u{1b}[0m"), "{text:?}");
        assert!(text.contains("\u{1b}[32min force\u{1b}[0m"), "{text:?}");
    }

    #[test]
    fn colours_take_no_room() {
        let plain = Sheet { width: Some(60), ..WIDE }.set(&measures());
        let painted = Sheet { width: Some(60), paint: Paint(true), ..WIDE }.set(&measures());
        let mut bare = String::new();
        for (place, piece) in painted.split('\u{1b}').enumerate() {
            bare += if place == 0 { piece } else { piece.split_once('m').unwrap().1 };
        }
        assert_eq!(bare, plain);
    }
}
