//! The GitHub action: what it installs, and how it runs a command. Its scripts are run as a runner does.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use sha2::Digest;
use sha2::Sha256;

use crate::support::sandbox::Output;
use crate::support::team::Shop;

/// A job on a runner.
struct Job {
    shop: Shop,
}

impl Job {
    fn new() -> Self {
        let shop = Shop::with_a_remote(&["job"]);
        fs::create_dir(shop.sandbox.path("temp")).unwrap();
        Self { shop }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.shop.sandbox.path(name)
    }

    /// Runs a script of the action; git-pact is on the PATH if it is to be there.
    fn run(&self, script: &str, inputs: &[(&str, &str)], is_there: bool) -> Output {
        let script = format!(
            "{}/.github/actions/git-pact/{script}",
            env!("CARGO_MANIFEST_DIR")
        );
        let mut command = self
            .shop
            .sandbox
            .command_of("bash", "job", &[script.as_str()]);
        let mut path = vec![];
        if is_there {
            path.push(
                Path::new(env!("CARGO_BIN_EXE_git-pact"))
                    .parent()
                    .unwrap()
                    .to_owned(),
            );
        }
        path.extend(["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from));
        command
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("RUNNER_TEMP", self.path("temp"))
            .env("GITHUB_OUTPUT", self.path("outputs"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("GITHUB_PATH", self.path("added"))
            .env(
                "GITHUB_SERVER_URL",
                format!("file://{}", self.path("forge").display()),
            )
            .env("ACTION_REPOSITORY", "shop/git-pact")
            .envs(inputs.iter().copied());
        let output = command.output().unwrap();
        Output {
            stdout: self.shop.sandbox.scrubbed(output.stdout),
            stderr: self.shop.sandbox.scrubbed(output.stderr),
            status: output.status.code(),
        }
    }

    /// Returns an output of the step; of several with this name the last counts.
    fn output(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.path("outputs")).ok()?;
        let prefix = format!("{name}=");
        let mut lines = text.lines().rev();
        let value = lines.find_map(|line| line.strip_prefix(&prefix));
        value.map(str::to_owned)
    }
}

#[test]
fn what_is_on_the_path_is_good_enough_unless_another_version_is_wanted() {
    let job = Job::new();
    let here = env!("CARGO_PKG_VERSION");
    let tag = format!("v{here}");
    let inputs = |version| [("VERSION", version), ("ACTION_REF", "main")];
    for version in ["", here, &tag] {
        let said = job.run("install.sh", &inputs(version), true);
        assert_eq!(
            said.stdout,
            format!("git-pact {here} is here already.\n"),
            "{said:?}"
        );
    }
    assert!(!job.path("added").exists());
    let refused = job.run("install.sh", &inputs("99.0.0"), true);
    assert!(
        refused.stdout.contains("/releases/download/v99.0.0/"),
        "{refused:?}"
    );
    assert_eq!(refused.status, Some(1));
    for (version, told) in [
        ("", "say which version"),
        ("1.0.0; reboot", "no number of a release"),
    ] {
        let refused = job.run("install.sh", &inputs(version), false);
        assert_eq!(refused.status, Some(1));
        assert!(refused.stdout.contains(told), "{refused:?}");
    }
}

#[test]
fn a_release_is_installed_only_if_it_is_what_it_should_be() {
    let job = Job::new();
    let machine = Command::new("uname").arg("-m").output().unwrap().stdout;
    let machine = String::from_utf8(machine).unwrap().trim().to_owned();
    let name = format!("git-pact-7.0.0-{machine}-unknown-linux-musl.tar.gz");
    let release = "forge/shop/git-pact/releases/download/v7.0.0";
    job.shop
        .write("made/git-pact", "#!/bin/sh\necho git-pact 7.0.0\n");
    let program = job.path("made/git-pact");
    fs::set_permissions(
        &program,
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    fs::create_dir_all(job.path(release)).unwrap();
    let archive = job.path(release).join(&name);
    let packed = Command::new("tar")
        .args(["-czf", archive.to_str().unwrap(), "-C"])
        .args([job.path("made").to_str().unwrap(), "git-pact"])
        .status();
    assert!(packed.unwrap().success());
    let digest = Sha256::digest(fs::read(&archive).unwrap());
    let sum = git_pact::domain::content::hex(&digest);
    let wrong = sum.replace(|c: char| c != '0', "0");
    job.shop.write(
        &format!("{release}/{name}.sha256"),
        format!("{sum}  {name}\n"),
    );

    let inputs = |sum| [("VERSION", "7.0.0"), ("ACTION_REF", ""), ("SHA256", sum)];
    let refused = job.run("install.sh", &inputs(wrong.as_str()), false);
    assert!(
        refused.stdout.contains("has another SHA-256"),
        "{refused:?}"
    );
    assert!(!job.path("added").exists());
    for sum in [sum.to_uppercase().as_str(), ""] {
        let said = job.run("install.sh", &inputs(sum), false);
        assert_eq!(said.status, Some(0), "{said:?}");
    }
    let added = fs::read_to_string(job.path("added")).unwrap();
    assert!(
        added
            .lines()
            .all(|line| Path::new(line).join("git-pact").exists())
    );
    assert_eq!(added.lines().count(), 2);

    // Without a version it is the release that the action is of.
    let inputs = [("VERSION", ""), ("ACTION_REF", "v7.0.0")];
    let said = job.run("install.sh", &inputs, false);
    assert_eq!(said.stdout, "git-pact 7.0.0 is installed.\n", "{said:?}");
    fs::write(&archive, "half").unwrap();
    let refused = job.run("install.sh", &inputs, false);
    assert_eq!(refused.status, Some(1));
}

#[test]
fn a_gate_answers_later_steps_and_arguments_are_words() {
    let job = Job::new();
    job.shop
        .pact("job/1.json", "Web", "Order Service", &["an order"]);
    job.shop.step("job", "publish 1.json -a 1 --branch main");
    let inputs = |command, args| [("COMMAND", command), ("ARGS", args)];
    let gate = "-a Web --version 1 -a 'Order Service' --latest";
    let said = job.run("run.sh", &inputs("can-i-deploy", gate), true);
    assert!(matches!(said.status, Some(1 | 3)), "{said:?}");
    assert!(said.stdout.starts_with("::"), "{said:?}");
    let code = said.status.unwrap().to_string();
    assert_eq!(job.output("exit-code"), Some(code));
    assert!(
        fs::read_to_string(job.path("summary"))
            .unwrap()
            .contains("##")
    );

    let states = "list\n  --provider \"Order Service\"";
    let said = job.run("run.sh", &inputs("provider-states", states), true);
    assert_eq!(said.status, Some(0), "{said:?}");
    assert_eq!(job.output("verdict").as_deref(), Some("yes"));
    let json = fs::read(job.output("json").unwrap()).unwrap();
    let _: serde_json::Value = serde_json::from_slice(&json).unwrap();

    let verified = "--provider 'Order Service' -a 1 --consumer Web --success";
    let _ = job.run("run.sh", &inputs("record-verification", verified), true);
    let gate = "-a Web --version 1 -a 'Order Service' --version 1";
    let said = job.run("run.sh", &inputs("can-i-deploy", gate), true);
    assert_eq!(said.status, Some(0), "{said:?}");
    assert_eq!(job.output("verdict").as_deref(), Some("yes"));
    assert_eq!(job.output("count").as_deref(), Some("1"));
    assert!(job.output("commit").unwrap().len() >= 40);

    let evil = "-a '$(touch pwned)' --version `touch pwned` ; touch pwned";
    let said = job.run("run.sh", &inputs("can-i-deploy", evil), true);
    assert_eq!(job.output("verdict").as_deref(), Some("error"), "{said:?}");
    for (command, args) in [("version; touch pwned", ""), ("version", "'open")] {
        assert_eq!(
            job.run("run.sh", &inputs(command, args), true).status,
            Some(2)
        );
    }
    assert!(!job.path("job/pwned").exists());
}
