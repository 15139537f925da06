//! What the screen remembers between two moments: what is open, where one has scrolled to, what
//! stands in the composers. It holds nothing of the client's: that comes with each [`Snapshot`].

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;
use samtale_engine::{Command, CommandError};
use samtale_locale::Catalog;
use samtale_model::reaction::Emoji;
use samtale_model::{ChatId, MessageId, Status, UnixMillis};
use samtale_protocol::ErrorCode;

use super::editor::Editor;
use super::snapshot::{Snapshot, Wanted};
use super::theme::Theme;

/// How many entries of a timeline are held at first, and how many more at a time.
pub(super) const ENTRIES_STEP: usize = 60;

/// Below this width the list and the conversation take turns.
pub(super) const TWO_PANES: u16 = 80;

/// The emoji that can be chosen by a digit.
pub(super) const REACTIONS: [&str; 8] = ["👍", "❤", "😂", "🎉", "😮", "😢", "🙏", "✅"];

/// The statuses that can be chosen; the first lets activity decide.
pub(super) const STATUSES: [Option<Status>; 5] = [
    None,
    Some(Status::Online),
    Some(Status::Away),
    Some(Status::Busy),
    Some(Status::Offline),
];

/// Something that happened to the screen.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Paste(String),
    /// The terminal has another size.
    Resize {
        /// Its columns.
        width: u16,
        /// Its rows.
        height: u16,
    },
    /// The terminal's window was entered or left.
    Focus(bool),
    /// The client has something new, or some time has passed.
    Refreshed,
    /// A command was refused at once.
    Refused {
        /// Which.
        command: Command,
        /// Why.
        error: CommandError,
    },
    /// A chat is being made.
    Making(ChatId),
    /// What became of an op or of a chat to be made: it was refused.
    Failed {
        /// Where.
        chat: ChatId,
        /// Why.
        code: ErrorCode,
        /// Whether the screen shows it anyhow, as a failed message.
        shown: bool,
    },
}

/// Something the screen wants done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    /// A command to the client.
    Command(Command),
    /// The person did something.
    Activity,
    /// The window was entered or left.
    Visible(bool),
    /// The program ends.
    Quit,
}

/// The terminal app, without a terminal.
#[derive(Debug)]
pub(super) struct App {
    pub(super) catalog: Catalog,
    pub(super) theme: Theme,
    /// Columns and rows.
    pub(super) size: (u16, u16),
    pub(super) focus: Focus,
    pub(super) overlay: Option<Overlay>,
    /// The chat of the list that keys speak of.
    pub(super) cursor: Option<ChatId>,
    pub(super) open: Option<Open>,
    pub(super) composers: BTreeMap<ChatId, Composer>,
    pub(super) notice: Option<Notice>,
    /// Since when there is no connection.
    pub(super) cut_since: Option<UnixMillis>,
    /// Since when the client has given up finding one.
    pub(super) given_up: Option<UnixMillis>,
    /// Whether the terminal's window is looked at.
    pub(super) visible: bool,
    /// The chat to open first, by id or title, until it is found.
    pub(super) wanted: Option<String>,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// To the list of chats.
    List,
    /// To the messages.
    Messages,
    /// To the composer.
    Composer,
}

/// The conversation on the screen.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) chat: ChatId,
    /// How many entries are wanted.
    pub(super) held: usize,
    pub(super) scroll: Scroll,
    pub(super) selected: Option<MessageId>,
    pub(super) marker: Option<Marker>,
    /// Whether the first content has been placed.
    pub(super) placed: bool,
    /// The newest entry when `MarkRead` was last asked for, and whether there was a connection.
    pub(super) read: Option<(MessageId, bool)>,
    /// The oldest entry when older ones were last asked for.
    pub(super) asked: Option<MessageId>,
    /// A message that is sought in older pages.
    pub(super) sought: Option<MessageId>,
    /// The newest entry that was on the screen at the end: what follows is "below".
    pub(super) seen: Option<MessageId>,
}

/// What the conversation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scroll {
    /// The newest messages, following them.
    End,
    /// A message and the row of it, counted from its first, that the screen begins at; whatever
    /// is loaded or arrives, this place stays.
    At {
        /// The message.
        message: MessageId,
        /// The row; negative for rows above the message.
        row: isize,
    },
}

/// The line above the first unread message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// The first unread message.
    pub(super) message: MessageId,
    /// How many there were.
    pub(super) count: u32,
}

/// What stands below a conversation, for each chat.
#[derive(Clone, Debug, Default)]
pub(super) struct Composer {
    pub(super) editor: Editor,
    pub(super) mode: Mode,
    /// The draft as the client has it.
    pub(super) draft: String,
    /// Since when the editor holds another.
    pub(super) changed: Option<UnixMillis>,
}

