//! The matrix and its verdict: which consumer versions were verified by which provider versions,
//! and whether that lets a version be deployed.
//!
//! To a program the order of members says nothing. But people read documents too, and there are scripts
//! that look at them line by line: members stand here as the broker writes them, and come last where it
//! has none.

use std::rc::Rc;

use serde::Serialize;

use super::Address;
use super::address::shown;
use super::environment;
use super::link::Href;
use super::link::ToSelf;
use super::metadata::Metadata;
use super::template;
use super::version::BranchVersion;
use super::version::branch_versions;
use crate::domain::can_i_deploy::Verdict;
use crate::domain::matrix::Matrix;
use crate::domain::matrix::Row;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::notice::Notice;
use crate::domain::standing::Standing;
use crate::domain::standing::Standings;
use crate::domain::time::Timestamp;
use crate::domain::version::Version;
use crate::render::matrix::SummaryJson;
use crate::render::table::table;

/// The document of a matrix and its verdict: the rows to show, with links.
///
/// It is a type of its own and no JSON value, of which every member is memory to be asked for: a gate that
/// hundreds of builds ask spent half of its time on that.
#[derive(Debug, Serialize)]
pub struct MatrixDocument<'a> {
    summary: SummaryJson,
    notices: &'a [Notice],
    matrix: Vec<RowDocument<'a>>,
}

impl<'a> MatrixDocument<'a> {
    /// Returns the document, with links that begin at an address.
    #[must_use]
    pub fn new(
        matrix: &'a Matrix,
        verdict: &'a Verdict,
        standings: &'a Standings,
        at: &Address,
    ) -> Self {
        let rows = matrix.shown();
        Self {
            summary: SummaryJson::from(verdict),
            notices: &verdict.notices,
            matrix: rows.map(|it| RowDocument::new(it, standings, at)).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RowDocument<'a> {
    consumer: SideDocument<'a>,
    provider: SideDocument<'a>,
    pact: PactDocument,
    verification_result: Option<ResultDocument>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ignored: bool,
}

impl<'a> RowDocument<'a> {
    fn new(row: &'a Row, standings: &'a Standings, at: &Address) -> Self {
        let (consumer, provider) = (&row.consumer, &row.provider);
        let version = Some(&*row.consumer_version);
        Self {
            consumer: SideDocument::new(consumer, version, standings, at),
            provider: SideDocument::new(provider, row.provider_version.as_deref(), standings, at),
            pact: PactDocument {
                created_at: row.published_at,
                links: at
                    .pact(provider, consumer, &row.consumer_version.number)
                    .into(),
            },
            verification_result: ResultDocument::of(row, at),
            ignored: row.ignored,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PactDocument {
    created_at: Timestamp,
    #[serde(rename = "_links")]
    links: ToSelf<Href>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultDocument {
    success: bool,
    verified_at: Timestamp,
    #[serde(rename = "_links")]
    links: ToSelf<Href>,
}

impl ResultDocument {
    fn of(row: &Row, at: &Address) -> Option<Self> {
        let result = row.recorded_result()?;
        let values = [
            row.provider.as_str(),
            row.consumer.as_str(),
            shown(&row.content),
            &Metadata::of_version(&row.consumer_version.number).encoded(),
            &result.number().to_string(),
        ];
        let url = at.to(template::VERIFICATION_RESULT_WITH_METADATA, &values);
        Some(Self {
            success: result.result.success,
            verified_at: result.run.created_at,
            links: url.into(),
        })
    }
}

#[derive(Debug, Serialize)]
struct SideDocument<'a> {
    name: &'a PacticipantName,
    version: Option<VersionDocument<'a>>,
    #[serde(rename = "_links")]
    links: ToSelf<Href>,
}

impl<'a> SideDocument<'a> {
    fn new(
        name: &'a PacticipantName,
        version: Option<&'a Version>,
        standings: &'a Standings,
        at: &Address,
    ) -> Self {
        let document = |version: &'a Version| {
            let standing = standings.get(name, &version.number);
            VersionDocument::new(name, version, standing, at)
        };
        Self {
            name,
            version: version.map(document),
            links: at.pacticipant(name).into(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionDocument<'a> {
    number: &'a VersionNumber,
    branch: Option<&'a BranchName>,
    /// Clients read either; this is the older name.
    branches: Rc<[BranchVersion<'a>]>,
    branch_versions: Rc<[BranchVersion<'a>]>,
    environments: Vec<environment::Short<'a>>,
    #[serde(rename = "_links")]
    links: ToSelf<Href>,
    tags: Vec<TagDocument<'a>>,
}

impl<'a> VersionDocument<'a> {
    fn new(
        name: &PacticipantName,
        version: &'a Version,
        standing: Option<&'a Standing>,
        at: &Address,
    ) -> Self {
        let number = &version.number;
        let heads = standing.map_or(&[][..], |it| &it.head_branches);
        let head_tags = standing.map_or(&[][..], |it| &it.head_tags);
        let environments = standing.map_or(&[][..], |it| &it.environments);
        let branches: Rc<[_]> = branch_versions(name, version, heads, at).collect();
        let mut tags: Vec<_> = version.tags.iter().collect();
        tags.sort();
        let tags = tags.into_iter().map(|tag| TagDocument {
            name: tag,
            latest: head_tags.contains(tag),
            links: at.tag(name, number, tag).into(),
        });
        let environments = environments.iter();
        Self {
            number,
            branch: version.branch(),
            branches: Rc::clone(&branches),
            branch_versions: branches,
            environments: environments
                .map(|it| environment::Short::new(it, at))
                .collect(),
            links: at.version(name, number).into(),
            tags: tags.collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct TagDocument<'a> {
    name: &'a TagName,
    latest: bool,
    #[serde(rename = "_links")]
    links: ToSelf<Href>,
}

/// Returns a matrix and its verdict as plain text: the broker's table, and what follows from it.
#[must_use]
pub fn text(matrix: &Matrix, verdict: &Verdict) -> String {
    let rows = matrix.shown().map(|row| {
        let result = row.recorded_result();
        let success = row.success();
        vec![
            row.consumer.to_string(),
            row.consumer_version.number.to_string(),
            // A consumer version has one pact with a provider: nothing is ever revised.
            "1".to_owned(),
            row.provider.to_string(),
            row.provider_number()
                .map(ToString::to_string)
                .unwrap_or_default(),
            result
                .map(|result| result.number().to_string())
                .unwrap_or_default(),
            success
                .map(|success| success.to_string())
                .unwrap_or_default(),
        ]
    });
    let header = [
        "CONSUMER",
        "C_VERSION",
        "REVISION",
        "PROVIDER",
        "P_VERSION",
        "NUMBER",
        "SUCCESS",
    ];
    let mut table = table(&header, &rows.collect::<Vec<_>>());
    if table.is_empty() {
        table.push_str("No data.");
    }
    let deployable = match verdict.deployable {
        Some(true) => "true",
        Some(false) => "false",
        None => "nil",
    };
    let reason = verdict.reason();
    format!("{table}\n\nDeployable: {deployable}\nReason: {reason}\n")
}
