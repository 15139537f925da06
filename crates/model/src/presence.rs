//! Who is there: one presence per device, folded to one status per user.

use serde::{Deserialize, Serialize};

use crate::flat::Map;
use crate::{UnixMillis, UserId};

/// How available someone is, the most available first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There.
    Online,
    /// There, and not to be disturbed.
    Busy,
    /// Idle.
    Away,
    /// Not there, or not to be seen.
    #[default]
    Offline,
}

impl Status {
    /// Returns the status' name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Busy => "busy",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }
}

/// What kind of device someone uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A computer.
    #[default]
    Desktop,
    /// A phone.
    Mobile,
    /// A tablet.
    Tablet,
}

/// How one user, or one device of theirs, is present.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Presence {
    /// How available.
    pub status: Status,
    /// On what kind of device.
    #[serde(default)]
    pub device: DeviceKind,
    /// Where: `chat:<id>` or a page's name, at most 64 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub at: Option<String>,
    /// When they were last active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub last_seen: Option<UnixMillis>,
}

/// Folds a user's devices to one presence.
///
/// "Busy" is something a person says of themselves, not of a device: it holds on all of them
/// unless the person is offline. Otherwise the most available device wins, and among equals the
/// last active. None where no device is to be seen.
pub fn fold<'a>(devices: impl IntoIterator<Item = &'a Presence>) -> Option<Presence> {
    let mut folded: Option<Presence> = None;
    for device in devices {
        if device.status == Status::Offline {
            continue;
        }
        let rank = |p: &Presence| {
            (
                p.status != Status::Online,
                p.status != Status::Busy,
                std::cmp::Reverse(p.last_seen),
            )
        };
        folded = match folded {
            Some(best) if rank(&best) <= rank(device) => {
                let last_seen = best.last_seen.max(device.last_seen);
                Some(Presence { last_seen, ..best })
            }
            Some(best) => {
                let last_seen = best.last_seen.max(device.last_seen);
                Some(Presence {
                    last_seen,
                    ..device.clone()
                })
            }
            None => Some(device.clone()),
        };
    }
    folded
}

/// Who is present in a chat, by user.
pub type PresenceState = Map<UserId, Presence>;

/// What changed in a chat's presence. An update is a join of someone who is there already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresenceDiff {
    /// Who came or changed, in their new state.
    pub joins: PresenceState,
    /// Who left.
    pub leaves: PresenceState,
}

/// Applies a diff.
pub fn apply_diff(state: &mut PresenceState, diff: PresenceDiff) {
    for user in diff.leaves.keys() {
        state.remove(user);
    }
    state.extend(diff.joins);
}

/// Derives the diff that leads from one state to another.
pub fn diff(from: &PresenceState, to: &PresenceState) -> PresenceDiff {
    let changed = |(user, presence): &(&UserId, &Presence)| from.get(*user) != Some(*presence);
    let left = |(user, _): &(&UserId, &Presence)| !to.contains_key(*user);
    let own = |(user, presence): (&UserId, &Presence)| (user.clone(), presence.clone());
    PresenceDiff {
        joins: to.iter().filter(changed).map(own).collect(),
        leaves: from.iter().filter(left).map(own).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(status: Status, seen: i64) -> Presence {
        Presence {
            status,
            last_seen: Some(UnixMillis(seen)),
            ..Presence::default()
        }
    }

    #[test]
    fn the_most_available_device_wins() {
        let fold = |devices: &[Presence]| fold(devices).map(|p| p.status);
        assert_eq!(fold(&[]), None);
        assert_eq!(fold(&[device(Status::Offline, 9)]), None);
        assert_eq!(
            fold(&[device(Status::Away, 9), device(Status::Online, 1)]),
            Some(Status::Online)
        );
        assert_eq!(
            fold(&[device(Status::Away, 9), device(Status::Busy, 1)]),
            Some(Status::Busy)
        );
        assert_eq!(
            fold(&[device(Status::Busy, 9), device(Status::Online, 1)]),
            Some(Status::Online)
        );
    }

    #[test]
    fn last_seen_is_the_latest_of_all_devices() {
        let folded = fold(&[device(Status::Online, 1), device(Status::Away, 7)]).expect("present");
        assert_eq!(
            (folded.status, folded.last_seen),
            (Status::Online, Some(UnixMillis(7)))
        );
    }

    #[test]
    fn applying_the_diff_of_two_states_leads_from_one_to_the_other() {
        let user = |name| UserId::new(name).expect("a valid id");
        let from = PresenceState::from_iter([
            (user("a"), device(Status::Online, 1)),
            (user("b"), device(Status::Away, 1)),
        ]);
        let to = PresenceState::from_iter([
            (user("b"), device(Status::Online, 2)),
            (user("c"), device(Status::Busy, 2)),
        ]);
        let change = diff(&from, &to);
        assert!(
            !change.leaves.contains_key(&user("b")),
            "an update is not a leave"
        );
        let mut state = from;
        apply_diff(&mut state, change);
        assert_eq!(state, to);
    }
}
