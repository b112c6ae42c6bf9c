"""DuckDB as a peer: the rows of the SQLite peer, loaded; one question a process.

    duckdb_peer.py version
    duckdb_peer.py start                   what Python and the module alone take
    duckdb_peer.py load ROWS.csv DATABASE
    duckdb_peer.py ask DATABASE QUERY      the answer as JSON, on standard output
"""

import sys

import duckdb


def load(rows, database):
    connection = duckdb.connect(database)
    # In the order of its questions, which DuckDB keeps ranges of and can skip by.
    connection.execute(
        "CREATE TABLE event AS SELECT * FROM read_csv(?, header = true, quote = '\"', columns = {"
        "'event': 'BIGINT', 'measure': 'VARCHAR', 'effective': 'DATE', 'act': 'VARCHAR', "
        "'status': 'VARCHAR', 'source': 'VARCHAR', 'known_from': 'BIGINT', 'known_to': 'BIGINT'}) "
        "ORDER BY measure, effective, event",
        [rows],
    )
    connection.close()


def ask(database, query):
    connection = duckdb.connect(database, read_only=True)
    connection.execute(f"COPY ({query}) TO '/dev/stdout' (FORMAT json, ARRAY true)")


def main(words):
    if words == ["version"]:
        print(duckdb.__version__)
    elif words == ["start"]:
        pass
    elif words[0] == "load":
        load(*words[1:])
    elif words[0] == "ask":
        ask(*words[1:])
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
