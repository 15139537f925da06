//! TLS for sockets and requests alike: rustls over aws-lc, trusting what the system trusts.

use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;

use crate::StartError;

/// The longest that any request takes; the engine's own bounds are shorter.
const REQUEST_LIMIT: Duration = Duration::from_secs(90);

/// Makes the configuration. The provider is named: another crate in the program may bring a second.
pub(crate) fn config() -> Result<Arc<ClientConfig>, StartError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let refuse = |error: rustls::Error| StartError::Tls(error.to_string());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(refuse)?
        .with_platform_verifier()
        .map_err(refuse)?
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Makes a client for requests. It follows no redirect: a token goes where it was meant to go.
pub(crate) fn http(tls: &Arc<ClientConfig>) -> Result<reqwest::Client, StartError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(ClientConfig::clone(tls))
        .redirect(reqwest::redirect::Policy::none())
        .timeout(REQUEST_LIMIT)
        .build()
        .map_err(|error| StartError::Tls(error.to_string()))
}
