//! A contract for programs: the same as people read, so that nobody has to explain matching rules again.

use serde::Serialize;
use serde_json::Value;

use super::Contract;
use super::plain;
use crate::app::ask::Basis;
use crate::domain::content::ContentId;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::pact::ProviderState;
use crate::domain::pacts::PactPublication;
use crate::domain::readable_pact::Body;
use crate::domain::readable_pact::Extra;
use crate::domain::readable_pact::Item;
use crate::domain::readable_pact::Kind;
use crate::domain::readable_pact::Part;
use crate::domain::readable_pact::Plugin;
use crate::domain::readable_pact::ReadableInteraction;
use crate::domain::readable_pact::Rule;
use crate::domain::readable_pact::RuleKind;
use crate::domain::readable_pact::StateInUse;
use crate::domain::time::Timestamp;
use crate::render::computed_from::ComputedFrom;

/// A contract as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractJson<'a> {
    consumer: &'a PacticipantName,
    provider: &'a PacticipantName,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumer_version: Option<VersionJson<'a>>,
    specification: Option<&'a str>,
    content_id: &'a ContentId,
    provider_states: Vec<StateInUseJson<'a>>,
    interactions: Vec<InteractionJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plugins: Vec<PluginJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extras: Vec<ExtraJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    computed_from: Option<ComputedFrom>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionJson<'a> {
    number: &'a VersionNumber,
    branches: &'a [BranchName],
    tags: &'a [TagName],
    published_at: Timestamp,
}

#[derive(Debug, Serialize)]
struct StateJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<Value>,
}

#[derive(Debug, Serialize)]
struct StateInUseJson<'a> {
    #[serde(flatten)]
    state: StateJson<'a>,
    interactions: &'a [usize],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InteractionJson<'a> {
    number: usize,
    id: &'a str,
    description: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    summary: String,
    given: Vec<StateJson<'a>>,
    pending: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transport: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    remarks: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    markup: Option<&'a str>,
    parts: Vec<PartJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plugins: Vec<ExtraJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extras: Vec<ExtraJson<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PartJson<'a> {
    role: &'static str,
    /// Which of several answers it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<ItemJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<ItemJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<ItemJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    query: Vec<ItemJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<ItemJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metadata: Vec<ItemJson<'a>>,
    body: BodyJson<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    body_rules: Vec<RuleJson<'a>>,
    /// What holds for that of the body of which no rule speaks.
    otherwise: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_rules: Vec<RuleJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extras: Vec<ExtraJson<'a>>,
}

#[derive(Debug, Serialize)]
struct ItemJson<'a> {
    name: &'a str,
    values: &'a [String],
    /// Whether nothing but the values is accepted.
    exact: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleJson<'a>>,
}

#[derive(Debug, Serialize)]
struct RuleJson<'a> {
    kind: &'static str,
    /// The path as it is written.
    path: &'a str,
    /// The same for people; empty for all of it.
    place: String,
    says: String,
}

/// What a body is.
#[derive(Debug, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum BodyJson<'a> {
    /// The contract does not speak of it.
    Unsaid,
    Null,
    Empty,
    Text {
        content_type: Option<&'a str>,
        language: &'static str,
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<&'static str>,
    },
    Binary {
        content_type: Option<&'a str>,
        bytes: usize,
        base64: &'a str,
    },
}

#[derive(Debug, Serialize)]
struct PluginJson<'a> {
    name: &'a str,
    version: Option<&'a str>,
    configuration: Vec<ExtraJson<'a>>,
}

/// Something that has no place of its own: JSON as a text, or a text.
#[derive(Debug, Serialize)]
struct ExtraJson<'a> {
    name: &'a str,
    json: bool,
    text: &'a str,
}

impl<'a> ContractJson<'a> {
    /// Returns a contract as JSON, and what it was computed from, if it is from a store.
    #[must_use]
    pub fn new(contract: &Contract<'a>, basis: Option<&Basis>) -> Self {
        let pact = contract.pact;
        Self {
            consumer: &pact.consumer,
            provider: &pact.provider,
            consumer_version: contract.publication.map(version),
            specification: pact.specification.as_deref(),
            content_id: &pact.content,
            provider_states: pact.states.iter().map(state_in_use).collect(),
            interactions: pact.interactions.iter().map(interaction).collect(),
            plugins: pact.plugins.iter().map(plugin).collect(),
            extras: extras(&pact.extras),
            computed_from: basis.map(ComputedFrom::from),
        }
    }
}

