//! A record that cannot be read is said to be unreadable; it is never taken for one that is absent.
//!
//! Each case plants a branch with git itself, with one thing wrong, and asks the questions that
//! need it. The positive control is the same branch with nothing wrong.

use std::collections::BTreeMap;

use git_pact::domain::ledger::Ledger;
use git_pact::domain::ledger::Read;
use git_pact::domain::name::EnvironmentName;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::webhook::WebhookUuid;
use git_pact::record::path;
use git_pact::record::path::Branch;
use git_pact::store::RecordStore;
use git_pact::store::ledger::StoreLedger;

use crate::support::facts::content_id;
use crate::support::facts::n;
use crate::support::facts::record;
use crate::support::shape::Shape;

/// A file of a branch: its mode, its path, its bytes.
type File = (String, String, Vec<u8>);

/// What a question comes to: whether something was found, or why it could not be read.
type Answer = Read<bool>;

/// A question of one pacticipant or environment.
type Question = fn(&dyn Ledger) -> Answer;

fn web() -> PacticipantName {
    n("Web")
}

fn live() -> EnvironmentName {
    n("live")
}

fn one() -> VersionNumber {
    n("1")
}

fn hook() -> WebhookUuid {
    n("a-webhook-uuid-1")
}

/// A repository in which there is one of everything.
struct Shop {
    shape: Shape,
    files: BTreeMap<Branch, Vec<File>>,
}

impl Shop {
    fn new() -> Self {
        let shape = Shape::bare();
        let store = shape.store();
        record(&store, &super::one_of_everything());
        let snapshot = store.snapshot();
        let mut files = BTreeMap::new();
        for branch in snapshot.branches().unwrap() {
            let tree = format!("refs/heads/{branch}");
            let paths = shape.git().run(&["ls-tree", "-r", "--name-only", &tree]);
            let file = |path: &str| {
                let at = path::segment(&path::Segment(path.to_owned()));
                let bytes = snapshot.file(&branch, &at).unwrap().unwrap();
                ("100644".to_owned(), path.to_owned(), bytes.to_vec())
            };
            let of_branch = paths.lines().map(file).collect();
            files.insert(branch, of_branch);
        }
        Self { shape, files }
    }

    fn plant(&self, branch: &Branch, files: &[File]) {
        let files: Vec<_> = files
            .iter()
            .map(|(mode, path, bytes)| (mode.as_str(), path.as_str(), bytes.as_slice()))
            .collect();
        let name = format!("refs/heads/{branch}");
        self.shape.git().plant(&name, &files);
    }

    /// Asks after one file of a branch was replaced by what a function makes of it.
    fn asked(
        &self,
        branch: &Branch,
        path: &str,
        damage: impl Fn(File) -> Vec<File>,
        question: Question,
    ) -> Answer {
        let (file, mut files): (Vec<File>, Vec<File>) = self.files[branch]
            .iter()
            .cloned()
            .partition(|(_, found, _)| found == path);
        assert_eq!(file.len(), 1, "{path} on {branch}");
        files.extend(file.into_iter().flat_map(damage));
        self.plant(branch, &files);
        let store = self.shape.store();
        let snapshot = store.snapshot();
        let answer = question(&StoreLedger::new(&*snapshot));
        self.plant(branch, &self.files[branch]);
        answer
    }
}

