//! Channels of Supabase's kind, topic `realtime:<name>`: who is on which, what they say to each other, who is present
//! there, and which changed rows they are told of.
//!
//! A channel is known by its name and by whether it is private; the two of one name do not hear each other. Who may
//! enter says [`access`], and it is asked at the join, at each fresh token, and by the commits that put somebody out.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`access`] | who may enter a channel, and who may speak there |
//! | [`topic`] | one channel: its members and who is present |
//! | [`frames`] | what its members are sent |
//! | [`replay`] | earlier broadcasts of private channels, to be told again |
//! | [`changes`] | changed rows, to those who asked for them and may see them |
//! | [`table`] | rows as records of Postgres |

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use samtale_model::{ChatId, UserId};
use samtale_store::{ChatCommit, Env, MembershipChange, Store, UserCommit, Visibility};
use serde_json::{Map, Value};

use crate::gateway::connection::Peer;
use crate::gateway::transport::Data;
use crate::sync::lock;

pub(crate) mod access;
pub(crate) mod changes;
pub(crate) mod frames;
pub(crate) mod replay;
pub(crate) mod table;
pub(crate) mod topic;

use access::Place;
use changes::Changes;
use frames::Body;
use replay::Log;
use topic::{Member, Topic};

/// What a channel is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name {
    /// The name, without `realtime:`.
    pub(crate) text: Arc<str>,
    /// Whether it is the private channel of that name.
    pub(crate) private: bool,
}

impl Name {
    pub(crate) fn new(text: &str, private: bool) -> Self {
        Self {
            text: text.into(),
            private,
        }
    }

    /// Returns the topic of its frames.
    pub(crate) fn topic(&self) -> String {
        format!("realtime:{}", self.text)
    }
}

/// The channels of this node.
pub(crate) struct Channels {
    env: Arc<dyn Env>,
    topics: Mutex<Topics>,
    log: Mutex<Log>,
    pub(crate) changes: Arc<Changes>,
}

#[derive(Default)]
struct Topics {
    all: HashMap<Name, Topic>,
    /// The channels that name a chat.
    of_chats: HashMap<ChatId, Vec<Name>>,
}

impl Topics {
    fn drop_if_empty(&mut self, name: &Name) {
        if !self.all.get(name).is_some_and(Topic::is_empty) {
            return;
        }
        self.all.remove(name);
        if let Place::Chat(chat) = Place::of(&name.text)
            && let Some(names) = self.of_chats.get_mut(&chat)
        {
            names.retain(|known| known != name);
            if names.is_empty() {
                self.of_chats.remove(&chat);
            }
        }
    }
}

/// What someone says on a channel.
pub(crate) struct Said {
    /// Which connection says it; none where it came over HTTP.
    pub(crate) from: Option<u64>,
    /// Whether that connection hears it as well.
    pub(crate) echo: bool,
    /// Who says it.
    pub(crate) user: Option<UserId>,
    /// What it says.
    pub(crate) body: Body,
}

impl Channels {
    pub(crate) fn new(env: &Arc<dyn Env>, store: &Arc<dyn Store>) -> Self {
        Self {
            env: Arc::clone(env),
            topics: Mutex::default(),
            log: Mutex::default(),
            changes: Arc::new(Changes::new(env, store)),
        }
    }

    /// Adds a connection to a channel; what is said there waits until [`Self::release`].
    pub(crate) fn join(&self, name: &Name, member: Member) {
        let mut topics = lock(&self.topics);
        if let Place::Chat(chat) = Place::of(&name.text)
            && !topics.all.contains_key(name)
        {
            topics.of_chats.entry(chat).or_default().push(name.clone());
        }
        let topic = topics.all.entry(name.clone());
        topic.or_insert_with(|| Topic::new(name)).join(member);
    }

    /// Sends a connection the reply to its join, what is told again, who is present, and what has waited. Returns whether
    /// it is on the channel: it may have been put out meanwhile.
    pub(crate) fn release(&self, name: &Name, peer: u64, reply: Data, told: Vec<Data>) -> bool {
        let mut topics = lock(&self.topics);
        let topic = topics.all.get_mut(name);
        topic.is_some_and(|topic| topic.release(peer, reply, told))
    }

    /// Notes what a connection may do on a channel.
    pub(crate) fn seat(&self, name: &Name, peer: u64, write: bool, sees: Option<Visibility>) {
        if let Some(member) = lock(&self.topics)
            .all
            .get_mut(name)
            .and_then(|topic| topic.member_mut(peer))
        {
            (member.write, member.sees) = (write, sees);
        }
    }

