//! What was asked on each device, what its person was told of it, and what a commit may therefore be.
//!
//! An op is known by its id, a message by its own; the words by their marker. Commits are attributed to ops: nothing is
//! committed that nobody asked for, nothing twice, and the words of one device in one chat in the order it sent them.

use std::collections::BTreeMap;

use samtale_engine::{Command, Config, Engine, Made, Outcome, Position, StorageState};
use samtale_model::{ChatId, Emoji, MessageId, OpId, UserId};
use samtale_protocol::ErrorCode;

use super::Violation;
use super::asked::{Issued, Kind, Told, what};
use super::truth::{Deed, Truth};
use crate::clock::Millis;
use crate::plan::DeviceNo;

/// One device, and its person's doings on it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Whose it is.
    pub user: UserId,
    /// How it is configured.
    pub config: Config,
    /// How often it was started.
    pub life: u32,
    /// Whether it runs.
    pub up: bool,
    /// Whether its wall clock was ever wrong.
    pub skewed: bool,
    /// Whether what was stored before this life is there: its storage was ready at some time.
    pub loaded: bool,
    /// Whether its person signed out: the engine is inert.
    pub out: bool,
    /// Its ops.
    pub ops: BTreeMap<OpId, Issued>,
    /// How many screens each chat is open on.
    pub open: BTreeMap<ChatId, u32>,
    next: u64,
    /// By chat (and, where what was unsent may come late, by life), the latest of its words that were committed.
    last: BTreeMap<(ChatId, u32), (u64, OpId)>,
    /// Whether a life adopts what an earlier one left unsent, as a browser's tab does: it comes after what was done since.
    pub adopts: bool,
    /// Whether the storage could not be read at a start: what it has then comes later, after what was done since.
    pub late: bool,
    /// Whether the storage failed in this life.
    pub trouble: bool,
}

impl Record {
    /// Whether what an earlier life left unsent is there at a start, before anything is done.
    pub const fn in_time(&self) -> bool {
        !self.adopts && !self.late
    }
}

/// All devices.
#[derive(Clone, Debug, Default)]
pub struct Devices {
    /// By number.
    pub all: Vec<Record>,
    /// Chats that people asked to be made, and who.
    made: BTreeMap<ChatId, UserId>,
    /// Markers of drafts, and whose.
    pub drafts: BTreeMap<u64, UserId>,
    /// Emoji set on or taken back: how often a user asked.
    reactions: BTreeMap<(MessageId, UserId, Emoji, bool), u32>,
    /// The same: how often that was committed in this lineage.
    reacted: BTreeMap<(MessageId, UserId, Emoji, bool), u32>,
    /// Ops that were told done, with what they were about.
    senders: BTreeMap<OpId, DeviceNo>,
    /// Edits by marker.
    edits: BTreeMap<u64, (DeviceNo, OpId)>,
}

impl Devices {
    /// Makes the devices.
    pub fn new(devices: impl IntoIterator<Item = (UserId, Config)>) -> Self {
        let record = |(user, config): (UserId, Config)| Record {
            // Unless the world says it better: a host that can't tell refusals is a browser's.
            adopts: !config.tells_refusals,
            user,
            config,
            life: 0,
            up: false,
            skewed: false,
            loaded: false,
            out: false,
            ops: BTreeMap::new(),
            open: BTreeMap::new(),
            next: 0,
            last: BTreeMap::new(),
            late: false,
            trouble: false,
        };
        Self {
            all: devices.into_iter().map(record).collect(),
            ..Self::default()
        }
    }

