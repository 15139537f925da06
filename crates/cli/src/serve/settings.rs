//! Settings for the web app's engine, as an operator gives them.

use serde_json::{Map, Value};

/// Settings by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings(pub(super) Map<String, Value>);

/// Reads a JSON object of numbers and booleans.
///
/// # Errors
/// Fails with a sentence for the operator.
pub(super) fn parse(text: &str) -> Result<Settings, String> {
    let settings: Map<String, Value> =
        serde_json::from_str(text).map_err(|error| format!("this is no JSON object: {error}"))?;
    let odd = settings
        .iter()
        .find(|(_, value)| !value.is_number() && !value.is_boolean());
    match odd {
        Some((name, _)) => Err(format!("`{name}` must be a number or true or false")),
        None => Ok(Settings(settings)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_numbers_and_booleans_by_name() {
        let settings = parse(r#"{"idleTimeoutMs": 60000, "shareLocation": true}"#).expect("fine");
        assert_eq!(settings.0["idleTimeoutMs"], 60_000);
        for wrong in ["", "[]", "7", r#"{"a": "b"}"#, r#"{"a": null}"#] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
