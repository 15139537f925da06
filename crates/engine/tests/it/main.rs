//! The engine against a model server: over the real protocol types, with a virtual clock, latency
//! and loss, a store that survives restarts, and tokens that run out.

mod connection;
mod fallback;
mod hosting;
mod law;
mod outbox;
mod properties;
mod server;
mod social;
mod storage;
mod timeline;
mod world;
