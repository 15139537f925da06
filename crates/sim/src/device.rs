//! A device: the host of a real engine, by the rules on the engine's page, with everything that can happen to a host.
//!
//! Nothing runs by itself. The world hands in what arrives, fires what is due, and takes out what the engine wants
//! done; after each input the outputs are drained, as every host must. Storage, tokens and clocks are the device's
//! own and fail as they do in life:
//!
//! | room | what lives there |
//! | --- | --- |
//! | `storage` | batches in order, a journal, quota and failures, what a kill leaves |
//! | `home` | where a tab's unsent records lie, and how the next one adopts them |
//! | `tokens` | the host product, which hands out tokens or does not |
//! | `clocks` | a monotonic clock that may stand in sleep, a wall clock that may be wrong |

use std::collections::{BTreeMap, VecDeque};

use samtale_engine::{
    Change, Command, CommandError, Config, Engine, Input, Made, Network, Output, Token,
};

use crate::clock::{Clock, Millis};
use crate::net::{DeviceNo, counts::counts};
pub use crate::plan::UserNo;
use crate::rng::Rng;

mod clocks;
mod home;
mod storage;
#[cfg(test)]
mod tests;
mod tokens;

use clocks::Clocks;
pub use home::HostKind;
pub use storage::StorageMood;
use storage::{Storage, Took};
use tokens::Tokens;
pub use tokens::{Mint, TokenMood};

/// More outputs than this after one input is a loop.
const MAX_OUTPUTS: usize = 20_000;
/// More timeouts than this in one moment is a loop.
const MAX_TIMEOUTS: u32 = 1_000;

/// Something for the world to carry out.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceOutput {
    /// Opens a WebSocket.
    Open {
        /// Names the socket; the numbers begin anew in each life.
        generation: u64,
        /// The path and query.
        path: &'static str,
        /// The session's token.
        token: Token,
    },
    /// Sends a frame.
    Send {
        /// On which socket.
        generation: u64,
        /// The frame.
        text: String,
    },
    /// Closes a socket.
    Close {
        /// Which.
        generation: u64,
        /// The close frame's code.
        code: u16,
    },
    /// Makes an HTTP request.
    Request {
        /// Names the request; the numbers begin anew in each life.
        number: u64,
        /// The method's name.
        method: &'static str,
        /// The path and query.
        path: String,
        /// The session's token.
        token: Token,
        /// A JSON body.
        body: Option<String>,
    },
    /// Gives up an HTTP request.
    Cancel {
        /// Which.
        number: u64,
    },
}

/// How much a device holds, for the bounds that must be kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceBounds {
    /// Bytes in the durable store, keys included.
    pub stored_bytes: usize,
    /// Records in the durable store.
    pub stored_records: usize,
    /// Batches in the journal.
    pub journalled: usize,
    /// Loads and batches that the storage has not answered.
    pub storage_jobs: usize,
    /// Unsent ops.
    pub outbox_ops: usize,
    /// Their bytes.
    pub outbox_bytes: usize,
    /// Outputs that the world has not taken.
    pub outputs: usize,
}

counts! {
    /// What happened to a device.
    DeviceCounts:
    /// Lives begun.
    boots,
    /// Lives ended by force.
    kills,
    /// Spells asleep.
    sleeps,
    /// Spells asleep in which the monotonic clock stood.
    clock_stood,
    /// Batches that became durable.
    batches,
    /// Batches that were in the journal before.
    journalled,
    /// Batches that failed.
    failed_batches,
    /// Batches that failed for want of room.
    over_quota,
    /// Loads that failed.
    failed_loads,
    /// Batches that a kill took before they were durable.
    lost_batches,
    /// Records of an earlier life that were adopted.
    adopted,
    /// Tokens handed out.
    tokens,
    /// Tokens handed out though they had run out.
    old_tokens,
    /// Tokens that could not be had.
    failed_tokens,
}

/// A device of a user: storage, clocks and tokens, and while it is up an engine.
pub struct Device {
    /// Its place in the plan.
    pub no: DeviceNo,
    /// Whose it is.
    pub user: UserNo,
    config: Config,
    rng: Rng,
    clocks: Clocks,
    storage: Storage,
    tokens: Tokens,
    engine: Option<Engine>,
    life: u64,
    /// What came while it slept.
    late: VecDeque<Input>,
    network: Network,
    visible: bool,
    out: VecDeque<DeviceOutput>,
    changes: Vec<Change>,
    counts: DeviceCounts,
}

impl Device {
    /// Makes a device that is off. What host it is follows from its configuration: one that sees how a handshake was
    /// refused is a program with a database, any other a browser, with a journal beside it.
    pub fn new(
        no: DeviceNo,
        user: UserNo,
        config: Config,
        clock: Clock,
        mut rng: Rng,
        mint: Mint,
    ) -> Self {
        let kind = HostKind::draw(config.tells_refusals, &mut rng);
        Self {
            no,
            user,
            clocks: Clocks::new(clock),
            storage: Storage::new(kind, rng.fork("storage")),
            tokens: Tokens::new(mint, rng.fork("tokens")),
            config,
            rng,
            engine: None,
            life: 0,
            late: VecDeque::new(),
            network: Network::Online,
            visible: true,
            out: VecDeque::new(),
            changes: Vec::new(),
            counts: DeviceCounts::new(),
        }
    }

