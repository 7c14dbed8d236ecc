//! What is left when versions are deleted.

use std::collections::BTreeSet;

use git_pact::domain::content::ContentId;
use git_pact::domain::ledger::Ledger;
use git_pact::domain::name::BranchName;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::time::Seq;
use git_pact::domain::version::Version;

use super::Model;

impl Model {
    /// Forgets versions, and whatever nobody else says.
    pub(super) fn delete(
        &mut self,
        name: &PacticipantName,
        numbers: &BTreeSet<VersionNumber>,
    ) -> bool {
        let application = self.application(name);
        let is_gone = |number: &VersionNumber| numbers.contains(number);
        let every = std::mem::take(&mut application.versions);
        let (gone, left): (Vec<_>, Vec<_>) = every
            .into_iter()
            .partition(|version| is_gone(&version.number));
        application.versions.clone_from(&left);
        if gone.is_empty() {
            return false;
        }
        let is_gone = |number: &VersionNumber| gone.iter().any(|it| it.number == *number);
        application.runs.retain(|run| !is_gone(&run.version));
        for branch in gone.iter().flat_map(|version| &version.branches) {
            let Some(head) = application.head(branch) else {
                continue;
            };
            let forgotten =
                |it: &(BranchName, VersionNumber, Seq)| it.0 == *branch && is_gone(&it.1);
            application.put.retain(|it| !forgotten(it));
            if let Some(first) = application.put.iter_mut().find(|it| it.0 == *branch) {
                first.2 = head.since;
            }
            let newest = left.iter().rfind(|version| version.is_on(branch));
            if let Some(newest) = newest.filter(|_| is_gone(&head.version)) {
                let put = (branch.clone(), newest.number.clone(), head.since);
                application.put.push(put);
            }
        }
        for tag in gone.iter().flat_map(|version| &version.tags) {
            let since = application
                .tagged
                .iter()
                .find(|it| it.0 == *tag)
                .map(|it| it.2);
            application
                .tagged
                .retain(|it| it.0 != *tag || !is_gone(&it.1));
            let first = application.tagged.iter_mut().find(|it| it.0 == *tag);
            if let (Some(first), Some(since)) = (first, since) {
                first.2 = since;
            }
        }
        for here in self.environments.values_mut() {
            let before = here.deployed.len() + here.released.len() + here.ended.len();
            here.deployed
                .retain(|it| it.pacticipant != *name || !is_gone(&it.version));
            here.released
                .retain(|it| it.pacticipant != *name || !is_gone(&it.version));
            here.ended.retain(|it| {
                let (of, number) = it.version();
                of != name || !is_gone(number)
            });
            let after = here.deployed.len() + here.released.len() + here.ended.len();
            here.facts += u64::from(after < before);
        }
        for (provider, publication) in gone.iter().flat_map(|version| &version.pacts) {
            self.forget_content(name, provider, &publication.content, &left);
        }
        self.show_contracts(name);
        true
    }

    /// Forgets a content unless a version that is left publishes it. If it is what the provider is
    /// shown, it is shown the newest of those that are left.
    fn forget_content(
        &mut self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        content: &ContentId,
        left: &[Version],
    ) {
        if left
            .iter()
            .any(|version| version.content(provider) == Some(content))
        {
            return;
        }
        let bytes = self.content(consumer, provider, content).unwrap();
        self.contents
            .retain(|(c, p, id, _)| (c, p, id) != (consumer, provider, content));
        let shown = self.contract(provider, consumer).unwrap();
        if bytes.is_none() || shown != bytes {
            return;
        }
        self.contracts
            .retain(|(p, c, _)| (p, c) != (provider, consumer));
        let newest = left
            .iter()
            .rev()
            .find_map(|version| version.content(provider));
        if let Some(newest) = newest {
            let bytes = self.content(consumer, provider, newest).unwrap().unwrap();
            self.contracts
                .push((provider.clone(), consumer.clone(), bytes));
        }
    }
}
