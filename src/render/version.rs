//! Versions of an application: what one is, where it is, and lists of them.

use super::pacticipant::joined;
use super::table::USUAL_WIDTH;
use super::table::capped_table;
use super::table::one_line;
use super::table::table;
use crate::domain::details::Deployed;
use crate::domain::details::Released;
use crate::domain::details::VersionDetails;
use crate::domain::name::BranchName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::surroundings::Finding;
use crate::domain::surroundings::PactEvidence;
use crate::domain::surroundings::VersionEvidence;
use crate::domain::version::Version;
use crate::domain::versions::Heads;

/// How wide a version number may be in the broker's table, in characters: a commit.
const NUMBER_WIDTH: usize = 40;

/// How many branches of a provider are named beside its main branch.
const MOST_BRANCHES: usize = 3;

/// Returns the table of `describe-version` of the `pact-broker` command line: the number, and the
/// tags by name (spec: cli §4.17).
#[must_use]
pub fn brief(version: &Version) -> String {
    let columns = [("NUMBER", NUMBER_WIDTH), ("TAGS", USUAL_WIDTH)];
    let tags: Vec<&str> = sorted(&version.tags)
        .into_iter()
        .map(AsRef::as_ref)
        .collect();
    capped_table(
        &columns,
        &[vec![version.number.to_string(), tags.join(" ")]],
    )
}

/// Says that a version was recorded, without where, as the `pact-broker` command line does (spec:
/// cli §4.16).
#[must_use]
pub fn recorded(number: &VersionNumber, branch: Option<&BranchName>, tags: &[TagName]) -> String {
    let branch = branch.map(|branch| format!("branch {branch}"));
    let tags = joined(tags).map(|tags| format!("tag(s) {tags}"));
    let parts: Vec<String> = branch.into_iter().chain(tags).collect();
    let with = if parts.is_empty() { "" } else { " with " };
    let parts = parts.join(" and ");
    format!("Created/updated pacticipant version {number}{with}{parts}")
}

/// Returns a version as people want to see it: where it comes from, where it is, its pacts and its
/// findings.
#[must_use]
pub fn text(details: &VersionDetails, evidence: &VersionEvidence) -> String {
    let version = &*details.version;
    let branches = version.branches.iter();
    let branches: Vec<String> = branches.map(|it| branch(it, &details.heads)).collect();
    let fields = [
        ("Created", Some(version.created_at.to_string())),
        ("Build", version.build_url.clone()),
        ("Branches", joined(&branches)),
        ("Tags", joined(sorted(&version.tags))),
    ];
    let mut lines = vec![format!(
        "{} version {}",
        details.pacticipant, version.number
    )];
    for (field, value) in fields {
        lines.extend(value.map(|value| one_line(&format!("{field}: {value}"))));
    }
    let parts = [
        lines.join("\n"),
        places(&details.deployed, &details.released),
        pacts(&evidence.pacts),
        findings(&evidence.findings),
    ];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

/// Returns a branch, and whether the version is its head.
fn branch(branch: &BranchName, heads: &[BranchName]) -> String {
    if heads.contains(branch) {
        format!("{branch} (latest)")
    } else {
        branch.to_string()
    }
}

/// Returns the table of where versions of an application are; nothing if they are nowhere.
#[must_use]
pub fn places(deployed: &Deployed, released: &Released) -> String {
    let columns = ["VERSION", "STATUS", "ENVIRONMENT", "APPLICATION INSTANCE"];
    let deployed = deployed.iter().map(|(environment, it)| {
        let instance = it.instance.as_ref().map(ToString::to_string);
        let instance = instance.unwrap_or_else(|| "-".to_owned());
        (environment, &it.version, "Deployed", instance)
    });
    let released = released
        .iter()
        .map(|(environment, it)| (environment, &it.version, "Released", "-".to_owned()));
    let rows = deployed.chain(released);
    let rows = rows.map(|(environment, version, status, instance)| {
        let environment = environment.name.to_string();
        vec![
            version.to_string(),
            status.to_owned(),
            environment,
            instance,
        ]
    });
    table(&columns, &rows.collect::<Vec<_>>())
}

fn pacts(pacts: &[PactEvidence]) -> String {
    let row = |pact: &PactEvidence| {
        vec![
            pact.provider.to_string(),
            pact.content.short().to_owned(),
            fares(pact),
        ]
    };
    let rows: Vec<_> = pacts.iter().map(row).collect();
    table(&["PACT WITH", "CONTENT", "VERIFIED"], &rows)
}

/// Says whether a content was ever verified, and from which branches of the provider, of which the
/// main branch matters most.
fn fares(pact: &PactEvidence) -> String {
    let PactEvidence {
        verified,
        main_branch,
        ..
    } = pact;
    if verified.ever.is_none() {
        return "not yet".to_owned();
    }
    let is_main = |branch: &&BranchName| Some(*branch) == main_branch.as_ref();
    let (main, others): (Vec<_>, Vec<_>) = verified.branches.keys().partition(is_main);
    let more = others.len().saturating_sub(MOST_BRANCHES);
    let others = others.into_iter().take(MOST_BRANCHES);
    let branches = joined(main.iter().copied().chain(others));
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    match (branches, main_branch) {
        (None, _) => "yes".to_owned(),
        (Some(branches), Some(main_branch)) if main.is_empty() => {
            format!("yes, but not on {main_branch}: on {branches}{more}")
        }
        (Some(branches), _) => format!("yes, on {branches}{more}"),
    }
}

fn findings(findings: &[Finding]) -> String {
    let row = |finding: &Finding| {
        let found = if finding.success {
            "honoured"
        } else {
            "failed"
        };
        vec![
            finding.consumer.to_string(),
            finding.content.short().to_owned(),
            found.to_owned(),
            finding.at.to_string(),
        ]
    };
    let rows: Vec<_> = findings.iter().map(row).collect();
    table(&["PACT OF", "CONTENT", "RESULT", "FOUND OUT"], &rows)
}

/// Returns the table of `list-versions`; nothing if there are none.
#[must_use]
pub fn list<'a>(versions: impl IntoIterator<Item = &'a Version>, heads: &Heads) -> String {
    let row = |version: &Version| {
        let heads = heads.of(&version.number);
        let branches: Vec<String> = version
            .branches
            .iter()
            .map(|it| branch(it, heads))
            .collect();
        vec![
            version.number.to_string(),
            joined(&branches).unwrap_or_default(),
            joined(sorted(&version.tags)).unwrap_or_default(),
            version.created_at.to_string(),
        ]
    };
    let rows: Vec<_> = versions.into_iter().map(row).collect();
    table(&["NUMBER", "BRANCHES", "TAGS", "CREATED"], &rows)
}

