//! What changed in the world between two days, or in our knowledge about one.

mod question;

use serde_json::{Value, json};

use super::Meant;
use super::asked::Asked;
use super::asker::Asker;
use super::complaint::Complaint;
use super::knowing::Knowing;
use super::survey::{Only, Part};
use super::which::Which;
use crate::answer::{Cause, Change, Filter, Learning, Row, Turn, learned, world};
use crate::export::{Table, sort_word};
use crate::history::History;
use crate::time::{Day, Instant};
pub(crate) use question::{Between, Ends};

/// What is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// Two days (also as A..B), then measures; of our knowledge only measures.
    pub(crate) words: Vec<String>,
    /// What we learned between two points, `K1..K2`.
    pub(crate) learned: Option<String>,
    /// Of our knowledge: about the end of this day in the world.
    pub(crate) at: Option<String>,
    pub(crate) knowing: Knowing,
    pub(crate) which: Which,
}

/// What it takes to put an answer into words.
pub(crate) struct Answer<'d> {
    pub(crate) asked: Asked<'d>,
    pub(crate) between: Between,
    /// What was known at the beginning, with the number of records, where that is another history.
    pub(crate) before: Option<(usize, History)>,
}

impl Question {
    /// Asks it.
    pub(crate) fn ask<'d>(
        &self,
        asker: &'d dyn Asker,
        meant: Meant,
    ) -> Result<(Answer<'d>, Vec<Change>), Complaint> {
        let between = self.between(asker)?;
        match between.ends.clone() {
            Ends::Days(from, to) => self.in_the_world(asker, between, from, to, meant),
            Ends::Known(..) => self.in_our_knowledge(asker, between, meant),
        }
    }

    fn in_the_world<'d>(
        &self,
        asker: &'d dyn Asker,
        between: Between,
        from: Day,
        to: Day,
        meant: Meant,
    ) -> Result<(Answer<'d>, Vec<Change>), Complaint> {
        let mut asked = Asked::about_measures(asker, &self.knowing, &between.measures)?;
        if self.knowing.is_everything() {
            asked.only = Only::Changing(from.min(to), from.max(to));
        }
        self.which.check(&asked)?;
        let measures = asked.measures(&between.measures)?;
        let filter = Filter { measures, ..self.which.filter() };
        let changes = changes(&mut asked, meant, |part| world(part.history, &filter, from, to))?;
        Ok((Answer { asked, between, before: None }, changes))
    }

    fn in_our_knowledge<'d>(
        &self,
        asker: &'d dyn Asker,
        between: Between,
        meant: Meant,
    ) -> Result<(Answer<'d>, Vec<Change>), Complaint> {
        let knowing = Knowing { known: between.until(), public: self.knowing.public.clone() };
        let mut asked = Asked::about_measures(asker, &knowing, &between.measures)?;
        self.which.check(&asked)?;
        let from = between.known_first(&asked)?;
        between.check_order(&asked, from)?;
        asked.only_after(from as u64)?;
        let before = asked.history_when(from, asked.public);
        let measures = known_at_either(&asked, &before, from, &between.measures)?;
        let filter = Filter { measures, ..self.which.filter() };
        let learning = Learning {
            from: from as u64,
            to: asked.records as u64,
            since: between.since(&asked, from)?,
            public: asked.public,
        };
        let at = between.at;
        let learned = |part: &Part<'_>| learned(part.entries, part.history, &filter, learning, at);
        let changes = changes(&mut asked, meant, learned)?;
        let before = asked.history_when(from, asked.public);
        Ok((Answer { asked, between, before: Some((from, before)) }, changes))
    }
}

