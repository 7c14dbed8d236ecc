//! The shell of each step: POSIX, the same for every service but for where it says what it builds.
//!
//! Names stand in it quoted. What a service says of a build is a variable, and always in double quotes: no text that
//! somebody else chose becomes a part of a script.

use super::Forge;
use super::Role;
use super::Wanted;
use super::line;
use super::line::said;
use crate::render::shell::quoted;

/// The directory for reports of gates, one below it for each.
pub(super) const REPORTS: &str = "test-results";

/// Every script ends with the first command that fails, whatever the service does by itself.
const STRICT: &str = "set -eu";

/// Fails as a command did that others had to follow. What comes after in the same shell still runs if it did not.
pub(super) const OR_FAIL: &str = r#"[ "$status" -eq 0 ] || exit "$status""#;

fn script(lines: impl IntoIterator<Item = String>) -> String {
    let mut text = STRICT.to_owned();
    for line in lines {
        text.push('\n');
        text.push_str(&line);
    }
    text
}

/// Sees to it that git-pact is there.
pub(super) fn install(wanted: &Wanted) -> String {
    let there = "command -v git-pact >/dev/null || \
                 { echo 'git-pact is not here: install it on this machine or in its image' >&2; exit 127; }";
    script([
        wanted.install.clone().unwrap_or_else(|| there.to_owned()),
        "git-pact version".to_owned(),
    ])
}

/// Runs the tests of the consumer.
pub(super) fn test(wanted: &Wanted) -> String {
    script([said(wanted.test.as_ref(), "TEST_COMMAND")])
}

/// Publishes pacts.
pub(super) fn publish(forge: Forge, wanted: &Wanted) -> String {
    let guard = forge.guard(wanted).map(str::to_owned);
    script(guard.into_iter().chain([wanted.publish()]))
}

/// Asks whether the version may be merged.
pub(super) fn can_i_merge(forge: Forge, wanted: &Wanted) -> String {
    let guard = forge.guard(wanted).map(str::to_owned);
    let merged = forge.is_merged(&wanted.main_branch);
    let version = [forge.version().to_owned()];
    let asked = forge.asked("can-i-merge", wanted.can_i_merge());
    script(guard.into_iter().chain(merged).chain(version).chain(asked))
}

/// Asks whether the version may be deployed.
pub(super) fn can_i_deploy(forge: Forge, wanted: &Wanted) -> String {
    let version = [forge.version().to_owned()];
    let asked = forge.asked("can-i-deploy", wanted.can_i_deploy());
    script(version.into_iter().chain(asked))
}

/// Deploys.
pub(super) fn deploy(wanted: &Wanted) -> String {
    script([said(wanted.deploy.as_ref(), "DEPLOY_COMMAND")])
}

/// Records the deployment.
pub(super) fn record_deployment(forge: Forge, wanted: &Wanted) -> String {
    let version = [forge.version().to_owned()];
    script(version.into_iter().chain([wanted.record_deployment()]))
}

/// Verifies the provider; what came of it is recorded, or not.
pub(super) fn verify(forge: Forge, wanted: &Wanted, records: bool) -> String {
    let command = said(wanted.verify.as_ref(), "VERIFY_COMMAND");
    let guard = forge.guard(wanted).filter(|_| records);
    let mut lines: Vec<String> = guard.into_iter().map(str::to_owned).collect();
    lines.push(forge.version().to_owned());
    lines.push(forge.branch().to_owned());
    if records {
        lines.push("set -- --auto-detect-version-properties".to_owned());
    }
    if records && wanted.role == Role::Provider {
        lines.extend(ASKED.map(str::to_owned));
    }
    lines.push(TOLD.to_owned());
    let Some(results) = &wanted.results else {
        lines.push(PUBLISHING.to_owned());
        lines.push(Wanted::run(&command, !records));
        return script(lines);
    };
    lines.push(wanted.pull());
    if !records {
        lines.push(Wanted::or_nothing_to_verify());
        lines.push(format!("sh -ec {}", quoted(&command)));
        return script(lines);
    }
    lines.push(format!("verification={}", quoted(&command)));
    lines.push("status=0".to_owned());
    lines.push(format!("if {}; then", Wanted::has_something_to_verify()));
    lines.push(format!("    {VERIFIES} || status=$?"));
    lines.push(format!("    {}", wanted.record_verification(results)));
    lines.push("else".to_owned());
    lines.push(format!("    {NOTHING_TO_VERIFY}"));
    lines.push("fi".to_owned());
    lines.push(PROPOSED.to_owned());
    lines.push(wanted.verify_proposed(results, VERIFIES));
    lines.push(OR_FAIL.to_owned());
    script(lines)
}

/// Goes to the version of the provider that somebody asked for, if anybody did. It is verified against contracts of the
/// branch that is asked for with it. Without one nothing is said of its branch: it may be one that is deployed and on no
/// branch any more.
const ASKED: [&str; 14] = [
    r#"if [ -n "${PACT_PROVIDER_VERSION:-}" ]; then"#,
    "    # Somebody asked for a certain version, such as the one that is deployed.",
    r#"    case "$PACT_PROVIDER_VERSION" in"#,
    "    *[!0-9a-f]*) echo 'PACT_PROVIDER_VERSION is no commit' >&2; exit 2 ;;",
    "    esac",
    r#"    if [ "$(git rev-parse HEAD)" != "$PACT_PROVIDER_VERSION" ]; then"#,
    r#"        git fetch --quiet --depth 1 origin "$PACT_PROVIDER_VERSION""#,
    "        git checkout --quiet --detach FETCH_HEAD",
    "    fi",
    "    version=$PACT_PROVIDER_VERSION",
    "    # The branch of which it is the head, if that is why it is asked for.",
    "    branch=${PACT_PROVIDER_BRANCH:-}",
    r#"    set -- --provider-app-version "$PACT_PROVIDER_VERSION""#,
    "fi",
];

/// Runs the verification that the script has a name for.
const VERIFIES: &str = r#"sh -ec "$verification""#;

/// Says that there was nothing to do.
pub(super) const NOTHING_TO_VERIFY: &str = "echo 'There is no pact to verify.'";

/// Why there is a second verification.
const PROPOSED: &str = "# On the main branch, what branches of consumers propose, each contract apart. Whatever fails of it is recorded and \
                        fails nothing.";

/// Tells the verifier what it verifies.
const TOLD: &str = r#"export GIT_COMMIT="$version" GIT_BRANCH="$branch""#;

/// Has tests publish their results themselves.
const PUBLISHING: &str = "export PACT_BROKER_PUBLISH_VERIFICATION_RESULTS=true";

/// Starts the builds that are owed.
pub(super) fn owed(forge: Forge, wanted: &Wanted, one: bool) -> String {
    // Where git-pact starts no build itself, what has changed is told to a webhook that does.
    let has_no_dispatch = matches!(forge, Forge::Azure | Forge::Jenkins);
    let told = (one && has_no_dispatch).then(line::webhooks);
    script([wanted.owed(forge, one)].into_iter().chain(told))
}

/// Makes requests of webhooks.
pub(super) fn webhooks() -> String {
    script([line::webhooks()])
}

/// Checks every record.
pub(super) fn doctor() -> String {
    script([line::doctor()])
}
