//! Names that look like paths, options, devices or nothing at all go in and come out the same.

use std::collections::BTreeMap;
use std::fs;

use git_pact::domain::entry::entries;
use git_pact::domain::fact::DeploymentFact;
use git_pact::domain::fact::EnvironmentFact;
use git_pact::domain::fact::Fact;
use git_pact::domain::fact::PactFact;
use git_pact::domain::fact::ReleaseFact;
use git_pact::domain::fact::RunFact;
use git_pact::domain::fact::VersionFact;
use git_pact::domain::ledger::Ledger;
use git_pact::domain::name::EnvironmentName;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::verification::VerificationResult;
use git_pact::record::change::change;
use git_pact::record::path;
use git_pact::record::path::Branch;
use git_pact::store::RecordStore;
use git_pact::store::ledger::StoreLedger;
use git_pact::store::memory::MemoryStore;
use proptest::prelude::*;

use crate::support::facts::at;
use crate::support::facts::content_id;
use crate::support::facts::n;
use crate::support::facts::pact;
use crate::support::facts::record;
use crate::support::git::Git;
use crate::support::shape::Shape;

/// The application that has a pact with every other one, both ways.
const HUB: &str = "Hub";

/// The environment where everything runs.
const LIVE: &str = "live";

/// Returns names that a careless program would trip over.
fn strange_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "Order Service",
        "shop/web",
        "/",
        "//",
        "a/../b",
        ".",
        "..",
        "...",
        "a..b",
        ".git",
        ".GIT",
        "git~1",
        ".gitmodules",
        "..git",
        "HEAD",
        "@",
        "@{u}",
        "a@{0}",
        "refs/heads/main",
        "CON",
        "con.json",
        "NUL.",
        "aux",
        "COM1",
        "LPT9.txt",
        "-",
        "--help",
        "-rf",
        "--upload-pack=x",
        "web.lock",
        ".lock",
        "a.lock.lock",
        "x.json",
        "latest.json",
        "app.json",
        "100%",
        "%2F",
        "%",
        "%%",
        "%_",
        "=",
        "a=1",
        "a=1.json",
        "a:b",
        "a\\b",
        "*",
        "?",
        "[a]",
        "~",
        "^",
        "$(id)",
        "`id`",
        "a;b",
        "a|b",
        "a&b",
        "'",
        "\"",
        "<b>",
        "#1",
        "!",
        "tilde~",
        " padded ",
        "ends.",
        "é",
        "e\u{301}",
        "Ünï cödé",
        "日本語",
        "🙂",
        "👩‍👩‍👧",
        "שלום",
        "\u{feff}bom",
        "\u{200d}",
        "versions",
        "contents",
        "heads",
        "Web",
        "web",
    ]
    .map(str::to_owned)
    .to_vec();
    // As long as names get; these do not fit into a path as they are.
    names.push("é".repeat(255));
    names.push("x".repeat(255));
    names.push("x".repeat(200));
    names.push("x".repeat(201));
    names.push("🙂".repeat(255));
    // Alike up to the place where they are cut, and to the last character.
    names.push("é".repeat(254) + "e");
    names.push("/".repeat(255));
    names
}

/// Returns facts in which everything has a name, an application's versions its own.
fn facts_of(names: &[String]) -> Vec<Fact> {
    let mut facts = vec![environment(LIVE)];
    facts.push(version(HUB, "1", names));
    for name in names {
        facts.push(version(name, name, &[HUB.to_owned()]));
        facts.push(Fact::Run(RunFact {
            provider: n(name),
            version: n(name),
            build_url: None,
            verified_by: None,
            results: vec![VerificationResult {
                consumer: n(HUB),
                content: content_id(name),
                success: true,
                wip: false,
                failures: vec![name.clone()],
                tests: None,
            }],
            request: None,
            at: at(0),
        }));
        if name.parse::<EnvironmentName>().is_ok() {
            facts.push(environment(name));
        }
        facts.push(Fact::Deployed(DeploymentFact {
            environment: n(LIVE),
            pacticipant: n(name),
            version: n(name),
            instance: Some(n(name)),
            build_url: None,
            at: at(0),
        }));
        facts.push(Fact::Released(ReleaseFact {
            environment: n(LIVE),
            pacticipant: n(name),
            version: n(name),
            build_url: None,
            at: at(0),
        }));
    }
    facts
}

