//! The form in a browser: filled in by the keyboard alone, looked at, recorded.

use super::driver::{Browser, ENTER, TAB};
use super::looks::shoot;
use crate::house::House;
use crate::pages::server::Server;

/// Fills in the form and has it looked at, as with a mouse.
pub(super) fn fill(browser: &Browser, form: &str, act: &str, on: &str) {
    browser.go(form);
    browser.run(&format!(
        "document.querySelector('#act').value = '{act}';
         document.querySelector('#on').value = '{on}';
         document.querySelector('[name=\"publisher-1\"]').value = 'MOFA';
         document.querySelector('button[value=preview]').click()"
    ));
}

#[test]
fn the_printed_address_brings_the_token_and_keeps_it_to_itself() {
    let browser = Browser::on(Server::that_writes(House::demo()));
    let token = browser.server.token();
    browser.go(&format!("/append#token={token}"));
    browser.wait("location.hash === ''");
    assert!(!browser.text("document.documentElement.outerHTML").contains(&token));
    // By the keyboard: the measure, then its form.
    browser.run("document.querySelector('#measure').focus()");
    browser.press("kr-jp.gsomia".chars().chain([ENTER]));
    browser.wait("document.querySelector('#act')");
    browser.run("document.querySelector('#act').focus()");
    browser.press("terminated".chars().chain([TAB]));
    browser.press("2026-12-01".chars().chain([ENTER]));
    browser.wait("document.querySelector('.preview')");
    let said = browser.text("document.querySelector('.preview').innerText");
    assert!(
        said.contains("Nothing is recorded yet") && said.contains("1 answer would change"),
        "{said}"
    );
    assert_eq!(browser.text("document.querySelector('#token').value"), token);
    for (width, scheme) in [(1400, "light"), (1400, "dark"), (320, "light")] {
        browser.look(width, scheme);
        shoot(&browser, &format!("append-{width}-{scheme}.png"), width);
        let across = browser.run("return document.documentElement.scrollWidth").as_u64().unwrap();
        assert!(across <= u64::from(width), "{across} at {width}");
    }
    browser.run("document.querySelector('button[value=record]').focus()");
    browser.press([ENTER]);
    browser.wait("location.pathname === '/r/200'");
    assert_eq!(browser.server.house.status("kr-jp.gsomia", "2026-12-01"), "terminated");
    // Back, and sent again: it is the same record.
    browser.back();
    browser.wait("document.querySelector('button[value=record]')");
    browser.run("document.querySelector('button[value=record]').click()");
    browser.wait("location.pathname === '/r/200'");
    assert_eq!(browser.server.house.records(), 200);
}

#[test]
fn what_is_wrong_is_told_and_what_was_filled_in_stays() {
    let browser = Browser::on(Server::that_writes(House::demo()));
    fill(&browser, "/append?measure=kr-jp.gsomia", "terminated", "2026-13-01");
    browser.wait("document.querySelector('.wrong')");
    assert!(browser.text("document.querySelector('.wrong').innerText").contains("no such month"));
    assert_eq!(browser.text("document.querySelector('#act').value"), "terminated");
    assert_eq!(browser.text("document.querySelector('[name=\"publisher-1\"]').value"), "MOFA");
    assert_eq!(browser.text("document.querySelectorAll('button[value=record]').length"), "0");
    // A token that was not printed here.
    fill(&browser, "/append?measure=kr-jp.gsomia", "terminated", "2026-12-01");
    browser.wait("document.querySelector('.preview')");
    browser.run(
        "document.querySelector('#token').value = 'guessed';
         document.querySelector('button[value=record]').click()",
    );
    browser.wait("document.querySelector('.wrong')");
    assert!(browser.text("document.querySelector('.wrong').innerText").contains("token"));
    assert_eq!(browser.server.house.records(), 199);
}
