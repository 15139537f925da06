//! One channel: its members, and who is present on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use samtale_model::{Participant, Permission, UnixMillis, UserId};
use samtale_protocol::realtime::BroadcastMeta;
use samtale_protocol::{Version, event};
use samtale_store::{ChatCommit, Visibility};
use serde_json::{Map, Value, json};

use super::frames::{self, Body};
use super::table::{Change, Table};
use super::{Name, system};
use crate::gateway::connection::Peer;
use crate::gateway::transport::Data;

/// How much may wait for a member that is being let in.
const MAX_WAITING: usize = 256;

/// A connection on a channel.
pub(crate) struct Member {
    pub(crate) peer: Arc<Peer>,
    /// The reference of its join; none where it has none.
    pub(crate) join_ref: Option<String>,
    /// Whose it is; none where it is an app's by its key.
    pub(crate) user: Option<UserId>,
    /// Whether it may speak and show itself.
    pub(crate) write: bool,
    /// What it sees of the chat that the channel names.
    pub(crate) sees: Option<Visibility>,
    /// Under which key it is present.
    pub(crate) key: String,
    /// Whether it is told who is present.
    pub(crate) shows_presence: bool,
    /// What waits while it is being let in.
    pub(crate) waiting: Option<Vec<Data>>,
}

impl Member {
    fn send(&mut self, frame: Data) {
        match &mut self.waiting {
            Some(waiting) if waiting.len() < MAX_WAITING => waiting.push(frame),
            Some(_) => self
                .peer
                .outbound
                .close(crate::gateway::outbound::Close::Slow),
            None => self.peer.outbound.push_broadcast(frame),
        }
    }
}

/// One presence.
struct Present {
    /// Names it as long as it lasts, whatever it shows.
    reference: String,
    meta: Map<String, Value>,
}

/// A channel.
pub(crate) struct Topic {
    name: Name,
    members: BTreeMap<u64, Member>,
    /// By key and connection.
    present: BTreeMap<String, BTreeMap<u64, Present>>,
}