    /// Takes in that a person asked for something, and the engine took it.
    pub fn issued(
        &mut self,
        device: DeviceNo,
        made: Made,
        command: &Command,
        words: Option<u64>,
        at: Millis,
    ) {
        let record = &mut self.all[device];
        match command {
            Command::OpenChat { chat } => *record.open.entry(*chat).or_default() += 1,
            Command::CloseChat { chat } => {
                let open = record.open.entry(*chat).or_default();
                *open = open.saturating_sub(1);
            }
            Command::Retry { op } => record.retry(*op, at),
            Command::RetryAll => {
                let mut ops: Vec<(u64, OpId)> = record
                    .ops
                    .iter()
                    .filter(|(_, op)| op.is_parked() && op.is_of(record.life))
                    .map(|(id, op)| (op.order, *id))
                    .collect();
                ops.sort_unstable();
                for (_, op) in ops {
                    record.retry(op, at);
                }
            }
            Command::SetDraft { .. } => {
                let user = record.user.clone();
                self.drafts.extend(words.map(|words| (words, user)));
            }
            Command::SignOut { wipe } => {
                record.out = true;
                if *wipe {
                    self.wiped(device);
                }
            }
            Command::CreateChat { .. } => {
                if let Made::Chat(chat) = made {
                    let user = record.user.clone();
                    self.made.insert(chat, user);
                }
            }
            _ => self.op_issued(device, made, command, words, at),
        }
    }

    fn op_issued(
        &mut self,
        device: DeviceNo,
        made: Made,
        command: &Command,
        words: Option<u64>,
        at: Millis,
    ) {
        let record = &mut self.all[device];
        let user = record.user.clone();
        if let Command::React {
            message, emoji, on, ..
        } = command
        {
            let key = (*message, user, emoji.clone(), *on);
            *self.reactions.entry(key).or_default() += 1;
        }
        let id = match made {
            Made::Message(id) => OpId(id.0),
            Made::Op(id) => id,
            Made::Nothing | Made::Chat(_) => return,
        };
        let Some((chat, kind, message)) = what(command, made, &record.user) else {
            return;
        };
        let order = record.next;
        let life = record.life;
        let volatile = matches!(command, Command::Send { persist: false, .. });
        let issued = record.ops.entry(id).or_insert_with(|| Issued {
            chat,
            kind,
            message,
            words: Vec::new(),
            order,
            at,
            waits: at,
            told: Told::Pending,
            kept: false,
            volatile,
            parked: false,
            life,
            born: life,
            worded: life,
            seen: life,
            excused: false,
        });
        if words.is_some() {
            issued.words.extend(words);
            issued.worded = life;
        }
        issued.life = life;
        record.next += 1;
        if matches!(issued.kind, Kind::Send { .. }) {
            self.senders.insert(id, device);
        }
        self.edits.extend(words.map(|words| (words, (device, id))));
    }

    /// Takes in what a device told of an op.
    ///
    /// Rules: `told-of-nothing` (an outcome is of something asked for), `told-twice` (nothing comes after the end, in one
    /// life of the device; a tab may adopt what two closed ones had, one from the other), `asked-too-early`
    /// (an op expires only when it has waited longer than `ask_after_ms`, on a device whose clock was never wrong),
    /// `false-conflict`, `false-refusal` (see `refused`).
    pub fn told(
        &mut self,
        device: DeviceNo,
        op: OpId,
        outcome: &Outcome,
        truth: &Truth,
        now: Millis,
    ) -> Result<(), Violation> {
        let fail = |rule, detail: String| {
            Err(Violation::new(
                rule,
                format!("device {device}, op {op}, {outcome:?}: {detail}"),
            ))
        };
        let record = &mut self.all[device];
        let life = record.life;
        let Some(issued) = record.ops.get_mut(&op) else {
            return fail("told-of-nothing", "nobody asked for it".into());
        };
        let again = !record.adopts || issued.born == life;
        if issued.is_over() && issued.life == life && !issued.excused && again {
            return fail("told-twice", format!("was {:?}", issued.told));
        }
        match outcome {
            Outcome::Kept => {
                issued.kept = true;
                return Ok(());
            }
            Outcome::Done { .. } => issued.told = Told::Done,
            Outcome::Failed { code } => {
                issued.told = Told::Failed(*code);
                issued.parked = true;
            }
            Outcome::Expired => {
                let waited = now.saturating_sub(issued.waits);
                if !record.skewed && waited < record.config.ask_after_ms {
                    return fail("asked-too-early", format!("it waited {waited} ms"));
                }
                issued.told = Told::Expired;
                issued.parked = true;
            }
            Outcome::Cancelled => issued.told = Told::Cancelled,
        }
        issued.life = life;
        if let Outcome::Failed { code } = outcome {
            let user = record.user.clone();
            self.refused(device, op, *code, &user, truth)?;
        }
        Ok(())
    }

