//! The client of Samtale, without I/O: connection, outbox, timelines, typing, presence, receipts,
//! timers and metrics, for the browser, the terminal, bots and tests alike.
//!
//! # The run loop
//! An [`Engine`] owns no socket, no file, no clock and no randomness. A host tells it what happened,
//! and does what it wants done:
//!
//! 1. [`Engine::handle_input`] (or [`Engine::command`]) with what both clocks show;
//! 2. **then [`Engine::poll_output`] until it is empty, always, after every input**;
//! 3. then sleep until the next event or [`Engine::poll_timeout`], whichever is first; when it is
//!    the timeout, the event is [`Input::Timeout`].
//!
//! No output waits for another. The host starts each (a socket, a request, a write) and reports
//! back with an input that repeats its number; a report that is no longer wanted is passed over.
//! The view reads [`Engine::connection`], [`Engine::chats`], [`Engine::timeline`] and the others at
//! any time; [`Output::Changed`] says what to read again.
//!
//! The same inputs at the same moments give the same outputs, byte for byte. So the seed must be
//! fresh and truly random for each engine: the ids of messages come from it.
//!
//! ```
//! use samtale_engine::{Command, Config, Engine, EntryState, Input, Made, Now, Output};
//! use samtale_model::{ChatId, DeviceId, UserId};
//!
//! let config = Config::new(UserId::new("kari")?, DeviceId::new("laptop")?);
//! let seed = [7; 32]; // a real host asks the operating system
//! let mut engine = Engine::new(config, seed, Now::new(0, 1_700_000_000_000));
//! let chat = ChatId::from_bytes([1; 16]);
//!
//! // A send shows at once, before there is a store or a connection.
//! let now = Now::new(10, 1_700_000_000_010);
//! let send = Command::send(chat, "Hei!".to_owned());
//! let Made::Message(id) = engine.command(now, send)? else { unreachable!() };
//! let entry = engine.timeline(chat).get(id).expect("shown at once");
//! assert_eq!(entry.state, EntryState::Sending);
//!
//! // The run loop: drain, and answer.
//! let mut answers = Vec::new();
//! while let Some(output) = engine.poll_output() {
//!     match output {
//!         Output::Load { load, .. } => answers.push(Input::Loaded { load, records: vec![] }),
//!         Output::Persist { batch, .. } => answers.push(Input::Persisted { batch }),
//!         _ => {} // sockets, requests, changes for the view
//!     }
//! }
//! for input in answers {
//!     engine.handle_input(now, input);
//!     while engine.poll_output().is_some() {}
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rooms
//! | room | what lives there |
//! | --- | --- |
//! | `engine` | the [`Engine`]: inputs in, outputs out; its rooms handle one concern each |
//! | `replica` | what is held of a chat, and the law by which it grows |
//! | `outbox` | unsent ops: order, folding, failing, retrying |
//! | `record`, `timers`, `token`, `random`, `order`, `log` | stored bytes, moments, JWTs, ids and jitter, sorting, what happened lately |
//! | [`view`], [`metrics`] | what a view and a dashboard read |

mod command;
mod config;
mod engine;
mod input;
mod log;
pub mod metrics;
mod order;
mod outbox;
mod output;
mod random;
mod record;
mod replica;
mod time;
mod timers;
mod token;
#[cfg(feature = "ts")]
pub mod ts;
pub mod view;

pub use command::{Command, CommandError, Made, Mute};
pub use config::{Config, Settings};
pub use engine::{Engine, Held, TimelineView};
pub use input::{Input, Network, Record, StorageError, Text, TokenError};
pub use log::LogEntry;
pub use metrics::Metrics;
pub use output::{Change, Method, Outcome, Output, TimelinePatch, Write};
pub use time::{Monotonic, Now};
pub use token::Token;
pub use view::{
    ChangeKind, ChangeState, ChatItem, Connection, ConnectionState, Entry, EntryState, Failure,
    Muted, OutboxItem, OutboxState, OutboxView, PendingChange, Position, ReactionGroup,
    SearchState, SearchView, StorageState,
};
