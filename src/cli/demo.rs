//! `git pact demo`: the main job, played on real pacts with the commands themselves.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;

use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::run;
use super::ui::Colour;
use super::ui::Ui;
use crate::domain::time::Timestamp;
use crate::remote::Progress;
use crate::store::git::Place;

/// The pacts of the demo, and what a real verifier said of them.
const WEB_1: &[u8] = include_bytes!("../../fixtures/pacts/orders/web-1.json");
const WEB_2: &[u8] = include_bytes!("../../fixtures/pacts/orders/web-2.json");
const MOBILE_APP_1: &[u8] = include_bytes!("../../fixtures/pacts/orders/mobile-app-1.json");
const ALL_PASSED: &[u8] = include_bytes!("../../fixtures/verifier/rust-pass.json");
const WEB_2_FAILED: &[u8] = include_bytes!("../../fixtures/verifier/rust-fail.json");

/// Play the main job in a folder: two consumers, a provider, two environments
///
/// Makes a bare contracts repository and plays the pipelines of three applications against it,
/// each with a cache of its own as if on a machine of its own. Prints every command with its
/// output, and leaves the repository there to look at.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where to play; a new or empty folder
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

impl Demo {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let folder = self.folder(outside)?;
        let contracts = folder.join("contracts.git");
        Place::init_bare(&contracts)?;
        let mut stage = Stage {
            folder,
            url: format!("file://{}", contracts.display()),
            outside,
            ui,
            minutes: 0,
        };
        stage.play()?;
        let Stage { ui, .. } = stage;
        ui.data(&format!(
            "\nEverything is in {path}, a git repository like any other:\n\
             \n  git -C {path} branch\n  git -C {path} log --stat pact/app/Web\n  \
             git -C {path} ls-tree -r --name-only pact/contracts/Order%20Service\n",
            path = contracts.display()
        ));
        Ok(Exit::Yes)
    }

    /// Returns the folder to play in, made if it is not there.
    fn folder(&self, outside: &Outside) -> Result<PathBuf, Failure> {
        let failed = |path: &Path, error: std::io::Error| {
            Failure::usage(format!("cannot play in {}: {error}", path.display()))
        };
        let Some(folder) = &self.folder else {
            let temporary = tempfile::Builder::new().prefix("git-pact-demo-").tempdir();
            let temporary = temporary.map_err(|error| failed(&std::env::temp_dir(), error))?;
            return Ok(temporary.keep());
        };
        let folder = outside.working_directory.join(folder);
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
        let mut inside = fs::read_dir(&folder).map_err(|error| failed(&folder, error))?;
        if inside.next().is_some() {
            return Err(Failure::usage(format!("{} is not empty", folder.display())));
        }
        Ok(folder)
    }
}

/// Where the demo is played.
struct Stage<'a, 'b> {
    folder: PathBuf,
    url: String,
    outside: &'a Outside,
    ui: &'a mut Ui<'b>,
    minutes: i64,
}

