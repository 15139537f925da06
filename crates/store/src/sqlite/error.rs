//! What SQLite and the seal answer, in the store's own words. None of it carries content: SQLite names tables and
//! columns, never the values bound to a statement.

use rusqlite::ErrorCode;

use crate::api::{ReadError, SignInError, StoreError, WriteError};
use crate::seal;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Backend(error.to_string()),
        }
    }
}

impl From<seal::OpenError> for StoreError {
    fn from(error: seal::OpenError) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<seal::DecodeError> for StoreError {
    fn from(error: seal::DecodeError) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<seal::SealError> for StoreError {
    fn from(error: seal::SealError) -> Self {
        Self::Backend(error.to_string())
    }
}

/// A column holds what the schema's own code never wrote there.
pub(super) fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("an ill-formed {what}"))
}

macro_rules! through_store_error {
    ($($error:ty),*) => {
        $(impl From<rusqlite::Error> for $error {
            fn from(error: rusqlite::Error) -> Self {
                Self::Store(error.into())
            }
        })*
    };
}

through_store_error!(WriteError, ReadError, SignInError);

/// An operation's error that may be the store's own failure rather than a refusal.
pub(super) trait Failure: From<StoreError> + From<rusqlite::Error> + Send + 'static {
    /// Returns the store's own failure, where it is one.
    fn store(&self) -> Option<&StoreError>;
}

impl Failure for StoreError {
    fn store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

impl Failure for WriteError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}

impl Failure for SignInError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Erased => None,
        }
    }
}
