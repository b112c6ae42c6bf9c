//! Everything one evaluation needs, prepared: the dates with their bounds and order, and for each
//! measure what every event and plan does to it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::graph::{self, Date, Graph};
use super::{Telling, alike};
use crate::history::Standing;
use crate::kind::{Definition, Standing as Reading, To};
use crate::record::Modality;
use crate::time::{Day, Instant};

/// A date of the stage, by its place in [`Stage::dates`].
pub(super) type DateId = usize;

/// A planned consequence: the event that made it, and its place in `then`.
pub(super) type PlanId = (usize, usize);

/// The evaluations that together answer one question about some measures without parts.
pub(super) struct Scene {
    /// One stage for each case of [`graph::cases`].
    pub(super) stages: Vec<Stage>,
    /// Whether no world is left, so that the constraints were dropped.
    pub(super) inconsistent: bool,
}

/// One evaluation.
pub(super) struct Stage {
    pub(super) dates: Vec<Dated>,
    /// For each date those that are not on a later day.
    pub(super) before: Vec<Vec<DateId>>,
    pub(super) leaves: Vec<Leaf>,
    /// Days at which an event comes to be in doubt: the day after it was last told of.
    pub(super) doubts: Vec<Day>,
    /// For each record of a group of alike events the whole group.
    pub(super) alike: BTreeMap<u64, BTreeSet<u64>>,
    /// Whether it was prepared with less than all constraints, for want of room.
    pub(super) approximate: bool,
}

/// A date with what is left of its window, both days included.
pub(super) struct Dated {
    pub(super) date: Date,
    pub(super) first: Day,
    pub(super) last: Day,
}

/// A measure without parts, and who reaches it.
pub(super) struct Leaf {
    pub(super) kind: Arc<Definition>,
    pub(super) words: Words,
    pub(super) initial: Initial,
    pub(super) roles: BTreeMap<usize, Role>,
    /// For each event of this measure the events that settle it, in record order.
    pub(super) settlers: BTreeMap<usize, Vec<usize>>,
}

/// The words of the measure: statuses, attribute names and values, each by its number.
#[derive(Default)]
pub(super) struct Words {
    pub(super) statuses: Vec<String>,
    pub(super) names: Vec<String>,
    pub(super) values: Vec<Value>,
    /// The deeds of acts that bring nothing of their own, made once for all events of an act.
    plain: Vec<Rc<Deed>>,
}

/// The status before the first event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Initial {
    pub(super) beneath: u16,
    pub(super) over: Option<u16>,
    /// The measure record that gives it, if one does.
    pub(super) record: Option<u64>,
}

/// What one event does to one measure.
pub(super) struct Role {
    pub(super) record: u64,
    pub(super) date: DateId,
    /// Whether it acts on the measure, or only cancels or settles.
    pub(super) acts: bool,
    pub(super) deed: Rc<Deed>,
    pub(super) instant: Option<Instant>,
    /// The events that are said to come before it, directly or by others.
    pub(super) behind: BTreeSet<usize>,
    pub(super) cancels: Vec<usize>,
    pub(super) settles: Vec<usize>,
    /// Whether it settles an event that occurred: it then stands for no other plan.
    pub(super) is_settler: bool,
    pub(super) plans: Vec<PlanRole>,
    /// Later than this day it is in doubt.
    pub(super) told: Option<Day>,
}

/// What one plan does.
pub(super) struct PlanRole {
    pub(super) deed: Rc<Deed>,
    pub(super) due: Option<DateId>,
}

/// What an act does, whoever does it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Deed {
    pub(super) act: String,
    /// The status given, where the act takes it from the event.
    pub(super) given: Option<u16>,
    /// The place of the act in the kind's order.
    pub(super) order: usize,
    pub(super) effect: Effect,
    pub(super) cancels: Vec<String>,
    pub(super) continues: bool,
    /// Attribute names with their values; none takes the attribute away.
    pub(super) set: Vec<(u16, Option<u16>)>,
}

/// What a deed does to the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Keep,
    Uncover,
    Suspend(u16),
    Become(u16),
    End(u16),
}

impl Stage {
    /// The records that can stand in the place of one: it, or all of its group.
    pub(super) fn any_of(&self, record: u64) -> BTreeSet<u64> {
        self.alike.get(&record).cloned().unwrap_or_else(|| BTreeSet::from([record]))
    }
}

