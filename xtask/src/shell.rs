//! Starting other programs: every command is shown before it runs, none reads the terminal unless
//! it replaces us, and a failure says which program failed and how.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Prints a line for the person who started us. A reader that went away is no reason to stop.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    // Cargo sets the variable when it runs us; the compiled-in value serves a binary started by hand.
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent()
        .expect("xtask lies in a folder of the repository")
        .to_path_buf()
}

/// Shows a duration as a person says it: `0.4 s`, `12.3 s`, `3 min 07 s`.
pub(crate) fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// A program with its arguments and surroundings, run from the root of the repository.
pub(crate) struct Cmd {
    inner: Command,
    /// The folder below the root that it runs in.
    folder: Option<&'static str>,
    shown: Vec<String>,
    limit: Option<Duration>,
}

impl Cmd {
    /// Prepares a program found on the `PATH`.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut inner = Command::new(program.as_ref());
        inner.current_dir(root());
        Self {
            inner,
            folder: None,
            shown: vec![program.as_ref().display().to_string()],
            limit: None,
        }
    }

    /// Prepares the cargo that runs us.
    pub(crate) fn cargo() -> Self {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut cmd = Self::new(program);
        cmd.shown = vec!["cargo".to_owned()];
        cmd
    }

    /// Adds arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        for arg in args {
            self.shown.push(quoted(&arg.as_ref().to_string_lossy()));
            self.inner.arg(arg);
        }
        self
    }

    /// Sets an environment variable, shown before the program's name.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        let value = value.as_ref();
        self.shown
            .insert(0, format!("{name}={}", quoted(&value.to_string_lossy())));
        self.inner.env(name, value);
        self
    }

    /// Takes an environment variable away.
    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.inner.env_remove(name);
        self
    }

    /// Runs in a folder below the root.
    pub(crate) fn within(mut self, folder: &'static str) -> Self {
        self.inner.current_dir(root().join(folder));
        self.folder = Some(folder);
        self
    }

    /// Runs in the folder the person stands in instead of the root.
    pub(crate) fn here(mut self) -> Result<Self> {
        self.inner.current_dir(std::env::current_dir()?);
        Ok(self)
    }

    /// Stops the program when it has not ended by itself after `limit`.
    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Runs the program with its output in view.
    ///
    /// # Errors
    /// Fails when the program is not there, ends with a failure, or outlasts its limit.
    pub(crate) fn run(mut self) -> Result<()> {
        self.echo();
        let mut child = self.spawn(Stdio::inherit())?;
        let status = self.wait(&mut child)?;
        self.judge(status)
    }

    /// Runs the program with its output in view, and hands each line of its stdout to `line`.
    ///
    /// # Errors
    /// As [`Cmd::run`].
    pub(crate) fn watch(mut self, mut line: impl FnMut(&str)) -> Result<()> {
        self.echo();
        let mut child = self.spawn(Stdio::piped())?;
        let stdout = child.stdout.take().expect("stdout was asked to be piped");
        for read in BufReader::new(stdout).split(b'\n') {
            let read = read.with_context(|| format!("reading the output of `{}`", self.text()))?;
            let read = String::from_utf8_lossy(&read);
            say(&read);
            line(&read);
        }
        let status = self.wait(&mut child)?;
        self.judge(status)
    }

    /// Runs the program unseen and returns its stdout.
    ///
    /// # Errors
    /// As [`Cmd::run`]; the error carries what the program said on stderr.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self
            .inner
            .stdin(Stdio::null())
            .output()
            .map_err(|error| self.not_started(&error))?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            bail!(
                "`{}` failed ({}):\n{}",
                self.text(),
                output.status,
                stderr.trim_end()
            );
        }
        String::from_utf8(output.stdout)
            .with_context(|| format!("`{}` printed something that is not UTF-8", self.text()))
    }

    /// Becomes the program, so that Ctrl-C and every other signal reach it and nothing stands between.
    ///
    /// # Errors
    /// Fails when the program is not there; otherwise it does not return.
    #[cfg(unix)]
    pub(crate) fn become_it(mut self) -> Result<()> {
        use std::os::unix::process::CommandExt as _;

        self.echo();
        let error = self.inner.exec();
        Err(self.not_started(&error))
    }

    /// Runs the program with the terminal as its own and waits for its end.
    ///
    /// # Errors
    /// As [`Cmd::run`].
    #[cfg(not(unix))]
    pub(crate) fn become_it(mut self) -> Result<()> {
        self.echo();
        let status = self
            .inner
            .status()
            .map_err(|error| self.not_started(&error))?;
        self.judge(status)
    }

    fn spawn(&mut self, stdout: Stdio) -> Result<Child> {
        self.inner
            .stdin(Stdio::null())
            .stdout(stdout)
            .spawn()
            .map_err(|error| self.not_started(&error))
    }

    fn wait(&self, child: &mut Child) -> Result<ExitStatus> {
        let Some(limit) = self.limit else {
            return Ok(child.wait()?);
        };
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if started.elapsed() >= limit {
                child.kill()?;
                child.wait()?;
                bail!(
                    "`{}` was stopped: it took longer than {}",
                    self.text(),
                    human(limit)
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn judge(&self, status: ExitStatus) -> Result<()> {
        if !status.success() {
            bail!("`{}` failed ({status})", self.text());
        }
        Ok(())
    }

    fn echo(&self) {
        say(&format!("$ {}", self.text()));
    }

    fn text(&self) -> String {
        let shown = self.shown.join(" ");
        match self.folder {
            Some(folder) => format!("cd {folder} && {shown}"),
            None => shown,
        }
    }

    fn not_started(&self, error: &std::io::Error) -> anyhow::Error {
        let program = self.inner.get_program().display();
        if error.kind() == ErrorKind::NotFound {
            anyhow::anyhow!("`{program}` is not installed, or not on the PATH")
        } else {
            anyhow::anyhow!("`{program}` could not be started: {error}")
        }
    }
}

/// Quotes an argument the way it would be typed into a shell.
fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        arg.to_owned()
    } else {
        format!("'{}'", arg.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_a_person_says_them() {
        assert_eq!(human(Duration::from_millis(420)), "0.4 s");
        assert_eq!(human(Duration::from_secs(187)), "3 min 07 s");
    }

    #[test]
    fn what_is_shown_can_be_pasted_into_a_shell() {
        let cmd = Cmd::new("echo")
            .args(["it's", "a b", "--plain=1"])
            .env("FLAGS", "-C linker=x");
        assert_eq!(
            cmd.text(),
            r"FLAGS='-C linker=x' echo 'it'\''s' 'a b' --plain=1"
        );
        assert_eq!(Cmd::new("ls").within("web").text(), "cd web && ls");
    }

    #[test]
    fn a_program_that_outlasts_its_limit_is_stopped() {
        let cmd = Cmd::new("sleep")
            .args(["600"])
            .limit(Duration::from_millis(10));
        let error = cmd
            .run()
            .expect_err("600 seconds are longer than the limit");
        assert!(error.to_string().contains("was stopped"), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Cmd::new("no-such-program-here")
            .run()
            .expect_err("it does not exist");
        assert!(
            error
                .to_string()
                .contains("`no-such-program-here` is not installed"),
            "{error}"
        );
    }

    #[test]
    fn every_line_of_the_output_is_handed_on() {
        let mut seen = Vec::new();
        Cmd::new("printf")
            .args([r"one\ntwo\n"])
            .watch(|line| seen.push(line.to_owned()))
            .unwrap();
        assert_eq!(seen, ["one", "two"]);
    }
}
