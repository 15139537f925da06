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
        } => Made::new("output", "openSocket")
            .with("generation", number(generation))
            .with("path", path.into())
            .with("token", token.expose().into()),
        Output::Send { generation, text } => Made::new("output", "send")
            .with("generation", number(generation))
            .with("text", text.0.into()),
        Output::CloseSocket { generation, code } => Made::new("output", "closeSocket")
            .with("generation", number(generation))
            .with("code", code.into()),
        Output::Http {
            request,
            method,
            path,
            token,
            body,
        } => Made::new("output", "http")
            .with("request", number(request))
            .with("method", method.as_str().into())
            .with("path", path.into())
            .with("token", token.expose().into())
            .with("body", body.map_or(JsValue::NULL, |body| body.0.into())),
        Output::CancelHttp { request } => {
            Made::new("output", "cancelHttp").with("request", number(request))
        }
        Output::FetchToken { request, fresh } => Made::new("output", "fetchToken")
            .with("request", number(request))
            .with("fresh", fresh.into()),
        Output::Load { load, prefixes } => Made::new("output", "load")
            .with("load", number(load))
            .with("prefixes", prefixes.into()),
        Output::Persist {
            batch,
            writes,
            journal,
        } => {
            let writes: Array = writes.into_iter().map(write).collect();
            Made::new("output", "persist")
                .with("batch", number(batch))
                .with("journal", journal.into())
                .with("writes", writes.into())
        }
        Output::Wipe => Made::new("output", "wipe"),
        Output::Changed(change) => {
            Made::new("output", "changed").with("change", crate::text(&change).into())
        }
    }
    .0
    .into()
}

fn write(write: Write) -> Object {
    match write {
        Write::Put { key, value } => Made::new("kind", "put")
            .with("key", key.into())
            .with("value", Uint8Array::from(value.as_slice()).into()),
        Write::Delete { key } => Made::new("kind", "delete").with("key", key.into()),
        Write::DeletePrefix { prefix } => {
            Made::new("kind", "deletePrefix").with("prefix", prefix.into())
        }
    }
    .0
}

/// An object in the making.
struct Made(Object);

impl Made {
    fn new(tag: &str, kind: &str) -> Self {
        Self(Object::new()).with(tag, kind.into())
    }

    /// Sets a property. Not copied into its many callers.
    #[inline(never)]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "it ends here, once for all callers"
    )]
    fn with(self, key: &str, value: JsValue) -> Self {
        // A fresh, extensible object takes every property.
        let _ = Reflect::set(&self.0, &key.into(), &value);
        self
    }
}

/// Numbers of the engine count from 1 and stay far below 2^53.
fn number(number: u64) -> JsValue {
    JsValue::from_f64(number as f64)
}
