//! How the pages look: nothing is wider than the window, nothing comes from elsewhere, nothing fails,
//! and they print. The pictures are kept in `target/screenshots` (docs/screenshots.md).

use std::path::Path;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};

use super::PAGES;
use super::driver::Browser;

const SHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/screenshots");

/// The highest picture, in pixels.
const HIGHEST: u64 = 3_000;

/// The pages that are kept as pictures.
const KEPT: [&str; 9] =
    ["home", "home-past", "state", "timeline", "measure", "record", "why", "diff", "agenda"];

pub(super) fn shoot(browser: &Browser, file: &str, width: u32) {
    let height = browser.run("return document.documentElement.scrollHeight").as_u64().unwrap();
    let clip = json!({"x": 0, "y": 0, "width": width, "height": height.min(HIGHEST), "scale": 1});
    let wanted = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
    let picture = browser.chrome("Page.captureScreenshot", &wanted);
    let picture = Base64::decode_vec(picture["data"].as_str().unwrap()).unwrap();
    assert!(picture.len() > 3_000, "{file}: {} bytes", picture.len());
    std::fs::create_dir_all(SHOTS).unwrap();
    std::fs::write(Path::new(SHOTS).join(file), picture).unwrap();
}

#[test]
fn no_page_is_wider_than_the_window() {
    let browser = Browser::open();
    let mut wide = Vec::new();
    for (name, path) in PAGES {
        browser.look(320, "light");
        browser.go(path);
        for (width, scheme) in [
            (320, "light"),
            (320, "dark"),
            (800, "light"),
            (800, "dark"),
            (1400, "light"),
            (1400, "dark"),
        ] {
            browser.look(width, scheme);
            if KEPT.contains(&name) {
                shoot(&browser, &format!("{name}-{width}-{scheme}.png"), width);
            }
            let across =
                browser.run("return document.documentElement.scrollWidth").as_u64().unwrap();
            if across > u64::from(width) {
                let what = browser.run(
                    "return [...document.querySelectorAll('body *')].filter((it) =>
                        it.getBoundingClientRect().right > innerWidth + 1).slice(0, 4)
                        .map((it) => it.outerHTML.slice(0, 100))",
                );
                wide.push(format!("{name} at {width}: {across}: {what}"));
            }
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

#[test]
fn nothing_fails_and_nothing_comes_from_elsewhere() {
    let browser = Browser::open();
    for (_, path) in PAGES.iter().filter(|(name, _)| *name != "wrong") {
        browser.go(path);
        browser.wait("document.readyState === 'complete'");
    }
    browser.go("/?at=2019-08-01");
    browser.run("document.querySelector('.turnings a').click()");
    browser.wait("!location.search.includes('at=2019-08-01')");
    let complaints = browser.logged("browser");
    assert_eq!(complaints, Vec::<Value>::new());
    let own = format!("http://{}/", browser.server.address);
    let mut fetched = 0;
    for entry in browser.logged("performance") {
        let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
        if message["message"]["method"] != "Network.requestWillBeSent" {
            continue;
        }
        let url = message["message"]["params"]["request"]["url"].as_str().unwrap();
        let beside = ["data:", "about:", "chrome"].iter().any(|it| url.starts_with(it));
        assert!(beside || url.starts_with(&own), "{url} was asked for");
        fetched += 1;
    }
    assert!(fetched > PAGES.len(), "{fetched}");
    browser.run("console.error('seen')");
    assert_eq!(browser.logged("browser").len(), 1, "else nothing would be noticed above");
}

#[test]
fn a_page_prints() {
    let browser = Browser::open();
    for path in ["/", "/state?at=2020-01-01", "/why/kr-jp.gsomia?at=2019-12-01"] {
        browser.go(path);
        let printed =
            browser.chrome("Page.printToPDF", &json!({"paperWidth": 8.27, "paperHeight": 11.69}));
        let pdf = Base64::decode_vec(printed["data"].as_str().unwrap()).unwrap();
        assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 15_000, "{path}: {} bytes", pdf.len());
    }
    browser.chrome("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    let hidden = browser.run("return !document.querySelector('form.time')?.checkVisibility() && !document.querySelector('.top nav').checkVisibility()");
    assert_eq!(hidden, true, "what cannot be clicked is not printed");
}
