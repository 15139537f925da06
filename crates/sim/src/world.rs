//! A world: the server, the devices, the network and the model on one thread, and the loop that
//! plays a plan.
//!
//! Nothing in a world runs by itself. The loop moves the clock to the next thing that is due, lets
//! everything happen that happens at that moment, and tells the model. What is broken ends the play.
//!
//! | room | what lives there |
//! | --- | --- |
//! | `begin` | people, chats, and what was said before |
//! | `people` | what people do: acts become commands |
//! | `harm` | what happens to devices, network and server |
//! | `post` | what goes between engines, network and server |
//! | `quiet` | healing, waiting, and the full check |

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};

use samtale_engine::{Command, Token};
use samtale_model::{ChatId, DeviceId, UserId};
use samtale_store::Commit;

use crate::clock::{Clock, Millis};
use crate::device::{Device, HostKind};
use crate::disk::{Disk, Image};
use crate::model::{Facts, Model, Violation};
use crate::net::{LinkId, Net};
use crate::node::{Node, Tap};
use crate::plan::{ChatNo, DeviceNo, Plan, Step};
use crate::rng::Rng;
use crate::run::{Counts, Failure, Fuel, Outcome, Tally};
use crate::trace::Trace;

mod begin;
mod harm;
mod people;
mod post;
mod quiet;

/// The secret that tokens are signed with.
const SECRET: &str = "a secret of a simulated world, long enough to sign with";
/// How often the loop may turn.
const FUEL: u64 = 3_000_000;

/// Everything there is.
pub struct World {
    plan: Plan,
    clock: Clock,
    trace: Trace,
    rng: Rng,
    words: Rng,
    net: Net,
    disk: Disk,
    server: Server,
    seats: Vec<Seat>,
    /// Whose end each link is.
    links: BTreeMap<LinkId, Owner>,
    /// When each link reached the server.
    arrived: BTreeMap<LinkId, Millis>,
    /// The token that each link was begun with.
    tokens: BTreeMap<LinkId, Token>,
    users: Vec<UserId>,
    /// The chats, in the order they were made.
    chats: Vec<ChatId>,
    /// Chats of which the network lost an event that nothing has followed since.
    lossy: BTreeSet<ChatId>,
    model: Model,
    tapped: Arc<Tapped>,
    counts: Counts,
    fuel: Fuel,
    /// The newest number that stands in a message.
    marker: u64,
    /// How much later than planned everything is, for the time that quiet points took.
    late: Millis,
}

/// The server, whether it runs or not.
struct Server {
    node: Option<Box<Node>>,
    /// Whether it was asked to stop.
    draining: bool,
    /// Whether its disk is full, or can't sync.
    full: bool,
    failing: bool,
    skew: Arc<AtomicI64>,
    /// How often it has been started.
    boots: u64,
    backups: Vec<Image>,
    /// Which of them was put back and has not been read since.
    restored: Option<usize>,
    /// The links whose flush waits for the network.
    paused: BTreeSet<LinkId>,
}

/// A device and where it sits: its links, and what is open on it.
struct Seat {
    device: Device,
    sockets: BTreeMap<u64, LinkId>,
    requests: BTreeMap<u64, LinkId>,
    opens: Vec<ChatNo>,
    /// Whether its user has signed out; the next boot signs in again.
    signed_out: bool,
}

/// Whose end of a link it is.
#[derive(Clone, Copy, Debug)]
enum Owner {
    Socket { device: DeviceNo, generation: u64 },
    Request { device: DeviceNo, number: u64 },
}

impl Owner {
    const fn device(self) -> DeviceNo {
        match self {
            Self::Socket { device, .. } | Self::Request { device, .. } => device,
        }
    }
}

/// What the store has committed and the model has not heard yet.
#[derive(Default)]
struct Tapped(Mutex<Vec<Commit>>);

impl Tap for Tapped {
    fn committed(&self, commit: &Commit) {
        let mut commits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        commits.push(commit.clone());
    }
}

/// Plays a plan from its beginning to its end, and checks what must hold.
pub fn play(plan: &Plan, trace: &Trace) -> Outcome {
    let mut world = match World::new(plan, trace) {
        Ok(world) => world,
        Err(failure) => return Outcome::broken(failure),
    };
    let failure = world.play().err();
    if let Some(failure) = &failure {
        trace.note(
            failure.at,
            format_args!("broken: {}: {}", failure.rule, failure.detail),
        );
    }
    world.outcome(failure)
}

impl World {
    fn new(plan: &Plan, trace: &Trace) -> Result<Self, Failure> {
        let rng = Rng::new(plan.seed);
        let clock = Clock::default();
        let setup = &plan.setup;
        let users: Vec<UserId> = (0..setup.users)
            .map(|no| UserId::new(format!("u{no}")).expect("is an id"))
            .collect();
        let seats = setup
            .devices
            .iter()
            .enumerate()
            .map(|(no, device)| Self::seat(no, device, setup.token_life, &users, &clock, &rng))
            .collect::<Result<Vec<Seat>, String>>()
            .map_err(unplayable)?;
        let devices = seats
            .iter()
            .map(|seat| (seat.device.user, seat.device.config().clone()));
        let facts = Facts {
            users: users.clone(),
            devices: devices.collect(),
        };
        Ok(Self {
            net: Net::new(rng.fork("net")),
            disk: Disk::new(rng.fork("disk")),
            server: Server {
                node: None,
                draining: false,
                full: false,
                failing: false,
                skew: Arc::default(),
                boots: 0,
                backups: Vec::new(),
                restored: None,
                paused: BTreeSet::new(),
            },
            words: rng.fork("words"),
            model: Model::new(facts, clock.clone()),
            plan: plan.clone(),
            trace: trace.clone(),
            seats,
            links: BTreeMap::new(),
            arrived: BTreeMap::new(),
            tokens: BTreeMap::new(),
            users,
            chats: Vec::new(),
            lossy: BTreeSet::new(),
            tapped: Arc::default(),
            counts: Counts::default(),
            fuel: Fuel::new(FUEL),
            marker: 0,
            late: 0,
            clock,
            rng,
        })
    }

