//! What follows from a new snapshot without a key: the place where a chat opens, what counts as
//! read, older pages, drafts, searches, sentences that have shown for long enough.

use samtale_engine::{Command, Failure};
use samtale_model::{ChatId, MessageId};

use super::super::app::{App, ENTRIES_STEP, Effect, Focus, Marker, Mode, Overlay, Scroll};
use super::super::editor::Editor;
use super::super::snapshot::{OpenChat, Snapshot};

/// The pause after which a draft is handed to the client, in milliseconds.
const DRAFT_PAUSE_MS: u64 = 500;

/// The pause after which what stands in the search's field is searched for, in milliseconds.
const SEARCH_PAUSE_MS: u64 = 300;

/// How long the client, having given up, is left alone before it is to try again, in milliseconds.
/// A terminal hears nothing of the network, so there is only the clock to go by.
const TRY_AGAIN_MS: u64 = 30_000;

/// How many entries back a message is sought before it is given up.
const MAX_SOUGHT: usize = 20_000;

impl App {
    pub(super) fn on_refreshed(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        if snapshot.connection.state.is_connected() {
            self.cut_since = None;
        } else {
            self.cut_since.get_or_insert(snapshot.now);
        }
        self.try_again(snapshot, effects);
        if self
            .notice
            .as_ref()
            .is_some_and(|notice| notice.until <= snapshot.now)
        {
            self.notice = None;
        }
        self.open_wanted(snapshot, effects);
        self.keep_cursor(snapshot);
        self.leave_gone(snapshot, effects);
        self.adopt_drafts(snapshot, effects);
        self.search_paused(snapshot, effects);
        let chat = self.open.as_ref().map(|open| open.chat);
        let held = snapshot.open.as_ref().filter(|open| Some(open.id) == chat);
        if let Some(open) = held {
            self.place(snapshot, open);
            self.seek(snapshot, open);
            self.keep_selection(open);
            self.count_unread(snapshot, open, effects);
            self.load_older(snapshot, open, effects);
        }
    }

    fn try_again(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        if snapshot.connection.failure != Some(Failure::RetriesExhausted) {
            self.given_up = None;
            return;
        }
        let since = *self.given_up.get_or_insert(snapshot.now);
        if snapshot.now.since(since) >= TRY_AGAIN_MS {
            self.given_up = Some(snapshot.now);
            effects.push(Effect::Command(Command::Reconnect));
        }
    }

    fn open_wanted(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        let Some(wanted) = &self.wanted else {
            return;
        };
        let found = snapshot.chats.iter().find(|item| {
            let title = snapshot.title(item, &self.catalog);
            item.id.to_string() == *wanted || title.to_lowercase() == wanted.to_lowercase()
        });
        if let Some(chat) = found.map(|item| item.id) {
            self.wanted = None;
            self.open_chat(snapshot, chat, effects);
        }
    }

    fn keep_cursor(&mut self, snapshot: &Snapshot) {
        let known = |chat: ChatId| snapshot.chat(chat).is_some();
        if !self.cursor.is_some_and(known) {
            self.cursor = snapshot.chats.first().map(|item| item.id);
        }
    }

    /// Closes a chat that one is no longer in.
    fn leave_gone(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        let chat = self.open.as_ref().map(|open| open.chat);
        if chat.is_some_and(|chat| snapshot.chat(chat).is_none()) {
            self.close_chat(effects);
            self.overlay = None;
            let text = self.catalog.text("tui-removed-banner");
            self.notify(snapshot, text);
        }
    }

    /// Takes over drafts from one's other devices, and hands over one's own.
    fn adopt_drafts(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        let Some(chat) = self.open.as_ref().map(|open| open.chat) else {
            return;
        };
        let draft = snapshot.chat(chat).and_then(|item| item.draft.as_deref());
        let draft = draft.unwrap_or_default();
        let Some(composer) = self.composers.get_mut(&chat) else {
            return;
        };
        if let Some(since) = composer.changed {
            if snapshot.now.since(since) >= DRAFT_PAUSE_MS {
                self.store_draft(effects);
            }
        } else if composer.draft != draft {
            draft.clone_into(&mut composer.draft);
            if !matches!(composer.mode, Mode::Edit { .. }) {
                composer.editor = Editor::with_text(draft);
            }
        }
    }

    fn search_paused(&mut self, snapshot: &Snapshot, effects: &mut Vec<Effect>) {
        let Some(Overlay::Search(search)) = &self.overlay else {
            return;
        };
        let due = |since| snapshot.now.since(since) >= SEARCH_PAUSE_MS;
        if search.changed.is_some_and(due) {
            self.search_now(effects);
        }
    }

