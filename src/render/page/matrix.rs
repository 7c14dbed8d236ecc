//! The matrix and whether something can be deployed: a form, and the answer in plain words.

use askama::Template;
use askama::filters::Safe;

use super::Page;
use super::links::AT;
use super::links::Links;
use super::place::PairPlace;
use super::place::Place;
use super::place::Words;
use super::state;
use super::state::State;
use super::word::Anchor;
use super::word::count;
use crate::domain::can_i_deploy::Verdict;
use crate::domain::can_i_deploy::can_i_deploy as verdict_of;
use crate::domain::ledger::Ledger;
use crate::domain::matrix::Matrix;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Query;
use crate::domain::matrix::Row;
use crate::domain::matrix::matrix as matrix_of;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::notice::Notice;
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::standing::Standing;
use crate::domain::standing::Standings;
use crate::domain::version::Version;
use crate::render::next_steps::NextStep;
use crate::render::next_steps::next_steps;

/// What came of a question.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Nothing was asked yet.
    Unasked,
    /// It makes no sense, for these reasons.
    Refused(Vec<String>),
    /// An answer.
    Answered(Box<Answered>),
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The rows.
    pub matrix: Matrix,
    /// What follows from them.
    pub verdict: Verdict,
    /// What the versions in the rows stand for.
    pub standings: Standings,
}

impl Answered {
    /// Returns the answer to a question.
    ///
    /// # Errors
    ///
    /// Fails if the question makes no sense, or if a record cannot be read.
    pub fn of(ledger: &dyn Ledger, question: &Query, rules: Rules) -> Result<Self, MatrixError> {
        let matrix = matrix_of(ledger, question, rules)?;
        Ok(Self {
            verdict: verdict_of(&matrix),
            standings: Standings::of(ledger, &matrix)?,
            matrix,
        })
    }
}

/// The names that forms offer.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// Applications.
    pub applications: Vec<PacticipantName>,
    /// Environments.
    pub environments: Vec<EnvironmentName>,
}

/// One line of the form: which versions of an application are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectorFields {
    /// The application.
    pub pacticipant: String,
    /// The number of the version.
    pub version: String,
    /// A branch.
    pub branch: String,
    /// A tag.
    pub tag: String,
    /// An environment.
    pub environment: String,
    /// Whether those on the main branch are meant.
    pub main_branch: bool,
    /// Whether only the newest is.
    pub latest: bool,
}

/// What somebody filled in for a matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatrixFields {
    /// Which versions.
    pub selectors: Vec<SelectorFields>,
    /// Which rows stand for others, as the HTTP API has it.
    pub latest_by: String,
    /// Where to: an environment.
    pub environment: String,
}

/// What somebody filled in to ask whether a version can be deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeployFields {
    /// Whose version.
    pub pacticipant: String,
    /// Its number.
    pub version: String,
    /// Where to.
    pub environment: String,
    /// The tag that stands for where to.
    pub to: String,
}

/// How many lines the form has at least.
const LINES: usize = 2;

/// The matrix.
#[derive(Template)]
#[template(path = "matrix.html", config = "src/render/page/askama.toml")]
struct MatrixPage<'a> {
    fields: MatrixFields,
    offered: &'a Offered,
    form: Option<(String, Words)>,
    answer: Safe<String>,
    can_i_deploy: Safe<Anchor>,
}

impl MatrixPage<'_> {
    /// Returns the choices of what stands for what: the word, what it means, whether it is chosen.
    fn latest_by(&self) -> [(&'static str, &'static str, bool); 4] {
        [
            ("", "every result"),
            ("cvpv", "the newest of each two versions"),
            ("cvp", "the newest of each consumer version"),
            ("cp", "the newest of the two"),
        ]
        .map(|(word, meaning)| (word, meaning, word == self.fields.latest_by))
    }
}

/// Returns the page of the matrix: what was filled in, sent as `words`, and what came of it.
#[must_use]
pub fn matrix(
    mut fields: MatrixFields,
    words: Words,
    offered: &Offered,
    outcome: &Outcome,
    links: &Links,
) -> Page {
    let room = (fields.selectors.len() + 1).max(LINES);
    fields.selectors.resize_with(room, Default::default);
    let main = MatrixPage {
        fields,
        offered,
        form: form(&Place::Matrix(Vec::new()), links),
        answer: answer(outcome, Asked::Matrix, links),
        can_i_deploy: links.anchor(&Place::CanIDeploy(Vec::new()), "Can I deploy?"),
    };
    Page::new(Place::Matrix(words), &main)
}

/// Returns the page of every result of a consumer and a provider.
#[must_use]
pub fn of_pair(pair: &PairPlace, answered: Answered, links: &Links) -> Page {
    let outcome = Outcome::Answered(Box::new(answered));
    let main = answer(&outcome, Asked::Pair, links);
    let place = Place::PairMatrix(pair.clone());
    Page { place, main }
}

/// Whether a version can be deployed.
#[derive(Template)]
#[template(path = "can_i_deploy.html", config = "src/render/page/askama.toml")]
struct DeployPage<'a> {
    fields: DeployFields,
    offered: &'a Offered,
    form: Option<(String, Words)>,
    answer: Safe<String>,
}

