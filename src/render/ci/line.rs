//! Every command line of git-pact that the files have, in one place, and what stands in for what is not known.

use super::Contracts;
use super::Forge;
use super::MARK;
use super::Role;
use super::Wanted;
use super::script::NOTHING_TO_VERIFY;
use crate::render::shell::CommandLine;
use crate::render::shell::quoted;

/// What may be missing: the word behind the mark, and the option that says it.
pub(super) const MARKS: &[(&str, &str)] = &[
    ("PACTICIPANT", "--pacticipant"),
    ("PROVIDER", "--provider"),
    ("ENVIRONMENT", "--environment"),
    ("CONTRACTS_REPO", "--contracts-repo"),
    ("TEST_COMMAND", "--test-command"),
    ("VERIFY_COMMAND", "--verify-command"),
    ("DEPLOY_COMMAND", "--deploy-command"),
    ("IMAGE", "--image"),
];

/// The directory that `pull` writes.
const PULLED: &str = "pacts-to-verify";

/// The variable with the version of the build, which each script sets first.
const VERSION: &str = r#""$version""#;

/// Returns what somebody said, or a mark.
pub(super) fn said<T: AsRef<str>>(value: Option<&T>, mark: &str) -> String {
    match value {
        Some(value) => value.as_ref().to_owned(),
        None => format!("{MARK}_{mark}"),
    }
}

impl Wanted {
    fn pacticipant(&self) -> String {
        said(self.pacticipant.as_ref(), "PACTICIPANT")
    }

    fn provider(&self) -> String {
        said(self.provider.as_ref(), "PROVIDER")
    }

    /// Returns the environment, or its mark.
    pub(super) fn environment(&self) -> String {
        said(self.environment.as_ref(), "ENVIRONMENT")
    }

    /// Returns the address of the contracts; `None` where they are in the repository that is built.
    pub(super) fn address(&self) -> Option<String> {
        match &self.contracts {
            Contracts::Here => None,
            Contracts::At(url) => Some(url.clone()),
            Contracts::Unsaid => Some(said::<&str>(None, "CONTRACTS_REPO")),
        }
    }

    /// Publishes the pacts that tests wrote.
    pub(super) fn publish(&self) -> String {
        let words = format!("{} --auto-detect-version-properties", operand(&self.pacts));
        CommandLine::new("publish").and(&words).to_string()
    }

    /// Asks whether a version may be merged; where consumer and provider are merged together, whether both may.
    pub(super) fn can_i_merge(&self) -> CommandLine {
        let line = CommandLine::new("can-i-merge")
            .option("pacticipant", &self.pacticipant())
            .and(&format!("--version {VERSION}"));
        let line = if self.role == Role::Monorepo {
            line.option("pacticipant", &self.provider())
                .and(&format!("--version {VERSION}"))
        } else {
            line
        };
        line.and("--retry-while-unknown 30 --retry-interval 10")
    }

    /// Asks whether a version may be deployed.
    pub(super) fn can_i_deploy(&self) -> CommandLine {
        CommandLine::new("can-i-deploy")
            .option("pacticipant", &self.pacticipant())
            .and(&format!("--version {VERSION}"))
            .option("to-environment", &self.environment())
    }

    /// Records that a version was deployed.
    pub(super) fn record_deployment(&self) -> String {
        CommandLine::new("record-deployment")
            .option("pacticipant", &self.pacticipant())
            .and(&format!("--version {VERSION}"))
            .option("environment", &self.environment())
            .to_string()
    }

    /// Fetches the pacts to verify.
    pub(super) fn pull(&self) -> String {
        CommandLine::new("pull")
            .option("provider", &self.provider())
            .and(&format!("--to {PULLED}"))
            .and(r#"${branch:+--provider-version-branch "$branch"}"#)
            .to_string()
    }

    /// Says whether something was fetched.
    pub(super) fn has_something_to_verify() -> String {
        format!(r#"[ -n "$(ls {PULLED})" ]"#)
    }

    /// Ends a script where there is nothing to verify.
    pub(super) fn or_nothing_to_verify() -> String {
        let has_something = Self::has_something_to_verify();
        format!("{has_something} || {{ {NOTHING_TO_VERIFY}; exit 0; }}")
    }

    /// Verifies what is proposed to the branch that is built, with a command.
    pub(super) fn verify_proposed(&self, results: &str, command: &str) -> String {
        CommandLine::new("verify-proposed")
            .option("provider", &self.provider())
            .option("results", &results)
            .and(r#"${branch:+--provider-version-branch "$branch"} "$@" --"#)
            .and(command)
            .to_string()
    }

    /// Records what a verifier found; the arguments of the script say of which version.
    pub(super) fn record_verification(&self, results: &str) -> String {
        CommandLine::new("record-verification")
            .option("provider", &self.provider())
            .option("results", &results)
            .and(r#""$@""#)
            .to_string()
    }

    /// Runs a command with a broker of its own.
    pub(super) fn run(command: &str, dry: bool) -> String {
        let line = CommandLine::new("run");
        let line = line.and(if dry {
            "--dry-run"
        } else {
            "--include-proposed"
        });
        line.and(&format!("-- sh -ec {}", quoted(command)))
            .to_string()
    }

    /// Starts the builds of providers that owe a verification, of all or of one; shows them where git-pact starts none.
    pub(super) fn owed(&self, forge: Forge, one: bool) -> String {
        let line = CommandLine::new("owed");
        let line = if one {
            line.option("provider", &self.provider())
        } else {
            line
        };
        match forge {
            Forge::Azure | Forge::Jenkins => line.and("--exit-zero").to_string(),
            forge => line.option("dispatch", &forge.name()).to_string(),
        }
    }
}

/// Makes the requests of webhooks that are due.
pub(super) fn webhooks() -> String {
    CommandLine::new("webhooks run").to_string()
}

/// Checks every record.
pub(super) fn doctor() -> String {
    CommandLine::new("doctor").to_string()
}

/// Returns a path as one word that is no option.
fn operand(path: &str) -> String {
    if path.starts_with('-') {
        quoted(&format!("./{path}"))
    } else {
        quoted(path)
    }
}
