//! Random small histories in which every feature of the model meets every other.

use serde_json::{Map, Value, json};

use super::day::{self, Day, Window};
use super::history::{History, Ledger};
use super::kind::{Kind, To};
use super::random::Random;
use super::reply;
use super::world;

/// A history and the days to ask about.
#[derive(Debug, Clone)]
pub struct Case {
    /// In record order; all references are keys.
    pub records: Vec<Value>,
    /// Days as `YYYY-MM-DD`.
    pub probes: Vec<String>,
}

/// At most so many worlds in any group of connected measures, however told.
const WORLDS: usize = 600;

const KINDS: [&str; 14] = [
    "agreement",
    "agreement",
    "agreement",
    "licensing-requirement",
    "licensing-requirement",
    "licensing-requirement",
    "list-membership",
    "list-membership",
    "tariff",
    "tariff",
    "dialogue",
    "dialogue",
    "sanction",
    "plain",
];

/// Words of the kind `plain`; the first is its initial status.
const PLAIN: [&str; 4] = ["none", "high", "low", "25 %"];

/// The case of a seed; the same seed always gives the same case.
pub fn case(seed: u64) -> Case {
    let mut random = Random::new(seed);
    loop {
        let case = Draft::new(&mut random).write();
        if is_valid(&case.records) && is_small(&case) {
            return case;
        }
    }
}

/// True if no plan lies wholly before its maker at any time: such a record would be refused.
pub fn is_valid(records: &[Value]) -> bool {
    (1..=records.len()).all(|length| {
        let ledger = Ledger::read(&records[..length]);
        ledger.events.iter().all(|told| {
            let maker = told.fields["effective"].as_str().map(Window::read);
            let then = told.fields.get("then").and_then(Value::as_array).into_iter().flatten();
            let due = then.filter_map(|plan| plan["effective"].as_str()).map(Window::read);
            let first = maker.and_then(|window| window.earliest);
            due.filter_map(|due| due.latest).all(|latest| first.is_none_or(|first| first <= latest))
        })
    })
}

fn is_small(case: &Case) -> bool {
    let ledger = Ledger::read(&case.records);
    let probes: Vec<Day> = case.probes.iter().map(|probe| day::read(probe)).collect();
    let fits = |ledger: &Ledger| {
        let groups: Vec<History> =
            reply::groups(ledger).into_iter().map(|(group, _)| group).collect();
        groups.iter().all(|group| world::count(group, &probes) <= WORLDS)
    };
    fits(&ledger) && reply::other_tellings(&ledger).iter().all(fits)
}

/// True if the dates allow the reference, as far as bounds tell.
fn is_plausible(field: &str, event: &Map<String, Value>, other: &Value) -> bool {
    let window = |date: &Value| Window::read(date.as_str().expect("a date"));
    let starts_by = |one: &Window, two: &Window| match (one.earliest, two.latest) {
        (Some(first), Some(last)) => first <= last,
        (None, _) | (_, None) => true,
    };
    let (own, its) = (window(&event["effective"]), window(&other["effective"]));
    let plans = other["then"].as_array().into_iter().flatten();
    let due: Vec<Window> =
        plans.map(|p| &p["effective"]).filter(|d| d.is_string()).map(window).collect();
    starts_by(&its, &own)
        && match field {
            "after" => true,
            "cancels" => due.is_empty() || due.iter().any(|due| starts_by(&own, due)),
            _ => !due.is_empty() || other["modality"] == "expected",
        }
}

/// A history being written.
struct Draft<'a> {
    random: &'a mut Random,
    records: Vec<Value>,
    measures: Vec<(String, std::rc::Rc<Kind>)>,
    /// Keys and measures of the events so far.
    events: Vec<(String, String)>,
    /// Acts that the history uses, by kind: few, so that they meet.
    palettes: Vec<(String, Vec<String>)>,
    /// How many uncertain dates may still be made.
    uncertain: usize,
    /// Whether many dates are instants.
    instants: bool,
    first: Day,
    last: Day,
}

