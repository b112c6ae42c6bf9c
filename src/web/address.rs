//! Addresses: what is asked for, in which form, with which parameters.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::ask::{Complaint, Exit, Item, Knowing, Which};
use crate::nearest::nearest;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// The first page.
    Home,
    State,
    Timeline,
    /// One measure, by any of its ids.
    Measure(String),
    /// One record, by its number, id or key.
    Record(String),
    /// Why a measure has its status.
    Why(String),
    /// What changed in the world between two days, `A..B`.
    Diff(String),
    /// What we learned between two points of knowledge, `K1..K2`.
    Learned(String),
    Log,
    Agenda,
    Conflicts,
    Sources,
    About,
    /// Where one development is recorded.
    Append,
    /// Where programs send records.
    Records,
    /// The description of what programs can ask for.
    OpenApi,
    /// The style of all pages.
    Style,
    /// What enhances them.
    Module,
    Icon,
    /// Which pages robots may read.
    Robots,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// For people.
    Html,
    Json,
    Csv,
    Md,
    Svg,
    Atom,
    Ics,
}

/// The forms that an ending names.
const ENDINGS: [(&str, Form); 5] = [
    (".html", Form::Html),
    (".json", Form::Json),
    (".csv", Form::Csv),
    (".md", Form::Md),
    (".svg", Form::Svg),
];

/// The pages that have a plain name.
const PLAIN: [(&str, Route); 9] = [
    ("index", Route::Home),
    ("state", Route::State),
    ("timeline", Route::Timeline),
    ("log", Route::Log),
    ("agenda", Route::Agenda),
    ("conflicts", Route::Conflicts),
    ("sources", Route::Sources),
    ("about", Route::About),
    ("append", Route::Append),
];

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) route: Route,
    pub(super) form: Form,
    pub(super) query: Query,
}

impl Address {
    /// Reads a path with its query, as a browser sends them.
    pub(super) fn read(target: &str) -> Result<Self, Complaint> {
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let missing = || no_page(path);
        let (route, form) = route(path).ok_or_else(missing)?;
        if !forms(&route).contains(&form) {
            return Err(missing());
        }
        let query = Query::read(query);
        query.check(&route)?;
        Ok(Self { route, form, query })
    }

    /// The address of the same in another form.
    pub(super) fn as_form(&self, form: Form) -> String {
        let path = match (&self.route, form) {
            (Route::Log, Form::Atom) => "/feed.atom".to_owned(),
            (Route::Agenda, Form::Ics) => "/agenda.ics".to_owned(),
            (Route::Home, Form::Html) => "/".to_owned(),
            (route, form) => format!("{}{}", path(route), ending(route, form)),
        };
        self.query.after(&path)
    }
}

fn route(path: &str) -> Option<(Route, Form)> {
    match path {
        "/" => return Some((Route::Home, Form::Html)),
        "/feed.atom" => return Some((Route::Log, Form::Atom)),
        "/agenda.ics" => return Some((Route::Agenda, Form::Ics)),
        "/openapi.json" => return Some((Route::OpenApi, Form::Json)),
        "/records.json" => return Some((Route::Records, Form::Json)),
        "/style.css" => return Some((Route::Style, Form::Html)),
        "/module.js" => return Some((Route::Module, Form::Html)),
        "/icon.svg" => return Some((Route::Icon, Form::Svg)),
        "/robots.txt" => return Some((Route::Robots, Form::Html)),
        _ => {}
    }
    let path = path.strip_prefix('/')?;
    let known = ENDINGS.iter().find_map(|&(ending, form)| Some((path.strip_suffix(ending)?, form)));
    let (path, form) = known.unwrap_or((path, Form::Html));
    let decoded = |part: &str| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned());
    if let Some((_, route)) = PLAIN.iter().find(|(name, _)| *name == path) {
        return Some((route.clone(), form));
    }
    let (folder, rest) = path.split_once('/')?;
    let rest = decoded(rest).filter(|rest| !rest.is_empty())?;
    let route = match folder {
        "m" => Route::Measure(rest),
        "r" => Route::Record(rest),
        "why" => Route::Why(rest),
        "diff" => match rest.strip_prefix("learned/") {
            Some(rest) => Route::Learned(rest.to_owned()),
            None => Route::Diff(rest),
        },
        _ => return None,
    };
    Some((route, form))
}

