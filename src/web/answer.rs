//! The answers for programs: the same rows, in the same forms, as the command line writes.

use serde::Serialize;
use serde_json::Value;

use super::address::{Address, Form, Query, Route};
use super::reply::Reply;
use super::site::Site;
use crate::ask::lanes::Style;
use crate::ask::{
    Complaint, Meant, Rows, agenda, conflicts, diff, explain, lanes, log, measures, show, state,
    timeline, write_json,
};
use crate::export::Table;

/// An answer in a form for programs.
pub(super) fn answer(site: &Site, address: &Address, form: Form) -> Result<Reply, Complaint> {
    let query = &address.query;
    match &address.route {
        Route::Home | Route::State => {
            let answer = state_question(query).ask(site, Meant::ForPrograms)?;
            let envelope = answer.envelope();
            Ok(formed(form, "state", &envelope, answer.rows, state::table))
        }
        Route::Timeline => timeline_answer(site, query, form),
        Route::Measure(id) => Ok(json(&measures::one(site, id, &query.knowing())?.json())),
        Route::Record(record) => {
            let answer = show_question(record, query).ask(site)?;
            Ok(json(&answer.json(&answer.shown()?)))
        }
        Route::Why(id) => Ok(json(&why_question(id, query).ask(site)?.json())),
        Route::Diff(_) | Route::Learned(_) => {
            let question = diff_question(&address.route, query);
            let (answer, changes) = question.ask(site, Meant::ForPrograms)?;
            Ok(formed(form, "diff", &answer.envelope(), changes, diff::table))
        }
        Route::Log => log_answer(site, query, form),
        Route::Agenda => agenda_answer(site, query, form),
        Route::Conflicts => {
            let answer = conflicts_question(query).ask(site, Meant::ForPrograms)?;
            Ok(formed(form, "conflicts", &answer.envelope, answer.rows, conflicts::table))
        }
        Route::Sources => super::page::sources_json(site, query).map(|value| json(&value)),
        Route::About => super::page::about_json(site, query).map(|value| json(&value)),
        Route::Append
        | Route::Records
        | Route::OpenApi
        | Route::Style
        | Route::Module
        | Route::Icon
        | Route::Robots => Err(Complaint::usage("this is no answer")),
    }
}

fn timeline_answer(site: &Site, query: &Query, form: Form) -> Result<Reply, Complaint> {
    let question = timeline_question(query);
    if form == Form::Svg {
        let style = Style {
            title: "Status by day",
            styled: true,
            mark: None,
            pins: usize::MAX,
            link: None,
        };
        let drawing = lanes::ask(&question, site)?.draw(&style);
        return Ok(Reply::of("image/svg+xml", drawing.svg));
    }
    let answer = question.ask(site, Meant::ForPrograms)?;
    Ok(formed(form, "timeline", &answer.envelope, answer.rows, timeline::table))
}

fn log_answer(site: &Site, query: &Query, form: Form) -> Result<Reply, Complaint> {
    let answer = log_question(query)?.ask(site)?;
    let found = answer.find();
    Ok(match form {
        Form::Atom => Reply::of("application/atom+xml; charset=utf-8", answer.feed(&found)),
        Form::Csv | Form::Md => tabled(form, "log", &log::table(&found.rows)),
        Form::Html | Form::Json | Form::Svg | Form::Ics => json(&answer.json(&found)),
    })
}

fn agenda_answer(site: &Site, query: &Query, form: Form) -> Result<Reply, Complaint> {
    let question = agenda_question(query);
    if form == Form::Ics {
        let document = question.calendar(site)?.document();
        let reply = Reply::of("text/calendar; charset=utf-8", document);
        return Ok(reply.saved_as("agenda.ics"));
    }
    let answer = question.ask(site)?;
    Ok(formed(form, "agenda", &answer.envelope(), answer.rows, agenda::table))
}

// The questions

