//! One line of `samtale tail`.

use samtale_engine::{Engine, ReactionGroup};
use samtale_model::{ChatId, Message, MessageId, Receipt, UserId};
use serde::Serialize;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(
    tag = "event",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub(super) enum Event {
    /// A message is new.
    Message { message: Message },
    /// It says something else now.
    Edit { message: Message },
    /// It is deleted.
    Delete { message: Message },
    /// The reactions to it, whole.
    Reactions {
        chat_id: ChatId,
        message_id: MessageId,
        reactions: Vec<ReactionGroup>,
    },
    /// How far someone has received and read.
    Receipt {
        chat_id: ChatId,
        #[serde(flatten)]
        receipt: Receipt,
    },
}

impl Event {
    /// Returns the line for programs.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("an event has string keys and no failing serialisers")
    }

    /// Returns the line for people.
    pub(super) fn text(&self, engine: &Engine) -> String {
        let who = |chat: ChatId, user: &UserId| {
            let name = engine
                .participant(chat, user)
                .map(|person| person.name.clone());
            name.unwrap_or_else(|| user.to_string())
        };
        let (chat, line) = match self {
            Self::Message { message } => {
                let name = who(message.chat_id, &message.sender_id);
                (
                    message.chat_id,
                    format!("{name}: {}", message.content.as_str()),
                )
            }
            Self::Edit { message } => {
                let name = who(message.chat_id, &message.sender_id);
                (
                    message.chat_id,
                    format!("{name} (edited): {}", message.content.as_str()),
                )
            }
            Self::Delete { message } => {
                let name = who(message.chat_id, &message.sender_id);
                (message.chat_id, format!("{name} deleted a message"))
            }
            Self::Reactions {
                chat_id, reactions, ..
            } => {
                let groups = reactions
                    .iter()
                    .map(|group| format!("{} {}", group.emoji.as_str(), group.count));
                (
                    *chat_id,
                    format!("reactions: {}", groups.collect::<Vec<_>>().join(", ")),
                )
            }
            Self::Receipt { chat_id, receipt } => {
                let name = who(*chat_id, &receipt.user_id);
                (
                    *chat_id,
                    format!(
                        "{name} has received up to {} and read up to {}",
                        receipt.delivered.0, receipt.read.0
                    ),
                )
            }
        };
        let item = engine.chat(chat).and_then(|item| item.chat);
        let title = item
            .and_then(|chat| chat.title)
            .map(|title| title.as_str().to_owned());
        let title = title.unwrap_or_else(|| chat.to_string());
        harmless(&format!("[{title}] {line}"))
    }
}

/// Keeps a text on its line and out of the terminal's controls.
fn harmless(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => '⏎',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_can_neither_break_the_line_nor_drive_the_terminal() {
        assert_eq!(harmless("hei\n\u{1b}[2Jpå deg"), "hei⏎\u{fffd}[2Jpå deg");
    }
}
