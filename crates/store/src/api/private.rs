//! What a private row may hold.

use samtale_model::{Body, PrivateKey};
use serde_json::Value;

use super::Refusal;
use super::limits::MAX_SETTING_BYTES;

/// Checks that the user may write the row, and that the value fits its key; null, which removes, always fits.
pub(crate) fn check_private(key: &PrivateKey, value: &Value) -> Result<(), Refusal> {
    if !key.is_writable() {
        return Err(Refusal::Forbidden);
    }
    let fits = value.is_null()
        || match key {
            PrivateKey::Chat(_) => false,
            PrivateKey::Draft(_) => value
                .as_str()
                .is_some_and(|text| text.chars().count() <= Body::MAX_CHARS),
            PrivateKey::Mute(_) => *value == Value::Bool(true) || value.is_number(),
            PrivateKey::Block(_) => *value == Value::Bool(true),
            PrivateKey::Setting(_) => value.to_string().len() <= MAX_SETTING_BYTES,
        };
    if fits { Ok(()) } else { Err(Refusal::BadValue) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_fits_its_key_or_is_refused() {
        let chat = "00000000-0000-7000-8000-000000000001";
        let long = "ø".repeat(Body::MAX_CHARS);
        let table = [
            (format!("draft:{chat}"), json!(long), Ok(())),
            (
                format!("draft:{chat}"),
                json!(format!("{long}ø")),
                Err(Refusal::BadValue),
            ),
            (format!("draft:{chat}"), json!(1), Err(Refusal::BadValue)),
            (format!("draft:{chat}"), Value::Null, Ok(())),
            (format!("mute:{chat}"), json!(true), Ok(())),
            (format!("mute:{chat}"), json!(1_700_000_000_000_u64), Ok(())),
            (format!("mute:{chat}"), json!(false), Err(Refusal::BadValue)),
            ("block:per".into(), json!(true), Ok(())),
            ("block:per".into(), json!("yes"), Err(Refusal::BadValue)),
            ("setting:theme".into(), json!({"dark": true}), Ok(())),
            (
                "setting:theme".into(),
                json!("a".repeat(MAX_SETTING_BYTES - 2)),
                Ok(()),
            ),
            (
                "setting:theme".into(),
                json!("a".repeat(MAX_SETTING_BYTES)),
                Err(Refusal::BadValue),
            ),
            (
                format!("chat:{chat}"),
                json!({"role": "owner"}),
                Err(Refusal::Forbidden),
            ),
        ];
        for (key, value, expected) in table {
            let parsed: PrivateKey = key.parse().expect("a private key");
            assert_eq!(check_private(&parsed, &value), expected, "{key}");
        }
    }
}
