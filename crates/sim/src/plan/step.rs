//! What can happen in a world: everything is one of these.

use samtale_engine::Network;
use samtale_model::{HistoryRule, Role, Status};
use serde::{Deserialize, Serialize};

use super::{ChatNo, DeviceNo, UserNo};
use crate::device::{StorageMood, TokenMood};
use crate::net::{Condition, Direction};

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A person does something at a device. Passed over where the device is off or asleep.
    Act {
        /// Where.
        device: DeviceNo,
        /// What.
        act: Act,
    },
    /// Something happens to a device.
    Device {
        /// To which.
        device: DeviceNo,
        /// What.
        event: DeviceEvent,
    },
    /// Something happens to the network.
    Net(NetEvent),
    /// Something happens to the server.
    Server(ServerEvent),
    /// The world heals all that is broken, waits until nothing moves, and checks everything.
    Quiet,
}

/// Which message or op of a chat, as the device shows it when the step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// The n-th newest message of the person's own, optimistic ones included; wraps around.
    Own(usize),
    /// The n-th newest message of anyone; wraps around.
    Any(usize),
}

/// What a person does. Chats and users are numbers that wrap around.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Seeks the connection, and keeps it.
    Connect,
    /// Lets it go.
    Disconnect,
    /// Seeks it anew.
    Reconnect,
    /// Opens a chat.
    Open {
        /// Which.
        chat: ChatNo,
    },
    /// Closes a chat.
    Close {
        /// Which.
        chat: ChatNo,
    },
    /// Sends messages at once, one after another.
    Send {
        /// Where to.
        chat: ChatNo,
        /// How many.
        count: usize,
        /// How many words each has.
        words: usize,
        /// Whether they are stored until the server has them.
        persist: bool,
    },
    /// Answers a message.
    Reply {
        /// Where.
        chat: ChatNo,
        /// Which message.
        to: Pick,
        /// Whether the answer goes into the message's thread.
        thread: bool,
    },
    /// Changes the words of a message.
    Edit {
        /// Where.
        chat: ChatNo,
        /// Which.
        message: Pick,
    },
    /// Deletes a message.
    Delete {
        /// Where.
        chat: ChatNo,
        /// Which.
        message: Pick,
    },
    /// Sets or takes back a reaction.
    React {
        /// Where.
        chat: ChatNo,
        /// To which message.
        message: Pick,
        /// Which of some emoji; wraps around.
        emoji: usize,
        /// Whether it is set.
        on: bool,
    },
    /// Has the newest messages of a chat on the screen.
    MarkRead {
        /// Which.
        chat: ChatNo,
    },
    /// Presses a key in a composer.
    Type {
        /// Where.
        chat: ChatNo,
    },
    /// Leaves the composer.
    StopTyping {
        /// Where.
        chat: ChatNo,
    },
    /// Sets one's status; none: by activity.
    SetStatus {
        /// To what.
        status: Option<Status>,
    },
    /// Moves the mouse.
    Activity,
    /// Brings the program to the foreground or out of it.
    Show {
        /// Whether it is seen.
        visible: bool,
    },
    /// Leaves words in a composer; none removes them.
    Draft {
        /// Where.
        chat: ChatNo,
        /// How many words.
        words: usize,
    },
    /// Mutes a chat, or no longer.
    Mute {
        /// Which.
        chat: ChatNo,
        /// Whether.
        on: bool,
    },
    /// Scrolls back.
    LoadOlder {
        /// Where.
        chat: ChatNo,
        /// How many messages; none: a page.
        limit: Option<u32>,
    },
    /// Scrolls the list of chats.
    LoadMoreChats,
    /// Searches for a word that messages hold.
    Search {
        /// Only in this chat.
        chat: Option<ChatNo>,
        /// Which of the words; wraps around.
        word: usize,
    },
    /// Makes a chat.
    CreateChat {
        /// How far back later members see.
        history: HistoryRule,
        /// Who else is in it, and as what.
        members: Vec<(UserNo, Role)>,
    },
    /// Adds someone to a chat.
    Add {
        /// Which.
        chat: ChatNo,
        /// Whom.
        user: UserNo,
        /// As what.
        role: Role,
    },
    /// Removes someone.
    Remove {
        /// From which.
        chat: ChatNo,
        /// Whom.
        user: UserNo,
    },
    /// Leaves a chat.
    Leave {
        /// Which.
        chat: ChatNo,
    },
    /// Gives someone another role.
    SetRole {
        /// Where.
        chat: ChatNo,
        /// Whom.
        user: UserNo,
        /// Which role.
        role: Role,
    },
    /// Changes the history rule of a chat.
    SetHistory {
        /// Which.
        chat: ChatNo,
        /// To what.
        history: HistoryRule,
    },
    /// Gives a chat another title.
    Rename {
        /// Which.
        chat: ChatNo,
    },
    /// Tries again what failed or asks first: the n-th such op; wraps around.
    Retry {
        /// Which.
        op: usize,
    },
    /// Tries all of them again.
    RetryAll,
    /// Gives up an unsent op, the n-th; wraps around.
    Cancel {
        /// Which.
        op: usize,
    },
    /// Signs out. The next boot signs in again.
    SignOut {
        /// Whether what is stored is deleted.
        wipe: bool,
    },
}

