//! Somebody who changes what was recorded, with all that the store's own checksums ask for.

use std::path::PathBuf;

use policy_ledger::proof::{Hash, leaf};
use rusqlite::{Connection, params};

use crate::house::House;

/// Somebody who writes into a log.
pub(crate) struct Forger {
    database: sled::Db,
}

impl Forger {
    pub(crate) fn of(house: &House) -> Self {
        Self::at(house, ".ledger")
    }

    pub(crate) fn at(house: &House, ledger: &str) -> Self {
        let path = house.path(ledger).join("log/1");
        let config = sled::Config::new().path(path).segment_size(8 * 1024 * 1024);
        Self { database: config.open().unwrap() }
    }

    fn bytes(&self, record: u64) -> Vec<u8> {
        self.database.get(record.to_be_bytes()).unwrap().unwrap().to_vec()
    }

    fn put(&self, record: u64, bytes: &[u8]) {
        self.database.insert(record.to_be_bytes(), bytes).unwrap();
    }

    pub(crate) fn text(&self, record: u64) -> String {
        String::from_utf8(self.bytes(record)).unwrap()
    }

    pub(crate) fn edit(&self, record: u64, edit: impl Fn(&str) -> String) {
        let (before, after) = (self.text(record), edit(&self.text(record)));
        assert_ne!(before, after, "@{record} stays as it was");
        self.put(record, after.as_bytes());
    }

    pub(crate) fn replace(&self, record: u64, old: &str, new: &str) {
        self.edit(record, |text| text.replacen(old, new, 1));
    }

    pub(crate) fn remove(&self, record: u64) {
        self.database.remove(record.to_be_bytes()).unwrap().unwrap();
    }

    pub(crate) fn swap(&self, one: u64, other: u64) {
        let (first, second) = (self.bytes(one), self.bytes(other));
        self.put(one, &second);
        self.put(other, &first);
    }

    /// Makes the chain whole again from a record on.
    pub(crate) fn hash_anew(&self, from: u64) {
        let last = self.database.last().unwrap().unwrap().0;
        let last = u64::from_be_bytes(last.as_ref().try_into().unwrap());
        for record in from..=last {
            let prev = leaf(&self.bytes(record - 1)).to_string();
            let text = self.text(record);
            let at = text.find("\"prev\":\"").unwrap() + 8;
            let text = format!("{}{prev}{}", &text[..at], &text[at + 64..]);
            self.put(record, text.as_bytes());
        }
    }
}

impl Drop for Forger {
    fn drop(&mut self) {
        self.database.flush().unwrap();
    }
}

/// The database of a house's view.
pub(crate) fn view(house: &House) -> Connection {
    let folder = std::fs::read_dir(house.path(".ledger/view-2")).unwrap();
    let mut paths: Vec<PathBuf> = folder.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "db"));
    Connection::open(paths.pop().unwrap()).unwrap()
}

/// A record as it lies in a view: when it was recorded, its hash, its bytes.
pub(crate) fn row(view: &Connection, record: u64) -> (String, Vec<u8>, Vec<u8>) {
    let sql = "SELECT recorded, hash, bytes FROM record WHERE seq = ?1";
    let number = i64::try_from(record).unwrap();
    view.query_row(sql, [number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap()
}

/// Puts another record into a view, with a checksum that fits.
pub(crate) fn forge(view: &Connection, record: u64, recorded: &str, hash: Hash, bytes: &[u8]) {
    let mut crc = crc32fast::Hasher::new();
    let number = record.to_be_bytes();
    let values: [&[u8]; 5] = [b"record", &number, recorded.as_bytes(), hash.as_bytes(), bytes];
    for value in values {
        crc.update(&(value.len() as u64).to_be_bytes());
        crc.update(value);
    }
    let sql = "UPDATE record SET recorded = ?2, hash = ?3, bytes = ?4, crc = ?5 WHERE seq = ?1";
    let number = i64::try_from(record).unwrap();
    let changed = view
        .execute(sql, params![number, recorded, hash.as_bytes(), bytes, crc.finalize()])
        .unwrap();
    assert_eq!(changed, 1);
}
