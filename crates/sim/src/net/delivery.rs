//! What is sent over the network and what arrives, under the names of the links it travels on.

use std::fmt;
use std::net::IpAddr;

use super::DeviceNo;

/// One connection, from the first attempt to the last byte. No number is used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u64);

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "l{}", self.0)
    }
}

/// A WebSocket's handshake.
#[derive(Clone, PartialEq, Eq)]
pub struct Hello {
    /// Where it comes from.
    pub peer: IpAddr,
    /// The path and query.
    pub path: String,
    /// The session's token.
    pub token: String,
}

impl fmt::Debug for Hello {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hello({} {})", self.peer, self.path)
    }
}

/// An HTTP request.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// Where it comes from.
    pub peer: IpAddr,
    /// The method's name.
    pub method: &'static str,
    /// The path and query.
    pub path: String,
    /// The session's token.
    pub token: String,
    /// A JSON body.
    pub body: Option<String>,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "HttpRequest({} {} {})",
            self.peer, self.method, self.path
        )
    }
}

/// Something that arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A handshake reaches the server.
    ServerOpen {
        /// On which link.
        link: LinkId,
        /// Whose.
        device: DeviceNo,
        /// The handshake.
        hello: Hello,
    },
    /// A frame reaches the server.
    ServerFrame {
        /// On which link.
        link: LinkId,
        /// The frame.
        text: String,
    },
    /// The server hears that a link is closed.
    ServerClosed {
        /// Which.
        link: LinkId,
        /// The close frame's code; none where the link broke.
        code: Option<u16>,
    },
    /// A request reaches the server.
    ServerRequest {
        /// On which link.
        link: LinkId,
        /// Whose.
        device: DeviceNo,
        /// The request.
        request: HttpRequest,
    },
    /// The server hears that nobody waits for an answer any more.
    ServerCancelled {
        /// On which link.
        link: LinkId,
    },
    /// A client's socket is open.
    ClientOpened {
        /// Which.
        link: LinkId,
        /// Whose.
        device: DeviceNo,
    },
    /// A client's socket could not be opened.
    ClientRefused {
        /// Which.
        link: LinkId,
        /// Whose.
        device: DeviceNo,
        /// The answer's status; none where there was no answer (no such name, no route, nobody there).
        status: Option<u16>,
    },
    /// A frame reaches the client.
    ClientFrame {
        /// On which link.
        link: LinkId,
        /// Whose.
        device: DeviceNo,
        /// The frame.
        text: String,
    },
    /// The client hears that a link is closed.
    ClientClosed {
        /// Which.
        link: LinkId,
        /// Whose.
        device: DeviceNo,
        /// The close frame's code; none where the link broke.
        code: Option<u16>,
    },
    /// An answer reaches the client.
    ClientAnswer {
        /// On which link.
        link: LinkId,
        /// Whose.
        device: DeviceNo,
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
    /// A client's request came to nothing.
    ClientFailed {
        /// On which link.
        link: LinkId,
        /// Whose.
        device: DeviceNo,
    },
}
