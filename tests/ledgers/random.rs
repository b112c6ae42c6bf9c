//! Random drafts in which all that connects records meets: parts, other ids, corrections,
//! references of every form, names that are taken, missing or ambiguous, repetitions.

use serde_json::{Value, json};

pub use crate::oracle::random::Random;

/// Ids that begin alike, so that a short prefix is ambiguous.
const IDS: [&str; 6] = [
    "0abc0000-0000-7000-8000-000000000001",
    "0abc0000-0000-7000-8000-000000000002",
    "0abc1111-0000-7000-8000-000000000003",
    "0def0000-0000-7000-8000-000000000004",
    "0def1111-0000-7000-8000-000000000005",
    "0fff0000-0000-7000-8000-000000000006",
];
const PREFIXES: [&str; 6] = ["0abc", "0abc0000", "0abc1111", "0def", "0fff", "0eee"];

/// Writes drafts, batch after batch.
pub struct Writing<'r> {
    pub random: &'r mut Random,
    /// All drafts so far, refused ones too.
    said: Vec<Value>,
    /// Those that were recorded.
    there: Vec<Value>,
    keys: usize,
    records: usize,
}

impl<'r> Writing<'r> {
    pub fn new(random: &'r mut Random) -> Self {
        Self { random, said: Vec::new(), there: Vec::new(), keys: 0, records: 0 }
    }

    /// Notes that a batch was recorded, and how many records there are now.
    pub fn recorded(&mut self, batch: Vec<Value>, records: usize) {
        self.there.extend(batch);
        self.records = records;
    }

    /// Some drafts to be recorded together.
    pub fn batch(&mut self) -> Vec<Value> {
        if self.there.is_empty() {
            return vec![self.kind(), self.measure(), self.measure()];
        }
        let size = *self.random.pick(&[1, 1, 1, 2, 2, 3, 5]);
        let mut batch: Vec<Value> = (0..size).map(|_| self.draft()).collect();
        if self.random.chance(25) {
            self.random.shuffle(&mut batch);
        }
        batch
    }

    fn draft(&mut self) -> Value {
        if !self.said.is_empty() && self.random.chance(6) {
            return self.random.pick(&self.said).clone();
        }
        let mut draft = match self.random.below(if self.records < 8 { 50 } else { 100 }) {
            0..=14 => self.measure(),
            15..=58 => self.event(),
            59..=63 => {
                json!({"record": "alias", "measure": self.any_measure(), "of": self.known_measure()})
            }
            64..=75 => self.amendment(),
            76..=83 => self.retraction(),
            84..=89 => json!({"record": "source", "of": self.reference(),
                "source": {"publisher": "P", "published": self.day()}, "says": {"effective": self.day()}}),
            90..=92 => json!({"record": "settlement", "of": self.reference(), "field": "occurred",
                "value": self.random.chance(50), "reason": "r"}),
            93..=95 => {
                json!({"record": "review", "measure": self.known_measure(), "through": self.day()})
            }
            _ => self.kind(),
        };
        self.name(&mut draft);
        self.said.push(draft.clone());
        draft
    }

    /// A key and an id, sometimes; now and then one that is taken.
    fn name(&mut self, draft: &mut Value) {
        if self.random.chance(60) {
            self.keys += 1;
            let taken = self.random.chance(6);
            let number = if taken { self.random.below(self.keys) } else { self.keys };
            draft["key"] = format!("k{number}").into();
        }
        if self.random.chance(8) {
            draft["id"] = (*self.random.pick(&IDS)).into();
        }
    }

    fn day(&mut self) -> String {
        format!("2020-03-{:02}", self.random.between(1, 20))
    }

    fn any_measure(&mut self) -> String {
        format!("m{}", self.random.below(40))
    }

    /// Mostly one that is there.
    fn known_measure(&mut self) -> String {
        let declares = |value: &&Value| value["record"] == "measure" || value["record"] == "alias";
        let all: Vec<&Value> = self.there.iter().filter(declares).collect();
        if all.is_empty() || self.random.chance(4) {
            return self.any_measure();
        }
        self.random.pick(&all)["measure"].as_str().unwrap().to_owned()
    }

