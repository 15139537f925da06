//! Public keys of whoever issues tokens: from a file, or from a URL (RFC 7517).
//!
//! Keys from a URL are fetched at the start, again for a token signed by an unknown key (once a
//! minute at the most, one fetch at a time), and again in the background once they are an hour old,
//! so that a withdrawn key ends. A fetch is bounded in size and time, and when it fails the keys
//! that are held stay. Symmetric keys in a JWKS are passed over: what is published signs nothing.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures_util::future::{Either, select};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use samtale_store::Env;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::config::JwtConfig;

/// The least time between two fetches.
const RETRY: Duration = Duration::from_secs(60);
/// From which age on keys are fetched anew in the background.
const MAX_AGE: Duration = Duration::from_secs(3600);
/// The longest that a fetch may take.
const FETCH: Duration = Duration::from_secs(5);
/// The largest document, in bytes.
const MAX_BYTES: usize = 256 * 1024;
/// The most keys that are kept.
const MAX_KEYS: usize = 100;
/// The most keys that are tried for a token that names none.
const MAX_TRIED: usize = 5;

/// The keys can't be had.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// The file can't be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The document is not a JWKS.
    #[error("not a JWKS (RFC 7517)")]
    NotAJwks,
    /// The document has no key for RS256 or ES256.
    #[error("the JWKS has no key for RS256 or ES256")]
    NoKeys,
    /// The document is too large.
    #[error("the JWKS has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// It did not come in time.
    #[error("the JWKS did not come within {} s", FETCH.as_secs())]
    TimedOut,
    /// The request failed.
    #[error("the JWKS can't be fetched: {0}")]
    Http(#[from] reqwest::Error),
}

/// One public key, with the only algorithm it is used for.
#[derive(Clone)]
pub(super) struct Key {
    kid: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

/// The keys of a file and of a URL.
pub(super) struct Jwks {
    file: Vec<Key>,
    remote: Option<Arc<Remote>>,
    env: Arc<dyn Env>,
}

struct Remote {
    url: String,
    client: reqwest::Client,
    keys: RwLock<Arc<Vec<Key>>>,
    /// When the last fetch began; held while one is under way.
    begun: Mutex<Option<Duration>>,
    env: Arc<dyn Env>,
}

impl Jwks {
    pub(super) fn new(config: &JwtConfig, env: Arc<dyn Env>) -> Result<Self, JwksError> {
        let file = match &config.jwks_file {
            None => Vec::new(),
            Some(path) => {
                let text = std::fs::read(path).map_err(|source| JwksError::File {
                    path: path.clone(),
                    source,
                })?;
                parse(&text)?
            }
        };
        let remote = match &config.jwks_url {
            None => None,
            Some(url) => Some(Arc::new(Remote {
                url: url.clone(),
                client: reqwest::Client::builder()
                    .redirect(reqwest::redirect::Policy::none())
                    .build()?,
                keys: RwLock::default(),
                begun: Mutex::new(None),
                env: Arc::clone(&env),
            })),
        };
        Ok(Self { file, remote, env })
    }

    /// Fetches the keys of the URL, where there is one.
    pub(super) async fn refresh(&self) -> Result<(), JwksError> {
        match &self.remote {
            None => Ok(()),
            Some(remote) => remote.refresh(Duration::ZERO).await,
        }
    }

    /// Returns the keys that may have signed a token of that algorithm and key id.
    pub(super) async fn keys_for(&self, algorithm: Algorithm, kid: Option<&str>) -> Vec<Key> {
        let held = pick(&self.file, algorithm, kid);
        let Some(remote) = &self.remote else {
            return held;
        };
        let mut held = held;
        held.extend(pick(&remote.held(), algorithm, kid));
        if held.is_empty() {
            if let Err(error) = remote.refresh(RETRY).await {
                tracing::warn!(%error, "the keys for tokens could not be fetched");
            }
            held = pick(&remote.held(), algorithm, kid);
        } else {
            let remote = Arc::clone(remote);
            if remote.is_due(MAX_AGE) {
                self.env.spawn(Box::pin(async move {
                    if let Err(error) = remote.refresh(MAX_AGE).await {
                        tracing::warn!(%error, "the keys for tokens could not be renewed");
                    }
                }));
            }
        }
        held
    }
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remote = self.remote.as_ref().map_or(0, |remote| remote.held().len());
        write!(f, "Jwks({} keys)", self.file.len() + remote)
    }
}

impl Remote {
    fn held(&self) -> Arc<Vec<Key>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    /// Tells whether the last fetch is that old, and none is under way.
    fn is_due(&self, age: Duration) -> bool {
        let Ok(begun) = self.begun.try_lock() else {
            return false;
        };
        begun.is_none_or(|begun| self.env.monotonic().saturating_sub(begun) >= age)
    }

    /// Fetches the keys unless that was done less than `least` ago.
    async fn refresh(&self, least: Duration) -> Result<(), JwksError> {
        let mut begun = self.begun.lock().await;
        let now = self.env.monotonic();
        if begun.is_some_and(|begun| now.saturating_sub(begun) < least) {
            return Ok(());
        }
        *begun = Some(now);
        let fetch = std::pin::pin!(self.fetch());
        let keys = match select(fetch, self.env.sleep(FETCH)).await {
            Either::Left((keys, _)) => keys?,
            Either::Right(_) => return Err(JwksError::TimedOut),
        };
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    async fn fetch(&self) -> Result<Vec<Key>, JwksError> {
        let mut response = self
            .client
            .get(&self.url)
            .send()
            .await?
            .error_for_status()?;
        let mut text = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if text.len() + chunk.len() > MAX_BYTES {
                return Err(JwksError::TooLarge);
            }
            text.extend_from_slice(&chunk);
        }
        parse(&text)
    }
}

/// Picks by key id; a token without one may be signed by any key of its algorithm.
fn pick(keys: &[Key], algorithm: Algorithm, kid: Option<&str>) -> Vec<Key> {
    let fits = |key: &&Key| {
        key.algorithm == algorithm && kid.is_none_or(|kid| key.kid.as_deref() == Some(kid))
    };
    keys.iter().filter(fits).take(MAX_TRIED).cloned().collect()
}

/// Reads a key set; keys of other kinds and uses are passed over.
fn parse(text: &[u8]) -> Result<Vec<Key>, JwksError> {
    let document: Value = serde_json::from_slice(text).map_err(|_| JwksError::NotAJwks)?;
    let keys = document
        .get("keys")
        .and_then(Value::as_array)
        .ok_or(JwksError::NotAJwks)?;
    let jwk = |key: &Value| serde_json::from_value::<Jwk>(key.clone()).ok();
    let keys: Vec<Key> = keys
        .iter()
        .filter_map(jwk)
        .filter_map(|jwk| usable(&jwk))
        .take(MAX_KEYS)
        .collect();
    if keys.is_empty() {
        return Err(JwksError::NoKeys);
    }
    Ok(keys)
}

fn usable(jwk: &Jwk) -> Option<Key> {
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        _ => return None,
    };
    let signs = jwk
        .common
        .public_key_use
        .as_ref()
        .is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let same = jwk.common.key_algorithm.is_none_or(|named| named == name);
    if !signs || !same {
        return None;
    }
    Some(Key {
        kid: jwk.common.key_id.clone(),
        algorithm,
        decoding: DecodingKey::from_jwk(jwk).ok()?,
    })
}
