//! The readers of command lines, opened for fuzzers.

use std::ffi::OsString;

use super::argv;
use super::commands;
use super::face::Face;
use super::selectors::SelectorArguments;

use clap::FromArgMatches;

/// A command line, a word a line, is read or refused on both faces.
pub(crate) fn command_line(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let words: Vec<OsString> = text.lines().map(OsString::from).collect();
    for (face, is_strict) in [
        (Face::GitPact, false),
        (Face::PactBroker, false),
        (Face::PactBroker, true),
    ] {
        let program = commands::program(face, words.first());
        let Ok(line) = argv::read(words.clone(), face, is_strict, &program) else {
            continue;
        };
        let words = std::iter::once(OsString::from(face.program())).chain(line.words);
        match program.try_get_matches_from(words) {
            Ok(matches) => {
                let (_, of_command) = matches.subcommand().expect("clap asks for a command");
                if let Ok(selectors) = SelectorArguments::from_arg_matches(of_command) {
                    drop((selectors.of_versions(), selectors.of_anything()));
                }
            }
            Err(error) => assert!(!error.render().to_string().is_empty()),
        }
    }
}
