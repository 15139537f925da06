//! A chat's topic: joining, leaving, and every push of a participant.

use std::sync::Arc;

use bytes::Bytes;
use samtale_model::{ChatId, Op, Permission};
use samtale_protocol::chat::{
    self as wire, HistoryRequest, OpsRequest, ReceiptPush, SyncRequest, TypingPush,
};
use samtale_protocol::frame::ReplyStatus;
use samtale_protocol::{ErrorCode, Frame, WireError, event, json};

use super::person::{Channel, Person, check_proto};
use super::{bad_payload, parse};
use crate::gateway::answer::Push;
use crate::room::{Room, Seat};
use crate::service::{check_presence, cursor};

/// In chats of more members it is not told when the absent were last seen.
const MAX_ABSENT: usize = 50;

impl Person {
    pub(super) async fn join_chat(
        &mut self,
        push: Push<'_>,
        chat: ChatId,
        frame: &Frame<'_>,
    ) -> Result<Option<Bytes>, WireError> {
        let joined = self.try_join_chat(push, chat, frame).await;
        let outcome = joined
            .as_ref()
            .map_or_else(|error| error.code.as_str(), |()| "ok");
        self.app.metrics.join("chat", outcome);
        joined.map(|()| None)
    }

    async fn try_join_chat(
        &mut self,
        push: Push<'_>,
        chat: ChatId,
        frame: &Frame<'_>,
    ) -> Result<(), WireError> {
        let join: wire::Join = parse(frame)?;
        check_proto(join.proto)?;
        self.app.limits.joins(&self.handle.user)?;
        let known = self.chats.contains_key(&chat);
        if !known && self.chats.len() >= self.app.config.limits.topics_per_connection {
            return Err(WireError::new(
                ErrorCode::TooMany,
                "this connection has joined too many topics",
            ));
        }
        let old = self.chats.remove(&chat);
        if old.is_some() {
            self.app.hub.unsubscribe(chat, &self.handle);
        }
        let room = self.app.hub.subscribe(chat, &self.handle, join.events);
        let user = self.handle.user.clone();
        let read = self
            .app
            .sync(&user, chat, cursor(join.epoch, join.since), join.limit)
            .await;
        let snapshot = match read {
            Ok(snapshot) => snapshot,
            Err(error) => {
                self.app.hub.unsubscribe(chat, &self.handle);
                return Err(error);
            }
        };
        if !self.present && self.user_topic.is_none() {
            // A client that joins its user's topic says there how it is present, or stays unseen.
            self.be_present(self.online());
        }
        let reply = self.handle.encode(push, ReplyStatus::Ok, &snapshot.sync);
        let members = snapshot.sync.members;
        let hub = &self.app.hub;
        let out = hub.release(&room, chat, &self.handle, seat(snapshot), reply);
        if !out {
            self.tell_absent(chat, &room, members).await;
        }
        if let Some(old) = old {
            self.handle.close_channel(&old.join_ref, push.topic);
        }
        if out {
            return Ok(());
        }
        let join_ref = push.join_ref.unwrap_or_default().to_owned();
        self.chats.insert(chat, Channel { join_ref, room });
        Ok(())
    }

    /// Tells when the absent were last seen. Phoenix's clients pass over the leave of someone who is not there.
    async fn tell_absent(&self, chat: ChatId, room: &Room, members: u32) {
        if usize::try_from(members).is_ok_and(|members| members <= MAX_ABSENT) {
            match self.app.absent(chat).await {
                Ok(absent) => room.tell_absent(&self.handle, absent),
                Err(error) => tracing::warn!(%error, "last seen could not be read"),
            }
        }
    }

    pub(super) fn leave_chat(&mut self, push: Push<'_>, chat: ChatId) -> Option<Bytes> {
        let Some(channel) = self.chats.remove(&chat) else {
            return self.handle.ok(push, serde_json::json!({}));
        };
        // A room that has put the connection out knows nothing of it: who is no longer in the chat gets no heads either.
        let member_at = channel.room.member_at(self.handle.id);
        self.app.hub.unsubscribe(chat, &self.handle);
        if let Some(since) = member_at.filter(|_| self.user_topic.is_some()) {
            self.app.hub.listen_heads(chat, &self.handle, since);
        }
        self.handle
            .reply(push, ReplyStatus::Ok, serde_json::json!({}));
        self.handle.close_channel(&channel.join_ref, push.topic);
        None
    }

