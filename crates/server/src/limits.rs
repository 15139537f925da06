//! Who has asked for too much: token buckets by user and by address, and counts of what is open.
//!
//! The buckets follow GCRA (governor's) on the clock of `Env`. A refusal says how long to wait. A
//! key that has rested until its bucket is full again is forgotten by [`Limiter::purge`], so memory
//! is bounded by who was active lately.

use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};
use samtale_model::UserId;
use samtale_protocol::{ErrorCode, WireError};
use samtale_store::Env;

use crate::config::{Limits, Rate};

mod slots;

pub use slots::Slot;
use slots::Slots;

/// How long someone waits who has too much open, in milliseconds.
const RETRY_SLOT_MS: u64 = 5_000;

/// Counts what users and addresses do, and refuses what is too much.
#[derive(Debug)]
pub struct Limiter {
    connects: Buckets<IpAddr>,
    failures: Buckets<IpAddr>,
    http_address: Buckets<IpAddr>,
    http_user: Buckets<UserId>,
    joins: Buckets<UserId>,
    ops: Buckets<UserId>,
    receipts: Buckets<UserId>,
    typing: Buckets<UserId>,
    presence: Buckets<UserId>,
    reads: Buckets<UserId>,
    channel_joins: Buckets<Payer>,
    broadcasts: Buckets<Payer>,
    channel_presence: Buckets<Payer>,
    open_address: Slots<IpAddr>,
    open_user: Slots<UserId>,
    polls: Slots<UserId>,
}

/// In whose name channels of Supabase's kind are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payer {
    /// A person.
    User(UserId),
    /// An app by its key, which all who open it share.
    Address(IpAddr),
}

macro_rules! counted {
    ($by:ty: $($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        pub fn $name(&self, by: &$by) -> Result<(), WireError> {
            self.$name.take(by, NonZeroU32::MIN)
        })*
    };
}

impl Limiter {
    /// Makes empty buckets of these sizes.
    pub fn new(limits: &Limits, env: &Arc<dyn Env>) -> Self {
        let users = |rate| Buckets::new(rate, env);
        let addresses = |rate| Buckets::new(rate, env);
        let payers = |rate| Buckets::new(rate, env);
        Self {
            connects: addresses(limits.connects_per_address),
            failures: addresses(limits.failures_per_address),
            http_address: addresses(limits.http_per_address),
            http_user: users(limits.http_per_user),
            joins: users(limits.joins_per_user),
            ops: users(limits.ops_per_user),
            receipts: users(limits.receipts_per_user),
            typing: users(limits.typing_per_user),
            presence: users(limits.presence_per_user),
            reads: users(limits.reads_per_user),
            channel_joins: payers(limits.joins_per_user),
            broadcasts: payers(limits.broadcasts_per_user),
            channel_presence: payers(limits.channel_presence_per_user),
            open_address: Slots::new(limits.connections_per_address),
            open_user: Slots::new(limits.connections_per_user),
            polls: Slots::new(limits.polls_per_user),
        }
    }

    counted! { UserId:
        /// Counts an HTTP request of a user.
        http_user;
        /// Counts a join of a topic.
        joins;
        /// Counts a receipt.
        receipts;
        /// Counts a typing indication.
        typing;
        /// Counts a presence change.
        presence;
        /// Counts a page, a sync, a list or a search.
        reads;
    }

    counted! { Payer:
        /// Counts a join of a channel.
        channel_joins;
        /// Counts a broadcast.
        broadcasts;
        /// Counts a presence change on a channel.
        channel_presence;
    }

    /// Counts `count` ops; more than fit in a whole bucket empty it.
    pub fn ops(&self, user: &UserId, count: usize) -> Result<(), WireError> {
        match u32::try_from(count).map(NonZeroU32::new) {
            Ok(None) => Ok(()),
            Ok(Some(count)) => self.ops.take(user, count),
            Err(_) => self.ops.take(user, NonZeroU32::MAX),
        }
    }

    /// Counts an HTTP request from an address.
    pub fn http_address(&self, address: IpAddr) -> Result<(), WireError> {
        self.http_address.take(&network(address), NonZeroU32::MIN)
    }

    /// Counts a new connection from an address; the slot is held as long as the connection is open.
    pub fn connect(&self, address: IpAddr) -> Result<Slot<IpAddr>, WireError> {
        let address = network(address);
        self.connects.take(&address, NonZeroU32::MIN)?;
        self.open_address
            .open(&address)
            .ok_or_else(|| too_much("connections from this address are open"))
    }

