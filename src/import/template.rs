//! Texts with places for what a row says: `eu.{Country|slug}.{row}`.
//!
//! ```text
//! template = { text | "{{" | "}}" | place }
//! place    = "{" name { "|" filter } "}"
//! name     = a column by its name | "#" NUMBER (a column by its place) | one of the words below
//! filter   = WORD [ ":" argument ]
//! ```

mod filter;

use super::pattern::Form;
use super::problem::Found;
use super::rules::Rules;
use super::table::one_line;
use filter::Filter;
pub(super) use filter::WordTable;

/// A text with places.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Template {
    parts: Vec<Part>,
    /// Its line in the rules.
    pub(super) line: usize,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Place { name: String, filters: Vec<Filter> },
}

/// Words in places that are no columns (a column of that name goes first).
pub(super) const WORDS: [&str; 6] = ["row", "measure", "head", "cell", "value", "before"];

/// What a row says, by the names of its columns and by the words that are none.
pub(super) trait Said {
    /// The text of a name; none where there is no such name.
    fn text(&self, name: &str) -> Option<&str>;
}

/// What became of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Made {
    /// These texts: one, or several where something was split; none is empty unless it is the only
    /// one.
    Texts(Vec<String>),
    /// A value table says that nothing is to be made of this.
    LeftOut,
}

impl Template {
    pub(super) fn parse(text: &str, line: usize) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let behind = &rest[c.len_utf8()..];
            match (c, behind.chars().next()) {
                ('{', Some('{')) | ('}', Some('}')) => {
                    plain.push(c);
                    rest = &behind[1..];
                }
                ('{', _) => {
                    let Some((inside, behind)) = behind.split_once('}') else {
                        return Err(format!("`{text}`: a `{{` is not closed"));
                    };
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(place(inside)?);
                    rest = behind;
                }
                ('}', _) => {
                    return Err(format!("`{text}`: a `}}` that closes nothing: write `}}}}`"));
                }
                _ => {
                    plain.push(c);
                    rest = behind;
                }
            }
        }
        if !plain.is_empty() || parts.is_empty() {
            parts.push(Part::Text(plain));
        }
        let split = |part: &&Part| {
            matches!(part, Part::Place { filters, .. }
                if filters.iter().any(|filter| matches!(filter, Filter::Split(_))))
        };
        if parts.iter().filter(split).count() > 1 {
            return Err(format!("`{text}`: only one place of a text can be split"));
        }
        Ok(Self { parts, line })
    }

    /// Whether it can make several texts.
    pub(super) fn splits(&self) -> bool {
        self.filters().any(|filter| matches!(filter, Filter::Split(_)))
    }

    /// The text, where it is the same for every row.
    pub(super) fn constant(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// What every text it makes begins with.
    pub(super) fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            Some(Part::Place { .. }) | None => "",
        }
    }

    /// The names in its places.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Place { name, .. } => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.parts.iter().flat_map(|part| match part {
            Part::Place { filters, .. } => filters.as_slice(),
            Part::Text(_) => &[],
        })
    }

    /// The value tables it looks into.
    pub(super) fn tables(&self) -> impl Iterator<Item = &str> {
        self.filters().filter_map(|filter| match filter {
            Filter::Table(name) => Some(name.as_str()),
            Filter::Slug
            | Filter::Lower
            | Filter::Upper
            | Filter::Split(_)
            | Filter::Before(_)
            | Filter::After(_)
            | Filter::Or(_)
            | Filter::Party
            | Filter::Date(_)
            | Filter::NextDay => None,
        })
    }

    /// The columns among its names.
    pub(super) fn columns(&self, said: &dyn Said) -> Vec<String> {
        let is_column = |name: &&str| !WORDS.contains(name) && said.text(name).is_some();
        self.names().filter(is_column).map(str::to_owned).collect()
    }

    /// The texts it makes of a row.
    pub(super) fn make(&self, said: &dyn Said, rules: &Rules) -> Found<Made> {
        let mut made = vec![String::new()];
        let mut is_blank = true;
        for part in &self.parts {
            let texts = match part {
                Part::Text(text) => vec![text.clone()],
                Part::Place { name, filters } => match fill(name, filters, said, rules)? {
                    Made::Texts(texts) => {
                        is_blank &= texts.iter().all(String::is_empty);
                        texts
                    }
                    Made::LeftOut => return Ok(Made::LeftOut),
                },
            };
            made = made
                .iter()
                .flat_map(|begun| texts.iter().map(move |text| format!("{begun}{text}")))
                .collect();
        }
        // Words around nothing say nothing: `HS {Code}` of an empty code.
        if is_blank && self.constant().is_none() {
            made = vec![String::new()];
        }
        Ok(Made::Texts(made))
    }
}

