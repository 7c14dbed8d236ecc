//! `git pact ci`

use std::fs;
use std::path::Path;

use clap::Args;
use clap::ValueEnum;
use serde_json::Value;
use serde_json::json;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::ci_files::Became;
use crate::app::ci_files::CiFilesError;
use crate::app::ci_files::commit_beside_contracts;
use crate::app::ci_files::write_into_checkout;
use crate::app::regular_file;
use crate::app::site::Locator;
use crate::domain::deceptive::deceives;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::pact::Pact;
use crate::render::ci::CiFile;
use crate::render::ci::Contracts;
use crate::render::ci::Forge;
use crate::render::ci::Place;
use crate::render::ci::Role;
use crate::render::ci::Wanted;
use crate::render::ci::files;
use crate::render::ci::missing;

/// The most bytes of a pact that is looked into for its consumer.
const LARGEST: u64 = 10 * 1024 * 1024;

/// Write the files that make a CI service do all this
///
/// They publish, verify, ask and record, and say in comments why each line is there. Without --write they are printed. What
/// is not said on the command line is looked for here, such as the consumer in the pacts that its tests have written; what
/// is not found stands in the file as CHANGE_ME and fails, and is named.
///
/// With --role contracts and --provider there is one more file: at the root of the branch with the contracts of that provider
/// it has the forge start the provider's build when a contract changes. --commit puts it there. docs/ci.md explains it all.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub(super) struct Ci {
    /// The forge, or the service that builds for it
    #[arg(value_enum)]
    forge: ForgeArgument,

    /// What the repository does
    #[arg(long, value_enum)]
    role: RoleArgument,

    /// The application: the consumer, or what is deployed
    #[arg(short = 'a', long, value_name = "NAME")]
    pacticipant: Option<PacticipantName>,

    /// The provider; of --role provider, what --pacticipant names is meant as well
    #[arg(long, value_name = "NAME")]
    provider: Option<PacticipantName>,

    /// The environment that is deployed to
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,

    /// The repository with the contracts, as jobs reach it; without it, the store that is named by --repo or the environment
    #[arg(long, value_name = "URL", conflicts_with = "same_repo")]
    contracts_repo: Option<String>,

    /// The contracts are in the repository that is built; so they are for the roles contracts and monorepo
    #[arg(long)]
    same_repo: bool,

    /// The default branch of the repository that is built
    #[arg(long, value_name = "BRANCH", default_value = "main")]
    main_branch: String,

    /// The directory that the tests of the consumer write pacts into
    #[arg(long, value_name = "DIR", default_value = "pacts")]
    pacts: String,

    /// The command that runs the tests of the consumer
    #[arg(long, value_name = "COMMAND")]
    test_command: Option<String>,

    /// The command that verifies the provider
    ///
    /// It finds a broker in PACT_BROKER_BASE_URL, the version in GIT_COMMIT and the branch in GIT_BRANCH; with --results it
    /// finds the pacts in the directory pacts-to-verify.
    #[arg(long, value_name = "COMMAND")]
    verify_command: Option<String>,

    /// The JSON report that the verifier writes; without it, the verifier publishes what it found
    #[arg(long, value_name = "FILE")]
    results: Option<String>,

    /// The command that deploys
    #[arg(long, value_name = "COMMAND")]
    deploy_command: Option<String>,

    /// The command that installs git-pact; without it, git-pact has to be there
    #[arg(long, value_name = "COMMAND", conflicts_with = "action")]
    install: Option<String>,

    /// The image of the container that jobs run in
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,

    /// The GitHub action that installs git-pact, as `uses` names it, with its version
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,

    /// Write into the work tree, where the forge looks for them
    #[arg(long)]
    write: bool,

    /// Commit the file beside the contracts of the provider, in the store
    #[arg(long, requires = "provider")]
    commit: bool,

    /// Replace what somebody has changed
    #[arg(long)]
    force: bool,

    /// How to show them; json has the steps and their shell, too
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ForgeArgument {
    /// GitHub Actions
    Github,
    /// GitLab CI
    Gitlab,
    /// Jenkins, a multibranch project
    Jenkins,
    /// Buildkite
    Buildkite,
    /// Azure Pipelines
    Azure,
    /// CircleCI
    Circleci,
    /// Bitbucket Pipelines
    Bitbucket,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArgument {
    /// Its tests write pacts, which are published
    Consumer,
    /// It verifies the pacts of its consumers
    Provider,
    /// It keeps the contracts and has them verified
    Contracts,
    /// Consumer, provider and contracts are in one repository
    Monorepo,
    /// It deploys an application
    Deploy,
}

impl Ci {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let forge = self.forge();
        let wanted = self.wanted(outside)?;
        if self.commit && wanted.role != Role::Contracts {
            return Err(Failure::usage(
                "only --role contracts has a file to put beside contracts",
            ));
        }
        let made = files(forge, &wanted);
        let is_here = |file: &&CiFile| file.place == Place::Checkout;
        let mut became = Vec::new();
        if self.write {
            let texts: Vec<_> = made.iter().filter(is_here).collect();
            let texts: Vec<_> = texts
                .iter()
                .map(|file| (file.path, file.text.as_str()))
                .collect();
            let context = outside.context(&self.store);
            let written = write_into_checkout(&context, &texts, self.force)?;
            became = written;
        }
        let mut commits = Vec::new();
        if self.commit {
            let (site, context) = outside.open(&self.store)?;
            for file in &made {
                let Place::Contracts(branch) = &file.place else {
                    continue;
                };
                let file = (file.path, file.text.as_str());
                commits.push(commit_beside_contracts(
                    &site, &context, branch, file, self.force,
                )?);
            }
        }
        let missing = missing(forge, &wanted);
        if self.output == Output::Json {
            ui.json(&json!({
                "files": made.iter().map(document).collect::<Vec<_>>(),
                "missing": missing,
            }));
        } else if !self.write && !self.commit {
            for file in &made {
                if made.len() > 1 {
                    let comment = if forge == Forge::Jenkins { "//" } else { "#" };
                    ui.data(&format!("{comment} ---- {}", place(file)));
                }
                ui.data(file.text.trim_end());
            }
        }
        for (path, became) in &became {
            let path = path.display();
            ui.say(&match became {
                Became::New => format!("Wrote {path}."),
                Became::Changed => format!("Replaced {path}."),
                Became::Same => format!("Nothing new: {path} says all of this already."),
            });
        }
        for written in &commits {
            ui.say(&match &written.commit {
                Some(commit) => {
                    let commit = commit.0.get(..7).unwrap_or(&commit.0);
                    format!("Committed it on {} ({commit}).", written.branch)
                }
                None => format!("Nothing new: {} has it already.", written.branch),
            });
        }
        if !missing.is_empty() {
            ui.warn(&format!(
                "some things are not known and stand as CHANGE_ME; say them with {}",
                missing.join(", ")
            ));
        }
        Ok(Exit::Yes)
    }

    fn forge(&self) -> Forge {
        match self.forge {
            ForgeArgument::Github => Forge::GitHub,
            ForgeArgument::Gitlab => Forge::GitLab,
            ForgeArgument::Jenkins => Forge::Jenkins,
            ForgeArgument::Buildkite => Forge::Buildkite,
            ForgeArgument::Azure => Forge::Azure,
            ForgeArgument::Circleci => Forge::CircleCi,
            ForgeArgument::Bitbucket => Forge::Bitbucket,
        }
    }

    /// Returns what the files are made of: what was said, and what can be found out here.
    fn wanted(&self, outside: &Outside) -> Result<Wanted, Failure> {
        for (option, text) in self.texts() {
            if let Some(c) = text.chars().find(|c| deceives(*c) || c.is_control()) {
                let code = c.escape_unicode();
                return Err(Failure::usage(format!(
                    "--{option} has the character {code}, which does not belong in a line"
                )));
            }
        }
        let role = match self.role {
            RoleArgument::Consumer => Role::Consumer,
            RoleArgument::Provider => Role::Provider,
            RoleArgument::Contracts => Role::Contracts,
            RoleArgument::Monorepo => Role::Monorepo,
            RoleArgument::Deploy => Role::Deploy,
        };
        let pacts = outside.working_directory.join(&self.pacts);
        let consumer = || {
            (role != Role::Deploy)
                .then(|| only_consumer(&pacts))
                .flatten()
        };
        Ok(Wanted {
            role,
            pacticipant: self.pacticipant.clone().or_else(consumer),
            provider: self.provider.clone().or_else(|| {
                let own = self.pacticipant.clone();
                own.filter(|_| role == Role::Provider)
            }),
            environment: self.environment.clone(),
            main_branch: self.main_branch.clone(),
            contracts: self.contracts(role, outside)?,
            pacts: self.pacts.clone(),
            test: self.test_command.clone(),
            verify: self.verify_command.clone(),
            results: self.results.clone(),
            deploy: self.deploy_command.clone(),
            install: self.install.clone(),
            image: self.image.clone(),
            action: self.action.clone(),
        })
    }

    /// Returns what becomes text of a file, with the names of the options.
    fn texts(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let given = [
            ("contracts-repo", &self.contracts_repo),
            ("test-command", &self.test_command),
            ("verify-command", &self.verify_command),
            ("results", &self.results),
            ("deploy-command", &self.deploy_command),
            ("install", &self.install),
            ("image", &self.image),
            ("action", &self.action),
        ];
        let given = given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_ref()?)));
        given.chain([("pacts", &self.pacts), ("main-branch", &self.main_branch)])
    }

    fn contracts(&self, role: Role, outside: &Outside) -> Result<Contracts, Failure> {
        let is_here = self.same_repo || matches!(role, Role::Contracts | Role::Monorepo);
        let url = match (&self.contracts_repo, outside.locator(&self.store)) {
            (Some(url), _) => url.clone(),
            (None, _) if is_here => return Ok(Contracts::Here),
            (None, Locator::Given(text)) if text.contains("://") || is_scp_like(&text) => text,
            // A path of this machine is nothing to a job.
            (None, _) => return Ok(Contracts::Unsaid),
        };
        let user = url.split_once("://").and_then(|(_, rest)| {
            let host = rest.split('/').next().unwrap_or_default();
            Some(host.rsplit_once('@')?.0)
        });
        if user.is_some_and(|user| user.contains(':')) {
            return Err(Failure::usage(
                "the URL of the contracts has a password in it, which would be in the file for everybody",
            )
            .hint("leave it out: jobs find the token in a secret, GIT_PACT_TOKEN"));
        }
        Ok(Contracts::At(url))
    }
}

