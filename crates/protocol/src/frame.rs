//! Text frames: Phoenix's serializers 1.0.0 (an object) and 2.0.0 (an array).

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::json;

/// The greatest length of a topic, an event's name or a reference, in bytes: what fits the one
/// length byte of a binary frame.
pub const MAX_NAME_BYTES: usize = 255;

/// Which serializer a connection speaks, by the `vsn` of its address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// 1.0.0: `{topic, event, payload, ref, join_ref}`; text only.
    #[default]
    V1,
    /// 2.0.0: `[join_ref, ref, topic, event, payload]`; text and binary.
    V2,
}

impl Version {
    /// Parses the `vsn` parameter: any 1.x or 2.x; 1.0.0 where absent.
    pub fn parse(vsn: Option<&str>) -> Option<Self> {
        match vsn.map(|vsn| vsn.split('.').next().unwrap_or_default()) {
            None | Some("1") => Some(Self::V1),
            Some("2") => Some(Self::V2),
            Some(_) => None,
        }
    }
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The text is not JSON, or not the JSON of a frame in this version.
    #[error("not a frame of this serializer")]
    Malformed,
    /// A topic, an event's name or a reference is empty or too long.
    #[error("a name is empty or longer than {MAX_NAME_BYTES} bytes")]
    Name,
    /// A binary frame of a kind that this side does not take.
    #[error("unknown kind of binary frame")]
    Kind,
    /// A binary frame ends before its header says.
    #[error("the binary frame is cut short")]
    Short,
    /// A name in a binary frame is not UTF-8.
    #[error("a name is not UTF-8")]
    Utf8,
}

/// A frame. The payload of a decoded one is the sender's JSON text, not yet looked into.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The reference of the join that opened the channel.
    pub join_ref: Option<Cow<'a, str>>,
    /// The reference that a reply repeats; none on what the server sends unasked.
    pub reference: Option<Cow<'a, str>>,
    /// Whom it is for.
    pub topic: Cow<'a, str>,
    /// What it is.
    pub event: Cow<'a, str>,
    /// What it says.
    pub payload: Cow<'a, RawValue>,
}

/// A string that borrows where it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow, default)]
    join_ref: Option<Text<'a>>,
    #[serde(borrow, default, rename = "ref")]
    reference: Option<Text<'a>>,
    #[serde(borrow)]
    topic: Text<'a>,
    #[serde(borrow)]
    event: Text<'a>,
    #[serde(borrow)]
    payload: &'a RawValue,
}

/// The array form, which has five elements: no fewer, no more.
struct Array<'a>(Object<'a>);

impl<'de> Deserialize<'de> for Array<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements;

        impl<'de> Visitor<'de> for Elements {
            type Value = Array<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[join_ref, ref, topic, event, payload]")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Array<'de>, A::Error> {
                use serde::de::Error;
                let missing = |n| A::Error::invalid_length(n, &"five elements");
                let join_ref = seq.next_element()?.ok_or_else(|| missing(0))?;
                let reference = seq.next_element()?.ok_or_else(|| missing(1))?;
                let topic = seq.next_element()?.ok_or_else(|| missing(2))?;
                let event = seq.next_element()?.ok_or_else(|| missing(3))?;
                let payload = seq.next_element()?.ok_or_else(|| missing(4))?;
                Ok(Array(Object {
                    join_ref,
                    reference,
                    topic,
                    event,
                    payload,
                }))
            }
        }

        deserializer.deserialize_seq(Elements)
    }
}

impl<'a> Frame<'a> {
    /// Decodes a text frame. It borrows from the text.
    pub fn decode(version: Version, text: &'a str) -> Result<Self, FrameError> {
        let object = match version {
            Version::V1 => json::from_str::<Object<'_>>(text),
            Version::V2 => json::from_str::<Array<'_>>(text).map(|array| array.0),
        }
        .map_err(|_| FrameError::Malformed)?;
        let frame = Self {
            join_ref: object.join_ref.map(|text| text.0),
            reference: object.reference.map(|text| text.0),
            topic: object.topic.0,
            event: object.event.0,
            payload: Cow::Borrowed(object.payload),
        };
        let names = [
            Some(&frame.topic),
            Some(&frame.event),
            frame.join_ref.as_ref(),
            frame.reference.as_ref(),
        ];
        let fits = |name: &&Cow<'_, str>| (1..=MAX_NAME_BYTES).contains(&name.len());
        if names.iter().flatten().all(fits) {
            Ok(frame)
        } else {
            Err(FrameError::Name)
        }
    }

    /// Parses the payload.
    pub fn parse<T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        json::from_str(self.payload.get())
    }
}

/// A frame to be sent, its payload any value that serialises.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a, P> {
    /// The reference of the join that opened the channel.
    pub join_ref: Option<&'a str>,
    /// The reference that a reply repeats.
    pub reference: Option<&'a str>,
    /// Whom it is for.
    pub topic: &'a str,
    /// What it is.
    pub event: &'a str,
    /// What it says.
    pub payload: P,
}

