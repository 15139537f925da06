//! The disk bites, and the store is not hurt.

mod bites;
mod store;
mod survives;
