//! The names of events, as they stand in frames.

/// Joins a topic.
pub const JOIN: &str = "phx_join";
/// Leaves a topic.
pub const LEAVE: &str = "phx_leave";
/// Answers a push.
pub const REPLY: &str = "phx_reply";
/// Ends a channel in good order.
pub const CLOSE: &str = "phx_close";
/// Ends a channel by a fault; the client joins again.
pub const ERROR: &str = "phx_error";
/// Keeps a connection alive, on topic `phoenix`.
pub const HEARTBEAT: &str = "heartbeat";
/// Renews the session's token in place.
pub const ACCESS_TOKEN: &str = "access_token";
/// Tells of the channel itself; what Supabase's clients show as system messages.
pub const SYSTEM: &str = "system";

/// Applies ops in order, on a chat.
pub const OPS: &str = "ops";
/// A single send: `ops` with one op.
pub const MESSAGE_SEND: &str = "message:send";
/// A single edit.
pub const MESSAGE_EDIT: &str = "message:edit";
/// A single delete.
pub const MESSAGE_DELETE: &str = "message:delete";
/// A single reaction.
pub const REACTION_SET: &str = "reaction:set";
/// Raises one's own watermarks.
pub const RECEIPT: &str = "receipt";
/// Says that one is writing, or has stopped; the same name carries it to the others.
pub const TYPING: &str = "typing";
/// Says how one is present.
pub const PRESENCE: &str = "presence";
/// Asks for a page of history.
pub const HISTORY: &str = "history";
/// Asks what has changed.
pub const SYNC: &str = "sync";

/// A commit of a chat, or of a user's private state.
pub const ENVELOPE: &str = "envelope";
/// Changed receipts.
pub const RECEIPTS: &str = "receipts";
/// Who is present, whole.
pub const PRESENCE_STATE: &str = "presence_state";
/// Who came, changed or left.
pub const PRESENCE_DIFF: &str = "presence_diff";
/// What the client holds of a chat no longer counts: sync without a cursor.
pub const RESET: &str = "reset";
/// The connection lags: events were dropped, the head is named; sync.
pub const BEHIND: &str = "behind";
/// The user is no longer in the chat; the channel closes.
pub const REMOVED: &str = "removed";

/// Writes a private row, on a user's topic.
pub const PRIVATE: &str = "private";
/// Asks for the list of chats, or for some of them.
pub const CHATS: &str = "chats";
/// Something happened in a chat that this connection has not joined.
pub const HEAD: &str = "head";
/// Makes a chat, on a user's topic.
pub const CREATE_CHAT: &str = "create_chat";
/// Searches messages.
pub const SEARCH: &str = "search";

/// One changed message, for channels joined with `events: "rows"`.
pub const ROW_MESSAGE: &str = "message";
/// One changed participant, likewise.
pub const ROW_PARTICIPANT: &str = "participant";
/// The changed chat, likewise.
pub const ROW_CHAT: &str = "chat";
/// One changed reaction, likewise.
pub const ROW_REACTION: &str = "reaction";
