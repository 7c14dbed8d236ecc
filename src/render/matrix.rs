//! The matrix as a table and as JSON, as the `pact-broker` command line prints them
//! (spec: cli §3.1, §4.2).

use serde::Serialize;

use super::computed_from::ComputedFrom;
use super::gate::worst_first;
use super::table::table;
use crate::app::ask::Basis;
use crate::domain::can_i_deploy::Reason;
use crate::domain::can_i_deploy::Side;
use crate::domain::can_i_deploy::Verdict;
use crate::domain::content::ContentId;
use crate::domain::matrix::Matrix;
use crate::domain::matrix::Row;
use crate::domain::matrix::RowVerification;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::notice::Notice;
use crate::domain::signers::Unbelieved;
use crate::domain::time::Timestamp;
use crate::domain::version::Version;
use crate::record::path::Branch;

/// What stands for what is not known.
const UNKNOWN: &str = "???";

/// How many characters of a commit are shown.
const SHORT_COMMIT: usize = 7;

/// How many characters a commit has.
const COMMIT: usize = 40;

/// The longest version that is shown whole, in characters.
const LONGEST: usize = 60;

/// Returns the table of the rows to show, by name and version as texts, as the Ruby program sorts
/// them, and where the results in it are from.
///
/// Nothing if there are no rows. Results are numbered in the order of the rows.
#[must_use]
pub fn text(matrix: &Matrix) -> String {
    let mut rows: Vec<&Row> = matrix.shown().collect();
    rows.sort_by_cached_key(|row| {
        (
            row.consumer.as_str().to_lowercase(),
            row.provider.as_str().to_lowercase(),
            row.consumer_version.number.clone(),
            provider_number(row).to_owned(),
        )
    });
    text_of(&rows)
}

/// Returns the same with what stands in the way first, whatever happened last; as many rows as the
/// question wants to see.
#[must_use]
pub fn text_worst_first(matrix: &Matrix) -> String {
    let mut rows = worst_first(matrix);
    rows.truncate(matrix.query.limit.get());
    text_of(&rows)
}

fn text_of(rows: &[&Row]) -> String {
    let mut results = Vec::new();
    let mut cells = Vec::new();
    for row in rows {
        let number = row.verification.as_ref().map(|verification| {
            let number = results.len() + 1;
            results.push(format!("{number}. {}", source(row, verification)));
            number.to_string()
        });
        cells.push(vec![
            row.consumer.to_string(),
            abbreviated(row.consumer_version.number.as_str()),
            row.provider.to_string(),
            abbreviated(provider_number(row)),
            success(row),
            number.unwrap_or_default(),
        ]);
    }
    let header = [
        "CONSUMER",
        "C.VERSION",
        "PROVIDER",
        "P.VERSION",
        "SUCCESS?",
        "RESULT#",
    ];
    let mut text = table(&header, &cells);
    if !results.is_empty() {
        text.push_str("\n\nVERIFICATION RESULTS\n--------------------\n");
        text.push_str(&results.join("\n"));
    }
    text
}

fn provider_number(row: &Row) -> &str {
    row.provider_number().map_or(UNKNOWN, VersionNumber::as_str)
}

fn success(row: &Row) -> String {
    let success = match row.success() {
        Some(true) => "true",
        Some(false) => "false",
        None => UNKNOWN,
    };
    let ignored = if row.ignored { " [ignored]" } else { "" };
    format!("{success}{ignored}")
}

/// Returns which record says so, and which build found it out.
fn source(row: &Row, verification: &RowVerification) -> String {
    let RowVerification { success, run } = verification;
    let outcome = if *success { "success" } else { "failure" };
    let build = match &run.build_url {
        Some(url) => format!(", {}", super::table::one_line(url)),
        None => String::new(),
    };
    format!(
        "{}: run {} of version {}{build} ({outcome})",
        Branch::app(&row.provider),
        run.number,
        run.version
    )
}

/// Returns a version number as the table shows it: commits are cut, wherever they stand.
#[must_use]
pub fn abbreviated(number: &str) -> String {
    let runs = runs(number);
    let is_commit =
        |run: &str| run.len() == COMMIT && run.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let cut = |run: &str| format!("{}...", &run[..SHORT_COMMIT]);
    let is_whole = matches!(runs.as_slice(), [run] if is_commit(run));
    if is_whole || (has_semantic_version(number) && runs.iter().any(|run| is_commit(run))) {
        let shown = |run: &str| {
            if is_commit(run) {
                cut(run)
            } else {
                run.to_owned()
            }
        };
        return runs.into_iter().map(shown).collect();
    }
    match number.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &number[..end]),
        None => number.to_owned(),
    }
}

/// Splits a text into runs of ASCII letters and digits, and what stands between them.
fn runs(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind = first.is_ascii_alphanumeric();
        let end = rest.find(|c: char| c.is_ascii_alphanumeric() != kind);
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        runs.push(run);
        rest = after;
    }
    runs
}

/// Says whether three numbers with dots between them stand anywhere in a text.
fn has_semantic_version(text: &str) -> bool {
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty();
    let parts: Vec<&str> = text.split('.').collect();
    parts.windows(3).any(|three| {
        let ends_in_digit = three[0].ends_with(|c: char| c.is_ascii_digit());
        let begins_with_digit = three[2].starts_with(|c: char| c.is_ascii_digit());
        ends_in_digit && digits(&three[1]) && begins_with_digit
    })
}

