//! Builds: which jobs of a workflow run, what becomes of those that were killed, and what follows from a push.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::job::End;
use super::job::Kill;
use super::laws;
use super::world::Build;
use super::world::CONTRACTS;
use super::world::Event;
use super::world::Forge;
use super::world::Way;

impl Forge {
    /// Runs what is queued, until nothing is.
    pub(super) fn drain(&mut self) {
        while let Some(build) = self.queue.pop_front() {
            if self.away.contains(build.app) {
                self.tally.never_run += 1;
                continue;
            }
            let end = self.run(&build, &|_| true);
            if end == End::Killed {
                self.is_seen(build);
            }
        }
    }

    /// Has people see that a build was killed: they start some again at once, some later, and some never.
    fn is_seen(&mut self, build: Build) {
        let again = Build {
            is_again: true,
            ..build
        };
        // Nobody else publishes what was merged, or says what was deployed.
        let is_needed = matches!(again.event, Event::Deploy(_))
            || (again.role == "consumer" && again.event == Event::Push);
        if is_needed || self.chance.is(40) {
            self.tally.started_again += 1;
            if matches!(again.event, Event::Deploy(_)) {
                self.queue.push_front(again);
            } else {
                self.queue.push_back(again);
            }
        }
    }

    /// Runs the jobs of a workflow that are wanted; says how the last one ended that did not end well.
    pub(super) fn run(&mut self, build: &Build, is_wanted: &dyn Fn(&str) -> bool) -> End {
        let before = self.branches_of_contracts();
        let mut failed: BTreeSet<String> = BTreeSet::new();
        let mut ended = End::Exit(0);
        for job in self.jobs(build.app, build.role) {
            let id = job["id"].as_str().unwrap();
            let after = job["after"].as_str().unwrap_or_default();
            if !is_wanted(id) || !runs(&job, build) {
                continue;
            }
            if failed.contains(after) {
                failed.insert(id.to_owned());
                continue;
            }
            self.pass(60);
            let kill = if build.is_again {
                Kill::Never
            } else {
                self.fate(id)
            };
            let checkout = self.checkout(build);
            if job["takes"].is_string() {
                self.hand_over(&job, &checkout, build.number);
            }
            let end = self.job(&checkout, &job, kill);
            let said = self.log(&checkout);
            laws::no_token(&said);
            laws::ends_as_it_should(build, id, end, &said);
            *self.tally.builds.entry(id.to_owned()).or_default() += 1;
            if id == "publish" && end == End::Exit(0) {
                self.published.insert(build.commit.clone());
            }
            match end {
                End::Exit(0) if job["leaves"].is_string() => {
                    self.hand_over(&job, &checkout, build.number);
                }
                End::Exit(0) => {}
                end => {
                    failed.insert(id.to_owned());
                    ended = end;
                }
            }
            if end == End::Killed {
                *self.tally.killed.entry(id.to_owned()).or_default() += 1;
            }
            self.count_answers(id, end);
            self.deployments_are_right();
            self.take_dispatches();
        }
        fs::remove_dir_all(self.shop.sandbox.path("runner")).unwrap();
        if build.role == "provider" && ended != End::Killed {
            self.owes_nothing_that_it_could_verify(build);
            self.proposals_are_answered(build);
        }
        self.start_what_is_beside_the_contracts(&before);
        ended
    }

    fn count_answers(&mut self, job: &str, end: End) {
        let End::Exit(code) = end else { return };
        match job {
            "can-i-merge" => *self.tally.merges.entry(code).or_default() += 1,
            "deploy" => {
                let said = if code == 0 { "yes" } else { "no" };
                *self.tally.gates.entry(said.to_owned()).or_default() += 1;
            }
            _ => {}
        }
    }

    /// Returns the branches of contracts, which the token of an application's job may have moved.
    fn branches_of_contracts(&self) -> BTreeMap<String, String> {
        let format = "--format=%(refname:lstrip=2) %(objectname)";
        let refs = self
            .store()
            .run(&["for-each-ref", format, "refs/heads/pact/contracts"]);
        let pair = |line: &str| {
            let (name, commit) = line.split_once(' ').unwrap();
            (name.to_owned(), commit.to_owned())
        };
        refs.lines().map(pair).collect()
    }

    /// Starts the workflows on branches that a push has moved: GitHub reads them from the pushed branch.
    ///
    /// Jobs of applications push with the token of an App, which starts builds. Those of the contracts push with their
    /// own token, to private refs, which starts none.
    fn start_what_is_beside_the_contracts(&mut self, before: &BTreeMap<String, String>) {
        for (branch, commit) in self.branches_of_contracts() {
            let workflow = format!("{commit}:.github/workflows/pact-contracts.yml");
            let has_one = self
                .store()
                .attempt(&["cat-file", "-e", &workflow], b"")
                .is_ok();
            if before.get(&branch) != Some(&commit) && has_one {
                let build = self.build(CONTRACTS, "changed", Event::Push, &branch, &commit);
                self.queue.push_back(build);
            }
        }
    }

    /// Runs the schedule of the contracts.
    pub(super) fn timer(&mut self, is_night: bool) {
        let head = self.store().run(&["rev-parse", "main"]);
        let build = self.build(CONTRACTS, "contracts", Event::Schedule, "main", &head);
        let way = self.way;
        let wanted = |job: &str| match job {
            "owed" => is_night || way == Way::Dispatch,
            "webhooks" => way == Way::Webhooks,
            _ => is_night,
        };
        // If it is killed, the next one is soon.
        self.run(&build, &wanted);
    }

    /// Runs the schedule of a provider's own.
    pub(super) fn nightly(&mut self, name: &'static str) {
        if self.away.contains(name) {
            return;
        }
        let head = self.apps[name].heads["main"].clone();
        let build = self.build(name, "provider", Event::Schedule, "main", &head);
        if self.run(&build, &|_| true) != End::Killed {
            for app in self.apps.values() {
                if let Some(wants) = app.branches["main"].wants.get(name) {
                    self.looked_at.insert((name, wants.clone()));
                }
            }
        }
    }
}

/// Says whether a job runs in a build, by the conditions that stand in its file.
fn runs(job: &Value, build: &Build) -> bool {
    match job["when"].as_str().unwrap() {
        "untrusted" => false,
        "proposed" => build.event == Event::Request,
        _ => true,
    }
}
