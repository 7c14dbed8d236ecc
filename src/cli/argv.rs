//! A command line before clap reads it: the spellings that the `pact-broker` programs allow, brought
//! into the one that clap knows (spec: cli §2.1). Pure: words in, words out.
//!
//! What the options of a command are is asked of its clap definition, so there is no second list. On
//! the way out every value is joined to its option, `--tag=a`, and nothing is left to guess.
//!
//! On both faces an option may be written with underscores, a flag may be denied with `--no-` or
//! `--skip-` or given a truth, and a list may be given at once or bit by bit. On the broker's face an
//! option that nobody knows is warned of and left out, as it always was there, with one exception:
//! what looks like a misspelt option of a gate is an error, as a "yes" to another question than the
//! one that was meant is worse than no answer.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::ffi::OsString;

use clap::Arg;
use clap::ArgAction;
use clap::Command;

use super::face::Face;

/// The commands of the Ruby program that overlook words which belong to nothing.
const OVERLOOKING: [&str; 5] = [
    "can-i-deploy",
    "can-i-merge",
    "create-or-update-pacticipant",
    "create-or-update-version",
    "list-latest-pact-versions",
];

/// The commands whose answer lets something happen.
const GATES: [&str; 2] = ["can-i-deploy", "can-i-merge"];

/// The commands in which `-h` stands for `--branch`, unless it comes last.
const BRANCH_BY_H: [&str; 2] = ["publish", "publish-provider-contract"];

/// Options of the broker's programs that mean nothing to git, and the values that each takes: HTTP, its
/// headers and retries, logs and traces (spec: cli §2.2).
const LEFT_OUT: [(&str, usize); 10] = [
    ("custom-header", usize::MAX),
    ("retries", 1),
    ("ssl-trust-store", 1),
    ("log-level", 1),
    ("enable-otel", 0),
    ("enable-otel-logs", 0),
    ("enable-otel-traces", 0),
    ("otel-exporter", 1),
    ("otel-exporter-endpoint", 1),
    ("otel-exporter-protocol", 1),
];

/// How alike two words have to be for one to be taken for the other misspelt.
const ALIKE: f64 = 0.8;

/// What the Ruby program says below a warning of unknown options.
const ONLY_A_WARNING: &str = "This is a warning rather than an error so as not to break backwards \
     compatibility. To raise an error for unknown options set \
     PACT_BROKER_ERROR_ON_UNKNOWN_OPTION=true";

/// A command line as clap reads it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The words, without the name of the program.
    pub(super) words: Vec<OsString>,
    /// What to say before anything else.
    pub(super) warnings: Vec<String>,
}

/// A command line that means nothing on the broker's face; the texts are the Ruby program's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Misspelt {
    /// There is no such command.
    #[error("Could not find command \"{name}\".{}", did_you_mean(alike.as_deref()))]
    NoSuchCommand {
        /// What was given.
        name: String,
        /// What looks like it.
        alike: Option<String>,
    },
    /// A word begins with the dash of a word processor.
    #[error(
        "The argument '{0}' contains an em dash (the long dash you get in Microsoft Word when you \
         type two short dashes in a row). Please replace it with a normal dash and try again."
    )]
    EmDash(String),
    /// Options that the command does not have.
    #[error("Unknown switches {}", unknown.join(", "))]
    UnknownSwitches {
        /// What they are called, in quotes.
        unknown: Vec<String>,
    },
    /// An option of a gate that the command does not have, but one like it.
    #[error(
        "Unknown switch \"{given}\"{}\nIt is not left out, as the answer would be to another question.",
        did_you_mean(Some(alike.as_str()))
    )]
    NearlyKnown {
        /// What was given.
        given: String,
        /// What looks like it.
        alike: String,
    },
    /// Words that belong to nothing.
    #[error(
        "{}\"pact-broker {command}\" was called with arguments [{}]",
        unknown.as_ref().map_or_else(String::new, |warning| format!("{warning}\n\n")),
        words.join(", ")
    )]
    Strays {
        /// The command.
        command: String,
        /// What is to be said of options that it does not have.
        unknown: Option<String>,
        /// The words, in quotes.
        words: Vec<String>,
    },
}

fn did_you_mean(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("\nDid you mean?  \"{name}\""))
}

