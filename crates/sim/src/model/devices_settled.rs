//! The full check at quiet points, second half: what every device holds, shows and still has to do, against the truth.
//!
//! A quiet point: faults are over, everyone is up and connected, nobody has done anything for a while. Then nothing is under
//! way any more, and every device that a chat is live on shows what a fresh reader would be given, so all show alike.

use samtale_engine::{ChatItem, Engine, Entry, EntryState, OutboxState};
use samtale_model::{ChatId, Message, OpId, PrivateKey, Seq, UserId};

use super::asked::{Kind, Told};
use super::devices::Devices;
use super::settled::chats_of;
use super::truth::{ChatTruth, Truth};
use super::{Violation, marker};
use crate::plan::DeviceNo;

/// From so many members on, receipts are counted and not listed.
const MAX_LISTED_RECEIPTS: usize = 50;

type Fault = (&'static str, String);

/// Checks one device.
///
/// Rules: `not-connected`; `outbox-stuck` (only what is parked is left in the outbox); `op-lost` (every op of a living
/// device came to an end: done, refused with a code, given up; or it is parked and shown so); `chat-list` (exactly the
/// chats one is in, where the whole list is held); `chat-stuck` (no chat is still to be made); `kept-after-removal` (nothing
/// confirmed is held of a chat one is not in); `chat-behind` (an open chat is live, its cursor at the head, in the
/// generation of now); `chat-differs` (row, role, members, people); `timeline-differs` (each entry in the range held);
/// `tick-wrong`; `quote-wrong`; `reactions-wrong`; `last-differs`; `unread-wrong`; `private-differs`.
pub fn check(
    truth: &Truth,
    devices: &Devices,
    device: DeviceNo,
    engine: &Engine,
) -> Result<(), Violation> {
    let me = &devices.all[device].user;
    let place = |(rule, detail): Fault| {
        Violation::new(rule, format!("device {device} of {me:?}: {detail}"))
    };
    let connection = engine.connection();
    if !connection.state.is_connected() {
        return Err(place(("not-connected", format!("{connection:?}"))));
    }
    outbox(devices, device, engine).map_err(place)?;
    list(truth, me, engine).map_err(place)?;
    for (id, chat) in &truth.chats {
        let open = devices.all[device].open.get(id).is_some_and(|n| *n > 0);
        one(chat, *id, me, engine, open)
            .map_err(|(rule, detail)| place((rule, format!("chat {id}: {detail}"))))?;
    }
    private(truth, me, engine).map_err(place)
}

fn outbox(devices: &Devices, device: DeviceNo, engine: &Engine) -> Result<(), Fault> {
    let record = &devices.all[device];
    let outbox = engine.outbox();
    let parked =
        |state: &OutboxState| matches!(state, OutboxState::Failed { .. } | OutboxState::Expired);
    if let Some(item) = outbox.items.iter().find(|item| !parked(&item.state)) {
        return Err(("outbox-stuck", format!("{item:?}")));
    }
    for (id, op) in &record.ops {
        let own_life = op.is_of(record.life);
        let there = outbox.items.iter().any(|item| item.op == *id);
        let stored = op.kept && record.loaded && !(record.adopts && record.trouble);
        let bound = !op.excused && (own_life || stored);
        let stays = matches!(op.kind, Kind::Send { .. } | Kind::Edit | Kind::Delete);
        let must = match op.told {
            Told::Pending => true,
            Told::Failed(_) | Told::Expired => stays,
            Told::Done | Told::Cancelled => false,
        };
        if bound && must && !there {
            let detail = format!(
                "op {id} ({:?} in {}, asked at {}, kept {}, told {:?}) came to no end and is not in the outbox",
                op.kind, op.chat, op.at, op.kept, op.told
            );
            return Err(("op-lost", detail));
        }
    }
    Ok(())
}

fn list(truth: &Truth, me: &UserId, engine: &Engine) -> Result<(), Fault> {
    let items = engine.chats();
    if let Some(item) = items.iter().find(|item| item.making) {
        return Err(("chat-stuck", format!("{} is still to be made", item.id)));
    }
    let mut listed: Vec<ChatId> = items.iter().map(|item| item.id).collect();
    listed.sort_unstable();
    let mine: Vec<ChatId> = chats_of(truth, me).collect();
    let extra = listed.iter().find(|id| !mine.contains(id));
    let missing = mine.iter().find(|id| !listed.contains(id));
    if extra.is_some() || (missing.is_some() && !engine.has_more_chats()) {
        let detail = format!("lists {extra:?} too many, misses {missing:?}");
        return Err(("chat-list", detail));
    }
    Ok(())
}

fn one(
    chat: &ChatTruth,
    id: ChatId,
    me: &UserId,
    engine: &Engine,
    open: bool,
) -> Result<(), Fault> {
    let item = engine.chat(id);
    let held = engine.held(id);
    let now = chat.sight.get(me).and_then(|sight| sight.now());
    let Some(generation) = now.filter(|now| now.active) else {
        let confirmed = engine
            .timeline(id)
            .entries()
            .find(|entry| entry.message.created_seq > Seq::ZERO);
        let item_last = item.and_then(|item| item.last);
        let last = item_last.filter(|entry| entry.message.created_seq > Seq::ZERO);
        let kept = confirmed.map(|entry| entry.id()).or(last.map(|e| e.id()));
        return match (held, kept) {
            (None, None) => Ok(()),
            (held, kept) => {
                let cursor = held.map(|held| held.cursor().clone());
                let detail = format!("holds {cursor:?}, message {kept:?}");
                Err(("kept-after-removal", detail))
            }
        };
    };
    let Some(item) = item else {
        return match open {
            true => Err(("chat-behind", "open and unknown".into())),
            false => Ok(()),
        };
    };
    let cursor = held.map(|held| held.cursor().clone());
    let behind = cursor
        .as_ref()
        .is_none_or(|c| c.seq != chat.head || c.epoch.generation != generation.number);
    if (open || item.live) && (behind || !item.live) {
        let detail = format!(
            "live {}, open {open}, cursor {cursor:?}, error {:?}; head {}, generation {}",
            item.live, item.error, chat.head, generation.number
        );
        return Err(("chat-behind", detail));
    }
    if behind || !item.live {
        return Ok(());
    }
    same_chat(chat, me, &item)?;
    let floor = held.map_or(Seq::ZERO, |held| held.floor());
    let seen: Vec<&Message> = chat.seen_by(me).collect();
    let confirmed = |entry: &Entry| entry.message.created_seq > Seq::ZERO;
    let entries: Vec<Entry> = engine.timeline(id).entries().filter(confirmed).collect();
    let range: Vec<&&Message> = seen.iter().filter(|m| m.created_seq >= floor).collect();
    if entries.len() != range.len() {
        let ids = |m: &Message| (m.created_seq, m.id);
        let shows: Vec<_> = entries.iter().map(|entry| ids(&entry.message)).collect();
        let are: Vec<_> = range.iter().map(|message| ids(message)).collect();
        let extra = shows.iter().find(|place| !are.contains(place));
        let missing = are.iter().find(|place| !shows.contains(place));
        let detail = format!("from {floor}: shows {extra:?} too many, misses {missing:?}");
        return Err(("timeline-differs", detail));
    }
    for (shown, message) in entries.iter().zip(range) {
        entry(chat, me, shown, message)?;
    }
    let unsent = engine.timeline(id).len() > entries.len();
    let last = item.last.as_ref().map(|entry| entry.id());
    if !unsent && last != seen.last().map(|message| message.id) {
        let is = seen.last().map(|m| m.id);
        return Err(("last-differs", format!("shows {last:?}, is {is:?}")));
    }
    let unread = chat.unread(me);
    if item.unread != unread {
        let mark = chat.receipts.get(me);
        let detail = format!(
            "shows {}, are {unread}; mark {mark:?}, range from {floor}",
            item.unread
        );
        return Err(("unread-wrong", detail));
    }
    Ok(())
}

fn same_chat(chat: &ChatTruth, me: &UserId, item: &ChatItem) -> Result<(), Fault> {
    let active: Vec<_> = chat.active().collect();
    let role = active.iter().find(|person| person.user_id == *me);
    let members = usize::try_from(item.members).unwrap_or(usize::MAX);
    let same = item.chat.as_ref() == chat.row()
        && item.role == role.map(|person| person.role)
        && members == active.len()
        && (active.len() > 200 || item.participants.iter().eq(active.iter().copied()));
    if same {
        return Ok(());
    }
    let detail = format!(
        "shows {:?}, role {:?}, {members} members {:?}; is {:?}, {active:?}",
        item.chat,
        item.role,
        item.participants,
        chat.row()
    );
    Err(("chat-differs", detail))
}

fn entry(chat: &ChatTruth, me: &UserId, shown: &Entry, message: &Message) -> Result<(), Fault> {
    let id = message.id;
    if shown.message != *message {
        let brief = |m: &Message| {
            let words = marker(m.content.as_str());
            let (created, seq, deleted) = (m.created_seq, m.seq, m.deleted_at.is_some());
            format!(
                "{} {created} as of {seq} m{words:?} deleted {deleted}",
                m.id
            )
        };
        let detail = format!("shows {}, is {}", brief(&shown.message), brief(message));
        return Err(("timeline-differs", detail));
    }
    let state = tick(chat, me, message);
    if state.is_some_and(|state| state != shown.state) {
        let detail = format!(
            "{id} of {} shows {:?}, is {state:?}; marks {:?}",
            message.created_seq, shown.state, chat.receipts
        );
        return Err(("tick-wrong", detail));
    }
    let quoted = message.reply_to.and_then(|id| chat.messages.get(&id));
    let quoted = quoted.filter(|spoken| chat.sees(me, spoken.created));
    let quoted = quoted.and_then(|spoken| spoken.newest());
    if shown.quoted.as_deref() != quoted {
        let brief = |m: &Message| (m.id, m.seq);
        let shows = shown.quoted.as_deref().map(brief);
        let detail = format!("{id} quotes {shows:?}, is {:?}", quoted.map(brief));
        return Err(("quote-wrong", detail));
    }
    let mut are = Vec::new();
    if message.deleted_at.is_none() {
        for (emoji, count) in chat.counts(id, chat.head) {
            let own = chat.reactions.get(&(id, me.clone()));
            let own = own.and_then(|rows| rows.values().next_back());
            are.push((emoji, count, own.is_some_and(|own| own.contains(emoji))));
        }
        are.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    }
    let shows: Vec<_> = shown
        .reactions
        .iter()
        .map(|group| (&group.emoji, group.count, group.mine))
        .collect();
    if shows != are {
        let detail = format!("{id} shows {shows:?}, are {are:?}");
        return Err(("reactions-wrong", detail));
    }
    Ok(())
}

/// Works out the tick of a message: of one's own, how far all others have come who are in the chat and count; of others
/// always "delivered". None in a chat too large to list receipts.
fn tick(chat: &ChatTruth, me: &UserId, message: &Message) -> Option<EntryState> {
    if message.sender_id != *me {
        return Some(EntryState::Delivered);
    }
    if chat.active().count() > MAX_LISTED_RECEIPTS {
        return None;
    }
    let others = chat
        .active()
        .filter(|person| person.user_id != *me && person.role.counts_for_ticks());
    let marks: Vec<(Seq, Seq)> = others
        .map(|person| {
            let mark = chat.receipts.get(&person.user_id);
            mark.map_or((Seq::ZERO, Seq::ZERO), |mark| (mark.delivered, mark.read))
        })
        .collect();
    let created = message.created_seq;
    Some(if marks.is_empty() {
        EntryState::Sent
    } else if marks.iter().all(|(_, read)| *read >= created) {
        EntryState::Read
    } else if marks.iter().all(|(delivered, _)| *delivered >= created) {
        EntryState::Delivered
    } else {
        EntryState::Sent
    })
}

fn private(truth: &Truth, me: &UserId, engine: &Engine) -> Result<(), Fault> {
    let Some((_, rows)) = truth.private.get(me) else {
        return Ok(());
    };
    for (key, row) in rows {
        if matches!(key, PrivateKey::Chat(_)) {
            continue;
        }
        let is = Some(&row.value).filter(|value| !value.is_null());
        let has = engine.private(key).filter(|value| !value.is_null());
        if has != is {
            let detail = format!("{key} shows {has:?}, is {is:?} as of {}", row.seq);
            return Err(("private-differs", detail));
        }
    }
    Ok(())
}

/// Checks that an op that is told done is in the committed history of a lineage.
///
/// Rule `done-not-committed`: the answer comes after the commit, never before; a send is at the place that is told, a
/// deletion has left a tombstone, and no seq is beyond the head.
pub fn done(
    truths: &[Truth],
    devices: &Devices,
    device: DeviceNo,
    op: OpId,
    seq: Seq,
) -> Result<(), Violation> {
    let Some(issued) = devices.all[device].ops.get(&op) else {
        return Ok(());
    };
    let committed = truths.iter().any(|truth| {
        let Some(chat) = truth.chats.get(&issued.chat) else {
            return false;
        };
        let message = issued.message.and_then(|id| chat.messages.get(&id));
        match issued.kind {
            Kind::Send { .. } => message.is_some_and(|spoken| spoken.created == seq),
            Kind::Delete => {
                message.is_some_and(|spoken| spoken.deleted.is_some()) && seq <= chat.head
            }
            Kind::Edit => {
                let said = issued
                    .words
                    .iter()
                    .filter_map(|words| chat.words.get(words));
                let mut said = said.copied();
                said.any(|(at, _)| at == seq) || (!chat.silent.is_empty() && seq <= chat.head)
            }
            _ => seq <= chat.head,
        }
    });
    if committed {
        return Ok(());
    }
    let detail = format!(
        "device {device}, op {op} ({:?} in {}) is told done at {seq}",
        issued.kind, issued.chat
    );
    Err(Violation::new("done-not-committed", detail))
}