/// The forms that there are of a page.
pub(super) fn forms(route: &Route) -> &'static [Form] {
    match route {
        Route::Home
        | Route::Measure(_)
        | Route::Record(_)
        | Route::Why(_)
        | Route::Sources
        | Route::About => &[Form::Html, Form::Json],
        Route::State | Route::Diff(_) | Route::Learned(_) | Route::Conflicts => {
            &[Form::Html, Form::Json, Form::Csv, Form::Md]
        }
        Route::Timeline => &[Form::Html, Form::Json, Form::Csv, Form::Md, Form::Svg],
        Route::Log => &[Form::Html, Form::Json, Form::Csv, Form::Md, Form::Atom],
        Route::Agenda => &[Form::Html, Form::Json, Form::Csv, Form::Md, Form::Ics],
        Route::OpenApi | Route::Records => &[Form::Json],
        Route::Style | Route::Module | Route::Robots | Route::Append => &[Form::Html],
        Route::Icon => &[Form::Svg],
    }
}

/// The path of a page, without the ending of a form.
pub(super) fn path(route: &Route) -> String {
    let named = |folder: &str, rest: &str| format!("/{folder}/{}", encoded(rest));
    match route {
        Route::Home => "/index".to_owned(),
        Route::State => "/state".to_owned(),
        Route::Timeline => "/timeline".to_owned(),
        Route::Measure(id) => named("m", id),
        Route::Record(record) => named("r", record),
        Route::Why(id) => named("why", id),
        Route::Diff(days) => named("diff", days),
        Route::Learned(points) => format!("/diff/learned/{}", encoded(points)),
        Route::Log => "/log".to_owned(),
        Route::Agenda => "/agenda".to_owned(),
        Route::Conflicts => "/conflicts".to_owned(),
        Route::Sources => "/sources".to_owned(),
        Route::About => "/about".to_owned(),
        Route::Append => "/append".to_owned(),
        Route::Records => "/records.json".to_owned(),
        Route::OpenApi => "/openapi.json".to_owned(),
        Route::Style => "/style.css".to_owned(),
        Route::Module => "/module.js".to_owned(),
        Route::Icon => "/icon.svg".to_owned(),
        Route::Robots => "/robots.txt".to_owned(),
    }
}

/// What stands after the path for a form. An id that itself ends as a form does is told from it by
/// naming the form.
fn ending(route: &Route, form: Form) -> &'static str {
    match form {
        Form::Json => ".json",
        Form::Csv => ".csv",
        Form::Md => ".md",
        Form::Svg => ".svg",
        Form::Html | Form::Atom | Form::Ics => {
            let path = path(route);
            let is_taken = |(ending, _): &(&str, Form)| path.ends_with(ending);
            let named = matches!(route, Route::Measure(_) | Route::Record(_) | Route::Why(_));
            if named && ENDINGS.iter().any(is_taken) { ".html" } else { "" }
        }
    }
}

/// The address of a page for people.
pub(super) fn page(route: &Route) -> String {
    if *route == Route::Home {
        return "/".to_owned();
    }
    format!("{}{}", path(route), ending(route, Form::Html))
}

/// What stands for itself in a part of a path or of a query.
const PLAIN_CHARS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b':');

fn encoded(text: &str) -> Cow<'_, str> {
    // A part that is only dots would be taken for a step up.
    if text.chars().all(|c| c == '.') {
        return Cow::Owned(text.replace('.', "%2E"));
    }
    utf8_percent_encode(text, PLAIN_CHARS).into()
}

/// The parameters of an address, in the order in which they stand there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query(Vec<(String, String)>);

/// What counts: the day, and what was known and public.
const WHEN: [&str; 3] = ["at", "known", "public"];
/// Which measures.
const WHICH: [&str; 6] = ["measure", "kind", "party", "item", "tag", "under"];

