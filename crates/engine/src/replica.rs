//! What the engine holds of one chat on the server, and the rules by which it grows.
//!
//! The held messages are one contiguous range of `createdSeq`, from `floor` to the cursor. The
//! cursor moves only by the next envelope or by a sync; a page of history counts only if it is as
//! new as the cursor. So an old replica with the changes since is a fresh one, over the range held.
//! Rows that an acknowledgement brought may run ahead of the cursor; what lies between comes by
//! envelope or sync, and merging twice changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use samtale_model::flat::{Map, Set};
use samtale_model::receipt::{Watermarks, tick};
use samtale_model::rows::merge;
use samtale_model::{
    Chat, Cursor, Envelope, Lineage, Message, MessageId, Page, Participant, Reaction,
    ReactionCount, Receipt, ReceiptSummary, Receipts, Role, Rows, Seq, Sync, Tick, UserId,
};

mod stored;

pub(crate) use stored::Meta;

/// The reactions to one message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reactions {
    /// One row per user.
    pub(crate) rows: Map<UserId, Reaction>,
    /// The counts of all.
    pub(crate) counts: Vec<ReactionCount>,
    /// As of which commit.
    pub(crate) counts_seq: Seq,
}

/// What changed since it was last looked at; the engine derives patches and writes from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    /// Everything: the replica started over.
    pub(crate) all: bool,
    /// Messages that came, changed, or are shown differently.
    pub(crate) messages: BTreeSet<MessageId>,
    /// Messages whose rows or reactions are to be stored or, where no longer held, deleted.
    pub(crate) rows: BTreeSet<MessageId>,
    /// Messages whose reactions are to be stored.
    pub(crate) reactions: Set<MessageId>,
    /// Participants to be stored.
    pub(crate) participants: Set<UserId>,
    /// Quotes to be stored.
    pub(crate) quoted: Set<MessageId>,
    /// The chat's row, its participants, one's role.
    pub(crate) chat: bool,
    /// Receipts.
    pub(crate) receipts: bool,
    /// The cursor or the range.
    pub(crate) cursor: bool,
    /// Own messages that are now delivered to everyone.
    pub(crate) delivered: u64,
    /// Messages of others that are new.
    pub(crate) received: u64,
    /// As of when a message of someone else was deleted that had been there, or may have been.
    pub(crate) deleted: Seq,
}

/// What an envelope did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It followed the cursor.
    Next,
    /// It was known.
    Known,
    /// Something is missing before it.
    Gap,
    /// It is of another lineage, or there is no cursor.
    Foreign,
}

/// What a page did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paged {
    /// It was put before what was held.
    Held,
    /// It is older than the cursor, and is asked for again.
    Stale,
    /// It no longer fits: the range or the epoch has changed.
    Foreign,
}

/// The places after one; written as bounds, because the last place has none after it.
const fn beyond(seq: Seq) -> (Bound<Seq>, Bound<Seq>) {
    (Bound::Excluded(seq), Bound::Unbounded)
}

/// One chat, as far as it is held.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    me: UserId,
    pub(crate) cursor: Option<Cursor>,
    /// Of which lineage the rows are that came before there was a cursor.
    early: Option<Lineage>,
    pub(crate) chat: Option<Chat>,
    pub(crate) participants: Map<UserId, Participant>,
    pub(crate) messages: BTreeMap<Seq, Message>,
    pub(crate) by_id: BTreeMap<MessageId, Seq>,
    pub(crate) quoted: Map<MessageId, Message>,
    // In trees, like the messages themselves: they come with pages before what is held, and with
    // rows in the midst of it.
    pub(crate) quoted_by: BTreeMap<MessageId, Set<MessageId>>,
    pub(crate) reactions: BTreeMap<MessageId, Reactions>,
    pub(crate) marks: Watermarks,
    pub(crate) summary: Option<ReceiptSummary>,
    pub(crate) members: u32,
    /// As of which commit the server counted them: a sync's count is ahead of its rows where it does not reach the head.
    counted: Seq,
    pub(crate) role: Option<Role>,
    /// The newest place that a message of someone else has had.
    pub(crate) newest_other: Seq,
    /// Messages created from here on are held; zero: all there are.
    pub(crate) floor: Seq,
    /// Messages created from here on are stored; never less than `floor`.
    pub(crate) stored_floor: Seq,
    /// How far everyone else has come, as one watermark: (delivered, read).
    low: Option<(Seq, Seq)>,
    pub(crate) touched: Touched,
}

