//! Where a ciphertext belongs: the associated data that nails it to one row.

use samtale_model::{ChatId, MessageId, Seq};

/// The one place where a ciphertext opens: a chat, what kind of content, and which item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The body of a message as it stands now.
    Body {
        /// The chat.
        chat: ChatId,
        /// The message.
        message: MessageId,
    },
    /// An earlier body of a message, kept in its edit history.
    Edit {
        /// The chat.
        chat: ChatId,
        /// The message that was edited.
        message: MessageId,
        /// The seq of the commit that this body came with.
        seq: Seq,
    },
    /// What a user has written in a chat and not sent.
    Draft {
        /// The chat.
        chat: ChatId,
        /// The user's internal row id.
        user: i64,
    },
    /// The wrapped data key of a chat.
    DataKey {
        /// The chat.
        chat: ChatId,
    },
}

/// Names this use of the cipher and its version; changing the layout below means a new number.
const DOMAIN: &[u8; 16] = b"samtale seal v01";

/// Stands where a place has no message.
const NO_MESSAGE: MessageId = MessageId::from_bytes([0; 16]);

pub(super) const AAD_LEN: usize = DOMAIN.len() + 1 + 16 + 16 + 8;

impl Place {
    /// Encodes the place as associated data: domain, kind, chat, message, number, each of a fixed width, so that two
    /// different places never encode alike.
    pub(super) fn aad(&self) -> [u8; AAD_LEN] {
        let (kind, chat, message, number) = match *self {
            Self::Body { chat, message } => (1, chat, message, [0; 8]),
            Self::Edit { chat, message, seq } => (2, chat, message, seq.0.to_be_bytes()),
            Self::Draft { chat, user } => (3, chat, NO_MESSAGE, user.to_be_bytes()),
            Self::DataKey { chat } => (4, chat, NO_MESSAGE, [0; 8]),
        };
        let mut aad = [0; AAD_LEN];
        let fields: [&[u8]; 5] = [
            DOMAIN,
            &[kind],
            chat.as_bytes(),
            message.as_bytes(),
            &number,
        ];
        let mut at = 0;
        for field in fields {
            aad[at..at + field.len()].copy_from_slice(field);
            at += field.len();
        }
        aad
    }
}
