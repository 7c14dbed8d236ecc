//! The versions that a question is about, given as groups of options (spec: cli §5).
//!
//! `--pacticipant` begins a group and so does `--ignore`; what follows belongs to the last group,
//! whatever other options stand in between. Clap tells where each option stood, so that
//! `--version=1` and `--version 1` are the same.

use clap::Arg;
use clap::ArgAction;
use clap::ArgMatches;
use clap::Args;
use clap::Command;
use clap::FromArgMatches;
use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::value_parser;

use super::failure::Failure;
use crate::domain::matrix::Refusal;
use crate::domain::name::BranchName;
use crate::domain::name::InvalidName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::selector::Selector;

/// The options that select versions, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub(super) struct SelectorArguments {
    words: Vec<Word>,
}

/// One option of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Pacticipant(PacticipantName),
    Ignore(PacticipantName),
    Version(VersionNumber),
    Latest(Option<TagName>),
    Branch(BranchName),
    MainBranch,
    All(TagName),
}

/// What a command line selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    /// The versions asked about.
    pub(super) selectors: Vec<Selector>,
    /// What not to take into account.
    pub(super) ignore: Vec<Selector>,
}

/// The options do not add up to selectors.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Ungrouped {
    /// A group names no version; the words are those of the Ruby command line.
    #[error(
        "The version must be specified using `--version VERSION`, `--branch BRANCH` `--latest`, \
         `--latest TAG`, or `--all TAG` for pacticipant {0}"
    )]
    NoVersion(PacticipantName),
    /// An option stands before the first group.
    #[error(
        "{} (`{option}` stands before the `--pacticipant` that it belongs to)",
        Refusal::NoPacticipantName
    )]
    NoGroup {
        /// The option.
        option: &'static str,
    },
    /// A group says the same thing twice.
    #[error("`{option}` is given twice for {pacticipant}: repeat `--pacticipant` for each version")]
    Twice {
        /// The option.
        option: &'static str,
        /// Whose group it is.
        pacticipant: PacticipantName,
    },
}

impl From<Ungrouped> for Failure {
    fn from(error: Ungrouped) -> Self {
        Self::usage(error.to_string())
    }
}

impl Word {
    /// Returns the option that says it.
    fn option(&self) -> &'static str {
        match self {
            Self::Pacticipant(_) => "--pacticipant",
            Self::Ignore(_) => "--ignore",
            Self::Version(_) => "--version",
            Self::Latest(_) => "--latest",
            Self::Branch(_) => "--branch",
            Self::MainBranch => "--main-branch",
            Self::All(_) => "--all",
        }
    }
}

/// The groups so far. The one begun last is where the next option goes.
struct Groups {
    selection: Selection,
    ignoring: bool,
    /// The first option that stands before every group.
    stray: Option<&'static str>,
}

impl Groups {
    fn of(words: &[Word]) -> Result<Self, Ungrouped> {
        let mut groups = Self {
            selection: Selection {
                selectors: Vec::new(),
                ignore: Vec::new(),
            },
            ignoring: false,
            stray: None,
        };
        for word in words {
            groups.add(word)?;
        }
        Ok(groups)
    }

    fn add(&mut self, word: &Word) -> Result<(), Ungrouped> {
        if let Word::Pacticipant(name) | Word::Ignore(name) = word {
            self.ignoring = matches!(word, Word::Ignore(_));
            self.current().push(Selector::every_version(name.clone()));
            return Ok(());
        }
        if let Some(group) = self.current().last_mut() {
            return narrow(group, word);
        }
        self.stray.get_or_insert(word.option());
        Ok(())
    }

    fn current(&mut self) -> &mut Vec<Selector> {
        if self.ignoring {
            &mut self.selection.ignore
        } else {
            &mut self.selection.selectors
        }
    }

    fn finish(self) -> Result<Selection, Ungrouped> {
        match self.stray {
            Some(option) => Err(Ungrouped::NoGroup { option }),
            None => Ok(self.selection),
        }
    }
}

/// Adds a criterion to a group.
///
/// The Ruby command line takes the last of two versions; whoever gives two means two, so here it
/// is an error. A branch means the head of it, as on the Ruby command line; only `--all` means many versions.
fn narrow(group: &mut Selector, word: &Word) -> Result<(), Ungrouped> {
    let is_new = match word {
        Word::Version(number) => group.version.replace(number.clone()).is_none(),
        Word::Branch(branch) => {
            group.latest = true;
            group.branch.replace(branch.clone()).is_none()
        }
        Word::MainBranch => {
            group.latest = true;
            !std::mem::replace(&mut group.main_branch, true)
        }
        Word::All(tag) => group.tag.replace(tag.clone()).is_none(),
        Word::Latest(tag) => {
            group.latest = true;
            tag.is_none() || std::mem::replace(&mut group.tag, tag.clone()).is_none()
        }
        Word::Pacticipant(_) | Word::Ignore(_) => true,
    };
    if is_new {
        return Ok(());
    }
    Err(Ungrouped::Twice {
        option: word.option(),
        pacticipant: group.pacticipant.clone(),
    })
}

