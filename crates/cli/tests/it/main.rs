//! The real program, in processes of its own.

mod catalogue;
mod crash;
mod fallback;
mod program;
mod serve;
mod served;
mod talk;
mod usage;