    fn seat(
        no: DeviceNo,
        setup: &crate::plan::DeviceSetup,
        token_life: Millis,
        users: &[UserId],
        clock: &Clock,
        rng: &Rng,
    ) -> Result<Seat, String> {
        let user = setup.user % users.len().max(1);
        let owner = users.get(user).ok_or("a world has people")?.clone();
        let id = DeviceId::new(format!("d{no}")).map_err(|error| error.to_string())?;
        let config = setup.config(owner.clone(), id)?;
        let mint = move |issued| crate::node::mint(SECRET, &owner, issued, token_life);
        let rng = rng.fork(&format!("device {no}"));
        Ok(Seat {
            device: Device::new(no, user, config, clock.clone(), rng, Arc::new(mint)),
            sockets: BTreeMap::new(),
            requests: BTreeMap::new(),
            opens: setup.opens.clone(),
            signed_out: false,
        })
    }

    fn play(&mut self) -> Result<(), Failure> {
        self.begin()?;
        for timed in std::mem::take(&mut self.plan.steps) {
            self.run_until(timed.at + self.late)?;
            self.step(&timed.step)?;
        }
        self.quiet()
    }

    /// Starts the server with its people and chats, and the devices that are on.
    fn begin(&mut self) -> Result<(), Failure> {
        for (device, seat) in self.seats.iter().enumerate() {
            let adopts = seat.device.kind() == HostKind::Tab;
            self.model.device_adopts(device, adopts);
        }
        self.boot_server()?;
        self.settle_people()?;
        for device in 0..self.seats.len() {
            if !self.plan.setup.devices[device].off {
                self.boot_device(device)?;
            }
        }
        Ok(())
    }

    /// Starts a device's program, which seeks its connection and has its chats open.
    fn boot_device(&mut self, device: DeviceNo) -> Result<(), Failure> {
        let seat = &mut self.seats[device];
        if seat.device.is_up() {
            return Ok(());
        }
        seat.device.boot();
        seat.signed_out = false;
        self.trace
            .note(self.clock.now(), format_args!("d{device} boots"));
        self.model.device_booted(device);
        self.say(device, Command::Connect, None)?;
        for chat in self.seats[device].opens.clone() {
            if let Some(chat) = self.chat(chat) {
                self.say(device, Command::OpenChat { chat }, None)?;
            }
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), Failure> {
        let done = match step {
            Step::Act { device, act } => self.act(*device, act)?,
            Step::Device { device, event } => self.device_event(*device, event)?,
            Step::Net(event) => self.net_event(event),
            Step::Server(event) => self.server_event(event)?,
            Step::Quiet => {
                let before = self.clock.now();
                self.quiet()?;
                self.late += self.clock.now() - before;
                true
            }
        };
        if done {
            self.counts.steps += 1;
            if !matches!(step, Step::Act { .. } | Step::Quiet) {
                self.counts.faults.add(step.kind(), 1);
            }
        } else {
            self.counts.passed_over += 1;
            self.trace
                .note(self.clock.now(), format_args!("passed over: {step:?}"));
        }
        self.turn()
    }

    /// Lets the world go on until a moment.
    fn run_until(&mut self, moment: Millis) -> Result<(), Failure> {
        loop {
            self.turn()?;
            match self.next() {
                Some(next) if next <= moment => self.clock.advance_to(next),
                _ => break,
            }
        }
        self.clock.advance_to(moment);
        self.turn()
    }

    /// Returns when something is due next.
    fn next(&self) -> Option<Millis> {
        let devices = self.seats.iter().map(|seat| seat.device.next_timer());
        let node = self.server.node.as_ref().and_then(|node| node.next_timer());
        let all = devices.chain([self.net.next(), node]);
        all.flatten().min()
    }

    /// Lets everything happen that happens at this moment.
    fn turn(&mut self) -> Result<(), Failure> {
        let now = self.clock.now();
        loop {
            self.fuel.turn(now)?;
            self.counts.turns += 1;
            let mut moved = self.deliver_all()?;
            for device in 0..self.seats.len() {
                let due = self.seats[device].device.next_timer();
                if due.is_some_and(|due| due <= now) {
                    self.seats[device].device.fire();
                    moved = true;
                }
                moved |= self.post(device)?;
            }
            moved |= self.run_server()?;
            if !moved {
                return Ok(());
            }
        }
    }

    /// Makes a broken promise the end of the play.
    fn check(&self, checked: Result<(), Violation>) -> Result<(), Failure> {
        checked.map_err(|violation| Failure {
            at: self.clock.now(),
            rule: violation.rule,
            detail: violation.detail,
        })
    }

    fn outcome(mut self, failure: Option<Failure>) -> Outcome {
        self.counts.virtual_ms = self.clock.now();
        for (name, count) in self.net.counts().by_name() {
            self.counts.faults.add(name, count);
        }
        let mut coverage = Tally::default();
        for (state, times) in self.model.coverage().iter() {
            coverage.add(state, times);
        }
        Outcome {
            failure,
            coverage,
            counts: self.counts,
        }
    }
}

/// Names a plan that can't be played: its setup is not one of a world.
fn unplayable(why: String) -> Failure {
    Failure {
        at: 0,
        rule: "plan",
        detail: why,
    }
}
