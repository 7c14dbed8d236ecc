//! What is left when versions are deleted.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use git_pact::domain::content::ContentId;
use git_pact::domain::ledger::Ledger;
use git_pact::domain::name::BranchName;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::pacticipant::Pacticipant;
use git_pact::domain::time::Seq;
use git_pact::domain::version::Version;

use super::Model;
use super::Surrounding;

impl Model {
    /// Deletes versions of several applications, which is one fact to an environment; says whether that is
    /// news.
    pub(super) fn delete_all(
        &mut self,
        versions: &BTreeMap<PacticipantName, BTreeSet<VersionNumber>>,
    ) -> bool {
        let facts = |here: &Surrounding| here.facts;
        let before: Vec<_> = self.environments.values().map(facts).collect();
        let mut news = false;
        for (name, numbers) in versions {
            news |= self.delete(name, numbers);
        }
        for (here, before) in self.environments.values_mut().zip(before) {
            here.facts = here.facts.min(before + 1);
        }
        news
    }

    /// Forgets versions, and whatever nobody else says.
    fn delete(&mut self, name: &PacticipantName, numbers: &BTreeSet<VersionNumber>) -> bool {
        let is_gone = |number: &VersionNumber| numbers.contains(number);
        let mut news = false;
        // Also what points to versions that are gone already.
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
            news |= after < before;
        }
        let application = self.application(name);
        let every = std::mem::take(&mut application.versions);
        let (gone, left): (Vec<_>, Vec<_>) = every
            .into_iter()
            .partition(|version| is_gone(&version.number));
        application.versions.clone_from(&left);
        if gone.is_empty() {
            return news;
        }
        let is_gone = |number: &VersionNumber| gone.iter().any(|it| it.number == *number);
        application.runs.retain(|run| !is_gone(&run.version));
        for branch in gone.iter().flat_map(|version| &version.branches) {
            let Some(head) = application.head(branch) else {
                continue;
            };
            let forgotten =
                |it: &(BranchName, VersionNumber, Seq, Seq)| it.0 == *branch && is_gone(&it.1);
            application.put.retain(|it| !forgotten(it));
            if let Some(first) = application.put.iter_mut().find(|it| it.0 == *branch) {
                (first.2, first.3) = (head.since, head.oldest);
            }
            let newest = left.iter().rfind(|version| version.is_on(branch));
            if let Some(newest) = newest.filter(|_| is_gone(&head.version)) {
                let number = newest.number.clone();
                let put = (branch.clone(), number, head.since, head.oldest);
                application.put.push(put);
            }
        }
        let tags: BTreeSet<_> = gone.iter().flat_map(|version| &version.tags).collect();
        for tag in tags {
            let mut tagged = application.tagged.iter();
            let since = tagged.find(|it| it.0 == *tag).map(|it| it.2);
            let oldest_gone = gone.iter().find(|version| version.has_tag(tag));
            let oldest_left = left.iter().find(|version| version.has_tag(tag));
            application
                .tagged
                .retain(|it| it.0 != *tag || !is_gone(&it.1));
            let first = application.tagged.iter_mut().find(|it| it.0 == *tag);
            if let (Some(first), Some(since), Some(gone), Some(left)) =
                (first, since, oldest_gone, oldest_left)
            {
                // The first use may be gone; when the next was, only the version's age tells.
                first.2 = if gone.seq <= since {
                    since.max(left.seq)
                } else {
                    since
                };
            }
        }
        application.next();
        let before: Vec<Version> = gone.iter().chain(&left).cloned().collect();
        let providers: BTreeSet<_> = before.iter().flat_map(|it| it.pacts.keys()).collect();
        for provider in providers {
            self.show_another(name, provider, &before, &left);
        }
        for (provider, publication) in gone.iter().flat_map(|version| &version.pacts) {
            self.forget_content(name, provider, &publication.content, &left);
        }
        true
    }

    /// Shows a provider what it would be shown if there never were other versions than those left.
    fn show_another(
        &mut self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        before: &[Version],
        left: &[Version],
    ) {
        let own = self.applications[consumer].own.as_ref();
        let main = own.and_then(|own| own.main_branch.clone());
        let is_on_main = |version: &Version| main.as_ref().is_some_and(|it| version.is_on(it));
        let would_show = |versions: &[Version]| {
            let mut versions = versions.to_vec();
            versions.sort_by_key(|version| version.seq);
            let main_began = versions.iter().find(|it| is_on_main(it)).map(|it| it.seq);
            let is_current = |version: &&Version| {
                is_on_main(version) || main_began.is_none_or(|began| version.seq < began)
            };
            let with_pact = || versions.iter().filter(|it| it.content(provider).is_some());
            let shows = with_pact().rfind(is_current).or(with_pact().next());
            shows.and_then(|version| version.content(provider).cloned())
        };
        let (then, now) = (would_show(before), would_show(left));
        let shown = self.contract(provider, consumer).unwrap();
        let bytes = |content: &ContentId| self.content(consumer, provider, content).unwrap();
        let is_left = left.iter().filter_map(|it| it.content(provider));
        let is_left = is_left.map(bytes).any(|bytes| bytes == shown);
        if shown.is_none() || then == now && is_left {
            return;
        }
        let bytes = now.as_ref().and_then(bytes);
        self.contracts
            .retain(|(p, c, _)| (p, c) != (provider, consumer));
        match bytes {
            Some(bytes) => self
                .contracts
                .push((provider.clone(), consumer.clone(), bytes)),
            None => self.keep_known(provider, consumer, before),
        }
    }

    /// A provider whom nobody mentions any more stays known, since its first pact.
    fn keep_known(
        &mut self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
        before: &[Version],
    ) {
        let is_mentioned = self
            .contracts
            .iter()
            .any(|(p, c, _)| p == provider && c != consumer);
        let pacts = before.iter().filter_map(|it| it.pacts.get(provider));
        let since = pacts.map(|pact| pact.created_at).min().unwrap();
        let application = self.application(provider);
        if !is_mentioned && application.own.is_none() {
            application.own = Some(Pacticipant::new(provider.clone(), since));
        }
    }

    /// Forgets a content unless a version that is left publishes it.
    fn forget_content(
        &mut self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        content: &ContentId,
        left: &[Version],
    ) {
        let mut left = left.iter();
        if !left.any(|version| version.content(provider) == Some(content)) {
            self.contents
                .retain(|(c, p, id, _)| (c, p, id) != (consumer, provider, content));
        }
    }
}
