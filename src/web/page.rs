//! The pages. Each is a file that draws the middle; the frame around it is the same for all.

mod about;
mod agenda;
mod append;
mod band;
mod conflicts;
mod diff;
mod frame;
mod home;
mod lanes;
mod log;
mod measure;
mod piece;
mod record;
mod sources;
mod state;
mod timeline;
mod why;
mod wrong;

use std::sync::LazyLock;

use maud::Markup;

use super::address::{Address, Route};
use super::site::Site;
use crate::answer::Lane;
use crate::ask::{Asked, Complaint};
use crate::export;
use crate::time::Day;
pub(super) use about::json as about_json;
pub(super) use append::{Shown, append};
pub(super) use sources::json as sources_json;
pub(super) use wrong::wrong;

/// The style of all pages, with that of the drawings.
pub(super) static STYLE: LazyLock<String> =
    LazyLock::new(|| [include_str!("page/style.css"), export::STYLE].concat());
/// What enhances the pages.
pub(super) const MODULE: &str = include_str!("page/module.js");
/// The picture in a browser's tab.
pub(super) const ICON: &str = include_str!("page/icon.svg");

/// What a page says, before the frame is put around it.
pub(super) struct Page {
    /// What it is called, without the name of the program.
    title: String,
    /// What is said before the control of the day; none where the middle begins with it.
    lead: Option<Markup>,
    /// The middle.
    main: Markup,
    /// The same question on the command line; none where there is no such command.
    command: Option<String>,
    /// What the answer rests on.
    facts: Facts,
    /// The day in the world that it is about; none where it is about no day.
    at: Option<Day>,
    /// How many answers on it are other ones with everything recorded.
    later: usize,
    /// The days on which something on it changes, with what it is then.
    changes: Vec<Turning>,
}

/// What an answer rests on.
pub(super) struct Facts {
    /// What was known, as it was asked.
    known: Option<String>,
    public: Option<Day>,
    /// How many records were known, of all there are.
    records: usize,
    all: usize,
    /// The id of the ledger, and its head over these records.
    id: String,
    head: String,
    today: Day,
    notes: Vec<String>,
}

/// A day on which something changes.
pub(super) struct Turning {
    day: Day,
    /// What is so from then on: the measure and its status, a sentence each.
    words: Vec<String>,
}

impl Facts {
    fn of(asked: &Asked<'_>) -> Self {
        Self {
            known: asked.known.clone(),
            public: asked.public,
            records: asked.records,
            all: asked.all_records(),
            id: asked.standpoint.id.to_string(),
            head: asked.standpoint.head.clone(),
            today: asked.asker.today(),
            notes: asked.notes(),
        }
    }
}

impl Page {
    fn new(title: impl Into<String>, asked: &Asked<'_>, main: Markup) -> Self {
        let (command, at, later, changes) = (None, None, 0, Vec::new());
        let lead = None;
        Self {
            title: title.into(),
            lead,
            main,
            command,
            facts: Facts::of(asked),
            at,
            later,
            changes,
        }
    }

    /// The same with the command that gives the answer; its words after `ledger`.
    fn command(self, asked: &Asked<'_>, words: &str) -> Self {
        let public = asked.public.map(|day| format!(" --public {day}")).unwrap_or_default();
        Self { command: Some(asked.command(&format!("{words}{public}"))), ..self }
    }

    /// The same about a day, on which lanes have their turnings.
    fn on(self, at: Day, lanes: &[Lane]) -> Self {
        Self { at: Some(at), changes: turnings(lanes), ..self }
    }
}

/// The days on which lanes turn to another status. What was there at the beginning is no turning.
fn turnings(lanes: &[Lane]) -> Vec<Turning> {
    let mut days: std::collections::BTreeMap<Day, Vec<String>> = std::collections::BTreeMap::new();
    for lane in lanes {
        for band in lane.bands.iter().skip(1) {
            let label = export::safe(&band.held.label).into_owned();
            days.entry(band.from).or_default().push(format!("{}: {label}", lane.title));
        }
    }
    days.into_iter().map(|(day, words)| Turning { day, words }).collect()
}

/// The days on which lanes turn to another status.
pub(super) fn turning_days(lanes: &[Lane]) -> Vec<Day> {
    turnings(lanes).into_iter().map(|turning| turning.day).collect()
}

/// A page as HTML.
pub(super) fn draw(site: &Site, address: &Address) -> Result<String, Complaint> {
    let page = match &address.route {
        Route::Home => home::draw(site, address),
        Route::State => state::draw(site, address),
        Route::Timeline => timeline::draw(site, address),
        Route::Measure(id) => measure::draw(site, address, id),
        Route::Record(record) => record::draw(site, address, record),
        Route::Why(id) => why::draw(site, address, id),
        Route::Diff(_) | Route::Learned(_) => diff::draw(site, address),
        Route::Log => log::draw(site, address),
        Route::Agenda => agenda::draw(site, address),
        Route::Conflicts => conflicts::draw(site, address),
        Route::Sources => sources::draw(site, address),
        Route::About => about::draw(site, address),
        Route::Append => append::draw(site, address),
        Route::Records
        | Route::OpenApi
        | Route::Style
        | Route::Module
        | Route::Icon
        | Route::Robots => Err(Complaint::usage("this is no page")),
    }?;
    Ok(frame::frame(address, &page, site.writing.is_some()))
}
