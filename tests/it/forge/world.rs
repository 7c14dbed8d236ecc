//! The forge: repositories, what people push to them, the builds that follow, the API that starts builds, a clock.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use git_pact::domain::time::Timestamp;
use serde_json::Value;

use super::chance::Chance;
use super::job::Kill;
use super::programs;
use crate::support::git::Git;
use crate::support::listener::Listener;
use crate::support::listener::Received;
use crate::support::listener::answer;
use crate::support::team::STORE;
use crate::support::team::Shop;
use crate::support::team::pact;

/// The repository of the contracts, as an application of the forge.
pub(super) const CONTRACTS: &str = "contracts";

/// The token of jobs.
pub(super) const TOKEN: &str = "t0ken-of-a-job-9f2c";

/// What the webhooks of the play send.
pub(super) const SECRET: &str = "s3cret-of-a-webhook-71e0";

/// Where versions are deployed, the last one being that of customers.
pub(super) const ENVIRONMENTS: [&str; 2] = ["staging", "production"];

/// The teams, providers first.
pub(super) const TEAMS: [&str; 3] = ["Stock", "Orders", "Web"];

/// When a play begins.
const BEGIN: &str = "2026-11-02T06:00:00Z";

/// What starts the build of a provider whose contracts have changed, before its own schedule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The workflow beside the contracts of Orders, and the schedule of the contracts for all.
    Dispatch,
    /// Webhooks, run by the schedule of the contracts; what is owed is started at night only.
    Webhooks,
}

/// What an application is at one commit.
#[derive(Clone, Debug, Default)]
pub(super) struct Version {
    /// What it wants of each provider.
    pub(super) wants: BTreeMap<&'static str, BTreeSet<String>>,
    /// What it offers.
    pub(super) offers: BTreeSet<String>,
}

/// A repository of an application.
pub(super) struct App {
    pub(super) name: &'static str,
    /// Where people work on it.
    pub(super) desk: Git,
    /// What is on each branch.
    pub(super) branches: BTreeMap<String, Version>,
    /// The last commit of each branch.
    pub(super) heads: BTreeMap<String, String>,
}

/// What a build is started by.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    /// Somebody pushed.
    Push,
    /// Somebody proposed a branch.
    Request,
    /// The API was asked for it, with this payload.
    Dispatch(Value),
    /// The time had come.
    Schedule,
    /// Somebody wanted it deployed there.
    Deploy(&'static str),
}

impl Event {
    /// Returns its name at GitHub.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Request => "pull_request",
            Self::Dispatch(_) => "repository_dispatch",
            Self::Schedule => "schedule",
            Self::Deploy(_) => "workflow_dispatch",
        }
    }
}

/// A run of a workflow.
#[derive(Clone, Debug)]
pub(super) struct Build {
    pub(super) number: u32,
    pub(super) app: &'static str,
    pub(super) role: &'static str,
    pub(super) event: Event,
    pub(super) branch: String,
    pub(super) commit: String,
    /// Whether it was killed before, and somebody has started it again.
    pub(super) is_again: bool,
}

impl Build {
    /// Returns the commit that is checked out.
    pub(super) fn checked_out(&self) -> &str {
        match &self.event {
            Event::Dispatch(payload) => payload["sha"].as_str().unwrap(),
            _ => &self.commit,
        }
    }
}

/// What happened, in numbers.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) builds: BTreeMap<String, u32>,
    pub(super) killed: BTreeMap<String, u32>,
    pub(super) started_again: u32,
    /// Builds that were asked for, and that the runner of who is away never ran.
    pub(super) never_run: u32,
    /// Requests that the API took, by provider version.
    pub(super) dispatches: Vec<(String, Vec<String>)>,
    /// How often it took the request of each delivery of a webhook, by its id.
    pub(super) delivered: BTreeMap<String, u32>,
    /// Requests that it did not take.
    pub(super) refused: u32,
    pub(super) deployments: u32,
    pub(super) gates: BTreeMap<String, u32>,
    pub(super) merges: BTreeMap<i32, u32>,
    /// What providers said of proposals.
    pub(super) answers: BTreeMap<bool, u32>,
}

