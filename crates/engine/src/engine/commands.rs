//! What a person asks, one command after the other.

use samtale_model::{ChatId, MessageId, Op, OpId, PrivateKey, Role, UserId};
use samtale_protocol::http::CreateChat;
use serde_json::Value;

use super::Engine;
use super::storage::Creation;
use crate::outbox::{Bounds, Folded, Stage, Terms, body};
use crate::timers::Timer;
use crate::{Command, CommandError, Made, Mute};

impl Engine {
    pub(super) fn on_command(&mut self, command: Command) -> Result<Made, CommandError> {
        *self.metrics.behaviour.commands.or_default(command.name()) += 1;
        match command {
            Command::Connect => self.connect(),
            Command::Disconnect => self.disconnect(),
            Command::Reconnect => self.reconnect(),
            Command::OpenChat { chat } => self.open_chat(chat),
            Command::CloseChat { chat } => self.close_chat(chat),
            Command::Send {
                chat,
                content,
                reply_to,
                thread_root,
                id,
                max_retries,
                persist,
            } => {
                let content = body(content)?;
                let id = match id {
                    Some(id) => self.unused(chat, id)?,
                    None => self.random.message_id(self.unix()),
                };
                let op = Op::Send {
                    id,
                    content,
                    reply_to,
                    thread_root,
                };
                let terms = Terms {
                    max_retries,
                    volatile: !persist,
                };
                self.enqueue_on(chat, op, terms)?;
                self.stop_typing(chat);
                return Ok(Made::Message(id));
            }
            Command::Edit {
                chat,
                message,
                content,
            } => return self.edit(chat, message, content),
            Command::Delete { chat, message } => return self.delete(chat, message),
            Command::React {
                chat,
                message,
                emoji,
                on,
            } => {
                self.known(chat, message)?;
                let op_id = self.random.op_id(self.unix());
                let op = Op::React {
                    op_id,
                    message_id: message,
                    emoji,
                    on,
                };
                return self.enqueue(chat, op);
            }
            Command::Retry { op } => self.retry(op)?,
            Command::RetryAll => {
                let parked: Vec<OpId> = self.outbox.parked().map(|q| q.op.id()).collect();
                for op in parked {
                    self.retry(op)?;
                }
            }
            Command::Cancel { op } => self.cancel(op)?,
            Command::LoadOlder { chat, limit } => self.load_older(chat, limit),
            Command::LoadMoreChats => self.load_more_chats(),
            Command::MarkRead { chat } => self.mark_read(chat),
            Command::Typing { chat, on: true } => self.key_pressed(chat),
            Command::Typing { chat, on: false } => self.stop_typing(chat),
            Command::SetStatus { status } => self.set_status(status),
            Command::SetLocation { at } => self.set_location(at),
            Command::SetDraft { chat, text } => {
                let value = if text.is_empty() {
                    Value::Null
                } else {
                    Value::String(text)
                };
                let pause = self.cfg.draft_debounce_ms;
                self.set_private(PrivateKey::Draft(chat), value, pause)?;
            }
            Command::Mute { chat, mute } => {
                let value = match mute {
                    Mute::Off => Value::Null,
                    Mute::On => Value::Bool(true),
                    Mute::Until(at) => Value::from(at.0),
                };
                self.set_private(PrivateKey::Mute(chat), value, 0)?;
            }
            Command::SetPrivate { key, value } => self.set_private(key, value, 0)?,
            Command::Search { query, chat } => self.begin_search(query, chat),
            Command::SearchMore => self.search_more(),
            Command::CreateChat {
                id,
                title,
                history,
                participants,
            } => {
                let chat = id.unwrap_or_else(|| self.random.chat_id(self.now.unix));
                let known = self.chats.get(&chat);
                if self.creates.contains_key(&chat) || known.is_some_and(|s| s.summary.is_some()) {
                    return Err(CommandError::IdTaken);
                }
                let create = CreateChat {
                    id: Some(chat),
                    title,
                    history,
                    participants,
                };
                return Ok(self.create_chat(chat, create));
            }
            Command::AddParticipant { chat, user, role } => {
                return self.enqueue_new(chat, |op_id| Op::AddParticipant {
                    op_id,
                    user_id: user,
                    role,
                });
            }
            Command::RemoveParticipant { chat, user } => return self.remove(chat, user),
            Command::Leave { chat } => {
                let me = self.cfg.user_id.clone();
                return self.remove(chat, me);
            }
            Command::SetRole { chat, user, role } => return self.set_role(chat, user, role),
            Command::UpdateChat {
                chat,
                title,
                history,
            } => {
                return self.enqueue_new(chat, |op_id| Op::UpdateChat {
                    op_id,
                    title,
                    history,
                });
            }
            Command::Configure { settings } => self.configure(settings)?,
            Command::SignOut { wipe } => self.sign_out(wipe),
        }
        Ok(Made::Nothing)
    }

    fn open_chat(&mut self, chat: ChatId) {
        self.metrics.behaviour.chats_opened += 1;
        self.touch_use(chat);
        self.dirty.items.insert(chat);
        let state = self.chat_mut(chat);
        state.open = state.open.saturating_add(1);
        // What failed before may not fail now that it is wanted.
        state.error = None;
        self.timers.clear(&Timer::Rejoin(chat));
        if !self.storage.is_loading_base() {
            self.load_chat(chat);
        }
        self.join_more();
        self.poll_chat(chat);
        self.tell_presence();
    }

