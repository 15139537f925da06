//! Stored records: a byte for the version, one for the form, and JSON, compressed where it is long.
//!
//! | key | what |
//! | --- | --- |
//! | `outbox/<op>` | an unsent op; kept and migrated, whatever becomes of the rest |
//! | `create/<chat>` | a chat still to be made; likewise |
//! | `pending/<private key>` | a private row still to be written; likewise |
//! | `list/<chat>` | a chat as the list shows it |
//! | `private/cursor`, `private/row/<key>` | private state |
//! | `chat/<chat>/meta` | the cursor, the range held, receipts, the chat's own row |
//! | `chat/<chat>/m/<message>`, `…/r/<message>`, `…/p/<user>`, `…/q/<message>` | messages, reactions, participants, quotes |
//!
//! The cache is disposable: a record that can't be read, or is of another version, spoils its
//! chat's cache, which is dropped and fetched again.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version of every record that this build writes.
const VERSION: u8 = 1;
/// The record's JSON as it is.
const PLAIN: u8 = 0;
/// The record's JSON as an LZ4 block after its length.
const LZ4: u8 = 1;
/// Room for most records: a message with its ids, or a chat's own row.
const USUAL: usize = 512;
/// The longest record that is unpacked: ten times the longest message, escaped.
const MAX_UNPACKED: usize = 4 * 1024 * 1024;

/// Why a record can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RecordError {
    /// A newer build wrote it.
    #[error("of version {0}")]
    Newer(u8),
    /// It is damaged.
    #[error("damaged")]
    Damaged,
}

/// Encodes a record; one longer than `compress_over` is compressed where that makes it shorter.
pub(crate) fn encode<T: Serialize>(value: &T, compress_over: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL);
    bytes.extend([VERSION, PLAIN]);
    serde_json::to_writer(&mut bytes, value)
        .expect("records have string keys and no failing serialisers");
    if bytes.len() > compress_over.saturating_add(2) {
        let packed = lz4_flex::block::compress_prepend_size(&bytes[2..]);
        if packed.len() + 2 < bytes.len() {
            bytes.truncate(0);
            bytes.extend([VERSION, LZ4]);
            bytes.extend(packed);
        }
    }
    bytes
}

/// Decodes a record.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, RecordError> {
    let [version, form, rest @ ..] = bytes else {
        return Err(RecordError::Damaged);
    };
    if *version > VERSION {
        return Err(RecordError::Newer(*version));
    }
    let unpacked;
    let json = match *form {
        PLAIN => rest,
        LZ4 => {
            unpacked = unpack(rest).ok_or(RecordError::Damaged)?;
            &unpacked
        }
        _ => return Err(RecordError::Damaged),
    };
    // From text, as all JSON here: reading bytes would be every type's reader once more.
    let json = str::from_utf8(json).map_err(|_| RecordError::Damaged)?;
    samtale_protocol::json::from_str(json).map_err(|_| RecordError::Damaged)
}

fn unpack(block: &[u8]) -> Option<Vec<u8>> {
    let size = u32::from_le_bytes(*block.first_chunk()?);
    // The length is looked at before it is allocated: it may be damaged too.
    if usize::try_from(size).ok()? > MAX_UNPACKED {
        return None;
    }
    lz4_flex::block::decompress_size_prepended(block).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_records_are_stored_shorter_and_come_back_whole() {
        let long = "hei på deg ".repeat(1_000);
        let bytes = encode(&long, 100);
        assert!(bytes.len() < long.len() / 10);
        assert_eq!(decode::<String>(&bytes), Ok(long));
        let short = encode(&"hei", 100);
        assert_eq!(short, b"\x01\x00\"hei\"");
        assert_eq!(decode::<String>(&short).as_deref(), Ok("hei"));
    }

    #[test]
    fn a_damaged_or_newer_record_is_told_apart() {
        let table: [(&[u8], RecordError); 5] = [
            (b"", RecordError::Damaged),
            (b"\x01\x00{", RecordError::Damaged),
            (b"\x01\x07\"a\"", RecordError::Damaged),
            (b"\x01\x01\xff\xff\xff\xff", RecordError::Damaged),
            (b"\x02\x00\"a\"", RecordError::Newer(2)),
        ];
        for (bytes, error) in table {
            assert_eq!(decode::<String>(bytes), Err(error));
        }
    }
}
