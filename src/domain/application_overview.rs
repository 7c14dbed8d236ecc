//! All that people look for when they look at an application or at one version of it.

use std::sync::Arc;

use super::details::PacticipantDetails;
use super::details::VersionDetails;
use super::integration_list::IntegrationRow;
use super::integration_list::integrations_of;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::EnvironmentName;
use super::name::PacticipantName;
use super::name::VersionNumber;
use super::pacticipant::Pacticipant;
use super::pacticipant::pacticipants;
use super::part::Part;
use super::surroundings::PacticipantSurroundings;
use super::verification_results::PactResult;
use super::verification_results::RecordedResult;
use super::verification_results::results_of_consumer_version;
use super::version::Version;
use super::versions::Heads;
use super::versions::WantedVersions;
use super::versions::newest_first;

/// How many versions the overview of an application has; the list of versions has all.
pub const NEWEST: usize = 10;

/// How many elements are in a part of a list of applications or versions.
pub const PART: usize = 50;

/// A part of the list of applications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationList {
    /// What is in it, each with its newest version.
    pub rows: Vec<(Arc<Pacticipant>, Option<Arc<Version>>)>,
    /// Which part it is.
    pub part: Part,
}

/// Returns a part of the applications with a text in their name, their display name or a label,
/// whatever the case; of all if the text is empty. Reads them all, and no version but the newest of
/// those in the part.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn application_list(ledger: &dyn Ledger, search: &str, part: usize) -> Read<ApplicationList> {
    let search = search.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&search);
    let mut found = pacticipants(ledger)?;
    found.retain(|it| {
        let mut labels = it.labels.keys();
        has(it.name.as_str()) || has(&it.shown_name()) || labels.any(|label| has(label.as_str()))
    });
    let part = Part::cut(&mut found, part, PART);
    let rows = found.into_iter().map(|known| {
        let newest = ledger.latest_version(&known.name)?;
        Ok((known, newest))
    });
    let rows = rows.collect::<Read<Vec<_>>>()?;
    Ok(ApplicationList { rows, part })
}

/// An application with all that surrounds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationOverview {
    /// The application, its newest version, and where it is deployed.
    pub details: PacticipantDetails,
    /// Its branches and tags, and where it is released.
    pub surroundings: PacticipantSurroundings,
    /// Its contracts as a consumer, by name of provider.
    pub consumes: Vec<IntegrationRow>,
    /// The contracts of others with it, by name of consumer.
    pub provides: Vec<IntegrationRow>,
    /// Its newest versions, the newest first.
    pub newest: Vec<Arc<Version>>,
    /// How many versions it has.
    pub versions: usize,
    /// The environments that there are, whether it is there or not.
    pub environments: Vec<EnvironmentName>,
}

impl ApplicationOverview {
    /// Returns an application, or `None` if nobody has mentioned it. Reads all its versions, the
    /// heads of its branches and tags, and of its contracts what a list of them does.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(ledger: &dyn Ledger, name: &PacticipantName) -> Read<Option<Self>> {
        let Some(details) = PacticipantDetails::read(ledger, name)? else {
            return Ok(None);
        };
        let (consumes, provides) = integrations_of(ledger, name)?;
        let mut newest = newest_first(ledger, name, &WantedVersions::default())?;
        let versions = newest.len();
        let environments = ledger.environments()?.into_iter();
        newest.truncate(NEWEST);
        Ok(Some(Self {
            details,
            surroundings: PacticipantSurroundings::read(ledger, name)?,
            consumes,
            provides,
            newest,
            versions,
            environments: environments.map(|it| it.name.clone()).collect(),
        }))
    }
}

/// A part of the list of the versions of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionList {
    /// What is in it, newest first.
    pub rows: Vec<Arc<Version>>,
    /// Which part it is.
    pub part: Part,
    /// The branches that each version is the head of.
    pub heads: Heads,
}

/// Returns a part of the versions of an application, newest first, or `None` if nobody has mentioned
/// it. Reads them all, and the heads of all branches.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn version_list(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    wanted: &WantedVersions,
    part: usize,
) -> Read<Option<VersionList>> {
    if ledger.pacticipant(name)?.is_none() {
        return Ok(None);
    }
    let mut rows = newest_first(ledger, name, wanted)?;
    let part = Part::cut(&mut rows, part, PART);
    let heads = Heads::read(ledger, name)?;
    Ok(Some(VersionList { rows, part, heads }))
}

