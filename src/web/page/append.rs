//! `/append`: where one development is recorded: the measure first, then what was done to it; then
//! which answers that would change, and only then the record.

use maud::{Markup, html};

use super::piece::{count, record, status};
use super::{Page, frame};
use crate::ask::effect::Change;
use crate::ask::measures::{One, one};
use crate::ask::told::Told;
use crate::ask::{Asked, Asker as _, Complaint, Knowing, Scope};
use crate::history::Tracked;
use crate::ledger::Recorded;
use crate::web::address::{Address, Form, Query, Route};
use crate::web::site::Site;
use crate::web::writing::{Filled, SOURCES};

/// The most measures that are offered by name.
const MOST_OFFERED: usize = 1_000;
/// The most changes that are shown.
const MOST_CHANGES: usize = 20;

/// What is shown with the form.
pub(in crate::web) enum Shown<'s> {
    /// Nothing yet.
    Blank,
    /// What is wrong with it.
    Wrong(&'s Complaint),
    /// What would become of it.
    Preview(&'s Told, &'s [Change]),
}

/// The form as its address fills it in.
pub(super) fn draw(site: &Site, address: &Address) -> Result<Page, Complaint> {
    site.writing()?;
    page(site, &Filled::of(&address.query, site.now()), &Shown::Blank)
}

/// The form with what came of it, as HTML.
pub(in crate::web) fn append(
    site: &Site,
    filled: &Filled,
    shown: &Shown<'_>,
) -> Result<String, Complaint> {
    let query = Query::default();
    let address = Address { route: Route::Append, form: Form::Html, query };
    Ok(frame::frame(&address, &page(site, filled, shown)?, true))
}

fn page(site: &Site, filled: &Filled, shown: &Shown<'_>) -> Result<Page, Complaint> {
    let found = match filled.value("measure") {
        "" => None,
        id => one(site, id, &Knowing::default()).ok(),
    };
    let Some(found) = found else { return choosing(site, filled, shown) };
    let main = html! {
        h1 { "Record what happened: " (found.tracked().title()) }
        (wrong(site, shown))
        (now(&found))
        form.record method="post" action="/append" {
            input type="hidden" name="measure" value=(found.tracked().id());
            input type="hidden" name="id" value=(filled.value("id"));
            (preview(site, filled, shown))
            (development(&found, filled))
            (sources(filled))
            (relations(filled))
            (details(filled))
            (sending(filled, shown))
        }
    };
    Ok(Page::new("Record what happened", &found.asked, main))
}

// Which measure

fn choosing(site: &Site, filled: &Filled, shown: &Shown<'_>) -> Result<Page, Complaint> {
    let asked = Asked::about(site, &Knowing::default(), &Scope::All)?;
    let measures: Vec<&Tracked> =
        asked.history.measures().iter().filter(|tracked| !tracked.retracted).collect();
    let said = filled.value("measure");
    let complaint = match shown {
        Shown::Blank if !said.is_empty() => {
            Some(Complaint::new(crate::ask::Exit::Missing, asked.no_measure(said)))
        }
        Shown::Blank | Shown::Wrong(_) | Shown::Preview(..) => None,
    };
    let main = html! {
        h1 { "Record what happened" }
        @match &complaint {
            Some(complaint) => (wrong(site, &Shown::Wrong(complaint))),
            None => (wrong(site, shown)),
        }
        form.record method="get" action="/append" {
            p.field {
                label for="measure" { "Measure" }
                input #measure name="measure" list="measures" value=(said) required
                    autocomplete="off" spellcheck="false" size="40" aria-describedby="measure-help";
                " " button { "Go on" }
                span #measure-help .small { "its id, or another id of it" }
            }
            datalist #measures {
                @for tracked in measures.iter().take(MOST_OFFERED) {
                    option value=(tracked.id()) { (tracked.title()) }
                }
            }
        }
        p.small {
            "A measure that is not there yet is declared on the command line: "
            code { (site.command("measure add ID --kind KIND --title TEXT")) }
        }
    };
    Ok(Page::new("Record what happened", &asked, main))
}

