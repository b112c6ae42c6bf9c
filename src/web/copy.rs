//! A copy of the pages as files, for one state of knowledge: it needs no server, and opens from a
//! disk or any web space.
//!
//! It has every measure, every record and every reason, the lists, the answers for programs, and the
//! statuses on each day on which something changed. What would be other pages (another day of one
//! measure, a difference between two days) leads to the nearest page that is there, or nowhere.

use std::collections::BTreeSet;

use super::address::{Address, Form, Query, Route, forms};
use super::page;
use super::site::Site;
use crate::ask::lanes::ask;
use crate::ask::measures::declared;
use crate::ask::timeline::Question;
use crate::ask::{Asker as _, Complaint, Knowing, Which};
use crate::time::Day;

/// The most days of which the statuses are copied; the latest ones.
const MOST_DAYS: usize = 366;

/// Takes a file: its name, with `/` between folders, and what is in it.
pub(crate) type Take<'t> = dyn FnMut(&str, &[u8]) -> Result<(), Complaint> + 't;

/// What a copy is of.
struct Copy<'s> {
    site: &'s Site,
    /// The day that is shown, and what is known: the same on every page.
    context: Query,
    /// The days of which there are statuses.
    days: BTreeSet<Day>,
    at: Day,
}

impl Site {
    /// Hands over a copy of the pages, file by file, with all that is recorded now.
    pub(crate) fn copy(&self, take: &mut Take<'_>) -> Result<usize, Complaint> {
        let found = declared(self, None, &Which::default())?;
        let records = found.asked.all_records();
        let known = format!("@{records}");
        let at = self.today();
        let context = Query::default().with("known", Some(&known));
        let knowing = Knowing { known: Some(known), public: None };
        let lanes = ask(&Question { knowing, ..Question::default() }, self)?.lanes;
        let turnings = page::turning_days(&lanes);
        let days = turnings.into_iter().rev().take(MOST_DAYS).collect();
        let copy = Copy { site: self, context, days, at };
        let mut routes = vec![
            Route::Home,
            Route::State,
            Route::Timeline,
            Route::Log,
            Route::Agenda,
            Route::Conflicts,
            Route::Sources,
            Route::About,
        ];
        for tracked in found.measures() {
            let id = tracked.id().to_owned();
            routes.extend([Route::Measure(id.clone()), Route::Why(id)]);
        }
        routes.extend((1..=records).map(|record| Route::Record(record.to_string())));
        copy.write(&routes, take)
    }
}

impl Copy<'_> {
    fn write(&self, routes: &[Route], take: &mut Take<'_>) -> Result<usize, Complaint> {
        let mut written = 3;
        take("style.css", page::STYLE.as_bytes())?;
        take("icon.svg", page::ICON.as_bytes())?;
        take("robots.txt", b"User-agent: *\nAllow: /\n")?;
        for route in routes {
            for form in forms(route) {
                self.one(route, *form, self.at, take)?;
                written += 1;
            }
        }
        for day in &self.days {
            self.one(&Route::State, Form::Html, *day, take)?;
            written += 1;
        }
        Ok(written)
    }

    /// One page, in one form.
    fn one(
        &self,
        route: &Route,
        form: Form,
        at: Day,
        take: &mut Take<'_>,
    ) -> Result<(), Complaint> {
        let at_day = self.context.with("at", Some(&at.to_string()));
        // Each page takes the parameters that it has.
        let target = Address { route: route.clone(), form, query: at_day.kept_for(route) };
        let reply = self.site.try_reply(&target.as_form(form))?;
        let Some(name) = self.name(&target) else { return Ok(()) };
        if form != Form::Html {
            return take(&name, &reply.body);
        }
        let up = "../".repeat(name.matches('/').count());
        let body = String::from_utf8_lossy(&reply.body);
        take(&name, self.led(&without_forms(&body), &up).as_bytes())
    }

    /// The file of a page; none of one that is not copied.
    fn name(&self, address: &Address) -> Option<String> {
        let day = address.query.value("at").and_then(|at| at.parse::<Day>().ok());
        let plain = |name: &str| Some(format!("{name}{}", ending(address.form)));
        let named = |folder: &str, word: &str| {
            Some(format!("{folder}/{}{}", safe_name(word), ending(address.form)))
        };
        match &address.route {
            Route::State if address.form == Form::Html => {
                let other = day.filter(|day| *day != self.at && self.days.contains(day));
                other.map_or_else(|| plain("state"), |day| named("state", &format!("at-{day}")))
            }
            Route::Home => plain("index"),
            Route::State => plain("state"),
            Route::Timeline => plain("timeline"),
            Route::Log if address.form == Form::Atom => Some("feed.atom".to_owned()),
            Route::Log => plain("log"),
            Route::Agenda => plain("agenda"),
            Route::Conflicts => plain("conflicts"),
            Route::Sources => plain("sources"),
            Route::About => plain("about"),
            Route::Measure(id) => named("m", id),
            Route::Record(record) => named("r", record),
            Route::Why(id) => named("why", id),
            Route::Style => Some("style.css".to_owned()),
            Route::Icon => Some("icon.svg".to_owned()),
            Route::Diff(_)
            | Route::Learned(_)
            | Route::Append
            | Route::Records
            | Route::OpenApi
            | Route::Module
            | Route::Robots => None,
        }
    }

    /// A page whose links lead to the files of the copy; `up` leads to its first folder.
    fn led(&self, body: &str, up: &str) -> String {
        let mut out = String::with_capacity(body.len());
        let mut rest = body;
        while let Some(place) = rest.find(" href=\"/") {
            let (before, link) = rest.split_at(place);
            out.push_str(before);
            let link = &link[" href=\"".len()..];
            let (target, after) = link.split_once('"').unwrap_or((link, ""));
            let file = Address::read(&target.replace("&amp;", "&")).ok();
            if let Some(name) = file.and_then(|address| self.name(&address)) {
                out.extend([" href=\"", up, &name, "\""]);
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// A page without what needs a server: the module and the forms. Of the form of the day the links to
/// the changes before and after stay.
fn without_forms(body: &str) -> String {
    let mut out = cut(body, "<script", "</script>", |_| String::new());
    out = cut(&out, "<details class=\"filters\"", "</details>", |_| String::new());
    cut(&out, "<form", "</form>", |form| {
        let nav = form.find("<nav class=\"turnings\"").and_then(|from| {
            Some(form[from..from + form[from..].find("</nav>")? + "</nav>".len()].to_owned())
        });
        nav.unwrap_or_default()
    })
}

/// The text with every part from an opening to its closing replaced.
fn cut(text: &str, opening: &str, closing: &str, instead: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(from) = rest.find(opening) {
        let Some(length) = rest[from..].find(closing) else { break };
        let end = from + length + closing.len();
        out.push_str(&rest[..from]);
        out.push_str(&instead(&rest[from..end]));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn ending(form: Form) -> &'static str {
    match form {
        Form::Html => ".html",
        Form::Json => ".json",
        Form::Csv => ".csv",
        Form::Md => ".md",
        Form::Svg => ".svg",
        Form::Atom => ".atom",
        Form::Ics => ".ics",
    }
}

/// An id as the name of a file, the same on every system: what is not plain is written as its code.
fn safe_name(word: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let one = |(place, c): (usize, char)| {
        if plain(c) && !(place == 0 && c == '.') {
            c.to_string()
        } else {
            format!("={:x}=", u32::from(c))
        }
    };
    word.chars().enumerate().map(one).collect()
}
