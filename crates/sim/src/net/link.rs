//! One connection: a pipe each way, in order, and what its two ends know.

use std::collections::VecDeque;

use super::{Hello, HttpRequest, LinkId};
use crate::clock::Millis;
use crate::net::DeviceNo;

/// What a frame weighs beside its text, roughly.
const FRAMING: usize = 8;
/// What the head of an answer weighs, roughly.
const HEAD: usize = 200;

/// What a link carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A WebSocket.
    Socket,
    /// One request and its answer.
    Exchange,
}

/// What travels to the server.
#[derive(Clone, Debug)]
pub(super) enum Up {
    Open(Hello),
    Request(HttpRequest),
    Frame(String),
    /// A close frame; without a code, the end of the connection.
    Close(Option<u16>),
}

impl Up {
    /// Returns whether it makes the connection first.
    pub(super) const fn begins(&self) -> bool {
        matches!(self, Self::Open(_) | Self::Request(_))
    }

    /// Returns whether it may cut the link.
    pub(super) const fn may_break(&self) -> bool {
        !matches!(self, Self::Close(None))
    }
}

/// What travels to the client.
#[derive(Clone, Debug)]
pub(super) enum Down {
    Opened,
    Refused(Option<u16>),
    Frame(String),
    Answer(u16, String),
    /// A close frame; without a code, the end of the connection.
    Close(Option<u16>),
    /// A request came to nothing.
    Failed,
}

impl Down {
    /// Returns whether it may cut the link.
    pub(super) const fn may_break(&self) -> bool {
        matches!(
            self,
            Self::Opened | Self::Frame(_) | Self::Answer(..) | Self::Close(Some(_))
        )
    }
}

/// Something that takes up room on its way.
pub(super) trait Weight {
    /// Returns its size in bytes.
    fn weight(&self) -> usize;
}

impl Weight for Up {
    fn weight(&self) -> usize {
        match self {
            Self::Frame(text) => text.len() + FRAMING,
            Self::Request(request) => request.body.as_ref().map_or(0, String::len) + HEAD,
            Self::Open(_) => HEAD,
            Self::Close(_) => FRAMING,
        }
    }
}

impl Weight for Down {
    fn weight(&self) -> usize {
        match self {
            Self::Frame(text) => text.len() + FRAMING,
            Self::Answer(_, body) => body.len() + HEAD,
            Self::Opened | Self::Refused(_) => HEAD,
            Self::Close(_) | Self::Failed => FRAMING,
        }
    }
}

#[derive(Clone, Debug)]
struct Packet<T> {
    at: Millis,
    /// Says what comes first of all that arrives in one millisecond on different links.
    tie: u64,
    bytes: u64,
    item: T,
}

/// One direction of a link.
#[derive(Clone, Debug)]
pub(super) struct Pipe<T> {
    packets: VecDeque<Packet<T>>,
    /// When the last byte given has been taken at the reader's speed, in microseconds.
    busy_until_us: u64,
    in_flight: u64,
    /// What is sent vanishes, and nobody is told.
    pub(super) dead: bool,
}

impl<T: Weight> Pipe<T> {
    const fn new() -> Self {
        Self {
            packets: VecDeque::new(),
            busy_until_us: 0,
            in_flight: 0,
            dead: false,
        }
    }

    /// Sends something on its way. Nothing overtakes what was sent before it.
    pub(super) fn push(
        &mut self,
        now: Millis,
        latency: Millis,
        tie: u64,
        bytes_per_second: Option<u64>,
        item: T,
    ) {
        let bytes = item.weight() as u64;
        // What vanishes is never acknowledged: it keeps its room in the window.
        self.in_flight += bytes;
        if self.dead {
            return;
        }
        self.busy_until_us = taken_at(self.busy_until_us.max(now * 1_000), bytes, bytes_per_second);
        let before = self.packets.back().map_or(0, |packet| packet.at);
        let at = (self.busy_until_us / 1_000 + latency).max(before);
        self.packets.push_back(Packet {
            at,
            tie,
            bytes,
            item,
        });
    }

    /// Returns when the next thing arrives, and its rank among those that arrive with it.
    pub(super) fn head(&self) -> Option<(Millis, u64)> {
        self.packets.front().map(|packet| (packet.at, packet.tie))
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let packet = self.packets.pop_front()?;
        self.in_flight -= packet.bytes;
        Some(packet.item)
    }

    /// Loses what is in flight.
    pub(super) fn clear(&mut self) {
        self.packets.clear();
        self.in_flight = 0;
        self.busy_until_us = 0;
    }

    /// From now on what is sent vanishes, and what is in flight with it.
    pub(super) fn kill(&mut self) {
        self.packets.clear();
        self.dead = true;
    }

    pub(super) const fn in_flight(&self) -> u64 {
        self.in_flight
    }

    pub(super) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// What is in flight goes on at another speed: earlier than it would have come, never later.
    pub(super) fn hasten(&mut self, now: Millis, latency: Millis, bytes_per_second: Option<u64>) {
        let mut busy_us = now * 1_000;
        let mut before = 0;
        for packet in &mut self.packets {
            busy_us = taken_at(busy_us, packet.bytes, bytes_per_second);
            packet.at = packet.at.min(busy_us / 1_000 + latency).max(before);
            before = packet.at;
        }
        self.busy_until_us = self.busy_until_us.min(busy_us);
    }
}

/// Returns when so many bytes have been taken that began to flow at a moment, in microseconds.
fn taken_at(from_us: u64, bytes: u64, bytes_per_second: Option<u64>) -> u64 {
    bytes_per_second.map_or(from_us, |speed| from_us + bytes * 1_000_000 / speed.max(1))
}

/// One connection.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) device: DeviceNo,
    pub(super) kind: Kind,
    pub(super) up: Pipe<Up>,
    pub(super) down: Pipe<Down>,
    /// Whether the client's end still listens.
    pub(super) client: bool,
    /// Whether the server knows of the link.
    pub(super) server: bool,
    /// The client has said its last word.
    pub(super) closing: bool,
    /// It is cut: only that news is still under way.
    pub(super) severed: bool,
    /// Its server's machine went away: the next one does not know it.
    pub(super) orphan: bool,
    /// A loose frame that comes once more, after so many others.
    pub(super) echo: Option<(u64, String)>,
    /// The exchange as which a proxy's repetition is answered.
    pub(super) answers_as: Option<LinkId>,
}

impl Link {
    pub(super) const fn new(device: DeviceNo, kind: Kind) -> Self {
        Self {
            device,
            kind,
            up: Pipe::new(),
            down: Pipe::new(),
            client: true,
            server: false,
            closing: false,
            severed: false,
            orphan: false,
            echo: None,
            answers_as: None,
        }
    }

    /// Returns whether the server knows of the link, or is about to.
    pub(super) fn reaches_server(&self) -> bool {
        self.server || !self.up.is_empty()
    }

    /// The client's end goes away.
    pub(super) fn leave_client(&mut self) {
        self.client = false;
        self.down.clear();
    }

    /// Returns the frame that is repeated after the one that comes now.
    pub(super) fn due_echo(&mut self) -> Option<String> {
        let (after, _) = self.echo.as_mut()?;
        *after = after.saturating_sub(1);
        self.echo_at_once()
    }

    /// Returns the frame that is to be repeated without waiting.
    pub(super) fn echo_at_once(&mut self) -> Option<String> {
        self.echo
            .take_if(|(after, _)| *after == 0)
            .map(|(_, text)| text)
    }

    /// Returns whether neither end knows of it.
    pub(super) fn is_over(&self) -> bool {
        !self.client && !self.server && self.up.is_empty()
    }
}
