//! Whether a new record fits the ledger it comes to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::history::{Corrections, History, Unresolved, check_event, subject};
use crate::kind::Definition;
use crate::record::{
    self, Alias, Amendment, Code, Entry, Event, KindRecord, Measure, Record, Reference, Refusal,
    Review, Settlement, Source, numbered,
};
use crate::time::Day;

/// The ledger as it would be with the new records in it.
pub(super) struct Checking<'a> {
    pub(super) entries: &'a [Entry],
    /// The new ones among them.
    pub(super) new: &'a [Entry],
    /// The ids of all measures of the ledger, for guesses.
    pub(super) measure_ids: &'a dyn Fn() -> Vec<String>,
    /// All keys of the ledger, for guesses.
    pub(super) keys: &'a dyn Fn() -> Vec<String>,
    pub(super) history: &'a History,
    pub(super) corrections: &'a Corrections<'a>,
    /// Whether an event is refused that a live one says already.
    pub(super) duplicates: bool,
    /// Whether recorded times are measured, so that what lies after them is the future.
    pub(super) measured: bool,
    /// The records that a standing retraction withdraws, with the first such retraction.
    pub(super) retracted: BTreeMap<u64, u64>,
    /// The first record that gives each measure id or alias.
    pub(super) first_with_id: HashMap<&'a str, u64>,
}

/// The records that a standing retraction withdraws, with the first such retraction.
pub(super) fn retracted(entries: &[Entry], history: &History) -> BTreeMap<u64, u64> {
    let mut retracted = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !history.is_retracted(entry.seq)) {
        if let Record::Retraction(retraction) = &entry.record
            && let Ok(target) = history.names().resolve(&retraction.of)
        {
            retracted.entry(target).or_insert(entry.seq);
        }
    }
    retracted
}

/// The first record that gives each measure id or alias.
pub(super) fn first_with_id(entries: &[Entry]) -> HashMap<&str, u64> {
    let mut first = HashMap::new();
    for entry in entries {
        if let Some(id) = given_id(&entry.record) {
            first.entry(id).or_insert(entry.seq);
        }
    }
    first
}

fn given_id(record: &Record) -> Option<&str> {
    match record {
        Record::Measure(measure) => Some(&measure.measure),
        Record::Alias(alias) => Some(&alias.measure),
        Record::Event(_)
        | Record::Amendment(_)
        | Record::Retraction(_)
        | Record::Source(_)
        | Record::Settlement(_)
        | Record::Kind(_)
        | Record::Review(_) => None,
    }
}