    fn kind_of(&self, measure: &str) -> String {
        let declared = self.there.iter().find(|value| value["measure"] == measure);
        let kind = declared.and_then(|it| it["kind"].as_str()).unwrap_or("plain");
        kind.to_owned()
    }

    fn measure(&mut self) -> Value {
        let whole = self.known_measure();
        let part = self.random.chance(35) && !self.there.is_empty();
        let kind = if part {
            self.kind_of(&whole)
        } else {
            (*self.random.pick(&["plain", "plain", "agreement", "own"])).to_owned()
        };
        let mut measure = json!({"record": "measure", "measure": self.any_measure(), "kind": kind});
        if part {
            measure["part_of"] = whole.into();
        }
        measure
    }

    fn event(&mut self) -> Value {
        let measure = self.known_measure();
        let act = match self.kind_of(&measure).as_str() {
            "agreement" => *self.random.pick(&["signed", "entered-into-force", "noted"]),
            "own" => *self.random.pick(&["opened", "closed", "widened"]),
            _ => "set",
        };
        let mut event = json!({"record": "event", "measure": measure, "act": act,
            "effective": self.day(), "announced": self.day()});
        if act == "set" {
            event["status"] = (*self.random.pick(&["low", "high"])).into();
        }
        for field in ["after", "cancels", "settles"] {
            if self.random.chance(9) {
                event[field] = json!([self.reference()]);
            }
        }
        if self.random.chance(25) {
            event["then"] = json!([self.plan(act)]);
        }
        event
    }

    fn plan(&mut self, act: &str) -> Value {
        let day = format!("2020-03-{}", 20 + self.random.below(9));
        let mut plan = json!({"act": act, "effective": day});
        if act == "set" {
            plan["status"] = "later".into();
        }
        plan
    }

    fn amendment(&mut self) -> Value {
        let set = match self.random.below(8) {
            0 | 1 => json!({"effective": self.day()}),
            2 => json!({"measure": self.known_measure()}),
            3 => json!({"part_of": self.known_measure()}),
            4 => json!({"cancels": [self.reference()]}),
            5 => json!({"after": [self.reference()], "settles": null}),
            6 => json!({"part_of": null}),
            _ => json!({"note": "n"}),
        };
        json!({"record": "amendment", "of": self.reference(), "set": set,
            "because": "better-source", "reason": "r"})
    }

    fn retraction(&mut self) -> Value {
        json!({"record": "retraction", "of": self.reference(), "because": "entered-by-mistake",
            "reason": "r"})
    }

    /// A key, a number, an id or the beginning of one; sometimes of nothing.
    fn reference(&mut self) -> String {
        match self.random.below(24) {
            0 => (*self.random.pick(&IDS)).to_owned(),
            1 | 2 => (*self.random.pick(&PREFIXES)).to_owned(),
            3..=5 => format!("@{}", 1 + self.random.below(self.records + 1)),
            6 => format!("k{}", self.keys + 1 + self.random.below(3)),
            _ => self.known_key(),
        }
    }

    /// Mostly that of an event.
    fn known_key(&mut self) -> String {
        let any = self.random.chance(30);
        let fits = |value: &&Value| value["key"].is_string() && (any || value["record"] == "event");
        let all: Vec<&Value> = self.there.iter().filter(fits).collect();
        if all.is_empty() {
            return format!("k{}", self.keys);
        }
        self.random.pick(&all)["key"].as_str().unwrap().to_owned()
    }

    fn kind(&mut self) -> Value {
        let status = *self.random.pick(&["ajar", "wide"]);
        let definition = json!({
            "initial": "shut",
            "statuses": {"shut": {"standing": "none"}, "open": {"standing": "active"},
                status: {"standing": "active"}},
            "acts": {"opened": {"to": "open"}, "widened": {"to": status}, "closed": {"to": "shut"}},
        });
        json!({"record": "kind", "kind": "own", "definition": definition})
    }
}