fn environment(name: &str) -> Fact {
    Fact::Environment(EnvironmentFact {
        name: n(name),
        uuid: None,
        display_name: Some(name.to_owned()),
        production: false,
        contacts: Vec::new(),
        at: at(0),
    })
}

/// A version, on a branch and with a tag of the same name, publishes a pact with each provider.
fn version(consumer: &str, number: &str, providers: &[String]) -> Fact {
    let pact = |provider: &String| PactFact {
        provider: n(provider),
        content: content_id(provider),
        bytes: pact(consumer, provider, ""),
    };
    Fact::Version(VersionFact {
        pacticipant: n(consumer),
        number: n(number),
        branch: Some(n(number)),
        tags: vec![n(number)],
        build_url: None,
        pacts: providers.iter().map(pact).collect(),
        at: at(0),
    })
}

fn sorted<T: Ord>(names: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut names: Vec<T> = names.into_iter().collect();
    names.sort();
    names
}

/// Checks that every answer holds exactly the names that the facts held.
fn gives_back(ledger: &dyn Ledger, names: &[String]) {
    let parsed: Vec<PacticipantName> = sorted(names.iter().map(|name| n(name)));
    let all = sorted(parsed.iter().cloned().chain([n(HUB)]));
    assert_eq!(ledger.pacticipants().unwrap(), all);
    assert_eq!(ledger.consumers_of(&n(HUB)).unwrap(), parsed);
    assert_eq!(ledger.pacticipants_in(&n(LIVE)).unwrap(), parsed);

    let legal = names.iter().filter_map(|name| name.parse().ok());
    let environments: Vec<EnvironmentName> = sorted(legal.chain([n(LIVE)]));
    let found = ledger.environments().unwrap();
    let found: Vec<_> = found.iter().map(|found| found.name.clone()).collect();
    assert_eq!(found, environments);
    for name in &environments {
        let found = ledger.environment(name).unwrap().unwrap();
        assert_eq!(found.name, *name);
    }
    for name in names {
        gives_back_one(ledger, name);
    }
}

fn gives_back_one(ledger: &dyn Ledger, name: &str) {
    let owner: PacticipantName = n(name);
    let number = n(name);
    let found = ledger.pacticipant(&owner).unwrap().unwrap();
    assert_eq!(found.name, owner);
    assert_eq!(ledger.consumers_of(&owner).unwrap(), [n(HUB)]);

    let version = ledger.version(&owner, &number).unwrap().unwrap();
    assert_eq!(version.number, number);
    assert_eq!(version.branches, [n(name)]);
    assert_eq!(version.tags, [n(name)]);
    assert_eq!(version.content(&n(HUB)), Some(&content_id(HUB)));
    let versions = ledger.versions(&owner).unwrap();
    assert_eq!(versions, std::slice::from_ref(&version));
    assert_eq!(ledger.latest_version(&owner).unwrap(), Some(version));

    let head = ledger.branch_head(&owner, &n(name)).unwrap().unwrap();
    assert_eq!((&head.branch, &head.version), (&n(name), &number));
    assert_eq!(ledger.branch_heads(&owner).unwrap(), [head]);
    let head = ledger.tag_head(&owner, &n(name)).unwrap().unwrap();
    assert_eq!((&head.tag, &head.version), (&n(name), &number));
    assert_eq!(ledger.tag_heads(&owner).unwrap(), [head]);

    let runs = ledger.runs_of(&owner, &number).unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].version, number);
    assert_eq!(runs[0].results[0].failures, [name]);
    assert_eq!(ledger.runs(&owner).unwrap(), runs);
    let verified = ledger.verified(&owner, &n(HUB), &content_id(name)).unwrap();
    assert!(verified.branches.contains_key(&n(name)));

    let published = pact(HUB, name, "");
    let contract = ledger.contract(&owner, &n(HUB)).unwrap();
    assert_eq!(contract.as_ref(), Some(&published));
    let content = ledger.content(&n(HUB), &owner, &content_id(name)).unwrap();
    assert_eq!(content, Some(published));

    let deployed = ledger.deployed(&n(LIVE), &owner).unwrap();
    assert_eq!(deployed.len(), 1);
    assert_eq!(deployed[0].instance, Some(n(name)));
    assert_eq!(
        (&deployed[0].pacticipant, &deployed[0].version),
        (&owner, &number)
    );
    let released = ledger.released(&n(LIVE), &owner).unwrap();
    assert_eq!(released.len(), 1);
    assert_eq!(
        (&released[0].pacticipant, &released[0].version),
        (&owner, &number)
    );
}

