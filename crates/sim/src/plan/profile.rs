//! What kinds of histories there are: who is there, how much happens, and what goes wrong how often.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A kind of history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Two people talk on bad trains
    Trains,
    /// A busy group, each with a device or two
    Group,
    /// Many devices are cut off at once
    Storm,
    /// Some are away for long, and come back to much
    Away,
    /// The server is killed, and loses its power
    Crashes,
    /// The server takes little from each
    Limits,
    /// People are added, removed, and given other roles
    Churn,
    /// Devices whose storage is full, slow, or fails
    Storage,
    /// Networks that let no WebSocket through
    Http,
    /// The server is put back to a backup
    Backups,
    /// Devices that sleep, and clocks that jump
    Laptops,
    /// Tokens that run out, come late, or are refused
    Tokens,
    /// All of it
    Hostile,
}

/// Something that a plan is put together from: a step, or a few that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happening {
    /// A person does something small.
    Act,
    /// A person sends several messages at once.
    Burst,
    /// Someone is added, removed, given another role; a rule changes.
    Membership,
    /// A chat is made.
    NewChat,
    /// A few steps that belong together, of one scene or another.
    Scene,
    /// A person signs out, and in again.
    SignOut,
    /// A device's network is bad for a while.
    BadNetwork,
    /// A device has no network for a while.
    Tunnel,
    /// A device's links are cut.
    Cut,
    /// Everyone's links are cut.
    CutAll,
    /// A device's links die without a word.
    HalfOpen,
    /// A device's network lets no WebSocket through for a while.
    NoWebsockets,
    /// Fan-out loses and repeats events for a while, for everyone.
    LossyFanOut,
    /// A device is killed, and booted again.
    DeviceKill,
    /// A device sleeps for a while.
    Sleep,
    /// A device's wall clock jumps.
    DeviceSkew,
    /// A device's storage is in a bad mood for a while.
    BadStorage,
    /// A device's tokens are in a bad mood for a while.
    BadTokens,
    /// A device is away for hours.
    LongAway,
    /// The server is killed, and booted again.
    ServerKill,
    /// The machine loses its power at once, and is booted again.
    PowerCut,
    /// The machine loses its power while it writes.
    PowerCutInWrite,
    /// The server is asked to stop, and booted again.
    Drain,
    /// The disk is full for a while.
    DiskFull,
    /// The disk can't sync: the server must end itself.
    FailedSync,
    /// The server's wall clock jumps.
    ServerSkew,
    /// A backup is made.
    Backup,
    /// A backup is put back.
    Restore,
    /// Everything heals and is checked.
    Quiet,
}

/// How a profile's plans are drawn.
pub(super) struct Shape {
    /// How often the profile is drawn, against the others.
    pub(super) weight: u64,
    /// How many users.
    pub(super) users: (u64, u64),
    /// How many devices more than users.
    pub(super) more_devices: (u64, u64),
    /// How many chats there are at first.
    pub(super) chats: (u64, u64),
    /// How many happenings.
    pub(super) happenings: (u64, u64),
    /// Which, and how often each against the others.
    pub(super) mix: &'static [(u64, Happening)],
}

/// What people do wherever they are, beside a profile's own happenings.
const TALK: [(u64, Happening); 3] = [
    (60, Happening::Act),
    (6, Happening::Burst),
    (4, Happening::Scene),
];

