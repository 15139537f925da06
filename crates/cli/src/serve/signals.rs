//! When to stop: the first signal drains, a second ends the process at once.

use std::io;

/// Starts listening for signals, and returns what resolves at the first.
#[cfg(unix)]
pub(super) fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (first, stopping) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let mut first = Some(first);
        loop {
            let number = tokio::select! {
                Some(()) = terminate.recv() => SignalKind::terminate().as_raw_value(),
                Some(()) = interrupt.recv() => SignalKind::interrupt().as_raw_value(),
                else => return,
            };
            match first.take() {
                // The receiver is gone only when the server has stopped by itself.
                Some(first) => drop(first.send(())),
                // As a shell reports a process that a signal ended.
                None => std::process::exit(128 + number),
            }
        }
    });
    Ok(async {
        let _ = stopping.await;
    })
}

/// Starts listening for Ctrl-C, and returns what resolves at the first.
#[cfg(not(unix))]
pub(super) fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let (first, stopping) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            drop(first.send(()));
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        }
    });
    Ok(async {
        let _ = stopping.await;
    })
}