impl SelectorArguments {
    /// Returns what the options select, each pacticipant in one or some of its versions.
    ///
    /// # Errors
    ///
    /// Fails if the options do not add up, or a group means no version in particular.
    pub(super) fn of_versions(&self) -> Result<Selection, Ungrouped> {
        let groups = Groups::of(&self.words)?;
        let mut selectors = groups.selection.selectors.iter();
        match selectors.find(|selector| selector.is_name_only()) {
            Some(selector) => Err(Ungrouped::NoVersion(selector.pacticipant.clone())),
            None => groups.finish(),
        }
    }

    /// Returns what the options select; a name alone means every version.
    ///
    /// # Errors
    ///
    /// Fails if the options do not add up.
    pub(super) fn of_anything(&self) -> Result<Selection, Ungrouped> {
        Groups::of(&self.words)?.finish()
    }
}

impl Selection {
    /// Ignores the pacticipants of a list such as `Web, Order Service` too.
    ///
    /// # Errors
    ///
    /// Fails if one of them cannot be a name.
    pub(super) fn ignore_too(&mut self, list: &str) -> Result<(), InvalidName> {
        let names = list.split(',').map(str::trim).filter(|it| !it.is_empty());
        for name in names {
            self.ignore.push(Selector::every_version(name.parse()?));
        }
        Ok(())
    }
}

impl Args for SelectorArguments {
    fn augment_args(command: Command) -> Command {
        let option = |name: &'static str, value: &'static str, parser: ValueParser| {
            Arg::new(name)
                .long(name)
                .value_name(value)
                .action(ArgAction::Append)
                .value_parser(parser)
                .help_heading("Versions")
        };
        command.args([
            option("pacticipant", "NAME", value_parser!(PacticipantName).into())
                .short('a')
                .required(true)
                .help("The application; what follows says which version of it")
                .long_help(
                    "The application; what follows says which version of it\n\n\
                     Repeat it, each time with a version, to ask about several together.",
                ),
            option("version", "VERSION", value_parser!(VersionNumber).into())
                .short('e')
                .help("The version of the application named last"),
            option("latest", "TAG", ValueParser::new(tag_if_any))
                .short('l')
                .num_args(0..=1)
                .default_missing_value("")
                .help("Its latest version, or its latest version with a tag"),
            option("branch", "BRANCH", value_parser!(BranchName).into())
                .help("The latest version on a branch"),
            option("main-branch", "", ValueParser::new(nothing))
                .num_args(0)
                .default_missing_value("")
                .help("The latest version on its main branch"),
            // What the broker's programs take, and do nothing about.
            Arg::new("no-main-branch")
                .long("no-main-branch")
                .alias("skip-main-branch")
                .action(ArgAction::SetTrue)
                .hide(true),
            option("all", "TAG", value_parser!(TagName).into())
                .visible_alias("tag")
                .help("Every version with a tag"),
            option("ignore", "NAME", value_parser!(PacticipantName).into())
                .help("An application to leave out; with --version after it, only that version"),
        ])
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Parses the value of `--latest`, which may be left out.
fn tag_if_any(text: &str) -> Result<Option<TagName>, InvalidName> {
    if text.is_empty() {
        Ok(None)
    } else {
        text.parse().map(Some)
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "clap has the value of an option parsed, also where it takes none"
)]
fn nothing(_: &str) -> Result<(), InvalidName> {
    Ok(())
}

impl FromArgMatches for SelectorArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut found = Found {
            matches,
            words: Vec::new(),
        };
        found.collect("pacticipant", Word::Pacticipant)?;
        found.collect("ignore", Word::Ignore)?;
        found.collect("version", Word::Version)?;
        found.collect("latest", Word::Latest)?;
        found.collect("branch", Word::Branch)?;
        found.collect("main-branch", |()| Word::MainBranch)?;
        found.collect("all", Word::All)?;
        found.words.sort_by_key(|(index, _)| *index);
        let words = found.words.into_iter().map(|(_, word)| word).collect();
        Ok(Self { words })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The options found, with the places where they stood.
struct Found<'a> {
    matches: &'a ArgMatches,
    words: Vec<(usize, Word)>,
}

impl Found<'_> {
    fn collect<T>(&mut self, name: &str, word: impl Fn(T) -> Word) -> Result<(), clap::Error>
    where
        T: Clone + Send + Sync + 'static,
    {
        let values = self
            .matches
            .try_get_many::<T>(name)
            .map_err(|error| clap::Error::raw(ErrorKind::InvalidValue, error))?;
        let places = self.matches.indices_of(name);
        let found = places
            .into_iter()
            .flatten()
            .zip(values.into_iter().flatten());
        self.words
            .extend(found.map(|(index, value)| (index, word(value.clone()))));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
