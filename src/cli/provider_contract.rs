//! `git pact publish-provider-contract`, which says what is not there and what there is instead.

use std::path::PathBuf;

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;

/// Say how a provider proves that it keeps its contracts here
///
/// The `pact-broker` programs publish a provider's own contract (OpenAPI) with this, for PactFlow to
/// compare with the pacts. No Pact Broker does that, and neither does git-pact: every option is taken, and
/// the command fails.
#[derive(Debug, Args)]
pub(super) struct PublishProviderContract {
    /// The contract
    contract_file: Option<PathBuf>,

    /// The provider
    #[arg(long)]
    provider: Option<String>,

    /// Its version
    #[arg(short = 'a', long, value_name = "VERSION")]
    provider_app_version: Option<String>,

    /// The branch of the provider's repository
    #[arg(long)]
    branch: Option<String>,

    /// A tag for the version; may be given several times
    #[arg(short, long, num_args = 1..)]
    tag: Vec<String>,

    /// What kind of contract it is
    #[arg(long)]
    specification: Option<String>,

    /// The media type of the contract
    #[arg(long)]
    content_type: Option<String>,

    /// The build that made the version
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,

    /// Find out version, branch and build URL from the CI service or git
    #[arg(short = 'r', long)]
    auto_detect_version_properties: bool,

    /// Tag the version with the name of the git branch
    #[arg(long)]
    tag_with_git_branch: bool,

    #[command(flatten)]
    self_test: SelfTest,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// What the provider's own test of the contract came to.
#[derive(Debug, Args)]
struct SelfTest {
    /// Whether the provider keeps the contract
    #[arg(long)]
    verification_success: bool,

    /// The exit code of what found that out
    #[arg(long, value_name = "N")]
    verification_exit_code: Option<String>,

    /// A file with what it printed
    #[arg(long, value_name = "FILE")]
    verification_results: Option<PathBuf>,

    /// The media type of that file
    #[arg(long)]
    verification_results_content_type: Option<String>,

    /// The format of that file
    #[arg(long)]
    verification_results_format: Option<String>,

    /// What found it out
    #[arg(long)]
    verifier: Option<String>,

    /// Its version
    #[arg(long)]
    verifier_version: Option<String>,
}

impl PublishProviderContract {
    #[expect(clippy::unused_self, reason = "every command is run alike")]
    pub(super) fn run(self, _: &Outside, _: &mut Ui<'_>) -> Result<Exit, Failure> {
        Err(refusal())
    }
}

/// Returns the failure that this command always is.
fn refusal() -> Failure {
    Failure::usage(
        "a provider contract cannot be published: comparing it with pacts (bi-directional \
         contract testing) is a service of PactFlow; no Pact Broker has it",
    )
    .hint(
        "have the provider verify the pacts themselves and record that: `git pact pull`, run the \
         verifier, `git pact record-verification`",
    )
}