impl Topic {
    pub(super) fn new(name: &Name) -> Self {
        Self {
            name: name.clone(),
            members: BTreeMap::new(),
            present: BTreeMap::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn member(&self, peer: u64) -> Option<&Member> {
        self.members.get(&peer)
    }

    pub(super) fn member_mut(&mut self, peer: u64) -> Option<&mut Member> {
        self.members.get_mut(&peer)
    }

    pub(super) fn join(&mut self, member: Member) {
        self.members.insert(member.peer.id, member);
    }

    pub(super) fn release(&mut self, peer: u64, reply: Data, told: Vec<Data>) -> bool {
        let state = self.state();
        let topic = self.name.topic();
        let Some(member) = self.members.get_mut(&peer) else {
            return false;
        };
        let Data::Text(reply) = reply else {
            return false;
        };
        member.peer.outbound.push_reply(reply);
        for frame in told {
            member.peer.outbound.push_broadcast(frame);
        }
        if member.shows_presence {
            let version = member.peer.version;
            let join_ref = member.join_ref.as_deref();
            let frame = frames::text(&topic, event::PRESENCE_STATE, join_ref, state, version);
            member.peer.outbound.push_broadcast(Data::Text(frame));
        }
        for frame in member.waiting.take().into_iter().flatten() {
            member.peer.outbound.push_broadcast(frame);
        }
        true
    }

    pub(super) fn leave(&mut self, peer: u64) {
        self.untrack(peer);
        self.members.remove(&peer);
    }

    /// Tells a broadcast to those of whom `hears` holds.
    pub(super) fn broadcast(
        &mut self,
        body: &Body,
        id: Option<&str>,
        hears: impl Fn(&Member) -> bool,
    ) {
        let meta = id.map(|id| BroadcastMeta {
            id,
            replayed: false,
        });
        let name = &self.name;
        let mut encoded = [None, None];
        for member in self.members.values_mut().filter(|member| hears(member)) {
            let version = member.peer.version;
            let frame = encoded[usize::from(version == Version::V2)]
                .get_or_insert_with(|| body.encode(name, None, meta, version));
            if let Some(frame) = frame {
                member.send(frame.clone());
            }
        }
    }

    /// Shows a member as present. Its presence keeps its reference, so that in Phoenix's own `syncDiff` an update replaces
    /// it and is no leave.
    pub(super) fn track(&mut self, peer: u64, meta: Map<String, Value>, id: String) {
        let Some(member) = self.members.get(&peer) else {
            return;
        };
        let key = member.key.clone();
        let present = self.present.entry(key.clone()).or_default();
        let known = present.remove(&peer);
        let update = known.is_some();
        let reference = known.map_or(id, |known| known.reference);
        let present = present.entry(peer).or_insert(Present { reference, meta });
        let mut shown = shown(present);
        if update {
            shown.insert("phx_ref_prev".into(), present.reference.clone().into());
        }
        self.tell_diff(&json!({ key: { "metas": [shown] } }), &json!({}));
    }

    pub(super) fn untrack(&mut self, peer: u64) {
        let Some(key) = self.members.get(&peer).map(|member| member.key.clone()) else {
            return;
        };
        let Some(present) = self.present.get_mut(&key) else {
            return;
        };
        let gone = present.remove(&peer);
        if present.is_empty() {
            self.present.remove(&key);
        }
        if let Some(gone) = gone {
            self.tell_diff(&json!({}), &json!({ key: { "metas": [shown(&gone)] } }));
        }
    }

    fn tell_diff(&mut self, joins: &Value, leaves: &Value) {
        let diff = json!({ "joins": joins, "leaves": leaves });
        let topic = self.name.topic();
        let mut encoded = [None, None];
        for member in self.members.values_mut().filter(|m| m.shows_presence) {
            let version = member.peer.version;
            let frame = encoded[usize::from(version == Version::V2)].get_or_insert_with(|| {
                frames::text(&topic, event::PRESENCE_DIFF, None, &diff, version)
            });
            // Who is being let in gets the state, which has it.
            if member.waiting.is_none() {
                member.send(Data::Text(frame.clone()));
            }
        }
    }

    fn state(&self) -> Value {
        let keys = self.present.iter().map(|(key, present)| {
            let metas: Vec<Value> = present.values().map(|p| shown(p).into()).collect();
            (key.clone(), json!({ "metas": metas }))
        });
        Value::Object(keys.collect())
    }

    /// Ends a user's channels, for good.
    pub(super) fn put_out(&mut self, user: &UserId, why: &str) {
        self.end(user, event::CLOSE, Some(why));
    }

    /// Ends a user's channels by a fault: what they may see is another, and their clients join again.
    pub(super) fn fault(&mut self, user: &UserId) {
        self.end(user, event::ERROR, None);
    }

    fn end(&mut self, user: &UserId, how: &str, why: Option<&str>) {
        let theirs = self.members.iter();
        let theirs = theirs.filter(|(_, member)| member.user.as_ref() == Some(user));
        let peers: Vec<u64> = theirs.map(|(peer, _)| *peer).collect();
        for peer in peers {
            self.untrack(peer);
            // Who is being let in learns it from what it is let in by.
            let Some(member) = self.members.remove(&peer).filter(|m| m.waiting.is_none()) else {
                continue;
            };
            if let Some(why) = why {
                system(&member.peer, &self.name, "error", "system", why);
            }
            let frame = frames::end(&self.name, how, member.peer.version);
            member.peer.outbound.push_reply(frame);
        }
    }

    /// Takes new roles.
    pub(super) fn note_roles(&mut self, participants: &[Participant]) {
        for participant in participants {
            let theirs = self.members.values_mut();
            for member in theirs.filter(|m| m.user.as_ref() == Some(&participant.user_id)) {
                member.write = participant.role.may(Permission::Write);
            }
        }
    }

    /// Tells a chat's messages as Postgres' triggers would broadcast them.
    pub(super) fn tell_messages(&mut self, commit: &ChatCommit, now: UnixMillis) {
        let changes = Change::of_commit(commit, now);
        for change in changes.iter().filter(|c| c.table == Table::Messages) {
            let id = change.id();
            let body = change.broadcast();
            self.broadcast(&body, Some(&id), |member| {
                let place = change.created.unwrap_or_default();
                member.sees.as_ref().is_some_and(|sees| sees.sees(place))
            });
        }
    }
}

fn shown(present: &Present) -> Map<String, Value> {
    let mut shown = present.meta.clone();
    shown.insert("phx_ref".into(), present.reference.clone().into());
    shown
}