    /// Finds the place where a chat opens: its first unread message a third of the way down, or
    /// its end.
    fn place(&mut self, snapshot: &Snapshot, held: &OpenChat) {
        let Some(item) = snapshot.chat(held.id) else {
            return;
        };
        let Some(open) = &mut self.open else {
            return;
        };
        if open.placed || item.loading {
            return;
        }
        let needed = item.unread as usize + ENTRIES_STEP / 2;
        if held.more_held && open.held < needed {
            open.held = needed;
            return;
        }
        open.placed = true;
        open.marker = marker(held, item.unread);
        if open.sought.is_some() {
            return;
        }
        let area = self.areas(snapshot).messages;
        let layout = self.lay_out(snapshot, area.width);
        let height = usize::from(area.height);
        if let (Some(row), Some(open)) = (layout.marker, &mut self.open) {
            open.scroll = layout.scroll_to(row.saturating_sub(height / 3), height);
        }
    }

    /// Goes to the message that is sought, or asks for the page before.
    fn seek(&mut self, snapshot: &Snapshot, held: &OpenChat) {
        let Some(message) = self.open.as_ref().and_then(|open| open.sought) else {
            return;
        };
        if held.index_of(message).is_some() {
            if let Some(open) = &mut self.open {
                open.sought = None;
                open.selected = Some(message);
            }
            self.focus = Focus::Messages;
            self.show_message(snapshot, message);
            return;
        }
        let connected = snapshot.connection.state.is_connected();
        let more = held.more_held || (held.has_older && connected);
        let loading = snapshot.chat(held.id).is_some_and(|item| item.loading);
        if let Some(open) = &mut self.open {
            if held.more_held {
                open.held += ENTRIES_STEP;
            }
            if (more || held.loading_older || loading) && open.held < MAX_SOUGHT {
                return;
            }
            open.sought = None;
        }
        let text = self.catalog.text("tui-message-lost");
        self.notify(snapshot, text);
    }

    fn keep_selection(&mut self, held: &OpenChat) {
        let newest = held.entries.last().map(samtale_engine::Entry::id);
        let selecting = self.focus == Focus::Messages;
        let Some(open) = &mut self.open else {
            return;
        };
        let gone = |message: MessageId| held.index_of(message).is_none();
        if open.selected.is_some_and(gone) || (selecting && open.selected.is_none()) {
            open.selected = newest.filter(|_| selecting);
        }
    }

    /// Says that everything is read when the end is on the screen and looked at; keeps the unread
    /// line otherwise.
    fn count_unread(&mut self, snapshot: &Snapshot, held: &OpenChat, effects: &mut Vec<Effect>) {
        let looked_at = self.shows_conversation()
            && self.visible
            && self.overlay.is_none()
            && !self.too_small();
        let unread = snapshot.chat(held.id).map_or(0, |item| item.unread);
        let connected = snapshot.connection.state.is_connected();
        let Some(open) = self.open.as_mut().filter(|open| open.placed) else {
            return;
        };
        let newest = held.entries.last().map(samtale_engine::Entry::id);
        if looked_at && open.scroll == Scroll::End {
            open.seen = newest;
            let read = newest.map(|newest| (newest, connected));
            if unread > 0 && read.is_some() && open.read != read {
                open.read = read;
                let chat = held.id;
                effects.push(Effect::Command(Command::MarkRead { chat }));
            }
        } else if unread > 0 {
            open.marker = marker(held, unread);
        }
    }

    /// Asks for older messages when the oldest held is on the screen.
    pub(super) fn load_older(
        &mut self,
        snapshot: &Snapshot,
        held: &OpenChat,
        effects: &mut Vec<Effect>,
    ) {
        let sought = self.open.as_ref().is_some_and(|open| open.sought.is_some());
        let area = self.areas(snapshot).messages;
        let layout = self.lay_out(snapshot, area.width);
        let Some(open) = self.open.as_mut().filter(|open| open.placed) else {
            return;
        };
        let top = layout.top(open.scroll, usize::from(area.height));
        if top > 0 && !sought {
            return;
        }
        if held.more_held {
            open.held = held.entries.len() + ENTRIES_STEP;
            return;
        }
        let oldest = held.entries.first().map(samtale_engine::Entry::id);
        let connected = snapshot.connection.state.is_connected();
        if held.has_older && !held.loading_older && connected && open.asked != oldest {
            open.asked = oldest;
            open.held = held.entries.len() + ENTRIES_STEP;
            let chat = held.id;
            effects.push(Effect::Command(Command::LoadOlder { chat, limit: None }));
        }
    }
}

/// Returns the line above the first of so many unread messages.
fn marker(held: &OpenChat, unread: u32) -> Option<Marker> {
    let of_others = held
        .entries
        .iter()
        .rev()
        .filter(|entry| !entry.own && entry.message.deleted_at.is_none());
    let first = of_others.take(unread as usize).last()?;
    Some(Marker {
        message: first.id(),
        count: unread,
    })
}