/// Returns tags by name, as the broker lists them, not in the order in which they were given.
fn sorted(tags: &[TagName]) -> Vec<&TagName> {
    let mut tags: Vec<&TagName> = tags.iter().collect();
    tags.sort();
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ledger::Ledger;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    #[test]
    fn the_brief_table_is_the_one_that_scripts_read() {
        let mut ledger = MemoryLedger::default();
        ledger.publish_tagged("Foo", "9", "main", &["prod", "dev"], &[]);
        let expected = "NUMBER | TAGS    \n-------|---------\n9      | dev prod";
        let nine = ledger.version(&n("Foo"), &n("9")).unwrap().unwrap();
        assert_eq!(brief(&nine), expected);
        let commit = "c".repeat(41);
        let tags = ["a-long-tag", "another-long-tag", "more"];
        ledger.publish_tagged("Foo", &commit, "main", &tags, &[]);
        let long = ledger.version(&n("Foo"), &n(&commit)).unwrap().unwrap();
        let last = format!("{}... | a-long-tag another-long-tag...", "c".repeat(37));
        assert!(brief(&long).ends_with(&last), "{}", brief(&long));
    }

    #[test]
    fn what_was_recorded_of_a_version_is_said_in_the_words_that_scripts_read() {
        let said = |branch: Option<&str>, tags: &[&str]| {
            let tags: Vec<TagName> = tags.iter().map(|tag| n(tag)).collect();
            recorded(&n("1"), branch.map(n).as_ref(), &tags)
        };
        let begin = "Created/updated pacticipant version 1";
        assert_eq!(said(None, &[]), begin);
        assert_eq!(said(Some("B"), &[]), format!("{begin} with branch B"));
        assert_eq!(said(None, &["a", "b"]), format!("{begin} with tag(s) a, b"));
        let both = format!("{begin} with branch B and tag(s) a");
        assert_eq!(said(Some("B"), &["a"]), both);
    }

    #[test]
    fn a_pact_is_verified_on_the_main_branch_or_on_others_only() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        let shown = |ledger: &MemoryLedger| {
            let web = ledger.version(&n("Web"), &n("1")).unwrap().unwrap();
            let evidence = VersionEvidence::read(ledger, &n("Web"), &web).unwrap();
            fares(&evidence.pacts[0])
        };
        ledger.publish("Orders", "0", "main", &[]);
        assert_eq!(shown(&ledger), "not yet");
        ledger.verify("Orders", "1", "x", &["Web=a:no"]);
        assert_eq!(shown(&ledger), "not yet");
        ledger.verify("Orders", "2", "x", &["Web=a:yes"]);
        assert_eq!(shown(&ledger), "yes, but not on main: on x");
        for branch in ["a", "b", "c", "d", "main"] {
            ledger.verify("Orders", branch, branch, &["Web=a:yes"]);
        }
        assert_eq!(shown(&ledger), "yes, on main, a, b, c and 2 more");
    }

    #[test]
    fn a_version_is_shown_with_its_places_its_pacts_and_its_findings() {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish("Web", "1", "main", &["Orders=a", "Users=b"]);
        ledger.publish("App", "1", "main", &["Web=c"]);
        ledger.verify("Orders", "7", "main", &["Web=a:yes"]);
        ledger.verify("Web", "1", "feat", &["App=c:no"]);
        ledger.publish_tagged("Web", "2", "main", &[], &[]);
        ledger.deploy("Web", "1", "prod", "blue");
        ledger.release("Web", "1", "prod");
        let details = VersionDetails::read(&ledger, &n("Web"), &n("1"));
        let details = details.unwrap().unwrap();
        let evidence = VersionEvidence::read(&ledger, &n("Web"), &details.version).unwrap();
        let shown = text(&details, &evidence);
        for line in [
            "Web version 1\n",
            "Branches: main, feat (latest)\n",
            "\n1       | Deployed | prod        | blue                \n",
            "\n1       | Released | prod        | -                   \n",
            "| yes, on main\n",
            "| not yet     \n",
            "| failed | ",
        ] {
            assert!(shown.contains(line), "{line}\n{shown}");
        }
        assert_eq!(places(&Vec::new(), &Vec::new()), "");
    }
}
