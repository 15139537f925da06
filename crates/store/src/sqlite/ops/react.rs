//! Reactions: one row per message and user, and the counts beside them. A set that changes nothing takes no seq.

use rusqlite::params;
use samtale_model::{Emoji, MessageId, Permission, Reaction, Rows};

use super::super::db::{Standing, sql};
use super::super::tx::{Told, Tx};
use super::change::living;
use super::{Answer, Known, Remembered, allow, remember};
use crate::api::limits::MAX_EMOJI;
use crate::api::{Done, Refusal};

/// Sets or takes back one's own reaction.
pub(super) fn react(
    tx: &mut Tx<'_>,
    at: &mut Standing,
    known: &Known,
    id: MessageId,
    emoji: &Emoji,
    on: bool,
) -> Answer {
    let held = living(tx, at, id)?;
    allow(&at.member, Permission::Write)?;
    let place = held.message.created_seq;
    let (present, mut mine) = tx
        .reaction(at.chat.row, place, at.user)?
        .unwrap_or((place, Vec::new()));

    if mine.contains(emoji) == on {
        remember(
            tx,
            at,
            known,
            &Remembered {
                seq: present,
                message: Some(place),
                subject: None,
            },
        )?;
        let reaction = tx.reaction_row(&at.chat, &held, at.user, at.id.clone())?;
        let value = Rows {
            reactions: vec![reaction],
            ..Rows::default()
        };
        return Ok(Done {
            seq: present,
            repeat: false,
            value,
        });
    }
    if on {
        if mine.len() >= Reaction::MAX_PER_USER {
            return Err(Refusal::TooMany("reactions of one person to one message").into());
        }
        let counts = tx.reaction_counts(at.chat.row, place)?;
        if counts.len() >= MAX_EMOJI && !counts.iter().any(|count| count.emoji == *emoji) {
            return Err(Refusal::TooMany("different reactions to one message").into());
        }
        mine.push(emoji.clone());
        tx.execute(
            "INSERT INTO reaction_counts (chat, message, emoji, count) VALUES (?1, ?2, ?3, 1)
             ON CONFLICT (chat, message, emoji) DO UPDATE SET count = count + 1",
            params![at.chat.row, sql(place), emoji.as_str()],
        )?;
    } else {
        mine.retain(|set| set != emoji);
        let values = params![at.chat.row, sql(place), emoji.as_str()];
        tx.execute(
            "UPDATE reaction_counts SET count = count - 1 WHERE chat = ?1 AND message = ?2 AND emoji = ?3",
            values,
        )?;
        tx.execute(
            "DELETE FROM reaction_counts WHERE chat = ?1 AND message = ?2 AND emoji = ?3 AND count <= 0",
            values,
        )?;
    }
    let seq = tx.advance(&mut at.chat)?;
    let json = serde_json::to_string(&mine).expect("texts are JSON");
    tx.execute(
        "INSERT INTO reactions (chat, message, user, seq, emoji) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (chat, message, user) DO UPDATE SET seq = excluded.seq, emoji = excluded.emoji",
        params![at.chat.row, sql(place), at.user, sql(seq), json],
    )?;
    remember(
        tx,
        at,
        known,
        &Remembered {
            seq,
            message: Some(place),
            subject: None,
        },
    )?;

    let reaction = tx.reaction_row(&at.chat, &held, at.user, at.id.clone())?;
    let rows = Rows {
        reactions: vec![reaction],
        ..Rows::default()
    };
    tx.commit(
        &at.chat,
        rows.clone(),
        Told {
            created: vec![(id, place)],
            ..Told::by(&at.id)
        },
    );
    Ok(Done {
        seq,
        repeat: false,
        value: rows,
    })
}
