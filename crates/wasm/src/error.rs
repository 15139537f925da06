//! Errors as JavaScript has them: an `Error` with a stable `code`.

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

use samtale_engine::CommandError;

/// Makes an `Error` with a code.
pub(crate) fn new(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // A fresh, extensible object takes every property.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// Says that JSON can't be read, and where, without quoting it: it may hold a person's words.
pub(crate) fn unreadable(what: &str, error: &serde_json::Error) -> JsValue {
    new(
        "bad_request",
        &format!("{what} can't be read, at column {}", error.column()),
    )
}

/// Says why the engine refused a command.
pub(crate) fn from_refusal(refusal: CommandError) -> JsValue {
    new(refusal.code(), &refusal.to_string())
}
