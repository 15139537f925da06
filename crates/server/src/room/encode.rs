//! Frames of a room's events, each encoded once per serializer and form, whatever the audience.

use std::sync::Arc;

use bytes::Bytes;
use samtale_model::flat::Map;
use samtale_model::presence::{PresenceDiff, PresenceState};
use samtale_model::{ChatId, Rows, Seq, UserId};
use samtale_protocol::chat::{BehindEvent, EventForm, RemovedEvent, RemovedReason, ResetEvent};
use samtale_protocol::frame::Outgoing;
use samtale_protocol::presence::{DiffEvent, Meta, Metas, StateEvent};
use samtale_protocol::user::HeadEvent;
use samtale_protocol::{Version, event};
use samtale_store::ChatCommit;
use serde::Serialize;

use super::Room;
use crate::gateway::transport::Data;

/// One value for each serializer, made when first asked for.
#[derive(Debug)]
pub(super) struct ByVersion<T>([Option<T>; 2]);

impl<T> Default for ByVersion<T> {
    fn default() -> Self {
        Self([None, None])
    }
}

impl<T: Clone> ByVersion<T> {
    pub(super) fn get(&mut self, version: Version, make: impl FnOnce(Version) -> T) -> T {
        let slot = &mut self.0[usize::from(version == Version::V2)];
        slot.get_or_insert_with(|| make(version)).clone()
    }
}

/// What a commit says to those who see the same of it, in the same form.
#[derive(Debug)]
pub(crate) struct News {
    pub(crate) chat: ChatId,
    pub(crate) seq: Seq,
    /// Who made the commit.
    pub(crate) actor: Option<UserId>,
    pub(crate) frames: Vec<Data>,
}

/// The frames of one commit for those who see all of it.
pub(super) struct Cache<'a> {
    /// When the oldest message was created that the commit tells of.
    pub(super) oldest: Option<Seq>,
    room: &'a Room,
    commit: &'a ChatCommit,
    envelopes: ByVersion<Arc<News>>,
    rows: ByVersion<Arc<News>>,
}

impl<'a> Cache<'a> {
    pub(super) fn new(room: &'a Room, commit: &'a ChatCommit) -> Self {
        Self {
            oldest: commit.oldest(),
            room,
            commit,
            envelopes: ByVersion::default(),
            rows: ByVersion::default(),
        }
    }

    pub(super) fn whole(&mut self, version: Version, form: EventForm) -> Arc<News> {
        let Self { room, commit, .. } = *self;
        let slot = match form {
            EventForm::Envelopes => &mut self.envelopes,
            EventForm::Rows => &mut self.rows,
        };
        slot.get(version, |version| {
            news(room, commit, &commit.envelope.rows, version, form)
        })
    }

    /// Encodes the commit's head for a member that has not joined the chat.
    pub(super) fn head(&self, version: Version, user: &UserId) -> Bytes {
        let Self { room, commit, .. } = self;
        let sent = |message: &&samtale_model::Message| message.created_seq == commit.envelope.seq;
        let message = commit.envelope.rows.messages.iter().find(sent).cloned();
        let payload = HeadEvent {
            chat_id: room.chat,
            head: commit.envelope.seq,
            message,
        };
        event(&format!("user:{user}"), event::HEAD, &payload, version)
    }
}

/// Encodes a commit: as one envelope, or row by row.
pub(super) fn news(
    room: &Room,
    commit: &ChatCommit,
    rows: &Rows,
    version: Version,
    form: EventForm,
) -> Arc<News> {
    let frames = match form {
        EventForm::Envelopes => vec![envelope(room, commit, rows, version)],
        EventForm::Rows => one_by_one(room, rows, version),
    };
    Arc::new(News {
        chat: room.chat,
        seq: commit.envelope.seq,
        actor: commit.actor.clone(),
        frames: frames.into_iter().map(Data::Text).collect(),
    })
}

fn envelope(room: &Room, commit: &ChatCommit, rows: &Rows, version: Version) -> Bytes {
    #[derive(Serialize)]
    struct Envelope<'a> {
        chat: ChatId,
        epoch: &'a samtale_model::Lineage,
        seq: Seq,
        rows: &'a Rows,
    }
    let envelope = &commit.envelope;
    let payload = Envelope {
        chat: envelope.chat,
        epoch: &envelope.epoch,
        seq: envelope.seq,
        rows,
    };
    event(&room.topic, event::ENVELOPE, &payload, version)
}

fn one_by_one(room: &Room, rows: &Rows, version: Version) -> Vec<Bytes> {
    let topic = &room.topic;
    let mut frames = Vec::new();
    frames.extend((rows.chat.iter()).map(|chat| event(topic, event::ROW_CHAT, chat, version)));
    frames.extend(
        (rows.participants.iter()).map(|one| event(topic, event::ROW_PARTICIPANT, one, version)),
    );
    frames.extend((rows.messages.iter()).map(|one| event(topic, event::ROW_MESSAGE, one, version)));
    frames
        .extend((rows.reactions.iter()).map(|one| event(topic, event::ROW_REACTION, one, version)));
    frames
}

/// Encodes an event that nobody asked for: both references are null.
pub(crate) fn event(topic: &str, name: &str, payload: &impl Serialize, version: Version) -> Bytes {
    let frame = Outgoing {
        join_ref: None,
        reference: None,
        topic,
        event: name,
        payload,
    };
    Bytes::from(frame.encode(version))
}

/// Encodes "you are out", and the end of the channel.
pub(super) fn removed(room: &Room, reason: RemovedReason, version: Version) -> [Bytes; 2] {
    [
        event(
            &room.topic,
            event::REMOVED,
            &RemovedEvent { reason },
            version,
        ),
        event(&room.topic, event::CLOSE, &serde_json::json!({}), version),
    ]
}

/// Encodes "what you hold no longer counts".
pub(super) fn reset(room: &Room, version: Version) -> Bytes {
    event(
        &room.topic,
        event::RESET,
        &ResetEvent { chat: room.chat },
        version,
    )
}

/// Encodes "you are behind".
pub(crate) fn behind(topic: &str, head: Seq, version: Version) -> Bytes {
    event(topic, event::BEHIND, &BehindEvent { head }, version)
}

/// Encodes who is present.
pub(crate) fn presence_state(topic: &str, state: &PresenceState, version: Version) -> Bytes {
    event(
        topic,
        event::PRESENCE_STATE,
        &StateEvent(metas(state)),
        version,
    )
}

/// Makes the wire's form of a diff.
pub(super) fn diff_event(diff: &PresenceDiff) -> DiffEvent {
    DiffEvent {
        joins: metas(&diff.joins),
        leaves: metas(&diff.leaves),
    }
}

/// One meta a user. Its reference is the user's id, so that an update replaces it in Phoenix's own
/// `syncDiff`, and a leave takes away just it.
fn metas(state: &PresenceState) -> Map<UserId, Metas> {
    let meta = |(user, presence): (&UserId, &samtale_model::Presence)| {
        let meta = Meta {
            phx_ref: user.to_string(),
            presence: presence.clone(),
        };
        (user.clone(), Metas { metas: vec![meta] })
    };
    state.iter().map(meta).collect()
}
