//! Where a command goes wrong: a store with something of every kind in it, a repository that somebody
//! works in, and what has to hold of both.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use super::lines::Line;
use super::power;
use super::power::Loss;
use super::shim;
use super::shim::Fault;
use super::shim::Step;
use crate::support::git::Git;
use crate::support::sandbox::Output;
use crate::support::sandbox::Sandbox;
use crate::support::team::pact;
use crate::support::team::words;

/// The time of every command: what is recorded twice is the same.
const NOW: &str = "2026-11-22T08:00:00Z";

/// A public key; nobody has the other half.
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ci@web";

/// What a store has before anything goes wrong.
const STORY: &[&str] = &[
    "publish ../pacts/1.json -a 1 --branch main --tag dev",
    "publish ../pacts/2.json -a 2 --branch feat/x",
    "create-or-update-version -a Orders -e 7 --branch main",
    "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
    "create-environment --name production --production",
    "create-environment --name test",
    "record-deployment -a Web -e 1 --environment production",
    "record-release -a Orders -e 7 --environment production",
    "create-label -a Web --label mobile",
    "create-or-update-webhook --uuid abcdefgh_-123456 -X POST https://ci.example.org/a \
     --contract-published",
];

/// Where a command writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The repository around is the authority itself.
    Own,
    /// The repository around is a clone; it writes to the remote.
    Clone,
    /// The same with `--offline`: what is written is kept.
    Kept,
    /// The store is named by its URL: a private clone is made in the cache.
    Url,
}

/// What there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// The tree of each branch of the authority.
    pub(super) records: BTreeMap<String, String>,
    /// What is kept in the clone, to be pushed.
    pub(super) kept: Option<String>,
}

/// A place, as it was at the beginning, and as it is now.
pub(super) struct Scene {
    sandbox: Sandbox,
    pub(super) place: Place,
    shim: &'static Path,
    path: String,
}

/// What became of a command.
#[derive(Debug)]
pub(super) struct Tried {
    pub(super) output: Output,
    pub(super) steps: Vec<Step>,
}

impl Tried {
    /// Returns the step that went wrong; none if it was over before.
    pub(super) fn struck(&self) -> Option<usize> {
        self.steps.iter().position(|step| step.struck)
    }
}

