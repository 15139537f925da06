//! The full check at quiet points, first half: a fresh read of the store, user by user, against the committed history.
//! [`super::devices_settled`] is the other half.

use std::collections::BTreeMap;

use samtale_model::{
    ChatId, DATA_VERSION, Emoji, Message, MessageId, PrivateRow, Receipt, Seq, UserId,
};

use super::Violation;
use super::store_view::{ChatView, StoreView, UserView};
use super::truth::{ChatTruth, Spoken, Truth};
use crate::clock::Millis;

/// From so many members on, receipts are counted and not listed.
const MAX_LISTED_RECEIPTS: usize = 50;

/// Checks what every user reads against the truth.
///
/// Rules: `store-lineage`; `store-chats` (exactly the chats one is in); `store-epoch`, `store-head` (cursor of a fresh
/// start); `store-chat`, `store-people` (rows of now); `store-timeline` (exactly the messages that are seen, in order, in
/// their newest version, whole over all pages); `store-reactions`; `store-edits` (each wording once, in order: an edit that
/// was applied twice shows here); `store-summary` (last message, read mark, unread count); `store-receipts`;
/// `store-private`. Source: the `Store` trait's documentation, `samtale_model::view`.
pub fn store(truth: &Truth, view: &StoreView) -> Result<(), Violation> {
    if view.lineage != truth.lineage {
        let detail = format!("store {}, commits {}", view.lineage, truth.lineage);
        return Err(Violation::new("store-lineage", detail));
    }
    for (user, read) in &view.users {
        one(truth, user, read)
            .map_err(|(rule, detail)| Violation::new(rule, format!("{user:?} reads {detail}")))?;
    }
    Ok(())
}

