//! The HTTP API.

mod chats;
mod edge;
mod messages;
mod pages;
