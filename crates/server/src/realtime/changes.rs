//! Changed rows, to those who asked for them and may see them.
//!
//! A subscription of a person is found by the chats that they are in. It begins by reading those, while what is committed
//! waits; and reads them anew when its person comes into a chat or sees otherwise there, so that what they see of each is
//! the store's word and no guess. The service key's gets everything, the anon key's nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, Weak};

use samtale_model::{ChatId, UserId};
use samtale_protocol::event;
use samtale_protocol::realtime::{Binding, ChangeKind, Filter, POSTGRES_CHANGES};
use samtale_store::{ChatCommit, Env, MembershipChange, Store, StoreError, UserCommit, Visibility};
use serde::Serialize;

use super::table::{Change, SCHEMA, Table};
use super::{Name, frames};
use crate::gateway::connection::Peer;
use crate::gateway::outbound::Close;
use crate::gateway::transport::Data;
use crate::sync::lock;

/// How much may wait for a subscription that reads its chats.
const MAX_WAITING: usize = 1024;
/// How many tables or parts of them the channels of one connection may ask for, all together.
pub(crate) const MAX_BINDINGS: usize = 200;
/// How many columns a selection may name.
const MAX_SELECTED: usize = 100;

/// What a channel asked for, ready to be compared with.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    /// How it is named to the client.
    pub(crate) id: u32,
    event: Option<ChangeKind>,
    table: Option<Table>,
    filter: Option<Filter>,
    select: Option<Vec<String>>,
}

impl Bound {
    /// Makes one of what a client asked for; fails with what is wrong with it.
    pub(crate) fn new(id: u32, asked: Binding) -> Result<Self, String> {
        let event = match asked.event.to_ascii_uppercase().as_str() {
            "*" => None,
            "INSERT" => Some(ChangeKind::Insert),
            "UPDATE" => Some(ChangeKind::Update),
            "DELETE" => Some(ChangeKind::Delete),
            _ => return Err("the event is none of *, INSERT, UPDATE and DELETE".into()),
        };
        if ![SCHEMA, "*"].contains(&asked.schema.as_str()) {
            return Err(format!("there is no schema but {SCHEMA}"));
        }
        let table = match asked.table.as_deref() {
            None | Some("*" | "") => None,
            Some(name) => {
                let unknown = || format!("there is no such table; {} are", tables());
                Some(Table::parse(name).ok_or_else(unknown)?)
            }
        };
        let filter = asked.filter.as_deref().filter(|text| !text.is_empty());
        let filter = filter.map(Filter::parse).transpose();
        let filter = filter.map_err(|error| error.to_string())?;
        if asked
            .select
            .as_ref()
            .is_some_and(|select| select.len() > MAX_SELECTED)
        {
            return Err(format!("a selection has at most {MAX_SELECTED} columns"));
        }
        let looked_at = filter.iter().flat_map(Filter::columns);
        let selected = asked.select.iter().flatten().map(String::as_str);
        let has = |column: &str| match table {
            Some(table) => table.has(column),
            None => Table::ALL.into_iter().any(|table| table.has(column)),
        };
        let known = looked_at.chain(selected).all(has);
        if !known {
            return Err("the filter or the selection names a column that is not there".into());
        }
        Ok(Self {
            id,
            event,
            table,
            filter,
            select: asked.select,
        })
    }

    fn wants(&self, change: &Change) -> bool {
        self.event.is_none_or(|event| event == change.kind)
            && self.table.is_none_or(|table| table == change.table)
            && self
                .filter
                .as_ref()
                .is_none_or(|filter| filter.passes(&change.record))
    }
}

fn tables() -> String {
    Table::ALL.map(Table::name).join(", ")
}

/// Whose rows a subscription gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everything.
    All,
    /// What a person may see.
    Person(UserId),
    /// Nothing.
    Nothing,
}

/// A channel that asked for changes.
struct Sub {
    peer: Arc<Peer>,
    name: Name,
    scope: Scope,
    bindings: Vec<Bound>,
    /// What its person sees of each chat that they are in.
    views: HashMap<ChatId, Visibility>,
    phase: Phase,
}

enum Phase {
    /// It reads its chats.
    Reading {
        waiting: Vec<Committed>,
        /// What it reads may be of before: it is to read again.
        again: bool,
    },
    Live,
}

/// What may have changed rows.
#[derive(Clone)]
enum Committed {
    Chat(Arc<ChatCommit>),
    User(Arc<UserCommit>),
}

/// The subscriptions of this node.
pub(crate) struct Changes {
    env: Arc<dyn Env>,
    /// The store holds whoever hears its commits, this as well.
    store: Weak<dyn Store>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    subs: BTreeMap<u64, Sub>,
    /// Those that get everything, and those that read their chats.
    always: BTreeSet<u64>,
    of_users: HashMap<UserId, BTreeSet<u64>>,
    of_chats: HashMap<ChatId, BTreeSet<u64>>,
}

impl Changes {
    pub(super) fn new(env: &Arc<dyn Env>, store: &Arc<dyn Store>) -> Self {
        Self {
            env: Arc::clone(env),
            store: Arc::downgrade(store),
            state: Mutex::default(),
        }
    }