    fn close_chat(&mut self, chat: ChatId) {
        let keep = self.cfg.cache_messages;
        let Some(state) = self.chats.get_mut(&chat) else {
            return;
        };
        state.open = state.open.saturating_sub(1);
        if state.open == 0 {
            let state = self.chat_mut(chat);
            if state.history.is_none() {
                state.trim(keep);
            }
            self.stop_typing(chat);
            self.tell_presence();
        }
    }

    /// Takes an id that the host made, unless a message has it.
    fn unused(&self, chat: ChatId, id: MessageId) -> Result<MessageId, CommandError> {
        let state = self.chats.get(&chat);
        let held = state.is_some_and(|state| state.replica.any_message(id).is_some());
        if held || self.outbox.ops.contains_key(&OpId(id.0)) {
            return Err(CommandError::IdTaken);
        }
        Ok(id)
    }

    fn edit(
        &mut self,
        chat: ChatId,
        message: MessageId,
        content: String,
    ) -> Result<Made, CommandError> {
        let content = body(content)?;
        self.known(chat, message)?;
        if !self.is_own(chat, message) {
            return Err(CommandError::NotYours);
        }
        let op_id = self.random.op_id(self.unix());
        self.enqueue(
            chat,
            Op::Edit {
                op_id,
                message_id: message,
                content,
            },
        )
    }

    fn delete(&mut self, chat: ChatId, message: MessageId) -> Result<Made, CommandError> {
        self.known(chat, message)?;
        let role = self.chats.get(&chat).and_then(|state| state.replica.role);
        let moderates = role.is_none_or(|role| role.may(samtale_model::Permission::Moderate));
        if !self.is_own(chat, message) && !moderates {
            return Err(CommandError::NotYours);
        }
        let op_id = self.random.op_id(self.unix());
        self.enqueue(
            chat,
            Op::Delete {
                op_id,
                message_id: message,
            },
        )
    }

    /// A message can be changed that is held, quoted, or still unsent.
    fn known(&self, chat: ChatId, message: MessageId) -> Result<(), CommandError> {
        let held = self
            .chats
            .get(&chat)
            .is_some_and(|state| state.replica.any_message(message).is_some());
        let unsent = self.outbox.send_of(message);
        if held || unsent.is_some_and(|queued| queued.chat == chat) {
            Ok(())
        } else {
            Err(CommandError::UnknownMessage)
        }
    }

    fn is_own(&self, chat: ChatId, message: MessageId) -> bool {
        let held = self
            .chats
            .get(&chat)
            .and_then(|state| state.replica.any_message(message));
        held.is_none_or(|message| message.sender_id == self.cfg.user_id)
    }

    fn remove(&mut self, chat: ChatId, user: UserId) -> Result<Made, CommandError> {
        self.enqueue_new(chat, |op_id| Op::RemoveParticipant {
            op_id,
            user_id: user,
        })
    }

    fn set_role(&mut self, chat: ChatId, user: UserId, role: Role) -> Result<Made, CommandError> {
        self.enqueue_new(chat, |op_id| Op::SetRole {
            op_id,
            user_id: user,
            role,
        })
    }

    fn enqueue_new(
        &mut self,
        chat: ChatId,
        op: impl FnOnce(OpId) -> Op,
    ) -> Result<Made, CommandError> {
        if !self.chats.contains_key(&chat) {
            return Err(CommandError::UnknownChat);
        }
        let op_id = self.random.op_id(self.unix());
        self.enqueue(chat, op(op_id))
    }

    fn enqueue(&mut self, chat: ChatId, op: Op) -> Result<Made, CommandError> {
        self.enqueue_on(chat, op, Terms::default())
    }

    /// Takes an op into the outbox, and sends what can be sent.
    fn enqueue_on(&mut self, chat: ChatId, op: Op, terms: Terms) -> Result<Made, CommandError> {
        let bounds = Bounds {
            ops: self.cfg.max_outbox_ops,
            bytes: self.cfg.max_outbox_bytes,
        };
        let folded = self.outbox.add(chat, op, self.unix(), bounds, terms)?;
        self.dirty.outbox = true;
        self.chat_mut(chat);
        let made = match folded {
            Folded::Queued(op) => {
                self.metrics.messages.queued += 1;
                Made::Op(op)
            }
            Folded::Into(op) => Made::Op(op),
            Folded::Gone => Made::Nothing,
        };
        // A send is reason enough to try again.
        self.rearm(false);
        self.ask_refusing(chat);
        self.join_more();
        self.pump(chat);
        Ok(made)
    }

    fn retry(&mut self, op: OpId) -> Result<(), CommandError> {
        let now = self.unix();
        let chat = self.outbox.retry(op, now).ok_or(CommandError::UnknownOp)?;
        self.dirty.outbox = true;
        self.chat_mut(chat);
        self.rearm(false);
        self.ask_refusing(chat);
        self.join_more();
        self.pump(chat);
        Ok(())
    }

    fn cancel(&mut self, op: OpId) -> Result<(), CommandError> {
        let queued = self.outbox.ops.get(&op).ok_or(CommandError::UnknownOp)?;
        let unattempted = queued.stage == Stage::Queued && !queued.attempted;
        if queued.stage == Stage::Queued && !unattempted {
            return Err(CommandError::UnknownOp);
        }
        self.outbox.cancel(op);
        Ok(())
    }

    fn create_chat(&mut self, chat: ChatId, create: CreateChat) -> Made {
        let queued_at = self.unix();
        self.creates.insert(chat, Creation { create, queued_at });
        self.dirty.creates.insert(chat);
        self.dirty.list = true;
        self.chat_mut(chat);
        self.rearm(false);
        self.push_create(chat);
        Made::Chat(chat)
    }
}
