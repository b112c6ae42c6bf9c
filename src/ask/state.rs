//! The status of every measure, or of those named, on a day.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Meant;
use super::asked::Asked;
use super::asker::{Asker, read};
use super::complaint::Complaint;
use super::knowing::Knowing;
use super::since::{Now, changes, sentences, unchanged};
use super::survey::Part;
use super::which::Which;
use crate::answer::{Filter, Row, rows};
use crate::export::Table;
use crate::history::History;
use crate::ledger::{Ledger, LedgerError};
use crate::proof::{Citation, flag};
use crate::time::Day;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// The measures; all where none is named.
    pub(crate) measures: Vec<String>,
    /// At the end of this day in the world; today where none is given.
    pub(crate) at: Option<String>,
    pub(crate) knowing: Knowing,
    /// Only answers that read so.
    pub(crate) standing: Option<String>,
    pub(crate) which: Which,
}

/// What is answered.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    pub(crate) rows: Vec<Row>,
    /// What everything recorded gives otherwise, a sentence each.
    pub(crate) later: Vec<String>,
    pub(crate) at: Day,
    /// Whether the question names its day.
    explicit: bool,
}

/// The words that an answer can be narrowed to.
pub(crate) const STANDINGS: [&str; 7] =
    ["none", "pending", "active", "suspended", "ended", "mixed", "undetermined"];

impl Question {
    /// Asks it.
    pub(crate) fn ask<'d>(
        &self,
        asker: &'d dyn Asker,
        meant: Meant,
    ) -> Result<Answer<'d>, Complaint> {
        self.check_standing()?;
        self.which.check_party()?;
        let at = self.at.as_deref().map_or(Ok(asker.today()), |words| asker.day(words))?;
        let ready = self.ready(asker, at, meant)?;
        let mut answer = ready.map_or_else(|| self.work_out(asker, at), Ok)?;
        if meant == Meant::ForPeople {
            answer.asked.fetch(answer.rows.iter().map(|row| &row.measure))?;
        }
        Ok(answer)
    }

    /// The answer of the kernel. Of the past it works out only what may have been another one then.
    fn work_out<'d>(&self, asker: &'d dyn Asker, at: Day) -> Result<Answer<'d>, Complaint> {
        let mut asked = Asked::about_measures(asker, &self.knowing, &self.measures)?;
        self.which.check(&asked)?;
        let filter = self.filter(&asked)?;
        let is_past = asked.known.is_some();
        let now = if is_past && asked.in_parts { Now::read(&mut asked, at)? } else { None };
        let then = match &now {
            Some(_) if asked.public.is_none() => unchanged(&mut asked, &filter, at)?,
            Some(_) | None => Vec::new(),
        };
        asked.with_later = is_past && now.is_none();
        let looks_back = asked.with_later;
        let ask = |part: &Part<'_>| {
            let all = looks_back.then(|| History::of(part.entries, None));
            let changed = |row: &Row| match (&now, &all) {
                (Some(now), _) => now.changes(row),
                (None, all) => all.as_ref().is_some_and(|all| changes(all, row, at)),
            };
            let rows = rows(part.history, &filter, at).into_iter();
            rows.map(|row| (part.declared(&row.measure), changed(&row), row)).collect()
        };
        let mut found = asked.survey_sorted(ask, |(declared, ..)| *declared)?;
        if !then.is_empty() {
            found.extend(then.into_iter().map(|(declared, row)| (declared, false, row)));
            found.sort_by_key(|(declared, ..)| *declared);
        }
        let changed = found.iter().filter(|(_, changed, _)| *changed).map(|(.., row)| row);
        let later = sentences(&mut asked, &changed.collect::<Vec<_>>(), found.len() > 1, at)?;
        let rows = found.into_iter().map(|(.., row)| row).collect();
        Ok(Answer { asked, rows, later, at, explicit: self.at.is_some() })
    }

    /// The answer from what the view has ready, where everything known and public counts. The rows
    /// are those of the kernel, whoever hands them out.
    fn ready<'d>(
        &self,
        asker: &'d dyn Asker,
        at: Day,
        meant: Meant,
    ) -> Result<Option<Answer<'d>>, Complaint> {
        let all = self.measures.is_empty() && self.which.kind.is_none();
        let named = meant == Meant::ForPrograms && self.which.is_everything();
        if !self.knowing.is_everything() || !(all || named && self.standing.is_none()) {
            return Ok(None);
        }
        let (ledger, found) = read(asker, |ledger| {
            let records = ledger.records();
            let rows = self.ready_rows(ledger, at)?;
            rows.map(|rows| Ok((ledger.standpoint(records)?, rows))).transpose()
        })?;
        let Some((standpoint, rows)) = found else { return Ok(None) };
        let asked = Asked::of_all(asker, ledger, standpoint);
        Ok(Some(Answer { asked, rows, later: Vec::new(), at, explicit: self.at.is_some() }))
    }

    /// The rows; none where one that is named, or most, are not ready.
    fn ready_rows(&self, ledger: &Ledger, at: Day) -> Result<Option<Vec<Row>>, LedgerError> {
        if self.measures.is_empty() {
            let filter = Filter { standing: self.standing.clone(), ..self.which.filter() };
            let mut rows = Vec::new();
            let were_ready = ledger.ready_rows(&filter, at, |_, row| rows.push(row))?;
            return Ok(were_ready.then_some(rows));
        }
        self.measures.iter().map(|id| ledger.ready_row(id, at)).collect()
    }

    fn filter(&self, asked: &Asked) -> Result<Filter, Complaint> {
        let measures = asked.measures(&self.measures)?;
        Ok(Filter { measures, standing: self.standing.clone(), ..self.which.filter() })
    }

    fn check_standing(&self) -> Result<(), Complaint> {
        match &self.standing {
            Some(word) if !STANDINGS.contains(&word.as_str()) => Err(Complaint::usage(format!(
                "no standing `{word}`: expected {}",
                STANDINGS.join(", ")
            ))),
            Some(_) | None => Ok(()),
        }
    }

    /// The answer, cited.
    pub(crate) fn cite(&self, answer: &Answer<'_>) -> Result<Citation, Complaint> {
        let Answer { asked, rows, at, .. } = answer;
        let mut words = vec!["ledger".to_owned(), "state".to_owned()];
        words.extend(self.measures.iter().cloned());
        words.extend(flag("at", &at.to_string()));
        words.extend(flag("known", &format!("@{}", asked.standpoint.records)));
        words.extend(asked.public.into_iter().flat_map(|day| flag("public", &day.to_string())));
        words.extend(self.standing.iter().flat_map(|standing| flag("standing", standing)));
        words.extend(self.which.words());
        let nothing = || Complaint::usage("nothing was recorded by then: there is nothing to cite");
        Citation::of(asked, rows, *at, words).ok_or_else(nothing)
    }

    /// Whether it asks for a day and so many records, so that its answer stays what it is.
    pub(crate) fn is_fixed(&self, records: u64) -> bool {
        let day = self.at.as_ref().is_some_and(|at| at.parse::<Day>().is_ok());
        let known = self.knowing.known.as_ref();
        let public = self.knowing.public.as_ref();
        day && known.is_some_and(|known| *known == format!("@{records}"))
            && public.is_none_or(|public| public.parse::<Day>().is_ok())
    }
}

