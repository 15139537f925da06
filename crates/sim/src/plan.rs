//! A plan: everything that will happen to a world, written down before it begins.
//!
//! A plan is drawn from a seed ([`Plan::draw`]) and can be saved as JSON, changed by hand, and made
//! smaller ([`shrink()`]). It refers to things forgivingly: chats and users by a number that wraps
//! around, messages by how new they are. So a step keeps a meaning when others are taken out, and
//! one that can't be done is passed over.
//!
//! | room | what lives there |
//! | --- | --- |
//! | [`step`] | what can happen |
//! | [`setup`] | what is there when the world begins |
//! | `profile` | what kinds of histories there are |
//! | `draw` | how a plan is drawn from a seed |
//! | `text` | a plan as JSON, and as lines to read |
//! | [`kept`] | plans in files |
//! | `shrink` | the smallest plan that still fails |

use serde::{Deserialize, Serialize};

use crate::clock::Millis;
pub use crate::net::DeviceNo;

mod draw;
pub mod kept;
mod profile;
pub mod setup;
mod shrink;
pub mod step;
mod text;

pub use profile::Profile;
pub use setup::{ChatSetup, DeviceSetup, LimitsSetup, Setup};
pub use shrink::{Shrunk, shrink};
pub use step::{Act, DeviceEvent, NetEvent, Pick, ServerEvent, Step};

/// Which user, modulo [`Setup::users`].
pub type UserNo = usize;
/// Which chat, in the order they were made, modulo how many there are.
pub type ChatNo = usize;

/// Everything that will happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What it once showed, for those that are kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The seed of everything that is not written here: the network's jitter, the engines' ids.
    pub seed: u64,
    /// What is there when the world begins.
    pub setup: Setup,
    /// What happens, in the order of time.
    pub steps: Vec<Timed>,
}

/// A step and its moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timed {
    /// When, since the world began.
    pub at: Millis,
    /// What.
    pub step: Step,
}
