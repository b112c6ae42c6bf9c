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
    let number = record.to_be_bytes();
    let crc = checksum(&[b"record", &number, recorded.as_bytes(), hash.as_bytes(), bytes]);
    let sql = "UPDATE record SET recorded = ?2, hash = ?3, bytes = ?4, crc = ?5 WHERE seq = ?1";
    let number = i64::try_from(record).unwrap();
    let changed =
        view.execute(sql, params![number, recorded, hash.as_bytes(), bytes, crc]).unwrap();
    assert_eq!(changed, 1);
}

/// Exchanges a word for another of the same length in what is ready of one measure, with every
/// checksum made anew.
pub(crate) fn forge_ready(view: &Connection, measure: &str, word: &str, other: &str) {
    let sql = "SELECT measure, records, kinds, body, crc FROM ready";
    let mut select = view.prepare(sql).unwrap();
    let rows = select.query_map([], |row| {
        let key: [i64; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        Ok((key, row.get::<_, Vec<u8>>(3)?, row.get::<_, u32>(4)?))
    });
    let holds = |body: &[u8], text: &str| body.windows(text.len()).any(|at| at == text.as_bytes());
    let found = rows.unwrap().map(Result::unwrap);
    let (key, mut body, before) =
        found.into_iter().find(|(_, body, _)| holds(body, measure) && holds(body, word)).unwrap();
    for place in 0..=body.len() - word.len() {
        if &body[place..place + word.len()] == word.as_bytes() {
            body[place..place + word.len()].copy_from_slice(other.as_bytes());
        }
    }
    let [a, b, c] = key.map(i64::to_be_bytes);
    let after = checksum(&[b"ready", &a, &b, &c, &body]);
    let sql = "UPDATE ready SET body = ?2, crc = ?3 WHERE measure = ?1";
    assert_eq!(view.execute(sql, params![key[0], body, after]).unwrap(), 1);
    let sql = "SELECT value FROM meta WHERE name = 'ready'";
    let said: Vec<u8> = view.query_row(sql, [], |row| row.get(0)).unwrap();
    let mut said: serde_json::Value = serde_json::from_slice(&said).unwrap();
    let digest = u32::try_from(said["rows"]["digest"].as_u64().unwrap()).unwrap();
    said["rows"]["digest"] = (digest ^ before ^ after).into();
    let said = said.to_string().into_bytes();
    let crc = checksum(&[b"meta", b"ready", &said]);
    let sql = "UPDATE meta SET value = ?1, crc = ?2 WHERE name = 'ready'";
    assert_eq!(view.execute(sql, params![said, crc]).unwrap(), 1);
}

fn checksum(values: &[&[u8]]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    for value in values {
        crc.update(&(value.len() as u64).to_be_bytes());
        crc.update(value);
    }
    crc.finalize()
}
