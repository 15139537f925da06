//! How a device's way to the server is: plain data, so that a plan can hold it.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// The state of one device's network. Chances are in a thousand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    /// How long anything takes one way.
    pub latency_ms: RangeInclusive<u64>,
    /// How fast the device takes what is sent to it; none: at once. Zero counts as one.
    pub bytes_per_second: Option<u64>,
    /// How many attempts fail at once: no such name, no route.
    pub refuse: u16,
    /// How many attempts are never answered.
    pub hang: u16,
    /// How many frames cut the link they travel on.
    pub cut: u16,
    /// Whether WebSockets get through; a proxy that refuses them lets HTTP pass.
    pub websockets: bool,
    /// How many loose frames are lost.
    pub lose_events: u16,
    /// How many loose frames come twice.
    pub repeat_events: u16,
    /// How many requests a proxy sends twice.
    pub http_repeat: u16,
}

impl Condition {
    /// Good Wi-Fi.
    pub const GOOD: Self = Self {
        latency_ms: 2..=20,
        bytes_per_second: None,
        refuse: 0,
        hang: 0,
        cut: 0,
        websockets: true,
        lose_events: 0,
        repeat_events: 0,
        http_repeat: 0,
    };
}

impl Default for Condition {
    fn default() -> Self {
        Self::GOOD
    }
}

/// One way along a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}
