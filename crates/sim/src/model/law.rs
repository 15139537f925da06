//! The law: what a device holds of a chat is what a fresh reader would get, over the range it holds.
//!
//! It is checked against the committed versions alone. A cursor `(epoch, seq)` says three things: of which lineage the rows
//! are, by which generation of sight they were picked, and up to which commit everything is known. Rows may run ahead of
//! it (an acknowledgement's, a page's), never behind.

use std::collections::BTreeMap;

use samtale_engine::Engine;
use samtale_model::{Chat, ChatId, Cursor, Emoji, Message, MessageId, Participant, Reaction, Seq};
use samtale_model::{ReactionCount, UserId};

use super::Violation;
use super::truth::{ChatTruth, Truth, as_of};

/// What a device holds of a chat, as plain data.
#[derive(Clone, Debug)]
pub struct Holding {
    /// Up to where.
    pub cursor: Cursor,
    /// From where on.
    pub floor: Seq,
    /// The chat's row.
    pub chat: Option<Chat>,
    /// Who is or was in it.
    pub participants: Vec<Participant>,
    /// The messages.
    pub messages: Vec<Message>,
    /// The reactions to them, and the counts.
    pub reactions: BTreeMap<MessageId, (Vec<Reaction>, Vec<ReactionCount>)>,
}

impl Holding {
    /// Returns what an engine holds of a chat.
    pub fn of(engine: &Engine, chat: ChatId) -> Option<Self> {
        let held = engine.held(chat)?;
        let messages: Vec<Message> = held.messages().cloned().collect();
        let reactions = messages.iter().filter_map(|message| {
            let (rows, counts) = held.reactions(message.id)?;
            Some((message.id, (rows.cloned().collect(), counts.to_vec())))
        });
        Some(Self {
            cursor: held.cursor().clone(),
            floor: held.floor(),
            chat: held.chat().cloned(),
            participants: held.participants().cloned().collect(),
            reactions: reactions.collect(),
            messages,
        })
    }
}

/// From so many people on, a fresh start lists only some of them.
const MAX_LISTED_PARTICIPANTS: usize = 200;
/// From so many reactions to one message on, a page has the counts and one's own.
const MAX_LISTED_REACTIONS: usize = 50;