/// What the composer's text will be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// A message.
    #[default]
    New,
    /// An answer.
    Reply(MessageId),
    /// New words for a message.
    Edit {
        /// Which.
        message: MessageId,
        /// What stood in the composer before.
        before: String,
    },
}

/// A window over the conversation.
#[derive(Clone, Debug)]
pub(super) enum Overlay {
    /// The keys.
    Help {
        /// The first row shown.
        top: u16,
    },
    /// The search.
    Search(SearchBox),
    /// The choice of a reaction.
    React {
        /// To what.
        message: MessageId,
        /// Which is chosen.
        chosen: usize,
    },
    /// The question before a deletion.
    Delete {
        /// Of what.
        message: MessageId,
    },
    /// The question before leaving a chat.
    Leave {
        /// Which.
        chat: ChatId,
    },
    /// The question before leaving unsent messages behind.
    Quit {
        /// How many.
        unsent: usize,
    },
    /// The people of the chat.
    People {
        /// The first row shown.
        top: u16,
    },
    /// The choice of one's status.
    Status {
        /// Which is chosen, of [`STATUSES`].
        chosen: usize,
    },
    /// The form of a new chat.
    NewChat(NewChat),
}

/// The search's field and list.
#[derive(Clone, Debug, Default)]
pub(super) struct SearchBox {
    pub(super) field: Editor,
    /// Whether only the open chat is searched.
    pub(super) here: bool,
    pub(super) chosen: usize,
    /// When the field last changed, until that is searched for.
    pub(super) changed: Option<UnixMillis>,
}

/// The form of a new chat.
#[derive(Clone, Debug, Default)]
pub(super) struct NewChat {
    pub(super) people: Editor,
    pub(super) title: Editor,
    /// Whether the title is being written.
    pub(super) in_title: bool,
    /// What is wrong.
    pub(super) error: Option<String>,
}

/// A sentence that shows for some seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) until: UnixMillis,
}

impl App {
    /// Makes the app for a terminal of a size.
    pub(super) fn new(catalog: Catalog, theme: Theme, size: (u16, u16)) -> Self {
        Self {
            catalog,
            theme,
            size,
            focus: Focus::List,
            overlay: None,
            cursor: None,
            open: None,
            composers: BTreeMap::new(),
            notice: None,
            cut_since: None,
            given_up: None,
            visible: true,
            wanted: None,
        }
    }

    /// Opens a chat first, by its id or title, as soon as it is known.
    pub(super) fn opening(mut self, chat: Option<String>) -> Self {
        self.wanted = chat;
        self
    }

    /// Returns what of the client the next snapshot is to hold.
    pub(super) fn wanted_of_client(&self) -> Wanted {
        self.open
            .as_ref()
            .map_or_else(Wanted::default, |open| Wanted {
                chat: Some(open.chat),
                entries: open.held,
            })
    }

    /// Returns whether the list and the conversation stand side by side.
    pub(super) const fn two_panes(&self) -> bool {
        self.size.0 >= TWO_PANES
    }

    /// Returns whether the conversation is on the screen.
    pub(super) fn shows_conversation(&self) -> bool {
        self.open.is_some() && (self.two_panes() || self.focus != Focus::List)
    }

    /// Returns the open chat's composer.
    pub(super) fn composer(&self) -> Option<&Composer> {
        self.composers.get(&self.open.as_ref()?.chat)
    }

    /// Returns the open chat's composer, to be changed.
    pub(super) fn composer_mut(&mut self) -> Option<&mut Composer> {
        let chat = self.open.as_ref()?.chat;
        Some(self.composers.entry(chat).or_default())
    }

    /// Returns the window's title: how much is unread.
    pub(super) fn title(&self, snapshot: &Snapshot) -> String {
        match snapshot.unread() {
            0 => "Samtale".to_owned(),
            unread => format!("({unread}) Samtale"),
        }
    }

    /// Returns after how many milliseconds something changes by itself at the latest: marks that
    /// come after a moment are then drawn, and times grow older.
    pub(super) fn patience_ms(&self, snapshot: &Snapshot) -> u64 {
        let searching =
            matches!(&self.overlay, Some(Overlay::Search(search)) if search.changed.is_some());
        let unsaved = self
            .composer()
            .is_some_and(|composer| composer.changed.is_some());
        if searching || unsaved || snapshot.waiting() > 0 || self.notice.is_some() {
            100
        } else if snapshot.connection.state.is_connected() {
            5_000
        } else {
            500
        }
    }
}

/// Returns an emoji of [`REACTIONS`].
pub(super) fn reaction(index: usize) -> Option<Emoji> {
    let text = *REACTIONS.get(index)?;
    Emoji::try_from(text.to_owned()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reaction_offered_is_an_emoji() {
        for (index, emoji) in REACTIONS.iter().enumerate() {
            assert!(reaction(index).is_some(), "{emoji}");
        }
    }
}
