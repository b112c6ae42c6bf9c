//! Who connects, by what is in a file: each way is let in, whoever has something else is told so,
//! and no secret is said or kept anywhere.

mod made;

use std::fs;
use std::path::PathBuf;

use made::{Authority, Operator};
use serde_json::Value;

use super::program::Desk;
use super::served::Served;
use super::servers::Cluster;
use crate::ledgers::listing;
use crate::pages::wire::Line;

/// A variable of the program, after `POLICY_LEDGER_NATS_`.
type Variable = (&'static str, String);

fn desk(address: &str, variables: &[Variable]) -> Desk {
    let name = |short: &str| match short {
        "USER" => "POLICY_LEDGER_NATS_USER",
        "PASSWORD_FILE" => "POLICY_LEDGER_NATS_PASSWORD_FILE",
        "PASSWORD" => "POLICY_LEDGER_NATS_PASSWORD",
        "TOKEN_FILE" => "POLICY_LEDGER_NATS_TOKEN_FILE",
        "CREDS" => "POLICY_LEDGER_NATS_CREDS",
        "CA" => "POLICY_LEDGER_NATS_CA",
        "CERT" => "POLICY_LEDGER_NATS_CERT",
        "KEY" => "POLICY_LEDGER_NATS_KEY",
        other => panic!("{other}"),
    };
    let mut desk = Desk::at(address);
    desk.variables = variables.iter().map(|(short, said)| (name(short), said.clone())).collect();
    desk
}

/// Whoever is let in does everything; and no secret is in what the program says, or leaves behind.
#[track_caller]
fn is_let_in(address: &str, variables: &[Variable], secrets: &[&str]) {
    let desk = desk(address, variables);
    let init = format!("init --replicas 1 {address}");
    // The server may be about to begin.
    let made = (0..50).map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        desk.ledger(&init)
    });
    let mut said = Vec::new();
    let made = made.inspect(|answer| said.push(answer.clone())).find(|made| made.code == 0);
    assert!(made.is_some(), "{said:?}");
    for words in [
        "measure add a.b --kind agreement",
        "append a.b signed --on 2020-01-01 --json",
        "state",
        "state --json",
        "follow --once --json",
        "doctor",
        "doctor --json",
        "verify --json",
        "serve --get /about.json",
    ] {
        said.push(desk.ledger(words).fine());
    }
    let mut served = Served::telling(&desk);
    Line::to(served.address).get("/state.json").is(200);
    let log = served.end();
    assert!(log.contains("/state.json"), "{log}");
    let said = format!("{said:?}\n{log}");
    for secret in secrets {
        assert!(!said.contains(secret), "{said}");
        for (path, bytes) in listing(desk.data()) {
            let is_in = bytes.windows(secret.len()).any(|it| it == secret.as_bytes());
            assert!(!is_in, "{}", path.display());
        }
    }
}

/// Whoever is not let in is told so in a sentence with these words, and no secret with it.
#[track_caller]
fn is_kept_out(address: &str, variables: &[Variable], secrets: &[&str], words: &str) {
    let desk = desk(address, variables);
    for command in ["state", "measure add c.d --kind agreement", "follow --once"] {
        let text = desk.ledger(&format!("{command} --wait 1"));
        let json = desk.ledger(&format!("{command} --wait 1 --json"));
        assert_eq!((text.code, json.code), (5, 5), "{text:?}");
        let told: Value = serde_json::from_str(&json.err).unwrap();
        let message = told["error"]["message"].as_str().unwrap();
        assert_eq!(told["error"]["code"], "stream-refuses", "{told}");
        assert!(message.contains(words) && text.err.contains(words), "{told}");
        let said = format!("{text:?}{json:?}");
        assert!(secrets.iter().all(|secret| !said.contains(secret)), "{said}");
    }
}

/// Files with secrets, gone with the test.
struct Safe(tempfile::TempDir);

impl Safe {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Keeps a text, and gives the path.
    fn keep(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }
}

#[test]
fn a_password_in_a_file_lets_in() {
    let (right, wrong) = ("hush-hush-4711", "a-guess-0815");
    let cluster = Cluster::alone(&format!(
        "authorization {{ users: [ {{ user: office, password: \"{right}\" }} ] }}"
    ));
    let (address, safe) = (cluster.address("trade"), Safe::new());
    let user = || ("USER", "office".to_owned());
    // The end of a line, as an editor puts it there, is none of it.
    let file = ("PASSWORD_FILE", safe.keep("right", &format!("{right}\n")));
    is_let_in(&address, &[user(), file], &[right]);
    is_let_in_again(&address, &[user(), ("PASSWORD", right.to_owned())]);
    let guessed = ("PASSWORD_FILE", safe.keep("wrong", wrong));
    let kept_out = |variables: &[Variable], words| {
        is_kept_out(&address, variables, &[right, wrong], words);
    };
    kept_out(&[user(), guessed], "authorization violation");
    kept_out(&[("USER", "somebody".to_owned())], "authorization violation");
    kept_out(&[], "authorization violation");
    let nowhere = safe.path("nowhere").to_str().unwrap().to_owned();
    kept_out(
        &[user(), ("PASSWORD_FILE", nowhere)],
        "the file that POLICY_LEDGER_NATS_PASSWORD_FILE names",
    );
}

