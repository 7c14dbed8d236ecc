//! What happens in a company with many applications, one write after the other, as the programs of
//! its pipelines would ask for it.
//!
//! A round is one build: a version is published, then verified against the current contracts of
//! its consumers, and if nothing failed it travels through the environments in later rounds. What
//! failed is verified again some rounds later, with success.

mod deploy;
mod publish;
mod verify;

use std::collections::BTreeMap;

use git_pact::app::message::commit_message;
use git_pact::domain::fact::EnvironmentFact;
use git_pact::domain::intent::Intent;
use git_pact::domain::name::BranchName;
use git_pact::domain::name::EnvironmentName;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::record_verification::ReportedResult;
use git_pact::domain::time::Timestamp;
use git_pact::store::Actor;
use git_pact::store::Note;

use super::Counts;
use super::Error;
use super::Plan;
use super::applications::Application;
use super::random::Random;

/// The environments, in the order in which a version reaches them.
const ENVIRONMENTS: [&str; 3] = ["test", "staging", "production"];

/// The branch that applications are released from.
pub(crate) const MAIN: &str = "main";

/// How many builds an application has in a day; it only says how far apart the times are.
const BUILDS_A_DAY: u64 = 50;

/// When the story begins, in seconds since 1970: 5 January 2026.
const BEGIN: i64 = 1_767_592_800;

/// Takes what is to be recorded, and in which words the log shows it.
pub(crate) type Record<'a> = dyn FnMut(&Intent, &Note) -> Result<(), Error> + 'a;

/// What happens, as far as it is told.
pub(crate) struct Story {
    random: Random,
    pub(crate) applications: Vec<Application>,
    pub(crate) environments: Vec<EnvironmentName>,
    main: BranchName,
    /// The applications, in the order in which they are built for the first time.
    order: Vec<usize>,
    round: usize,
    /// What happens in later rounds.
    later: BTreeMap<usize, Vec<Later>>,
    /// Milliseconds since 1970.
    clock: i64,
    /// How many milliseconds there are at most between two writes.
    pace: usize,
    /// What happened so far. Contents, commits and branches are counted by who writes them.
    pub(crate) counts: Counts,
}

/// One build of an application.
#[derive(Clone)]
struct Build {
    version: VersionNumber,
    branch: BranchName,
    /// Where people see it; it stays the same when the build is run again.
    url: String,
}

/// Something that is going to happen to what a build of the main branch made.
struct Later {
    application: usize,
    build: Build,
    what: What,
}

enum What {
    /// What failed is verified again.
    Verify(Vec<ReportedResult>),
    /// It reaches an environment.
    Deploy(usize),
}

impl Story {
    /// Returns the beginning of a story.
    pub(crate) fn new(plan: &Plan) -> Result<Self, Error> {
        let mut random = Random::new(plan.seed, 2);
        let applications = Application::all(plan, &mut random)?;
        let mut order: Vec<usize> = (0..applications.len()).collect();
        random.shuffle(&mut order);
        let environments = ENVIRONMENTS.iter().map(|name| Ok(name.parse()?));
        // Three writes make a round, and the mean pause is half of the longest.
        let pace = 86_400_000 * 2 / 3 / (BUILDS_A_DAY * u64::from(plan.applications));
        Ok(Self {
            random,
            applications,
            environments: environments.collect::<Result<_, Error>>()?,
            main: MAIN.parse()?,
            order,
            round: 0,
            later: BTreeMap::new(),
            clock: BEGIN * 1_000,
            pace: usize::try_from(pace).expect("a day has fewer milliseconds"),
            counts: Counts::default(),
        })
    }

    /// Tells one more round.
    pub(crate) fn tell(&mut self, record: &mut Record<'_>) -> Result<(), Error> {
        if self.round == 0 {
            self.create_environments(record)?;
        }
        for later in self.later.remove(&self.round).unwrap_or_default() {
            let (application, build) = (later.application, later.build);
            match later.what {
                What::Verify(results) => {
                    self.verify(application, &build, results, record)?;
                }
                What::Deploy(environment) => {
                    self.deploy(application, &build, environment, record)?;
                }
            }
        }
        let application = match self.order.get(self.round) {
            Some(application) => *application,
            None => self.random.below(self.applications.len()),
        };
        let build = self.publish(application, record)?;
        let results = self.results(application);
        self.verify(application, &build, results, record)?;
        self.round += 1;
        Ok(())
    }

    /// Lets something happen after so many rounds.
    fn later(&mut self, rounds: usize, application: usize, build: &Build, what: What) {
        let due = self.later.entry(self.round + 1 + rounds).or_default();
        due.push(Later {
            application,
            build: build.clone(),
            what,
        });
    }

    /// Returns the time of the next write.
    fn now(&mut self) -> Timestamp {
        let pause = 1 + self.random.below(self.pace);
        self.clock += i64::try_from(pause).expect("a pause is shorter than a day");
        Timestamp::clamped(self.clock / 1_000)
    }

    fn create_environments(&mut self, record: &mut Record<'_>) -> Result<(), Error> {
        for name in self.environments.clone() {
            let at = self.now();
            let intent = Intent::CreateEnvironment(EnvironmentFact {
                production: name.as_str() == "production",
                name,
                uuid: None,
                display_name: None,
                contacts: Vec::new(),
                at,
            });
            record(&intent, &note(&intent, "Operations", at))?;
        }
        Ok(())
    }
}

/// Returns what the commits for an intent say.
fn note(intent: &Intent, who: &str, at: Timestamp) -> Note {
    Note {
        actor: Actor {
            name: who.to_owned(),
            email: format!("{}@ci.example.org", who.to_lowercase()),
        },
        at,
        message: commit_message(&[intent]),
    }
}
