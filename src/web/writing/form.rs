//! One development, from the form: looked at first, recorded when it is sent again.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{After, Sent};
use crate::admission::Same;
use crate::ask::saying::{EventWords, Ground, SourceWords};
use crate::ask::told::Told;
use crate::ask::{Asker as _, Complaint, Exit, Item, Scope, read};
use crate::history::History;
use crate::ledger::{LedgerError, Outcome, Recorded, Request};
use crate::nearest::nearest;
use crate::record::{Code, Entry, Mentions};
use crate::time::Instant;
use crate::web::address::{Query, Route, page as page_address};
use crate::web::page;
use crate::web::reply::{Reply, status};
use crate::web::site::Site;

/// The verb whose words the form has.
const VERB: &str = "append";

/// How many sources the form has room for.
pub(in crate::web) const SOURCES: usize = 3;

/// The fields that have one line, by the names of the flags.
const FIELDS: [&str; 13] = [
    "measure",
    "act",
    "on",
    "announced",
    "last-day",
    "status",
    "instrument",
    "note",
    "key",
    "by",
    "id",
    "do",
    "token",
];
/// The fields that have a value a line.
const LISTS: [&str; 6] = ["then", "set", "actor", "cancels", "settles", "after"];
/// The boxes to be ticked.
const BOXES: [&str; 2] = ["expected", "allow-duplicate"];
/// What can be said of each source, before its number.
const OF_SOURCE: [&str; 7] =
    ["source", "publisher", "source-date", "source-title", "quote", "lang", "denies"];

/// The form as it was filled in.
#[derive(Debug, Clone, Default)]
pub(in crate::web) struct Filled(BTreeMap<String, String>);

impl Filled {
    /// What the address of the form fills in.
    pub(in crate::web) fn of(query: &Query, now: Instant) -> Self {
        let pairs = query.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self(pairs.collect()).with_id(now)
    }

    /// The same as another record: each form that is shown anew is one.
    fn with_id(mut self, now: Instant) -> Self {
        let mut random = [0; 10];
        random.copy_from_slice(&Uuid::new_v4().as_bytes()[6..]);
        let id = uuid::Builder::from_unix_timestamp_millis(now.unix_millis(), &random);
        self.0.insert("id".to_owned(), id.into_uuid().to_string());
        self
    }