/// What the API was asked for.
#[derive(Default)]
struct Inbox {
    asked: u32,
    refused: u32,
    /// The application of each build, and its payload.
    builds: Vec<(String, Value)>,
    /// How often each delivery of a webhook was taken, by its id.
    delivered: BTreeMap<String, u32>,
}

/// All of it.
pub(super) struct Forge {
    pub(super) shop: Shop,
    pub(super) way: Way,
    pub(super) chance: Chance,
    pub(super) apps: BTreeMap<&'static str, App>,
    /// What every commit is.
    pub(super) versions: BTreeMap<String, (&'static str, Version)>,
    /// What runs in each environment, by the notes of the programs that deploy.
    pub(super) running: BTreeMap<(&'static str, &'static str), String>,
    /// The builds so far.
    pub(super) builds: Vec<Build>,
    /// Those that wait for a runner.
    pub(super) queue: VecDeque<Build>,
    /// What consumers wanted of a provider when its nightly build ended.
    pub(super) looked_at: BTreeSet<(&'static str, BTreeSet<String>)>,
    /// The commits whose contracts are published for certain.
    pub(super) published: BTreeSet<String>,
    /// Whose runner is switched off.
    pub(super) away: BTreeSet<&'static str>,
    /// Whether jobs are killed at times.
    pub(super) is_rough: bool,
    pub(super) tally: Tally,
    /// How long a job takes.
    pub(super) usual: BTreeMap<String, Duration>,
    pub(super) checkouts: u32,
    /// The files of each application's roles.
    pub(super) files: BTreeMap<(&'static str, &'static str), Vec<Value>>,
    inbox: Arc<Mutex<Inbox>>,
    api: Listener,
    seconds: i64,
}

impl Forge {
    /// Returns a forge with the repositories of three teams and of their contracts, and the files of every role.
    pub(super) fn new(way: Way, seed: u64) -> Self {
        let shop = Shop::with_a_remote(&[]);
        let inbox: Arc<Mutex<Inbox>> = Arc::default();
        let notes = shop.sandbox.path("notes");
        fs::create_dir(&notes).unwrap();
        let (kept, group) = (Arc::clone(&inbox), notes);
        let api = Listener::start(move |request| {
            let died = group.join("die-at-request").exists();
            let answer = kept.lock().unwrap().take(request);
            if died {
                fs::remove_file(group.join("die-at-request")).unwrap();
                let leader = fs::read_to_string(group.join("group")).unwrap();
                let leader = leader.trim().parse().unwrap();
                let leader = rustix::process::Pid::from_raw(leader).unwrap();
                rustix::process::kill_process_group(leader, rustix::process::Signal::KILL).unwrap();
            }
            answer
        });
        let mut forge = Self {
            shop,
            way,
            chance: Chance::of(seed),
            apps: BTreeMap::new(),
            versions: BTreeMap::new(),
            running: BTreeMap::new(),
            builds: Vec::new(),
            queue: VecDeque::new(),
            looked_at: BTreeSet::new(),
            published: BTreeSet::new(),
            away: BTreeSet::new(),
            is_rough: false,
            tally: Tally::default(),
            usual: BTreeMap::new(),
            checkouts: 0,
            files: BTreeMap::new(),
            inbox,
            api,
            seconds: Timestamp::try_from(BEGIN.to_owned())
                .unwrap()
                .epoch_seconds(),
        };
        forge.found();
        forge
    }

    /// Returns the jobs of a workflow, in their order.
    pub(super) fn jobs(&self, app: &'static str, role: &'static str) -> Vec<Value> {
        let files = &self.files[&(app, role)];
        // The workflow beside the contracts is the second file.
        let file = &files[usize::from(role == "changed")];
        file["jobs"].as_array().unwrap().clone()
    }

    /// Says whether an application has a workflow of a role.
    pub(super) fn has(&self, app: &'static str, role: &'static str) -> bool {
        self.files.contains_key(&(app, role))
    }

    /// Runs a command of a person, at a desk, that has to end well.
    pub(super) fn person(&self, line: &str) {
        let now = self.now().to_string();
        let _ = self
            .shop
            .run_with("desk", line, 0, &[("GIT_PACT_NOW", &now)]);
    }

    /// Asks something of the contracts, and returns the document.
    pub(super) fn ask(&self, line: &str) -> Value {
        let now = self.now().to_string();
        let words = crate::support::team::words(&format!("{line} --output json"));
        let variables = [("GIT_PACT_NOW", now.as_str())];
        let output = self.shop.sandbox.run_with("desk", &words, &variables);
        match serde_json::from_str(&output.stdout) {
            Ok(value) => value,
            Err(error) => panic!("{line}: {error} {output:?}"),
        }
    }

    /// Returns the `git` of the contracts.
    pub(super) fn store(&self) -> Git {
        self.shop.store()
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::clamped(self.seconds)
    }

    /// Lets time pass, in seconds.
    pub(super) fn pass(&mut self, seconds: i64) {
        self.seconds += seconds;
    }

    pub(super) fn url(&self, app: &str) -> String {
        format!(
            "file://{}",
            self.shop.sandbox.path(&repository(app)).display()
        )
    }

    pub(super) fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.api.port())
    }