/// What happens to a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceEvent {
    /// The program starts, where it doesn't run.
    Boot,
    /// The program is killed.
    Kill,
    /// The lid is closed.
    Sleep,
    /// The lid is opened.
    Wake,
    /// The wall clock is put to this far from the truth.
    Skew {
        /// In milliseconds.
        ms: i64,
    },
    /// The storage behaves so from now on.
    Storage(StorageMood),
    /// Tokens come so from now on.
    Tokens(TokenMood),
    /// The operating system says so of the network, rightly or not.
    Says(Network),
}

/// What happens to the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetEvent {
    /// The network is so from now on.
    Set {
        /// Of which device; none: of all.
        device: Option<DeviceNo>,
        /// How it is.
        condition: Condition,
    },
    /// A device's links are cut, and no new one comes to be until its network is set anew.
    Down {
        /// Which device's.
        device: DeviceNo,
    },
    /// Nothing of a device's moves any more, and nobody is told: a tunnel.
    Stall {
        /// Which device's.
        device: DeviceNo,
    },
    /// What was stalled moves again.
    Resume {
        /// Which device's.
        device: DeviceNo,
    },
    /// Links are cut; new ones may come to be at once.
    Cut {
        /// Of which device; none: of all.
        device: Option<DeviceNo>,
    },
    /// The links of a device carry nothing more in a direction, and neither end is told.
    HalfOpen {
        /// Which device's.
        device: DeviceNo,
        /// Which way is dead.
        direction: Direction,
    },
}

/// What happens to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerEvent {
    /// Starts, where it doesn't run.
    Boot,
    /// Is killed; the machine lives on.
    Kill,
    /// The machine loses its power.
    PowerCut,
    /// The machine loses its power in the midst of writing.
    PowerCutAfter {
        /// At how many writes from now.
        operations: u64,
    },
    /// Is asked to stop.
    Drain,
    /// The disk is full, or no longer.
    Full {
        /// Whether.
        on: bool,
    },
    /// The disk can't sync, or can again.
    FailSyncs {
        /// Whether.
        on: bool,
    },
    /// The wall clock is put to this far from the truth.
    Skew {
        /// In milliseconds.
        ms: i64,
    },
    /// A backup is made.
    Backup,
    /// The server is stopped, a backup put back, and the server started. Passed over without a backup.
    Restore {
        /// Which of the backups; wraps around.
        backup: usize,
    },
}