#[test]
fn strange_names_go_in_and_come_out_of_memory() {
    let names = strange_names();
    let store = MemoryStore::default();
    record(&store, &facts_of(&names));
    gives_back(&StoreLedger::new(&*store.snapshot()), &names);
}

#[test]
fn strange_names_go_in_and_come_out_of_git_and_git_does_not_mind() {
    let names = strange_names();
    let shape = Shape::bare();
    let store = shape.store();
    record(&store, &facts_of(&names));
    gives_back(&StoreLedger::new(&*shape.store().snapshot()), &names);

    let git = shape.git();
    git.fsck();
    let refs = git.run(&["for-each-ref", "--format=%(refname)"]);
    assert!(refs.lines().count() > 2 * names.len());
    for name in refs.lines() {
        git.run(&["check-ref-format", name]);
        let short = name.strip_prefix("refs/heads/").unwrap();
        git.run(&["check-ref-format", "--branch", short]);
        assert!(name.split('/').all(|part| part.len() <= 255), "{name}");
    }
    for path in git
        .run(&["log", "--all", "--name-only", "--format="])
        .lines()
    {
        assert!(path.is_ascii(), "{path}");
        assert!(path.split('/').all(|part| part.len() <= 255), "{path}");
    }
    can_be_checked_out(&shape, &names);
}

/// Checks that what a provider checks out is what its consumer published.
fn can_be_checked_out(shape: &Shape, names: &[String]) {
    let bare = shape.git().directory().to_str().unwrap();
    let clone = Git::at(shape.beside("clone"));
    for (index, name) in names.iter().enumerate() {
        let provider: PacticipantName = n(name);
        let branch = Branch::contracts(&provider).to_string();
        if index == 0 {
            let into = clone.directory().to_str().unwrap();
            shape.git().run(&["clone", "-b", &branch, bare, into]);
        } else {
            clone.run(&["checkout", &branch]);
        }
        let file = path::contract(&provider, &n(HUB));
        let bytes = fs::read(clone.directory().join(file.as_str())).unwrap();
        assert_eq!(bytes, pact(HUB, name, "").as_ref(), "{name}");
        assert_eq!(clone.run(&["status", "--porcelain"]), "", "{name}");
    }
}

#[test]
fn no_two_names_share_a_path() {
    let names = strange_names();
    let store = MemoryStore::default();
    let snapshot = store.snapshot();
    let ledger = StoreLedger::new(&*snapshot);
    let mut places: BTreeMap<_, Fact> = BTreeMap::new();
    for fact in facts_of(&names) {
        let Fact::Version(told) = &fact else { continue };
        if told.pacticipant == n(HUB) {
            continue;
        }
        for entry in entries(&ledger, &fact).unwrap() {
            let (branch, path, _) = change(entry);
            let place = (branch.to_string(), path.to_string());
            let other = places.insert(place.clone(), fact.clone());
            assert!(other.is_none(), "{place:?} is shared with {other:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_names_go_in_and_come_out(
        names in proptest::collection::btree_set("[^\\p{C}]{1,40}|[./%=~^ -]{1,9}", 1..5),
    ) {
        let legal = |name: &String| name.parse::<PacticipantName>().is_ok() && name != HUB;
        let names: Vec<String> = names.into_iter().filter(legal).collect();
        let store = MemoryStore::default();
        record(&store, &facts_of(&names));
        gives_back(&StoreLedger::new(&*store.snapshot()), &names);
    }
}
