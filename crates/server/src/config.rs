//! What an operator decides about a server, as plain data.
//!
//! Nothing here reads the environment: the command line fills these structs from flags and
//! variables. Every number has a default that suits a school's first year. Rates and sizes stand in
//! [`Limits`].

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

mod limits;
mod network;
mod secret;

pub use limits::{Limits, LimitsError, Rate, RateError, Setting};
pub use network::{Network, NetworkError, Origins, OriginsError};
pub use secret::Secret;

use crate::webapp::WebApp;

/// Everything an operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How tokens are checked.
    pub jwt: JwtConfig,
    /// Which web pages may use this server from a browser.
    pub origins: Origins,
    /// How much of everything one user or address may ask for.
    pub limits: Limits,
    /// The proxies in front of this server: only from these is `X-Forwarded-For` believed.
    pub trusted_proxies: Vec<Network>,
    /// How long a stopping server waits for its clients to go before it closes what is left.
    pub drain: Duration,
    /// How often a client is asked to send a heartbeat.
    pub heartbeat: Duration,
    /// After how long without any frame a connection is closed.
    pub idle: Duration,
    /// How often the server pings a connection that says nothing, so that a hidden tab stays.
    pub ping: Duration,
    /// How long presence that came over HTTP holds without a renewal.
    pub lease: Duration,
    /// The longest that a long poll waits, 30 seconds at the most.
    pub long_poll: Duration,
    /// The longest that any other HTTP request may take.
    pub request: Duration,
    /// What a reader of `/metrics` must present as a bearer token; nothing where absent.
    pub metrics_token: Option<Secret>,
    /// Which build of the web app is served.
    pub app: WebApp,
    /// What the web app calls itself.
    pub name: String,
    /// Where people sign in to the host product: the web app leads there.
    pub sign_in_url: Option<String>,
    /// Where the host product renews the token of whoever is signed in there: a path of the same origin.
    pub token_url: Option<String>,
    /// Settings of the engine that the web app starts with, by their names in its `Settings`.
    pub app_settings: serde_json::Map<String, serde_json::Value>,
    /// Whether the demo users are shown and their tokens handed out to anyone who asks.
    pub dev: bool,
    /// How long such a token holds.
    pub dev_token: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4000),
            jwt: JwtConfig::default(),
            origins: Origins::SameOrigin,
            limits: Limits::default(),
            trusted_proxies: Vec::new(),
            drain: Duration::from_secs(10),
            heartbeat: Duration::from_secs(25),
            idle: Duration::from_secs(75),
            ping: Duration::from_secs(30),
            lease: Duration::from_secs(60),
            long_poll: Duration::from_secs(30),
            request: Duration::from_secs(30),
            metrics_token: None,
            app: WebApp::None,
            name: "Samtale".into(),
            sign_in_url: None,
            token_url: None,
            app_settings: serde_json::Map::new(),
            dev: false,
            dev_token: Duration::from_secs(12 * 3600),
        }
    }
}

/// How tokens are checked. At least one of `secret`, `jwks_url` and `jwks_file` is needed.
#[derive(Clone, Debug)]
pub struct JwtConfig {
    /// The secret of HS256 tokens.
    pub secret: Option<Secret>,
    /// A text that is taken as an app's anon key, beside those that the secret has signed.
    pub anon_key: Option<Secret>,
    /// A text that is taken as a service key, likewise.
    pub service_key: Option<Secret>,
    /// Where the public keys of RS256 and ES256 tokens are fetched from (RFC 7517).
    pub jwks_url: Option<String>,
    /// A file with such keys.
    pub jwks_file: Option<PathBuf>,
    /// The audiences (`aud`) that are taken. Where none is named, `aud` is not looked at.
    pub audience: Vec<String>,
    /// The issuers (`iss`) that are taken. Where none is named, `iss` is not looked at.
    pub issuer: Vec<String>,
    /// How far the issuer's clock may be off.
    pub leeway: Duration,
}

impl Default for JwtConfig {
    fn default() -> Self {
        Self {
            secret: None,
            anon_key: None,
            service_key: None,
            jwks_url: None,
            jwks_file: None,
            audience: Vec::new(),
            issuer: Vec::new(),
            leeway: Duration::from_secs(30),
        }
    }
}

/// The longest that any long poll waits: what a proxy with common settings lets through.
const MAX_LONG_POLL: Duration = Duration::from_secs(30);

impl Config {
    /// Returns the longest that a long poll waits, 30 seconds at the most.
    pub fn long_poll_max(&self) -> Duration {
        self.long_poll.min(MAX_LONG_POLL)
    }

    /// Returns the configuration as an operator may read it: without secrets.
    pub fn summary(&self) -> Value {
        serde_json::json!({
            "listen": self.listen.to_string(),
            "hs256": self.jwt.secret.is_some(),
            "jwks": self.jwt.jwks_url.is_some() || self.jwt.jwks_file.is_some(),
            "origins": self.origins.to_string(),
            "limits": self.limits.to_string(),
            "app": self.app.to_string(),
            "dev": self.dev,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_never_show() {
        let config = Config {
            jwt: JwtConfig {
                secret: Some(Secret::new("hysj-hysj")),
                ..JwtConfig::default()
            },
            metrics_token: Some(Secret::new("måler")),
            ..Config::default()
        };
        let text = format!("{config:?} {}", config.summary());
        assert!(!text.contains("hysj") && !text.contains("måler"), "{text}");
    }
}
