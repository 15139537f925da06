//! The HTTP API.

mod app;
mod chats;
mod edge;
mod messages;
mod pages;
