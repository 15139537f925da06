//! What a person sees: their own doings at once and as long as they are under way, in the order they did them, and a view
//! that follows by patches what reading anew would give.

use std::collections::{BTreeMap, BTreeSet};

use samtale_engine::{Change, Engine, Entry, EntryState, Position, TimelinePatch};
use samtale_model::{ChatId, Epoch, MessageId, Receipt, Seq, UserId};

use super::asked::{Kind, Told};
use super::devices::{Devices, Record};
use super::truth::Truth;
use super::{Violation, marker};
use crate::plan::DeviceNo;

/// What a view has of one device, by what it was told.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The entries of the chats that are on a screen.
    views: BTreeMap<ChatId, BTreeMap<MessageId, Entry>>,
    /// Chats of which something was told since they were last looked at.
    pub stirred: BTreeSet<ChatId>,
    /// Watermarks by chat and user, as shown last, and the epoch they were shown in.
    marks: BTreeMap<(ChatId, UserId), (String, Receipt)>,
    /// Where each chat was when it was last looked at: the epoch, the cursor, the floor, the number of messages.
    pub places: BTreeMap<ChatId, (String, Seq, Seq, usize)>,
    /// Own messages that were acknowledged in this life while their chat was held: where they are.
    pub acknowledged: BTreeMap<ChatId, BTreeMap<MessageId, Seq>>,
    /// The epoch that each chat was last seen held in.
    pub epochs: BTreeMap<ChatId, Epoch>,
}

impl Shown {
    /// Takes a change in.
    pub fn told(&mut self, change: &Change, engine: &Engine) {
        match change {
            Change::Timeline { chat, patches } => {
                self.stirred.insert(*chat);
                let Some(view) = self.views.get_mut(chat) else {
                    return;
                };
                for patch in patches {
                    match patch {
                        TimelinePatch::Insert { entry } | TimelinePatch::Update { entry } => {
                            view.insert(entry.id(), (**entry).clone());
                        }
                        TimelinePatch::Remove { id } => {
                            view.remove(id);
                        }
                        TimelinePatch::Reset => *view = read(engine, *chat),
                    }
                }
            }
            Change::Chat { chat } | Change::Receipts { chat } | Change::Op { chat, .. } => {
                self.stirred.insert(*chat);
            }
            _ => {}
        }
    }

    /// Compares what the patches made of a chat on a screen with what reading it anew gives.
    ///
    /// Rule `view-patches`: after all changes of an input, the entries that a view has by patches are those of
    /// [`Engine::timeline`]. Source: [`Change`], "all changes of one input come together".
    pub fn compare(&mut self, engine: &Engine, chat: ChatId, open: bool) -> Result<(), Violation> {
        if !open || engine.chat(chat).is_none() {
            self.views.remove(&chat);
            return Ok(());
        }
        let is = read(engine, chat);
        let Some(has) = self.views.insert(chat, is) else {
            return Ok(());
        };
        let is = &self.views[&chat];
        if has == *is {
            return Ok(());
        }
        let mut ids: BTreeSet<&MessageId> = has.keys().collect();
        ids.extend(is.keys());
        let differs = ids.into_iter().find(|id| has.get(id) != is.get(id));
        let differs = differs.map(|id| (*id, has.get(id), is.get(id)));
        Err(Violation::new(
            "view-patches",
            format!("chat {chat}: (message, by patches, anew) {differs:?}"),
        ))
    }

    /// Checks the watermarks that a device shows of a chat.
    ///
    /// `shown-receipt-back`: in one epoch a watermark of someone else never goes back. `shown-receipt-ahead`: it is never
    /// ahead of what the person said and the server committed, and so never beyond the chat's head. Source: the issue's
    /// "receipts never go back and never pass the head"; one's own mark may run ahead of the server while it is told, and is
    /// judged by the unread count.
    pub fn receipts(
        &mut self,
        engine: &Engine,
        chat: ChatId,
        me: &UserId,
        truths: &[Truth],
    ) -> Result<(), Violation> {
        let Some(held) = engine.held(chat) else {
            self.marks.retain(|(of, _), _| *of != chat);
            return Ok(());
        };
        let epoch = held.cursor().epoch.to_string();
        let lineage = &held.cursor().epoch.lineage;
        let truth = truths.iter().find(|truth| truth.lineage == *lineage);
        let committed = truth.and_then(|truth| truth.chats.get(&chat));
        for mark in engine.receipts(chat) {
            if mark.user_id == *me {
                continue;
            }
            let fail = |rule, than: String| {
                Err(Violation::new(
                    rule,
                    format!("chat {chat} of {me:?} in {epoch}: {mark:?}, {than}"),
                ))
            };
            let said = committed.and_then(|chat| chat.receipts.get(&mark.user_id));
            if said.is_none_or(|said| said.delivered < mark.delivered || said.read < mark.read) {
                return fail("shown-receipt-ahead", format!("committed is {said:?}"));
            }
            let key = (chat, mark.user_id.clone());
            if let Some((before, was)) = self.marks.get(&key)
                && *before == epoch
                && (was.delivered > mark.delivered || was.read > mark.read)
            {
                return fail("shown-receipt-back", format!("was {was:?}"));
            }
            self.marks.insert(key, (epoch.clone(), mark));
        }
        Ok(())
    }

