//! Budgets: how often devices seek the server, and how much they hold.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use samtale_engine::{Engine, Made};
use samtale_model::OpId;

use super::Violation;
use super::devices::Record;
use crate::clock::Millis;
use crate::plan::DeviceNo;

/// The time over which one device's attempts are counted.
const MINUTE: Millis = 60_000;
/// The slice of time in which a crowd is counted after a cut.
const SLICE: Millis = 100;
/// From how many on it is a crowd.
pub const CROWD: usize = 20;
/// How long after a cut its crowd comes back: the first bound of the backoff, and then some.
const COMING_BACK: Millis = 30_000;
/// How many attempts a minute a device may make of its own accord. Full jitter from `retry_base_ms` = 1 s, doubling to 30 s,
/// makes some 6 in a minute of failures; each may be followed by one with a fresh token, and a connection that holds for
/// the healthy 10 s begins anew. Small draws are possible, so the bound is a generous one: it is there for a loop.
const A_MINUTE: usize = 30;

/// The record of attempts.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    attempts: BTreeMap<DeviceNo, VecDeque<Millis>>,
    rearmed: BTreeMap<DeviceNo, VecDeque<Millis>>,
    cut: Option<(Millis, usize)>,
    /// The devices that were cut and that nobody has called back since.
    crowd: BTreeSet<DeviceNo>,
    slices: BTreeMap<Millis, usize>,
    /// The greatest share of a crowd that came in one slice, in percent.
    pub worst: usize,
}

impl Budget {
    /// Takes in that the connections of these devices were cut at once.
    pub fn cut(&mut self, now: Millis, devices: BTreeSet<DeviceNo>) {
        self.slices.clear();
        self.cut = (devices.len() >= CROWD).then_some((now, devices.len()));
        self.crowd = devices;
    }

    /// Takes in that a device is to connect at once: its person asks for it, it was started, it woke, came online or to
    /// the front. What was at the moment of the cut itself calls nobody, for nobody has heard of the cut then.
    pub fn called(&mut self, device: DeviceNo, now: Millis) {
        if self.cut.is_some_and(|(at, _)| now > at) {
            self.crowd.remove(&device);
        }
    }

    /// Takes in that something began a device's attempts anew: it was started or woken, came online or to the front, a
    /// person did something. Each allows one attempt more.
    pub fn rearmed(&mut self, device: DeviceNo, now: Millis) {
        push(self.rearmed.entry(device).or_default(), now);
    }

    /// Takes in that a device opens a socket.
    ///
    /// `storm`: after N >= 20 connections were cut at once, no 100 ms see more than half of them come back by themselves
    /// (full jitter spreads them over the first bound of a second: a tenth each; without it, all come in one). Devices that
    /// had no connection to lose are none of them, nor is one that was [called](Self::called) since. `retry-loop`: a device
    /// makes at most `A_MINUTE` attempts in a minute, and one for each time that it was rearmed. Source: DESIGN section 6,
    /// "nothing reconnects in a stampede"; `engine/link.rs`.
    pub fn attempt(&mut self, device: DeviceNo, now: Millis) -> Result<(), Violation> {
        if let Some((at, devices)) = self.cut
            && now < at + COMING_BACK
            && self.crowd.contains(&device)
        {
            let slice = (now - at) / SLICE;
            let came = self.slices.entry(slice).or_default();
            *came += 1;
            self.worst = self.worst.max(*came * 100 / devices);
            if *came * 2 > devices {
                let detail = format!(
                    "{came} of {devices} came back {} ms after the cut at {at}",
                    slice * SLICE
                );
                return Err(Violation::new("storm", detail));
            }
        }
        let attempts = self.attempts.entry(device).or_default();
        push(attempts, now);
        let rearmed = self.rearmed.entry(device).or_default();
        rearmed.retain(|at| at + MINUTE > now);
        let bound = A_MINUTE + rearmed.len();
        if attempts.len() > bound {
            let made = attempts.len();
            let detail = format!("device {device}: {made} attempts in a minute, bound {bound}");
            return Err(Violation::new("retry-loop", detail));
        }
        Ok(())
    }
}

fn push(times: &mut VecDeque<Millis>, now: Millis) {
    times.retain(|at| at + MINUTE > now);
    times.push_back(now);
}

/// Checks that what a device holds is within its bounds.
///
/// `outbox-bound`: of what was asked for in this life of the device no more ops and bytes than configured. What an earlier
/// life, or another tab, left unsent comes on top: it is never dropped, and may be read only after something new was taken
/// (see [`taken`] for what is taken). `cache-bound`: a chat that is on no screen holds at most `cache_messages`
/// messages, and what a page, a burst of envelopes or an own send brought since it was last trimmed; the bound is checked
/// with one page and a hundred messages of grace. Source: `samtale_engine::Config`.
pub fn bounds(record: &Record, device: DeviceNo, engine: &Engine) -> Result<(), Violation> {
    let fail =
        |rule, detail: String| Err(Violation::new(rule, format!("device {device}: {detail}")));
    let outbox = engine.outbox();
    let config = &record.config;
    let new = |op: &OpId| record.ops.get(op).is_none_or(|op| op.born == record.life);
    let own = outbox.items.iter().filter(|item| new(&item.op));
    let (items, bytes) = own.fold((0, 0), |(items, bytes), item| {
        (items + 1, bytes + item.bytes)
    });
    if items > config.max_outbox_ops || bytes > config.max_outbox_bytes {
        return fail("outbox-bound", format!("{items} ops of {bytes} bytes"));
    }
    let grace = 100 + usize::try_from(config.page_size).unwrap_or(usize::MAX);
    for item in engine.chats() {
        let open = record.open.get(&item.id).is_some_and(|open| *open > 0);
        let held = engine
            .held(item.id)
            .map_or(0, |held| held.messages().count());
        if !open && held > config.cache_messages.saturating_add(grace) {
            return fail("cache-bound", format!("{held} messages of {}", item.id));
        }
    }
    Ok(())
}

