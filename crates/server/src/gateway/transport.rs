//! What a connection runs over: frames in, frames out, and nothing of how they travel.
//!
//! The WebSocket is one transport; who embeds the server, or simulates its network, brings another.

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
}

/// A data frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// Text, which is UTF-8.
    Text(Bytes),
    /// Bytes.
    Binary(Bytes),
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
