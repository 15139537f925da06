//! What a connection may do: its token, the topics it has joined, and an answer for every push.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`person`] | native topics, of a person: their own (`user`) and their chats' (`chat`) |
//! | [`channels`] | channels of Supabase's kind, of a person or an app, and how they are joined (`joining`) |

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use samtale_protocol::binary::BinaryFrame;
use samtale_protocol::frame::ReplyStatus;
use samtale_protocol::{ErrorCode, Frame, Topic, WireError, event};
use serde::Deserialize;

use super::answer::Push;
use super::connection::{Handle, Peer};
use super::outbound::Close;
use super::transport::Received;
use crate::app::App;
use crate::room::event_frame;
use crate::service::Who;

mod channels;
mod chat;
mod joining;
mod person;
mod user;

use channels::Joined;
use person::Person;

/// How many frames that can't be read a connection may send before it is closed.
const MAX_BAD_FRAMES: u32 = 20;

/// The state of one connection.
pub(crate) struct Session {
    app: Arc<App>,
    peer: Arc<Peer>,
    /// Its person's side; none where it is an app's by its key.
    person: Option<Person>,
    channels: Joined,
    bad_frames: u32,
    draining: bool,
}

impl Session {
    pub(crate) fn new(app: Arc<App>, peer: Arc<Peer>, who: Who, address: IpAddr) -> Self {
        let channels = Joined::new(Arc::clone(&app), Arc::clone(&peer), who.clone(), address);
        let person = match who {
            Who::Person(claims, profile) => {
                let handle = Arc::new(Handle::new(Arc::clone(&peer), claims.user.clone()));
                Some(Person::new(Arc::clone(&app), handle, claims, profile))
            }
            Who::Key(_) => None,
        };
        Self {
            app,
            peer,
            person,
            channels,
            bad_frames: 0,
            draining: false,
        }
    }

    /// Returns how long it is until a token runs out: the connection's own, or a channel's.
    pub(crate) fn time_left(&self) -> Duration {
        self.own_time_left().min(self.channels.time_left())
    }

    fn own_time_left(&self) -> Duration {
        match self.channels.own().exp() {
            Some(exp) => {
                let ends = self.app.auth.ends_at(exp);
                Duration::from_millis(ends.since(self.app.env.unix()))
            }
            None => Duration::MAX,
        }
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining
    }

    /// Tells the client that the server goes away, on every topic that it has joined.
    pub(crate) fn drain(&mut self) {
        const WHY: &str = "Server requested disconnect";
        self.draining = true;
        self.tell_all(ErrorCode::Draining, WHY);
        self.channels.tell_all(WHY);
    }

    /// Ends the channels whose token has run out; and the connection, where it is its own.
    pub(crate) fn expire(&mut self) {
        self.channels.expire();
        if !self.own_time_left().is_zero() {
            return;
        }
        self.tell_all(ErrorCode::TokenExpired, "the token has run out");
        for topic in self.person.iter().flat_map(Person::topics) {
            let frame = event_frame(
                &topic,
                event::CLOSE,
                &serde_json::json!({}),
                self.peer.version,
            );
            self.peer.outbound.push_reply(frame);
        }
        self.peer.outbound.close(Close::TokenExpired);
    }

    /// Leaves everything.
    pub(crate) fn end(&mut self) {
        self.channels.end();
        if let Some(person) = &mut self.person {
            person.end();
        }
    }

    fn tell_all(&self, code: ErrorCode, message: &str) {
        for topic in self.person.iter().flat_map(Person::topics) {
            let payload = serde_json::json!({
                "extension": "system", "status": "error", "message": message, "code": code, "channel": topic,
            });
            let frame = event_frame(&topic, event::SYSTEM, &payload, self.peer.version);
            self.peer.outbound.push_reply(frame);
        }
    }

    /// Takes a frame and answers it; an error closes the connection.
    pub(crate) async fn receive(&mut self, frame: Received) -> Result<(), Close> {
        let text = match frame {
            Received::Text(text) => text,
            Received::Binary(bytes) => return self.receive_binary(&bytes),
            Received::Alive | Received::Closed => return Ok(()),
        };
        let frame =
            match std::str::from_utf8(&text).map(|text| Frame::decode(self.peer.version, text)) {
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
            Ok(Some(answer)) => self.peer.outbound.push_reply(answer),
            Ok(None) => {}
            Err(error) => {
                self.note_refusal(&error);
                self.peer.reply(push, ReplyStatus::Error, &error);
            }
        }
        Ok(())
    }

    /// Takes a binary frame: a broadcast on a channel of Supabase's kind. Native topics speak text.
    fn receive_binary(&mut self, bytes: &Bytes) -> Result<(), Close> {
        match BinaryFrame::decode(bytes) {
            Ok(BinaryFrame::UserBroadcastPush {
                join_ref,
                reference,
                topic,
                event,
                encoding,
                payload,
                ..
            }) => {
                let push = Push {
                    join_ref,
                    reference,
                    topic: &topic,
                };
                self.channels.binary(push, &event, encoding, payload);
                Ok(())
            }
            Ok(_) => self.bad_frame("of binary frames, only broadcasts are taken"),
            Err(error) => self.bad_frame(&error.to_string()),
        }
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
        let error = WireError::new(ErrorCode::BadFrame, why);
        self.peer.reply(push, ReplyStatus::Error, error);
        Ok(())
    }

    fn note_refusal(&self, error: &WireError) {
        if error.code == ErrorCode::RateLimited {
            self.app.metrics.rate_limited("socket");
        }
    }

    /// Finds what is asked and does it. The answer is none where it was sent already, or where none is due.
    async fn handle_frame(
        &mut self,
        push: Push<'_>,
        frame: &Frame<'_>,
    ) -> Result<Option<Bytes>, WireError> {
        let unmatched = || WireError::new(ErrorCode::UnmatchedTopic, "unmatched topic");
        let topic: Topic = push.topic.parse().map_err(|_| unmatched())?;
        match topic {
            Topic::Realtime(name) => {
                self.channels.receive(push, &name, frame).await;
                Ok(None)
            }
            Topic::Phoenix if &*frame.event == event::HEARTBEAT => {
                Ok(self.peer.ok(push, serde_json::json!({})))
            }
            topic => {
                let person = self.person.as_mut().ok_or_else(|| {
                    let message =
                        "an app's key opens channels of realtime: alone; connect with a person's token";
                    WireError::new(ErrorCode::Unauthorized, message)
                })?;
                if &*frame.event == event::ACCESS_TOKEN {
                    let answer = person.renew(push, frame).await?;
                    self.channels.renew(person.who());
                    return Ok(answer);
                }
                match topic {
                    Topic::User(user) => person.user_frame(push, &user, frame).await,
                    Topic::Chat(chat) => person.chat_frame(push, chat, frame).await,
                    Topic::Phoenix | Topic::Realtime(_) => Err(unmatched()),
                }
            }
        }
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
