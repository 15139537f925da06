//! The engine for browsers and Node: a class of JavaScript around [`samtale_engine::Engine`].
//!
//! It decides nothing. Inputs, commands and views cross as JSON, since a string crosses at once
//! where an object would cross field by field; stored bytes cross as `Uint8Array`. Whatever
//! JavaScript hands in, nothing here panics: what can't be read is an `Error` with a `code`, and a
//! view of what is not there is empty.
//!
//! The rule of the engine holds here too: after every `input`, `loaded` or `command`, `poll` until
//! it gives nothing.

mod declarations;
mod error;
mod output;
mod said;

use std::str::FromStr;

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use samtale_engine::{Command, Config, Engine, Input, Now, Position, Record};
use samtale_model::{ChatId, MessageId, PrivateKey, UserId};
use samtale_protocol::json;

use error::{from_refusal, unreadable};
use said::Said;

/// The engine of one user.
#[wasm_bindgen]
pub struct WasmEngine(Engine);

#[wasm_bindgen]
impl WasmEngine {
    /// Makes an engine: `config` is JSON, `seed` 32 fresh random bytes, `mono` and `unix` what the
    /// clocks show, in milliseconds. Throws where the configuration makes no sense.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str, seed: &[u8], mono: f64, unix: f64) -> Result<Self, JsValue> {
        // It holds no secret, so the error may quote it.
        let config: Config = json::from_str(config)
            .map_err(|error| error::new("bad_config", &format!("the configuration: {error}")))?;
        let seed: [u8; 32] = seed
            .try_into()
            .map_err(|_| error::new("bad_config", "the seed must be 32 random bytes"))?;
        Ok(Self(Engine::new(config, seed, at(mono, unix))))
    }

    /// Says that something happened: an input of the engine, as JSON. `command` and `loaded` are
    /// methods of their own.
    pub fn input(&mut self, mono: f64, unix: f64, json: &str) -> Result<(), JsValue> {
        let said: Said = json::from_str(json).map_err(|error| unreadable("the input", &error))?;
        let input = said
            .input()
            .ok_or_else(|| error::new("bad_request", "the input lacks a field"))?;
        self.0.handle_input(at(mono, unix), input);
        Ok(())
    }

    /// Hands in stored records, key by value. `load` is the number that they were asked for with; 0
    /// says that they are those of a closed tab.
    pub fn loaded(
        &mut self,
        mono: f64,
        unix: f64,
        load: f64,
        #[wasm_bindgen(unchecked_param_type = "string[]")] keys: &Array,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array[]")] values: &Array,
    ) -> Result<(), JsValue> {
        let record = |(key, value): (JsValue, JsValue)| {
            Some(Record {
                key: key.as_string()?,
                value: value.dyn_ref::<Uint8Array>()?.to_vec(),
            })
        };
        let records: Option<Vec<Record>> = keys.iter().zip(values.iter()).map(record).collect();
        let records = records
            .filter(|records| records.len() as u32 == keys.length().max(values.length()))
            .ok_or_else(|| error::new("bad_request", "each key is a string with its bytes"))?;
        let load = load as u64;
        let input = Input::Loaded { load, records };
        self.0.handle_input(at(mono, unix), input);
        Ok(())
    }

    /// Carries out a command, given as JSON, and tells as JSON what it made. Throws an `Error` whose
    /// `code` says why it was refused.
    pub fn command(&mut self, mono: f64, unix: f64, json: &str) -> Result<String, JsValue> {
        let command: Command =
            json::from_str(json).map_err(|error| unreadable("the command", &error))?;
        let made = self.0.command(at(mono, unix), command);
        made.map(|made| text(&made)).map_err(from_refusal)
    }

    /// Returns the next thing to do, until there is none.
    #[wasm_bindgen(unchecked_return_type = "EngineOutput | undefined")]
    pub fn poll(&mut self) -> JsValue {
        self.0
            .poll_output()
            .map_or(JsValue::UNDEFINED, output::to_js)
    }

    /// Returns when the engine next needs `{"input": "timeout"}`, on the monotonic clock.
    pub fn timeout(&self) -> Option<f64> {
        self.0.poll_timeout().map(|at| at.0 as f64)
    }

    // ----- views, as JSON -----

    /// Returns a `Connection`.
    pub fn connection(&self) -> String {
        text(&self.0.connection())
    }

    /// Returns a `StorageState`.
    pub fn storage(&self) -> String {
        text(&self.0.storage())
    }

    /// Returns the list of `ChatItem`, the most recently active first.
    pub fn chats(&self) -> String {
        text(&self.0.chats())
    }

    /// Returns whether the list of chats goes on at the server.
    #[wasm_bindgen(js_name = hasMoreChats)]
    pub fn has_more_chats(&self) -> bool {
        self.0.has_more_chats()
    }

    /// Returns whether the list of chats is still to come.
    #[wasm_bindgen(js_name = chatsLoading)]
    pub fn chats_loading(&self) -> bool {
        self.0.chats_loading()
    }

    /// Returns a `ChatItem`, or null.
    pub fn chat(&self, chat: &str) -> String {
        text(&id::<ChatId>(chat).and_then(|chat| self.0.chat(chat)))
    }

    /// Returns the newest `count` of a chat's `Entry`, the oldest of them first.
    #[wasm_bindgen(js_name = timelineNewest)]
    pub fn timeline_newest(&self, chat: &str, count: u32) -> String {
        let entries = |chat| self.0.timeline(chat).newest(count as usize);
        text(&id(chat).map(entries).unwrap_or_default())
    }

    /// Returns up to `count` of a chat's `Entry` before a `Position`, which is JSON.
    #[wasm_bindgen(js_name = timelineBefore)]
    pub fn timeline_before(
        &self,
        chat: &str,
        position: &str,
        count: u32,
    ) -> Result<String, JsValue> {
        let position: Position =
            json::from_str(position).map_err(|error| unreadable("the position", &error))?;
        let entries = |chat| self.0.timeline(chat).before(position, count as usize);
        Ok(text(&id(chat).map(entries).unwrap_or_default()))
    }

    /// Returns the `Entry` of a message, or null.
    #[wasm_bindgen(js_name = timelineEntry)]
    pub fn timeline_entry(&self, chat: &str, message: &str) -> String {
        let entry = id(chat).zip(id::<MessageId>(message));
        text(&entry.and_then(|(chat, message)| self.0.timeline(chat).get(message)))
    }

    /// Returns `{len, hasOlder, loadingOlder}` of a chat's timeline.
    #[wasm_bindgen(js_name = timelineState)]
    pub fn timeline_state(&self, chat: &str) -> String {
        let state = |chat| {
            let timeline = self.0.timeline(chat);
            TimelineState {
                len: timeline.len(),
                has_older: timeline.has_older(),
                loading_older: timeline.loading_older(),
            }
        };
        text(&id(chat).map(state).unwrap_or_default())
    }

    /// Returns the list of `Entry` of a thread, its root first.
    pub fn thread(&self, chat: &str, root: &str) -> String {
        let entries = id(chat)
            .zip(id(root))
            .map(|(chat, root)| self.0.timeline(chat).thread(root));
        text(&entries.unwrap_or_default())
    }

    /// Returns the `Participant` that someone is or was in a chat, or null.
    pub fn participant(&self, chat: &str, user: &str) -> String {
        let found = id(chat).zip(UserId::new(user).ok());
        text(&found.and_then(|(chat, user)| self.0.participant(chat, &user)))
    }

    /// Returns `{listed: Receipt[], summary: ReceiptSummary | null}`.
    pub fn receipts(&self, chat: &str) -> String {
        let chat = id(chat);
        let listed = chat.map(|chat| self.0.receipts(chat)).unwrap_or_default();
        let summary = chat.and_then(|chat| self.0.receipt_summary(chat));
        text(&Receipts { listed, summary })
    }

    /// Returns the ids of those who are writing, oneself not among them.
    pub fn typing(&self, chat: &str) -> String {
        text(&id(chat).map(|chat| self.0.typing(chat)).unwrap_or_default())
    }

    /// Returns `[UserId, Presence][]` of everyone whose presence is known.
    pub fn presences(&self) -> String {
        text(&self.0.presences().collect::<Vec<_>>())
    }

    /// Returns a `Presence`, or null.
    pub fn presence(&self, user: &str) -> String {
        let user = UserId::new(user).ok();
        text(&user.and_then(|user| self.0.presence(&user)))
    }

    /// Returns one's own `Status`.
    #[wasm_bindgen(js_name = myStatus)]
    pub fn my_status(&self) -> String {
        text(&self.0.my_status())
    }

    /// Returns the value of a private row, or null.
    pub fn private(&self, key: &str) -> String {
        text(&id::<PrivateKey>(key).and_then(|key| self.0.private(&key)))
    }

    /// Returns an `OutboxView`.
    pub fn outbox(&self) -> String {
        text(&self.0.outbox())
    }

    /// Returns a `SearchView`, or null.
    pub fn search(&self) -> String {
        text(&self.0.search())
    }

    /// Returns `Metrics`.
    pub fn metrics(&self) -> String {
        text(&self.0.metrics())
    }

    /// Returns the list of `LogEntry`, the oldest first.
    pub fn log(&self) -> String {
        text(&self.0.log().collect::<Vec<_>>())
    }
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct TimelineState {
    len: usize,
    has_older: bool,
    loading_older: bool,
}

#[derive(Serialize)]
struct Receipts<'a> {
    listed: Vec<samtale_model::Receipt>,
    summary: Option<&'a samtale_model::ReceiptSummary>,
}

/// Reads both clocks; fractions of a millisecond are cut, and what is no number is zero.
fn at(mono: f64, unix: f64) -> Now {
    Now::new(mono as u64, unix as i64)
}

/// Reads an id; what is none names nothing.
fn id<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("views have string keys and no failing serialisers")
}
