//! What the records say when every amendment, retraction and settlement is read.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::day::{Day, Window};
use super::kind::{Act, Kind, To};

/// All records read: measures as declared, events as they are now told.
#[derive(Clone)]
pub struct Ledger {
    /// Measures with their record numbers.
    pub measures: Vec<(u64, Value)>,
    /// Events that are not retracted.
    pub events: Vec<Told>,
}

/// An event as it is now told.
#[derive(Debug, Clone)]
pub struct Told {
    /// Number of its record.
    pub seq: u64,
    /// Its fields after amendments and settlements.
    pub fields: Map<String, Value>,
    /// Its sources, those of later `source` records too.
    pub sources: Vec<Said>,
    /// False if settled not to have occurred.
    pub occurred: bool,
    /// True if it settles an event that occurred and that is left out of this telling.
    pub settles_elsewhere: bool,
    /// Settled fields with the number of the settlement.
    pub settled: Vec<(String, u64)>,
}

/// A source: what it says, and the number of the record that brought it.
#[derive(Debug, Clone)]
pub struct Said {
    pub seq: u64,
    pub published: Option<Window>,
    pub denies: bool,
    pub says: Map<String, Value>,
}

impl Ledger {
    /// Reads records in record order (the first is number 1).
    pub fn read(records: &[Value]) -> Ledger {
        let live = |index: &usize| is_live(records, *index);
        let of_type = |index: &usize, word: &str| records[*index]["record"] == word;
        let measures = (0..records.len()).filter(|i| of_type(i, "measure"));
        let events = (0..records.len()).filter(|i| of_type(i, "event")).filter(live);
        let mut ledger = Ledger {
            measures: measures.map(|i| (number(i), records[i].clone())).collect(),
            events: events.map(|i| Told::first(number(i), &records[i])).collect(),
        };
        for index in (0..records.len()).filter(live) {
            if let Some(root) = root_event(records, index) {
                let told = ledger.events.iter_mut().find(|told| told.seq == number(root));
                if let Some(told) = told {
                    told.read(number(index), &records[index]);
                }
            }
        }
        ledger
    }
}

fn number(index: usize) -> u64 {
    u64::try_from(index).expect("a small number") + 1
}

/// The record that the record at `index` is about.
fn target(records: &[Value], index: usize) -> Option<usize> {
    let of = records[index]["of"].as_str()?;
    records.iter().position(|record| record["key"] == of)
}

/// The event at the end of a chain of amendments.
fn root_event(records: &[Value], index: usize) -> Option<usize> {
    let next = target(records, index)?;
    if records[next]["record"] == "event" { Some(next) } else { root_event(records, next) }
}

/// A record lives unless a living retraction names it.
fn is_live(records: &[Value], index: usize) -> bool {
    !(0..records.len()).any(|other| {
        records[other]["record"] == "retraction"
            && target(records, other) == Some(index)
            && is_live(records, other)
    })
}

impl Told {
    fn first(seq: u64, record: &Value) -> Told {
        let fields = record.as_object().expect("an object").clone();
        let sources = read_sources(seq, &record["sources"]);
        Told { seq, fields, sources, occurred: true, settles_elsewhere: false, settled: Vec::new() }
    }

    /// Reads an amendment, settlement or source of this event.
    fn read(&mut self, seq: u64, record: &Value) {
        match record["record"].as_str() {
            Some("amendment") => {
                for (field, value) in record["set"].as_object().into_iter().flatten() {
                    self.amend(seq, field, value);
                }
            }
            Some("settlement") => {
                let field = record["field"].as_str().expect("a field").to_owned();
                let value = &record["value"];
                match field.as_str() {
                    "occurred" => self.occurred = value.as_bool().expect("true or false"),
                    "set" => lay_over(&mut self.fields, value),
                    _ => drop(self.fields.insert(field.clone(), value.clone())),
                }
                self.settled.push((field, seq));
            }
            Some("source") => self.sources.push(read_source(seq, record)),
            _ => {}
        }
    }

    fn amend(&mut self, seq: u64, field: &str, value: &Value) {
        if field == "sources" {
            let later = |said: &Said| said.seq != self.seq;
            let kept = self.sources.iter().filter(|said| later(said)).cloned();
            self.sources = kept.chain(read_sources(seq, value)).collect();
        }
        if value.is_null() {
            self.fields.remove(field);
        } else {
            self.fields.insert(field.to_owned(), value.clone());
        }
    }

