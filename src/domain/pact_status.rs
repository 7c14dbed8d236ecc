//! Whether a pact is verified, in one word: what badges and lists show.
//!
//! The pacts of a consumer and a provider, or those of them with a tag, are looked at as one line
//! of changes: the newest is *stale* if it changed since the last success (spec: semantics §11).

use super::ledger::Read;
use super::name::TagName;
use super::pacts::Among;
use super::pacts::PactPublication;
use super::pacts::Pair;
use super::verification_results::ProviderResults;
use super::verification_results::RecordedResult;

/// Whether a pact is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PactStatus {
    /// Neither it nor one before it was ever verified.
    Never,
    /// The latest result is a success.
    Success,
    /// The latest result is a success, but of an older content.
    Stale,
    /// The latest result is a failure.
    Failed,
    /// The latest result is a failure of a pact that was work in progress.
    FailedPending,
}

impl PactStatus {
    /// Returns the status of a pact whose line was last verified with a result.
    #[must_use]
    pub fn of(pact: &PactPublication, latest: Option<&RecordedResult>) -> Self {
        match latest.map(|latest| &latest.result) {
            None => Self::Never,
            Some(result) if result.success && result.content == pact.content => Self::Success,
            Some(result) if result.success => Self::Stale,
            Some(result) if result.wip => Self::FailedPending,
            Some(_) => Self::Failed,
        }
    }

    /// Returns the word that the broker has for it in answers to programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Success => "success",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::FailedPending => "failed_pending",
        }
    }
}

/// A pact, and the latest result of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineStatus {
    /// The newest pact of the line.
    pub pact: PactPublication,
    /// The latest result of the newest pact that has any.
    pub latest: Option<RecordedResult>,
    /// What that means for the newest pact.
    pub status: PactStatus,
}

/// Returns the state of the newest pact of a consumer and a provider, or `None` if there is none.
///
/// Reads all runs of the provider; all versions of the consumer if the newest pact is unverified.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn latest_status(pair: &Pair<'_>, among: &Among) -> Read<Option<LineStatus>> {
    let results = ProviderResults::read(pair.ledger, pair.provider)?;
    status_by(pair, among, &results)
}

/// Returns the same by the results of the provider, which somebody has read.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn status_by(
    pair: &Pair<'_>,
    among: &Among,
    results: &ProviderResults,
) -> Read<Option<LineStatus>> {
    line_status(pair, among, |pact| {
        Ok(results.latest(&pact.consumer, &pact.content))
    })
}

/// Returns the state of the newest pact with a tag as far as provider versions with a tag
/// verified it, or `None` if there is no such pact.
///
/// Of several provider versions the newest decides. Reads all runs of the provider, the versions
/// that verified the pact, and all versions of the consumer if the newest pact is unverified.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn tagged_status(
    pair: &Pair<'_>,
    consumer_tag: &TagName,
    provider_tag: &TagName,
) -> Read<Option<LineStatus>> {
    let results = ProviderResults::read(pair.ledger, pair.provider)?;
    line_status(pair, &Among::Tagged(consumer_tag.clone()), |pact| {
        let mut newest = None;
        for found in results.newest_first(&pact.consumer, &pact.content) {
            let version = pair.ledger.version(pair.provider, &found.run.version)?;
            let Some(version) = version.filter(|version| version.has_tag(provider_tag)) else {
                continue;
            };
            if newest.as_ref().is_none_or(|(seq, _)| version.seq > *seq) {
                newest = Some((version.seq, found));
            }
        }
        Ok(newest.map(|(_, found)| found))
    })
}