    /// Begins a life: an engine with a fresh seed over what is durable and what the journal has left. One that is up
    /// stays as it is.
    pub fn boot(&mut self) {
        if self.engine.is_some() {
            return;
        }
        self.life += 1;
        self.counts.boots += 1;
        self.clocks.begin(&mut self.rng);
        self.storage
            .open(self.life, self.clocks.time(), &mut self.counts);
        let engine = Engine::new(self.config.clone(), self.rng.seed(), self.clocks.now());
        self.engine = Some(engine);
        self.drain();
        if self.network != Network::Online {
            let network = self.network;
            self.feed(Input::Network { network });
        }
        if !self.visible {
            self.feed(Input::Visible { visible: false });
        }
    }

    /// Ends its life without a word. Of what was given to the storage and is not durable, a part may still become so.
    pub fn kill(&mut self) {
        if self.engine.take().is_none() {
            return;
        }
        self.counts.kills += 1;
        self.clocks.wake();
        self.storage.kill(&mut self.counts);
        self.tokens.forget();
        self.late.clear();
        self.out.clear();
        self.changes.clear();
    }

    /// Returns whether there is an engine; it may be asleep.
    pub const fn is_up(&self) -> bool {
        self.engine.is_some()
    }

    /// Returns whether it sleeps.
    pub const fn is_asleep(&self) -> bool {
        self.clocks.is_asleep()
    }

    /// Returns the number of its life, from 1. What belongs to an earlier life must not be handed in.
    pub const fn life(&self) -> u64 {
        self.life
    }

    /// Returns the engine, while it is up.
    pub const fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    /// Returns what its engines are made with.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Returns what kind of host it is.
    pub const fn kind(&self) -> HostKind {
        self.storage.kind()
    }

    /// Carries out a person's command. At a device that is off or asleep nobody can want anything: that is told as
    /// [`CommandError::SignedOut`].
    pub fn command(&mut self, command: Command) -> Result<Made, CommandError> {
        if self.is_asleep() {
            return Err(CommandError::SignedOut);
        }
        let now = self.clocks.now();
        let engine = self.engine.as_mut().ok_or(CommandError::SignedOut)?;
        let made = engine.command(now, command);
        self.drain();
        made
    }

    /// Hands in what happened. Asleep it waits for the waking; off it is lost, except how the network is and whether
    /// the program is seen, which the next life is told.
    pub fn input(&mut self, input: Input) {
        match input {
            Input::Network { network } => self.network = network,
            Input::Visible { visible } => self.visible = visible,
            _ => {}
        }
        if self.engine.is_none() {
            return;
        }
        if self.is_asleep() {
            self.late.push_back(input);
        } else {
            self.feed(input);
        }
    }

    /// Hands in that a handshake came to nothing, with the answer's status where there was one. Only a host that sees
    /// statuses tells the engine.
    pub fn refused(&mut self, generation: u64, status: Option<u16>) {
        let code = match status {
            _ if !self.config.tells_refusals => None,
            Some(401) => Some(4401),
            Some(403) => Some(4403),
            Some(429) => Some(4429),
            _ => None,
        };
        self.input(Input::SocketClosed { generation, code });
    }

    /// Returns when [`Device::fire`] has something to do: at once, where that is in the past.
    pub fn next_timer(&self) -> Option<Millis> {
        if self.is_asleep() {
            return None;
        }
        self.due().map(|(at, _)| at)
    }

    /// Does what is due: the engine's timeout, answers of the storage, tokens.
    pub fn fire(&mut self) {
        let mut timeouts = 0;
        while !self.is_asleep()
            && let Some((at, what)) = self.due()
            && at <= self.clocks.time()
        {
            match what {
                Due::Storage => self.storage_works(),
                Due::Token => {
                    let wall = self.clocks.true_wall();
                    if let Some(answer) = self.tokens.answer(wall, &mut self.counts) {
                        self.feed(answer);
                    }
                }
                Due::Engine => {
                    timeouts += 1;
                    assert!(timeouts < MAX_TIMEOUTS, "a timeout stays in the past");
                    self.feed(Input::Timeout);
                }
            }
        }
    }

    /// Returns the next thing to carry out.
    pub fn poll(&mut self) -> Option<DeviceOutput> {
        self.out.pop_front()
    }

    /// Takes out what changed in the view, in order.
    pub fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Puts the storage into a mood.
    pub fn set_storage(&mut self, mood: StorageMood) {
        self.storage.set_mood(mood, self.clocks.time());
    }

    /// Puts the host product into a mood.
    pub fn set_tokens(&mut self, mood: TokenMood) {
        self.tokens.set_mood(mood);
    }

