//! Appends and amendments asked of a person, driven through a real terminal.

use std::process::Command;

use rexpect::session::PtySession;
use serde_json::Value;

use crate::house::House;

const NOW: &str = "2024-05-02";

/// The program at a terminal.
struct Person {
    session: PtySession,
}

impl Person {
    fn at(house: &House, words: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger"));
        command.args(words).current_dir(house.path("")).env_clear();
        command.env("TERM", "xterm").env("POLICY_LEDGER_NOW", NOW);
        command.env("TMPDIR", house.path("")).envs(variables.iter().copied());
        let session = rexpect::session::spawn_command(command, Some(30_000)).unwrap();
        Self { session }
    }

    /// Waits until a text is on the terminal; gives what came before it.
    #[track_caller]
    fn sees(&mut self, text: &str) -> String {
        self.session.exp_string(text).unwrap_or_else(|error| panic!("no `{text}`: {error}"))
    }

    /// Waits for a question, and answers it.
    #[track_caller]
    fn answers(&mut self, question: &str, words: &str) -> String {
        let before = self.sees(question);
        self.sees(": ");
        self.session.send_line(words).unwrap();
        before
    }

    #[track_caller]
    fn presses(&mut self, question: &str, key: char) {
        self.sees(question);
        self.sees(": ");
        self.session.send_control(key).unwrap();
    }

    /// What is on the terminal until the end, and the exit code.
    #[track_caller]
    fn ends(mut self) -> (String, i32) {
        let rest = self.session.exp_eof().unwrap();
        // `Exited(Pid(123), 2)`: the status is another crate's, which is not named here.
        let status = format!("{:?}", self.session.process().wait().unwrap());
        let code = status.strip_prefix("Exited(").and_then(|rest| rest.split([' ', ')']).nth(2));
        (rest, code.unwrap_or_else(|| panic!("{status}")).parse().unwrap())
    }
}

/// The last record, without what differs between two ledgers.
fn last(house: &House) -> Value {
    let mut record: Value = serde_json::from_str(house.export().lines().last().unwrap()).unwrap();
    let object = record.as_object_mut().unwrap();
    assert!(object.remove("id").is_some());
    record
}

/// The command line that the program gave, run by a shell in another ledger.
fn run_by_shell(house: &House, command: &str) {
    let command = command.replacen("ledger", env!("CARGO_BIN_EXE_ledger"), 1);
    let done = Command::new("sh")
        .args(["-c", &command])
        .current_dir(house.path(""))
        .env_clear()
        .env("POLICY_LEDGER_NOW", NOW)
        .output()
        .unwrap();
    assert!(done.status.success(), "{command}: {done:?}");
}

fn same_as(text: &str) -> &str {
    let mut lines = text.lines().filter_map(|line| line.trim_end().strip_prefix("The same as: "));
    lines.next_back().unwrap_or_else(|| panic!("no command in {text}"))
}