impl Answer<'_> {
    /// The one JSON object of the answer, but for its rows.
    pub(crate) fn envelope(&self) -> Value {
        let (asked, now) = (&self.asked, self.asked.now(self.explicit));
        asked.envelope_of_rows("state", json!({"at": self.at}), now, &asked.notes())
    }
}

/// The columns that spreadsheets get; part of the contract.
pub(crate) fn table(rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        "measure",
        "title",
        "kind",
        "standing",
        "status",
        "since",
        "since_earliest",
        "since_latest",
        "certain",
        "possible",
        "because",
        "flags",
    ]);
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    for row in rows {
        let since = row.since.as_ref();
        table.row(vec![
            row.measure.clone(),
            row.title.clone(),
            row.kind.clone(),
            row.standing.clone(),
            row.status.clone(),
            since.map(|since| since.text.clone()).unwrap_or_default(),
            day(since.and_then(|since| since.earliest)),
            day(since.and_then(|since| since.latest)),
            row.certain.to_string(),
            row.possible.iter().cloned().collect::<Vec<_>>().join(";"),
            row.because.iter().map(u64::to_string).collect::<Vec<_>>().join(";"),
            row.flags.join(";"),
        ]);
    }
    table
}

/// Records as they are named: `@57 @58`.
pub(crate) fn why(because: &BTreeSet<u64>) -> String {
    because.iter().map(|record| format!("@{record}")).collect::<Vec<_>>().join(" ")
}