impl Query {
    fn read(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        let pairs = pairs.map(|(name, value)| (name.into_owned(), value.trim().to_owned()));
        // A field that was left empty says nothing.
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// A parameter that a page does not take is not passed over in silence.
    fn check(&self, route: &Route) -> Result<(), Complaint> {
        let known = parameters(route);
        let mut items = Vec::new();
        for (place, (name, _)) in self.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let guesses = nearest(name, known.iter().copied()).into_iter().map(str::to_owned);
                let message = format!(
                    "this page has no parameter `{name}`: it takes {}",
                    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
                );
                items.push(Item::new("usage", message).guesses(guesses.collect()));
            } else if name != "measure" && self.0[..place].iter().any(|(other, _)| other == name) {
                items.push(Item::new("usage", format!("the parameter `{name}` is given twice")));
            }
        }
        if items.is_empty() { Ok(()) } else { Err(Complaint { exit: Exit::Usage, items }) }
    }

    /// The value of a parameter.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The same, owned.
    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.value(name).map(str::to_owned)
    }

    /// Whether a parameter is set, as a box that is ticked.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// What was known and public.
    pub(super) fn knowing(&self) -> Knowing {
        Knowing { known: self.owned("known"), public: self.owned("public") }
    }

    /// Which measures.
    pub(super) fn which(&self) -> Which {
        Which {
            kind: self.owned("kind"),
            party: self.owned("party"),
            item: self.owned("item"),
            tag: self.owned("tag"),
            under: self.owned("under"),
        }
    }

    /// The measures named.
    pub(super) fn measures(&self) -> Vec<String> {
        let named = self.0.iter().filter(|(name, _)| name == "measure");
        named.map(|(_, id)| id.clone()).collect()
    }

    /// The same with a parameter set to a value, or without it.
    pub(super) fn with(&self, name: &str, value: Option<&str>) -> Self {
        let mut pairs: Vec<(String, String)> =
            self.0.iter().filter(|(other, _)| other != name).cloned().collect();
        pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        Self(pairs)
    }

    /// Only what a page of another sort takes over: the day, and what was known and public.
    pub(super) fn carried(&self) -> Self {
        Self(self.0.iter().filter(|(name, _)| WHEN.contains(&name.as_str())).cloned().collect())
    }

    /// The pairs.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A path with these parameters after it.
    pub(super) fn after(&self, path: &str) -> String {
        let pairs: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// The address of another page, with the parameters that it takes of these.
    pub(super) fn to(&self, route: &Route) -> String {
        self.kept_for(route).after(&page(route))
    }

    /// What another page takes over of these.
    pub(super) fn kept_for(&self, route: &Route) -> Self {
        let known = parameters(route);
        let kept = self.carried().0.into_iter().filter(|(name, _)| known.contains(&name.as_str()));
        Self(kept.collect())
    }
}

/// The parameters that a page takes.
pub(super) fn parameters(route: &Route) -> Vec<&'static str> {
    let all = |lists: &[&[&'static str]]| lists.concat();
    match route {
        Route::Home | Route::Measure(_) | Route::Record(_) | Route::Why(_) | Route::About => {
            WHEN.to_vec()
        }
        Route::State => all(&[&WHEN, &WHICH, &["standing"]]),
        Route::Timeline => all(&[&["from", "to", "all"], &WHEN, &WHICH]),
        Route::Diff(_) | Route::Learned(_) => all(&[&WHEN, &WHICH]),
        Route::Log => all(&[&["from", "to", "limit"], &WHEN, &["measure"]]),
        Route::Agenda => all(&[&["on", "within", "overdue", "all"], &WHEN, &WHICH]),
        Route::Conflicts => all(&[&["all"], &WHEN, &["measure"]]),
        Route::Sources => all(&[&WHEN, &["publisher"]]),
        Route::Append => vec!["measure", "act"],
        Route::Records
        | Route::OpenApi
        | Route::Style
        | Route::Module
        | Route::Icon
        | Route::Robots => Vec::new(),
    }
}

fn no_page(path: &str) -> Complaint {
    let names = PLAIN.iter().map(|(name, _)| *name);
    let word = path.trim_matches('/').split(['/', '.']).next().unwrap_or_default();
    let guesses = nearest(word, names).into_iter().map(|name| format!("/{name}"));
    let item = Item::new("unknown-page", format!("there is no page `{path}`"));
    let item = item.guesses(guesses.collect()).help("serve --get /about.json");
    Complaint::new(Exit::Missing, item)
}
