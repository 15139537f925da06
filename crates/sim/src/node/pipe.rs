//! A WebSocket without a wire: what the network brings goes in, what the server sends comes out as events.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use samtale_server::{Data, Ended, Received, Sent, Shortcut, Transport};

use super::events::{Events, NodeEvent};
use super::exec::lock;
use crate::net::LinkId;

/// What is told where the server closes without saying why (RFC 6455, section 7.1.5).
const ABNORMAL: u16 = 1006;
/// What is told where a frame is too large.
const TOO_BIG: u16 = 1009;

/// The network's end of a connection.
#[derive(Default)]
pub(super) struct Pipe(Mutex<State>);

#[derive(Default)]
struct State {
    incoming: VecDeque<Incoming>,
    /// The peer has closed, or the link is broken.
    gone: bool,
    /// The network takes nothing now.
    paused: bool,
    /// Nothing of what the peer does arrives here, so its pongs don't either.
    deaf: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

enum Incoming {
    Text(Bytes),
    Pong,
}

impl Pipe {
    /// Brings a text frame of the peer.
    pub(super) fn bring(&self, text: String) {
        let mut state = lock(&self.0);
        if !state.gone {
            state.incoming.push_back(Incoming::Text(text.into()));
            wake(state.reader.take());
        }
    }

    /// Ends the connection from the peer's side. What it sent before is still read.
    pub(super) fn end(&self) {
        let mut state = lock(&self.0);
        state.gone = true;
        wake(state.reader.take());
        wake(state.writer.take());
    }

    /// Says whether the network takes anything.
    pub(super) fn pause(&self, paused: bool) {
        let mut state = lock(&self.0);
        state.paused = paused;
        if !paused {
            wake(state.writer.take());
        }
    }

    /// Says whether the peer's pongs are lost.
    pub(super) fn deafen(&self, deaf: bool) {
        lock(&self.0).deaf = deaf;
    }

    /// Returns whether the peer has closed or the link is broken.
    pub(super) fn is_gone(&self) -> bool {
        lock(&self.0).gone
    }

    fn poll_receive(&self, cx: &Context<'_>) -> Poll<Option<Incoming>> {
        let mut state = lock(&self.0);
        if let Some(incoming) = state.incoming.pop_front() {
            return Poll::Ready(Some(incoming));
        }
        if state.gone {
            return Poll::Ready(None);
        }
        state.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    fn poll_room(&self, cx: &Context<'_>) -> Poll<Result<(), Ended>> {
        let mut state = lock(&self.0);
        if state.gone {
            return Poll::Ready(Err(Ended));
        }
        if !state.paused {
            return Poll::Ready(Ok(()));
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// The server's end of a connection.
pub(super) struct Socket {
    link: LinkId,
    pipe: Arc<Pipe>,
    events: Arc<Events>,
    max_bytes: usize,
    closed: bool,
}

impl Socket {
    /// Opens the server's end; frames of `max_bytes` and more close the connection.
    pub(super) fn new(
        link: LinkId,
        pipe: Arc<Pipe>,
        events: Arc<Events>,
        max_bytes: usize,
    ) -> Self {
        Self {
            link,
            pipe,
            events,
            max_bytes,
            closed: false,
        }
    }

    async fn room(&self) -> Result<(), Ended> {
        if self.closed {
            return Err(Ended);
        }
        std::future::poll_fn(|cx| self.pipe.poll_room(cx)).await
    }

    fn tell_closed(&mut self, code: u16) {
        self.closed = true;
        self.events.push(NodeEvent::Closed {
            link: self.link,
            code,
        });
    }
}

impl Transport for Socket {
    async fn receive(&mut self) -> Received {
        match std::future::poll_fn(|cx| self.pipe.poll_receive(cx)).await {
            None => Received::Closed,
            Some(Incoming::Pong) => Received::Alive,
            Some(Incoming::Text(text)) if text.len() >= self.max_bytes => {
                if !self.closed {
                    self.tell_closed(TOO_BIG);
                }
                Received::Closed
            }
            Some(Incoming::Text(text)) => Received::Text(text),
        }
    }

    async fn feed(&mut self, frame: Data) -> Result<(), Ended> {
        self.room().await?;
        self.events.push(sent(self.link, &frame));
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Ended> {
        self.room().await
    }

    async fn ping(&mut self) -> Result<(), Ended> {
        self.room().await?;
        let mut state = lock(&self.pipe.0);
        if !state.deaf {
            state.incoming.push_back(Incoming::Pong);
        }
        Ok(())
    }

    async fn close(&mut self, code: u16, _reason: &'static str) {
        if self.room().await.is_ok() {
            self.tell_closed(code);
        }
    }

    fn shortcut(&self) -> Option<Arc<dyn Shortcut>> {
        Some(Arc::new(Past {
            link: self.link,
            pipe: Arc::clone(&self.pipe),
            events: Arc::clone(&self.events),
        }))
    }
}

/// The way past the connection's task: open where the network takes anything.
struct Past {
    link: LinkId,
    pipe: Arc<Pipe>,
    events: Arc<Events>,
}

impl Shortcut for Past {
    fn try_send(&self, frames: &mut dyn Iterator<Item = &Data>) -> Sent {
        let state = lock(&self.pipe.0);
        if state.gone || state.paused {
            return Sent::default();
        }
        let events = frames.map(|frame| self.events.push(sent(self.link, frame)));
        Sent {
            frames: events.count(),
            unfinished: false,
        }
    }
}

fn sent(link: LinkId, frame: &Data) -> NodeEvent {
    let Data::Text(frame) = frame else {
        unreachable!("native topics speak text");
    };
    let text = String::from_utf8(frame.to_vec()).expect("the server sends text");
    NodeEvent::Frame { link, text }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if !self.closed && !self.pipe.is_gone() {
            self.tell_closed(ABNORMAL);
        }
    }
}