#[test]
fn an_append_is_asked_for_previewed_and_recorded() {
    let house = House::demo();
    let mut person = Person::at(&house, &["append"], &[]);
    person.answers("Measure (", "gsoima");
    person.sees("did you mean `gsomia`?");
    person.answers("Measure (", "information pact");
    let now = person.answers("Act (", "notified");
    assert!(now.contains("is now: in force"), "{now}");
    let sensible = now.find("termination-notified").unwrap();
    assert!(sensible < now.find("negotiations-opened").unwrap(), "{now}");
    assert!(now.contains("leads to: in force, termination notified"), "{now}");
    person.answers("On (", "01/02/2024");
    // The line is drawn again while it is typed: what is said of it comes after.
    person.sees("could be two days");
    person.answers("On (", "yesterday");
    person.answers("Announced (", "");
    person.answers("Then, by itself", "terminated");
    person.answers("terminated on (", "2024-02-30");
    person.sees("is not a day");
    person.answers("terminated on (", "2024-11-23");
    person.answers("And then", "");
    person.answers("Source (", "https://example.org/a?b=c&d=e");
    person.answers("its publisher", "O'Neill & Co");
    person.answers("its date", "01.05.2024");
    person.answers("its date", "2024-05-01");
    person.answers("a few words", "it \"will\" end");
    person.answers("Another source", "");
    person.answers("Note", "-not a flag");
    let preview = person.answers("Record it? [y/N/e]", "y");
    assert!(preview.contains("@200 would be: kr-jp.gsomia termination-notified on 2024-05-01"));
    assert!(preview.contains("Answers that would change"), "{preview}");
    assert!(preview.contains("2024-11-23"), "{preview}");
    let (rest, code) = person.ends();
    assert_eq!(code, 0, "{rest}");
    assert!(rest.contains("@200 recorded: "), "{rest}");
    assert_eq!(house.records(), 200);
    let record = last(&house);
    assert_eq!(record["then"][0]["effective"], "2024-11-23", "{record}");
    assert_eq!(record["sources"][0]["published"], "2024-05-01");
    assert_eq!(record["note"], "-not a flag");
    let other = House::demo();
    run_by_shell(&other, same_as(&rest));
    assert_eq!(last(&other), record);
}

#[test]
fn only_what_is_missing_is_asked_for() {
    let house = House::demo();
    let words = ["append", "jp.white-list.kr", "modified", "--source", "Gazette", "--note", "n"];
    let mut person = Person::at(&house, &words, &[]);
    let before = person.answers("On (", "2024-05-01");
    assert!(!before.contains("Measure (") && !before.contains("Act ("), "{before}");
    person.answers("Announced (", "2024-04-30");
    let before = person.answers("Record it?", "y");
    assert!(!before.contains("Source") && !before.contains("Note"), "{before}");
    let (rest, code) = person.ends();
    assert_eq!((code, house.records()), (0, 200), "{rest}");
    assert_eq!(last(&house)["announced"], "2024-04-30");
}

#[test]
fn a_wrong_name_that_was_given_is_asked_for_again() {
    let house = House::demo();
    let mut person = Person::at(&house, &["append", "gsoima", "vanished"], &[]);
    person.sees("no measure `gsoima`");
    person.answers("Measure (", "kr-jp.gsomia");
    person.sees("no act `vanished` in kind `agreement`");
    person.presses("Act (", 'c');
    assert_eq!(person.ends().1, 2);
}

#[test]
fn interrupted_or_ended_nothing_is_recorded() {
    for (key, why) in [('c', "interrupted: nothing was recorded"), ('d', "the input ended: ")] {
        let house = House::demo();
        let mut person = Person::at(&house, &["append", "kr-jp.gsomia"], &[]);
        person.answers("Act (", "terminated");
        person.answers("On (", "2024-05-01");
        person.presses("Announced (", key);
        let (rest, code) = person.ends();
        assert_eq!(code, 2, "{rest}");
        assert!(rest.contains(why), "{rest}");
        let so_far = "So far: ledger append kr-jp.gsomia terminated --on 2024-05-01";
        assert!(rest.contains(so_far), "{rest}");
        assert_eq!(house.records(), 199);
    }
}

#[test]
fn without_a_yes_nothing_is_recorded() {
    let house = House::demo();
    let words =
        ["append", "kr-jp.gsomia", "noted", "--announced", "2024-05-01", "-s", "x", "--note", "n"];
    let mut person = Person::at(&house, &words, &[]);
    person.answers("On (", "2024-05-01");
    person.answers("Record it?", "what");
    person.sees("`what`: answer `n` or `y` or `e`");
    person.answers("Record it?", "");
    let (rest, code) = person.ends();
    assert_eq!((code, house.records()), (2, 199), "{rest}");
    assert!(rest.contains("not confirmed: nothing was recorded"), "{rest}");
}