impl Deed {
    /// Whether the other deed is the same act (and for free statuses gives the same).
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.act == other.act && self.given == other.given
    }

    pub(super) fn ends(&self) -> bool {
        matches!(self.effect, Effect::End(_))
    }
}

/// Prepares the evaluation of some measures without parts in the same worlds.
pub(super) fn scene(telling: Telling<'_>, measures: &[usize]) -> Scene {
    scene_with(telling, measures, &BTreeSet::new())
}

/// The same with these events in it, though they change nothing.
pub(super) fn scene_with(
    telling: Telling<'_>,
    measures: &[usize],
    idle: &BTreeSet<usize>,
) -> Scene {
    let casts: Vec<BTreeMap<usize, bool>> = measures.iter().map(|&m| cast(telling, m)).collect();
    let events: BTreeSet<usize> = casts.iter().flat_map(BTreeMap::keys).copied().collect();
    let ordered = events.iter().copied().chain(ordered_in_family(telling, measures)).collect();
    let (cases, approximate) = graph::cases(telling, &ordered);
    let inconsistent = cases.is_empty();
    let graphs = if inconsistent { vec![graph::unconstrained(telling, &events)] } else { cases };
    let stages = graphs.into_iter().map(|graph| {
        let mut stage = stage(telling, measures, &casts, idle, graph, !inconsistent);
        stage.approximate = approximate;
        stage
    });
    Scene { stages: stages.collect(), inconsistent }
}

/// The events of the same wholes of whose order something is said: their worlds are joint.
fn ordered_in_family(telling: Telling<'_>, measures: &[usize]) -> Vec<usize> {
    let history = telling.history;
    let family: BTreeSet<usize> = measures.iter().flat_map(|&m| history.family(m)).collect();
    let events = family.iter().flat_map(|&m| history.measures()[m].events.iter().copied());
    let retold = telling.retold.map(|retold| retold.event);
    let in_an_order = |&event: &usize| {
        let standing = telling.event(event);
        let named = !history.referring_to(event).is_empty();
        let named = named || !standing.after.is_empty() || !standing.cancels.is_empty();
        standing.counts() && (named || retold == Some(event))
    };
    let named: Vec<usize> = events.filter(in_an_order).collect();
    let reaching = named.iter().flat_map(|&event| history.referring_to(event).iter().copied());
    let reaching = reaching.filter(|&other| telling.event(other).counts()).collect::<Vec<_>>();
    named.into_iter().chain(reaching).collect()
}

/// The events that reach a measure: its own and those of its wholes, which act on it, and those of
/// measures outside its whole that cancel or settle one of them, which do nothing else.
pub(super) fn cast(telling: Telling<'_>, measure: usize) -> BTreeMap<usize, bool> {
    let history = telling.history;
    let tree = history.root(measure);
    let upward: Vec<usize> = history.upward(measure).collect();
    let moved = telling.retold.map(|retold| retold.event);
    let own = upward.iter().flat_map(|&m| history.measures()[m].events.iter().copied());
    let acts = |&event: &usize| {
        let standing = telling.event(event);
        standing.counts() && standing.measure.is_some_and(|m| upward.contains(&m))
    };
    let mut cast: BTreeMap<usize, bool> =
        own.chain(moved).filter(acts).map(|event| (event, true)).collect();
    let acting: Vec<usize> = cast.keys().copied().collect();
    for event in acting {
        for &other in history.referring_to(event) {
            let standing = telling.event(other);
            let reaches = standing.cancels.contains(&event) || standing.settles.contains(&event);
            let outside = standing.measure.is_some_and(|m| history.root(m) != tree);
            if reaches && outside && standing.counts() {
                cast.entry(other).or_insert(false);
            }
        }
    }
    cast
}

