//! What a page says to programs is what the command line says, byte for byte.

use super::server::{DEMO, Server};
use crate::house::House;

/// Paths, and the commands that answer the same.
const TWINS: [(&str, &str); 57] = [
    ("/index.json", "state --json"),
    (
        "/index.json?at=2019-12-01&known=2019-11-01",
        "state --json --at 2019-12-01 --known 2019-11-01",
    ),
    ("/state.json", "state --json"),
    ("/state.json?at=2020-01-01", "state --json --at 2020-01-01"),
    ("/state.json?at=3+years+ago", "state --json --at 3_years_ago"),
    ("/state.json?at=2019-12-01&known=@57", "state --json --at 2019-12-01 --known @57"),
    (
        "/state.json?at=2019-12-01&public=2019-09-01",
        "state --json --at 2019-12-01 --public 2019-09-01",
    ),
    (
        "/state.json?at=2019-12-01&known=2020-06-01&public=2019-09-01",
        "state --json --at 2019-12-01 --known 2020-06-01 --public 2019-09-01",
    ),
    ("/state.json?kind=list-membership", "state --json --kind list-membership"),
    ("/state.json?party=KR&tag=semiconductors", "state --json --party KR --tag semiconductors"),
    ("/state.json?under=jp.&standing=active", "state --json --under jp. --standing active"),
    ("/state.json?item=HS2017:8486", "state --json --item HS2017:8486"),
    (
        "/state.json?measure=kr-jp.gsomia&measure=jp.white-list.kr",
        "state --json kr-jp.gsomia jp.white-list.kr",
    ),
    ("/state.csv", "state --csv"),
    ("/state.csv?at=2020-01-01&known=@57", "state --csv --at 2020-01-01 --known @57"),
    ("/state.md?at=2020-01-01", "state --format md --at 2020-01-01"),
    ("/timeline.json", "timeline --json"),
    (
        "/timeline.json?from=2019-07-01&to=2019-12-31&all=1",
        "timeline --json --from 2019-07-01 --to 2019-12-31 --all",
    ),
    (
        "/timeline.json?known=2019-12-31&public=2019-10-01",
        "timeline --json --known 2019-12-31 --public 2019-10-01",
    ),
    ("/timeline.csv?party=KR", "timeline --csv --party KR"),
    ("/timeline.md?to=2019-12-31", "timeline --format md --to 2019-12-31"),
    ("/timeline.svg", "timeline --format svg"),
    (
        "/timeline.svg?from=2019-01-01&to=2020-01-01&under=jp.",
        "timeline --format svg --from 2019-01-01 --to 2020-01-01 --under jp.",
    ),
    ("/diff/2019-06-30..2020-03-31.json", "diff --json 2019-06-30 2020-03-31"),
    ("/diff/2019-06-30...json", "diff --json 2019-06-30.."),
    (
        "/diff/2019-06-30..2020-03-31.json?kind=list-membership&known=2020-01-01",
        "diff --json 2019-06-30..2020-03-31 --kind list-membership --known 2020-01-01",
    ),
    (
        "/diff/2019-06-30..2020-03-31.json?measure=kr-jp.gsomia",
        "diff --json 2019-06-30..2020-03-31 kr-jp.gsomia",
    ),
    ("/diff/2019-06-30..2020-03-31.csv", "diff --csv 2019-06-30 2020-03-31"),
    (
        "/diff/2019-06-30..2020-03-31.md?public=2019-12-01",
        "diff --format md 2019-06-30 2020-03-31 --public 2019-12-01",
    ),
    (
        "/diff/learned/2019-08-23..2020-03-01.json?at=2019-12-01",
        "diff --json --learned 2019-08-23..2020-03-01 --at 2019-12-01",
    ),
    ("/diff/learned/@20..@90.json?at=2019-12-01", "diff --json --learned @20..@90 --at 2019-12-01"),
    (
        "/diff/learned/2019-01-01...csv?at=2020-05-01",
        "diff --csv --learned 2019-01-01.. --at 2020-05-01",
    ),
    (
        "/diff/learned/2019-01-01..2024-01-01.md?at=2020-05-01&party=KR",
        "diff --format md --learned 2019-01-01..2024-01-01 --at 2020-05-01 --party KR",
    ),
    ("/log.json", "log --json"),
    ("/log.json?limit=3", "log --json --limit 3"),
    (
        "/log.json?from=2019-12-01&to=2020-02-01&measure=kr-jp.gsomia",
        "log --json --from 2019-12-01 --to 2020-02-01 kr-jp.gsomia",
    ),
    ("/log.json?known=2020-01-31", "log --json --known 2020-01-31"),
    ("/log.csv?limit=20", "log --csv --limit 20"),
    ("/log.md?limit=20", "log --format md --limit 20"),
    ("/feed.atom", "log --format atom"),
    ("/feed.atom?limit=5&measure=kr-jp.gsomia", "log --format atom --limit 5 kr-jp.gsomia"),
    ("/agenda.json", "agenda --json"),
    ("/agenda.json?on=2023-05-01&all=1", "agenda --json --on 2023-05-01 --all"),
    ("/agenda.json?at=2023-05-04&overdue=1", "agenda --json --on 2023-05-04 --overdue"),
    (
        "/agenda.json?on=2020-07-15&within=400d&kind=trade-dispute",
        "agenda --json --on 2020-07-15 --within 400d --kind trade-dispute",
    ),
    (
        "/agenda.json?on=2020-07-15&known=2020-07-01",
        "agenda --json --on 2020-07-15 --known 2020-07-01",
    ),
    ("/agenda.csv?on=2023-05-01&all=1", "agenda --csv --on 2023-05-01 --all"),
    ("/agenda.md?on=2023-05-01", "agenda --format md --on 2023-05-01"),
    ("/agenda.ics", "agenda --format ics"),
    ("/agenda.ics?on=2023-05-01&all=1", "agenda --format ics --on 2023-05-01 --all"),
    ("/conflicts.json", "conflicts --json"),
    ("/conflicts.json?all=1", "conflicts --json --all"),
    (
        "/conflicts.json?known=2020-01-01&measure=kr-jp.gsomia",
        "conflicts --json --known 2020-01-01 kr-jp.gsomia",
    ),
    ("/conflicts.csv?all=1", "conflicts --csv --all"),
    ("/conflicts.md?public=2020-01-01", "conflicts --format md --public 2020-01-01"),
    ("/r/gsomia-signed-2016-11-23.json", "show --json gsomia-signed-2016-11-23"),
    ("/r/12.json?known=@57", "show --json @12 --known @57"),
];

