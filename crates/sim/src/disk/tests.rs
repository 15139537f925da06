//! The disk bites, and the store is not hurt.
