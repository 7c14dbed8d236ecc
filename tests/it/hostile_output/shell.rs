//! The commands that are shown to be copied, given to a shell in which `git` says what it was called with.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::store::URL;
use super::store::WORDS;
use crate::support::git::hermetic;
use crate::support::sandbox::Sandbox;

/// Returns the commands of a text.
pub(super) fn commands(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let at = line.find("git pact ")?;
        let before = line[..at].trim_end();
        // Alone, or behind a colon, and not in the middle of a sentence.
        let is_usage = before == "Usage:";
        let is_shown = before.is_empty() || before.ends_with(':') && !line.contains('`');
        (is_shown && !is_usage).then_some(&line[at..])
    })
}

/// Fails unless a shell takes each command for what is meant: `git pact`, words of ours, and values as
/// they are in the store. Returns how many values of the store there were.
pub(super) fn try_out(sandbox: &Sandbox, commands: &[String]) -> usize {
    let stub = sandbox.path("stub");
    fs::create_dir_all(&stub).unwrap();
    fs::write(stub.join("git"), "#!/bin/sh\nprintf '%s\\0' \"$@\"\n").unwrap();
    fs::set_permissions(stub.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut values = 0;
    for command in commands {
        for words in ["-n", "-e"] {
            let said = shell(sandbox, &stub, words, command);
            let Some(said) = said else { continue };
            let mut arrived = said.split_terminator('\0');
            assert_eq!(arrived.next(), Some("pact"), "{command}");
            for word in arrived {
                let value = word.split_once('=').filter(|_| word.starts_with("--"));
                let is_hostile = |word| WORDS.contains(&word) || word == URL;
                if is_hostile(word) || value.is_some_and(|(_, value)| is_hostile(value)) {
                    values += 1;
                    continue;
                }
                let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
                assert!(word.chars().all(is_plain), "{word:?} of {command}");
            }
        }
    }
    values
}

/// Runs a command; returns what arrived, or nothing if the shell was only to read it.
fn shell(sandbox: &Sandbox, stub: &Path, option: &str, command: &str) -> Option<String> {
    let output = hermetic("sh", &sandbox.path("home"))
        .current_dir(sandbox.path("here"))
        .env("PATH", format!("{}:/usr/bin:/bin", stub.display()))
        .args([option, "-c", command])
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
    (option == "-e").then(|| String::from_utf8(output.stdout).unwrap())
}
