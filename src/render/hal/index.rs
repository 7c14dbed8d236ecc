//! The entry point: where everything else is.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Address;
use super::Template;
use super::template;

/// A relation of the index.
#[derive(Clone, Copy, Debug)]
pub struct Relation {
    /// What clients look it up by.
    pub name: &'static str,
    /// Where it leads.
    pub template: Template,
    /// What follows the path, e.g. a query.
    pub query: &'static str,
    /// What is there, in words.
    pub title: &'static str,
}

const fn relation(name: &'static str, template: Template, title: &'static str) -> Relation {
    Relation {
        name,
        template,
        query: "",
        title,
    }
}

/// The relations of the index, in the broker's order and words (spec: http-api §1).
pub const RELATIONS: &[Relation] = &[
    relation("self", template::INDEX, "Index"),
    relation("pb:publish-pact", template::PACT, "Publish a pact"),
    relation(
        "pb:publish-contracts",
        template::PUBLISH_CONTRACTS,
        "Publish contracts",
    ),
    relation(
        "pb:latest-pact-versions",
        template::LATEST_PACTS,
        "Latest pact versions",
    ),
    relation(
        "pb:tagged-pact-versions",
        template::TAGGED_PACT_VERSIONS,
        "All versions of a pact for a given consumer, provider and consumer version tag",
    ),
    relation(
        "pb:branch-pact-versions",
        template::BRANCH_PACT_VERSIONS,
        "All versions of pacts for a provider, for a named consumers branch",
    ),
    relation(
        "pb:latest-branch-pact-versions",
        template::LATEST_BRANCH_PACT_VERSIONS,
        "Latest version of pact for a provider, for a named consumers branch",
    ),
    relation(
        "pb:main-branch-pact-versions",
        template::MAIN_BRANCH_PACT_VERSIONS,
        "All versions of pacts for a provider, for a named consumers main branch",
    ),
    relation(
        "pb:latest-main-branch-pact-versions",
        template::LATEST_MAIN_BRANCH_PACT_VERSIONS,
        "Latest version of pact for a provider, for a named consumers main branch",
    ),
    relation(
        "pb:provider-pacts-with-main-branch",
        template::MAIN_BRANCH_PROVIDER_PACTS,
        "All pacts for a provider, for any consumers main branch",
    ),
    relation(
        "pb:provider-pacts-with-branch",
        template::BRANCH_PROVIDER_PACTS,
        "All pacts for a provider, for any consumers named branch",
    ),
    relation(
        "pb:latest-provider-pacts-with-main-branch",
        template::LATEST_MAIN_BRANCH_PROVIDER_PACTS,
        "Latest pact for a provider, for any consumers main branch",
    ),
    relation(
        "pb:latest-provider-pacts-with-branch",
        template::LATEST_BRANCH_PROVIDER_PACTS,
        "Latest pacts for a provider, for any consumers named branch",
    ),
    relation("pb:pacticipants", template::PACTICIPANTS, "Pacticipants"),
    relation(
        "pb:pacticipant",
        template::PACTICIPANT,
        "Fetch pacticipant by name",
    ),
    relation(
        "pb:latest-provider-pacts",
        template::LATEST_PROVIDER_PACTS,
        "Latest pacts by provider",
    ),
    relation(
        "pb:latest-provider-pacts-with-tag",
        template::LATEST_TAGGED_PROVIDER_PACTS,
        "Latest pacts for provider with the specified tag",
    ),
    relation(
        "pb:provider-pacts-with-tag",
        template::TAGGED_PROVIDER_PACTS,
        "All pact versions for the provider with the specified consumer version tag",
    ),
    relation(
        "pb:provider-pacts",
        template::PROVIDER_PACTS,
        "All pact versions for the specified provider",
    ),
    relation(
        "pb:latest-version",
        template::LATEST_VERSION,
        "Latest pacticipant version",
    ),
    relation(
        "pb:latest-tagged-version",
        template::LATEST_TAGGED_VERSION,
        "Latest pacticipant version with the specified tag",
    ),
    relation("pb:webhooks", template::WEBHOOKS, "Webhooks"),
    relation("pb:webhook", template::WEBHOOK, "Webhook"),
    relation("pb:integrations", template::INTEGRATIONS, "Integrations"),
    relation(
        "pb:pacticipant-version-tag",
        template::TAG,
        "Get, create or delete a tag for a pacticipant version",
    ),
    relation(
        "pb:pacticipant-branch",
        template::BRANCH,
        "Get or delete a pacticipant branch",
    ),
    relation(
        "pb:pacticipant-branch-version",
        template::BRANCH_VERSION,
        "Get or add/create a pacticipant version for a branch",
    ),
    relation(
        "pb:pacticipant-version",
        template::VERSION,
        "Get, create or delete a pacticipant version",
    ),
    relation("pb:metrics", template::METRICS, "Get Pact Broker metrics"),
    Relation {
        name: "pb:can-i-deploy-pacticipant-version-to-tag",
        template: template::CAN_I_DEPLOY,
        query: "?pacticipant={pacticipant}&version={version}&to={tag}",
        title: "Determine if an application version can be safely deployed to an environment \
                identified by the given tag",
    },
    Relation {
        name: "pb:can-i-deploy-pacticipant-version-to-environment",
        template: template::CAN_I_DEPLOY,
        query: "?pacticipant={pacticipant}&version={version}&environment={environment}",
        title: "Determine if an application version can be safely deployed to an environment",
    },
    relation(
        "pb:provider-pacts-for-verification",
        template::FOR_VERIFICATION,
        "Pact versions to be verified for the specified provider",
    ),
    relation(
        "beta:provider-pacts-for-verification",
        template::FOR_VERIFICATION,
        "DEPRECATED - please use pb:provider-pacts-for-verification",
    ),
    relation("pb:environments", template::ENVIRONMENTS, "Environments"),
    relation("pb:environment", template::ENVIRONMENT, "Environment"),
];

/// Returns the index.
#[must_use]
pub fn index(at: &Address) -> Value {
    let mut links = Map::new();
    for relation in RELATIONS {
        // The name of the place is what publishers fill in, and not that of the route.
        let href = at.to(relation.template, &[]) + relation.query;
        let href = match relation.name {
            "pb:publish-pact" => href.replace("{version}", "{consumerApplicationVersion}"),
            _ => href,
        };
        let templated = href.contains('{');
        let mut link = json!({ "href": href, "title": relation.title, "templated": templated });
        if let Some((name @ "beta", _)) = relation.name.split_once(':') {
            link["name"] = name.into();
        }
        links.insert(relation.name.to_owned(), link);
    }
    let doc = format!("{}?context=index", at.to(template::DOC, &[]));
    let curie = |name: &str| json!({ "name": name, "href": doc, "templated": true });
    links.insert("curies".to_owned(), json!([curie("pb"), curie("beta")]));
    json!({ "_links": links })
}

/// Returns the answer of a server that runs.
#[must_use]
pub fn heartbeat(at: &Address) -> Value {
    json!({ "ok": true, "_links": { "self": { "href": at.to(template::HEARTBEAT, &[]) } } })
}
