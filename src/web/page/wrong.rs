//! What is wrong with a question, as a page.

use maud::html;

use super::frame::{head, shell};
use crate::ask::{Asker as _, Complaint};
use crate::web::address::{Address, Route};
use crate::web::reply::{Reply, status};
use crate::web::site::Site;

/// The page that says what is wrong, and what may have been meant.
pub(in crate::web) fn wrong(site: &Site, target: &str, complaint: &Complaint) -> Reply {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    if [".json", ".csv", ".md", ".svg", ".atom", ".ics"].iter().any(|ending| path.ends_with(ending))
    {
        return Reply::complaint(complaint);
    }
    let code = status(complaint);
    let title = match code {
        404 => "Not here",
        400 => "Not understood",
        _ => "Not possible now",
    };
    // What was not understood is not carried on.
    let address = Address::read(target).ok().filter(|_| code != 400);
    let query = address.map(|address| address.query.carried()).unwrap_or_default();
    let main = html! {
        h1 { (title) }
        @for item in &complaint.items {
            p.lead { (item.message) }
            @for guess in &item.guesses { p { "Did you mean " (meant(guess, path)) "?" } }
            @for help in &item.help { p { "On the command line: " code { (site.command(help)) } } }
        }
        p { a href=(query.to(&Route::Home)) { "To the first page" } }
    };
    // It is none of the pages that there are.
    let head = head(&Route::Robots, &query, site.writing.is_some());
    Reply::html(&shell(title, &head, &main)).with_status(code)
}

/// A guess, as a link where it is another page or another id on the same one.
fn meant(guess: &str, path: &str) -> maud::Markup {
    let folder = ["/m/", "/why/", "/r/"].into_iter().find(|folder| path.starts_with(folder));
    let to = match folder {
        _ if guess.starts_with('/') => Some(guess.to_owned()),
        Some(folder) => Some(format!("{folder}{guess}")),
        None => None,
    };
    html! {
        @match to {
            Some(to) => a href=(to) { (guess) },
            None => code { (guess) },
        }
    }
}
