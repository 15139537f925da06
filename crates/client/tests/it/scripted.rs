//! A server that speaks just enough: it notes what comes, and says what a test wants said.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use samtale_client::{Client, ClientConfig, TokenSource};
use samtale_engine::{Token, TokenError};
use samtale_model::{ChatId, Message, MessageKind, Op, Rows, Seq, UnixMillis, UserId};
use samtale_protocol::chat::{OpOk, OpResult, OpsReply, OpsRequest};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::Message as Frame;

/// The one chat there is.
pub(crate) const CHAT: ChatId = ChatId::from_bytes([7; 16]);
const EPOCH: &str = "scripted.0.1";
/// Something that takes longer than this does not happen at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server has seen, and what it is to do.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// The path and the `Authorization` header of each handshake.
    pub(crate) handshakes: Vec<(String, String)>,
    /// The statuses to refuse the next handshakes with.
    pub(crate) refusals: VecDeque<u16>,
    /// The messages it has, in order.
    pub(crate) messages: Vec<Message>,
    /// How often a message came that it had.
    pub(crate) repeats: usize,
    /// The device of each join.
    pub(crate) devices: Vec<String>,
    /// The codes of the close frames that came.
    pub(crate) closes: Vec<u16>,
}

/// A scripted server.
pub(crate) struct Scripted {
    address: SocketAddr,
    notes: Arc<Mutex<Notes>>,
    cut: broadcast::Sender<()>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Scripted {
    pub(crate) async fn start() -> Self {
        Self::start_at("127.0.0.1:0".parse().expect("an address")).await
    }

    /// Starts at an address that was free a moment ago.
    pub(crate) async fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address)
            .await
            .expect("the address is free");
        let address = listener.local_addr().expect("bound");
        let notes = Arc::new(Mutex::new(Notes::default()));
        let (cut, _) = broadcast::channel(1);
        let (seen, cuts) = (Arc::clone(&notes), cut.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), cuts.subscribe()));
            }
        });
        Self {
            address,
            notes,
            cut,
            accepting,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().expect("not poisoned")
    }

    /// Cuts every connection without a word.
    pub(crate) fn cut(&self) {
        let _ = self.cut.send(());
    }

    /// Returns what the messages say, in order.
    pub(crate) fn said(&self) -> Vec<String> {
        let notes = self.notes();
        notes
            .messages
            .iter()
            .map(|message| message.content.as_str().to_owned())
            .collect()
    }

    /// Waits until the notes are as they should be.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Notes) -> bool) {
        let look = async {
            while !holds(&self.notes()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        within(what, look).await;
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

#[expect(
    clippy::result_large_err,
    reason = "the library says what a handshake is refused with"
)]
async fn serve(stream: TcpStream, notes: Arc<Mutex<Notes>>, mut cut: broadcast::Receiver<()>) {
    let shake = |request: &Request, response: Response| {
        let mut notes = notes.lock().expect("not poisoned");
        let bearer = request.headers().get("authorization");
        let bearer = bearer
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        notes
            .handshakes
            .push((request.uri().to_string(), bearer.to_owned()));
        match notes.refusals.pop_front() {
            None => Ok(response),
            Some(status) => {
                let mut refusal = ErrorResponse::new(None);
                *refusal.status_mut() = status.try_into().expect("a status");
                Err(refusal)
            }
        }
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, shake).await else {
        return;
    };
    loop {
        let frame = tokio::select! {
            _ = cut.recv() => return,
            frame = socket.next() => frame,
        };
        match frame {
            Some(Ok(Frame::Text(text))) => {
                let reply = answer(text.as_str(), &notes);
                if socket.send(Frame::text(reply)).await.is_err() {
                    return;
                }
            }
            Some(Ok(Frame::Close(frame))) => {
                let code = frame.map_or(0, |frame| frame.code.into());
                notes.lock().expect("not poisoned").closes.push(code);
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return,
        }
    }
}

fn answer(text: &str, notes: &Mutex<Notes>) -> String {
    let (join_ref, reference, topic, event, payload): (Value, Value, String, String, Value) =
        serde_json::from_str(text).expect("a frame");
    let mut notes = notes.lock().expect("not poisoned");
    let response = match (topic.split(':').next(), event.as_str()) {
        (Some("user"), "phx_join") => {
            notes
                .devices
                .push(payload["deviceId"].as_str().expect("a device").to_owned());
            user(&topic)
        }
        (Some("user"), "chats") => json!({ "chats": [chat(notes.messages.len())] }),
        (Some("chat"), "phx_join" | "sync") => json!({
            "chatId": CHAT, "epoch": EPOCH, "upTo": notes.messages.len(), "head": notes.messages.len(),
            "reset": true, "messages": notes.messages, "receipts": {}, "members": 2, "role": "owner",
        }),
        (Some("chat"), "ops") => {
            let request: OpsRequest = serde_json::from_value(payload).expect("ops");
            let results = request
                .ops
                .into_iter()
                .map(|op| apply(&mut notes, op))
                .collect();
            let epoch = EPOCH.parse().expect("an epoch");
            serde_json::to_value(OpsReply { epoch, results }).expect("serialises")
        }
        _ => json!({}),
    };
    let reply = json!({ "status": "ok", "response": response });
    json!([join_ref, reference, topic, "phx_reply", reply]).to_string()
}

fn user(topic: &str) -> Value {
    let id = topic.trim_start_matches("user:");
    json!({
        "proto": 1,
        "me": { "userId": id, "name": id },
        "private": { "epoch": EPOCH, "upTo": 0, "reset": true, "rows": [] },
        "chats": [chat(0)],
        "moreChats": false,
    })
}

fn chat(head: usize) -> Value {
    json!({
        "id": CHAT, "seq": 0, "history": "all", "createdBy": "kari", "createdAt": 0,
        "epoch": EPOCH, "head": head, "role": "owner", "participants": [], "members": 2,
        "read": 0, "unread": 0, "activeAt": 0,
    })
}

fn apply(notes: &mut Notes, op: Op) -> OpResult {
    let Op::Send {
        id,
        content,
        reply_to,
        thread_root,
    } = op
    else {
        panic!("only sends are scripted");
    };
    let known = notes
        .messages
        .iter()
        .find(|message| message.id == id)
        .cloned();
    let repeat = known.is_some();
    notes.repeats += usize::from(repeat);
    let message = known.unwrap_or_else(|| {
        let seq = Seq(notes.messages.len() as u64 + 1);
        let message = Message {
            id,
            chat_id: CHAT,
            seq,
            created_seq: seq,
            sender_id: user_id(),
            kind: MessageKind::Text,
            content,
            reply_to,
            thread_root,
            thread_count: 0,
            created_at: UnixMillis(1),
            edited_at: None,
            deleted_at: None,
        };
        notes.messages.push(message.clone());
        message
    });
    let seq = message.seq;
    OpResult::Ok(OpOk {
        seq,
        repeat,
        rows: Rows {
            messages: vec![message],
            ..Rows::default()
        },
    })
}

/// Tokens numbered in the order they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Numbered {
    /// For each: whether a fresh one was wanted.
    pub(crate) asked: Mutex<Vec<bool>>,
    /// Whether the next are denied.
    pub(crate) denied: Mutex<bool>,
}

