//! The tokio driver over the engine: sockets, requests, timers and a data folder. For bots and the
//! command line.
//!
//! [`Client::start`] spawns one task that does what the engine wants done; a [`Client`] is a cheap
//! clone that reads the engine ([`Client::view`]), commands it ([`Client::command`]) and hears of
//! its changes ([`Client::changes`]). Every decision is the engine's; here is only I/O.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use samtale_client::{Client, ClientConfig, DevTokens};
//! use samtale_engine::Command;
//! use samtale_model::UserId;
//!
//! let (url, user) = ("http://127.0.0.1:4000", UserId::new("kari")?);
//! let tokens = Arc::new(DevTokens::new(url, user.clone())?);
//! let client = Client::start(ClientConfig::new(url, user, tokens)).await?;
//! let mut changes = client.changes();
//! client.command(Command::Connect)?;
//! while let Some(batch) = changes.recv().await {
//!     println!("{} things changed; {} chats", batch.len(), client.view(|engine| engine.chats().len()));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! With a data folder a message that was sent is on disk before it leaves, and a client that was
//! killed sends it when it is started again, exactly once.

mod address;
mod changes;
mod client;
mod config;
mod core;
mod driver;
mod storage;
mod tls;
mod token;

pub use changes::Changes;
pub use client::Client;
pub use config::{ClientConfig, StartError};
pub use token::{DevTokens, FixedToken, TokenSource};
