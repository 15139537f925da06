//! The connection: one state, entered and left in this file alone.
//!
//! ```text
//! Idle ──connect──▶ Token ──▶ Opening ──▶ Joining ──▶ Live
//!                    ▲ ▲                    │           │
//!                    │ └─────── Backoff ◀───┴── lost ◀──┘
//!                    └── Offline (the device has no network)      Failed: until re-armed
//! ```
//! Attempts are spread by full jitter, so that no crowd comes back at once. Failures count only
//! while the network is there, and are forgotten after a healthy spell. Each socket has a
//! generation; what an older one still reports is passed over.

use samtale_protocol::user::{Join, JoinReply};
use samtale_protocol::{ErrorCode, PROTO, Topic, WireError, event};

use super::Engine;
use super::chats::Channel;
use super::tokens::Held;
use super::wire::Push;
use crate::timers::Timer;
use crate::view::{Connection, ConnectionState, Failure};
use crate::{Change, Monotonic, Network, Now, Output, Token};

/// The socket's path. The token travels in a header or a subprotocol, never here.
const SOCKET_PATH: &str = "/realtime/v1/websocket?vsn=2.0.0";
/// How long a heartbeat may take after a sleep, when a dead connection is likely.
const WAKE_TIMEOUT_MS: u64 = 5_000;
/// How long to wait at least where the server said that there were too many.
const RATE_LIMIT_MS: u64 = 5_000;

/// Close codes of the server's own, beside RFC 6455's.
mod close {
    /// RFC 6455: the server restarts.
    pub(super) const RESTART: u16 = 1012;
    /// The token has run out or is not valid.
    pub(super) const TOKEN: u16 = 4401;
    /// The user is not welcome, or was erased.
    pub(super) const FORBIDDEN: u16 = 4403;
    /// Too many connections or frames.
    pub(super) const RATE: u16 = 4429;
}

/// Where the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Idle,
    Offline,
    Token,
    Backoff { until: Monotonic },
    Opening,
    Joining,
    Live,
    Failed(Failure),
}

impl State {
    /// Returns the state's name in the log.
    const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Offline => "no connection",
            Self::Token => "asking for a token",
            Self::Backoff { .. } => "waiting to try again",
            Self::Opening => "opening a socket",
            Self::Joining => "joining",
            Self::Live => "live",
            Self::Failed(_) => "given up",
        }
    }
}

/// The connection.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) state: State,
    pub(super) wanted: bool,
    was_live: bool,
    pub(super) generation: u64,
    pub(super) attempt: u32,
    pub(super) network: Network,
    pub(super) network_since: Monotonic,
    pub(super) visible: bool,
    latency_ms: Option<u64>,
    pub(super) token: Option<Held>,
    pub(super) refused: Option<Token>,
    pub(super) token_request: Option<u64>,
    pub(super) next_request: u64,
    pub(super) fresh: bool,
    /// One's own topic.
    pub(super) user: Channel,
}

impl Link {
    pub(super) const fn new(now: Now) -> Self {
        Self {
            state: State::Idle,
            wanted: false,
            was_live: false,
            generation: 0,
            attempt: 0,
            network: Network::Online,
            network_since: now.mono,
            visible: true,
            latency_ms: None,
            token: None,
            refused: None,
            token_request: None,
            next_request: 0,
            fresh: false,
            user: Channel::Closed,
        }
    }

    /// Returns whether frames can be sent.
    pub(super) const fn socket_is_up(&self) -> bool {
        matches!(self.state, State::Joining | State::Live)
    }

    /// Returns whether one's own topic is joined.
    pub(super) const fn is_live(&self) -> bool {
        matches!(self.state, State::Live)
    }
}

impl Engine {
    /// Returns how the connection stands.
    pub fn connection(&self) -> Connection {
        let link = &self.link;
        let degraded = self.http.is_on();
        let state = match link.state {
            State::Idle => ConnectionState::Idle,
            State::Failed(_) => ConnectionState::Failed,
            State::Live => ConnectionState::Connected,
            State::Offline => ConnectionState::Offline,
            _ if degraded => ConnectionState::Degraded,
            _ if link.was_live => ConnectionState::Reconnecting,
            _ => ConnectionState::Connecting,
        };
        Connection {
            state,
            network: link.network,
            attempt: link.attempt,
            retry_at: match link.state {
                State::Backoff { until } => Some(until),
                _ => None,
            },
            latency_ms: link.latency_ms,
            failure: match link.state {
                State::Failed(failure) => Some(failure),
                _ => None,
            },
        }
    }