    /// Takes in that a device died: its next life shows anew.
    pub fn died(&mut self) {
        *self = Self::default();
    }
}

fn read(engine: &Engine, chat: ChatId) -> BTreeMap<MessageId, Entry> {
    let entries = engine.timeline(chat).entries();
    entries.map(|entry| (entry.id(), entry)).collect()
}

/// Checks a chat's timeline on a device.
///
/// - `entry-twice`: an id, and a position, is there once. `entry-order`: confirmed entries come first, each after those of
///   a smaller place; unsent ones after them, in the order they were queued in.
/// - `optimistic-vanished`: a message that was sent on this device in this life, or was told to be kept, is shown until it
///   is told done or cancelled: while it is under way and while it is parked. Source: "a send is shown at once"; "a resync
///   never wipes what is still in the outbox".
/// - `acknowledged-vanished`: an own message that is told done stays in its author's sight as long as its chat is held over
///   its place: it may only go by trimming, by a dropped chat, or with the epoch. Source: ARCHITECTURE, "A resync … never
///   moves an optimistic message out of its author's sight".
/// - `optimistic-order`: the unsent messages of a device stand in the order they were sent in, retried ones excepted.
/// - `optimistic-words`: a message shows the words that the person gave it last, while that is under way.
pub fn check(
    devices: &Devices,
    device: DeviceNo,
    engine: &Engine,
    chat: ChatId,
    shown: &Shown,
) -> Result<(), Violation> {
    let record = &devices.all[device];
    let fail = |rule, detail: String| {
        Err(Violation::new(
            rule,
            format!("device {device}, chat {chat}: {detail}"),
        ))
    };
    let mut by_id: BTreeMap<MessageId, Entry> = BTreeMap::new();
    let mut last: Option<Position> = None;
    let mut last_own: Option<(u64, MessageId, u32)> = None;
    for entry in engine.timeline(chat).entries() {
        let (id, position) = (entry.id(), entry.position);
        if last.is_some_and(|last| last >= position) {
            return fail(
                "entry-order",
                format!("{id} at {position:?} after {last:?}"),
            );
        }
        last = Some(position);
        if let Some(issued) = record.ops.get(&samtale_model::OpId(id.0))
            && matches!(position, Position::Unsent(_))
            && !issued.parked
            && entry.state == EntryState::Sending
        {
            if let Some((order, other, born)) = last_own
                && order > issued.order
                && (born == issued.born || record.in_time())
            {
                return fail("optimistic-order", format!("{id} stands after {other}"));
            }
            last_own = Some((issued.order, id, issued.born));
        }
        if let Some(words) = devices.overlay(device, id, position) {
            let shows = marker(entry.message.content.as_str());
            if shows != words {
                return fail(
                    "optimistic-words",
                    format!("{id} shows m{shows:?}, was given m{words:?}"),
                );
            }
        }
        if by_id.insert(id, entry).is_some() {
            return fail("entry-twice", format!("{id}"));
        }
    }
    present(record, engine, chat, &by_id).or_else(|detail| fail("optimistic-vanished", detail))?;
    let acknowledged = shown.acknowledged.get(&chat).into_iter().flatten();
    let held = engine.held(chat);
    for (id, created) in acknowledged {
        let covers = held.is_some_and(|held| held.floor() <= *created);
        if covers && !by_id.contains_key(id) {
            let cursor = held.map(|held| held.cursor().clone());
            return fail(
                "acknowledged-vanished",
                format!("{id} of {created}, cursor {cursor:?}"),
            );
        }
    }
    Ok(())
}

fn present(
    record: &Record,
    engine: &Engine,
    chat: ChatId,
    by_id: &BTreeMap<MessageId, Entry>,
) -> Result<(), String> {
    for (op, issued) in &record.ops {
        let own_life = issued.is_of(record.life);
        // What comes late comes some time after the start; at quiet points all of it is there.
        let loaded = record.loaded && record.in_time();
        let must = issued.chat == chat
            && matches!(issued.kind, Kind::Send { .. })
            && !issued.is_over()
            && !issued.excused
            && (own_life || (issued.kept && !issued.volatile && loaded));
        if !must {
            continue;
        }
        let id = MessageId(op.0);
        let Some(entry) = by_id.get(&id) else {
            return Err(format!(
                "{id} of order {} ({:?}) is not shown; storage {:?}",
                issued.order,
                issued.told,
                engine.storage()
            ));
        };
        let parked = matches!(entry.state, EntryState::Failed { .. } | EntryState::Expired);
        // A retry may be lost with the life it was made in.
        if issued.life == record.life && issued.told == Told::Pending && parked {
            let state = entry.state;
            return Err(format!("{id} shows {state:?}, which was never told"));
        }
    }
    Ok(())
}