impl Step {
    /// Returns the step's kind, for tallies: what people did, or what went wrong.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Act { act, .. } => act.kind(),
            Self::Device { event, .. } => event.kind(),
            Self::Net(event) => event.kind(),
            Self::Server(event) => event.kind(),
            Self::Quiet => "quiet",
        }
    }

    /// Returns the device that the step is about, where it is about one alone.
    pub const fn device(&self) -> Option<DeviceNo> {
        match self {
            Self::Act { device, .. } | Self::Device { device, .. } => Some(*device),
            Self::Net(event) => event.device(),
            Self::Server(_) | Self::Quiet => None,
        }
    }

    /// Returns a place for that device's number.
    pub(super) const fn device_mut(&mut self) -> Option<&mut DeviceNo> {
        match self {
            Self::Act { device, .. } | Self::Device { device, .. } => Some(device),
            Self::Net(
                NetEvent::Down { device }
                | NetEvent::Stall { device }
                | NetEvent::Resume { device }
                | NetEvent::HalfOpen { device, .. },
            ) => Some(device),
            Self::Net(NetEvent::Set { device, .. } | NetEvent::Cut { device }) => device.as_mut(),
            Self::Server(_) | Self::Quiet => None,
        }
    }
}

impl Act {
    /// Returns the act's kind, for tallies.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::Reconnect => "reconnect",
            Self::Open { .. } => "open",
            Self::Close { .. } => "close",
            Self::Send { .. } => "send",
            Self::Reply { .. } => "reply",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::React { .. } => "react",
            Self::MarkRead { .. } => "mark read",
            Self::Type { .. } => "type",
            Self::StopTyping { .. } => "stop typing",
            Self::SetStatus { .. } => "set status",
            Self::Activity => "activity",
            Self::Show { .. } => "show",
            Self::Draft { .. } => "draft",
            Self::Mute { .. } => "mute",
            Self::LoadOlder { .. } => "load older",
            Self::LoadMoreChats => "load more chats",
            Self::Search { .. } => "search",
            Self::CreateChat { .. } => "create chat",
            Self::Add { .. } => "add",
            Self::Remove { .. } => "remove",
            Self::Leave { .. } => "leave",
            Self::SetRole { .. } => "set role",
            Self::SetHistory { .. } => "set history",
            Self::Rename { .. } => "rename",
            Self::Retry { .. } => "retry",
            Self::RetryAll => "retry all",
            Self::Cancel { .. } => "cancel",
            Self::SignOut { .. } => "sign out",
        }
    }
}

impl DeviceEvent {
    /// Returns the event's kind, for tallies.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Boot => "device booted",
            Self::Kill => "device killed",
            Self::Sleep => "device asleep",
            Self::Wake => "device awake",
            Self::Skew { .. } => "device clock jumped",
            Self::Storage(_) => "device storage",
            Self::Tokens(_) => "device tokens",
            Self::Says(_) => "device says network",
        }
    }
}

impl NetEvent {
    /// Returns the event's kind, for tallies.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Set { .. } => "net condition",
            Self::Down { .. } => "net down",
            Self::Stall { .. } => "net stalled",
            Self::Resume { .. } => "net resumed",
            Self::Cut { .. } => "net cut",
            Self::HalfOpen { .. } => "net half open",
        }
    }

    const fn device(&self) -> Option<DeviceNo> {
        match self {
            Self::Set { device, .. } | Self::Cut { device } => *device,
            Self::Down { device }
            | Self::Stall { device }
            | Self::Resume { device }
            | Self::HalfOpen { device, .. } => Some(*device),
        }
    }
}

impl ServerEvent {
    /// Returns the event's kind, for tallies.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Boot => "server booted",
            Self::Kill => "server killed",
            Self::PowerCut => "server power cut",
            Self::PowerCutAfter { .. } => "server power cut in a write",
            Self::Drain => "server drained",
            Self::Full { .. } => "server disk full",
            Self::FailSyncs { .. } => "server syncs fail",
            Self::Skew { .. } => "server clock jumped",
            Self::Backup => "server backup",
            Self::Restore { .. } => "server restored",
        }
    }
}
