//! Several requests in one write: one commit a branch, each decided on those before it.

use git_pact::app::Context;
use git_pact::app::site::Locator;
use git_pact::app::site::Site;
use git_pact::app::write::Draft;
use git_pact::app::write::Request;
use git_pact::app::write::State;
use git_pact::app::write::write_all;
use git_pact::domain::fact::VersionFact;
use git_pact::domain::intent::Intent;
use git_pact::domain::intent::Refusal;
use git_pact::domain::ledger::Ledger;
use git_pact::domain::time::Timestamp;

use crate::support::sandbox::Sandbox;

/// Why a request of these tests fails.
#[derive(Debug)]
enum Refused {
    Known,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        panic!("{refusal}")
    }
}

fn opened(sandbox: &Sandbox, locator: &str) -> (Site, Context) {
    let context = Context {
        now: Timestamp::clamped(1_795_222_730),
        cache_directory: Some(sandbox.path("cache")),
        working_directory: sandbox.path("."),
        environment: std::env::vars_os().collect(),
        seed: 1,
        ..Context::default()
    };
    let locator = Locator::Given(locator.to_owned());
    (Site::open(&locator, None, &context).unwrap(), context)
}

/// Returns a request that adds versions of `Web`, in this order, unless they are known.
fn versions<'a>(numbers: &'a [&'a str]) -> Request<'a, usize, Refused> {
    Box::new(move |draft: &mut Draft<'_>| {
        for number in numbers {
            let pacticipant = "Web".parse().unwrap();
            let number = number.parse().unwrap();
            let known = draft.ledger().version(&pacticipant, &number);
            if known.unwrap().is_some() {
                return Err(Refused::Known);
            }
            draft.put(Intent::DescribeVersion(VersionFact {
                pacticipant,
                number,
                branch: None,
                tags: Vec::new(),
                build_url: None,
                pacts: Vec::new(),
                at: draft.now(),
            }))?;
        }
        Ok(draft
            .ledger()
            .versions(&"Web".parse().unwrap())
            .unwrap()
            .len())
    })
}

#[test]
fn requests_share_a_commit_and_one_that_is_refused_leaves_no_trace() {
    for locator in ["store.git", "file"] {
        let sandbox = Sandbox::new();
        let remote = sandbox.remote("store.git");
        let url = format!("file://{}", sandbox.path("store.git").display());
        let locator = if locator == "file" { &url } else { locator };
        let (mut site, context) = opened(&sandbox, locator);
        let requests = [
            versions(&["1"]),
            versions(&["2", "1"]),
            versions(&["3", "4"]),
        ];
        let written = write_all(&mut site, &context, &requests).unwrap();
        assert!(matches!(written.state, State::Landed { .. }));
        let results = written.outcomes;
        assert!(matches!(results[0], Ok(1)), "{results:?}");
        assert!(matches!(results[1], Err(Refused::Known)), "{results:?}");
        assert!(matches!(results[2], Ok(3)), "{results:?}");
        assert_eq!(remote.run(&["rev-list", "--count", "pact/app/Web"]), "1");
        let message = remote.run(&["log", "-1", "--format=%B", "pact/app/Web"]);
        assert!(!message.contains("version 2"), "{message}");
        assert!(message.contains("version 4"), "{message}");

        // All of it refused, there is neither a commit nor a push.
        let written = write_all(&mut site, &context, &[versions(&["4"])]).unwrap();
        assert_eq!(written.state, State::NothingNew);
        assert_eq!(remote.run(&["rev-list", "--count", "pact/app/Web"]), "1");
    }
}

#[test]
fn requests_are_decided_again_on_what_others_wrote_first() {
    let sandbox = Sandbox::new();
    let remote = sandbox.remote("store.git");
    let url = format!("file://{}", sandbox.path("store.git").display());
    let (mut site, context) = opened(&sandbox, &url);
    write_all(&mut site, &context, &[versions(&["1"])]).unwrap();
    let arguments = [
        "create-or-update-version",
        "--pacticipant",
        "Web",
        "--version",
        "2",
    ];
    let other = sandbox.run_with(".", &arguments, &[("GIT_PACT_REPO", "store.git")]);
    assert_eq!(other.status, Some(0), "{other:?}");
    // What was last seen does not have it; the push finds out, and the decision is another.
    let requests = [versions(&["2"]), versions(&["3"])];
    let written = write_all(&mut site, &context, &requests).unwrap();
    assert!(matches!(written.outcomes[0], Err(Refused::Known)));
    assert!(matches!(written.outcomes[1], Ok(3)));
    assert!(matches!(written.state, State::Landed { attempts: 2, .. }));
    assert_eq!(remote.run(&["rev-list", "--count", "pact/app/Web"]), "3");
}