/// Says whether a text is an address as ssh has it: `git@example.org:shop/contracts.git`.
fn is_scp_like(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(host, _)| host.contains('@') && !host.contains('/'))
}

/// Returns the consumer of the pacts in a directory, if they are all of one.
fn only_consumer(directory: &Path) -> Option<PacticipantName> {
    let mut found = None;
    for entry in fs::read_dir(directory).ok()?.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let pact = Pact::parse(&regular_file::read(&path, LARGEST).ok()?).ok()?;
        match &found {
            Some(one) if one != pact.consumer() => return None,
            _ => found = Some(pact.consumer().clone()),
        }
    }
    found
}

/// Returns where a file belongs, for people.
fn place(file: &CiFile) -> String {
    match &file.place {
        Place::Checkout => file.path.to_owned(),
        Place::Contracts(branch) => format!("{} on {branch}", file.path),
    }
}

/// Returns a file for programs.
fn document(file: &CiFile) -> Value {
    let branch = match &file.place {
        Place::Checkout => None,
        Place::Contracts(branch) => Some(branch.to_string()),
    };
    json!({ "path": file.path, "branch": branch, "text": file.text, "jobs": file.jobs })
}

impl From<CiFilesError> for Failure {
    fn from(error: CiFilesError) -> Self {
        let failure = |exit| Self::of(exit, &error);
        match error {
            CiFilesError::Differs { .. } => failure(Exit::No)
                .hint("look at what is new without --write, or give --force to have it replaced"),
            CiFilesError::InTheWay { .. } | CiFilesError::Outside { .. } => failure(Exit::No),
            CiFilesError::NoWorkTree => failure(Exit::Usage),
            CiFilesError::Disk(_) => failure(Exit::Failed),
            CiFilesError::Store(error) => error.into(),
        }
    }
}