fn now(found: &One<'_>) -> Markup {
    let tracked = found.tracked();
    html! {
        p.small {
            "Kind " code { (tracked.measure.kind) } ", "
            a href=(Query::default().to(&Route::Measure(tracked.id().to_owned()))) {
                (count(tracked.events.len(), "event", "events")) " so far"
            }
            ". " a href="/append" { "Another measure" }
        }
    }
}

// What is wrong, what would become of it

fn wrong(site: &Site, shown: &Shown<'_>) -> Markup {
    let Shown::Wrong(complaint) = shown else { return html! {} };
    html! {
        section.wrong role="alert" aria-labelledby="h-wrong" {
            h2 #h-wrong { "Nothing was recorded" }
            @for item in &complaint.items {
                p { (item.message) }
                @if !item.guesses.is_empty() {
                    p { "Did you mean "
                        @for (place, guess) in item.guesses.iter().enumerate() {
                            @if place > 0 { " or " }
                            code { (guess) }
                        }
                        "?"
                    }
                }
                @for help in &item.help {
                    p.small { "On the command line: " code { (site.command(help)) } }
                }
            }
        }
    }
}

fn preview(site: &Site, filled: &Filled, shown: &Shown<'_>) -> Markup {
    let Shown::Preview(told, changes) = shown else { return html! {} };
    let words = filled.event().words();
    let words: Vec<String> = words.iter().map(|word| crate::proof::quoted(word)).collect();
    html! {
        section.preview role="status" aria-labelledby="h-preview" {
            h2 #h-preview { "Nothing is recorded yet" }
            @for (what, said) in told.sentences() {
                @match what {
                    Recorded::New(_) => p.lead { "It would be: " (said) },
                    Recorded::Already(seq) => p.lead {
                        "It is there already as " (record(seq, &Query::default())) ": " (said)
                    },
                }
            }
            (effect(changes))
            p.small { "The same on the command line: " code { (site.command(&format!("append {}", words.join(" ")))) } }
        }
    }
}

fn effect(changes: &[Change]) -> Markup {
    html! {
        @if changes.is_empty() {
            p { "No answers would change, today or on the days named." }
        } @else {
            h3 #h-effect { (count(changes.len(), "answer", "answers")) " would change" }
            div.scroll tabindex="0" role="region" aria-labelledby="h-effect" {
                table.cards {
                    thead { tr {
                        th scope="col" { "Day" } th scope="col" { "Measure" }
                        th scope="col" { "From" } th scope="col" { "To" }
                    } }
                    tbody {
                        @for change in changes.iter().take(MOST_CHANGES) {
                            tr {
                                th scope="row" { time { (change.at()) } }
                                td data-label="Measure" { (change.measure()) }
                                td data-label="From" { (status(change.standing_before(), &change.from)) }
                                td data-label="To" { (status(change.standing_after(), &change.to)) }
                            }
                        }
                    }
                }
            }
            @if changes.len() > MOST_CHANGES { p { "and " (changes.len() - MOST_CHANGES) " more" } }
        }
    }
}

// The fields

/// A line to be filled in: its name, its label, what helps.
fn field(filled: &Filled, name: &str, label: &str, help: &str, size: u8) -> Markup {
    let described = format!("{name}-help");
    html! {
        p.field {
            label for=(name) { (label) }
            input id=(name) name=(name) value=(filled.value(name)) size=(size) autocomplete="off"
                aria-describedby=[(!help.is_empty()).then_some(&described)];
            @if !help.is_empty() { span.small id=(described) { (help) } }
        }
    }
}

/// A field with a value a line.
fn lines(filled: &Filled, name: &str, label: &str, help: &str) -> Markup {
    let described = format!("{name}-help");
    html! {
        p.field {
            label for=(name) { (label) }
            textarea id=(name) name=(name) rows="2" cols="40" aria-describedby=(described) {
                (filled.value(name))
            }
            span.small id=(described) { (help) }
        }
    }
}

/// A box to be ticked.
fn tick(filled: &Filled, name: &str, label: &str) -> Markup {
    html! {
        p.field {
            label { input type="checkbox" name=(name) value="yes" checked[filled.is_set(name)]; " " (label) }
        }
    }
}

