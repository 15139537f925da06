//! The rules by which a replica grows.
