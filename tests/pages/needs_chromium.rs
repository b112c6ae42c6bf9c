//! The pages as a browser shows them (Chromium, led by its driver): the module, the keyboard, the
//! sizes, the colours.

mod axe;
mod driver;
mod keyboard;
mod looks;
mod time_machine;
mod writing;

/// Every page of the worked example, by a name for it.
const PAGES: [(&str, &str); 17] = [
    ("home", "/"),
    ("home-past", "/?at=2019-12-01&known=2019-11-01"),
    ("state", "/state?at=2020-01-01"),
    ("state-undetermined", "/state?at=2020-01-01&public=2019-07-03"),
    ("timeline", "/timeline?from=2019-06-01&to=2020-12-31"),
    ("measure", "/m/jp.white-list.kr?at=2020-01-01"),
    ("record", "/r/26"),
    ("why", "/why/kr-jp.gsomia?at=2019-12-01"),
    ("why-public", "/why/jp.white-list.kr?at=2019-12-01&public=2019-09-01"),
    ("diff", "/diff/2019-06-30..2020-03-31"),
    ("learned", "/diff/learned/2019-08-23..2020-03-01?at=2019-12-01"),
    ("log", "/log?limit=25"),
    ("agenda", "/agenda?at=2023-05-01"),
    ("conflicts", "/conflicts?all=1"),
    ("sources", "/sources?publisher=METI"),
    ("about", "/about"),
    ("wrong", "/state?at=2020-13-01"),
];
