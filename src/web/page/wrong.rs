//! What is wrong with a question, as a page.

use maud::{DOCTYPE, html};

use crate::ask::{Asker as _, Complaint};
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
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · policy ledger" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
            }
            body {
                header.top { p.brand { a href="/" { "policy ledger" } } }
                main #main tabindex="-1" {
                    h1 { (title) }
                    @for item in &complaint.items {
                        p.lead { (item.message) }
                        @for guess in &item.guesses { p { "Did you mean " (meant(guess, path)) "?" } }
                        @for help in &item.help { p { "On the command line: " code { (site.command(help)) } } }
                    }
                    p { a href="/" { "To the first page" } }
                }
            }
        }
    };
    Reply::html(&page.into_string()).with_status(code)
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