impl<'a> Draft<'a> {
    fn new(random: &'a mut Random) -> Draft<'a> {
        let first = day::read("2020-02-26");
        let last = first + random.between(2, 8);
        let instants = random.chance(10);
        let uncertain = *random.pick(&[0, 0, 1, 1, 2, 2, 2, 3, 4]);
        Draft {
            random,
            records: Vec::new(),
            measures: Vec::new(),
            events: Vec::new(),
            palettes: Vec::new(),
            uncertain,
            instants,
            first,
            last,
        }
    }

    fn write(mut self) -> Case {
        self.declare_measures();
        let events = *self.random.pick(&[1, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8]);
        for number in 0..events {
            self.event(number);
        }
        // Every other history is recorded in an order that is not the order of writing.
        if self.random.chance(50) {
            self.random.shuffle(&mut self.records[self.measures.len()..]);
        }
        for number in 0..*self.random.pick(&[0, 0, 0, 1, 1, 2, 3, 4]) {
            self.later_record(number);
        }
        let days = self.random.between(1, 3);
        let probe = |random: &mut Random| random.between(self.first - 1, self.last + 3);
        let mut probes: Vec<Day> = (0..days).map(|_| probe(self.random)).collect();
        probes.sort_unstable();
        probes.dedup();
        Case { records: self.records, probes: probes.into_iter().map(day::write).collect() }
    }

    fn declare_measures(&mut self) {
        let kind = *self.random.pick(&KINDS);
        let shape = self.random.below(100);
        if shape < 50 {
            self.measure("m", kind, None);
        } else if shape < 62 {
            let other = if self.random.chance(50) { kind } else { *self.random.pick(&KINDS) };
            self.measure("m", kind, None);
            self.measure("n", other, None);
        } else if shape < 90 {
            self.measure("m", kind, None);
            self.measure("m.a", kind, Some("m"));
            if self.random.chance(70) {
                self.measure("m.b", kind, Some("m"));
            }
            if self.random.chance(20) {
                self.measure("n", kind, None);
            }
        } else {
            self.measure("m", kind, None);
            self.measure("m.a", kind, Some("m"));
            self.measure("m.a.a", kind, Some("m.a"));
            self.measure("m.b", kind, Some("m"));
        }
    }

    fn measure(&mut self, id: &str, kind: &str, whole: Option<&str>) {
        let about = Kind::named(kind);
        let statuses: Vec<&String> = about.standings.keys().collect();
        let status = match kind {
            "plain" => (*self.random.pick(&PLAIN)).to_owned(),
            _ => (*self.random.pick(&statuses)).clone(),
        };
        let initial = self.random.chance(30).then(|| json!({ "status": status }));
        self.records.push(json!({
            "record": "measure", "measure": id, "kind": kind, "title": id,
            "part_of": whole, "initial": initial,
        }));
        if self.palettes.iter().all(|(word, _)| word != kind) {
            let palette = self.palette(&about);
            self.palettes.push((kind.to_owned(), palette));
        }
        self.measures.push((id.to_owned(), about));
    }

    /// Few acts, mostly such as do something, the more telling ones more often.
    fn palette(&mut self, kind: &Kind) -> Vec<String> {
        let mut acts = Vec::new();
        for act in &kind.acts {
            let weight = match &act.to {
                To::Stays if act.cancels.is_empty() => 0,
                To::Previous => 4,
                To::Status(to) if kind.standing(to) == "suspended" => 4,
                To::Status(to) if kind.standing(to) == "ended" => 2,
                To::Status(_) | To::Stays if !act.cancels.is_empty() || act.continues => 3,
                To::Status(_) | To::Stays | To::Said => 2,
            };
            acts.extend(std::iter::repeat_n(act.word.clone(), weight));
        }
        let size = self.random.between(2, 5);
        let mut palette: Vec<String> = (0..size).map(|_| self.random.pick(&acts).clone()).collect();
        if self.random.chance(30) {
            palette.push(self.random.pick(&kind.acts).word.clone());
        }
        palette
    }

    fn act(&mut self, kind: &str) -> String {
        let palette = self.palettes.iter().find(|(word, _)| word == kind);
        let (_, acts) = palette.expect("each kind in use has a palette");
        self.random.pick(acts).clone()
    }

    /// A day on or after `from`, certain or not.
    fn date(&mut self, from: Day) -> String {
        let day = self.random.between(from, self.last.max(from));
        let uncertain = self.uncertain > 0 && self.random.chance(40);
        if !uncertain {
            let text = day::write(day);
            return match self.random.below(if self.instants { 6 } else { 40 }) {
                0 => format!("{text}T09:00+09:00"),
                1 => format!("{text}T10:00+09:00"),
                2 => format!("{text}T03:30Z"),
                3 => format!("{text}~"),
                _ => text,
            };
        }
        self.uncertain -= 1;
        let later = day + self.random.between(1, 4);
        match self.random.below(12) {
            0 => format!("[..{}]", day::write(day)),
            1 => format!("[{}..]", day::write(day)),
            2 if self.uncertain == 0 => "2020-03".to_owned(),
            _ => format!("[{}..{}]", day::write(day), day::write(later)),
        }
    }

    fn event(&mut self, number: usize) {
        let (measure, kind) = self.random.pick(&self.measures).clone();
        let key = format!("e{number}");
        let mut event = Map::new();
        let act = self.act(&kind.word);
        event.insert("record".to_owned(), json!("event"));
        event.insert("key".to_owned(), json!(key));
        event.insert("measure".to_owned(), json!(measure));
        self.add_deed(&mut event, &kind.word, &act);
        let effective = self.date(self.first);
        event.insert("effective".to_owned(), json!(effective));
        self.add_references(&mut event, &measure);
        if self.random.chance(50) {
            let then = self.then(&kind.word, &effective);
            event.insert("then".to_owned(), then);
        }
        if self.random.chance(30) {
            let announced = day::write(self.random.between(self.first - 1, self.last));
            event.insert("announced".to_owned(), json!(announced));
        }
        if self.random.chance(7) {
            event.insert("modality".to_owned(), json!("expected"));
            event.remove("then");
        }
        if self.random.chance(40) {
            let sources: Vec<Value> =
                (0..self.random.between(1, 2)).map(|_| self.source(&kind.word)).collect();
            event.insert("sources".to_owned(), json!(sources));
        }
        self.records.push(Value::Object(event));
        self.events.push((key, measure));
    }

    /// Act, status for `plain`, attributes sometimes.
    fn add_deed(&mut self, into: &mut Map<String, Value>, kind: &str, act: &str) {
        if kind == "plain" && act == "set" {
            into.insert("status".to_owned(), json!(self.random.pick(&PLAIN)));
        }
        into.insert("act".to_owned(), json!(act));
        if self.random.chance(if kind == "tariff" { 50 } else { 12 }) {
            let mut set = Map::new();
            set.insert("rate".to_owned(), json!(self.random.pick(&["5%", "10%"])));
            if self.random.chance(20) {
                set.insert("basis".to_owned(), json!(self.random.between(1, 2)));
            }
            into.insert("set".to_owned(), Value::Object(set));
        }
    }

    /// References, mostly such as the dates allow. Who settles mostly does what was planned.
    fn add_references(&mut self, event: &mut Map<String, Value>, measure: &str) {
        for (field, percent) in [("after", 15), ("cancels", 20), ("settles", 20)] {
            if !self.random.chance(percent) {
                continue;
            }
            let mut keys = self.references(field, event, measure);
            keys.truncate(if self.random.chance(15) { 2 } else { 1 });
            let first = keys.first().and_then(|key| self.planned_act(key, measure));
            if let Some(act) = first.filter(|_| field == "settles" && self.random.chance(60)) {
                event.insert("act".to_owned(), act);
            }
            if !keys.is_empty() {
                event.insert(field.to_owned(), json!(keys));
            }
        }
    }

    /// Keys of earlier written events that fit, in random order.
    fn references(
        &mut self,
        field: &str,
        event: &Map<String, Value>,
        measure: &str,
    ) -> Vec<String> {
        let (any_measure, any_date) = (self.random.chance(35), self.random.chance(10));
        let mut all: Vec<Value> =
            self.records.iter().filter(|record| record["record"] == "event").cloned().collect();
        self.random.shuffle(&mut all);
        let unfit = |other: &Value| {
            let foreign = !any_measure && other["measure"] != measure;
            foreign || !any_date && !is_plausible(field, event, other)
        };
        let fitting = all.iter().filter(|other| !unfit(other));
        fitting.map(|other| other["key"].as_str().expect("a key").to_owned()).collect()
    }

    /// The act of a plan of the event `key`, where the kind of `measure` knows it.
    fn planned_act(&self, key: &str, measure: &str) -> Option<Value> {
        let maker = self.records.iter().find(|record| record["key"] == key)?;
        let planned = maker["then"].as_array()?.first()?["act"].clone();
        let (_, kind) = self.measures.iter().find(|(id, _)| id == measure)?;
        let knows = kind.acts.iter().any(|act| planned == act.word.as_str());
        (knows && planned != "set").then_some(planned)
    }

    fn then(&mut self, kind: &str, maker: &str) -> Value {
        let window = Window::read(maker);
        let from = window.earliest.or(window.latest).unwrap_or(self.first);
        let mut plans = Vec::new();
        for _ in 0..*self.random.pick(&[1, 1, 1, 2, 2, 3]) {
            let mut plan = Map::new();
            let act = self.act(kind);
            self.add_deed(&mut plan, kind, &act);
            if self.random.chance(90) {
                let own_day = self.random.chance(12);
                let due = if own_day { day::write(from) } else { self.date(from) };
                plan.insert("effective".to_owned(), json!(due));
            }
            plans.push(Value::Object(plan));
        }
        Value::Array(plans)
    }

    /// A source, sometimes one that says otherwise.
    fn source(&mut self, kind: &str) -> Value {
        let mut source = Map::new();
        source.insert("publisher".to_owned(), json!(format!("P{}", self.random.below(9))));
        if self.random.chance(80) {
            let published = day::write(self.random.between(self.first - 1, self.last + 1));
            source.insert("published".to_owned(), json!(published));
        }
        if self.random.chance(15) {
            source.insert("stance".to_owned(), json!("denies"));
        } else if self.random.chance(30) {
            source.insert("says".to_owned(), self.says(kind));
        }
        Value::Object(source)
    }

    fn says(&mut self, kind: &str) -> Value {
        let mut says = Map::new();
        if self.random.chance(70) {
            says.insert("effective".to_owned(), json!(self.date(self.first)));
        }
        if kind != "plain" && self.random.chance(40) {
            says.insert("act".to_owned(), json!(self.act(kind)));
        }
        if self.random.chance(20) {
            says.insert("set".to_owned(), json!({ "rate": "9%" }));
        }
        if says.is_empty() || self.random.chance(10) {
            let announced = day::write(self.random.between(self.first, self.last));
            says.insert("announced".to_owned(), json!(announced));
        }
        Value::Object(says)
    }

    /// An amendment, retraction, source or settlement; left out where it would be refused.
    fn later_record(&mut self, number: usize) {
        let is_event = |record: &&Value| record["record"] == "event";
        let events: Vec<Value> = self.records.iter().filter(is_event).cloned().collect();
        let event = self.random.pick(&events).clone();
        let kind = self.measures.iter().find(|(id, _)| event["measure"] == id.as_str());
        let kind = kind.expect("the measure is declared").1.word.clone();
        let key = format!("x{number}");
        let of = event["key"].clone();
        let record = match self.random.below(10) {
            0..=3 => {
                let set = self.amended(&kind, &event);
                let of = self.event_or_its_amendment(of);
                json!({ "record": "amendment", "key": key, "of": of, "set": set,
                    "because": "better-source", "reason": "r" })
            }
            4 | 5 => {
                let keyed = |record: &&Value| !record["key"].is_null();
                let all: Vec<Value> = self.records.iter().filter(keyed).cloned().collect();
                let later: Vec<Value> = all.iter().filter(|r| !is_event(r)).cloned().collect();
                let from = if later.is_empty() || self.random.chance(40) { &all } else { &later };
                let of = self.random.pick(from)["key"].clone();
                json!({ "record": "retraction", "key": key, "of": of,
                    "because": "entered-by-mistake", "reason": "r" })
            }
            6..=8 => {
                let mut source = self.source(&kind);
                let says = source.as_object_mut().and_then(|source| source.remove("says"));
                let mut record = json!({ "record": "source", "key": key, "of": of,
                    "source": source });
                if let Some(says) = says {
                    record["says"] = says;
                }
                record
            }
            _ => self.settlement(&key, &of),
        };
        self.records.push(record);
        if !is_valid(&self.records) {
            self.records.pop();
        }
    }

    fn event_or_its_amendment(&mut self, event: Value) -> Value {
        let amends = |record: &&Value| record["record"] == "amendment" && record["of"] == event;
        let amendments: Vec<Value> =
            self.records.iter().filter(amends).map(|record| record["key"].clone()).collect();
        if amendments.is_empty() || self.random.chance(50) {
            return event;
        }
        self.random.pick(&amendments).clone()
    }

    fn amended(&mut self, kind: &str, event: &Value) -> Value {
        let maker = event["effective"].as_str().expect("a date").to_owned();
        match self.random.below(8) {
            0..=2 => json!({ "effective": self.date(self.first) }),
            3 | 4 => json!({ "then": self.then(kind, &maker) }),
            5 if kind != "plain" => json!({ "act": self.act(kind) }),
            5 if event["act"] == "set" => json!({ "status": self.random.pick(&PLAIN) }),
            5 | 6 => json!({ "set": { "rate": "7%" }, "announced": null }),
            _ => {
                let field = *self.random.pick(&["cancels", "after", "settles", "then"]);
                json!({ field: null })
            }
        }
    }

    fn settlement(&mut self, key: &str, of: &Value) -> Value {
        let (field, value) = match self.random.below(5) {
            4 => ("set", json!({ "scope": "narrow" })),
            0 => ("occurred", json!(false)),
            1 => ("occurred", json!(true)),
            _ => ("effective", json!(self.date(self.first))),
        };
        json!({ "record": "settlement", "key": key, "of": of, "field": field, "value": value,
            "reason": "r" })
    }
}