    /// Checks that a refusal has a reason in the history.
    ///
    /// `false-conflict`: every id is used once with one content, so `id_conflict` is never true, unless a device that was
    /// killed forgot the newer words that had been folded into an op it had already sent. `false-refusal`:
    /// `not_participant` to someone who was in the chat all along, `not_found` for a send that refers to nothing, and
    /// whatever says that a content or a request of ours is ill-formed.
    fn refused(
        &self,
        device: DeviceNo,
        op: OpId,
        code: ErrorCode,
        user: &UserId,
        truth: &Truth,
    ) -> Result<(), Violation> {
        let record = &self.all[device];
        let issued = &record.ops[&op];
        let chat = truth.chats.get(&issued.chat);
        let sight = chat.and_then(|chat| chat.sight.get(user));
        let stayed = sight.is_some_and(|sight| sight.active_since(issued.at));
        let rule = match code {
            ErrorCode::IdConflict if issued.words.len() < 2 => "false-conflict",
            ErrorCode::NotParticipant if stayed => "false-refusal",
            ErrorCode::NotFound if issued.kind == (Kind::Send { refers: false }) => "false-refusal",
            ErrorCode::BadRequest
            | ErrorCode::BadFrame
            | ErrorCode::TooLarge
            | ErrorCode::ContentEmpty
            | ErrorCode::ContentInvalid
            | ErrorCode::ContentTooLong
            | ErrorCode::UnmatchedTopic
            | ErrorCode::UnsupportedVersion => "false-refusal",
            _ => return Ok(()),
        };
        let detail = format!(
            "device {device} ({user:?}), op {op} ({:?} in chat {}): {code}",
            issued.kind, issued.chat
        );
        Err(Violation::new(rule, detail))
    }