    /// True if a later settlement closed this side of a field.
    pub fn is_closed(&self, field: &str, said: &Said) -> bool {
        self.settled.iter().any(|(settled, seq)| settled == field && said.seq < *seq)
    }
}

/// Attributes that are settled leave the others of the event as they are.
pub fn lay_over(fields: &mut Map<String, Value>, attributes: &Value) {
    let own = fields.get("set").and_then(Value::as_object).cloned();
    let mut all = own.unwrap_or_default();
    all.extend(attributes.as_object().expect("an object").clone());
    fields.insert("set".to_owned(), Value::Object(all));
}

fn read_sources(seq: u64, sources: &Value) -> Vec<Said> {
    let sources = sources.as_array().into_iter().flatten();
    sources.map(|source| read_source(seq, &serde_json::json!({ "source": source }))).collect()
}

/// `says` and `stance` may stand in the source or beside it.
fn read_source(seq: u64, record: &Value) -> Said {
    let source = &record["source"];
    let says = [&source["says"], &record["says"]].into_iter().find_map(Value::as_object);
    Said {
        seq,
        published: source["published"].as_str().map(Window::read),
        denies: source["stance"] == "denies" || record["stance"] == "denies",
        says: says.cloned().unwrap_or_default(),
    }
}

/// What happened: measures, and the events that occurred, with references between them.
pub struct History {
    pub measures: Vec<Measure>,
    pub events: Vec<Event>,
}

/// A measure.
#[derive(Clone)]
pub struct Measure {
    pub seq: u64,
    pub id: String,
    pub kind: Rc<Kind>,
    /// Place of its whole in `History::measures`.
    pub part_of: Option<usize>,
    /// Its own initial status.
    pub initial: Option<String>,
}

/// An event that occurred.
pub struct Event {
    pub seq: u64,
    /// Place of its measure in `History::measures`.
    pub measure: usize,
    pub deed: Deed,
    pub effective: Window,
    /// The latest of the earliest days on which announcement and sources may speak.
    pub last_word: Option<Day>,
    /// Places in `History::events`, as in the next two.
    pub after: Vec<usize>,
    pub cancels: Vec<usize>,
    pub settles: Vec<usize>,
    /// True if it settles an event that occurred, here or elsewhere.
    pub is_settler: bool,
    pub plans: Vec<Plan>,
}

/// A planned consequence; undated ones have no window.
pub struct Plan {
    pub deed: Deed,
    pub due: Option<Window>,
}

/// What an event or plan does.
pub struct Deed {
    /// Place of the act in its kind.
    pub act: usize,
    pub status: String,
    pub set: Map<String, Value>,
}

impl History {
    /// The events of a ledger that occurred, as told.
    pub fn of(ledger: &Ledger) -> History {
        let measures = read_measures(ledger);
        let expected = |told: &Told| told.fields.get("modality").is_some_and(|m| m == "expected");
        let occurred = |told: &&Told| told.occurred && !expected(told);
        let told: Vec<&Told> = ledger.events.iter().filter(occurred).collect();
        let events = told.iter().map(|one| read_event(one, &told, &measures)).collect();
        History { measures, events }
    }

    /// The innermost parts of a measure; of one without parts: itself.
    pub fn leaves(&self, measure: usize) -> Vec<usize> {
        let is_whole = |m: usize| self.measures.iter().any(|other| other.part_of == Some(m));
        let below = |m: &usize| self.chain(*m).contains(&measure) && !is_whole(*m);
        (0..self.measures.len()).filter(below).collect()
    }

    /// The measure, its whole, the whole of that, and so on.
    pub fn chain(&self, measure: usize) -> Vec<usize> {
        std::iter::successors(Some(measure), |m| self.measures[*m].part_of).collect()
    }

    /// Initial status and the record that gives it, for a part also its nearest whole's.
    pub fn initial(&self, leaf: usize) -> (String, Option<u64>) {
        let own = |m: &usize| {
            let measure = &self.measures[*m];
            measure.initial.clone().map(|status| (status, Some(measure.seq)))
        };
        let kind_initial = || (self.measures[leaf].kind.initial.clone(), None);
        self.chain(leaf).iter().find_map(own).unwrap_or_else(kind_initial)
    }

    /// True if the event acts on the leaf: it is the leaf's own or of a whole above.
    pub fn acts_on(&self, event: usize, leaf: usize) -> bool {
        self.chain(leaf).contains(&self.events[event].measure)
    }