    fn enter(&mut self, state: State) {
        if self.link.state != state {
            self.link.state = state;
            self.dirty.connection = true;
            self.note(state.name(), None, None);
        }
    }

    pub(super) fn connect(&mut self) {
        self.link.wanted = true;
        if matches!(self.link.state, State::Idle | State::Failed(_)) {
            self.link.attempt = 0;
            self.seek();
        }
    }

    pub(super) fn disconnect(&mut self) {
        self.link.wanted = false;
        self.hang_up(1000);
        self.stop_http();
        self.timers.clear(&Timer::Retry);
        self.link.token_request = None;
        self.link.was_live = false;
        self.enter(State::Idle);
        self.forget_presence();
    }

    pub(super) fn reconnect(&mut self) {
        self.link.wanted = true;
        self.link.attempt = 0;
        self.hang_up(1000);
        self.seek();
    }

    /// Begins again after giving up, because something happened that may have changed the matter.
    pub(super) fn rearm(&mut self, now: bool) {
        if !self.link.wanted {
            return;
        }
        match self.link.state {
            State::Failed(Failure::RetriesExhausted) => {
                self.link.attempt = 0;
                self.seek();
            }
            State::Backoff { .. } if now => {
                self.link.attempt = 0;
                self.seek();
            }
            _ => {}
        }
    }

    /// Begins an attempt: with the token that is there, or by asking for one.
    pub(super) fn seek(&mut self) {
        self.timers.clear(&Timer::Retry);
        if !self.link.wanted || self.link.socket_is_up() || self.link.state == State::Opening {
            return;
        }
        if self.link.network == Network::Offline {
            self.enter(State::Offline);
            return;
        }
        if self.usable_token().is_some() {
            self.open_socket();
        } else {
            self.enter(State::Token);
            self.fetch_token();
        }
    }

    pub(super) fn open_socket(&mut self) {
        let Some(token) = self.spend_token() else {
            self.enter(State::Token);
            self.fetch_token();
            return;
        };
        self.link.generation += 1;
        self.metrics.connection.attempts += 1;
        self.enter(State::Opening);
        let deadline = self.patience(self.cfg.connect_timeout_ms);
        self.timers.set(Timer::Connect, deadline);
        self.out.push_back(Output::OpenSocket {
            generation: self.link.generation,
            path: SOCKET_PATH,
            token,
        });
    }

    pub(super) fn on_socket_opened(&mut self, generation: u64) {
        if generation != self.link.generation || self.link.state != State::Opening {
            return;
        }
        self.enter(State::Joining);
        self.timers.set(
            Timer::Heartbeat,
            self.now.mono.plus(self.cfg.heartbeat_interval_ms),
        );
        self.join_user();
    }

    /// Joins one's own topic, or joins it anew to catch up.
    pub(super) fn join_user(&mut self) {
        let presence = self.presence_to_join();
        let cursor = self.private.cursor.clone();
        let join = Join {
            proto: Some(PROTO),
            device_id: Some(self.cfg.device_id.clone()),
            epoch: cursor.as_ref().map(|cursor| cursor.epoch.clone()),
            since: cursor.map(|cursor| cursor.seq),
            presence,
        };
        let reference = self.push_user(event::JOIN, join, Push::JoinUser);
        self.link.user = Channel::Joining(reference);
    }

    pub(super) fn on_user_joined(&mut self, reference: u64, reply: Result<JoinReply, WireError>) {
        if self.link.user != Channel::Joining(reference) {
            return;
        }
        match reply {
            Ok(reply) => {
                self.link.user = Channel::Joined(reference);
                if !self.link.is_live() {
                    self.metrics.connection.successes += 1;
                    self.timers.clear(&Timer::Connect);
                    self.timers.clear(&Timer::PresenceStale);
                    self.timers.set(
                        Timer::Healthy,
                        self.now.mono.plus(self.cfg.healthy_after_ms),
                    );
                    self.link.was_live = true;
                    self.enter(State::Live);
                    self.on_token_taken();
                    self.stop_http();
                }
                self.on_join_reply(reply);
            }
            Err(error) => {
                self.hang_up(1000);
                match error.code {
                    ErrorCode::UnsupportedVersion => self.fail(Failure::Unsupported),
                    ErrorCode::Forbidden => self.fail(Failure::Forbidden),
                    ErrorCode::Draining => self.wait(self.cfg.drain_jitter_ms, 0),
                    ErrorCode::RateLimited => {
                        self.wait(RATE_LIMIT_MS, error.retry_after_ms.unwrap_or(RATE_LIMIT_MS));
                    }
                    _ => self.back_off(),
                }
            }
        }
    }

