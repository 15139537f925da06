//! The model beside a real store: they agree on a right history, and a wrong read of each kind is told.

use std::sync::Mutex;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use samtale_model::{Emoji, Op};
use samtale_store::seal::{Keyring, MasterKey};
use samtale_store::{CommitSink, Env, NewChat, NewParticipant, SqliteConfig, SqliteStore, Store};

use super::super::settled;
use super::super::store_view::StoreView;
use super::*;
use crate::rng::Rng;

/// A machine that stands still.
struct Still {
    clock: Clock,
    rng: Mutex<Rng>,
}

impl Env for Still {
    fn unix(&self) -> UnixMillis {
        self.clock.wall()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.clock.now())
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.rng.lock().expect("no panic before").fill(bytes);
    }

    fn spawn(&self, _: BoxFuture<'static, ()>) {}

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn spawn_thread(&self, _: &str, _: Box<dyn FnOnce() + Send>) {}
}

#[derive(Default)]
struct Told(Mutex<Vec<Commit>>);

impl CommitSink for Told {
    fn committed(&self, commit: Commit) {
        self.0.lock().expect("no panic before").push(commit);
    }
}

/// A model that is told what a real store commits.
struct Pair {
    book: Book,
    store: SqliteStore,
    told: Arc<Told>,
    next: u8,
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future
        .now_or_never()
        .expect("a store that its callers drive never waits")
}

impl Pair {
    fn new() -> Self {
        let mut book = Book::new();
        let env = Still {
            clock: book.clock.clone(),
            rng: Mutex::new(Rng::new(1)),
        };
        let key = MasterKey::from_slice(&[7; 32]).expect("32 bytes");
        let config = SqliteConfig::memory(Keyring::new(key), Arc::new(env));
        let store = SqliteStore::open(config).expect("opens in memory");
        let told = Arc::new(Told::default());
        store.set_sink(Arc::<Told>::clone(&told));
        book.model.truths.clear();
        book.model.seeding = true;
        let person = |(n, role)| NewParticipant {
            user: user(n),
            role,
        };
        let people = [(0, Role::Owner), (1, Role::Student), (2, Role::Student)];
        let made = NewChat {
            id: chat(),
            title: None,
            history: HistoryRule::SinceJoining,
            participants: people.map(person).to_vec(),
        };
        now(store.create_chat(&user(0), made)).expect("is made");
        let mut pair = Self {
            book,
            store,
            told,
            next: 100,
        };
        pair.tell();
        pair.book.model.begin();
        pair
    }

    fn tell(&mut self) {
        let told = std::mem::take(&mut *self.told.0.lock().expect("no panic before"));
        for commit in told {
            assert_eq!(self.book.model.committed(&commit), Ok(()));
        }
    }

    fn does(&mut self, n: usize, command: &Command, words: Option<u64>, op: Op) {
        self.book.later(10);
        let made = match &op {
            Op::Send { id, .. } => Made::Message(*id),
            op => Made::Op(op.id()),
        };
        self.book.model.issued(n, &made, command, words);
        let applied = now(self.store.apply(&user(n), chat(), vec![op])).expect("is taken");
        assert!(applied.results.iter().all(Result::is_ok), "{applied:?}");
        self.tell();
    }

    fn op(&mut self) -> OpId {
        self.next += 1;
        super::op(self.next)
    }

    fn send(&mut self, n: usize, message: u8, reply_to: Option<MessageId>) {
        let content = format!("m{message} words");
        let command = Command::send(chat(), content.clone());
        let op = Op::Send {
            id: id(message),
            content: Body::from_stored(content),
            reply_to,
            thread_root: None,
        };
        self.does(n, &command, Some(message.into()), op);
    }

    fn edit(&mut self, n: usize, message: u8, words: u64) {
        let content = format!("m{words} words");
        let command = Command::Edit {
            chat: chat(),
            message: id(message),
            content: content.clone(),
        };
        let op = Op::Edit {
            op_id: self.op(),
            message_id: id(message),
            content: Body::from_stored(content),
        };
        self.does(n, &command, Some(words), op);
    }