    /// Checks that what a commit did was asked for, once, and in order.
    ///
    /// `from-nowhere`: an actor's deed needs an op of one of their devices. `order`: of the words (sends and edits) of one
    /// device in one chat, those asked for later are committed later; ops that were parked and retried by hand excepted,
    /// they join the tail, and those whose giving up was lost with the device: they come back when they come back. `reacted-too-often`: an emoji is set (or taken back) at most as often as it was asked for: a
    /// repeat that takes effect again would set what was taken back. `cancelled-but-done`: what was given up before it was
    /// attempted never takes effect. `words-swapped`: the words are the ones that were asked for last. `went-unasked`: what
    /// waited longer than `ask_after_ms` (and ten minutes for the way) goes only when its person says so.
    pub fn committed(
        &mut self,
        chat: ChatId,
        actor: Option<&UserId>,
        deeds: &[Deed],
        truth: &Truth,
        seeding: bool,
        now: Millis,
    ) -> Result<(), Violation> {
        // What furnishes the world is nobody's op.
        let Some(actor) = actor.filter(|_| !seeding) else {
            return Ok(());
        };
        let fail =
            |rule, detail: String| Err(Violation::new(rule, format!("chat {chat}: {detail}")));
        // Those who are there from the start come with the chat; one deed of a leaving may be to rank an heir.
        let made = deeds.contains(&Deed::Made);
        let left = deeds.iter().any(|deed| matches!(deed, Deed::Left(_)));
        for deed in deeds {
            let asked = match deed {
                Deed::Made => self.made.get(&chat) == Some(actor),
                Deed::Entered(_) if made => true,
                Deed::Ranked(_) if left => true,
                Deed::Sent(id) => match self.senders.get(&OpId(id.0)).copied() {
                    None => false,
                    Some(device) => {
                        let words = truth.message(*id).and_then(|(_, spoken)| {
                            super::marker(spoken.newest()?.content.as_str())
                        });
                        self.applied(chat, device, OpId(id.0), words, now)?;
                        self.all[device].user == *actor
                    }
                },
                Deed::Edited(_, words) => {
                    match words.and_then(|words| self.edits.get(&words)).copied() {
                        None => false,
                        Some((device, op)) => {
                            self.applied(chat, device, op, *words, now)?;
                            self.all[device].user == *actor
                        }
                    }
                }
                Deed::Deleted(id) => self.asked(actor, chat, |op| {
                    op.kind == Kind::Delete && op.message == Some(*id)
                }),
                Deed::Reacted(id, user, emoji, on) => {
                    let key = (*id, user.clone(), emoji.clone(), *on);
                    let asked = self.reactions.get(&key).copied().unwrap_or(0);
                    let done = self.reacted.entry(key).or_default();
                    *done += 1;
                    if *done > asked {
                        let detail = format!(
                            "{user:?} {emoji:?} on={on} to {id}: {done} times, asked {asked}"
                        );
                        return fail("reacted-too-often", detail);
                    }
                    user == actor
                }
                Deed::Entered(user) => {
                    self.asked(actor, chat, |op| op.kind == Kind::Add(user.clone()))
                }
                Deed::Left(user) => {
                    self.asked(actor, chat, |op| op.kind == Kind::Remove(user.clone()))
                }
                Deed::Ranked(user) => {
                    self.asked(actor, chat, |op| op.kind == Kind::Rank(user.clone()))
                }
                Deed::Changed => self.asked(actor, chat, |op| op.kind == Kind::Update),
            };
            if !asked {
                return fail("from-nowhere", format!("{deed:?} by {actor:?}"));
            }
        }
        Ok(())
    }

    fn asked(&self, user: &UserId, chat: ChatId, fits: impl Fn(&Issued) -> bool) -> bool {
        let own = self.all.iter().filter(|record| record.user == *user);
        own.flat_map(|record| record.ops.values())
            .any(|op| op.chat == chat && fits(op))
    }

    fn applied(
        &mut self,
        chat: ChatId,
        device: DeviceNo,
        op: OpId,
        words: Option<u64>,
        now: Millis,
    ) -> Result<(), Violation> {
        let record = &mut self.all[device];
        let life = record.life;
        let Some(issued) = record.ops.get(&op) else {
            return Ok(());
        };
        let fail = |rule, detail: String| {
            Err(Violation::new(
                rule,
                format!("chat {chat}, device {device}: {detail}"),
            ))
        };
        if issued.told == Told::Cancelled && !issued.parked && issued.life == life {
            return fail("cancelled-but-done", format!("op {op}"));
        }
        let forgotten = issued.worded != life;
        if issued.words.last() != words.as_ref()
            && !(forgotten && words.is_some_and(|words| issued.words.contains(&words)))
        {
            let asked = &issued.words;
            return fail(
                "words-swapped",
                format!("op {op} took effect with {words:?}, asked {asked:?}"),
            );
        }
        if issued.parked || issued.told == Told::Cancelled {
            return Ok(());
        }
        let waited = now.saturating_sub(issued.waits);
        if !record.skewed && waited > record.config.ask_after_ms.saturating_add(600_000) {
            return fail("went-unasked", format!("op {op} waited {waited} ms"));
        }
        // What is adopted goes after what was done since: then each life has an order of its own.
        let line = (chat, if record.in_time() { 0 } else { issued.born });
        if let Some((last, other)) = record.last.get(&line)
            && issued.order < *last
        {
            let (order, at) = (issued.order, issued.at);
            let detail = format!("op {op} (no. {order}, asked at {at}) after {other} (no. {last})");
            return fail("order", detail);
        }
        record.last.insert(line, (issued.order, op));
        Ok(())
    }