    /// One's own channel ended while the socket holds: joined again, by a new connection.
    pub(super) fn on_user_closed(&mut self) {
        self.hang_up(1000);
        self.back_off();
    }

    pub(super) fn on_socket_closed(&mut self, generation: u64, code: Option<u16>) {
        if generation != self.link.generation
            || !(self.link.socket_is_up() || self.link.state == State::Opening)
        {
            return;
        }
        // Perhaps it was refused for the token.
        let refused = self.link.state == State::Opening
            && !self.cfg.tells_refusals
            && code.is_none_or(|code| code == 1006);
        if refused && self.link.attempt >= 1 {
            self.link.token = None;
            self.link.fresh = true;
        }
        self.lose();
        match code {
            Some(close::TOKEN) => {
                self.discard_token();
                self.back_off();
            }
            Some(close::FORBIDDEN) => self.fail(Failure::Forbidden),
            Some(close::RATE) => self.wait(RATE_LIMIT_MS, RATE_LIMIT_MS),
            Some(close::RESTART) => self.wait(self.cfg.drain_jitter_ms, 0),
            _ => self.back_off(),
        }
    }

    pub(super) fn on_connect_timeout(&mut self) {
        if self.link.state == State::Opening || self.link.state == State::Joining {
            self.hang_up(1000);
            self.back_off();
        }
    }

    pub(super) fn on_healthy(&mut self) {
        if self.link.is_live() && self.link.attempt != 0 {
            self.link.attempt = 0;
            self.dirty.connection = true;
        }
        // A token that held a spell was not refused; the next refusal is another matter.
        self.link.refused = None;
    }

    /// Closes the socket, if there is one or one is being opened.
    pub(super) fn hang_up(&mut self, code: u16) {
        if self.link.socket_is_up() || self.link.state == State::Opening {
            self.out.push_back(Output::CloseSocket {
                generation: self.link.generation,
                code,
            });
            self.lose();
        }
    }

    /// Drops all that hung on the socket. The caller says what comes next.
    fn lose(&mut self) {
        if self.link.is_live() {
            self.metrics.connection.losses += 1;
            self.timers.set(
                Timer::PresenceStale,
                self.now.mono.plus(self.cfg.presence_grace_ms),
            );
        }
        for timer in [
            Timer::Connect,
            Timer::Healthy,
            Timer::Heartbeat,
            Timer::HeartbeatTimeout,
            Timer::Drain,
            Timer::JoinPace,
        ] {
            self.timers.clear(&timer);
        }
        self.link.user = Channel::Closed;
        self.link.latency_ms = None;
        self.drop_pushes();
        self.close_channels();
        self.enter(State::Offline);
    }

    /// Counts a failure, and waits before the next attempt or gives up.
    pub(super) fn back_off(&mut self) {
        if self.link.network == Network::Offline {
            self.enter(State::Offline);
            return;
        }
        self.link.attempt = self.link.attempt.saturating_add(1);
        self.dirty.connection = true;
        self.try_http();
        let spent = self.link.attempt > self.cfg.max_retries && !self.http.is_in_use();
        if !self.cfg.enable_retry || spent {
            self.fail(Failure::RetriesExhausted);
            return;
        }
        let pause = self.backoff(self.link.attempt);
        self.enter_backoff(pause);
    }

    /// Waits from `least` to `least + spread` milliseconds; nobody's failure.
    fn wait(&mut self, spread: u64, least: u64) {
        let pause = least.saturating_add(self.random.up_to(spread)).max(1);
        self.enter_backoff(pause);
    }

    fn enter_backoff(&mut self, pause: u64) {
        if !self.link.wanted {
            self.enter(State::Idle);
            return;
        }
        let until = self.now.mono.plus(pause);
        self.enter(State::Backoff { until });
        self.timers.set(Timer::Retry, until);
    }

    pub(super) fn fail(&mut self, failure: Failure) {
        self.hang_up(1000);
        self.stop_http();
        self.timers.clear(&Timer::Retry);
        self.enter(State::Failed(failure));
        self.forget_presence();
    }