impl Profile {
    /// Every profile.
    pub const ALL: &'static [Self] = &[
        Self::Trains,
        Self::Group,
        Self::Storm,
        Self::Away,
        Self::Crashes,
        Self::Limits,
        Self::Churn,
        Self::Storage,
        Self::Http,
        Self::Backups,
        Self::Laptops,
        Self::Tokens,
        Self::Hostile,
    ];

    /// Returns the profile's name, as it stands in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trains => "trains",
            Self::Group => "group",
            Self::Storm => "storm",
            Self::Away => "away",
            Self::Crashes => "crashes",
            Self::Limits => "limits",
            Self::Churn => "churn",
            Self::Storage => "storage",
            Self::Http => "http",
            Self::Backups => "backups",
            Self::Laptops => "laptops",
            Self::Tokens => "tokens",
            Self::Hostile => "hostile",
        }
    }

    /// Returns what happens in it and how often, talk included.
    pub(super) fn happenings(self) -> Vec<(u64, Happening)> {
        let talk: &[(u64, Happening)] = if self == Self::Storm { &[] } else { &TALK };
        [talk, self.shape().mix].concat()
    }

    pub(super) const fn shape(self) -> Shape {
        use Happening as H;
        let shape = Shape {
            weight: 10,
            users: (2, 4),
            more_devices: (0, 2),
            chats: (1, 3),
            happenings: (40, 90),
            mix: &[],
        };
        match self {
            Self::Trains => Shape {
                users: (2, 2),
                more_devices: (0, 1),
                chats: (1, 1),
                mix: &[
                    (8, H::Tunnel),
                    (8, H::BadNetwork),
                    (6, H::Cut),
                    (4, H::HalfOpen),
                    (2, H::LossyFanOut),
                    (2, H::DeviceKill),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Group => Shape {
                users: (3, 5),
                more_devices: (0, 3),
                happenings: (60, 120),
                mix: &[
                    (4, H::Burst),
                    (3, H::LossyFanOut),
                    (3, H::Cut),
                    (2, H::BadNetwork),
                    (2, H::Membership),
                    (1, H::NewChat),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Storm => Shape {
                weight: 3,
                users: (8, 20),
                more_devices: (24, 36),
                chats: (1, 2),
                happenings: (8, 16),
                mix: &[
                    (10, H::Act),
                    (3, H::CutAll),
                    (1, H::ServerKill),
                    (1, H::Drain),
                    (1, H::HalfOpen),
                ],
            },
            Self::Away => Shape {
                more_devices: (1, 3),
                mix: &[
                    (5, H::LongAway),
                    (5, H::Burst),
                    (3, H::Tunnel),
                    (2, H::DeviceKill),
                    (2, H::Membership),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Crashes => Shape {
                weight: 14,
                mix: &[
                    (4, H::ServerKill),
                    (3, H::PowerCut),
                    (4, H::PowerCutInWrite),
                    (2, H::Drain),
                    (2, H::DiskFull),
                    (2, H::FailedSync),
                    (1, H::Cut),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Limits => Shape {
                weight: 6,
                mix: &[
                    (14, H::Burst),
                    (3, H::Cut),
                    (1, H::CutAll),
                    (1, H::NoWebsockets),
                    (1, H::LossyFanOut),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Churn => Shape {
                users: (3, 5),
                mix: &[
                    (30, H::Membership),
                    (3, H::NewChat),
                    (3, H::Tunnel),
                    (2, H::Cut),
                    (2, H::LossyFanOut),
                    (2, H::BadNetwork),
                    (1, H::DeviceKill),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Storage => Shape {
                mix: &[
                    (10, H::BadStorage),
                    (8, H::DeviceKill),
                    (3, H::Tunnel),
                    (2, H::Cut),
                    (1, H::NewChat),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Http => Shape {
                mix: &[
                    (8, H::NoWebsockets),
                    (4, H::BadNetwork),
                    (3, H::Cut),
                    (2, H::Membership),
                    (1, H::ServerKill),
                    (1, H::DeviceKill),
                    (1, H::NewChat),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Backups => Shape {
                weight: 6,
                happenings: (40, 70),
                mix: &[
                    (5, H::Backup),
                    (4, H::Restore),
                    (2, H::Tunnel),
                    (2, H::DeviceKill),
                    (2, H::Membership),
                    (1, H::NewChat),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Laptops => Shape {
                mix: &[
                    (8, H::Sleep),
                    (4, H::DeviceSkew),
                    (1, H::ServerSkew),
                    (2, H::Cut),
                    (2, H::BadNetwork),
                    (1, H::LongAway),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Tokens => Shape {
                weight: 8,
                mix: &[
                    (10, H::BadTokens),
                    (3, H::Cut),
                    (2, H::Tunnel),
                    (2, H::Sleep),
                    (1, H::DeviceSkew),
                    (1, H::SignOut),
                    (1, H::NoWebsockets),
                    (1, H::Quiet),
                ],
                ..shape
            },
            Self::Hostile => Shape {
                weight: 14,
                users: (2, 5),
                more_devices: (0, 3),
                happenings: (50, 110),
                mix: &[
                    (3, H::Membership),
                    (1, H::NewChat),
                    (1, H::SignOut),
                    (3, H::BadNetwork),
                    (3, H::Tunnel),
                    (3, H::Cut),
                    (1, H::CutAll),
                    (2, H::HalfOpen),
                    (2, H::NoWebsockets),
                    (2, H::LossyFanOut),
                    (3, H::DeviceKill),
                    (2, H::Sleep),
                    (1, H::DeviceSkew),
                    (2, H::BadStorage),
                    (2, H::BadTokens),
                    (2, H::ServerKill),
                    (1, H::PowerCut),
                    (2, H::PowerCutInWrite),
                    (1, H::Drain),
                    (1, H::DiskFull),
                    (1, H::FailedSync),
                    (1, H::ServerSkew),
                    (1, H::Backup),
                    (1, H::Restore),
                    (2, H::Quiet),
                ],
                ..shape
            },
        }
    }
}