    /// Takes in that a device was killed: what it had not said to be kept may be gone.
    pub fn killed(&mut self, device: DeviceNo) {
        let record = &mut self.all[device];
        record.up = false;
        record.open.clear();
        for op in record.ops.values_mut() {
            op.excused |= !op.kept;
        }
    }

    /// Takes in that a device was started.
    pub fn booted(&mut self, device: DeviceNo) {
        let record = &mut self.all[device];
        record.life += 1;
        record.up = true;
        record.loaded = false;
        record.trouble = false;
        record.out = false;
    }

    /// Takes in how a device's storage stands.
    pub fn storage(&mut self, device: DeviceNo, engine: &Engine) {
        let record = &mut self.all[device];
        match engine.storage() {
            StorageState::Ready => record.loaded = true,
            StorageState::Tight | StorageState::Memory => {
                record.late |= !record.loaded;
                record.trouble = true;
            }
            StorageState::Loading => {}
        }
    }

    /// Takes in what is in a device's outbox: what was stored before this life is there from now on.
    pub fn seen(&mut self, device: DeviceNo, engine: &Engine) {
        let record = &mut self.all[device];
        if record
            .ops
            .values()
            .all(|op| op.is_over() || op.seen == record.life)
        {
            return;
        }
        for item in engine.outbox().items {
            if let Some(op) = record.ops.get_mut(&item.op) {
                op.seen = record.life;
                op.excused = false;
            }
        }
    }

    /// Takes in that everything stored on a device is gone.
    pub fn wiped(&mut self, device: DeviceNo) {
        for op in self.all[device].ops.values_mut() {
            op.excused = true;
        }
    }

    /// Takes in that a backup was restored: what was acknowledged after it is gone, and is nobody's fault.
    pub fn restored(&mut self, truth: &Truth) {
        self.reacted.clear();
        for chat in truth.chats.values() {
            for ((message, user), versions) in &chat.reactions {
                let mut before: &[Emoji] = &[];
                for emoji in versions.values() {
                    let set = emoji.iter().filter(|e| !before.contains(e));
                    let taken = before.iter().filter(|e| !emoji.contains(e));
                    let changes = set.map(|e| (e, true)).chain(taken.map(|e| (e, false)));
                    for (e, on) in changes {
                        let key = (*message, user.clone(), e.clone(), on);
                        *self.reacted.entry(key).or_default() += 1;
                    }
                    before = emoji;
                }
            }
        }
        for record in &mut self.all {
            record.last.clear();
        }
    }

    /// Returns the words that a device's person gave a message last, of what is still under way: `Some(None)` where they
    /// deleted it; none where nothing is. An edit that went into an unsent message in an earlier life may have been lost
    /// with that life.
    pub fn overlay(
        &self,
        device: DeviceNo,
        message: MessageId,
        position: Position,
    ) -> Option<Option<u64>> {
        let record = &self.all[device];
        let pending = record.ops.values().filter(|op| {
            op.message == Some(message)
                && op.told == Told::Pending
                && op.life == record.life
                && (matches!(op.kind, Kind::Edit | Kind::Delete)
                    || (matches!(op.kind, Kind::Send { .. })
                        && matches!(position, Position::Unsent(_))))
        });
        let last = pending.max_by_key(|op| op.order)?;
        if last.worded != record.life {
            // Retried in this life: its newest words may have been lost with the one that gave them.
            return None;
        }
        if last.kind == Kind::Delete {
            return Some(None);
        }
        last.words.last().map(|words| Some(*words))
    }
}

impl Record {
    fn retry(&mut self, op: OpId, at: Millis) {
        let (order, life) = (self.next, self.life);
        if let Some(issued) = self.ops.get_mut(&op) {
            issued.order = order;
            issued.waits = at;
            issued.told = Told::Pending;
            issued.parked = true;
            issued.life = life;
            self.next += 1;
        }
    }
}
