//! The committed history of one lineage: every row of every chat in every version, by its stamp.
//!
//! It is fed with commits in the order in which the store told them, and believes none of them: each is checked against
//! what is known before it is taken in. What a commit did is told as [`Deed`]s, for the record of who asked for it.

use std::collections::{BTreeMap, BTreeSet};

use samtale_model::{
    Chat, ChatId, Emoji, HistoryRule, Lineage, Message, MessageId, Participant, PrivateKey,
    PrivateRow, Reaction, Receipt, Seq, UserId,
};
use samtale_store::{ChatCommit, MembershipChange, PrivateCommit};

use super::visible::Sight;
use super::{Violation, marker};
use crate::clock::Millis;

/// What a commit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A chat was made.
    Made,
    /// A message was sent.
    Sent(MessageId),
    /// Its words were replaced by those of a marker.
    Edited(MessageId, Option<u64>),
    /// It was deleted.
    Deleted(MessageId),
    /// Someone set or took back an emoji.
    Reacted(MessageId, UserId, Emoji, bool),
    /// Someone came in.
    Entered(UserId),
    /// Someone is out.
    Left(UserId),
    /// Someone has another role.
    Ranked(UserId),
    /// The title or the history rule changed.
    Changed,
}

/// A message in all its versions.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// Its place.
    pub created: Seq,
    /// When it was committed.
    pub at: Millis,
    /// When it was deleted.
    pub deleted: Option<Millis>,
    /// Its versions, by stamp.
    pub versions: BTreeMap<Seq, Message>,
}

impl Spoken {
    /// Returns the version of now.
    pub fn newest(&self) -> Option<&Message> {
        self.versions.values().next_back()
    }

    /// Returns the version as of a commit.
    pub fn as_of(&self, seq: Seq) -> Option<&Message> {
        as_of(&self.versions, seq)
    }
}

/// Returns the newest value whose key is not beyond a seq.
pub fn as_of<T>(versions: &BTreeMap<Seq, T>, seq: Seq) -> Option<&T> {
    versions.range(..=seq).next_back().map(|(_, value)| value)
}

/// One chat's committed history.
#[derive(Clone, Debug, Default)]
pub struct ChatTruth {
    /// The newest commit.
    pub head: Seq,
    /// Commits that were never told because the process died within them, and that left no row of their own stamp.
    pub silent: BTreeSet<Seq>,
    /// The chat's own row.
    pub rows: BTreeMap<Seq, Chat>,
    /// Who is or was in it.
    pub people: BTreeMap<UserId, BTreeMap<Seq, Participant>>,
    /// What each of them sees.
    pub sight: BTreeMap<UserId, Sight>,
    /// Messages.
    pub messages: BTreeMap<MessageId, Spoken>,
    /// Messages by place.
    pub places: BTreeMap<Seq, MessageId>,
    /// Each user's emoji on each message.
    pub reactions: BTreeMap<(MessageId, UserId), BTreeMap<Seq, Vec<Emoji>>>,
    /// The watermarks.
    pub receipts: BTreeMap<UserId, Receipt>,
    /// Which words were said, in which commit and of which message: each once.
    pub words: BTreeMap<u64, (Seq, MessageId)>,
}

impl ChatTruth {
    /// Returns the chat's row of now.
    pub fn row(&self) -> Option<&Chat> {
        self.rows.values().next_back()
    }

    /// Returns the participants of now who are in the chat.
    pub fn active(&self) -> impl Iterator<Item = &Participant> {
        let now = self
            .people
            .values()
            .filter_map(|rows| rows.values().next_back());
        now.filter(|person| person.active)
    }

    /// Returns whether a user sees a message now.
    pub fn sees(&self, user: &UserId, created: Seq) -> bool {
        self.sight
            .get(user)
            .is_some_and(|sight| sight.sees(created))
    }

    /// Returns the messages that a user sees now, in order, in their newest version.
    pub fn seen_by<'a>(&'a self, user: &'a UserId) -> impl DoubleEndedIterator<Item = &'a Message> {
        let seen = self
            .places
            .iter()
            .filter(|(place, _)| self.sees(user, **place));
        seen.filter_map(|(_, id)| self.messages.get(id)?.newest())
    }

    /// Counts the emoji on a message as of a commit: how many have set each.
    pub fn counts(&self, message: MessageId, seq: Seq) -> BTreeMap<&Emoji, u32> {
        let mut counts = BTreeMap::new();
        for (_, versions) in self.reactions_to(message) {
            for emoji in as_of(versions, seq).into_iter().flatten() {
                *counts.entry(emoji).or_default() += 1;
            }
        }
        counts
    }

