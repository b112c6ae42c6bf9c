//! A table in Markdown, as GitHub and others read it.

use super::safe::safe;
use super::table::Table;

pub(super) fn markdown(table: &Table) -> String {
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = format!("|{}\n", "---|".repeat(table.header.len()));
    let rows = table.rows.iter().map(line).collect::<String>();
    line(&table.header) + &rule + &rows
}

fn cell(text: &str) -> String {
    safe(text).replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_its_columns() {
        let mut table = Table::new(&["a", "b"]);
        table.row(vec!["韓".to_owned(), "x|y".to_owned()]);
        assert_eq!(markdown(&table), "| a | b |\n|---|---|\n| 韓 | x\\|y |\n");
    }
}