    /// Counts a connection of a user; the slot is held as long as the connection is open.
    pub fn connect_user(&self, user: &UserId) -> Result<Slot<UserId>, WireError> {
        self.open_user
            .open(user)
            .ok_or_else(|| too_much("connections of this user are open"))
    }

    /// Counts a long poll of a user; the slot is held as long as it waits.
    pub fn poll(&self, user: &UserId) -> Result<Slot<UserId>, WireError> {
        self.polls
            .open(user)
            .ok_or_else(|| too_much("long polls of this user are waiting"))
    }

    /// Counts a failed sign-in; refuses once an address has had too many.
    pub fn failed_sign_in(&self, address: IpAddr) -> Result<(), WireError> {
        self.failures.take(&network(address), NonZeroU32::MIN)
    }

    /// Forgets whoever has rested long enough. The server calls it each minute.
    pub fn purge(&self) {
        for buckets in [&self.connects, &self.failures, &self.http_address] {
            buckets.purge();
        }
        for buckets in [
            &self.http_user,
            &self.joins,
            &self.ops,
            &self.receipts,
            &self.typing,
            &self.presence,
            &self.reads,
        ] {
            buckets.purge();
        }
        for buckets in self.of_payers() {
            buckets.purge();
        }
    }

    const fn of_payers(&self) -> [&Buckets<Payer>; 3] {
        [
            &self.channel_joins,
            &self.broadcasts,
            &self.channel_presence,
        ]
    }

    /// Returns how many keys are remembered, over all buckets.
    pub fn remembered(&self) -> usize {
        let addresses = [&self.connects, &self.failures, &self.http_address];
        let users = [
            &self.http_user,
            &self.joins,
            &self.ops,
            &self.receipts,
            &self.typing,
            &self.presence,
            &self.reads,
        ];
        let addresses: usize = addresses.iter().map(|buckets| buckets.len()).sum();
        let users: usize = users.iter().map(|buckets| buckets.len()).sum();
        let payers: usize = self.of_payers().iter().map(|buckets| buckets.len()).sum();
        addresses + users + payers
    }
}

fn too_much(what: &str) -> WireError {
    WireError::new(ErrorCode::RateLimited, format!("too many {what}")).retry_after(RETRY_SLOT_MS)
}

/// Returns what counts as one address: an IPv6 customer has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The monotonic clock of `Env`, as governor reads it.
struct EnvClock(Arc<dyn Env>);

impl Clock for EnvClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

/// One bucket for each key; none where the limit is lifted.
struct Buckets<K: Hash + Eq + Clone>(Option<Set<K>>);

struct Set<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, HashMapStateStore<K>, EnvClock, NoOpMiddleware<Duration>>,
    env: Arc<dyn Env>,
    burst: NonZeroU32,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(rate: Option<Rate>, env: &Arc<dyn Env>) -> Self {
        Self(rate.map(|rate| Set {
            limiter: RateLimiter::hashmap_with_clock(quota(rate), EnvClock(Arc::clone(env))),
            env: Arc::clone(env),
            burst: rate.burst,
        }))
    }

    fn take(&self, key: &K, count: NonZeroU32) -> Result<(), WireError> {
        let Some(set) = &self.0 else { return Ok(()) };
        let count = count.min(set.burst);
        match set.limiter.check_key_n(key, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => Err(refused(&until, set.env.monotonic())),
            // Can't be, for the count is at most the burst.
            Err(_) => Err(refused_for(Duration::from_secs(1))),
        }
    }

    fn purge(&self) {
        if let Some(set) = &self.0 {
            set.limiter.retain_recent();
            set.limiter.shrink_to_fit();
        }
    }

    fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |set| set.limiter.len())
    }
}

impl<K: Hash + Eq + Clone> fmt::Debug for Buckets<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buckets({} keys)", self.len())
    }
}

fn quota(rate: Rate) -> Quota {
    let each = (rate.per / rate.burst.get()).max(Duration::from_nanos(1));
    let quota = Quota::with_period(each).expect("a period of at least a nanosecond");
    quota.allow_burst(rate.burst)
}

fn refused(until: &NotUntil<Duration>, now: Duration) -> WireError {
    refused_for(until.wait_time_from(now))
}

fn refused_for(wait: Duration) -> WireError {
    // Rounded up, so that whoever waits exactly so long is let in.
    let millis = u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
    WireError::new(ErrorCode::RateLimited, "too many requests; slow down")
        .retry_after(millis.max(1))
}

#[cfg(test)]
mod tests;
