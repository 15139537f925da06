//! What a connection runs over: frames in, frames out, and nothing of how they travel.
//!
//! The WebSocket is one transport; who embeds the server, or simulates its network, brings another.

use std::sync::Arc;

use bytes::Bytes;

/// A way to one peer. Frames arrive whole and in order for as long as it lives.
pub trait Transport: Send {
    /// Waits for the next frame. A wait that is given up loses no frame.
    fn receive(&mut self) -> impl Future<Output = Received> + Send;

    /// Takes a frame to be sent by the next [`Self::flush`]; waits where too much is unsent already.
    fn feed(&mut self, frame: Data) -> impl Future<Output = Result<(), Ended>> + Send;

    /// Waits until everything that was fed is on its way.
    fn flush(&mut self) -> impl Future<Output = Result<(), Ended>> + Send;

    /// Asks the peer for a sign of life, which is received as [`Received::Alive`].
    fn ping(&mut self) -> impl Future<Output = Result<(), Ended>> + Send;

    /// Says why the connection closes, by a WebSocket close code and a reason, and closes it. The peer's own close is
    /// still received.
    fn close(&mut self, code: u16, reason: &'static str) -> impl Future<Output = ()> + Send;

    /// Returns a way to send beside the task that has the transport, where there is one.
    fn shortcut(&self) -> Option<Arc<dyn Shortcut>> {
        None
    }
}

/// A way to send frames at once, for whoever has some while the transport's own task has nothing to send.
pub trait Shortcut: Send + Sync {
    /// Sends frames, from the first on, as far as that needs no waiting.
    fn try_send(&self, frames: &mut dyn Iterator<Item = &Data>) -> Sent;
}

/// What became of frames that were to be sent at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// How many are on their way; the others are to go by the transport, or later.
    pub frames: usize,
    /// Whether the last of them is only begun: the transport's next [`flush`](Transport::flush) sees to the rest.
    pub unfinished: bool,
}

/// A data frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// Text, which is UTF-8.
    Text(Bytes),
    /// Bytes.
    Binary(Bytes),
}

impl Data {
    /// Returns how many bytes it has.
    pub fn len(&self) -> usize {
        let (Self::Text(bytes) | Self::Binary(bytes)) = self;
        bytes.len()
    }

    /// Returns whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What came from the peer.
#[derive(Debug)]
pub enum Received {
    /// A text frame.
    Text(Bytes),
    /// A binary frame.
    Binary(Bytes),
    /// A ping, answered already, or a pong.
    Alive,
    /// The peer closed, or broke the protocol and was told so.
    Closed,
}

/// The transport has ended: nothing can be sent any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the transport has ended")]
pub struct Ended;