impl DeployPage<'_> {
    fn is_chosen(&self, environment: &EnvironmentName) -> bool {
        self.fields.environment == environment.as_str()
    }
}

/// Returns the page that says whether a version can be deployed: what was filled in, sent as `words`,
/// and what came of it.
#[must_use]
pub fn can_i_deploy(
    fields: DeployFields,
    words: Words,
    offered: &Offered,
    outcome: &Outcome,
    links: &Links,
) -> Page {
    let main = DeployPage {
        fields,
        offered,
        form: form(&Place::CanIDeploy(Vec::new()), links),
        answer: answer(outcome, Asked::CanIDeploy, links),
    };
    Page::new(Place::CanIDeploy(words), &main)
}

/// Returns where a form is sent, with the day that is shown.
fn form(place: &Place, links: &Links) -> Option<(String, Words)> {
    let (action, mut words) = links.form(place)?;
    words.retain(|(name, _)| name == AT);
    Some((action, words))
}

/// What was asked, which says how much of the answer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    CanIDeploy,
    Matrix,
    Pair,
}

/// What came of a question.
#[derive(Template)]
#[template(path = "answer.html", config = "src/render/page/askama.toml")]
struct Answer<'a> {
    refused: &'a [String],
    answered: Option<&'a Answered>,
    steps: Vec<NextStep>,
    asked: Asked,
    links: &'a Links,
}

impl Answer<'_> {
    /// Returns the verdict in words and the class of how it is shown.
    fn verdict(&self, verdict: &Verdict) -> (&'static str, &'static str) {
        let of_deploying = self.asked == Asked::CanIDeploy;
        match verdict.deployable {
            Some(true) if of_deploying => ("Yes, it can be deployed.", "good"),
            Some(false) if of_deploying => ("No, it cannot be deployed.", "bad"),
            None if of_deploying => ("Not yet: something is not verified.", "warn"),
            Some(true) => ("All that is needed is verified.", "good"),
            Some(false) => ("Something that is needed failed or is missing.", "bad"),
            None => ("Something that is needed is not verified yet.", "warn"),
        }
    }

    /// Says whether somebody wants to deploy something: who only looks is told no verdict.
    fn says_verdict(&self, matrix: &Matrix) -> bool {
        is_about_deploying(self.asked, matrix)
    }

    /// Returns the sentences of a verdict, a line each.
    fn sentences(notices: &[Notice]) -> impl Iterator<Item = &str> {
        notices.iter().flat_map(|notice| notice.text.lines())
    }

    fn state(row: &Row) -> Safe<State> {
        if row.ignored {
            return State::none("ignored", "The question said to ignore it");
        }
        match row.recorded_result() {
            Some(recorded) => state::of_result(&recorded.result),
            None if row.unbelieved.is_some() => State::wait(
                "not believed",
                "It is verified, but nobody who may has signed that",
            ),
            None => State::none("unverified", "It is not verified"),
        }
    }

    fn contract(&self, row: &Row) -> Safe<Anchor> {
        let pair = PairPlace {
            consumer: row.consumer.clone(),
            provider: row.provider.clone(),
        };
        let place = Place::contract(pair, row.consumer_version.number.clone());
        self.links.anchor(&place, "contract")
    }

    /// Returns what a version stands for: branches that it leads, tags, and where it is.
    fn standing(answered: &Answered, name: &PacticipantName, version: &Version) -> Vec<String> {
        let Some(standing) = answered.standings.get(name, &version.number) else {
            return Vec::new();
        };
        let Standing {
            head_branches,
            head_tags,
            environments,
        } = standing;
        let branches = head_branches.iter().map(ToString::to_string);
        let tags = head_tags.iter().map(|tag| format!("tag {tag}"));
        let places = environments.iter().map(|it| format!("in {}", it.name));
        branches.chain(tags).chain(places).collect()
    }

    fn found(matrix: &Matrix) -> String {
        let (shown, all) = (matrix.shown().count(), matrix.rows.len());
        match all - shown {
            0 => count(shown, "row"),
            _ => format!("{shown} of {}", count(all, "row")),
        }
    }
}

fn is_about_deploying(asked: Asked, matrix: &Matrix) -> bool {
    match asked {
        Asked::CanIDeploy => true,
        Asked::Matrix => matrix.query.destination != Destination::None,
        Asked::Pair => false,
    }
}

fn answer(outcome: &Outcome, asked: Asked, links: &Links) -> Safe<String> {
    let (refused, answered): (&[String], _) = match outcome {
        Outcome::Unasked => (&[], None),
        Outcome::Refused(reasons) => (reasons, None),
        Outcome::Answered(answered) => (&[], Some(&**answered)),
    };
    let steps = match answered {
        Some(Answered {
            matrix, verdict, ..
        }) if is_about_deploying(asked, matrix) => next_steps(matrix, verdict),
        _ => Vec::new(),
    };
    super::markup(&Answer {
        refused,
        answered,
        steps,
        asked,
        links,
    })
}
