//! Binary frames of serializer 2.0.0: a kind byte, one length byte per name, the names, the payload.
//!
//! | kind | from | names |
//! | --- | --- | --- |
//! | 0 push | client | join_ref, ref, topic, event |
//! | 1 reply | server | join_ref, ref, topic, status |
//! | 2 broadcast | server | topic, event |
//! | 3 user broadcast push | client | join_ref, ref, topic, event, meta; then an encoding byte |
//! | 4 user broadcast | server | topic, event, meta; then an encoding byte |

use std::borrow::Cow;

use crate::frame::{FrameError, MAX_NAME_BYTES};

/// How the payload of a user broadcast is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Raw,
    /// JSON text.
    Json,
}

/// A binary frame; it borrows from the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BinaryFrame<'a> {
    /// A push with a binary payload.
    Push {
        /// The reference of the join; none where empty.
        join_ref: Option<&'a str>,
        /// The reference that a reply repeats; none where empty.
        reference: Option<&'a str>,
        /// Whom it is for.
        topic: &'a str,
        /// What it is.
        event: &'a str,
        /// The payload.
        payload: &'a [u8],
    },
    /// A reply with a binary payload.
    Reply {
        /// The reference of the join.
        join_ref: Option<&'a str>,
        /// The reference of the push.
        reference: Option<&'a str>,
        /// Whom it is for.
        topic: &'a str,
        /// `ok` or `error`.
        status: &'a str,
        /// The payload.
        payload: &'a [u8],
    },
    /// An event with a binary payload.
    Broadcast {
        /// Whom it is for.
        topic: &'a str,
        /// What it is.
        event: &'a str,
        /// The payload.
        payload: &'a [u8],
    },
    /// A broadcast that a client sends to a channel. Supabase's client writes its names in Latin-1 where that has their
    /// characters: names that are no UTF-8 are read so.
    UserBroadcastPush {
        /// The reference of the join.
        join_ref: Option<&'a str>,
        /// The reference that a reply repeats.
        reference: Option<&'a str>,
        /// Whom it is for.
        topic: Cow<'a, str>,
        /// The user's own event.
        event: Cow<'a, str>,
        /// JSON about the broadcast; may be empty.
        meta: Cow<'a, str>,
        /// How the payload is to be read.
        encoding: Encoding,
        /// The payload.
        payload: &'a [u8],
    },
    /// The same as its receivers get it.
    UserBroadcast {
        /// Whom it is for.
        topic: &'a str,
        /// The user's own event.
        event: &'a str,
        /// JSON about the broadcast; may be empty.
        meta: &'a str,
        /// How the payload is to be read.
        encoding: Encoding,
        /// The payload.
        payload: &'a [u8],
    },
}

/// Takes a header's lengths, then the names they announce.
struct Names<'a> {
    lengths: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Names<'a> {
    fn bytes(&mut self) -> Result<&'a [u8], FrameError> {
        let (length, lengths) = self.lengths.split_first().ok_or(FrameError::Short)?;
        self.lengths = lengths;
        let (name, rest) = self
            .rest
            .split_at_checked((*length).into())
            .ok_or(FrameError::Short)?;
        self.rest = rest;
        Ok(name)
    }

    fn next(&mut self) -> Result<&'a str, FrameError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| FrameError::Utf8)
    }

    /// Takes a name that may be in Latin-1, whose bytes are the characters of the same numbers.
    fn lenient(&mut self) -> Result<Cow<'a, str>, FrameError> {
        let bytes = self.bytes()?;
        Ok(match std::str::from_utf8(bytes) {
            Ok(name) => Cow::Borrowed(name),
            Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
        })
    }

    fn lenient_required(&mut self) -> Result<Cow<'a, str>, FrameError> {
        self.lenient().and_then(|name| {
            if name.is_empty() {
                Err(FrameError::Name)
            } else {
                Ok(name)
            }
        })
    }

    fn required(&mut self) -> Result<&'a str, FrameError> {
        self.next().and_then(|name| {
            if name.is_empty() {
                Err(FrameError::Name)
            } else {
                Ok(name)
            }
        })
    }

    fn optional(&mut self) -> Result<Option<&'a str>, FrameError> {
        self.next().map(|name| (!name.is_empty()).then_some(name))
    }
}