type Fault = (&'static str, String);

fn one(truth: &Truth, user: &UserId, read: &UserView) -> Result<(), Fault> {
    let mut listed: Vec<ChatId> = read.summaries.iter().map(|s| s.chat.id).collect();
    listed.sort_unstable();
    let mine: Vec<ChatId> = chats_of(truth, user).collect();
    if listed != mine {
        return Err(("store-chats", format!("{listed:?}, is in {mine:?}")));
    }
    for summary in &read.summaries {
        let id = summary.chat.id;
        let (Some(chat), Some(view)) = (truth.chats.get(&id), read.chats.get(&id)) else {
            return Err(("store-chats", format!("no chat {id}")));
        };
        let seen: Vec<&Message> = chat.seen_by(user).collect();
        let place = |(rule, detail): Fault| (rule, format!("chat {id}: {detail}"));
        self::chat(truth, chat, user, view).map_err(place)?;
        timeline(&seen, view).map_err(place)?;
        reactions(chat, &seen, view).map_err(place)?;
        edits(chat, &seen, view).map_err(place)?;
        let says = (
            summary.last_message.as_ref(),
            summary.unread,
            summary.read,
            summary.head,
        );
        let read = chat.receipts.get(user).map_or(Seq::ZERO, |mark| mark.read);
        let is = (seen.last().copied(), chat.unread(user), read, chat.head);
        if says != is {
            let brief = |(last, unread, read, head): (Option<&Message>, u32, Seq, Seq)| {
                let last = last.map(|m| (m.id, m.seq));
                format!("last {last:?} unread {unread} read {read} head {head}")
            };
            let detail = format!("summary {}, is {}", brief(says), brief(is));
            return Err(place(("store-summary", detail)));
        }
    }
    private(truth, user, read)
}

/// Returns the chats that a user is in.
pub fn chats_of<'a>(truth: &'a Truth, user: &'a UserId) -> impl Iterator<Item = ChatId> + 'a {
    let of = move |(_, chat): &(&ChatId, &ChatTruth)| {
        chat.sight.get(user).is_some_and(|sight| sight.is_active())
    };
    truth.chats.iter().filter(of).map(|(id, _)| *id)
}

fn chat(truth: &Truth, chat: &ChatTruth, user: &UserId, view: &ChatView) -> Result<(), Fault> {
    let fresh = &view.fresh;
    let generation = chat.sight.get(user).and_then(|sight| sight.now());
    let generation = generation.map_or(0, |now| now.number);
    let epoch = &fresh.epoch;
    if epoch.lineage != truth.lineage
        || epoch.generation != generation
        || epoch.version != DATA_VERSION
        || !fresh.reset
    {
        let detail = format!("epoch {epoch}, generation is {generation}");
        return Err(("store-epoch", detail));
    }
    if fresh.up_to != chat.head || fresh.head != chat.head {
        let detail = format!(
            "up to {} of {}, head is {}",
            fresh.up_to, fresh.head, chat.head
        );
        return Err(("store-head", detail));
    }
    if fresh.rows.chat.as_ref() != chat.row() {
        let detail = format!("{:?}, is {:?}", fresh.rows.chat, chat.row());
        return Err(("store-chat", detail));
    }
    let active: Vec<_> = chat.active().collect();
    let members = usize::try_from(fresh.members).unwrap_or(usize::MAX);
    let role = active.iter().find(|person| person.user_id == *user);
    if view.participants.iter().ne(active.iter().copied())
        || members != active.len()
        || Some(fresh.role) != role.map(|person| person.role)
    {
        let detail = format!(
            "{members} members, role {:?}, {:?}; are {active:?}",
            fresh.role, view.participants
        );
        return Err(("store-people", detail));
    }
    if active.len() <= MAX_LISTED_RECEIPTS {
        let listed: Vec<_> = view.receipts.listed.iter().collect();
        let counting = active
            .iter()
            .filter(|person| person.role.counts_for_ticks() || person.user_id == *user);
        let are: Vec<_> = counting
            .filter_map(|person| chat.receipts.get(&person.user_id))
            .collect();
        if listed != are {
            return Err(("store-receipts", format!("{listed:?}, are {are:?}")));
        }
    }
    Ok(())
}

fn timeline(seen: &[&Message], view: &ChatView) -> Result<(), Fault> {
    let differs = |(seen, read): (&&Message, &Message)| **seen != *read;
    let mut pairs = seen.iter().zip(&view.messages);
    let first = pairs.position(differs);
    if first.is_none() && seen.len() == view.messages.len() {
        return Ok(());
    }
    let at = first.unwrap_or(seen.len().min(view.messages.len()));
    let brief = |m: &Message| format!("{} created {} as of {}", m.id, m.created_seq, m.seq);
    let detail = format!(
        "{} messages, are {}; no. {at} is {:?}, should be {:?}",
        view.messages.len(),
        seen.len(),
        view.messages.get(at).map(brief),
        seen.get(at).map(|m| brief(m))
    );
    Err(("store-timeline", detail))
}

fn reactions(chat: &ChatTruth, seen: &[&Message], view: &ChatView) -> Result<(), Fault> {
    type Rows<'a> = BTreeMap<(MessageId, &'a UserId), (Seq, &'a [Emoji])>;
    let mut are: Rows<'_> = BTreeMap::new();
    for message in seen.iter().filter(|m| m.deleted_at.is_none()) {
        for (user, versions) in chat.reactions_to(message.id) {
            if let Some((seq, emoji)) = versions.iter().next_back()
                && !emoji.is_empty()
            {
                are.insert((message.id, user), (*seq, emoji));
            }
        }
    }
    let rows = view.reactions.iter().filter(|row| !row.emoji.is_empty());
    let read: Rows<'_> = rows
        .map(|row| ((row.message_id, &row.user_id), (row.seq, &*row.emoji)))
        .collect();
    if read != are {
        return Err(("store-reactions", format!("{read:?}, are {are:?}")));
    }
    for row in &view.reactions {
        let counts: BTreeMap<&Emoji, u32> =
            row.counts.iter().map(|c| (&c.emoji, c.count)).collect();
        let are = chat.counts(row.message_id, chat.head);
        if counts != are {
            let detail = format!("counts of {}: {counts:?}, are {are:?}", row.message_id);
            return Err(("store-reactions", detail));
        }
    }
    Ok(())
}

fn edits(chat: &ChatTruth, seen: &[&Message], view: &ChatView) -> Result<(), Fault> {
    if !chat.silent.is_empty() {
        // What a dying process committed untold may have had wordings that nobody knows.
        return Ok(());
    }
    for (id, edits) in &view.edits {
        if !seen.iter().any(|message| message.id == *id) {
            return Err(("store-edits", format!("of {id}, which is not seen")));
        }
        let Some(spoken) = chat.messages.get(id) else {
            continue;
        };
        let are = wordings(spoken);
        let read: Vec<&str> = edits.iter().map(|edit| edit.content.as_str()).collect();
        if read != are {
            return Err(("store-edits", format!("of {id}: {read:?}, are {are:?}")));
        }
    }
    Ok(())
}

/// Returns the wordings that a message had before its present one.
fn wordings(spoken: &Spoken) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    for version in spoken.versions.values() {
        let content = version.content.as_str();
        if words.last() != Some(&content) {
            words.push(content);
        }
    }
    words.pop();
    words
}

