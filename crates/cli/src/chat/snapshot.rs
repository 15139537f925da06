//! What the screen is made of: plain values read from the client's engine at one moment. The app
//! knows the client by this and by the commands it asks for, so that its tests need neither.

use std::collections::BTreeMap;

use samtale_engine::{
    ChatItem, Connection, Entry, EntryState, OutboxItem, OutboxState, SearchView,
};
use samtale_locale::Catalog;
use samtale_model::{ChatId, MessageId, Participant, Presence, Role, Status, UnixMillis, UserId};

use super::text;

/// The client's state, as far as a screen shows it.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    /// When it was read.
    pub(super) now: UnixMillis,
    /// Whose screen it is.
    pub(super) me: UserId,
    /// Their status, as others see it.
    pub(super) status: Status,
    /// How the connection stands.
    pub(super) connection: Connection,
    /// The chats, the most recently active first.
    pub(super) chats: Vec<ChatItem>,
    /// Whether the list is still to come.
    pub(super) chats_loading: bool,
    /// Whether the list goes on at the server.
    pub(super) more_chats: bool,
    /// How people are present, where it is known.
    pub(super) presence: BTreeMap<UserId, Presence>,
    /// The chat that is open.
    pub(super) open: Option<OpenChat>,
    /// What is unsent.
    pub(super) outbox: Vec<OutboxItem>,
    /// The search, if there is one.
    pub(super) search: Option<SearchView>,
}

/// The newest part of the open chat's timeline, and what goes on in it.
#[derive(Clone, Debug)]
pub(super) struct OpenChat {
    /// The chat.
    pub(super) id: ChatId,
    /// The newest entries, as many as were asked for, the oldest first.
    pub(super) entries: Vec<Entry>,
    /// Whether older entries are held than these.
    pub(super) more_held: bool,
    /// Whether older entries can be loaded.
    pub(super) has_older: bool,
    /// Whether they are being loaded.
    pub(super) loading_older: bool,
    /// Who is writing.
    pub(super) typing: Vec<UserId>,
    /// The names of those who wrote the entries, also where they have left.
    pub(super) names: BTreeMap<UserId, String>,
}

/// What of the client a screen needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The open chat.
    pub(super) chat: Option<ChatId>,
    /// How many of its newest entries.
    pub(super) entries: usize,
}

impl Snapshot {
    /// Returns a chat of the list.
    pub(super) fn chat(&self, id: ChatId) -> Option<&ChatItem> {
        self.chats.iter().find(|item| item.id == id)
    }

    /// Returns someone's status; offline where nothing is known.
    pub(super) fn status_of(&self, user: &UserId) -> Status {
        self.presence
            .get(user)
            .map_or(Status::Offline, |presence| presence.status)
    }

    /// Returns the other people in a chat.
    pub(super) fn others<'a>(
        &'a self,
        item: &'a ChatItem,
    ) -> impl Iterator<Item = &'a Participant> {
        item.participants
            .iter()
            .filter(|person| person.active && person.user_id != self.me)
    }

    /// Returns the one other person of a chat of two.
    pub(super) fn partner<'a>(&'a self, item: &'a ChatItem) -> Option<&'a Participant> {
        let mut others = self.others(item);
        let first = others.next()?;
        (item.members <= 2 && others.next().is_none()).then_some(first)
    }

    /// Returns what a chat is called: its title, or the names of the others.
    pub(super) fn title(&self, item: &ChatItem, catalog: &Catalog) -> String {
        let title = item.chat.as_ref().and_then(|chat| chat.title.as_ref());
        if let Some(title) = title {
            return text::clean_line(title.as_str());
        }
        let names: Vec<String> = self
            .others(item)
            .map(|person| text::clean_line(&person.name))
            .collect();
        if names.is_empty() {
            catalog.text("tui-chat-untitled")
        } else {
            names.join(", ")
        }
    }

    /// Returns someone's name in a chat, on one line; their id where they are not known there.
    pub(super) fn name(&self, chat: ChatId, user: &UserId) -> String {
        let known = self.chat(chat).and_then(|item| {
            let mut people = item.participants.iter();
            people.find(|person| person.user_id == *user)
        });
        let former = self.open.as_ref().filter(|open| open.id == chat);
        let name = known
            .map(|person| &person.name)
            .or_else(|| former.and_then(|open| open.names.get(user)));
        text::clean_line(name.map_or(user.as_str(), String::as_str))
    }

    /// Returns what one is in a chat.
    pub(super) fn role(&self, chat: ChatId) -> Option<Role> {
        self.chat(chat).and_then(|item| item.role)
    }

    /// Returns how many ops of a chat were refused or ask before they go.
    pub(super) fn failed(&self, chat: ChatId) -> usize {
        self.outbox
            .iter()
            .filter(|item| item.chat == chat && has_failed(item))
            .count()
    }

    /// Returns how many messages are unsent, those that failed included.
    pub(super) fn unsent(&self) -> usize {
        self.outbox.iter().filter(|item| is_send(item)).count()
    }

    /// Returns how many messages wait for the connection.
    pub(super) fn waiting(&self) -> usize {
        self.outbox
            .iter()
            .filter(|item| is_send(item) && !has_failed(item))
            .count()
    }

    /// Returns how many unread messages there are in chats that are not muted.
    pub(super) fn unread(&self) -> u32 {
        let counting = self.chats.iter().filter(|item| item.muted.is_none());
        counting.map(|item| item.unread).sum()
    }
}

impl OpenChat {
    /// Returns the place of an entry.
    pub(super) fn index_of(&self, id: MessageId) -> Option<usize> {
        self.entries.iter().position(|entry| entry.id() == id)
    }

    /// Returns an entry.
    pub(super) fn entry(&self, id: MessageId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id() == id)
    }
}

/// Returns whether an entry, or a change of it, needs a person's decision.
pub(super) fn needs_decision(entry: &Entry) -> bool {
    use samtale_engine::ChangeState;
    let change = entry
        .pending
        .is_some_and(|change| change.state != ChangeState::Sending);
    change || matches!(entry.state, EntryState::Failed { .. } | EntryState::Expired)
}

fn has_failed(item: &OutboxItem) -> bool {
    matches!(
        item.state,
        OutboxState::Failed { .. } | OutboxState::Expired
    )
}

/// A send is the op whose id is its message's.
fn is_send(item: &OutboxItem) -> bool {
    item.message.is_some_and(|message| message.0 == item.op.0)
}
