//! The same over HTTP, when sockets fail and HTTP works: behind a proxy that knows no WebSocket.
//!
//! After some failed sockets the list of chats is read over HTTP. If that works, the connection is
//! *degraded*: open chats are long-polled, ops, receipts and typing go as requests, and the list is
//! read now and then. The socket is still sought; once it is live, every request is given up, and
//! what it carried goes again on the socket, under the same ids.

use std::cmp::Reverse;

use serde::Serialize;
use serde::de::DeserializeOwned;

use samtale_model::flat::Map;
use samtale_model::{ChatId, Seq};
use samtale_protocol::chat::{OpsRequest, ReceiptPush};
use samtale_protocol::http::{CreateChat, SetReceipts, SetTyping};
use samtale_protocol::user::{ChatsReply, SearchRequest};
use samtale_protocol::{ErrorCode, RetryKind, WireError, json};

use super::Engine;
use super::chats::Loaded;
use crate::order::sorted;
use crate::timers::Timer;
use crate::{Method, Monotonic, Network, Output, Token};

/// After how many failed reads of the list HTTP is given up.
const MAX_FAILURES: u32 = 2;
/// The most chats that are long-polled at a time: browsers keep few connections to one host.
const MAX_POLLS: usize = 3;

/// What an answer will answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Request {
    List,
    Changes(ChatId),
    Ops(ChatId, u64),
    Page(ChatId, Seq),
    Search(u64),
    Create(ChatId),
    Receipt(ChatId),
    Quiet,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Off,
    /// The list was asked for, to see whether HTTP works.
    Trying,
    On,
}

/// A request that is under way.
#[derive(Debug)]
struct Asked {
    request: Request,
    deadline: Monotonic,
    /// What it showed: an answer may refuse a token that was replaced since.
    token: Token,
}

/// HTTP in the place of the socket.
#[derive(Debug, Default)]
pub(super) struct Fallback {
    mode: Mode,
    requests: Map<u64, Asked>,
    next: u64,
    failures: u32,
}

impl Fallback {
    /// Returns whether everything goes over HTTP.
    pub(super) const fn is_on(&self) -> bool {
        matches!(self.mode, Mode::On)
    }

    /// Returns whether it does, or may soon.
    pub(super) const fn is_in_use(&self) -> bool {
        !matches!(self.mode, Mode::Off)
    }
}

/// Encodes a value of a query: all but RFC 3986's unreserved characters.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// How a request ended.
type Answer<'a> = Result<&'a str, WireError>;

fn read<T: DeserializeOwned>(answer: Answer<'_>) -> Result<T, WireError> {
    json::from_str(answer?)
        .map_err(|_| WireError::new(ErrorCode::Internal, "the answer can't be read"))
}

/// Reads a refusal: a problem's code, or what the status says of answers that are not the server's own.
fn refusal(status: u16, body: &str) -> WireError {
    // A problem document has the refusal's fields among its own.
    if let Ok(error) = json::from_str::<WireError>(body) {
        return error;
    }
    let code = match status {
        401 => ErrorCode::Unauthorized,
        403 => ErrorCode::Forbidden,
        404 => ErrorCode::NotFound,
        413 => ErrorCode::TooLarge,
        429 => ErrorCode::RateLimited,
        400..500 => ErrorCode::BadRequest,
        _ => ErrorCode::Unavailable,
    };
    WireError::new(code, "no problem document")
}

impl Engine {
    fn request<B: Serialize>(
        &mut self,
        method: Method,
        path: String,
        body: Option<&B>,
        request: Request,
    ) {
        let Some(token) = self.spend_token() else {
            self.fetch_token();
            return;
        };
        let body = body.map(|body| {
            serde_json::to_string(body)
                .expect("bodies have string keys and no failing serialisers")
                .into()
        });
        self.http.next += 1;
        let id = self.http.next;
        let wait = u64::from(self.cfg.http_wait_secs) * 1_000;
        let deadline = self.patience(self.cfg.push_timeout_ms.saturating_add(wait));
        let asked = Asked {
            request,
            deadline,
            token: token.clone(),
        };
        self.http.requests.insert(id, asked);
        self.timers.set_earliest(Timer::HttpTimeout, deadline);
        self.out.push_back(Output::Http {
            request: id,
            method,
            path,
            token,
            body,
        });
    }

    fn get(&mut self, path: String, request: Request) {
        self.request(Method::Get, path, None::<&()>, request);
    }

    /// Looks whether HTTP works, once enough sockets have failed.
    pub(super) fn try_http(&mut self) {
        let due = self
            .cfg
            .http_after_failures
            .is_some_and(|after| self.link.attempt >= after);
        if due && self.http.mode == Mode::Off {
            self.http.mode = Mode::Trying;
            self.http.failures = 0;
            self.poll_list();
        }
    }

