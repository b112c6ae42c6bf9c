//! What a table seems to be as a whole: one row an event, one row a beginning and an end, or one
//! column a date; and the rules that say so.

mod events;

use super::super::party::party;
use super::super::slug::slug;
use super::super::table::Table;
use super::columns::{Column, Role, columns};
use super::forms::{Dated, dated, has_short_year, is_no_date};
use super::page::{Page, bare};
use super::words::subject;
use crate::time::Day;

/// The most words that are listed for an answer.
const MOST_ASKED: usize = 60;

/// From so many columns on whose names are dates a table is wide.
const LEAST_HEADS: usize = 3;

/// A table, and what its columns seem to be.
pub(super) struct Shape<'t> {
    table: &'t Table,
    /// What ids and keys begin with: from the name of the file.
    stem: String,
    file: String,
    columns: Vec<Column>,
    /// The places of the columns that are dates.
    heads: Vec<usize>,
    head_dates: Dated,
}

impl<'t> Shape<'t> {
    pub(super) fn of(file: &str, table: &'t Table) -> Self {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let stem = slug(name.rsplit_once('.').map_or(name, |(stem, _)| stem));
        let stem = if stem.is_empty() { "tracker".to_owned() } else { stem };
        let is_head = |name: &str| dated(&[name], false).read == 1;
        let header = table.header.iter().enumerate();
        let mut heads: Vec<usize> =
            header.filter(|(_, name)| is_head(name)).map(|(place, _)| place).collect();
        if heads.len() < LEAST_HEADS {
            heads.clear();
        }
        let names: Vec<&str> =
            heads.iter().filter_map(|&place| table.header.get(place)).map(String::as_str).collect();
        let head_dates = dated(&names, false);
        let mut columns = columns(table);
        for &place in &heads {
            if let Some(column) = columns.get_mut(place) {
                column.role = None;
                column.dated = None;
            }
        }
        Self { table, stem, file: file.to_owned(), columns, heads, head_dates }
    }

    pub(super) fn write(&self, page: &mut Page) {
        self.dates(page);
        self.measure(page);
        self.ids(page);
        self.parties(page);
        if self.heads.is_empty() {
            self.rows_as_events(page);
        } else {
            self.cells_as_events(page);
        }
        self.source(page);
        self.unused(page);
    }

    fn role(&self, role: Role) -> Option<&Column> {
        self.columns.iter().find(|column| column.role == Some(role))
    }

    fn rows(&self) -> usize {
        self.table.rows.iter().filter(|row| row.problem.is_none()).count()
    }

    fn dates(&self, page: &mut Page) {
        page.section("[dates]");
        let mut forms: Vec<String> = Vec::new();
        let mut asked = false;
        let of_columns =
            self.columns.iter().filter_map(|it| Some((it.name.as_str(), it.dated.as_ref()?)));
        let of_heads =
            (!self.heads.is_empty()).then_some(("the names of columns", &self.head_dates));
        let all: Vec<(&str, &Dated)> = of_columns.chain(of_heads).collect();
        for (name, dated) in &all {
            let said: Vec<String> = dated.forms.iter().map(|form| format!("\"{form}\"")).collect();
            let of = format!("{} of {} values", dated.read, dated.of);
            page.comment(&format!("Guess: \"{name}\": {of} are {}.", or_nothing(&said)));
            if let Some((one, other, why)) = dated.asked {
                page.comment(&format!(
                    "Asked: \"{name}\": \"{one}\" or \"{other}\"? In the values, {why}. Put the right \
                     one in place of \"?\"."
                ));
                asked = true;
            }
            for form in &dated.forms {
                if !forms.iter().any(|known| known == form) {
                    forms.push((*form).to_owned());
                }
            }
        }
        if asked {
            forms.push("?".to_owned());
        }
        if forms.is_empty() {
            page.comment("No column with dates was found. The form of those there are, as in \"DD/MM/YYYY\":");
            forms.push("edtf".to_owned());
        }
        page.values("forms", &forms);
        let of_asked = |dated: &&Dated| dated.asked.is_some_and(|(one, ..)| has_short_year(one));
        let is_short = forms.iter().any(|form| has_short_year(form));
        if is_short || all.iter().map(|(_, dated)| *dated).any(|dated| of_asked(&dated)) {
            page.comment(
                "Asked: years have two digits. The first of the hundred years that they mean, a number \
                 without quotes: 2000 for 2000 to 2099, 1950 for 1950 to 2049.",
            );
            page.value("two_digit_years", "?");
        }
        let others: Vec<&String> = all.iter().flat_map(|(_, dated)| &dated.others).collect();
        words_for_dates(&others, page);
    }