    /// Commits what an application is to a branch, and pushes it; starts its builds.
    pub(super) fn push(&mut self, name: &'static str, branch: &str, version: Version) {
        self.commit(name, branch, version, false);
        let event = if branch == "main" {
            Event::Push
        } else {
            Event::Request
        };
        self.start_workflows(name, branch, &event);
    }

    /// Merges a branch into `main`, pushes that and removes the branch; starts its builds.
    pub(super) fn merge(&mut self, name: &'static str, branch: &str, merged: Version) {
        self.commit(name, branch, merged, true);
        let app = self.apps.get_mut(name).unwrap();
        app.desk
            .run(&["push", "--quiet", "origin", "--delete", branch]);
        app.branches.remove(branch);
        app.heads.remove(branch);
        self.start_workflows(name, "main", &Event::Push);
        self.person(&format!(
            "delete-branch -a {name} --branch {branch} --no-error-when-not-found"
        ));
    }

    fn commit(&mut self, name: &'static str, branch: &str, version: Version, is_merge: bool) {
        let number = self.versions.len();
        let desk = format!("desk-{name}");
        let app = self.apps.get_mut(name).unwrap();
        let main = app.heads.get("main").cloned();
        let target = if is_merge { "main" } else { branch };
        if let Some(main) = &main {
            let start = if is_merge {
                main
            } else {
                app.heads.get(branch).unwrap_or(main)
            };
            app.desk.run(&["checkout", "--quiet", "-B", target, start]);
        }
        if is_merge {
            app.desk.run(&[
                "merge",
                "--quiet",
                "--no-ff",
                "--no-commit",
                "-X",
                "theirs",
                branch,
            ]);
        }
        let write = |file: &str, bytes: &[u8]| self.shop.write(&format!("{desk}/{file}"), bytes);
        for (provider, wants) in &version.wants {
            let wants: Vec<&str> = wants.iter().map(String::as_str).collect();
            write(
                &format!("wanted/{provider}.json"),
                &pact(name, provider, &wants),
            );
        }
        let offers: Vec<&str> = version.offers.iter().map(String::as_str).collect();
        let offers = offers.join("\n") + "\n";
        write("offers", offers.as_bytes());
        write("number", number.to_string().as_bytes());
        for (file, text) in [
            ("test", programs::TEST),
            ("verify", programs::VERIFY),
            ("deploy", programs::DEPLOY),
        ] {
            write(file, text.as_bytes());
            let path = self.shop.sandbox.path(&format!("{desk}/{file}"));
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        app.desk.run(&["add", "--all", "."]);
        app.desk.run(&["commit", "--quiet", "-m", "Go on"]);
        app.desk.run(&[
            "push",
            "--quiet",
            "origin",
            &format!("HEAD:refs/heads/{target}"),
        ]);
        let head = app.desk.run(&["rev-parse", "HEAD"]);
        app.heads.insert(target.to_owned(), head.clone());
        app.branches.insert(target.to_owned(), version.clone());
        self.versions.insert(head, (app.name, version));
    }

    fn start_workflows(&mut self, name: &'static str, branch: &str, event: &Event) {
        let commit = self.apps[name].heads[branch].clone();
        for role in ["consumer", "provider"] {
            if self.has(name, role) {
                let build = self.build(name, role, event.clone(), branch, &commit);
                self.queue.push_back(build);
            }
        }
    }

    /// Returns a new build.
    pub(super) fn build(
        &mut self,
        app: &'static str,
        role: &'static str,
        event: Event,
        branch: &str,
        commit: &str,
    ) -> Build {
        let build = Build {
            number: u32::try_from(self.builds.len()).unwrap(),
            app,
            role,
            event,
            branch: branch.to_owned(),
            commit: commit.to_owned(),
            is_again: false,
        };
        self.builds.push(build.clone());
        build
    }

    /// Queues the builds that the API was asked for.
    pub(super) fn take_dispatches(&mut self) {
        let taken = {
            let mut inbox = self.inbox.lock().unwrap();
            self.tally.refused = inbox.refused;
            self.tally.delivered.clone_from(&inbox.delivered);
            std::mem::take(&mut inbox.builds)
        };
        for (name, payload) in taken {
            let name = TEAMS.into_iter().find(|it| *it == name).unwrap();
            let contracts = payload["contracts"].as_array().cloned().unwrap_or_default();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let contents = contracts.iter().map(|it| text(&it["content"])).collect();
            self.tally
                .dispatches
                .push((text(&payload["sha"]), contents));
            let head = self.apps[name].heads["main"].clone();
            let build = self.build(name, "provider", Event::Dispatch(payload), "main", &head);
            self.queue.push_back(build);
        }
    }

    /// Says how the next job is interrupted, if it is.
    pub(super) fn fate(&mut self, job: &str) -> Kill {
        if !self.is_rough || !self.chance.is(22) {
            return Kill::Never;
        }
        let is_dispatcher = matches!(job, "owed" | "webhooks");
        match self.chance.below(4) {
            0 if is_dispatcher => Kill::AtRequest,
            0 | 1 => Kill::AtPush,
            _ => Kill::After(self.chance.below(1000)),
        }
    }
}

/// Returns the directory of a repository.
pub(super) fn repository(app: &str) -> String {
    match app {
        CONTRACTS => STORE.to_owned(),
        app => format!("{app}.git"),
    }
}

impl Inbox {
    /// Takes a request, but for some that it is too busy for.
    fn take(&mut self, request: &Received) -> String {
        self.asked += 1;
        let authorization = request.header("authorization");
        if ![TOKEN, SECRET]
            .iter()
            .any(|it| authorization == format!("Bearer {it}"))
        {
            return answer("401 Unauthorized", &[], "");
        }
        if self.asked.is_multiple_of(7) {
            self.refused += 1;
            return answer("503 Service Unavailable", &[], "");
        }
        let path = request.line.split(' ').nth(1).unwrap();
        let name = path.strip_prefix("/repos/shop/").unwrap();
        let name = name.strip_suffix("/dispatches").unwrap();
        let delivery = request.header("x-git-pact-delivery");
        if !delivery.is_empty() {
            *self.delivered.entry(delivery.to_owned()).or_default() += 1;
        }
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(
            body["event_type"],
            "contract_requiring_verification_published"
        );
        self.builds
            .push((name.to_owned(), body["client_payload"].clone()));
        answer("204 No Content", &[], "")
    }
}
