//! The WebSocket library behind a small surface of ours, so that it can be swapped.

use std::pin::Pin;

use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use futures_util::SinkExt;
use yawc::close::CloseCode;
use yawc::frame::{Frame, OpCode};
use yawc::{
    DeflatePool, HttpStream, IncomingUpgrade, Options, UpgradeFut, WebSocket, WebSocketError,
};

use super::outbound::Close;

/// Frames below this size are sent as they are: compressing a chat's usual events, once for each
/// receiver, costs more than it saves.
const COMPRESS_FROM: usize = 1024;
/// What an idle connection keeps for reading and for writing, in bytes.
const BUFFER: usize = 1024;

/// An open socket.
pub(crate) struct Socket(WebSocket<HttpStream>);

/// What came from the peer.
#[derive(Debug)]
pub(crate) enum Received {
    /// A text frame; it is UTF-8.
    Text(Bytes),
    /// A binary frame.
    Binary,
    /// A ping, answered already, or a pong.
    Alive,
    /// The peer closed, or broke the protocol and was told so.
    Closed,
}

/// A handshake that was answered, and will be a socket.
pub(crate) struct Upgraded(UpgradeFut);

impl Future for Upgraded {
    type Output = Result<Socket, ()>;

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|socket| socket.map(Socket).map_err(|_| ()))
    }
}

/// Answers a handshake. Frames and messages of `max_bytes` and more close the connection with 1009.
pub(crate) fn accept(
    upgrade: IncomingUpgrade,
    max_bytes: usize,
    deflate: &DeflatePool,
) -> Result<(Response<Body>, Upgraded), WebSocketError> {
    // Context takeover stays off on both sides: it would keep a window for each connection, and a
    // compressor for each room member.
    let options = Options::default()
        .with_limits(max_bytes, max_bytes)
        .with_read_buffer_capacity(BUFFER)
        .with_write_buffer_capacity(BUFFER)
        .with_utf8()
        .with_no_delay()
        .with_balanced_compression()
        .server_no_context_takeover()
        .client_no_context_takeover()
        .with_compression_threshold(COMPRESS_FROM)
        .with_deflate_pool(deflate.clone());
    let (response, upgraded) = upgrade.upgrade(options)?;
    Ok((response.map(Body::new), Upgraded(upgraded)))
}

impl Socket {
    /// Waits for the next frame.
    pub(crate) async fn receive(&mut self) -> Received {
        match self.0.next_frame().await {
            Ok(frame) => match frame.opcode() {
                OpCode::Text => Received::Text(frame.into_payload()),
                OpCode::Binary => Received::Binary,
                OpCode::Ping | OpCode::Pong | OpCode::Continuation => Received::Alive,
                OpCode::Close => Received::Closed,
            },
            Err(error) => {
                if matches!(error, WebSocketError::InvalidUTF8) {
                    let _ = self
                        .0
                        .send(Frame::close(CloseCode::Invalid, "not UTF-8"))
                        .await;
                } else if !error.is_closed() {
                    // The library has queued its close frame; polling once more writes it.
                    let _ = self.0.next_frame().await;
                }
                Received::Closed
            }
        }
    }

    /// Queues a text frame; [`Self::flush`] writes it.
    pub(crate) async fn feed(&mut self, frame: Bytes) -> Result<(), WebSocketError> {
        self.0.feed(Frame::text(frame)).await
    }

    /// Writes what is queued.
    pub(crate) async fn flush(&mut self) -> Result<(), WebSocketError> {
        SinkExt::<Frame>::flush(&mut self.0).await
    }

    /// Asks the peer for a sign of life.
    pub(crate) async fn ping(&mut self) -> Result<(), WebSocketError> {
        self.0.send(Frame::ping(Bytes::new())).await
    }

    /// Says why the connection closes, and closes it.
    pub(crate) async fn close(&mut self, why: Close) {
        let _ = self
            .0
            .send(Frame::close(CloseCode::from(why.code()), why.reason()))
            .await;
    }
}