/// A version with all that is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionOverview {
    /// The version, and where it is.
    pub details: VersionDetails,
    /// The pacts that it published, and how each fares, by name of provider.
    pub pacts: Vec<PactResult>,
    /// What its own verifications found out, the newest first.
    pub results: Vec<RecordedResult>,
}

impl VersionOverview {
    /// Returns a version, or `None` if it was never mentioned. Reads its own runs, and all runs of the
    /// providers of its pacts.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(
        ledger: &dyn Ledger,
        name: &PacticipantName,
        number: &VersionNumber,
    ) -> Read<Option<Self>> {
        let Some(details) = VersionDetails::read(ledger, name, number)? else {
            return Ok(None);
        };
        let mut results = Vec::new();
        for run in ledger.runs_of(name, number)?.into_iter().rev() {
            results.extend(run.results.iter().map(|result| RecordedResult {
                provider: name.clone(),
                run: Arc::clone(&run),
                result: result.clone(),
            }));
        }
        let pacts = results_of_consumer_version(ledger, name, number)?;
        Ok(Some(Self {
            details,
            pacts: pacts.unwrap_or_default(),
            results,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    fn shop() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        ledger.publish("Web", "2", "feat", &["Orders=b"]);
        ledger.publish("App", "1", "main", &["Web=x"]);
        ledger.verify("Orders", "7", "main", &["Web=a:yes"]);
        ledger.verify("Orders", "7", "main", &["Web=b:no"]);
        ledger.verify("Web", "2", "feat", &["App=x:yes"]);
        ledger.deploy("Web", "1", "prod", "");
        ledger
    }

    #[test]
    fn an_application_is_looked_at_with_those_that_it_works_with() {
        let web = ApplicationOverview::read(&shop(), &n("Web"));
        let web = web.unwrap().unwrap();
        let [orders] = &*web.consumes else {
            panic!("{web:?}")
        };
        assert_eq!(orders.integration.provider, n("Orders"));
        assert_eq!(orders.status().as_str(), "failed");
        let [app] = &*web.provides else {
            panic!("{web:?}")
        };
        assert_eq!(app.integration.consumer, n("App"));
        assert_eq!((web.versions, web.newest[0].number.as_str()), (2, "2"));
        assert_eq!(web.details.deployed.len(), 1);
        let nobody = ApplicationOverview::read(&shop(), &n("Nobody"));
        assert_eq!(nobody.unwrap(), None);
    }

    #[test]
    fn versions_are_listed_part_by_part_with_the_branches_that_they_lead() {
        let list = |wanted: &WantedVersions| {
            let list = version_list(&shop(), &n("Web"), wanted, 1)
                .unwrap()
                .unwrap();
            let numbers = list.rows.iter().map(|it| it.number.to_string());
            (numbers.collect::<Vec<_>>(), list.heads)
        };
        let (all, heads) = list(&WantedVersions::default());
        assert_eq!(
            (all, heads.of(&n("2"))),
            (vec!["2".to_owned(), "1".to_owned()], &[n("feat")][..])
        );
        let on_main = WantedVersions {
            branch: Some(n("main")),
            tag: None,
        };
        assert_eq!(list(&on_main).0, ["1"]);
        let nobody = version_list(&shop(), &n("Nobody"), &on_main, 1).unwrap();
        assert_eq!(nobody, None);
    }

    #[test]
    fn a_version_is_looked_at_with_its_pacts_and_what_it_verified() {
        let web = VersionOverview::read(&shop(), &n("Web"), &n("2"));
        let web = web.unwrap().unwrap();
        assert_eq!(web.pacts.len(), 1);
        let found = web.pacts[0].latest.as_ref().map(|it| it.result.success);
        assert_eq!(found, Some(false));
        assert_eq!(web.results.len(), 1);
        assert_eq!(web.results[0].result.consumer, n("App"));
        let orders = VersionOverview::read(&shop(), &n("Orders"), &n("7"));
        let found: Vec<bool> = orders
            .unwrap()
            .unwrap()
            .results
            .iter()
            .map(|it| it.result.success)
            .collect();
        assert_eq!(found, [false, true]);
    }

    #[test]
    fn applications_are_found_by_a_part_of_their_name() {
        let found = |search| {
            let list = application_list(&shop(), search, 1).unwrap();
            let names = list.rows.iter().map(|(it, _)| it.name.to_string());
            names.collect::<Vec<_>>()
        };
        assert_eq!(found(""), ["App", "Orders", "Web"]);
        assert_eq!(found(" oRD "), ["Orders"]);
        assert_eq!(found("zzz"), [""; 0]);
    }
}
