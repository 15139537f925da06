//! The store's tests: the suite of all backends for the embedded one, in a file with its threads and in memory without,
//! and what only that one has.

mod conforms;
mod files;
mod groups;
mod people;
mod tasks;
