//! A subscriber of a room, and what it is told.

use std::sync::Arc;

use samtale_model::{Role, Seq};
use samtale_protocol::chat::{EventForm, RemovedReason};
use samtale_store::{ChatCommit, Visibility};

use super::{News, Room, encode};
use crate::gateway::connection::{Handle, Peer};

/// A connection that has joined the chat.
#[derive(Debug)]
pub(super) struct Subscriber {
    pub(super) handle: Arc<Handle>,
    /// The handle's connection, at hand for each delivery.
    pub(super) peer: Arc<Peer>,
    pub(super) form: EventForm,
    pub(super) role: Role,
    pub(super) visibility: Visibility,
    /// The head of its last snapshot, at which its user was a member.
    pub(super) since: Seq,
    pub(super) phase: Phase,
}

/// How far a subscriber has come.
#[derive(Debug)]
pub(super) enum Phase {
    /// Subscribed, its snapshot not yet read: commits wait.
    Buffering {
        commits: Vec<Arc<ChatCommit>>,
        overflowed: bool,
        /// Its epoch has changed meanwhile: the snapshot may be of the old one.
        reset: bool,
        /// Its user has left meanwhile, with this commit. The snapshot says whether that was before it.
        left: Option<(Seq, RemovedReason)>,
    },
    /// Gets every commit.
    Live,
    /// Its epoch has changed: gets nothing until it syncs.
    Stale,
}

impl Phase {
    pub(super) const fn buffering() -> Self {
        Self::Buffering {
            commits: Vec::new(),
            overflowed: false,
            reset: false,
            left: None,
        }
    }
}

impl Subscriber {
    /// Takes the subscriber's role from a commit that tells of it.
    pub(super) fn note_role(&mut self, commit: &ChatCommit) {
        let participants = &commit.envelope.rows.participants;
        if let Some(me) = participants.iter().find(|p| p.user_id == self.handle.user) {
            self.role = me.role;
        }
    }

    /// Returns whether the subscriber is out after a commit by which its user left. One that has come back is not, where
    /// that commit was forwarded late; one that waits for its snapshot learns it from that.
    pub(super) fn leaves(&mut self, seq: Seq, reason: RemovedReason) -> bool {
        if let Phase::Buffering { left, .. } = &mut self.phase {
            *left = Some((seq, reason));
            return false;
        }
        self.since < seq
    }

    /// Returns with which commit its user left while its snapshot was being read.
    pub(super) const fn left(&self) -> Option<(Seq, RemovedReason)> {
        match self.phase {
            Phase::Buffering { left, .. } => left,
            Phase::Live | Phase::Stale => None,
        }
    }

    /// Tells a subscriber that was taken out why.
    pub(super) fn put_out(self, room: &Room, reason: RemovedReason) -> Arc<Handle> {
        for frame in encode::removed(room, reason, self.handle.version) {
            self.handle.outbound.push_reply(frame);
        }
        self.handle
    }

    /// Tells the subscriber that what it holds no longer counts; it gets nothing more until it syncs.
    pub(super) fn make_stale(&mut self, room: &Room) {
        self.phase = Phase::Stale;
        let frame = encode::reset(room, self.handle.version);
        self.handle.outbound.push_reply(frame);
    }

    /// Returns what a commit says to the subscriber.
    pub(super) fn news(
        &self,
        room: &Room,
        commit: &ChatCommit,
        cache: &mut encode::Cache<'_>,
    ) -> Arc<News> {
        let whole = cache
            .oldest
            .is_none_or(|oldest| self.visibility.sees_all_from(oldest));
        if whole {
            cache.whole(self.peer.version, self.form)
        } else {
            let rows = commit.rows_for(&self.visibility);
            encode::news(room, commit, &rows, self.peer.version, self.form)
        }
    }
}
