//! A TCP connection that takes a frame from whoever has one, beside the task that owns it.
//!
//! Waking a connection's task for each frame of a large room costs more than the write itself. So where the task has
//! nothing to write, [`Outbound`](super::outbound::Outbound) hands a small frame to the system at once. Two rules keep the
//! bytes whole: nobody begins a frame while another is half written, and what the system did not take of a frame goes out
//! before anything else.

use std::cell::RefCell;
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::socket::COMPRESS_FROM;
use super::transport::{Data, Sent, Shortcut};
use crate::sync::lock;

/// The longest head of a frame that goes this way: one of less than [`COMPRESS_FROM`] bytes has a length of two.
const HEAD: usize = 4;
/// How many bytes go in one write at the most.
const TOGETHER: usize = 16 * 1024;
/// The first byte of a whole frame: FIN, and the opcode of text or of bytes.
const WHOLE_TEXT: u8 = 0x81;
const WHOLE_BINARY: u8 = 0x82;

thread_local! {
    /// Where frames are put together.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A connection that several may write to.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    unfinished: Mutex<Unfinished>,
}

/// What is half written.
#[derive(Debug, Default)]
struct Unfinished {
    /// The owner's last write was taken in part: it will go on with the rest.
    owner: bool,
    /// What is left of a frame that came by the shortcut.
    rest: Vec<u8>,
}

