//! What goes along with something that is deleted: to be said before, while it is still there.

use super::Deletion;
use super::DeletionRefusal;
use super::delete;
use crate::domain::details::Deployed;
use crate::domain::details::PacticipantDetails;
use crate::domain::details::Released;
use crate::domain::details::VersionDetails;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::rules::Rules;
use crate::domain::surroundings::PacticipantSurroundings;

/// What goes along with something that is deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Going {
    /// How many versions.
    pub versions: usize,
    /// Tags of the version.
    pub tags: Vec<TagName>,
    /// Providers with which there are pacts.
    pub providers: Vec<PacticipantName>,
    /// Consumers that have pacts with it.
    pub consumers: Vec<PacticipantName>,
    /// How many verification runs.
    pub runs: usize,
    /// What is deployed or released, and where.
    pub places: Vec<(EnvironmentName, VersionNumber)>,
}

/// Returns what goes along with what is to be deleted. Of a branch and a tag nothing does, and of
/// other things than applications, versions, branches and tags it is not told.
///
/// Reads all versions and runs of a pacticipant that is to be deleted.
///
/// # Errors
///
/// Refuses what the deletion itself would refuse.
pub fn going(
    ledger: &dyn Ledger,
    asked: &Deletion,
    rules: Rules,
) -> Result<Going, DeletionRefusal> {
    delete(ledger, asked, rules)?;
    Ok(match asked {
        Deletion::Version {
            pacticipant,
            version,
        } => with_version(ledger, pacticipant, version)?,
        Deletion::Pacticipant(name) => with_pacticipant(ledger, name)?,
        _ => Going::default(),
    })
}

fn with_version(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    number: &VersionNumber,
) -> Read<Going> {
    let Some(details) = VersionDetails::read(ledger, name, number)? else {
        return Ok(Going::default());
    };
    Ok(Going {
        tags: details.version.tags.clone(),
        providers: details.version.pacts.keys().cloned().collect(),
        runs: ledger.runs_of(name, number)?.len(),
        places: places(&details.deployed, &details.released),
        ..Going::default()
    })
}

fn with_pacticipant(ledger: &dyn Ledger, name: &PacticipantName) -> Read<Going> {
    let Some(details) = PacticipantDetails::read(ledger, name)? else {
        return Ok(Going::default());
    };
    let around = PacticipantSurroundings::read(ledger, name)?;
    let versions = ledger.versions(name)?;
    let mut providers: Vec<_> = versions.iter().flat_map(|it| it.pacts.keys()).collect();
    providers.sort();
    providers.dedup();
    Ok(Going {
        versions: versions.len(),
        providers: providers.into_iter().cloned().collect(),
        consumers: around.consumers,
        runs: ledger.runs(name)?.len(),
        places: places(&details.deployed, &around.released),
        ..Going::default()
    })
}

fn places(deployed: &Deployed, released: &Released) -> Vec<(EnvironmentName, VersionNumber)> {
    let deployed = deployed.iter();
    let deployed = deployed.map(|(at, it)| (at.name.clone(), it.version.clone()));
    let released = released.iter();
    let released = released.map(|(at, it)| (at.name.clone(), it.version.clone()));
    deployed.chain(released).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    fn shop() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish_tagged("Web", "1", "main", &["v1"], &["Orders=a"]);
        ledger.publish("Web", "2", "main", &["Users=b"]);
        ledger.publish("App", "1", "main", &["Web=c"]);
        ledger.verify("Web", "2", "main", &["App=c:yes"]);
        ledger.deploy("Web", "1", "prod", "");
        ledger.release("Web", "2", "prod");
        ledger
    }

    fn told(deletion: &Deletion) -> Going {
        going(&shop(), deletion, Rules::Strict).unwrap()
    }

    #[test]
    fn with_a_version_goes_what_is_its_own() {
        let version = |number: &str| Deletion::Version {
            pacticipant: n("Web"),
            version: n(number),
        };
        let expected = Going {
            tags: vec![n("v1")],
            providers: vec![n("Orders")],
            places: vec![(n("prod"), n("1"))],
            ..Going::default()
        };
        assert_eq!(told(&version("1")), expected);
        assert_eq!(told(&version("2")).runs, 1);
        assert!(going(&shop(), &version("3"), Rules::Strict).is_err());
    }

    #[test]
    fn with_an_application_goes_what_others_have_to_do_with_it() {
        let expected = Going {
            versions: 2,
            providers: vec![n("Orders"), n("Users")],
            consumers: vec![n("App")],
            runs: 1,
            places: vec![(n("prod"), n("1")), (n("prod"), n("2"))],
            ..Going::default()
        };
        assert_eq!(told(&Deletion::Pacticipant(n("Web"))), expected);
        assert!(going(&shop(), &Deletion::Pacticipant(n("Nobody")), Rules::Strict).is_err());
    }

    #[test]
    fn with_a_branch_nothing_goes() {
        let branch = |name: &str| Deletion::Branch {
            pacticipant: n("Web"),
            branch: n(name),
        };
        assert_eq!(told(&branch("main")), Going::default());
        assert!(going(&shop(), &branch("nope"), Rules::Strict).is_err());
    }
}