impl Stage<'_, '_> {
    fn play(&mut self) -> Result<(), Failure> {
        self.scene("The store is a bare git repository; the first write prepares it.");
        self.on("admin", "create-environment --name test", Exit::Yes)?;
        self.on(
            "admin",
            "create-environment --name production --production",
            Exit::Yes,
        )?;

        self.scene("Two consumers publish what they expect of the Order Service.");
        self.file("web/pacts/web-order-service.json", WEB_1)?;
        self.on(
            "web",
            "publish ./pacts --consumer-app-version web-1 --branch main",
            Exit::Yes,
        )?;
        self.file("mobile/pacts/mobile-app-order-service.json", MOBILE_APP_1)?;
        self.on(
            "mobile",
            "publish ./pacts --consumer-app-version app-1 --branch main",
            Exit::Yes,
        )?;

        self.scene("May Web go to production? Nobody has verified its pact yet: unknown.");
        let web_1 = "can-i-deploy --pacticipant Web --version web-1 --to-environment production";
        self.on("web", web_1, Exit::Unknown)?;

        self.scene(
            "The provider fetches the pacts, runs its Pact verifier over ./verify (here: what a \
             real one wrote), records what it found, and is deployed.",
        );
        let pull = "pull --provider \"Order Service\" --provider-version-branch main --main-branch \
                    --to ./verify";
        self.on("orders", pull, Exit::Yes)?;
        self.file("orders/results.json", ALL_PASSED)?;
        let record = "record-verification --provider \"Order Service\" --branch main \
                      --provider-app-version orders-1 --results results.json";
        self.on("orders", record, Exit::Yes)?;
        let orders = "can-i-deploy --pacticipant \"Order Service\" --version orders-1 \
                      --to-environment production";
        self.on("orders", orders, Exit::Yes)?;
        for environment in ["test", "production"] {
            let deploy = format!(
                "record-deployment --pacticipant \"Order Service\" --version orders-1 \
                 --environment {environment}"
            );
            self.on("orders", &deploy, Exit::Yes)?;
        }

        self.scene("Now the answer is yes, from any clone, offline too.");
        self.on("web", web_1, Exit::Yes)?;
        let deploy = "record-deployment --pacticipant Web --version web-1 --environment production";
        self.on("web", deploy, Exit::Yes)?;

        self.scene("Web wants more than the provider has: a new version of the pact.");
        self.file("web/pacts/web-order-service.json", WEB_2)?;
        self.on(
            "web",
            "publish ./pacts --consumer-app-version web-2 --branch main",
            Exit::Yes,
        )?;
        self.on("orders", pull, Exit::Yes)?;
        self.file("orders/results.json", WEB_2_FAILED)?;
        self.on("orders", record, Exit::Yes)?;

        self.scene("May web-2 go to production? No, and this is why.");
        let web_2 = "can-i-deploy --pacticipant Web --version web-2 --to-environment production";
        self.on("web", web_2, Exit::No)?;

        self.scene("What is where, and who said so?");
        self.on(
            "admin",
            "matrix --pacticipant Web --pacticipant \"Order Service\"",
            Exit::Yes,
        )?;
        self.on("admin", "log --limit 6", Exit::Yes)?;
        self.on("admin", "status", Exit::Yes)
    }

    fn scene(&mut self, text: &str) {
        let text = format!("# {text}");
        self.ui.data_of(&["\n".into(), Colour::Cyan.of(&text)]);
    }

    /// Writes a file that something other than git-pact would have written.
    fn file(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(path);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
    }

    /// Runs a command as one of the machines, and shows both the command and its output.
    fn on(&mut self, machine: &str, line: &str, expected: Exit) -> Result<(), Failure> {
        let outside = self.machine(machine)?;
        let prompt = format!("{machine}$ git pact {line}");
        self.ui.data_of(&["\n".into(), Colour::Green.of(&prompt)]);
        let words = words(line).into_iter().map(Into::into).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = run(words, outside.caller, || Ok(outside), &mut out, &mut err);
        for bytes in [out, err] {
            let text = String::from_utf8_lossy(&bytes);
            if !text.is_empty() {
                self.ui.pass_on(text.trim_end());
            }
        }
        if exit != Exit::Yes {
            self.ui
                .data(&format!("[exit {}]", exit.code(Face::GitPact)));
        }
        if exit == expected {
            return Ok(());
        }
        let expected = expected.code(Face::GitPact);
        let message = format!("the demo expected exit {expected} here");
        Err(Failure::new(Exit::Failed, message)
            .hint("this is a bug of git-pact, or of the git that it found"))
    }

    /// Returns the world of one machine: a folder, a cache and a clock that goes on.
    fn machine(&mut self, name: &str) -> Result<Outside, Failure> {
        let mut outside = self.outside.clone();
        let home = self.folder.join(name);
        fs::create_dir_all(&home)
            .map_err(|error| Failure::usage(format!("cannot make {}: {error}", home.display())))?;
        let variables = [
            ("GIT_PACT_REPO", self.url.clone()),
            ("GIT_PACT_CACHE", home.join(".cache").display().to_string()),
            ("GIT_PACT_ACTOR", format!("{name} <{name}@ci.example>")),
        ];
        for (key, value) in variables {
            outside.environment.insert(key.to_owned(), value);
        }
        self.minutes += 1;
        let seconds = self.outside.now.epoch_seconds() + 60 * self.minutes;
        outside.now = Timestamp::clamped(seconds);
        outside.working_directory = home;
        outside.caller.face = Face::GitPact;
        outside.face = Face::GitPact;
        outside.interactive = false;
        outside.progress = Progress::default();
        Ok(outside)
    }
}

/// Returns the words of a command line; what stands in double quotes is one word.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let word = |(index, part): (usize, &str)| match index % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    };
    parts.flat_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn quoted_words_stay_together() {
        assert_eq!(
            words("pull --provider \"Order Service\" --to x"),
            ["pull", "--provider", "Order Service", "--to", "x"]
        );
    }
}