impl Scene {
    /// Returns a place with a story behind it; none where no shim can be made.
    pub(super) fn new(place: Place) -> Option<Self> {
        let scene = Self {
            sandbox: Sandbox::new(),
            place,
            shim: shim::shim()?,
            path: shim::search_path(),
        };
        let here = scene.here();
        Self::work_in(&here);
        if place != Place::Own {
            let store = scene.sandbox.git("now/store.git");
            store.run(&["init", "--bare", "--template=", "--initial-branch=main"]);
        }
        if matches!(place, Place::Clone | Place::Kept) {
            let store = scene.sandbox.path("now/store.git");
            here.run(&["remote", "add", "origin", store.to_str().unwrap()]);
        }
        for (name, wanted) in [("1", "an order"), ("2", "an invoice"), ("3", "a receipt")] {
            let file = scene.sandbox.path(&format!("now/pacts/{name}.json"));
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, pact("Web", "Orders", &[wanted])).unwrap();
        }
        let file = |name: &str| scene.sandbox.path(&format!("now/pacts/{name}"));
        fs::write(file("app.json"), pact("App", "Orders", &["an order"])).unwrap();
        fs::write(file("key.pub"), KEY).unwrap();
        fs::create_dir(file("many")).unwrap();
        for number in 0..30 {
            let pact = pact("Web", &format!("P{number}"), &["an order"]);
            fs::write(file(&format!("many/{number}.json")), pact).unwrap();
        }
        for line in STORY {
            scene.step(line);
        }
        copy(&scene.now(), &scene.sandbox.path("story"));
        Some(scene)
    }

    /// Begins anew with the story, and with what else has to be there for a line.
    pub(super) fn begin(&self, line: &Line) {
        self.prepare(|| {
            for line in line.before {
                self.step(line);
            }
            for (branch, path) in line.harm {
                self.authority().amend(branch, path, None);
            }
        });
    }

    /// Begins anew with the story, and with more.
    pub(super) fn prepare(&self, more: impl FnOnce()) {
        let start = self.sandbox.path("start");
        replace(&self.sandbox.path("story"), &self.now());
        if self.place == Place::Kept {
            self.step("fetch");
            // Somebody has kept something here before.
            let kept = self.again("create-label -a Web --label kept");
            assert_eq!(kept.status, Some(0), "{kept:?}");
        }
        more();
        replace(&self.now(), &start);
    }

    /// Makes everything as it was when this began.
    pub(super) fn restore(&self) {
        replace(&self.sandbox.path("start"), &self.now());
    }

    /// Keeps the remote as it is now.
    pub(super) fn remember_authority(&self) {
        let (now, kept) = (
            self.sandbox.path("now/store.git"),
            self.sandbox.path("kept.git"),
        );
        replace(&now, &kept);
    }

    /// Makes the remote as it was when it was remembered.
    pub(super) fn recall_authority(&self) {
        let (now, kept) = (
            self.sandbox.path("now/store.git"),
            self.sandbox.path("kept.git"),
        );
        replace(&kept, &now);
    }

    /// Has the remote look at what is pushed, as a server with the hook.
    pub(super) fn guard_authority(&self) {
        self.sandbox.guard("now/store.git");
    }

    /// Returns where everything lies now.
    pub(super) fn now(&self) -> PathBuf {
        self.sandbox.path("now")
    }

    /// Takes away what a loss of power would after these steps.
    pub(super) fn cut(&self, steps: &[Step], loss: Loss) {
        power::cut(steps, &self.now(), &self.sandbox.path("start"), loss);
    }

    /// Returns the `git` of the repository that somebody works in.
    pub(super) fn here(&self) -> Git {
        self.sandbox.git("now/here")
    }

    /// Returns the `git` of the authority.
    pub(super) fn authority(&self) -> Git {
        match self.place {
            Place::Own => self.here(),
            _ => self.sandbox.git("now/store.git"),
        }
    }

    /// Runs a command line of git-pact, while something goes wrong at a step of a program.
    pub(super) fn attempt(&self, line: &str, watched: &str, fault: Fault, step: usize) -> Tried {
        let log = self.sandbox.path("log");
        let mut arguments = shim::arguments(&log, watched, fault, step);
        arguments.push(env!("CARGO_BIN_EXE_git-pact").to_owned());
        arguments.extend(self.line(line));
        let mut command = self.sandbox.command_of(self.shim, "now/here", &arguments);
        let output = self.finish(&mut command);
        Tried {
            output,
            steps: shim::steps(&log),
        }
    }

    /// Runs a command line of git-pact as it is, with more options.
    pub(super) fn run(&self, line: &str, more: &[&str]) -> Output {
        let mut arguments = words(line);
        arguments.extend(more.iter().map(|word| (*word).to_owned()));
        self.finish(&mut self.sandbox.command("now/here", &arguments))
    }

    /// Runs a command line where it belongs.
    pub(super) fn again(&self, line: &str) -> Output {
        self.finish(&mut self.sandbox.command("now/here", &self.line(line)))
    }

    fn finish(&self, command: &mut std::process::Command) -> Output {
        let command = command
            .env("GIT_PACT_NOW", NOW)
            // With a limit git leads a group of its own, which is not killed with ours.
            .env("GIT_PACT_TIME_LIMIT", "0")
            .env("XDG_CACHE_HOME", self.sandbox.path("now/cache"))
            .env("PATH", &self.path);
        let output = command.output().unwrap();
        Output {
            stdout: self.sandbox.scrubbed(output.stdout),
            stderr: self.sandbox.scrubbed(output.stderr),
            status: output.status.code(),
        }
    }

    /// Returns the words of a line, with what says where it belongs.
    fn line(&self, line: &str) -> Vec<String> {
        let mut arguments = words(line);
        match self.place {
            Place::Own | Place::Clone => {}
            Place::Kept => arguments.push("--offline".to_owned()),
            Place::Url => {
                let store = self.sandbox.path("now/store.git");
                arguments.extend(["--repo".to_owned(), format!("file://{}", store.display())]);
            }
        }
        arguments
    }

    /// Runs a line of the story, online.
    fn step(&self, line: &str) {
        let output = match self.place {
            Place::Kept => self.run(line, &[]),
            _ => self.again(line),
        };
        assert_eq!(output.status, Some(0), "{line}: {output:?}");
    }

    /// Makes a repository in which somebody is in the middle of something.
    fn work_in(here: &Git) {
        here.run(&["init", "--template=", "--initial-branch=work"]);
        for (file, text) in [("a.txt", "a"), ("b.txt", "b")] {
            fs::write(here.directory().join(file), text).unwrap();
        }
        here.run(&["add", "."]);
        here.run(&["commit", "-m", "Begin"]);
        fs::write(here.directory().join("a.txt"), "changed").unwrap();
        here.run(&["stash"]);
        fs::write(here.directory().join("a.txt"), "changed again").unwrap();
        fs::write(here.directory().join("b.txt"), "staged").unwrap();
        here.run(&["add", "b.txt"]);
        fs::write(here.directory().join("c.txt"), "untracked").unwrap();
    }

    /// Returns what is on record now.
    pub(super) fn state(&self) -> State {
        let list = |git: &Git, prefix: &str| -> BTreeMap<String, String> {
            let format = "--format=%(refname) %(tree)";
            let refs = git.run(&["for-each-ref", format, prefix]);
            let refs = refs.lines().filter_map(|line| line.split_once(' '));
            refs.map(|(name, tree)| (name.to_owned(), tree.to_owned()))
                .collect()
        };
        let mut kept = list(&self.here(), "refs/git-pact");
        if self.place == Place::Own {
            kept.clear();
        }
        State {
            records: list(&self.authority(), "refs/heads/pact"),
            kept: kept.remove("refs/git-pact/pending"),
        }
    }

    /// Returns what belongs to whoever works here, byte for byte.
    pub(super) fn theirs(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let here = self.sandbox.path("now/here");
        let mut files = BTreeMap::new();
        let work = fs::read_dir(&here).unwrap();
        let work = work.map(|entry| entry.unwrap().path());
        let git = [
            "index",
            "HEAD",
            "config",
            "refs/heads/work",
            "refs/stash",
            "logs/HEAD",
        ];
        let git = git.map(|name| here.join(".git").join(name));
        for path in work.filter(|path| path.is_file()).chain(git) {
            let bytes = fs::read(&path).unwrap();
            files.insert(path, bytes);
        }
        files
    }

    /// Removes the lock files that somebody left behind and returns them.
    pub(super) fn unlock(&self) -> Vec<PathBuf> {
        let below = walkdir::WalkDir::new(self.now());
        let paths = below.into_iter().map(|entry| entry.unwrap().into_path());
        let locks: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|it| it == "lock"))
            .collect();
        for lock in &locks {
            fs::remove_file(lock).unwrap();
        }
        locks
    }
}

/// Makes one directory as another one is.
pub(super) fn replace(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    copy(from, to);
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
