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
mod tests {
    use clap::Parser;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::testing::n;

    #[derive(Parser)]
    struct Asked {
        #[command(flatten)]
        selectors: SelectorArguments,

        #[arg(long)]
        to_environment: Vec<String>,
    }

    fn arguments(words: &[&str]) -> SelectorArguments {
        let words = std::iter::once(&"git-pact").chain(words);
        Asked::try_parse_from(words).unwrap().selectors
    }

    fn selection(line: &str) -> Result<Selection, Ungrouped> {
        let words: Vec<&str> = line.split(' ').collect();
        arguments(&words).of_versions()
    }

    fn every(name: &str) -> Selector {
        Selector::every_version(n(name))
    }

    fn version(name: &str, number: &str) -> Selector {
        Selector::version(n(name), n(number))
    }

    fn latest(name: &str) -> Selector {
        Selector {
            latest: true,
            ..every(name)
        }
    }

    #[test]
    fn each_criterion_belongs_to_the_group_begun_last() {
        let with_tag = |selector: Selector, tag: &str| Selector {
            tag: Some(n(tag)),
            ..selector
        };
        let on_branch = |name: &str, branch: &str| Selector {
            branch: Some(n(branch)),
            ..latest(name)
        };
        let on_main = |name: &str| Selector {
            main_branch: true,
            ..latest(name)
        };
        for (line, selectors) in [
            ("-a A -e 1", vec![version("A", "1")]),
            ("--pacticipant=A --version=1", vec![version("A", "1")]),
            ("-aA -e1", vec![version("A", "1")]),
            (
                "--pacticipant A --to-environment prod --version 1",
                vec![version("A", "1")],
            ),
            ("-a A --latest", vec![latest("A")]),
            ("-a A --latest dev", vec![with_tag(latest("A"), "dev")]),
            ("-a A --latest=dev", vec![with_tag(latest("A"), "dev")]),
            (
                "-a A --latest --latest dev",
                vec![with_tag(latest("A"), "dev")],
            ),
            ("-a A --all prod", vec![with_tag(every("A"), "prod")]),
            ("-a A --tag prod", vec![with_tag(every("A"), "prod")]),
            ("-a A --branch main", vec![on_branch("A", "main")]),
            ("-a A --main-branch", vec![on_main("A")]),
            (
                "-a A -e 1 -a A -e 2",
                vec![version("A", "1"), version("A", "2")],
            ),
            (
                "-a A --latest dev -a B -l prod",
                vec![with_tag(latest("A"), "dev"), with_tag(latest("B"), "prod")],
            ),
            (
                "-a A --main-branch -a B --main-branch -a C --latest -a D -e 1",
                vec![on_main("A"), on_main("B"), latest("C"), version("D", "1")],
            ),
        ] {
            let found = selection(line).unwrap();
            assert_eq!(
                (found.selectors, found.ignore),
                (selectors, vec![]),
                "{line}"
            );
        }
    }

    #[test]
    fn a_version_after_ignore_belongs_to_what_is_ignored() {
        let found = selection("-a Foo -e 1 --to-environment p --ignore X --ignore Y -e 3").unwrap();
        assert_eq!(found.selectors, [version("Foo", "1")]);
        assert_eq!(found.ignore, [every("X"), version("Y", "3")]);
        let found = selection("--ignore X -a Foo -e 1").unwrap();
        assert_eq!(found.selectors, [version("Foo", "1")]);
        assert_eq!(found.ignore, [every("X")]);
    }

    #[test]
    fn the_environment_may_name_more_to_ignore() {
        let mut found = selection("-a Foo -e 1 --ignore X").unwrap();
        found.ignore_too("A, Order Service ,").unwrap();
        assert_eq!(
            found.ignore,
            [every("X"), every("A"), every("Order Service")]
        );
    }

    #[test]
    fn a_group_without_a_version_is_the_ruby_error() {
        let text = "The version must be specified using `--version VERSION`, `--branch BRANCH` \
                    `--latest`, `--latest TAG`, or `--all TAG` for pacticipant Foo";
        for line in [
            "-a Foo",
            "--version 1 --pacticipant Foo",
            "-a Bar -e 1 -a Foo",
            "-a Foo --ignore X -e 1",
        ] {
            assert_eq!(selection(line).unwrap_err().to_string(), text, "{line}");
        }
        let found = arguments(&["-a", "Foo"]).of_anything().unwrap();
        assert_eq!(found.selectors, [every("Foo")]);
    }

    #[test]
    fn what_stands_before_every_group_is_not_dropped_in_silence() {
        let error = selection("--latest -a Foo -e 1").unwrap_err();
        assert_eq!(error, Ungrouped::NoGroup { option: "--latest" });
        let words = error.to_string();
        assert!(
            words.starts_with("Please specify the pacticipant name"),
            "{words}"
        );
    }

    #[test]
    fn two_versions_in_one_group_are_an_error() {
        for (line, option) in [
            ("-a Foo -e 1 -e 2", "--version"),
            ("-a Foo --branch a --branch b", "--branch"),
            ("-a Foo --latest a --all b", "--all"),
            ("-a Foo --main-branch --main-branch", "--main-branch"),
        ] {
            let pacticipant = n("Foo");
            let error = Ungrouped::Twice {
                option,
                pacticipant,
            };
            assert_eq!(selection(line), Err(error), "{line}");
        }
    }

    /// Returns the words that select what a selector does.
    fn words(selector: &Selector, begin: &str) -> Vec<String> {
        let mut words = vec![format!("{begin}={}", selector.pacticipant)];
        if let Some(number) = &selector.version {
            words.push(format!("--version={number}"));
        }
        if let Some(branch) = &selector.branch {
            words.push(format!("--branch={branch}"));
        }
        if selector.main_branch {
            words.push("--main-branch".to_owned());
        }
        match (&selector.tag, selector.latest) {
            (Some(tag), true) => words.push(format!("--latest={tag}")),
            (Some(tag), false) => words.push(format!("--all={tag}")),
            (None, true) => words.push("--latest".to_owned()),
            (None, false) => {}
        }
        words
    }

    fn selectors() -> impl Strategy<Value = Selector> {
        let name = "[-=a-z 🙂./]{0,6}[a-z]";
        let tag = proptest::option::of(name);
        let branch = proptest::option::of(name);
        let number = proptest::option::of(name);
        let flags = any::<(bool, bool)>();
        (name, number, tag, branch, flags).prop_map(
            |(name, number, tag, branch, (latest, main_branch))| Selector {
                latest: latest || main_branch || branch.is_some(),
                version: number.map(|text| n(&text)),
                tag: tag.map(|text| n(&text)),
                branch: branch.map(|text| n(&text)),
                main_branch,
                ..every(&name)
            },
        )
    }

    proptest! {
        #[test]
        fn the_text_of_selectors_round_trips(
            selected in proptest::collection::vec((selectors(), any::<bool>()), 0..5),
            first in selectors(),
        ) {
            let mut line = words(&first, "--pacticipant");
            let mut expected = Selection { selectors: vec![first], ignore: vec![] };
            for (selector, ignore) in selected {
                let begin = if ignore { "--ignore" } else { "--pacticipant" };
                line.extend(words(&selector, begin));
                line.push("--to-environment=prod".to_owned());
                if ignore { &mut expected.ignore } else { &mut expected.selectors }.push(selector);
            }
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            prop_assert_eq!(arguments(&line).of_anything(), Ok(expected));
        }
    }
}
