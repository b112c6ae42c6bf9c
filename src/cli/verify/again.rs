//! A citation: asked again, does this ledger give the same answer?

use std::path::Path;

use clap::Parser as _;

use super::super::complaint::{Complaint, Exit, Item};
use super::super::desk::Desk;
use super::super::proofs::read_text;
use super::super::{Cli, Verb};
use super::report::Report;
use crate::ask::state::Question;
use crate::ask::{Meant, read};
use crate::ledger::{Ledger, Point};
use crate::proof::Citation;

/// Whether this ledger gives the answer that was cited.
pub(super) fn cited(desk: &Desk, words: &str) -> Result<Report, Complaint> {
    // A text has what no name of a file has.
    let text = if words.contains("sha256:") {
        words.to_owned()
    } else {
        read_text(desk, Path::new(words))?
    };
    let cited = Citation::read(&text).map_err(|why| no_citation(&why.to_string()))?;
    let question = question(&cited)?;
    let (ledger, standpoint) = read(desk, |ledger| ledger.standpoint(ledger.records()))?;
    let mut points = Vec::new();
    if same_ledger(&ledger, &cited, &mut points)? {
        points.extend(
            match question.ask(desk, Meant::ForPrograms).and_then(|it| question.cite(&it)) {
                Ok(again) => compare(&cited, &again),
                Err(complaint) if complaint.exit == Exit::Missing => {
                    let why: Vec<&str> =
                        complaint.items.iter().map(|item| item.message.as_str()).collect();
                    vec![
                        Point::bad("answer", why.join("; "))
                            .so("this ledger never gave that answer"),
                    ]
                }
                Err(complaint) => return Err(complaint),
            },
        );
    }
    Ok(Report { standpoint: Some(standpoint), points, said: None })
}

/// The question, taken from the command of a citation: only `state` can be repeated.
fn question(cited: &Citation) -> Result<Question, Complaint> {
    let parsed = Cli::try_parse_from(&cited.command);
    match parsed.map(|cli| cli.verb) {
        Ok(Verb::State(state)) if state.question().is_fixed(cited.records) => Ok(state.question()),
        Ok(_) | Err(_) => Err(no_citation(
            "its command is no `ledger state` with `--at` a day and `--known` the last of its \
             records",
        )),
    }
}

fn no_citation(why: &str) -> Complaint {
    let item = Item::new("bad-proof", format!("this is no citation: {why}"));
    Complaint::new(Exit::Usage, item.help("help proofs"))
}

/// Whether the first records of this ledger are those that were cited.
fn same_ledger(
    ledger: &Ledger,
    cited: &Citation,
    points: &mut Vec<Point>,
) -> Result<bool, Complaint> {
    let own = ledger.header().id;
    if own != cited.ledger {
        let says = format!("it cites ledger {}, this is {own}", cited.ledger);
        points
            .push(Point::bad("ledger", says).so("another ledger can neither confirm nor deny it"));
        return Ok(false);
    }
    points.push(Point::good("ledger", format!("{own}, the one that is cited")));
    let (records, all) = (cited.records, ledger.records() as u64);
    if records > all {
        let says = format!("it cites {records} records, and here are only {all}");
        let so = "this is an older copy of the ledger, or it has lost its end";
        points.push(Point::bad("head", says).so(so));
        return Ok(false);
    }
    let head = ledger.head(records)?;
    if head != cited.head {
        let says = format!("the first {records} records here have the head {head}");
        let so = "these are not the records that were cited: one of the two was altered";
        points.push(Point::bad("head", says).so(so));
        return Ok(true);
    }
    points.push(Point::good("head", format!("the first {records} records are those cited")));
    Ok(true)
}

fn compare(cited: &Citation, again: &Citation) -> Vec<Point> {
    let (then, now) = (&cited.program, &again.program);
    let mut points = Vec::new();
    if cited.answer == again.answer {
        points.push(Point::good("answer", format!("the same: {}", again.words)));
        if !cited.says(&again.words) {
            let says = format!("what it says in words is not the answer: {}", again.words);
            let so = "the words of the citation were altered; believe the answer";
            points.push(Point::bad("words", says).so(so));
        }
    } else {
        let says = format!("another one is given here: {}", again.words);
        let so = if then == now {
            "this version never gave that answer to these records: the citation was altered"
        } else {
            "the versions of the program may answer differently (CHANGELOG.md); that of the citation \
             tells whether it was altered"
        };
        points.push(Point::bad("answer", says).so(so));
    }
    if then != now {
        let says = format!("cited by version {then}, asked again by version {now}");
        points.push(Point::warning("program", says));
    }
    points
}