    /// Reads what a browser sends.
    fn read(body: &[u8]) -> Result<Self, Complaint> {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if !is_field(&name) {
                let names = FIELDS.into_iter().chain(LISTS).chain(BOXES).chain(OF_SOURCE);
                let guesses = nearest(&name, names).into_iter().map(str::to_owned).collect();
                let item = Item::new("usage", format!("the form has no field `{name}`"));
                return Err(Complaint::new(Exit::Usage, item.guesses(guesses)));
            }
            let value = value.replace("\r\n", "\n").trim().to_owned();
            if !value.is_empty() && fields.insert(name.clone().into_owned(), value).is_some() {
                return Err(Complaint::usage(format!("the field `{name}` is sent twice")));
            }
        }
        Ok(Self(fields))
    }

    /// The value of a field; empty where nothing is said.
    pub(in crate::web) fn value(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether something was said in a field, or its box is ticked.
    pub(in crate::web) fn is_set(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn some(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    /// A value for each line.
    fn lines(&self, name: &str) -> Vec<String> {
        let lines = self.value(name).lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    }

    /// References, a line or a word each.
    fn references(&self, name: &str) -> Vec<String> {
        let words = self.value(name).split(|c: char| c == ',' || c.is_whitespace());
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// What the form says.
    pub(in crate::web) fn event(&self) -> EventWords {
        EventWords {
            measure: self.value("measure").to_owned(),
            act: self.value("act").to_owned(),
            on: self.value("on").to_owned(),
            announced: self.some("announced"),
            then: self.lines("then"),
            last_day: self.some("last-day"),
            cancels: self.references("cancels"),
            settles: self.references("settles"),
            after: self.references("after"),
            expected: self.is_set("expected"),
            set: self.lines("set"),
            status: self.some("status"),
            actors: self.lines("actor"),
            note: self.some("note"),
            instrument: self.some("instrument"),
            key: self.some("key"),
            sources: (1..=SOURCES).filter_map(|number| self.source(number)).collect(),
        }
    }

    /// One source; a publisher that gives no address names it.
    fn source(&self, number: usize) -> Option<SourceWords> {
        let said = OF_SOURCE.into_iter().filter_map(|name| {
            let value = self.some(&format!("{name}-{number}"))?;
            Some((name, if name == "denies" { String::new() } else { value }))
        });
        let mut details: Vec<(&'static str, String)> = said.collect();
        if details.is_empty() {
            return None;
        }
        let mut named = ["source", "publisher", "source-title"].into_iter();
        let named = named.find_map(|name| details.iter().position(|(it, _)| *it == name));
        let word = named.map_or_else(String::new, |place| details.remove(place).1);
        Some(SourceWords { word, details })
    }

    /// What is wrong with the form itself.
    fn check(&self) -> Result<(), Complaint> {
        let needed = [
            ("measure", "which measure it is about"),
            ("act", "what was done"),
            ("on", "when it took effect"),
        ];
        let missing = needed.into_iter().filter(|(name, _)| self.value(name).is_empty());
        let mut items: Vec<Item> =
            missing.map(|(_, what)| Item::new("missing-field", format!("say {what}"))).collect();
        for (number, source) in (1..=SOURCES).filter_map(|n| Some((n, self.source(n)?))) {
            if source.word.is_empty() {
                let message =
                    format!("source {number} has no name: say its address or its publisher");
                items.push(Item::new("bad-value", message));
            }
        }
        if items.is_empty() { Ok(()) } else { Err(Complaint { exit: Exit::Refused, items }) }
    }

    /// The records that what is said needs.
    fn scope(&self) -> Scope {
        let EventWords { measure, cancels, settles, after, key, .. } = self.event();
        let records = after.iter().chain(&cancels).chain(&settles).chain(&key);
        Scope::About(Mentions::measures([&measure]).and_records(records))
    }

    /// The same development again is the same record, however often a browser sends the form.
    fn same(&self) -> Same {
        if self.is_set("allow-duplicate") { Same::New } else { Same::NewUnlessDuplicate }
    }

    /// The request to the writer, with the records that it needs.
    fn request(&self, site: &Site) -> Result<(Request, Vec<Entry>), Complaint> {
        self.check()?;
        let scope = self.scope();
        let (ledger, entries) = read(site, |ledger| scope.load(ledger))?;
        let history = History::of(&entries, None);
        let ground = Ground {
            asker: site,
            ledger: &ledger,
            entries: &entries,
            history: &history,
            files: None,
        };
        let mut draft = self.event().draft(ground, VERB)?;
        draft.id = Uuid::try_parse(self.value("id")).ok();
        let writing = site.writing()?;
        // With an id of its own it is nobody's unless it says so itself.
        draft.by = self.some("by").or_else(|| writing.by.clone());
        let by = draft.by.clone();
        let drafts = writing.timed(site, vec![draft])?;
        Ok((Request { drafts, by, same: self.same() }, entries))
    }
}

fn is_field(name: &str) -> bool {
    let of_source = || {
        let (field, number) = name.rsplit_once('-')?;
        let number: usize = number.parse().ok()?;
        Some(OF_SOURCE.contains(&field) && (1..=SOURCES).contains(&number))
    };
    [&FIELDS[..], &LISTS, &BOXES].iter().any(|names| names.contains(&name))
        || of_source().unwrap_or(false)
}

/// What becomes of a form that was sent.
pub(super) fn sent(site: &Site, body: &[u8], knows: bool) -> Result<Sent, Complaint> {
    site.writing()?;
    let filled = Filled::read(body)?;
    let (request, entries) = match filled.request(site) {
        Ok(requested) => requested,
        Err(complaint) => return Ok(Sent::Answered(again(site, &filled, &complaint)?)),
    };
    if filled.value("do") != "record" {
        return Ok(Sent::Answered(looked_at(site, &filled, &request, entries)?));
    }
    if !knows {
        let message = "the token is needed: it was printed where this server was started";
        let complaint = Complaint::new(Exit::Refused, Item::new("no-token", message));
        return Ok(Sent::Answered(again(site, &filled, &complaint)?.with_status(403)));
    }
    Ok(Sent::Wanted(Box::new(request), After::Form(filled)))
}

/// The token that stands in a form.
pub(in crate::web) fn token(body: &[u8]) -> Option<String> {
    let mut fields = form_urlencoded::parse(body);
    fields.find(|(name, _)| name == "token").map(|(_, value)| value.trim().to_owned())
}

/// The form again, with what is wrong. Where it was recorded already with other words, what it says
/// now would be another record.
fn again(site: &Site, filled: &Filled, complaint: &Complaint) -> Result<Reply, Complaint> {
    let taken = complaint.items.iter().any(|item| item.code == Code::Taken.as_str());
    let filled = if taken { filled.clone().with_id(site.now()) } else { filled.clone() };
    let page = page::append(site, &filled, &page::Shown::Wrong(complaint))?;
    Ok(Reply::html(&page).with_status(status(complaint)))
}

/// The form again, with what would become of it.
fn looked_at(
    site: &Site,
    filled: &Filled,
    request: &Request,
    entries: Vec<Entry>,
) -> Result<Reply, Complaint> {
    let decisions = match site.preview(request) {
        Ok(decisions) => decisions,
        Err(error) => return again(site, filled, &refused(error)),
    };
    let told = Told::of(entries, decisions, true);
    let changes = told.changes(site.today());
    let page = page::append(site, filled, &page::Shown::Preview(&told, &changes))?;
    Ok(Reply::html(&page))
}

/// What is refused, as the command line says it.
fn refused(error: LedgerError) -> Complaint {
    if let LedgerError::Refused(refused) = error {
        let items = refused.into_iter().map(|(_, refusal)| Item::from(refusal)).collect();
        return crate::ask::saying::refused_values(items, VERB);
    }
    Complaint::from(error)
}

/// On to the record; or the form again, where it was refused.
pub(super) fn after(site: &Site, filled: &Filled, outcome: Outcome) -> Reply {
    let decisions = match outcome {
        Ok(decisions) => decisions,
        Err(error) => {
            let complaint = refused(error);
            let again = again(site, filled, &complaint);
            return again.unwrap_or_else(|complaint| Reply::complaint(&complaint));
        }
    };
    let record = decisions.first().map(|decision| Recorded::from(decision).seq().to_string());
    Reply::on_to(page_address(&Route::Record(record.unwrap_or_default())))
}
