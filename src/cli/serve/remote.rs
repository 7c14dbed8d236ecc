//! When a server fetches and pushes.

use std::time::Duration;

use clap::Args;

use crate::cli::StoreArguments;
use crate::cli::failure::Failure;
use crate::server::Pushes;

/// When a server fetches and pushes.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Remote")]
pub(super) struct RemoteArguments {
    /// Answer a write when it is on disk, and push every so often, e.g. 30s
    ///
    /// Without it a write is answered when it is on the remote. With it what was answered is on
    /// disk and synced, is seen by every question to this server, and is on the remote later. What
    /// others made impossible meanwhile is refused then: the log says so, and `git pact status`
    /// shows it.
    #[arg(long, value_name = "TIME", value_parser = time)]
    push_every: Option<Duration>,

    /// How often to ask the remote whether others have recorded something
    ///
    /// A push that is refused because others did is noticed at once.
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "30s")]
    pub(super) fetch_every: Duration,
}

impl RemoteArguments {
    /// Returns when what was written is pushed.
    ///
    /// # Errors
    ///
    /// Fails if it is to be pushed and the network to be left alone.
    pub(super) fn pushes(self, store: &StoreArguments) -> Result<Pushes, Failure> {
        match self.push_every {
            None => Ok(Pushes::AtOnce),
            Some(_) if store.offline => Err(Failure::usage(
                "--push-every needs the network: leave out --offline",
            )),
            Some(time) => Ok(Pushes::Every(time)),
        }
    }
}

/// Reads a time such as `30s` or `5m`; forges do not like to be asked more than once a second.
fn time(text: &str) -> Result<Duration, String> {
    let time = text.parse::<jiff::SignedDuration>().ok();
    let time = time.and_then(|time| Duration::try_from(time).ok());
    time.filter(|time| *time >= Duration::from_secs(1))
        .ok_or_else(|| "a time of a second or more, such as 30s or 5m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(time("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(time("1h30m"), Ok(Duration::from_secs(5400)));
        for wrong in ["", "30", "-5s", "0s", "10ms", "soon"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}
