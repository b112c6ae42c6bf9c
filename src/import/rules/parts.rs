//! The parts of a mapping file, and what has to be said in each.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::super::dates::Dates;
use super::super::encoding::Encoding;
use super::super::pattern::Form;
use super::super::problem::{Fault, Problem};
use super::super::template::{Template, WordTable};
use super::section::{Reading, Section};
use super::{
    Change, Condition, Demand, Empty, End, EndDay, EventRules, Field, FileRules, First,
    MeasureRules, RowRules, Rules, SourceRules, Then, Wide,
};

/// What an end date can be.
pub(super) const END_DAYS: &str = "`is = \"last-day\"` (it still holds on that day, and ends on the \
                                   day after) or `is = \"first-day-after\"` (it no longer holds on \
                                   that day)";
/// What two digits of a year can be.
pub(super) const HUNDRED: &str = "the first of the hundred years that two digits mean, such as \
                                  `two_digit_years = 2000` (00 is 2000, 99 is 2099) or 1950 (50 is \
                                  1950, 49 is 2049)";
/// What an empty cell can say.
pub(in crate::import) const EMPTY: &str = "`empty = \"as-before\"` (an empty cell says what the one before it \
                                says) or `empty = \"blank\"` (it says an empty text, which a value \
                                table can map: `\"\" = \"none\"`)";
/// What a first cell can say.
pub(super) const FIRST: &str = "`first = \"event\"` (it began on the first date), `first = \
                                \"baseline\"` (it was so already when tracking began) or `first = \
                                \"ignored\"`";
/// When something can have changed.
pub(in crate::import) const CHANGE: &str = "`change = \"on-the-date\"` (on the date of the column) or `change \
                                 = \"between\"` (on some day after the column before, up to the \
                                 date)";

pub(super) fn rules(text: &str) -> Result<Rules, Vec<Problem>> {
    let mut reading = Reading::of(text);
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let line = error.span().map_or(1, |span| reading.line(span.start));
            reading.bad(line, format!("this is no TOML: {}", error.message()));
            return Err(reading.problems);
        }
    };
    for (key, value) in document.get_ref() {
        reading.unanswered(key.get_ref(), value);
    }
    if !reading.problems.is_empty() {
        return Err(in_order(reading.problems));
    }
    let mut root = Section::of(document.get_ref(), String::new(), 1);
    let rules = of_root(&mut root, &mut reading);
    root.finish(&mut reading);
    match rules {
        Some(rules) if reading.problems.is_empty() => Ok(rules),
        Some(_) | None => Err(in_order(reading.problems)),
    }
}

fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| problem.line);
    problems
}

fn of_root(root: &mut Section<'_>, reading: &mut Reading) -> Option<Rules> {
    let file = root.section("file", reading).map(|it| file(it, reading)).unwrap_or_default();
    let rows = root.section("rows", reading).map(|it| rows(it, reading)).unwrap_or_default();
    let dates = root.section("dates", reading).map(|it| dates(it, reading)).unwrap_or_default();
    let tables = root.section("tables", reading).map(|it| tables(&it, reading)).unwrap_or_default();
    let wide = root.section("wide", reading).map(|it| wide(it, reading));
    let is_wide = wide.is_some();
    let shared: Vec<SourceRules> =
        root.sections("source", reading).into_iter().map(|it| source(it, reading)).collect();
    let section = root.section("measure", reading);
    if section.is_none() {
        reading.bad(1, "[measure] is missing: it says which measure a row is about (`id`)");
    }
    let measure = section.and_then(|section| measure(section, reading));
    let mut events = Vec::new();
    for section in root.sections("event", reading) {
        events.extend(event(section, is_wide, &shared, reading));
    }
    let rules =
        Rules { file, rows, dates, tables, measure: measure?, wide: wide.flatten(), events };
    whole(&rules, reading);
    Some(rules)
}

/// What can only be seen with everything in view.
fn whole(rules: &Rules, reading: &mut Reading) {
    let forms = || rules.dates.forms.iter();
    for template in rules.templates() {
        for table in template.tables().filter(|table| !rules.tables.contains_key(*table)) {
            let message = format!("there is no value table [tables.{table}]");
            let names = rules.tables.keys().map(String::as_str);
            let problem = Problem::new(Fault::BadRules, message).guessing(table, names);
            reading.problems.push(problem.at(template.line));
        }
        if rules.dates.hundred.is_none() && template.forms().any(Form::has_short_year) {
            reading.problems.push(short_year(template.line));
        }
    }
    if rules.dates.hundred.is_none() && forms().any(Form::has_short_year) {
        let line = reading.problems.first().map_or(1, |problem| problem.line);
        reading.problems.push(short_year(line));
    }
}

fn short_year(line: usize) -> Problem {
    let message = format!("a form of dates has years of two digits: say in [dates] {HUNDRED}");
    Problem::new(Fault::Unanswered, message).at(line)
}

