//! The runner: a job is the shell of its steps, in a checkout of one commit, with what GitHub says of the build.
//! It may be killed with all that it started: after a while, when its push is in, or when its request was made.

use std::fs;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process_group;
use rustix::process::test_kill_process_group;
use serde_json::Value;

use super::world::Build;
use super::world::Event;
use super::world::Forge;
use super::world::SECRET;
use super::world::TOKEN;

/// How a job is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kill {
    /// Not at all.
    Never,
    /// After so many thousandths of the time that such a job takes.
    After(u32),
    /// When what it pushed is in.
    AtPush,
    /// When a request of it was read and is not answered.
    AtRequest,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With this exit code.
    Exit(i32),
    /// It was killed.
    Killed,
}

/// A checkout in which the steps of a job run.
pub(super) struct Checkout {
    /// The name of its directory.
    name: String,
    /// What the service says of the build.
    says: Vec<(String, String)>,
}

impl Forge {
    /// Checks out the commit of a build, and nothing else, into a directory that was never used.
    pub(super) fn checkout(&mut self, build: &Build) -> Checkout {
        self.checkouts += 1;
        let name = format!("runner/{}", self.checkouts);
        let git = self.shop.sandbox.git(&name);
        fs::create_dir_all(self.shop.sandbox.path(&format!("{name}.home"))).unwrap();
        git.run(&["init", "--quiet", "--template="]);
        git.run(&["remote", "add", "origin", &self.url(build.app)]);
        let commit = build.checked_out();
        let fetch = ["fetch", "--quiet", "--no-auto-maintenance", "--depth", "1"];
        git.run(&[fetch.as_slice(), &["origin", commit]].concat());
        git.run(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
        let says = self.says(build, &name);
        Checkout { name, says }
    }

    /// Returns what GitHub, and the file of the workflow, put into the environment of a build.
    fn says(&self, build: &Build, name: &str) -> Vec<(String, String)> {
        let home = format!("{name}.home");
        let path = |name: &str| self.shop.sandbox.path(name).to_str().unwrap().to_owned();
        let event = path(&format!("{name}.json"));
        let mut says = vec![
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_EVENT_NAME", build.event.name().to_owned()),
            ("GITHUB_EVENT_PATH", event.clone()),
            ("GITHUB_SERVER_URL", "https://forge.example.org".to_owned()),
            ("GITHUB_REPOSITORY", format!("shop/{}", build.app)),
            ("GITHUB_RUN_ID", build.number.to_string()),
            ("GITHUB_API_URL", self.api_url()),
            ("HOME", path(&home)),
            ("XDG_CACHE_HOME", path(&format!("{home}/cache"))),
            ("FORGE_NOTES", path("notes")),
            ("FORGE_APP", build.app.to_owned()),
            // With a limit on its time a `git` leads a process group of its own, and would live on.
            ("GIT_PACT_TIME_LIMIT", "0".to_owned()),
        ];
        let (reference, branch) = match build.event {
            Event::Request => ("refs/pull/7/merge".to_owned(), "7/merge".to_owned()),
            _ => (format!("refs/heads/{}", build.branch), build.branch.clone()),
        };
        says.push(("GITHUB_REF", reference));
        says.push(("GITHUB_REF_NAME", branch));
        let sha = match build.event {
            // A merge that GitHub made, which nobody else knows.
            Event::Request => "5f2d1c0b9a8e7f6d5c4b3a29181706f5e4d3c2b1",
            _ => &build.commit,
        };
        says.push(("GITHUB_SHA", sha.to_owned()));
        says.push(("HEAD_SHA", build.commit.clone()));
        let told = match &build.event {
            Event::Request => {
                says.push(("GITHUB_HEAD_REF", build.branch.clone()));
                says.push(("GITHUB_BASE_REF", "main".to_owned()));
                let here = serde_json::json!({ "full_name": format!("shop/{}", build.app) });
                serde_json::json!({ "pull_request": {
                    "number": 7,
                    "head": { "sha": build.commit, "ref": build.branch, "repo": here },
                    "base": { "ref": "main", "repo": here },
                }})
            }
            Event::Dispatch(payload) => serde_json::json!({ "client_payload": payload }),
            _ => serde_json::json!({}),
        };
        fs::write(event, told.to_string()).unwrap();
        if let Event::Dispatch(payload) = &build.event {
            let text = |name: &str| payload[name].as_str().unwrap_or_default().to_owned();
            says.push(("PACT_PROVIDER_VERSION", text("sha")));
            says.push(("PACT_PROVIDER_BRANCH", text("branch")));
        }
        if let Event::Deploy(environment) = build.event {
            says.push(("FORGE_ENVIRONMENT", environment.to_owned()));
        }
        if build.app != super::world::CONTRACTS {
            says.push(("GIT_PACT_REPO", self.url(super::world::CONTRACTS)));
        }
        says.into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// Runs the steps of a job, each in a shell of its own, until one fails or the job is killed.
    pub(super) fn job(&mut self, checkout: &Checkout, job: &Value, kill: Kill) -> End {
        let id = job["id"].as_str().unwrap().to_owned();
        let notes = self.shop.sandbox.path("notes");
        match kill {
            Kill::AtPush => fs::write(notes.join("die-at-push"), "").unwrap(),
            Kill::AtRequest => fs::write(notes.join("die-at-request"), "").unwrap(),
            Kill::Never | Kill::After(_) => {}
        }
        let usual = self
            .usual
            .get(&id)
            .copied()
            .unwrap_or(Duration::from_millis(300));
        let begin = Instant::now();
        let until = match kill {
            Kill::After(thousandths) => Some(begin + usual * thousandths / 1000),
            _ => None,
        };
        let mut end = End::Exit(0);
        for step in job["steps"].as_array().unwrap() {
            self.pass(20);
            end = self.step(checkout, step, until);
            if end != End::Exit(0) {
                break;
            }
        }
        for name in ["die-at-push", "die-at-request"] {
            // Most jobs do neither.
            drop(fs::remove_file(notes.join(name)));
        }
        if end == End::Killed {
            // What serves git at the forge does not die with a runner, and leaves no lock.
            unlock(self.store().directory());
        } else if end == End::Exit(0) {
            self.usual.insert(id, begin.elapsed());
        }
        end
    }

    fn step(&mut self, checkout: &Checkout, step: &Value, until: Option<Instant>) -> End {
        let script = step["script"].as_str().unwrap();
        // Nobody waits in a play.
        let script = script.replace("--retry-while-unknown 30", "--retry-while-unknown 0");
        let notes = self.shop.sandbox.path("notes");
        let group = notes.join("group");
        let script = format!("echo $$ > '{}'\n{script}", group.display());
        let log = self.shop.sandbox.path(&format!("{}.log", checkout.name));
        let file = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .unwrap();
        let mut command =
            self.shop
                .sandbox
                .command_of("sh", &checkout.name, &["-e", "-c", &script]);
        command
            .env("PATH", search_path())
            .env("GIT_PACT_NOW", self.now().to_string())
            .envs(checkout.says.iter().map(|(name, value)| (name, value)))
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .process_group(0);
        if step["needs_token"] == true {
            command
                .env("GIT_PACT_TOKEN", TOKEN)
                .env("GITHUB_TOKEN", TOKEN)
                .env("GIT_PACT_SECRET_FORGE", SECRET)
                .env("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http")
                .env("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "127.0.0.1");
        }
        let mut child = command.spawn().unwrap();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if until.is_some_and(|until| until <= Instant::now()) {
                // It may be over just now.
                let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
            }
            thread::sleep(Duration::from_millis(3));
        };
        let end = status.code().map_or(End::Killed, End::Exit);
        if end == End::Killed {
            until_all_are_gone(Pid::from_child(&child));
        }
        end
    }

    /// Returns what the last job in a checkout said.
    pub(super) fn log(&self, checkout: &Checkout) -> String {
        let log = self.shop.sandbox.path(&format!("{}.log", checkout.name));
        fs::read_to_string(log).unwrap_or_default()
    }

    /// Keeps what a job leaves to later ones, or puts it into the checkout of a later one.
    pub(super) fn hand_over(&self, job: &Value, checkout: &Checkout, build: u32) {
        let artefact = self.shop.sandbox.path(&format!("runner/artefact-{build}"));
        let path = |name: &Value| {
            let name = format!("{}/{}", checkout.name, name.as_str().unwrap());
            self.shop.sandbox.path(&name)
        };
        match (&job["leaves"], &job["takes"]) {
            (leaves, _) if leaves.is_string() => copy(&path(leaves), &artefact),
            (_, takes) if takes.is_string() => copy(&artefact, &path(takes)),
            _ => {}
        }
    }
}

/// Waits until nobody of a group that was killed can write any more: who is killed may be in the middle of a call.
fn until_all_are_gone(group: Pid) {
    let begin = Instant::now();
    // Where nobody buries the dead, they stay for good.
    while test_kill_process_group(group).is_ok() && begin.elapsed() < Duration::from_secs(2) {
        thread::sleep(Duration::from_millis(1));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Returns where programs are looked for: git-pact first.
fn search_path() -> std::ffi::OsString {
    let program = Path::new(env!("CARGO_BIN_EXE_git-pact"));
    let path = std::env::var_os("PATH").unwrap();
    let first = program.parent().unwrap().to_owned();
    let all = std::iter::once(first).chain(std::env::split_paths(&path));
    std::env::join_paths(all).unwrap()
}

/// Removes the locks of a `git` that was killed.
fn unlock(directory: &Path) {
    let mut directories: Vec<PathBuf> = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        // What is killed may be going still.
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|it| it == "lock") {
                // It may be gone by now.
                drop(fs::remove_file(path));
            }
        }
    }
}
