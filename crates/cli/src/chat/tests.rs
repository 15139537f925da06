//! The app against a drawn terminal: what the main screens look like, what keys do, and that no
//! text can break out of its place. The clock stands still, and the lessons could be real.

mod hostile;
mod keys;
mod refresh;
mod screens;
mod world;