impl Wire {
    /// Writes what is left of a frame; pending where the system does not take it yet.
    fn poll_rest(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut unfinished = lock(&self.unfinished);
            if unfinished.rest.is_empty() {
                return Poll::Ready(Ok(()));
            }
            match self.stream.try_write(&unfinished.rest) {
                // A connection at rest keeps no buffer.
                Ok(count) if count == unfinished.rest.len() => unfinished.rest = Vec::new(),
                Ok(count) => drop(unfinished.rest.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    drop(unfinished);
                    ready!(self.stream.poll_write_ready(cx))?;
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Writes for the owner, who has `length` bytes to write.
    fn poll_owner(
        &self,
        cx: &mut Context<'_>,
        length: usize,
        write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.poll_rest(cx))?;
            let mut unfinished = lock(&self.unfinished);
            if !unfinished.rest.is_empty() {
                continue;
            }
            match write(&self.stream) {
                Ok(count) => {
                    unfinished.owner = count < length;
                    return Poll::Ready(Ok(count));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    drop(unfinished);
                    ready!(self.stream.poll_write_ready(cx))?;
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl Shortcut for Wire {
    fn try_send(&self, frames: &mut dyn Iterator<Item = &Data>) -> Sent {
        BUFFER.with_borrow_mut(|bytes| {
            bytes.clear();
            let mut count = 0;
            for frame in frames {
                if frame.len() >= COMPRESS_FROM {
                    break;
                }
                put(bytes, frame);
                count += 1;
                if bytes.len() + HEAD + COMPRESS_FROM > TOGETHER {
                    break;
                }
            }
            if count == 0 {
                return Sent::default();
            }
            let mut unfinished = lock(&self.unfinished);
            if unfinished.owner || !unfinished.rest.is_empty() {
                return Sent::default();
            }
            // Not by way of tokio, which would look first whether it thinks that there is room.
            match SockRef::from(&self.stream).send(bytes) {
                Ok(taken) => {
                    unfinished.rest.extend_from_slice(&bytes[taken..]);
                    Sent {
                        frames: count,
                        unfinished: taken < bytes.len(),
                    }
                }
                // Whatever it is, the owner meets it too.
                Err(_) => Sent::default(),
            }
        })
    }
}

/// Writes a small frame as it goes over the wire (RFC 6455, section 5.2).
fn put(bytes: &mut Vec<u8>, frame: &Data) {
    let (first, payload) = match frame {
        Data::Text(text) => (WHOLE_TEXT, text),
        Data::Binary(payload) => (WHOLE_BINARY, payload),
    };
    bytes.push(first);
    match u8::try_from(payload.len()) {
        Ok(short) if short < 126 => bytes.push(short),
        _ => {
            bytes.push(126);
            let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend_from_slice(payload);
}

/// The owner's end.
#[derive(Debug)]
pub(crate) struct WireIo(Arc<Wire>);

impl AsyncRead for WireIo {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.stream.poll_read_ready(cx))?;
            match self.0.stream.try_read_buf(buf) {
                Ok(_) => return Poll::Ready(Ok(())),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for WireIo {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0
            .poll_owner(cx, buf.len(), |stream| stream.try_write(buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = bufs.iter().map(|buf| buf.len()).sum();
        self.0
            .poll_owner(cx, length, |stream| stream.try_write_vectored(bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_rest(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.0.poll_rest(cx))?;
        Poll::Ready(SockRef::from(&self.0.stream).shutdown(Shutdown::Write))
    }
}

/// A listener whose connections are wires.
pub(crate) struct Wires(pub(crate) TcpListener);

impl Listener for Wires {
    type Io = WireIo;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (WireIo, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        // A small frame is not to wait until the one before it is acknowledged.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended before it began");
        }
        let wire = Wire {
            stream,
            unfinished: Mutex::default(),
        };
        (WireIo(Arc::new(wire)), peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Who is on the other side of a connection, and the wire itself.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) peer: SocketAddr,
    pub(crate) wire: Arc<Wire>,
}

impl Connected<IncomingStream<'_, Wires>> for Caller {
    fn connect_info(stream: IncomingStream<'_, Wires>) -> Self {
        Self {
            peer: *stream.remote_addr(),
            wire: Arc::clone(&stream.io().0),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn pair() -> (WireIo, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut wires = Wires(listener);
        let (peer, (wire, _)) = tokio::join!(TcpStream::connect(address), wires.accept());
        wire.0.stream.writable().await.unwrap();
        (wire, peer.unwrap())
    }

    fn send(wire: &WireIo, frames: &[Data]) -> Sent {
        wire.0.try_send(&mut frames.iter())
    }

    fn text(length: usize) -> Data {
        Data::Text(Bytes::from(vec![b'x'; length]))
    }

    #[tokio::test]
    async fn a_frame_is_headed_by_its_length() {
        let (wire, mut peer) = pair().await;
        let heads: [(usize, &[u8]); 3] = [
            (125, &[0x81, 125]),
            (126, &[0x81, 126, 0, 126]),
            (1023, &[0x81, 126, 3, 255]),
        ];
        for (length, head) in heads {
            assert_eq!(
                send(&wire, &[text(length)]),
                Sent {
                    frames: 1,
                    unfinished: false
                }
            );
            let mut bytes = vec![0; head.len() + length];
            peer.read_exact(&mut bytes).await.unwrap();
            assert_eq!(&bytes[..head.len()], head);
        }
        assert_eq!(send(&wire, &[text(COMPRESS_FROM)]), Sent::default());
        let some = [text(1), text(1), text(COMPRESS_FROM), text(1)];
        assert_eq!(
            send(&wire, &some).frames,
            2,
            "up to the one that may be compressed"
        );
    }

    /// Fills the system's buffers, by frames and by the owner in turn, while the peer reads slowly: no byte is out of place.
    #[tokio::test]
    async fn frames_stay_whole_whoever_writes_them() {
        const FRAMES: usize = 20_000;
        let (mut wire, mut peer) = pair().await;
        let reading = async move {
            let (mut bytes, mut frames) = (Vec::new(), 0);
            while frames < FRAMES {
                assert!(peer.read_buf(&mut bytes).await.unwrap() > 0);
                tokio::task::yield_now().await;
                let mut at = 0;
                while bytes.len() >= at + 1004 {
                    assert_eq!(bytes[at..at + 4], [0x81, 126, 3, 232]);
                    assert!(bytes[at + 4..at + 1004].iter().all(|byte| *byte == b'x'));
                    (at, frames) = (at + 1004, frames + 1);
                }
                bytes.drain(..at);
            }
        };
        let writing = async {
            let (mut sent, mut begun) = (0, 0);
            while sent < FRAMES {
                let some = vec![text(1000); 3.min(FRAMES - sent)];
                let now = send(&wire, &some);
                sent += now.frames;
                if now.unfinished {
                    begun += 1;
                    assert_eq!(send(&wire, &some), Sent::default(), "one is half written");
                }
                if now.frames == 0 {
                    let mut frame = vec![0x81, 126, 3, 232];
                    frame.resize(1004, b'x');
                    wire.write_all(&frame).await.unwrap();
                    sent += 1;
                }
            }
            wire.flush().await.unwrap();
            begun
        };
        let (begun, ()) = tokio::join!(writing, reading);
        assert!(begun > 0, "the buffers were never full");
    }
}
