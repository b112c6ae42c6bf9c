//! `ledger diff`: what changed in the world between two days, or in our knowledge about one.

mod question;
mod text;

use serde_json::{Value, json};

use super::Format;
use super::complaint::Complaint;
use super::desk::{Asked, Desk, Knowing};
use super::page::Page;
use super::survey::{Only, Part};
use super::which::Which;
use crate::answer::{Change, Filter, Learning, learned, world};
use crate::history::History;
use crate::time::Day;
use question::{Ends, Question};

/// What changed in the world between two days, or (--learned) in our knowledge about one.
#[derive(Debug, clap::Args)]
#[command(override_usage = "ledger diff A B [MEASURE…]\n       \
                            ledger diff --learned K1..K2 [--at DATE] [MEASURE…]")]
pub(super) struct Diff {
    /// Two days (also as A..B), then measures [default: all]; with --learned only measures.
    /// A day that begins with a hyphen stands after `--`: diff -- -30d today.
    #[arg(value_name = "A B|MEASURE")]
    words: Vec<String>,
    /// What we learned between two points: days, instants or record numbers (@N), included; ..K2
    /// from the beginning, K1.. to everything recorded.
    #[arg(long, value_name = "K1..K2", allow_hyphen_values = true)]
    learned: Option<String>,
    /// With --learned: about the end of this day in the world [default: today].
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    at: Option<String>,
    #[command(flatten)]
    knowing: Knowing,
    #[command(flatten)]
    which: Which,
    /// Exit with 1 where something changed.
    #[arg(long)]
    exit_code: bool,
}

/// What it takes to put an answer into words.
struct Answered<'d> {
    asked: Asked<'d>,
    question: Question,
    /// What was known at the beginning, with the number of records, where that is another history.
    before: Option<(usize, History)>,
}

impl Diff {
    pub(super) fn run(&self, desk: &Desk) -> Result<Page, Complaint> {
        let question = self.question(desk)?;
        let (answered, changes) = match question.ends.clone() {
            Ends::Days(from, to) => self.in_the_world(desk, question, from, to)?,
            Ends::Known(..) => self.in_our_knowledge(desk, question)?,
        };
        let (query, Answered { asked, question, .. }) = (answered.query(), &answered);
        let now = asked.now(question.explicit);
        let json = asked.envelope_of_rows("diff", query, now, &asked.notes());
        let exit = u8::from(self.exit_code && !changes.is_empty());
        let text = |changes: &[Change]| text::text(&answered, changes);
        Ok(Page { exit, ..Page::of_rows(desk.format()?, json, changes, text, text::table) })
    }

    fn in_the_world<'d>(
        &self,
        desk: &'d Desk,
        question: Question,
        from: Day,
        to: Day,
    ) -> Result<(Answered<'d>, Vec<Change>), Complaint> {
        let mut asked = desk.ask_measures(&self.knowing, &question.measures)?;
        if self.knowing.is_everything() {
            asked.only = Only::Changing(from.min(to), from.max(to));
        }
        self.which.check(&asked)?;
        let measures = asked.measures(&question.measures)?;
        let filter = Filter { measures, ..self.which.filter() };
        let changes = changes(&mut asked, |part| world(part.history, &filter, from, to))?;
        Ok((Answered { asked, question, before: None }, changes))
    }

    fn in_our_knowledge<'d>(
        &self,
        desk: &'d Desk,
        question: Question,
    ) -> Result<(Answered<'d>, Vec<Change>), Complaint> {
        let knowing = Knowing { known: question.until(), public: self.knowing.public.clone() };
        let mut asked = desk.ask_measures(&knowing, &question.measures)?;
        self.which.check(&asked)?;
        let from = question.known_first(&asked)?;
        question.check_order(&asked, from)?;
        asked.only_after(from as u64)?;
        let before = asked.history_when(from, asked.public);
        let measures = known_at_either(&asked, &before, from, &question.measures)?;
        let filter = Filter { measures, ..self.which.filter() };
        let learning = Learning {
            from: from as u64,
            to: asked.records as u64,
            since: question.since(&asked, from)?,
            public: asked.public,
        };
        let at = question.at;
        let learned = |part: &Part<'_>| learned(part.entries, part.history, &filter, learning, at);
        let changes = changes(&mut asked, learned)?;
        let before = asked.history_when(from, asked.public);
        Ok((Answered { asked, question, before: Some((from, before)) }, changes))
    }
}

/// What changed, in the order of declaration where no measure is named.
fn changes(
    asked: &mut Asked<'_>,
    ask: impl Fn(&Part<'_>) -> Vec<Change> + Sync,
) -> Result<Vec<Change>, Complaint> {
    let declared = |part: &Part<'_>| {
        let changes = ask(part).into_iter();
        changes.map(|change| (part.declared(&change.measure), change)).collect()
    };
    let found = asked.survey_sorted(declared, |(declared, _)| *declared)?;
    let changes: Vec<Change> = found.into_iter().map(|(_, change)| change).collect();
    if asked.desk.format()? == Format::Text {
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

impl Answered<'_> {
    /// The question, as the answer repeats it.
    fn query(&self) -> Value {
        match &self.question.ends {
            Ends::Days(from, to) => {
                json!({"axis": "world", "from": from, "to": to, "learned": null, "at": null})
            }
            Ends::Known(..) => {
                let (from, to) = self.question.points();
                let records = self.before.as_ref().map(|(records, _)| records);
                let learned = json!({
                    "from": from,
                    "to": to,
                    "from_records": records,
                    "to_records": self.asked.records,
                });
                let at = self.question.at;
                json!({"axis": "knowledge", "from": null, "to": null, "learned": learned, "at": at})
            }
        }
    }
}
