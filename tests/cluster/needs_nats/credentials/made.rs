//! What an administrator makes: an operator with an account and its users, and an authority with
//! its certificates.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use nkeys::KeyPair;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer};
use serde_json::{Value, json};

/// Whom a server believes who is who.
pub(super) struct Operator {
    key: KeyPair,
    account: KeyPair,
    system: KeyPair,
}

/// Somebody of the account.
pub(super) struct User {
    pub(super) token: String,
    pub(super) seed: String,
}

/// A JWT as NATS has it.
fn token(by: &KeyPair, of: &KeyPair, name: &str, mut says: Value) -> String {
    says["version"] = 2.into();
    let claims = json!({"jti": name, "iat": 1_700_000_000, "iss": by.public_key(), "name": name,
        "sub": of.public_key(), "nats": says});
    let head = json!({"typ": "JWT", "alg": "ed25519-nkey"});
    let encoded = |json: &Value| Base64UrlUnpadded::encode_string(json.to_string().as_bytes());
    let signed = format!("{}.{}", encoded(&head), encoded(&claims));
    let signature = by.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature))
}

impl Operator {
    pub(super) fn new() -> Self {
        let (account, system) = (KeyPair::new_account(), KeyPair::new_account());
        Self { key: KeyPair::new_operator(), account, system }
    }

    fn account(&self, account: &KeyPair, name: &str) -> String {
        let mut limits = json!({"wildcards": true});
        for what in ["subs", "data", "payload", "imports", "exports", "conn", "leaf"] {
            limits[what] = (-1).into();
        }
        if name != "SYS" {
            for what in ["mem_storage", "disk_storage", "streams", "consumer"] {
                limits[what] = (-1).into();
            }
        }
        token(&self.key, account, name, json!({"type": "account", "limits": limits}))
    }

    /// What a server is told of it.
    pub(super) fn configuration(&self) -> String {
        let (account, system) = (self.account.public_key(), self.system.public_key());
        format!(
            "operator: {}\nsystem_account: {system}\nresolver: MEMORY\n\
             resolver_preload: {{ {account}: {}\n {system}: {} }}\n",
            token(&self.key, &self.key, "operator", json!({"type": "operator"})),
            self.account(&self.account, "offices"),
            self.account(&self.system, "SYS"),
        )
    }

    pub(super) fn user(&self) -> User {
        let key = KeyPair::new_user();
        let says = json!({"type": "user", "subs": -1, "data": -1, "payload": -1});
        let token = token(&self.account, &key, "office", says);
        User { token, seed: key.seed().unwrap() }
    }
}

impl User {
    /// The credentials file, with this seed.
    pub(super) fn file(&self, seed: &str) -> String {
        format!(
            "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n",
            self.token
        )
    }
}

/// Whose signature under a certificate counts.
pub(super) struct Authority {
    params: CertificateParams,
    key: rcgen::KeyPair,
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { params, key: rcgen::KeyPair::generate().unwrap() }
    }

    pub(super) fn certificate(&self) -> String {
        self.params.self_signed(&self.key).unwrap().pem()
    }

    /// A certificate for this machine, and its key.
    pub(super) fn signs(&self) -> (String, String) {
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&self.params, &self.key);
        (params.signed_by(&key, &issuer).unwrap().pem(), key.serialize_pem())
    }
}
