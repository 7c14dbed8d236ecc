//! Numbers about what is kept, for whoever watches over a broker.
//!
//! They are counted, not kept: every version and every run that the tips hold is read once, those
//! of one pacticipant at a time. What a clean-up took off the tips is not counted.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::content::ContentId;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::PacticipantName;
use super::name::TagName;
use super::pact::List;
use super::pacts::latest_pacts;
use super::time::Timestamp;
use super::version::Version;

/// How many there are of each kind of thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Pacticipants.
    pub pacticipants: usize,
    /// Those whose main branch is known.
    pub with_main_branch: usize,
    /// Pairs of consumer and provider with a pact.
    pub integrations: usize,
    /// Interactions in the newest pacts of all pairs.
    pub latest_interactions: usize,
    /// Messages in them.
    pub latest_messages: usize,
    /// Versions of pacticipants.
    pub versions: usize,
    /// Those that are on a branch.
    pub versions_on_a_branch: usize,
    /// Tags, counted once for each version that has them.
    pub tags: usize,
    /// Tags of different names.
    pub tag_names: usize,
    /// Tags of different names, counted once for each pacticipant that uses them.
    pub tags_of_pacticipants: usize,
    /// Pacts, counted once for each version that published them.
    pub publications: Counted,
    /// Contents, each counted once for its pair.
    pub contents: usize,
    /// Results of verifications.
    pub results: Counted,
    /// Those that are successes.
    pub successes: usize,
    /// Results that differ in provider version, content or success.
    pub distinct_results: usize,
    /// How many contents have a number of results, by that number; those without any are left out.
    pub contents_by_results: BTreeMap<usize, usize>,
    /// Webhooks.
    pub webhooks: usize,
    /// Environments.
    pub environments: usize,
    /// What is deployed in them.
    pub deployed: usize,
    /// What is released to them and supported.
    pub released: usize,
}

/// How many there are, and since and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many there are.
    pub count: usize,
    /// When the first was recorded.
    pub first: Option<Timestamp>,
    /// When the last was.
    pub last: Option<Timestamp>,
}

impl Counted {
    fn add(&mut self, at: Timestamp) {
        self.count += 1;
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = self.last.max(Some(at));
    }
}

/// Counts what is kept. Reads all versions, all runs, and the newest pact of each pair.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn metrics(ledger: &dyn Ledger) -> Read<Metrics> {
    let mut metrics = Metrics::default();
    let mut tag_names = BTreeSet::new();
    for name in ledger.pacticipants()? {
        metrics.pacticipants += 1;
        let known = ledger.pacticipant(&name)?;
        if known.is_some_and(|known| known.main_branch.is_some()) {
            metrics.with_main_branch += 1;
        }
        metrics.add_versions_of(ledger, &name, &mut tag_names)?;
        metrics.add_results_of(ledger, &name)?;
    }
    metrics.tag_names = tag_names.len();
    metrics.webhooks = ledger.webhooks()?.len();
    metrics.add_interactions(ledger)?;
    metrics.add_environments(ledger)?;
    Ok(metrics)
}

impl Metrics {
    fn add_versions_of(
        &mut self,
        ledger: &dyn Ledger,
        name: &PacticipantName,
        tag_names: &mut BTreeSet<TagName>,
    ) -> Read<()> {
        let versions = ledger.versions(name)?;
        let mut tags: BTreeSet<&TagName> = BTreeSet::new();
        let mut contents: BTreeMap<&PacticipantName, BTreeSet<&ContentId>> = BTreeMap::new();
        for version in versions.iter().map(AsRef::<Version>::as_ref) {
            self.versions += 1;
            self.versions_on_a_branch += usize::from(!version.branches.is_empty());
            self.tags += version.tags.len();
            tags.extend(&version.tags);
            for (provider, publication) in &version.pacts {
                self.publications.add(publication.created_at);
                let contents = contents.entry(provider).or_default();
                contents.insert(&publication.content);
            }
        }
        self.integrations += contents.len();
        self.contents += contents.values().map(BTreeSet::len).sum::<usize>();
        self.tags_of_pacticipants += tags.len();
        tag_names.extend(tags.into_iter().cloned());
        Ok(())
    }