fn line_status(
    pair: &Pair<'_>,
    among: &Among,
    latest: impl Fn(&PactPublication) -> Read<Option<RecordedResult>>,
) -> Read<Option<LineStatus>> {
    let Some(pact) = pair.latest(among)? else {
        return Ok(None);
    };
    let mut found = latest(&pact)?;
    if found.is_none() {
        for older in pair.newest_first(among)?.into_iter().skip(1) {
            found = latest(&older)?;
            if found.is_some() {
                break;
            }
        }
    }
    let status = PactStatus::of(&pact, found.as_ref());
    Ok(Some(LineStatus {
        pact,
        latest: found,
        status,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fact::Fact;
    use crate::domain::fact::RunFact;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::content;
    use crate::domain::testing::n;
    use crate::domain::verification::VerificationResult;

    fn ledger() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.publish_tagged("Web", "1", "", &["prod"], &["Shop=a", "Mail=a"]);
        ledger.publish_tagged("Web", "2", "", &["prod", "dev"], &["Shop=b", "Mail=b"]);
        ledger.publish_tagged("Web", "3", "", &[], &["Bank=a"]);
        ledger
    }

    fn word(found: Option<LineStatus>) -> String {
        found.map_or("-".to_owned(), |line| {
            format!("{} {}", line.pact.version.number, line.status.as_str())
        })
    }

    fn latest(ledger: &MemoryLedger, provider: &str, among: &Among) -> String {
        let pair = Pair {
            ledger,
            consumer: &n("Web"),
            provider: &n(provider),
        };
        word(latest_status(&pair, among).unwrap())
    }

    #[test]
    fn a_pact_is_stale_when_it_changed_since_the_last_success() {
        let mut ledger = ledger();
        let all = &Among::All;
        assert_eq!(latest(&ledger, "Shop", all), "2 never");
        assert_eq!(latest(&ledger, "Nobody", all), "-");
        for (result, expected) in [
            ("Web=a:no", "2 failed"),
            ("Web=a:yes", "2 stale"),
            ("Web=b:no", "2 failed"),
            ("Web=a:yes", "2 failed"),
            ("Web=b:yes", "2 success"),
        ] {
            ledger.verify("Shop", "7", "main", &[result]);
            assert_eq!(latest(&ledger, "Shop", all), expected, "{result}");
        }
    }

    #[test]
    fn a_failure_of_work_in_progress_is_told_apart() {
        let mut result = VerificationResult {
            consumer: n("Web"),
            content: content("b"),
            success: false,
            wip: true,
            failures: Vec::new(),
            tests: None,
        };
        let mut status = |wip| {
            result.wip = wip;
            let mut ledger = ledger();
            ledger.publish("Shop", "7", "main", &[]);
            ledger.tell(&Fact::Run(RunFact {
                provider: n("Shop"),
                version: n("7"),
                build_url: None,
                verified_by: None,
                results: vec![result.clone()],
                request: None,
                at: ledger.now(),
            }));
            latest(&ledger, "Shop", &Among::All)
        };
        assert_eq!(status(true), "2 failed_pending");
        assert_eq!(status(false), "2 failed");
    }

    #[test]
    fn a_line_of_a_tag_knows_only_pacts_with_the_tag() {
        let mut ledger = ledger();
        ledger.verify("Shop", "7", "main", &["Web=a:yes"]);
        let tagged = |tag| Among::Tagged(n(tag));
        assert_eq!(latest(&ledger, "Shop", &tagged("prod")), "2 stale");
        assert_eq!(latest(&ledger, "Shop", &tagged("dev")), "2 never");
        assert_eq!(latest(&ledger, "Shop", &tagged("none")), "-");
        assert_eq!(latest(&ledger, "Shop", &Among::Untagged), "-");
    }

    #[test]
    fn between_tags_the_newest_provider_version_decides() {
        let mut ledger = ledger();
        for version in ["1", "2", "3"] {
            let tags: &[&str] = if version == "3" { &[] } else { &["live"] };
            ledger.publish_tagged("Shop", version, "", tags, &[]);
        }
        let status = |ledger: &MemoryLedger| {
            let pair = Pair {
                ledger,
                consumer: &n("Web"),
                provider: &n("Shop"),
            };
            word(tagged_status(&pair, &n("prod"), &n("live")).unwrap())
        };
        for (version, result, expected) in [
            ("3", "Web=b:yes", "2 never"),
            ("1", "Web=a:yes", "2 stale"),
            ("2", "Web=b:no", "2 failed"),
            ("1", "Web=b:yes", "2 failed"),
            ("2", "Web=b:yes", "2 success"),
        ] {
            ledger.verify("Shop", version, "", &[result]);
            assert_eq!(status(&ledger), expected, "{version} {result}");
        }
    }
}