impl<'a> BinaryFrame<'a> {
    /// Decodes a binary frame of any kind.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let (kind, bytes) = bytes.split_first().ok_or(FrameError::Short)?;
        let names = |count| -> Result<Names<'a>, FrameError> {
            let (lengths, rest) = bytes.split_at_checked(count).ok_or(FrameError::Short)?;
            Ok(Names { lengths, rest })
        };
        let with_encoding = |count| -> Result<(Names<'a>, Encoding), FrameError> {
            let Names { lengths, rest } = names(count)?;
            let (encoding, rest) = rest.split_first().ok_or(FrameError::Short)?;
            let encoding = match encoding {
                0 => Encoding::Raw,
                1 => Encoding::Json,
                _ => return Err(FrameError::Malformed),
            };
            Ok((Names { lengths, rest }, encoding))
        };
        match kind {
            0 => {
                let mut names = names(4)?;
                let (join_ref, reference) = (names.optional()?, names.optional()?);
                let (topic, event) = (names.required()?, names.required()?);
                Ok(Self::Push {
                    join_ref,
                    reference,
                    topic,
                    event,
                    payload: names.rest,
                })
            }
            1 => {
                let mut names = names(4)?;
                let (join_ref, reference) = (names.optional()?, names.optional()?);
                let (topic, status) = (names.required()?, names.required()?);
                Ok(Self::Reply {
                    join_ref,
                    reference,
                    topic,
                    status,
                    payload: names.rest,
                })
            }
            2 => {
                let mut names = names(2)?;
                let (topic, event) = (names.required()?, names.required()?);
                Ok(Self::Broadcast {
                    topic,
                    event,
                    payload: names.rest,
                })
            }
            3 => {
                let (mut names, encoding) = with_encoding(5)?;
                let (join_ref, reference) = (names.optional()?, names.optional()?);
                let (topic, event) = (names.lenient_required()?, names.lenient_required()?);
                let meta = names.lenient()?;
                let payload = names.rest;
                Ok(Self::UserBroadcastPush {
                    join_ref,
                    reference,
                    topic,
                    event,
                    meta,
                    encoding,
                    payload,
                })
            }
            4 => {
                let (mut names, encoding) = with_encoding(3)?;
                let (topic, event, meta) = (names.required()?, names.required()?, names.next()?);
                Ok(Self::UserBroadcast {
                    topic,
                    event,
                    meta,
                    encoding,
                    payload: names.rest,
                })
            }
            _ => Err(FrameError::Kind),
        }
    }

    /// Encodes the frame; a name longer than 255 bytes is refused.
    pub fn encode(&self) -> Result<Vec<u8>, FrameError> {
        match self {
            Self::Push {
                join_ref,
                reference,
                topic,
                event,
                payload,
            } => assemble(
                0,
                &[
                    join_ref.unwrap_or(""),
                    reference.unwrap_or(""),
                    topic,
                    event,
                ],
                None,
                payload,
            ),
            Self::Reply {
                join_ref,
                reference,
                topic,
                status,
                payload,
            } => assemble(
                1,
                &[
                    join_ref.unwrap_or(""),
                    reference.unwrap_or(""),
                    topic,
                    status,
                ],
                None,
                payload,
            ),
            Self::Broadcast {
                topic,
                event,
                payload,
            } => assemble(2, &[topic, event], None, payload),
            Self::UserBroadcastPush {
                join_ref,
                reference,
                topic,
                event,
                meta,
                encoding,
                payload,
            } => {
                let names = [
                    join_ref.unwrap_or(""),
                    reference.unwrap_or(""),
                    topic,
                    event,
                    meta,
                ];
                assemble(3, &names, Some(*encoding), payload)
            }
            Self::UserBroadcast {
                topic,
                event,
                meta,
                encoding,
                payload,
            } => assemble(4, &[topic, event, meta], Some(*encoding), payload),
        }
    }
}

