//! Channels of Supabase's kind, topic `realtime:<name>`: what a client asks for, and what it is sent.
//!
//! Source: the protocol as the npm package `@supabase/realtime-js` speaks it. Where that takes a
//! boolean it may come as a string, and what it leaves out is off.

use samtale_model::UnixMillis;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

pub mod filter;

pub use filter::{Filter, FilterError};

/// A broadcast: what clients say to each other.
pub const BROADCAST: &str = "broadcast";
/// A changed row, for who asked for changes.
pub const POSTGRES_CHANGES: &str = "postgres_changes";

/// The payload of `phx_join`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Join {
    /// What the channel is for.
    pub config: Config,
    /// Whose the channel is, where that is not said by the socket's own key.
    pub access_token: Option<String>,
}

/// What a channel is for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Config {
    /// How broadcasts are handled.
    pub broadcast: Broadcasts,
    /// Whether the channel shows who is present.
    pub presence: Presences,
    /// Which changed rows it is told of. Kept as they came, for the reply repeats them.
    #[serde(deserialize_with = "or_default")]
    pub postgres_changes: Vec<Map<String, Value>>,
    /// Whether it is for those alone who are let in.
    #[serde(deserialize_with = "flag")]
    pub private: bool,
}

/// How a channel's broadcasts are handled.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Broadcasts {
    /// Whether each is answered.
    #[serde(deserialize_with = "flag")]
    pub ack: bool,
    /// Whether they come back to who sent them.
    #[serde(rename = "self", deserialize_with = "flag")]
    pub echo: bool,
    /// Which earlier ones are told first.
    pub replay: Option<Replay>,
    /// Whether a system message says that changes are on their way.
    #[serde(deserialize_with = "flag")]
    pub replication_ready: bool,
}

/// Which earlier broadcasts a private channel is told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Replay {
    /// Those from this moment on, in milliseconds since 1970.
    #[serde(deserialize_with = "moment")]
    pub since: UnixMillis,
    /// The newest so many of them; [`Self::MOST`] where it is not said.
    pub limit: Option<u32>,
}

/// Whether and how a channel shows who is present.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Presences {
    /// Whether it does.
    #[serde(deserialize_with = "flag")]
    pub enabled: bool,
    /// Under which key this client is present; empty for one of the server's making.
    #[serde(deserialize_with = "or_default")]
    pub key: String,
}

impl Replay {
    /// The most broadcasts that are told again.
    pub const MOST: u32 = 25;

    /// Returns how many are told at the most: 1 to [`Self::MOST`].
    pub fn limit(self) -> u32 {
        self.limit.unwrap_or(Self::MOST).clamp(1, Self::MOST)
    }
}

/// One table, or all, that a channel wants to hear of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Binding {
    /// `INSERT`, `UPDATE`, `DELETE` or `*`.
    pub event: String,
    /// The schema, or `*`.
    pub schema: String,
    /// The table; all of them where it is `*` or left out.
    #[serde(deserialize_with = "or_default")]
    pub table: Option<String>,
    /// Which rows; all of them where it is left out.
    #[serde(deserialize_with = "or_default")]
    pub filter: Option<String>,
    /// Which columns; all of them where it is left out.
    #[serde(deserialize_with = "or_default")]
    pub select: Option<Vec<String>>,
}

impl Default for Binding {
    fn default() -> Self {
        Self {
            event: "*".into(),
            schema: "public".into(),
            table: None,
            filter: None,
            select: None,
        }
    }
}

/// What happened to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ChangeKind {
    /// It came to be.
    Insert,
    /// It was changed.
    Update,
    /// It is gone.
    Delete,
}

impl ChangeKind {
    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// A push of presence: `track` with what to show, or `untrack`.
#[derive(Debug, Deserialize)]
pub struct PresencePush<'a> {
    /// `track` or `untrack`, in any case.
    pub event: String,
    /// What to show.
    #[serde(borrow, default)]
    pub payload: Option<&'a RawValue>,
}

