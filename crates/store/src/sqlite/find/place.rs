//! Where a hit stands among all: the order of search results, and the text that names a page's start.

use samtale_model::{ChatId, Seq, UnixMillis};

/// A place in the order of hits; a page goes from its start downwards, the start included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) at: UnixMillis,
    pub(super) chat: ChatId,
    pub(super) seq: Seq,
}

impl Place {
    /// Returns the place as text, opaque to clients.
    pub(super) fn to_text(self) -> String {
        format!("{:x}.{}.{:x}", self.at.0, self.chat.0.simple(), self.seq.0)
    }

    /// Reads a place back.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (Some(at), Some(chat), Some(seq), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        Some(Self {
            at: UnixMillis(i64::from_str_radix(at, 16).ok()?),
            chat: chat.parse().ok()?,
            seq: Seq(u64::from_str_radix(seq, 16).ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_text() {
        let place = Place {
            at: UnixMillis(1_790_000_000_123),
            chat: ChatId::from_bytes([7; 16]),
            seq: Seq(u64::MAX),
        };
        assert_eq!(Place::parse(&place.to_text()), Some(place));
        for text in [
            "",
            "1",
            "1.2.3",
            "x.07070707070707070707070707070707.1",
            "1.07070707070707070707070707070707.1.2",
        ] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
