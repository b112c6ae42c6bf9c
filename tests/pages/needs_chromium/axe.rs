//! What axe-core finds that keeps people out: nothing, on any page, at any size, in light and dark.

use serde_json::json;

use super::driver::Browser;
use super::{PAGES, writing};
use crate::house::House;
use crate::pages::server::Server;

/// Fetched by `scripts/install-test-tools`.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-tools/axe.min.js");

/// Runs what axe has, and hands over each violation with where it is.
const LOOK: &str = "
    const [rules, done] = arguments;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
    const only = rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags };
    axe.run(document, { runOnly: only, resultTypes: ['violations'] }).then(
        (found) => done(found.violations.flatMap((it) =>
            it.nodes.slice(0, 2).map((node) => `${it.id}: ${node.target}: ${node.failureSummary}`))),
        (error) => done([`axe: ${error}`]));";

fn load(browser: &Browser) {
    let axe = std::fs::read_to_string(AXE).unwrap();
    browser.run(&format!("{axe}; window.axe = axe; return typeof axe.run"));
}

#[test]
fn needs_axe_nothing_keeps_anybody_out() {
    let browser = Browser::open();
    let mut faults = Vec::new();
    for (name, path) in PAGES {
        browser.look(1400, "light");
        browser.go(path);
        load(&browser);
        // Dark differs in its colours alone.
        let colours = json!(["color-contrast", "link-in-text-block"]);
        for (width, scheme, rules) in [
            (1400, "light", json!(null)),
            (800, "light", json!(null)),
            (320, "light", json!(null)),
            (1400, "dark", colours.clone()),
            (320, "dark", colours),
        ] {
            browser.look(width, scheme);
            for fault in browser.run_later(LOOK, &rules).as_array().unwrap() {
                faults.push(format!("{name}, {width}, {scheme}: {}", fault.as_str().unwrap()));
            }
        }
    }
    let count = faults.len();
    faults.truncate(40);
    assert_eq!(count, 0, "{count}:\n{}", faults.join("\n"));
}

/// The form, empty and looked at.
#[test]
fn needs_axe_the_form_keeps_nobody_out() {
    let browser = Browser::on(Server::that_writes(House::demo()));
    let mut faults = Vec::new();
    let mut look = |name: &str| {
        load(&browser);
        for (width, scheme) in [(1400, "light"), (320, "light"), (1400, "dark")] {
            browser.look(width, scheme);
            for fault in browser.run_later(LOOK, &json!(null)).as_array().unwrap() {
                faults.push(format!("{name}, {width}, {scheme}: {}", fault.as_str().unwrap()));
            }
        }
    };
    browser.go("/append");
    look("which measure");
    browser.go("/append?measure=kr-jp.gsomia");
    browser.run("document.querySelectorAll('details').forEach((it) => { it.open = true; })");
    look("the form");
    browser.go("/append?measure=nothing.here");
    look("no such measure");
    writing::fill(&browser, "/append?measure=kr-jp.gsomia", "terminated", "2026-12-01");
    browser.wait("document.querySelector('.preview')");
    look("looked at");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Else a page without faults would show little.
#[test]
fn needs_axe_a_fault_is_found() {
    let browser = Browser::open();
    browser.go("/about");
    load(&browser);
    browser.run(
        "const main = document.querySelector('main');
         main.append(document.createElement('input'));
         main.append(document.createElement('img'));
         const pale = document.createElement('p');
         pale.textContent = 'pale'; pale.style.color = '#ddd'; main.append(pale);",
    );
    let found = browser.run_later(LOOK, &json!(null)).to_string();
    for rule in ["label", "image-alt", "color-contrast"] {
        assert!(found.contains(&format!("\"{rule}: ")), "{rule}: {found}");
    }
}
