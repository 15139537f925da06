//! How a subcommand fails: what a person reads, and what a script sees.
//!
//! Every error of the libraries below becomes one line of one of these kinds, with a hint at what
//! helps where there is one.

use std::fmt;
use std::process::ExitCode;

/// What kind of failure it is, for scripts: the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It was tried and did not work, or was refused: 1.
    Failed,
    /// A flag, a variable or an argument is missing or of no use: 2.
    Usage,
    /// The server could not be reached in time: 3.
    Unreachable,
}

/// A failure on its way to the person.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    hint: Option<String>,
}

/// What a subcommand returns.
pub(crate) type Outcome = Result<(), Failure>;

impl Failure {
    fn new(kind: Kind, message: impl fmt::Display) -> Self {
        Self {
            kind,
            message: message.to_string(),
            hint: None,
        }
    }

    /// It was tried and did not work, or was refused.
    pub(crate) fn failed(message: impl fmt::Display) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// A flag, a variable or an argument is missing or of no use.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// The server could not be reached in time.
    pub(crate) fn unreachable(message: impl fmt::Display) -> Self {
        Self::new(Kind::Unreachable, message)
    }

    /// Says what helps.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Returns the exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Failed => 1,
            Kind::Usage => 2,
            Kind::Unreachable => 3,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

/// Says an error and what caused it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Many errors already say their cause.
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text.replace('\n', " ")
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(chain(&error))
    }
}

impl From<samtale_client::StartError> for Failure {
    fn from(error: samtale_client::StartError) -> Self {
        use samtale_client::StartError;
        let message = chain(&error);
        match error {
            StartError::Url(_) => Self::usage(format!("--url (SAMTALE_URL): {message}")),
            StartError::InUse(_) => {
                Self::failed(message).hint("close it, or choose another folder with --data")
            }
            _ => Self::failed(message),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(failure) => return failure,
            Err(error) => error,
        };
        match error.downcast::<samtale_client::StartError>() {
            Ok(error) => error.into(),
            Err(error) => Self::failed(chain(error.as_ref())),
        }
    }
}
