//! A cheap client: a socket that speaks just enough of WebSocket and of our frames, so that the load costs less than what
//! it loads. It masks with zeros, offers no compression, and looks into a frame no further than it must.
//!
//! Each client comes from a loopback address of its own, as people come from addresses of their own: the limits for an
//! address are as they always are.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::seed::Folder;

mod wire;

pub(crate) use wire::unmasked;
use wire::{closed, masked, split};

/// How many connect, or catch up, at a time.
pub(crate) const TOGETHER: usize = 64;
/// How long a handshake or an answer may take before it is given up.
const LIMIT: Duration = Duration::from_secs(60);
/// How much is read at a time, at the least.
const READ: usize = 4 * 1024;

/// An open connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// What of the buffer was given out.
    used: usize,
    next_ref: u32,
}

/// What stands in a frame of version 2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    /// The reference of the push that is answered.
    pub(crate) reference: Option<u32>,
    /// The event.
    pub(crate) event: &'a str,
    /// The payload, as JSON, with the bracket that ends the frame.
    pub(crate) payload: &'a str,
    /// How long the frame is, in bytes.
    pub(crate) length: usize,
}

impl<'a> Frame<'a> {
    /// Reads a frame. No topic, event or reference here has a comma.
    fn parse(text: &'a str) -> Option<Self> {
        let mut fields = text.strip_prefix('[')?.splitn(5, ',');
        let _join_ref = fields.next()?;
        let reference = fields.next()?.trim_matches('"').parse().ok();
        let _topic = fields.next()?;
        let event = fields.next()?.trim_matches('"');
        let payload = fields.next()?;
        Some(Self {
            reference,
            event,
            payload,
            length: text.len(),
        })
    }

    /// Returns the text of a field of the payload, the first of that name.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        let (_, rest) = self.payload.split_once(&format!("\"{name}\":\""))?;
        rest.split_once('"').map(|(text, _)| text)
    }

    /// Returns the number of a field of the payload, the first of that name.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        let (_, rest) = self.payload.split_once(&format!("\"{name}\":"))?;
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        rest[..end].parse().ok()
    }

    /// Returns the places in the timeline of the messages that the payload has.
    pub(crate) fn created(&self) -> impl Iterator<Item = u64> + 'a {
        let rest = self.payload.split("\"createdSeq\":").skip(1);
        rest.filter_map(|rest| {
            rest[..rest.find(|c: char| !c.is_ascii_digit())?]
                .parse()
                .ok()
        })
    }

    /// Returns what a refusal says, as JSON.
    pub(crate) fn refusal(&self) -> &'a str {
        self.payload.strip_suffix(']').unwrap_or(self.payload)
    }

    /// Returns whether it is an answer that says ok.
    pub(crate) fn is_ok(&self) -> bool {
        self.payload.contains("\"status\":\"ok\"")
    }
}

impl Client {
    /// Connects a user, with a token that was made before.
    pub(crate) async fn connect(server: SocketAddr, user: usize, token: &str) -> Result<Self> {
        timeout(LIMIT, Self::shake_hands(server, user, token))
            .await
            .map_err(|_| anyhow!("no connection came about in {LIMIT:?}"))?
    }

    async fn shake_hands(server: SocketAddr, user: usize, token: &str) -> Result<Self> {
        let stream = dial(server, user).await?;
        let mut client = Self::over(stream);
        let request = format!(
            "GET /realtime/v1/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2FtdGFsZSBiZW5jaG1hcg==\r\n\
             Authorization: Bearer {token}\r\n\r\n"
        );
        client.stream.write_all(request.as_bytes()).await?;
        let end = loop {
            let found = client
                .buffer
                .windows(4)
                .position(|four| four == b"\r\n\r\n");
            if let Some(at) = found {
                break at + 4;
            }
            client.fill().await?;
        };
        client.used = end;
        if client.buffer.starts_with(b"HTTP/1.1 101") {
            Ok(client)
        } else {
            let answer = String::from_utf8_lossy(&client.buffer).into_owned();
            Err(anyhow!("the handshake was refused: {answer}"))
        }
    }

