//! The driver against a scripted server in the same process, and against real files.

mod connection;
mod folder;
mod scripted;
