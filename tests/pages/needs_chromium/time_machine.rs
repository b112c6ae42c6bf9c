//! The slider, the typed day, what was known: each changes the page in its place, and the address
//! stays true.

use super::driver::{Browser, ENTER, LEFT, RIGHT};

/// All that a page says.
const SAYS: &str = "document.querySelector('main').innerText";

/// The page opened anew at its own address says the same.
#[track_caller]
fn is_true(browser: &Browser) {
    let (here, said, title) =
        (browser.text("location.href"), browser.text(SAYS), browser.text("document.title"));
    browser.run("window.stays = true");
    let path = here.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
    browser.go("/about");
    browser.go(&format!("/{path}"));
    browser.wait("document.querySelector('#slide')");
    assert_eq!(browser.text(SAYS), said, "{here}");
    assert_eq!(browser.text("document.title"), title);
}

fn on(day: &str) -> String {
    format!(
        "new URLSearchParams(location.search).get('at') === '{day}' && document.querySelector('main:not([aria-busy]) #at')?.value === '{day}'"
    )
}

#[test]
fn the_slider_goes_from_change_to_change() {
    let browser = Browser::open();
    browser.go("/state?at=2019-08-01");
    browser.wait("document.querySelector('#slide')");
    browser.run("window.stays = true; document.querySelector('#slide').focus()");
    // The sentence of the change that is shown.
    let days = browser
        .run("return [...document.querySelectorAll('#turnings li')].map((it) => it.dataset.day)");
    let days: Vec<&str> =
        days.as_array().unwrap().iter().map(|day| day.as_str().unwrap()).collect();
    assert!(days.len() > 10 && days.is_sorted(), "{days:?}");
    let place = days.iter().rposition(|day| *day <= "2019-08-01").unwrap();
    assert_eq!(browser.text("document.querySelector('#slide').value"), place.to_string());
    browser.press([RIGHT]);
    let next = days[place + 1];
    browser.wait(&on(next));
    browser.wait("document.activeElement.id === 'slide'");
    let told = browser.text("document.activeElement.getAttribute('aria-valuetext')");
    let sentence =
        format!("document.querySelector('#turnings li[data-day=\"{next}\"]').textContent");
    assert_eq!(told, browser.text(&sentence));
    assert!(told.contains(" 2019: ") && told.len() > 20, "{told}");
    assert_eq!(browser.text("document.querySelector('.slide-says').textContent"), told);
    assert_eq!(browser.run("return window.stays"), true, "the page was loaded anew");
    let long = told.split(':').next().unwrap();
    assert_eq!(
        browser.text("document.querySelector('h1').textContent"),
        format!("Status on {long}")
    );
    assert!(browser.text("document.title").contains(long));
    browser.press([LEFT]);
    browser.wait(&on(days[place]));
    browser.back();
    browser.wait(&on(next));
    browser.back();
    browser.wait(&on("2019-08-01"));
    assert_eq!(browser.run("return window.stays"), true, "the page was loaded anew");
    browser.run("document.querySelector('#slide').focus()");
    browser.press([RIGHT, RIGHT, RIGHT]);
    browser.wait(&on(days[place + 3]));
    is_true(&browser);
}

#[test]
fn a_day_is_typed_in_words() {
    let browser = Browser::open();
    browser.go("/m/jp.white-list.kr");
    browser.wait("document.querySelector('#slide')");
    browser.run(
        "window.stays = true; const at = document.querySelector('#at'); at.focus(); at.select()",
    );
    browser.press("7 years ago".chars());
    browser.press([ENTER]);
    browser.wait("document.querySelector('.past')?.textContent.includes('22 November 2019')");
    assert_eq!(browser.text("document.querySelector('#at').value"), "2019-11-22");
    assert_eq!(browser.run("return window.stays"), true, "the page was loaded anew");
    assert_eq!(browser.text("document.activeElement.id"), "at");
    is_true(&browser);
    // The links before, after and back to today stay on the page, too.
    browser.run("window.stays = true; document.querySelector('.turnings a[rel=next]').click()");
    browser.wait("!document.querySelector('.past').textContent.includes('22 November 2019')");
    browser.run("document.querySelector('.past a').click()");
    browser.wait("!document.querySelector('.past') && !location.search.includes('at=')");
    assert_eq!(browser.run("return window.stays"), true, "the page was loaded anew");
}

#[test]
fn what_was_known_is_picked() {
    let browser = Browser::open();
    browser.go("/state?at=2019-12-01");
    browser.run("document.querySelector('form.time summary').click(); document.querySelector('#known').focus()");
    browser.press("@57".chars());
    browser.press([ENTER]);
    browser
        .wait("location.search.includes('known=@57') || location.search.includes('known=%4057')");
    browser.wait("document.querySelector('main').textContent.includes('Only what was recorded by record 57')");
    assert!(browser.text(SAYS).contains("different today"), "{}", browser.text(SAYS));
    assert_eq!(
        browser.text("document.querySelector('.past').textContent"),
        "Looking at 1 December 2019. Back to today"
    );
    // Both fields keep what was said, and the fold is open.
    assert_eq!(browser.text("document.querySelector('#at').value"), "2019-12-01");
    assert_eq!(browser.run("return document.querySelector('form.time details').open"), true);
    is_true(&browser);
}

#[test]
fn a_day_that_is_none_is_complained_of() {
    let browser = Browser::open();
    browser.go("/state");
    browser.wait("document.querySelector('#slide')");
    browser.run("const at = document.querySelector('#at'); at.focus(); at.select()");
    browser.press("2020-02-30".chars());
    browser.press([ENTER]);
    browser.wait("document.querySelector('h1')?.textContent === 'Not understood'");
    assert!(browser.text(SAYS).contains("2020-02-30"), "{}", browser.text(SAYS));
    assert!(browser.text("location.search").contains("at=2020-02-30"));
    browser.back();
    browser.wait("document.querySelector('h1')?.textContent.startsWith('Status on')");
}

/// Without the module the same form is sent as it is.
#[test]
fn without_scripts_the_form_does_the_same() {
    let browser = Browser::open();
    browser.chrome("Emulation.setScriptExecutionDisabled", &serde_json::json!({"value": true}));
    browser.go("/state");
    let page = browser.server.get("/state?at=3+years+ago").is(200);
    assert!(page.text().contains("Looking at"));
    browser.chrome("Emulation.setScriptExecutionDisabled", &serde_json::json!({"value": false}));
    browser.go("/state");
    browser.run("document.querySelector('#at').value = '2020-01-01'; document.querySelector('form.time').submit()");
    browser.wait("location.search.includes('at=2020-01-01')");
    assert_eq!(
        browser.text("document.querySelector('h1').textContent"),
        "Status on 1 January 2020"
    );
}
