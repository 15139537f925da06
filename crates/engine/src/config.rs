//! What a host can set, with the defaults of the specification.

use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, Serialize};

use samtale_model::{DeviceId, DeviceKind, UserId};
use samtale_protocol::chat::OpsRequest;

use crate::CommandError;

/// Writes the configuration, its defaults, and the form in which a host gives it as JSON.
macro_rules! config {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr,)+) => {
        /// How an engine behaves; all times are milliseconds.
        ///
        /// As JSON only `userId` and `deviceId` must be there; what is absent has its default.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", try_from = "Given")]
        pub struct Config {
            /// Whose engine it is; a token with another `sub` is refused.
            pub user_id: UserId,
            /// The device, shared by its tabs.
            pub device_id: DeviceId,
            $($(#[doc = $doc])+ pub $name: $type,)+
        }

        impl Config {
            /// Makes the default configuration of a user on a device.
            pub const fn new(user_id: UserId, device_id: DeviceId) -> Self {
                Self { user_id, device_id, $($name: $default,)+ }
            }
        }

        /// How an engine is to behave; all times are milliseconds, and what is absent has its
        /// default.
        #[derive(Deserialize)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "Config", optional_fields))]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct Given {
            /// Whose engine it is; a token with another `sub` is refused.
            user_id: UserId,
            /// The device, shared by its tabs.
            device_id: DeviceId,
            $($(#[doc = $doc])+ #[serde(default, deserialize_with = "given")] $name: Option<$type>,)+
        }

        impl TryFrom<Given> for Config {
            type Error = CommandError;

            fn try_from(given: Given) -> Result<Self, CommandError> {
                let config = Self {
                    user_id: given.user_id,
                    device_id: given.device_id,
                    $($name: given.$name.unwrap_or($default),)+
                };
                config.settings().check()?;
                Ok(config)
            }
        }
    };
}

config! {
    /// What kind of device it is, as presence tells it.
    device: DeviceKind = DeviceKind::Desktop,

    /// Whether a lost connection is sought again without being asked.
    enable_retry: bool = true,
    /// How many attempts may fail in a row, while the network is there, before the engine gives up.
    max_retries: u32 = 5,
    /// The first bound of the backoff; each further failure doubles it.
    retry_base_ms: u64 = 1_000,
    /// The greatest bound of the backoff.
    retry_cap_ms: u64 = 30_000,
    /// How long a connection must hold before earlier failures are forgotten.
    healthy_after_ms: u64 = 10_000,
    /// Whether the host says why a handshake was refused. Browsers can't: there a handshake that fails again may be
    /// the token's fault, and a fresh one is asked for.
    tells_refusals: bool = false,
    /// How long opening a socket and joining one's own topic may take.
    connect_timeout_ms: u64 = 10_000,
    /// How often a heartbeat is sent.
    heartbeat_interval_ms: u64 = 30_000,
    /// How long its answer may take before the connection counts as dead.
    heartbeat_timeout_ms: u64 = 10_000,
    /// How long the answer to any other push may take.
    push_timeout_ms: u64 = 10_000,
    /// How long before its expiry a token is renewed.
    renew_ahead_ms: u64 = 60_000,
    /// The bound of the random wait before leaving a server that is going away.
    drain_jitter_ms: u64 = 5_000,
    /// After how many failed sockets in a row HTTP is tried; none: never.
    http_after_failures: Option<u32> = Some(3),
    /// How often the list of chats is read over HTTP.
    http_poll_ms: u64 = 10_000,
    /// How long the server may hold a long poll, in seconds.
    http_wait_secs: u32 = 25,

    /// How many chats are joined on the connection, and open ones beyond; the others tell of themselves by `head`.
    max_joined_chats: usize = 100,
    /// How many chats are joined at a time.
    join_batch: usize = 10,
    /// The pause between two such batches.
    join_pace_ms: u64 = 100,
    /// How many messages a page has.
    page_size: u32 = 50,
    /// How many messages are kept of a chat that is not open.
    cache_messages: usize = 500,
    /// How many chats are kept in memory beside the open ones and those with unsent ops.
    cache_chats: usize = 200,
    /// How many envelopes are kept aside while a gap is being filled, for each chat.
    max_ahead: usize = 64,

    /// Whether anything is stored; without it the engine lives in memory alone.
    persist: bool = true,
    /// How long the host may take to store before the engine goes on without.
    storage_timeout_ms: u64 = 5_000,
    /// The size past which a stored record is compressed, in bytes.
    compress_over_bytes: usize = 1_024,

    /// How many ops go in one request.
    batch_size: usize = 5,
    /// How often an op is tried again after the server could not take it, before it fails.
    max_op_retries: u32 = 8,
    /// How many unsent ops there may be.
    max_outbox_ops: usize = 1_000,
    /// How many bytes of content they may have together.
    max_outbox_bytes: usize = 4 * 1024 * 1024,
    /// The age past which an unsent op asks before it goes.
    ask_after_ms: u64 = 24 * 60 * 60 * 1_000,

    /// Whether one's typing is told.
    share_typing: bool = true,
    /// How long someone must have been writing before it is told.
    typing_debounce_ms: u64 = 1_000,
    /// The least time between two tellings.
    typing_throttle_ms: u64 = 3_000,
    /// The pause after which one is no longer writing.
    typing_stop_ms: u64 = 5_000,
    /// Whether one's presence is told.
    share_presence: bool = true,
    /// Whether presence tells which chat or page one is at.
    share_location: bool = false,
    /// The time without activity after which one is away.
    idle_timeout_ms: u64 = 300_000,
    /// How long others' presence is believed after the connection is lost.
    presence_grace_ms: u64 = 10_000,
    /// The least time between two receipts of one chat.
    receipt_interval_ms: u64 = 1_000,
    /// The pause after which a draft is sent to one's other devices.
    draft_debounce_ms: u64 = 1_000,
}

/// What of the [`Config`] may change while the engine runs; what is absent keeps its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// [`Config::enable_retry`].
    pub enable_retry: Option<bool>,
    /// [`Config::max_retries`], at most 10,000.
    pub max_retries: Option<u32>,
    /// [`Config::heartbeat_interval_ms`], from a second to five minutes.
    pub heartbeat_interval_ms: Option<u64>,
    /// [`Config::batch_size`], from 1 to as many ops as the server takes at once.
    pub batch_size: Option<usize>,
    /// [`Config::max_op_retries`], at most 1,000.
    pub max_op_retries: Option<u32>,
    /// [`Config::share_typing`].
    pub share_typing: Option<bool>,
    /// [`Config::typing_debounce_ms`], at most a minute.
    pub typing_debounce_ms: Option<u64>,
    /// [`Config::typing_stop_ms`], from half a second to a minute.
    pub typing_stop_ms: Option<u64>,
    /// [`Config::share_presence`].
    pub share_presence: Option<bool>,
    /// [`Config::share_location`].
    pub share_location: Option<bool>,
    /// [`Config::idle_timeout_ms`], from a second to a day.
    pub idle_timeout_ms: Option<u64>,
    /// [`Config::http_after_failures`], from 1 to 1,000; null: never.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub http_after_failures: Option<Option<u32>>,
    /// [`Config::cache_messages`], from 10 to 100,000.
    pub cache_messages: Option<usize>,
}

impl Settings {
    /// Says which setting is out of its bounds, if one is.
    pub(crate) fn check(&self) -> Result<(), CommandError> {
        let size = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        let max_ops = size(OpsRequest::MAX_OPS);
        let bounds: [(&str, Option<u64>, RangeInclusive<u64>); 9] = [
            ("maxRetries", self.max_retries.map(u64::from), 0..=10_000),
            (
                "heartbeatIntervalMs",
                self.heartbeat_interval_ms,
                1_000..=300_000,
            ),
            ("batchSize", self.batch_size.map(size), 1..=max_ops),
            (
                "maxOpRetries",
                self.max_op_retries.map(u64::from),
                0..=1_000,
            ),
            ("typingDebounceMs", self.typing_debounce_ms, 0..=60_000),
            ("typingStopMs", self.typing_stop_ms, 500..=60_000),
            ("idleTimeoutMs", self.idle_timeout_ms, 1_000..=86_400_000),
            (
                "httpAfterFailures",
                self.http_after_failures.flatten().map(u64::from),
                1..=1_000,
            ),
            ("cacheMessages", self.cache_messages.map(size), 10..=100_000),
        ];
        let outside = bounds
            .into_iter()
            .find(|(_, value, bounds)| value.is_some_and(|value| !bounds.contains(&value)));
        outside.map_or(Ok(()), |(name, ..)| Err(CommandError::BadSetting(name)))
    }

    /// Puts what is there in the place of what was.
    pub(crate) fn apply(self, config: &mut Config) {
        fn put<T>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        put(&mut config.enable_retry, self.enable_retry);
        put(&mut config.max_retries, self.max_retries);
        put(
            &mut config.heartbeat_interval_ms,
            self.heartbeat_interval_ms,
        );
        put(&mut config.batch_size, self.batch_size);
        put(&mut config.max_op_retries, self.max_op_retries);
        put(&mut config.share_typing, self.share_typing);
        put(&mut config.typing_debounce_ms, self.typing_debounce_ms);
        put(&mut config.typing_stop_ms, self.typing_stop_ms);
        put(&mut config.share_presence, self.share_presence);
        put(&mut config.share_location, self.share_location);
        put(&mut config.idle_timeout_ms, self.idle_timeout_ms);
        put(&mut config.http_after_failures, self.http_after_failures);
        put(&mut config.cache_messages, self.cache_messages);
    }
}

impl Config {
    /// Returns what of it may change while the engine runs.
    pub(crate) const fn settings(&self) -> Settings {
        Settings {
            enable_retry: Some(self.enable_retry),
            max_retries: Some(self.max_retries),
            heartbeat_interval_ms: Some(self.heartbeat_interval_ms),
            batch_size: Some(self.batch_size),
            max_op_retries: Some(self.max_op_retries),
            share_typing: Some(self.share_typing),
            typing_debounce_ms: Some(self.typing_debounce_ms),
            typing_stop_ms: Some(self.typing_stop_ms),
            share_presence: Some(self.share_presence),
            share_location: Some(self.share_location),
            idle_timeout_ms: Some(self.idle_timeout_ms),
            http_after_failures: Some(self.http_after_failures),
            cache_messages: Some(self.cache_messages),
        }
    }
}

/// Reads a value that is there; so a null is the value's own, and not its absence.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(more: &str) -> Result<Config, String> {
        let json = format!(r#"{{"userId": "kari", "deviceId": "laptop"{more}}}"#);
        serde_json::from_str(&json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_host_gives_only_what_it_changes() {
        let default = config("").expect("the defaults hold");
        let kari = UserId::new("kari").expect("an id");
        assert_eq!(default, Config::new(kari, default.device_id.clone()));
        let changed = config(r#", "maxRetries": 9, "httpAfterFailures": null, "later": 1"#);
        let changed = changed.expect("is within bounds");
        assert_eq!(
            (changed.max_retries, changed.http_after_failures),
            (9, None)
        );
        let json = serde_json::to_string(&changed).expect("serialises");
        assert_eq!(serde_json::from_str(&json).ok(), Some(changed));
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let error = config(r#", "heartbeatIntervalMs": 0"#).expect_err("is out of bounds");
        assert!(
            error.contains("heartbeatIntervalMs is out of bounds"),
            "{error}"
        );
        assert!(serde_json::from_str::<Config>(r#"{"userId": "kari"}"#).is_err());
        let none: Settings = serde_json::from_str("{}").expect("may be empty");
        assert_eq!(none, Settings::default());
        let never: Settings =
            serde_json::from_str(r#"{"httpAfterFailures": null}"#).expect("is a setting");
        assert_eq!(never.http_after_failures, Some(None));
    }
}
