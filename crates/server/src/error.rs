//! From what the store says to what the wire says.

use samtale_protocol::{ErrorCode, WireError};
use samtale_store::{ReadError, Refusal, SignInError, StoreError, WriteError};

/// How long a client waits before it asks a store again that is busy or full, in milliseconds.
const RETRY_STORE_MS: u64 = 1_000;

/// Turns a refused op into its stable code.
pub(crate) fn refusal(refusal: Refusal) -> WireError {
    let code = match refusal {
        Refusal::NotParticipant => ErrorCode::NotParticipant,
        Refusal::Forbidden => ErrorCode::Forbidden,
        Refusal::NotFound | Refusal::Deleted => ErrorCode::NotFound,
        Refusal::IdConflict => ErrorCode::IdConflict,
        Refusal::ContentEmpty => ErrorCode::ContentEmpty,
        Refusal::ContentTooLong => ErrorCode::ContentTooLong,
        Refusal::BadValue => ErrorCode::BadRequest,
        Refusal::TooMany(_) => ErrorCode::TooMany,
        Refusal::Blocked => ErrorCode::Blocked,
    };
    WireError::new(code, refusal.to_string())
}

/// Turns a failure of the store into a code that says nothing of its inside; the log has the details.
pub(crate) fn store(error: &StoreError) -> WireError {
    match error {
        StoreError::Busy | StoreError::Full | StoreError::Closed => {
            tracing::warn!(%error, "the store takes no writes now");
            WireError::new(ErrorCode::Unavailable, "the server can't store this now")
                .retry_after(RETRY_STORE_MS)
        }
        StoreError::Backend(_) | StoreError::Corrupt(_) => {
            tracing::error!(%error, "the store failed");
            WireError::new(ErrorCode::Internal, "the server failed").retry_after(RETRY_STORE_MS)
        }
    }
}

/// Turns a failed write into its code.
pub(crate) fn write(error: &WriteError) -> WireError {
    match error {
        WriteError::Refused(reason) => refusal(*reason),
        WriteError::Store(error) => store(error),
    }
}

/// Turns a failed read into its code.
pub(crate) fn read(error: &ReadError) -> WireError {
    match error {
        ReadError::NotParticipant => WireError::new(ErrorCode::NotParticipant, error.to_string()),
        ReadError::NotFound => WireError::new(ErrorCode::NotFound, error.to_string()),
        ReadError::BadQuery(_) => WireError::new(ErrorCode::BadRequest, error.to_string()),
        ReadError::Store(error) => store(error),
    }
}

/// Turns a failed sign-in into its code.
pub(crate) fn sign_in(error: &SignInError) -> WireError {
    match error {
        SignInError::Erased => WireError::new(ErrorCode::Unauthorized, error.to_string()),
        SignInError::Store(error) => store(error),
    }
}
