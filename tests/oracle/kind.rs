//! The kinds, read from the program's data files.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;

/// What an act does to the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Nothing.
    Stays,
    /// Uncovers what is beneath the suspension.
    Previous,
    /// Gives this status.
    Status(String),
    /// Gives the status that the event or plan itself says (kind `plain`).
    Said,
}

/// One act of a kind.
#[derive(Debug)]
pub struct Act {
    /// The act's word.
    pub word: String,
    /// What it does to the status.
    pub to: To,
    /// Acts whose pending plans it cancels.
    pub cancels: Vec<String>,
    /// True if it merely continues the measure.
    pub continues: bool,
}

/// A kind: statuses with their standings, and acts in their order on one day.
#[derive(Debug)]
pub struct Kind {
    /// The kind's word.
    pub word: String,
    /// The status before anything happened.
    pub initial: String,
    /// Standing by status.
    pub standings: BTreeMap<String, String>,
    /// The acts, in their order on one day.
    pub acts: Vec<Act>,
}

thread_local! {
    static KINDS: RefCell<BTreeMap<String, Rc<Kind>>> = const { RefCell::new(BTreeMap::new()) };
}

impl Kind {
    /// The kind of `src/kind/<word>.json`, read once.
    pub fn named(word: &str) -> Rc<Kind> {
        let read = || Rc::new(Kind::read(word));
        KINDS.with_borrow_mut(|kinds| Rc::clone(kinds.entry(word.to_owned()).or_insert_with(read)))
    }

    fn read(word: &str) -> Kind {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kind");
        let path = folder.join(format!("{word}.json"));
        let text = std::fs::read_to_string(&path).expect("the kind has a data file");
        let file: Value = serde_json::from_str(&text).expect("the data file is JSON");
        Kind::from_definition(word, &file["definition"])
    }

    fn from_definition(word: &str, definition: &Value) -> Kind {
        let statuses = definition["statuses"].as_object().expect("statuses");
        let standing = |about: &Value| about["standing"].as_str().expect("standing").to_owned();
        let acts = definition["acts"].as_object().expect("acts");
        let mut acts: Vec<Act> = acts.iter().map(|(act, about)| read_act(act, about)).collect();
        if acts.iter().all(|act| act.word != "noted") {
            acts.push(read_act("noted", &Value::Null));
        }
        if let Some(set) = acts.iter_mut().find(|act| word == "plain" && act.word == "set") {
            set.to = To::Said;
        }
        Kind {
            word: word.to_owned(),
            initial: definition["initial"].as_str().expect("initial").to_owned(),
            standings: statuses.iter().map(|(s, about)| (s.clone(), standing(about))).collect(),
            acts,
        }
    }

    /// The place of an act in the order of acts.
    pub fn place(&self, act: &str) -> usize {
        self.acts.iter().position(|a| a.word == act).expect("the kind knows the act")
    }

    /// The standing of a status; words of one's own are active.
    pub fn standing(&self, status: &str) -> &str {
        self.standings.get(status).map_or("active", String::as_str)
    }
}

fn read_act(word: &str, about: &Value) -> Act {
    let to = match about["to"].as_str() {
        None => To::Stays,
        Some("previous") => To::Previous,
        Some(status) => To::Status(status.to_owned()),
    };
    let cancels = about["cancels"].as_array().into_iter().flatten();
    Act {
        word: word.to_owned(),
        to,
        cancels: cancels.filter_map(|act| act.as_str().map(str::to_owned)).collect(),
        continues: about["continues"].as_bool().unwrap_or(false),
    }
}
