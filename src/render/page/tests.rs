//! Every page, with names that would like to be markup.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::app::log::Entry;
use crate::app::log::Log;
use crate::app::signatures::Signed;
use crate::domain::application_overview::ApplicationOverview;
use crate::domain::application_overview::VersionOverview;
use crate::domain::application_overview::application_list;
use crate::domain::application_overview::version_list;
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::contract_overview::ContractOverview;
use crate::domain::contract_overview::ResultOverview;
use crate::domain::environment_overview::EnvironmentOverview;
use crate::domain::events::EventKind;
use crate::domain::history::Event;
use crate::domain::history::Subject;
use crate::domain::integration::Integration;
use crate::domain::integration_list::WantedIntegrations;
use crate::domain::integration_list::integration_list;
use crate::domain::matrix::Query;
use crate::domain::matrix::matrix as matrix_of;
use crate::domain::moment;
use crate::domain::name::BranchName;
use crate::domain::pact::Pact;
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;
use crate::domain::standing::Standings;
use crate::domain::test_results::TestResults;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::n;
use crate::domain::time::Timestamp;
use crate::domain::versions::WantedVersions;
use crate::domain::webhook::Body;
use crate::domain::webhook::RequestTemplate;
use crate::domain::webhook::Schedule;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::execution::ExecutionOutcome;
use crate::record::path::Branch;
use crate::render::delivery::tests::answered;
use crate::render::delivery::tests::delivery;
use crate::render::hal::Address;
use crate::store::Actor;
use crate::store::Revision;

/// A name, and whatever else can be named: an element, the end of a value and of an element.
pub(super) const NAME: &str = "\"'><img/src><script>a</script>&amp;";

/// A text, which may hold more than a name can.
const TEXT: &str = "\"'><img/src><script>a</script>&amp;\u{202e}\u{1b}[2J";

/// Returns the links of a server.
pub(super) fn links() -> Links {
    Links::served(&Address::new("http://h"), None)
}

/// Fails if a page holds what somebody wrote as anything but text, or does not say it.
#[track_caller]
pub(super) fn assert_is_text(page: &Page) {
    let html = page.framed(&links(), None);
    assert!(
        !html.contains("<img") && !html.contains("<script>"),
        "{html}"
    );
    let is_hidden = |c: char| matches!(c, '\u{202e}' | '\u{1b}');
    assert!(!html.contains(is_hidden), "{html}");
    assert!(
        html.contains("&lt;script&gt;a&lt;/script&gt;&amp;amp;"),
        "{html}"
    );
}

fn ledger() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named(NAME);
    let pact = format!("{NAME}=a");
    ledger.publish_tagged(NAME, NAME, NAME, &[NAME], &[&pact]);
    ledger.publish_tagged(NAME, "2", NAME, &[NAME], &[&format!("{NAME}=b")]);
    ledger.verify(NAME, NAME, NAME, &[&format!("{NAME}=a:no")]);
    ledger.deploy(NAME, NAME, NAME, NAME);
    ledger.release(NAME, NAME, NAME);
    ledger
}

fn pair() -> Integration {
    Integration {
        consumer: n(NAME),
        provider: n(NAME),
    }
}

#[test]
fn the_index_and_lists_show_names_as_text() {
    let (ledger, links) = (ledger(), links());
    let wanted = WantedIntegrations {
        search: NAME.to_owned(),
        ..WantedIntegrations::default()
    };
    let list = integration_list(&ledger, &wanted).unwrap();
    let page = integrations::page(&list, &wanted, &links);
    assert_is_text(&page);
    assert!(page.main.0.contains(">changed since<") || page.main.0.contains(">failed<"));
    let list = application_list(&ledger, NAME, 1).unwrap();
    assert_is_text(&applications::all(&list, NAME, &links));
    let wanted = WantedVersions {
        branch: Some(n(NAME)),
        tag: Some(n(NAME)),
    };
    let list = version_list(&ledger, &n(NAME), &wanted, 1)
        .unwrap()
        .unwrap();
    assert_is_text(&applications::versions(&n(NAME), &wanted, &list, &links));
}