    /// HTTP was of no use either: without it, too many failures are too many.
    pub(super) fn give_up_if_spent(&mut self) {
        if self.link.attempt > self.cfg.max_retries
            && matches!(self.link.state, State::Backoff { .. } | State::Token)
        {
            self.fail(Failure::RetriesExhausted);
        }
    }

    /// Tries again, gives up, or takes another way, as it would have been with these settings.
    pub(super) fn retry_as_configured(&mut self) {
        if self.cfg.http_after_failures.is_none() {
            self.stop_http();
        }
        match self.link.state {
            State::Failed(Failure::RetriesExhausted) if self.cfg.enable_retry => {
                self.rearm(false);
            }
            State::Backoff { .. } if self.link.attempt > 0 => {
                if !self.cfg.enable_retry {
                    self.fail(Failure::RetriesExhausted);
                    return;
                }
                self.try_http();
                if !self.http.is_in_use() {
                    self.give_up_if_spent();
                }
            }
            _ => {}
        }
    }

    pub(super) fn send_heartbeat(&mut self) {
        self.beat(self.cfg.heartbeat_timeout_ms);
        self.renew_due_token();
    }

    fn beat(&mut self, timeout_ms: u64) {
        if !self.link.socket_is_up() {
            return;
        }
        let empty = serde_json::Map::new();
        self.push(
            &Topic::Phoenix,
            Channel::Closed,
            event::HEARTBEAT,
            empty,
            Push::Heartbeat,
        );
        let deadline = self.patience(timeout_ms);
        self.timers.set_earliest(Timer::HeartbeatTimeout, deadline);
    }

    pub(super) fn on_heartbeat_reply(&mut self, took: u64) {
        self.timers.clear(&Timer::HeartbeatTimeout);
        self.timers.set(
            Timer::Heartbeat,
            self.now.mono.plus(self.cfg.heartbeat_interval_ms),
        );
        let metrics = &mut self.metrics.connection;
        metrics.heartbeats += 1;
        metrics.latency_sum_ms += took;
        metrics.latency_max_ms = metrics.latency_max_ms.max(took);
        self.link.latency_ms = Some(took);
        self.dirty.connection = true;
    }

    pub(super) fn on_heartbeat_timeout(&mut self) {
        if self.link.socket_is_up() {
            self.note("heartbeat unanswered", None, None);
            self.hang_up(1000);
            self.back_off();
        }
    }

    pub(super) fn begin_drain(&mut self) {
        let pause = self.random.up_to(self.cfg.drain_jitter_ms).max(1);
        self.timers
            .set_earliest(Timer::Drain, self.now.mono.plus(pause));
    }

    pub(super) fn on_drain(&mut self) {
        if self.link.socket_is_up() {
            self.hang_up(1000);
            self.seek();
        }
    }

    pub(super) fn on_network(&mut self, network: Network) {
        if self.link.network == network {
            return;
        }
        let spell = self.now.mono.since(self.link.network_since);
        *self
            .metrics
            .connection
            .network_ms
            .or_default(self.link.network) += spell;
        let was = std::mem::replace(&mut self.link.network, network);
        self.link.network_since = self.now.mono;
        self.dirty.connection = true;
        if network == Network::Offline {
            self.hang_up(1000);
            self.stop_http();
            if self.link.wanted && !matches!(self.link.state, State::Failed(_)) {
                self.timers.clear(&Timer::Retry);
                self.enter(State::Offline);
            }
        } else if was == Network::Offline {
            self.link.attempt = 0;
            if self.link.state == State::Offline && self.link.wanted {
                self.seek();
            } else {
                self.rearm(true);
            }
        }
    }

    pub(super) fn on_visible(&mut self, visible: bool) {
        if std::mem::replace(&mut self.link.visible, visible) == visible {
            return;
        }
        if visible {
            self.rearm(true);
            self.on_activity();
        }
        self.tell_presence();
    }

    /// The device has slept: the connection is likely dead, and the server is asked.
    pub(super) fn on_wake(&mut self) {
        if self.link.socket_is_up() {
            self.beat(WAKE_TIMEOUT_MS);
        } else {
            self.rearm(true);
        }
    }

    /// Ends the session.
    pub(super) fn sign_out(&mut self, wipe: bool) {
        self.disconnect();
        self.signed_out = true;
        self.link.token = None;
        self.timers = crate::timers::Timers::default();
        if wipe {
            self.wipe();
        }
        self.dirty.event(Change::Connection);
    }
}
