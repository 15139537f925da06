//! The session's token: asked for, kept until shortly before it runs out, renewed in place.
//!
//! A token that has run out or was refused is never used again, and nobody else's ever.

use samtale_protocol::event;

use super::Engine;
use super::link::State;
use super::wire::Push;
use crate::timers::Timer;
use crate::view::Failure;
use crate::{Monotonic, Output, Token, TokenError};

/// A token and when it runs out on the monotonic clock.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) token: Token,
    until: Option<Monotonic>,
    until_unix: Option<i64>,
    /// How long before it runs out it should be renewed, in milliseconds.
    ahead: u64,
    doubt: Doubt,
}

/// What speaks against a token that by this device's wall clock had run out when it came: either the clock is wrong, or
/// the token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    /// It had not run out, or the server took it all the same.
    None,
    /// It may be shown once.
    Untried,
    /// It was shown, and nothing is known of what the server made of it.
    Tried,
}

impl Engine {
    /// Returns the token, unless it has run out on either clock, or is doubtful and was tried.
    pub(super) fn usable_token(&self) -> Option<Token> {
        let held = self.link.token.as_ref()?;
        let out = held.until.is_some_and(|until| until <= self.now.mono)
            || held.until_unix.is_some_and(|until| until <= self.unix().0)
            || held.doubt == Doubt::Tried;
        (!out).then(|| held.token.clone())
    }

    /// Returns the token to be shown to the server: a doubtful one once, and then a fresh one is asked for.
    pub(super) fn spend_token(&mut self) -> Option<Token> {
        let token = self.usable_token()?;
        if let Some(held) = &mut self.link.token
            && held.doubt == Doubt::Untried
        {
            held.doubt = Doubt::Tried;
            self.link.fresh = true;
        }
        Some(token)
    }

    /// The server took the token that was shown: it is the clock that is wrong.
    pub(super) fn on_token_taken(&mut self) {
        if let Some(held) = &mut self.link.token
            && held.doubt == Doubt::Tried
        {
            held.doubt = Doubt::None;
        }
    }

    pub(super) fn fetch_token(&mut self) {
        if self.link.token_request.is_some() {
            return;
        }
        self.link.next_request += 1;
        self.link.token_request = Some(self.link.next_request);
        self.out.push_back(Output::FetchToken {
            request: self.link.next_request,
            fresh: self.link.fresh,
        });
    }

    pub(super) fn on_token(&mut self, request: u64, token: &Token) {
        if self.link.token_request != Some(request) {
            return;
        }
        self.link.token_request = None;
        let Some(claims) = token.claims() else {
            self.fail(Failure::WrongToken);
            return;
        };
        if claims.sub != self.cfg.user_id.as_str() {
            self.fail(Failure::WrongToken);
            return;
        }
        if self.link.refused.as_ref() == Some(token) {
            self.link.fresh = true;
            self.token_came_to_nothing();
            return;
        }
        let exp = claims.expires_at_ms();
        let left = exp.map(|exp| u64::try_from(exp.saturating_sub(self.unix().0)).unwrap_or(0));
        let doubt = if left == Some(0) {
            Doubt::Untried
        } else {
            Doubt::None
        };
        let (left, until_unix) = match left {
            Some(0) if !self.link.fresh => {
                // Perhaps the host's cache is old.
                self.link.fresh = true;
                self.fetch_token();
                return;
            }
            // A token made on demand that has run out already: the device's clock is wrong. It
            // holds as long as it was issued for, on the clock that is right about durations.
            Some(0) => match claims.life_ms() {
                Some(life) => (Some(life), None),
                None => {
                    self.token_came_to_nothing();
                    return;
                }
            },
            left => (left, exp),
        };
        let until = left.map(|left| self.now.mono.plus(left));
        let ahead = self.cfg.renew_ahead_ms.min(left.unwrap_or(0) / 2);
        if let (Some(until), Some(left)) = (until, left) {
            self.timers.set(Timer::TokenExpiry, until);
            self.timers
                .set(Timer::TokenRenew, self.now.mono.plus(left - ahead));
        } else {
            self.timers.clear(&Timer::TokenExpiry);
            self.timers.clear(&Timer::TokenRenew);
        }
        self.link.fresh = false;
        self.link.token = Some(Held {
            token: token.clone(),
            until,
            until_unix,
            ahead,
            doubt,
        });
        match self.link.state {
            State::Token => self.open_socket(),
            State::Joining | State::Live => {
                let payload = serde_json::json!({ "access_token": token });
                self.push_user(event::ACCESS_TOKEN, payload, Push::Renewal);
            }
            _ => {}
        }
        self.resume_http();
    }

    pub(super) fn on_token_failed(&mut self, request: u64, why: TokenError) {
        if self.link.token_request != Some(request) {
            return;
        }
        self.link.token_request = None;
        match why {
            TokenError::Denied if !self.link.is_live() => self.fail(Failure::SignedOut),
            _ => self.token_came_to_nothing(),
        }
    }

    fn token_came_to_nothing(&mut self) {
        self.no_token_for_http();
        if self.link.state == State::Token {
            self.back_off();
        } else {
            let pause = self.backoff(3);
            self.timers
                .set(Timer::TokenRenew, self.now.mono.plus(pause.max(1_000)));
        }
    }

    pub(super) fn renew_token(&mut self) {
        if self.link.wanted && (self.link.socket_is_up() || self.http.is_on()) {
            self.fetch_token();
        }
    }

    /// Renews the token where it is due by the wall clock: the other one stands still while a laptop sleeps, and this one
    /// may have been put right.
    pub(super) fn renew_due_token(&mut self) {
        let due = self.link.token.as_ref().is_some_and(|held| {
            let ahead = i64::try_from(held.ahead).unwrap_or(i64::MAX);
            held.until_unix
                .is_some_and(|until| until.saturating_sub(ahead) <= self.unix().0)
        });
        if due {
            self.renew_token();
        }
    }

    pub(super) fn on_token_expiry(&mut self) {
        self.link.token = None;
        if self.link.socket_is_up() {
            self.hang_up(1000);
            self.seek();
        } else if self.http.is_on() {
            self.fetch_token();
        }
    }

    /// The server does not take the token: never the same again.
    pub(super) fn on_token_refused(&mut self) {
        self.discard_token();
        self.hang_up(1000);
        self.back_off();
    }

    /// Takes the token out of use that was shown last.
    pub(super) fn discard_token(&mut self) {
        match &self.link.token {
            Some(held) => self.refuse_token(held.token.clone()),
            None => self.link.fresh = true,
        }
    }

    /// Takes a token out of use. One that has come in its place since stays.
    pub(super) fn refuse_token(&mut self, token: Token) {
        self.note("token refused", None, None);
        let held = self.link.token.as_ref();
        if held.is_none_or(|held| held.token == token) {
            self.link.token = None;
            self.link.fresh = true;
            self.timers.clear(&Timer::TokenExpiry);
            self.timers.clear(&Timer::TokenRenew);
        }
        self.link.refused = Some(token);
    }
}
