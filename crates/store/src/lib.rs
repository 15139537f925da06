//! Placeholder.

pub mod seal;
