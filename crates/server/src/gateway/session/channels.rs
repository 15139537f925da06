//! The channels of Supabase's kind that a connection has joined.
//!
//! What is refused is answered in the words that Supabase's clients know: `{"reason": "Code: text"}`. A broadcast is
//! answered where its channel asked for that, or where it is refused; a limit never closes a channel.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use samtale_model::UnixMillis;
use samtale_protocol::binary::Encoding;
use samtale_protocol::frame::ReplyStatus;
use samtale_protocol::realtime::{BROADCAST, PresencePush, Refusal};
use samtale_protocol::{ErrorCode, Frame, WireError, event};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::parse;
use crate::app::App;
use crate::gateway::answer::Push;
use crate::gateway::connection::Peer;
use crate::limits::Payer;
use crate::realtime::access::refusal;
use crate::realtime::changes::{Bound, Scope};
use crate::realtime::frames::{self, Body};
use crate::realtime::{Name, Said};
use crate::service::Who;

/// The largest payload of a presence, in bytes.
const MAX_PRESENCE_BYTES: usize = 4 * 1024;
/// Why a channel ends whose token has run out.
const EXPIRED: &str = "Token has expired";

/// The channels of one connection.
pub(super) struct Joined {
    pub(super) app: Arc<App>,
    pub(super) peer: Arc<Peer>,
    /// Whose the connection is.
    pub(super) own: Who,
    address: IpAddr,
    /// By the name in their topics.
    pub(super) all: BTreeMap<String, Channel>,
    /// How many bindings were made: they are named by numbers.
    pub(super) bindings: u32,
}

/// A joined channel.
pub(super) struct Channel {
    pub(super) name: Name,
    pub(super) join_ref: String,
    /// Whose it is, where its join said so.
    pub(super) who: Option<Who>,
    pub(super) ack: bool,
    pub(super) echo: bool,
    /// Its subscription to changed rows.
    pub(super) changes: Option<u64>,
    /// What it asked for of them.
    pub(super) bound: Vec<Bound>,
}

impl Channel {
    pub(super) fn join_ref(&self) -> Option<&str> {
        Some(self.join_ref.as_str()).filter(|join_ref| !join_ref.is_empty())
    }
}

impl Joined {
    pub(super) fn new(app: Arc<App>, peer: Arc<Peer>, own: Who, address: IpAddr) -> Self {
        Self {
            app,
            peer,
            own,
            address,
            all: BTreeMap::new(),
            bindings: 0,
        }
    }

    /// Returns whose the connection is.
    pub(super) const fn own(&self) -> &Who {
        &self.own
    }

    /// Takes whose the connection is by a fresh token.
    pub(super) fn renew(&mut self, own: Who) {
        self.own = own;
    }

    /// Returns how long it is until a channel's own token runs out.
    pub(super) fn time_left(&self) -> Duration {
        let now = self.app.env.unix();
        let ends = self.all.values().filter_map(|channel| self.ends(channel));
        ends.map(|ends| Duration::from_millis(ends.since(now)))
            .min()
            .unwrap_or(Duration::MAX)
    }

    fn ends(&self, channel: &Channel) -> Option<UnixMillis> {
        let exp = channel.who.as_ref()?.exp()?;
        Some(self.app.auth.ends_at(exp))
    }

    /// Ends the channels whose token has run out.
    pub(super) fn expire(&mut self) {
        let now = self.app.env.unix();
        let over = |channel: &Channel| self.ends(channel).is_some_and(|ends| ends <= now);
        let over: Vec<String> = self
            .all
            .iter()
            .filter(|(_, channel)| over(channel))
            .map(|(name, _)| name.clone())
            .collect();
        for name in over {
            self.end_one(&name, EXPIRED);
        }
    }

    /// Tells every channel something of the server.
    pub(super) fn tell_all(&self, message: &str) {
        for channel in self.all.values() {
            self.tell(channel, "error", "system", message);
        }
    }

    pub(super) fn tell(&self, channel: &Channel, status: &str, extension: &str, message: &str) {
        let frame = frames::system(
            &channel.name,
            channel.join_ref(),
            status,
            extension,
            message,
            self.peer.version,
        );
        self.peer.outbound.push_reply(frame);
    }

    /// Leaves everything.
    pub(super) fn end(&mut self) {
        for channel in std::mem::take(&mut self.all).into_values() {
            self.let_go(&channel);
        }
    }

    /// Ends a channel, and says why.
    fn end_one(&mut self, name: &str, why: &str) {
        if let Some(channel) = self.all.remove(name) {
            self.let_go(&channel);
            self.tell(&channel, "error", "system", why);
            let topic = channel.name.topic();
            self.peer.close_channel(&channel.join_ref, &topic);
        }
    }

