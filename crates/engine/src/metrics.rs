//! The numbers of the specification's Monitoring section, as data: counters, and the rates they give.

use serde::Serialize;

use samtale_model::flat::Map;

use crate::Network;

/// What an engine has counted since its birth. It holds no ids and no content.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// The connection.
    pub connection: ConnectionMetrics,
    /// Messages and other ops.
    pub messages: MessageMetrics,
    /// What the person did.
    pub behaviour: BehaviourMetrics,
}

/// Numbers of the connection.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConnectionMetrics {
    /// Sockets that were to be opened.
    pub attempts: u64,
    /// Those that became live.
    pub successes: u64,
    /// Live ones that were lost.
    pub losses: u64,
    /// Times that HTTP took over.
    pub fallbacks: u64,
    /// Heartbeats answered.
    pub heartbeats: u64,
    /// The sum of their latencies, in milliseconds.
    pub latency_sum_ms: u64,
    /// The greatest of them.
    pub latency_max_ms: u64,
    /// Answers to other pushes.
    pub replies: u64,
    /// The sum of the times they took, in milliseconds.
    pub reply_sum_ms: u64,
    /// How long each kind of network lasted, in milliseconds.
    #[cfg_attr(feature = "ts", ts(as = "std::collections::BTreeMap<Network, u64>"))]
    pub network_ms: Map<Network, u64>,
    /// Gaps in what came, each filled by one sync.
    pub gaps: u64,
    /// Resets.
    pub resets: u64,
}

impl ConnectionMetrics {
    /// Returns the share of attempts that became live; none before the first.
    pub fn success_rate(&self) -> Option<f64> {
        rate(self.successes, self.attempts)
    }

    /// Returns the mean latency of heartbeats, in milliseconds.
    pub fn mean_latency_ms(&self) -> Option<f64> {
        rate(self.latency_sum_ms, self.heartbeats)
    }

    /// Returns the mean time an answer took, in milliseconds.
    pub fn mean_reply_ms(&self) -> Option<f64> {
        rate(self.reply_sum_ms, self.replies)
    }
}

/// Numbers of messages and other ops.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct MessageMetrics {
    /// Ops queued.
    pub queued: u64,
    /// Ops the server has.
    pub acknowledged: u64,
    /// Ops refused for good.
    pub failed: u64,
    /// Ops given up or folded into others.
    pub cancelled: u64,
    /// Ops that went out more than once, counted each further time.
    pub retries: u64,
    /// Refusals and silences, by code (`timeout` and `disconnected` beside the wire's).
    #[cfg_attr(
        feature = "ts",
        ts(as = "std::collections::BTreeMap<&'static str, u64>")
    )]
    pub causes: Map<&'static str, u64>,
    /// Own messages that reached every other participant's device.
    pub delivered: u64,
    /// Requests that carried ops.
    pub requests: u64,
    /// The sum of the times from queue to acknowledgement, in milliseconds.
    pub wait_sum_ms: u64,
    /// Messages of others received.
    pub received: u64,
}

impl MessageMetrics {
    /// Returns the share of settled ops that the server took.
    pub fn success_rate(&self) -> Option<f64> {
        rate(self.acknowledged, self.acknowledged + self.failed)
    }

    /// Returns how many ops went with one request.
    pub fn ops_per_request(&self) -> Option<f64> {
        rate(self.acknowledged + self.failed, self.requests)
    }

    /// Returns the mean time from queue to acknowledgement, in milliseconds.
    pub fn mean_wait_ms(&self) -> Option<f64> {
        rate(self.wait_sum_ms, self.acknowledged)
    }
}

/// Numbers of what the person did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BehaviourMetrics {
    /// Spells of writing.
    pub typing_spells: u64,
    /// Changes of one's own status.
    pub status_changes: u64,
    /// Chats opened.
    pub chats_opened: u64,
    /// Commands, by name.
    #[cfg_attr(
        feature = "ts",
        ts(as = "std::collections::BTreeMap<&'static str, u64>")
    )]
    pub commands: Map<&'static str, u64>,
}

fn rate(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_nothing_is_none() {
        assert_eq!(ConnectionMetrics::default().success_rate(), None);
        let metrics = ConnectionMetrics {
            attempts: 4,
            successes: 3,
            ..ConnectionMetrics::default()
        };
        assert_eq!(metrics.success_rate(), Some(0.75));
    }
}
