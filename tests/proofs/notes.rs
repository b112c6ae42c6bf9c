//! Signed notes and checkpoints, against texts and keys that others have published.

use policy_ledger::proof::{Checkpoint, Note, Receipt, SignerKey, Trust, VerifierKey, leaf};

/// The example of the note tools of Go (golang.org/x/mod/sumdb/note).
const SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
const SIGNED: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\
    \n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

/// The example of C2SP tlog-checkpoint.
const CHECKPOINT: &str = "example.com/behind-the-sofa\n\
    20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
    \n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

/// The example of C2SP signed-note, with an empty line in its text.
const POEM: &str = "Ognuno sta solo sul cuor della terra\n\
    trafitto da un raggio di sole:\n\
    \n\
    ed è subito sera.\n\
    \n\
    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

#[test]
fn a_note_is_signed_and_checked_as_others_do() {
    let signer: SignerKey = SECRET.parse().unwrap();
    let note = Note::unsigned(TEXT).unwrap().signed_by(&signer);
    assert_eq!(note.to_string(), SIGNED);
    assert_eq!(signer.verifier().to_string(), PUBLIC);
    assert_eq!(signer.secret_text(), SECRET);
    let key: VerifierKey = PUBLIC.parse().unwrap();
    let read: Note = SIGNED.parse().unwrap();
    assert_eq!((read.text(), read.trust(&key)), (TEXT, Trust::Signed));
    assert!(!format!("{signer:?}").contains("PRIVATE"), "the secret stays out of logs");
}

#[test]
fn what_was_altered_is_noticed() {
    let key: VerifierKey = PUBLIC.parse().unwrap();
    let trust = |text: &str| text.parse::<Note>().unwrap().trust(&key);
    assert_eq!(trust(&SIGNED.replace("problem is", "problem was")), Trust::Forged);
    assert_eq!(trust(&SIGNED.replace("BwJnAM=", "BwJnQM=")), Trust::Forged);
    assert_eq!(trust(&SIGNED.replace("— Peter", "— Pieter")), Trust::NotSigned);
    assert_eq!(trust(TEXT), Trust::NotSigned);
    // One good signature does not make up for a forged one of the same key.
    let line = SIGNED.lines().last().unwrap();
    let forged = line.replace("BwJnAM=", "BwJnQM=");
    assert_eq!(trust(&format!("{SIGNED}{forged}\n")), Trust::Forged);
    // Signatures of others do not count, whatever they are.
    let other = "— somebody x08go/ZJkuA=\n";
    assert_eq!(trust(&format!("{SIGNED}{other}")), Trust::Signed);
}

#[test]
fn the_examples_of_c2sp_are_read_and_written_again() {
    for text in [CHECKPOINT, POEM, SIGNED] {
        assert_eq!(text.parse::<Note>().unwrap().to_string(), text);
    }
    assert!(POEM.parse::<Note>().unwrap().text().ends_with("sole:\n\ned è subito sera.\n"));
    let checkpoint: Checkpoint = CHECKPOINT.parse().unwrap();
    assert_eq!(
        (checkpoint.origin.as_str(), checkpoint.size),
        ("example.com/behind-the-sofa", 20_852_163)
    );
    assert!(CHECKPOINT.starts_with(&checkpoint.to_string()));
}

#[test]
fn what_is_no_key_is_refused() {
    for text in [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        SECRET,
    ] {
        assert!(text.parse::<VerifierKey>().is_err(), "{text}");
    }
    for text in ["", PUBLIC, "PRIVATE+KEY+", &SECRET.replace("c74f20a3", "c74f20a4")] {
        assert!(text.parse::<SignerKey>().is_err(), "{text}");
    }
    for name in ["", "a b", "a+b", "a\u{3000}b", "a\u{1b}b"] {
        assert!(SignerKey::of(name, &[7; 32]).is_none(), "{name}");
    }
}

#[test]
fn what_is_no_checkpoint_is_refused() {
    for (part, other) in [
        ("example.com/behind-the-sofa\n2", "\n2"),
        ("example.com/behind-the-sofa\n2", "a b\n2"),
        ("20852163", "020852163"),
        ("20852163", "-1"),
        ("20852163", "+1"),
        ("20852163", "99999999999999999999"),
        ("20852163", "18446744073709551615"),
        ("q2I=", "q2I"),
        ("q2I=", "q2J="),
        ("q2I=\n", "q2I=\n\nmore\n"),
        ("sofa\n2", "sofa\r\n2"),
        ("sofa\n2", "so\u{7}fa\n2"),
        ("— example", "- example"),
        ("cTOAYQ8=\n", "cTOAYQ8="),
        ("cTOAYQ8=\n", "cTOAYQ8=\n\n"),
    ] {
        let text = CHECKPOINT.replacen(part, other, 1);
        assert_ne!(text, CHECKPOINT, "{part}");
        assert!(text.parse::<Checkpoint>().is_err(), "{text}");
    }
    let extended = CHECKPOINT.replace("q2I=\n", "q2I=\nmore\n");
    assert!(extended.parse::<Checkpoint>().is_ok(), "lines after the third are passed over");
    assert!("a".repeat(2_000_000).parse::<Note>().is_err());
}

#[test]
fn what_is_no_proof_is_refused() {
    let hash = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n";
    let whole = format!("c2sp.org/tlog-proof@v1\nextra QQ==\nindex 7\n{hash}\n{CHECKPOINT}");
    let read: Receipt = whole.parse().unwrap();
    let Receipt::Inclusion(inclusion) = read else { panic!("{read:?}") };
    assert_eq!(inclusion.to_string(), whole);
    assert_eq!((inclusion.index, inclusion.entry.as_slice()), (7, &b"A"[..]));
    assert_eq!(inclusion.holds(), Ok(false));
    for (part, other) in [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("extra QQ==\n", ""),
        ("QQ==", "QQ"),
        ("index 7", "index 07"),
        ("index 7\n", ""),
        ("dPlQ=", "dPlR="),
        (hash, &hash.repeat(65)),
        ("\n20852163", "\n"),
    ] {
        let text = whole.replacen(part, other, 1);
        assert_ne!(text, whole, "{part}");
        assert!(text.parse::<Receipt>().is_err(), "{part} → {other}");
    }
    let old = format!("old 3\n{hash}\n{CHECKPOINT}");
    let read: Receipt = old.parse().unwrap();
    let Receipt::Consistency(consistency) = read else { panic!("{read:?}") };
    assert_eq!(consistency.to_string(), old);
    let older = Checkpoint { origin: "x".to_owned(), size: 3, root: leaf(b"") };
    assert_eq!(consistency.holds(&older), Ok(false));
    for text in ["", "old x\n\n", "old 3\n", &old.replace("old 3", "old 03"), "{}"] {
        assert!(text.parse::<Receipt>().is_err(), "{text}");
    }
}