    /// Returns the reactions to a message by user.
    pub fn reactions_to(
        &self,
        message: MessageId,
    ) -> impl Iterator<Item = (&UserId, &BTreeMap<Seq, Vec<Emoji>>)> {
        let all = self.reactions.iter();
        all.filter(move |((of, _), _)| *of == message)
            .map(|((_, user), rows)| (user, rows))
    }

    /// Counts what a user has not read: messages of others that they see beyond their mark, deleted ones passed over,
    /// up to 100; of each interval of sight only the newest 2,000 messages are looked at.
    pub fn unread(&self, user: &UserId) -> u32 {
        let read = self.receipts.get(user).map_or(Seq::ZERO, |mark| mark.read);
        let Some(sight) = self.sight.get(user).and_then(Sight::now) else {
            return 0;
        };
        let mut count = 0;
        for (from, to) in sight.intervals() {
            let from = from.max(read.next());
            let to = to.unwrap_or(Seq(u64::MAX));
            if from > to {
                continue;
            }
            let newest = self.places.range(from..=to).rev().take(2_000);
            count += newest
                .filter_map(|(_, id)| self.messages.get(id)?.newest())
                .filter(|message| message.sender_id != *user && message.deleted_at.is_none())
                .count();
        }
        u32::try_from(count.min(100)).unwrap_or(100)
    }

    /// Takes a commit in, and tells what it did.
    ///
    /// Rules: `seq-gap` (each commit takes the next seq), `stamp` (each changed row carries the commit's seq),
    /// `created-twice` and `message-rewritten` (a message has one place, one sender, one time), `words-twice` (the words
    /// of one sending or edit are applied once), `deleted-twice`, `words-after-deletion`, `reaction-counts`, `members`,
    /// `membership-told`, `quote-stale`. Source: ARCHITECTURE, "The one idea" and "Exactly once".
    pub fn commit(&mut self, commit: &ChatCommit, at: Millis) -> Result<Vec<Deed>, Violation> {
        let envelope = &commit.envelope;
        let (chat, seq, rows) = (envelope.chat, envelope.seq, &envelope.rows);
        let fail = |rule, detail: String| Violation::new(rule, format!("chat {chat}: {detail}"));
        if seq != self.head.next() {
            return Err(fail(
                "seq-gap",
                format!("commit {seq} follows head {}", self.head),
            ));
        }
        let stamps = rows
            .chat
            .iter()
            .map(|row| row.seq)
            .chain(rows.participants.iter().map(|row| row.seq))
            .chain(rows.messages.iter().map(|row| row.seq))
            .chain(rows.reactions.iter().map(|row| row.seq));
        if let Some(other) = { stamps }.find(|stamp| *stamp != seq) {
            return Err(fail("stamp", format!("commit {seq} has a row of {other}")));
        }
        self.head = seq;
        let mut deeds = Vec::new();
        for message in &rows.messages {
            deeds.extend(self.message(message, at).map_err(|(r, d)| fail(r, d))?);
        }
        for reaction in &rows.reactions {
            deeds.extend(self.reaction(reaction).map_err(|(r, d)| fail(r, d))?);
        }
        for quoted in &rows.quoted {
            let known = self.messages.get(&quoted.id).and_then(Spoken::newest);
            if known != Some(quoted) {
                let known = known.map(|known| known.seq);
                let said = quoted.seq;
                let detail = format!(
                    "commit {seq} quotes {} of {said}, newest {known:?}",
                    quoted.id
                );
                return Err(fail("quote-stale", detail));
            }
        }
        let mut told = self.people_and_chat(rows, seq, at, &mut deeds);
        let active = self.active().count();
        if usize::try_from(commit.members).ok() != Some(active) {
            let said = commit.members;
            return Err(fail(
                "members",
                format!("commit {seq} says {said}, are {active}"),
            ));
        }
        let mut said: Vec<String> = commit.membership.iter().map(|c| format!("{c:?}")).collect();
        said.retain(|change| !change.starts_with("Role"));
        told.sort();
        said.sort();
        if said
            .iter()
            .map(|s| s.replace("by_themselves: true", "by_themselves: false"))
            .ne(told.iter().cloned())
        {
            return Err(fail(
                "membership-told",
                format!("commit {seq} says {said:?}, is {told:?}"),
            ));
        }
        Ok(deeds)
    }

