//! A definition laid over another: reading what a `kind` record says.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::reader::{Reader, standings};
use super::{Act, Definition, FREE, Fault, NOTED, Problem, Standing, Status, To, soundness};

impl Definition {
    /// The kind that results when `patch` is laid over `base`, or that `patch` is by itself.
    ///
    /// A changed status or act keeps its place and, where the patch leaves a key out, what the key
    /// said; new ones come last. Null stands for a key's default (no `to`, an empty list, the word
    /// itself as label); a status or an act is never taken away, for records may use it. `from`
    /// and `cancels` are replaced whole. A new kind without [`NOTED`] gets it, as its last act; a
    /// label left out is the word with spaces for hyphens.
    ///
    /// Everything that is wrong is reported, in the order: as written in the patch what cannot be
    /// read, then what does not hold together. The base is taken to be sound.
    pub fn laid_over(patch: &Value, base: Option<&Self>) -> Result<Self, Vec<Problem>> {
        let mut draft = Draft::over(base);
        draft.lay(patch);
        draft.finish()
    }
}

impl TryFrom<Value> for Definition {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        Self::laid_over(&value, None).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
            lines.join("\n")
        })
    }
}

/// A definition in the making, with what was found wrong so far.
struct Draft {
    definition: Definition,
    reader: Reader,
}

impl Draft {
    fn over(base: Option<&Definition>) -> Self {
        let nothing = || Definition {
            initial: String::new(),
            statuses: IndexMap::new(),
            acts: IndexMap::new(),
            last_day: None,
        };
        let definition = base.cloned().unwrap_or_else(nothing);
        Self { definition, reader: Reader::default() }
    }

    /// The definition, if nothing is wrong. What was there but could not be read is not also
    /// called missing, and of a patch that is no object nothing more is said.
    fn finish(mut self) -> Result<Definition, Vec<Problem>> {
        let mut problems = self.reader.problems;
        let unread = |at: &str| problems.iter().any(|problem| problem.at == at);
        let news = |found: &Problem| found.fault != Fault::Missing || !unread(&found.at);
        if !unread("") {
            let unsound: Vec<_> =
                soundness::problems(&self.definition).into_iter().filter(news).collect();
            problems.extend(unsound);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        self.definition.acts.entry(NOTED.to_owned()).or_default();
        Ok(self.definition)
    }

    fn lay(&mut self, patch: &Value) {
        let known = ["initial", "statuses", "acts", "last_day"];
        let Some(fields) = self.reader.fields("", patch, &known) else {
            return;
        };
        let initial = fields.get("initial").and_then(|it| self.reader.text("initial", it));
        if let Some(initial) = initial {
            initial.clone_into(&mut self.definition.initial);
        }
        for (word, status) in self.reader.entries("statuses", fields) {
            self.lay_status(word, status);
        }
        for (word, act) in self.reader.entries("acts", fields) {
            self.lay_act(word, act);
        }
        if let Some(act) = fields.get("last_day") {
            let act = if act.is_null() { None } else { self.reader.text("last_day", act) };
            self.definition.last_day = act.map(str::to_owned);
        }
    }

    /// Lays one status. It is entered even where something is wrong with it, so that references to
    /// it are not reported as well.
    fn lay_status(&mut self, word: &str, patch: &Value) {
        let at = format!("statuses.{word}");
        let before = self.definition.statuses.get(word).cloned();
        let status = match self.reader.fields(&at, patch, &["label", "standing"]) {
            Some(fields) => Status {
                label: self.label(&at, word, fields, before.as_ref()),
                standing: self.standing(&at, fields, before.as_ref()),
            },
            None => before.unwrap_or(Status { label: words(word), standing: Standing::None }),
        };
        self.definition.statuses.insert(word.to_owned(), status);
    }

    fn label(
        &mut self,
        at: &str,
        word: &str,
        fields: &Map<String, Value>,
        before: Option<&Status>,
    ) -> String {
        match fields.get("label") {
            None => before.map_or_else(|| words(word), |before| before.label.clone()),
            Some(Value::Null) => words(word),
            Some(label) => {
                let label = self.reader.text(&format!("{at}.label"), label);
                label.map_or_else(|| words(word), str::to_owned)
            }
        }
    }

    fn standing(
        &mut self,
        at: &str,
        fields: &Map<String, Value>,
        before: Option<&Status>,
    ) -> Standing {
        let at = format!("{at}.standing");
        let read = match (fields.get("standing"), before) {
            (Some(standing), _) => self.reader.standing(&at, standing),
            (None, Some(before)) => Some(before.standing),
            (None, None) => {
                let message = format!("a new status says its standing: {}", standings());
                self.reader.note(Problem::new(Fault::Missing, &at, message));
                None
            }
        };
        read.unwrap_or(Standing::None)
    }

    /// Lays one act; entered even where something is wrong with it, like a status.
    fn lay_act(&mut self, word: &str, patch: &Value) {
        let at = format!("acts.{word}");
        let mut act = self.definition.acts.get(word).cloned().unwrap_or_default();
        let known = ["to", "from", "cancels", "continues"];
        for (key, value) in self.reader.fields(&at, patch, &known).into_iter().flatten() {
            self.lay_field(&mut act, &format!("{at}.{key}"), key, value);
        }
        self.definition.acts.insert(word.to_owned(), act);
    }

    fn lay_field(&mut self, act: &mut Act, at: &str, key: &str, value: &Value) {
        match (key, value) {
            ("to", Value::Null) => act.to = To::Keep,
            ("to", to) => act.to = self.reader.text(at, to).map_or(To::Keep, To::named),
            ("from", from) => act.from = self.reader.list(at, from),
            ("cancels", cancels) => act.cancels = self.reader.list(at, cancels),
            ("continues", continues) => act.continues = self.reader.truth(at, continues),
            _ => {} // an unknown key, reported already
        }
    }
}

/// The default label of a status.
fn words(word: &str) -> String {
    if word == FREE { "any other word".to_owned() } else { word.replace('-', " ") }
}
