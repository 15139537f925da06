//! The data that a scenario begins with, written through the store itself before the server starts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use futures_util::future::try_join_all;
use futures_util::{StreamExt as _, TryStreamExt as _};
use samtale_model::{Body, ChatId, HistoryRule, MessageId, Op, OpId, Role, UserId};
use samtale_server::auth::{Claims, mint};
use samtale_server::config::Secret;
use samtale_store::seal::Keyring;
use samtale_store::sqlite::SqliteConfig;
use samtale_store::{Env, NewChat, NewParticipant, SqliteStore, Store, SystemEnv};
use tempfile::TempDir;

/// How many writes wait for the store together.
const TOGETHER: usize = 2_000;
/// The most participants that a chat starts with.
const AT_ONCE: usize = 200;
/// How often it is looked how much is left to be indexed.
const LOOK: Duration = Duration::from_millis(200);
/// For how long the tokens hold, in milliseconds.
const TOKEN_LIFE_MS: u64 = 12 * 60 * 60 * 1_000;

/// A server's data folder, and the secrets that go with it.
pub(crate) struct Folder {
    folder: TempDir,
    env: Arc<SystemEnv>,
    jwt_secret: String,
    master_key: String,
}

impl Folder {
    /// Makes an empty folder on the disk that is to be measured.
    pub(crate) fn new(beside: Option<&Path>) -> Result<Self> {
        let env = Arc::new(SystemEnv::new());
        let mut builder = tempfile::Builder::new();
        builder.prefix("samtale-bench-");
        let folder = match beside {
            Some(path) => builder.tempdir_in(path)?,
            None => builder.tempdir()?,
        };
        Ok(Self {
            folder,
            jwt_secret: hex(&*env),
            master_key: hex(&*env),
            env,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns where the database is.
    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("samtale.db")
    }

    /// Returns the variables of the server's secrets.
    pub(crate) fn secrets(&self) -> [(&str, &str); 2] {
        [
            ("SAMTALE_JWT_SECRET", &self.jwt_secret),
            ("SAMTALE_MASTER_KEY", &self.master_key),
        ]
    }

    /// Makes a user's token.
    pub(crate) fn token(&self, user: usize) -> String {
        let exp = self.env.unix().plus(TOKEN_LIFE_MS);
        let claims = Claims::new(user_id(user), exp);
        mint(&Secret::new(&self.jwt_secret), &claims)
    }

    /// Makes an id for a message.
    pub(crate) fn message_id(&self) -> MessageId {
        MessageId::v7(self.env.unix(), self.random())
    }

    /// Makes an id for an op that is no message.
    pub(crate) fn op_id(&self) -> OpId {
        OpId::v7(self.env.unix(), self.random())
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.env.fill_random(&mut bytes);
        bytes
    }

    /// Opens the store, before the server does.
    pub(crate) fn open(&self) -> Result<Seed<'_>> {
        let keyring = Keyring::parse(&self.master_key)?;
        let config = SqliteConfig::file(self.database(), keyring, Arc::clone(&self.env) as _);
        Ok(Seed {
            store: SqliteStore::open(config)?,
            folder: self,
        })
    }
}

fn hex(env: &dyn Env) -> String {
    let mut bytes = [0; 32];
    env.fill_random(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the id of a user by number.
pub(crate) fn user_id(number: usize) -> UserId {
    UserId::new(format!("user-{number}")).expect("a short word is an id")
}

/// Returns the number of the user whose id stands at the beginning of a text, and what follows the id.
pub(crate) fn user_number(text: &str) -> Option<(usize, &str)> {
    let text = text.strip_prefix("user-")?;
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    Some((digits.parse().ok()?, rest))
}

/// A store that is being filled.
pub(crate) struct Seed<'a> {
    store: SqliteStore,
    folder: &'a Folder,
}

impl Seed<'_> {
    /// Makes a chat of the users in a range, the first its owner.
    pub(crate) async fn chat(&self, users: std::ops::Range<usize>) -> Result<ChatId> {
        let id = ChatId::v7(self.folder.env.unix(), self.folder.random());
        let first = users.start;
        let participants = users.clone().take(AT_ONCE).map(|user| NewParticipant {
            user: user_id(user),
            role: if user == first {
                Role::Owner
            } else {
                Role::Student
            },
        });
        let chat = NewChat {
            id,
            title: None,
            history: HistoryRule::All,
            participants: participants.collect(),
        };
        let owner = user_id(first);
        self.store.create_chat(&owner, chat).await?;
        let ops: Vec<Op> = users
            .skip(AT_ONCE)
            .map(|user| Op::AddParticipant {
                op_id: self.folder.op_id(),
                user_id: user_id(user),
                role: Role::Student,
            })
            .collect();
        for ops in ops.chunks(100) {
            self.apply(&owner, id, ops.to_vec()).await?;
        }
        Ok(id)
    }

    /// Makes many chats of so many users each, one after the other in the users' numbers.
    pub(crate) async fn chats(&self, count: usize, of: usize) -> Result<Vec<ChatId>> {
        let members = (0..count).map(|number| number * of..(number + 1) * of);
        self.chats_with(members, 0, || ()).await
    }

    /// Makes chats of users and has them send so many messages to each, some chats at a time; `done` is told of each.
    pub(crate) async fn chats_with(
        &self,
        members: impl Iterator<Item = std::ops::Range<usize>>,
        messages: usize,
        done: impl Fn(),
    ) -> Result<Vec<ChatId>> {
        let done = &done;
        let make = members.map(|members| async move {
            let chat = self.chat(members.clone()).await?;
            self.messages(chat, members, messages, |_| ()).await?;
            done();
            Ok::<_, anyhow::Error>(chat)
        });
        let together = TOGETHER / messages.max(1);
        futures_util::stream::iter(make)
            .buffered(together.max(1))
            .try_collect()
            .await
    }

    /// Has users send so many messages to a chat, one after the other, and tells after each group how many are there.
    pub(crate) async fn messages(
        &self,
        chat: ChatId,
        senders: std::ops::Range<usize>,
        count: usize,
        mut done: impl FnMut(usize),
    ) -> Result<()> {
        let senders: Vec<UserId> = senders.map(user_id).collect();
        for begin in (0..count).step_by(TOGETHER) {
            let end = count.min(begin + TOGETHER);
            let sends = (begin..end).map(|number| {
                let op = Op::Send {
                    id: self.folder.message_id(),
                    content: Body::from_stored(crate::words::line(number)),
                    reply_to: None,
                    thread_root: None,
                };
                self.apply(&senders[number % senders.len()], chat, vec![op])
            });
            try_join_all(sends).await?;
            done(end);
        }
        Ok(())
    }

    async fn apply(&self, actor: &UserId, chat: ChatId, ops: Vec<Op>) -> Result<()> {
        let applied = self.store.apply(actor, chat, ops).await?;
        match applied.results.into_iter().find_map(Result::err) {
            Some(refusal) => Err(anyhow!("the data can't be made: {refusal}")),
            None => Ok(()),
        }
    }

    /// Indexes what was said, and closes the store for the server to open.
    pub(crate) async fn close(self) -> Result<()> {
        self.close_with(|_| ()).await
    }

    /// Does the same, and tells now and then about how many messages are still to be indexed.
    pub(crate) async fn close_with(self, mut left: impl FnMut(u64)) -> Result<()> {
        let mut all = std::pin::pin!(self.store.index_all());
        loop {
            left(self.store.stats().unindexed);
            if let Ok(indexed) = tokio::time::timeout(LOOK, all.as_mut()).await {
                indexed?;
                break;
            }
        }
        self.store.close().await;
        Ok(())
    }
}