/// Makes an unsigned token whose `jti` is its number.
pub(crate) fn numbered(number: usize) -> String {
    use base64::Engine as _;
    let claims = json!({ "sub": "kari", "exp": 4_000_000_000_u32, "jti": number }).to_string();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
    format!("e30.{claims}.c2ln")
}

#[async_trait::async_trait]
impl TokenSource for Numbered {
    async fn token(&self, fresh: bool) -> Result<Token, TokenError> {
        if *self.denied.lock().expect("not poisoned") {
            return Err(TokenError::Denied);
        }
        let mut asked = self.asked.lock().expect("not poisoned");
        asked.push(fresh);
        Ok(Token::new(numbered(asked.len())))
    }
}

pub(crate) fn user_id() -> UserId {
    UserId::new("kari").expect("a valid id")
}

/// Makes a configuration that loses no time.
pub(crate) fn config(url: &str) -> ClientConfig {
    config_with(url, Arc::new(Numbered::default()))
}

pub(crate) fn config_with(url: &str, tokens: Arc<dyn TokenSource>) -> ClientConfig {
    let mut config = ClientConfig::new(url, user_id(), tokens);
    config.engine.retry_base_ms = 10;
    config.engine.retry_cap_ms = 50;
    config.engine.max_retries = u32::MAX;
    config.engine.http_after_failures = None;
    config
}

pub(crate) async fn start(config: ClientConfig) -> Client {
    Client::start(config).await.expect("the client starts")
}

/// Waits for something that is to happen.
pub(crate) async fn within<T>(what: &str, happens: impl Future<Output = T>) -> T {
    let happened = tokio::time::timeout(PATIENCE, happens).await;
    happened.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}
