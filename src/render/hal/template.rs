//! Where each resource is: the paths of the HTTP API, spelled once for routes and for links.
//!
//! What stands in braces is a value, percent-encoded. The same place has the same name in every
//! template, because routes share it.

/// The path of a resource, with places for values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template(&'static str);

impl Template {
    /// Returns the path as routes and links have it, e.g. `/pacticipants/{pacticipant}`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// Declares the templates.
macro_rules! templates {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        $($(#[$doc])* pub const $name: Template = Template($path);)*

        /// All templates.
        pub const ALL: &[Template] = &[$($name),*];
    };
}

templates! {
    /// The entry point.
    INDEX = "/";
    /// What a relation means.
    DOC = "/doc/{rel}";
    /// The browser of documents.
    HAL_BROWSER = "/hal-browser/browser.html";
    /// What people type who look for it.
    HAL_BROWSER_HOME = "/hal-browser";
    /// What the page consists of besides.
    HAL_BROWSER_FILE = "/hal-browser/{file}";
    /// What the API is, for programs.
    OPENAPI = "/openapi.json";
    /// Whether the server runs.
    HEARTBEAT = "/diagnostic/status/heartbeat";
    /// Whether what it depends on does.
    DEPENDENCIES = "/diagnostic/status/dependencies";
    /// Numbers about what is kept.
    METRICS = "/metrics";

    /// All pacticipants.
    PACTICIPANTS = "/pacticipants";
    /// Those with a label.
    PACTICIPANTS_WITH_LABEL = "/pacticipants/label/{label}";
    /// One pacticipant.
    PACTICIPANT = "/pacticipants/{pacticipant}";
    /// Every label that a pacticipant has.
    LABELS = "/labels";
    /// A label of it.
    LABEL = "/pacticipants/{pacticipant}/labels/{label}";
    /// Its versions.
    VERSIONS = "/pacticipants/{pacticipant}/versions";
    /// One version.
    VERSION = "/pacticipants/{pacticipant}/versions/{version}";
    /// The newest version.
    LATEST_VERSION = "/pacticipants/{pacticipant}/latest-version";
    /// The newest version with a tag.
    LATEST_TAGGED_VERSION = "/pacticipants/{pacticipant}/latest-version/{tag}";
    /// A tag of a version.
    TAG = "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}";
    /// The versions with a tag.
    TAG_VERSIONS = "/pacticipants/{pacticipant}/tags/{tag}/versions";
    /// The versions that are in an environment.
    ENVIRONMENT_VERSIONS = "/pacticipants/{pacticipant}/environments/{uuid}/versions";
    /// The branches of a pacticipant.
    BRANCHES = "/pacticipants/{pacticipant}/branches";
    /// One branch.
    BRANCH = "/pacticipants/{pacticipant}/branches/{branch}";
    /// The version that a branch points to.
    BRANCH_LATEST_VERSION = "/pacticipants/{pacticipant}/branches/{branch}/latest-version";
    /// The versions on a branch.
    BRANCH_VERSIONS = "/pacticipants/{pacticipant}/branches/{branch}/versions";
    /// A version on a branch.
    BRANCH_VERSION = "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}";
    /// Whether the newest version with a tag can be deployed to where another tag stands for.
    CAN_I_DEPLOY_TAGGED =
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{environmentTag}";
    /// Whether the main branch goes with those of the others, as an image.
    CAN_I_MERGE_BADGE = "/pacticipants/{pacticipant}/main-branch/can-i-merge/badge";
    /// Whether the newest version with a tag can be deployed, as an image.
    CAN_I_DEPLOY_BADGE =
        "/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{environmentTag}/badge";
    /// Whether the head of a branch can be deployed to an environment.
    CAN_I_DEPLOY_BRANCH = "/pacticipants/{pacticipant}/branches/{branch}/latest-version\
        /can-i-deploy/to-environment/{environment}";
    /// Whether the head of a branch can be deployed, as an image.
    CAN_I_DEPLOY_BRANCH_BADGE = "/pacticipants/{pacticipant}/branches/{branch}/latest-version\
        /can-i-deploy/to-environment/{environment}/badge";

    /// What of a version is deployed in an environment.
    VERSION_DEPLOYED =
        "/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{uuid}";
    /// What of a version is released there.
    VERSION_RELEASED =
        "/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{uuid}";
    /// All environments.
    ENVIRONMENTS = "/environments";
    /// One environment.
    ENVIRONMENT = "/environments/{uuid}";
    /// What is deployed in it.
    CURRENTLY_DEPLOYED = "/environments/{uuid}/deployed-versions/currently-deployed";
    /// What is released to it and supported.
    CURRENTLY_SUPPORTED = "/environments/{uuid}/released-versions/currently-supported";
    /// One deployment.
    DEPLOYED_VERSION = "/deployed-versions/{uuid}";
    /// One release.
    RELEASED_VERSION = "/released-versions/{uuid}";

    /// Publishing all contracts of a build.
    PUBLISH_CONTRACTS = "/contracts/publish";
    /// The newest pact of each pair.
    LATEST_PACTS = "/pacts/latest";
    /// All pacts of a provider.
    PROVIDER_PACTS = "/pacts/provider/{provider}";
    /// The newest of each consumer.
    LATEST_PROVIDER_PACTS = "/pacts/provider/{provider}/latest";
    /// The newest of each consumer with a tag.
    LATEST_TAGGED_PROVIDER_PACTS = "/pacts/provider/{provider}/latest/{tag}";
    /// All pacts of versions with a tag.
    TAGGED_PROVIDER_PACTS = "/pacts/provider/{provider}/tag/{tag}";
    /// All pacts of main branches.
    MAIN_BRANCH_PROVIDER_PACTS = "/pacts/provider/{provider}/branch";
    /// The newest of each main branch.
    LATEST_MAIN_BRANCH_PROVIDER_PACTS = "/pacts/provider/{provider}/branch/latest";
    /// All pacts of a branch.
    BRANCH_PROVIDER_PACTS = "/pacts/provider/{provider}/branch/{branch}";
    /// The newest of each consumer on a branch.
    LATEST_BRANCH_PROVIDER_PACTS = "/pacts/provider/{provider}/branch/{branch}/latest";
    /// What a provider has to verify.
    FOR_VERIFICATION = "/pacts/provider/{provider}/for-verification";
    /// All pacts of a pair.
    PACT_VERSIONS = "/pacts/provider/{provider}/consumer/{consumer}/versions";
    /// The pact of a consumer version.
    PACT = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}";
    /// The same, as it was spelled once.
    PACT_OF_VERSIONS = "/pacts/provider/{provider}/consumer/{consumer}/versions/{version}";
    /// The same, as it was spelled at first.
    SINGULAR_PACT = "/pact/provider/{provider}/consumer/{consumer}/version/{version}";
    /// The newest pact of a pair, as it was spelled at first.
    SINGULAR_LATEST_PACT = "/pact/provider/{provider}/consumer/{consumer}/latest";
    /// The newest pact of a pair.
    LATEST_PACT = "/pacts/provider/{provider}/consumer/{consumer}/latest";
    /// The newest with a tag.
    LATEST_TAGGED_PACT = "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}";
    /// Whether the newest is verified, as an image.
    LATEST_PACT_BADGE = "/pacts/provider/{provider}/consumer/{consumer}/latest/badge";
    /// Whether the newest with a tag is, as an image.
    LATEST_TAGGED_PACT_BADGE =
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/badge";
    /// Whether the newest without any tag is, as an image.
    LATEST_UNTAGGED_PACT_BADGE =
        "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged/badge";
    /// The newest without any tag.
    LATEST_UNTAGGED_PACT = "/pacts/provider/{provider}/consumer/{consumer}/latest-untagged";
    /// The newest on a branch.
    LATEST_BRANCH_PACT = "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest";
    /// All with a tag.
    TAGGED_PACT_VERSIONS = "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}";
    /// All on a branch.
    BRANCH_PACT_VERSIONS = "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}";
    /// The newest on a branch, as a list.
    LATEST_BRANCH_PACT_VERSIONS =
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest/versions";
    /// All on the main branch.
    MAIN_BRANCH_PACT_VERSIONS =
        "/pacts/provider/{provider}/consumer/{consumer}/branch/versions";
    /// The newest on the main branch, as a list.
    LATEST_MAIN_BRANCH_PACT_VERSIONS =
        "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions";
    /// A content, whatever versions have it.
    PACT_CONTENT = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}";
    /// The same, with what a verifier was told with it.
    PACT_CONTENT_WITH_METADATA = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}\
        /metadata/{metadata}";
    /// What changed between two contents.
    CONTENT_DIFF = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}\
        /diff/pact-version/{pactVersion}";
    /// The last pact before with other content.
    PREVIOUS_DISTINCT =
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/previous-distinct";
    /// What changed since then.
    DIFF_PREVIOUS_DISTINCT =
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/diff/previous-distinct";
    /// What changed between the pacts of two versions.
    VERSION_DIFF = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}\
        /diff/version/{otherVersion}";
    /// The states that the consumers of a provider need, those of main branches.
    PROVIDER_STATES = "/pacts/provider/{provider}/provider-states";
    /// The states that they need on a branch.
    BRANCH_PROVIDER_STATES = "/pacts/provider/{provider}/provider-states/branch/{branch}";
    /// The states that they need in an environment, which is given by its name.
    ENVIRONMENT_PROVIDER_STATES =
        "/pacts/provider/{provider}/provider-states/environment/{environment}";
    /// The results for a content.
    VERIFICATION_RESULTS =
        "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results";
    /// The newest of them.
    LATEST_VERIFICATION_RESULTS = "/pacts/provider/{provider}/consumer/{consumer}/pact-version\
        /{sha}/verification-results/latest";
    /// The results for a content that was verified with metadata.
    VERIFICATION_RESULTS_WITH_METADATA = "/pacts/provider/{provider}/consumer/{consumer}\
        /pact-version/{sha}/metadata/{metadata}/verification-results";
    /// One result.
    VERIFICATION_RESULT = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}\
        /verification-results/{number}";
    /// The same, below the metadata that it was published with.
    VERIFICATION_RESULT_WITH_METADATA = "/pacts/provider/{provider}/consumer/{consumer}\
        /pact-version/{sha}/metadata/{metadata}/verification-results/{number}";
    /// The webhooks that a result set off.
    RESULT_TRIGGERED_WEBHOOKS = "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}\
        /verification-results/{number}/triggered-webhooks";
    /// The newest result for the pact of a consumer version.
    VERSION_LATEST_RESULT = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}\
        /verification-results/latest";
    /// The newest result for the newest pact of a pair.
    LATEST_PACT_LATEST_RESULT =
        "/pacts/provider/{provider}/consumer/{consumer}/latest/verification-results/latest";
    /// The newest result for the newest pact with a tag.
    LATEST_TAGGED_PACT_LATEST_RESULT =
        "/pacts/provider/{provider}/consumer/{consumer}/latest/{tag}/verification-results/latest";
    /// The newest results for all pacts of a consumer version.
    CONSUMER_VERSION_RESULTS =
        "/verification-results/consumer/{consumer}/version/{version}/latest";
    /// The webhooks that a pact set off.
    TRIGGERED_WEBHOOKS =
        "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks";

    /// The matrix.
    MATRIX = "/matrix";
    /// Every result of a pair.
    PAIR_MATRIX = "/matrix/provider/{provider}/consumer/{consumer}";
    /// Whether the newest pact with a tag is verified by a provider version with another, as an
    /// image.
    MATRIX_BADGE = "/matrix/provider/{provider}/latest/{providerTag}/consumer/{consumer}\
        /latest/{tag}/badge";
    /// Whether a version can be deployed.
    CAN_I_DEPLOY = "/can-i-deploy";
    /// The pacts that matter now, and whether they are verified.
    DASHBOARD = "/dashboard";
    /// Those of a pair.
    PAIR_DASHBOARD = "/dashboard/provider/{provider}/consumer/{consumer}";
    /// Who works with whom, as a table.
    RELATIONSHIPS = "/relationships";
    /// Who works with whom, of those that are connected with a pacticipant.
    GROUP = "/groups/{pacticipant}";
    /// All webhooks.
    WEBHOOKS = "/webhooks";
    /// One webhook.
    WEBHOOK = "/webhooks/{uuid}";
    /// Making the request of a webhook now.
    WEBHOOK_EXECUTION = "/webhooks/{uuid}/execute";
    /// Making the request of a webhook that is not kept.
    UNSAVED_WEBHOOK_EXECUTION = "/webhooks/execute";
    /// The webhooks of a pair.
    PACT_WEBHOOKS = "/webhooks/provider/{provider}/consumer/{consumer}";
    /// The same, below the pacts of the pair.
    PAIR_WEBHOOKS = "/pacts/provider/{provider}/consumer/{consumer}/webhooks";
    /// The logs of the requests of a webhook that was set off.
    TRIGGERED_WEBHOOK_LOGS = "/triggered-webhooks/{uuid}/logs";
    /// What came of those that were last set off.
    PAIR_WEBHOOKS_STATUS = "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status";
    /// The webhooks of a provider.
    PROVIDER_WEBHOOKS = "/webhooks/provider/{provider}";
    /// The webhooks of a consumer.
    CONSUMER_WEBHOOKS = "/webhooks/consumer/{consumer}";
    /// All pairs with a pact.
    INTEGRATIONS = "/integrations";
    /// One of them.
    INTEGRATION = "/integrations/provider/{provider}/consumer/{consumer}";

    /// The pact of a consumer version as it was published, for browsers.
    RAW_PACT = "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/pact.json";
    /// The page of what happened.
    HISTORY = "/history";
    /// The page of who works with whom, as a picture.
    NETWORK = "/network";
    /// What pages load.
    PAGE_ASSET = "/assets/{file}";
}
