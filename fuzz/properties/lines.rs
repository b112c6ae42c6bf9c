//! JSON Lines: bytes, taken apart into lines, read as records or refused.

use policy_ledger::codec;
use policy_ledger::proof::leaf;
use policy_ledger::record::{self, Draft, Entry, Mentions, Refusal};
use policy_ledger::time::{Day, Instant};
use uuid::Uuid;

/// Every line is there once; what is read is written and read again as the same; what is not, is
/// refused with reasons.
pub fn hold(bytes: &[u8]) {
    let mut input = bytes;
    let (mut line, mut length, mut lines) = (Vec::new(), 0, 0);
    while let Some(fits) = record::next_line(&mut input, &mut line).expect("memory can be read") {
        assert!(fits, "no line here is too long");
        let bare = if lines == 0 { record::without_bom(&line) } else { &line };
        (length, lines) = (length + line.len(), lines + 1);
        match record::read_line(bare) {
            Ok(draft) => read(&draft),
            Err(refusals) => refused(&refusals),
        }
    }
    assert_eq!(length, bytes.len(), "bytes were passed over");
    let parts = bytes.split(|&byte| byte == b'\n').count();
    let ended = bytes.last().is_none_or(|&last| last == b'\n');
    assert_eq!(lines, parts - usize::from(ended), "lines were passed over");
}

fn read(draft: &Draft) {
    let _ = Mentions::of(&draft.record);
    let text = serde_json::Value::Object(draft.record.body()).to_string();
    let again = record::read_line(text.as_bytes());
    let again = again.unwrap_or_else(|why| panic!("not read again: {why:?}: {text}"));
    assert_eq!(again.record, draft.record, "{text}");
    stored(draft);
}

/// What can be recorded is read from what is stored as it was said.
fn stored(draft: &Draft) {
    let entry = Entry {
        seq: 7,
        id: draft.id.unwrap_or(Uuid::from_u128(7)),
        recorded: draft.recorded.unwrap_or(Instant::start_of(Day::FIRST)),
        by: draft.by.clone(),
        key: draft.key.clone(),
        record: draft.record.clone(),
    };
    match codec::encode(&entry, &leaf(b"the one before")) {
        Ok(bytes) => {
            let stored = codec::decode(&bytes).unwrap_or_else(|why| panic!("{why}: {bytes:?}"));
            assert_eq!(stored.entry, entry);
            let strictly = codec::decode_strictly(&bytes);
            assert_eq!(strictly.as_ref(), Ok(&stored));
        }
        Err(refusal) => refused(&[refusal]),
    }
}

fn refused(refusals: &[Refusal]) {
    assert!(!refusals.is_empty(), "refused without a reason");
    for refusal in refusals {
        assert!(!refusal.message.is_empty() && refusal.guesses.len() <= 3, "{refusal:?}");
    }
}