    pub(super) fn let_go(&self, channel: &Channel) {
        let channels = self.app.hub.channels();
        channels.leave(&channel.name, self.peer.id);
        if let Some(changes) = channel.changes {
            channels.changes.unsubscribe(changes);
        }
    }

    /// Returns in whose name limits are counted; none where there are none.
    pub(super) fn payer(&self, who: &Who) -> Option<Payer> {
        match who {
            _ if who.is_service() => None,
            Who::Person(claims, _) => Some(Payer::User(claims.user.clone())),
            Who::Key(_) => Some(Payer::Address(self.address)),
        }
    }

    /// Takes a frame of a channel and answers it.
    pub(super) async fn receive(&mut self, push: Push<'_>, name: &str, frame: &Frame<'_>) {
        let done = match &*frame.event {
            event::JOIN => self.join(push, name, frame).await,
            event::LEAVE => {
                self.leave(push, name);
                Ok(())
            }
            event::ACCESS_TOKEN => self.take_token(name, frame).await,
            BROADCAST => self.text(push, name, frame),
            event::PRESENCE => self.presence(push, name, frame),
            _ => Err(unmatched()),
        };
        if let Err(error) = done {
            self.refuse(push, &error);
        }
    }

    pub(super) fn refuse(&self, push: Push<'_>, error: &WireError) {
        if error.code == ErrorCode::RateLimited {
            self.app.metrics.rate_limited("channel");
        }
        let reason = match error.code {
            ErrorCode::UnmatchedTopic => error.message.clone(),
            code => format!("{}: {}", word(code), error.message),
        };
        self.peer
            .reply(push, ReplyStatus::Error, Refusal { reason });
    }

    fn leave(&mut self, push: Push<'_>, name: &str) {
        let channel = self.all.remove(name);
        if let Some(channel) = &channel {
            self.let_go(channel);
        }
        self.peer.reply(push, ReplyStatus::Ok, json!({}));
        if let Some(channel) = channel {
            self.peer.close_channel(&channel.join_ref, push.topic);
        }
    }

    /// Takes a channel's fresh token, silently; one that is refused ends the channel.
    async fn take_token(&mut self, name: &str, frame: &Frame<'_>) -> Result<(), WireError> {
        #[derive(Deserialize)]
        struct Renewal {
            #[serde(default)]
            access_token: Option<String>,
        }
        let channel = self.all.get(name).ok_or_else(unmatched)?;
        let renewal = parse::<Renewal>(frame).ok();
        let token = renewal.and_then(|renewal| renewal.access_token);
        let Some(token) = token.filter(|token| is_token(token)) else {
            return Ok(());
        };
        let (known, before) = (channel.name.clone(), self.whose(channel).clone());
        let taken = async {
            let who = self.app.identify(&token).await?;
            if who.user() != before.user() || who.is_service() != before.is_service() {
                self.admit(&known, &who).await?;
            }
            Ok::<_, WireError>(who)
        };
        match taken.await {
            Ok(who) => self.be(name, who, &before).await,
            Err(error) => self.end_one(name, &error.message),
        }
        Ok(())
    }

    /// Makes a channel another's: who sees other rows subscribes anew.
    async fn be(&mut self, name: &str, who: Who, before: &Who) {
        let channels = self.app.hub.channels();
        let Some(channel) = self.all.get_mut(name) else {
            return;
        };
        let other = scope(&who) != scope(before);
        channel.who = Some(who.clone());
        if !other {
            return;
        }
        channels.set_user(&channel.name, self.peer.id, who.user().cloned());
        let Some(old) = channel.changes.take() else {
            return;
        };
        channels.changes.unsubscribe(old);
        let scope = scope(&who);
        let bound = channel.bound.clone();
        let changes = channels
            .changes
            .subscribe(&self.peer, &channel.name, scope.clone(), bound);
        channel.changes = Some(changes);
        match channels.changes.read(&scope).await {
            Ok(views) => channels.changes.start(changes, views),
            Err(error) => self.end_one(name, &crate::error::store(&error).message),
        }
    }

    fn whose<'a>(&'a self, channel: &'a Channel) -> &'a Who {
        channel.who.as_ref().unwrap_or(&self.own)
    }

    /// Checks that the connection may speak on a channel.
    fn speaking(&mut self, name: &str) -> Result<(), WireError> {
        let channel = self.all.get(name).ok_or_else(unmatched)?;
        match self
            .app
            .hub
            .channels()
            .may_write(&channel.name, self.peer.id)
        {
            Some(true) => Ok(()),
            Some(false) => Err(refusal("write to", name)),
            None => {
                // It was put out meanwhile.
                if let Some(channel) = self.all.remove(name) {
                    self.let_go(&channel);
                }
                Err(unmatched())
            }
        }
    }

