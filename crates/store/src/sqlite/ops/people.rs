//! Adding, removing and ranking participants.

use samtale_model::{Participant, Permission, Role, Rows, UserId};

use super::super::db::{Member, Standing};
use super::super::members::Entry;
use super::super::tx::{Told, Tx};
use super::{Answer, Known, Remembered, allow, remember};
use crate::api::limits::MAX_PARTICIPANTS;
use crate::api::{Done, MembershipChange, Refusal, WriteError};

/// Adds someone, or brings back someone who left. Adding someone who is in changes nothing, their role included.
pub(super) fn add(
    tx: &mut Tx<'_>,
    at: &mut Standing,
    known: &Known,
    user: &UserId,
    role: Role,
) -> Answer {
    allow(&at.member, Permission::ManageParticipants)?;
    if role == Role::Owner {
        allow(&at.member, Permission::ManageOwners)?;
    }
    let row = tx.ensure_user(user)?;
    let present = tx.member(at.chat.row, row)?;
    if let Some(member) = present.filter(|member| member.active) {
        return unchanged(tx, at, known, row, &member);
    }
    if tx.has_blocked(row, at.user)? {
        return Err(Refusal::Blocked.into());
    }
    if at.chat.members >= MAX_PARTICIPANTS {
        return Err(Refusal::TooMany("participants of one chat").into());
    }
    tx.advance(&mut at.chat)?;
    at.chat.members += 1;
    tx.enter(
        &at.chat,
        &Entry {
            user: row,
            role,
            before: present,
        },
    )?;
    tx.count_members(&at.chat)?;
    let participant = tx.participant(at.chat.row, row)?;
    let membership = vec![MembershipChange::Joined(user.clone())];
    let done = settle(tx, at, known, row, vec![participant], membership)?;
    tx.tell_chat_row(&at.chat, row, user, role, true)?;
    tx.catch_up_receipt(&at.chat, row, user, role, true)?;
    Ok(done)
}

/// Gives a participant another role. The last owner stays one: a chat is answered for by somebody.
pub(super) fn set_role(
    tx: &mut Tx<'_>,
    at: &mut Standing,
    known: &Known,
    user: &UserId,
    role: Role,
) -> Answer {
    allow(&at.member, Permission::ManageParticipants)?;
    let (row, member) = active(tx, at, user)?;
    if role == member.role {
        return unchanged(tx, at, known, row, &member);
    }
    if role == Role::Owner || member.role == Role::Owner {
        allow(&at.member, Permission::ManageOwners)?;
    }
    if member.role == Role::Owner && !tx.has_other_owner(at.chat.row, row)? {
        return Err(Refusal::Forbidden.into());
    }
    tx.advance(&mut at.chat)?;
    tx.assign(&at.chat, row, role)?;
    if row == at.user {
        at.member.role = role;
    }
    let participant = tx.participant(at.chat.row, row)?;
    let done = settle(
        tx,
        at,
        known,
        row,
        vec![participant],
        vec![MembershipChange::Role(user.clone())],
    )?;
    tx.tell_chat_row(&at.chat, row, user, role, true)?;
    if role.counts_for_ticks() && !member.role.counts_for_ticks() {
        tx.tell_receipt(&at.chat, row, user)?;
    }
    Ok(done)
}

/// Removes a participant; removing oneself is leaving. The last owner who leaves is followed by the longest-standing tutor,
/// else participant, in the same commit.
pub(super) fn remove(tx: &mut Tx<'_>, at: &mut Standing, known: &Known, user: &UserId) -> Answer {
    let by_themselves = *user == at.id;
    if !by_themselves {
        allow(&at.member, Permission::ManageParticipants)?;
    }
    let (row, member) = active(tx, at, user)?;
    if !by_themselves && member.role == Role::Owner {
        allow(&at.member, Permission::ManageOwners)?;
    }
    tx.advance(&mut at.chat)?;
    at.chat.members = at.chat.members.saturating_sub(1);
    let (heir, membership) = tx.exit(&at.chat, row, user, &member, by_themselves)?;
    if by_themselves {
        at.member = Member {
            active: false,
            generation: at.member.generation + 1,
            ..at.member
        };
    }
    let mut participants = vec![tx.participant(at.chat.row, row)?];
    if let Some((heir, _)) = &heir {
        participants.push(tx.participant(at.chat.row, *heir)?);
    }
    let done = settle(tx, at, known, row, participants, membership)?;
    tx.tell_chat_row(&at.chat, row, user, member.role, false)?;
    if let Some((heir, id)) = heir {
        tx.tell_chat_row(&at.chat, heir, &id, Role::Owner, true)?;
        tx.tell_receipt(&at.chat, heir, &id)?;
    }
    Ok(done)
}

/// Returns someone who is in the chat now.
fn active(tx: &Tx<'_>, at: &Standing, user: &UserId) -> Result<(i64, Member), WriteError> {
    let row = tx.user(user)?.ok_or(Refusal::NotFound)?;
    let member = tx.member(at.chat.row, row)?.filter(|member| member.active);
    Ok((row, member.ok_or(Refusal::NotFound)?))
}

/// Answers an op that finds everything as it should be: no commit, but its id is remembered.
fn unchanged(tx: &Tx<'_>, at: &Standing, known: &Known, subject: i64, member: &Member) -> Answer {
    remember(
        tx,
        at,
        known,
        &Remembered {
            seq: member.seq,
            message: None,
            subject: Some(subject),
        },
    )?;
    let value = Rows {
        participants: vec![tx.participant(at.chat.row, subject)?],
        ..Rows::default()
    };
    Ok(Done {
        seq: member.seq,
        repeat: false,
        value,
    })
}

fn settle(
    tx: &mut Tx<'_>,
    at: &Standing,
    known: &Known,
    subject: i64,
    participants: Vec<Participant>,
    membership: Vec<MembershipChange>,
) -> Answer {
    let seq = at.chat.head;
    remember(
        tx,
        at,
        known,
        &Remembered {
            seq,
            message: None,
            subject: Some(subject),
        },
    )?;
    let rows = Rows {
        participants,
        ..Rows::default()
    };
    tx.commit(
        &at.chat,
        rows.clone(),
        Told {
            membership,
            ..Told::by(&at.id)
        },
    );
    Ok(Done {
        seq,
        repeat: false,
        value: rows,
    })
}