/// What the command prints; an underscore between letters stands for a space in a word.
fn printed(house: &House, words: &str) -> crate::house::Answer {
    let words: Vec<String> = words.split(' ').map(|word| word.replace('_', " ")).collect();
    house.run(&words.iter().map(String::as_str).collect::<Vec<_>>(), b"")
}

#[track_caller]
fn same(house: &House, line: &mut super::wire::Line, path: &str, words: &str) {
    let said = printed(house, words).fine().out;
    let heard = line.get(path).is(200);
    assert_eq!(heard.text(), said, "{path} and `{words}` say different things");
}

#[test]
fn a_page_says_to_programs_what_the_command_line_says() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    for (path, words) in TWINS {
        same(&server.house, &mut line, path, words);
    }
}

#[test]
fn every_measure_and_record_says_what_the_command_line_says() {
    let server = Server::on(House::demo());
    let (house, mut line) = (&server.house, server.line());
    let list = house.ledger("measure list --json").fine().json();
    for row in list["results"].as_array().unwrap() {
        let id = row["measure"].as_str().unwrap();
        for (path, words) in [
            (format!("/m/{id}.json"), format!("measure show {id} --json")),
            (format!("/why/{id}.json"), format!("explain {id} --json")),
            (
                format!("/why/{id}.json?at=2019-12-01&public=2019-09-01"),
                format!("explain {id} --json --at 2019-12-01 --public 2019-09-01"),
            ),
            (
                format!("/why/{id}.json?at=2020-02-01&known=2024-01-01"),
                format!("explain {id} --json --at 2020-02-01 --known 2024-01-01"),
            ),
        ] {
            same(house, &mut line, &path, &words);
        }
    }
    for number in (1..=house.records()).step_by(7) {
        same(house, &mut line, &format!("/r/{number}.json"), &format!("show @{number} --json"));
    }
}

/// An answer without a socket is that of the server.
#[test]
fn one_answer_without_a_server_is_the_same() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    for path in ["/", "/state?at=2020-01-01", "/m/kr-jp.gsomia", "/style.css", "/feed.atom"] {
        let said = server.house.run(&["serve", "--get", path], b"").fine().out;
        assert_eq!(line.get(path).is(200).text(), said, "{path}");
    }
}

/// What is wrong, as the command line says it: the path, its status, the command.
const WRONG: [(&str, u16, &str); 12] = [
    ("/state.json?at=2020-13-01", 400, "state --json --at 2020-13-01"),
    ("/state.json?at=2020-01", 400, "state --json --at 2020-01"),
    ("/state.json?known=@9999", 404, "state --json --known @9999"),
    ("/state.json?measure=kr-jp.gsoima", 404, "state --json kr-jp.gsoima"),
    ("/state.csv?measure=kr-jp.gsoima", 404, "state --json kr-jp.gsoima"),
    ("/m/kr-jp.gsoima.json", 404, "measure show --json kr-jp.gsoima"),
    ("/why/kr-jp.gsoima.json", 404, "explain --json kr-jp.gsoima"),
    ("/r/9999.json", 404, "show --json @9999"),
    ("/r/nothing.json", 404, "show --json nothing"),
    ("/diff/2020-13-01..2021-01-01.json", 400, "diff --json 2020-13-01..2021-01-01"),
    ("/agenda.json?within=soon", 400, "agenda --json --within soon"),
    ("/log.json?from=2020-02-30", 400, "log --json --from 2020-02-30"),
];

#[test]
fn what_is_wrong_is_said_as_the_command_line_says_it() {
    let server = Server::on(House::demo());
    let mut line = server.line();
    for (path, status, words) in WRONG {
        let answer = server.house.ledger(words);
        assert_ne!(answer.code, 0, "{words}");
        let said: serde_json::Value = serde_json::from_str(&answer.err)
            .unwrap_or_else(|error| panic!("{words}: {error}: {answer:?}"));
        let heard = line.get(path).is(status).json();
        for key in ["code", "message"] {
            assert!(heard["error"][key].is_string(), "{path}: {heard}");
            assert_eq!(heard["error"][key], said["error"][key], "{path}: {key}");
        }
    }
}

/// `--get` ends as the command line would that asks the same, and says the same.
#[test]
fn one_answer_that_is_wrong_is_an_error_with_its_code() {
    for (path, code) in [("/state.json?at=2020-13-01", 2), ("/m/none.json", 4), ("/nowhere", 4)] {
        let answer = DEMO.run(&["serve", "--get", path], b"");
        assert_eq!(answer.code, code, "{path}: {answer:?}");
        assert!(answer.out.is_empty() && answer.err.starts_with("error: "), "{answer:?}");
    }
}