    fn text(&mut self, push: Push<'_>, name: &str, frame: &Frame<'_>) -> Result<(), WireError> {
        self.speaking(name)?;
        let mut fields: BTreeMap<String, Box<RawValue>> = parse(frame)?;
        let event = fields
            .get("event")
            .map(|event| serde_json::from_str::<String>(event.get()));
        if !matches!(event, Some(Ok(_))) {
            let message = "a broadcast names its event by a text";
            return Err(WireError::new(ErrorCode::BadRequest, message));
        }
        fields.remove("meta");
        self.say(push, name, Body::Json(fields))
    }

    /// Takes a broadcast in its binary form, and answers it.
    pub(super) fn binary(
        &mut self,
        push: Push<'_>,
        event: &str,
        encoding: Encoding,
        payload: &[u8],
    ) {
        let name = push.topic.strip_prefix("realtime:");
        let said = name.ok_or_else(unmatched).and_then(|name| {
            self.speaking(name)?;
            let body = match encoding {
                Encoding::Raw => Body::Raw {
                    event: event.to_owned(),
                    payload: Bytes::copy_from_slice(payload),
                },
                Encoding::Json => {
                    let payload = serde_json::from_slice(payload);
                    Body::json(
                        event,
                        Some(payload.map_err(|error| super::bad_payload(&error))?),
                    )
                }
            };
            self.say(push, name, body)
        });
        if let Err(error) = said {
            self.refuse(push, &error);
        }
    }

    fn say(&mut self, push: Push<'_>, name: &str, body: Body) -> Result<(), WireError> {
        let channel = &self.all[name];
        let who = self.whose(channel);
        if let Some(payer) = self.payer(who) {
            self.app.limits.broadcasts(&payer)?;
        }
        let said = Said {
            from: Some(self.peer.id),
            echo: channel.echo,
            user: who.user().cloned(),
            body,
        };
        self.app.hub.channels().broadcast(&channel.name, said);
        if channel.ack {
            self.peer.reply(push, ReplyStatus::Ok, json!({}));
        }
        Ok(())
    }

    fn presence(&mut self, push: Push<'_>, name: &str, frame: &Frame<'_>) -> Result<(), WireError> {
        self.speaking(name)?;
        let presence: PresencePush<'_> = parse(frame)?;
        let meta = match presence.payload {
            _ if presence.event.eq_ignore_ascii_case("untrack") => None,
            payload if presence.event.eq_ignore_ascii_case("track") => {
                let text = payload.map_or("{}", RawValue::get);
                if text.len() > MAX_PRESENCE_BYTES {
                    let message = format!("a presence has at most {MAX_PRESENCE_BYTES} bytes");
                    return Err(WireError::new(ErrorCode::TooLarge, message));
                }
                let meta: Option<Map<String, Value>> =
                    serde_json::from_str(text).map_err(|error| super::bad_payload(&error))?;
                Some(meta.unwrap_or_default())
            }
            _ => {
                let message = "presence is track or untrack";
                return Err(WireError::new(ErrorCode::BadRequest, message));
            }
        };
        let channel = &self.all[name];
        if let Some(payer) = self.payer(self.whose(channel)) {
            self.app.limits.channel_presence(&payer)?;
        }
        let channels = self.app.hub.channels();
        // The answer comes first, then what it tells.
        self.peer.reply(push, ReplyStatus::Ok, json!({}));
        match meta {
            Some(meta) => channels.track(&channel.name, self.peer.id, meta),
            None => channels.untrack(&channel.name, self.peer.id),
        }
        Ok(())
    }
}

fn unmatched() -> WireError {
    WireError::new(ErrorCode::UnmatchedTopic, "unmatched topic")
}

/// Returns whether a text is to be looked at as a token: a publishable key says nothing of a person.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && !text.starts_with("sb_")
}

pub(super) fn scope(who: &Who) -> Scope {
    match who.user() {
        Some(user) => Scope::Person(user.clone()),
        None if who.is_service() => Scope::All,
        None => Scope::Nothing,
    }
}

/// Returns the code that begins a refusal's text: Supabase's own, where it has one.
const fn word(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Unauthorized => "Unauthorized",
        ErrorCode::TokenExpired => "InvalidJWTExpiration",
        ErrorCode::RateLimited => "RateLimitReached",
        ErrorCode::TooMany => "ChannelRateLimitReached",
        ErrorCode::TooLarge => "PayloadTooLarge",
        ErrorCode::BadRequest => "BadRequest",
        ErrorCode::Unavailable | ErrorCode::Draining => "RealtimeUnavailable",
        _ => "UnknownErrorOnChannel",
    }
}
