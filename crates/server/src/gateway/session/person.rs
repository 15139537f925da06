//! The native topics of a person's connection.

use std::sync::Arc;

use bytes::Bytes;
use samtale_model::flat::Map;
use samtale_model::{ChatId, Presence, Status, UserId};
use samtale_protocol::user::Profile;
use samtale_protocol::{ErrorCode, Frame, PROTO, WireError, event};
use serde::Deserialize;

use super::parse;
use crate::app::App;
use crate::auth::Claims;
use crate::gateway::answer::Push;
use crate::gateway::connection::Handle;
use crate::presence::Source;
use crate::room::Room;
use crate::service::Who;

/// A person, and the native topics that their connection has joined.
pub(super) struct Person {
    pub(super) app: Arc<App>,
    pub(super) handle: Arc<Handle>,
    claims: Claims,
    pub(super) profile: Profile,
    /// The join reference of the user's topic, where it is joined.
    pub(super) user_topic: Option<String>,
    pub(super) chats: Map<ChatId, Channel>,
    pub(super) present: bool,
}

/// A joined chat.
pub(super) struct Channel {
    pub(super) join_ref: String,
    pub(super) room: Arc<Room>,
}

impl Person {
    pub(super) fn new(
        app: Arc<App>,
        handle: Arc<Handle>,
        claims: Claims,
        profile: Profile,
    ) -> Self {
        Self {
            app,
            handle,
            claims,
            profile,
            user_topic: None,
            chats: Map::new(),
            present: false,
        }
    }

    /// Returns whose connection it is, as the newest token says.
    pub(super) fn who(&self) -> Who {
        Who::Person(self.claims.clone(), self.profile.clone())
    }

    /// Leaves everything.
    pub(super) fn end(&mut self) {
        for (chat, _) in std::mem::take(&mut self.chats) {
            self.app.hub.unsubscribe(chat, &self.handle);
        }
        self.app.hub.leave_user(&self.handle);
        self.app
            .hub
            .end_presence(&self.handle.user, Source::Connection(self.handle.id));
    }

    /// Returns the topics that it has joined.
    pub(super) fn topics(&self) -> Vec<String> {
        let own = self
            .user_topic
            .iter()
            .map(|_| format!("user:{}", self.handle.user));
        own.chain(self.chats.keys().map(|chat| format!("chat:{chat}")))
            .collect()
    }

    pub(super) async fn user_frame(
        &mut self,
        push: Push<'_>,
        user: &UserId,
        frame: &Frame<'_>,
    ) -> Result<Option<Bytes>, WireError> {
        if *user != self.handle.user {
            let message = "this topic is another user's";
            return Err(WireError::new(ErrorCode::Forbidden, message));
        }
        match &*frame.event {
            event::JOIN => self.join_user(push, frame).await,
            event::LEAVE => Ok(self.leave_user(push)),
            name => {
                if self.user_topic.is_none() {
                    return Err(WireError::new(ErrorCode::NotJoined, "join the topic first"));
                }
                self.user_push(push, name, frame).await
            }
        }
    }

    pub(super) async fn chat_frame(
        &mut self,
        push: Push<'_>,
        chat: ChatId,
        frame: &Frame<'_>,
    ) -> Result<Option<Bytes>, WireError> {
        match &*frame.event {
            event::JOIN => self.join_chat(push, chat, frame).await,
            event::LEAVE => Ok(self.leave_chat(push, chat)),
            name => self.chat_push(push, chat, name, frame).await,
        }
    }

    /// Takes a fresh token: of the same user, and the one that lasts longer counts.
    pub(super) async fn renew(
        &mut self,
        push: Push<'_>,
        frame: &Frame<'_>,
    ) -> Result<Option<Bytes>, WireError> {
        #[derive(Deserialize)]
        struct Renewal {
            access_token: String,
        }
        let renewal: Renewal = parse(frame)?;
        let (claims, profile) = self.app.sign_in(&renewal.access_token).await?;
        if claims.user != self.claims.user {
            return Err(WireError::new(
                ErrorCode::Unauthorized,
                "the token is another user's",
            ));
        }
        if claims.exp > self.claims.exp {
            self.claims = claims;
        }
        self.profile = profile;
        Ok(self.handle.ok(push, serde_json::json!({})))
    }

    pub(super) fn online(&self) -> Presence {
        Presence {
            status: Status::Online,
            last_seen: Some(self.app.env.unix()),
            ..Presence::default()
        }
    }

    pub(super) fn be_present(&mut self, mut presence: Presence) {
        self.present = true;
        presence.last_seen = presence.last_seen.or_else(|| Some(self.app.env.unix()));
        self.app.hub.set_presence(
            &self.handle.user,
            Source::Connection(self.handle.id),
            presence,
        );
    }
}

pub(super) fn check_proto(proto: Option<u16>) -> Result<(), WireError> {
    match proto {
        None | Some(PROTO) => Ok(()),
        Some(_) => Err(WireError::new(
            ErrorCode::UnsupportedVersion,
            format!("this server speaks proto {PROTO}"),
        )),
    }
}
