//! The bounds that every backend keeps.

/// The most changed rows that a sync catches up on; beyond it the reader starts over.
pub const MAX_CHANGES: usize = 2_000;
/// The most rows or messages that one read answers with, whatever was asked.
pub const MAX_LIMIT: usize = 200;
/// The most active participants of a chat.
pub const MAX_PARTICIPANTS: u32 = 5_000;
/// The most participants that a chat starts with.
pub const MAX_AT_ONCE: usize = 200;
/// The most participants that a reset lists; in a larger chat it has the reader's own and the page's senders.
pub const MAX_LISTED_PARTICIPANTS: usize = 200;
/// The most chats that someone is in at the same time.
pub const MAX_CHATS: u32 = 5_000;
/// The most earlier wordings of a message.
pub const MAX_EDITS: usize = 200;
/// The most different emoji on one message.
pub const MAX_EMOJI: usize = 50;
/// The most private rows of a user that have a value, memberships not counted.
pub const MAX_PRIVATE_ROWS: usize = 2_000;
/// The most removed private rows of a user that are kept for late readers.
pub const MAX_REMOVED_PRIVATE_ROWS: usize = 2_000;
/// The greatest size of a setting's JSON text, in bytes.
pub const MAX_SETTING_BYTES: usize = 4 * 1024;
/// Where counting unread messages gives up, in messages looked at: the newest count.
pub const MAX_UNREAD_WALK: usize = 2_000;
/// The most steps that one search takes before it answers with what it has and where to go on.
pub const MAX_SEARCH_STEPS: usize = 50_000;
/// How long the ids of ops other than sends are remembered at least, in milliseconds: 90 days.
pub const OP_RETENTION_MS: u64 = 90 * 24 * 60 * 60 * 1_000;