fn stage(
    telling: Telling<'_>,
    measures: &[usize],
    casts: &[BTreeMap<usize, bool>],
    idle: &BTreeSet<usize>,
    graph: Graph,
    constrained: bool,
) -> Stage {
    let mut needed = needed(telling, measures, casts);
    needed.extend(idle);
    let graph = graph.pruned(|date| match date {
        Date::Event(event) => needed.contains(&event),
        Date::Plan(event, _) => casts.iter().any(|cast| cast.get(&event) == Some(&true)),
    });
    let ids: HashMap<Date, DateId> =
        graph.bounds.keys().enumerate().map(|(id, &date)| (date, id)).collect();
    let mut before = vec![Vec::new(); ids.len()];
    for (earlier, later) in &graph.order {
        before[ids[later]].push(ids[earlier]);
    }
    let dates = graph.bounds.iter();
    let dates: Vec<Dated> =
        dates.map(|(&date, &(first, last))| Dated { date, first, last }).collect();
    let leaves = measures.iter().zip(casts);
    let leaves: Vec<Leaf> =
        leaves.map(|(&m, cast)| leaf(telling, m, cast, &ids, constrained)).collect();
    let told = leaves.iter().flat_map(|leaf| leaf.roles.values()).filter_map(|role| role.told);
    let doubts: BTreeSet<Day> = told.map(Day::after).collect();
    let doubts = doubts.into_iter().collect();
    let alike = BTreeMap::new();
    let mut stage = Stage { dates, before, leaves, doubts, alike, approximate: false };
    alike::join(&mut stage, telling);
    stage
}

/// The events whose day can matter: all that reach a measure but those that do nothing there and
/// that no plan waits for.
fn needed(
    telling: Telling<'_>,
    measures: &[usize],
    casts: &[BTreeMap<usize, bool>],
) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    for (&measure, cast) in measures.iter().zip(casts) {
        let kind = &telling.history.measures()[measure].kind;
        let planned: BTreeSet<&str> = cast
            .keys()
            .flat_map(|&event| telling.event(event).event.then.iter())
            .map(|plan| plan.act.as_str())
            .collect();
        needed.extend(cast.iter().filter_map(|(&event, &acts)| {
            let standing = telling.event(event);
            let named = !telling.history.referring_to(event).is_empty();
            let awaited = planned.contains(&*standing.event.act);
            let idle = acts && is_idle(standing, kind) && !named && !awaited;
            (!idle).then_some(event)
        }));
    }
    needed
}

/// Whether an event changes nothing by itself.
fn is_idle(standing: &Standing, kind: &Definition) -> bool {
    let event = &standing.event;
    let plain = event.then.is_empty() && event.set.is_empty();
    let said = [&standing.after, &standing.cancels, &standing.settles];
    let linked = said.iter().any(|list| !list.is_empty()) || event.effective.instant().is_some();
    let act = kind.act(&event.act);
    plain && !linked && act.is_none_or(|act| act.to == To::Keep && act.cancels.is_empty())
}

fn leaf(
    telling: Telling<'_>,
    measure: usize,
    cast: &BTreeMap<usize, bool>,
    ids: &HashMap<Date, DateId>,
    constrained: bool,
) -> Leaf {
    let kind = telling.history.measures()[measure].kind.clone();
    let mut words = Words::default();
    let initial = initial(telling, measure, &kind, &mut words);
    let mut roles = BTreeMap::new();
    let mut settlers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (&event, &acts) in cast {
        let Some(&date) = ids.get(&Date::Event(event)) else {
            continue;
        };
        let mut role = role(telling, event, acts, date, cast, &kind, ids, &mut words);
        if constrained {
            role.behind = graph::said_earlier(telling, event);
        }
        for &maker in &role.settles {
            settlers.entry(maker).or_default().push(event);
        }
        roles.insert(event, role);
    }
    Leaf { kind, words, initial, roles, settlers }
}

fn initial(telling: Telling<'_>, measure: usize, kind: &Definition, words: &mut Words) -> Initial {
    let history = telling.history;
    let beneath = words.status(&kind.initial);
    let given = history.upward(measure).find_map(|m| {
        let tracked = &history.measures()[m];
        tracked.measure.initial.as_ref().map(|initial| (initial.status.as_str(), tracked.record))
    });
    let Some((status, record)) = given else {
        return Initial { beneath, over: None, record: None };
    };
    let number = words.status(kind.given(Some(status)));
    let record = Some(record);
    match kind.standing_of(status) {
        Reading::Suspended => Initial { beneath, over: Some(number), record },
        Reading::None | Reading::Pending | Reading::Active | Reading::Ended => {
            Initial { beneath: number, over: None, record }
        }
    }
}

