//! A Phoenix client as small as a test needs: frames as they are, and the reply to a push.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Something that takes longer than this does not happen at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection that speaks serializer 2.0.0.
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
    next_ref: u32,
    /// Frames that came while another was waited for.
    held: VecDeque<Value>,
}

impl Socket {
    /// Connects with a token.
    pub(crate) async fn connect(address: SocketAddr, token: &str) -> Self {
        Self::handshake(address, "/realtime/v1/websocket?vsn=2.0.0", token)
            .await
            .expect("the handshake is taken")
    }

    /// Makes a handshake, which may be refused.
    pub(crate) async fn handshake(
        address: SocketAddr,
        path: &str,
        token: &str,
    ) -> Result<Self, Error> {
        let mut request = format!("ws://{address}{path}").into_client_request()?;
        let bearer = format!("Bearer {token}").parse().expect("a header's value");
        request.headers_mut().insert("authorization", bearer);
        let tcp = TcpStream::connect(address).await?;
        let (stream, _) = client_async(request, tcp).await?;
        Ok(Self {
            stream,
            next_ref: 1,
            held: VecDeque::new(),
        })
    }

    /// Sends bytes of a text frame as they are.
    pub(crate) async fn send_text(&mut self, text: &str) {
        self.stream
            .send(Message::text(text))
            .await
            .expect("the connection is open");
    }

    /// Sends a text frame if the connection is still open, and tells whether it was.
    pub(crate) async fn try_send_text(&mut self, text: &str) -> bool {
        self.stream.send(Message::text(text)).await.is_ok()
    }

    /// Sends a binary frame.
    pub(crate) async fn send_binary(&mut self, bytes: &'static [u8]) {
        self.stream
            .send(Message::binary(Bytes::from_static(bytes)))
            .await
            .expect("the connection is open");
    }

    /// Pushes, and returns the push's reference.
    pub(crate) async fn send(&mut self, topic: &str, event: &str, payload: Value) -> String {
        let reference = self.next_ref.to_string();
        self.next_ref += 1;
        let join_ref = (event == "phx_join").then_some(&reference);
        self.send_text(&json!([join_ref, reference, topic, event, payload]).to_string())
            .await;
        reference
    }

    /// Pushes, and waits for the reply's payload.
    pub(crate) async fn push(&mut self, topic: &str, event: &str, payload: Value) -> Value {
        let reference = self.send(topic, event, payload).await;
        let frame = self
            .wait_for(|frame| frame[3] == "phx_reply" && frame[1] == reference.as_str())
            .await;
        frame[4].clone()
    }

    /// Pushes what is to be taken, and returns the response.
    pub(crate) async fn ok(&mut self, topic: &str, event: &str, payload: Value) -> Value {
        let reply = self.push(topic, event, payload).await;
        assert_eq!(reply["status"], "ok", "{reply}");
        reply["response"].clone()
    }

    /// Pushes what is to be refused, and returns the code.
    pub(crate) async fn refused(&mut self, topic: &str, event: &str, payload: Value) -> String {
        let reply = self.push(topic, event, payload).await;
        assert_eq!(reply["status"], "error", "{reply}");
        reply["response"]["code"]
            .as_str()
            .expect("a code")
            .to_owned()
    }

    /// Waits for an event on a topic, and returns its payload.
    pub(crate) async fn event(&mut self, topic: &str, event: &str) -> Value {
        self.wait_for(|frame| frame[2] == topic && frame[3] == event)
            .await[4]
            .clone()
    }

    /// Waits for a frame; the others are kept for later.
    pub(crate) async fn wait_for(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.held.iter().position(&wanted) {
            return self.held.remove(at).expect("it is there");
        }
        let waiting = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let frame: Value =
                            serde_json::from_str(&text).expect("the server sends JSON");
                        if wanted(&frame) {
                            return frame;
                        }
                        self.held.push_back(frame);
                    }
                    Some(Ok(_)) => {}
                    ended => panic!(
                        "the connection ended: {ended:?}, having sent {:?}",
                        self.held
                    ),
                }
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("it comes in time")
    }

    /// Makes a round trip, and returns whether a frame has come before its end.
    pub(crate) async fn has(&mut self, wanted: impl Fn(&Value) -> bool) -> bool {
        self.ok("phoenix", "heartbeat", json!({})).await;
        self.held.iter().any(wanted)
    }

    /// Waits until the server closes, and returns the code.
    pub(crate) async fn closed(&mut self) -> u16 {
        let waiting = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Close(Some(CloseFrame { code, .. })))) => return code.into(),
                    Some(Ok(Message::Text(text))) => {
                        self.held
                            .push_back(serde_json::from_str(&text).expect("the server sends JSON"));
                    }
                    Some(Ok(_)) => {}
                    ended => panic!("the connection ended without a close frame: {ended:?}"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("it closes in time")
    }
}
