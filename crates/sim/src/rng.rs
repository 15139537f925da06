//! Randomness out of a seed: the only randomness there is in a simulated world.
//!
//! Each part of the world has a generator of its own, forked by name, so that a draw more in one part
//! changes nothing in another: a shrunk plan still meets the same network.

use std::ops::RangeInclusive;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A generator.
#[derive(Clone, Debug)]
pub struct Rng {
    seed: u64,
    draws: ChaCha8Rng,
}

impl Rng {
    /// Makes the generator of a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            draws: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// Makes the generator of a part of the world. It depends on the seed and the name alone, not on what was drawn.
    #[must_use]
    pub fn fork(&self, name: &str) -> Self {
        // FNV-1a (RFC 9923), so that it is the same in every build.
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64 ^ self.seed, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        Self::new(hash)
    }

    /// Returns a number below `end`, which is not zero.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draws.next_u64() % end
    }

    /// Returns an index into something of a length that is not zero.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).expect("an index fits")
    }

    /// Returns a number within a range.
    pub fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    /// Returns true `permille` times in a thousand.
    pub fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// Returns one of several.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.index(among.len())]
    }

    /// Returns one of several kinds, each as often as its weight says.
    pub fn weighted<'a, T>(&mut self, among: &'a [(u64, T)]) -> &'a T {
        let mut left = self.below(among.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in among {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        unreachable!("the weights are drawn from their own sum")
    }

    /// Fills bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.draws.fill_bytes(bytes);
    }

    /// Returns the seed of an engine.
    pub fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        self.fill(&mut seed);
        seed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_depends_on_seed_and_name_alone() {
        let (mut drawn, fresh) = (Rng::new(7), Rng::new(7));
        drawn.below(10);
        assert_eq!(
            drawn.fork("net").below(1 << 60),
            fresh.fork("net").below(1 << 60)
        );
        assert_ne!(
            fresh.fork("net").below(1 << 60),
            fresh.fork("disk").below(1 << 60)
        );
        assert_ne!(
            Rng::new(8).fork("net").below(1 << 60),
            fresh.fork("net").below(1 << 60)
        );
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let mut rng = Rng::new(1);
        let kinds = [(0, 'a'), (3, 'b'), (0, 'c'), (1, 'd')];
        let drawn: Vec<char> = (0..200).map(|_| *rng.weighted(&kinds)).collect();
        assert!(drawn.contains(&'b') && drawn.contains(&'d'));
        assert!(!drawn.contains(&'a') && !drawn.contains(&'c'));
    }
}
