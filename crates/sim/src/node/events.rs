//! What a simulated server says, until the world takes it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::exec::{Shared, lock};
use crate::disk::Disk;
use crate::net::LinkId;

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeEvent {
    /// It took a handshake.
    Opened {
        /// Whose.
        link: LinkId,
    },
    /// It refused a handshake.
    Refused {
        /// Whose.
        link: LinkId,
        /// The HTTP status.
        status: u16,
    },
    /// It sends a text frame.
    Frame {
        /// To whom.
        link: LinkId,
        /// The frame.
        text: String,
    },
    /// It closes a connection. Nothing more comes on it; what the peer says is still to be brought.
    Closed {
        /// Whose.
        link: LinkId,
        /// The close code.
        code: u16,
    },
    /// It answers a request.
    Answer {
        /// Whose.
        link: LinkId,
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// It has ended itself because it can't tell what is on its disk, or its machine has lost its power. It says nothing
    /// more.
    Fatal {
        /// Why.
        why: String,
    },
}

/// What a server has said and the world has not taken yet.
pub(super) struct Events {
    said: Mutex<VecDeque<NodeEvent>>,
    process: Arc<Shared>,
    disk: Disk,
}

impl Events {
    /// Makes what a process says that runs on a disk.
    pub(super) fn new(process: &Arc<Shared>, disk: &Disk) -> Self {
        Self {
            said: Mutex::default(),
            process: Arc::clone(process),
            disk: disk.clone(),
        }
    }

    /// Takes the next thing that was said.
    pub(super) fn pop(&self) -> Option<NodeEvent> {
        lock(&self.said).pop_front()
    }

    /// Says something, unless the process is gone.
    pub(super) fn push(&self, event: NodeEvent) {
        if !self.process.is_dead() && !self.disk.crashed() {
            lock(&self.said).push_back(event);
        }
    }

    /// Ends the process; the first reason counts.
    pub(super) fn end(&self, why: &str) {
        if !self.process.is_dead() {
            let why = why.to_owned();
            lock(&self.said).push_back(NodeEvent::Fatal { why });
            self.process.die();
        }
    }

    /// Ends the process where its machine has no power any more.
    pub(super) fn look_at_disk(&self) {
        if self.disk.crashed() {
            self.end("the machine has lost its power");
        }
    }
}
