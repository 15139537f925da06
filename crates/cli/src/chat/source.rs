//! The client as the app sees it: a snapshot out, commands in.

use std::collections::BTreeMap;

use samtale_client::Client;
use samtale_engine::{Change, Command, CommandError, Engine, Made, Outcome};
use samtale_model::{MessageId, UnixMillis};

use super::app::Event;
use super::snapshot::{OpenChat, Snapshot, Wanted};

/// Reads of the client what a screen needs.
pub(super) fn snapshot(client: &Client, now: UnixMillis, wanted: Wanted) -> Snapshot {
    client.view(|engine| Snapshot {
        now,
        me: engine.user_id().clone(),
        status: engine.my_status(),
        connection: engine.connection(),
        chats: engine.chats(),
        chats_loading: engine.chats_loading(),
        more_chats: engine.has_more_chats(),
        presence: engine
            .presences()
            .map(|(user, presence)| (user.clone(), presence.clone()))
            .collect(),
        open: open_chat(engine, wanted),
        outbox: engine.outbox().items,
        search: engine.search(),
    })
}

fn open_chat(engine: &Engine, wanted: Wanted) -> Option<OpenChat> {
    let chat = wanted.chat?;
    let timeline = engine.timeline(chat);
    let entries = timeline.newest(wanted.entries);
    let mut names = BTreeMap::new();
    for entry in &entries {
        let quoted = entry.quoted.iter().map(|quoted| &quoted.sender_id);
        for sender in quoted.chain([&entry.message.sender_id]) {
            if let Some(known) = engine.participant(chat, sender) {
                names.insert(sender.clone(), known.name.clone());
            }
        }
    }
    Some(OpenChat {
        id: chat,
        more_held: timeline.len() > entries.len(),
        has_older: timeline.has_older(),
        loading_older: timeline.loading_older(),
        typing: engine.typing(chat),
        entries,
        names,
    })
}

/// Gives a command to the client, and returns what the app is to hear of it.
pub(super) fn command(client: &Client, command: Command) -> Option<Event> {
    // What follows by itself from what is on the screen has nobody to tell of a refusal: a chat
    // may be left on another device at any moment.
    let asked = !matches!(
        command,
        Command::OpenChat { .. }
            | Command::CloseChat { .. }
            | Command::MarkRead { .. }
            | Command::Typing { .. }
            | Command::SetDraft { .. }
            | Command::LoadOlder { .. }
            | Command::LoadMoreChats
    );
    match client.command(command.clone()) {
        Ok(Made::Chat(chat)) => Some(Event::Making(chat)),
        Ok(Made::Nothing | Made::Message(_) | Made::Op(_)) => None,
        Err(CommandError::SignedOut) => None,
        Err(error) => asked.then_some(Event::Refused { command, error }),
    }
}

/// Returns what a change says that is not read from the next snapshot: a refusal.
pub(super) fn refusal(client: &Client, change: &Change) -> Option<Event> {
    match *change {
        Change::Op {
            op,
            chat,
            outcome: Outcome::Failed { code },
        } => Some(Event::Failed {
            chat,
            code,
            shown: client.view(|engine| is_shown(engine, chat, op)),
        }),
        Change::ChatMade {
            chat,
            error: Some(code),
        } => Some(Event::Failed {
            chat,
            code,
            shown: false,
        }),
        _ => None,
    }
}

/// Returns whether a failed op shows at its message: a send, an edit or a deletion.
fn is_shown(engine: &Engine, chat: samtale_model::ChatId, op: samtale_model::OpId) -> bool {
    let timeline = engine.timeline(chat);
    let about = engine.outbox().items.into_iter().find(|item| item.op == op);
    let message = about
        .and_then(|item| item.message)
        .unwrap_or(MessageId(op.0));
    timeline.get(message).is_some()
}
