//! What a case works with: people, chats, a clock, and a record of what was told.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use samtale_model::{
    Body, ChatId, ChatSummary, Cursor, Emoji, HistoryRule, MessageId, Op, OpId, Page, Role, Rows,
    Seq, Sync, UnixMillis, UserId,
};

use crate::api::{
    Applied, ChatCommit, ChatsQuery, Commit, CommitSink, Done, Identity, NewChat, NewParticipant,
    ReadError, Refusal, SearchQuery, Snapshot, Store, WriteError,
};
use crate::env::Env;

/// A machine whose clock stands still and whose randomness repeats.
#[derive(Debug)]
pub struct TestEnv {
    now: AtomicI64,
    random: AtomicU64,
}

impl Default for TestEnv {
    fn default() -> Self {
        Self {
            now: AtomicI64::new(1_790_000_000_000),
            random: AtomicU64::new(1),
        }
    }
}

impl TestEnv {
    /// Moves the clock, back too.
    pub fn set(&self, now: UnixMillis) {
        self.now.store(now.0, Ordering::SeqCst);
    }

    /// Returns the time.
    pub fn now(&self) -> UnixMillis {
        self.unix()
    }

    /// Moves the clock on.
    pub fn pass(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is an Env itself: threads have to come from somewhere"
)]
impl Env for TestEnv {
    fn unix(&self) -> UnixMillis {
        UnixMillis(self.now.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.unix().0.unsigned_abs())
    }

    /// SplitMix64: enough to be different every time.
    fn fill_random(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut state = self
                .random
                .fetch_add(1, Ordering::SeqCst)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
            state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(state ^ (state >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }

    /// On the runtime that the case runs on.
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }

    /// The clock stands still, so nothing is waited for but the others' turn.
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::task::yield_now())
    }

    fn spawn_thread(&self, name: &str, work: Box<dyn FnOnce() + Send>) {
        std::thread::Builder::new()
            .name(name.into())
            .spawn(work)
            .expect("room for a thread");
    }
}

/// A sink that keeps what it is told.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Vec<Commit>>);

impl CommitSink for Recorder {
    fn committed(&self, commit: Commit) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(commit);
    }
}

impl Recorder {
    /// Returns everything that was told, in order.
    pub fn all(&self) -> Vec<Commit> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns the commits of a chat, in order.
    pub fn chat(&self, id: ChatId) -> Vec<Arc<ChatCommit>> {
        self.all()
            .into_iter()
            .filter_map(|commit| match commit {
                Commit::Chat(commit) if commit.envelope.chat == id => Some(commit),
                _ => None,
            })
            .collect()
    }
}

/// A store with people around it.
pub struct World {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Its machine.
    pub env: Arc<TestEnv>,
    /// What it told.
    pub sink: Arc<Recorder>,
}

/// Returns a user's id.
pub(super) fn user(name: &str) -> UserId {
    UserId::new(name).expect("a valid id")
}

/// Returns an emoji.
pub(super) fn emoji(text: &str) -> Emoji {
    Emoji::try_from(text.to_owned()).expect("an emoji")
}

impl World {
    /// Puts people around a store.
    pub fn new(store: Arc<dyn Store>, env: Arc<TestEnv>) -> Self {
        let sink = Arc::new(Recorder::default());
        store.set_sink(Arc::clone(&sink) as Arc<dyn CommitSink>);
        Self { store, env, sink }
    }

    fn random(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.env.fill_random(&mut bytes);
        bytes
    }

    pub(super) fn message_id(&self) -> MessageId {
        MessageId::v7(self.env.unix(), self.random())
    }

    pub(super) fn op_id(&self) -> OpId {
        OpId::v7(self.env.unix(), self.random())
    }

    pub(super) fn chat_id(&self) -> ChatId {
        ChatId::v7(self.env.unix(), self.random())
    }

    /// Returns a chat to be made.
    pub(super) fn new_chat(&self, people: &[(&str, Role)]) -> NewChat {
        NewChat {
            id: self.chat_id(),
            title: None,
            history: HistoryRule::SinceJoining,
            participants: people
                .iter()
                .map(|(name, role)| NewParticipant {
                    user: user(name),
                    role: *role,
                })
                .collect(),
        }
    }

    /// Makes a chat of `owner` with others.
    pub(super) async fn chat(&self, owner: &str, others: &[(&str, Role)]) -> ChatId {
        let chat = self.new_chat(others);
        let id = chat.id;
        self.store
            .create_chat(&user(owner), chat)
            .await
            .expect("a chat is made");
        id
    }

    /// Applies one op.
    pub(super) async fn apply(
        &self,
        actor: &str,
        chat: ChatId,
        op: Op,
    ) -> Result<Done<Rows>, Refusal> {
        match self.store.apply(&user(actor), chat, vec![op]).await {
            Ok(Applied { mut results, .. }) => results.pop().expect("a result for the op"),
            Err(WriteError::Refused(refusal)) => Err(refusal),
            Err(WriteError::Store(error)) => panic!("{error}"),
        }
    }

