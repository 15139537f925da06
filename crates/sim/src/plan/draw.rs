//! How a plan is drawn from a seed: a setup after its profile, then happenings one after another,
//! each with its end where it has one.

use samtale_model::{DeviceKind, HistoryRule, Role};
use serde_json::{Map, Value, json};

use super::profile::{Happening, Shape};
use super::{ChatSetup, DeviceSetup, LimitsSetup, Plan, Profile, Setup, Step, Timed};
use crate::clock::Millis;
use crate::rng::Rng;

mod acts;
mod faults;
mod scenes;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;

impl Plan {
    /// Draws the plan of a seed.
    pub fn draw(seed: u64) -> Self {
        let profiles: Vec<(u64, Profile)> = Profile::ALL
            .iter()
            .map(|profile| (profile.shape().weight, *profile))
            .collect();
        let profile = *Rng::new(seed).fork("profile").weighted(&profiles);
        Self::draw_as(profile, seed)
    }

    /// Draws the plan of a seed with a profile of one's choice.
    pub fn draw_as(profile: Profile, seed: u64) -> Self {
        let rng = Rng::new(seed).fork("plan");
        let setup = setup(profile, &mut rng.fork("setup"));
        let mut draft = Draft {
            rng: rng.fork("steps"),
            devices: setup.devices.iter().map(|device| device.user).collect(),
            users: setup.users,
            chats: setup.chats.len(),
            profile,
            now: 0,
            steps: Vec::new(),
        };
        draft.fill();
        Self {
            about: String::new(),
            seed,
            setup,
            steps: draft.finish(),
        }
    }
}

/// Draws how many of something.
fn many(rng: &mut Rng, (least, most): (u64, u64)) -> usize {
    usize::try_from(rng.within(least..=most)).expect("is small")
}

fn setup(profile: Profile, rng: &mut Rng) -> Setup {
    let shape = profile.shape();
    let users = many(rng, shape.users);
    let chats: Vec<ChatSetup> = (0..many(rng, shape.chats))
        .map(|number| chat(rng, number, users, profile))
        .collect();
    let devices = devices(rng, &shape, users, chats.len(), profile);
    let of = |user| devices.iter().filter(|device| device.user == user).count();
    let most = (0..users).map(of).max().unwrap_or_default();
    Setup {
        profile,
        users,
        devices,
        chats,
        limits: limits(profile, most, rng),
        token_life: match profile {
            Profile::Tokens => rng.within(80 * SECOND..=4 * MINUTE),
            Profile::Storm => HOUR,
            _ => *rng.weighted(&[(2, 90 * SECOND), (3, 10 * MINUTE), (3, HOUR)]),
        },
    }
}

fn chat(rng: &mut Rng, number: usize, users: usize, profile: Profile) -> ChatSetup {
    // The first chat has everyone, so that there is always one where people meet.
    let all = number == 0 && !(profile == Profile::Churn && rng.chance(500));
    let owner = rng.index(users);
    let mut members = vec![(owner, Role::Owner)];
    for user in (0..users).filter(|user| *user != owner) {
        if all || rng.chance(600) {
            members.push((user, role(rng)));
        }
    }
    let much = match profile {
        Profile::Away | Profile::Backups => 60,
        Profile::Storm => 5,
        _ => 12,
    };
    ChatSetup {
        members,
        history: history(rng),
        messages: if rng.chance(500) {
            many(rng, (0, much))
        } else {
            0
        },
    }
}

fn role(rng: &mut Rng) -> Role {
    *rng.weighted(&[
        (1, Role::Owner),
        (4, Role::Tutor),
        (5, Role::Student),
        (3, Role::Guardian),
        (1, Role::Observer),
    ])
}

fn history(rng: &mut Rng) -> HistoryRule {
    *rng.pick(&[HistoryRule::All, HistoryRule::SinceJoining])
}

fn devices(
    rng: &mut Rng,
    shape: &Shape,
    users: usize,
    chats: usize,
    profile: Profile,
) -> Vec<DeviceSetup> {
    let more = many(rng, shape.more_devices);
    (0..users + more)
        .map(|number| DeviceSetup {
            // Each user has one; the others are anybody's.
            user: if number < users {
                number
            } else {
                rng.index(users)
            },
            kind: *rng.pick(&[DeviceKind::Desktop, DeviceKind::Mobile, DeviceKind::Tablet]),
            off: number > 0 && rng.chance(50),
            opens: (0..chats).filter(|_| rng.chance(750)).collect(),
            config: config(rng, profile),
        })
        .collect()
}