/// Checks that there was room for what a device has just taken; to be called before its record has it.
///
/// `outbox-bound`: an op that is new is taken only where it, and everything known to be unsent, are within the bounds of
/// ops and bytes. One that is folded into another needs no room. Source: `samtale_engine::Config`.
pub fn taken(
    record: &Record,
    device: DeviceNo,
    made: Made,
    engine: &Engine,
) -> Result<(), Violation> {
    let op = match made {
        Made::Op(op) => op,
        Made::Message(id) => OpId(id.0),
        Made::Nothing | Made::Chat(_) => return Ok(()),
    };
    let outbox = engine.outbox();
    let (items, bytes) = (outbox.items.len(), outbox.bytes);
    let full = items > record.config.max_outbox_ops || bytes > record.config.max_outbox_bytes;
    if full && !record.ops.contains_key(&op) {
        let detail = format!("device {device} took {op}: {items} ops of {bytes} bytes");
        return Err(Violation::new("outbox-bound", detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use samtale_engine::{Command, Config, Now};
    use samtale_model::{ChatId, DeviceId, UserId};

    use super::*;
    use crate::model::devices::Devices;

    #[test]
    fn what_an_earlier_life_left_is_no_excuse_for_taking_more() {
        let user = UserId::new("u0").expect("an id");
        let config = |ops| {
            let device = DeviceId::new("d0").expect("an id");
            let mut config = Config::new(user.clone(), device);
            config.max_outbox_ops = ops;
            config
        };
        let now = Now::new(0, 0);
        let mut engine = Engine::new(config(9), [1; 32], now);
        let mut devices = Devices::new([(user.clone(), config(1))]);
        devices.booted(0);
        let mut say = |devices: &mut Devices| {
            let command = Command::Send {
                chat: ChatId::from_bytes([9; 16]),
                content: "hei".into(),
                reply_to: None,
                thread_root: None,
                id: None,
                max_retries: None,
                persist: true,
            };
            let made = engine.command(now, command.clone()).expect("taken");
            let taken = taken(&devices.all[0], 0, made, &engine);
            devices.issued(0, made, &command, None, 0);
            (taken, bounds(&devices.all[0], 0, &engine))
        };
        let rule = |result: Result<(), Violation>| result.err().map(|violation| violation.rule);
        assert_eq!(say(&mut devices), (Ok(()), Ok(())));
        devices.booted(0);
        let (taken, held) = say(&mut devices);
        assert_eq!((rule(taken), rule(held)), (Some("outbox-bound"), None));
        let (_, held) = say(&mut devices);
        assert_eq!(rule(held), Some("outbox-bound"));
    }

    #[test]
    fn a_crowd_that_comes_back_spread_is_none_and_one_at_once_is_a_storm() {
        let mut spread = Budget::default();
        spread.cut(1_000, (0..40).collect());
        for device in 0..40 {
            let at = 1_000 + 25 * device as Millis;
            assert_eq!(spread.attempt(device, at), Ok(()));
        }
        assert_eq!(spread.worst, 10);
        let mut storm = Budget::default();
        storm.cut(1_000, (0..40).collect());
        let came = (0..40).map(|device| storm.attempt(device, 2_000));
        let broken = came.filter_map(Result::err).next();
        assert_eq!(broken.map(|violation| violation.rule), Some("storm"));
    }

    #[test]
    fn who_lost_nothing_or_is_called_back_is_none_of_the_crowd() {
        let mut budget = Budget::default();
        budget.cut(1_000, (0..20).collect());
        for device in 0..20 {
            budget.called(device, 1_500);
        }
        for device in 0..40 {
            assert_eq!(budget.attempt(device, 1_500), Ok(()));
        }
        budget.cut(2_000, (0..20).collect());
        for device in 0..20 {
            budget.called(device, 2_000);
        }
        let came = (0..20).map(|device| budget.attempt(device, 2_010));
        let broken = came.filter_map(Result::err).next();
        assert_eq!(broken.map(|violation| violation.rule), Some("storm"));
    }

    #[test]
    fn a_few_devices_are_no_crowd() {
        let mut budget = Budget::default();
        budget.cut(0, (0..CROWD - 1).collect());
        for device in 0..CROWD - 1 {
            assert_eq!(budget.attempt(device, 10), Ok(()));
        }
    }

    #[test]
    fn a_loop_of_attempts_is_caught_and_what_people_ask_for_is_none() {
        let mut budget = Budget::default();
        let tries = (0..=A_MINUTE as u64).map(|n| budget.attempt(0, n * 100));
        let last = tries.last().and_then(Result::err);
        assert_eq!(last.map(|violation| violation.rule), Some("retry-loop"));
        let mut asked = Budget::default();
        for n in 0..=A_MINUTE as u64 {
            asked.rearmed(0, n * 100);
            assert_eq!(asked.attempt(0, n * 100), Ok(()));
        }
    }
}