impl Replica {
    /// Makes an empty replica for a reader.
    pub(crate) fn new(me: UserId) -> Self {
        Self {
            me,
            cursor: None,
            early: None,
            chat: None,
            participants: Map::new(),
            messages: BTreeMap::new(),
            by_id: BTreeMap::new(),
            quoted: Map::new(),
            quoted_by: BTreeMap::new(),
            reactions: BTreeMap::new(),
            marks: Watermarks::default(),
            summary: None,
            members: 0,
            counted: Seq::ZERO,
            role: None,
            newest_other: Seq::ZERO,
            floor: Seq::ZERO,
            stored_floor: Seq::ZERO,
            low: None,
            touched: Touched::default(),
        }
    }

    /// Returns a held message.
    pub(crate) fn message(&self, id: MessageId) -> Option<&Message> {
        self.by_id.get(&id).and_then(|seq| self.messages.get(seq))
    }

    /// Returns a message, held or quoted.
    pub(crate) fn any_message(&self, id: MessageId) -> Option<&Message> {
        self.message(id).or_else(|| self.quoted.get(&id))
    }

    /// Returns whether older messages than those held exist.
    pub(crate) const fn has_older(&self) -> bool {
        self.floor.0 > 0
    }

    /// Returns how far one of one's own messages has come.
    pub(crate) fn tick(&self, created: Seq) -> Tick {
        let me = &self.me;
        // Everyone else stands as one who is as far as the last of them.
        let others = UserId::new("*").expect("one character is an id");
        let low = self.low.map(|(delivered, read)| (&others, delivered, read));
        if *me == others {
            return Tick::Sent;
        }
        tick(me, created, low)
    }

    /// Returns one's own read mark.
    pub(crate) fn read(&self) -> Seq {
        self.marks.get(&self.me).map_or(Seq::ZERO, |mark| mark.read)
    }

    /// Returns one's own delivered mark.
    pub(crate) fn delivered(&self) -> Seq {
        self.marks
            .get(&self.me)
            .map_or(Seq::ZERO, |mark| mark.delivered)
    }

    /// Counts messages of others after `since`, deleted ones passed over, up to `max`.
    pub(crate) fn count_unread(&self, since: Seq, max: u32) -> u32 {
        // Someone who only writes may never read: what is all one's own is not looked through.
        if since >= self.newest_other {
            return 0;
        }
        let unread = self
            .messages
            .range((Bound::Excluded(since), Bound::Included(self.newest_other)))
            .filter(|(_, m)| m.sender_id != self.me && m.deleted_at.is_none())
            .take(max as usize)
            .count();
        u32::try_from(unread).unwrap_or(max)
    }

    /// Applies an envelope.
    pub(crate) fn apply(&mut self, envelope: Envelope) -> Applied {
        let Some(cursor) = &mut self.cursor else {
            return Applied::Foreign;
        };
        if cursor.epoch.lineage != envelope.epoch {
            return Applied::Foreign;
        }
        if envelope.seq <= cursor.seq {
            return Applied::Known;
        }
        if !envelope.seq.follows(cursor.seq) {
            return Applied::Gap;
        }
        cursor.seq = envelope.seq;
        self.touched.cursor = true;
        self.merge_rows(envelope.rows);
        Applied::Next
    }

    /// Applies a sync; with `reset`, or a cursor that is not of its epoch, what was held goes.
    pub(crate) fn sync(&mut self, sync: Sync) {
        let same = self.cursor.as_ref().is_some_and(|c| c.epoch == sync.epoch);
        if sync.reset || !same {
            let floor = match sync.rows.messages.iter().map(|m| m.created_seq).min() {
                Some(oldest) if sync.has_older => oldest,
                None if sync.has_older => Seq(sync.up_to.0.saturating_add(1)),
                _ => Seq::ZERO,
            };
            *self = Self {
                floor,
                stored_floor: floor,
                touched: Touched {
                    all: true,
                    chat: true,
                    receipts: true,
                    ..std::mem::take(&mut self.touched)
                },
                ..Self::new(self.me.clone())
            };
        }
        let seq = match &self.cursor {
            Some(cursor) => cursor.seq.max(sync.up_to),
            None => sync.up_to,
        };
        self.cursor = Some(Cursor {
            epoch: sync.epoch,
            seq,
        });
        self.touched.cursor = true;
        let before = (self.members, self.role);
        self.counted = sync.head;
        self.merge_rows(sync.rows);
        // The rows' comings and goings are in the sync's count.
        (self.members, self.role) = (sync.members, Some(sync.role));
        self.touched.chat |= before != (self.members, self.role);
        self.merge_receipts(&sync.receipts);
    }

    /// Returns whether a message is not there that would be held if its reader could see it.
    pub(crate) fn lacks(&self, message: &Message) -> bool {
        let place = message.created_seq;
        let reaches = self
            .cursor
            .as_ref()
            .is_some_and(|cursor| place <= cursor.seq);
        reaches && place >= self.floor && !self.by_id.contains_key(&message.id)
    }

