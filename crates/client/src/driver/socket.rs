//! One WebSocket of the engine, from its handshake to its end.
//!
//! Reading and writing run beside each other, so that neither side's full buffer stops the other.
//! The engine passes over what an earlier generation still says, so nothing here is fenced twice.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Url;
use rustls::ClientConfig;
use samtale_engine::{Input, Text, Token};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Error};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream};

use crate::core::Shared;

/// The largest frame that is taken in: well above the largest page of messages.
const MAX_FRAME: usize = 16 * 1024 * 1024;
/// How long what is queued and the close frame may take to leave.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long the server may take to answer the close frame.
const CLOSE_ANSWER: Duration = Duration::from_millis(500);
/// RFC 6455: the program goes away.
const GOING_AWAY: u16 = 1001;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Writer = SplitSink<Socket, Message>;

/// Where to, and as whom.
pub(super) struct Target {
    pub(super) url: Url,
    pub(super) token: Token,
    pub(super) tls: Arc<ClientConfig>,
}

/// A socket's task, from outside. Dropped, it closes the socket because the program goes away.
pub(super) struct Handle {
    texts: mpsc::UnboundedSender<String>,
    close: oneshot::Sender<u16>,
}

impl Handle {
    /// Queues a text frame. The engine bounds what is under way; a socket that is gone takes none.
    pub(super) fn send(&self, text: String) {
        let _ = self.texts.send(text);
    }

    /// Closes the socket after what is queued.
    pub(super) fn close(self, code: u16) {
        let _ = self.close.send(code);
    }

    /// Returns whether the socket's task has ended.
    pub(super) fn is_gone(&self) -> bool {
        self.texts.is_closed()
    }
}

/// Prepares a socket: its handle, and the task that opens and runs it.
pub(super) fn open(
    target: Target,
    generation: u64,
    shared: Arc<Shared>,
) -> (Handle, impl Future<Output = ()> + Send) {
    let (texts, queue) = mpsc::unbounded_channel();
    let (close, closing) = oneshot::channel();
    let task = async move { run(target, generation, &shared, queue, closing).await };
    (Handle { texts, close }, task)
}

async fn run(
    target: Target,
    generation: u64,
    shared: &Shared,
    mut queue: mpsc::UnboundedReceiver<String>,
    mut closing: oneshot::Receiver<u16>,
) {
    let connected = tokio::select! {
        connected = connect(target) => connected,
        // Given up before it was open, the engine's bound on opening included.
        _ = &mut closing => return,
    };
    let socket = match connected {
        Ok(socket) => socket,
        Err(error) => {
            tracing::debug!(%error, "no socket");
            let code = refusal_code(&error);
            return shared.input(Input::SocketClosed { generation, code });
        }
    };
    shared.input(Input::SocketOpened { generation });
    let (mut writer, mut reader) = socket.split();
    let asked = tokio::select! {
        code = read(&mut reader, generation, shared) => {
            return shared.input(Input::SocketClosed { generation, code });
        }
        never = write(&mut writer, &mut queue) => match never {},
        asked = &mut closing => asked.unwrap_or(GOING_AWAY),
    };
    let farewell = say_farewell(&mut writer, &mut queue, asked);
    if tokio::time::timeout(FAREWELL, farewell).await.is_ok() {
        let answer = async { while let Some(Ok(_)) = reader.next().await {} };
        let _ = tokio::time::timeout(CLOSE_ANSWER, answer).await;
    }
}

async fn connect(target: Target) -> Result<Socket, Error> {
    let mut request = target.url.as_str().into_client_request()?;
    let bearer = format!("Bearer {}", target.token.expose());
    let mut bearer = HeaderValue::from_str(&bearer).map_err(tungstenite::http::Error::from)?;
    bearer.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, bearer);
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME))
        .max_frame_size(Some(MAX_FRAME));
    let connector = Connector::Rustls(target.tls);
    let connecting = tokio_tungstenite::connect_async_tls_with_config(
        request,
        Some(config),
        true,
        Some(connector),
    );
    connecting.await.map(|(socket, _response)| socket)
}

/// Puts a refused handshake as the close code that says the same on an open socket.
fn refusal_code(error: &Error) -> Option<u16> {
    let Error::Http(response) = error else {
        return None;
    };
    match response.status() {
        StatusCode::UNAUTHORIZED => Some(4401),
        StatusCode::FORBIDDEN => Some(4403),
        StatusCode::TOO_MANY_REQUESTS => Some(4429),
        _ => None,
    }
}

/// Reads to the end, and returns the close frame's code.
async fn read(reader: &mut SplitStream<Socket>, generation: u64, shared: &Shared) -> Option<u16> {
    let mut code = None;
    while let Some(Ok(message)) = reader.next().await {
        match message {
            Message::Text(text) => shared.input(Input::SocketText {
                generation,
                text: Text(text.as_str().to_owned()),
            }),
            Message::Close(frame) => code = frame.map(|frame| frame.code.into()),
            // Pings are answered by the library; the engine speaks text alone.
            _ => {}
        }
    }
    code
}

/// Writes what is queued, for ever: that a socket is dead is the reader's to say.
async fn write(
    writer: &mut Writer,
    queue: &mut mpsc::UnboundedReceiver<String>,
) -> std::convert::Infallible {
    while let Some(text) = queue.recv().await {
        if writer.send(Message::text(text)).await.is_err() {
            break;
        }
    }
    std::future::pending().await
}

async fn say_farewell(writer: &mut Writer, queue: &mut mpsc::UnboundedReceiver<String>, code: u16) {
    while let Ok(text) = queue.try_recv() {
        if writer.send(Message::text(text)).await.is_err() {
            return;
        }
    }
    let frame = CloseFrame {
        code: code.into(),
        reason: "".into(),
    };
    let _ = writer.send(Message::Close(Some(frame))).await;
}
