//! The [`Store`] trait: what every backend offers, shaped so that an embedded SQLite and a
//! PostgreSQL fit behind it unchanged. One conformance suite holds for all of them.

use std::sync::Arc;

use async_trait::async_trait;
use samtale_model::{
    ChatId, ChatSummary, Cursor, Edit, Lineage, Message, MessageId, Op, Page, Participant, Private,
    PrivateKey, PrivateRow, Receipt, Receipts, SearchPage, Seq, UnixMillis, UserId,
};

mod commit;
mod error;
pub mod limits;
mod private;
mod request;
mod visibility;

pub use commit::{ChatCommit, Commit, CommitSink, MembershipChange, PrivateCommit, UserCommit};
pub use error::{ReadError, Refusal, SignInError, StoreError, WriteError};
pub use request::{
    Applied, ChatList, ChatsQuery, Done, Identity, NewChat, NewParticipant, ParticipantsPage,
    PrivateWrite, Profile, SearchQuery, Snapshot, Stats,
};
pub use visibility::Visibility;

pub(crate) use private::check_private;

/// Where chats are kept.
///
/// Every method authorises by itself: a caller names who asks, and gets what they may have.
/// A write is answered when it is on disk, and after its [`Commit`] went to the sink.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Returns the lineage: a restored backup has another.
    fn lineage(&self) -> &Lineage;

    /// Sets where commits go, in commit order. Called once, before the first write.
    fn set_sink(&self, sink: Arc<dyn CommitSink>);

    /// Takes what a valid token says of its bearer: a user exists from their first token.
    ///
    /// A changed name or picture is a commit in each of their chats.
    async fn sign_in(&self, identity: Identity) -> Result<Profile, SignInError>;

    /// Applies ops to a chat in order, each a commit of its own, stopping at the first refusal.
    ///
    /// An op that was applied before, known by its id, gets its first answer; one with the same id
    /// and other contents, or by another actor, is refused with [`Refusal::IdConflict`].
    /// The answer has a result for each op that was tried.
    async fn apply(
        &self,
        actor: &UserId,
        chat: ChatId,
        ops: Vec<Op>,
    ) -> Result<Applied, WriteError>;

    /// Makes a chat. The same id by the same actor with the same contents gets the same chat, `repeat` set.
    async fn create_chat(
        &self,
        actor: &UserId,
        chat: NewChat,
    ) -> Result<Done<ChatSummary>, WriteError>;

    /// Writes a private row of the actor.
    async fn put_private(
        &self,
        actor: &UserId,
        write: PrivateWrite,
    ) -> Result<PrivateRow, WriteError>;

    /// Raises the actor's watermarks, bounded by the chat's head; none when nothing moved.
    async fn raise_receipt(
        &self,
        actor: &UserId,
        chat: ChatId,
        delivered: Seq,
        read: Seq,
    ) -> Result<Option<Receipt>, WriteError>;

    /// Notes when users were last seen; late or repeated notes change nothing.
    async fn note_seen(&self, seen: Vec<(UserId, UnixMillis)>) -> Result<(), StoreError>;

    /// Forgets a user: bodies, edits, quotes, search terms, private state and profile; tokens issued before are refused.
    async fn erase_user(&self, user: &UserId) -> Result<(), StoreError>;

    /// Reads what changed in a chat since `cursor`, whole receipts included, in one snapshot.
    ///
    /// Without a cursor, with one of another epoch or beyond the head, or with too many changes,
    /// the answer is a reset: the newest `limit` messages. Otherwise at most `limit` changed rows
    /// beyond whole commits come at a time, and `upTo` is less than `head` where more are left.
    async fn sync(
        &self,
        viewer: &UserId,
        chat: ChatId,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Snapshot, ReadError>;

    /// Reads the `limit` newest visible messages that were created before `before`; the newest of all without it.
    async fn page(
        &self,
        viewer: &UserId,
        chat: ChatId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Page, ReadError>;

    /// Reads one message, where the viewer may see it.
    async fn message(&self, viewer: &UserId, message: MessageId) -> Result<Message, ReadError>;

    /// Reads the earlier wordings of a message, oldest first.
    async fn edits(&self, viewer: &UserId, message: MessageId) -> Result<Vec<Edit>, ReadError>;

    /// Reads a thread: the visible messages whose root is `root`, created before `before`, oldest first.
    async fn thread(
        &self,
        viewer: &UserId,
        root: MessageId,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Page, ReadError>;

    /// Reads the viewer's chats with heads and unread counts, the most recently active first.
    async fn chats(&self, viewer: &UserId, query: ChatsQuery) -> Result<ChatList, ReadError>;

    /// Reads a page of a chat's active participants, by user id.
    async fn participants(
        &self,
        viewer: &UserId,
        chat: ChatId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<ParticipantsPage, ReadError>;

    /// Reads the receipts of a chat, whole.
    async fn receipts(&self, viewer: &UserId, chat: ChatId) -> Result<Receipts, ReadError>;

    /// Reads what changed in the viewer's private state since `cursor`; all of it without one.
    async fn private(&self, viewer: &UserId, cursor: Option<Cursor>) -> Result<Private, ReadError>;

    /// Reads one private row of the viewer; null where there is none.
    async fn private_row(&self, viewer: &UserId, key: PrivateKey) -> Result<PrivateRow, ReadError>;

    /// Searches the visible messages, the newest first.
    async fn search(&self, viewer: &UserId, query: SearchQuery) -> Result<SearchPage, ReadError>;

    /// Reads the profiles of users, those that are known, with when they were last seen.
    async fn profiles(&self, users: &[UserId]) -> Result<Vec<Profile>, StoreError>;

    /// Reads the chats that the viewer is in, with what they see of each: for changes of all of them to be routed by.
    async fn views(&self, viewer: &UserId) -> Result<Vec<(ChatId, Visibility)>, StoreError>;

    /// Reads the active participants of a chat without authorisation, for rooms to route by.
    async fn members(&self, chat: ChatId) -> Result<Vec<Participant>, StoreError>;

    /// Forgets the ids of ops, sends excepted, that are older than any outbox lives (90 days), and returns how many. To
    /// be called now and then.
    async fn purge_op_ids(&self) -> Result<usize, StoreError>;

    /// Returns what the store has done since it was opened.
    fn stats(&self) -> Stats;

    /// Checks that the store can read and write.
    async fn check(&self) -> Result<(), StoreError>;

    /// Finishes what was begun and closes; later calls fail with [`StoreError::Closed`].
    async fn close(&self);
}
