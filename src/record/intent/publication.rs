//! Pacts to be published, within an intent. They keep their bytes.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::name::BranchName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::pact::Pact;
use crate::domain::pact::PactError;
use crate::domain::publish::Contract;
use crate::domain::publish::Merging;
use crate::domain::publish::PublishRequest;
use crate::domain::time::Timestamp;

/// A version with the contracts that it publishes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PublicationForm {
    version: VersionNumber,
    branch: Option<BranchName>,
    tags: Vec<TagName>,
    build_url: Option<String>,
    merge: bool,
    /// Absent, it is no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    patch: bool,
    allow_similar_names: bool,
    contracts: Vec<String>,
    at: Timestamp,
}

impl From<PublishRequest> for PublicationForm {
    fn from(request: PublishRequest) -> Self {
        let PublishRequest {
            version,
            branch,
            tags,
            build_url,
            merging,
            allow_similar_names,
            contracts,
            at,
        } = request;
        // A pact was parsed from these bytes, so they are UTF-8.
        let text = |contract: Contract| String::from_utf8_lossy(&contract.bytes).into_owned();
        Self {
            version,
            branch,
            tags,
            build_url,
            merge: merging == Merging::Add,
            patch: merging == Merging::Patch,
            allow_similar_names,
            contracts: contracts.into_iter().map(text).collect(),
            at,
        }
    }
}

impl TryFrom<PublicationForm> for PublishRequest {
    type Error = PactError;

    fn try_from(form: PublicationForm) -> Result<Self, PactError> {
        let PublicationForm {
            version,
            branch,
            tags,
            build_url,
            merge,
            patch,
            allow_similar_names,
            contracts,
            at,
        } = form;
        let contracts = contracts.into_iter().map(contract);
        Ok(Self {
            version,
            branch,
            tags,
            build_url,
            merging: match (merge, patch) {
                (_, true) => Merging::Patch,
                (true, false) => Merging::Add,
                (false, false) => Merging::Never,
            },
            allow_similar_names,
            contracts: contracts.collect::<Result<_, _>>()?,
            at,
        })
    }
}

fn contract(text: String) -> Result<Contract, PactError> {
    let pact = Pact::parse(text.as_bytes())?;
    Ok(Contract {
        consumer: pact.consumer().clone(),
        provider: pact.provider().clone(),
        bytes: text.into_bytes().into(),
        pact,
    })
}
