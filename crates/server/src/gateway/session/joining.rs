//! Joining a channel of Supabase's kind: who it is for, what it is told first, and its answer.

use std::sync::Arc;

use samtale_model::{ChatId, UnixMillis};
use samtale_protocol::frame::ReplyStatus;
use samtale_protocol::realtime::{Binding, BroadcastMeta, Join, Replay};
use samtale_protocol::{ErrorCode, Frame, WireError};
use samtale_store::Visibility;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::channels::{Channel, Joined, is_token, scope};
use super::parse;
use crate::gateway::answer::Push;
use crate::gateway::transport::Data;
use crate::realtime::Name;
use crate::realtime::access::{Access, refusal};
use crate::realtime::changes::{Bound, MAX_BINDINGS};
use crate::realtime::frames::Body;
use crate::realtime::table::Change;
use crate::realtime::topic::Member;
use crate::service::Who;

/// The longest presence key, in bytes.
const MAX_KEY_BYTES: usize = 255;

impl Joined {
    pub(super) async fn join(
        &mut self,
        push: Push<'_>,
        text: &str,
        frame: &Frame<'_>,
    ) -> Result<(), WireError> {
        let join: Join = parse(frame)?;
        let who = self.joining(join.access_token.as_deref()).await?;
        let whose = who.as_ref().unwrap_or(&self.own).clone();
        if let Some(payer) = self.payer(&whose) {
            self.app.limits.channel_joins(&payer)?;
        }
        let most = self.app.config.limits.topics_per_connection;
        if !self.all.contains_key(text) && self.all.len() >= most {
            return Err(WireError::new(ErrorCode::TooMany, "Too many channels"));
        }
        let config = join.config;
        let others = self.all.iter().filter(|(name, _)| *name != text);
        let bound: usize = others.map(|(_, channel)| channel.bound.len()).sum();
        if bound + config.postgres_changes.len() > MAX_BINDINGS {
            let message = format!("at most {MAX_BINDINGS} postgres_changes on one connection");
            return Err(WireError::new(ErrorCode::TooMany, message));
        }
        if config.presence.key.len() > MAX_KEY_BYTES {
            let message = format!("a presence key has at most {MAX_KEY_BYTES} bytes");
            return Err(WireError::new(ErrorCode::TooLarge, message));
        }
        let name = Name::new(text, config.private);
        // A second join of a topic takes the place of the first, whose end follows the answer.
        let old = self.all.remove(text);
        if let Some(old) = &old {
            self.let_go(old);
        }
        let (bound, echoed, wrong) = self.bind(config.postgres_changes);
        let key = match config.presence.key {
            key if key.is_empty() => self.app.hub.channels().id(),
            key => key,
        };
        let member = Member {
            peer: Arc::clone(&self.peer),
            join_ref: push.join_ref.map(str::to_owned),
            user: whose.user().cloned(),
            write: false,
            sees: None,
            key,
            shows_presence: config.presence.enabled,
            waiting: Some(Vec::new()),
        };
        // On it before anything is read, so that nothing falls between the two.
        self.app.hub.channels().join(&name, member);
        let mut channel = Channel {
            name: name.clone(),
            join_ref: push.join_ref.unwrap_or_default().to_owned(),
            who,
            ack: config.broadcast.ack,
            echo: config.broadcast.echo,
            changes: None,
            bound,
        };
        let replay = config.broadcast.replay.filter(|_| name.private);
        let let_in = self.let_in(&mut channel, &whose, replay).await;
        let (told, views) = match let_in {
            Ok(let_in) => let_in,
            Err(error) => {
                self.let_go(&channel);
                self.refuse(push, &error);
                if let Some(old) = old {
                    self.peer.close_channel(&old.join_ref, push.topic);
                }
                return Ok(());
            }
        };
        let response = json!({ "postgres_changes": echoed });
        let reply = self.peer.encode(push, ReplyStatus::Ok, response);
        let channels = self.app.hub.channels();
        let here = channels.release(&name, self.peer.id, Data::Text(reply), told);
        if let Some(old) = old {
            self.peer.close_channel(&old.join_ref, push.topic);
        }
        if !here {
            self.let_go(&channel);
            self.refuse(push, &refusal("read from", text));
            return Ok(());
        }
        let asked = !channel.bound.is_empty() || !wrong.is_empty();
        for wrong in wrong {
            self.tell(&channel, "error", "postgres_changes", &wrong);
        }
        if let (Some(changes), Some(views)) = (channel.changes, views) {
            self.tell(
                &channel,
                "ok",
                "postgres_changes",
                "Subscribed to PostgreSQL",
            );
            channels.changes.start(changes, views);
        }
        if config.broadcast.replication_ready && asked {
            self.tell(
                &channel,
                "ok",
                "system",
                "Replication connection established",
            );
        }
        self.all.insert(text.to_owned(), channel);
        Ok(())
    }