#[test]
fn an_application_and_a_version_show_names_as_text() {
    let (ledger, links) = (ledger(), links());
    let known = ApplicationOverview::read(&ledger, &n(NAME))
        .unwrap()
        .unwrap();
    assert_is_text(&applications::one(&known, &links));
    let known = VersionOverview::read(&ledger, &n(NAME), &n(NAME))
        .unwrap()
        .unwrap();
    assert_is_text(&applications::version(&known, &links));
}

#[test]
fn environments_show_names_as_text() {
    let (ledger, links) = (ledger(), links());
    let known = EnvironmentOverview::all(&ledger).unwrap();
    assert_is_text(&environments::all(&known, &links));
    let actor = Actor {
        name: TEXT.to_owned(),
        email: TEXT.to_owned(),
    };
    let recorders = known[0].uuids().map(|uuid| (uuid.clone(), actor.clone()));
    let recorders: BTreeMap<_, _> = recorders.collect();
    assert_is_text(&environments::one(&known[0], &recorders, &links));
}

#[test]
fn a_history_shows_what_people_wrote_as_text() {
    let entry = Entry {
        at: Timestamp::clamped(0),
        actor: Actor {
            name: TEXT.to_owned(),
            email: TEXT.to_owned(),
        },
        branch: Branch::app(&n(NAME)),
        revision: Revision("a".repeat(40)),
        signed: Signed::nobody(),
        event: Event::BranchDeleted {
            pacticipant: n(NAME),
            branch: n::<BranchName>(NAME),
        },
    };
    let log = Log {
        entries: vec![entry; history::PART + 1],
        cut: Vec::new(),
    };
    let subject = Subject::Pacticipant(n(NAME));
    let page = history::page(&subject, 1, &log, &links());
    assert_is_text(&page);
    assert_eq!(page.main.0.matches("<tr>").count(), history::PART + 1);
    assert!(
        page.main.0.contains("&amp;page=2\" rel=\"next\">"),
        "{}",
        page.main.0
    );
}

#[test]
fn an_answer_of_the_matrix_shows_names_as_text() {
    let (ledger, links) = (ledger(), links());
    let query = Query {
        limit: 1.try_into().unwrap(),
        ..Query::matrix(
            vec![Selector::every_version(n(NAME))],
            Destination::Environment(n(NAME)),
        )
    };
    let matrix = matrix_of(&ledger, &query, Rules::Strict).unwrap();
    let answered = matrix::Answered {
        verdict: can_i_deploy(&matrix),
        standings: Standings::of(&ledger, &matrix).unwrap(),
        matrix,
    };
    let offered = matrix::Offered {
        applications: vec![n(NAME)],
        environments: vec![n(NAME)],
    };
    let outcome = matrix::Outcome::Answered(Box::new(answered));
    let fields = matrix::MatrixFields {
        selectors: vec![matrix::SelectorFields {
            pacticipant: TEXT.to_owned(),
            version: TEXT.to_owned(),
            branch: TEXT.to_owned(),
            tag: TEXT.to_owned(),
            environment: TEXT.to_owned(),
            ..matrix::SelectorFields::default()
        }],
        latest_by: TEXT.to_owned(),
        environment: TEXT.to_owned(),
    };
    let words = || vec![(TEXT.to_owned(), TEXT.to_owned())];
    let page = matrix::matrix(fields.clone(), words(), &offered, &outcome, &links);
    assert_is_text(&page);
    assert!(page.main.0.contains("git pact "), "{}", page.main.0);
    let refused = matrix::Outcome::Refused(vec![TEXT.to_owned()]);
    assert_is_text(&matrix::matrix(fields, words(), &offered, &refused, &links));
    let fields = matrix::DeployFields {
        pacticipant: TEXT.to_owned(),
        version: TEXT.to_owned(),
        environment: TEXT.to_owned(),
        to: TEXT.to_owned(),
    };
    assert_is_text(&matrix::can_i_deploy(
        fields,
        words(),
        &offered,
        &outcome,
        &links,
    ));
    let matrix::Outcome::Answered(answered) = outcome else {
        panic!("it was answered")
    };
    let pair = place::PairPlace {
        consumer: n(NAME),
        provider: n(NAME),
    };
    assert_is_text(&matrix::of_pair(&pair, *answered, &links));
}

