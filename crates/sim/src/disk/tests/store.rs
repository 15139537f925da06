//! The real store on a simulated disk, with an environment that is as small as can be.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::future::BoxFuture;
use samtale_model::{Body, ChatId, HistoryRule, MessageId, Op, UnixMillis, UserId};
use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::{Env, NewChat, OpenError, SqliteConfig, SqliteStore, Store, WriteError};

use crate::disk::{Disk, locked};
use crate::rng::Rng;

/// The chat that everything happens in.
pub(super) const CHAT: ChatId = ChatId::from_bytes([1; 16]);

/// A server's process: its store, and its tasks.
pub(super) struct Process {
    pub(super) store: Arc<SqliteStore>,
    machine: Arc<Machine>,
}

/// An environment that polls all of its tasks in turn until the caller's future is ready.
struct Machine {
    rng: Mutex<Rng>,
    now: AtomicU64,
    tasks: Mutex<Vec<BoxFuture<'static, ()>>>,
    ended: Mutex<Option<String>>,
}

impl Process {
    /// Starts the server over what is on the disk.
    pub(super) fn start(disk: &Disk, seed: u64) -> Result<Self, OpenError> {
        Self::start_with(disk, seed, |_| {})
    }

    /// The same, with another configuration.
    pub(super) fn start_with(
        disk: &Disk,
        seed: u64,
        change: impl FnOnce(&mut SqliteConfig),
    ) -> Result<Self, OpenError> {
        let machine = Arc::new(Machine {
            rng: Mutex::new(Rng::new(seed)),
            now: AtomicU64::new(1),
            tasks: Mutex::default(),
            ended: Mutex::default(),
        });
        let env: Arc<dyn Env> = Arc::clone(&machine) as Arc<dyn Env>;
        let keyring = Keyring::new(MasterKey::from_slice(&[7; 32]).expect("32 bytes"));
        let fatal = Arc::clone(&machine);
        let mut config = SqliteConfig {
            location: disk.location(),
            on_fatal: Arc::new(move |why| *locked(&fatal.ended) = Some(why.to_owned())),
            ..SqliteConfig::memory(keyring, env)
        }
        .driver(samtale_store::Driver::Tasks);
        change(&mut config);
        let store = Arc::new(SqliteStore::open(config)?);
        Ok(Self { store, machine })
    }

    /// Runs the tasks until a future is ready.
    pub(super) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..100_000 {
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return value;
            }
            self.machine.turn(&mut context);
        }
        panic!("nothing moves any more");
    }

    /// Lets what the tasks have to do be done.
    pub(super) fn rest(&self) {
        (0..200).for_each(|_| self.machine.turn(&mut Context::from_waker(Waker::noop())));
    }

    /// Why the process would have ended itself.
    pub(super) fn ended(&self) -> Option<String> {
        locked(&self.machine.ended).clone()
    }

    /// Makes the chat.
    pub(super) fn create_chat(&self) -> Result<(), WriteError> {
        let chat = NewChat {
            id: CHAT,
            title: None,
            history: HistoryRule::All,
            participants: Vec::new(),
        };
        self.run(self.store.create_chat(&kari(), chat)).map(drop)
    }

    /// Says several things at once and returns which were acknowledged.
    pub(super) fn say(&self, numbers: std::ops::Range<u64>) -> Vec<u64> {
        let answers = numbers.map(|number| {
            let op = Op::Send {
                id: MessageId::v7(UnixMillis(1_767_254_400_000), nonce(number)),
                content: Body::new(format!("m{number} ord")).expect("words"),
                reply_to: None,
                thread_root: None,
            };
            async move {
                let applied = self.store.apply(&kari(), CHAT, vec![op]).await.ok()?;
                applied.results.first()?.as_ref().ok().map(|_| number)
            }
        });
        let answers = self.run(futures_util::future::join_all(answers));
        answers.into_iter().flatten().collect()
    }

    /// Returns what was said, in the order of the chat; none where there is no chat.
    pub(super) fn said(&self) -> Option<Vec<u64>> {
        let page = self.run(self.store.page(&kari(), CHAT, None, 200)).ok()?;
        let number = |text: &str| text.strip_prefix('m')?.split(' ').next()?.parse().ok();
        let messages = page.messages.iter();
        Some(
            messages
                .map(|message| number(message.content.as_str()).expect("one of ours"))
                .collect(),
        )
    }

    pub(super) fn close(self) {
        self.run(self.store.close());
    }
}

/// What the tasks hold of their environment goes with them.
impl Drop for Process {
    fn drop(&mut self) {
        let tasks = std::mem::take(&mut *locked(&self.machine.tasks));
        drop(tasks);
    }
}

impl Machine {
    fn turn(&self, context: &mut Context<'_>) {
        let mut tasks = std::mem::take(&mut *locked(&self.tasks));
        tasks.retain_mut(|task| task.as_mut().poll(context).is_pending());
        self.now.fetch_add(1, Ordering::Relaxed);
        locked(&self.tasks).append(&mut tasks);
    }
}

impl Env for Machine {
    fn unix(&self) -> UnixMillis {
        UnixMillis(1_767_254_400_000)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.now.load(Ordering::Relaxed))
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        locked(&self.rng).fill(bytes);
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        locked(&self.tasks).push(task);
    }

    /// A turn of the tasks takes a millisecond.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let mut left = time.as_millis();
        Box::pin(std::future::poll_fn(move |_| {
            left = left.saturating_sub(1);
            if left == 0 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        }))
    }

    fn spawn_thread(&self, name: &str, _: Box<dyn FnOnce() + Send>) {
        panic!("no threads here, and {name} wants one");
    }
}

pub(super) fn kari() -> UserId {
    UserId::new("kari").expect("a name")
}

fn nonce(number: u64) -> [u8; 10] {
    let mut nonce = [0; 10];
    nonce[2..].copy_from_slice(&number.to_be_bytes());
    nonce
}
