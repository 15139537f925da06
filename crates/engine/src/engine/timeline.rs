//! Timelines: confirmed and unsent messages in one order, with what is under way applied.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Bound;

use samtale_model::{ChatId, Message, MessageId, Op, Seq, Tick, UserId};

use super::Engine;
use super::chats::ChatState;
use crate::order::sorted;
use crate::outbox::{Outbox, Queued, Stage};
use crate::view::{
    ChangeKind, ChangeState, Entry, EntryState, PendingChange, Position, ReactionGroup,
};

/// A chat's timeline: cheap to get, each entry made when it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct TimelineView<'a> {
    chat: ChatId,
    state: Option<&'a ChatState>,
    outbox: &'a Outbox,
    me: &'a UserId,
}

impl<'a> TimelineView<'a> {
    /// Returns the entries of a thread, its root first.
    pub fn thread(&self, root: MessageId) -> Vec<Entry> {
        let this = *self;
        let held = this.state.into_iter().flat_map(move |state| {
            let messages = state.replica.messages.values();
            let of_thread = messages.filter(move |m| m.id == root || m.thread_root == Some(root));
            of_thread.map(move |message| this.confirmed(state, message))
        });
        let unsent = this.unsent();
        let unsent = unsent.filter(|e| e.id() == root || e.message.thread_root == Some(root));
        held.chain(unsent).collect()
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        let held = self.state.map_or(0, |state| state.replica.messages.len());
        held + self.unsent().count()
    }

    /// Returns whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether older messages can be loaded.
    pub fn has_older(&self) -> bool {
        self.state.is_some_and(|state| state.replica.has_older())
    }

    /// Returns whether older messages are being loaded.
    pub fn loading_older(&self) -> bool {
        self.state.is_some_and(|state| state.history.is_some())
    }

    /// Returns the entry of a message.
    pub fn get(&self, id: MessageId) -> Option<Entry> {
        let state = self.state;
        if let Some(message) = state.and_then(|state| state.replica.message(id)) {
            return state.map(|state| self.confirmed(state, message));
        }
        let queued = self.outbox.send_of(id).filter(|q| q.chat == self.chat)?;
        self.optimistic(queued)
    }