    fn add_results_of(&mut self, ledger: &dyn Ledger, name: &PacticipantName) -> Read<()> {
        let runs = ledger.runs(name)?;
        let mut by_content: BTreeMap<(&PacticipantName, &ContentId), usize> = BTreeMap::new();
        let mut distinct = BTreeSet::new();
        for run in &runs {
            for result in &run.results {
                let content = (&result.consumer, &result.content);
                self.results.add(run.created_at);
                self.successes += usize::from(result.success);
                *by_content.entry(content).or_default() += 1;
                distinct.insert((&run.version, content, result.success));
            }
        }
        self.distinct_results += distinct.len();
        for results in by_content.into_values() {
            *self.contents_by_results.entry(results).or_default() += 1;
        }
        Ok(())
    }

    fn add_interactions(&mut self, ledger: &dyn Ledger) -> Read<()> {
        for pact in latest_pacts(ledger)? {
            let document = pact.pair(ledger).stored(&pact.content)?;
            for interaction in document.interactions() {
                match interaction.key().list {
                    List::Interactions => self.latest_interactions += 1,
                    List::Messages => self.latest_messages += 1,
                }
            }
        }
        Ok(())
    }

    fn add_environments(&mut self, ledger: &dyn Ledger) -> Read<()> {
        for environment in ledger.environments()? {
            self.environments += 1;
            for name in ledger.pacticipants_in(&environment.name)? {
                self.deployed += ledger.deployed(&environment.name, &name)?.len();
                self.released += ledger.released(&environment.name, &name)?.len();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;

    #[test]
    fn nothing_is_counted_where_there_is_nothing() {
        let metrics = metrics(&MemoryLedger::default()).unwrap();
        assert_eq!(metrics, Metrics::default());
    }

    #[test]
    fn everything_is_counted() {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish_tagged("Web", "1", "main", &["dev", "qa"], &["Shop=a", "Mail=m"]);
        ledger.publish_tagged("Web", "2", "", &["dev"], &["Shop=a"]);
        ledger.publish("Web", "3", "main", &["Shop=b"]);
        let shop = r#"Shop={"interactions":[{"description":"a"},{"description":"b"}]}"#;
        let mail = r#"Mail={"messages":[{"description":"c"}]}"#;
        ledger.publish("Web", "4", "main", &[shop, mail]);
        ledger.publish_tagged("Shop", "5", "main", &["dev"], &[]);
        ledger.verify("Shop", "5", "main", &["Web=a:no", "Web=b:yes"]);
        ledger.verify("Shop", "5", "main", &["Web=a:yes"]);
        ledger.verify("Shop", "5", "main", &["Web=a:no"]);
        ledger.deploy("Web", "1", "prod", "");
        ledger.release("Web", "1", "prod");
        ledger.release("Web", "2", "prod");
        let counted = metrics(&ledger).unwrap();
        let first = |counted: Counted| counted.first.unwrap() <= counted.last.unwrap();
        assert!(first(counted.publications) && first(counted.results));
        let bare = |count| Counted {
            count,
            ..Counted::default()
        };
        let expected = Metrics {
            pacticipants: 3,
            with_main_branch: 2,
            integrations: 2,
            latest_interactions: 2,
            latest_messages: 1,
            versions: 5,
            versions_on_a_branch: 5,
            tags: 4,
            tag_names: 2,
            tags_of_pacticipants: 3,
            publications: bare(6),
            contents: 5,
            results: bare(4),
            successes: 2,
            distinct_results: 3,
            contents_by_results: BTreeMap::from([(1, 1), (3, 1)]),
            webhooks: 0,
            environments: 1,
            deployed: 1,
            released: 2,
        };
        let undated = Metrics {
            publications: bare(counted.publications.count),
            results: bare(counted.results.count),
            ..counted
        };
        assert_eq!(undated, expected);
    }
}