    /// Closes the lid: nothing runs until [`Device::wake`], and the monotonic clock stands or goes on.
    pub fn sleep(&mut self) {
        if self.engine.is_none() || self.is_asleep() {
            return;
        }
        let stands = self.rng.chance(500);
        self.counts.sleeps += 1;
        self.counts.clock_stood += u64::from(stands);
        self.clocks.sleep(stands);
    }

    /// Opens the lid: everything that was due is late, and comes in no particular order with what came meanwhile.
    pub fn wake(&mut self) {
        if !self.is_asleep() {
            return;
        }
        self.clocks.wake();
        if self.rng.chance(500) {
            self.fire();
        }
        while let Some(input) = self.late.pop_front() {
            self.feed(input);
        }
        self.fire();
    }

    /// Sets how far the wall clock is ahead of the right time, or behind it.
    pub fn set_skew(&mut self, ms: i64) {
        self.clocks.set_skew(ms);
    }

    /// Returns the records that the next engine would get if this one were killed now and nothing more became durable.
    pub fn durable(&self) -> BTreeMap<String, Vec<u8>> {
        self.storage.survives()
    }

    /// Returns how much it holds.
    pub fn bounds(&self) -> DeviceBounds {
        let outbox = self.engine.as_ref().map(Engine::outbox);
        DeviceBounds {
            stored_bytes: self.storage.bytes(),
            stored_records: self.storage.records(),
            journalled: self.storage.journalled(),
            storage_jobs: self.storage.jobs(),
            outbox_ops: outbox.as_ref().map_or(0, |outbox| outbox.items.len()),
            outbox_bytes: outbox.as_ref().map_or(0, |outbox| outbox.bytes),
            outputs: self.out.len(),
        }
    }

    /// Returns the numbers counted since the world began.
    pub const fn counts(&self) -> &DeviceCounts {
        &self.counts
    }

    /// Returns what is due first; in one moment the storage comes before tokens, and those before timers.
    fn due(&self) -> Option<(Millis, Due)> {
        let engine = self.engine.as_ref()?;
        let timeout = engine.poll_timeout().map(|at| self.clocks.when(at));
        [
            self.storage.next().map(|at| (at, Due::Storage)),
            self.tokens.next().map(|at| (at, Due::Token)),
            timeout.map(|at| (at, Due::Engine)),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Lets the storage finish what is next, and tells the engine.
    fn storage_works(&mut self) {
        let time = self.clocks.time();
        if let Some(answer) = self.storage.work_at(time, &mut self.counts) {
            self.feed(answer);
        }
        self.storage.adopted(time);
    }

    fn feed(&mut self, input: Input) {
        let now = self.clocks.now();
        if let Some(engine) = self.engine.as_mut() {
            engine.handle_input(now, input);
            self.drain();
        }
    }

    /// Takes all outputs, as a host must after every input; what goes into the journal goes at once.
    fn drain(&mut self) {
        let mut inputs = VecDeque::new();
        let mut outputs = 0;
        loop {
            while let Some(output) = self.engine.as_mut().and_then(Engine::poll_output) {
                outputs += 1;
                assert!(
                    outputs < MAX_OUTPUTS,
                    "the engine does not come to rest after one input"
                );
                inputs.extend(self.start(output));
            }
            let Some(input) = inputs.pop_front() else {
                break;
            };
            let now = self.clocks.now();
            if let Some(engine) = self.engine.as_mut() {
                engine.handle_input(now, input);
            }
        }
    }

    /// Begins what an output asks for; an answer that is there at once is returned.
    fn start(&mut self, output: Output) -> Option<Input> {
        let time = self.clocks.time();
        let started = match output {
            Output::OpenSocket {
                generation,
                path,
                token,
            } => DeviceOutput::Open {
                generation,
                path,
                token,
            },
            Output::Send { generation, text } => DeviceOutput::Send {
                generation,
                text: text.0,
            },
            Output::CloseSocket { generation, code } => DeviceOutput::Close { generation, code },
            Output::Http {
                request,
                method,
                path,
                token,
                body,
            } => DeviceOutput::Request {
                number: request,
                method: method.as_str(),
                path,
                token,
                body: body.map(|body| body.0),
            },
            Output::CancelHttp { request } => DeviceOutput::Cancel { number: request },
            Output::FetchToken { request, fresh } => {
                self.tokens.ask(time, request, fresh);
                return None;
            }
            Output::Load { load, prefixes } => {
                self.storage.load(time, load, prefixes);
                return None;
            }
            Output::Persist {
                batch,
                writes,
                journal,
            } => {
                let took = self.storage.persist(time, batch, writes, journal);
                return (took == Took::Journalled).then(|| {
                    self.counts.journalled += 1;
                    Input::Journalled { batch }
                });
            }
            Output::Wipe => {
                self.storage.wipe(time);
                return None;
            }
            Output::Changed(change) => {
                self.changes.push(change);
                return None;
            }
        };
        self.out.push_back(started);
        None
    }
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Storage,
    Token,
    Engine,
}