    /// Begins a subscription; what is committed from here on waits until [`Self::start`].
    pub(crate) fn subscribe(
        &self,
        peer: &Arc<Peer>,
        name: &Name,
        scope: Scope,
        bindings: Vec<Bound>,
    ) -> u64 {
        let mut state = lock(&self.state);
        state.next += 1;
        let id = state.next;
        state.always.insert(id);
        if let Scope::Person(user) = &scope {
            state.of_users.entry(user.clone()).or_default().insert(id);
        }
        let sub = Sub {
            peer: Arc::clone(peer),
            name: name.clone(),
            scope,
            bindings,
            views: HashMap::new(),
            phase: Phase::reading(),
        };
        state.subs.insert(id, sub);
        id
    }

    /// Reads what a subscription's person sees.
    pub(crate) async fn read(
        &self,
        scope: &Scope,
    ) -> Result<Vec<(ChatId, Visibility)>, StoreError> {
        match scope {
            Scope::Person(user) => {
                let store = self.store.upgrade().ok_or(StoreError::Closed)?;
                store.views(user).await
            }
            Scope::All | Scope::Nothing => Ok(Vec::new()),
        }
    }

    /// Makes a subscription live with what its person sees, and tells it what has waited.
    pub(crate) fn start(self: &Arc<Self>, id: u64, views: Vec<(ChatId, Visibility)>) {
        let mut state = lock(&self.state);
        let again = matches!(state.subs.get(&id), Some(sub) if matches!(sub.phase, Phase::Reading { again: true, .. }));
        if again {
            drop(state);
            self.reread(id);
            return;
        }
        let Some(sub) = state.subs.get_mut(&id) else {
            return;
        };
        let waiting = match std::mem::replace(&mut sub.phase, Phase::Live) {
            Phase::Reading { waiting, .. } => waiting,
            Phase::Live => Vec::new(),
        };
        let everything = sub.scope == Scope::All;
        let before: Vec<ChatId> = sub.views.keys().copied().collect();
        sub.views = views.into_iter().collect();
        let chats: Vec<ChatId> = sub.views.keys().copied().collect();
        if !everything {
            state.always.remove(&id);
        }
        for chat in before {
            state.forget_chat(chat, id);
        }
        for chat in chats {
            state.of_chats.entry(chat).or_default().insert(id);
        }
        for committed in waiting {
            let changes = self.changes(&committed);
            state.tell(id, &committed, &changes);
        }
    }

    /// Ends a subscription.
    pub(crate) fn unsubscribe(&self, id: u64) {
        lock(&self.state).remove(id);
    }

    /// Ends the subscriptions of a user, and tells those that get everything that they are erased.
    pub(super) fn erase(&self, user: &UserId) {
        let mut state = lock(&self.state);
        for id in state.of_users.get(user).cloned().unwrap_or_default() {
            state.remove(id);
        }
        let gone = Change::of_erased(user, self.env.unix());
        for id in state.always.clone() {
            if let Some(sub) = state.subs.get(&id).filter(|sub| sub.scope == Scope::All) {
                sub.send(std::slice::from_ref(&gone));
            }
        }
    }

    /// Takes a commit of a chat.
    pub(super) fn commit(self: &Arc<Self>, commit: &Arc<ChatCommit>) {
        let mut rereads = Vec::new();
        let mut state = lock(&self.state);
        if state.subs.is_empty() {
            return;
        }
        for change in &commit.membership {
            let (MembershipChange::Joined(user) | MembershipChange::Reset(user)) = change else {
                continue;
            };
            for id in state.of_users.get(user).cloned().unwrap_or_default() {
                rereads.extend(state.begin_reading(id));
            }
        }
        let mut hears = state.always.clone();
        hears.extend(
            state
                .of_chats
                .get(&commit.envelope.chat)
                .into_iter()
                .flatten(),
        );
        let committed = Committed::Chat(Arc::clone(commit));
        state.forward(hears, &committed, || self.changes(&committed));
        drop(state);
        for id in rereads {
            self.reread(id);
        }
    }

    /// Takes a user's new profile: it shows to themselves and to whom they share a chat with.
    pub(super) fn user(&self, commit: &Arc<UserCommit>) {
        let mut state = lock(&self.state);
        if state.subs.is_empty() {
            return;
        }
        let mut hears = state.always.clone();
        hears.extend(
            state
                .of_users
                .get(&commit.profile.user)
                .into_iter()
                .flatten(),
        );
        for chat in &commit.chats {
            hears.extend(state.of_chats.get(chat).into_iter().flatten());
        }
        let committed = Committed::User(Arc::clone(commit));
        state.forward(hears, &committed, || self.changes(&committed));
    }

    fn changes(&self, committed: &Committed) -> Vec<Change> {
        let now = self.env.unix();
        match committed {
            Committed::Chat(commit) => Change::of_commit(commit, now),
            Committed::User(commit) => vec![Change::of_user(commit, now)],
        }
    }