    /// Puts a page before what is held, if it fits there.
    pub(crate) fn page(&mut self, before: Seq, page: Page, keep: usize) -> Paged {
        let Some(cursor) = &self.cursor else {
            return Paged::Foreign;
        };
        if cursor.epoch != page.epoch || before != self.floor {
            return Paged::Foreign;
        }
        if page.as_of < cursor.seq {
            return Paged::Stale;
        }
        let floor = match page.messages.iter().map(|m| m.created_seq).min() {
            Some(oldest) if page.has_more && oldest < before => oldest,
            // A page without older messages has nothing more, whatever it says.
            _ => Seq::ZERO,
        };
        let stored = self.stored_floor == self.floor
            && self.messages.len().saturating_add(page.messages.len()) <= keep;
        self.floor = floor;
        if stored {
            self.stored_floor = floor;
        }
        self.touched.cursor = true;
        self.touched.chat = true;
        self.merge_rows(Rows {
            messages: page.messages,
            reactions: page.reactions,
            quoted: page.quoted,
            ..Rows::default()
        });
        Paged::Held
    }

    /// Merges the rows of an acknowledgement; returns false where they are of another past than what is held.
    pub(crate) fn acknowledge(&mut self, lineage: &Lineage, rows: Rows) -> bool {
        let held = self.cursor.as_ref().map(|cursor| &cursor.epoch.lineage);
        if held
            .or(self.early.as_ref())
            .is_some_and(|held| held != lineage)
        {
            return false;
        }
        if self.cursor.is_none() {
            self.early = Some(lineage.clone());
        }
        self.merge_rows(rows);
        true
    }

    /// Merges rows, each by the greater seq; messages below the floor count as quotes alone.
    pub(crate) fn merge_rows(&mut self, rows: Rows) {
        if let Some(chat) = rows.chat {
            let changed = match &mut self.chat {
                Some(held) => merge(held, chat),
                none => {
                    *none = Some(chat);
                    true
                }
            };
            self.touched.chat |= changed;
            self.touched.cursor |= changed;
        }
        let mut people = false;
        for row in rows.participants {
            people |= self.merge_participant(row);
        }
        for row in rows.quoted {
            self.merge_quoted(row);
        }
        let floor = self.floor;
        let below = rows.messages.iter().filter(|row| row.created_seq < floor);
        let below: Vec<Message> = below.cloned().collect();
        for row in rows.messages {
            self.merge_message(row);
        }
        // One that changed with its answer, as a thread's root does, comes as a message alone.
        for row in below {
            if self.quoted_by.contains_key(&row.id) {
                self.merge_quoted(row);
            }
        }
        for row in rows.reactions {
            self.merge_reaction(row);
        }
        if people {
            self.touched.chat = true;
            self.settle_ticks();
        }
    }

    fn merge_participant(&mut self, row: Participant) -> bool {
        let user = row.user_id.clone();
        let counts = row.seq > self.counted;
        let before = self.participants.get(&user).map(|p| p.active);
        let after = row.active;
        if user == self.me {
            self.role = Some(row.role);
        }
        let changed = match self.participants.get_mut(&user) {
            Some(held) => merge(held, row),
            None => {
                self.participants.insert(user.clone(), row);
                true
            }
        };
        if changed && counts {
            match (before, after) {
                (Some(true), false) => self.members = self.members.saturating_sub(1),
                (Some(false) | None, true) if self.cursor.is_some() => {
                    self.members = self.members.max(self.active_count());
                }
                _ => {}
            }
        }
        if changed {
            self.touched.participants.insert(user);
        }
        changed
    }

    fn active_count(&self) -> u32 {
        let active = self.participants.values().filter(|p| p.active).count();
        u32::try_from(active).unwrap_or(u32::MAX)
    }

    fn merge_quoted(&mut self, row: Message) {
        let id = row.id;
        let changed = match self.quoted.get_mut(&id) {
            Some(held) => merge(held, row),
            None => {
                self.quoted.insert(id, row);
                true
            }
        };
        if changed {
            self.touched.quoted.insert(id);
            self.touch_quoting(id);
        }
    }

    /// Marks the messages that quote one as shown differently.
    fn touch_quoting(&mut self, id: MessageId) {
        if let Some(quoting) = self.quoted_by.get(&id) {
            self.touched.messages.extend(quoting);
        }
    }

