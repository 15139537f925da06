//! What is there when a world begins: people, devices, chats, limits.

use std::collections::BTreeMap;

use samtale_engine::Config;
use samtale_model::{DeviceId, DeviceKind, HistoryRule, Role, UserId};
use samtale_server::Limits;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ChatNo, Profile, UserNo};
use crate::clock::Millis;

/// What is there when a world begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// What kind of history it is; only for people who read it.
    pub profile: Profile,
    /// How many users there are.
    pub users: usize,
    /// The devices.
    pub devices: Vec<DeviceSetup>,
    /// The chats.
    pub chats: Vec<ChatSetup>,
    /// What the server takes from one user or address.
    #[serde(default)]
    pub limits: LimitsSetup,
    /// How long a token lives, in milliseconds.
    pub token_life: Millis,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceSetup {
    /// Whose it is.
    pub user: UserNo,
    /// What it is.
    pub kind: DeviceKind,
    /// Whether it is off when the world begins. Otherwise it is booted, and told to connect.
    #[serde(default, skip_serializing_if = "is_false")]
    pub off: bool,
    /// Which chats are open there whenever it boots.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<ChatNo>,
    /// What of its engine's configuration is not the default, by the names of its JSON.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Value>,
}

/// A chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatSetup {
    /// Who is in it; the first is its owner.
    pub members: Vec<(UserNo, Role)>,
    /// How far back later members see.
    pub history: HistoryRule,
    /// How many messages are in it already.
    #[serde(default)]
    pub messages: usize,
}

/// What the server takes from one user or address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsSetup {
    /// Whether there are no limits besides those of `set`, instead of the server's own.
    #[serde(default)]
    pub lifted: bool,
    /// The limits that differ, as an operator writes them: `ops_per_user` to `10/10s`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}

impl LimitsSetup {
    /// Makes no limits.
    pub fn lifted() -> Self {
        Self {
            lifted: true,
            set: BTreeMap::new(),
        }
    }

    /// Makes what the server is configured with.
    ///
    /// # Errors
    /// Where a name or a value is not the server's.
    pub fn build(&self) -> Result<Limits, String> {
        let mut limits = if self.lifted {
            Limits::off()
        } else {
            Limits::default()
        };
        for (name, value) in &self.set {
            limits
                .set(name, value)
                .map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(limits)
    }
}

impl DeviceSetup {
    /// Says what of the configuration is no setting or out of its bounds, if anything.
    pub(super) fn try_config(&self) -> Result<(), String> {
        let id = || "x".to_owned();
        let user = UserId::new(id()).map_err(|error| error.to_string())?;
        let device = DeviceId::new(id()).map_err(|error| error.to_string())?;
        self.config(user, device).map(drop)
    }

    /// Makes the configuration of the device's engine.
    ///
    /// # Errors
    /// Where what is changed is no setting, or out of its bounds.
    pub fn config(&self, user: UserId, device: DeviceId) -> Result<Config, String> {
        let default = Config::new(user, device);
        let mut json = match serde_json::to_value(Config {
            device: self.kind,
            ..default
        }) {
            Ok(Value::Object(json)) => json,
            other => return Err(format!("a configuration is an object, not {other:?}")),
        };
        for (name, value) in &self.config {
            if json.insert(name.clone(), value.clone()).is_none() {
                return Err(format!("{name} is no setting"));
            }
        }
        serde_json::from_value(Value::Object(json)).map_err(|error| error.to_string())
    }
}
