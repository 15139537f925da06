//! What the server counts, for `GET /metrics` in Prometheus' text form.
//!
//! The names stand here and nowhere else. Labels have few values: never a user, a chat or an
//! address. One recorder serves the process, however many servers it runs.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use samtale_store::Stats;

/// Open connections.
pub const CONNECTIONS: &str = "samtale_connections";
/// Connections since the start, by how they ended.
pub const CONNECTIONS_CLOSED: &str = "samtale_connections_closed_total";
/// Joins by topic kind and outcome.
pub const JOINS: &str = "samtale_joins_total";
/// Ops by name and outcome.
pub const OPS: &str = "samtale_ops_total";
/// How long ops took, from the request to the disk.
pub const OP_SECONDS: &str = "samtale_op_duration_seconds";
/// Frames handed to connections' sockets.
pub const FANOUT: &str = "samtale_fanout_frames_total";
/// Events that were dropped because a connection did not take them.
pub const DROPPED: &str = "samtale_fanout_dropped_total";
/// Times that a chat's queued events collapsed to "behind".
pub const BEHIND: &str = "samtale_fanout_behind_total";
/// Chats with live subscribers.
pub const ROOMS: &str = "samtale_rooms";
/// HTTP requests by method, route and status.
pub const HTTP: &str = "samtale_http_requests_total";
/// How long HTTP requests took, by route.
pub const HTTP_SECONDS: &str = "samtale_http_duration_seconds";
/// Refused tokens, by reason.
pub const AUTH_FAILURES: &str = "samtale_auth_failures_total";
/// Requests refused by a rate limit, by limit.
pub const RATE_LIMITED: &str = "samtale_rate_limited_total";
/// Transactions that the store has committed, each synced once.
pub const STORE_COMMITS: &str = "samtale_store_commits_total";
/// Writes in them.
pub const STORE_WRITES: &str = "samtale_store_writes_total";
/// Messages that wait to be in the search index.
pub const UNINDEXED: &str = "samtale_search_unindexed";

/// Upper bounds of the latency histograms, in seconds.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Frames handed on, until they are rendered: counted thousands of times a message.
static FRAMES: AtomicU64 = AtomicU64::new(0);

/// Counts frames that were handed to a connection's socket.
pub(crate) fn fanned_out(frames: usize) {
    FRAMES.fetch_add(u64::try_from(frames).unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// Counts, and renders what was counted.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// Returns the process' metrics; the first call installs them.
    ///
    /// # Panics
    /// When the program has installed another recorder of the `metrics` crate before.
    pub fn install() -> Self {
        static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
        let handle = HANDLE.get_or_init(|| {
            let handle = recorder().expect("no other recorder is installed in this process");
            describe();
            handle
        });
        Self(handle.clone())
    }

    /// Takes what the store says of itself.
    pub fn store(&self, stats: Stats) {
        counter!(STORE_COMMITS).absolute(stats.commits);
        counter!(STORE_WRITES).absolute(stats.writes);
        gauge!(UNINDEXED).set(stats.unindexed as f64);
    }

    /// Renders everything in Prometheus' text form.
    pub fn render(&self) -> String {
        counter!(FANOUT).absolute(FRAMES.load(Ordering::Relaxed));
        self.0.render()
    }

    /// Folds what histograms have gathered. The server calls it each minute.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }

    /// Counts an op, its outcome (`ok` or an error code), and how long it took.
    pub fn op(&self, name: &'static str, outcome: &'static str, took: Duration) {
        counter!(OPS, "op" => name, "outcome" => outcome).increment(1);
        histogram!(OP_SECONDS, "op" => name).record(took);
    }

    /// Counts a connection that opened.
    pub fn connected(&self) {
        gauge!(CONNECTIONS).increment(1);
    }

    /// Counts a connection that ended, and why.
    pub fn disconnected(&self, why: &'static str) {
        gauge!(CONNECTIONS).decrement(1);
        counter!(CONNECTIONS_CLOSED, "why" => why).increment(1);
    }

    /// Counts a join of a topic (`user`, `chat` or `realtime`) and its outcome.
    pub fn join(&self, topic: &'static str, outcome: &'static str) {
        counter!(JOINS, "topic" => topic, "outcome" => outcome).increment(1);
    }

    /// Counts an HTTP request by the route's pattern, never by its path.
    pub fn http(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        counter!(HTTP, "method" => method, "route" => route.clone(), "status" => status.to_string())
            .increment(1);
        histogram!(HTTP_SECONDS, "route" => route).record(took);
    }

    /// Counts a refusal by a rate limit.
    pub fn rate_limited(&self, at: &'static str) {
        counter!(RATE_LIMITED, "at" => at).increment(1);
    }
}

fn recorder() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .install_recorder()
}

fn describe() {
    describe_gauge!(CONNECTIONS, "Open connections");
    describe_counter!(CONNECTIONS_CLOSED, "Connections that ended, by reason");
    describe_counter!(JOINS, "Joins of topics, by kind and outcome");
    describe_counter!(OPS, "Ops, by name and outcome");
    describe_histogram!(
        OP_SECONDS,
        Unit::Seconds,
        "Time from an op's request until it is on disk"
    );
    describe_counter!(FANOUT, "Frames handed to connections' sockets");
    describe_counter!(DROPPED, "Events dropped by full queues");
    describe_counter!(BEHIND, "Times that a connection was told that it is behind");
    describe_gauge!(ROOMS, "Chats with live subscribers");
    describe_counter!(HTTP, "HTTP requests, by method, route and status");
    describe_histogram!(HTTP_SECONDS, Unit::Seconds, "Time of HTTP requests");
    describe_counter!(AUTH_FAILURES, "Refused tokens, by reason");
    describe_counter!(RATE_LIMITED, "Requests refused by a rate limit");
    describe_counter!(STORE_COMMITS, "Transactions committed, each synced once");
    describe_counter!(STORE_WRITES, "Writes in the store's transactions");
    describe_gauge!(UNINDEXED, "Messages that wait to be in the search index");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_rendered() {
        let metrics = Metrics::install();
        Metrics::install().op("send", "id_conflict", Duration::from_millis(3));
        metrics.http("GET", "/api/chats/{id}", 200, Duration::from_millis(1));
        let text = metrics.render();
        for line in [
            r#"samtale_ops_total{op="send",outcome="id_conflict"} 1"#,
            r#"samtale_op_duration_seconds_bucket{op="send",le="0.005"} 1"#,
            r#"route="/api/chats/{id}""#,
            "# HELP samtale_ops_total Ops, by name and outcome",
        ] {
            assert!(text.contains(line), "{line} is missing in:\n{text}");
        }
    }
}