fn file(mut section: Section<'_>, reading: &mut Reading) -> FileRules {
    let encoding = section.text("encoding", reading).and_then(|(name, line)| {
        let found = Encoding::named(&name);
        if found.is_none() {
            let all = Encoding::ALL.map(Encoding::as_str).join(", ");
            reading.bad(line, format!("no encoding `{name}`: there are {all}"));
        }
        found
    });
    let delimiter = section.text("delimiter", reading).and_then(|(text, line)| {
        let found = delimiter(&text);
        if found.is_none() {
            reading.bad(line, format!("`delimiter` can be `,`, `;`, `|` or `tab`, not `{text}`"));
        }
        found
    });
    let sheet = section.text("sheet", reading).map(|(sheet, _)| sheet);
    let header = section.number("header", reading).and_then(|number| {
        let found = usize::try_from(number).ok().filter(|&number| number > 0);
        if found.is_none() {
            reading.bad(section.line, "`file.header` is the number of a row, from 1");
        }
        found
    });
    section.finish(reading);
    FileRules { encoding, delimiter, sheet, header }
}

fn delimiter(text: &str) -> Option<char> {
    match text {
        "," | ";" | "|" | "\t" => text.chars().next(),
        "tab" => Some('\t'),
        _ => None,
    }
}

fn rows(mut section: Section<'_>, reading: &mut Reading) -> RowRules {
    let when = condition(&mut section, reading);
    let fill_down = section.texts("fill_down", reading);
    let repeated = [("refused", false), ("once", true)];
    let expected = "`refused` (the usual) or `once`";
    let once = section.one_of("repeated", &repeated, expected, reading).unwrap_or_default();
    section.finish(reading);
    RowRules { when, fill_down, once }
}

fn condition(section: &mut Section<'_>, reading: &mut Reading) -> Condition {
    let mut demands = Vec::new();
    for (name, wanted) in [("when", true), ("unless", false)] {
        let Some(inside) = section.section(name, reading) else { continue };
        for (column, words, line) in inside.lists(reading) {
            let column = super::super::table::one_line(&column);
            demands.push((Demand { column, words, wanted }, line));
        }
    }
    Condition { demands }
}

fn dates(mut section: Section<'_>, reading: &mut Reading) -> Dates {
    let mut dates = Dates::default();
    let mut forms = Vec::new();
    for (text, line) in section.texts("forms", reading) {
        match Form::named(&text) {
            Ok(form) => forms.push(form),
            Err(message) => reading.bad(line, message),
        }
    }
    if !forms.is_empty() {
        dates.forms = forms;
    }
    dates.hundred = section.number("two_digit_years", reading).and_then(|year| {
        let year = i32::try_from(year).ok().filter(|year| (1000..=9900).contains(year));
        if year.is_none() {
            reading.bad(section.line, format!("`dates.two_digit_years` is {HUNDRED}"));
        }
        year
    });
    if let Some((text, line)) = section.text("years", reading) {
        let ends = text.split_once("..");
        let ends = ends.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        match ends.filter(|(from, to)| from <= to) {
            Some(years) => dates.years = years,
            None => reading.bad(line, "`dates.years` is a range such as `1945..2060`"),
        }
    }
    if let Some(inside) = section.section("words", reading) {
        for (word, date, line) in inside.words(reading) {
            let date = date.unwrap_or_default();
            if !date.is_empty()
                && let Err(refused) = date.parse::<crate::time::Window>()
            {
                reading.bad(line, format!("`dates.words`: {refused}"));
            }
            dates.words.push((word, date));
        }
    }
    section.finish(reading);
    dates
}

fn tables(section: &Section<'_>, reading: &mut Reading) -> BTreeMap<String, WordTable> {
    let mut tables = BTreeMap::new();
    for (name, inside) in section.all(reading) {
        let words = inside.words(reading).into_iter();
        let entries = words.map(|(word, made, _)| (word, made)).collect();
        tables.insert(name, WordTable { entries });
    }
    tables
}

fn wide(mut section: Section<'_>, reading: &mut Reading) -> Option<Wide> {
    let columns = section.texts("columns", reading);
    let value = section.template("value", reading);
    let value = match value {
        Some(value) => Some(value),
        None => Template::parse("{cell}", section.line).ok(),
    };
    let empties = [("as-before", Empty::AsBefore), ("blank", Empty::Blank)];
    let firsts =
        [("event", First::Event), ("baseline", First::Baseline), ("ignored", First::Ignored)];
    let changes = [("on-the-date", Change::OnTheDate), ("between", Change::Between)];
    let empty = section.one_of("empty", &empties, EMPTY, reading);
    let first = section.one_of("first", &firsts, FIRST, reading);
    let change = section.one_of("change", &changes, CHANGE, reading);
    if first.is_none() {
        let message = format!("`wide.first` does not say what the first column says: {FIRST}");
        reading.problems.push(Problem::new(Fault::Unanswered, message).at(section.line));
    }
    let line = section.line;
    section.finish(reading);
    Some(Wide { line, columns, value: value?, empty, first, change })
}

fn texts(section: &mut Section<'_>, names: &[&'static str], reading: &mut Reading) -> Vec<Field> {
    let mut texts = Vec::new();
    for name in names {
        texts.extend(section.template(name, reading).map(|template| (*name, template)));
    }
    texts
}

