//! A place of its own for one command line: a store, files to publish, and the program under the
//! name that it is called by.

use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::pipe;
use std::process::Command;
use std::process::Stdio;

use super::super::support::sandbox::Output;
use super::super::support::sandbox::Sandbox;
use super::super::support::shop::fixture;
use super::stores::Stores;
use super::stores::Uuids;
use super::stores::copy;
use super::table::Case;
use super::text::named;

/// When a case is played; stores were built before.
const NOW: &str = "2026-11-21T12:00:00Z";

/// A place for one command line.
pub(super) struct Scene<'a> {
    sandbox: Sandbox,
    stores: &'a Stores,
    /// The store that it is a copy of.
    pub(super) given: String,
    uuids: Uuids,
}

impl<'a> Scene<'a> {
    /// Returns a place with a copy of a store.
    ///
    /// Fails if the store cannot be built.
    pub(super) fn new(stores: &'a Stores, given: &str) -> Result<Self, String> {
        let sandbox = Sandbox::new();
        let store = sandbox.path("store.git");
        let uuids = stores.put(given, &store)?;
        let work = sandbox.path("work");
        copy(fixture("cli/work").as_ref(), &work);
        fs::create_dir(work.join("emptydir")).unwrap();
        let given = given.to_owned();
        Ok(Self {
            sandbox,
            stores,
            given,
            uuids,
        })
    }

    /// Returns a command in the place; `$STORE`, `$WORK` and `$UUID(…)` stand for what is there.
    pub(super) fn command(&self, program: Option<&str>, args: &[String]) -> Command {
        let mut words: Vec<String> = args.iter().map(|word| self.filled(word)).collect();
        let mut command = match program {
            None => {
                words.insert(0, "broker".to_owned());
                self.sandbox.command("work", &words)
            }
            Some("git-pact") => self.sandbox.command("work", &words),
            Some(name) => {
                let link = self.sandbox.path(name);
                if !link.exists() {
                    link_to_the_program(&link);
                }
                self.sandbox.command_of(&link, "work", &words)
            }
        };
        command.env("GIT_PACT_NOW", NOW).stdin(Stdio::null());
        command
    }

    fn command_of(&self, case: &Case) -> Command {
        let mut command = self.command(case.program.as_deref(), &case.args);
        let env = case.env.iter();
        command.envs(env.map(|(name, value)| (name, self.filled(value))));
        command
    }

    /// Returns a text with what is there in the places of `$STORE`, `$WORK` and `$UUID(…)`.
    pub(super) fn filled(&self, word: &str) -> String {
        let place = |name: &str| self.sandbox.path(name).to_str().unwrap().to_owned();
        let word = word.replace("$STORE", &place("store.git"));
        let word = word.replace("$WORK", &place("work"));
        let uuids = self.uuids.iter();
        uuids.fold(word, |word, (name, uuid)| word.replace(name, uuid))
    }

    /// Returns what a program said, with names for what differs from run to run.
    fn told(&self, bytes: Vec<u8>) -> String {
        let text = self.sandbox.scrubbed(bytes);
        let text = text.replace("$TMP/store.git", "$STORE");
        let text = text.replace("$TMP/work", "$WORK");
        let uuids = self.uuids.iter();
        let text = uuids.fold(text, |text, (name, uuid)| text.replace(uuid, name));
        named(&text)
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, command: &mut Command) -> Output {
        let output = command.output().unwrap();
        Output {
            stdout: self.told(output.stdout),
            stderr: self.told(output.stderr),
            status: output.status.code(),
        }
    }

    /// Runs a case to its end.
    pub(super) fn play(&self, case: &Case) -> Output {
        if case.meanwhile.is_empty() {
            self.run(&mut self.command_of(case))
        } else {
            self.play_meanwhile(case)
        }
    }

    /// Runs a case during which somebody else does something.
    fn play_meanwhile(&self, case: &Case) -> Output {
        let mut command = self.command_of(case);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        stderr.read_line(&mut said).unwrap();
        let mut other = self.command(Some("git-pact"), &case.meanwhile);
        let other = self.run(other.env("GIT_PACT_REPO", self.filled("$STORE")));
        assert_eq!(other.status, Some(0), "{}: {other:?}", case.name);
        stderr.read_to_string(&mut said).unwrap();
        let output = child.wait_with_output().unwrap();
        Output {
            stdout: self.told(output.stdout),
            stderr: self.told(said.into_bytes()),
            status: output.status.code(),
        }
    }

    /// Plays a case again, in a place that is as this one was, and returns what it says on both
    /// streams, as they come.
    pub(super) fn joined(&self, case: &Case) -> String {
        let again = Self::new(self.stores, &self.given).unwrap();
        let (mut reader, writer) = pipe().unwrap();
        let mut command = again.command_of(case);
        command.stdout(writer.try_clone().unwrap()).stderr(writer);
        let mut child = command.spawn().unwrap();
        // It holds the other ends of the pipe.
        drop(command);
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        child.wait().unwrap();
        again.told(bytes)
    }
}

/// Makes a link to the program.
fn link_to_the_program(link: &std::path::Path) {
    let program = env!("CARGO_BIN_EXE_git-pact");
    #[cfg(unix)]
    std::os::unix::fs::symlink(program, link).unwrap();
    #[cfg(not(unix))]
    fs::copy(program, link).unwrap();
}