    /// What ids and keys are made of: templates whose texts tell the measures apart, and what led to
    /// them.
    fn parts(&self) -> (Vec<String>, String) {
        let rows = self.rows();
        let usable = |role: Role| self.role(role).filter(|column| column.makes_ids(rows));
        let (country, title) = (usable(Role::Country), usable(Role::Title));
        let is_long = self.heads.is_empty()
            && self.role(Role::Status).is_some()
            && self.role(Role::End).is_none();
        let id = usable(Role::Id)
            .filter(|id| !(is_long && id.is_unique() && title.or(country).is_some()));
        let chosen: Vec<&Column> = match (id, country, title) {
            (Some(id), ..) => vec![id],
            (None, country, title) => country.into_iter().chain(title).collect(),
        };
        if let Some(title) = self.named_by_table() {
            let why = format!(
                "\"{}\" tells the measures apart, but its texts have no letters a to z: give each a \
                 short id in [tables.ids]",
                title.name
            );
            return (vec![format!("{{{}|table:ids}}", title.place)], why);
        }
        if chosen.is_empty() {
            let why = "no column has texts in every row that can be parts of an id (a to z, 0 to 9), \
                       so the number of the row is used: it changes where rows are sorted or put in, \
                       so a column with ids would be better";
            return (vec!["{row}".to_owned()], why.to_owned());
        }
        let names: Vec<String> = chosen.iter().map(|it| format!("\"{}\"", it.name)).collect();
        let parts = chosen.iter().map(|column| format!("{{{}|slug}}", column.place)).collect();
        (parts, format!("{} tells the measures apart", names.join(" with ")))
    }

    /// The column of titles, where rows of several events have them in letters that ids do not have.
    fn named_by_table(&self) -> Option<&Column> {
        let (rows, title) = (self.rows(), self.role(Role::Title)?);
        let is_meant = self.heads.is_empty()
            && self.is_long()
            && title.values.len() == rows
            && !title.makes_ids(rows)
            && !title.is_unique()
            && title.distinct() <= MOST_ASKED;
        is_meant.then_some(title)
    }

    /// Short ids for titles, to be given.
    fn ids(&self, page: &mut Page) {
        let Some(title) = self.named_by_table() else { return };
        page.section("[tables.ids]");
        page.comment("Asked: a short id for each: letters a to z, digits, hyphens.");
        let mut titles: Vec<&str> = Vec::new();
        for value in &title.values {
            if !titles.contains(&value.as_str()) {
                titles.push(value);
            }
        }
        listed(&titles, page);
    }

    fn measure(&self, page: &mut Page) {
        let (parts, why) = self.parts();
        page.section("[measure]");
        page.comment(&format!("Guess: {why}."));
        page.value("id", &format!("{}.{}", self.stem, parts.join(".")));
        let (kind, why, _) = self.kind();
        page.comment(&why);
        page.value("kind", &kind);
        if let Some(column) = self.role(Role::Title) {
            page.comment(&guess(column));
            page.value("title", &format!("{{{}}}", column.place));
        }
        for (role, field, filter) in [
            (Role::Country, "parties", "|party"),
            (Role::Tags, "tags", ""),
            (Role::Items, "items", ""),
        ] {
            let Some(column) = self.role(role) else { continue };
            page.comment(&guess(column));
            let split = separator(column).map(|at| format!("|split:{at}")).unwrap_or_default();
            page.values(field, &[format!("{{{}{split}{filter}}}", column.place)]);
        }
    }

    /// The kind, why, and the act that begins something of it.
    fn kind(&self) -> (String, String, String) {
        if let Some(meaning) = self.meaning() {
            let why = format!("Guess: {}.", meaning.why);
            return (meaning.kind, why, String::new());
        }
        if !self.heads.is_empty() || self.is_long() {
            let why = "Guess: the words are no acts of a built-in kind (ledger kind list), so `plain` \
                       keeps them as statuses.";
            return ("plain".to_owned(), why.to_owned(), "set".to_owned());
        }
        let mut texts = vec![self.file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()];
        texts.extend(self.table.header.iter().cloned());
        let titles = self.role(Role::Title).map(|column| column.values.iter().take(200).cloned());
        texts.extend(titles.into_iter().flatten());
        if let Some((word, kind, act)) = subject(&texts) {
            let why = format!(
                "Guess, from the word `{word}` in the file's name, its headers or titles. Others: \
                 ledger kind list."
            );
            return (kind.to_owned(), why, act.to_owned());
        }
        let why = "Asked: what sort of measures are these? licensing-requirement, tariff, sanction, \
                   regulation, agreement, programme, plain … (ledger kind list)";
        ("?".to_owned(), why.to_owned(), "?".to_owned())
    }

