//! Deterministic simulation: real engines and the real server on one thread, in an emulated world
//! that does them harm, and a reference model that knows the truth.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`rng`], [`clock`] | the only randomness and the only time |
//! | [`plan`] | everything that can happen, in one enum; plans drawn from a seed, and made smaller |
//! | [`net`] | the network: delay, loss, cut and half-open links, slow readers |
//! | [`disk`] | the server's disk, under SQLite: what was not synced is lost in a crash |
//! | [`node`] | the server: its `Env`, its sockets and requests, its death and return |
//! | [`device`] | a host around an engine: its storage, tokens, clocks, sleep |
//! | [`world`] | all of it together: the loop that plays a plan |
//! | [`model`] | the truth, and what must hold |
//! | [`run`] | a seed played twice; many on several threads |
//! | [`report`], [`trace`] | what a person reads of it |

pub mod clock;
pub mod device;
pub mod disk;
pub mod model;
pub mod net;
pub mod node;
pub mod plan;
pub mod report;
pub mod rng;
pub mod run;
pub mod trace;
pub mod world;