#[test]
fn a_contract_and_its_verification_show_what_people_wrote_as_text() {
    let (ledger, links) = (ledger(), links());
    let known = ContractOverview::read(&ledger, &pair(), Some(&n(NAME)));
    let known = known.unwrap().unwrap();
    let text =
        json!({"interactions": [{"description": TEXT, "request": {"path": TEXT}}]}).to_string();
    let (Integration { consumer, provider }, bytes) = (pair(), text.as_bytes());
    let stored = Pact::parse_between(bytes, &consumer, &provider).unwrap();
    assert_is_text(&contract::page(&known, &stored, false, &links));
    let result = &known.results[0];
    let is_meant = |content: &_| *content == known.pact.content;
    let found = ResultOverview::read(&ledger, &pair(), is_meant, result.number());
    let mut found = found.unwrap().unwrap();
    for report in [
        json!([{
            "interactionDescription": TEXT, "success": false,
            "mismatches": [{ "attribute": TEXT, "description": TEXT, "diff": TEXT }],
            "exceptions": [{ "message": TEXT, "exceptionClass": TEXT }],
        }]),
        json!({ (TEXT): TEXT }),
    ] {
        found.tests = Some(Arc::new(TestResults::new(report)));
        assert_is_text(&verification::page(&found, None, &links));
    }
}

#[test]
fn webhooks_show_what_people_wrote_as_text_and_no_secrets() {
    let webhook = Webhook {
        uuid: "abcdefgh_-123456".parse().unwrap(),
        description: Some(TEXT.to_owned()),
        enabled: true,
        events: vec![EventKind::ContractPublished],
        consumer: None,
        provider: None,
        request: RequestTemplate {
            method: "POST".to_owned(),
            url: TEXT.to_owned(),
            headers: BTreeMap::from([("authorization".to_owned(), "Bearer s3cret".to_owned())]),
            body: Some(Body::Text(TEXT.to_owned())),
            username: Some(TEXT.to_owned()),
            password: Some("s3cret".to_owned()),
        },
        created_at: Timestamp::clamped(0),
        updated_at: Some(Timestamp::clamped(0)),
    };
    let all = webhooks::all(std::iter::once(&webhook), &links());
    assert_is_text(&all);
    let one = webhooks::one(&webhook, None, &links());
    assert_is_text(&one);
    assert!(!one.main.0.contains("s3cret"), "{}", one.main.0);

    let mut triggered = delivery();
    triggered.title = TEXT.to_owned();
    triggered.occasion.context.consumer_version = TEXT.parse().ok();
    let mut execution = answered(false);
    execution.outcome = ExecutionOutcome::NoAnswer {
        reason: Some(TEXT.to_owned()),
    };
    triggered.record(execution, &Schedule::default());
    let one = webhooks::one(&webhook, Some(&[&triggered]), &links());
    assert_is_text(&one);
    assert!(one.main.0.contains("1 request so far"), "{}", one.main.0);
    assert!(!one.main.0.contains("has no past"), "{}", one.main.0);
    let understood = moment::time("1970-01-01", Timestamp::clamped(1_000_000)).unwrap();
    let past = super::links::Past {
        asked: "1970-01-01".to_owned(),
        understood,
    };
    let of_a_day = Links::served(&Address::new("http://b"), Some(past));
    let one = webhooks::one(&webhook, Some(&[&triggered]), &of_a_day);
    assert!(one.main.0.contains("has no past"), "{}", one.main.0);
}

#[test]
fn an_empty_store_says_what_to_do() {
    let ledger = MemoryLedger::default();
    let wanted = WantedIntegrations::default();
    let list = integration_list(&ledger, &wanted).unwrap();
    let page = integrations::page(&list, &wanted, &links());
    assert!(page.main.0.contains("git pact publish ./pacts"));
    assert!(!page.main.0.contains("<table"));
    let page = environments::all(&[], &links());
    assert!(page.main.0.contains("git pact create-environment"));
    let page = webhooks::all(std::iter::empty(), &links());
    assert!(page.main.0.contains("git pact create-webhook"));
}

#[test]
fn a_problem_is_text() {
    let sentences = [TEXT.to_owned()];
    assert_is_text(&problem::page("Not found", &sentences, &links()));
}
