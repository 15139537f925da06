//! Presence in Phoenix's shapes: `{key: {metas: [{phx_ref, …}]}}`.
//!
//! A user has one meta, folded from their devices. Its `phx_ref` stays while they stay, so that an
//! update replaces the meta in Phoenix's own `syncDiff`, and never looks like a leave.

use serde::{Deserialize, Serialize};

use samtale_model::flat::Map;
use samtale_model::presence::{PresenceDiff, PresenceState};
use samtale_model::{DeviceKind, Presence, Status, UnixMillis, UserId};

/// One presence of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(from = "Flat")]
pub struct Meta {
    /// Names this presence, from its join to its leave.
    pub phx_ref: String,
    /// How the user is present.
    #[serde(flatten)]
    pub presence: Presence,
}

/// A [`Meta`] as it is read: what serde reads flattened, it first keeps aside.
#[derive(Deserialize)]
struct Flat {
    phx_ref: String,
    status: Status,
    #[serde(default)]
    device: DeviceKind,
    at: Option<String>,
    #[serde(rename = "lastSeen")]
    last_seen: Option<UnixMillis>,
}

impl From<Flat> for Meta {
    fn from(flat: Flat) -> Self {
        Self {
            phx_ref: flat.phx_ref,
            presence: Presence {
                status: flat.status,
                device: flat.device,
                at: flat.at,
                last_seen: flat.last_seen,
            },
        }
    }
}

/// The presences of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Metas {
    /// One, folded from their devices.
    pub metas: Vec<Meta>,
}

/// `presence_state`: everyone who is present, by user id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct StateEvent(
    #[cfg_attr(feature = "ts", ts(as = "std::collections::BTreeMap<UserId, Metas>"))]
    pub  Map<UserId, Metas>,
);

/// `presence_diff`: who came or changed, and who left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct DiffEvent {
    /// Who came or changed.
    #[cfg_attr(feature = "ts", ts(as = "std::collections::BTreeMap<UserId, Metas>"))]
    pub joins: Map<UserId, Metas>,
    /// Who left.
    #[cfg_attr(feature = "ts", ts(as = "std::collections::BTreeMap<UserId, Metas>"))]
    pub leaves: Map<UserId, Metas>,
}

fn into_state(metas: Map<UserId, Metas>) -> PresenceState {
    let first = |(user, metas): (UserId, Metas)| {
        metas
            .metas
            .into_iter()
            .next()
            .map(|meta| (user, meta.presence))
    };
    metas.into_iter().filter_map(first).collect()
}

impl From<StateEvent> for PresenceState {
    fn from(event: StateEvent) -> Self {
        into_state(event.0)
    }
}

impl From<DiffEvent> for PresenceDiff {
    fn from(event: DiffEvent) -> Self {
        Self {
            joins: into_state(event.joins),
            leaves: into_state(event.leaves),
        }
    }
}
