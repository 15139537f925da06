//! The rules of the queue.