    /// True if the event's `cancels` and `settles` reach plans on the leaf.
    pub fn reaches(&self, event: usize, leaf: usize) -> bool {
        let root = |m: usize| self.chain(m).last().copied();
        self.acts_on(event, leaf) || root(self.events[event].measure) != root(leaf)
    }

    /// True if the event acts on the leaf, or stands outside its whole and cancels or settles an
    /// event that does.
    pub fn takes_part(&self, event: usize, leaf: usize) -> bool {
        let named = &self.events[event];
        let mut named = named.cancels.iter().chain(&named.settles);
        self.acts_on(event, leaf)
            || self.reaches(event, leaf) && named.any(|other| self.acts_on(*other, leaf))
    }

    /// The place of the event's act in the order of the leaf's kind; the last for others' acts.
    pub fn place_on(&self, event: usize, leaf: usize) -> usize {
        let word = self.act(event).word.as_str();
        let acts = &self.measures[leaf].kind.acts;
        acts.iter().position(|act| act.word == word).unwrap_or(usize::MAX)
    }

    /// The kind of an event's measure.
    pub fn kind(&self, event: usize) -> &Kind {
        &self.measures[self.events[event].measure].kind
    }

    /// What the kind says of an event's act.
    pub fn act(&self, event: usize) -> &Act {
        &self.kind(event).acts[self.events[event].deed.act]
    }

    /// What the kind says of a plan's act.
    pub fn plan_act(&self, maker: usize, place: usize) -> &Act {
        &self.kind(maker).acts[self.events[maker].plans[place].deed.act]
    }

    /// True if the event does what the plan says: the same act, and the same status where the act
    /// takes it from the event.
    pub fn matches(&self, event: usize, maker: usize, place: usize) -> bool {
        let plan = &self.events[maker].plans[place].deed;
        let said = matches!(self.act(event).to, To::Said);
        self.act(event).word == self.plan_act(maker, place).word
            && (!said || self.events[event].deed.status == plan.status)
    }
}

fn read_measures(ledger: &Ledger) -> Vec<Measure> {
    let place = |id: &Value| ledger.measures.iter().position(|(_, m)| m["measure"] == *id);
    let read = |(seq, record): &(u64, Value)| {
        let initial = &record["initial"];
        Measure {
            seq: *seq,
            id: text(&record["measure"]),
            kind: Kind::named(&text(&record["kind"])),
            part_of: place(&record["part_of"]),
            initial: initial.get("status").map(status_word),
        }
    };
    ledger.measures.iter().map(read).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// A status; null and the empty text are `none`.
fn status_word(value: &Value) -> String {
    value.as_str().filter(|word| !word.is_empty()).unwrap_or("none").to_owned()
}

fn read_event(one: &Told, all: &[&Told], measures: &[Measure]) -> Event {
    let field = |name: &str| one.fields.get(name).unwrap_or(&Value::Null);
    let same_key = |key: &Value| all.iter().position(|other| other.fields.get("key") == Some(key));
    let places = |name| field(name).as_array().into_iter().flatten().filter_map(same_key).collect();
    let measure = measures.iter().position(|m| field("measure") == m.id.as_str());
    let measure = measure.expect("the measure is declared");
    let kind = &measures[measure].kind;
    let plans = field("then").as_array().into_iter().flatten();
    Event {
        seq: one.seq,
        measure,
        deed: read_deed(&Value::Object(one.fields.clone()), kind),
        effective: Window::read(&text(field("effective"))),
        last_word: last_word(one),
        after: places("after"),
        cancels: places("cancels"),
        settles: places("settles"),
        is_settler: one.settles_elsewhere || !places("settles").is_empty(),
        plans: plans.map(|plan| read_plan(plan, kind)).collect(),
    }
}

fn read_deed(said: &Value, kind: &Kind) -> Deed {
    Deed {
        act: kind.place(&text(&said["act"])),
        status: status_word(&said["status"]),
        set: said["set"].as_object().cloned().unwrap_or_default(),
    }
}

fn read_plan(plan: &Value, kind: &Kind) -> Plan {
    Plan { deed: read_deed(plan, kind), due: plan["effective"].as_str().map(Window::read) }
}

/// Sources that deny do not speak for the event, and undated ones are passed over.
fn last_word(told: &Told) -> Option<Day> {
    let announced = told.fields.get("announced").and_then(Value::as_str).map(Window::read);
    let speaking = told.sources.iter().filter(|said| !said.denies);
    let dated = speaking.filter_map(|said| said.published.clone()).chain(announced);
    dated.map(|window| window.earliest.unwrap_or(Day::MIN)).max()
}
