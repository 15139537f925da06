//! How a chat is spoken: Phoenix Channels frames, topics, events and error codes.
//!
//! One WebSocket carries every chat. A [`frame::Frame`] is `[join_ref, ref, topic, event, payload]`;
//! the topic says whom it is for ([`topic::Topic`]), the event what it is ([`event`]), and the
//! payload is one of the types in [`chat`], [`user`] and [`presence`]. The HTTP API speaks the same
//! types, see [`http`]. Channels of Supabase's kind are in [`realtime`]. Every refusal carries a [`code::ErrorCode`]. All is read by [`json`].

pub mod binary;
pub mod chat;
pub mod code;
pub mod event;
pub mod frame;
pub mod http;
pub mod json;
pub mod presence;
pub mod realtime;
pub mod topic;
#[cfg(feature = "ts")]
pub mod ts;
pub mod user;

pub use code::{ErrorCode, RetryKind, WireError};
pub use frame::{Frame, FrameError, Version};
pub use topic::Topic;

/// The version of the native events on `user:` and `chat:` topics; a join names the one it speaks.
pub const PROTO: u16 = 1;