/// Returns every record with a question that needs it.
fn records() -> Vec<(Branch, String, Question)> {
    let (app, env) = (Branch::app(&web()), Branch::environment(&live()));
    let settings = Branch::settings();
    let id = content_id("a");
    let version = path::version(&web(), &one());
    let run = path::run(&web(), &one(), 1);
    let branch_head = path::branch_head(&web(), &n("main"));
    let tag_head = path::tag_head(&web(), &n("prod"));
    let verified = path::verified(&web(), &web(), &id);
    let deployed = path::deployed(&live(), &web(), None);
    let released = path::released(&live(), &web(), &one());
    let questions: Vec<(&Branch, path::RecordPath, Question)> = vec![
        (&app, path::app(&web()), |l| found(l.pacticipant(&web()))),
        (&app, version.clone(), |l| found(l.version(&web(), &one()))),
        (&app, version.clone(), |l| any(l.versions(&web()))),
        (&app, version, |l| found(l.latest_version(&web()))),
        (&app, path::latest(&web()), |l| {
            found(l.latest_version(&web()))
        }),
        (
            &app,
            path::latest(&web()),
            |l| Ok(l.last_seq(&web())?.0 > 0),
        ),
        (&app, branch_head.clone(), |l| {
            found(l.branch_head(&web(), &n("main")))
        }),
        (&app, branch_head, |l| any(l.branch_heads(&web()))),
        (&app, tag_head.clone(), |l| {
            found(l.tag_head(&web(), &n("prod")))
        }),
        (&app, tag_head, |l| any(l.tag_heads(&web()))),
        (&app, run.clone(), |l| any(l.runs_of(&web(), &one()))),
        (&app, run, |l| any(l.runs(&web()))),
        (&app, verified, |l| {
            let verified = l.verified(&web(), &web(), &content_id("a"))?;
            Ok(verified.ever.is_some())
        }),
        (&env, path::environment(&live()), |l| {
            found(l.environment(&live()))
        }),
        (&env, path::environment(&live()), |l| any(l.environments())),
        (&env, path::environment_latest(&live()), |l| {
            Ok(l.last_environment_seq(&live())?.0 > 0)
        }),
        (&env, deployed, |l| any(l.deployed(&live(), &web()))),
        (&env, released, |l| any(l.released(&live(), &web()))),
        (&settings, path::settings(), |l| found(l.rules())),
        (&settings, path::webhook(&hook()), |l| {
            found(l.webhook(&hook()))
        }),
        (&settings, path::webhook(&hook()), |l| any(l.webhooks())),
        (&settings, path::signers(&web()), |l| {
            found(l.signers(&web()))
        }),
        (&settings, path::signers(&web()), |l| any(l.all_signers())),
    ];
    let owned = questions.into_iter();
    owned
        .map(|(branch, path, question)| (branch.clone(), path.to_string(), question))
        .collect()
}

fn found<T>(answer: Read<Option<T>>) -> Answer {
    Ok(answer?.is_some())
}

fn any<T>(answer: Read<Vec<T>>) -> Answer {
    Ok(!answer?.is_empty())
}

/// Asks for each record that is damaged, and fails unless the answer names it.
fn is_unreadable(damage: impl Fn(File) -> Vec<File>) {
    let shop = Shop::new();
    for (branch, path, question) in records() {
        match shop.asked(&branch, &path, &damage, question) {
            Err(unreadable) => {
                let expected = format!("{path} on {branch}");
                let told = format!("{unreadable}: {}", unreadable.source);
                // A listing may name the directory that the record lies in.
                let directory = path.rsplit_once('/').unwrap().0;
                let named = told.contains(&expected) || told.contains(directory);
                assert!(named, "{path}: {told}");
            }
            Ok(answer) => panic!("{path}: answered {answer}"),
        }
    }
}

fn same(file: File) -> Vec<File> {
    vec![file]
}

#[test]
fn a_sound_record_is_read() {
    let shop = Shop::new();
    for (branch, path, question) in records() {
        assert!(
            shop.asked(&branch, &path, same, question).unwrap(),
            "{path}"
        );
    }
}

#[test]
fn bytes_that_are_no_json_are_unreadable() {
    is_unreadable(|(mode, path, mut bytes)| {
        bytes.truncate(bytes.len() / 2);
        vec![(mode, path, bytes)]
    });
}

#[test]
fn an_empty_file_is_unreadable() {
    is_unreadable(|(mode, path, _)| vec![(mode, path, Vec::new())]);
}

#[test]
fn json_of_another_shape_is_unreadable() {
    is_unreadable(|(mode, path, _)| vec![(mode, path, b"{\"schema\": 1}\n".to_vec())]);
}

#[test]
fn a_record_without_a_schema_is_unreadable() {
    is_unreadable(|(mode, path, bytes)| {
        let text = String::from_utf8(bytes).unwrap();
        let text = text.replace("\"schema\"", "\"scheme\"");
        vec![(mode, path, text.into_bytes())]
    });
}

