//! Records that a program sends, as JSON: `POST /records.json`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{After, Sent};
use crate::admission::Same;
use crate::ask::told::Told;
use crate::ask::{Asker as _, Complaint, Exit, Item, Scope, read};
use crate::ledger::{LedgerError, Outcome, Request};
use crate::record::{self, Draft};
use crate::web::reply::Reply;
use crate::web::site::Site;

/// The verb whose JSON the answer has.
const VERB: &str = "append";

/// What a program sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// The records, as JSON Lines have them.
    records: Vec<Map<String, Value>>,
    /// Which of several inputs each came from: repetitions are told by input. One where none is said.
    #[serde(default)]
    inputs: Vec<usize>,
    /// Who records.
    #[serde(default)]
    by: Option<String>,
    /// What an unnamed record is that is there already.
    #[serde(default)]
    repeated: Repeated,
    /// Record nothing: say what would be recorded.
    #[serde(default)]
    dry_run: bool,
    /// Whether to say which answers change.
    #[serde(default = "yes")]
    changed: bool,
}

fn yes() -> bool {
    true
}

/// What an unnamed record is that says the same as one that is there.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Repeated {
    /// That record.
    #[default]
    Already,
    /// A new record.
    New,
    /// Refused, where it is an event with the measure, act and date of a live one.
    Refuse,
}

impl From<Repeated> for Same {
    fn from(repeated: Repeated) -> Self {
        match repeated {
            Repeated::Already => Self::Already,
            Repeated::New => Self::New,
            Repeated::Refuse => Self::NewUnlessDuplicate,
        }
    }
}

impl Body {
    fn read(body: &[u8]) -> Result<Self, Complaint> {
        let text = std::str::from_utf8(body);
        let text = text.map_err(|_| Complaint::usage("what is sent is not UTF-8"))?;
        // Strict: a name that stands there twice, or what is nested too deeply, is refused.
        let object = record::parse_object(text).map_err(|refusal| {
            let items = vec![Item::from(refusal)];
            Complaint { exit: Exit::Refused, items }
        })?;
        serde_json::from_value(Value::Object(object)).map_err(|error| {
            let message = format!(
                "{error}: an object with `records` is wanted, and as you like `by`, `repeated` \
                 (already, new, refuse), `dry_run`, `changed`, `inputs`"
            );
            Complaint::new(Exit::Usage, Item::new("usage", message).help("help serve"))
        })
    }

    /// The drafts, or everything that is wrong with them.
    fn drafts(&self) -> Result<Vec<Draft>, Complaint> {
        let (mut drafts, mut items) = (Vec::new(), Vec::new());
        for (place, object) in self.records.iter().enumerate() {
            match record::read(object) {
                Ok(draft) => {
                    let input = self.inputs.get(place).copied().unwrap_or_default();
                    drafts.push(Draft { input, ..draft });
                }
                Err(refusals) => {
                    items.extend(refusals.into_iter().map(|refusal| at(refusal.into(), place)));
                }
            }
        }
        if items.is_empty() { Ok(drafts) } else { Err(Complaint { exit: Exit::Refused, items }) }
    }
}

/// A problem with the record at a place from 0; told as one would count them.
fn at(item: Item, place: usize) -> Item {
    Item { at: Some(("records".to_owned(), place + 1)), ..item }
}

/// What becomes of records that were sent.
pub(super) fn sent(site: &Site, body: &[u8]) -> Result<Sent, Complaint> {
    let writing = site.writing()?;
    let body = Body::read(body)?;
    let drafts = writing.timed(site, body.drafts()?)?;
    let by = body.by.clone().or_else(|| writing.by.clone());
    let telling = Telling { scope: Scope::drafts(&drafts), changed: body.changed };
    let request = Request { drafts, by, same: body.repeated.into() };
    if body.dry_run {
        let decisions = site.preview(&request).map_err(refused)?;
        let (ledger, entries) = read(site, |ledger| telling.scope.load(ledger))?;
        let told = Told::of(entries, decisions, true);
        return Ok(Sent::Answered(telling.answer(site, &ledger, &told)?));
    }
    Ok(Sent::Wanted(Box::new(request), After::Records(telling)))
}

/// How it is told what became of records.
pub(in crate::web) struct Telling {
    /// The records that it takes.
    scope: Scope,
    changed: bool,
}

impl Telling {
    /// What goes back when the records were recorded, or refused.
    pub(super) fn after(&self, site: &Site, outcome: Outcome) -> Result<Reply, Complaint> {
        let decisions = outcome.map_err(refused)?;
        let first = decisions.iter().find_map(|decision| match decision {
            crate::admission::Decision::New(entry) => Some(entry.seq),
            crate::admission::Decision::Already(_) => None,
        });
        let (ledger, mut entries) = read(site, |ledger| self.scope.load(ledger))?;
        // As they were before: others may have recorded more meanwhile.
        entries.retain(|entry| first.is_none_or(|first| entry.seq < first));
        self.answer(site, &ledger, &Told::of(entries, decisions, false))
    }

    fn answer(
        &self,
        site: &Site,
        ledger: &crate::ledger::Ledger,
        told: &Told,
    ) -> Result<Reply, Complaint> {
        let changes = if self.changed { told.changes(site.today()) } else { Vec::new() };
        let json = told.json(VERB, ledger, &told.rows(), &changes)?;
        Ok(Reply::of("application/json", format!("{json}\n")))
    }
}

/// What is refused, each with its place among the records.
fn refused(error: LedgerError) -> Complaint {
    if let LedgerError::Refused(refused) = error {
        let items = refused.into_iter().map(|(place, refusal)| at(Item::from(refusal), place));
        return Complaint { exit: Exit::Refused, items: items.collect() };
    }
    Complaint::from(error)
}