    fn react(&mut self, n: usize, message: u8, emoji: &Emoji, on: bool) {
        let command = Command::React {
            chat: chat(),
            message: id(message),
            emoji: emoji.clone(),
            on,
        };
        let op = Op::React {
            op_id: self.op(),
            message_id: id(message),
            emoji: emoji.clone(),
            on,
        };
        self.does(n, &command, None, op);
    }

    fn add(&mut self, n: usize) {
        let command = Command::AddParticipant {
            chat: chat(),
            user: user(n),
            role: Role::Student,
        };
        let op = Op::AddParticipant {
            op_id: self.op(),
            user_id: user(n),
            role: Role::Student,
        };
        self.does(0, &command, None, op);
    }

    fn remove(&mut self, by: usize, n: usize) {
        let command = Command::RemoveParticipant {
            chat: chat(),
            user: user(n),
        };
        let op = Op::RemoveParticipant {
            op_id: self.op(),
            user_id: user(n),
        };
        self.does(by, &command, None, op);
    }

    fn history(&mut self, history: HistoryRule) {
        let command = Command::UpdateChat {
            chat: chat(),
            title: None,
            history: Some(history),
        };
        let op = Op::UpdateChat {
            op_id: self.op(),
            title: None,
            history: Some(history),
        };
        self.does(0, &command, None, op);
    }

    fn read(&self) -> StoreView {
        let users: Vec<UserId> = (0..4).map(user).collect();
        now(StoreView::read(&self.store, &users)).expect("is read")
    }

    fn check(&self) -> Option<&'static str> {
        rule(settled::store(&self.book.model.truths[0], &self.read()))
    }
}

/// A history with everything in it, checked at every step.
fn lived() -> Pair {
    let mut pair = Pair::new();
    assert_eq!(pair.check(), None);
    for n in 1..30 {
        let answers = (n > 5).then(|| id(n - 5));
        pair.send(usize::from(n % 3), n, answers);
    }
    assert_eq!(pair.check(), None);
    pair.edit(1, 4, 204);
    pair.edit(1, 4, 205);
    pair.react(2, 3, &heart(), true);
    pair.react(0, 3, &heart(), true);
    pair.react(2, 3, &heart(), false);
    assert_eq!(pair.check(), None);
    pair.add(3);
    pair.send(0, 31, Some(id(2)));
    assert_eq!(pair.check(), None, "someone came later");
    pair.remove(0, 2);
    pair.send(0, 32, None);
    pair.add(2);
    pair.send(1, 33, None);
    assert_eq!(pair.check(), None, "someone came back");
    pair.history(HistoryRule::All);
    assert_eq!(pair.check(), None);
    pair.history(HistoryRule::SinceJoining);
    assert_eq!(pair.check(), None);
    now(pair.store.raise_receipt(&user(1), chat(), Seq(20), Seq(12))).expect("is raised");
    pair.tell();
    assert_eq!(pair.check(), None);
    let command = Command::Delete {
        chat: chat(),
        message: id(3),
    };
    let op = Op::Delete {
        op_id: pair.op(),
        message_id: id(3),
    };
    pair.does(0, &command, None, op);
    pair.remove(1, 1);
    pair
}

#[test]
fn the_model_agrees_with_a_right_store() {
    let pair = lived();
    assert_eq!(pair.check(), None);
    let truth = &pair.book.model.truths[0];
    assert!(truth.chats[&chat()].unread(&user(0)) > 0);
}