#[test]
fn what_is_open_of_the_measure_is_offered() {
    let house = House::demo();
    let plan =
        "append kr-jp.gsomia termination-notified --on 2024-04-01 --then terminated=2024-07-01";
    house.ledger(&format!("{plan} --now 2024-04-01 -s x")).fine();
    let hope = "append kr-jp.gsomia restored --on 2024-06 --expected --now 2024-04-01 -s y";
    house.ledger(hope).fine();
    let words = ["append", "kr-jp.gsomia", "restored", "--note", "n", "-s", "x"];
    let mut person = Person::at(&house, &words, &[]);
    person.answers("On (", "2024-05-01");
    person.answers("Announced (", "");
    let plans = person.answers("It cancels the plans of", "@200");
    assert!(plans.contains("1 @200  planned: terminated on 2024-07-01"), "{plans}");
    let hopes = person.answers("It meets or stands for", "1");
    assert!(hopes.contains("1 @201  expected: restored on 2024-06"), "{hopes}");
    assert!(!hopes.contains("@200  planned"), "{hopes}");
    person.answers("Record it?", "y");
    let (rest, _) = person.ends();
    assert_eq!(same_as(&rest).matches("--cancels @200 --settles @201").count(), 1, "{rest}");
}

#[test]
fn a_duplicate_is_shown_and_can_be_recorded_all_the_same() {
    let house = House::demo();
    let words = ["append", "kr-jp.gsomia", "restored", "--note", "n", "-s", "x"];
    let mut person = Person::at(&house, &words, &[]);
    person.answers("On (", "2023-03-21");
    person.answers("Announced (", "");
    let refused = person.answers("Go on all the same? [y/N/e]", "y");
    assert!(refused.contains("error: "), "{refused}");
    person.answers("Record it?", "y");
    let (rest, code) = person.ends();
    assert_eq!((code, house.records()), (0, 200), "{rest}");
    assert!(same_as(&rest).contains("--allow-duplicate"), "{rest}");
}

#[test]
fn e_goes_on_in_the_editor() {
    let house = House::demo();
    let words = ["append", "kr-jp.gsomia", "noted", "--announced", "2024-05-01", "-s", "x"];
    let editor = ("VISUAL", "sed -i 's/^note:.*/note: from the editor/'");
    let mut person = Person::at(&house, &words, &[editor, ("EDITOR", "false")]);
    person.answers("On (", "2024-05-01");
    person.answers("Note", "first");
    person.answers("Record it?", "e");
    person.answers("Record it?", "y");
    let (rest, code) = person.ends();
    assert_eq!(code, 0, "{rest}");
    assert_eq!(last(&house)["note"], "from the editor");
}

#[test]
fn a_form_is_edited_again_until_it_is_right_or_kept() {
    let house = House::demo();
    let add = "printf 'measure: kr-jp.gsomia\\nact: noted\\non: 2024-13-01\\n' >";
    let mend = "grep -q on:.2024-13 $1 && test -e once && sed -i s/2024-13/2024-05/ $1; touch once";
    house.file("editor", format!("#!/bin/sh\ntest -e once || {add} $1\n{mend}\n"));
    let editor = [("EDITOR", "sh editor")];
    let mut person = Person::at(&house, &["append", "--edit"], &editor);
    let wrong = person.answers("Edit it again? [Y/n]", "");
    assert!(wrong.contains(":3: ") && wrong.contains("2024-13-01"), "{wrong}");
    person.answers("Record it?", "n");
    let (rest, code) = person.ends();
    assert_eq!((code, house.records()), (2, 199), "{rest}");
    let kept = rest.split("help:  ledger ").nth(1).unwrap().lines().next().unwrap();
    let mut person =
        Person::at(&house, &kept.split_whitespace().collect::<Vec<_>>(), &[("EDITOR", "true")]);
    person.answers("Record it?", "y");
    assert_eq!((person.ends().1, house.records()), (0, 200));
}

