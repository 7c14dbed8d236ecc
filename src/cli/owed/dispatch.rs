//! `--dispatch`: starting the builds that would settle what is owed.

use std::collections::BTreeMap;

use clap::Args;
use clap::ValueEnum;

use super::OwedOutput;
use crate::app::Context;
use crate::app::dispatch::DispatchError;
use crate::app::dispatch::Order;
use crate::app::dispatch::dispatch;
use crate::app::site::Site;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;
use crate::domain::dispatch::Access;
use crate::domain::dispatch::Service;
use crate::domain::name::PacticipantName;
use crate::domain::owed::Owed;
use crate::render::dispatch as render;

/// The variable in which a token for any service may be.
const TOKEN: &str = "GIT_PACT_DISPATCH_TOKEN";

/// How builds are started.
#[derive(Debug, Args)]
#[command(next_help_heading = "Dispatch")]
pub(super) struct DispatchArguments {
    /// Start the builds that would settle what is owed, one for each provider version
    ///
    /// With the token in GIT_PACT_DISPATCH_TOKEN or in a variable of the service: GH_TOKEN or GITHUB_TOKEN,
    /// GITLAB_TRIGGER_TOKEN or CI_JOB_TOKEN, BITBUCKET_TOKEN, BUILDKITE_API_TOKEN, CIRCLE_TOKEN,
    /// AZURE_DEVOPS_EXT_PAT or SYSTEM_ACCESSTOKEN, JENKINS_TOKEN (user:token). What was started is remembered under refs/git-pact/dispatched.
    #[arg(long, value_name = "SERVICE", value_enum, conflicts_with_all = ["at", "exit_zero"])]
    dispatch: Option<ServiceArgument>,

    /// Where a provider is built, if not where its record says; may be given several times
    ///
    /// The URL of its repository, or what the service calls it: owner/name, organization/pipeline at
    /// Buildkite, gh/owner/name at CircleCI, organization/project/pipeline number at Azure, folder/name at Jenkins.
    #[arg(long = "repository", value_name = "PROVIDER=URL", requires = "dispatch", value_parser = repository)]
    repositories: Vec<(PacticipantName, String)>,

    /// At GitHub, start this workflow, rather than tell all of the event
    ///
    /// The name of its file. It has to declare workflow_dispatch with the inputs sha, branch and message.
    #[arg(long, value_name = "FILE", requires = "dispatch")]
    workflow: Option<String>,

    /// Where the API of the service begins
    ///
    /// Without it: GITHUB_API_URL, CI_API_V4_URL or JENKINS_URL, else the public one.
    #[arg(long, value_name = "URL", requires = "dispatch")]
    api_url: Option<String>,

    /// How long a build is not started again for the same; twice as long each time after
    #[arg(long, value_name = "TIME", default_value = "1h", requires = "dispatch", value_parser = seconds)]
    again_after: i64,

    /// Only show which requests would be made
    #[arg(long, requires = "dispatch")]
    dry_run: bool,
}

/// What starts builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ServiceArgument {
    /// GitHub Actions: repository_dispatch, or a workflow with --workflow
    Github,
    /// GitLab CI: a pipeline trigger
    Gitlab,
    /// Bitbucket Pipelines
    Bitbucket,
    /// Buildkite
    Buildkite,
    /// CircleCI
    Circleci,
    /// Azure Pipelines: a run with template parameters
    Azure,
    /// Jenkins: a build with parameters of a multibranch project
    Jenkins,
}

impl From<ServiceArgument> for Service {
    fn from(service: ServiceArgument) -> Self {
        match service {
            ServiceArgument::Github => Self::Github,
            ServiceArgument::Gitlab => Self::Gitlab,
            ServiceArgument::Bitbucket => Self::Bitbucket,
            ServiceArgument::Buildkite => Self::Buildkite,
            ServiceArgument::Circleci => Self::Circleci,
            ServiceArgument::Azure => Self::Azure,
            ServiceArgument::Jenkins => Self::Jenkins,
        }
    }
}

fn repository(text: &str) -> Result<(PacticipantName, String), String> {
    let (provider, url) = text.split_once('=').ok_or("it is not PROVIDER=URL")?;
    let provider = provider
        .parse()
        .map_err(|error: crate::domain::name::InvalidName| error.to_string())?;
    Ok((provider, url.to_owned()))
}

fn seconds(text: &str) -> Result<i64, String> {
    let time = text.trim().parse::<jiff::SignedDuration>().ok();
    let seconds = time.map(|time| time.as_secs()).filter(|it| *it >= 0);
    seconds.ok_or_else(|| "it is no time such as 30m or 1h".to_owned())
}

impl DispatchArguments {
    /// Says whether builds are to be started.
    pub(super) fn is_asked_for(&self) -> bool {
        self.dispatch.is_some()
    }

    /// Starts the builds, and says what became of each.
    ///
    /// # Errors
    ///
    /// Fails if none could be, for want of a token for instance.
    pub(super) fn run(
        &self,
        site: &Site,
        context: &Context,
        owed: &[Owed],
        output: OwedOutput,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Exit, Failure> {
        let Some(service) = self.dispatch.map(Service::from) else {
            return Ok(Exit::Yes);
        };
        if context.offline && !self.dry_run {
            let message = "--dispatch asks a service, and --offline leaves the network alone";
            return Err(Failure::usage(message));
        }
        let mut variables = [TOKEN].iter().chain(service.token_variables());
        let token = variables.find_map(|name| outside.variable(name));
        if token.is_none() && !self.dry_run {
            let names = service.token_variables().join(" or ");
            return Err(Failure::usage(format!(
                "no token to start builds with: set {TOKEN} or {names}"
            )));
        }
        let from_job = service.api_variable();
        let from_job = from_job.and_then(|name| outside.variable(name));
        let given = self.api_url.as_deref().or(from_job);
        let Some(api) = given.or(service.public_api()) else {
            let variable = service.api_variable().unwrap_or_default();
            return Err(Failure::usage(format!(
                "where the service is is not known: give --api-url, or set {variable}"
            )));
        };
        let order = Order {
            access: Access {
                service,
                api,
                token: token.unwrap_or_default(),
                workflow: self.workflow.as_deref(),
            },
            repositories: self
                .repositories
                .iter()
                .cloned()
                .collect::<BTreeMap<_, _>>(),
            again_after: self.again_after,
            dry_run: self.dry_run,
        };
        let done = dispatch(site, context, owed, &order)?;
        match output {
            OwedOutput::Json => ui.json(&render::DispatchedJson::new(&done.builds)),
            OwedOutput::Text | OwedOutput::GithubMatrix if done.builds.is_empty() => {
                ui.success("No build is owed.");
            }
            OwedOutput::Text | OwedOutput::GithubMatrix => ui.data(&render::text(&done.builds)),
        }
        let has_failed = render::has_failed(&done.builds);
        if let Some(error) = done.forgotten {
            let failure = Failure::from(error);
            failure.complain(ui);
            ui.warn("what was started is not remembered, and will be started again");
            return Ok(Exit::Failed);
        }
        Ok(if has_failed { Exit::Failed } else { Exit::Yes })
    }
}

impl From<DispatchError> for Failure {
    fn from(error: DispatchError) -> Self {
        match error {
            DispatchError::Private(error) => error.into(),
            error @ (DispatchError::Api(_) | DispatchError::Host(_)) => {
                Self::of(Exit::Usage, &error)
            }
            error @ DispatchError::Unreadable { .. } => Self::of(Exit::Failed, &error),
        }
    }
}
