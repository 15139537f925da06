//! The engine: inputs in, outputs out. Each room below handles one concern of it.
//!
//! | room | concern |
//! | --- | --- |
//! | [`link`], [`tokens`] | the connection: sockets, backoff, heartbeats; its token |
//! | [`wire`] | pushes and their replies, frames by topic |
//! | [`fallback`] | the same over HTTP when sockets fail |
//! | [`chats`], [`joining`] | the list of chats; which of them are joined |
//! | [`private`] | drafts, mutes, settings |
//! | [`sync`] | envelopes, syncs, pages |
//! | [`sending`] | the outbox's way out |
//! | [`commands`], [`configuring`] | what a person asks; what may change at run time |
//! | [`social`] | typing, presence, receipts |
//! | [`searching`] | search, live and over the cache |
//! | [`storage`] | what is stored and loaded |
//! | [`timeline`], [`queries`] | what a view reads |
//! | [`held`] | what is held of the server's rows, bare |
//! | [`flush`] | what one input changed, told once |

use std::collections::VecDeque;

use samtale_model::flat::{Map, Set};
use samtale_model::{ChatId, UnixMillis};
use samtale_protocol::ErrorCode;
use samtale_protocol::http::CreateChat;

use crate::log::{Log, LogEntry};
use crate::outbox::Outbox;
use crate::random::Random;
use crate::timers::{Timer, Timers};
use crate::{Change, Command, CommandError, Config, Input, Made, Metrics, Monotonic, Now, Output};

mod chats;
mod commands;
mod configuring;
mod fallback;
mod flush;
mod held;
mod joining;
mod link;
mod listing;
mod private;
mod queries;
mod restoring;
mod searching;
mod sending;
mod social;
mod storage;
mod sync;
mod timeline;
mod tokens;
mod wire;

pub use held::Held;
pub use timeline::TimelineView;

/// Past this difference between the clocks' steps the device has slept.
const SLEPT_MS: u64 = 10_000;

/// The client of one user: a state machine without I/O. The crate's page has the run loop.
#[derive(Debug)]
pub struct Engine {
    cfg: Config,
    now: Now,
    random: Random,
    out: VecDeque<Output>,
    timers: Timers,
    link: link::Link,
    wire: wire::Wire,
    http: fallback::Fallback,
    chats: Map<ChatId, Box<chats::ChatState>>,
    /// Whether the list of chats goes on at the server.
    more_chats: bool,
    /// The chats that are being asked for by id.
    asked_chats: Set<ChatId>,
    /// Chats that could not be read, to be asked for again.
    unfetched_chats: Set<ChatId>,
    /// Chats that are still to be made.
    creates: Map<ChatId, storage::Creation>,
    outbox: Outbox,
    private: private::PrivateState,
    social: social::Social,
    search: Option<searching::Search>,
    storage: storage::Storage,
    metrics: Metrics,
    log: Log,
    dirty: flush::Dirty,
    signed_out: bool,
}

impl Engine {
    /// Makes an engine. The seed is fresh and truly random each time: ids come from it.
    ///
    /// It begins by loading what was stored; nothing else happens before the first command.
    pub fn new(config: Config, seed: [u8; 32], now: Now) -> Self {
        let mut engine = Self {
            storage: storage::Storage::new(config.persist),
            outbox: Outbox::new(now.unix),
            social: social::Social::new(now),
            cfg: config,
            now,
            random: Random::new(seed),
            out: VecDeque::new(),
            timers: Timers::default(),
            link: link::Link::new(now),
            wire: wire::Wire::default(),
            http: fallback::Fallback::default(),
            chats: Map::new(),
            more_chats: false,
            asked_chats: Set::new(),
            unfetched_chats: Set::new(),
            creates: Map::new(),
            private: private::PrivateState::default(),
            search: None,
            metrics: Metrics::default(),
            log: Log::default(),
            dirty: flush::Dirty::default(),
            signed_out: false,
        };
        engine.load_base();
        engine.set_idle_timer();
        engine
    }

    /// Takes in what happened, at the moment it happened. Drain the outputs afterwards.
    pub fn handle_input(&mut self, now: Now, input: Input) {
        self.advance(now);
        if !self.signed_out {
            match input {
                Input::Timeout => {}
                Input::Command(command) => {
                    if let Err(error) = self.on_command(command) {
                        self.dirty.event(Change::Refused { error });
                    }
                }
                Input::SocketOpened { generation } => self.on_socket_opened(generation),
                Input::SocketText { generation, text } => self.on_text(generation, &text.0),
                Input::SocketClosed { generation, code } => self.on_socket_closed(generation, code),
                Input::HttpReply {
                    request,
                    status,
                    body,
                } => self.on_http_reply(request, status, &body.0),
                Input::HttpFailed { request } => self.on_http_failed(request),
                Input::Token { request, token } => self.on_token(request, &token),
                Input::TokenFailed { request, why } => self.on_token_failed(request, why),
                Input::Loaded { load, records } => self.on_loaded(load, records),
                Input::LoadFailed { load } => self.on_load_failed(load),
                Input::Journalled { batch } => self.on_kept(batch),
                Input::Persisted { batch } => self.on_persisted(batch),
                Input::PersistFailed { batch, why } => self.on_persist_failed(batch, why),
                Input::Network { network } => self.on_network(network),
                Input::Visible { visible } => self.on_visible(visible),
                Input::StorageTaken => self.on_storage_taken(),
                Input::Activity => self.on_activity(),
            }
        }
        self.flush();
    }

