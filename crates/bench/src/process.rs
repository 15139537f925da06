//! The server under load: a process of its own, and what the system says that it uses.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::seed::Folder;

/// What the names of the store's threads begin with.
const STORE_THREADS: &str = "samtale-";
/// How long a server may take to start.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A server that this program has started, and ends when it is dropped.
pub(crate) struct Server {
    child: Child,
    pid: u32,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts `samtale serve` on a free port over a folder, with nothing but the defaults: limits, metrics and syncs are
    /// as on any server.
    pub(crate) async fn start(program: &Path, folder: &Folder) -> Result<Self> {
        Self::listen(program, folder, "127.0.0.1:0").await
    }

    /// Starts another in the place of one that was ended.
    pub(crate) async fn start_again(
        program: &Path,
        folder: &Folder,
        at: SocketAddr,
    ) -> Result<Self> {
        Self::listen(program, folder, &at.to_string()).await
    }

    async fn listen(program: &Path, folder: &Folder, listen: &str) -> Result<Self> {
        let mut command = Command::new(program);
        command
            .args([
                "serve", "--no-app", "--log", "warn", "--listen", listen, "--data",
            ])
            .arg(folder.path())
            .env_clear()
            .envs(folder.secrets())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .with_context(|| format!("{} could not be started", program.display()))?;
        let pid = child.id().ok_or_else(|| anyhow!("the server has ended"))?;
        let stdout = child.stdout.take().ok_or_else(|| anyhow!("no output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let line = timeout(START_LIMIT, lines.next_line())
            .await
            .context("the server did not start in time")??;
        let address = line
            .as_deref()
            .and_then(|line| line.rsplit_once("http://"))
            .and_then(|(_, address)| address.parse().ok());
        let Some(address) = address else {
            bail!("the server did not start; what it said stands above");
        };
        Ok(Self {
            child,
            pid,
            address,
        })
    }

    /// Ends it as a power cut would.
    pub(crate) async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Returns what it has used so far. A server that has ended meanwhile is said to have.
    pub(crate) fn usage(&self) -> Result<Usage> {
        Usage::of(&self.pid.to_string()).context("the server can't be looked at: it may have ended")
    }
}

impl Drop for Server {
    /// Ends the process, and waits until it writes no more into the folder that is removed next.
    fn drop(&mut self) {
        let _ = self.child.start_kill();
        for _ in 0..200 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// What a process has used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// The time that its threads have run, in and out of the kernel.
    pub(crate) cpu: Duration,
    /// What of it the store's threads have run.
    pub(crate) store: Duration,
    /// Its own memory that is no file's, in KiB: `RssAnon`.
    pub(crate) anonymous_kib: u64,
}

impl Usage {
    fn of(process: &str) -> Result<Self> {
        const WHAT: &str = "the load generator reads /proc, as Linux has it";
        let (mut cpu, mut store) = (Duration::ZERO, Duration::ZERO);
        for task in fs::read_dir(format!("/proc/{process}/task")).context(WHAT)? {
            let task = task?.path();
            // A thread may end meanwhile.
            let used = thread_cpu(&task).unwrap_or_default();
            cpu += used;
            let name = fs::read_to_string(task.join("comm")).unwrap_or_default();
            if name.starts_with(STORE_THREADS) {
                store += used;
            }
        }
        let status = fs::read_to_string(format!("/proc/{process}/status")).context(WHAT)?;
        let anonymous = status.lines().find_map(|line| {
            let value = line.strip_prefix("RssAnon:")?;
            value.split_whitespace().next()?.parse().ok()
        });
        Ok(Self {
            cpu,
            store,
            anonymous_kib: anonymous.context(WHAT)?,
        })
    }
}

/// Returns how long the calling thread has run. It is counted when the thread is put aside, so it steps aside first.
pub(crate) fn own_cpu() -> Result<Duration> {
    std::thread::sleep(Duration::from_micros(1));
    thread_cpu(Path::new("/proc/thread-self"))
}

/// Reads the first field of `schedstat`: the time spent on a processor, in nanoseconds.
fn thread_cpu(folder: &Path) -> Result<Duration> {
    let text = fs::read_to_string(folder.join("schedstat"))?;
    let nanos = text.split_whitespace().next().unwrap_or_default().parse()?;
    Ok(Duration::from_nanos(nanos))
}

/// Reads one of the server's own counters, without labels, from `/metrics`.
pub(crate) async fn counter(server: SocketAddr, name: &str) -> Result<u64> {
    let mut stream = TcpStream::connect(server).await?;
    let request = format!("GET /metrics HTTP/1.0\r\nHost: {server}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let value = answer
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    value.with_context(|| format!("the server does not count {name}"))
}

/// Lets this process open as many sockets as the system allows it, and says whether that is enough.
pub(crate) fn allow_sockets(count: usize) -> Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        setrlimit(Resource::Nofile, limit)?;
        let allowed = limit.maximum.unwrap_or(u64::MAX);
        if usize::try_from(allowed).unwrap_or(usize::MAX) < count + 200 {
            bail!(
                "{count} connections need as many open files, and the system allows {allowed}: raise `ulimit -n`, or ask for fewer with --clients"
            );
        }
    }
    Ok(())
}