/// Reads the words after the program's name and brings them into the spelling of clap.
///
/// `is_strict` makes options that nobody knows an error on the broker's face
/// (`PACT_BROKER_ERROR_ON_UNKNOWN_OPTION`).
///
/// # Errors
///
/// Fails on the broker's face if the words mean nothing; on the other clap says so.
pub(super) fn read(
    words: Vec<OsString>,
    face: Face,
    is_strict: bool,
    program: &Command,
) -> Result<Line, Misspelt> {
    let mut words = VecDeque::from(words);
    if face == Face::PactBroker {
        let em_dash = words.iter().filter_map(|word| word.to_str());
        if let Some(word) = em_dash.clone().find(|word| word.contains('\u{2014}')) {
            return Err(Misspelt::EmDash(word.to_owned()));
        }
    }
    let Some(first) = words.pop_front() else {
        return Ok(Line::of(&["help"]));
    };
    let Some(name) = first.to_str() else {
        words.push_front(first);
        return Ok(Line::from(words));
    };
    if name == "-v" && words.is_empty() {
        return Ok(Line::of(&["--version"]));
    }
    let dashed = name.replace('_', "-");
    let Some(mut command) = program.find_subcommand(&dashed) else {
        if face == Face::PactBroker && !name.starts_with('-') {
            let commands = program.get_subcommands().map(Command::get_name);
            return Err(Misspelt::NoSuchCommand {
                name: name.to_owned(),
                alike: most_alike(&dashed, commands),
            });
        }
        words.push_front(first);
        return Ok(Line::from(words));
    };
    let mut names = vec![OsString::from(command.get_name())];
    // `provider-states list`
    while let Some(inner) = words.front().and_then(|word| command.find_subcommand(word)) {
        command = inner;
        names.push(inner.get_name().into());
        words.pop_front();
    }
    let mut reader = Reader::new(command, names, face);
    reader.read(words);
    reader.finish(is_strict)
}

impl Line {
    fn of(words: &[&str]) -> Self {
        Self {
            words: words.iter().map(Into::into).collect(),
            warnings: Vec::new(),
        }
    }
}

impl From<VecDeque<OsString>> for Line {
    fn from(words: VecDeque<OsString>) -> Self {
        Self {
            words: words.into(),
            warnings: Vec::new(),
        }
    }
}

/// Returns the candidate that a word is most probably meant to be, if there is one.
fn most_alike<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let scored = candidates.map(|name| (strsim::jaro(word, name), name));
    let alike = scored.filter(|(score, _)| *score >= ALIKE);
    let best = alike.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(_, name)| name.to_owned())
}

/// The words of one command, on their way.
struct Reader<'a> {
    command: &'a Command,
    face: Face,
    has_positionals: bool,
    words: Vec<OsString>,
    /// Options that the command does not have.
    unknown: Vec<String>,
    /// On the broker's face, words that belong to nothing.
    strays: Vec<String>,
    /// Whether the word before belonged to an unknown option.
    after_unknown: bool,
}

impl<'a> Reader<'a> {
    fn new(command: &'a Command, words: Vec<OsString>, face: Face) -> Self {
        Self {
            command,
            face,
            has_positionals: command.get_positionals().next().is_some()
                || command.has_subcommands(),
            words,
            unknown: Vec::new(),
            strays: Vec::new(),
            after_unknown: false,
        }
    }

    fn read(&mut self, mut words: VecDeque<OsString>) {
        while let Some(word) = words.pop_front() {
            match word.to_str() {
                // What follows is not ours to read: the command that `run` runs.
                Some("--") => {
                    self.words.push(word);
                    self.words.extend(words);
                    return;
                }
                Some("-h") if self.means_branch(words.front()) => {
                    words.push_front("--branch".into());
                }
                Some("-h" | "--help") => self.words.push("--help".into()),
                Some(text) if is_long(text) => self.long(text, &mut words),
                Some(text) if is_option(&word) => self.short(text, &word, &mut words),
                _ => self.positional(word),
            }
        }
    }

    fn means_branch(&self, next: Option<&OsString>) -> bool {
        self.face == Face::PactBroker
            && BRANCH_BY_H.contains(&self.command.get_name())
            && next.is_some_and(|next| !is_option(next))
    }

