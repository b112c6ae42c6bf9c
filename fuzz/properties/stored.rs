//! Stored entries: the quick reader and the strict one.

use policy_ledger::codec::{self, Envelope, Stored};
use policy_ledger::proof::Hash;

/// Both readers say the same; what is read is written in one form only, which is read as the same.
pub fn hold(bytes: &[u8]) {
    let read = codec::decode(bytes);
    let strictly = codec::decode_strictly(bytes);
    assert_eq!(read, strictly, "the quick reader and the strict one");
    match &read {
        Ok(stored) => {
            envelope(bytes, stored);
            written(stored);
        }
        Err(why) => assert!(!why.to_string().is_empty()),
    }
}

/// What is read of an entry's place alone is what the whole says.
fn envelope(bytes: &[u8], Stored { entry, prev }: &Stored) {
    let Ok(envelope) = Envelope::of(bytes) else { return };
    assert_eq!((envelope.seq, envelope.id), (entry.seq, entry.id));
    assert_eq!(&envelope.prev.to_string(), prev);
    assert_eq!(envelope.recorded(), Ok(entry.recorded));
}

fn written(stored: &Stored) {
    let Ok(prev) = stored.prev.parse::<Hash>() else { return };
    let Ok(bytes) = codec::encode(&stored.entry, &prev) else { return };
    let again = codec::decode(&bytes).unwrap_or_else(|why| panic!("{why}: {bytes:?}"));
    assert_eq!(again.entry, stored.entry);
    assert_eq!(again.prev, prev.to_string());
    assert_eq!(codec::decode_strictly(&bytes).as_ref(), Ok(&again));
    assert_eq!(codec::encode(&again.entry, &prev).as_ref(), Ok(&bytes), "written in two forms");
    let envelope = Envelope::of(&bytes).unwrap_or_else(|why| panic!("{why}: {bytes:?}"));
    assert_eq!((envelope.seq, envelope.prev), (again.entry.seq, prev));
}
