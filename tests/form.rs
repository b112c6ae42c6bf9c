//! `append --edit`: the form, an editor that is a script, and a text that is never lost.

use std::fs;
use std::path::PathBuf;

use crate::house::{Answer, House};

impl House {
    /// Runs the program with an editor, nothing at a terminal.
    fn edit(&self, words: &str, editor: &str) -> Answer {
        let words: Vec<&str> = words.split_whitespace().collect();
        fs::create_dir_all(self.path("temp")).unwrap();
        let temp = self.path("temp").to_str().unwrap().to_owned();
        self.run_with(&words, b"", &[("EDITOR", editor), ("TMPDIR", &temp)])
    }

    /// The same with an editor that puts a text into the form.
    fn write(&self, words: &str, text: &str) -> Answer {
        self.file("text", text);
        self.edit(words, "cp text")
    }

    /// The forms that are left.
    fn left(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.path("temp")).unwrap();
        files.map(|file| file.unwrap().path()).collect()
    }
}

#[test]
fn several_records_are_recorded_as_one() {
    let house = House::demo();
    let text = "# remarks\nmeasure: kr-jp.gsomia\nact: termination-notified\non: 2024-05-01\n\
                then: terminated=2024-11-01\nkey: notice\nsource: Jiji\nsource-date: 2024-05-01\n\
                note: two\n| lines\n---\nmeasure: kr-jp.gsomia\nact: restored\non: 2024-06-01\n\
                cancels: notice\n\n{\"record\":\"review\",\"measure\":\"kr-jp.gsomia\",\
                \"through\":\"2024-06-02\"}\n";
    let answer = house.write("append --edit --now 2024-06-02", text).fine();
    assert!(answer.out.contains("@200 recorded: "), "{answer:?}");
    assert!(answer.out.contains("@202 recorded: "), "{answer:?}");
    assert_eq!(house.records(), 202);
    let export = house.export();
    assert!(export.lines().nth(199).unwrap().contains("\"note\":\"two\\nlines\""), "{export}");
    assert_eq!(house.left(), [] as [PathBuf; 0], "what is recorded need not be kept");
}

#[test]
fn the_form_says_what_the_flags_say() {
    let house = House::demo();
    let flags = "append kr-jp.gsomia noted --on 2024-05-01 -s https://example.org --quote q -e -n";
    let answer = house.edit(flags, "cp -t .").fine();
    assert!(answer.out.starts_with("Nothing was recorded (dry run).\n@200 would be: "));
    let form = fs::read_to_string(&house.left()[0]).unwrap();
    assert!(form.contains("\nmeasure: kr-jp.gsomia\nact: noted\non: 2024-05-01\n"), "{form}");
    assert!(form.contains("\nsource: https://example.org\nquote: q\n"), "{form}");
    assert!(form.contains("# Acts: negotiations-opened, "), "{form}");
    let again = answer.err.split("The form is kept: ledger ").nth(1).unwrap().trim();
    house.edit(again, "true").fine();
    assert_eq!(house.records(), 200);
}

#[test]
fn a_bad_text_is_kept_with_every_problem_at_its_line() {
    let house = House::demo();
    let text = "measure: kr-jp.gsoima\nact: noted\non: 01/02/2024\n---\nmesure: x\n---\n\
                measure: kr-jp.gsomia\nact: removed\non: 2024-05-01\nsource-date: 2024-05-01\n---\n\
                measure: kr-jp.gsomia\nact: removed\non: 2024-05-01\nafter: @999\n---\n\
                measure: kr-jp.gsomia\nact: restored\non: 2023-03-21\n";
    let answer = house.write("append -e", text);
    assert_eq!((answer.code, house.records()), (3, 199), "{answer:?}");
    let kept = house.left();
    assert_eq!(fs::read_to_string(&kept[0]).unwrap(), text);
    let name = kept[0].display();
    for line in [1, 3, 5, 10, 13, 15] {
        assert!(answer.err.contains(&format!("error: {name}:{line}: ")), "{line}: {}", answer.err);
    }
    assert!(answer.err.contains("did you mean `measure`?"), "{}", answer.err);
    assert!(answer.err.contains("did you mean `kr-jp.gsomia`?"), "{}", answer.err);
    // What the ledger itself refuses is said of the sound ones: the last is a duplicate.
    assert!(answer.err.contains(&format!("{name}:17: ")), "{}", answer.err);
    let help = answer.help();
    let again = help.last().unwrap();
    assert_eq!(house.edit(again, "true").code, 3);
    let mended = "measure: kr-jp.gsomia\nact: noted\non: 2024-05-01\n";
    house.write(again, mended).fine();
    assert_eq!(fs::read_to_string(&kept[0]).unwrap(), mended, "a file that was named stays");
    assert_eq!(house.records(), 200);
}

#[test]
fn an_editor_that_fails_loses_nothing() {
    let house = House::demo();
    let answer = house.edit("append kr-jp.gsomia -e", "false");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.err.contains("the editor `false` ended with"), "{answer:?}");
    assert!(answer.err.contains("the text is kept in `"), "{answer:?}");
    assert_eq!(house.left().len(), 1);
    let answer = house.run_with(&["append", "-e"], b"", &[]);
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.err.contains("set VISUAL or EDITOR"), "{answer:?}");
    let answer = house.edit("append -e=nowhere", "true");
    assert_eq!(answer.code, 5, "{answer:?}");
    assert_eq!(house.edit("append x -e=text", "true").code, 2);
    assert_eq!(house.edit("append - -e", "true").code, 2);
}

#[test]
fn an_empty_form_records_nothing_and_leaves_nothing() {
    let house = House::demo();
    let answer = house.edit("append -e", "true");
    assert_eq!((answer.code, house.records()), (2, 199), "{answer:?}");
    assert!(answer.err.contains("the form says nothing: nothing was recorded"), "{answer:?}");
    assert_eq!(house.left(), [] as [PathBuf; 0]);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_form() {
    use std::os::unix::fs::PermissionsExt as _;
    let house = House::demo();
    house.edit("append kr-jp.gsomia -e", "false");
    let mode = fs::metadata(&house.left()[0]).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
