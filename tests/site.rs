//! `export --format site`: the pages as files, which need no server.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::house::House;

fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        for entry in fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                waiting.push(entry);
            } else {
                found.insert(entry);
            }
        }
    }
    found
}

/// The addresses that a page leads to.
fn links(page: &str) -> Vec<&str> {
    let after = page.split(" href=\"").skip(1);
    after.map(|rest| rest.split('"').next().unwrap()).collect()
}

/// A path without `..` in it.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == std::path::Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

fn demo_site() -> (House, PathBuf) {
    let house = House::demo();
    let said = house.ledger("export --format site -o pages --now 2026-11-22").fine();
    assert!(said.out.contains("files: open pages/index.html"), "{}", said.out);
    let folder = house.path("pages");
    (house, folder)
}

#[test]
fn every_link_of_every_page_leads_to_a_file_or_to_a_source() {
    let (_house, folder) = demo_site();
    let files = files(&folder);
    let mut led = BTreeSet::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|it| it == "html")) {
        let page = fs::read_to_string(file).unwrap();
        for needs_a_server in ["<form", "<script", " action=", " href=\"/", " src=\""] {
            assert!(!page.contains(needs_a_server), "{}: {needs_a_server}", file.display());
        }
        for link in links(&page) {
            if link.starts_with("http://") || link.starts_with("https://") || link.starts_with('#')
            {
                continue;
            }
            let target = plain(&file.parent().unwrap().join(link));
            assert!(files.contains(&target), "{}: {link}", file.display());
            led.insert(target);
        }
    }
    for page in
        ["index.html", "style.css", "m/kr-jp.gsomia.html", "r/57.html", "why/wto.ds590.html"]
    {
        assert!(led.contains(&folder.join(page)), "nothing leads to {page}");
    }
    assert!(led.contains(&folder.join("state/at-2019-08-28.html")), "no days: {led:?}");
}

#[test]
fn its_answers_are_those_of_the_command_line_with_so_much_known() {
    let (house, folder) = demo_site();
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    for (name, words) in [
        ("state.json", "state --at 2026-11-22 --known @199 --json"),
        ("state.csv", "state --at 2026-11-22 --known @199 --csv"),
        ("r/57.json", "show @57 --known @199 --json --now 2026-11-22"),
        ("why/kr-jp.gsomia.json", "explain kr-jp.gsomia --at 2026-11-22 --known @199 --json"),
        ("feed.atom", "log --known @199 --format atom"),
        ("agenda.ics", "agenda --on 2026-11-22 --known @199 --format ics"),
    ] {
        assert_eq!(read(name), house.ledger(words).fine().out, "{name}");
    }
    let index = read("index.html");
    assert!(index.contains("11 of 26 measures are active"), "{index}");
}

#[test]
fn a_place_that_is_taken_is_left_as_it_is() {
    let house = House::demo();
    house.file("pages", "mine");
    let refused = house.ledger("export --format site -o pages");
    assert_eq!(refused.code, 2, "{refused:?}");
    assert_eq!(fs::read_to_string(house.path("pages")).unwrap(), "mine");
    let nowhere = house.ledger("export --format site");
    assert!(nowhere.code == 2 && nowhere.err.contains("`-o DIR`"), "{nowhere:?}");
    let other = house.ledger("state --format site -o pages2");
    assert!(other.code == 2 && other.err.contains("export --format site"), "{other:?}");
    let left = fs::read_dir(house.path("")).unwrap();
    let left = left.map(|it| it.unwrap().file_name().into_string().unwrap());
    assert!(left.into_iter().all(|name| !name.contains(".part")), "something was left behind");
}

#[test]
fn ids_and_texts_of_any_kind_become_names_of_files_and_no_markup() {
    let house = House::empty();
    let lines = [
        r#"{"record":"measure","measure":"a.b","kind":"plain","title":"<script>alert(1)</script>"}"#,
        r#"{"record":"event","measure":"a.b","act":"set","status":"on","effective":"2020-01-01","sources":[{"publisher":"<img src=x>","url":"javascript:alert(1)"}]}"#,
    ];
    house.run(&["append", "-"], lines.join("\n").as_bytes()).fine();
    house.ledger("export --format site -o pages").fine();
    let folder = house.path("pages");
    for file in files(&folder).iter().filter(|file| file.extension().is_some_and(|it| it == "html"))
    {
        let page = fs::read_to_string(file).unwrap();
        for markup in ["<script", "<img", "href=\"javascript:"] {
            assert!(!page.contains(markup), "{}: {markup}", file.display());
        }
    }
    assert!(folder.join("m/a.b.html").is_file());
}
