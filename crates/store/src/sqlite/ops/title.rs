//! Changing the chat itself: its title and its history rule. A changed rule changes what everyone sees, so everyone's
//! generation goes up and they are told to start over.

use rusqlite::params;
use samtale_model::{HistoryRule, Permission, Rows, Title};

use super::super::db::{Standing, history_name, sql};
use super::super::tx::{Told, Tx};
use super::{Answer, Known, Remembered, allow, remember};
use crate::api::Done;

/// Changes the title or the history rule.
pub(super) fn update(
    tx: &mut Tx<'_>,
    at: &mut Standing,
    known: &Known,
    title: Option<&Title>,
    history: Option<HistoryRule>,
) -> Answer {
    allow(&at.member, Permission::ManageChat)?;
    let retitled = title.is_some() && title != at.chat.title.as_ref();
    let reruled = history.filter(|rule| *rule != at.chat.history);
    let mut told = Told::by(&at.id);
    if retitled || reruled.is_some() {
        at.chat.seq = tx.advance(&mut at.chat)?;
        at.chat.title = title.cloned().or_else(|| at.chat.title.take());
        at.chat.history = reruled.unwrap_or(at.chat.history);
        tx.execute(
            "UPDATE chats SET seq = ?2, title = ?3, history = ?4 WHERE id = ?1",
            params![
                at.chat.row,
                sql(at.chat.seq),
                at.chat.title.as_ref().map(Title::as_str),
                history_name(at.chat.history)
            ],
        )?;
        if reruled.is_some() {
            told.membership = tx.reset_members(&at.chat)?;
            at.member.generation += 1;
        }
    }
    let seq = at.chat.seq;
    remember(
        tx,
        at,
        known,
        &Remembered {
            seq,
            message: None,
            subject: None,
        },
    )?;
    let rows = Rows {
        chat: Some(at.chat.shared()),
        ..Rows::default()
    };
    if retitled || reruled.is_some() {
        tx.commit(&at.chat, rows.clone(), told);
    }
    Ok(Done {
        seq,
        repeat: false,
        value: rows,
    })
}