/// A matrix and its verdict as JSON, in the broker's order of keys.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixJson<'a> {
    summary: SummaryJson,
    notices: &'a [Notice],
    matrix: Vec<RowJson<'a>>,
    verdict: &'static str,
    /// Whether only signed successes count.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    only_signed: bool,
    reasons: Vec<ReasonJson<'a>>,
    computed_from: ComputedFrom,
}

impl<'a> MatrixJson<'a> {
    /// Returns a matrix and its verdict as JSON.
    #[must_use]
    pub fn new(matrix: &'a Matrix, verdict: &'a Verdict, basis: &Basis) -> Self {
        Self {
            summary: SummaryJson::from(verdict),
            notices: &verdict.notices,
            matrix: matrix.shown().map(RowJson::from).collect(),
            verdict: verdict.word(),
            only_signed: matrix.query.only_signed,
            reasons: verdict.reasons.iter().map(ReasonJson::from).collect(),
            computed_from: basis.into(),
        }
    }
}

/// A verdict in short as JSON.
#[derive(Debug, Serialize)]
pub struct SummaryJson {
    deployable: Option<bool>,
    reason: String,
    success: usize,
    failed: usize,
    unknown: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignored: Option<usize>,
}

impl From<&Verdict> for SummaryJson {
    fn from(verdict: &Verdict) -> Self {
        let counts = verdict.counts;
        Self {
            deployable: verdict.deployable,
            reason: verdict.reason(),
            success: counts.success,
            failed: counts.failed,
            unknown: counts.unknown,
            ignored: counts.ignored,
        }
    }
}

/// Why a verdict is as it is, for those who act on it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReasonJson<'a> {
    code: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumer: Option<PartyJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<PartyJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_url: Option<&'a str>,
}

/// A side of a pact that a reason is about.
#[derive(Debug, Serialize)]
struct PartyJson<'a> {
    name: &'a PacticipantName,
    versions: &'a [VersionNumber],
}

impl<'a> From<&'a Reason> for ReasonJson<'a> {
    fn from(reason: &'a Reason) -> Self {
        let party = |side: &'a Side| PartyJson {
            name: &side.pacticipant,
            versions: &side.versions,
        };
        let (sides, build_url) = match reason {
            Reason::Failed {
                consumer,
                provider,
                build_url,
            } => (Some((consumer, provider)), build_url.as_deref()),
            Reason::NotVerified { consumer, provider }
            | Reason::NotBelieved {
                consumer, provider, ..
            } => (Some((consumer, provider)), None),
            _ => (None, None),
        };
        Self {
            code: reason.code(),
            text: reason.notice().text,
            consumer: sides.map(|(consumer, _)| party(consumer)),
            provider: sides.map(|(_, provider)| party(provider)),
            build_url,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RowJson<'a> {
    consumer: SideJson<'a>,
    provider: SideJson<'a>,
    pact: PactJson<'a>,
    verification_result: Option<ResultJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unbelieved_result: Option<UnbelievedJson<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ignored: bool,
}

/// A success that is on record and not believed.
#[derive(Debug, Serialize)]
struct UnbelievedJson<'a> {
    version: &'a VersionNumber,
    run: u32,
    code: &'static str,
    why: String,
}

impl<'a> From<&'a Unbelieved> for UnbelievedJson<'a> {
    fn from(unbelieved: &'a Unbelieved) -> Self {
        Self {
            version: &unbelieved.version,
            run: unbelieved.run,
            code: unbelieved.doubt.code(),
            why: unbelieved.doubt.to_string(),
        }
    }
}

#[derive(Debug, Serialize)]
struct SideJson<'a> {
    name: &'a PacticipantName,
    version: Option<VersionJson<'a>>,
}

#[derive(Debug, Serialize)]
struct VersionJson<'a> {
    number: &'a VersionNumber,
    branch: Option<&'a BranchName>,
    branches: Vec<NameJson<'a>>,
    tags: Vec<NameJson<'a>>,
}

#[derive(Debug, Serialize)]
struct NameJson<'a> {
    name: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PactJson<'a> {
    created_at: Timestamp,
    content_id: &'a ContentId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultJson<'a> {
    success: bool,
    verified_at: Timestamp,
    run: u32,
    build_url: Option<&'a str>,
}

impl<'a> From<&'a Row> for RowJson<'a> {
    fn from(row: &'a Row) -> Self {
        let result = |found: &'a RowVerification| ResultJson {
            success: found.success,
            verified_at: found.run.created_at,
            run: found.run.number,
            build_url: found.run.build_url.as_deref(),
        };
        Self {
            consumer: SideJson {
                name: &row.consumer,
                version: Some(VersionJson::from(&*row.consumer_version)),
            },
            provider: SideJson {
                name: &row.provider,
                version: row.provider_version.as_deref().map(VersionJson::from),
            },
            pact: PactJson {
                created_at: row.published_at,
                content_id: &row.content,
            },
            verification_result: row.verification.as_ref().map(result),
            unbelieved_result: row.unbelieved.as_ref().map(UnbelievedJson::from),
            ignored: row.ignored,
        }
    }
}

impl<'a> From<&'a Version> for VersionJson<'a> {
    fn from(version: &'a Version) -> Self {
        let branch = |name: &'a BranchName| NameJson {
            name: name.as_str(),
        };
        let tag = |name: &'a TagName| NameJson {
            name: name.as_str(),
        };
        Self {
            number: &version.number,
            branch: version.branch(),
            branches: version.branches.iter().map(branch).collect(),
            tags: version.tags.iter().map(tag).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
