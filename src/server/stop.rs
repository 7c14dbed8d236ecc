//! What ends a server: a signal to the process, or whoever started it.

use std::io;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::mpsc;

/// What ends a server. What was begun is finished first.
#[derive(Clone, Debug)]
pub enum Stop {
    /// SIGINT or SIGTERM to the process.
    OnSignal,
    /// Whoever has the other end.
    When(Stopper),
}

/// Ends a server from the program that runs it.
#[derive(Clone, Debug, Default)]
pub struct Stopper(Arc<Notify>);

impl Stopper {
    /// Ends the server, now or as soon as it has started.
    pub fn stop(&self) {
        self.0.notify_one();
    }
}

impl Stop {
    /// Returns what receives something whenever the server is told to end.
    ///
    /// # Errors
    ///
    /// Fails if the process cannot listen to signals.
    pub(super) fn told(self) -> io::Result<mpsc::Receiver<()>> {
        match self {
            Self::OnSignal => signals(),
            Self::When(stopper) => {
                let (tell, told) = mpsc::channel(1);
                tokio::spawn(async move {
                    stopper.0.notified().await;
                    // Told once and for all: a second time would cut off what was begun.
                    if tell.send(()).await.is_ok() {
                        std::future::pending::<()>().await;
                    }
                });
                Ok(told)
            }
        }
    }
}

/// Returns what receives something whenever the process is told to stop.
#[cfg(unix)]
fn signals() -> io::Result<mpsc::Receiver<()>> {
    use tokio::signal::unix::SignalKind;
    use tokio::signal::unix::signal;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (told, signals) = mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if told.send(()).await.is_err() {
                return;
            }
        }
    });
    Ok(signals)
}

/// Returns what receives something whenever the process is told to stop.
#[cfg(not(unix))]
fn signals() -> io::Result<mpsc::Receiver<()>> {
    let (told, signals) = mpsc::channel(1);
    tokio::spawn(async move {
        // Where there is no way to be told, there is nothing to wait for but the end.
        while tokio::signal::ctrl_c().await.is_ok() {
            if told.send(()).await.is_err() {
                return;
            }
        }
        std::future::pending::<()>().await;
    });
    Ok(signals)
}
