//! Commands that record while a server holds the ledger: they record through it, and say the same.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::house::{Answer, House};

/// A server that records, ended with the test.
struct Server(Child);

impl Server {
    fn on(house: &House) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ledger"))
            .args(["serve", "--write", "--port", "0", "--log", "none"])
            .current_dir(house.path("."))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains("http://"), "{said}");
        Self(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One command of each sort that records, with what it reads.
const COMMANDS: [(&str, &str); 14] = [
    (
        "measure add ban.a --kind licensing-requirement --title Ban-A --party JP --now 2020-01-01T00:00:00Z",
        "",
    ),
    ("measure alias ban.x ban.a", ""),
    (
        "append ban.a imposed --on 2020-01-05 -s https://example.org/1 --publisher METI --key first",
        "",
    ),
    ("append ban.a imposed --on 2020-01-05", ""),
    ("append ban.a lifted --on 2020-13-05", ""),
    ("append ban.a lifted --on 2020-03-05 --dry-run", ""),
    (
        "append -",
        "{\"record\":\"event\",\"measure\":\"ban.x\",\"act\":\"lifted\",\"effective\":\"2020-06-01\",\"key\":\"second\"}",
    ),
    ("amend second --set effective=2020-06-02 --because typo --reason checked", ""),
    ("source add first -s https://example.org/2 --publisher MOFA", ""),
    ("review ban.a --through 2020-07-01", ""),
    ("retract second --because entered-by-mistake", ""),
    ("retract second --because entered-by-mistake", ""),
    ("import more.jsonl --json", ""),
    ("append ban.zzz imposed --on 2020-01-05 --json", ""),
];

fn more() -> String {
    let line = |number: usize| {
        format!(
            "{{\"record\":\"event\",\"measure\":\"ban.a\",\"act\":\"licence-granted\",\"effective\":\"2020-02-{:02}\",\"key\":\"m{number}\"}}\n",
            number % 28 + 1
        )
    };
    (0..1_200).map(line).collect()
}

fn run(house: &House, words: &str, input: &str) -> Answer {
    house.run(&words.split_whitespace().collect::<Vec<_>>(), input.as_bytes())
}

#[test]
fn every_command_that_records_says_the_same_through_a_server() {
    let (served, alone) = (House::simulated(), House::simulated());
    for house in [&served, &alone] {
        house.file("more.jsonl", more());
    }
    let server = Server::on(&served);
    for (words, input) in COMMANDS {
        let (through, itself) = (run(&served, words, input), run(&alone, words, input));
        assert_eq!(through.code, itself.code, "{words}: {through:?}\n{itself:?}");
        let without_id = |answer: &Answer, house: &House| {
            let header = std::fs::read_to_string(house.path(".ledger/ledger.json")).unwrap();
            let header: Value = serde_json::from_str(&header).unwrap();
            let id = header["id"].as_str().unwrap().to_owned();
            let mut told = format!("{}{}", answer.out, answer.err).replace(&id, "ID");
            // Ids and hashes begin with the ledger's own.
            if let Ok(mut json) = serde_json::from_str::<Value>(&answer.out) {
                json["ledger"]["head"].take();
                json["ledger"]["id"].take();
                told = json.to_string();
            }
            told
        };
        assert_eq!(without_id(&through, &served), without_id(&itself, &alone), "{words}");
    }
    let exported = |house: &House| {
        let lines = house.export();
        let records = lines.lines().map(|line| {
            let mut record: Value = serde_json::from_str(line).unwrap();
            for name in ["id", "of"] {
                record.as_object_mut().unwrap().shift_remove(name);
            }
            record.to_string()
        });
        records.collect::<Vec<_>>()
    };
    assert_eq!(exported(&served), exported(&alone));
    assert_eq!(exported(&served).len(), 1_208);
    drop(server);
    served.ledger("verify").fine();
}

/// With the machine's clock: who records is told, and ids are those of the ledger.
#[test]
fn who_records_is_told_through_a_server() {
    let house = House::empty();
    let _server = Server::on(&house);
    house.ledger("measure add ban.a --kind licensing-requirement --by Jin").fine();
    let record = house.ledger("show @1 --json").fine().json();
    assert_eq!(record["results"][0]["by"], "Jin", "{record}");
    assert_eq!(
        record["results"][0]["id"].as_str().unwrap().as_bytes()[14],
        b'7',
        "a UUIDv7: {record}"
    );
}

#[test]
fn what_a_server_left_that_is_no_more_does_not_count() {
    let house = House::simulated();
    drop(Server::on(&house));
    assert!(house.path(".ledger/writer.json").exists(), "it was killed");
    house.ledger("measure add ban.a --kind licensing-requirement").fine();
    assert_eq!(house.records(), 1);
}

/// Points the note of a server elsewhere.
fn misled(house: &House, address: &str) {
    let path = house.path(".ledger/writer.json");
    let mut notice: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    notice["address"] = address.into();
    std::fs::write(path, notice.to_string()).unwrap();
}

#[test]
fn what_cannot_be_sent_or_is_not_answered_is_said() {
    let house = House::simulated();
    let _server = Server::on(&house);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    misled(&house, &address);
    let deaf = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 64];
        let read = stream.read(&mut head).unwrap();
        String::from_utf8_lossy(&head[..read]).into_owned()
    });
    let lost = house.ledger("measure add ban.a --kind licensing-requirement --json");
    assert_eq!(lost.code, 5, "{lost:?}");
    let told: Value = serde_json::from_str(&lost.err).unwrap();
    assert_eq!(told["error"]["code"], "not-known", "{told}");
    assert!(deaf.join().unwrap().starts_with("POST /records.json HTTP/1.1"));
    // Nobody listens there any more.
    let unreached = house.ledger("measure add ban.a --kind licensing-requirement --json");
    let told: Value = serde_json::from_str(&unreached.err).unwrap();
    assert_eq!((unreached.code, &told["error"]["code"]), (5, &"locked".into()), "{told}");
    assert!(told["error"]["message"].as_str().unwrap().contains("nothing was recorded"));
    assert_eq!(house.records(), 0);
}

#[test]
fn more_than_a_server_takes_at_once_is_refused_whole() {
    let house = House::simulated();
    house.ledger("measure add ban.a --kind licensing-requirement").fine();
    let note = "x".repeat(30_000);
    let line = |number: usize| {
        format!(
            "{{\"record\":\"event\",\"measure\":\"ban.a\",\"act\":\"licence-granted\",\"effective\":\"2020\",\"key\":\"m{number}\",\"note\":\"{note}\"}}\n"
        )
    };
    house.file("much.jsonl", (0..600).map(line).collect::<String>());
    let server = Server::on(&house);
    let refused = house.ledger("import much.jsonl");
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.err.contains("in parts") && refused.err.contains("kill"), "{refused:?}");
    assert_eq!(house.records(), 1);
    drop(server);
    house.ledger("import much.jsonl").fine();
    assert_eq!(house.records(), 601);
}
