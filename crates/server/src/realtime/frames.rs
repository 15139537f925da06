//! What the members of a channel are sent.

use std::collections::BTreeMap;

use bytes::Bytes;
use samtale_protocol::binary::{BinaryFrame, Encoding};
use samtale_protocol::frame::Outgoing;
use samtale_protocol::realtime::{BROADCAST, BroadcastMeta, System};
use samtale_protocol::{Version, event};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::Name;
use crate::gateway::transport::Data;

/// What a broadcast says.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// JSON: `event`, `payload`, and what the sender put beside them.
    Json(BTreeMap<String, Box<RawValue>>),
    /// Bytes, under the sender's own name for them.
    Raw {
        /// The name.
        event: String,
        /// The bytes.
        payload: Bytes,
    },
}

impl Body {
    /// Makes the body of a JSON payload.
    pub(crate) fn json(event: &str, payload: Option<Box<RawValue>>) -> Self {
        let mut fields = BTreeMap::from([
            ("type".to_owned(), raw(&BROADCAST)),
            ("event".to_owned(), raw(&event)),
        ]);
        if let Some(payload) = payload {
            fields.insert("payload".to_owned(), payload);
        }
        Self::Json(fields)
    }

    /// Returns its size, in bytes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Json(fields) => fields
                .iter()
                .map(|(name, value)| name.len() + value.get().len())
                .sum(),
            Self::Raw { event, payload } => event.len() + payload.len(),
        }
    }

    /// Encodes it; none where the serializer has no form for it.
    pub(crate) fn encode(
        &self,
        name: &Name,
        join_ref: Option<&str>,
        meta: Option<BroadcastMeta<'_>>,
        version: Version,
    ) -> Option<Data> {
        let topic = name.topic();
        match self {
            // Text reads the same to every client; of Phoenix's own, none knows the binary form.
            Self::Json(fields) => {
                let meta = meta.map(|meta| raw(&meta));
                let mut fields: BTreeMap<&str, &RawValue> = fields
                    .iter()
                    .map(|(name, value)| (name.as_str(), &**value))
                    .collect();
                if let Some(meta) = &meta {
                    fields.insert("meta", meta);
                }
                Some(Data::Text(text(
                    &topic, BROADCAST, join_ref, fields, version,
                )))
            }
            Self::Raw { .. } if version == Version::V1 => None,
            Self::Raw { event, payload } => {
                let meta = meta.map(|meta| raw(&meta));
                let frame = BinaryFrame::UserBroadcast {
                    topic: &topic,
                    event,
                    meta: meta.as_deref().map_or("", RawValue::get),
                    encoding: Encoding::Raw,
                    payload,
                };
                // Names that came in a frame fit one.
                frame.encode().ok().map(Bytes::from).map(Data::Binary)
            }
        }
    }
}

/// Makes JSON of what always has a form in it.
pub(super) fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("texts, numbers and objects with text keys serialise")
}

/// Encodes an event of a channel.
pub(crate) fn text(
    topic: &str,
    event: &str,
    join_ref: Option<&str>,
    payload: impl Serialize,
    version: Version,
) -> Bytes {
    let frame = Outgoing {
        join_ref,
        reference: None,
        topic,
        event,
        payload,
    };
    Bytes::from(frame.encode(version))
}

/// Encodes a message about the channel itself.
pub(crate) fn system(
    name: &Name,
    join_ref: Option<&str>,
    status: &str,
    extension: &str,
    message: &str,
    version: Version,
) -> Bytes {
    let payload = System {
        extension,
        status,
        message,
        channel: &name.text,
    };
    text(&name.topic(), event::SYSTEM, join_ref, payload, version)
}

/// Encodes the end of a channel: for good, or by a fault after which its client joins again.
pub(super) fn end(name: &Name, event: &str, version: Version) -> Bytes {
    text(&name.topic(), event, None, serde_json::json!({}), version)
}