/// Draws what of an engine's configuration is not the default: often nothing.
fn config(rng: &mut Rng, profile: Profile) -> Map<String, Value> {
    let mut config = Map::new();
    let mut set = |name: &str, value: Value| {
        config.insert(name.to_owned(), value);
    };
    // A browser can't tell how a handshake was refused, a program can.
    if rng.chance(400) {
        set("tellsRefusals", json!(true));
    }
    match profile {
        Profile::Http => set("httpAfterFailures", json!(rng.within(1..=2))),
        _ if rng.chance(150) => set("httpAfterFailures", Value::Null),
        _ => {}
    }
    if rng.chance(300) {
        set("maxRetries", json!(rng.pick(&[2, 12, 1_000])));
    }
    if rng.chance(300) {
        set("cacheMessages", json!(rng.pick(&[10, 20, 50])));
    }
    if rng.chance(300) {
        set("pageSize", json!(rng.pick(&[3, 10, 20])));
    }
    if rng.chance(200) {
        set("batchSize", json!(rng.pick(&[1, 2, 20])));
    }
    if rng.chance(150) {
        set("maxAhead", json!(rng.within(1..=4)));
    }
    if rng.chance(150) {
        set("maxJoinedChats", json!(rng.within(1..=2)));
    }
    if rng.chance(150) {
        set("cacheChats", json!(rng.within(1..=3)));
    }
    if rng.chance(200) {
        set("compressOverBytes", json!(64));
    }
    if profile == Profile::Storage && rng.chance(300) {
        set("storageTimeoutMs", json!(rng.pick(&[500, 2_000])));
    }
    if rng.chance(100) {
        set("maxOpRetries", json!(rng.within(0..=2)));
    }
    if rng.chance(50) {
        set("maxOutboxOps", json!(rng.within(3..=8)));
    }
    config
}

/// Draws the server's limits: the devices of one user fit into them, of whom one has `most`.
fn limits(profile: Profile, most: usize, rng: &mut Rng) -> LimitsSetup {
    let mut limits = LimitsSetup {
        lifted: profile != Profile::Limits && rng.chance(500),
        ..LimitsSetup::default()
    };
    let mut set = |name: &str, value: String| {
        limits.set.insert(name.to_owned(), value);
    };
    if profile == Profile::Limits {
        // Tight, and yet so that what people do gets through in the end.
        for (name, per) in [
            ("ops_per_user", 10),
            ("receipts_per_user", 10),
            ("typing_per_user", 10),
            ("presence_per_user", 10),
            ("reads_per_user", 10),
            ("joins_per_user", 10),
            ("http_per_user", 10),
            ("connects_per_address", 30),
            ("failures_per_address", 30),
        ] {
            if rng.chance(500) {
                set(name, format!("{}/{per}s", rng.within(4..=12)));
            }
        }
        if rng.chance(200) {
            let more = rng.within(0..=2);
            set("connections_per_user", (most as u64 + more).to_string());
        }
        if rng.chance(200) {
            set("polls_per_user", rng.within(1..=2).to_string());
        }
    }
    // A queue that a few events fill: the socket is told that it is behind.
    if rng.chance(if profile == Profile::Limits { 500 } else { 150 }) {
        set("queue_bytes", rng.within(2_000..=12_000).to_string());
    }
    limits
}

/// A plan while it is drawn.
struct Draft {
    rng: Rng,
    profile: Profile,
    users: usize,
    /// Whose each device is.
    devices: Vec<usize>,
    /// How many chats there are, those included that are made on the way.
    chats: usize,
    now: Millis,
    steps: Vec<Timed>,
}

impl Draft {
    fn fill(&mut self) {
        let mix = self.profile.happenings();
        // The world has a moment to connect; sometimes it has not.
        if self.rng.chance(800) {
            self.now = self.rng.within(500..=5 * SECOND);
        }
        for _ in 0..many(&mut self.rng, self.profile.shape().happenings) {
            let happening = *self.rng.weighted(&mix);
            self.happen(happening);
            self.now += self.gap();
        }
    }

    /// Draws how long nothing happens.
    fn gap(&mut self) -> Millis {
        match self.rng.below(100) {
            0..15 => 0,
            15..50 => self.rng.within(1..=300),
            50..85 => self.rng.within(300..=3 * SECOND),
            85..97 => self.rng.within(3 * SECOND..=12 * SECOND),
            _ => self.rng.within(12 * SECOND..=90 * SECOND),
        }
    }

    fn push(&mut self, step: Step) {
        self.push_in(0, step);
    }

    fn push_in(&mut self, wait: Millis, step: Step) {
        let at = self.now + wait;
        self.steps.push(Timed { at, step });
    }

    fn device(&mut self) -> usize {
        self.rng.index(self.devices.len())
    }

    /// Draws a chat, the first most often.
    fn chat(&mut self) -> usize {
        if self.rng.chance(500) {
            0
        } else {
            self.rng.index(self.chats)
        }
    }

    fn user(&mut self) -> usize {
        self.rng.index(self.users)
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Act => {
                let device = self.device();
                self.act(device);
            }
            Happening::Burst => self.burst(),
            Happening::Membership => self.membership(),
            Happening::NewChat => self.new_chat(),
            Happening::SignOut => self.sign_out(),
            Happening::Scene => self.scene(),
            Happening::Quiet => self.push(Step::Quiet),
            fault => self.fault(fault),
        }
    }

    /// Puts the steps in order; those of one moment stay as they were drawn.
    fn finish(mut self) -> Vec<Timed> {
        self.steps.sort_by_key(|step| step.at);
        self.steps
    }
}

#[cfg(test)]
mod tests;
