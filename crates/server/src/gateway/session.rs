//! What a connection may do: its token, the topics it has joined, and an answer for every push.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use samtale_model::{ChatId, Presence, Status, UnixMillis};
use samtale_protocol::frame::{Outgoing, Reply, ReplyStatus};
use samtale_protocol::user::Profile;
use samtale_protocol::{ErrorCode, Frame, PROTO, Topic, WireError, event};
use serde::{Deserialize, Serialize};

use super::connection::Handle;
use super::outbound::Close;
use super::transport::Received;
use crate::app::App;
use crate::auth::Claims;
use crate::presence::Source;
use crate::room::{Room, event_frame};

mod chat;
mod user;

/// How many frames that can't be read a connection may send before it is closed.
const MAX_BAD_FRAMES: u32 = 20;

/// The state of one connection.
pub(crate) struct Session {
    app: Arc<App>,
    handle: Arc<Handle>,
    claims: Claims,
    profile: Profile,
    /// The join reference of the user's topic, where it is joined.
    user_topic: Option<String>,
    chats: BTreeMap<ChatId, Channel>,
    present: bool,
    bad_frames: u32,
    draining: bool,
}

/// A joined chat.
struct Channel {
    join_ref: String,
    room: Arc<Room>,
}

/// Where an answer goes.
#[derive(Clone, Copy)]
struct Push<'a> {
    join_ref: Option<&'a str>,
    reference: Option<&'a str>,
    topic: &'a str,
}