fn private(truth: &Truth, user: &UserId, read: &UserView) -> Result<(), Fault> {
    let Some(private) = &read.private else {
        return Ok(());
    };
    let none = (Seq::ZERO, BTreeMap::new());
    let (head, rows) = truth.private.get(user).unwrap_or(&none);
    let set = |row: &&PrivateRow| !row.value.is_null();
    let mut are: Vec<&PrivateRow> = rows.values().filter(set).collect();
    let mut has: Vec<&PrivateRow> = private.rows.iter().filter(set).collect();
    are.sort_by_key(|row| &row.key);
    has.sort_by_key(|row| &row.key);
    if has != are || private.up_to != *head {
        let detail = format!("{has:?} up to {}, are {are:?} up to {head}", private.up_to);
        return Err(("store-private", detail));
    }
    Ok(())
}

/// Takes in what the store has after its process died, and has come back.
///
/// `durability`: every commit that was told is there, receipts and private rows too: an acknowledged write is on disk. What
/// is there beyond was on disk when the process died before it could tell: it is taken in, and is no fault.
/// Tells whether there was such.
pub fn adopt(truth: &mut Truth, view: &StoreView, now: Millis) -> Result<bool, Violation> {
    let mut grown = false;
    let lost = |detail| Err(Violation::new("durability", detail));
    for (user, read) in &view.users {
        for (id, seen) in &read.chats {
            let told = truth.chats.get(id).map_or(Seq::ZERO, |chat| chat.head);
            let head = seen.fresh.head;
            if head < told {
                return lost(format!("chat {id}: head {head} is there, {told} was told"));
            }
        }
        if let Some(private) = &read.private {
            let (head, rows) = truth.private.entry(user.clone()).or_default();
            if private.up_to < *head {
                let there = private.up_to;
                return lost(format!(
                    "private rows of {user:?}: {there} is there, {head} was told"
                ));
            }
            for row in private.rows.iter().filter(|row| row.seq > *head) {
                rows.insert(row.key.clone(), row.clone());
            }
            grown |= private.up_to > *head;
            *head = private.up_to;
        }
    }
    let mut ids: Vec<ChatId> = view
        .users
        .values()
        .flat_map(|read| read.chats.keys().copied())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let views = view.users.values().filter_map(|read| read.chats.get(&id));
        grown |= truth
            .chats
            .entry(id)
            .or_default()
            .adopt(&views.collect::<Vec<_>>(), now);
    }
    // Who does not count for ticks is not listed, and has a mark all the same.
    for (user, read) in &view.users {
        for summary in &read.summaries {
            let (id, read) = (summary.chat.id, summary.read);
            let chat = truth.chats.entry(id).or_default();
            let none = || Receipt::new(user.clone(), Seq::ZERO, Seq::ZERO);
            let told = chat.receipts.entry(user.clone()).or_insert_with(none);
            if told.read > read {
                return lost(format!("chat {id}: {user:?} read {read}, told {told:?}"));
            }
            grown |= told.read < read;
            told.read = read;
            told.delivered = told.delivered.max(read);
        }
    }
    for (id, seen) in view.users.values().flat_map(|read| &read.chats) {
        let chat = truth.chats.entry(*id).or_default();
        for receipt in &seen.receipts.listed {
            let told = chat.receipts.get(&receipt.user_id);
            if told.is_some_and(|t| t.delivered > receipt.delivered || t.read > receipt.read) {
                return lost(format!("chat {id}: {receipt:?} is there, told {told:?}"));
            }
            if told != Some(receipt) {
                grown = true;
                chat.receipts
                    .insert(receipt.user_id.clone(), receipt.clone());
            }
        }
    }
    Ok(grown)
}