impl Checking<'_> {
    /// Every reason against a new record.
    pub(super) fn refusals(&self, seq: u64) -> Vec<Refusal> {
        let Some(entry) = self.entry(seq) else {
            return Vec::new();
        };
        match &entry.record {
            Record::Measure(measure) => self.measure(entry, measure),
            Record::Event(event) => self.event(entry, event),
            Record::Amendment(amendment) => self.amendment(entry, amendment),
            Record::Retraction(retraction) => self.retraction(entry, &retraction.of),
            Record::Source(source) => self.source(entry, &source.of, &source.source),
            Record::Settlement(settlement) => self.settlement(entry, settlement),
            Record::Kind(kind) => self.kind(entry, kind),
            Record::Alias(alias) => self.alias(entry, alias),
            Record::Review(review) => self.review(entry, review),
        }
    }

    fn entry(&self, seq: u64) -> Option<&Entry> {
        numbered(self.entries, seq)
    }

    // Measures

    fn measure(&self, entry: &Entry, measure: &Measure) -> Vec<Refusal> {
        let mut refusals: Vec<Refusal> =
            self.taken(entry.seq, &measure.measure).into_iter().collect();
        let own = self.history.own_kinds().any(|(name, _)| name == measure.kind);
        let Some(kind) = self.history.kind(&measure.kind) else {
            refusals.push(self.unknown_kind(&measure.kind));
            return refusals;
        };
        refusals.extend(unknown_revision(&measure.kind, measure.revision, own));
        refusals.extend(self.soundness(measure, &kind, entry.seq));
        refusals
    }

    /// Whether a measure's initial status and whole can be what it says.
    fn soundness(&self, measure: &Measure, kind: &Definition, seq: u64) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        if let Some(initial) = &measure.initial
            && !kind.has_status(&initial.status)
        {
            let status = &initial.status;
            let message = format!("no status `{status}` in kind `{}`", measure.kind);
            let mut refusal = Refusal::new(Code::UnknownStatus, message);
            refusal.guesses = owned(&kind.nearest_statuses(status));
            refusals.push(refusal.help(format!("kind show {}", measure.kind)));
        }
        if let Some(whole) = &measure.part_of {
            refusals.extend(self.part_of(measure, whole, seq));
        }
        refusals
    }

    fn part_of(&self, part: &Measure, whole: &str, seq: u64) -> Option<Refusal> {
        let index = match self.known_measure(whole, seq) {
            Ok(index) => index,
            Err(refusal) => return Some(refusal),
        };
        let tracked = &self.history.measures()[index];
        if tracked.measure.kind != part.kind {
            let message = format!(
                "a part has the kind of its whole: `{whole}` is a `{}`, not a `{}`",
                tracked.measure.kind, part.kind
            );
            return Some(Refusal::new(Code::BadValue, message));
        }
        let own = self.history.declared(&part.measure)?;
        self.history.is_circular(own).then(|| {
            let message = format!("`{}` would be a part of itself", part.measure);
            Refusal::new(Code::Circle, message).help("measure list")
        })
    }

    /// Whether another record of the ledger has the id already.
    fn taken(&self, seq: u64, id: &str) -> Option<Refusal> {
        let other = *self.first_with_id.get(id).filter(|&&other| other < seq)?;
        if self.new.first().is_some_and(|first| first.seq <= other) {
            let message = format!("measure id `{id}` is declared twice in this input");
            return Some(Refusal::new(Code::Taken, message));
        }
        let message = format!(
            "measure id `{id}` is taken by @{other}: ids are never reused or declared anew"
        );
        Some(Refusal::new(Code::Taken, message).help(format!("show @{other}")))
    }

    /// The measure of an id, unless it was retracted before record `seq`.
    fn known_measure(&self, id: &str, seq: u64) -> Result<usize, Refusal> {
        let declared = self.history.declared(id);
        let stands = |&measure: &usize| {
            let record = self.history.measures()[measure].record;
            self.retracted.get(&record).is_none_or(|&by| by >= seq)
        };
        declared.filter(stands).ok_or_else(|| {
            let message = if declared.is_some() {
                format!("measure `{id}` was retracted")
            } else {
                format!("no measure `{id}`")
            };
            let refusal = Refusal::new(Code::UnknownMeasure, message);
            let there = (self.measure_ids)();
            let own = self.history.measure_ids().chain(there.iter().map(String::as_str));
            refusal.guessing(id, own.collect::<BTreeSet<_>>()).help("measure list")
        })
    }

    fn unknown_kind(&self, name: &str) -> Refusal {
        let builtins = crate::kind::builtins().map(|builtin| builtin.kind.as_str());
        let own = self.history.own_kinds().map(|(name, _)| name);
        Refusal::new(Code::UnknownKind, format!("no kind `{name}`"))
            .guessing(name, builtins.chain(own))
            .help("kind list")
    }

    fn alias(&self, entry: &Entry, alias: &Alias) -> Vec<Refusal> {
        let taken = self.taken(entry.seq, &alias.measure);
        taken.into_iter().chain(self.known_measure(&alias.of, entry.seq).err()).collect()
    }

    fn kind(&self, entry: &Entry, record: &KindRecord) -> Vec<Refusal> {
        let before = self.entries.partition_point(|other| other.seq < entry.seq);
        let before = History::of(&self.entries[..before], None);
        let base: Option<Arc<Definition>> = before.kind(&record.kind);
        let own = before.own_kinds().any(|(name, _)| name == record.kind);
        if let Some(refusal) = unknown_revision(&record.kind, record.revision, own) {
            return vec![refusal];
        }
        let patch = Value::Object(record.definition.clone());
        let problems = Definition::laid_over(&patch, base.as_deref()).err().unwrap_or_default();
        let refusals = problems.into_iter().map(|problem| {
            let message = format!("kind `{}`: {}", record.kind, problem.message);
            let mut refusal = Refusal::new(Code::BadDefinition, message);
            refusal.guesses = problem.nearest;
            refusal
        });
        refusals.collect()
    }

    // Events

    fn event(&self, entry: &Entry, event: &Event) -> Vec<Refusal> {
        let mut refusals = self.event_fits(event, entry.seq);
        if refusals.is_empty() && self.declared_later(entry.seq, &event.measure) {
            let message = format!("measure `{}` is declared only after this event", event.measure);
            refusals.push(Refusal::new(Code::UnknownMeasure, message));
        }
        if self.duplicates && refusals.is_empty() {
            refusals.extend(self.duplicate(entry.seq, event));
        }
        refusals
    }

    fn declared_later(&self, seq: u64, measure: &str) -> bool {
        let measure = self.history.declared(measure);
        measure.is_some_and(|measure| self.history.measures()[measure].record > seq)
    }

    /// Whether the measure is there, its kind knows the acts, and the references name events.
    fn event_fits(&self, event: &Event, seq: u64) -> Vec<Refusal> {
        let mut refusals = match self.known_measure(&event.measure, seq) {
            Ok(measure) => {
                let tracked = &self.history.measures()[measure];
                check_event(event, &tracked.measure.kind, &tracked.kind)
            }
            Err(refusal) => vec![refusal],
        };
        let references = event.after.iter().chain(&event.cancels).chain(&event.settles);
        refusals.extend(references.filter_map(|reference| self.names_event(reference).err()));
        refusals
    }

    fn duplicate(&self, seq: u64, event: &Event) -> Option<Refusal> {
        let measure = self.history.measure(&event.measure)?;
        let live =
            self.history.measures()[measure].events.iter().map(|&e| &self.history.events()[e]);
        let same = live.filter(|other| other.record != seq && other.is_live()).find(|other| {
            other.event.act == event.act
                && other.event.modality == event.modality
                && other.event.effective.bounds() == event.effective.bounds()
        })?;
        let message = format!(
            "@{} already says: {} {} on {} (add evidence to it with `source add`, or record this \
             one too with `--allow-duplicate`)",
            same.record, event.measure, event.act, same.event.effective
        );
        Some(Refusal::new(Code::Duplicate, message).help(format!("show @{}", same.record)))
    }

    // References

    fn resolve(&self, reference: &Reference) -> Result<u64, Refusal> {
        self.history.names().resolve(reference).map_err(|unresolved| match unresolved {
            Unresolved::Unknown => {
                let refusal =
                    Refusal::new(Code::UnknownReference, format!("no record `{reference}`"));
                let there = (self.keys)();
                let keys = self.history.names().keys().chain(there.iter().map(String::as_str));
                let keys = keys.collect::<BTreeSet<_>>();
                refusal.guessing(&reference.to_string(), keys).help("log")
            }
            Unresolved::Ambiguous => {
                let message = format!("`{reference}` begins the ids of several records");
                Refusal::new(Code::AmbiguousReference, message).help("log")
            }
        })
    }

    fn wrong(&self, reference: &Reference, seq: u64, wanted: &str) -> Refusal {
        let sort = self.entry(seq).map_or("record", |entry| entry.record.kind());
        let message = format!("`{reference}` is a {sort} (@{seq}), not {wanted}");
        Refusal::new(Code::WrongReference, message).help(format!("show @{seq}"))
    }

    fn names_event(&self, reference: &Reference) -> Result<u64, Refusal> {
        let seq = self.resolve(reference)?;
        match self.history.event_of(seq) {
            Some(_) => Ok(seq),
            None => Err(self.wrong(reference, seq, "an event")),
        }
    }

    // Corrections

    fn amendment(&self, entry: &Entry, amendment: &Amendment) -> Vec<Refusal> {
        let seq = match self.resolve(&amendment.of) {
            Ok(seq) => seq,
            Err(refusal) => return vec![refusal],
        };
        let Some(about) = subject(self.entries, self.history.names(), seq) else {
            let wanted = "an event, a measure or an amendment of one";
            return vec![self.wrong(&amendment.of, seq, wanted)];
        };
        let fixed = ["key", "record", "id", "recorded", "by", "seq", "prev", "revision"];
        let mut refusals: Vec<Refusal> = amendment
            .set
            .keys()
            .filter(|field| fixed.contains(&field.as_str()))
            .map(|field| Refusal::new(Code::BadValue, format!("`{field}` cannot be amended")))
            .collect();
        if refusals.is_empty() {
            refusals.extend(self.result_of(about, entry.seq));
        }
        refusals
    }

    /// Whether a record can be what it says once every correction is counted in, those that come
    /// later in the same input too.
    fn result_of(&self, about: u64, seq: u64) -> Vec<Refusal> {
        let Some(subject) = self.entry(about) else { return Vec::new() };
        let amended = match record::read(&self.corrections.amended(subject, u64::MAX)) {
            Ok(draft) => draft.record,
            Err(problems) => return problems,
        };
        match (&amended, &subject.record) {
            (Record::Event(event), _) => self.event_fits(event, seq),
            (Record::Measure(measure), Record::Measure(declared)) => {
                self.measure_result(measure, declared, seq)
            }
            _ => Vec::new(),
        }
    }

    fn measure_result(&self, measure: &Measure, declared: &Measure, seq: u64) -> Vec<Refusal> {
        if measure.measure != declared.measure || measure.kind != declared.kind {
            return vec![Refusal::new(Code::BadValue, "a measure's id and kind never change")];
        }
        if self.history.has_circles() {
            let message = format!("`{}` would be a part of itself", measure.measure);
            return vec![Refusal::new(Code::Circle, message).help("measure list")];
        }
        let kind = self.history.kind(&measure.kind);
        kind.map_or_else(Vec::new, |kind| self.soundness(measure, &kind, seq))
    }

    fn review(&self, entry: &Entry, review: &Review) -> Vec<Refusal> {
        let unknown = self.known_measure(&review.measure, entry.seq).err();
        // A day further, since it is tomorrow already elsewhere.
        let last = entry.recorded.day().plus(1).unwrap_or(Day::LAST);
        let future = (self.measured && review.through > last).then(|| {
            let message = format!(
                "`through` {} lies after the record itself, {}: nobody has looked so far",
                review.through,
                entry.recorded.day()
            );
            Refusal::new(Code::BadValue, message)
        });
        unknown.into_iter().chain(future).collect()
    }

    fn retraction(&self, entry: &Entry, of: &Reference) -> Vec<Refusal> {
        let seq = match self.resolve(of) {
            Ok(seq) => seq,
            Err(refusal) => return vec![refusal],
        };
        let Some(target) = self.entry(seq) else {
            return Vec::new();
        };
        if matches!(target.record, Record::Kind(_) | Record::Alias(_)) {
            let wanted = "something that can be retracted: ids resolve for ever, and a definition \
                          is changed by a new one";
            return vec![self.wrong(of, seq, wanted)];
        }
        if self.retracts_itself(entry.seq) {
            let message = format!("`{of}` and this retraction would withdraw each other");
            return vec![Refusal::new(Code::Circle, message).help("log")];
        }
        let concerned = self.concerned_by(seq);
        concerned.map_or_else(Vec::new, |about| self.result_of(about, entry.seq))
    }

    /// The event or measure that a retracted amendment or settlement was about, also through
    /// retractions of retractions.
    fn concerned_by(&self, seq: u64) -> Option<u64> {
        let mut at = seq;
        for _ in 0..=self.entries.len() {
            let of = match &self.entry(at)?.record {
                Record::Amendment(amendment) => &amendment.of,
                Record::Settlement(settlement) => &settlement.of,
                Record::Retraction(retraction) => {
                    at = self.resolve(&retraction.of).ok()?;
                    continue;
                }
                Record::Measure(_)
                | Record::Event(_)
                | Record::Source(_)
                | Record::Kind(_)
                | Record::Alias(_)
                | Record::Review(_) => return None,
            };
            return subject(self.entries, self.history.names(), self.resolve(of).ok()?);
        }
        None
    }

    /// Whether a chain of retractions comes back to where it has been.
    fn retracts_itself(&self, start: u64) -> bool {
        let mut at = start;
        for _ in 0..=self.entries.len() {
            let Some(Record::Retraction(retraction)) = self.entry(at).map(|entry| &entry.record)
            else {
                return false;
            };
            let Ok(next) = self.resolve(&retraction.of) else { return false };
            at = next;
        }
        true
    }

    fn source(&self, entry: &Entry, of: &Reference, source: &Source) -> Vec<Refusal> {
        match self.names_event(of) {
            Ok(event) => self.says_known_act(event, source, entry.seq).into_iter().collect(),
            Err(refusal) => vec![refusal],
        }
    }

    fn says_known_act(&self, event: u64, source: &Source, seq: u64) -> Option<Refusal> {
        let act = source.says.act.as_ref()?;
        let mut told = self.event_as_it_stands(event)?;
        told.act.clone_from(act);
        told.then.clear();
        told.sources.clear();
        told.status = None;
        let refusals = self.event_fits(&told, seq);
        refusals.into_iter().find(|refusal| refusal.code == Code::UnknownAct)
    }

    fn event_as_it_stands(&self, seq: u64) -> Option<Event> {
        let event = self.history.event_of(seq)?;
        Some(self.history.events()[event].event.as_ref().clone())
    }

    fn settlement(&self, entry: &Entry, settlement: &Settlement) -> Vec<Refusal> {
        match self.names_event(&settlement.of) {
            Ok(event) => self.result_of(event, entry.seq),
            Err(refusal) => vec![refusal],
        }
    }
}

/// A revision of a built-in kind that this program does not have.
fn unknown_revision(kind: &str, revision: Option<u32>, own: bool) -> Option<Refusal> {
    let revision = revision.filter(|_| !own)?;
    let known = crate::kind::builtin_revision(kind, revision).is_some();
    (!known).then(|| {
        let message = format!(
            "no revision {revision} of kind `{kind}` here: it comes from a newer version of the \
             program"
        );
        Refusal::new(Code::UnknownKind, message).help("kind list")
    })
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
