//! What a question costs, and what becomes of it when the store is damaged: a ledger that counts
//! what it is asked, and that can be told to fail.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Matrix, MatrixError, Query, matrix};
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::content::ContentId;
use crate::domain::environment::{DeployedVersion, Ended, Environment, ReleasedVersion};
use crate::domain::ledger::{Ledger, Read, Unreadable};
use crate::domain::name::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber};
use crate::domain::pacticipant::Pacticipant;
use crate::domain::policy::Policy;
use crate::domain::rules::Rules;
use crate::domain::selector::written::asked;
use crate::domain::selector::{Destination, Selector};
use crate::domain::signers::Signers;
use crate::domain::test_results::{TestResults, TestResultsId};
use crate::domain::testing::{MemoryLedger, n};
use crate::domain::time::Seq;
use crate::domain::verification::{Run, Verified};
use crate::domain::version::{BranchHead, TagHead, Version};
use crate::domain::webhook::{Webhook, WebhookUuid};

/// A ledger that counts the calls of each method.
struct Watched<'a> {
    ledger: &'a MemoryLedger,
    calls: RefCell<BTreeMap<&'static str, usize>>,
    /// The method, and which call of it, that finds a damaged record.
    damaged: Option<(&'static str, usize)>,
}

impl<'a> Watched<'a> {
    fn new(ledger: &'a MemoryLedger) -> Self {
        Self {
            ledger,
            calls: RefCell::default(),
            damaged: None,
        }
    }

    fn called(&self, method: &'static str) -> Read<()> {
        let mut calls = self.calls.borrow_mut();
        let count = calls.entry(method).or_default();
        *count += 1;
        if self.damaged == Some((method, *count)) {
            return Err(Unreadable {
                what: method.to_owned(),
                source: "it is damaged".into(),
            });
        }
        Ok(())
    }

    fn calls(&self) -> BTreeMap<&'static str, usize> {
        self.calls.borrow().clone()
    }
}

/// Forwards each method after counting it.
macro_rules! watch {
    ($(fn $name:ident($($arg:ident: $type:ty),*) -> $found:ty;)*) => {
        impl Ledger for Watched<'_> {
            $(fn $name(&self, $($arg: $type),*) -> Read<$found> {
                self.called(stringify!($name))?;
                self.ledger.$name($($arg),*)
            })*
        }
    };
}

watch! {
    fn pacticipant(name: &PacticipantName) -> Option<Arc<Pacticipant>>;
    fn has_own_record(name: &PacticipantName) -> bool;
    fn pacticipants() -> Vec<PacticipantName>;
    fn consumers_of(provider: &PacticipantName) -> Vec<PacticipantName>;
    fn version(name: &PacticipantName, number: &VersionNumber) -> Option<Arc<Version>>;
    fn versions(name: &PacticipantName) -> Vec<Arc<Version>>;
    fn latest_version(name: &PacticipantName) -> Option<Arc<Version>>;
    fn last_seq(name: &PacticipantName) -> Seq;
    fn branch_head(name: &PacticipantName, branch: &BranchName) -> Option<BranchHead>;
    fn branch_heads(name: &PacticipantName) -> Vec<BranchHead>;
    fn tag_head(name: &PacticipantName, tag: &TagName) -> Option<TagHead>;
    fn tag_heads(name: &PacticipantName) -> Vec<TagHead>;
    fn content(
        consumer: &PacticipantName,
        provider: &PacticipantName,
        content: &ContentId
    ) -> Option<Arc<[u8]>>;
    fn contract(provider: &PacticipantName, consumer: &PacticipantName) -> Option<Arc<[u8]>>;
    fn runs_of(provider: &PacticipantName, version: &VersionNumber) -> Vec<Arc<Run>>;
    fn runs(provider: &PacticipantName) -> Vec<Arc<Run>>;
    fn test_results(provider: &PacticipantName, id: &TestResultsId) -> Option<Arc<TestResults>>;
    fn verified(
        provider: &PacticipantName,
        consumer: &PacticipantName,
        content: &ContentId
    ) -> Verified;
    fn environment(name: &EnvironmentName) -> Option<Arc<Environment>>;
    fn environments() -> Vec<Arc<Environment>>;
    fn last_environment_seq(name: &EnvironmentName) -> Seq;
    fn deployed(environment: &EnvironmentName, name: &PacticipantName) -> Vec<DeployedVersion>;
    fn released(environment: &EnvironmentName, name: &PacticipantName) -> Vec<ReleasedVersion>;
    fn ended(environment: &EnvironmentName) -> Vec<Ended>;
    fn pacticipants_in(environment: &EnvironmentName) -> Vec<PacticipantName>;
    fn webhook(uuid: &WebhookUuid) -> Option<Arc<Webhook>>;
    fn webhooks() -> Vec<Arc<Webhook>>;
    fn signers(pacticipant: &PacticipantName) -> Option<Arc<Signers>>;
    fn all_signers() -> Vec<Arc<Signers>>;
    fn rules() -> Option<Rules>;
    fn policy() -> Policy;
}