fn lists(
    section: &mut Section<'_>,
    names: &[&'static str],
    reading: &mut Reading,
) -> Vec<(&'static str, Vec<Template>)> {
    let lists = names.iter().map(|name| (*name, section.templates(name, reading)));
    lists.filter(|(_, templates)| !templates.is_empty()).collect()
}

fn measure(mut section: Section<'_>, reading: &mut Reading) -> Option<MeasureRules> {
    let id = section.required("id", "it makes the id of the measure: `id = \"{Id}\"`", reading);
    let declare = section.truth("declare", reading).unwrap_or(true);
    let differing = [("refused", false), ("first", true)];
    let expected = "`refused` (the usual) or `first` (the first row counts)";
    let first_counts = section.one_of("differing", &differing, expected, reading);
    let texts = texts(&mut section, &["kind", "title", "part_of", "note"], reading);
    let lists = lists(&mut section, &["parties", "tags", "items"], reading);
    let initial = section.template("initial", reading);
    if declare && !texts.iter().any(|(name, _)| *name == "kind") {
        let message = "`measure.kind` is missing: the sort of measure (`ledger kind list`), or \
                       `declare = false` where the ledger has the measures already";
        reading.bad(section.line, message);
    }
    section.finish(reading);
    let first_counts = first_counts.unwrap_or_default();
    Some(MeasureRules { id: id?, declare, first_counts, texts, lists, initial })
}

fn event(
    mut section: Section<'_>,
    is_wide: bool,
    shared: &[SourceRules],
    reading: &mut Reading,
) -> Option<EventRules> {
    let line = section.line;
    let when = condition(&mut section, reading);
    let key = section.required("key", "it makes the name by which a row is known again", reading);
    let measure = section.template("measure", reading);
    let act = section.required("act", "what the event does: `act = \"imposed\"`", reading);
    let status = section.template("status", reading);
    let effective = if is_wide {
        section.template("effective", reading)
    } else {
        section.required("effective", "when it took effect", reading)
    };
    if let Some(effective) = effective.as_ref().filter(|_| is_wide) {
        let message = "in a wide table the column says the date: leave `effective` out";
        reading.bad(effective.line, message);
    }
    let announced = section.template("announced", reading);
    let texts = texts(&mut section, &["modality", "instrument", "note"], reading);
    let lists = lists(&mut section, &["actors", "after", "cancels", "settles"], reading);
    let set = set(&mut section, reading);
    let end = section.section("end", reading).and_then(|it| end(it, reading));
    let then = section.sections("then", reading).into_iter();
    let then = then.filter_map(|it| self::then(it, reading)).collect();
    let own = section.sections("source", reading).into_iter();
    let own: Vec<SourceRules> = own.map(|it| source(it, reading)).collect();
    let sources = own.into_iter().chain(shared.iter().cloned()).collect();
    section.finish(reading);
    Some(EventRules {
        line,
        when,
        key: key?,
        measure,
        act: act?,
        status,
        effective,
        announced,
        texts,
        lists,
        set,
        end,
        then,
        sources,
    })
}

/// Attributes with what makes them.
fn set(section: &mut Section<'_>, reading: &mut Reading) -> Vec<(String, Template)> {
    let Some(inside) = section.section("set", reading) else { return Vec::new() };
    let mut set = Vec::new();
    for (name, text, line) in inside.words(reading) {
        match Template::parse(&text.unwrap_or_default(), line) {
            Ok(template) => set.push((name, template)),
            Err(message) => reading.bad(line, message),
        }
    }
    set
}

fn end(mut section: Section<'_>, reading: &mut Reading) -> Option<End> {
    let date = section.required("date", "the column of the end", reading);
    let days = [("last-day", EndDay::Last), ("first-day-after", EndDay::FirstAfter)];
    let before = reading.problems.len();
    let is = section.one_of("is", &days, END_DAYS, reading);
    if is.is_none() && reading.problems.len() == before {
        let columns: Vec<String> =
            date.iter().flat_map(Template::names).map(|name| format!(" \"{name}\"")).collect();
        let message = format!(
            "`event.end` does not say what a date in the column{} is: {END_DAYS}",
            columns.concat()
        );
        reading.problems.push(Problem::new(Fault::Unanswered, message).at(section.line));
    }
    let act = section.template("act", reading);
    section.finish(reading);
    Some(End { date: date?, is: is?, act })
}

fn then(mut section: Section<'_>, reading: &mut Reading) -> Option<Then> {
    let when = condition(&mut section, reading);
    let act = section.required("act", "what will follow", reading);
    let status = section.template("status", reading);
    let effective = section.template("effective", reading);
    let set = set(&mut section, reading);
    section.finish(reading);
    Some(Then { when, act: act?, status, effective, set })
}

fn source(mut section: Section<'_>, reading: &mut Reading) -> SourceRules {
    let mut texts = Vec::new();
    for name in ["publisher", "title", "url", "quote", "lang", "archived", "note"] {
        texts.extend(section.splitting(name, reading).map(|template| (name, template)));
    }
    let published = section.splitting("published", reading);
    section.finish(reading);
    SourceRules { texts, published }
}
