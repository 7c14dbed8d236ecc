//! What is done for a role: jobs, when each runs, what it may do, and the shell of its steps.

use serde::Serialize;

use super::Contracts;
use super::Forge;
use super::Role;
use super::Wanted;
use super::script;

/// When a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// In every build.
    Always,
    /// In builds that may write: not in those of forks and of Dependabot.
    Trusted,
    /// In builds that may not write.
    Untrusted,
    /// In builds that may write, of what is not on the default branch yet.
    Proposed,
    /// When somebody wants to deploy.
    Deploy,
    /// Every so often.
    Timer,
    /// When a contract has changed.
    Changed,
}

/// What a job may do with the contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// It does not look at them.
    None,
    /// It reads them.
    Read,
    /// It writes.
    Write,
}

/// A job of a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Job {
    /// Its name in the file.
    pub id: &'static str,
    /// Why it is there, in a line or several.
    pub why: &'static [&'static str],
    /// When it runs.
    pub when: When,
    /// The job that has to have ended well before.
    pub after: Option<&'static str>,
    /// What it may do.
    pub access: Access,
    /// The directory that it leaves to later jobs.
    pub leaves: Option<String>,
    /// The directory that an earlier job has left.
    pub takes: Option<String>,
    /// Whether it starts builds of other repositories.
    pub dispatches: bool,
    /// Whether somebody may ask for a certain version of the provider.
    pub is_asked: bool,
    /// The environment that it deploys to, one job after the other.
    pub deploys_to: Option<String>,
    /// Whether it leaves a report of a gate.
    pub reports: bool,
    /// After how many minutes it is given up.
    pub minutes: u8,
    /// What it does, in order.
    pub steps: Vec<Step>,
}

/// A step of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it does, in a few words.
    pub title: &'static str,
    /// Its shell, for any POSIX shell; ends without a line break.
    pub script: String,
    /// Whether it needs the token of the contracts.
    pub needs_token: bool,
}

impl Step {
    fn own(title: &'static str, script: String) -> Self {
        Self {
            title,
            script,
            needs_token: false,
        }
    }

    fn git_pact(title: &'static str, script: String) -> Self {
        Self {
            title,
            script,
            needs_token: true,
        }
    }
}

