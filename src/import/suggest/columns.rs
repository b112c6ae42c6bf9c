//! What each column seems to be, by its header and its values.

use super::super::slug::slug;
use super::super::table::Table;
use super::forms::{Dated, dated};

/// What a column seems to be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Id,
    Country,
    Title,
    Status,
    Start,
    End,
    Announced,
    Url,
    Publisher,
    SourceDate,
    Note,
    Tags,
    Items,
}

/// One column, and what it seems to be.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// How it is named in a template.
    pub(super) place: String,
    pub(super) role: Option<Role>,
    /// What led to that.
    pub(super) why: String,
    pub(super) dated: Option<Dated>,
    /// Its values, empty ones left out.
    pub(super) values: Vec<String>,
}

/// Words in headers, for each role, the likelier first. In English, and a few in other
/// languages.
const WORDS: [(Role, &[&str]); 13] = [
    (
        Role::SourceDate,
        &["source date", "date of source", "published", "publication date", "出典日"],
    ),
    (Role::Announced, &["announced", "announcement", "announcement date", "発表日", "발표일"]),
    (
        Role::End,
        &[
            "end",
            "until",
            "till",
            "expiry",
            "expires",
            "expiration",
            "lifted",
            "ended",
            "to",
            "termination",
            "removed",
            "reopened",
            "reopening",
            "valid to",
            "fin",
            "ende",
            "bis",
            "hasta",
            "終了日",
            "終了",
            "종료일",
            "종료",
        ],
    ),
    (
        Role::Start,
        &[
            "start",
            "from",
            "begin",
            "began",
            "effective",
            "in force",
            "entry into force",
            "imposed",
            "introduced",
            "implemented",
            "implementation",
            "date",
            "day",
            "début",
            "beginn",
            "von",
            "inicio",
            "desde",
            "開始日",
            "日付",
            "施行日",
            "시작일",
            "시행일",
            "날짜",
            "일자",
        ],
    ),
    (Role::Url, &["url", "link", "website", "リンク", "링크"]),
    (Role::Publisher, &["publisher", "source", "outlet", "agency", "出典", "출처"]),
    (
        Role::Id,
        &[
            "id",
            "ref",
            "reference",
            "no",
            "nr",
            "number",
            "identifier",
            "réf",
            "référence",
            "番号",
            "번호",
        ],
    ),
    (
        Role::Country,
        &[
            "country",
            "countries",
            "jurisdiction",
            "economy",
            "iso",
            "iso2",
            "party",
            "parties",
            "pays",
            "land",
            "país",
            "国",
            "国名",
            "국가",
            "국가명",
        ],
    ),
    (
        Role::Status,
        &[
            "status",
            "action",
            "act",
            "event",
            "phase",
            "state",
            "type",
            "decision",
            "measure type",
            "状況",
            "区分",
            "상태",
            "구분",
        ],
    ),
    (Role::Items, &["hs", "hs code", "hs6", "product code"]),
    (
        Role::Tags,
        &[
            "tag", "tags", "sector", "category", "product", "products", "goods", "topic", "品目",
            "품목",
        ],
    ),
    (
        Role::Note,
        &[
            "note", "notes", "comment", "comments", "remark", "remarks", "details", "summary",
            "備考", "비고",
        ],
    ),
    (
        Role::Title,
        &[
            "title",
            "measure",
            "name",
            "description",
            "policy",
            "intervention",
            "mesure",
            "maßnahme",
            "medida",
            "措置",
            "조치",
        ],
    ),
];

/// What every column of a table seems to be; each role but tags and titles at most once.
pub(super) fn columns(table: &Table) -> Vec<Column> {
    let names = table.columns();
    let mut columns: Vec<Column> = Vec::new();
    for (place, name) in table.header.iter().enumerate() {
        let is_once = names.get(name.as_str()).is_some_and(|places| places.len() == 1);
        let is_plain = is_once && !name.is_empty() && !name.contains(['|', '}']);
        let values = table.rows.iter().filter(|row| row.problem.is_none());
        let values =
            values.filter_map(|row| row.cells.get(place)).map(|cell| cell.trim().to_owned());
        let mut column = Column {
            name: name.clone(),
            place: if is_plain { name.clone() } else { format!("#{}", place + 1) },
            role: None,
            why: String::new(),
            dated: None,
            values: values.filter(|value| !value.is_empty()).collect(),
        };
        column.look();
        let taken = |role: Role| columns.iter().any(|known: &Column| known.role == Some(role));
        if column.role.is_some_and(taken) {
            column.role = None;
        }
        columns.push(column);
    }
    columns
}

impl Column {
    fn look(&mut self) {
        let header = words(&self.name);
        let found = WORDS.iter().find_map(|(role, known)| {
            let word = known.iter().find(|word| has(&header, word))?;
            Some((*role, *word))
        });
        let says_date = found.is_some_and(|(role, _)| is_date(role));
        let values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        let dated = dated(&values, says_date);
        let urls = values.iter().filter(|value| value.starts_with("http")).count();
        if urls * 10 >= values.len() * 6 && urls > 0 {
            self.be(Role::Url, format!("{urls} of {} values begin with http", values.len()));
        } else if dated.are_dates(says_date) {
            let read = format!("{} of {} values are dates", dated.read, dated.of);
            let (role, why) = match found.filter(|(role, _)| is_date(*role)) {
                Some((role, word)) => (role, format!("the header says `{word}`, and {read}")),
                None => (Role::Start, read),
            };
            self.be(role, why);
            self.dated = Some(dated);
        } else if let Some((role, word)) = found.filter(|(role, _)| !is_date(*role)) {
            let fits = match role {
                Role::Status => self.distinct() <= 40,
                Role::Id => self.values.iter().all(|value| value.len() <= 60),
                Role::Country
                | Role::Title
                | Role::Start
                | Role::End
                | Role::Announced
                | Role::Url
                | Role::Publisher
                | Role::SourceDate
                | Role::Note
                | Role::Tags
                | Role::Items => true,
            };
            if fits {
                self.be(role, format!("the header says `{word}`"));
            }
        }
    }

    fn be(&mut self, role: Role, why: String) {
        self.role = Some(role);
        self.why = why;
    }

    /// How many different values it has.
    pub(super) fn distinct(&self) -> usize {
        let values: std::collections::BTreeSet<&String> = self.values.iter().collect();
        values.len()
    }

    /// Whether every value can be a part of an id.
    pub(super) fn makes_ids(&self, rows: usize) -> bool {
        let fits = |value: &String| (1..=60).contains(&slug(value).len());
        self.values.len() == rows && self.values.iter().all(fits)
    }

    /// Whether no value is there twice.
    pub(super) fn is_unique(&self) -> bool {
        self.distinct() == self.values.len()
    }
}

fn is_date(role: Role) -> bool {
    matches!(role, Role::Start | Role::End | Role::Announced | Role::SourceDate)
}

/// The words of a header, in lower case, apart at everything that is no letter and no digit.
fn words(header: &str) -> Vec<String> {
    let lower = header.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Whether the words of a header have those of a phrase beside each other.
fn has(header: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    header.windows(phrase.len()).any(|part| part.iter().zip(&phrase).all(|(a, b)| a == b))
}
