//! Making a chat: its first commit has the chat itself and everyone who is in it from the start.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, params};
use samtale_model::{ChatSummary, Role, Rows, Seq, Title, UserId};

use super::chats::summary;
use super::db::{Standing, history_name};
use super::error::corrupt;
use super::members::Entry;
use super::tx::{Told, Tx};
use super::vault::Fingerprint;
use crate::api::limits::MAX_AT_ONCE;
use crate::api::{Done, MembershipChange, NewChat, NewParticipant, Refusal, WriteError};

/// Makes a chat, or answers with the one that the same request made before.
pub(super) fn create_chat(
    tx: &mut Tx<'_>,
    actor: &UserId,
    chat: &NewChat,
) -> Result<Done<ChatSummary>, WriteError> {
    let people = people(actor, &chat.participants)?;
    let asked: Vec<_> = people
        .iter()
        .map(|person| (&person.user, person.role))
        .collect();
    let fingerprint = tx
        .vault
        .fingerprint(chat.id.0, &(actor, &chat.title, chat.history, asked));
    if let Some(done) = repeat(tx, actor, chat, fingerprint)? {
        return Ok(done);
    }
    let actor_row = match tx.user(actor)? {
        Some(row) => row,
        None if tx.erased_at(actor)?.is_some() => return Err(Refusal::Forbidden.into()),
        None => tx.ensure_user(actor)?,
    };
    let key = tx.vault.new_chat_key(chat.id)?;
    let members = u32::try_from(people.len()).unwrap_or(u32::MAX);
    tx.execute(
        "INSERT INTO chats (uuid, head, seq, members, active_at, indexed, history, created_by, created_at, title, data_key, request)
         VALUES (?1, 1, 1, ?2, ?3, 1, ?4, ?5, ?3, ?6, ?7, ?8)",
        params![
            chat.id.as_bytes(),
            members,
            tx.now.0,
            history_name(chat.history),
            actor_row,
            chat.title.as_ref().map(Title::as_str),
            key,
            fingerprint
        ],
    )?;
    let row = tx.chat_of_row(tx.conn.last_insert_rowid())?;
    let mut entered = Vec::with_capacity(people.len());
    for person in &people {
        let user = tx.ensure_user(&person.user)?;
        if tx.has_blocked(user, actor_row)? {
            return Err(Refusal::Blocked.into());
        }
        tx.enter(
            &row,
            &Entry {
                user,
                role: person.role,
                before: None,
            },
        )?;
        tx.catch_up_receipt(&row, user, &person.user, person.role, false)?;
        entered.push(user);
    }
    let rows = Rows {
        chat: Some(row.shared()),
        participants: tx.participants("p.chat = ?1 ORDER BY p.user", [row.row])?,
        ..Rows::default()
    };
    let membership = people
        .iter()
        .map(|person| MembershipChange::Joined(person.user.clone()))
        .collect();
    tx.commit(
        &row,
        rows,
        Told {
            membership,
            ..Told::by(actor)
        },
    );
    for (person, user) in people.iter().zip(entered) {
        tx.tell_chat_row(&row, user, &person.user, person.role, true)?;
    }
    let at = standing(tx, actor, chat)?.ok_or_else(|| corrupt("new chat"))?;
    Ok(Done {
        seq: Seq(1),
        repeat: false,
        value: summary(tx, &at)?,
    })
}

/// Returns who is in the chat from its start: each once, the actor first where they are not named.
fn people(actor: &UserId, named: &[NewParticipant]) -> Result<Vec<NewParticipant>, Refusal> {
    let mut seen = BTreeSet::new();
    let mut people = Vec::with_capacity(named.len() + 1);
    if !named.iter().any(|person| person.user == *actor) {
        people.push(NewParticipant {
            user: actor.clone(),
            role: Role::Owner,
        });
    }
    people.extend(
        named
            .iter()
            .filter(|person| seen.insert(&person.user))
            .cloned(),
    );
    if people.len() > MAX_AT_ONCE {
        return Err(Refusal::TooMany("participants at once"));
    }
    Ok(people)
}

/// Answers a request that was made before.
fn repeat(
    tx: &Tx<'_>,
    actor: &UserId,
    chat: &NewChat,
    fingerprint: Fingerprint,
) -> Result<Option<Done<ChatSummary>>, WriteError> {
    let mut statement = tx.prepare("SELECT request FROM chats WHERE uuid = ?1")?;
    let request: Option<Vec<u8>> = statement
        .query_row([chat.id.as_bytes()], |row| row.get(0))
        .optional()?;
    match request {
        None => Ok(None),
        Some(request) if request == fingerprint => {
            let at = standing(tx, actor, chat)?
                .filter(|at| at.member.active)
                .ok_or(Refusal::NotParticipant)?;
            Ok(Some(Done {
                seq: Seq(1),
                repeat: true,
                value: summary(tx, &at)?,
            }))
        }
        Some(_) => Err(Refusal::IdConflict.into()),
    }
}

fn standing(tx: &Tx<'_>, actor: &UserId, chat: &NewChat) -> Result<Option<Standing>, WriteError> {
    Ok(tx.standing(actor, chat.id)?)
}