/// What changed, in the order of declaration where no measure is named.
fn changes(
    asked: &mut Asked<'_>,
    meant: Meant,
    ask: impl Fn(&Part<'_>) -> Vec<Change> + Sync,
) -> Result<Vec<Change>, Complaint> {
    let declared = |part: &Part<'_>| {
        let changes = ask(part).into_iter();
        changes.map(|change| (part.declared(&change.measure), change)).collect()
    };
    let found = asked.survey_sorted(declared, |(declared, _)| *declared)?;
    let changes: Vec<Change> = found.into_iter().map(|(_, change)| change).collect();
    if meant == Meant::ForPeople {
        asked.fetch(changes.iter().map(|change| &change.measure))?;
    }
    Ok(changes)
}

/// The measures named, also those that were withdrawn since the first point or before the second.
fn known_at_either(
    asked: &Asked,
    before: &History,
    from: usize,
    names: &[String],
) -> Result<Vec<usize>, Complaint> {
    let mut measures = Vec::new();
    for name in names {
        let declared = asked.history.declared(name).filter(|&measure| {
            let since = asked.history.measures()[measure].record > from as u64;
            since || before.measure(name).is_some()
        });
        match declared {
            Some(measure) => measures.push(measure),
            None => measures.extend(asked.measures(std::slice::from_ref(name))?),
        }
    }
    Ok(measures)
}

impl Answer<'_> {
    /// The one JSON object of the answer, but for its rows.
    pub(crate) fn envelope(&self) -> Value {
        let (asked, now) = (&self.asked, self.asked.now(self.between.explicit));
        asked.envelope_of_rows("diff", self.query(), now, &asked.notes())
    }

    /// The question, as the answer repeats it.
    fn query(&self) -> Value {
        match &self.between.ends {
            Ends::Days(from, to) => {
                json!({"axis": "world", "from": from, "to": to, "learned": null, "at": null})
            }
            Ends::Known(..) => {
                let (from, to) = self.between.points();
                let records = self.before.as_ref().map(|(records, _)| records);
                let learned = json!({
                    "from": from,
                    "to": to,
                    "from_records": records,
                    "to_records": self.asked.records,
                });
                let at = self.between.at;
                json!({"axis": "knowledge", "from": null, "to": null, "learned": learned, "at": at})
            }
        }
    }
}

/// The columns that spreadsheets get; part of the contract. `cause`, `act`, `record` and `when`
/// have one value for each cause, in the same order.
pub(crate) fn table(changes: &[Change]) -> Table {
    let mut table = Table::new(&[
        "measure",
        "title",
        "kind",
        "change",
        "from_standing",
        "from_status",
        "from_possible",
        "from_flags",
        "to_standing",
        "to_status",
        "to_possible",
        "to_flags",
        "because",
        "cause",
        "act",
        "record",
        "when",
    ]);
    for change in changes {
        let turn = match change.change {
            Turn::Changed => "changed",
            Turn::ChangedBack => "changed-back",
        };
        let list = |value: &dyn Fn(&Cause) -> String| {
            change.cause.iter().map(value).collect::<Vec<_>>().join(";")
        };
        let mut cells = vec![
            change.measure.clone(),
            change.title.clone(),
            change.kind.clone(),
            turn.to_owned(),
        ];
        cells.extend(answer_cells(change.from.as_ref()));
        cells.extend(answer_cells(change.to.as_ref()));
        let because = change.because.iter().map(u64::to_string).collect::<Vec<_>>();
        cells.push(because.join(";"));
        cells.push(list(&|cause| sort_word(cause.cause)));
        cells.push(list(&|cause| cause.act.clone().unwrap_or_default()));
        cells.push(list(&|cause| cause.number.to_string()));
        cells.push(list(&when));
        table.row(cells);
    }
    table
}

fn answer_cells(row: Option<&Row>) -> [String; 4] {
    let cells = row.map(|row| {
        let possible = row.possible.iter().cloned().collect::<Vec<_>>().join(";");
        [row.standing.clone(), row.status.clone(), possible, row.flags.join(";")]
    });
    cells.unwrap_or_default()
}

fn when(cause: &Cause) -> String {
    let day = cause.on.map(|day| day.to_string());
    day.or(cause.recorded.map(Instant::minute)).unwrap_or_default()
}