fn assemble(
    kind: u8,
    names: &[&str],
    encoding: Option<Encoding>,
    payload: &[u8],
) -> Result<Vec<u8>, FrameError> {
    let length: usize = names.iter().map(|name| name.len() + 1).sum();
    let mut bytes = Vec::with_capacity(2 + length + payload.len());
    bytes.push(kind);
    for name in names {
        debug_assert_eq!(MAX_NAME_BYTES, usize::from(u8::MAX));
        bytes.push(u8::try_from(name.len()).map_err(|_| FrameError::Name)?);
    }
    bytes.extend(encoding.map(|encoding| u8::from(encoding == Encoding::Json)));
    for name in names {
        bytes.extend_from_slice(name.as_bytes());
    }
    bytes.extend_from_slice(payload);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_client_broadcast_has_its_bytes_where_the_protocol_says() {
        let frame = BinaryFrame::UserBroadcastPush {
            join_ref: Some("1"),
            reference: Some("2"),
            topic: "realtime:r".into(),
            event: "e".into(),
            meta: "".into(),
            encoding: Encoding::Json,
            payload: b"{}",
        };
        assert_eq!(
            frame.encode().expect("fits"),
            b"\x03\x01\x01\x0a\x01\x00\x0112realtime:re{}"
        );
    }

    #[test]
    fn a_frame_cut_anywhere_in_its_header_is_refused() {
        let whole = b"\x03\x01\x01\x0a\x01\x00\x0112realtime:re";
        for end in 0..whole.len() {
            assert_eq!(
                BinaryFrame::decode(&whole[..end]),
                Err(FrameError::Short),
                "{end}"
            );
        }
        assert!(BinaryFrame::decode(whole).is_ok());
    }

    #[test]
    fn unknown_kinds_and_encodings_are_refused() {
        assert_eq!(BinaryFrame::decode(&[9]), Err(FrameError::Kind));
        assert_eq!(
            BinaryFrame::decode(b"\x04\x01\x01\x00\x07te"),
            Err(FrameError::Malformed)
        );
        assert_eq!(
            BinaryFrame::decode(b"\x02\x01\x01\xff\xfe"),
            Err(FrameError::Utf8)
        );
        assert_eq!(BinaryFrame::decode(b"\x02\x00\x01e"), Err(FrameError::Name));
    }

    #[test]
    fn a_client_broadcast_may_have_its_names_in_latin_1() {
        let bytes = b"\x03\x00\x00\x0e\x02\x00\x00realtime:r\xf8mme\xe5!";
        match BinaryFrame::decode(bytes) {
            Ok(BinaryFrame::UserBroadcastPush { topic, event, .. }) => {
                assert_eq!((&*topic, &*event), ("realtime:rømme", "å!"));
            }
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_the_same_bytes(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(frame) = BinaryFrame::decode(&bytes) {
                let latin = matches!(&frame, BinaryFrame::UserBroadcastPush { topic, event, meta, .. }
                    if [topic, event, meta].into_iter().any(|name| matches!(name, Cow::Owned(_))));
                if !latin {
                    prop_assert_eq!(frame.encode().expect("names fit"), bytes);
                }
            }
        }

        #[test]
        fn every_broadcast_survives(topic in ".{1,40}", event in ".{1,40}", payload: Vec<u8>, json: bool) {
            let encoding = if json { Encoding::Json } else { Encoding::Raw };
            let frame = BinaryFrame::UserBroadcast { topic: &topic, event: &event, meta: "", encoding, payload: &payload };
            let bytes = frame.encode().expect("names fit");
            prop_assert_eq!(BinaryFrame::decode(&bytes), Ok(frame));
        }
    }
}