/// Another desk has the same stream.
fn is_let_in_again(address: &str, variables: &[Variable]) {
    desk(address, variables).ledger("state").fine();
}

#[test]
fn a_token_in_a_file_lets_in() {
    let (right, wrong) = ("t0ken-of-the-office", "t0ken-of-nobody");
    let cluster = Cluster::alone(&format!("authorization {{ token: \"{right}\" }}"));
    let (address, safe) = (cluster.address("trade"), Safe::new());
    is_let_in(&address, &[("TOKEN_FILE", safe.keep("right", right))], &[right]);
    let guessed = [("TOKEN_FILE", safe.keep("wrong", wrong))];
    is_kept_out(&address, &guessed, &[right, wrong], "authorization violation");
}

#[test]
fn a_credentials_file_lets_in() {
    let (operator, another) = (Operator::new(), Operator::new());
    let cluster = Cluster::alone(&operator.configuration());
    let (address, safe) = (cluster.address("trade"), Safe::new());
    let ours = operator.user();
    let [right, theirs] = [&ours, &another.user()].map(|user| user.file(&user.seed));
    is_let_in(&address, &[("CREDS", safe.keep("right", &right))], &[&ours.seed, &ours.token]);
    let secrets = [&*ours.seed, &*ours.token];
    // Of another operator; with the key of somebody else; and no such file at all.
    let of_another = [("CREDS", safe.keep("theirs", &theirs))];
    is_kept_out(&address, &of_another, &secrets, "authorization violation");
    let mixed = ours.file(&another.user().seed);
    let mixed = [("CREDS", safe.keep("mixed", &mixed))];
    is_kept_out(&address, &mixed, &secrets, "authorization violation");
    let seed_alone = [("CREDS", safe.keep("seed", &ours.seed))];
    is_kept_out(&address, &seed_alone, &secrets, "credentials");
}

#[test]
fn a_certificate_of_ones_own_lets_in() {
    let (safe, ours, theirs) = (Safe::new(), Authority::new(), Authority::new());
    let [ca, other_ca] =
        [("ca", &ours), ("other-ca", &theirs)].map(|(name, it)| safe.keep(name, &it.certificate()));
    let pair = |name: &str, authority: &Authority| {
        let (certificate, key) = authority.signs();
        let secret = key.lines().nth(1).unwrap().to_owned();
        let at = [
            safe.keep(&format!("{name}.pem"), &certificate),
            safe.keep(&format!("{name}.key"), &key),
        ];
        (at, secret)
    };
    let ([server, server_key], _) = pair("server", &ours);
    let cluster = Cluster::alone(&format!(
        "tls {{ cert_file: \"{server}\", key_file: \"{server_key}\", ca_file: \"{ca}\", verify: true }}"
    ));
    let address = cluster.address("trade").replacen("nats://", "tls://", 1);
    let ([cert, key], secret) = pair("office", &ours);
    let ([other_cert, other_key], other_secret) = pair("stranger", &theirs);
    let secrets = [&*secret, &*other_secret];
    let with = |ca: &str, pair: Option<(&str, &str)>| {
        let own = pair.map(|(cert, key)| [("CERT", cert.to_owned()), ("KEY", key.to_owned())]);
        own.into_iter().flatten().chain([("CA", ca.to_owned())]).collect::<Vec<Variable>>()
    };
    is_let_in(&address, &with(&ca, Some((&cert, &key))), &[&secret]);
    let kept_out = |variables: &[Variable], words: &str| {
        is_kept_out(&address, variables, &secrets, words);
    };
    kept_out(&with(&ca, None), "CertificateRequired");
    kept_out(&with(&ca, Some((&other_cert, &other_key))), "received fatal alert");
    kept_out(&with(&other_ca, Some((&cert, &key))), "invalid peer certificate");
    kept_out(&with(&ca, Some((&cert, &other_key))), "could not add certificate or key");
    let nowhere = safe.path("nowhere").to_str().unwrap().to_owned();
    kept_out(&with(&nowhere, Some((&cert, &key))), "No such file");
    let half = [("CA", ca), ("CERT", cert)];
    let words = "POLICY_LEDGER_NATS_CERT and _KEY go together";
    is_kept_out(&address, &half, &secrets, words);
}