    /// Notes whose a connection's channel is now.
    pub(crate) fn set_user(&self, name: &Name, peer: u64, user: Option<UserId>) {
        if let Some(member) = lock(&self.topics)
            .all
            .get_mut(name)
            .and_then(|topic| topic.member_mut(peer))
        {
            member.user = user;
        }
    }

    /// Takes a connection off a channel; the others are told where it was present.
    pub(crate) fn leave(&self, name: &Name, peer: u64) {
        let mut topics = lock(&self.topics);
        if let Some(topic) = topics.all.get_mut(name) {
            topic.leave(peer);
        }
        topics.drop_if_empty(name);
    }

    /// Returns whether a connection may speak on a channel; none where it is not on it.
    pub(crate) fn may_write(&self, name: &Name, peer: u64) -> Option<bool> {
        let topics = lock(&self.topics);
        Some(topics.all.get(name)?.member(peer)?.write)
    }

    /// Tells a channel what someone says. On a private one it is kept, to be told again.
    pub(crate) fn broadcast(&self, name: &Name, said: Said) {
        let Said {
            from,
            echo,
            user,
            body,
        } = said;
        let id = name.private.then(|| self.id());
        let mut topics = lock(&self.topics);
        if let Some(topic) = topics.all.get_mut(name) {
            topic.broadcast(&body, id.as_deref(), |member| {
                echo || from != Some(member.peer.id)
            });
        }
        if let Some(id) = id {
            lock(&self.log).keep(name, id, self.env.unix(), user, body);
        }
    }

    /// Shows a connection as present on a channel, with a payload of its own.
    pub(crate) fn track(&self, name: &Name, peer: u64, meta: Map<String, Value>) {
        let id = self.id();
        if let Some(topic) = lock(&self.topics).all.get_mut(name) {
            topic.track(peer, meta, id);
        }
    }

    /// Shows a connection as absent.
    pub(crate) fn untrack(&self, name: &Name, peer: u64) {
        if let Some(topic) = lock(&self.topics).all.get_mut(name) {
            topic.untrack(peer);
        }
    }

    /// Returns what was said on a private channel from a moment on, oldest first.
    pub(crate) fn said_since(
        &self,
        name: &Name,
        since: samtale_model::UnixMillis,
    ) -> Vec<replay::Kept> {
        lock(&self.log).since(name, since)
    }

    /// Takes a commit: puts out who left the chat, tells the chat's private channel its messages, and who asked for
    /// changes theirs.
    pub(crate) fn commit(&self, commit: &Arc<ChatCommit>) {
        self.tell_chat(commit);
        self.changes.commit(commit);
    }

    fn tell_chat(&self, commit: &ChatCommit) {
        let chat = commit.envelope.chat;
        let mut topics = lock(&self.topics);
        let Some(names) = topics.of_chats.get(&chat).cloned() else {
            return;
        };
        for name in names {
            let Some(topic) = topics.all.get_mut(&name) else {
                continue;
            };
            for change in &commit.membership {
                match change {
                    MembershipChange::Left { user, .. } => {
                        topic.put_out(user, "You are no longer a participant of this chat");
                    }
                    MembershipChange::Reset(user) => topic.fault(user),
                    MembershipChange::Joined(_) | MembershipChange::Role(_) => {}
                }
            }
            topic.note_roles(&commit.envelope.rows.participants);
            if name.private && *name.text == *format!("chat:{chat}") {
                topic.tell_messages(commit, self.env.unix());
            }
            topics.drop_if_empty(&name);
        }
    }

    /// Takes a user's new profile.
    pub(crate) fn user(&self, commit: &Arc<UserCommit>) {
        self.changes.user(commit);
    }

    /// Forgets what an erased user said, and ends their channels.
    pub(crate) fn erase(&self, user: &UserId) {
        lock(&self.log).forget(user);
        let mut topics = lock(&self.topics);
        let names: Vec<Name> = topics.all.keys().cloned().collect();
        for name in names {
            if let Some(topic) = topics.all.get_mut(&name) {
                topic.put_out(user, "This user was erased");
            }
            topics.drop_if_empty(&name);
        }
        drop(topics);
        self.changes.erase(user);
    }

    /// Makes an id: of a broadcast, or of a presence.
    pub(crate) fn id(&self) -> String {
        let mut random = [0; 16];
        self.env.fill_random(&mut random);
        uuid::Builder::from_random_bytes(random)
            .into_uuid()
            .to_string()
    }
}

/// Tells a connection of the channel itself.
fn system(peer: &Peer, name: &Name, status: &str, extension: &str, message: &str) {
    peer.outbound.push_reply(frames::system(
        name,
        None,
        status,
        extension,
        message,
        peer.version,
    ));
}
