//! The two faces of the program: `git pact`, and the `pact-broker` command line that scripts know.
//!
//! Both have the same commands, options and use cases. The face chooses how a command line is read
//! (see [`super::argv`]), the words of an answer, the shape of its JSON, and the exit code; it never
//! chooses what is decided.

use std::ffi::OsStr;
use std::ffi::OsString;
use std::path::Path;

use crate::app::link::NAMES;

/// First words that mean the broker's program, as the images and wrappers of it take them.
const BROKER_WORDS: [&str; 2] = ["broker", "pact-broker"];

/// The word in front of what is for PactFlow, behind the others.
const PACTFLOW: &str = "pactflow";

/// Which program somebody thinks to have called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Face {
    /// `git pact`, with exit codes from 0 to 4.
    #[default]
    GitPact,
    /// `pact-broker`, whose exit codes are 0 and 1.
    PactBroker,
}

impl Face {
    /// Returns the face that a command line asks for, and its words without the name of the program
    /// (spec: cli §1).
    #[must_use]
    pub(super) fn of(arguments: Vec<OsString>) -> (Self, Vec<OsString>) {
        let mut words = arguments.into_iter().peekable();
        let program = words.next().unwrap_or_default();
        let mut face = match Path::new(&program).file_stem().and_then(OsStr::to_str) {
            Some(name) if NAMES.contains(&name) => Self::PactBroker,
            _ => Self::GitPact,
        };
        let is_broker = |word: &OsString| BROKER_WORDS.iter().any(|name| word == name);
        let is_broker = words.next_if(is_broker).is_some();
        if words.next_if(|word| word == PACTFLOW).is_some() || is_broker {
            face = Self::PactBroker;
        }
        (face, words.collect())
    }

    /// Returns how the program is called in help and errors.
    #[must_use]
    pub(super) fn program(self) -> &'static str {
        match self {
            Self::GitPact => "git pact",
            Self::PactBroker => "pact-broker",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_program_or_a_leading_word_chooses_the_face() {
        let face = |line: &str| {
            let words = line.split(' ').map(Into::into).collect();
            let (face, words) = Face::of(words);
            let words: Vec<_> = words.iter().map(|word| word.to_str().unwrap()).collect();
            (face, words.join(" "))
        };
        let broker = |rest: &str| (Face::PactBroker, rest.to_owned());
        let ours = |rest: &str| (Face::GitPact, rest.to_owned());
        assert_eq!(face("git-pact status"), ours("status"));
        assert_eq!(face("/usr/bin/pact-broker version"), broker("version"));
        assert_eq!(face("pact-broker-cli.exe version"), broker("version"));
        assert_eq!(face("git-pact broker version"), broker("version"));
        assert_eq!(face("pact-broker broker version"), broker("version"));
        assert_eq!(face("pact pact-broker version"), broker("version"));
        let provider_contract = broker("publish-provider-contract");
        assert_eq!(
            face("pact-broker pactflow publish-provider-contract"),
            provider_contract
        );
        // Only once, and only in front.
        assert_eq!(face("git-pact broker broker"), broker("broker"));
        assert_eq!(face("git-pact publish broker"), ours("publish broker"));
        assert_eq!(face("git-pact"), ours(""));
        assert_eq!(Face::of(Vec::new()), (Face::GitPact, Vec::new()));
    }
}
