//! How a value is refused that was read flat: as one struct with every field that any of its kinds
//! may have.
//!
//! Serde's own way of telling the kinds of a tagged enum apart first keeps all the fields aside, and
//! with them has a second reader of every type in them. In a browser's engine that is a third of
//! what reads.

/// A field that the kind must have is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("missing field `{0}`")]
pub struct Missing(&'static str);

/// Returns a field's value, or says that the field is missing.
pub fn need<T>(field: Option<T>, name: &'static str) -> Result<T, Missing> {
    field.ok_or(Missing(name))
}
