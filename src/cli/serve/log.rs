//! What `git pact serve` says while it runs, and how.

use std::sync::Arc;

use clap::Args;
use clap::ValueEnum;

use crate::cli::ui;
use crate::server;

/// What to say while serving, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Log")]
pub(super) struct LogArguments {
    /// How the log is written, on stderr: a line for each request and for each write
    ///
    /// Queries and headers are never in it.
    #[arg(long = "log", value_enum, value_name = "FORM", default_value = "text")]
    form: Form,

    /// The least that is worth a line
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "info")]
    log_level: Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Fields with blanks between them
    Text,
    /// An object a line
    Json,
    /// No log
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    /// Requests that could not be answered, writes that did not succeed
    Error,
    /// Also what does not hold up the server, such as a fetch that failed
    Warn,
    /// Also requests and writes
    Info,
    /// Also health checks, scrapes and fetches
    Debug,
}

impl LogArguments {
    /// Returns where the server says what happens, if anywhere.
    pub(super) fn log(&self) -> Option<server::Log> {
        let form = match self.form {
            Form::Text => server::Form::Text,
            Form::Json => server::Form::Json,
            Form::None => return None,
        };
        let level = match self.log_level {
            Level::Error => server::Level::Error,
            Level::Warn => server::Level::Warn,
            Level::Info => server::Level::Info,
            Level::Debug => server::Level::Debug,
        };
        Some(server::Log {
            form,
            level,
            write: Arc::new(ui::log),
        })
    }

    /// Says whether all that is said is for programs.
    pub(super) fn is_for_programs(&self) -> bool {
        self.form == Form::Json
    }
}
