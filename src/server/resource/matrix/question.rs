//! The query of `GET /matrix`, read: its words become a question of the domain
//! (spec: semantics §9.1, http-api §3).
//!
//! What is empty counts as not given, and a flag is set by `true` alone, as with the broker.

use std::num::NonZeroUsize;
use std::str::FromStr;

use crate::domain::matrix::DEFAULT_LIMIT;
use crate::domain::matrix::LatestBy;
use crate::domain::matrix::Query as Question;
use crate::domain::matrix::Refusal;
use crate::domain::name::InvalidName;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;
use crate::server::documentation::Parameter;
use crate::server::problem::Problem;
use crate::server::rack_query::Query;
use crate::server::rack_query::Value;

/// The words of the query.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::texts(
        "q[][pacticipant]",
        "Who is asked about. Each begins a selector.",
    ),
    Parameter::texts("q[][version]", "Its version."),
    Parameter::texts("q[][branch]", "Its versions on a branch."),
    Parameter::texts("q[][tag]", "Its versions with a tag."),
    Parameter::texts("q[][environment]", "Its versions in an environment."),
    Parameter::texts(
        "q[][mainBranch]",
        "`true`: its versions on its main branch.",
    ),
    Parameter::texts("q[][latest]", "`true`: only the newest of these."),
    Parameter::texts(
        "ignore[][pacticipant]",
        "Who does not count. Each begins a selector.",
    ),
    Parameter::texts("ignore[][version]", "Which version of it."),
    Parameter::text(
        "latestby",
        "Shows the newest result only: of consumer version and provider \
        version (`cvpv`), of consumer version and provider (`cvp`), of the pair (`cp`).",
    ),
    Parameter::text("environment", "Where to: the name of an environment."),
    Parameter::text("tag", "Where to: what goes with versions with a tag."),
    Parameter::text("mainBranch", "`true`: what goes with main branches."),
    Parameter::text(
        "latest",
        "`true`: the newest with that tag or on these branches.",
    ),
    Parameter::texts(
        "success[]",
        "Only these results: `true`, `false`, or nothing at all.",
    ),
    Parameter::count("limit", "How many rows to show at most."),
];

/// Returns the question that a query asks.
///
/// # Errors
///
/// Fails with every reason why it makes no sense that can be seen from its words alone.
pub(in crate::server::resource) fn question(query: &Query) -> Result<Question, Problem> {
    let mut wrong = Wrong::default();
    let selectors = wrong.selectors(query, "q", &Refusal::NoPacticipantName);
    let ignore = wrong.selectors(query, "ignore", &Refusal::NoPacticipantNameToIgnore);
    let environment = wrong.name(query, "environment");
    let tag = wrong.name(query, "tag");
    let (main_branch, latest) = (is_set(query, "mainBranch"), is_set(query, "latest"));
    let destination = Destination::from_options(environment, tag, main_branch, latest);
    let destination = destination.unwrap_or_else(|refusals| {
        for refusal in &refusals {
            wrong.refuse(refusal);
        }
        Destination::None
    });
    let limit = match given(query, "limit").map(str::parse::<NonZeroUsize>) {
        None => DEFAULT_LIMIT,
        Some(Ok(limit)) => limit,
        Some(Err(_)) => {
            wrong.refuse(&Refusal::LimitTooSmall);
            DEFAULT_LIMIT
        }
    };
    wrong.check()?;
    Ok(Question {
        latest_by: latest_by(given(query, "latestby")),
        success: success(query.get("success")),
        ignore,
        limit,
        ..Question::matrix(selectors, destination)
    })
}

/// Returns what a query says to ignore.
///
/// # Errors
///
/// Fails with every reason why that makes no sense.
pub(in crate::server::resource) fn ignored(query: &Query) -> Result<Vec<Selector>, Problem> {
    let mut wrong = Wrong::default();
    let ignore = wrong.selectors(query, "ignore", &Refusal::NoPacticipantNameToIgnore);
    wrong.check()?;
    Ok(ignore)
}

/// What is wrong with a query, in the order in which it was found.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn refuse(&mut self, refusal: &Refusal) {
        self.0.push(refusal.to_string());
    }

    fn check(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::List(self.0))
        }
    }

    /// Returns the selectors of a list; those that cannot be used are noted and left out.
    fn selectors(&mut self, query: &Query, key: &str, nameless: &Refusal) -> Vec<Selector> {
        let Some(Value::List(elements)) = query.get(key) else {
            return Vec::new();
        };
        let mut selectors = Vec::new();
        for element in elements {
            match element {
                Value::Object(words) => selectors.extend(self.selector(words, nameless)),
                _ => self.refuse(nameless),
            }
        }
        selectors
    }

    fn selector(&mut self, words: &Query, nameless: &Refusal) -> Option<Selector> {
        if given(words, "pacticipant").is_none() {
            self.refuse(nameless);
        }
        let pacticipant = self.name(words, "pacticipant");
        let (version, tag) = (self.name(words, "version"), self.name(words, "tag"));
        let (branch, environment) = (self.name(words, "branch"), self.name(words, "environment"));
        Some(Selector {
            pacticipant: pacticipant?,
            version,
            latest: is_set(words, "latest"),
            tag,
            branch,
            main_branch: is_set(words, "mainBranch"),
            environment,
        })
    }

    fn name<T: FromStr<Err = InvalidName>>(&mut self, words: &Query, key: &str) -> Option<T> {
        match given(words, key)?.parse() {
            Ok(name) => Some(name),
            Err(error) => {
                self.0.push(error.to_string());
                None
            }
        }
    }
}

