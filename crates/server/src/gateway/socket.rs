//! The WebSocket library as a transport, so that it can be swapped.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use futures_util::SinkExt;
use yawc::close::CloseCode;
use yawc::frame::{Frame, OpCode};
use yawc::{
    DeflatePool, HttpStream, IncomingUpgrade, Options, UpgradeFut, WebSocket, WebSocketError,
};

use super::transport::{Data, Ended, Received, Shortcut, Transport};
use super::wire::Wire;

/// Frames below this size are sent as they are: compressing a chat's usual events, once for each
/// receiver, costs more than it saves.
pub(super) const COMPRESS_FROM: usize = 1024;
/// What an idle connection keeps for reading, in bytes: an ordinary frame. A larger one grows it.
const READ_BUFFER: usize = 512;
/// The same for writing: most frames go past it, by the wire.
const WRITE_BUFFER: usize = 64;

/// An open socket, over a wire where the listener is ours.
pub(crate) struct Socket(WebSocket<HttpStream>, Option<Arc<Wire>>);

/// A handshake that was answered, and will be a socket.
pub(crate) struct Upgraded(UpgradeFut, Option<Arc<Wire>>);

impl Future for Upgraded {
    type Output = Result<Socket, ()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let socket = ready!(Pin::new(&mut self.0).poll(cx));
        let wire = self.1.take();
        Poll::Ready(socket.map(|socket| Socket(socket, wire)).map_err(|_| ()))
    }
}

/// Answers a handshake. Frames and messages of `max_bytes` and more close the connection with 1009.
pub(crate) fn accept(
    upgrade: IncomingUpgrade,
    max_bytes: usize,
    deflate: &DeflatePool,
    wire: Option<Arc<Wire>>,
) -> Result<(Response<Body>, Upgraded), WebSocketError> {
    // Context takeover stays off on both sides: it would keep a window for each connection, and a
    // compressor for each room member.
    let options = Options::default()
        .with_limits(max_bytes, max_bytes)
        .with_read_buffer_capacity(READ_BUFFER)
        .with_write_buffer_capacity(WRITE_BUFFER)
        .with_utf8()
        .with_no_delay()
        .with_balanced_compression()
        .server_no_context_takeover()
        .client_no_context_takeover()
        .with_compression_threshold(COMPRESS_FROM)
        .with_deflate_pool(deflate.clone());
    let (response, upgraded) = upgrade.upgrade(options)?;
    Ok((response.map(Body::new), Upgraded(upgraded, wire)))
}

impl Transport for Socket {
    async fn receive(&mut self) -> Received {
        match self.0.next_frame().await {
            Ok(frame) => match frame.opcode() {
                OpCode::Text => Received::Text(frame.into_payload()),
                OpCode::Binary => Received::Binary(frame.into_payload()),
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

    async fn feed(&mut self, frame: Data) -> Result<(), Ended> {
        let frame = match frame {
            Data::Text(text) => Frame::text(text),
            Data::Binary(bytes) => Frame::binary(bytes),
        };
        self.0.feed(frame).await.map_err(|_| Ended)
    }

    async fn flush(&mut self) -> Result<(), Ended> {
        SinkExt::<Frame>::flush(&mut self.0)
            .await
            .map_err(|_| Ended)
    }

    async fn ping(&mut self) -> Result<(), Ended> {
        self.0
            .send(Frame::ping(Bytes::new()))
            .await
            .map_err(|_| Ended)
    }

    async fn close(&mut self, code: u16, reason: &'static str) {
        let _ = self
            .0
            .send(Frame::close(CloseCode::from(code), reason))
            .await;
    }
    fn shortcut(&self) -> Option<Arc<dyn Shortcut>> {
        Some(Arc::clone(self.1.as_ref()?) as _)
    }
}