/// Checks the law for one chat on one device.
///
/// Rules:
/// - `cursor-beyond-head`: a cursor names a commit there is; `cursor-unknown`: of a lineage and a generation there were.
/// - `row-unknown`, `row-differs`: each row held (message, participant, chat, reaction) is exactly the version that was
///   committed with its stamp.
/// - `row-hidden`: no message is held that the cursor's generation of sight, or one after it, does not show.
/// - `row-missing`, `row-stale`: over the range held, from the floor to the cursor, every message that is seen is held, in
///   a version not older than the newest up to the cursor; so are all participants (of chats up to 200 people), the chat's
///   row, and the reactions that are set. A row that has changed again beyond the cursor is not bound: its present stamp
///   decides in which answer of a catch-up it comes, and until the last one is there it may be behind. A cursor of an ended
///   generation is bound only up to that generation's end: the reset is on its way, and what comes meanwhile is picked by
///   the new sight.
/// - `row-below-floor`: nothing is held before the floor, for nobody keeps it up to date.
/// - `counts-differ`: the counts of emoji are those of a commit not older than the last reaction up to the cursor that
///   stands as it is.
///
/// Source: ARCHITECTURE, "The one idea"; `store/src/sqlite/sync.rs`; `engine/src/replica.rs`.
pub fn check(truths: &[Truth], user: &UserId, id: ChatId, held: &Holding) -> Result<(), Violation> {
    let cursor = &held.cursor;
    let fail = |rule, detail: String| {
        let (epoch, seq, floor) = (&cursor.epoch, cursor.seq, held.floor);
        let place = format!("{user:?} in chat {id}, holding {floor}..={seq} of {epoch}");
        Violation::new(rule, format!("{place}: {detail}"))
    };
    let truth = truths
        .iter()
        .find(|truth| truth.lineage == cursor.epoch.lineage);
    let Some(chat) = truth.and_then(|truth| truth.chats.get(&id)) else {
        return Err(fail(
            "cursor-unknown",
            "no such chat in that lineage".into(),
        ));
    };
    if cursor.seq > chat.head {
        return Err(fail(
            "cursor-beyond-head",
            format!("the head is {}", chat.head),
        ));
    }
    let number = cursor.epoch.generation;
    let sight = chat.sight.get(user);
    let Some((sight, (generation, end))) =
        sight.and_then(|sight| Some((sight, sight.generation(number)?)))
    else {
        return Err(fail("cursor-unknown", "no such generation of sight".into()));
    };
    // Up to here everything is bound to be known.
    let known = end.map_or(cursor.seq, |end| cursor.seq.min(end));
    rows(chat, held, known).map_err(|(rule, detail)| fail(rule, detail))?;
    for message in &held.messages {
        let (message_id, created) = (message.id, message.created_seq);
        if !sight.may_hold(number, created) {
            return Err(fail(
                "row-hidden",
                format!("message {message_id} of {created}"),
            ));
        }
        if created < held.floor {
            return Err(fail(
                "row-below-floor",
                format!("message {message_id} of {created}"),
            ));
        }
    }
    if held.floor > known {
        return Ok(());
    }
    let by_id: BTreeMap<MessageId, &Message> = held.messages.iter().map(|m| (m.id, m)).collect();
    for (created, message_id) in chat.places.range(held.floor..=known) {
        let newest = chat.messages[message_id].as_of(known);
        let bound = |newest: &&Message| {
            generation.sees(*created) && present(&chat.messages[message_id].versions, newest.seq)
        };
        let Some(newest) = newest.filter(bound) else {
            continue;
        };
        let detail = |is| {
            let asked = newest.seq;
            format!("message {message_id} of {created}, committed as of {asked}, {is}")
        };
        match by_id.get(message_id) {
            None => return Err(fail("row-missing", detail("not held".into()))),
            Some(held) if held.seq < newest.seq => {
                return Err(fail(
                    "row-stale",
                    detail(format!("held as of {}", held.seq)),
                ));
            }
            Some(_) if newest.deleted_at.is_some() => {}
            Some(_) => {
                let none = (Vec::new(), Vec::new());
                let reactions = held.reactions.get(message_id).unwrap_or(&none);
                reactions_to(chat, *message_id, reactions, known)
                    .map_err(|(rule, detail)| fail(rule, detail))?;
            }
        }
    }
    Ok(())
}

/// Returns whether a row's stamp is the present one: whether it has not changed again since.
fn present<T>(versions: &BTreeMap<Seq, T>, stamp: Seq) -> bool {
    versions
        .last_key_value()
        .is_some_and(|(last, _)| *last == stamp)
}

