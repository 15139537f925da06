//! Who is here, on this node: what each connection says of its user, folded to one presence a user.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use samtale_model::flat::Map;
use samtale_model::presence::fold;
use samtale_model::{ChatId, Presence, Status, UnixMillis, UserId};

use crate::sync::lock;

/// Where a presence comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// A connection, by its number.
    Connection(u64),
    /// A request over HTTP; it holds for the length of a lease.
    Lease,
}

/// The presence of everyone who is connected to this node.
#[derive(Debug)]
pub(crate) struct Presences {
    /// Sorted, so that what is told of all comes in the same order in every run.
    people: Mutex<BTreeMap<UserId, Person>>,
    /// How long presence over HTTP holds without being renewed.
    lease: Duration,
}

/// What became of the leases.
#[derive(Debug, Default)]
pub(crate) struct Leases {
    /// The rooms to tell of those that have run out.
    pub(crate) expired_in: Vec<ChatId>,
    /// Whether any hold on.
    pub(crate) left: bool,
}

#[derive(Debug, Default)]
struct Person {
    sources: Map<Source, Presence>,
    lease_until: Duration,
    /// The chats whose rooms show this person, with how many of their connections are in each.
    chats: Map<ChatId, usize>,
}

impl Person {
    fn folded(&self) -> Option<Presence> {
        fold(self.sources.values())
    }

    fn is_gone(&self) -> bool {
        self.sources.is_empty() && self.chats.is_empty()
    }
}

impl Presences {
    pub(crate) fn new(lease: Duration) -> Self {
        Self {
            people: Mutex::default(),
            lease,
        }
    }

    /// Takes what a source says, and returns the rooms to tell where that changed anything.
    pub(crate) fn set(
        &self,
        user: &UserId,
        source: Source,
        presence: Presence,
        now: Duration,
    ) -> Vec<ChatId> {
        let mut people = lock(&self.people);
        let person = people.entry(user.clone()).or_default();
        if source == Source::Lease {
            person.lease_until = now + self.lease;
        }
        let before = person.folded();
        person.sources.insert(source, presence);
        if before == person.folded() {
            Vec::new()
        } else {
            person.chats.keys().copied().collect()
        }
    }

    /// Drops a source, and returns the rooms to tell.
    pub(crate) fn end(&self, user: &UserId, source: Source) -> Vec<ChatId> {
        let mut people = lock(&self.people);
        let Some(person) = people.get_mut(user) else {
            return Vec::new();
        };
        let known = person.sources.remove(&source).is_some();
        let rooms = if known {
            person.chats.keys().copied().collect()
        } else {
            Vec::new()
        };
        if person.is_gone() {
            people.remove(user);
        }
        rooms
    }

    /// Notes that a connection of the user came into a chat.
    pub(crate) fn enter(&self, user: &UserId, chat: ChatId) {
        let mut people = lock(&self.people);
        let person = people.entry(user.clone()).or_default();
        *person.chats.or_default(chat) += 1;
    }

    /// Notes that a connection of the user went out of a chat.
    pub(crate) fn exit(&self, user: &UserId, chat: ChatId) {
        let mut people = lock(&self.people);
        let Some(person) = people.get_mut(user) else {
            return;
        };
        if let Some(count) = person.chats.get_mut(&chat) {
            *count -= 1;
            if *count == 0 {
                person.chats.remove(&chat);
            }
        }
        if person.is_gone() {
            people.remove(user);
        }
    }

    /// Returns how a user is present; none where they are not, or are not to be seen.
    pub(crate) fn get(&self, user: &UserId) -> Option<Presence> {
        lock(&self.people).get(user).and_then(Person::folded)
    }

    /// Returns whether a user is here but not to be seen.
    pub(crate) fn is_hidden(&self, user: &UserId) -> bool {
        lock(&self.people).get(user).is_some_and(|person| {
            !person.sources.is_empty()
                && person
                    .sources
                    .values()
                    .all(|presence| presence.status == Status::Offline)
        })
    }

    /// Drops the leases that have run out.
    pub(crate) fn expire_leases(&self, now: Duration) -> Leases {
        let mut people = lock(&self.people);
        let mut leases = Leases::default();
        people.retain(|_, person| {
            if person.sources.contains_key(&Source::Lease) {
                if person.lease_until <= now {
                    person.sources.remove(&Source::Lease);
                    leases.expired_in.extend(person.chats.keys().copied());
                } else {
                    leases.left = true;
                }
            }
            !person.is_gone()
        });
        leases
    }

    /// Returns everyone who is to be seen, with when they were last active, for the store to keep.
    pub(crate) fn last_seen(&self, now: UnixMillis) -> Vec<(UserId, UnixMillis)> {
        let people = lock(&self.people);
        let seen = people.iter().filter_map(|(user, person)| {
            let presence = person.folded()?;
            let active = matches!(presence.status, Status::Online | Status::Busy);
            let seen = if active {
                Some(now)
            } else {
                presence.last_seen
            };
            seen.map(|seen| (user.clone(), seen))
        });
        seen.collect()
    }
}

/// Takes out what a chat's room is not to show: where someone is, if that is another chat.
pub(crate) fn seen_from(chat: ChatId, mut presence: Presence) -> Presence {
    let elsewhere = |at: &String| {
        at.strip_prefix("chat:")
            .is_some_and(|id| id != chat.to_string())
    };
    if presence.at.as_ref().is_some_and(elsewhere) {
        presence.at = None;
    }
    presence
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(60);

    fn user() -> UserId {
        UserId::new("kari").expect("a valid id")
    }

    fn with(status: Status) -> Presence {
        Presence {
            status,
            ..Presence::default()
        }
    }

    #[test]
    fn a_room_is_told_only_of_what_changes_the_folded_presence() {
        let presences = Presences::new(LEASE);
        let chat = ChatId::from_bytes([1; 16]);
        presences.enter(&user(), chat);
        let now = Duration::ZERO;
        assert_eq!(
            presences.set(&user(), Source::Connection(1), with(Status::Online), now),
            [chat]
        );
        assert!(
            presences
                .set(&user(), Source::Connection(2), with(Status::Away), now)
                .is_empty()
        );
        assert_eq!(presences.end(&user(), Source::Connection(1)), [chat]);
        assert_eq!(presences.get(&user()).map(|p| p.status), Some(Status::Away));
    }

    #[test]
    fn a_lease_runs_out() {
        let presences = Presences::new(LEASE);
        presences.set(&user(), Source::Lease, with(Status::Online), Duration::ZERO);
        presences.expire_leases(LEASE - Duration::from_millis(1));
        assert!(presences.get(&user()).is_some());
        presences.expire_leases(LEASE);
        assert!(presences.get(&user()).is_none());
    }

    #[test]
    fn where_someone_is_shows_in_that_chat_alone() {
        let (here, there) = (ChatId::from_bytes([1; 16]), ChatId::from_bytes([2; 16]));
        let presence = Presence {
            at: Some(format!("chat:{here}")),
            ..with(Status::Online)
        };
        assert!(seen_from(here, presence.clone()).at.is_some());
        assert!(seen_from(there, presence).at.is_none());
    }
}
