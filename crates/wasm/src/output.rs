//! What the engine wants done, as the objects that `declarations` describes.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::JsValue;

use samtale_engine::{Output, Write};

/// Makes the object of an output.
pub(crate) fn to_js(output: Output) -> JsValue {
    match output {
        Output::OpenSocket {
            generation,
            path,
            token,
        } => object(&[
            ("output", "openSocket".into()),
            ("generation", number(generation)),
            ("path", path.into()),
            ("token", token.expose().into()),
        ]),
        Output::Send { generation, text } => object(&[
            ("output", "send".into()),
            ("generation", number(generation)),
            ("text", text.0.into()),
        ]),
        Output::CloseSocket { generation, code } => object(&[
            ("output", "closeSocket".into()),
            ("generation", number(generation)),
            ("code", code.into()),
        ]),
        Output::Http {
            request,
            method,
            path,
            token,
            body,
        } => object(&[
            ("output", "http".into()),
            ("request", number(request)),
            ("method", method.as_str().into()),
            ("path", path.into()),
            ("token", token.expose().into()),
            ("body", body.map_or(JsValue::NULL, |body| body.0.into())),
        ]),
        Output::CancelHttp { request } => object(&[
            ("output", "cancelHttp".into()),
            ("request", number(request)),
        ]),
        Output::FetchToken { request, fresh } => object(&[
            ("output", "fetchToken".into()),
            ("request", number(request)),
            ("fresh", fresh.into()),
        ]),
        Output::Load { load, prefixes } => object(&[
            ("output", "load".into()),
            ("load", number(load)),
            ("prefixes", prefixes.into()),
        ]),
        Output::Persist {
            batch,
            writes,
            journal,
        } => object(&[
            ("output", "persist".into()),
            ("batch", number(batch)),
            ("journal", journal.into()),
            (
                "writes",
                writes.into_iter().map(write).collect::<Array>().into(),
            ),
        ]),
        Output::Wipe => object(&[("output", "wipe".into())]),
        Output::Changed(change) => object(&[
            ("output", "changed".into()),
            ("change", crate::text(&change).into()),
        ]),
    }
}

fn write(write: Write) -> JsValue {
    match write {
        Write::Put { key, value } => object(&[
            ("kind", "put".into()),
            ("key", key.into()),
            ("value", Uint8Array::from(value.as_slice()).into()),
        ]),
        Write::Delete { key } => object(&[("kind", "delete".into()), ("key", key.into())]),
        Write::DeletePrefix { prefix } => {
            object(&[("kind", "deletePrefix".into()), ("prefix", prefix.into())])
        }
    }
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in entries {
        // A fresh, extensible object takes every property.
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}

/// Numbers of the engine count from 1 and stay far below 2^53.
fn number(number: u64) -> JsValue {
    JsValue::from_f64(number as f64)
}
