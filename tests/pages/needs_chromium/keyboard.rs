//! Everything that a mouse can do a keyboard can, in the order of the page, and one sees where one is.

use super::PAGES;
use super::driver::{Browser, ENTER, SHIFT, TAB};

/// Notes each element that comes to have the focus: its place among those that should, and whether
/// that is to be seen.
const WATCH: &str = "
    const can = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex=\"0\"]';
    const all = [...document.querySelectorAll(can)].filter((it) => it.checkVisibility());
    window.walked = [];
    document.addEventListener('focusin', ({ target }) => {
        const style = getComputedStyle(target), box = target.getBoundingClientRect();
        const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
            && box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth;
        window.walked.push([all.indexOf(target), seen, target.outerHTML.slice(0, 90)]);
    });
    return all.length;";

#[test]
fn tab_reaches_everything_in_its_order_and_one_sees_where() {
    let browser = Browser::open();
    for (name, path) in PAGES {
        if name == "log" || name == "timeline" || name == "sources" {
            continue;
        }
        browser.go(path);
        let count = usize::try_from(browser.run(WATCH).as_u64().unwrap()).unwrap();
        browser.press(std::iter::repeat_n(TAB, count));
        let walked = browser.run("return window.walked");
        let walked = walked.as_array().unwrap();
        for (place, step) in walked.iter().enumerate() {
            assert_eq!(step[0], place, "{path}: {}", step[2]);
            assert_eq!(step[1], true, "{path}: the focus is not to be seen: {}", step[2]);
        }
        assert_eq!(walked.len(), count, "{path}");
        // And back again.
        browser.press_with(SHIFT, TAB);
        let last = browser.run("return window.walked.at(-1)[0]");
        assert_eq!(last, count - 2, "{path}");
    }
}

#[test]
fn the_skip_link_leads_to_the_content() {
    let browser = Browser::open();
    browser.go("/state");
    browser.press([TAB]);
    assert_eq!(browser.text("document.activeElement.textContent"), "Skip to the content");
    assert_eq!(
        browser.run("return document.activeElement.getBoundingClientRect().left >= 0"),
        true
    );
    browser.press([ENTER]);
    browser.wait("location.hash === '#main' && document.activeElement.id === 'main'");
    browser.press([TAB]);
    assert_eq!(browser.run("return document.activeElement.closest('main') !== null"), true);
}

#[test]
fn enter_follows_a_link_and_opens_what_is_folded() {
    let browser = Browser::open();
    browser.go("/");
    browser.run("document.querySelector('td a[href^=\"/why/\"]').focus()");
    browser.press([ENTER]);
    browser.wait("location.pathname.startsWith('/why/') && document.querySelector('h1')");
    assert!(browser.text("document.querySelector('h1').textContent").starts_with("Why "));
    browser.go("/state");
    browser.run("document.querySelector('form.time summary').focus()");
    browser.press([ENTER]);
    browser.wait("document.querySelector('form.time details').open");
    browser.press([TAB]);
    assert_eq!(browser.text("document.activeElement.id"), "known");
}