    fn message(
        &mut self,
        row: &Message,
        at: Millis,
    ) -> Result<Option<Deed>, (&'static str, String)> {
        let (id, seq) = (row.id, row.seq);
        if row.deleted_at.is_some() && !row.content.as_str().is_empty() {
            return Err((
                "words-after-deletion",
                format!("message {id} in commit {seq}"),
            ));
        }
        let words = marker(row.content.as_str());
        let Some(spoken) = self.messages.get_mut(&id) else {
            if row.created_seq != seq {
                let created = row.created_seq;
                return Err((
                    "created-late",
                    format!("message {id} of {created} first in {seq}"),
                ));
            }
            let spoken = Spoken {
                created: seq,
                at,
                deleted: None,
                versions: BTreeMap::from([(seq, row.clone())]),
            };
            self.messages.insert(id, spoken);
            self.places.insert(seq, id);
            self.say(words, id, seq)?;
            return Ok(Some(Deed::Sent(id)));
        };
        let Some(before) = spoken.newest().cloned() else {
            return Ok(None);
        };
        if row.created_seq == seq {
            let first = spoken.created;
            return Err((
                "created-twice",
                format!("message {id} of {first} again in {seq}"),
            ));
        }
        let origin = |m: &Message| {
            let origin = (m.created_seq, m.created_at, m.sender_id.clone());
            (origin, m.reply_to, m.thread_root, m.kind.clone())
        };
        if origin(&before) != origin(row) {
            return Err((
                "message-rewritten",
                format!("message {id} in commit {seq}: {before:?} -> {row:?}"),
            ));
        }
        spoken.versions.insert(seq, row.clone());
        match (before.deleted_at, row.deleted_at) {
            (None, Some(_)) => {
                spoken.deleted = Some(at);
                Ok(Some(Deed::Deleted(id)))
            }
            (Some(first), second) if second != Some(first) => {
                Err(("deleted-twice", format!("message {id} again in {seq}")))
            }
            _ if row.content != before.content || row.edited_at != before.edited_at => {
                self.say(words, id, seq)?;
                Ok(Some(Deed::Edited(id, words)))
            }
            // The root of a thread is counted up by an answer.
            _ if row.thread_count == before.thread_count + 1 => Ok(None),
            // Anything else would be a commit without a change: an op that was applied again.
            _ => Err((
                "changed-nothing",
                format!("message {id} in {seq} as it was in {}", before.seq),
            )),
        }
    }

    fn say(
        &mut self,
        words: Option<u64>,
        id: MessageId,
        seq: Seq,
    ) -> Result<(), (&'static str, String)> {
        let before = words.and_then(|words| self.words.insert(words, (seq, id)));
        match before {
            Some((before, _)) => Err((
                "words-twice",
                format!("m{words:?} of message {id} in {before} and in {seq}"),
            )),
            None => Ok(()),
        }
    }

    fn reaction(&mut self, row: &Reaction) -> Result<Vec<Deed>, (&'static str, String)> {
        let (id, user, seq) = (row.message_id, &row.user_id, row.seq);
        let versions = self.reactions.entry((id, user.clone())).or_default();
        let before = versions.values().next_back().cloned().unwrap_or_default();
        versions.insert(seq, row.emoji.clone());
        let set = row.emoji.iter().filter(|emoji| !before.contains(emoji));
        let taken = before.iter().filter(|emoji| !row.emoji.contains(emoji));
        let deed = |emoji: &Emoji, on| Deed::Reacted(id, user.clone(), emoji.clone(), on);
        let deeds: Vec<Deed> = set
            .map(|emoji| deed(emoji, true))
            .chain(taken.map(|emoji| deed(emoji, false)))
            .collect();
        if deeds.is_empty() {
            return Err((
                "changed-nothing",
                format!("reaction of {user:?} to {id} in {seq}"),
            ));
        }
        let mine = self.counts(id, seq);
        let said: BTreeMap<&Emoji, u32> = row.counts.iter().map(|c| (&c.emoji, c.count)).collect();
        if mine != said || row.counts_seq != seq {
            let as_of = row.counts_seq;
            return Err((
                "reaction-counts",
                format!("to {id} in {seq}: {said:?} as of {as_of}, are {mine:?}"),
            ));
        }
        Ok(deeds)
    }

