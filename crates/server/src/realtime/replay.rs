//! Earlier broadcasts of private channels, to be told again to who was away.
//!
//! They are kept in memory: the newest of each channel, and of all of them no more than fits. What a chat's own messages
//! are concerned, the store has them.

use std::collections::{BTreeMap, VecDeque};

use samtale_model::{UnixMillis, UserId};
use samtale_protocol::realtime::Replay;

use super::Name;
use super::frames::Body;

/// How many are kept of each channel: no client is told more.
const MOST: usize = Replay::MOST as usize;
/// How many bytes are kept of all.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A broadcast that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// Its id.
    pub(crate) id: String,
    /// When it was said.
    pub(crate) at: UnixMillis,
    /// What it says.
    pub(crate) body: Body,
    user: Option<UserId>,
    number: u64,
}

impl Kept {
    fn size(&self) -> usize {
        self.body.size() + self.id.len()
    }
}

/// What is kept.
#[derive(Debug, Default)]
pub(super) struct Log {
    channels: BTreeMap<Name, VecDeque<Kept>>,
    /// Where each is, by its number: the oldest first.
    order: BTreeMap<u64, Name>,
    bytes: usize,
    next: u64,
}

impl Log {
    pub(super) fn keep(
        &mut self,
        name: &Name,
        id: String,
        at: UnixMillis,
        user: Option<UserId>,
        body: Body,
    ) {
        self.next += 1;
        let number = self.next;
        let kept = Kept {
            id,
            at,
            body,
            user,
            number,
        };
        self.bytes += kept.size();
        self.order.insert(number, name.clone());
        let channel = self.channels.entry(name.clone()).or_default();
        channel.push_back(kept);
        if channel.len() > MOST {
            self.drop_oldest(name);
        }
        while self.bytes > MAX_BYTES
            && let Some(oldest) = self.order.values().next().cloned()
        {
            self.drop_oldest(&oldest);
        }
    }

    /// Drops a channel's oldest.
    fn drop_oldest(&mut self, name: &Name) {
        let Some(channel) = self.channels.get_mut(name) else {
            return;
        };
        if let Some(kept) = channel.pop_front() {
            self.order.remove(&kept.number);
            self.bytes -= kept.size();
        }
        if channel.is_empty() {
            self.channels.remove(name);
        }
    }

    pub(super) fn since(&self, name: &Name, since: UnixMillis) -> Vec<Kept> {
        let channel = self.channels.get(name).into_iter().flatten();
        channel.filter(|kept| kept.at >= since).cloned().collect()
    }

    /// Forgets what a user said.
    pub(super) fn forget(&mut self, user: &UserId) {
        let Self {
            channels,
            order,
            bytes,
            ..
        } = self;
        channels.retain(|_, channel| {
            channel.retain(|kept| {
                let theirs = kept.user.as_ref() == Some(user);
                if theirs {
                    order.remove(&kept.number);
                    *bytes -= kept.size();
                }
                !theirs
            });
            !channel.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn raw(event: &str, size: usize) -> Body {
        Body::Raw {
            event: event.to_owned(),
            payload: Bytes::from(vec![0; size]),
        }
    }

    fn ids(log: &Log, name: &Name, since: i64) -> Vec<String> {
        let kept = log.since(name, UnixMillis(since)).into_iter();
        kept.map(|kept| kept.id).collect()
    }

    #[test]
    fn the_newest_of_each_channel_are_kept() {
        let (mut log, name) = (Log::default(), Name::new("chat:1", true));
        for n in 0..30_i64 {
            log.keep(&name, n.to_string(), UnixMillis(n), None, raw("e", 1));
        }
        assert_eq!(ids(&log, &name, 0).len(), 25);
        assert_eq!(ids(&log, &name, 28), ["28", "29"]);
        assert_eq!(ids(&log, &Name::new("chat:2", true), 0), [""; 0]);
        assert_eq!(log.order.len(), 25);
    }

    #[test]
    fn the_oldest_of_all_give_way() {
        let mut log = Log::default();
        let names = ["a", "b"].map(|name| Name::new(name, true));
        for (n, name) in names.iter().cycle().take(6).enumerate() {
            let at = UnixMillis(i64::try_from(n).expect("small") + 1);
            log.keep(name, n.to_string(), at, None, raw("e", MAX_BYTES / 4));
        }
        assert!(log.bytes <= MAX_BYTES);
        assert_eq!(
            (ids(&log, &names[0], 0), ids(&log, &names[1], 0)),
            (vec!["4".to_owned()], vec!["3".to_owned(), "5".to_owned()])
        );
    }

    #[test]
    fn what_an_erased_user_said_is_gone() {
        let (mut log, name) = (Log::default(), Name::new("a", true));
        let kari = UserId::new("kari").expect("a valid id");
        for (id, user) in [("1", Some(kari.clone())), ("2", None)] {
            log.keep(&name, id.into(), UnixMillis(1), user, raw("e", 1));
        }
        log.forget(&kari);
        assert_eq!(ids(&log, &name, 0), ["2"]);
        assert_eq!(log.order.len(), 1);
    }
}
