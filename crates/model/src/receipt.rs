//! Delivered and read, as watermarks: "everything up to this seq". They merge by maximum, so a
//! repeated or late receipt changes nothing, and the ticks of a message are derived from them.

use serde::{Deserialize, Serialize};

use crate::flat::Map;
use crate::{Seq, UserId};

/// How far one participant has received and read a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Who.
    pub user_id: UserId,
    /// Everything up to here is on one of their devices.
    pub delivered: Seq,
    /// Everything up to here they have seen; never more than `delivered`.
    pub read: Seq,
}

impl Receipt {
    /// Makes a receipt from its watermarks; what is read is delivered too.
    pub fn new(user_id: UserId, delivered: Seq, read: Seq) -> Self {
        Self {
            user_id,
            delivered: delivered.max(read),
            read,
        }
    }

    /// Raises the watermarks to at least `other`'s, and tells whether that changed anything.
    pub fn raise(&mut self, delivered: Seq, read: Seq) -> bool {
        let raised = (self.delivered.max(delivered).max(read), self.read.max(read));
        let changed = raised != (self.delivered, self.read);
        (self.delivered, self.read) = raised;
        changed
    }
}

/// The receipts of a chat too large to list them: how far all who count have come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReceiptSummary {
    /// How many people count.
    pub members: u32,
    /// Everything up to here is delivered to all of them.
    pub delivered_by_all: Seq,
    /// Everything up to here is read by all of them.
    pub read_by_all: Seq,
}

/// What a reader knows of a chat's receipts: listed up to [`Receipts::MAX_LISTED`] members,
/// counted above.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Receipts {
    /// Of each active participant that counts for ticks; in a large chat one's own only.
    pub listed: Vec<Receipt>,
    /// Of all together, in a large chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub summary: Option<ReceiptSummary>,
}

impl Receipts {
    /// The most members whose receipts are listed one by one.
    pub const MAX_LISTED: usize = 50;
}

/// How far a message of one's own has come, among those who count for ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// On the server's disk.
    Sent,
    /// On a device of everyone else.
    Delivered,
    /// Seen by everyone else.
    Read,
}

/// Derives the tick of a message that `sender` created at `created_seq`.
///
/// `counting` holds the watermarks of the active participants that count; the sender's own is
/// passed over. With nobody else there is nobody to deliver to: the message stays `Sent`.
pub fn tick<'a>(
    sender: &UserId,
    created_seq: Seq,
    counting: impl IntoIterator<Item = (&'a UserId, Seq, Seq)>,
) -> Tick {
    let lowest = counting
        .into_iter()
        .filter(|(user, ..)| *user != sender)
        .map(|(_, delivered, read)| (delivered, read))
        .reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)));
    match lowest {
        Some((_, read)) if read >= created_seq => Tick::Read,
        Some((delivered, _)) if delivered >= created_seq => Tick::Delivered,
        _ => Tick::Sent,
    }
}

/// The watermarks of a chat by user, merged by maximum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watermarks(Map<UserId, Receipt>);

impl Watermarks {
    /// Merges a receipt, and tells whether it moved anything.
    pub fn merge(&mut self, receipt: &Receipt) -> bool {
        self.0
            .or_insert_with(receipt.user_id.clone(), || {
                Receipt::new(receipt.user_id.clone(), Seq::ZERO, Seq::ZERO)
            })
            .raise(receipt.delivered, receipt.read)
    }

    /// Returns the watermarks of a user.
    pub fn get(&self, user: &UserId) -> Option<&Receipt> {
        self.0.get(user)
    }

    /// Returns all receipts, by user id.
    pub fn iter(&self) -> impl Iterator<Item = &Receipt> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> UserId {
        UserId::new(name).expect("a valid id")
    }

    #[test]
    fn receipts_never_go_back() {
        let mut marks = Watermarks::default();
        assert!(marks.merge(&Receipt::new(user("kari"), Seq(5), Seq(3))));
        assert!(!marks.merge(&Receipt::new(user("kari"), Seq(4), Seq(2))));
        assert_eq!(
            marks.get(&user("kari")),
            Some(&Receipt::new(user("kari"), Seq(5), Seq(3)))
        );
    }

    #[test]
    fn what_is_read_is_delivered() {
        let mut receipt = Receipt::new(user("kari"), Seq(1), Seq(4));
        assert_eq!(receipt.delivered, Seq(4));
        assert!(receipt.raise(Seq(0), Seq(6)));
        assert_eq!(receipt.delivered, Seq(6));
    }

    #[test]
    fn a_message_is_read_when_everyone_else_has_read_it() {
        let (kari, ola, per) = (user("kari"), user("ola"), user("per"));
        let of = |marks: &[(&UserId, u64, u64)]| {
            tick(
                &kari,
                Seq(5),
                marks.iter().map(|(u, d, r)| (*u, Seq(*d), Seq(*r))),
            )
        };
        assert_eq!(of(&[]), Tick::Sent);
        assert_eq!(of(&[(&kari, 9, 9)]), Tick::Sent);
        assert_eq!(of(&[(&ola, 5, 0)]), Tick::Delivered);
        assert_eq!(of(&[(&ola, 5, 5), (&per, 5, 4)]), Tick::Delivered);
        assert_eq!(of(&[(&ola, 5, 5), (&per, 7, 6)]), Tick::Read);
        assert_eq!(of(&[(&ola, 9, 9), (&per, 0, 0)]), Tick::Sent);
    }
}
