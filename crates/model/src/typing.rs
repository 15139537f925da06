//! Who is writing. Each indication lives for the time its sender gave it, on the receiver's own
//! clock, so that a lost "stopped" can't leave anyone writing for ever.

use crate::UserId;
use crate::flat::Map;

/// The longest that one indication may live, in milliseconds.
pub const MAX_TTL_MS: u64 = 10_000;

/// Who is writing in one chat, each until a moment of the receiver's monotonic clock, in ms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typing(Map<UserId, u64>);

impl Typing {
    /// Takes an indication that lives `ttl_ms` from `now_ms`; zero ends it. Tells whether the set of people changed.
    pub fn on_indication(&mut self, now_ms: u64, user: &UserId, ttl_ms: u64) -> bool {
        if ttl_ms == 0 {
            return self.stop(user);
        }
        self.0
            .insert(user.clone(), now_ms.saturating_add(ttl_ms.min(MAX_TTL_MS)))
            .is_none()
    }

    /// Ends someone's writing: they stopped, sent, or left. Tells whether the set changed.
    pub fn stop(&mut self, user: &UserId) -> bool {
        self.0.remove(user).is_some()
    }

    /// Drops what has run out, and tells whether the set changed.
    pub fn expire(&mut self, now_ms: u64) -> bool {
        let before = self.0.len();
        self.0.retain(|_, until| *until > now_ms);
        self.0.len() != before
    }

    /// Ends everyone's writing, and tells whether the set changed.
    pub fn clear(&mut self) -> bool {
        !std::mem::take(&mut self.0).is_empty()
    }

    /// Returns when the next indication runs out.
    pub fn next_expiry(&self) -> Option<u64> {
        self.0.values().min().copied()
    }

    /// Returns who is writing, by user id.
    pub fn users(&self) -> impl ExactSizeIterator<Item = &UserId> {
        self.0.keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indication_runs_out_by_itself() {
        let kari = UserId::new("kari").expect("a valid id");
        let mut typing = Typing::default();
        assert!(typing.on_indication(0, &kari, 6_000));
        assert!(
            !typing.on_indication(3_000, &kari, 6_000),
            "a renewal is no change"
        );
        assert_eq!(typing.next_expiry(), Some(9_000));
        assert!(!typing.expire(8_999));
        assert!(typing.expire(9_000));
        assert_eq!(typing.users().len(), 0);
    }

    #[test]
    fn no_sender_can_make_it_last_longer_than_the_limit() {
        let kari = UserId::new("kari").expect("a valid id");
        let mut typing = Typing::default();
        typing.on_indication(0, &kari, u64::MAX);
        assert_eq!(typing.next_expiry(), Some(MAX_TTL_MS));
    }
}
