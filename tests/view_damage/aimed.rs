//! Rows that are taken away or changed with all the care of SQLite: nothing but the view's own
//! bookkeeping can notice.

use policy_ledger::ledger::{Ledger, LedgerError, Writer};
use policy_ledger::time::SystemClock;
use policy_ledger::view::View;
use rusqlite::Connection;

use super::Files;
use super::answers::{Questions, Room};
use crate::ledgers::{draft, event};

/// What takes one row away or changes one, in all tables and columns.
fn statements(database: &Connection) -> Vec<String> {
    let mut statements = Vec::new();
    for (table, keys, columns) in [
        ("meta", "name", &["value", "crc"][..]),
        ("record", "seq", &["seq", "recorded", "hash", "bytes", "crc"]),
        ("node", "level, place", &["level", "place", "hash", "crc"]),
        ("name", "space, name", &["space", "name", "seq", "crc"]),
        ("member", "seq", &["seq", "cluster", "crc"]),
        ("cluster", "id", &["id", "records", "crc"]),
        ("extent", "id", &["id", "records", "crc"]),
    ] {
        let count = format!("SELECT count(*) FROM {table}");
        let rows: u32 = database.query_row(&count, [], |row| row.get(0)).unwrap();
        for row in (0..rows).step_by(usize::try_from(rows / 6 + 1).unwrap()).chain([rows - 1]) {
            let at = format!(
                "WHERE ({keys}) IN (SELECT {keys} FROM {table} ORDER BY {keys} LIMIT 1 OFFSET {row})"
            );
            statements.push(format!("DELETE FROM {table} {at}"));
            for column in columns {
                let other = match *column {
                    "value" | "recorded" | "hash" | "bytes" | "name" => {
                        format!("{column} || x'00'")
                    }
                    "records" => "substr(records, 1, length(records) - 8)".to_owned(),
                    _ => format!("{column} + 1000000"),
                };
                statements.push(format!("UPDATE {table} SET {column} = {other} {at}"));
            }
        }
    }
    statements
}

#[test]
fn a_row_that_is_lost_or_changed_never_gives_another_answer() {
    let room = Room::of(150);
    let questions = Questions::to(&room.place);
    let (file, whole) = (room.place.database(), Files::of(&room.place));
    let statements = statements(&Connection::open(&file).unwrap());
    whole.put_back(&room.place);
    assert!(statements.len() > 120, "{}", statements.len());
    for statement in statements {
        let database = Connection::open(&file).unwrap();
        let changed = database.execute(&statement, []).unwrap();
        database.close().unwrap();
        super::asked(&room.place, &questions, &statement);
        let found = View::to_read(&room.place.ledger(), &room.place.header());
        let sound = found.and_then(|view| view.check()).is_ok();
        // A cluster without records is shortened to itself.
        assert!(changed == 1 && !sound || statement.contains("substr"), "check: {statement}");
        whole.put_back(&room.place);
    }
}

#[test]
fn a_lost_kind_is_noticed() {
    let room = Room::of(30);
    let questions = Questions::to(&room.place);
    let database = Connection::open(room.place.database()).unwrap();
    database.execute("DELETE FROM cluster WHERE id = 0", []).unwrap();
    database.close().unwrap();
    assert!(super::asked(&room.place, &questions, "no kinds") > 0);
}

#[test]
fn a_key_that_is_lost_is_not_given_twice() {
    let room = Room::of(30);
    let database = Connection::open(room.place.database()).unwrap();
    database.execute("DELETE FROM name WHERE name = CAST('e7' AS BLOB)", []).unwrap();
    database.close().unwrap();
    let mut ledger = room.place.open();
    let before = ledger.records();
    let error = ledger.append(vec![draft(&event("m1", 7))], &Writer::of(&SystemClock)).unwrap_err();
    assert!(matches!(&error, LedgerError::View(view) if view.is_mended_by_rebuild()), "{error}");
    ledger.mend().unwrap();
    let error = ledger.append(vec![draft(&event("m1", 7))], &Writer::of(&SystemClock));
    let refused = matches!(error, Err(LedgerError::Refused(_))) || ledger.records() == before;
    assert!(refused, "e7 is there already");
}

#[test]
fn a_lost_note_of_what_is_waited_for_is_noticed() {
    // An import of more than one batch was interrupted: its first names what never came.
    let place = crate::ledgers::Place::new();
    let mut child = crate::ledgers::children::Running::start("batches 1", &place.ledger());
    assert_eq!(child.last("imported"), None);
    let ledger = place.open();
    drop(ledger);
    let database = Connection::open(place.database()).unwrap();
    let deleted = database.execute("DELETE FROM awaited WHERE name = CAST('e2101' AS BLOB)", []);
    assert_eq!(deleted.unwrap(), 1, "it is waited for");
    database.close().unwrap();
    let view = place.view_to_read();
    assert!(view.check().is_err());
    drop(view);
    let opened: Result<Ledger, _> = Ledger::open(&place.ledger(), &crate::ledgers::patient("t"));
    let mut ledger = opened.unwrap();
    let next = vec![draft(&event("m1", 900_000))];
    let error = ledger.append(next, &Writer::of(&SystemClock)).unwrap_err();
    assert!(matches!(&error, LedgerError::View(view) if view.is_mended_by_rebuild()), "{error}");
}
