//! The reference model: it is told everything that happens, works out by itself what must be true, and says what is not.
//!
//! It believes only what the store says was committed, in commit order, and what people did. From that it derives, with its
//! own rules and without calling the code that it checks, who may see what ([`visible`]), what a device may hold
//! ([`law`]) and show ([`shown`]), what may be said to whom ([`words`]), and what everything comes to once it is quiet
//! ([`settled`], [`devices_settled`], [`social`]). Each rule stands with its exact statement and its source in the doc
//! comment of the function that checks it; a [`Violation`] carries the rule's stable name.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`truth`], [`adopt`], [`visible`] | the committed history, row by row; whom it is for |
//! | [`devices`], [`asked`] | what was asked on each device, and what its person was told of it |
//! | [`law`] | rows held against rows committed |
//! | [`shown`] | optimistic entries, patches, watermarks |
//! | [`words`] | raw frames scanned for other people's words |
//! | [`store_view`], [`settled`], [`devices_settled`] | the full check at quiet points |
//! | [`social`], [`budget`], [`tokens`], [`coverage`] | presence and typing; attempts, bounds, tokens; what was seen |
//!
//! # What is excused
//! - A device that is killed may lose what it had not told to be kept. What it told stays.
//! - A restored backup takes truth back to the moment it was made at, whatever was restored in between. Rows of the old
//!   lineage are judged by the old lineage until the device is told; what was acknowledged after the backup is lost, and an
//!   op that is still in an outbox is applied again.
//! - A process that dies within a commit may have written it without telling: it is taken in from the store.
//! - What was on its way when its reader lost sight of it is no leak.

pub mod adopt;
pub mod asked;
pub mod budget;
pub mod coverage;
pub mod devices;
pub mod devices_settled;
pub mod law;
pub mod settled;
pub mod shown;
pub mod social;
pub mod store_view;
pub mod tokens;
pub mod truth;
pub mod visible;
pub mod words;

use std::collections::BTreeSet;
use std::fmt;

use samtale_engine::{Change, Command, Config, Engine, Made, Outcome};
use samtale_model::{ChatId, Lineage, MessageId, Seq, UserId};
use samtale_store::{ChatCommit, Commit};

use crate::clock::{Clock, Millis};
use crate::plan::{DeviceNo, UserNo};
use budget::Budget;
use coverage::Coverage;
use devices::Devices;
use law::Holding;
use shown::Shown;
use social::Social;
use tokens::Tokens;
use truth::Truth;

pub use store_view::StoreView;
pub use words::marker;

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The stable name of the rule.
    pub rule: &'static str,
    /// Ids, seqs, and what differs.
    pub detail: String,
}

impl Violation {
    /// Makes one.
    pub const fn new(rule: &'static str, detail: String) -> Self {
        Self { rule, detail }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.detail)
    }
}

/// What the world begins with.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The users, by number.
    pub users: Vec<UserId>,
    /// The devices, by number: whose each is, and how its engine is configured.
    pub devices: Vec<(UserNo, Config)>,
}

/// The world at a quiet point.
#[derive(Debug)]
pub struct WorldView<'a> {
    /// A fresh read of the store, for all users.
    pub store: &'a StoreView,
    /// The engines of the devices that run and are to be connected: all but those whose person signed out.
    pub devices: Vec<(DeviceNo, &'a Engine)>,
}

/// The model of one world.
#[derive(Clone, Debug)]
pub struct Model {
    clock: Clock,
    users: Vec<UserId>,
    /// One truth for each lineage, the present one last.
    truths: Vec<Truth>,
    /// What was true when each backup was made.
    backups: Vec<Truth>,
    devices: Devices,
    shown: Vec<Shown>,
    social: Social,
    budget: Budget,
    tokens: Tokens,
    coverage: Coverage,
    seeding: bool,
}

impl Model {
    /// Makes the model of a world whose store is empty. Until [`Self::begin`], commits need nobody's command.
    pub fn new(facts: Facts, clock: Clock) -> Self {
        let Facts { users, devices } = facts;
        let shown = vec![Shown::default(); devices.len()];
        let owned = devices
            .into_iter()
            .map(|(user, config)| (users[user].clone(), config));
        Self {
            clock,
            devices: Devices::new(owned),
            users,
            truths: Vec::new(),
            backups: Vec::new(),
            shown,
            social: Social::default(),
            budget: Budget::default(),
            tokens: Tokens::default(),
            coverage: Coverage::default(),
            seeding: true,
        }
    }

    /// Takes in that the world is furnished: from here on everything comes from somebody's command.
    pub const fn begin(&mut self) {
        self.seeding = false;
    }