    fn merge_message(&mut self, row: Message) {
        let (id, created) = (row.id, row.created_seq);
        if let Some(quoted) = self.quoted.get_mut(&id)
            && merge(quoted, row.clone())
        {
            self.touched.quoted.insert(id);
        }
        let theirs = row.deleted_at.is_some() && row.sender_id != self.me;
        // One that was never held may have been counted in the list.
        let held = self.message(id);
        if theirs && held.is_none_or(|held| held.deleted_at.is_none()) {
            self.touched.deleted = self.touched.deleted.max(row.seq);
        }
        if created < self.floor {
            self.touch_quoting(id);
            return;
        }
        match self.messages.get_mut(&created) {
            Some(held) if held.id == id => {
                if !merge(held, row) {
                    return;
                }
            }
            // Two messages can't have one place: the server contradicts itself, the first stays.
            Some(_) => return,
            None if self.by_id.contains_key(&id) => return,
            None => {
                if row.sender_id != self.me {
                    self.touched.received += 1;
                    self.newest_other = self.newest_other.max(created);
                }
                if let Some(quoted) = row.reply_to {
                    self.quoted_by.entry(quoted).or_default().insert(id);
                }
                self.by_id.insert(id, created);
                self.messages.insert(created, row);
            }
        }
        self.touched.messages.insert(id);
        self.touched.rows.insert(id);
        self.touch_quoting(id);
    }

    fn merge_reaction(&mut self, row: Reaction) {
        let id = row.message_id;
        // A reaction belongs to a held message, or to one that comes with it.
        if !self.by_id.contains_key(&id) {
            return;
        }
        let held = self.reactions.entry(id).or_default();
        let mut changed = false;
        if row.counts_seq > held.counts_seq {
            held.counts = row.counts.clone();
            held.counts_seq = row.counts_seq;
            changed = true;
        }
        changed |= match held.rows.get_mut(&row.user_id) {
            Some(mine) => merge(mine, row),
            None => {
                held.rows.insert(row.user_id.clone(), row);
                true
            }
        };
        if changed {
            self.touched.messages.insert(id);
            self.touched.reactions.insert(id);
        }
    }

    /// Merges receipts: a sync's, or an event's.
    pub(crate) fn merge_receipts(&mut self, receipts: &Receipts) {
        let mut moved = false;
        for receipt in &receipts.listed {
            moved |= self.marks.merge(receipt);
        }
        if let Some(summary) = &receipts.summary
            && self.summary.as_ref() != Some(summary)
        {
            self.summary = Some(summary.clone());
            moved = true;
        }
        if moved {
            self.touched.receipts = true;
            self.settle_ticks();
        }
    }

    /// Raises one's own marks, as a person reads; tells whether that changed anything.
    pub(crate) fn raise_own(&mut self, delivered: Seq, read: Seq) -> bool {
        let moved = self
            .marks
            .merge(&Receipt::new(self.me.clone(), delivered, read));
        self.touched.receipts |= moved;
        moved
    }

    /// Finds how far everyone else has come, and touches the own messages that it matters to.
    fn settle_ticks(&mut self) {
        let low = match &self.summary {
            Some(all) => Some((all.delivered_by_all, all.read_by_all)),
            None => self
                .participants
                .values()
                .filter(|p| p.active && p.role.counts_for_ticks() && p.user_id != self.me)
                .map(|p| {
                    self.marks
                        .get(&p.user_id)
                        .map_or((Seq::ZERO, Seq::ZERO), |mark| (mark.delivered, mark.read))
                })
                .reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))),
        };
        let (was, is) = (self.low.unwrap_or_default(), low.unwrap_or_default());
        self.low = low;
        for (from, to, delivery) in [(was.0, is.0, true), (was.1, is.1, false)] {
            let (low, high) = (from.min(to), from.max(to));
            for (_, message) in self.messages.range(beyond(low)) {
                if message.created_seq > high {
                    break;
                }
                if message.sender_id == self.me {
                    self.touched.messages.insert(message.id);
                    self.touched.delivered += u64::from(delivery && to > from);
                }
            }
        }
    }

    /// Drops the oldest messages beyond `keep`.
    pub(crate) fn trim(&mut self, keep: usize) {
        let keep = keep.max(1);
        if self.messages.len() <= keep || self.cursor.is_none() {
            return;
        }
        while self.messages.len() > keep
            && let Some((_, message)) = self.messages.pop_first()
        {
            self.by_id.remove(&message.id);
            self.reactions.remove(&message.id);
            self.touched.reactions.remove(&message.id);
            self.touched.rows.insert(message.id);
            self.touched.messages.insert(message.id);
            if let Some(quoted) = message.reply_to
                && let Some(quoting) = self.quoted_by.get_mut(&quoted)
            {
                quoting.remove(&message.id);
                if quoting.is_empty() {
                    self.quoted_by.remove(&quoted);
                    self.quoted.remove(&quoted);
                    self.touched.quoted.insert(quoted);
                }
            }
            // What is still quoted stays known as a quote.
            if self.quoted_by.contains_key(&message.id) {
                self.touched.quoted.insert(message.id);
                self.quoted.or_insert_with(message.id, || message);
            }
        }
        if let Some(oldest) = self.messages.keys().next() {
            self.floor = *oldest;
            self.stored_floor = self.stored_floor.max(*oldest);
        }
        self.touched.cursor = true;
        self.touched.chat = true;
    }
}

#[cfg(test)]
mod tests;
