//! Comma-separated values (RFC 4180).
//!
//! A spreadsheet runs a cell as a formula that begins with `=`, `+`, `-` or `@`, also where it is
//! quoted; Excel for Japanese takes their full-width forms too, and a tab or a line end before them
//! does not stop it. Titles and quotes come from others, so such a cell gets an apostrophe before
//! it. A number is none of these: `-3` stays what it is.

use super::table::Table;

pub(super) fn csv(table: &Table) -> String {
    let line = |row: &Vec<String>| {
        row.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\r\n"
    };
    table.lines().map(line).collect()
}

fn cell(text: &str) -> String {
    let text = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

/// Whether a spreadsheet could run it.
fn is_formula(text: &str) -> bool {
    let begins = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    text.starts_with(begins) && text.chars().nth(1).is_some() && !is_number(text)
}

/// A sign, digits, and digits after a point.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    digits(whole) && digits(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_quoted_and_runs_nothing() {
        let mut table = Table::new(&["a", "b"]);
        table.row(vec!["韓".to_owned(), "x|y".to_owned()]);
        table.row(vec!["=1+1".to_owned(), "say \"hi\", you".to_owned()]);
        assert_eq!(csv(&table), "a,b\r\n韓,x|y\r\n'=1+1,\"say \"\"hi\"\", you\"\r\n");
    }

    #[test]
    fn what_could_be_run_is_told_from_what_is_a_number() {
        for text in
            ["=1", "+A1", "-A1", "@f", "\t=1", "\r=1", "\n=1", "＝1", "－x", "-1+1", "-1.", "--1"]
        {
            assert_eq!(cell(text).trim_matches('"'), format!("'{text}"), "{text:?}");
        }
        for text in ["-3", "+3", "-3.25", "-", "=", "", "a=1", "2019-07-04", " =1"] {
            assert_eq!(cell(text), text);
        }
    }
}
