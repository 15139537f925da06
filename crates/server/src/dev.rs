//! Demo users and chats, for `--dev`: a small tutoring business in Norwegian.
//!
//! Everything goes through the store's own operations under ids that are always the same, so seeding
//! twice changes nothing, and what someone has done to the demo since stays. The store is opened with
//! a [`Backdated`] machine, whose clock [`seed`] sets back for each line: the chats reach from weeks
//! ago to some minutes ago.

use std::sync::Arc;
use std::time::Duration;

use samtale_model::{
    Body, ChatId, Emoji, HistoryRule, MessageId, Op, OpId, Role, Seq, Title, UnixMillis, UserId,
};
use samtale_store::{
    Env as _, Identity, NewChat, NewParticipant, ReadError, Refusal, SignInError, Store,
    StoreError, WriteError,
};
use uuid::Uuid;

use crate::auth::Claims;

mod backdated;
mod calendar;
mod chats;
mod long;
mod maths;
mod script;

pub use backdated::Backdated;
pub use long::{LONG_CHAT_MAX, seed_long_chat};

use backdated::Travel;
use script::{Line, Script};

/// How long before its first line a chat is made, in milliseconds.
const MADE_BEFORE_MS: i64 = 60_000;

/// Someone who can be tried out.
#[derive(Clone, Copy, Debug)]
pub struct DemoUser {
    /// The user's id.
    pub id: &'static str,
    /// Their name.
    pub name: &'static str,
    /// The host product's role of theirs.
    pub role: &'static str,
    /// Their language: `nb`, `nn` or `en`.
    pub locale: &'static str,
    /// Who they are, in a sentence.
    pub about: &'static str,
}

/// All demo users.
pub const USERS: &[DemoUser] = &[
    DemoUser {
        id: "ingrid",
        name: "Ingrid Solberg",
        role: "tutor",
        locale: "nb",
        about: "Tutor i matematikk, fører eksamensgruppa",
    },
    DemoUser {
        id: "jonas",
        name: "Jonas Bakken",
        role: "student",
        locale: "nb",
        about: "Elev i 1T, har fast time hos Ingrid",
    },
    DemoUser {
        id: "marianne",
        name: "Marianne Bakken",
        role: "guardian",
        locale: "nb",
        about: "Moren til Jonas, følger med og betaler",
    },
    DemoUser {
        id: "amina",
        name: "Amina Hassan",
        role: "student",
        locale: "nb",
        about: "Elev i R1, øver til muntlig i engelsk",
    },
    DemoUser {
        id: "sigrid",
        name: "Sigrid Ragnhild Åsen Fjelltveit-Kvammen",
        role: "tutor",
        locale: "nn",
        about: "Tutor i fysikk, skriv nynorsk",
    },
    DemoUser {
        id: "emil",
        name: "Emil Larsen",
        role: "student",
        locale: "nb",
        about: "Elev i fysikk 1 og R1",
    },
    DemoUser {
        id: "thomas",
        name: "Thomas Berg",
        role: "tutor",
        locale: "nb",
        about: "Tutor i engelsk",
    },
    DemoUser {
        id: "nora",
        name: "Nora Lie",
        role: "student",
        locale: "nb",
        about: "Ny elev, har nettopp skrevet til Ingrid",
    },
];

/// Returns the demo user of that id.
pub fn user(id: &str) -> Option<&'static DemoUser> {
    USERS.iter().find(|user| user.id == id)
}

impl DemoUser {
    /// Returns the user's id.
    pub fn user_id(&self) -> UserId {
        user_id(self.id)
    }

    /// Returns the claims of a token that holds from `now` for so long.
    pub fn claims(&self, now: UnixMillis, life: Duration) -> Claims {
        let life = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
        Claims {
            role: Some(self.role.into()),
            iat: Some(now),
            name: Some(self.name.into()),
            locale: Some(self.locale.into()),
            ..Claims::new(self.user_id(), now.plus(life))
        }
    }

    fn identity(&self, now: UnixMillis) -> Identity {
        Identity {
            user: self.user_id(),
            name: Some(self.name.into()),
            avatar_url: None,
            locale: Some(self.locale.into()),
            issued_at: Some(now),
        }
    }
}

/// The demo can't be written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A demo user was not taken.
    #[error("demo user {0}: {1}")]
    User(&'static str, SignInError),
    /// The store failed.
    #[error("demo chats: {0}")]
    Store(#[from] StoreError),
    /// The store refused what a new demo chat needs.
    #[error("demo chat {0}: {1}")]
    Refused(usize, Refusal),
}

/// Writes what is missing of the demo, to a store that was opened with `clock` and that nobody else
/// uses yet. A chat that was there before is left as people have made it. The clock is right afterwards.
pub async fn seed(store: &Arc<dyn Store>, clock: &Backdated) -> Result<(), SeedError> {
    let now = clock.unix();
    for user in USERS {
        match store.sign_in(user.identity(now)).await {
            Ok(_) => {}
            Err(SignInError::Erased) => {
                tracing::info!(user = user.id, "this demo user was erased and stays so");
                return Ok(());
            }
            Err(error) => return Err(SeedError::User(user.id, error)),
        }
    }
    let travel = clock.travel();
    for (number, script) in scripts().enumerate() {
        let moments = calendar::moments(number, script, now);
        seed_chat(store, &travel, number, script, &moments).await?;
    }
    Ok(())
}

/// All demo chats. The newest activity comes last, and stands first in the list of chats.
fn scripts() -> impl Iterator<Item = &'static Script> {
    [&maths::CHAT].into_iter().chain(chats::ALL)
}