#[test]
fn each_wrong_read_has_its_rule() {
    type Bend = fn(&mut StoreView);
    fn mine(view: &mut StoreView) -> &mut super::super::store_view::ChatView {
        let user = view.users.get_mut(&user(0)).expect("was read");
        user.chats.get_mut(&chat()).expect("was read")
    }
    fn summary(view: &mut StoreView) -> &mut samtale_model::ChatSummary {
        let user = view.users.get_mut(&user(0)).expect("was read");
        &mut user.summaries[0]
    }
    let bends: [(&str, Bend); 17] = [
        ("store-lineage", |v| {
            v.lineage = Lineage::from_random([8; 8]);
        }),
        ("store-chats", |v| {
            let user = v.users.get_mut(&user(2)).expect("was read");
            user.summaries.clear();
        }),
        ("store-epoch", |v| mine(v).fresh.epoch.generation += 1),
        ("store-head", |v| mine(v).fresh.up_to = Seq(3)),
        ("store-chat", |v| {
            let row = mine(v).fresh.rows.chat.as_mut().expect("is there");
            row.history = HistoryRule::All;
        }),
        ("store-people", |v| drop(mine(v).participants.pop())),
        ("store-people", |v| mine(v).fresh.members += 1),
        ("store-timeline", |v| drop(mine(v).messages.remove(7))),
        ("store-timeline", |v| mine(v).messages.swap(3, 4)),
        ("store-timeline", |v| {
            mine(v).messages[9].content = Body::from_stored("m1 words".into());
        }),
        ("store-receipts", |v| {
            mine(v).receipts.listed[0].read = Seq(5);
        }),
        ("store-edits", |v| {
            let edits = mine(v).edits.get_mut(&id(4)).expect("was edited");
            edits.push(edits[0].clone());
        }),
        ("store-summary", |v| summary(v).unread += 1),
        ("store-summary", |v| summary(v).read = Seq(2)),
        ("store-summary", |v| summary(v).last_message = None),
        ("store-private", |v| {
            let user = v.users.get_mut(&user(0)).expect("was read");
            user.private.as_mut().expect("was read").up_to = Seq(9);
        }),
        ("store-reactions", |v| {
            let (user, message) = (user(1), id(5));
            let row = Reaction {
                message_id: message,
                user_id: user,
                seq: Seq(7),
                emoji: vec![heart()],
                counts: Vec::new(),
                counts_seq: Seq(7),
            };
            mine(v).reactions.push(row);
        }),
    ];
    let pair = lived();
    let truth = &pair.book.model.truths[0];
    for (n, (name, bend)) in bends.into_iter().enumerate() {
        let mut view = pair.read();
        bend(&mut view);
        assert_eq!(rule(settled::store(truth, &view)), Some(name), "no. {n}");
    }
}

#[test]
fn a_store_that_comes_back_has_everything_that_was_told() {
    let mut pair = lived();
    let before = pair.book.model.clone();
    let old = pair.read();
    pair.send(0, 40, None);
    let new = pair.read();
    // What was told and is gone is lost; what is there and was not told is taken in.
    let lost = pair.book.model.server_back(&old);
    assert_eq!(rule(lost), Some("durability"));
    assert_eq!(pair.book.model.server_back(&new), Ok(()));
    let mut untold = before;
    untold.issued(
        0,
        &Made::Message(id(40)),
        &Command::send(chat(), "m40 words".into()),
        Some(40),
    );
    assert_eq!(untold.server_back(&new), Ok(()));
    let heads = |model: &Model| model.truths[0].chats[&chat()].head;
    assert_eq!(heads(&untold), heads(&pair.book.model));
    assert_eq!(untold.coverage().of("commit-untold-in-crash"), 1);
}

#[test]
fn a_restored_backup_takes_truth_back_under_a_new_lineage() {
    let mut pair = lived();
    let mut backup = pair.read();
    let head = pair.book.model.truths[0].chats[&chat()].head;
    pair.book.model.backed_up();
    pair.send(0, 40, None);
    let same = pair.book.model.restored(0, &backup);
    assert_eq!(rule(same), Some("restored-lineage"));
    backup.lineage = Lineage::from_random([4; 8]);
    for user in backup.users.values_mut() {
        for view in user.chats.values_mut() {
            view.fresh.epoch.lineage = backup.lineage.clone();
        }
    }
    assert_eq!(pair.book.model.restored(0, &backup), Ok(()));
    let truths = &pair.book.model.truths;
    assert_eq!(truths.len(), 2);
    assert_eq!(truths[1].chats[&chat()].head, head);
    assert!(truths[1].message(id(40)).is_none());
    assert!(truths[0].message(id(40)).is_some());
}
