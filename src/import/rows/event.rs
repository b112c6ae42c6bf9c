//! One event of a row.

use serde_json::{Map, Value, json};

use super::super::dates::day_after;
use super::super::problem::{Fault, Problem, shown};
use super::super::rules::{End, EndDay, EventRules, Then};
use super::super::template::Template;
use super::before_start;
use super::maker::Maker;
use crate::record::Draft;
use crate::time::Window;

/// The ending act of a measure.
pub(super) type EndingOf<'e> = dyn Fn(&str) -> Option<String> + 'e;

impl Maker<'_> {
    /// The event that a rule makes of the row, dated by a column of a wide table or by itself; none
    /// where the row makes no such event, or something is wrong with it.
    pub(super) fn event(
        &mut self,
        rule: &EventRules,
        date: Option<&str>,
        ending: &EndingOf<'_>,
    ) -> Option<Draft> {
        if !self.view.fits(&rule.when) {
            return None;
        }
        self.left_out = false;
        let before = self.problems.len();
        let body = self.body(rule, date, ending);
        if self.left_out {
            self.problems.truncate(before);
            return None;
        }
        if self.problems.len() > before {
            return None;
        }
        self.sound(&body, &|field| rule.template(field))
    }

    fn body(
        &mut self,
        rule: &EventRules,
        date: Option<&str>,
        ending: &EndingOf<'_>,
    ) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("record".to_owned(), "event".into());
        let measure = match &rule.measure {
            Some(template) => self.demanded("measure", template),
            None => self.measure_of_the_row(),
        };
        let effective = match (date, &rule.effective) {
            (Some(date), _) => Some(date.to_owned()),
            (None, Some(template)) => self.demanded_date(template),
            (None, None) => None,
        };
        let mut put = |name: &str, value: Option<Value>| {
            body.extend(value.map(|value| (name.to_owned(), value)));
        };
        put("key", self.demanded("key", &rule.key).map(Value::from));
        put("measure", measure.clone().map(Value::from));
        put("act", self.demanded("act", &rule.act).map(Value::from));
        put("status", rule.status.as_ref().map(|template| self.status(template)));
        put("effective", effective.clone().map(Value::from));
        put("announced", rule.announced.as_ref().and_then(|it| self.date(it)).map(Value::from));
        for (name, template) in &rule.texts {
            put(name, self.one(template).map(Value::from));
        }
        for (name, templates) in &rule.lists {
            put(name, unless_empty(self.list(templates)));
        }
        let set = self.set(&rule.set);
        put("set", (!set.is_empty()).then(|| set.into()));
        let ending = || measure.as_deref().and_then(ending);
        put("then", unless_empty(self.plans(rule, effective.as_deref(), &ending)));
        put("sources", unless_empty(self.sources(&rule.sources)));
        body
    }

    /// A text that has to be there.
    fn demanded(&mut self, field: &str, template: &Template) -> Option<String> {
        let text = self.one(template);
        if text.is_none() && !self.left_out {
            self.missing(field, template);
        }
        text
    }

    fn demanded_date(&mut self, template: &Template) -> Option<String> {
        let date = self.date(template);
        if date.is_none() && !self.left_out {
            self.missing("date", template);
        }
        date
    }

    /// An empty status is one: none.
    fn status(&mut self, template: &Template) -> Value {
        self.one(template).map_or(Value::Null, Value::from)
    }

    fn measure_of_the_row(&self) -> Option<String> {
        let said = self.view.words.iter().find(|(word, _)| *word == "measure");
        said.map(|(_, measure)| measure.clone())
    }

    fn set(&mut self, set: &[(String, Template)]) -> Map<String, Value> {
        let mut attributes = Map::new();
        for (name, template) in set {
            let text = self.one(template).map(Value::from);
            attributes.extend(text.map(|text| (name.clone(), text)));
        }
        attributes
    }

    /// What will follow: the end first, then what else is planned.
    fn plans(
        &mut self,
        rule: &EventRules,
        start: Option<&str>,
        ending: &dyn Fn() -> Option<String>,
    ) -> Vec<Value> {
        let end = rule.end.as_ref().and_then(|end| self.end(end, start, ending));
        let mut plans: Vec<Value> = end.into_iter().collect();
        plans.extend(rule.then.iter().filter_map(|then| self.then(then)));
        plans
    }

    /// The plan that an end date makes.
    fn end(
        &mut self,
        end: &End,
        start: Option<&str>,
        ending: &dyn Fn() -> Option<String>,
    ) -> Option<Value> {
        let date = self.date(&end.date)?;
        let columns = end.date.columns(&self.view);
        let window: Window = date.parse().ok()?;
        if let Some(start) = start.and_then(|start| start.parse::<Window>().ok())
            && let Some(problem) = too_early(&window, &start, end.is)
        {
            self.problem(problem.about(&columns));
            return None;
        }
        let due = match end.is {
            EndDay::FirstAfter => Some(date),
            EndDay::Last => day_after(&window),
        };
        let Some(due) = due else {
            let message = format!("{}: there is no day after it", shown(window.text()));
            self.problem(Problem::new(Fault::BadDate, message).about(&columns));
            return None;
        };
        let act = match &end.act {
            Some(template) => self.one(template),
            None => ending(),
        };
        let Some(act) = act else {
            let message = "the kind has no act that an end plans: say `act` in [event.end]";
            self.problem(Problem::new(Fault::MissingField, message));
            return None;
        };
        Some(json!({"act": act, "effective": due}))
    }

    fn then(&mut self, then: &Then) -> Option<Value> {
        if !self.view.fits(&then.when) {
            return None;
        }
        let mut plan = Map::new();
        plan.insert("act".to_owned(), self.one(&then.act)?.into());
        if let Some(template) = &then.status {
            plan.insert("status".to_owned(), self.status(template));
        }
        if let Some(date) = then.effective.as_ref().and_then(|template| self.date(template)) {
            plan.insert("effective".to_owned(), date.into());
        }
        let set = self.set(&then.set);
        if !set.is_empty() {
            plan.insert("set".to_owned(), set.into());
        }
        Some(plan.into())
    }
}

fn unless_empty<T: Into<Value>>(list: Vec<T>) -> Option<Value> {
    (!list.is_empty()).then(|| list.into())
}

/// Why an end cannot be that early, if it surely lies before the start.
fn too_early(end: &Window, start: &Window, is: EndDay) -> Option<Problem> {
    let (last, first) = (end.latest()?, start.earliest()?);
    let is_same = is == EndDay::FirstAfter && last == first;
    (last < first || is_same).then(|| before_start(end.text(), start.text(), is_same))
}