#[test]
fn a_terminal_that_only_shows_lines_will_do() {
    let house = House::demo();
    let mut person = Person::at(&house, &["append", "kr-jp.gsomia"], &[("TERM", "dumb")]);
    person.answers("Act (", "noted");
    person.answers("On (", "2024-05-01");
    person.answers("Announced (", "");
    person.answers("Source (", "");
    person.answers("Note", "");
    person.answers("Record it?", "y");
    let (rest, code) = person.ends();
    assert_eq!((code, house.records()), (0, 200), "{rest}");
}

#[test]
fn without_measures_there_is_nothing_to_ask() {
    let house = House::simulated();
    let (rest, code) = Person::at(&house, &["append"], &[]).ends();
    assert_eq!(code, 4, "{rest}");
    assert!(rest.contains("help:  ledger help measure add"), "{rest}");
}

#[test]
fn programs_are_not_asked() {
    let house = House::demo();
    let answer = house.ledger("append");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.err.contains("say what happened"), "{answer:?}");
    assert_eq!(house.ledger("append kr-jp.gsomia noted").code, 2);
    let answer = house.ledger("amend @57");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.err.contains("--set FIELD=VALUE --because WORD"), "{answer:?}");
    let (rest, code) = Person::at(&house, &["append", "--json"], &[]).ends();
    assert_eq!(code, 2, "{rest}");
    assert!(rest.starts_with("{\"ok\":false"), "{rest}");
}

// Amendments

#[test]
fn an_amendment_of_what_happened_asks_what_it_is() {
    let house = House::demo();
    let words = ["amend", "@57", "--set", "effective=2019-08-24"];
    let mut person = Person::at(&house, &words, &[]);
    person.answers("Was our record wrong", "changed");
    let (rest, code) = person.ends();
    assert_eq!((code, house.records()), (2, 199), "{rest}");
    assert!(rest.contains("ledger append kr-jp.gsomia --on 2019-08-24"), "{rest}");
}

#[test]
fn an_amendment_asks_for_field_value_and_reason() {
    let house = House::demo();
    let mut person = Person::at(&house, &["amend", "@57"], &[]);
    let said = person.answers("Was our record wrong", "1");
    assert!(said.contains("@57 kr-jp.gsomia termination-notified on 2019-08-23"), "{said}");
    let offered = person.answers("Which field is wrong", "effective");
    assert!(offered.contains("2019-08-23"), "{offered}");
    person.answers("effective (", "24/08/2019");
    person.answers("effective (", "2019-08-24");
    person.answers("Another field", "");
    person.answers("Why, as a word", "typo");
    person.answers("Why, as a sentence", "it's the 24th");
    let preview = person.answers("Record it? [y/N]", "y");
    assert!(preview.contains("Answers that would change"), "{preview}");
    let (rest, code) = person.ends();
    assert_eq!((code, house.records()), (0, 200), "{rest}");
    let record = last(&house);
    assert_eq!(record["set"]["effective"], "2019-08-24");
    assert_eq!(record["because"], "typo");
    let other = House::demo();
    run_by_shell(&other, same_as(&rest));
    assert_eq!(last(&other), record);
}

#[test]
fn with_its_reason_given_an_amendment_is_not_questioned() {
    let house = House::demo();
    let words = ["amend", "@57", "--set", "note=x", "--because", "typo"];
    assert_eq!(Person::at(&house, &words, &[]).ends().1, 0);
    // A note says nothing of the world: only the reason is missing.
    let mut person = Person::at(&house, &["amend", "@57", "--set", "note=y"], &[]);
    let before = person.answers("Why, as a word", "typo");
    assert!(!before.contains("did the world change"), "{before}");
    person.presses("Why, as a sentence", 'c');
    assert_eq!((person.ends().1, house.records()), (2, 200));
}

#[test]
fn what_cannot_be_amended_is_said_first() {
    let house = House::demo();
    house.ledger("review kr-jp.gsomia --through 2024-05-01").fine();
    let (rest, code) = Person::at(&house, &["amend", "@200"], &[]).ends();
    assert_eq!(code, 3, "{rest}");
    let (rest, code) = Person::at(&house, &["amend", "@999"], &[]).ends();
    assert_eq!(code, 4, "{rest}");
}
