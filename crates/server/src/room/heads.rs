//! Who gets a chat's heads on their user's topic, without having joined the chat.
//!
//! A head carries the words that were just said, so it goes to those alone who were members when they were said. What a
//! connection was told of its membership (a list that was read, a joining that was forwarded) holds from a certain commit
//! on; commits before that one may still be on their way here, and are not for it. A leaving that came here first, while
//! the list was being read, is noted at the connection.

use std::sync::Arc;

use samtale_model::{Seq, UserId};

use super::{Phase, Room, State};
use crate::gateway::connection::Handle;
use crate::sync::lock;

/// A connection that gets a chat's heads.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) handle: Arc<Handle>,
    /// Its user was a member at this commit; heads are told of those that follow.
    pub(super) since: Seq,
}

impl Room {
    /// Adds a connection that gets the heads of what follows `since`, at which its user was a member. Returns whether it
    /// gets them: one that is subscribed has no need of it, and who has left since may not.
    pub(crate) fn listen(&self, handle: &Arc<Handle>, since: Seq) -> bool {
        let mut state = lock(&self.state);
        if state.subscribers.iter().any(|s| s.handle.id == handle.id) {
            return false;
        }
        // Under the lock that a leaving takes next: it is seen here, or takes out what is put in here.
        if handle.left(self.chat) > Some(since) {
            return false;
        }
        match state
            .listeners
            .iter_mut()
            .find(|l| l.handle.id == handle.id)
        {
            Some(known) => known.since = known.since.max(since),
            None => state.listeners.push(Listener {
                handle: Arc::clone(handle),
                since,
            }),
        }
        true
    }

    /// Drops such a connection.
    pub(crate) fn unlisten(&self, connection: u64) {
        lock(&self.state)
            .listeners
            .retain(|listener| listener.handle.id != connection);
    }

    /// Returns the newest commit at which a subscriber is known to be a member, where it has its snapshot.
    pub(crate) fn member_at(&self, connection: u64) -> Option<Seq> {
        let state = lock(&self.state);
        let subscriber = state
            .subscribers
            .iter()
            .find(|s| s.handle.id == connection)?;
        (!matches!(subscriber.phase, Phase::Buffering { .. }))
            .then(|| subscriber.since.max(state.head.unwrap_or_default()))
    }
}

impl State {
    /// Tells those who listen of a commit's head.
    pub(super) fn tell_heads(&self, cache: &super::encode::Cache<'_>, seq: Seq) {
        for Listener { handle, since } in &self.listeners {
            if *since < seq {
                let frame = cache.head(handle.version, &handle.user);
                handle.outbound.push_event(None, frame);
            }
        }
    }

    /// Takes out the connections of one who has left with a commit; who is known to be a member again stays.
    pub(super) fn drop_listeners(&mut self, user: &UserId, left: Seq) {
        self.listeners
            .retain(|listener| listener.handle.user != *user || listener.since >= left);
    }
}
