//! `git pact hook pre-receive`

use clap::Args;

use super::push;
use super::receiving;
use crate::app::received::objections;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;
use crate::domain::name::Identity;
use crate::render::objection::text;

/// Where a server says who pushes: GitLab, Gitea and Forgejo, a web server that has authenticated.
const SERVERS: [&str; 3] = ["GL_USERNAME", "GITEA_PUSHER_NAME", "REMOTE_USER"];

/// Refuse a push that is not what git-pact writes, or not by whom the policy lets
#[derive(Debug, Args)]
pub(super) struct PreReceive {
    /// The variable that says who pushes
    ///
    /// Without it the first of GL_USERNAME, GITEA_PUSHER_NAME, REMOTE_USER, the signer of a signed push
    /// that git has verified (GIT_PUSH_CERT_SIGNER), and the user of the system (LOGNAME, USER).
    #[arg(long, value_name = "VARIABLE")]
    identity_from: Option<String>,
}

impl PreReceive {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let push = push(outside)?;
        if push.is_empty() {
            return Ok(Exit::Yes);
        }
        let (site, _) = receiving(outside)?;
        let who = self.who(outside);
        let objections = objections(&site, &push, who.as_ref())?;
        if objections.is_empty() {
            return Ok(Exit::Yes);
        }
        ui.say("git pact does not let this push in:");
        ui.say(&text(&objections));
        Ok(Exit::No)
    }

    /// Returns who pushes, as far as the server says so.
    fn who(&self, outside: &Outside) -> Option<Identity> {
        // Whoever installed the hook has said whom to believe, and nobody else is.
        if let Some(variable) = &self.identity_from {
            return outside.variable(variable)?.parse().ok();
        }
        let first = |names: &[&str]| names.iter().find_map(|name| outside.variable(name));
        let told = first(&SERVERS).or_else(|| signer(outside));
        told.or_else(|| first(&["LOGNAME", "USER"]))?.parse().ok()
    }
}

/// Returns who has signed the push, if git found the signature good and made for this very push.
fn signer(outside: &Outside) -> Option<&str> {
    let is = |name, expected| outside.variable(name) == Some(expected);
    let is_good = is("GIT_PUSH_CERT_STATUS", "G") && is("GIT_PUSH_CERT_NONCE_STATUS", "OK");
    outside.variable("GIT_PUSH_CERT_SIGNER").filter(|_| is_good)
}
