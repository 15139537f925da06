//! What people do: an act of a plan becomes a command to the engine of a device.

use samtale_engine::{Command, Input, Made, Mute, OutboxState};
use samtale_model::reaction::Emoji;
use samtale_model::{ChatId, MessageId, OpId, Title, UserId};
use samtale_protocol::http::NewParticipant;

use super::World;
use crate::plan::{Act, ChatNo, DeviceNo, Pick, UserNo};
use crate::run::Failure;

/// What messages are made of, beside the number that tells each from all others.
const WORDS: [&str; 12] = [
    "hei", "leksa", "brøk", "takk", "torsdag", "prøve", "ligning", "kanskje", "toget", "bøker",
    "time", "regne",
];
/// What people react with.
const EMOJI: [&str; 5] = ["👍", "🎉", "😂", "❤️", "🤔"];

impl World {
    /// Does what a person does; false where it can't be done here and now.
    pub(super) fn act(&mut self, device: DeviceNo, act: &Act) -> Result<bool, Failure> {
        let Some(seat) = self.seats.get(device) else {
            return Ok(false);
        };
        if !seat.device.is_up() || seat.device.is_asleep() {
            return Ok(false);
        }
        if let Some(input) = input(act) {
            self.model.device_rearmed(device);
            self.seats[device].device.input(input);
            self.post(device)?;
            return Ok(true);
        }
        if let Act::Send { count, .. } = act {
            let mut any = false;
            for _ in 0..*count {
                any |= self.command_of(device, act)?;
            }
            return Ok(any);
        }
        self.command_of(device, act)
    }

    fn command_of(&mut self, device: DeviceNo, act: &Act) -> Result<bool, Failure> {
        let before = self.marker;
        let Some(command) = self.command(device, act) else {
            return Ok(false);
        };
        let marker = (self.marker > before).then_some(self.marker);
        self.say(device, command, marker)
    }

    /// Gives a command to a device's engine, and tells the model of it.
    pub(super) fn say(
        &mut self,
        device: DeviceNo,
        command: Command,
        marker: Option<u64>,
    ) -> Result<bool, Failure> {
        let now = self.clock.now();
        let seat = &mut self.seats[device];
        if seat.device.engine().is_none() {
            return Ok(false);
        }
        let name = command.name();
        let said = command.clone();
        let answer = seat.device.command(command);
        self.trace
            .note(now, format_args!("d{device} {name} {answer:?}"));
        let Ok(made) = answer else {
            self.post(device)?;
            return Ok(false);
        };
        self.counts.operations.add(name, 1);
        if let Command::SignOut { .. } = said {
            self.seats[device].signed_out = true;
        }
        if let Made::Chat(chat) = made {
            self.chats.push(chat);
        }
        if let Some(engine) = self.seats[device].device.engine() {
            self.check(self.model.taken(device, made, engine))?;
        }
        self.model.issued(device, &made, &said, marker);
        self.post(device)?;
        Ok(true)
    }