fn given<'a>(query: &'a Query, key: &str) -> Option<&'a str> {
    query.text(key).filter(|text| !text.is_empty())
}

fn is_set(query: &Query, key: &str) -> bool {
    query.text(key) == Some("true")
}

fn latest_by(text: Option<&str>) -> LatestBy {
    match text {
        Some("cvpv") => LatestBy::ConsumerVersionAndProviderVersion,
        Some("cvp") => LatestBy::ConsumerVersionAndProvider,
        Some("cp") => LatestBy::ConsumerAndProvider,
        _ => LatestBy::None,
    }
}

/// Returns the results to show: one or a list of `true`, `false` and nothing at all.
fn success(value: Option<&Value>) -> Option<Vec<Option<bool>>> {
    let result = |value: &Value| match value.as_text() {
        Some("") | None => None,
        Some(text) => Some(text == "true"),
    };
    match value? {
        Value::List(values) => Some(values.iter().map(result).collect()),
        value => Some(vec![result(value)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Question, Problem> {
        question(&Query::parse(text).unwrap())
    }

    fn refused(text: &str) -> Vec<String> {
        match read(text) {
            Err(Problem::List(texts)) => texts,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_word_of_a_query_is_read() {
        let question = read(
            "q[][pacticipant]=Web&q[][version]=1&q[][pacticipant]=Api&q[][branch]=b&q[][latest]=true\
             &q[][pacticipant]=Db&q[][tag]=t&q[][environment]=e&q[][mainBranch]=true&latestby=cvpv\
             &environment=prod&ignore[][pacticipant]=Mail&ignore[][version]=2&limit=7\
             &success[]=true&success[]=",
        )
        .unwrap();
        let name = |text: &str| Selector::every_version(text.parse().unwrap());
        assert_eq!(
            question.selectors,
            [
                Selector::version("Web".parse().unwrap(), "1".parse().unwrap()),
                Selector {
                    branch: Some("b".parse().unwrap()),
                    latest: true,
                    ..name("Api")
                },
                Selector {
                    tag: Some("t".parse().unwrap()),
                    environment: Some("e".parse().unwrap()),
                    main_branch: true,
                    ..name("Db")
                },
            ]
        );
        let prod = Destination::Environment("prod".parse().unwrap());
        assert_eq!(question.destination, prod);
        let mail = Selector::version("Mail".parse().unwrap(), "2".parse().unwrap());
        assert_eq!(question.ignore, [mail]);
        let expected = LatestBy::ConsumerVersionAndProviderVersion;
        assert_eq!(question.latest_by, expected);
        assert_eq!(question.limit.get(), 7);
        assert_eq!(question.success, Some(vec![Some(true), None]));
    }

    #[test]
    fn what_is_empty_is_not_given_and_a_flag_is_set_by_true_alone() {
        let bare = read("q[][pacticipant]=Web").unwrap();
        let empty = "q[][pacticipant]=Web&q[][version]=&q[][tag]=&q[][latest]=1&q[][mainBranch]=no\
                     &environment=&tag=&latest=yes&mainBranch=&limit=&latestby=";
        assert_eq!(read(empty), Ok(bare));
        let one = read("q[][pacticipant]=Web&success=false").unwrap();
        assert_eq!(one.success, Some(vec![Some(false)]));
    }

    #[test]
    fn all_that_the_words_get_wrong_is_told_at_once() {
        let wrong = "q[][version]=1&ignore[][version]=2&environment=e&tag=t&latest=true&limit=0";
        let expected = [
            "Please specify the pacticipant name",
            "Please specify the pacticipant name to ignore",
            "Cannot specify more than one of tag, environment and mainBranch.",
            "Cannot specify both latest=true and an environment.",
            "The limit must be 1 or greater.",
        ];
        assert_eq!(refused(wrong), expected);
        for limit in ["-1", "x", "1.5"] {
            let query = format!("q[][pacticipant]=Web&limit={limit}");
            assert_eq!(refused(&query), ["The limit must be 1 or greater."]);
        }
        assert_eq!(refused("q[]=Web"), ["Please specify the pacticipant name"]);
        assert_eq!(
            refused("q[][pacticipant]=+"),
            ["a pacticipant name cannot be blank"]
        );
    }
}