/// A broadcast as text. What stands beside these is passed on as it came.
#[derive(Debug, Deserialize)]
pub struct BroadcastPush<'a> {
    /// The sender's own name for it.
    pub event: String,
    /// What it says.
    #[serde(borrow, default)]
    pub payload: Option<&'a RawValue>,
}

/// A broadcast as its receivers get it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Broadcast<'a> {
    /// Always `broadcast`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The sender's own name for it.
    pub event: &'a str,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<&'a RawValue>,
    /// Which one it is, where it can be told again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<BroadcastMeta<'a>>,
}

/// Which broadcast it is.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BroadcastMeta<'a> {
    /// The same whenever it is told.
    pub id: &'a str,
    /// Whether it is told again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replayed: bool,
}

/// The payload of `system`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct System<'a> {
    /// `system` or `postgres_changes`.
    pub extension: &'a str,
    /// `ok` or `error`.
    pub status: &'a str,
    /// What there is to say.
    pub message: &'a str,
    /// The channel's name, without `realtime:`.
    pub channel: &'a str,
}

/// The answer where something is refused; the text begins with a code.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// `Code: text`.
    pub reason: String,
}

/// The body of `POST /realtime/v1/api/broadcast`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BroadcastBatch {
    /// The broadcasts, 1 to [`Self::MAX`].
    pub messages: Vec<BroadcastMessage>,
}

impl BroadcastBatch {
    /// The most broadcasts in one request.
    pub const MAX: usize = 100;
}

/// A broadcast over HTTP.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BroadcastMessage {
    /// The channel's name, without `realtime:`.
    pub topic: String,
    /// The sender's own name for it.
    pub event: String,
    /// What it says.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub payload: Box<RawValue>,
    /// Whether it is for the private channel of that name.
    #[serde(default, deserialize_with = "flag")]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub private: bool,
}

/// Reads a boolean that may come as a string; null is off.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(flag),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" || text.is_empty() => Ok(false),
        _ => Err(D::Error::custom("a boolean is expected")),
    }
}

/// Reads a value that may be null.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a moment: a number of milliseconds, perhaps with a fraction.
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UnixMillis, D::Error> {
    let millis = f64::deserialize(deserializer)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a number beyond the range becomes its end; a fraction of a millisecond is of no use"
    )]
    Ok(UnixMillis(millis as i64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn join(payload: &Value) -> Result<Join, serde_json::Error> {
        crate::json::from_str(&payload.to_string())
    }

    #[test]
    fn a_join_is_read_as_its_clients_write_it() {
        let full = json!({
            "config": {
                "broadcast": { "ack": "true", "self": true, "replay": { "since": 12.5, "limit": 400 } },
                "presence": { "key": null, "enabled": "false" },
                "postgres_changes": [{ "event": "*", "schema": "public", "table": "messages", "extra": 1 }],
                "private": null
            },
            "access_token": null,
            "version": "realtime-js/2"
        });
        let read = join(&full).expect("a join");
        let Broadcasts {
            ack, echo, replay, ..
        } = read.config.broadcast;
        assert!(ack && echo && !read.config.private && !read.config.presence.enabled);
        let replay = replay.expect("a replay");
        assert_eq!((replay.since, replay.limit()), (UnixMillis(12), 25));
        assert_eq!(read.config.postgres_changes[0]["extra"], 1);
        assert!(!join(&json!({})).expect("a join").config.broadcast.ack);
    }

    #[test]
    fn what_is_of_the_wrong_type_is_refused() {
        for bad in [
            json!({ "config": { "private": 1 } }),
            json!({ "config": { "private": "yes" } }),
            json!({ "config": { "broadcast": { "replay": { "limit": 3 } } } }),
            json!({ "access_token": {} }),
        ] {
            assert!(join(&bad).is_err(), "{bad}");
        }
    }
}