fn development(found: &One<'_>, filled: &Filled) -> Markup {
    let kind = &found.tracked().kind;
    let said = filled.value("act");
    let free = kind.acts.values().any(|act| act.to == crate::kind::To::Given);
    html! {
        fieldset {
            legend { "What happened" }
            p.field {
                label for="act" { "Act" }
                select #act name="act" required {
                    option value="" { "choose" }
                    @for act in kind.acts.keys() {
                        option value=(act) selected[act == said] { (act) }
                    }
                    @if !said.is_empty() && kind.act(said).is_none() {
                        option value=(said) selected { (said) }
                    }
                }
            }
            (field(filled, "on", "In effect from",
                "a day, as 2020-01-01 or yesterday; a month, a year or A..B where no day is known", 16))
            (field(filled, "announced", "Announced", "", 16))
            @if kind.last_day.is_some() {
                (field(filled, "last-day", "Last day it holds", "it ends on the day after", 16))
            }
            @if free {
                (field(filled, "status", "Status it gives", "in your own words", 30))
            }
            (lines(filled, "then", "What follows without a further act",
                "one a line: ACT=DATE, or ACT alone for some day"))
            (tick(filled, "expected", "It is expected; it has not happened"))
        }
    }
}

fn sources(filled: &Filled) -> Markup {
    html! {
        @for number in 1..=SOURCES {
            @let name = |of: &str| format!("{of}-{number}");
            @let used = ["source", "publisher", "source-title", "quote"].iter().any(|of| filled.is_set(&name(of)));
            details.source open[number == 1 || used] {
                summary { "Source " (number) }
                (field(filled, &name("source"), "Address", "https://…", 50))
                (field(filled, &name("publisher"), "Publisher", "", 30))
                (field(filled, &name("source-date"), "Published", "", 16))
                (field(filled, &name("source-title"), "Title", "", 50))
                (field(filled, &name("quote"), "A few words of it", "", 50))
                (field(filled, &name("lang"), "Language", "en, ko, ja", 6))
                (tick(filled, &name("denies"), "It says that it did not happen"))
            }
        }
    }
}

fn relations(filled: &Filled) -> Markup {
    let used = ["cancels", "settles", "after"].iter().any(|name| filled.is_set(name));
    let help = "records: @12, a key or an id; several with a space";
    html! {
        details open[used] {
            summary { "What it has to do with other records" }
            (field(filled, "cancels", "Cancels what was planned by", help, 30))
            (field(filled, "settles", "Meets what was expected by", help, 30))
            (field(filled, "after", "Not before", help, 30))
        }
    }
}

fn details(filled: &Filled) -> Markup {
    let names = ["set", "actor", "instrument", "note", "key", "by", "allow-duplicate"];
    let used = names.iter().any(|name| filled.is_set(name));
    html! {
        details open[used] {
            summary { "What else is known" }
            (lines(filled, "set", "Attributes", "one a line: NAME=VALUE, as rate=25%"))
            (lines(filled, "actor", "Who acted", "one a line"))
            (field(filled, "instrument", "Legal act", "", 40))
            (field(filled, "note", "Remark", "in your own words", 50))
            (field(filled, "key", "Key", "a stable name for the record", 30))
            (field(filled, "by", "Recorded by", "", 30))
            (tick(filled, "allow-duplicate", "Record it although the same act on the same day is there"))
        }
    }
}

fn sending(filled: &Filled, shown: &Shown<'_>) -> Markup {
    let looked_at = matches!(shown, Shown::Preview(..))
        || matches!(shown, Shown::Wrong(_)) && filled.value("do") == "record";
    html! {
        div.sending {
            @if looked_at {
                p.field {
                    label for="token" { "Token of this server" }
                    input #token type="password" name="token" size="30"
                        autocomplete="current-password" aria-describedby="token-help";
                    span #token-help .small { "printed where the server was started" }
                }
            }
            button name="do" value="preview" { (if looked_at { "Look again" } else { "Look at what it changes" }) }
            @if looked_at { " " button name="do" value="record" { "Record it" } }
        }
    }
}
