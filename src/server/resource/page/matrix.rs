//! The matrix, and whether something can be deployed: the same words as in the HTTP API.

use super::super::matrix::ignored;
use super::super::matrix::question;
use crate::domain::can_i_deploy::Request;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::matrix::LatestBy;
use crate::domain::matrix::Query as Question;
use crate::domain::selector::Selector;
use crate::render::page;
use crate::render::page::Page;
use crate::render::page::links::AT;
use crate::render::page::matrix::Answered;
use crate::render::page::matrix::DeployFields;
use crate::render::page::matrix::MatrixFields;
use crate::render::page::matrix::Offered;
use crate::render::page::matrix::Outcome;
use crate::render::page::matrix::SelectorFields;
use crate::render::page::place::PairPlace;
use crate::render::page::place::Words;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;
use crate::server::rack_query::Query;
use crate::server::rack_query::Value;

/// How many names of applications a form offers; whoever has more types them.
const OFFERED: usize = 1000;

pub(super) fn matrix(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let query = call.query.without_empty("q");
    let lines = query.filled_in("q");
    let fields = MatrixFields {
        selectors: lines.iter().map(|line| selector_fields(line)).collect(),
        latest_by: text(&query, "latestby"),
        environment: text(&query, "environment"),
    };
    let outcome = if lines.is_empty() {
        Outcome::Unasked
    } else {
        outcome(view, question(&query))?
    };
    let offered = offered(view.ledger)?;
    let words = words(call);
    Ok(page::matrix::matrix(
        fields, words, &offered, &outcome, view.links,
    ))
}

pub(super) fn of_pair(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let pair = PairPlace {
        consumer: call.known("consumer", view.ledger)?,
        provider: call.known("provider", view.ledger)?,
    };
    let sides = [&pair.consumer, &pair.provider];
    let selectors = sides.map(|name| Selector::every_version(name.clone()));
    let query = Question {
        selectors: selectors.into(),
        latest_by: LatestBy::None,
        ..question(&call.query)?
    };
    let answered = answered(view, &query)?;
    Ok(page::matrix::of_pair(&pair, answered, view.links))
}

pub(super) fn can_i_deploy(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let query = &call.query;
    let fields = DeployFields {
        pacticipant: text(query, "pacticipant"),
        version: text(query, "version"),
        environment: text(query, "environment"),
        to: text(query, "to"),
    };
    let is_asked = !fields.pacticipant.is_empty() && !fields.version.is_empty();
    let outcome = if is_asked {
        let request = Request {
            pacticipant: Some(&fields.pacticipant),
            version: Some(&fields.version),
            environment: Some(fields.environment.as_str()),
            to: Some(fields.to.as_str()),
        };
        let asked = request.query(view.ledger).map_err(Problem::from);
        let asked = asked.and_then(|asked| {
            let ignore = ignored(query)?;
            Ok(Question { ignore, ..asked })
        });
        outcome(view, asked)?
    } else {
        Outcome::Unasked
    };
    let offered = offered(view.ledger)?;
    let words = words(call);
    Ok(page::matrix::can_i_deploy(
        fields, words, &offered, &outcome, view.links,
    ))
}

/// Returns what comes of a question: that it makes no sense is said beside its form.
fn outcome(view: PageView<'_>, asked: Result<Question, Problem>) -> Result<Outcome, Problem> {
    match asked.and_then(|question| answered(view, &question)) {
        Ok(answered) => Ok(Outcome::Answered(Box::new(answered))),
        Err(problem) if problem.status().is_client_error() => {
            Ok(Outcome::Refused(problem.sentences()))
        }
        Err(problem) => Err(problem),
    }
}

fn answered(view: PageView<'_>, question: &Question) -> Result<Answered, Problem> {
    Ok(Answered::of(view.ledger, question, view.rules)?)
}

fn offered(ledger: &dyn Ledger) -> Read<Offered> {
    let mut applications = ledger.pacticipants()?;
    applications.truncate(OFFERED);
    let environments = ledger.environments()?;
    Ok(Offered {
        applications,
        environments: environments.iter().map(|it| it.name.clone()).collect(),
    })
}

fn selector_fields(line: &Query) -> SelectorFields {
    let is_set = |key| line.text(key) == Some("true");
    SelectorFields {
        pacticipant: text(line, "pacticipant"),
        version: text(line, "version"),
        branch: text(line, "branch"),
        tag: text(line, "tag"),
        environment: text(line, "environment"),
        main_branch: is_set("mainBranch"),
        latest: is_set("latest"),
    }
}

fn text(query: &Query, key: &str) -> String {
    query.text(key).unwrap_or_default().to_owned()
}

/// Returns the words of a query, as an address has them, without those that every page has.
fn words(call: &Call) -> Words {
    let mut words = Vec::new();
    for (key, value) in call.query.iter().filter(|(key, _)| *key != AT) {
        add(key, value, &mut words);
    }
    words
}

fn add(key: &str, value: &Value, words: &mut Words) {
    match value {
        Value::Nothing => {}
        Value::Text(text) if text.is_empty() => {}
        Value::Text(text) => words.push((key.to_owned(), text.clone())),
        Value::List(values) => {
            for value in values {
                add(&format!("{key}[]"), value, words);
            }
        }
        Value::Object(object) => {
            // A name that is there already begins the next line, so each has to begin with it.
            let (first, rest): (Vec<_>, Vec<_>) =
                object.iter().partition(|(name, _)| *name == "pacticipant");
            for (inner, value) in first.into_iter().chain(rest) {
                add(&format!("{key}[{inner}]"), value, words);
            }
        }
    }
}