    /// Takes a commit in, as the store tells it. See [`truth::ChatTruth::commit`] and [`Devices::committed`].
    ///
    /// Rule `lineage`: commits are of the store's present lineage, which changes with a restored backup only.
    pub fn committed(&mut self, commit: &Commit) -> Result<(), Violation> {
        match commit {
            Commit::Chat(commit) => self.chat_committed(commit),
            Commit::Private(commit) => {
                self.coverage.note("commit-private");
                self.truths
                    .last_mut()
                    .map_or(Ok(()), |truth| truth.private(commit))
            }
            Commit::Receipt { chat, receipt, .. } => {
                self.coverage.note("commit-receipt");
                let truth = self.truths.last_mut();
                match truth.and_then(|truth| truth.chats.get_mut(chat)) {
                    Some(truth) => truth.receipt(*chat, receipt),
                    None => {
                        let detail = format!("chat {chat}: {receipt:?}");
                        Err(Violation::new("receipt-nowhere", detail))
                    }
                }
            }
            Commit::User(_) | Commit::Erased(_) => Ok(()),
        }
    }

    fn chat_committed(&mut self, commit: &ChatCommit) -> Result<(), Violation> {
        let envelope = &commit.envelope;
        let now = self.clock.now();
        if self.truths.is_empty() {
            self.truths.push(Truth::new(envelope.epoch.clone()));
        }
        let Some(truth) = self.truths.last_mut() else {
            return Ok(());
        };
        if envelope.epoch != truth.lineage {
            let detail = format!("{} after {}", envelope.epoch, truth.lineage);
            return Err(Violation::new("lineage", detail));
        }
        let chat = truth.chats.entry(envelope.chat).or_default();
        let deeds = chat.commit(commit, now)?;
        for deed in &deeds {
            self.coverage.deed(deed);
        }
        let actor = commit.actor.as_ref();
        let truth = &*truth;
        self.devices
            .committed(envelope.chat, actor, &deeds, truth, self.seeding, now)
    }

    /// Checks what an engine has just taken of its person; [`Self::issued`] comes after it. See [`budget::taken`].
    pub fn taken(&self, device: DeviceNo, made: Made, engine: &Engine) -> Result<(), Violation> {
        budget::taken(&self.devices.all[device], device, made, engine)
    }

    /// Takes in that a person did something on a device, and that its engine took it.
    ///
    /// `words` is the marker of the content, where the command has one. A command that the engine refused is not told.
    pub fn issued(&mut self, device: DeviceNo, made: &Made, what: &Command, words: Option<u64>) {
        let now = self.clock.now();
        if let Command::Typing { chat, on: true } = what {
            let user = self.devices.all[device].user.clone();
            self.social.key(*chat, &user, now);
        }
        // Whatever a person does may seek the connection anew.
        self.budget.rearmed(device, now);
        if matches!(what, Command::Connect | Command::Reconnect) {
            self.budget.called(device, now);
        }
        self.devices.issued(device, *made, what, words, now);
    }

    /// Takes in that a device's person heard of a change. To be called for each change of an input, with the engine as it
    /// is after the input; [`Self::glance`] comes after them.
    pub fn changed(
        &mut self,
        device: DeviceNo,
        change: &Change,
        engine: &Engine,
    ) -> Result<(), Violation> {
        self.coverage.change(change);
        self.shown[device].told(change, engine);
        self.devices.storage(device, engine);
        let Change::Op { op, outcome, chat } = change else {
            return Ok(());
        };
        let Some(truth) = self.truths.last() else {
            return Ok(());
        };
        self.devices
            .told(device, *op, outcome, truth, self.clock.now())?;
        if let Outcome::Done { seq } = outcome {
            devices_settled::done(&self.truths, &self.devices, device, *op, *seq)?;
            self.acknowledged(device, *chat, MessageId(op.0), *seq, engine);
        }
        Ok(())
    }

    /// Notes where an own message is that is told done, where the answer is of the lineage that the device holds: while the
    /// server's is another, it may be of that one. To someone who is no longer in the chat it brings no row.
    fn acknowledged(
        &mut self,
        device: DeviceNo,
        chat: ChatId,
        id: MessageId,
        seq: Seq,
        engine: &Engine,
    ) {
        let Some(held) = engine.held(chat) else {
            return;
        };
        let lineage = &held.cursor().epoch.lineage;
        let me = &self.devices.all[device].user;
        let truth = self.truths.last().filter(|truth| {
            let held = truth.chats.get(&chat);
            let mut here = held.into_iter().flat_map(|held| held.active());
            truth.lineage == *lineage && here.any(|participant| participant.user_id == *me)
        });
        let spoken = truth.and_then(|truth| truth.message(id));
        if spoken.is_some_and(|(_, spoken)| spoken.created == seq) {
            let chats = &mut self.shown[device].acknowledged;
            chats.entry(chat).or_default().insert(id, seq);
        }
    }

