//! The counter of a chat, and where a reader stands in it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A place in a chat's one counter: the number of the commit, from 1; 0 is before the first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "number"))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// Before the first commit.
    pub const ZERO: Self = Self(0);

    /// Returns the next place.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Returns whether this place follows directly on `previous`.
    pub const fn follows(self, previous: Self) -> bool {
        self.0 == previous.0.wrapping_add(1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A store's lineage: a restored backup starts a new one, so that seqs are never compared across.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct Lineage(std::sync::Arc<str>);

impl Lineage {
    /// Makes a lineage from eight random bytes.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Self(format!("{:016x}", u64::from_be_bytes(bytes)).into())
    }

    /// Returns the lineage as text: letters and digits, without a full stop.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no lineage or no epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an epoch")]
pub struct EpochError;

impl TryFrom<String> for Lineage {
    type Error = EpochError;

    fn try_from(text: String) -> Result<Self, EpochError> {
        text.parse()
    }
}

impl FromStr for Lineage {
    type Err = EpochError;

    fn from_str(text: &str) -> Result<Self, EpochError> {
        let fits =
            (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| Self(text.into())).ok_or(EpochError)
    }
}

impl From<Lineage> for String {
    fn from(lineage: Lineage) -> Self {
        lineage.0.as_ref().into()
    }
}

impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What must be equal for two seqs of one chat to be comparable for one reader.
///
/// On the wire it is the text `lineage.generation.version`, opaque to clients, which compare it
/// whole. An envelope, shared by all readers, carries the lineage alone; a changed generation
/// reaches its member as a reset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct Epoch {
    /// The store's lineage.
    pub lineage: Lineage,
    /// The member's visibility generation: bumped by leaving, rejoining and a changed history rule.
    pub generation: u64,
    /// The data version the client understands.
    pub version: u16,
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.lineage, self.generation, self.version)
    }
}

impl FromStr for Epoch {
    type Err = EpochError;

    fn from_str(text: &str) -> Result<Self, EpochError> {
        let mut parts = text.split('.');
        let (Some(lineage), Some(generation), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(EpochError);
        };
        Ok(Self {
            lineage: lineage.parse()?,
            generation: generation.parse().map_err(|_| EpochError)?,
            version: version.parse().map_err(|_| EpochError)?,
        })
    }
}

impl TryFrom<String> for Epoch {
    type Error = EpochError;

    fn try_from(text: String) -> Result<Self, EpochError> {
        text.parse()
    }
}

impl From<Epoch> for String {
    fn from(epoch: Epoch) -> Self {
        epoch.to_string()
    }
}

/// Where a reader stands in a chat: everything up to and including `seq` is known, in `epoch`.
///
/// It moves only by the next contiguous envelope or by a sync's `upTo`, and is persisted together
/// with the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// What the seq is comparable within.
    pub epoch: Epoch,
    /// The last commit that is known.
    pub seq: Seq,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_survives_its_text() {
        let epoch = Epoch {
            lineage: Lineage::from_random([7; 8]),
            generation: 3,
            version: 1,
        };
        assert_eq!(epoch.to_string().parse(), Ok(epoch));
    }

    #[test]
    fn an_ill_formed_epoch_is_refused() {
        for text in [
            "",
            "a",
            "a.1",
            "a.1.2.3",
            "a.x.1",
            ".1.1",
            "a.1.70000",
            "å.1.1",
        ] {
            assert_eq!(text.parse::<Epoch>(), Err(EpochError), "{text}");
        }
    }
}