    pub(super) async fn chat_push(
        &mut self,
        push: Push<'_>,
        chat: ChatId,
        name: &str,
        frame: &Frame<'_>,
    ) -> Result<Option<Bytes>, WireError> {
        let not_joined = || WireError::new(ErrorCode::NotJoined, "join the topic first");
        let room = Arc::clone(&self.chats.get(&chat).ok_or_else(not_joined)?.room);
        let Some(role) = room.role_of(self.handle.id) else {
            // The room has put this connection out: the user is no longer in the chat.
            self.chats.remove(&chat);
            return Err(not_joined());
        };
        let app = Arc::clone(&self.app);
        let user = &self.handle.user;
        Ok(match name {
            event::OPS => {
                let request: OpsRequest = parse(frame)?;
                self.handle.outbound.expect_reply();
                self.handle
                    .ok(push, app.ops(user, chat, request.ops).await?)
            }
            event::MESSAGE_SEND => self.single(push, chat, frame, "send").await?,
            event::MESSAGE_EDIT => self.single(push, chat, frame, "edit").await?,
            event::MESSAGE_DELETE => self.single(push, chat, frame, "delete").await?,
            event::REACTION_SET => self.single(push, chat, frame, "react").await?,
            event::RECEIPT => {
                let request: ReceiptPush = parse(frame)?;
                app.receipt(user, chat, request).await?;
                self.handle.ok(push, serde_json::json!({}))
            }
            event::TYPING => {
                let request: TypingPush = parse(frame)?;
                app.limits.typing(user)?;
                if !role.may(Permission::Write) {
                    return Err(WireError::new(
                        ErrorCode::Forbidden,
                        "your role in this chat does not allow this",
                    ));
                }
                room.typing(user, request.on, app.env.monotonic());
                app.hub.mark(chat);
                self.handle.ok(push, serde_json::json!({}))
            }
            event::PRESENCE => {
                app.limits.presence(user)?;
                let presence = check_presence(parse(frame)?)?;
                self.be_present(presence);
                self.handle.ok(push, serde_json::json!({}))
            }
            event::HISTORY => {
                let request: HistoryRequest = parse(frame)?;
                self.handle.ok(
                    push,
                    app.history(user, chat, request.before, request.limit)
                        .await?,
                )
            }
            event::SYNC => {
                let request: SyncRequest = parse(frame)?;
                if !room.rebuffer(self.handle.id) {
                    return Err(not_joined());
                }
                let snapshot = app
                    .sync(
                        user,
                        chat,
                        cursor(request.epoch, request.since),
                        request.limit,
                    )
                    .await
                    .inspect_err(|_| app.hub.fail(&room, chat, &self.handle))?;
                let reply = self.handle.encode(push, ReplyStatus::Ok, &snapshot.sync);
                app.hub
                    .release(&room, chat, &self.handle, seat(snapshot), reply);
                None
            }
            _ => {
                return Err(WireError::new(
                    ErrorCode::UnmatchedTopic,
                    "no such event on this topic",
                ));
            }
        })
    }

    /// Applies one op that stands in the payload without its name.
    async fn single(
        &self,
        push: Push<'_>,
        chat: ChatId,
        frame: &Frame<'_>,
        name: &str,
    ) -> Result<Option<Bytes>, WireError> {
        let op: Op = json::from_str(&named(name, frame.payload.get()))
            .map_err(|error| bad_payload(&error))?;
        self.handle.outbound.expect_reply();
        Ok(self
            .handle
            .ok(push, self.app.op(&self.handle.user, chat, op).await?))
    }
}

/// Puts an op's name first into the object that it stands in.
fn named(name: &str, payload: &str) -> String {
    match payload.trim_ascii_start().strip_prefix('{') {
        Some(rest) if rest.trim_ascii_start().starts_with('}') => format!("{{\"op\":\"{name}\"}}"),
        Some(rest) => format!("{{\"op\":\"{name}\",{rest}"),
        None => payload.to_owned(),
    }
}

fn seat(snapshot: samtale_store::Snapshot) -> Seat {
    let samtale_store::Snapshot { sync, visibility } = snapshot;
    Seat {
        visibility,
        role: sync.role,
        head: sync.head,
        members: sync.members,
    }
}
