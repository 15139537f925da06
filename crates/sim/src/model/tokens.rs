//! Tokens: a reconnect never shows a stale one.

use std::collections::{BTreeMap, BTreeSet};

use samtale_model::UnixMillis;

use super::Violation;
use crate::plan::DeviceNo;

/// How late a token may be shown: what was decided in time may leave a moment later.
const SLACK_MS: u64 = 1_000;

/// Which tokens each device has shown, and which it heard to be refused.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    used: BTreeMap<DeviceNo, BTreeSet<String>>,
    refused: BTreeMap<DeviceNo, BTreeSet<String>>,
}

impl Tokens {
    /// Takes in that a device shows a token.
    ///
    /// Rule `token-reused`: a token that was shown before is not shown again once it has run out (on a device whose clock
    /// was never wrong), and never after the device heard in the same life that it is refused; what leaves at the moment when it
    /// hears so was decided before. A token that its host hands out late may be shown once. Source: DESIGN section 4, "a reconnect
    /// never reuses a stale token".
    pub fn used(
        &mut self,
        device: DeviceNo,
        token: &str,
        now: UnixMillis,
    ) -> Result<(), Violation> {
        let refused = self.refused.get(&device);
        let refused = refused.is_some_and(|tokens| tokens.contains(token));
        let again = !self
            .used
            .entry(device)
            .or_default()
            .insert(token.to_owned());
        let ended = expiry(token).is_some_and(|end| now > end.plus(SLACK_MS));
        if refused || (again && ended) {
            let end = expiry(token);
            let detail = format!("device {device} at {now:?}: refused {refused}, ran out {end:?}");
            return Err(Violation::new("token-reused", detail));
        }
        Ok(())
    }

    /// Takes in that a device heard that a token is refused.
    pub fn refused(&mut self, device: DeviceNo, token: &str) {
        let tokens = self.refused.entry(device).or_default();
        tokens.insert(token.to_owned());
    }

    /// Takes in that a device died: what it heard is gone, and its host may hand out the same token.
    pub fn died(&mut self, device: DeviceNo) {
        self.refused.remove(&device);
    }
}

/// Returns when a JWT runs out (RFC 7519, 4.1.4), without looking at its signature.
fn expiry(token: &str) -> Option<UnixMillis> {
    let payload = unbase64(token.split('.').nth(1)?)?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    Some(UnixMillis(claims.get("exp")?.as_i64()?.checked_mul(1_000)?))
}

/// Decodes base64url without padding (RFC 4648, 5).
fn unbase64(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for c in text.bytes() {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(digit)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"sub":"u0","exp":100}`.
    const TOKEN: &str = "e30.eyJzdWIiOiJ1MCIsImV4cCI6MTAwfQ.x";

    #[test]
    fn a_token_is_not_shown_again_once_it_has_run_out_or_was_refused() {
        assert_eq!(expiry(TOKEN), Some(UnixMillis(100_000)));
        let mut tokens = Tokens::default();
        let mut used = |at| tokens.used(0, TOKEN, UnixMillis(at)).err().map(|v| v.rule);
        assert_eq!(used(50_000), None);
        assert_eq!(used(100_500), None);
        assert_eq!(used(101_001), Some("token-reused"));
        let mut tokens = Tokens::default();
        let late = tokens.used(0, TOKEN, UnixMillis(200_000));
        assert_eq!(late, Ok(()), "its host had no better");
        let mut tokens = Tokens::default();
        tokens.refused(0, TOKEN);
        let again = tokens.used(0, TOKEN, UnixMillis(1)).err();
        assert_eq!(again.map(|violation| violation.rule), Some("token-reused"));
        assert_eq!(tokens.used(1, TOKEN, UnixMillis(1)), Ok(()));
        tokens.died(0);
        assert_eq!(
            tokens.used(0, TOKEN, UnixMillis(1)),
            Ok(()),
            "what it heard died with it"
        );
    }
}
