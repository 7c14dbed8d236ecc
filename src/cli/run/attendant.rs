//! Sees a command through to its end, whatever signals come.
//!
//! * Ctrl-C in a terminal goes to the command, too, which ends as it likes. It is waited for, so
//!   that what it recorded can be pushed. Where there is no terminal, SIGINT is passed on.
//! * SIGTERM is passed on.
//! * The second Ctrl-C, whatever is waited for by then, ends the waiting.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::process::ExitStatus;
use std::thread;

use tokio::process::Child;
use tokio::process::Command;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// How many times somebody may press Ctrl-C before nothing is waited for any more.
const PATIENCE: u32 = 2;

/// Waits for what takes time, and hears signals meanwhile.
pub(in crate::cli) struct Attendant {
    runtime: Runtime,
    signals: Signals,
    /// How often somebody pressed Ctrl-C.
    interrupts: u32,
    /// Whether Ctrl-C reaches the command without our doing.
    in_terminal: bool,
}

/// A signal to this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    Interrupt,
    Terminate,
}

impl Attendant {
    /// Begins to listen to signals: from here on none of them ends the program.
    ///
    /// # Errors
    ///
    /// Fails if that is not possible.
    pub(in crate::cli) fn new() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let signals = {
            let _entered = runtime.enter();
            Signals::new()?
        };
        Ok(Self {
            runtime,
            signals,
            interrupts: 0,
            in_terminal: is_in_terminal(),
        })
    }

    /// Runs a command to its end, in an environment; `None` if it was not waited for any more.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be started.
    pub(in crate::cli) fn run(
        &mut self,
        command: &[OsString],
        environment: &[(OsString, OsString)],
    ) -> io::Result<Option<u8>> {
        let Some((program, arguments)) = command.split_first() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)));
        let mut child = {
            let _entered = self.runtime.enter();
            command.spawn()?
        };
        loop {
            let heard = self.runtime.block_on(async {
                tokio::select! {
                    status = child.wait() => Ok(status?),
                    heard = self.signals.next() => Err(heard),
                }
                .map_or_else(|heard| io::Result::Ok(Err(heard)), |status| Ok(Ok(status)))
            })?;
            match heard {
                Ok(status) => return Ok(Some(code(status))),
                Err(heard) => {
                    if heard == Heard::Terminate || !self.in_terminal {
                        pass_on(heard, &child);
                    }
                    if self.is_enough(heard) {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Does something that takes time; `None` if it was not waited for any more.
    pub(super) fn see_through<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (tell, mut told) = oneshot::channel();
        thread::spawn(move || drop(tell.send(work())));
        loop {
            let heard = self.runtime.block_on(async {
                tokio::select! {
                    done = &mut told => Ok(done.ok()),
                    heard = self.signals.next() => Err(heard),
                }
            });
            match heard {
                Ok(done) => return done,
                Err(heard) if self.is_enough(heard) => return None,
                Err(_) => {}
            }
        }
    }

    fn is_enough(&mut self, heard: Heard) -> bool {
        self.interrupts += u32::from(heard == Heard::Interrupt);
        self.interrupts >= PATIENCE
    }
}

/// Sends a signal that we got to the command as well.
#[cfg(unix)]
fn pass_on(heard: Heard, child: &Child) {
    use rustix::process::Signal;
    let signal = match heard {
        Heard::Interrupt => Signal::INT,
        Heard::Terminate => Signal::TERM,
    };
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(process) = id.and_then(rustix::process::Pid::from_raw) {
        // It may just have ended.
        let _ = rustix::process::kill_process(process, signal);
    }
}

/// A console tells all of its processes.
#[cfg(not(unix))]
fn pass_on(_: Heard, _: &Child) {}

/// Says whether there is a terminal, whose Ctrl-C reaches every process in the foreground.
fn is_in_terminal() -> bool {
    !cfg!(unix) || File::open("/dev/tty").is_ok()
}

/// Returns the exit code that a shell would give for the end of a command.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    let code = status.code().unwrap_or(i32::from(u8::MAX));
    // A code of Windows that is too large must not come out as success.
    u8::try_from(code).unwrap_or(u8::MAX)
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::SignalKind;
        use tokio::signal::unix::signal;
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> Heard {
        tokio::select! {
            _ = self.interrupt.recv() => Heard::Interrupt,
            _ = self.terminate.recv() => Heard::Terminate,
        }
    }
}

#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: tokio::signal::windows::ctrl_c()?,
            close: tokio::signal::windows::ctrl_shutdown()?,
        })
    }

    async fn next(&mut self) -> Heard {
        tokio::select! {
            _ = self.interrupt.recv() => Heard::Interrupt,
            _ = self.close.recv() => Heard::Terminate,
        }
    }
}