/// What a server sends in version 1: it leaves `join_ref` out.
#[derive(Serialize)]
struct ServerObject<'a, P> {
    topic: &'a str,
    event: &'a str,
    payload: P,
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
}

#[derive(Serialize)]
struct ClientObject<'a, P> {
    join_ref: Option<&'a str>,
    #[serde(flatten)]
    rest: ServerObject<'a, P>,
}

impl<P: Serialize> Outgoing<'_, P> {
    /// Encodes the frame as a server sends it.
    ///
    /// # Panics
    /// When the payload does not serialise, which the types of this crate always do.
    pub fn encode(&self, version: Version) -> String {
        let Self {
            join_ref,
            reference,
            topic,
            event,
            payload,
        } = self;
        match version {
            Version::V1 => serde_json::to_string(&ServerObject {
                topic,
                event,
                payload,
                reference: *reference,
            }),
            Version::V2 => serde_json::to_string(&(join_ref, reference, topic, event, payload)),
        }
        .expect("payloads have string keys and no failing serialisers")
    }

    /// Encodes the frame as a client sends it.
    ///
    /// # Panics
    /// When the payload does not serialise, which the types of this crate always do.
    pub fn encode_client(&self, version: Version) -> String {
        let Self {
            join_ref,
            reference,
            topic,
            event,
            payload,
        } = self;
        match version {
            Version::V1 => {
                let rest = ServerObject {
                    topic,
                    event,
                    payload,
                    reference: *reference,
                };
                serde_json::to_string(&ClientObject {
                    join_ref: *join_ref,
                    rest,
                })
                .expect("payloads have string keys and no failing serialisers")
            }
            Version::V2 => self.encode(version),
        }
    }
}

/// The payload of `phx_reply`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply<R> {
    /// `ok` or `error`.
    pub status: ReplyStatus,
    /// The answer, or the [`crate::WireError`].
    pub response: R,
}

/// How a reply ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyStatus {
    /// It was done.
    Ok,
    /// It was refused.
    Error,
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::json;

    use super::*;

    fn outgoing() -> Outgoing<'static, serde_json::Value> {
        Outgoing {
            join_ref: Some("1"),
            reference: None,
            topic: "chat:1",
            event: "typing",
            payload: json!({"userId": "kari"}),
        }
    }

    #[test]
    fn the_serializers_write_their_forms() {
        assert_snapshot!(outgoing().encode(Version::V1), @r#"{"topic":"chat:1","event":"typing","payload":{"userId":"kari"},"ref":null}"#);
        assert_snapshot!(outgoing().encode(Version::V2), @r#"["1",null,"chat:1","typing",{"userId":"kari"}]"#);
        assert_snapshot!(outgoing().encode_client(Version::V1), @r#"{"join_ref":"1","topic":"chat:1","event":"typing","payload":{"userId":"kari"},"ref":null}"#);
    }

    #[test]
    fn a_frame_survives_both_serializers() {
        for version in [Version::V1, Version::V2] {
            let text = outgoing().encode_client(version);
            let frame = Frame::decode(version, &text).expect("a frame");
            assert_eq!(frame.join_ref.as_deref(), Some("1"));
            assert_eq!(frame.reference, None);
            assert_eq!((&*frame.topic, &*frame.event), ("chat:1", "typing"));
            assert_eq!(
                frame.parse::<serde_json::Value>().expect("JSON"),
                json!({"userId": "kari"})
            );
        }
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        let long = format!(r#"[null,null,"{}","e",{{}}]"#, "t".repeat(256));
        let cases = [
            (Version::V2, "", FrameError::Malformed),
            (Version::V2, "[]", FrameError::Malformed),
            (Version::V2, r#"[null,null,"t","e"]"#, FrameError::Malformed),
            (
                Version::V2,
                r#"[null,null,"t","e",{},1]"#,
                FrameError::Malformed,
            ),
            (Version::V2, r#"[1,null,"t","e",{}]"#, FrameError::Malformed),
            (Version::V2, r#"[null,null,"t","",{}]"#, FrameError::Name),
            (Version::V2, &long, FrameError::Name),
            (
                Version::V1,
                r#"[null,null,"t","e",{}]"#,
                FrameError::Malformed,
            ),
            (
                Version::V1,
                r#"{"topic":"t","event":"e"}"#,
                FrameError::Malformed,
            ),
        ];
        for (version, text, error) in cases {
            assert_eq!(Frame::decode(version, text).err(), Some(error), "{text}");
        }
    }

    #[test]
    fn the_version_is_the_major_number() {
        assert_eq!(Version::parse(None), Some(Version::V1));
        assert_eq!(Version::parse(Some("1.0.0")), Some(Version::V1));
        assert_eq!(Version::parse(Some("2.0.0")), Some(Version::V2));
        assert_eq!(Version::parse(Some("3.0.0")), None);
        assert_eq!(Version::parse(Some("")), None);
    }

    proptest::proptest! {
        #[test]
        fn decoding_never_panics(text in ".*", v1 in proptest::bool::ANY) {
            let version = if v1 { Version::V1 } else { Version::V2 };
            let _ = Frame::decode(version, &text);
        }
    }
}