    /// Scans a frame, or an HTTP answer, that the server hands to the network on a link that came to it at `since`. See
    /// [`words::check`].
    pub fn frame_to_client(
        &mut self,
        user: UserNo,
        since: Millis,
        text: &str,
    ) -> Result<(), Violation> {
        let user = &self.users[user];
        words::check(text, user, since, &self.truths, &self.devices)
    }

    /// Checks what can be checked at any moment, after an input and its changes: the law over what is held, the entries
    /// under way, patches, watermarks, bounds. Only what was stirred is looked at.
    pub fn glance(&mut self, device: DeviceNo, engine: &Engine) -> Result<(), Violation> {
        self.devices.storage(device, engine);
        if self.devices.all[device].out {
            return Ok(());
        }
        let mut chats = std::mem::take(&mut self.shown[device].stirred);
        let shown = &mut self.shown[device];
        for id in self.truths.iter().flat_map(|truth| truth.chats.keys()) {
            let place = engine.held(*id).map(|held| {
                let cursor = held.cursor();
                let epoch = cursor.epoch.to_string();
                (epoch, cursor.seq, held.floor(), held.messages().count())
            });
            if shown.places.get(id) != place.as_ref() {
                match place {
                    Some(place) => shown.places.insert(*id, place),
                    None => shown.places.remove(id),
                };
                chats.insert(*id);
            }
        }
        if chats.is_empty() {
            return Ok(());
        }
        self.devices.seen(device, engine);
        self.look(device, engine, &chats)?;
        budget::bounds(&self.devices.all[device], device, engine)?;
        self.social.typing(engine, chats, None)
    }

    fn look(
        &mut self,
        device: DeviceNo,
        engine: &Engine,
        chats: &BTreeSet<ChatId>,
    ) -> Result<(), Violation> {
        let me = self.devices.all[device].user.clone();
        for chat in chats {
            let held = Holding::of(engine, *chat);
            if let Some(held) = &held {
                self.coverage.note("law-checked");
                if held.floor > Seq::ZERO {
                    self.coverage.note("law-checked-partial");
                }
                law::check(&self.truths, &me, *chat, held)?;
            }
            let open = self.devices.all[device].open.get(chat);
            let open = open.is_some_and(|open| *open > 0);
            let shown = &mut self.shown[device];
            forget_acknowledged(shown, *chat, held.as_ref());
            shown.compare(engine, *chat, open)?;
            shown.receipts(engine, *chat, &me, &self.truths)?;
            shown::check(&self.devices, device, engine, *chat, shown)?;
        }
        Ok(())
    }

    /// Checks everything at a quiet point. See [`settled::store`], [`devices_settled::check`], [`social`].
    pub fn settled(&mut self, world: &WorldView<'_>) -> Result<(), Violation> {
        self.coverage.note("quiet-points");
        let Some(truth) = self.truths.last() else {
            return Ok(());
        };
        settled::store(truth, world.store)?;
        let now = self.clock.now();
        let all: BTreeSet<ChatId> = truth.chats.keys().copied().collect();
        for (device, engine) in &world.devices {
            self.coverage.state(engine);
            self.devices.seen(*device, engine);
            self.look(*device, engine, &all)?;
        }
        let Some(truth) = self.truths.last() else {
            return Ok(());
        };
        for (device, engine) in &world.devices {
            devices_settled::check(truth, &self.devices, *device, engine)?;
            self.social.typing(engine, all.iter().copied(), Some(now))?;
        }
        social::presence(&self.devices, &world.devices)?;
        let worst = u64::try_from(self.budget.worst).unwrap_or(u64::MAX);
        self.coverage.most("most-percent-of-a-crowd-at-once", worst);
        Ok(())
    }

    /// Takes in that a device was started.
    pub fn device_booted(&mut self, device: DeviceNo) {
        self.coverage.note("device-booted");
        self.budget.rearmed(device, self.clock.now());
        self.budget.called(device, self.clock.now());
        self.devices.booted(device);
    }

    /// Takes in whether a device's host is a browser's tab, where a later life adopts what an earlier one left unsent.
    pub fn device_adopts(&mut self, device: DeviceNo, adopts: bool) {
        self.devices.all[device].adopts = adopts;
    }

    /// Takes in that a device shows a token to the server: with each socket and each request. See [`Tokens::used`].
    pub fn token_used(&mut self, device: DeviceNo, token: &str) -> Result<(), Violation> {
        if self.devices.all[device].skewed {
            return Ok(());
        }
        self.tokens.used(device, token, self.clock.wall())
    }

    /// Takes in that a device heard that the server refuses a token: status 401, or close code 4401.
    pub fn token_refused(&mut self, device: DeviceNo, token: &str) {
        self.tokens.refused(device, token);
    }

    /// Takes in that a device was killed.
    pub fn device_killed(&mut self, device: DeviceNo) {
        self.coverage.note("device-killed");
        self.devices.killed(device);
        self.shown[device].died();
        self.tokens.died(device);
    }

