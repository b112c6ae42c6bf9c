//! The tables.

use rusqlite::Connection;

use super::tip::Tip;
use super::{ViewError, cluster, ready, row};
use crate::proof::leaf;

/// The name of the row that holds the ledger's header.
pub(super) const HEADER: &str = "header";

/// `docs/format.md` explains them. `events` and `measures` are for other programs that read the
/// view; this one does not use them.
const TABLES: &str = "
CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE record(
    seq INTEGER PRIMARY KEY, recorded TEXT NOT NULL, hash BLOB NOT NULL, bytes BLOB NOT NULL,
    crc INTEGER NOT NULL);
CREATE TABLE node(
    level INTEGER, place INTEGER, hash BLOB NOT NULL, crc INTEGER NOT NULL,
    PRIMARY KEY(level, place)) WITHOUT ROWID;
CREATE TABLE name(
    space INTEGER, name BLOB, seq INTEGER NOT NULL, crc INTEGER NOT NULL,
    PRIMARY KEY(space, name)) WITHOUT ROWID;
CREATE TABLE awaited(
    space INTEGER, name BLOB, seq INTEGER, crc INTEGER NOT NULL,
    PRIMARY KEY(space, name, seq)) WITHOUT ROWID;
CREATE TABLE member(seq INTEGER PRIMARY KEY, cluster INTEGER NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE cluster(id INTEGER PRIMARY KEY, records BLOB NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE extent(id INTEGER PRIMARY KEY, records INTEGER NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE ready(
    measure INTEGER PRIMARY KEY, records INTEGER NOT NULL, kinds INTEGER NOT NULL,
    body BLOB NOT NULL, crc INTEGER NOT NULL);
CREATE VIEW records AS
    SELECT seq AS record, recorded, json ->> 'record' AS type, json ->> 'by' AS by,
           json ->> 'key' AS key, json
    FROM (SELECT seq, recorded, CAST(substr(bytes, 2) AS TEXT) AS json FROM record);
CREATE VIEW measures AS
    SELECT record, json ->> 'measure' AS measure, json ->> 'kind' AS kind,
           json ->> 'title' AS title, json ->> 'part_of' AS part_of
    FROM records WHERE type = 'measure';
CREATE VIEW events AS
    SELECT record, recorded, json ->> 'measure' AS measure, json ->> 'act' AS act,
           json ->> 'effective' AS effective, json ->> 'announced' AS announced,
           coalesce(json ->> 'modality', 'occurred') AS modality
    FROM records WHERE type = 'event';
";

/// Makes the tables of an empty view of the ledger with this header.
pub(super) fn create(connection: &Connection, header: &[u8]) -> Result<(), ViewError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    connection.execute_batch(TABLES)?;
    row::set_meta(connection, HEADER, header)?;
    cluster::begin(connection)?;
    ready::begin(connection)?;
    Tip::before_all(leaf(header)).write(connection)?;
    connection.execute_batch("COMMIT")?;
    Ok(())
}
