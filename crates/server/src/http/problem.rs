//! Refusals as responses: RFC 9457, `application/problem+json`.

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use samtale_protocol::http::Problem;
use samtale_protocol::{ErrorCode, WireError};

/// A refusal on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    error: WireError,
    /// The status, where it is another than the code's own.
    status: Option<StatusCode>,
    /// Whether no token was presented, rather than a bad one.
    tokenless: bool,
}

/// The code of a refused request, left on the response for the log line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused(pub(super) ErrorCode);

impl Failure {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        WireError::new(code, message).into()
    }

    pub(super) const fn error(&self) -> &WireError {
        &self.error
    }

    pub(super) fn tokenless(error: WireError) -> Self {
        Self {
            tokenless: true,
            ..error.into()
        }
    }
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        Self {
            error,
            status: None,
            tokenless: false,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let code = self.error.code;
        let status = self
            .status
            .or_else(|| StatusCode::from_u16(code.http_status()).ok())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.error.retry_after_ms;
        let mut problem = Problem::new(self.error, status.canonical_reason().unwrap_or_default());
        problem.status = status.as_u16();
        let mut response = (status, axum::Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(millis) = retry_after {
            // The header knows whole seconds; rounded up, so that who waits so long is let in.
            headers.insert(header::RETRY_AFTER, millis.div_ceil(1000).into());
        }
        if status == StatusCode::UNAUTHORIZED {
            // RFC 6750, section 3: no error is named where no token was presented.
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(if self.tokenless {
                    r#"Bearer realm="samtale""#
                } else {
                    r#"Bearer realm="samtale", error="invalid_token""#
                }),
            );
        }
        response.extensions_mut().insert(Refused(code));
        response
    }
}

pub(super) fn nothing_here() -> Failure {
    Failure::new(ErrorCode::NotFound, "there is nothing at this address")
}

pub(super) async fn no_such_route() -> Failure {
    nothing_here()
}

pub(super) async fn wrong_method(method: Method) -> Failure {
    Failure {
        status: Some(StatusCode::METHOD_NOT_ALLOWED),
        ..Failure::new(
            ErrorCode::BadRequest,
            format!("{method} is not answered here"),
        )
    }
}
