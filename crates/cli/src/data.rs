//! The server's data folder: the database, the master key and, with `--dev`, the secret of tokens.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use samtale_server::config::Secret;
use samtale_store::seal::Keyring;
use samtale_store::sqlite::{OpenError, SqliteConfig};
use samtale_store::{Env, SqliteStore, SystemEnv};

use crate::failure::{Failure, chain};

/// The variable of the master key; never a flag, which other users of the machine could read.
pub(crate) const MASTER_KEY: &str = "SAMTALE_MASTER_KEY";

/// Where the server keeps everything.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataArgs {
    /// The folder for the database and the keys; made where it is missing
    #[arg(
        long,
        env = "SAMTALE_DATA",
        value_name = "DIR",
        default_value = "samtale-data"
    )]
    data: PathBuf,
}

impl DataArgs {
    /// Returns the folder, which must be there.
    pub(crate) fn existing(&self) -> Result<DataFolder, Failure> {
        let folder = DataFolder(self.data.clone());
        if folder.database().is_file() {
            return Ok(folder);
        }
        let message = format!(
            "--data (SAMTALE_DATA): there is no database in {}",
            self.data.display()
        );
        Err(Failure::usage(message))
    }

    /// Returns the folder, made for its owner alone where it is missing.
    pub(crate) fn made(&self) -> Result<DataFolder, Failure> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data).map_err(|error| {
            Failure::usage(format!(
                "--data (SAMTALE_DATA): {}: {error}",
                self.data.display()
            ))
        })?;
        Ok(DataFolder(self.data.clone()))
    }
}

/// A data folder.
#[derive(Debug)]
pub(crate) struct DataFolder(PathBuf);

impl DataFolder {
    /// Returns where the database is.
    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("samtale.db")
    }

    /// Opens the store, for the one process that may.
    pub(crate) fn open(&self, env: Arc<dyn Env>) -> Result<SqliteStore, Failure> {
        let keyring = self.keyring(&*env)?;
        let mut config = SqliteConfig::file(self.database(), keyring, env);
        config.on_fatal = Arc::new(|why| {
            tracing::error!(why, "a commit can't be made sure: ending the process");
            std::process::abort();
        });
        SqliteStore::open(config).map_err(|error| {
            let failure = Failure::failed(chain(&error));
            match error {
                OpenError::InUse(_) => failure.hint("stop the server that uses this folder first"),
                OpenError::WrongKey(_) => failure.hint(format!(
                    "{MASTER_KEY} or master.key must be the one that the database was made with"
                )),
                _ => failure,
            }
        })
    }

    /// Reads the master keys: from the environment, or from the folder, where a new database gets one.
    fn keyring(&self, env: &dyn Env) -> Result<Keyring, Failure> {
        if let Some(keys) = variable(MASTER_KEY)? {
            return Keyring::parse(&keys)
                .map_err(|error| Failure::usage(format!("{MASTER_KEY}: {error}")));
        }
        let path = self.0.join("master.key");
        let keyring = if self.database().exists() {
            Keyring::load(&path)
        } else {
            Keyring::load_or_create(&path, &mut |bytes| env.fill_random(bytes))
        };
        keyring.map_err(|error| {
            Failure::failed(chain(&error))
                .hint(format!("put the key file back, or set {MASTER_KEY}"))
        })
    }

    /// Reads the secret of tokens in development mode, made on first use.
    pub(crate) fn dev_secret(&self, env: &SystemEnv) -> Result<Secret, Failure> {
        let path = self.0.join("dev-secret");
        let secret = fs::read_to_string(&path).or_else(|_| {
            match make_secret(&path, env) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
            fs::read_to_string(&path)
        });
        secret
            .map(|text| Secret::new(text.trim()))
            .map_err(|error| {
                Failure::failed(format!("{} can't be read or made: {error}", path.display()))
            })
    }
}

/// Makes the secret's file, whole or not at all; one that is there stays.
fn make_secret(path: &Path, env: &SystemEnv) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut bytes = [0; 32];
    env.fill_random(&mut bytes);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(hex.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

/// Reads a variable that holds a secret: none where it is not set, a failure where it is no text or
/// empty, which is a mistake in a script more often than a wish.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => {
            Err(Failure::usage(format!("{name}: set, and empty")))
        }
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!("{name}: not UTF-8"))),
    }
}