    fn positional(&mut self, word: OsString) {
        if self.has_positionals || self.face == Face::GitPact {
            self.words.push(word);
        } else if !(self.after_unknown && self.overlooks()) {
            self.strays.push(word.to_string_lossy().into_owned());
        }
    }

    fn overlooks(&self) -> bool {
        OVERLOOKING.contains(&self.command.get_name())
    }

    /// Reads an option such as `--consumer_app_version=1`.
    fn long(&mut self, text: &str, words: &mut VecDeque<OsString>) {
        self.after_unknown = false;
        let (given, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(OsString::from(value))),
            None => (text, None),
        };
        let name = given[2..].replace('_', "-");
        if let Some(option) = self.option(&name) {
            return if takes_values(option) {
                self.valued(&name, option, value, words);
            } else {
                self.flag(&name, value, words);
            };
        }
        let left_out = LEFT_OUT.iter().find(|(it, _)| *it == name);
        if let (Face::PactBroker, Some((_, values))) = (self.face, left_out) {
            let given = usize::from(value.is_some());
            return drop(take_values(words, values.saturating_sub(given)));
        }
        let denied = name.strip_prefix("no-").or(name.strip_prefix("skip-"));
        let is_denied = |name: &&str| self.option(name).is_some_and(|it| !takes_values(it));
        match denied.filter(is_denied) {
            Some(name) => self.deny(name),
            None => self.unknown(given, text.into()),
        }
    }

    /// Reads an option such as `-a Web`, or several at once, such as `-rg`.
    fn short(&mut self, text: &str, word: &OsStr, words: &mut VecDeque<OsString>) {
        self.after_unknown = false;
        let mut letters = text[1..].chars();
        while let Some(letter) = letters.next() {
            let of_letter = |option: &&Arg| option.get_short() == Some(letter);
            let option = self.command.get_arguments().find(of_letter);
            let Some((option, name)) = option.and_then(|it| Some((it, it.get_long()?))) else {
                return self.unknown(text, word.to_owned());
            };
            if !takes_values(option) {
                self.flag(name, None, &mut VecDeque::new());
                continue;
            }
            let value = match (letters.as_str(), letters.as_str().strip_prefix('=')) {
                ("", _) => None,
                // `-a=` gives a value, and it is empty.
                (joined, value) => Some(value.unwrap_or(joined).into()),
            };
            return self.valued(name, option, value, words);
        }
    }

    /// Reads the value of an option, or as many as it takes.
    fn valued(
        &mut self,
        name: &str,
        option: &Arg,
        joined: Option<OsString>,
        words: &mut VecDeque<OsString>,
    ) {
        let most = option.get_num_args().map_or(1, |range| range.max_values());
        // `publish --tag a ./pacts`: the broker takes `./pacts` for a tag, and so does its face.
        let most = if self.has_positionals && self.face == Face::GitPact {
            most.min(1)
        } else {
            most
        };
        let mut values: Vec<OsString> = joined.into_iter().collect();
        values.extend(take_values(words, most - values.len()));
        if values.is_empty() {
            self.words.push(format!("--{name}").into());
        }
        for value in values {
            let mut word = OsString::from(format!("--{name}="));
            word.push(value);
            self.words.push(word);
        }
    }

    /// Reads a flag: `--dry-run`, `--dry-run=false`, on the broker's face also `--dry-run false`.
    fn flag(&mut self, name: &str, joined: Option<OsString>, words: &mut VecDeque<OsString>) {
        let truth = |word: &OsStr| match word.to_str() {
            Some("true" | "TRUE" | "t" | "T") => Some(true),
            Some("false" | "FALSE" | "f" | "F") => Some(false),
            _ => None,
        };
        let said = match &joined {
            Some(value) => truth(value),
            None if self.face == Face::PactBroker => {
                let said = words.front().and_then(|word| truth(word));
                if said.is_some() {
                    words.pop_front();
                }
                said.or(Some(true))
            }
            None => Some(true),
        };
        match (said, joined) {
            (Some(true), _) => {
                let word = OsString::from(format!("--{name}"));
                let may_repeat = self.option(name).is_some_and(|it| !is_flag(it));
                if may_repeat || !self.words.contains(&word) {
                    self.words.push(word);
                }
            }
            (Some(false), _) => self.deny(name),
            // Neither true nor false: clap says so.
            (None, joined) => {
                let mut word = OsString::from(format!("--{name}="));
                word.push(joined.unwrap_or_default());
                self.words.push(word);
            }
        }
    }

    /// Takes a flag back, in so many words where the command has some for it. One that may be given for
    /// each application is not given here; it stays with the others.
    fn deny(&mut self, name: &str) {
        if !self.option(name).is_some_and(is_flag) {
            return;
        }
        let given = OsString::from(format!("--{name}"));
        self.words.retain(|word| *word != given);
        let opposite = format!("no-{name}");
        if self.option(&opposite).is_some() && !self.words.contains(&format!("--{opposite}").into())
        {
            self.words.push(format!("--{opposite}").into());
        }
    }

    fn unknown(&mut self, given: &str, word: OsString) {
        match self.face {
            Face::GitPact => self.words.push(word),
            Face::PactBroker => {
                self.unknown.push(given.to_owned());
                self.after_unknown = true;
            }
        }
    }

    fn option(&self, name: &str) -> Option<&'a Arg> {
        let is_named = |option: &&Arg| {
            let aliases = option.get_all_aliases().unwrap_or_default();
            option.get_long() == Some(name) || aliases.contains(&name)
        };
        self.command.get_arguments().find(is_named)
    }

    fn finish(self, is_strict: bool) -> Result<Line, Misspelt> {
        let name = self.command.get_name();
        let is_gate = GATES.contains(&name);
        if is_strict && !self.unknown.is_empty() {
            return Err(Misspelt::UnknownSwitches {
                unknown: quoted(&self.unknown),
            });
        }
        if let (true, Some((given, alike))) = (is_gate, self.nearly_known()) {
            let given = given.to_owned();
            return Err(Misspelt::NearlyKnown { given, alike });
        }
        let unknown = (!self.unknown.is_empty()).then(|| {
            let alike = self.nearly_known().map(|(_, alike)| alike);
            let switches = quoted(&self.unknown).join(", ");
            format!(
                "Unknown switches {switches}{}",
                did_you_mean(alike.as_deref())
            )
        });
        let is_odd = unknown.is_some() || !self.strays.is_empty();
        let overlooks = self.overlooks() && (self.strays.is_empty() || !is_gate);
        if is_odd && !overlooks {
            return Err(Misspelt::Strays {
                command: name.to_owned(),
                unknown,
                words: quoted(&[self.unknown, self.strays].concat()),
            });
        }
        let warnings = unknown.map(|unknown| [unknown, ONLY_A_WARNING.to_owned()]);
        Ok(Line {
            words: self.words,
            warnings: warnings.into_iter().flatten().collect(),
        })
    }

    /// Returns the first unknown option that looks like a known one, and that one.
    fn nearly_known(&self) -> Option<(&str, String)> {
        let longs = self.command.get_arguments().filter_map(Arg::get_long);
        let longs: Vec<String> = longs.map(|name| format!("--{name}")).collect();
        let alike = |given: &str| most_alike(given, longs.iter().map(String::as_str));
        let mut unknown = self.unknown.iter();
        unknown.find_map(|given| Some((given.as_str(), alike(given)?)))
    }
}

/// Returns words in quotes.
fn quoted(words: &[String]) -> Vec<String> {
    words.iter().map(|word| format!("\"{word}\"")).collect()
}

/// Takes words up to the next option, at most so many.
fn take_values(words: &mut VecDeque<OsString>, most: usize) -> Vec<OsString> {
    let values = words.iter().take_while(|word| !is_option(word)).count();
    words.drain(..values.min(most)).collect()
}

/// Says whether an option has a value; some that may be repeated have none.
fn takes_values(option: &Arg) -> bool {
    let most = option.get_num_args().map(|range| range.max_values());
    option.get_action().takes_values() && most != Some(0)
}

/// Says whether an option is a flag that is on or off.
fn is_flag(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::SetTrue)
}

fn is_long(word: &str) -> bool {
    word.len() > 2 && word.starts_with("--")
}

/// Says whether a word begins an option; a lone `-` is a word like others.
fn is_option(word: &OsStr) -> bool {
    let bytes = word.as_encoded_bytes();
    bytes.len() > 1 && bytes[0] == b'-'
}

#[cfg(test)]
mod tests;
