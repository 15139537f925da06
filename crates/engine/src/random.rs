//! Randomness out of the seed that the host gives at birth: jitter, and the ids of what is made here.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use samtale_model::{ChatId, MessageId, OpId, UnixMillis};

/// A generator that is never saved: a new engine has a new seed, so no id comes twice.
#[derive(Debug)]
pub(crate) struct Random(ChaCha12Rng);

impl Random {
    /// Makes the generator of a seed.
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha12Rng::from_seed(seed))
    }

    /// Returns a number from 0 up to and including `max`, evenly but for a bias below 2^-30.
    pub(crate) fn up_to(&mut self, max: u64) -> u64 {
        match max.checked_add(1) {
            Some(count) => self.0.next_u64() % count,
            None => self.0.next_u64(),
        }
    }

    fn ten_bytes(&mut self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// Makes a message's id.
    pub(crate) fn message_id(&mut self, at: UnixMillis) -> MessageId {
        MessageId::v7(at, self.ten_bytes())
    }

    /// Makes an op's id.
    pub(crate) fn op_id(&mut self, at: UnixMillis) -> OpId {
        OpId::v7(at, self.ten_bytes())
    }

    /// Makes a chat's id.
    pub(crate) fn chat_id(&mut self, at: UnixMillis) -> ChatId {
        ChatId::v7(at, self.ten_bytes())
    }
}
