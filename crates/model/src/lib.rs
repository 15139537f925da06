//! What a chat is, without I/O and without a clock.
//!
//! Every chat has one counter. Each atomic commit in a chat takes the next [`Seq`] and is one
//! [`Envelope`]: the changed [`Rows`] in their new state, each stamped with that seq. Rows merge by
//! the greater seq, so applying twice changes nothing, and catching up is "the rows with a seq
//! greater than mine".
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`id`] | the newtypes that name users, chats, messages, operations and devices |
//! | [`seq`] | the counter, the epoch, the cursor |
//! | [`chat`], [`participant`], [`message`], [`reaction`] | the shared rows of a chat |
//! | [`rows`] | the rows of one commit, and how they merge |
//! | [`op`] | what a person can ask a chat to do |
//! | [`flat`] | sorted maps and sets in little code |
//! | [`missing`] | how what is read flat is refused |
//! | [`receipt`] | delivered and read as watermarks, and the ticks derived from them |
//! | [`presence`], [`typing`] | who is there, who is writing: pure functions of state and event |
//! | [`private`] | what only one user sees: drafts, mutes, blocks, settings |
//! | [`view`] | what a reader gets: a sync, a page, a list of chats, search hits |

#[cfg(feature = "openapi")]
mod openapi;

pub mod chat;
pub mod flat;
pub mod id;
pub mod message;
pub mod missing;
pub mod op;
pub mod participant;
pub mod presence;
pub mod private;
pub mod reaction;
pub mod receipt;
pub mod rows;
pub mod seq;
pub mod time;
pub mod typing;
pub mod view;

pub use chat::{Chat, HistoryRule, Title};
pub use id::{ChatId, DeviceId, IdError, MessageId, OpId, UserId};
pub use message::{Body, ContentError, Message, MessageKind};
pub use op::Op;
pub use participant::{Participant, Permission, Role};
pub use presence::{DeviceKind, Presence, PresenceDiff, Status};
pub use private::{PrivateKey, PrivateRow};
pub use reaction::{Emoji, Reaction, ReactionCount};
pub use receipt::{Receipt, ReceiptSummary, Receipts, Tick};
pub use rows::{Envelope, Rows};
pub use seq::{Cursor, Epoch, Lineage, Seq};
pub use time::UnixMillis;
pub use view::{ChatSummary, Edit, Page, Private, SearchHit, SearchPage, Sync};

/// The version of the data that this build understands; a client of another version is reset.
pub const DATA_VERSION: u16 = 1;
