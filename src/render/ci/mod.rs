//! The files that make a CI service publish, verify, ask and record, explained line by line.
//!
//! What is to be done is the same everywhere and stands once, in `plan`: jobs, when they run, and the shell of their
//! steps. A template for each forge says it in the forge's words. What nobody has said stands in the files as a value that
//! fails when it is used, and is never made up.

mod file;
mod forge;
mod line;
mod plan;
mod script;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::record::path::Branch;

pub use forge::Forge;
pub use plan::Access;
pub use plan::Job;
pub use plan::Step;
pub use plan::When;

/// What stands where somebody has to say something. As a command it is not found; as a name nobody has it.
pub const MARK: &str = "CHANGE_ME";

/// What a repository does with contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Its tests write pacts, which are published.
    Consumer,
    /// It verifies the pacts of its consumers.
    Provider,
    /// It keeps the contracts and sees to it that they are verified.
    Contracts,
    /// Consumer, provider and contracts are in one repository.
    Monorepo,
    /// It deploys an application.
    Deploy,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Consumer,
        Self::Provider,
        Self::Contracts,
        Self::Monorepo,
        Self::Deploy,
    ];

    /// Returns how it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Consumer => "consumer",
            Self::Provider => "provider",
            Self::Contracts => "contracts",
            Self::Monorepo => "monorepo",
            Self::Deploy => "deploy",
        }
    }
}

/// Where the contracts are, seen from the repository that is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contracts {
    /// In the same repository.
    Here,
    /// In the repository with this URL.
    At(String),
    /// Nobody has said.
    Unsaid,
}

/// What a team says of its builds. Texts are single lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What the repository does.
    pub role: Role,
    /// The application: the consumer, or what is deployed.
    pub pacticipant: Option<PacticipantName>,
    /// The provider.
    pub provider: Option<PacticipantName>,
    /// Where it is deployed.
    pub environment: Option<EnvironmentName>,
    /// The default branch of the repository that is built.
    pub main_branch: String,
    /// Where the contracts are.
    pub contracts: Contracts,
    /// The directory with the pacts that the tests of the consumer write.
    pub pacts: String,
    /// The command that runs the tests of the consumer.
    pub test: Option<String>,
    /// The command that verifies the provider.
    pub verify: Option<String>,
    /// The JSON report that the verifier writes; without one, the tests speak to a broker.
    pub results: Option<String>,
    /// The command that deploys.
    pub deploy: Option<String>,
    /// The command that installs git-pact; without one, it has to be there.
    pub install: Option<String>,
    /// The image of the container that jobs run in.
    pub image: Option<String>,
    /// The GitHub action that installs git-pact, as `uses:` names it.
    pub action: Option<String>,
}

/// Where a file belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the work tree.
    Checkout,
    /// At the root of a branch of the contracts, from whose own tree a forge reads what a push to it starts.
    Contracts(Branch),
}

/// A file, with all that it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiFile {
    /// Where it belongs.
    pub place: Place,
    /// Its path there, with slashes.
    pub path: &'static str,
    /// What it says.
    pub text: String,
    /// The jobs in it, in order.
    pub jobs: Vec<Job>,
}

/// Returns the files of a forge for a role: one, and for the contracts of a provider that is named one more, for the branch
/// of its contracts.
#[must_use]
pub fn files(forge: Forge, wanted: &Wanted) -> Vec<CiFile> {
    let mut files = vec![file::in_checkout(forge, wanted)];
    if let (Role::Contracts, Some(provider)) = (wanted.role, &wanted.provider) {
        files.push(file::on_branch(forge, wanted, provider));
    }
    files
}

/// Returns the options that say what stands in the files as [`MARK`].
#[must_use]
pub fn missing(forge: Forge, wanted: &Wanted) -> Vec<&'static str> {
    let files = files(forge, wanted);
    let is_there = |mark: &&(&str, &str)| {
        let mark = format!("{MARK}_{}", mark.0);
        files.iter().any(|file| file.text.contains(&mark))
    };
    let marks = line::MARKS.iter().filter(is_there);
    marks.map(|(_, option)| *option).collect()
}
