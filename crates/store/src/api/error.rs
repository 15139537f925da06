//! What can go wrong, one enum per operation.

/// The store itself fails: nothing is wrong with the request.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The backend failed; its text has no message content.
    #[error("the store failed: {0}")]
    Backend(String),
    /// What was read can't be understood: a damaged database or a wrong key.
    #[error("the store holds what it can't read: {0}")]
    Corrupt(String),
    /// The disk has no room; writes are refused until it has, reads go on.
    #[error("the disk is full")]
    Full,
    /// More writes are waiting than are allowed to.
    #[error("the store is busy")]
    Busy,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// An op is refused. Nothing was changed, and no neighbour was disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The chat does not exist or the actor is not in it.
    #[error("not a participant of this chat")]
    NotParticipant,
    /// The actor's role does not allow it.
    #[error("your role in this chat does not allow this")]
    Forbidden,
    /// There is no such message or participant that the actor may see.
    #[error("no such message or participant here")]
    NotFound,
    /// The id was used before with other contents, or by someone else.
    #[error("this id was used before, with other contents or by someone else")]
    IdConflict,
    /// The content is blank.
    #[error("a message can't be empty")]
    ContentEmpty,
    /// The content has too many characters.
    #[error("a message has at most 10000 characters")]
    ContentTooLong,
    /// The message was deleted.
    #[error("the message was deleted")]
    Deleted,
    /// The value of a private row does not fit its key.
    #[error("the value does not fit the key")]
    BadValue,
    /// A bound is reached; the text says which.
    #[error("too many: {0}")]
    TooMany(&'static str),
    /// Someone who would be added has blocked the actor.
    #[error("someone here does not take messages from you")]
    Blocked,
}

/// A write failed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A read failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The chat does not exist or the viewer is not in it.
    #[error("not a participant of this chat")]
    NotParticipant,
    /// There is no such thing that the viewer may see.
    #[error("no such message here")]
    NotFound,
    /// The query can't be read; the text says why.
    #[error("{0}")]
    BadQuery(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The user was erased after the token was issued.
    #[error("this user was erased")]
    Erased,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