fn version(publication: &PactPublication) -> VersionJson<'_> {
    VersionJson {
        number: &publication.version.number,
        branches: &publication.version.branches,
        tags: &publication.version.tags,
        published_at: publication.created_at,
    }
}

fn state(state: &ProviderState) -> StateJson<'_> {
    let params = state.params.as_deref();
    StateJson {
        name: &state.name,
        // They are canonical JSON.
        params: params.and_then(|text| serde_json::from_str(text).ok()),
    }
}

fn state_in_use(used: &StateInUse) -> StateInUseJson<'_> {
    StateInUseJson {
        state: state(&used.state),
        interactions: &used.interactions,
    }
}

fn interaction(it: &ReadableInteraction) -> InteractionJson<'_> {
    InteractionJson {
        number: it.number,
        id: &it.id,
        description: &it.description,
        kind: match &it.kind {
            Kind::Http => "Synchronous/HTTP",
            Kind::Asynchronous => "Asynchronous/Messages",
            Kind::Synchronous => "Synchronous/Messages",
            Kind::Unknown(name) => name,
        },
        summary: plain(&it.summary()),
        given: it.states.iter().map(state).collect(),
        pending: it.is_pending,
        key: it.key.as_deref(),
        transport: it.transport.as_deref(),
        remarks: &it.comments.remarks,
        test: it.comments.test.as_deref(),
        markup: it.markup.as_deref(),
        parts: it.parts.iter().map(part).collect(),
        plugins: extras(&it.plugins),
        extras: extras(&it.extras),
    }
}

fn part(part: &Part) -> PartJson<'_> {
    PartJson {
        role: part.role.name(),
        number: part.number,
        method: part.method.as_ref().map(item),
        path: part.path.as_ref().map(item),
        status: part.status.as_ref().map(item),
        query: part.query.iter().map(item).collect(),
        headers: part.headers.iter().map(item).collect(),
        metadata: part.metadata.iter().map(item).collect(),
        body: body(&part.body),
        body_rules: rules(&part.body_rules),
        otherwise: part.otherwise(),
        other_rules: rules(&part.other_rules),
        extras: extras(&part.extras),
    }
}

fn item(item: &Item) -> ItemJson<'_> {
    ItemJson {
        name: &item.name,
        values: &item.values,
        exact: item.is_exact(),
        rules: rules(&item.rules),
    }
}

fn rules(rules: &[Rule]) -> Vec<RuleJson<'_>> {
    rules.iter().map(rule).collect()
}

fn rule(rule: &Rule) -> RuleJson<'_> {
    RuleJson {
        kind: match rule.kind {
            RuleKind::Matching => "matching",
            RuleKind::Generator => "generator",
        },
        path: &rule.written,
        place: rule.place.to_string(),
        says: rule.sentence.to_string(),
    }
}

fn body(body: &Body) -> BodyJson<'_> {
    match body {
        Body::Unsaid => BodyJson::Unsaid,
        Body::Null => BodyJson::Null,
        Body::Empty => BodyJson::Empty,
        Body::Text(text) => BodyJson::Text {
            content_type: text.content_type.as_deref(),
            language: text.language.name(),
            text: &text.text,
            problem: text.problem,
        },
        Body::Binary(binary) => BodyJson::Binary {
            content_type: binary.content_type.as_deref(),
            bytes: binary.bytes,
            base64: &binary.base64,
        },
    }
}

fn plugin(plugin: &Plugin) -> PluginJson<'_> {
    PluginJson {
        name: &plugin.name,
        version: plugin.version.as_deref(),
        configuration: extras(&plugin.configuration),
    }
}

fn extras(extras: &[Extra]) -> Vec<ExtraJson<'_>> {
    extras.iter().map(extra).collect()
}

fn extra(extra: &Extra) -> ExtraJson<'_> {
    ExtraJson {
        name: &extra.name,
        json: extra.is_json,
        text: &extra.text,
    }
}
