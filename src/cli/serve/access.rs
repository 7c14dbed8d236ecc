//! Who may do what with the server: as the command line, a file and the environment say.
//!
//! The variables with `BASIC_AUTH` and `PUBLIC` in their names are those of the Ruby broker and its
//! image, so that a team that moves keeps them. `PACT_BROKER_USERNAME`, `_PASSWORD` and `_TOKEN` are
//! what a client shows; they give nobody a right here.

use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;

use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;
use crate::server::Access;
use crate::server::InvalidLine;
use crate::server::Right;

/// Credentials, line by line.
const LINES: &str = "GIT_PACT_SERVE_CREDENTIALS";

/// The name of a file with credentials.
const FILE: &str = "GIT_PACT_SERVE_CREDENTIALS_FILE";

/// Names and passwords, and what they are for.
const USERS: [(&str, &str, Right); 2] = [
    (
        "PACT_BROKER_BASIC_AUTH_USERNAME",
        "PACT_BROKER_BASIC_AUTH_PASSWORD",
        Right::Write,
    ),
    (
        "PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME",
        "PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD",
        Right::Read,
    ),
];

/// Who may do what.
///
/// Without any of these the server listens to this machine alone, and whoever is on it may do
/// everything.
#[derive(Debug, Args)]
#[command(next_help_heading = "Access")]
pub(super) struct AccessArguments {
    /// A file with credentials, a user or a token a line
    ///
    /// A line is `read` or `write`, then `user <name>:<password>` or `token <token>`. The file can
    /// be named by GIT_PACT_SERVE_CREDENTIALS_FILE, its lines be given in
    /// GIT_PACT_SERVE_CREDENTIALS; one user each in PACT_BROKER_BASIC_AUTH_USERNAME and _PASSWORD,
    /// and for reading only in PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME and _PASSWORD.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,

    /// Let everybody who reaches the server read; writing needs credentials
    ///
    /// Or PACT_BROKER_ALLOW_PUBLIC_READ=true.
    #[arg(long)]
    public_read: bool,

    /// Let everybody ask whether the server is alive
    ///
    /// Or PACT_BROKER_PUBLIC_HEARTBEAT=true.
    #[arg(long)]
    public_heartbeat: bool,

    /// Let everybody see badges
    ///
    /// Or PACT_BROKER_ENABLE_PUBLIC_BADGE_ACCESS=true.
    #[arg(long)]
    public_badges: bool,
}

impl AccessArguments {
    /// Returns who may do what with a server that listens at an address.
    ///
    /// # Errors
    ///
    /// Fails if credentials cannot be read, and if others could reach a server that asks nobody.
    pub(super) fn access(
        &self,
        bind: SocketAddr,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Access, Failure> {
        let is_set = |name| is_set(outside, name);
        let public_read = self.public_read || is_set("PACT_BROKER_ALLOW_PUBLIC_READ")?;
        let public_heartbeat = self.public_heartbeat || is_set("PACT_BROKER_PUBLIC_HEARTBEAT")?;
        let public_badges = self.public_badges || is_set("PACT_BROKER_ENABLE_PUBLIC_BADGE_ACCESS")?;
        let mut access = Access::default()
            .with_public_read(public_read)
            .with_public_heartbeat(public_heartbeat)
            .with_public_badges(public_badges);
        for (name, password, right) in USERS {
            access = with_user(access, outside, (name, password), right)?;
        }
        if let Some(text) = outside.variable(LINES) {
            access = with_lines(access, text, LINES)?;
        }
        let file = outside.variable(FILE).map(PathBuf::from);
        if let Some(file) = self.credentials.clone().or(file) {
            let path = outside.working_directory.join(&file);
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&file, &error))?;
            if others_can_read(&path) {
                ui.warn(&format!(
                    "everybody on this machine can read the credentials in {}: `chmod o-r` it",
                    file.display()
                ));
            }
            access = with_lines(access, &text, &file.display().to_string())?;
        }
        if access.is_open() && !bind.ip().is_loopback() {
            return Err(open_to_others(bind));
        }
        Ok(access)
    }
}

/// Says whether a variable holds credentials.
pub(super) fn is_secret(name: &OsStr) -> bool {
    name == LINES || USERS.iter().any(|(_, password, _)| name == *password)
}

/// Returns the failure of a server that asks nobody, where others can reach it.
fn open_to_others(bind: SocketAddr) -> Failure {
    let message = format!(
        "{} can be reached by others, and anybody who reaches it could read and write",
        bind.ip()
    );
    Failure::usage(message)
        .hint("say who may, with --credentials <file> or the variables that its help names")
        .hint("or let everybody read and nobody write, with --public-read")
}

/// Says whether a variable is set to `true`.
fn is_set(outside: &Outside, name: &str) -> Result<bool, Failure> {
    match outside
        .variable(name)
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Failure::usage(format!("{name} is neither true nor false"))),
    }
}

fn with_user(
    access: Access,
    outside: &Outside,
    (name, password): (&str, &str),
    right: Right,
) -> Result<Access, Failure> {
    match (outside.variable(name), outside.variable(password)) {
        (None, None) => Ok(access),
        (Some(user), _) if user.contains(':') => {
            Err(Failure::usage(format!("{name} has a colon in it")))
        }
        (Some(user), Some(secret)) => Ok(access.with_user(user, secret, right)),
        (Some(_), None) => Err(Failure::usage(format!(
            "{name} is set, and {password} is not"
        ))),
        (None, Some(_)) => Err(Failure::usage(format!(
            "{password} is set, and {name} is not"
        ))),
    }
}

/// Adds the credentials of a text, of which there must be some: else a file that was emptied
/// would open the server.
fn with_lines(access: Access, text: &str, origin: &str) -> Result<Access, Failure> {
    let before = access.clone();
    let invalid = |error: InvalidLine| Failure::usage(format!("{origin}: {error}"));
    let access = access.with_lines(text).map_err(invalid)?;
    if access == before {
        return Err(Failure::usage(format!("{origin} holds no credentials")));
    }
    Ok(access)
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    let mut failure = Failure::of(Exit::Usage, error);
    let cause = std::mem::take(&mut failure.message);
    failure.message = format!("cannot read the credentials in {}", file.display());
    failure.causes.insert(0, cause);
    failure
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}
