//! What a host can set, with the defaults of the specification.

use samtale_model::{DeviceId, DeviceKind, UserId};

/// How an engine behaves; all times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Whose engine it is; a token with another `sub` is refused.
    pub user_id: UserId,
    /// The device, shared by its tabs.
    pub device_id: DeviceId,
    /// What kind of device it is, as presence tells it.
    pub device: DeviceKind,

    /// Whether a lost connection is sought again without being asked.
    pub enable_retry: bool,
    /// How many attempts may fail in a row, while the network is there, before the engine gives up.
    pub max_retries: u32,
    /// The first bound of the backoff; each further failure doubles it.
    pub retry_base_ms: u64,
    /// The greatest bound of the backoff.
    pub retry_cap_ms: u64,
    /// How long a connection must hold before earlier failures are forgotten.
    pub healthy_after_ms: u64,
    /// Whether the host says why a handshake was refused. Browsers can't: there a handshake that fails again may be
    /// the token's fault, and a fresh one is asked for.
    pub tells_refusals: bool,
    /// How long opening a socket and joining one's own topic may take.
    pub connect_timeout_ms: u64,
    /// How often a heartbeat is sent.
    pub heartbeat_interval_ms: u64,
    /// How long its answer may take before the connection counts as dead.
    pub heartbeat_timeout_ms: u64,
    /// How long the answer to any other push may take.
    pub push_timeout_ms: u64,
    /// How long before its expiry a token is renewed.
    pub renew_ahead_ms: u64,
    /// The bound of the random wait before leaving a server that is going away.
    pub drain_jitter_ms: u64,
    /// After how many failed sockets in a row HTTP is tried; none: never.
    pub http_after_failures: Option<u32>,
    /// How often the list of chats is read over HTTP.
    pub http_poll_ms: u64,
    /// How long the server may hold a long poll, in seconds.
    pub http_wait_secs: u32,

    /// How many chats are joined on the connection; the others tell of themselves by `head`.
    pub max_joined_chats: usize,
    /// How many chats are joined at a time.
    pub join_batch: usize,
    /// The pause between two such batches.
    pub join_pace_ms: u64,
    /// How many messages a page has.
    pub page_size: u32,
    /// How many messages are kept of a chat that is not open.
    pub cache_messages: usize,
    /// How many chats are kept in memory beside the open ones and those with unsent ops.
    pub cache_chats: usize,
    /// How many envelopes are kept aside while a gap is being filled, for each chat.
    pub max_ahead: usize,

    /// Whether anything is stored; without it the engine lives in memory alone.
    pub persist: bool,
    /// How long the host may take to store before the engine goes on without.
    pub storage_timeout_ms: u64,
    /// The size past which a stored record is compressed, in bytes.
    pub compress_over_bytes: usize,

    /// How many ops go in one request.
    pub batch_size: usize,
    /// How often an op is tried again after the server could not take it, before it fails.
    pub max_op_retries: u32,
    /// How many unsent ops there may be.
    pub max_outbox_ops: usize,
    /// How many bytes of content they may have together.
    pub max_outbox_bytes: usize,
    /// The age past which an unsent op asks before it goes.
    pub ask_after_ms: u64,

    /// Whether one's typing is told.
    pub share_typing: bool,
    /// How long someone must have been writing before it is told.
    pub typing_debounce_ms: u64,
    /// The least time between two tellings.
    pub typing_throttle_ms: u64,
    /// The pause after which one is no longer writing.
    pub typing_stop_ms: u64,
    /// Whether one's presence is told.
    pub share_presence: bool,
    /// Whether presence tells which chat or page one is at.
    pub share_location: bool,
    /// The time without activity after which one is away.
    pub idle_timeout_ms: u64,
    /// How long others' presence is believed after the connection is lost.
    pub presence_grace_ms: u64,
    /// The least time between two receipts of one chat.
    pub receipt_interval_ms: u64,
    /// The pause after which a draft is sent to one's other devices.
    pub draft_debounce_ms: u64,
}

impl Config {
    /// Makes the default configuration of a user on a device.
    pub const fn new(user_id: UserId, device_id: DeviceId) -> Self {
        Self {
            user_id,
            device_id,
            device: DeviceKind::Desktop,
            enable_retry: true,
            max_retries: 5,
            retry_base_ms: 1_000,
            retry_cap_ms: 30_000,
            healthy_after_ms: 10_000,
            tells_refusals: false,
            connect_timeout_ms: 10_000,
            heartbeat_interval_ms: 30_000,
            heartbeat_timeout_ms: 10_000,
            push_timeout_ms: 10_000,
            renew_ahead_ms: 60_000,
            drain_jitter_ms: 5_000,
            http_after_failures: Some(3),
            http_poll_ms: 10_000,
            http_wait_secs: 25,
            max_joined_chats: 100,
            join_batch: 10,
            join_pace_ms: 100,
            page_size: 50,
            cache_messages: 500,
            cache_chats: 200,
            max_ahead: 64,
            persist: true,
            storage_timeout_ms: 5_000,
            compress_over_bytes: 1_024,
            batch_size: 5,
            max_op_retries: 8,
            max_outbox_ops: 1_000,
            max_outbox_bytes: 4 * 1024 * 1024,
            ask_after_ms: 24 * 60 * 60 * 1_000,
            share_typing: true,
            typing_debounce_ms: 1_000,
            typing_throttle_ms: 3_000,
            typing_stop_ms: 5_000,
            share_presence: true,
            share_location: false,
            idle_timeout_ms: 300_000,
            presence_grace_ms: 10_000,
            receipt_interval_ms: 1_000,
            draft_debounce_ms: 1_000,
        }
    }
}