    /// Carries out a command, and tells the id of what it made. Drain the outputs afterwards.
    pub fn command(&mut self, now: Now, command: Command) -> Result<Made, CommandError> {
        self.advance(now);
        let made = if self.signed_out {
            Err(CommandError::SignedOut)
        } else {
            self.on_command(command)
        };
        self.flush();
        made
    }

    /// Returns the next thing to do, until there is none.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// Returns when the engine next needs [`Input::Timeout`]; none: not before another input.
    pub fn poll_timeout(&self) -> Option<Monotonic> {
        self.timers.next()
    }

    /// Returns the numbers counted since birth.
    pub fn metrics(&self) -> Metrics {
        let mut metrics = self.metrics.clone();
        let spell = self.now.mono.since(self.link.network_since);
        *metrics.connection.network_ms.or_default(self.link.network) += spell;
        metrics
    }

    /// Returns what happened lately, the oldest first, for troubleshooting.
    pub fn log(&self) -> impl DoubleEndedIterator<Item = &LogEntry> {
        self.log.entries()
    }

    fn note(&mut self, event: &'static str, chat: Option<ChatId>, code: Option<ErrorCode>) {
        let at = self.unix();
        self.log.add(LogEntry {
            at,
            event,
            chat,
            code,
        });
    }

    /// Moves the clocks, notices a sleep, and does what is due.
    fn advance(&mut self, now: Now) {
        let mono = now.mono.max(self.now.mono);
        let steps = (mono.since(self.now.mono), now.unix.since(self.now.unix));
        let late = self.timers.next().map_or(0, |due| mono.since(due));
        self.now = Now {
            mono,
            unix: now.unix,
        };
        if self.signed_out {
            return;
        }
        let slept = steps.1 > steps.0.saturating_add(SLEPT_MS) || late > 2 * SLEPT_MS;
        for timer in self.timers.take_due(mono) {
            self.on_timer(timer);
        }
        if slept {
            self.note("woke", None, None);
            self.on_wake();
        }
    }

    fn on_timer(&mut self, timer: Timer) {
        match timer {
            Timer::Retry => self.seek(),
            Timer::Connect => self.on_connect_timeout(),
            Timer::Healthy => self.on_healthy(),
            Timer::Heartbeat => self.send_heartbeat(),
            Timer::HeartbeatTimeout => self.on_heartbeat_timeout(),
            Timer::TokenRenew => self.renew_token(),
            Timer::TokenExpiry => self.on_token_expiry(),
            Timer::Drain => self.on_drain(),
            Timer::Pushes => self.on_push_timeout(),
            Timer::JoinPace => self.join_more(),
            Timer::Chats => self.ask_unfetched_chats(),
            Timer::Storage => self.on_storage_timeout(),
            Timer::StorageRetry => self.on_storage_retry(),
            Timer::HttpPoll => self.poll_list(),
            Timer::HttpTimeout => self.on_http_timeout(),
            Timer::Idle => self.on_idle(),
            Timer::PresenceStale => self.forget_presence(),
            Timer::Rejoin(_) => self.join_more(),
            Timer::Sync(chat) => self.request_sync(chat),
            Timer::Poll(chat) => self.poll_chat(chat),
            Timer::Outbox(chat) => self.pump(chat),
            Timer::Receipt(chat) => self.send_receipt(chat),
            Timer::Typing(chat) => self.on_typing_expiry(chat),
            Timer::TypingStart(chat) => self.on_typing_start(chat),
            Timer::TypingStop(chat) => self.stop_typing(chat),
            Timer::Private(key) => self.push_private(&key),
            Timer::Create(chat) => self.push_create(chat),
        }
    }

    /// Returns the moment `millis` from now; on a slow network everything takes twice as long.
    fn patience(&self, millis: u64) -> Monotonic {
        let factor = 1 + u64::from(self.link.network == crate::Network::Slow);
        self.now.mono.plus(millis.saturating_mul(factor))
    }

    /// Returns a backoff with full jitter: from 1 ms to the bound of so many failures.
    fn backoff(&mut self, failures: u32) -> u64 {
        let doubled = self.cfg.retry_base_ms.saturating_mul(
            1_u64
                .checked_shl(failures.saturating_sub(1).min(32))
                .unwrap_or(u64::MAX),
        );
        self.random.up_to(doubled.min(self.cfg.retry_cap_ms)).max(1)
    }

    const fn unix(&self) -> UnixMillis {
        self.now.unix
    }
}

/// A chat to be made, as it is stored.
pub(crate) type NewChat = CreateChat;
