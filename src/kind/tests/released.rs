//! The files of the built-in kinds: all read, written back the same, and frozen.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::super::builtin::{FILES, builtin, builtin_revision, builtins};
use super::super::{Builtin, Definition, is_word};

/// The SHA-256 of every released file. A line here is never changed and never removed: a change
/// to a kind is a new revision in a file of its own, with a line of its own. (Until the first
/// release of the program, when nobody's ledger depends on them, lines may be brought up to date.)
const RELEASED: [&str; 15] = [
    "licensing-requirement/1 0ef964c5e01780a5192e94ced65359d27c254d5df2303be7a523a57ac135deeb",
    "licence/1 e1b9d33d92f4a81bab48dfc5049064779f1771374bf08a835dd64f1f40091732",
    "list-membership/1 f479192fff6d83fac04f2445a9935581ae53f7f3993f3e762a05d3637b05b1e7",
    "trade-dispute/1 404d8dbdfeb9028837cf3c586a79736482b1ce6767f474c097191914beaa8af4",
    "agreement/1 ea515df0c66339825676b7a4b6e4b47d8835d0137bfe5366cc54ae53127ea258",
    "agreement-party/1 dd1b6d14ef9ca88c3a02a366db535abb29b2b6839dbfc0ac7302b1f002b87643",
    "dialogue/1 97b5e0e99e814f868ad6d6d56ac9061573472a0c04c93a072dbb9f4ccbcf2b29",
    "meeting/1 bd316786091c706ecea5404414eb0ff0caf181a1c057c0f48b6ca39f12beccec",
    "tariff/1 3fcb954cae3a36f6aedc661e9fef706632ebc29c88e6797297329d8a79e38643",
    "sanction/1 ca2cdf483b8dc7ef0e70dc9a18588cc33300a9fe2ad47bcf57735f2949fa9dec",
    "regulation/1 b6b46082cbdea993065975ce0184f47ecefebf4e0532815bc26e0c5b00b2d3f8",
    "programme/1 812f94f55f5734acd09f748a483096032ac423f943c9629a7e8d75ee39d93a8f",
    "body/1 bd966a2324b6424d9de1f9f351d92ebe6db93bf8fd021f654e5a9f5602a5d927",
    "incident/1 952e19c44954f28fda244db4a9bb86fb7aef801d2cfde8399bc64794776160e6",
    "plain/1 3a6ef356afc90ca0bc6edae67fb419566cf10ee7935347cfebc9ad0406f29c27",
];

/// Each file's text with its kind, revision and digest.
fn released() -> impl Iterator<Item = (&'static str, &'static str, u32, &'static str)> {
    FILES.iter().zip(RELEASED).map(|(file, line)| {
        let (name, digest) = line.split_once(' ').expect(line);
        let (kind, revision) = name.split_once('/').expect(line);
        assert_eq!((file.kind, file.revision.to_string().as_str()), (kind, revision));
        (file.text, kind, file.revision, digest)
    })
}

fn hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| {
        [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
    };
    bytes.iter().flat_map(digits).collect()
}

#[test]
fn released_revisions_never_change() {
    assert_eq!(FILES.len(), RELEASED.len());
    for (text, kind, revision, digest) in released() {
        let hex = hex(&Sha256::digest(text.as_bytes()));
        assert_eq!(hex, digest, "{kind} revision {revision} is not what was released");
        let file: Value = serde_json::from_str(text).expect(kind);
        assert_eq!((&file["kind"], &file["revision"]), (&kind.into(), &revision.into()));
    }
}

#[test]
fn every_file_is_read_and_written_back_the_same() {
    for (text, kind, revision, _) in released() {
        let file: Value = serde_json::from_str(text).expect(kind);
        let builtin = builtin_revision(kind, revision).expect(kind);
        let written = serde_json::to_string(&builtin.definition).expect(kind);
        assert_eq!(written, file["definition"].to_string(), "{kind}");
        let read: Definition = serde_json::from_str(&written).expect(kind);
        assert_eq!(read, *builtin.definition, "{kind}");
        assert!(is_word(kind) && !builtin.title.is_empty(), "{kind}");
    }
}

#[test]
fn revisions_rise_by_one() {
    for newest in builtins() {
        assert_eq!(builtin(&newest.kind), Some(newest));
        for revision in 1..=newest.revision {
            assert!(builtin_revision(&newest.kind, revision).is_some(), "{}", newest.kind);
        }
        assert_eq!(builtin_revision(&newest.kind, newest.revision + 1), None);
    }
    assert_eq!(builtin("no-such-kind"), None);
    assert_eq!(builtin_revision("agreement", 0), None);
}

#[test]
fn a_file_with_an_unknown_key_is_refused() {
    let file: Value = serde_json::from_str(FILES[0].text).expect("a built-in");
    let mut odd = file.clone();
    odd["colour"] = "red".into();
    assert!(serde_json::from_value::<Builtin>(odd).is_err());
    let mut odd = file;
    odd["definition"]["acts"]["imposed"]["form"] = "none".into();
    let error = serde_json::from_value::<Builtin>(odd).expect_err("refused");
    assert!(error.to_string().contains("did you mean `from`?"), "{error}");
}
