//! How to do what matters most with nothing but `curl`.

use axum::http::Method;

use crate::render::hal::Template;
use crate::render::hal::template;

/// A use of an operation.
pub(super) struct Example {
    pub(super) method: Method,
    pub(super) template: Template,
    /// What follows `curl`; `$BROKER` is where the server is.
    pub(super) arguments: &'static str,
}

const fn example(method: Method, template: Template, arguments: &'static str) -> Example {
    Example {
        method,
        template,
        arguments,
    }
}

/// All examples.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        Method::POST,
        template::PUBLISH_CONTRACTS,
        r#"--json @- $BROKER/contracts/publish <<END
{"pacticipantName": "Web", "pacticipantVersionNumber": "1", "branch": "main",
 "contracts": [{"consumerName": "Web", "providerName": "Orders", "specification": "pact",
  "contentType": "application/json", "content": "$(base64 -w0 pacts/web-orders.json)"}]}
END"#,
    ),
    example(
        Method::PUT,
        template::PACT,
        "-X PUT --json @pacts/web-orders.json $BROKER/pacts/provider/Orders/consumer/Web/version/1",
    ),
    example(
        Method::POST,
        template::FOR_VERIFICATION,
        r#"$BROKER/pacts/provider/Orders/for-verification --json '{"providerVersionBranch": "main",
    "consumerVersionSelectors": [{"mainBranch": true}, {"deployedOrReleased": true}]}'"#,
    ),
    example(
        Method::POST,
        template::VERIFICATION_RESULTS,
        r#"--json '{"success": true, "providerApplicationVersion": "5"}' \
    $BROKER/pacts/provider/Orders/consumer/Web/pact-version/$SHA/verification-results"#,
    ),
    example(
        Method::GET,
        template::CAN_I_DEPLOY,
        r#""$BROKER/can-i-deploy?pacticipant=Web&version=1&environment=production""#,
    ),
    example(
        Method::GET,
        template::MATRIX,
        r#"-g "$BROKER/matrix?q[][pacticipant]=Web&q[][version]=1&latestby=cvpv&environment=production""#,
    ),
    example(
        Method::POST,
        template::ENVIRONMENTS,
        r#"$BROKER/environments --json '{"name": "production", "production": true}'"#,
    ),
    example(
        Method::POST,
        template::VERSION_DEPLOYED,
        "$BROKER/pacticipants/Web/versions/1/deployed-versions/environment/$UUID --json '{}'",
    ),
    example(
        Method::PATCH,
        template::PACTICIPANT,
        r#"-X PATCH $BROKER/pacticipants/Web --json '{"mainBranch": "main"}'"#,
    ),
    example(
        Method::PUT,
        template::TAG,
        "-X PUT $BROKER/pacticipants/Web/versions/1/tags/prod --json '{}'",
    ),
    example(
        Method::POST,
        template::WEBHOOKS,
        r#"$BROKER/webhooks --json '{"events": [{"name": "contract_requiring_verification_published"}],
    "request": {"method": "POST", "url": "https://ci.example.org/builds?pact=${pactbroker.pactUrl}"}}'"#,
    ),
];