    /// Whether a row is an act on a day.
    fn is_long(&self) -> bool {
        self.role(Role::Status).is_some() && self.role(Role::End).is_none()
    }

    /// Names of parties that are not known by themselves.
    fn parties(&self, page: &mut Page) {
        let Some(column) = self.role(Role::Country) else { return };
        let at = separator(column).map(|at| if at == "newline" { "\n" } else { at });
        let mut names: Vec<&str> = Vec::new();
        for value in &column.values {
            for name in at.map_or_else(|| vec![value.as_str()], |at| value.split(at).collect()) {
                let name = name.trim();
                if !name.is_empty() && party(name).is_none() && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        if names.is_empty() {
            return;
        }
        page.section("[tables.parties]");
        page.comment("Asked: the codes of these parties (ISO 3166, such as KR).");
        listed(&names, page);
    }

    fn source(&self, page: &mut Page) {
        let fields =
            [(Role::Publisher, "publisher"), (Role::Url, "url"), (Role::SourceDate, "published")];
        let found: Vec<(&Column, &str)> =
            fields.iter().filter_map(|(role, field)| Some((self.role(*role)?, *field))).collect();
        if found.is_empty() {
            return;
        }
        page.section("[[source]]");
        for (column, field) in found {
            page.comment(&guess(column));
            let split = separator(column).map(|at| format!("|split:{at}")).unwrap_or_default();
            page.value(field, &format!("{{{}{split}}}", column.place));
        }
    }

    fn unused(&self, page: &mut Page) {
        let is_unused = |(place, column): &(usize, &Column)| {
            column.role.is_none() && !self.heads.contains(place) && !column.name.is_empty()
        };
        let columns = self.columns.iter().enumerate().filter(is_unused);
        let mut unused: Vec<String> = columns.map(|(_, it)| format!("\"{}\"", it.name)).collect();
        if self.role(Role::End).is_some() && self.heads.is_empty() {
            unused.extend(self.role(Role::Status).map(|it| format!("\"{}\"", it.name)));
        }
        if !unused.is_empty() {
            page.line("");
            page.comment(&format!("Not used: {}.", unused.join(", ")));
        }
    }

    /// Whether the dates of the columns follow each other without a gap.
    fn heads_have_gaps(&self) -> bool {
        let dates = super::super::dates::Dates {
            forms: self
                .head_dates
                .forms
                .iter()
                .filter_map(|form| super::super::pattern::Form::named(form).ok())
                .collect(),
            hundred: Some(2000),
            ..super::super::dates::Dates::default()
        };
        let names = self.heads.iter().filter_map(|&place| self.table.header.get(place));
        let read = |name: &String| -> Option<(Day, Day)> {
            let window: crate::time::Window = dates.read(name).ok()??.parse().ok()?;
            Some((window.earliest()?, window.latest()?))
        };
        let days: Vec<(Day, Day)> = names.filter_map(read).collect();
        days.windows(2)
            .any(|pair| matches!(pair, [(_, one), (other, _)] if other.days_since(*one) > 1))
    }
}

/// `Guess: "Start" (the header says …).`
fn guess(column: &Column) -> String {
    format!("Guess: \"{}\": {}.", column.name, column.why)
}

fn or_nothing(said: &[String]) -> String {
    if said.is_empty() { "dates of a form that is asked for".to_owned() } else { said.join(", ") }
}

/// What stands between several texts of a cell.
fn separator(column: &Column) -> Option<&'static str> {
    let has = |at: &str| column.values.iter().any(|value| value.trim().contains(at));
    [("\n", "newline"), (";", ";")].into_iter().find(|(at, _)| has(at)).map(|(_, name)| name)
}

/// Words with an answer asked for each.
fn listed(words: &[&str], page: &mut Page) {
    for word in words.iter().take(MOST_ASKED) {
        page.line(&format!("{} = \"?\"", bare(word)));
    }
    if words.len() > MOST_ASKED {
        page.comment(&format!("… and {} more.", words.len() - MOST_ASKED));
    }
}

/// What values that are no dates may mean.
fn words_for_dates(others: &[&String], page: &mut Page) {
    let mut words: Vec<&str> = Vec::new();
    for other in others {
        if !words.iter().any(|word| word.to_lowercase() == other.to_lowercase()) {
            words.push(other);
        }
    }
    if words.is_empty() {
        return;
    }
    page.section("[dates.words]");
    page.comment(
        "Values that are no dates: what they mean, as the ledger writes dates (2020-03-16, 2020-03, \
         [2020-09-01..]), or \"\" for no date. Take a line out to have its rows refused.",
    );
    let (none, asked): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| is_no_date(word));
    for word in none {
        page.line(&format!("{} = \"\"", bare(word)));
    }
    listed(&asked, page);
}