    /// Takes participants and the chat's row in; returns whose membership changed, as `MembershipChange` writes it.
    pub(super) fn people_and_chat(
        &mut self,
        rows: &samtale_model::Rows,
        seq: Seq,
        at: Millis,
        deeds: &mut Vec<Deed>,
    ) -> Vec<String> {
        let was = self.row().cloned();
        if let Some(row) = &rows.chat {
            self.rows.insert(row.seq, row.clone());
        }
        let is = self.row();
        let all = is.is_some_and(|row| row.history == HistoryRule::All);
        if is.is_some() && was.is_none() {
            deeds.push(Deed::Made);
        } else if is.map(|c| (&c.title, c.history)) != was.as_ref().map(|c| (&c.title, c.history)) {
            deeds.push(Deed::Changed);
        }
        let mut told = Vec::new();
        if was.as_ref().map(|row| row.history) != self.row().map(|row| row.history) && was.is_some()
        {
            for (user, sight) in &mut self.sight {
                if sight.is_active() {
                    sight.rule(seq, at, all);
                    told.push(format!("{:?}", MembershipChange::Reset(user.clone())));
                }
            }
        }
        for row in &rows.participants {
            let user = row.user_id.clone();
            let versions = self.people.entry(user.clone()).or_default();
            let before = versions.values().next_back().cloned();
            versions.insert(row.seq, row.clone());
            let sight = self.sight.entry(user.clone()).or_default();
            let was_active = before.as_ref().is_some_and(|row| row.active);
            if row.active && !was_active {
                sight.enter(row.seq, at, all);
                told.push(format!("{:?}", MembershipChange::Joined(user.clone())));
                let mark = Receipt::new(user.clone(), row.seq, row.seq);
                self.receipts.insert(user.clone(), mark);
                deeds.push(Deed::Entered(user));
            } else if !row.active && was_active {
                sight.exit(row.seq, at);
                let left = MembershipChange::Left {
                    user: user.clone(),
                    by_themselves: false,
                };
                told.push(format!("{left:?}"));
                deeds.push(Deed::Left(user));
            } else if before.is_some_and(|before| before.role != row.role) {
                deeds.push(Deed::Ranked(user));
            }
        }
        told
    }

    /// Takes a receipt in.
    ///
    /// Rules: `receipt-back` (watermarks merge by maximum), `receipt-beyond-head`, `receipt-order` (what is read is
    /// delivered). Source: `samtale_model::receipt`, `Store::raise_receipt`.
    pub fn receipt(&mut self, chat: ChatId, receipt: &Receipt) -> Result<(), Violation> {
        let user = &receipt.user_id;
        let before = self.receipts.get(user);
        let low = before.map_or((Seq::ZERO, Seq::ZERO), |b| (b.delivered, b.read));
        let said = (receipt.delivered, receipt.read);
        let rule = if said.0 < low.0 || said.1 < low.1 {
            "receipt-back"
        } else if said.0 > self.head {
            "receipt-beyond-head"
        } else if said.1 > said.0 {
            "receipt-order"
        } else {
            self.receipts.insert(user.clone(), receipt.clone());
            return Ok(());
        };
        let head = self.head;
        Err(Violation::new(
            rule,
            format!("chat {chat}: {user:?} to {said:?} from {low:?}, head {head}"),
        ))
    }
}

/// Everything that was committed in one lineage.
#[derive(Clone, Debug)]
pub struct Truth {
    /// The lineage.
    pub lineage: Lineage,
    /// The chats.
    pub chats: BTreeMap<ChatId, ChatTruth>,
    /// Private rows by user, and each user's head.
    pub private: BTreeMap<UserId, (Seq, BTreeMap<PrivateKey, PrivateRow>)>,
}

impl Truth {
    /// Makes the truth of an empty store.
    pub const fn new(lineage: Lineage) -> Self {
        Self {
            lineage,
            chats: BTreeMap::new(),
            private: BTreeMap::new(),
        }
    }

    /// Returns a message and the chat it is in.
    pub fn message(&self, id: MessageId) -> Option<(ChatId, &Spoken)> {
        self.chats
            .iter()
            .find_map(|(chat, truth)| Some((*chat, truth.messages.get(&id)?)))
    }

    /// Takes a commit of private rows in. Rule `private-gap`: each takes the user's next seq.
    pub fn private(&mut self, commit: &PrivateCommit) -> Result<(), Violation> {
        let entry = self.private.entry(commit.user.clone()).or_default();
        if commit.seq != entry.0.next() {
            let detail = format!("{:?}: {} follows {}", commit.user, commit.seq, entry.0);
            return Err(Violation::new("private-gap", detail));
        }
        entry.0 = commit.seq;
        for row in &commit.rows {
            entry.1.insert(row.key.clone(), row.clone());
        }
        Ok(())
    }
}
