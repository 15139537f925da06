//! A user's own topic: private state, the list of chats, presence, search.

use std::sync::Arc;

use bytes::Bytes;
use samtale_model::{Cursor, Presence, Private};
use samtale_protocol::frame::ReplyStatus;
use samtale_protocol::user::{self, ChatsReply, ChatsRequest, PrivatePush, SearchRequest};
use samtale_protocol::{ErrorCode, Frame, PROTO, WireError, event};

use super::parse;
use super::person::{Person, check_proto};
use crate::gateway::answer::Push;
use crate::service::{check_presence, cursor};

impl Person {
    pub(super) async fn join_user(
        &mut self,
        push: Push<'_>,
        frame: &Frame<'_>,
    ) -> Result<Option<Bytes>, WireError> {
        let join: user::Join = parse(frame)?;
        check_proto(join.proto)?;
        self.app.limits.joins(&self.handle.user)?;
        let presence = join.presence.map(check_presence).transpose()?;
        // What is committed from here on is told, after the reply.
        self.handle.outbound.hold();
        self.app.hub.attach_user(&self.handle);
        let read = self.read_user(cursor(join.epoch, join.since)).await;
        let joined = read.map(|(private, list)| self.joined_user(push, presence, private, list));
        if self.user_topic.is_none() {
            self.app.hub.leave_user(&self.handle);
        }
        self.handle.outbound.release();
        joined.map(|()| None)
    }

    async fn read_user(&self, cursor: Option<Cursor>) -> Result<(Private, ChatsReply), WireError> {
        let user = &self.handle.user;
        let private = self.app.private(user, cursor).await?;
        let list = self.app.chats(user, ChatsRequest::default()).await?;
        Ok((private, list))
    }

    fn joined_user(
        &mut self,
        push: Push<'_>,
        presence: Option<Presence>,
        private: Private,
        list: ChatsReply,
    ) {
        for summary in &list.chats {
            self.app
                .hub
                .listen_heads(summary.chat.id, &self.handle, summary.head);
        }
        if let Some(presence) = presence {
            self.be_present(presence);
        }
        let reply = user::JoinReply {
            proto: PROTO,
            me: self.profile.clone(),
            private,
            chats: list.chats,
            more_chats: list.more_chats,
        };
        self.handle.reply(push, ReplyStatus::Ok, reply);
        self.app.metrics.join("user", "ok");
        let join_ref = push.join_ref.unwrap_or_default().to_owned();
        if let Some(old) = self.user_topic.replace(join_ref) {
            self.handle.close_channel(&old, push.topic);
        }
    }

    pub(super) fn leave_user(&mut self, push: Push<'_>) -> Option<Bytes> {
        if let Some(join_ref) = self.user_topic.take() {
            self.app.hub.leave_user(&self.handle);
            self.handle
                .reply(push, ReplyStatus::Ok, serde_json::json!({}));
            self.handle.close_channel(&join_ref, push.topic);
            return None;
        }
        self.handle.ok(push, serde_json::json!({}))
    }

    pub(super) async fn user_push(
        &mut self,
        push: Push<'_>,
        name: &str,
        frame: &Frame<'_>,
    ) -> Result<Option<Bytes>, WireError> {
        let app = Arc::clone(&self.app);
        let user = &self.handle.user;
        Ok(match name {
            event::CHATS => {
                let request: ChatsRequest = parse(frame)?;
                let reply = app.chats(user, request).await?;
                for summary in &reply.chats {
                    if !self.chats.contains_key(&summary.chat.id) {
                        app.hub
                            .listen_heads(summary.chat.id, &self.handle, summary.head);
                    }
                }
                self.handle.ok(push, reply)
            }
            event::CREATE_CHAT => self
                .handle
                .ok(push, app.create_chat(user, parse(frame)?).await?.value),
            event::PRIVATE => {
                let request: PrivatePush = parse(frame)?;
                self.handle.ok(push, app.put_private(user, request).await?)
            }
            event::SEARCH => {
                let request: SearchRequest = parse(frame)?;
                self.handle.ok(push, app.search(user, request).await?)
            }
            event::RECEIPT => {
                let request: user::ReceiptPush = parse(frame)?;
                app.receipt(user, request.chat_id, request.receipt).await?;
                self.handle.ok(push, serde_json::json!({}))
            }
            event::PRESENCE => {
                app.limits.presence(user)?;
                let presence = check_presence(parse(frame)?)?;
                self.be_present(presence);
                self.handle.ok(push, serde_json::json!({}))
            }
            _ => {
                return Err(WireError::new(
                    ErrorCode::UnmatchedTopic,
                    "no such event on this topic",
                ));
            }
        })
    }
}
