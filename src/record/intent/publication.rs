//! Pacts to be published, within an intent. They keep their bytes.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
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
    /// Whom the contracts are between, in the same order. Absent, each of them says so itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    between: Vec<Between>,
    at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct Between {
    consumer: PacticipantName,
    provider: PacticipantName,
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
        // The URL that a pact is put to names whom it is between; the pact need not.
        let says_so = |contract: &Contract| Pact::parse(&contract.bytes).is_ok();
        let between = if contracts.iter().all(says_so) {
            Vec::new()
        } else {
            let between = contracts.iter().map(|contract| Between {
                consumer: contract.consumer.clone(),
                provider: contract.provider.clone(),
            });
            between.collect()
        };
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
            between,
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
            between,
            at,
        } = form;
        let mut between = between.into_iter();
        let contracts = contracts
            .into_iter()
            .map(|text| contract(text, between.next()));
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

fn contract(text: String, between: Option<Between>) -> Result<Contract, PactError> {
    let pact = match between {
        None => Pact::parse(text.as_bytes())?,
        Some(Between { consumer, provider }) => {
            Pact::parse_between(text.as_bytes(), &consumer, &provider)?
        }
    };
    Ok(Contract {
        consumer: pact.consumer().clone(),
        provider: pact.provider().clone(),
        bytes: text.into_bytes().into(),
        pact,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pact_that_names_nobody_is_kept_with_those_whom_it_is_between() {
        let (consumer, provider) = ("Web".parse().unwrap(), "Orders".parse().unwrap());
        let between = |text: &str| {
            let pact = Pact::parse_between(text.as_bytes(), &consumer, &provider).unwrap();
            let request = PublishRequest {
                version: "1".parse().unwrap(),
                branch: None,
                tags: Vec::new(),
                build_url: None,
                merging: Merging::Never,
                allow_similar_names: false,
                contracts: vec![Contract {
                    consumer: consumer.clone(),
                    provider: provider.clone(),
                    bytes: text.as_bytes().into(),
                    pact,
                }],
                at: Timestamp::clamped(0),
            };
            let form = serde_json::to_value(PublicationForm::from(request.clone())).unwrap();
            let read: PublicationForm = serde_json::from_value(form.clone()).unwrap();
            let read = PublishRequest::try_from(read).unwrap();
            let (read, written) = (&read.contracts[0], &request.contracts[0]);
            assert_eq!((&read.consumer, &read.provider), (&consumer, &provider));
            assert_eq!((&read.bytes, &read.pact), (&written.bytes, &written.pact));
            form.get("between").is_some()
        };
        assert!(between(r#"{ "interactions": [] }"#));
        assert!(between(r#"{ "consumer": { "name": "Web" } }"#));
        let named = r#"{ "consumer": { "name": "Web" }, "provider": { "name": "Orders" } }"#;
        assert!(!between(named));
    }
}