impl Session {
    pub(crate) fn new(
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
            chats: BTreeMap::new(),
            present: false,
            bad_frames: 0,
            draining: false,
        }
    }

    /// Returns how long the token is still good.
    pub(crate) fn time_left(&self) -> Duration {
        let ends: UnixMillis = self.app.auth.ends_at(self.claims.exp);
        Duration::from_millis(ends.since(self.app.env.unix()))
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining
    }

    /// Tells the client that the server goes away, on every topic that it has joined.
    pub(crate) fn drain(&mut self) {
        self.draining = true;
        self.tell_all(ErrorCode::Draining, "Server requested disconnect");
    }

    /// Tells the client that its token has run out, and ends its channels.
    pub(crate) fn expire(&mut self) {
        self.tell_all(ErrorCode::TokenExpired, "the token has run out");
        for topic in self.topics() {
            let frame = event_frame(
                &topic,
                event::CLOSE,
                &serde_json::json!({}),
                self.handle.version,
            );
            self.handle.outbound.push_reply(frame);
        }
    }

    /// Leaves everything.
    pub(crate) fn end(&mut self) {
        for chat in std::mem::take(&mut self.chats).into_keys() {
            self.app.hub.unsubscribe(chat, &self.handle);
        }
        self.app.hub.leave_user(&self.handle);
        self.app
            .hub
            .end_presence(&self.handle.user, Source::Connection(self.handle.id));
    }

    fn topics(&self) -> Vec<String> {
        let own = self
            .user_topic
            .iter()
            .map(|_| format!("user:{}", self.handle.user));
        own.chain(self.chats.keys().map(|chat| format!("chat:{chat}")))
            .collect()
    }

    fn tell_all(&self, code: ErrorCode, message: &str) {
        for topic in self.topics() {
            let payload = serde_json::json!({
                "extension": "system", "status": "error", "message": message, "code": code, "channel": topic,
            });
            let frame = event_frame(&topic, event::SYSTEM, &payload, self.handle.version);
            self.handle.outbound.push_reply(frame);
        }
    }

    /// Takes a frame and answers it; an error closes the connection.
    pub(crate) async fn receive(&mut self, frame: Received) -> Result<(), Close> {
        let text = match frame {
            Received::Text(text) => text,
            // Native topics speak text; a binary push has nowhere to go.
            Received::Binary => {
                return self.bad_frame("binary frames are not spoken on these topics");
            }
            Received::Alive | Received::Closed => return Ok(()),
        };
        let frame =
            match std::str::from_utf8(&text).map(|text| Frame::decode(self.handle.version, text)) {
                Ok(Ok(frame)) => frame,
                Ok(Err(error)) => return self.bad_frame(&error.to_string()),
                Err(_) => return self.bad_frame("not UTF-8"),
            };
        let push = Push {
            join_ref: frame.join_ref.as_deref(),
            reference: frame.reference.as_deref(),
            topic: &frame.topic,
        };
        match self.handle_frame(push, &frame).await {
            Ok(Some(answer)) => self.send(answer),
            Ok(None) => {}
            Err(error) => {
                if error.code == ErrorCode::RateLimited {
                    self.app.metrics.rate_limited("socket");
                }
                self.reply(push, ReplyStatus::Error, &error);
            }
        }
        Ok(())
    }

    fn bad_frame(&mut self, why: &str) -> Result<(), Close> {
        self.bad_frames += 1;
        if self.bad_frames > MAX_BAD_FRAMES {
            return Err(Close::BadFrames);
        }
        let push = Push {
            join_ref: None,
            reference: None,
            topic: "phoenix",
        };
        self.reply(
            push,
            ReplyStatus::Error,
            WireError::new(ErrorCode::BadFrame, why),
        );
        Ok(())
    }

    fn encode<R: Serialize>(&self, push: Push<'_>, status: ReplyStatus, response: R) -> Bytes {
        let Push {
            join_ref,
            reference,
            topic,
        } = push;
        let payload = Reply { status, response };
        let frame = Outgoing {
            join_ref,
            reference,
            topic,
            event: event::REPLY,
            payload,
        };
        Bytes::from(frame.encode(self.handle.version))
    }

    fn reply<R: Serialize>(&self, push: Push<'_>, status: ReplyStatus, response: R) {
        self.send(self.encode(push, status, response));
    }

    fn send(&self, frame: Bytes) {
        self.handle.outbound.push_reply(frame);
    }

    fn ok<R: Serialize>(&self, push: Push<'_>, response: R) -> Option<Bytes> {
        Some(self.encode(push, ReplyStatus::Ok, response))
    }

    /// Finds what is asked and does it. The answer is none where it was sent already, or where none is due.
    async fn handle_frame(
        &mut self,
        push: Push<'_>,
        frame: &Frame<'_>,
    ) -> Result<Option<Bytes>, WireError> {
        let unmatched = || WireError::new(ErrorCode::UnmatchedTopic, "unmatched topic");
        let topic: Topic = push.topic.parse().map_err(|_| unmatched())?;
        if &*frame.event == event::ACCESS_TOKEN {
            return self.renew(push, frame).await;
        }
        match (topic, &*frame.event) {
            (Topic::Phoenix, event::HEARTBEAT) => Ok(self.ok(push, serde_json::json!({}))),
            (Topic::User(user), _) if user != self.handle.user => Err(WireError::new(
                ErrorCode::Forbidden,
                "this topic is another user's",
            )),
            (Topic::User(_), event::JOIN) => self.join_user(push, frame).await,
            (Topic::User(_), event::LEAVE) => Ok(self.leave_user(push)),
            (Topic::User(_), name) => {
                if self.user_topic.is_none() {
                    return Err(WireError::new(ErrorCode::NotJoined, "join the topic first"));
                }
                self.user_push(push, name, frame).await
            }
            (Topic::Chat(chat), event::JOIN) => self.join_chat(push, chat, frame).await,
            (Topic::Chat(chat), event::LEAVE) => Ok(self.leave_chat(push, chat)),
            (Topic::Chat(chat), name) => self.chat_push(push, chat, name, frame).await,
            (Topic::Phoenix | Topic::Realtime(_), _) => Err(unmatched()),
        }
    }

    /// Takes a fresh token: of the same user, and the one that lasts longer counts.
    async fn renew(
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
        Ok(self.ok(push, serde_json::json!({})))
    }

    /// Sends `phx_close` to the channel of a join.
    fn close_channel(&self, join_ref: &str, topic: &str) {
        let join_ref = Some(join_ref).filter(|join_ref| !join_ref.is_empty());
        let payload = serde_json::json!({});
        let frame = Outgoing {
            join_ref,
            reference: join_ref,
            topic,
            event: event::CLOSE,
            payload,
        };
        self.send(Bytes::from(frame.encode(self.handle.version)));
    }

    fn online(&self) -> Presence {
        Presence {
            status: Status::Online,
            last_seen: Some(self.app.env.unix()),
            ..Presence::default()
        }
    }

    fn be_present(&mut self, mut presence: Presence) {
        self.present = true;
        presence.last_seen = presence.last_seen.or_else(|| Some(self.app.env.unix()));
        self.app.hub.set_presence(
            &self.handle.user,
            Source::Connection(self.handle.id),
            presence,
        );
    }
}

fn check_proto(proto: Option<u16>) -> Result<(), WireError> {
    match proto {
        None | Some(PROTO) => Ok(()),
        Some(_) => Err(WireError::new(
            ErrorCode::UnsupportedVersion,
            format!("this server speaks proto {PROTO}"),
        )),
    }
}

fn parse<'a, T: Deserialize<'a>>(frame: &'a Frame<'_>) -> Result<T, WireError> {
    frame.parse().map_err(|error| bad_payload(&error))
}

/// Says what is wrong with a payload, without repeating any of it.
fn bad_payload(error: &serde_json::Error) -> WireError {
    let what = match error.classify() {
        serde_json::error::Category::Data => {
            "a field of the payload is missing, unknown or of the wrong type"
        }
        _ => "the payload is not JSON",
    };
    let place = format!("{what} (line {}, column {})", error.line(), error.column());
    WireError::new(ErrorCode::BadRequest, place)
}
