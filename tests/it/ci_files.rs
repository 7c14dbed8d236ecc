//! `git pact ci`: the shell in the files is run as each service runs it, in shallow checkouts of a commit.

mod action;
mod files;
mod forges;
mod queues;

use std::fs;

use serde_json::Value;

use crate::support::sandbox::Output;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// A store, and the repository of an application that is consumer and provider in one: `Web` and `Orders`.
struct Build {
    shop: Shop,
}

/// A checkout as a service makes it.
struct Checkout<'a> {
    build: &'a Build,
    directory: String,
    /// The store, unless it is the repository that is checked out.
    store: Option<String>,
    /// What the service says of the build.
    says: Vec<(String, String)>,
}

impl Build {
    fn new() -> Self {
        let shop = Shop::with_a_remote(&["desk"]);
        shop.sandbox
            .git("app.git")
            .run(&["init", "--bare", "--initial-branch=main"]);
        let app = shop.sandbox.git("app.git");
        // As the forges do.
        app.run(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        shop.sandbox.clone_of("app.git", "author");
        let build = Self { shop };
        build.commit("main", &["an order"]);
        build.commit("fix/total", &["an order", "a total"]);
        build
            .shop
            .step("desk", "create-environment --name production --production");
        build
    }

    /// Commits what the tests of the consumer want to a branch of the application, and returns the commit.
    fn commit(&self, branch: &str, wanted: &[&str]) -> String {
        let author = self.shop.sandbox.git("author");
        author.run(&["checkout", "--quiet", "-B", branch]);
        self.shop
            .pact("author/wanted/web.json", "Web", "Orders", wanted);
        self.shop.write(
            "author/passes.json",
            r#"[{"consumer": "Web", "success": true}]"#,
        );
        author.run(&["add", "."]);
        let as_ada = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
        let commit = ["commit", "--quiet", "--allow-empty", "-m", "Want more"];
        author.run(&[as_ada.as_slice(), &commit].concat());
        author.run(&["push", "--quiet", "--force", "origin", branch]);
        self.head(branch)
    }

    /// Returns the last commit of a branch of the application.
    fn head(&self, branch: &str) -> String {
        self.shop.sandbox.git("app.git").run(&["rev-parse", branch])
    }

    /// Checks out a commit alone, on no branch.
    fn checkout(&self, name: &str, commit: &str) -> Checkout<'_> {
        let git = self.shop.sandbox.git(name);
        let app = format!("file://{}", self.shop.sandbox.path("app.git").display());
        git.run(&["init", "--quiet"]);
        git.run(&["remote", "add", "origin", &app]);
        git.run(&["fetch", "--quiet", "--depth", "1", "origin", commit]);
        git.run(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
        Checkout {
            build: self,
            directory: name.to_owned(),
            store: Some(self.url()),
            says: Vec::new(),
        }
    }

    /// Returns the files of a forge for a role, as JSON has them.
    fn files(&self, forge: &str, role: &str, more: &[&str]) -> Vec<Value> {
        let url = self.url();
        let mut line = vec![
            "ci",
            forge,
            "--role",
            role,
            "--provider",
            "Orders",
            "--environment",
            "production",
            "--contracts-repo",
            &url,
            "--test-command",
            "cp -r wanted pacts",
            "--verify-command",
            "cp passes.json results.json",
            "--deploy-command",
            "touch deployed",
            "--output",
            "json",
        ];
        if !more.contains(&"-a") {
            line.extend(["-a", "Web"]);
        }
        line.extend(more);
        let output = self.shop.sandbox.run("desk", &line);
        assert_eq!(output.status, Some(0), "{output:?}");
        let document: Value = serde_json::from_str(&output.stdout).unwrap();
        document["files"].as_array().unwrap().clone()
    }

    /// Returns the URL of the store.
    fn url(&self) -> String {
        format!("file://{}", self.shop.sandbox.path(STORE).display())
    }

    /// Returns what the store knows of a version.
    fn version(&self, pacticipant: &str, number: &str) -> Value {
        let line = format!("describe-version -a {pacticipant} -e {number}");
        self.shop.json("desk", &line, 0)
    }
}

impl Checkout<'_> {
    /// Has the service say something of the build.
    fn saying(mut self, says: &[(&str, &str)]) -> Self {
        let says = says
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.says.extend(says);
        self
    }

    /// Has the store in the repository that is checked out.
    fn with_store_here(mut self) -> Self {
        self.store = None;
        self
    }

    /// Runs the steps of a job, each in a shell of its own or all in one, until one fails; returns the last.
    fn job(&self, file: &Value, id: &str, one_shell: bool) -> Output {
        let jobs = file["jobs"].as_array().unwrap();
        let job = jobs.iter().find(|job| job["id"] == id);
        let job = job.unwrap_or_else(|| panic!("no job {id} in {jobs:?}"));
        let steps = job["steps"].as_array().unwrap();
        let scripts = steps
            .iter()
            .map(|step| step["script"].as_str().unwrap().to_owned());
        let mut scripts: Vec<String> = scripts.collect();
        if one_shell {
            scripts = vec![scripts.join("\n")];
        }
        let mut last = None;
        for script in scripts {
            let output = self.shell(&script);
            let is_over = output.status != Some(0);
            last = Some(output);
            if is_over {
                break;
            }
        }
        last.expect("a job has steps")
    }

    /// Runs a job that has to end well.
    fn succeeds(&self, file: &Value, id: &str, one_shell: bool) -> Output {
        let output = self.job(file, id, one_shell);
        assert_eq!(
            output.status,
            Some(0),
            "{id}: {}{}",
            output.stdout,
            output.stderr
        );
        output
    }

    /// Runs a script, without stopping at failures unless it says so itself.
    fn shell(&self, script: &str) -> Output {
        let sandbox = &self.build.shop.sandbox;
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_git-pact"));
        let stubs = sandbox.path("stubs");
        fs::create_dir_all(&stubs).unwrap();
        let agent = stubs.join("buildkite-agent");
        if !agent.exists() {
            self.build
                .shop
                .write("stubs/buildkite-agent", "#!/bin/sh\necho \"$@\"\ncat\n");
            let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::set_permissions(&agent, executable).unwrap();
        }
        let path = std::env::var_os("PATH").unwrap();
        let first = [stubs, program.parent().unwrap().to_owned()];
        let path = std::env::join_paths(first.into_iter().chain(std::env::split_paths(&path)));
        let mut command = sandbox.command_of("sh", &self.directory, &["-c", script]);
        command
            .env("PATH", path.unwrap())
            .env("GIT_PACT_TOKEN", "secret")
            .envs(self.store.iter().map(|url| ("GIT_PACT_REPO", url)))
            .envs(self.says.iter().map(|(name, value)| (name, value)));
        let output = command.output().unwrap();
        Output {
            stdout: sandbox.scrubbed(output.stdout),
            stderr: sandbox.scrubbed(output.stderr),
            status: output.status.code(),
        }
    }
}