    /// Gives HTTP up: the socket is there, or nothing is.
    pub(super) fn stop_http(&mut self) {
        if self.http.mode == Mode::Off {
            return;
        }
        self.dirty.connection = true;
        self.http.mode = Mode::Off;
        for (request, _) in std::mem::take(&mut self.http.requests) {
            self.out.push_back(Output::CancelHttp { request });
        }
        self.timers.clear(&Timer::HttpPoll);
        self.timers.clear(&Timer::HttpTimeout);
        let chats: Vec<ChatId> = self.chats.keys().copied().collect();
        for chat in chats {
            self.timers.clear(&Timer::Poll(chat));
            if let Some(state) = self.chats.get_mut(&chat)
                && state.history.take().is_some()
            {
                self.dirty.items.insert(chat);
            }
        }
        self.abort_socket_flights();
        self.forget_sent_receipts();
    }

    /// A new token came: what had none goes on.
    pub(super) fn resume_http(&mut self) {
        if self.http.mode != Mode::Off {
            self.poll_list();
        }
        if self.http.is_on() {
            self.poll_open();
            self.pump_all();
        }
    }

    /// There is no token to be had, so HTTP is of no use either.
    pub(super) fn no_token_for_http(&mut self) {
        if self.http.mode == Mode::Trying {
            self.stop_http();
        }
    }

    pub(super) fn poll_list(&mut self) {
        let asked = self
            .http
            .requests
            .values()
            .any(|asked| asked.request == Request::List);
        if self.http.mode != Mode::Off && !asked {
            self.get("/api/chats".into(), Request::List);
        }
    }

    /// Polls the open chats, the most recently used first.
    pub(super) fn poll_open(&mut self) {
        let open: Vec<(u64, ChatId)> = self
            .chats
            .iter()
            .filter(|(_, state)| state.open > 0)
            .map(|(chat, state)| (state.used, *chat))
            .collect();
        let open = sorted(open, |used| Reverse(*used));
        for (_, chat) in open.into_iter().take(MAX_POLLS) {
            self.poll_chat(chat);
        }
    }

    /// Asks what changed in a chat, and lets the server hold the answer until something does.
    pub(super) fn poll_chat(&mut self, chat: ChatId) {
        if !self.http.is_on() {
            return;
        }
        let polls = |r: &Request| matches!(r, Request::Changes(_));
        let mine = Request::Changes(chat);
        let mut running = self.http.requests.values().filter(|a| polls(&a.request));
        if running.clone().count() >= MAX_POLLS || running.any(|a| a.request == mine) {
            return;
        }
        let Some(state) = self.chats.get(&chat) else {
            return;
        };
        if state.open == 0 || state.error.is_some() || self.creates.contains_key(&chat) {
            return;
        }
        if state.loaded != Loaded::Yes {
            self.load_chat(chat);
            if self
                .chats
                .get(&chat)
                .is_none_or(|s| s.loaded != Loaded::Yes)
            {
                return;
            }
        }
        let cursor = self.chats.get(&chat).and_then(|s| s.replica.cursor.clone());
        let path = match cursor {
            Some(cursor) => format!(
                "/api/chats/{chat}/changes?epoch={}&since={}&wait={}",
                cursor.epoch, cursor.seq, self.cfg.http_wait_secs
            ),
            None => format!("/api/chats/{chat}/changes?limit={}", self.cfg.page_size),
        };
        self.get(path, mine);
    }

    /// Gives up the question what changed in a chat: what it went out from is no longer held.
    pub(super) fn cancel_poll(&mut self, chat: ChatId) {
        let mine = Request::Changes(chat);
        let asked = self
            .http
            .requests
            .iter()
            .find(|(_, asked)| asked.request == mine);
        if let Some(request) = asked.map(|(id, _)| *id) {
            self.http.requests.remove(&request);
            self.out.push_back(Output::CancelHttp { request });
        }
    }

    pub(super) fn ops_over_http(&mut self, chat: ChatId, number: u64, ops: &OpsRequest) {
        let path = format!("/api/chats/{chat}/ops");
        self.request(Method::Post, path, Some(ops), Request::Ops(chat, number));
        // Without a token it did not leave; one that did stays.
        self.abort_flight(chat);
    }

    /// Returns whether a chat's request of this number is under way over HTTP.
    pub(super) fn asks_ops(&self, chat: ChatId, number: u64) -> bool {
        let mine = Request::Ops(chat, number);
        self.http.requests.values().any(|a| a.request == mine)
    }

    pub(super) fn create_over_http(&mut self, chat: ChatId, create: &CreateChat) {
        let path = "/api/chats".into();
        self.request(Method::Post, path, Some(create), Request::Create(chat));
    }

    pub(super) fn page_over_http(&mut self, chat: ChatId, before: Seq, limit: u32) {
        let path = format!("/api/chats/{chat}/messages?before={before}&limit={limit}");
        self.get(path, Request::Page(chat, before));
    }

    pub(super) fn search_over_http(&mut self, search: &SearchRequest, number: u64) {
        let mut path = format!("/api/messages/search?q={}", encoded(&search.q));
        if let Some(chat) = search.chat_id {
            path.push_str(&format!("&chatId={chat}"));
        }
        if let Some(after) = &search.after {
            path.push_str(&format!("&after={}", encoded(after)));
        }
        if let Some(limit) = search.limit {
            path.push_str(&format!("&limit={limit}"));
        }
        self.get(path, Request::Search(number));
    }

