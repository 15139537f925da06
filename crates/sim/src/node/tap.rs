//! An ear on the store: it hears every commit before the server does, and every answer to ops before whoever asked.

use std::sync::Arc;

use async_trait::async_trait;
use samtale_model::{
    ChatId, ChatSummary, Cursor, Edit, Lineage, Message, MessageId, Op, Page, Participant, Private,
    PrivateKey, PrivateRow, Receipt, Receipts, SearchPage, Seq, UnixMillis, UserId,
};
use samtale_store::{
    Applied, ChatList, ChatsQuery, Commit, CommitSink, Done, Identity, NewChat, ParticipantsPage,
    PrivateWrite, Profile, ReadError, SearchQuery, SignInError, Snapshot, Stats, Store, StoreError,
    Visibility, WriteError,
};

/// Hears what the store commits and answers.
pub trait Tap: Send + Sync {
    /// Takes a commit, in commit order, when it is durable and nobody was told yet.
    fn committed(&self, commit: &Commit);

    /// Takes the answer to ops that were asked for, when what it tells is durable.
    fn applied(
        &self,
        _actor: &UserId,
        _chat: ChatId,
        _ops: &[Op],
        _answer: &Result<Applied, WriteError>,
    ) {
    }
}

/// A store with an ear on it.
pub(super) struct Tapped {
    store: Arc<dyn Store>,
    tap: Arc<dyn Tap>,
}

impl Tapped {
    pub(super) fn new(store: Arc<dyn Store>, tap: Arc<dyn Tap>) -> Self {
        Self { store, tap }
    }
}

struct TappedSink {
    tap: Arc<dyn Tap>,
    sink: Arc<dyn CommitSink>,
}

impl CommitSink for TappedSink {
    fn committed(&self, commit: Commit) {
        self.tap.committed(&commit);
        self.sink.committed(commit);
    }
}

/// Hands calls on as they are.
macro_rules! handed_on {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for Tapped {
            fn lineage(&self) -> &Lineage {
                self.store.lineage()
            }

            fn set_sink(&self, sink: Arc<dyn CommitSink>) {
                self.store.set_sink(Arc::new(TappedSink { tap: Arc::clone(&self.tap), sink }));
            }

            async fn apply(&self, actor: &UserId, chat: ChatId, ops: Vec<Op>) -> Result<Applied, WriteError> {
                let answer = self.store.apply(actor, chat, ops.clone()).await;
                self.tap.applied(actor, chat, &ops, &answer);
                answer
            }

            async fn close(&self) {
                self.store.close().await;
            }

            fn stats(&self) -> Stats {
                self.store.stats()
            }

            $(async fn $name(&self, $($argument: $kind),*) -> $answer {
                self.store.$name($($argument),*).await
            })*
        }
    };
}

handed_on! {
    sign_in(identity: Identity) -> Result<Profile, SignInError>;
    create_chat(actor: &UserId, chat: NewChat) -> Result<Done<ChatSummary>, WriteError>;
    put_private(actor: &UserId, write: PrivateWrite) -> Result<PrivateRow, WriteError>;
    raise_receipt(actor: &UserId, chat: ChatId, delivered: Seq, read: Seq) -> Result<Option<Receipt>, WriteError>;
    note_seen(seen: Vec<(UserId, UnixMillis)>) -> Result<(), StoreError>;
    erase_user(user: &UserId) -> Result<(), StoreError>;
    sync(viewer: &UserId, chat: ChatId, cursor: Option<Cursor>, limit: usize) -> Result<Snapshot, ReadError>;
    page(viewer: &UserId, chat: ChatId, before: Option<Seq>, limit: usize) -> Result<Page, ReadError>;
    message(viewer: &UserId, message: MessageId) -> Result<Message, ReadError>;
    edits(viewer: &UserId, message: MessageId) -> Result<Vec<Edit>, ReadError>;
    thread(viewer: &UserId, root: MessageId, before: Option<Seq>, limit: usize) -> Result<Page, ReadError>;
    chats(viewer: &UserId, query: ChatsQuery) -> Result<ChatList, ReadError>;
    participants(viewer: &UserId, chat: ChatId, after: Option<UserId>, limit: usize) -> Result<ParticipantsPage, ReadError>;
    receipts(viewer: &UserId, chat: ChatId) -> Result<Receipts, ReadError>;
    private(viewer: &UserId, cursor: Option<Cursor>) -> Result<Private, ReadError>;
    private_row(viewer: &UserId, key: PrivateKey) -> Result<PrivateRow, ReadError>;
    search(viewer: &UserId, query: SearchQuery) -> Result<SearchPage, ReadError>;
    profiles(users: &[UserId]) -> Result<Vec<Profile>, StoreError>;
    views(viewer: &UserId) -> Result<Vec<(ChatId, Visibility)>, StoreError>;
    members(chat: ChatId) -> Result<Vec<Participant>, StoreError>;
    purge_op_ids() -> Result<usize, StoreError>;
    check() -> Result<(), StoreError>;
}