/// The status of measures on a day.
pub(super) fn state_question(query: &Query) -> state::Question {
    state::Question {
        measures: query.measures(),
        at: query.owned("at"),
        knowing: query.knowing(),
        standing: query.owned("standing"),
        which: query.which(),
    }
}

/// What happened.
pub(super) fn timeline_question(query: &Query) -> timeline::Question {
    timeline::Question {
        measures: query.measures(),
        from: query.owned("from"),
        to: query.owned("to"),
        all: query.is_set("all"),
        knowing: query.knowing(),
        which: query.which(),
    }
}

/// One record.
pub(super) fn show_question(record: &str, query: &Query) -> show::Question {
    let is_number = record.bytes().all(|byte| byte.is_ascii_digit());
    let record = if is_number { format!("@{record}") } else { record.to_owned() };
    show::Question { record, known: query.owned("known") }
}

/// Why a measure has its status.
pub(super) fn why_question(id: &str, query: &Query) -> explain::Question {
    explain::Question { measure: id.to_owned(), at: query.owned("at"), knowing: query.knowing() }
}

/// What changed.
pub(super) fn diff_question(route: &Route, query: &Query) -> diff::Question {
    let (mut words, mut learned) = (Vec::new(), None);
    if let Route::Learned(points) = route {
        learned = Some(points.clone());
    } else if let Route::Diff(days) = route {
        words.push(days.clone());
    }
    words.extend(query.measures());
    let at = query.owned("at").filter(|_| learned.is_some());
    let mut knowing = query.knowing();
    if learned.is_some() {
        knowing.known = None;
    }
    diff::Question { words, learned, at, knowing, which: query.which() }
}

/// The records as they were made.
pub(super) fn log_question(query: &Query) -> Result<log::Question, Complaint> {
    let limit = query.value("limit").map(|words| {
        let limit = words.parse().ok().filter(|limit| *limit > 0);
        limit.ok_or_else(|| Complaint::usage(format!("`limit={words}` is no number from 1 on")))
    });
    Ok(log::Question {
        measures: query.measures(),
        from: query.owned("from"),
        to: query.owned("to"),
        limit: limit.transpose()?,
        known: query.owned("known"),
    })
}

/// What is due. A page on a day asks about that day.
pub(super) fn agenda_question(query: &Query) -> agenda::Question {
    agenda::Question {
        measures: query.measures(),
        on: query.owned("on").or(query.owned("at")),
        within: query.value("within").unwrap_or(agenda::WITHIN).to_owned(),
        overdue: query.is_set("overdue"),
        all: query.is_set("all"),
        knowing: query.knowing(),
        which: query.which(),
    }
}

/// Where sources disagree.
pub(super) fn conflicts_question(query: &Query) -> conflicts::Question {
    conflicts::Question {
        measures: query.measures(),
        all: query.is_set("all"),
        knowing: query.knowing(),
    }
}

// The forms

/// The rows of an answer in a form.
fn formed<R: Serialize + 'static>(
    form: Form,
    name: &str,
    envelope: &Value,
    rows: Vec<R>,
    table: fn(&[R]) -> Table,
) -> Reply {
    match form {
        Form::Csv | Form::Md => tabled(form, name, &table(&rows)),
        Form::Html | Form::Json | Form::Svg | Form::Atom | Form::Ics => {
            let mut body = Vec::new();
            // Writing to memory cannot fail.
            let _ = write_json(&mut body, envelope, Some(&Rows::of(rows)));
            Reply::of("application/json", body)
        }
    }
}

fn tabled(form: Form, name: &str, table: &Table) -> Reply {
    if form == Form::Md {
        return Reply::of("text/markdown; charset=utf-8", table.to_markdown());
    }
    Reply::of("text/csv; charset=utf-8", table.to_csv()).saved_as(format!("{name}.csv"))
}

fn json(value: &Value) -> Reply {
    Reply::of("application/json", format!("{value}\n"))
}