    fn command(&mut self, device: DeviceNo, act: &Act) -> Option<Command> {
        Some(match act {
            Act::Connect => Command::Connect,
            Act::Disconnect => Command::Disconnect,
            Act::Reconnect => Command::Reconnect,
            Act::Open { chat } => Command::OpenChat {
                chat: self.chat(*chat)?,
            },
            Act::Close { chat } => Command::CloseChat {
                chat: self.chat(*chat)?,
            },
            Act::Send {
                chat,
                words,
                persist,
                ..
            } => Command::Send {
                chat: self.chat(*chat)?,
                content: self.text(*words),
                reply_to: None,
                thread_root: None,
                id: None,
                max_retries: None,
                persist: *persist,
            },
            Act::Reply { chat, to, thread } => {
                let chat = self.chat(*chat)?;
                let to = self.message(device, chat, *to)?;
                Command::Send {
                    chat,
                    content: self.text(2),
                    reply_to: Some(to),
                    thread_root: thread.then_some(to),
                    id: None,
                    max_retries: None,
                    persist: true,
                }
            }
            Act::Edit { chat, message } => {
                let chat = self.chat(*chat)?;
                Command::Edit {
                    chat,
                    message: self.message(device, chat, *message)?,
                    content: self.text(3),
                }
            }
            Act::Delete { chat, message } => {
                let chat = self.chat(*chat)?;
                Command::Delete {
                    chat,
                    message: self.message(device, chat, *message)?,
                }
            }
            Act::React {
                chat,
                message,
                emoji,
                on,
            } => {
                let chat = self.chat(*chat)?;
                Command::React {
                    chat,
                    message: self.message(device, chat, *message)?,
                    emoji: emoji_no(*emoji),
                    on: *on,
                }
            }
            Act::MarkRead { chat } => Command::MarkRead {
                chat: self.chat(*chat)?,
            },
            Act::Type { chat } => Command::Typing {
                chat: self.chat(*chat)?,
                on: true,
            },
            Act::StopTyping { chat } => Command::Typing {
                chat: self.chat(*chat)?,
                on: false,
            },
            Act::SetStatus { status } => Command::SetStatus { status: *status },
            Act::Draft { chat, words } => Command::SetDraft {
                chat: self.chat(*chat)?,
                text: match words {
                    0 => String::new(),
                    words => self.words('d', *words),
                },
            },
            Act::Mute { chat, on } => Command::Mute {
                chat: self.chat(*chat)?,
                mute: if *on { Mute::On } else { Mute::Off },
            },
            Act::LoadOlder { chat, limit } => Command::LoadOlder {
                chat: self.chat(*chat)?,
                limit: *limit,
            },
            Act::LoadMoreChats => Command::LoadMoreChats,
            Act::Search { chat, word } => Command::Search {
                query: WORDS[word % WORDS.len()].to_owned(),
                chat: match chat {
                    Some(chat) => Some(self.chat(*chat)?),
                    None => None,
                },
            },
            Act::CreateChat { history, members } => {
                let me = self.seats[device].device.user;
                let mut participants: Vec<NewParticipant> = Vec::new();
                for (user, role) in members {
                    let user_id = self.user(*user);
                    if user % self.users.len() == me
                        || participants.iter().any(|known| known.user_id == user_id)
                    {
                        continue;
                    }
                    participants.push(NewParticipant {
                        user_id,
                        role: *role,
                    });
                }
                Command::CreateChat {
                    id: None,
                    title: None,
                    history: *history,
                    participants,
                }
            }
            Act::Add { chat, user, role } => Command::AddParticipant {
                chat: self.chat(*chat)?,
                user: self.user(*user),
                role: *role,
            },
            Act::Remove { chat, user } => Command::RemoveParticipant {
                chat: self.chat(*chat)?,
                user: self.user(*user),
            },
            Act::Leave { chat } => Command::Leave {
                chat: self.chat(*chat)?,
            },
            Act::SetRole { chat, user, role } => Command::SetRole {
                chat: self.chat(*chat)?,
                user: self.user(*user),
                role: *role,
            },
            Act::SetHistory { chat, history } => Command::UpdateChat {
                chat: self.chat(*chat)?,
                title: None,
                history: Some(*history),
            },
            Act::Rename { chat } => {
                let chat = self.chat(*chat)?;
                let title = self.words('t', 1);
                Command::UpdateChat {
                    chat,
                    title: Some(Title::try_from(title).expect("words are a title")),
                    history: None,
                }
            }
            Act::Retry { op } => Command::Retry {
                op: self.op(device, *op, |state| {
                    matches!(state, OutboxState::Failed { .. } | OutboxState::Expired)
                })?,
            },
            Act::RetryAll => Command::RetryAll,
            Act::Cancel { op } => Command::Cancel {
                op: self.op(device, *op, |_| true)?,
            },
            Act::SignOut { wipe } => Command::SignOut { wipe: *wipe },
            Act::Activity | Act::Show { .. } => return None,
        })
    }

    /// Makes the text of a message: a number that no other has, and some words.
    pub(super) fn text(&mut self, words: usize) -> String {
        self.words('m', words)
    }

    fn words(&mut self, kind: char, count: usize) -> String {
        self.marker += 1;
        let mut text = format!("{kind}{}", self.marker);
        for _ in 0..count.max(1) {
            text.push(' ');
            text.push_str(WORDS[self.words.index(WORDS.len())]);
        }
        text
    }

    /// Returns the chat of a number; none where there is none.
    pub(super) fn chat(&self, chat: ChatNo) -> Option<ChatId> {
        (!self.chats.is_empty()).then(|| self.chats[chat % self.chats.len()])
    }

    pub(super) fn user(&self, user: UserNo) -> UserId {
        self.users[user % self.users.len()].clone()
    }

    /// Finds a message as the device shows it.
    fn message(&self, device: DeviceNo, chat: ChatId, pick: Pick) -> Option<MessageId> {
        let engine = self.seats[device].device.engine()?;
        let timeline = engine.timeline(chat);
        let (own, back) = match pick {
            Pick::Own(back) => (true, back),
            Pick::Any(back) => (false, back),
        };
        let shown: Vec<MessageId> = timeline
            .newest(50)
            .into_iter()
            .filter(|entry| entry.own || !own)
            .map(|entry| entry.id())
            .collect();
        (!shown.is_empty()).then(|| shown[shown.len() - 1 - back % shown.len()])
    }

    /// Finds an op of the outbox that stands so.
    fn op(
        &self,
        device: DeviceNo,
        no: usize,
        stands: impl Fn(OutboxState) -> bool,
    ) -> Option<OpId> {
        let items = self.seats[device].device.engine()?.outbox().items;
        let found: Vec<OpId> = items
            .iter()
            .filter(|item| stands(item.state))
            .map(|item| item.op)
            .collect();
        (!found.is_empty()).then(|| found[no % found.len()])
    }
}

fn input(act: &Act) -> Option<Input> {
    match act {
        Act::Activity => Some(Input::Activity),
        Act::Show { visible } => Some(Input::Visible { visible: *visible }),
        _ => None,
    }
}

fn emoji_no(no: usize) -> Emoji {
    let emoji = EMOJI[no % EMOJI.len()].to_owned();
    emoji.try_into().expect("is an emoji")
}