/// The texts of one place.
fn fill(name: &str, filters: &[Filter], said: &dyn Said, rules: &Rules) -> Found<Made> {
    let column = said.text(name).map(str::trim).unwrap_or_default();
    let mut texts = vec![column.to_owned()];
    for filter in filters {
        match filter.applied(texts, rules) {
            Ok(Made::Texts(more)) => texts = more,
            Ok(Made::LeftOut) => return Ok(Made::LeftOut),
            Err(problem) => {
                let columns = if WORDS.contains(&name) { vec![] } else { vec![name.to_owned()] };
                return Err(Box::new(problem.about(&columns)));
            }
        }
    }
    Ok(Made::Texts(texts))
}

fn place(inside: &str) -> Result<Part, String> {
    let mut words = inside.split('|');
    let name = one_line(words.next().unwrap_or_default());
    if name.is_empty() {
        return Err(format!("`{{{inside}}}` names no column"));
    }
    let filters = words.map(Filter::parse).collect::<Result<_, _>>()?;
    Ok(Part::Place { name, filters })
}

impl Template {
    /// Whether what it makes is a date as the ledger writes it: it was read as one on the way, or
    /// the rules themselves say it.
    pub(super) fn is_dated(&self) -> bool {
        let is_date = |filter: &Filter| matches!(filter, Filter::Date(_) | Filter::NextDay);
        self.constant().is_some() || self.filters().any(is_date)
    }

    /// The forms of dates that its own `date` filters name.
    pub(super) fn forms(&self) -> impl Iterator<Item = &Form> {
        self.filters().filter_map(Filter::form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(&'static [(&'static str, &'static str)]);

    impl Said for Row {
        fn text(&self, name: &str) -> Option<&str> {
            self.0.iter().find(|(column, _)| *column == name).map(|(_, text)| *text)
        }
    }

    const ROW: Row = Row(&[
        ("Country", " Côte d’Ivoire "),
        ("Status", "Lifted "),
        ("Tags", "food; masks;; "),
        ("From", "04/07/2019"),
        ("Nothing", ""),
        ("row", "17"),
        ("Country code", "KR"),
    ]);

    fn rules() -> Rules {
        let text = "[dates]\nforms = [\"DD/MM/YYYY\"]\n[tables.status]\nlifted = \"removed\"\n\
                    \"n/a\" = false\n[tables.parties]\n\"Côte d’Ivoire\" = \"CI\"\n\
                    [measure]\nid = \"m\"\nkind = \"plain\"\n";
        Rules::read(text).unwrap()
    }

    fn make(template: &str) -> Result<Vec<String>, String> {
        let template = Template::parse(template, 1)?;
        match template.make(&ROW, &rules()) {
            Ok(Made::Texts(texts)) => Ok(texts),
            Ok(Made::LeftOut) => Ok(vec![]),
            Err(problem) => Err(problem.message),
        }
    }

    #[test]
    fn places_are_filled_and_filtered() {
        for (template, made) in [
            ("constant", "constant"),
            ("eu.{Country|slug}.{row}", "eu.cote-divoire.17"),
            ("{Status}", "Lifted"),
            ("{Status|lower}/{Status|upper}", "lifted/LIFTED"),
            ("{Status|table:status}", "removed"),
            ("{Nothing|or:none said}", "none said"),
            ("HS {Nothing}", ""),
            ("{{{row}}}", "{17}"),
            ("{Country|party}", "CI"),
            ("{Country code|party}", "KR"),
            ("{From|date}", "2019-07-04"),
            ("{From|date:MM/DD/YYYY}", "2019-04-07"),
            ("{From|next-day}", "2019-07-05"),
            ("{Country|before:d’}", "Côte"),
            ("{Country|after:d’}", "Ivoire"),
            ("{Country|after:x}", ""),
        ] {
            assert_eq!(make(template), Ok(vec![made.to_owned()]), "{template}");
        }
        assert_eq!(make("t-{Tags|split:;|upper}").unwrap(), ["t-FOOD", "t-MASKS"]);
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for template in [
            "{",
            "}",
            "{}",
            "{Status|slag}",
            "{Status|slug:x}",
            "{Tags|split}",
            "{Tags|split:;}{Tags|split:;}",
            "{Status|table}",
            "{From|date:soon}",
        ] {
            assert!(Template::parse(template, 1).is_err(), "{template}");
        }
        let said = Template::parse("{Status|slgu}", 1).unwrap_err();
        assert!(said.contains("did you mean `slug`?"), "{said}");
    }

    #[test]
    fn what_cannot_be_made_names_the_column() {
        for (template, said) in [
            ("{Country|table:status}", "column \"Country\": `Côte d’Ivoire` is not in [tables.st"),
            ("{Status|party}", "column \"Status\": `Lifted` is no country"),
            ("{Status|date}", "column \"Status\": `Lifted` is no date"),
        ] {
            let problem = make(template).unwrap_err();
            assert!(problem.contains(said), "{problem}");
        }
    }
}