/// The plan of a job in which nothing is done yet.
fn job(id: &'static str, when: When, access: Access, why: &'static [&'static str]) -> Job {
    Job {
        id,
        why,
        when,
        after: None,
        access,
        leaves: None,
        takes: None,
        dispatches: false,
        is_asked: false,
        deploys_to: None,
        reports: false,
        minutes: 10,
        steps: Vec::new(),
    }
}

/// Returns the jobs of the file in the work tree.
pub(super) fn jobs(forge: Forge, wanted: &Wanted) -> Vec<Job> {
    match wanted.role {
        Role::Consumer => vec![
            test(wanted),
            publish(forge, wanted),
            can_i_merge(forge, wanted, "publish"),
        ],
        Role::Provider => {
            let mut jobs = vec![verify(forge, wanted)];
            if forge.has_untrusted(wanted) {
                jobs.push(verify_only(forge, wanted));
            }
            jobs
        }
        Role::Monorepo => vec![
            test(wanted),
            publish(forge, wanted),
            Job {
                after: Some("publish"),
                is_asked: false,
                ..verify(forge, wanted)
            },
            can_i_merge(forge, wanted, "verify"),
        ],
        Role::Deploy => vec![deploy(forge, wanted)],
        Role::Contracts => vec![
            owed(forge, wanted, false),
            Job {
                steps: vec![
                    install(wanted),
                    Step::git_pact("Make the requests of webhooks", script::webhooks()),
                ],
                ..job(
                    "webhooks",
                    When::Timer,
                    Access::Write,
                    &[
                        "What happened since the last time is in the history, so nothing is lost when a run is. The hosts that",
                        "webhooks may speak to, and the variables that they may use, are said with options: docs/webhooks.md.",
                    ],
                )
            },
            Job {
                minutes: 30,
                steps: vec![
                    install(wanted),
                    Step::git_pact("Look at every record", script::doctor()),
                ],
                ..job(
                    "doctor",
                    When::Timer,
                    Access::Read,
                    &["A forge that has no hooks of yours lets any push in: here it is noticed."],
                )
            },
        ],
    }
}

/// Returns the jobs of the file at the root of a branch of contracts.
pub(super) fn jobs_on_branch(forge: Forge, wanted: &Wanted) -> Vec<Job> {
    let owed = owed(forge, wanted, true);
    vec![Job {
        when: When::Changed,
        ..owed
    }]
}

fn install(wanted: &Wanted) -> Step {
    Step::own("Have git-pact", script::install(wanted))
}

fn test(wanted: &Wanted) -> Job {
    Job {
        leaves: Some(wanted.pacts.clone()),
        minutes: 30,
        steps: vec![Step::own(
            "Run the tests, which write the pacts",
            script::test(wanted),
        )],
        ..job(
            "test",
            When::Always,
            Access::None,
            &["The tests see no token: whatever they run cannot publish."],
        )
    }
}

fn publish(forge: Forge, wanted: &Wanted) -> Job {
    Job {
        after: Some("test"),
        takes: Some(wanted.pacts.clone()),
        steps: vec![
            install(wanted),
            Step::git_pact("Publish the pacts", script::publish(forge, wanted)),
        ],
        ..job(
            "publish",
            When::Trusted,
            Access::Write,
            &[
                "Version, branch and build are found out from what the service says. To publish the same again",
                "changes nothing, and there is one push at most.",
            ],
        )
    }
}

fn can_i_merge(forge: Forge, wanted: &Wanted, after: &'static str) -> Job {
    Job {
        after: Some(after),
        reports: true,
        steps: vec![
            install(wanted),
            Step::git_pact(
                "Ask if it may be merged",
                script::can_i_merge(forge, wanted),
            ),
        ],
        ..job(
            "can-i-merge",
            When::Proposed,
            Access::Read,
            &[
                "Waits five minutes for a verification that is not there yet. Exits with 1 for no, with 3 while",
                "something is unknown, with 4 if it could not be found out. What a changed contract waits for is a build of",
                "the provider's main branch: run this again when it is done.",
            ],
        )
    }
}

fn verify(forge: Forge, wanted: &Wanted) -> Job {
    Job {
        is_asked: true,
        minutes: 30,
        steps: vec![
            install(wanted),
            Step::git_pact(
                "Verify, and record what came of it",
                script::verify(forge, wanted, true),
            ),
        ],
        ..job(
            "verify",
            When::Trusted,
            Access::Write,
            &[
                "Results are recorded whether they are good or bad: a failure above all has to be known. The job",
                "fails if the verification does.",
            ],
        )
    }
}

fn verify_only(forge: Forge, wanted: &Wanted) -> Job {
    Job {
        minutes: 30,
        steps: vec![
            install(wanted),
            // Where contracts can be read by everybody, no token is needed, and none is there.
            Step::own("Verify", script::verify(forge, wanted, false)),
        ],
        ..job(
            "verify-only",
            When::Untrusted,
            Access::Read,
            &[
                "The same for those who may not write: nothing is recorded, and no token is there. Works if the",
                "contracts can be read without one.",
            ],
        )
    }
}

fn owed(forge: Forge, wanted: &Wanted, one: bool) -> Job {
    Job {
        dispatches: true,
        steps: vec![
            install(wanted),
            Step::git_pact("Start what is owed", script::owed(forge, wanted, one)),
        ],
        ..job(
            "owed",
            When::Timer,
            Access::Write,
            &[
                "What is owed is asked of the contracts, not taken from a queue: a start that was lost, or that came",
                "twice, costs time and nothing else.",
            ],
        )
    }
}

fn deploy(forge: Forge, wanted: &Wanted) -> Job {
    Job {
        deploys_to: Some(wanted.environment()),
        reports: true,
        minutes: 60,
        steps: vec![
            install(wanted),
            Step::git_pact(
                "Ask if it may be deployed",
                script::can_i_deploy(forge, wanted),
            ),
            Step::own("Deploy", script::deploy(wanted)),
            Step::git_pact(
                "Say that it is deployed",
                script::record_deployment(forge, wanted),
            ),
        ],
        ..job(
            "deploy",
            When::Deploy,
            Access::Write,
            &[
                "Only a yes goes on. One at a time for an environment: between the question and the record nobody",
                "else should deploy there.",
            ],
        )
    }
}

impl Wanted {
    /// Says whether the contracts are in the repository that is built.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.contracts == Contracts::Here || self.role == Role::Contracts
    }
}