    /// Reads a subscription's chats anew. Where that fails its channel ends by a fault, and its client joins again.
    fn reread(self: &Arc<Self>, id: u64) {
        let mut state = lock(&self.state);
        let Some(sub) = state.subs.get_mut(&id) else {
            return;
        };
        if let Phase::Reading { again, .. } = &mut sub.phase {
            *again = false;
        }
        let scope = sub.scope.clone();
        drop(state);
        let changes = Arc::clone(self);
        self.env.spawn(Box::pin(async move {
            match changes.read(&scope).await {
                Ok(views) => changes.start(id, views),
                Err(error) => {
                    tracing::warn!(%error, "what a channel sees could not be read");
                    if let Some(sub) = lock(&changes.state).remove(id) {
                        let frame = frames::end(&sub.name, event::ERROR, sub.peer.version);
                        sub.peer.outbound.push_reply(frame);
                    }
                }
            }
        }));
    }
}

impl Phase {
    const fn reading() -> Self {
        Self::Reading {
            waiting: Vec::new(),
            again: false,
        }
    }
}

impl State {
    /// Has a live subscription read its chats anew, which is returned; one that reads already reads once more.
    fn begin_reading(&mut self, id: u64) -> Option<u64> {
        let sub = self.subs.get_mut(&id)?;
        match &mut sub.phase {
            Phase::Reading { again, .. } => {
                *again = true;
                None
            }
            Phase::Live => {
                sub.phase = Phase::reading();
                self.always.insert(id);
                Some(id)
            }
        }
    }

    fn forward(
        &mut self,
        hears: BTreeSet<u64>,
        committed: &Committed,
        changes: impl Fn() -> Vec<Change>,
    ) {
        let mut made = None;
        for id in hears {
            let Some(sub) = self.subs.get_mut(&id) else {
                continue;
            };
            match &mut sub.phase {
                Phase::Reading { waiting, .. } if waiting.len() < MAX_WAITING => {
                    waiting.push(committed.clone());
                }
                Phase::Reading { .. } => sub.peer.outbound.close(Close::Slow),
                Phase::Live => {
                    let changes = made.get_or_insert_with(&changes);
                    self.tell(id, committed, changes);
                }
            }
        }
    }

    /// Tells a live subscription what its person may see of a commit.
    fn tell(&mut self, id: u64, committed: &Committed, changes: &[Change]) {
        let Some(sub) = self.subs.get_mut(&id) else {
            return;
        };
        let mut left = None;
        let seen: Vec<Change> = match (&sub.scope, committed) {
            (Scope::All, _) => changes.to_vec(),
            (Scope::Nothing, _) => Vec::new(),
            (Scope::Person(user), Committed::User(commit)) => {
                let shared = commit.chats.iter().any(|chat| sub.views.contains_key(chat));
                if shared || commit.profile.user == *user {
                    changes.to_vec()
                } else {
                    Vec::new()
                }
            }
            (Scope::Person(user), Committed::Chat(commit)) => {
                let chat = commit.envelope.chat;
                let out = changes
                    .iter()
                    .any(|change| change.left.as_ref() == Some(user));
                let view = sub.views.get(&chat).filter(|_| !out);
                left = out.then_some(chat);
                let sees = |change: &&Change| match view {
                    Some(view) => change.created.is_none_or(|created| view.sees(created)),
                    // Who is out learns just that.
                    None => change.left.as_ref() == Some(user),
                };
                changes.iter().filter(sees).cloned().collect()
            }
        };
        sub.send(&seen);
        if let Some(chat) = left {
            sub.views.remove(&chat);
            self.forget_chat(chat, id);
        }
    }

    fn forget_chat(&mut self, chat: ChatId, id: u64) {
        if let Some(subs) = self.of_chats.get_mut(&chat) {
            subs.remove(&id);
            if subs.is_empty() {
                self.of_chats.remove(&chat);
            }
        }
    }

    fn remove(&mut self, id: u64) -> Option<Sub> {
        let sub = self.subs.remove(&id)?;
        self.always.remove(&id);
        if let Scope::Person(user) = &sub.scope
            && let Some(subs) = self.of_users.get_mut(user)
        {
            subs.remove(&id);
            if subs.is_empty() {
                self.of_users.remove(user);
            }
        }
        for chat in sub.views.keys() {
            self.forget_chat(*chat, id);
        }
        Some(sub)
    }
}

impl Sub {
    /// Sends the changes that it asked for, those of one selection together.
    fn send(&self, changes: &[Change]) {
        #[derive(Serialize)]
        struct Payload<D> {
            ids: Vec<u32>,
            data: D,
        }
        for change in changes {
            let mut by_selection: BTreeMap<Option<&[String]>, Vec<u32>> = BTreeMap::new();
            for bound in self.bindings.iter().filter(|bound| bound.wants(change)) {
                let selection = by_selection.entry(bound.select.as_deref());
                selection.or_default().push(bound.id);
            }
            for (selection, ids) in by_selection {
                let data = change.data(selection);
                let payload = Payload { ids, data };
                let topic = self.name.topic();
                let frame =
                    frames::text(&topic, POSTGRES_CHANGES, None, payload, self.peer.version);
                self.peer.outbound.push_broadcast(Data::Text(frame));
            }
        }
    }
}