    /// Returns all entries, the oldest first.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + use<'a> {
        let this = *self;
        let held = this.state.into_iter().flat_map(move |state| {
            state
                .replica
                .messages
                .values()
                .map(move |message| this.confirmed(state, message))
        });
        held.chain(this.unsent())
    }

    /// Returns the newest entries, the oldest of them first.
    pub fn newest(&self, count: usize) -> Vec<Entry> {
        let this = *self;
        let unsent = this.outbox.unsent(this.chat).rev();
        let unsent = unsent.filter_map(move |id| this.unsent_entry(id));
        let held = this.state.into_iter().flat_map(move |state| {
            let newest_first = state.replica.messages.values().rev();
            newest_first.map(move |message| this.confirmed(state, message))
        });
        let mut entries: Vec<Entry> = unsent.chain(held).take(count).collect();
        entries.reverse();
        entries
    }

    /// Returns up to `count` entries before a position, the oldest of them first.
    pub fn before(&self, position: Position, count: usize) -> Vec<Entry> {
        let Position::Sent(seq) = position else {
            let mut older: Vec<Entry> = self
                .newest(count.saturating_add(self.unsent().count()))
                .into_iter()
                .filter(|entry| entry.position < position)
                .collect();
            let surplus = older.len().saturating_sub(count);
            older.drain(..surplus);
            return older;
        };
        let mut entries: Vec<Entry> = self
            .state
            .into_iter()
            .flat_map(|state| {
                let range = (Bound::Unbounded, Bound::Excluded(Seq(seq)));
                let newest_first = state.replica.messages.range(range).rev();
                newest_first.map(move |(_, message)| self.confirmed(state, message))
            })
            .take(count)
            .collect();
        entries.reverse();
        entries
    }

    /// Makes the entry of a message that is known, though perhaps not held.
    pub(super) fn of_message(&self, state: &ChatState, message: &Message) -> Entry {
        self.confirmed(state, message)
    }

    /// Returns the ids of all entries.
    pub(super) fn ids(&self) -> impl Iterator<Item = MessageId> + use<'a> {
        let held = self
            .state
            .into_iter()
            .flat_map(|state| state.replica.by_id.keys());
        held.copied().chain(self.outbox.unsent(self.chat))
    }

    /// Returns whether a message has an entry.
    pub(super) fn contains(&self, id: MessageId) -> bool {
        let unsent = self.outbox.send_of(id);
        self.state
            .is_some_and(|state| state.replica.by_id.contains_key(&id))
            || unsent.is_some_and(|queued| queued.chat == self.chat)
    }

    /// Returns the unsent messages that quote one of these.
    pub(super) fn unsent_quoting(&self, ids: &BTreeSet<MessageId>) -> Vec<MessageId> {
        let quotes = |id: &MessageId| {
            let queued = self.outbox.send_of(*id);
            queued.is_some_and(|queued| match &queued.op {
                Op::Send { reply_to, .. } => reply_to.is_some_and(|quoted| ids.contains(&quoted)),
                _ => false,
            })
        };
        self.outbox.unsent(self.chat).filter(quotes).collect()
    }

    fn unsent(&self) -> impl Iterator<Item = Entry> + use<'a> {
        let this = *self;
        this.outbox
            .unsent(this.chat)
            .filter_map(move |id| this.unsent_entry(id))
    }

    /// A message that the server has shows as such, though its answer is still to come.
    fn unsent_entry(&self, id: MessageId) -> Option<Entry> {
        if self
            .state
            .is_some_and(|s| s.replica.by_id.contains_key(&id))
        {
            return None;
        }
        self.optimistic(self.outbox.send_of(id)?)
    }

    fn quoted(&self, id: Option<MessageId>) -> Option<Box<Message>> {
        let id = id?;
        if let Some(message) = self.state.and_then(|state| state.replica.any_message(id)) {
            return Some(Box::new(self.overlaid(message).0));
        }
        let queued = self.outbox.send_of(id)?;
        Outbox::message_of(queued, self.me).map(Box::new)
    }

    fn optimistic(&self, queued: &Queued) -> Option<Entry> {
        let message = Outbox::message_of(queued, self.me)?;
        let state = match queued.stage {
            Stage::Queued => EntryState::Sending,
            Stage::Failed(code) => EntryState::Failed { code },
            Stage::Expired => EntryState::Expired,
        };
        let (message, pending) = self.overlaid(&message);
        Some(Entry {
            position: Position::Unsent(queued.order),
            own: true,
            state,
            pending,
            reactions: self.reactions(message.id),
            quoted: self.quoted(message.reply_to),
            message,
        })
    }

    fn confirmed(&self, state: &ChatState, message: &Message) -> Entry {
        let own = message.sender_id == *self.me;
        let tick = if own {
            match state.replica.tick(message.created_seq) {
                Tick::Sent => EntryState::Sent,
                Tick::Delivered => EntryState::Delivered,
                Tick::Read => EntryState::Read,
            }
        } else {
            EntryState::Delivered
        };
        let position = Position::Sent(message.created_seq.0);
        let (message, pending) = self.overlaid(message);
        let deleted = message.deleted_at.is_some();
        Entry {
            position,
            own,
            state: tick,
            pending,
            reactions: if deleted {
                Vec::new()
            } else {
                self.reactions(message.id)
            },
            quoted: self.quoted(message.reply_to),
            message,
        }
    }

    /// Applies the queued edits and deletions to a message, as if they were done.
    fn overlaid(&self, message: &Message) -> (Message, Option<PendingChange>) {
        let mut shown = message.clone();
        let mut pending = None;
        for queued in self.outbox.about(message.id) {
            let kind = match &queued.op {
                Op::Edit { .. } => ChangeKind::Edit,
                Op::Delete { .. } => ChangeKind::Delete,
                _ => continue,
            };
            let state = match queued.stage {
                Stage::Queued => ChangeState::Sending,
                Stage::Failed(code) => ChangeState::Failed { code },
                Stage::Expired => ChangeState::Expired,
            };
            if state == ChangeState::Sending {
                match &queued.op {
                    Op::Edit { content, .. } => {
                        shown.content = content.clone();
                        shown.edited_at = Some(queued.queued_at);
                    }
                    _ => {
                        shown.content = samtale_model::Body::default();
                        shown.deleted_at = Some(queued.queued_at);
                    }
                }
            }
            pending = Some(PendingChange {
                op: queued.op.id(),
                kind,
                state,
            });
        }
        (shown, pending)
    }

    /// Groups the reactions to a message, one's own queued ones included.
    fn reactions(&self, id: MessageId) -> Vec<ReactionGroup> {
        let held = self
            .state
            .and_then(|state| state.replica.reactions.get(&id));
        let mut groups: Vec<ReactionGroup> = held
            .into_iter()
            .flat_map(|held| &held.counts)
            .map(|count| ReactionGroup {
                emoji: count.emoji.clone(),
                count: count.count,
                mine: false,
                users: Vec::new(),
            })
            .collect();
        for row in held.into_iter().flat_map(|held| held.rows.values()) {
            for emoji in &row.emoji {
                if let Some(group) = groups.iter_mut().find(|group| group.emoji == *emoji) {
                    group.mine |= row.user_id == *self.me;
                    group.users.push(row.user_id.clone());
                }
            }
        }
        for queued in self.outbox.about(id) {
            let Op::React { emoji, on, .. } = &queued.op else {
                continue;
            };
            if queued.stage != Stage::Queued {
                continue;
            }
            let found = groups.iter_mut().find(|group| group.emoji == *emoji);
            match (found, *on) {
                (Some(group), true) if !group.mine => {
                    group.mine = true;
                    group.count = group.count.saturating_add(1);
                    group.users.push(self.me.clone());
                }
                (Some(group), false) if group.mine => {
                    group.mine = false;
                    group.count = group.count.saturating_sub(1);
                    group.users.retain(|user| user != self.me);
                }
                (None, true) => groups.push(ReactionGroup {
                    emoji: emoji.clone(),
                    count: 1,
                    mine: true,
                    users: vec![self.me.clone()],
                }),
                _ => {}
            }
        }
        groups.retain(|group| group.count > 0);
        sorted(groups, |group| (Reverse(group.count), group.emoji.clone()))
    }
}

impl Engine {
    /// Returns a chat's timeline; an empty one where the chat is not known.
    pub fn timeline(&self, chat: ChatId) -> TimelineView<'_> {
        TimelineView {
            chat,
            state: self.chats.get(&chat).map(|state| &**state),
            outbox: &self.outbox,
            me: &self.cfg.user_id,
        }
    }
}