    /// Applies one op that must be accepted.
    pub(super) async fn done(&self, actor: &str, chat: ChatId, op: Op) -> Done<Rows> {
        let name = op.name();
        self.apply(actor, chat, op)
            .await
            .unwrap_or_else(|refusal| panic!("{actor} {name}: {refusal}"))
    }

    pub(super) fn sending(&self, text: &str) -> Op {
        Op::Send {
            id: self.message_id(),
            content: Body::from_stored(text.into()),
            reply_to: None,
            thread_root: None,
        }
    }

    /// Sends a message, and returns its id and place.
    pub(super) async fn send(&self, actor: &str, chat: ChatId, text: &str) -> (MessageId, Seq) {
        let op = self.sending(text);
        let id = MessageId(op.id().0);
        (id, self.done(actor, chat, op).await.seq)
    }

    pub(super) fn editing(&self, message_id: MessageId, text: &str) -> Op {
        Op::Edit {
            op_id: self.op_id(),
            message_id,
            content: Body::from_stored(text.into()),
        }
    }

    pub(super) fn deleting(&self, message_id: MessageId) -> Op {
        Op::Delete {
            op_id: self.op_id(),
            message_id,
        }
    }

    pub(super) fn reacting(&self, message_id: MessageId, text: &str, on: bool) -> Op {
        Op::React {
            op_id: self.op_id(),
            message_id,
            emoji: emoji(text),
            on,
        }
    }

    pub(super) fn adding(&self, name: &str, role: Role) -> Op {
        Op::AddParticipant {
            op_id: self.op_id(),
            user_id: user(name),
            role,
        }
    }

    pub(super) fn ranking(&self, name: &str, role: Role) -> Op {
        Op::SetRole {
            op_id: self.op_id(),
            user_id: user(name),
            role,
        }
    }

    pub(super) fn removing(&self, name: &str) -> Op {
        Op::RemoveParticipant {
            op_id: self.op_id(),
            user_id: user(name),
        }
    }

    pub(super) fn ruling(&self, history: HistoryRule) -> Op {
        Op::UpdateChat {
            op_id: self.op_id(),
            title: None,
            history: Some(history),
        }
    }

    /// Reads the changes since a cursor.
    pub(super) async fn sync(
        &self,
        viewer: &str,
        chat: ChatId,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Snapshot, ReadError> {
        self.store.sync(&user(viewer), chat, cursor, limit).await
    }

    /// Reads a chat from nothing.
    pub(super) async fn fresh(&self, viewer: &str, chat: ChatId) -> Sync {
        self.sync(viewer, chat, None, 200)
            .await
            .expect("a member reads")
            .sync
    }

    /// Reads the newest messages.
    pub(super) async fn page(&self, viewer: &str, chat: ChatId) -> Page {
        self.store
            .page(&user(viewer), chat, None, 200)
            .await
            .expect("a member reads")
    }

    /// Returns the words of the newest messages.
    pub(super) async fn words(&self, viewer: &str, chat: ChatId) -> Vec<String> {
        self.page(viewer, chat)
            .await
            .messages
            .iter()
            .map(|message| message.content.as_str().to_owned())
            .collect()
    }

    /// Returns a chat of the viewer's list.
    pub(super) async fn summary(&self, viewer: &str, chat: ChatId) -> ChatSummary {
        let list = self
            .store
            .chats(&user(viewer), ChatsQuery::Ids(vec![chat]))
            .await
            .expect("the list is read");
        list.chats.into_iter().next().expect("the chat is theirs")
    }

    /// Returns the words of the hits of a search.
    pub(super) async fn found(
        &self,
        viewer: &str,
        words: &str,
        chat: Option<ChatId>,
    ) -> Vec<String> {
        let query = SearchQuery {
            words: words.into(),
            chat,
            after: None,
            limit: 50,
        };
        let page = self
            .store
            .search(&user(viewer), query)
            .await
            .expect("a search is answered");
        page.hits
            .into_iter()
            .map(|hit| hit.message.content.as_str().to_owned())
            .collect()
    }

    /// Signs someone in under a name.
    pub(super) async fn sign_in(&self, id: &str, name: Option<&str>) -> crate::api::Profile {
        self.store
            .sign_in(identity(id, name))
            .await
            .expect("a sign-in")
    }
}

/// Returns what a token says.
pub(super) fn identity(id: &str, name: Option<&str>) -> Identity {
    Identity {
        user: user(id),
        name: name.map(Into::into),
        avatar_url: None,
        locale: None,
        issued_at: None,
    }
}

/// Returns where a reader stands after a sync.
pub(super) fn cursor(sync: &Sync) -> Cursor {
    Cursor {
        epoch: sync.epoch.clone(),
        seq: sync.up_to,
    }
}
