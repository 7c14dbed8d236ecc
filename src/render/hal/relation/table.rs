//! The table of relations, in the order in which a newcomer meets them.

use super::Help;

const fn help(
    name: &'static str,
    text: &'static str,
    uses: &'static [(&'static str, &'static str)],
) -> Help {
    Help { name, text, uses }
}

/// What each relation means.
pub const HELP: &[Help] = &[
    help(
        "self",
        "The document itself, under the address by which it is best kept.",
        &[("GET", "Reads the document again.")],
    ),
    help(
        "pacticipants",
        "All pacticipants: every application that is a consumer or a provider.",
        &[
            (
                "GET",
                "Lists them with their main branches, labels and links.",
            ),
            (
                "POST",
                "Creates one from a JSON object with name and perhaps displayName, mainBranch and \
                 repositoryUrl.",
            ),
        ],
    ),
    help(
        "pacticipants-with-label",
        "The pacticipants that carry a label.",
        &[("GET", "Lists them.")],
    ),
    help(
        "pacticipant",
        "One pacticipant: an application that takes part in a pact.",
        &[
            ("GET", "Reads it."),
            ("PATCH", "Changes the properties that the body names."),
            ("PUT", "Replaces its properties, or creates it."),
            ("DELETE", "Takes it off with all that belongs to it."),
        ],
    ),
    help(
        "consumer",
        "The pacticipant that makes the requests, or reads the messages, of the pact.",
        &[("GET", "Reads it.")],
    ),
    help(
        "provider",
        "The pacticipant that answers the requests, or sends the messages, of the pact.",
        &[("GET", "Reads it.")],
    ),
    help(
        "create",
        "Where something of this kind is created.",
        &[("POST", "Creates it.")],
    ),
    help(
        "label",
        "A label of a pacticipant, to find several pacticipants together.",
        &[
            ("GET", "Says whether the pacticipant carries it."),
            ("PUT", "Puts it on the pacticipant."),
            ("DELETE", "Takes it off."),
        ],
    ),
    help(
        "versions",
        "All versions of the pacticipant, the newest first.",
        &[(
            "GET",
            "Lists them, page by page where page and size are given.",
        )],
    ),
    help(
        "pacticipant-version",
        "One version of a pacticipant: what its pipeline built from one commit.",
        &[
            (
                "GET",
                "Reads it with its branches, tags, pacts, and where it is deployed.",
            ),
            ("PUT", "Creates it, or replaces its build URL."),
            ("PATCH", "Changes the properties that the body names."),
            ("DELETE", "Takes it off the store."),
        ],
    ),
    help(
        "consumer-version",
        "The version of the consumer that published this pact.",
        &[("GET", "Reads it.")],
    ),
    help(
        "latest-version",
        "The newest version of a pacticipant, in the order in which versions were made known.",
        &[("GET", "Reads it.")],
    ),
    help(
        "latest-tagged-version",
        "The newest version of a pacticipant that carries a tag.",
        &[("GET", "Reads it.")],
    ),
    help(
        "branches",
        "The branches of a pacticipant.",
        &[
            ("GET", "Lists them, newest first."),
            (
                "DELETE",
                "Deletes those that are not the main branch and are not excluded by name.",
            ),
        ],
    ),
    help(
        "branch",
        "A branch of a pacticipant, as its repository names it.",
        &[
            ("GET", "Reads it."),
            ("DELETE", "Deletes it. Its versions stay."),
        ],
    ),
    help(
        "branch-version",
        "A version on a branch. The one put there last is the head of the branch.",
        &[
            ("GET", "Says whether the version is on the branch."),
            (
                "PUT",
                "Puts it there, and creates the pacticipant, the version and the branch if need \
                 be.",
            ),
            ("DELETE", "Takes it off the branch."),
        ],
    ),
    help(
        "pacticipant-version-tag",
        "A tag on a version. Tags came before branches and environments, which say more.",
        &[
            ("GET", "Says whether the version carries the tag."),
            (
                "PUT",
                "Puts it on the version, and creates the pacticipant and the version if need be.",
            ),
            ("DELETE", "Takes it off."),
        ],
    ),
    help(
        "pacticipant-version-tags",
        "The tags that were put on the version while it was published.",
        &[("GET", "Reads one of them.")],
    ),
    help(
        "tag-version",
        "A tag on the consumer version that published this pact.",
        &[("PUT", "Puts the tag on the version.")],
    ),
    help(
        "tag-prod-version",
        "The tag that used to say that a version is in production. Record a deployment instead.",
        &[("PUT", "Puts the tag on the version.")],
    ),
    help(
        "publish-contracts",
        "Where a build publishes all contracts of one version at once. All of them are recorded, \
         or none.",
        &[(
            "POST",
            "Publishes a JSON object with pacticipantName, pacticipantVersionNumber, perhaps \
                 branch, tags and buildUrl, and contracts: each with consumerName, providerName, \
                 specification, contentType and the content in Base64.",
        )],
    ),
    help(
        "publish-pact",
        "The pact of one version of a consumer with a provider. The same version cannot have \
         another content later.",
        &[
            ("GET", "Reads the pact."),
            ("PUT", "Publishes the pact that is the body."),
            (
                "PATCH",
                "Merges the interactions of the body into the pact.",
            ),
            ("DELETE", "Takes the pact off."),
        ],
    ),
    help(
        "contracts",
        "The pacts that were just published.",
        &[("GET", "Reads one of them.")],
    ),
    help(
        "pacts",
        "Pacts, each under the address of the version that published it.",
        &[("GET", "Reads one of them.")],
    ),
    help(
        "pact-version",
        "A pact by what it says, whatever version of the consumer published it.",
        &[("GET", "Reads it.")],
    ),
    help(
        "pact-versions",
        "Pacts, one for each version of the consumer that published it.",
        &[("GET", "Reads one of them.")],
    ),
    help(
        "all-pact-versions",
        "All pacts of this consumer with this provider, the newest first.",
        &[("GET", "Lists them."), ("DELETE", "Takes all of them off.")],
    ),
    help(
        "latest-pact-version",
        "The newest pact of this consumer with this provider.",
        &[("GET", "Reads it.")],
    ),
    help(
        "latest-tagged-pact-version",
        "The newest pact of this consumer with this provider whose consumer version carries a tag.",
        &[("GET", "Reads it.")],
    ),
    help(
        "latest-untagged-pact-version",
        "The newest pact of this consumer with this provider whose consumer version carries no tag \
         at all.",
        &[("GET", "Reads it.")],
    ),
    help(
        "previous-distinct",
        "The last pact before this one that says something else.",
        &[("GET", "Reads it.")],
    ),
    help(
        "diff-previous-distinct",
        "What changed since the last pact before this one that says something else.",
        &[("GET", "Reads the difference as text.")],
    ),
    help(
        "diff",
        "The difference between this pact and another one of the same consumer and provider.",
        &[(
            "GET",
            "Reads the difference as text. Fill in the id of the other content.",
        )],
    ),
    help(
        "latest-pact-versions",
        "The newest pact of each consumer with each provider.",
        &[("GET", "Lists them.")],
    ),
    help(
        "tagged-pact-versions",
        "The pacts of one consumer with one provider whose consumer versions carry a tag.",
        &[("GET", "Lists them."), ("DELETE", "Takes all of them off.")],
    ),
    help(
        "branch-pact-versions",
        "The pacts of one consumer with one provider from a branch of the consumer.",
        &[("GET", "Lists them."), ("DELETE", "Takes all of them off.")],
    ),
    help(
        "latest-branch-pact-versions",
        "The newest pact of one consumer with one provider from a branch of the consumer, as a \
         list of one.",
        &[("GET", "Lists it.")],
    ),
    help(
        "main-branch-pact-versions",
        "The pacts of one consumer with one provider from the main branch of the consumer.",
        &[("GET", "Lists them.")],
    ),
    help(
        "latest-main-branch-pact-versions",
        "The newest pact of one consumer with one provider from the main branch of the consumer, \
         as a list of one.",
        &[("GET", "Lists it.")],
    ),
    help(
        "provider-pacts",
        "All pacts with one provider.",
        &[("GET", "Lists them.")],
    ),
    help(
        "provider-pacts-with-tag",
        "The pacts with one provider whose consumer versions carry a tag.",
        &[("GET", "Lists them.")],
    ),
    help(
        "provider-pacts-with-branch",
        "The pacts with one provider from a branch that several consumers may have.",
        &[("GET", "Lists them.")],
    ),
    help(
        "provider-pacts-with-main-branch",
        "The pacts with one provider from the main branch of each consumer.",
        &[("GET", "Lists them.")],
    ),
    help(
        "latest-provider-pacts",
        "The newest pact of each consumer with one provider.",
        &[("GET", "Lists them.")],
    ),
    help(
        "latest-provider-pacts-with-tag",
        "The newest pact of each consumer with one provider whose consumer version carries a tag.",
        &[("GET", "Lists them.")],
    ),
    help(
        "latest-provider-pacts-with-branch",
        "The newest pact of each consumer with one provider from a branch.",
        &[("GET", "Lists them.")],
    ),
    help(
        "latest-provider-pacts-with-main-branch",
        "The newest pact of each consumer with one provider from the consumer's main branch.",
        &[("GET", "Lists them.")],
    ),
    help(
        "provider-pacts-for-verification",
        "What a provider has to verify now: the pacts that its selectors choose, each with the \
         reasons, and whether a failure may fail the build (pending).",
        &[
            (
                "POST",
                "Asks with a JSON object: consumerVersionSelectors, providerVersionBranch, \
                 providerVersionTags, includePendingStatus, includeWipPactsSince.",
            ),
            ("GET", "Asks without selectors."),
        ],
    ),
    help(
        "publish-verification-results",
        "Where a provider says whether it keeps this pact.",
        &[(
            "POST",
            "Publishes a JSON object with success, providerApplicationVersion, and perhaps \
                 buildUrl, verifiedBy and testResults.",
        )],
    ),
    help(
        "verification-results",
        "What came of verifying this pact.",
        &[("GET", "Reads it.")],
    ),
    help(
        "latest-verification-results",
        "The newest result of verifying what this pact says.",
        &[("GET", "Reads it.")],
    ),
    help(
        "latest-verification-results-where-pacticipant-is-consumer",
        "The newest results for all pacts of this version, one for each provider.",
        &[("GET", "Lists them, and says whether all succeeded.")],
    ),
    help(
        "matrix",
        "Which version of a consumer was verified with which version of a provider.",
        &[(
            "GET",
            "Lists the rows that the selectors in the query choose.",
        )],
    ),
    help(
        "matrix-for-consumer-version",
        "The rows of the matrix for the consumer version that published this pact.",
        &[("GET", "Lists them.")],
    ),
    help(
        "can-i-deploy-pacticipant-version-to-environment",
        "Whether a version fits everything that runs in an environment.",
        &[("GET", "Answers with summary.deployable and the reasons.")],
    ),
    help(
        "can-i-deploy-pacticipant-version-to-tag",
        "Whether a version fits the newest version with a tag of each application that it works \
         with.",
        &[("GET", "Answers with summary.deployable and the reasons.")],
    ),
    help(
        "can-i-deploy-badge",
        "An image that says whether the newest version with a tag can be deployed to where another \
         tag stands for.",
        &[("GET", "Sends the image, or where it is.")],
    ),
    help(
        "can-i-deploy-branch-to-environment-badge",
        "An image that says whether the head of a branch can be deployed to an environment.",
        &[("GET", "Sends the image, or where it is.")],
    ),
    help(
        "environments",
        "All environments that versions are deployed in or released to.",
        &[
            ("GET", "Lists them."),
            (
                "POST",
                "Creates one from a JSON object with name, production and perhaps displayName and \
                 contacts.",
            ),
        ],
    ),
    help(
        "environment",
        "One environment.",
        &[
            ("GET", "Reads it."),
            ("PUT", "Replaces its properties."),
            ("DELETE", "Deletes it, with all that is recorded there."),
        ],
    ),
    help(
        "record-deployment",
        "Where a pipeline says that it has deployed this version to an environment. The version \
         that was there before is deployed there no more.",
        &[
            (
                "POST",
                "Records the deployment. The body may name an applicationInstance, where several \
                 run side by side.",
            ),
            ("GET", "Lists the deployments of this version there."),
        ],
    ),
    help(
        "record-release",
        "Where a pipeline says that it has released this version to an environment. Versions that \
         were released before stay supported.",
        &[
            ("POST", "Records the release."),
            ("GET", "Lists the releases of this version there."),
        ],
    ),
    help(
        "deployed-environments",
        "The deployments of this version that still stand, one for each environment and instance.",
        &[("GET", "Reads one of them.")],
    ),
    help(
        "released-environments",
        "The releases of this version that are still supported, one for each environment.",
        &[("GET", "Reads one of them.")],
    ),
    help(
        "currently-deployed-deployed-versions",
        "What is deployed in this environment now.",
        &[("GET", "Lists it. The query may name a pacticipant.")],
    ),
    help(
        "currently-supported-released-versions",
        "What is released to this environment and still supported.",
        &[(
            "GET",
            "Lists it. The query may name a pacticipant and a version.",
        )],
    ),
    help(
        "webhooks",
        "Webhooks: requests that are made when a pact is published or verified.",
        &[
            ("GET", "Lists them."),
            (
                "POST",
                "Creates one from a JSON object with events, request and perhaps consumer, \
                 provider and description. A secret is named, as ${user.NAME}, and not written \
                 out.",
            ),
        ],
    ),
    help(
        "webhook",
        "One webhook.",
        &[
            ("GET", "Reads it."),
            ("PUT", "Creates or replaces it."),
            ("DELETE", "Deletes it."),
        ],
    ),
    help(
        "pact-webhooks",
        "The webhooks for one consumer and one provider.",
        &[("GET", "Lists them."), ("POST", "Creates one.")],
    ),
    help(
        "consumer-webhooks",
        "The webhooks for all pacts of one consumer.",
        &[("GET", "Lists them.")],
    ),
    help(
        "triggered-webhooks",
        "The webhooks that this set off, and what came of them.",
        &[("GET", "Lists them.")],
    ),
    help(
        "webhook-status",
        "What came of the webhooks that this pact set off.",
        &[("GET", "Reads it.")],
    ),
    help(
        "execute",
        "Where a webhook is tried.",
        &[(
            "POST",
            "Makes its request now, and answers with what was sent and received.",
        )],
    ),
    help(
        "logs",
        "What a webhook sent and received.",
        &[("GET", "Reads it as text.")],
    ),
    help(
        "error-logs",
        "What was logged of a webhook that failed.",
        &[("GET", "Reads it as text.")],
    ),
    help(
        "integrations",
        "All pairs of a consumer and a provider that have a pact.",
        &[
            ("GET", "Lists them."),
            (
                "DELETE",
                "Takes off all pacts, results, versions and pacticipants.",
            ),
        ],
    ),
    help(
        "dashboard",
        "The newest pacts of each pair, and whether they are verified.",
        &[("GET", "Lists them.")],
    ),
    help(
        "group",
        "The applications that work with this one, directly or through others.",
        &[("GET", "Lists the pairs.")],
    ),
    help(
        "provider-states",
        "The provider states that the pacts with a provider name.",
        &[("GET", "Lists them with the consumers that name them.")],
    ),
    help(
        "metrics",
        "Numbers about what is kept.",
        &[(
            "GET",
            "Reads them. Who asks for text/plain, as Prometheus does, reads what the server \
                 measures about itself.",
        )],
    ),
];

/// Relations under another name, each with the one that it is explained under.
pub(super) const ALIASES: &[(&str, &str)] = &[
    (
        "currently-deployed-versions",
        "currently-deployed-deployed-versions",
    ),
    ("pacticipant-branch", "branch"),
    ("pacticipant-branch-version", "branch-version"),
    ("tag", "pacticipant-version-tag"),
    ("version", "pacticipant-version"),
    ("version-tag", "pacticipant-version-tag"),
];