#[test]
fn a_record_of_a_newer_schema_is_unreadable() {
    is_unreadable(|(mode, path, bytes)| {
        let text = String::from_utf8(bytes).unwrap();
        // Some kinds have come further than others.
        let (before, after) = text.split_once("\"schema\": ").unwrap();
        let text = format!("{before}\"schema\": 9{after}");
        vec![(mode, path, text.into_bytes())]
    });
}

#[test]
fn a_symbolic_link_is_unreadable() {
    is_unreadable(|(_, path, _)| vec![("120000".to_owned(), path, b"/etc/passwd".to_vec())]);
}

#[test]
fn an_executable_file_is_unreadable() {
    is_unreadable(|(_, path, bytes)| vec![("100755".to_owned(), path, bytes)]);
}

#[test]
fn a_directory_in_place_of_a_record_is_unreadable() {
    is_unreadable(|(mode, path, bytes)| vec![(mode, format!("{path}/{path}"), bytes)]);
}

/// Returns a record under another name in its directory.
fn renamed((mode, path, bytes): File) -> Vec<File> {
    let (directory, _) = path.rsplit_once('/').unwrap();
    let elsewhere = format!("{directory}/other.json");
    vec![(mode, elsewhere, bytes)]
}

#[test]
fn a_listing_does_not_take_a_record_from_another_place() {
    let app = Branch::app(&web());
    let env = Branch::environment(&live());
    let listings: Vec<(&Branch, path::RecordPath, Question)> = vec![
        (&app, path::version(&web(), &one()), |l| {
            any(l.versions(&web()))
        }),
        (&app, path::branch_head(&web(), &n("main")), |l| {
            any(l.branch_heads(&web()))
        }),
        (&app, path::tag_head(&web(), &n("prod")), |l| {
            any(l.tag_heads(&web()))
        }),
        (&app, path::run(&web(), &one(), 1), |l| any(l.runs(&web()))),
        (&env, path::deployed(&live(), &web(), None), |l| {
            any(l.deployed(&live(), &web()))
        }),
        (&env, path::released(&live(), &web(), &one()), |l| {
            any(l.released(&live(), &web()))
        }),
    ];
    let shop = Shop::new();
    for (branch, path, question) in listings {
        let told = shop.asked(branch, path.as_str(), renamed, question);
        assert!(told.is_err(), "{path}: answered {told:?}");
    }
}

#[test]
fn a_record_about_something_else_is_unreadable() {
    let shop = Shop::new();
    let app = Branch::app(&web());
    let path = path::version(&web(), &one()).to_string();
    let other = |(mode, path, bytes): File| {
        let text = String::from_utf8(bytes).unwrap();
        let text = text.replace("\"number\": \"1\"", "\"number\": \"2\"");
        vec![(mode, path, text.into_bytes())]
    };
    let told = shop.asked(&app, &path, other, |l| found(l.version(&web(), &one())));
    assert!(told.is_err(), "answered {told:?}");
    let told = shop.asked(&app, &path, other, |l| any(l.versions(&web())));
    assert!(told.is_err(), "answered {told:?}");
}

#[test]
fn a_newest_version_that_is_not_there_is_unreadable() {
    let shop = Shop::new();
    let app = Branch::app(&web());
    let path = path::version(&web(), &one()).to_string();
    let told = shop.asked(
        &app,
        &path,
        |_| Vec::new(),
        |l| found(l.latest_version(&web())),
    );
    assert!(told.is_err(), "answered {told:?}");
}

#[test]
fn something_else_among_the_contracts_is_unreadable() {
    let shop = Shop::new();
    let contracts = Branch::contracts(&web());
    let path = path::contract(&web(), &web()).to_string();
    for name in ["Web/README.md", "Web/below/Web.json"] {
        let beside = |file: File| {
            let other = ("100644".to_owned(), name.to_owned(), b"{}".to_vec());
            vec![file, other]
        };
        let told = shop.asked(&contracts, &path, beside, |l| any(l.consumers_of(&web())));
        assert!(told.is_err(), "{name}: answered {told:?}");
    }
    // Beside the directory there is room for a workflow (design: where the facts live).
    let beside = |file: File| {
        let path = ".github/workflows/verify.yml".to_owned();
        vec![file, ("100644".to_owned(), path, b"on: push\n".to_vec())]
    };
    let told = shop.asked(&contracts, &path, beside, |l| any(l.consumers_of(&web())));
    assert!(told.unwrap());
}