/// An application with ten providers and ten consumers, all of them live and verified.
fn busy_town() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    let pacts: Vec<_> = (0..10).map(|it| format!("Provider{it}=c")).collect();
    let pacts: Vec<_> = pacts.iter().map(String::as_str).collect();
    for version in ["1", "2", "3"] {
        ledger.publish_tagged("Hub", version, "main", &["v"], &pacts);
    }
    for it in 0..10 {
        let (provider, consumer) = (format!("Provider{it}"), format!("Consumer{it}"));
        ledger.verify(&provider, "7", "main", &["Hub=c:yes"]);
        ledger.deploy(&provider, "7", "prod", "");
        ledger.publish(&consumer, "5", "main", &["Hub=c"]);
        ledger.deploy(&consumer, "5", "prod", "");
        ledger.verify("Hub", "3", "main", &[&format!("{consumer}=c:yes")]);
    }
    ledger
}

fn ask(ledger: &dyn Ledger, selector: Selector, to: Destination, rules: Rules) -> Matrix {
    matrix(ledger, &Query::can_i_deploy(vec![selector], to), rules).unwrap()
}

fn to_prod() -> Destination {
    Destination::Environment(n("prod"))
}

#[test]
fn a_version_against_an_environment_costs_a_few_look_ups_for_each_integration() {
    let ledger = busy_town();
    for rules in [Rules::Strict, Rules::PactBroker] {
        let watched = Watched::new(&ledger);
        let hub = asked("Hub version=3");
        let answer = ask(&watched, hub, to_prod(), rules);
        assert_eq!(can_i_deploy(&answer).counts.success, 20);
        let expected = [
            ("consumers_of", 1),
            ("deployed", 20),
            ("environment", 1),
            ("pacticipant", 1),
            ("released", 20),
            ("runs_of", 11),
            ("version", 21),
        ];
        assert_eq!(watched.calls(), expected.into());
    }
}

#[test]
fn only_selectors_of_many_versions_read_histories() {
    let ledger = busy_town();
    let table = [
        ("version=3", false),
        ("latest", false),
        ("in=prod", false),
        ("tag=v latest", false),
        ("branch=main latest", false),
        ("main latest", false),
        ("tag=v in=prod", false),
        ("tag=v", true),
        ("branch=main", true),
        ("main", true),
    ];
    let latest_main = Destination::MainBranch { latest: true };
    let newest_tagged = Destination::Tag {
        tag: n("v"),
        latest: true,
    };
    for to in [to_prod(), Destination::Latest, latest_main, newest_tagged] {
        for (criteria, reads_all) in table {
            let watched = Watched::new(&ledger);
            let selector = asked(&format!("Hub {criteria}"));
            ask(&watched, selector, to.clone(), Rules::Strict);
            let calls = watched.calls();
            let scans = ["versions", "runs", "pacticipants", "pacticipants_in"];
            let read_all = scans.iter().any(|scan| calls.contains_key(scan));
            assert_eq!(read_all, reads_all, "{criteria}: {calls:?}");
        }
    }
}

#[test]
fn nothing_is_looked_up_twice() {
    let ledger = busy_town();
    let watched = Watched::new(&ledger);
    let hub = || asked("Hub version=3");
    let mut query = Query::can_i_deploy(vec![hub(), hub()], to_prod());
    query.ignore = vec![hub()];
    matrix(&watched, &query, Rules::Strict).unwrap();
    assert_eq!(watched.calls()["version"], 21);
    assert_eq!(watched.calls()["pacticipant"], 1);
    assert_eq!(watched.calls()["runs_of"], 11);
}

#[test]
fn an_application_without_integrations_reads_nobody_elses_history() {
    let mut ledger = busy_town();
    ledger.publish("Hermit", "1", "main", &[]);
    for rules in [Rules::Strict, Rules::PactBroker] {
        let watched = Watched::new(&ledger);
        let hermit = asked("Hermit version=1");
        let answer = ask(&watched, hermit, to_prod(), rules);
        assert_eq!(can_i_deploy(&answer).deployable, Some(true));
        let expected = [
            ("consumers_of", 1),
            ("environment", 1),
            ("pacticipant", 1),
            ("version", 1),
        ];
        assert_eq!(watched.calls(), expected.into());
    }
}

#[test]
fn whatever_cannot_be_read_there_is_no_answer() {
    let ledger = busy_town();
    let healthy = Watched::new(&ledger);
    let query = Query::can_i_deploy(vec![asked("Hub version=3")], to_prod());
    matrix(&healthy, &query, Rules::Strict).unwrap();
    for (method, count) in healthy.calls() {
        for call in 1..=count {
            let mut damaged = Watched::new(&ledger);
            damaged.damaged = Some((method, call));
            let answer = matrix(&damaged, &query, Rules::Strict);
            assert!(
                matches!(answer, Err(MatrixError::Unreadable(_))),
                "{method}"
            );
        }
    }
}

#[test]
fn a_deployed_version_without_a_record_is_an_error_and_no_yes() {
    for (pacticipant, deployed) in [("Web", "Api"), ("Api", "Web")] {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish("Web", "1", "", &["Api=a"]);
        ledger.verify("Api", "5", "", &["Web=a:yes"]);
        ledger.deploy(deployed, "404", "prod", "");
        let number = if pacticipant == "Web" { "1" } else { "5" };
        let selector = Selector::version(n(pacticipant), n(number));
        for rules in [Rules::Strict, Rules::PactBroker] {
            let query = Query::can_i_deploy(vec![selector.clone()], to_prod());
            let error = matrix(&ledger, &query, rules).unwrap_err().to_string();
            assert_eq!(error, format!("could not read version 404 of {deployed}"));
        }
    }
}