    /// Finds whose a channel is to be; none where it is the connection's.
    async fn joining(&self, token: Option<&str>) -> Result<Option<Who>, WireError> {
        match token.filter(|token| is_token(token)) {
            Some(token) => self.app.identify(token).await.map(Some),
            None => Ok(None),
        }
    }

    /// Makes what a channel asked for ready: the bindings, what the answer repeats of them, and what is wrong.
    fn bind(&mut self, asked: Vec<Map<String, Value>>) -> (Vec<Bound>, Vec<Value>, Vec<String>) {
        let (mut bound, mut echoed, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        for mut asked in asked {
            self.bindings = self.bindings.wrapping_add(1).max(1);
            let binding = Binding::deserialize(Value::Object(asked.clone()));
            let binding = binding.map_err(|_| "a field is of the wrong type".to_owned());
            match binding.and_then(|binding| Bound::new(self.bindings, binding)) {
                Ok(binding) => bound.push(binding),
                Err(why) => {
                    let asked = Value::Object(asked.clone());
                    let message = "Unable to subscribe to changes with given parameters";
                    wrong.push(format!("{message}: {why}. Asked for: {asked}"));
                }
            }
            asked.insert("id".into(), self.bindings.into());
            echoed.push(Value::Object(asked));
        }
        (bound, echoed, wrong)
    }

    /// Decides whether a channel may be entered, and reads what it is told first.
    async fn let_in(
        &self,
        channel: &mut Channel,
        who: &Who,
        replay: Option<Replay>,
    ) -> Result<(Vec<Data>, Option<Vec<(ChatId, Visibility)>>), WireError> {
        let name = &channel.name;
        let access = self.admit(name, who).await?;
        let told = match replay {
            Some(replay) => self.replayed(channel, who, &access, replay).await?,
            None => Vec::new(),
        };
        let mut views = None;
        if !channel.bound.is_empty() {
            let changes = &self.app.hub.channels().changes;
            let scope = scope(who);
            let bound = channel.bound.clone();
            channel.changes = Some(changes.subscribe(&self.peer, name, scope.clone(), bound));
            let read = changes.read(&scope).await;
            views = Some(read.map_err(|error| crate::error::store(&error))?);
        }
        Ok((told, views))
    }

    pub(super) async fn admit(&self, name: &Name, who: &Who) -> Result<Access, WireError> {
        let access = self
            .app
            .channel_access(who, &name.text, name.private)
            .await?;
        let channels = self.app.hub.channels();
        channels.seat(name, self.peer.id, access.write, access.sees.clone());
        Ok(access)
    }

    /// Returns what was said on a private channel since a moment: by clients, and in the chat that it names.
    async fn replayed(
        &self,
        channel: &Channel,
        who: &Who,
        access: &Access,
        replay: Replay,
    ) -> Result<Vec<Data>, WireError> {
        let name = &channel.name;
        let said = self.app.hub.channels().said_since(name, replay.since);
        let mut all: Vec<(UnixMillis, String, Body)> = said
            .into_iter()
            .map(|kept| (kept.at, kept.id, kept.body))
            .collect();
        if access.sees.is_some()
            && let Some(user) = who.user()
        {
            let messages = self.app.messages_since(user, &name.text, replay).await?;
            all.extend(messages.iter().map(|message| {
                let change = Change::of_message(message);
                (message.created_at, change.id(), change.broadcast())
            }));
        }
        all.sort_by_key(|(at, ..)| *at);
        let most = usize::try_from(replay.limit()).unwrap_or(usize::MAX);
        let skipped = all.len().saturating_sub(most);
        let newest = all.iter().skip(skipped);
        let encoded = newest.filter_map(|(_, id, body)| {
            let meta = BroadcastMeta { id, replayed: true };
            body.encode(name, channel.join_ref(), Some(meta), self.peer.version)
        });
        Ok(encoded.collect())
    }
}