type Fault = (&'static str, String);

/// Checks each row by itself, and that people and the chat are as new as the cursor says.
fn rows(chat: &ChatTruth, held: &Holding, known: Seq) -> Result<(), Fault> {
    for message in &held.messages {
        let (id, seq) = (message.id, message.seq);
        let versions = chat.messages.get(&id).map(|spoken| &spoken.versions);
        let version = versions.and_then(|versions| versions.get(&seq));
        same("message", &format!("{id} as of {seq}"), version, message)?;
    }
    for person in &held.participants {
        let (user, seq) = (&person.user_id, person.seq);
        let version = chat.people.get(user).and_then(|rows| rows.get(&seq));
        let name = format!("{user:?} as of {seq}");
        same("participant", &name, version, person)?;
    }
    for (id, (reactions, _)) in &held.reactions {
        for row in reactions {
            let versions = chat.reactions.get(&(*id, row.user_id.clone()));
            let version = versions.and_then(|rows| rows.get(&row.seq));
            // Where there are many, one's own row is told though it may never have been written: at its message's place.
            let place = chat.messages.get(id).map(|spoken| spoken.created);
            if row.emoji.is_empty() && version.is_none() && place == Some(row.seq) {
                continue;
            }
            let name = format!("of {:?} to {id} as of {}", row.user_id, row.seq);
            same("reaction", &name, version, &row.emoji)?;
        }
    }
    if let Some(row) = &held.chat {
        let name = format!("as of {}", row.seq);
        same("chat", &name, chat.rows.get(&row.seq), row)?;
    }
    let newest = as_of(&chat.rows, known).map_or(Seq::ZERO, |row| row.seq);
    let has = held.chat.as_ref().map_or(Seq::ZERO, |row| row.seq);
    if has < newest && present(&chat.rows, newest) {
        let detail = format!("the chat's row is of {has}, committed as of {newest}");
        return Err(("row-stale", detail));
    }
    if chat.people.len() > MAX_LISTED_PARTICIPANTS {
        return Ok(());
    }
    for (user, rows) in &chat.people {
        let Some(newest) = as_of(rows, known).filter(|row| present(rows, row.seq)) else {
            continue;
        };
        let has = held.participants.iter().find(|row| row.user_id == *user);
        let newest = newest.seq;
        match has.map(|row| row.seq) {
            None => {
                let detail = format!("participant {user:?}, committed as of {newest}, not held");
                return Err(("row-missing", detail));
            }
            Some(has) if has < newest => {
                let detail =
                    format!("participant {user:?}, committed as of {newest}, held as of {has}");
                return Err(("row-stale", detail));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(
    kind: &str,
    name: &str,
    committed: Option<&T>,
    held: &T,
) -> Result<(), Fault> {
    match committed {
        None => Err((
            "row-unknown",
            format!("{kind} {name} was never committed: {held:?}"),
        )),
        Some(committed) if committed != held => Err((
            "row-differs",
            format!("{kind} {name}: held {held:?}, committed {committed:?}"),
        )),
        Some(_) => Ok(()),
    }
}

/// Checks the reactions to one message that is held and was not deleted.
fn reactions_to(
    chat: &ChatTruth,
    id: MessageId,
    (rows, counts): &(Vec<Reaction>, Vec<ReactionCount>),
    known: Seq,
) -> Result<(), Fault> {
    let committed: Vec<_> = chat.reactions_to(id).collect();
    let few = committed.len() <= MAX_LISTED_REACTIONS;
    for (user, versions) in &committed {
        let newest = versions.range(..=known).next_back();
        let Some((newest, emoji)) = newest.filter(|(seq, _)| present(versions, **seq)) else {
            continue;
        };
        let has = rows.iter().find(|row| row.user_id == **user);
        match has.map(|row| row.seq) {
            Some(has) if has < *newest => {
                let detail = format!(
                    "reaction of {user:?} to {id}, committed as of {newest}, held as of {has}"
                );
                return Err(("row-stale", detail));
            }
            None if few && !emoji.is_empty() => {
                let detail =
                    format!("reaction of {user:?} to {id}, committed as of {newest}, not held");
                return Err(("row-missing", detail));
            }
            _ => {}
        }
    }
    let said: BTreeMap<&Emoji, u32> = counts.iter().map(|c| (&c.emoji, c.count)).collect();
    let stamps = committed.iter().flat_map(|(_, rows)| rows.keys());
    let standing = committed
        .iter()
        .filter_map(|(_, rows)| Some(*rows.last_key_value()?.0));
    let last = standing
        .filter(|seq| *seq <= known)
        .max()
        .unwrap_or(Seq::ZERO);
    let mut moments: Vec<Seq> = stamps.copied().filter(|seq| *seq >= last).collect();
    moments.push(last);
    if moments.iter().any(|seq| chat.counts(id, *seq) == said) {
        return Ok(());
    }
    let are = chat.counts(id, last);
    Err((
        "counts-differ",
        format!("of {id}: held {said:?}, committed as of {last} {are:?}"),
    ))
}
