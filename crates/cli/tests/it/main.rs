//! The real program, in processes of its own.

mod crash;
mod served;