async fn seed_chat(
    store: &Arc<dyn Store>,
    travel: &Travel<'_>,
    number: usize,
    script: &Script,
    moments: &[UnixMillis],
) -> Result<(), SeedError> {
    let chat = ChatId(uuid(Kind::Chat, number, 0));
    let participant = |(user, role): &(&str, Role)| NewParticipant {
        user: user_id(user),
        role: *role,
    };
    let new = NewChat {
        id: chat,
        title: script
            .title
            .map(|title| Title::try_from(title.to_owned()).expect("the demo's titles are short")),
        history: HistoryRule::All,
        participants: script.others.iter().map(participant).collect(),
    };
    let owner = user_id(script.owner);
    travel.to(UnixMillis(moments[0].0 - MADE_BEFORE_MS));
    let ops = ops(number, script);
    match store.create_chat(&owner, new).await {
        Ok(_) => {}
        Err(WriteError::Refused(Refusal::IdConflict)) => return Ok(()),
        Err(error) => return Err(failed(number, error)),
    }
    // A chat ends with a message. Where that is there, so is the rest; and the store knows messages
    // for good, but forgets the ids of other ops in time.
    if let Some((_, Op::Send { id, .. })) = ops.last() {
        match store.message(&owner, *id).await {
            Ok(_) => return Ok(()),
            Err(ReadError::Store(error)) => return Err(error.into()),
            Err(_) => {}
        }
    }
    let mut created = Vec::new();
    for ((who, op), moment) in ops.into_iter().zip(moments) {
        let sends = matches!(op, Op::Send { .. });
        travel.to(*moment);
        let applied = match store.apply(&user_id(who), chat, vec![op]).await {
            Ok(applied) => applied,
            Err(error) => return Err(failed(number, error)),
        };
        for result in applied.results {
            match result {
                Ok(done) if sends => created.push(done.seq),
                Ok(_) => {}
                // Someone has changed this chat since it was seeded: it is theirs now.
                Err(reason) => {
                    tracing::debug!(number, %reason, "the demo chat is left as it is");
                    return Ok(());
                }
            }
        }
    }
    raise_receipts(store, chat, script, &created).await
}

/// Everyone has read all but what the script leaves unread for them.
async fn raise_receipts(
    store: &Arc<dyn Store>,
    chat: ChatId,
    script: &Script,
    created: &[Seq],
) -> Result<(), SeedError> {
    let others = script.others.iter().map(|(user, _)| *user);
    for user in others.chain([script.owner]) {
        let unread = script
            .unread
            .iter()
            .find(|(who, _)| *who == user)
            .map_or(0, |(_, count)| *count);
        let read = created.len().checked_sub(unread + 1);
        let read = read.map_or(Seq::ZERO, |index| created[index]);
        match store.raise_receipt(&user_id(user), chat, read, read).await {
            Ok(_) | Err(WriteError::Refused(_)) => {}
            Err(WriteError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

fn failed(number: usize, error: WriteError) -> SeedError {
    match error {
        WriteError::Refused(reason) => SeedError::Refused(number, reason),
        WriteError::Store(error) => SeedError::Store(error),
    }
}

/// Turns a script into ops, each with who does it.
fn ops(chat: usize, script: &Script) -> Vec<(&'static str, Op)> {
    let lines: Vec<&Line> = script.lines().collect();
    let message = |line: usize| MessageId(uuid(Kind::Message, chat, line));
    let said: Vec<usize> = (0..lines.len())
        .filter(|index| lines[*index].is_said())
        .collect();
    // `back` counts the messages before this line: 1 is the last one.
    let target = |line: usize, back: usize| {
        let before = said.partition_point(|index| *index < line);
        message(said[before - back])
    };
    let op = |(index, line): (usize, &&Line)| {
        let op_id = OpId(uuid(Kind::Op, chat, index));
        match **line {
            Line::Say(who, text) => (who, send(message(index), text, None)),
            Line::Reply(who, back, text) => {
                (who, send(message(index), text, Some(target(index, back))))
            }
            Line::React(who, back, emoji) => {
                let emoji = Emoji::try_from(emoji.to_owned()).expect("the demo reacts with emoji");
                let message_id = target(index, back);
                let on = true;
                (
                    who,
                    Op::React {
                        op_id,
                        message_id,
                        emoji,
                        on,
                    },
                )
            }
            Line::Edit(who, back, text) => {
                let (message_id, content) = (target(index, back), body(text));
                (
                    who,
                    Op::Edit {
                        op_id,
                        message_id,
                        content,
                    },
                )
            }
            Line::Delete(who, back) => {
                let message_id = target(index, back);
                (who, Op::Delete { op_id, message_id })
            }
        }
    };
    lines.iter().enumerate().map(op).collect()
}

fn send(id: MessageId, text: &str, reply_to: Option<MessageId>) -> Op {
    Op::Send {
        id,
        content: body(text),
        reply_to,
        thread_root: None,
    }
}

fn body(text: &str) -> Body {
    Body::new(text).expect("the demo's messages are neither empty nor long")
}

fn user_id(id: &str) -> UserId {
    UserId::new(id).expect("the demo's user ids are short words")
}

#[derive(Clone, Copy)]
enum Kind {
    Chat = 1,
    Message = 2,
    Op = 3,
}

/// Makes a UUIDv7 that is always the same: 1 January 2025, then the kind, the chat and the line.
fn uuid(kind: Kind, chat: usize, line: usize) -> Uuid {
    const BASE: u128 = 0x0194_1f29_7c00_7000_8000_0000_0000_0000;
    let part = |number: usize, shift: u32| u128::try_from(number).unwrap_or_default() << shift;
    Uuid::from_u128(BASE | part(kind as usize, 40) | part(chat, 24) | part(line, 0))
}

#[cfg(test)]
mod tests;
