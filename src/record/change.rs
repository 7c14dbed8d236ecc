//! What a write changes: files on branches, each whole or gone.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::app::AppRecord;
use super::environment::DeployedRecord;
use super::environment::EndedRecord;
use super::environment::EnvironmentLatestRecord;
use super::environment::EnvironmentRecord;
use super::environment::ReleasedRecord;
use super::head::BranchHeadRecord;
use super::head::LatestRecord;
use super::head::TagHeadRecord;
use super::path;
use super::path::Branch;
use super::path::RecordPath;
use super::policy::PolicyRecord;
use super::run::RunRecord;
use super::settings::SettingsRecord;
use super::signers::SignersRecord;
use super::test_results::TestResultsRecord;
use super::to_bytes;
use super::verified::VerifiedRecord;
use super::version::VersionRecord;
use super::webhook::WebhookRecord;
use crate::domain::entry::Entry;

/// What becomes of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The file has these bytes.
    File(Arc<[u8]>),
    /// There is no such file any more.
    NoFile,
    /// There is nothing below this directory any more.
    NoDirectory,
}

/// What becomes of each branch.
pub type Changes = BTreeMap<Branch, BTreeMap<RecordPath, Change>>;

/// Returns the file that stores an entry.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one arm for each entry")]
pub fn change(entry: Entry) -> (Branch, RecordPath, Change) {
    fn file<R: super::Record>(record: &R) -> Change {
        Change::File(to_bytes(record).into())
    }
    match entry {
        Entry::Pacticipant(pacticipant) => {
            let (branch, path) = (Branch::app(&pacticipant.name), path::app(&pacticipant.name));
            (branch, path, file(&AppRecord::from(pacticipant)))
        }
        Entry::Version(name, version) => {
            let path = path::version(&name, &version.number);
            (
                Branch::app(&name),
                path,
                file(&VersionRecord::from(version)),
            )
        }
        Entry::Content(key, bytes) => {
            let path = path::content(&key.consumer, &key.provider, &key.content);
            (Branch::app(&key.consumer), path, Change::File(bytes))
        }
        Entry::Run(provider, run) => {
            let path = path::run(&provider, &run.version, run.number);
            (Branch::app(&provider), path, file(&RunRecord::from(run)))
        }
        Entry::TestResults(provider, results) => {
            let path = path::test_results(&provider, results.id());
            let record = TestResultsRecord::from(results);
            (Branch::app(&provider), path, file(&record))
        }
        Entry::TestResultsGone(provider, id) => {
            let path = path::test_results(&provider, &id);
            (Branch::app(&provider), path, Change::NoFile)
        }
        Entry::VersionGone(name, number) => {
            let path = path::version(&name, &number);
            (Branch::app(&name), path, Change::NoFile)
        }
        Entry::ContentGone(key) => {
            let path = path::content(&key.consumer, &key.provider, &key.content);
            (Branch::app(&key.consumer), path, Change::NoFile)
        }
        Entry::RunGone(provider, version, number) => {
            let path = path::run(&provider, &version, number);
            (Branch::app(&provider), path, Change::NoFile)
        }
        Entry::Latest(name, version, seq) => {
            let record = LatestRecord { version, seq };
            (Branch::app(&name), path::latest(&name), file(&record))
        }
        Entry::BranchHead(name, head) => {
            let path = path::branch_head(&name, &head.branch);
            (
                Branch::app(&name),
                path,
                file(&BranchHeadRecord::from(head)),
            )
        }
        Entry::BranchHeadGone(name, branch) => {
            let path = path::branch_head(&name, &branch);
            (Branch::app(&name), path, Change::NoFile)
        }
        Entry::TagHead(name, head) => {
            let path = path::tag_head(&name, &head.tag);
            (Branch::app(&name), path, file(&TagHeadRecord::from(head)))
        }
        Entry::TagHeadGone(name, tag) => {
            let path = path::tag_head(&name, &tag);
            (Branch::app(&name), path, Change::NoFile)
        }
        Entry::Verified(key, verified) => {
            let path = path::verified(&key.provider, &key.consumer, &key.content);
            let change = match VerifiedRecord::new(verified) {
                Some(record) => file(&record),
                None => Change::NoFile,
            };
            (Branch::app(&key.provider), path, change)
        }
        Entry::Contract {
            provider,
            consumer,
            bytes,
        } => {
            let path = path::contract(&provider, &consumer);
            (Branch::contracts(&provider), path, Change::File(bytes))
        }
        Entry::ContractGone { provider, consumer } => {
            let path = path::contract(&provider, &consumer);
            (Branch::contracts(&provider), path, Change::NoFile)
        }
        Entry::PacticipantGone(name) => {
            let (branch, path) = (Branch::app(&name), path::app_root(&name));
            (branch, path, Change::NoDirectory)
        }
        Entry::Environment(environment) => {
            let path = path::environment(&environment.name);
            let branch = Branch::environment(&environment.name);
            (branch, path, file(&EnvironmentRecord::from(environment)))
        }
        Entry::EnvironmentDeleted(name) => {
            let (branch, path) = (Branch::environment(&name), path::environment_root(&name));
            (branch, path, Change::NoDirectory)
        }
        Entry::EnvironmentSeq(name, seq) => {
            let (branch, path) = (Branch::environment(&name), path::environment_latest(&name));
            (branch, path, file(&EnvironmentLatestRecord { seq }))
        }
        Entry::Deployed(name, deployed) => {
            let instance = deployed.instance.as_ref();
            let path = path::deployed(&name, &deployed.pacticipant, instance);
            (
                Branch::environment(&name),
                path,
                file(&DeployedRecord::from(deployed)),
            )
        }
        Entry::Undeployed(name, pacticipant, instance) => {
            let path = path::deployed(&name, &pacticipant, instance.as_ref());
            (Branch::environment(&name), path, Change::NoFile)
        }
        Entry::Released(name, released) => {
            let path = path::released(&name, &released.pacticipant, &released.version);
            (
                Branch::environment(&name),
                path,
                file(&ReleasedRecord::from(released)),
            )
        }
        Entry::SupportEnded(name, pacticipant, version) => {
            let path = path::released(&name, &pacticipant, &version);
            (Branch::environment(&name), path, Change::NoFile)
        }
        Entry::Ended(name, ended) => {
            let (branch, path) = (Branch::environment(&name), path::ended(&name));
            (branch, path, file(&EndedRecord::from(ended)))
        }
        Entry::Webhook(webhook) => {
            let path = path::webhook(&webhook.uuid);
            (
                Branch::settings(),
                path,
                file(&WebhookRecord::from(webhook)),
            )
        }
        Entry::WebhookDeleted(uuid) => (Branch::settings(), path::webhook(&uuid), Change::NoFile),
        Entry::Signers(signers) => {
            let path = path::signers(&signers.pacticipant);
            (
                Branch::settings(),
                path,
                file(&SignersRecord::from(signers)),
            )
        }
        Entry::SignersGone(name) => (Branch::settings(), path::signers(&name), Change::NoFile),
        Entry::Rules(rules) => {
            let record = SettingsRecord { rules };
            (Branch::settings(), path::settings(), file(&record))
        }
        Entry::Policy(policy) => {
            let change = if policy.is_empty() {
                Change::NoFile
            } else {
                file(&PolicyRecord::from(policy))
            };
            (Branch::settings(), path::policy(), change)
        }
    }
}