    /// Takes a stream on which frames come without a handshake.
    pub(crate) fn over(stream: TcpStream) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            used: 0,
            next_ref: 0,
        }
    }

    /// Waits for more bytes. Giving up the wait loses none.
    pub(crate) async fn fill(&mut self) -> io::Result<()> {
        if self.used > 0 {
            self.buffer.drain(..self.used);
            self.used = 0;
        }
        loop {
            self.stream.readable().await?;
            self.buffer.reserve(READ);
            match self.stream.try_read_buf(&mut self.buffer) {
                Ok(0) => {
                    let gone = "the connection was cut";
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, gone));
                }
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes the next whole text frame that has arrived; pings are answered.
    pub(crate) fn next(&mut self) -> Result<Option<Frame<'_>>> {
        let (begin, end) = loop {
            let Some((opcode, begin, end)) = split(&self.buffer[self.used..]) else {
                return Ok(None);
            };
            let (begin, end) = (self.used + begin, self.used + end);
            self.used = end;
            match opcode {
                1 => break (begin, end),
                8 => bail!(closed(&self.buffer[begin..end])),
                // A pong of no length; a full socket has other troubles.
                9 => drop(self.stream.try_write(&[0x8a, 0x80, 0, 0, 0, 0])),
                _ => {}
            }
        };
        let text = std::str::from_utf8(&self.buffer[begin..end])?;
        Frame::parse(text)
            .map(Some)
            .ok_or_else(|| anyhow!("a frame that can't be read"))
    }

    /// Pushes an event with a payload of JSON, and returns its reference.
    pub(crate) async fn push(&mut self, topic: &str, event: &str, payload: &str) -> Result<u32> {
        self.next_ref += 1;
        let reference = self.next_ref;
        let text = format!("[\"1\",\"{reference}\",\"{topic}\",\"{event}\",{payload}]");
        self.stream.write_all(&masked(text.as_bytes())).await?;
        Ok(reference)
    }

    /// Pushes and waits for the answer, which must be an ok; what comes before it is dropped. The answer is given to
    /// `read`.
    pub(crate) async fn ask<T>(
        &mut self,
        topic: &str,
        event: &str,
        payload: &str,
        read: impl FnOnce(Frame<'_>) -> T,
    ) -> Result<T> {
        let asked = self.push(topic, event, payload).await?;
        timeout(LIMIT, self.answer(asked, event, read))
            .await
            .map_err(|_| anyhow!("no answer to {event} came in {LIMIT:?}"))?
    }

    async fn answer<T>(
        &mut self,
        asked: u32,
        event: &str,
        read: impl FnOnce(Frame<'_>) -> T,
    ) -> Result<T> {
        loop {
            while let Some(frame) = self.next()? {
                if frame.reference == Some(asked) && frame.event == "phx_reply" {
                    if frame.is_ok() {
                        return Ok(read(frame));
                    }
                    bail!("{event} was refused: {}", frame.refusal());
                }
            }
            self.fill().await?;
        }
    }

    /// Joins a topic.
    pub(crate) async fn join(&mut self, topic: &str, payload: &str) -> Result<()> {
        self.ask(topic, "phx_join", payload, |_| ()).await
    }
}

/// Connects from the user's own loopback address.
pub(crate) async fn dial(server: SocketAddr, user: usize) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((own_address(user), 0).into())?;
    let stream = socket.connect(server).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn own_address(user: usize) -> Ipv4Addr {
    let number = u32::try_from(user % 0xff_fff0).unwrap_or_default();
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 1).to_bits() + number)
}

/// Connects users, some at a time, and lets each join what it is to join.
pub(crate) async fn connect_all(
    folder: &Folder,
    server: SocketAddr,
    users: std::ops::Range<usize>,
    topics: impl Fn(usize) -> Vec<String>,
    done: impl Fn(),
) -> Result<Vec<Client>> {
    let one = |user: usize| {
        let (token, topics, done) = (folder.token(user), topics(user), &done);
        async move {
            let arrive = async {
                let mut client = Client::connect(server, user, &token).await?;
                for topic in topics {
                    client.join(&topic, "{}").await?;
                }
                Ok(client)
            };
            let client: Result<Client> = arrive.await;
            done();
            client.with_context(|| format!("client {user} could not join"))
        }
    };
    futures_util::stream::iter(users.map(one))
        .buffered(TOGETHER)
        .try_collect()
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_no_further_than_needed() {
        let text =
            r#"["1","7","chat:x","phx_reply",{"status":"ok","response":{"content":"a, b"}}]"#;
        let frame = Frame::parse(text).expect("it is a frame");
        assert_eq!((frame.reference, frame.event), (Some(7), "phx_reply"));
        assert!(frame.is_ok());
        assert_eq!(frame.text("content"), Some("a, b"));
        assert_eq!(frame.text("nothing"), None);
    }
}