    pub(super) fn typing_over_http(&mut self, chat: ChatId, on: bool) {
        let body = SetTyping {
            chat_id: chat,
            is_typing: on,
        };
        let path = "/api/messages/typing".into();
        self.request(Method::Post, path, Some(&body), Request::Quiet);
    }

    pub(super) fn receipt_over_http(&mut self, chat: ChatId, receipt: ReceiptPush) {
        let body = SetReceipts {
            chat_id: chat,
            delivered: receipt.delivered,
            read: receipt.read,
            message_id: None,
        };
        let path = "/api/messages/read-receipts".into();
        self.request(Method::Post, path, Some(&body), Request::Receipt(chat));
    }

    pub(super) fn on_http_reply(&mut self, request: u64, status: u16, body: &str) {
        let answer = if (200..300).contains(&status) {
            self.on_token_taken();
            Ok(body)
        } else {
            Err(refusal(status, body))
        };
        self.on_http_answer(request, answer);
    }

    pub(super) fn on_http_failed(&mut self, request: u64) {
        let silence = WireError::new(ErrorCode::Unavailable, "no answer");
        self.on_http_answer(request, Err(silence));
    }

    pub(super) fn on_http_timeout(&mut self) {
        let now = self.now.mono;
        let late: Vec<u64> = self
            .http
            .requests
            .iter()
            .filter(|(_, asked)| asked.deadline <= now)
            .map(|(id, _)| *id)
            .collect();
        for request in late {
            self.out.push_back(Output::CancelHttp { request });
            self.on_http_failed(request);
        }
        if let Some(next) = self.http.requests.values().map(|a| a.deadline).min() {
            self.timers.set(Timer::HttpTimeout, next);
        }
    }

    fn on_http_answer(&mut self, request: u64, answer: Answer<'_>) {
        let Some(Asked { request, token, .. }) = self.http.requests.remove(&request) else {
            return;
        };
        let refused = answer
            .as_ref()
            .is_err_and(|error| error.retry_kind() == RetryKind::WithFreshToken);
        if refused {
            self.refuse_token(token);
            self.fetch_token();
        }
        match request {
            Request::List => self.on_list(read(answer)),
            Request::Changes(chat) => match read::<samtale_model::Sync>(answer) {
                Ok(sync) if sync.chat_id == chat => {
                    let before = self.chats.get(&chat).and_then(|s| s.replica.cursor.clone());
                    self.on_sync(chat, sync);
                    let after = self.chats.get(&chat).and_then(|s| s.replica.cursor.clone());
                    // Nothing new after a full wait is normal; an answer without one is paced.
                    let pause = if before == after { 1_000 } else { 1 };
                    self.poll_later(chat, pause);
                    self.resume_history(chat);
                }
                Err(error) if matches!(error.code, ErrorCode::NotParticipant) => {
                    self.on_removed(chat);
                }
                _ => {
                    let pause = self.backoff(3).max(1_000);
                    self.poll_later(chat, pause);
                }
            },
            Request::Ops(chat, number) if refused => {
                if self.flight(chat) == Some(number) {
                    self.abort_flight(chat);
                }
            }
            Request::Ops(chat, number) => self.on_ops_reply(chat, number, read(answer)),
            Request::Search(number) => self.on_search_reply(number, read(answer)),
            Request::Page(chat, before) => self.on_page(chat, before, read(answer)),
            Request::Create(chat) if !refused => self.on_create_reply(chat, read(answer)),
            Request::Receipt(chat) => self.on_receipt_reply(chat, answer.err()),
            Request::Create(_) | Request::Quiet => {}
        }
    }

    fn poll_later(&mut self, chat: ChatId, pause: u64) {
        self.timers
            .set(Timer::Poll(chat), self.now.mono.plus(pause));
    }

    fn on_list(&mut self, reply: Result<ChatsReply, WireError>) {
        match reply {
            Ok(reply) => {
                self.http.failures = 0;
                let began = !self.http.is_on();
                self.http.mode = Mode::On;
                for summary in reply.chats {
                    self.take_summary(summary);
                }
                self.set_more_chats(reply.more_chats);
                self.dirty.list = true;
                let next = self.now.mono.plus(self.cfg.http_poll_ms.max(1_000));
                self.timers.set(Timer::HttpPoll, next);
                if began {
                    self.metrics.connection.fallbacks += 1;
                    self.note("over HTTP", None, None);
                    self.dirty.connection = true;
                    let creates: Vec<ChatId> = self.creates.keys().copied().collect();
                    for chat in creates {
                        self.push_create(chat);
                    }
                    self.pump_all();
                }
                self.poll_open();
            }
            Err(_) => {
                self.http.failures += 1;
                let hopeless = self.http.mode == Mode::Trying || self.http.failures >= MAX_FAILURES;
                if hopeless || self.link.network == Network::Offline {
                    self.stop_http();
                    self.give_up_if_spent();
                } else {
                    let next = self.now.mono.plus(self.cfg.http_poll_ms.max(1_000));
                    self.timers.set(Timer::HttpPoll, next);
                }
            }
        }
    }
}