#[allow(clippy::too_many_arguments, reason = "one call; each is a different thing")]
fn role(
    telling: Telling<'_>,
    event: usize,
    acts: bool,
    date: DateId,
    cast: &BTreeMap<usize, bool>,
    kind: &Definition,
    ids: &HashMap<Date, DateId>,
    words: &mut Words,
) -> Role {
    let standing = telling.event(event);
    let said = &standing.event;
    let own = |events: &[usize]| -> Vec<usize> {
        events.iter().copied().filter(|event| cast.get(event) == Some(&true)).collect()
    };
    let plan = |(place, plan): (usize, &crate::record::Plan)| PlanRole {
        deed: deed(&plan.act, plan.status.as_ref(), &plan.set, kind, words),
        due: ids.get(&Date::Plan(event, place)).copied(),
    };
    let plans = if acts { said.then.iter().enumerate().map(plan).collect() } else { Vec::new() };
    let occurred = |&other: &usize| {
        let other = telling.event(other);
        other.counts() && other.event.modality == Modality::Occurred
    };
    Role {
        record: standing.record,
        date,
        acts,
        deed: deed(&said.act, said.status.as_ref(), &said.set, kind, words),
        instant: said.effective.instant(),
        behind: BTreeSet::new(),
        cancels: own(&standing.cancels),
        settles: own(&standing.settles),
        is_settler: standing.settles.iter().any(occurred),
        plans,
        told: standing.last_told(),
    }
}

fn deed(
    word: &str,
    status: Option<&Option<String>>,
    set: &Map<String, Value>,
    kind: &Definition,
    words: &mut Words,
) -> Rc<Deed> {
    let is_plain = status.is_none() && set.is_empty();
    if let Some(known) = words.plain.iter().find(|deed| is_plain && deed.act == word) {
        return known.clone();
    }
    let deed = Rc::new(new_deed(word, status, set, kind, words));
    words.plain.extend(is_plain.then(|| deed.clone()));
    deed
}

fn new_deed(
    word: &str,
    status: Option<&Option<String>>,
    set: &Map<String, Value>,
    kind: &Definition,
    words: &mut Words,
) -> Deed {
    let act = kind.act(word);
    let given = || kind.given(status.and_then(Option::as_deref));
    let (to, given) = match act.map_or(&To::Keep, |act| &act.to) {
        To::Keep => (None, None),
        To::Previous => (Some(Effect::Uncover), None),
        To::Status(status) => (Some(effect(status, kind, words)), None),
        To::Given => {
            let number = words.status(given());
            (Some(effect(given(), kind, words)), Some(number))
        }
    };
    Deed {
        act: word.to_owned(),
        given,
        order: kind.order_of(word).unwrap_or(usize::MAX),
        effect: to.unwrap_or(Effect::Keep),
        cancels: act.map(|act| act.cancels.clone()).unwrap_or_default(),
        continues: act.is_some_and(|act| act.continues),
        set: set.iter().map(|(name, value)| words.attribute(name, value)).collect(),
    }
}

fn effect(status: &str, kind: &Definition, words: &mut Words) -> Effect {
    let number = words.status(status);
    match kind.standing_of(status) {
        Reading::Suspended => Effect::Suspend(number),
        Reading::Ended => Effect::End(number),
        Reading::None | Reading::Pending | Reading::Active => Effect::Become(number),
    }
}

impl Words {
    fn status(&mut self, status: &str) -> u16 {
        number_of(&mut self.statuses, status, |known, status| known == status, str::to_owned)
    }

    fn attribute(&mut self, name: &str, value: &Value) -> (u16, Option<u16>) {
        let name = number_of(&mut self.names, name, |known, name| known == name, str::to_owned);
        let values = &mut self.values;
        let number = || number_of(values, value, |known, value| known == value, Clone::clone);
        (name, (!value.is_null()).then(number))
    }
}

/// The place of a thing in a list, at its end where it is new.
fn number_of<T, R: ?Sized>(
    list: &mut Vec<T>,
    thing: &R,
    same: impl Fn(&T, &R) -> bool,
    own: impl Fn(&R) -> T,
) -> u16 {
    let place = list.iter().position(|known| same(known, thing)).unwrap_or_else(|| {
        list.push(own(thing));
        list.len() - 1
    });
    u16::try_from(place).unwrap_or(u16::MAX)
}
