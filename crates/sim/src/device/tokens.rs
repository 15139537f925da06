//! The host product, as far as a device sees it: it hands out tokens, late ones, old ones, or none.

use std::collections::VecDeque;
use std::sync::Arc;

use samtale_engine::{Input, Token, TokenError};
use samtale_model::UnixMillis;
use serde::{Deserialize, Serialize};

use super::DeviceCounts;
use crate::clock::Millis;
use crate::rng::Rng;

/// Makes a token of the device's user, issued at a moment of the right wall clock.
pub type Mint = Arc<dyn Fn(UnixMillis) -> String + Send + Sync>;

/// How long a token takes when all is well.
const USUAL_MS: u64 = 50;
/// After this the host gives up asking.
const PATIENCE_MS: u64 = 30_000;
/// How long ago a token was issued that has run out for sure.
const LONG_AGO_MS: i64 = 48 * 60 * 60 * 1_000;
/// What a token's times are told in.
const SECOND_MS: i64 = 1_000;

/// How the host product hands out tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenMood {
    /// As it should. Where a fresh one is not asked for, it may be the last one again, run out or not.
    #[default]
    Good,
    /// As it should, after so long.
    Slow {
        /// How long, in milliseconds; after 30 seconds the host gives up.
        ms: u64,
    },
    /// It can't be reached.
    Unavailable,
    /// It says that the person is not signed in.
    Denied,
    /// Its tokens have run out already.
    Expired,
}

#[derive(Clone, Copy, Debug)]
struct Question {
    at: Millis,
    request: u64,
    fresh: bool,
    given_up: bool,
}

/// The questions for tokens that are not answered.
pub(super) struct Tokens {
    mint: Mint,
    rng: Rng,
    mood: TokenMood,
    questions: VecDeque<Question>,
    last: Option<String>,
}

impl Tokens {
    pub(super) const fn new(mint: Mint, rng: Rng) -> Self {
        Self {
            mint,
            rng,
            mood: TokenMood::Good,
            questions: VecDeque::new(),
            last: None,
        }
    }

    pub(super) const fn set_mood(&mut self, mood: TokenMood) {
        self.mood = mood;
    }

    pub(super) fn ask(&mut self, now: Millis, request: u64, fresh: bool) {
        let takes = match self.mood {
            TokenMood::Slow { ms } => ms,
            _ => self.rng.below(USUAL_MS),
        };
        let given_up = takes > PATIENCE_MS;
        let at = now + takes.min(PATIENCE_MS);
        let place = self.questions.partition_point(|other| other.at <= at);
        let question = Question {
            at,
            request,
            fresh,
            given_up,
        };
        self.questions.insert(place, question);
    }

    pub(super) fn next(&self) -> Option<Millis> {
        self.questions.front().map(|question| question.at)
    }

    /// Answers the next question, in the mood that is now.
    pub(super) fn answer(&mut self, wall: UnixMillis, counts: &mut DeviceCounts) -> Option<Input> {
        let Question {
            request,
            fresh,
            given_up,
            ..
        } = self.questions.pop_front()?;
        let why = match self.mood {
            TokenMood::Denied => Some(TokenError::Denied),
            TokenMood::Unavailable => Some(TokenError::Unavailable),
            _ if given_up => Some(TokenError::Unavailable),
            _ => None,
        };
        if let Some(why) = why {
            counts.failed_tokens += 1;
            return Some(Input::TokenFailed { request, why });
        }
        counts.tokens += 1;
        let token = if self.mood == TokenMood::Expired {
            counts.old_tokens += 1;
            // No two alike, however fast or slowly they are asked for: what is shown again was kept, and not handed out
            // again. Each is issued a second later than the last, and as much later as the clock went on.
            let later = i64::try_from(counts.old_tokens).unwrap_or(0) * SECOND_MS;
            (self.mint)(UnixMillis(wall.0 - LONG_AGO_MS + later))
        } else {
            let again = !fresh && self.rng.chance(500);
            let again = self.last.take().filter(|_| again);
            again.unwrap_or_else(|| (self.mint)(wall))
        };
        self.last = Some(token.clone());
        let token = Token::new(token);
        Some(Input::Token { request, token })
    }

    /// Nobody waits for an answer any more; what is cached stays.
    pub(super) fn forget(&mut self) {
        self.questions.clear();
    }
}
