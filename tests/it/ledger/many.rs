//! So many records that they are read all at once: the answers are those of reading one after the other.

use std::collections::BTreeMap;

use git_pact::domain::fact::Fact;
use git_pact::domain::fact::RunFact;
use git_pact::domain::fact::VersionFact;
use git_pact::domain::ledger::Ledger;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::verification::VerificationResult;
use git_pact::record::path;
use git_pact::record::path::Branch;
use git_pact::store::RecordStore;
use git_pact::store::ledger::StoreLedger;
use git_pact::store::overlay::Overlay;

use crate::support::facts::at;
use crate::support::facts::content_id;
use crate::support::facts::n;
use crate::support::facts::put_fact;
use crate::support::facts::record;
use crate::support::shape::Shape;

/// More than two thirds of the directories of an application have one of so many.
const MANY: usize = 300;

fn names() -> [PacticipantName; 2] {
    [n("Order Service"), n("Web")]
}

fn number(index: usize) -> VersionNumber {
    n(&format!("1.0.{index}"))
}

/// Returns a version of a provider and its run.
fn facts(name: &PacticipantName, index: usize) -> [Fact; 2] {
    let version = Fact::Version(VersionFact {
        pacticipant: name.clone(),
        number: number(index),
        branch: None,
        tags: Vec::new(),
        build_url: None,
        pacts: Vec::new(),
        at: at(0),
    });
    let run = Fact::Run(RunFact {
        provider: name.clone(),
        version: number(index),
        build_url: Some(format!("https://ci/{index}")),
        verified_by: None,
        results: vec![VerificationResult {
            consumer: n("Mobile"),
            content: content_id("a"),
            success: index.is_multiple_of(2),
            wip: false,
            failures: Vec::new(),
            tests: None,
        }],
        request: None,
        at: at(0),
    });
    [version, run]
}

fn shop() -> Shape {
    let shape = Shape::bare();
    let facts: Vec<_> = names()
        .iter()
        .flat_map(|name| (0..MANY).flat_map(|index| facts(name, index)))
        .collect();
    record(&shape.store(), &facts);
    shape
}

/// Fails unless all records together are what each is by itself.
fn assert_whole(ledger: &dyn Ledger, many: usize) {
    let all = ledger.runs_of_each(&names()).unwrap();
    for (name, runs) in names().iter().zip(all) {
        assert_eq!(runs, ledger.runs(name).unwrap());
        let mut single = Vec::new();
        for index in 0..many {
            single.extend(ledger.runs_of(name, &number(index)).unwrap());
        }
        assert_eq!(runs, single);
        let single = (0..many).map(|index| ledger.version(name, &number(index)).unwrap().unwrap());
        let single: Vec<_> = single.collect();
        assert_eq!(ledger.versions(name).unwrap(), single);
        assert_eq!(single.len(), many);
    }
}

#[test]
fn many_records_are_what_each_of_them_is() {
    let shape = shop();
    for packed in [false, true] {
        if packed {
            shape.git().run(&["gc", "--quiet"]);
        }
        let store = shape.store();
        let snapshot = store.snapshot();
        let ledger = StoreLedger::new(&*snapshot);
        assert_whole(&ledger, MANY);
        // Once more, of what is remembered.
        assert_whole(&ledger, MANY);
        let mut overlay = Overlay::new(&*snapshot);
        for fact in names().iter().flat_map(|name| facts(name, MANY)) {
            put_fact(&mut overlay, &fact);
        }
        assert_whole(&StoreLedger::new(&overlay), MANY + 1);
    }
}

#[test]
fn one_of_many_that_cannot_be_read_is_named() {
    let shape = shop();
    let [orders, web] = names();
    let branch = Branch::app(&web);
    let name = format!("refs/heads/{branch}");
    let sound = shape.store();
    let snapshot = sound.snapshot();
    let listed = shape.git().run(&["ls-tree", "-r", "--name-only", &name]);
    let files: BTreeMap<&str, Vec<u8>> = listed
        .lines()
        .map(|line| {
            let path = path::segment(&path::Segment(line.to_owned()));
            let bytes = snapshot.file(&branch, &path).unwrap().unwrap();
            (line, bytes.to_vec())
        })
        .collect();
    let [one, other] = [7, 8].map(|index| path::run(&web, &number(index), 1).to_string());
    for (mode, bytes) in [
        ("100644", b"{".to_vec()),
        ("100644", files[other.as_str()].clone()),
        ("120000", b"elsewhere".to_vec()),
    ] {
        let planted: Vec<_> = files
            .iter()
            .map(|(path, known)| {
                if *path == one {
                    (mode, *path, bytes.as_slice())
                } else {
                    ("100644", *path, known.as_slice())
                }
            })
            .collect();
        shape.git().plant(&name, &planted);
        let store = shape.store();
        let snapshot = store.snapshot();
        let ledger = StoreLedger::new(&*snapshot);
        for error in [
            ledger.runs(&web).unwrap_err(),
            ledger.runs_of_each(&names()).unwrap_err(),
        ] {
            assert_eq!(error.what, format!("{one} on {branch}"));
        }
        assert_eq!(ledger.versions(&web).unwrap().len(), MANY);
        assert_eq!(ledger.runs(&orders).unwrap().len(), MANY);
    }
}