    /// Takes in that everything stored on a device is gone, without its person having asked for it.
    pub fn device_wiped(&mut self, device: DeviceNo) {
        self.coverage.note("device-wiped");
        self.devices.wiped(device);
    }

    /// Takes in that a device's wall clock was set wrong or right.
    pub fn device_skewed(&mut self, device: DeviceNo) {
        self.devices.all[device].skewed = true;
    }

    /// Takes in that a device woke up, came online, or came to the front: it may seek the connection anew.
    pub fn device_rearmed(&mut self, device: DeviceNo) {
        self.budget.rearmed(device, self.clock.now());
        self.budget.called(device, self.clock.now());
    }

    /// Returns the chats that are open on a device.
    pub fn open_chats(&self, device: DeviceNo) -> impl Iterator<Item = ChatId> {
        let open = self.devices.all[device].open.iter();
        open.filter(|(_, times)| **times > 0).map(|(chat, _)| *chat)
    }

    /// Takes in what the store has after its process died or was stopped, and is back on the same disk: to be told before
    /// it serves anybody. See [`settled::adopt`].
    pub fn server_back(&mut self, store: &StoreView) -> Result<(), Violation> {
        self.coverage.note("server-back");
        let now = self.clock.now();
        let Some(last) = self.truths.last() else {
            return Ok(());
        };
        if last.lineage != store.lineage {
            // A marker that was not on disk in time looks like a restored backup; nothing may be missing all the same.
            self.coverage.note("lineage-lost-in-crash");
            let next = Truth {
                lineage: store.lineage.clone(),
                ..last.clone()
            };
            self.truths.push(next);
        }
        let Some(truth) = self.truths.last_mut() else {
            return Ok(());
        };
        if settled::adopt(truth, store, now)? {
            self.coverage.note("commit-untold-in-crash");
            let truth = &*truth;
            self.devices.restored(truth);
        }
        self.truths
            .last()
            .map_or(Ok(()), |truth| settled::store(truth, store))
    }

    /// Takes in that a backup was made: after every commit that was told before it. Backups are numbered as they come.
    pub fn backed_up(&mut self) {
        self.coverage.note("backup-made");
        self.backups.extend(self.truths.last().cloned());
    }

    /// Takes in that a backup was restored, and what the store has since: to be told before it serves anybody.
    ///
    /// Rules: `restored-lineage`: a restored backup has a lineage of its own; `durability`: it holds what was told before
    /// it was made. Truth goes back to that moment, in whatever lineage it was; the truths of other lineages stay, for the
    /// devices that hold their rows.
    pub fn restored(&mut self, backup: usize, store: &StoreView) -> Result<(), Violation> {
        self.coverage.note("backup-restored");
        let (Some(last), Some(kept)) = (self.truths.last(), self.backups.get(backup)) else {
            return Ok(());
        };
        let before: &Lineage = &last.lineage;
        if self.truths.iter().any(|t| t.lineage == store.lineage) {
            let detail = format!("{} after {before}", store.lineage);
            return Err(Violation::new("restored-lineage", detail));
        }
        let mut truth = Truth {
            lineage: store.lineage.clone(),
            ..kept.clone()
        };
        // It may have been made of what a dead process had left and told nobody.
        settled::adopt(&mut truth, store, self.clock.now())?;
        self.devices.restored(&truth);
        let checked = settled::store(&truth, store);
        self.truths.push(truth);
        checked
    }

    /// Takes in that the live connections of these devices were cut at once.
    pub fn mass_cut(&mut self, devices: BTreeSet<DeviceNo>) {
        self.coverage.note("mass-cut");
        self.budget.cut(self.clock.now(), devices);
    }

    /// Takes in that a device opens a socket. See [`Budget::attempt`].
    pub fn attempts(&mut self, device: DeviceNo) -> Result<(), Violation> {
        self.coverage.note("attempts");
        self.budget.attempt(device, self.clock.now())
    }

    /// Returns what was seen.
    pub const fn coverage(&self) -> &Coverage {
        &self.coverage
    }
}

/// Forgets acknowledged messages that were trimmed, dropped with their chat, or left behind by a new epoch.
fn forget_acknowledged(shown: &mut Shown, chat: ChatId, held: Option<&Holding>) {
    let Some(held) = held else {
        shown.acknowledged.remove(&chat);
        shown.epochs.remove(&chat);
        return;
    };
    let epoch = held.cursor.epoch.clone();
    let before = shown.epochs.insert(chat, epoch.clone());
    if before.is_some_and(|before| before != epoch) {
        shown.acknowledged.remove(&chat);
    }
    if let Some(messages) = shown.acknowledged.get_mut(&chat) {
        messages.retain(|_, created| *created >= held.floor);
    }
}

#[cfg(test)]
mod tests;
