//! What applications are made of: shell that tests, verifies and deploys by what lies beside it.

/// The tests of a consumer leave the pacts that its code wants.
pub(super) const TEST: &str = "#!/bin/sh
set -eu
rm -rf pacts
cp -r wanted pacts
";

/// A verification: the provider honours a pact if it offers each thing that is described there.
///
/// What was verified is noted beside the forge, so that no record has to be believed.
pub(super) const VERIFY: &str = r#"#!/bin/sh
set -eu
# The manifest names consumer, content and file of each pact, in this order.
sed -nE 's/^ *"(consumer|contentId|file)": "([^"]*)",?$/\1 \2/p' pacts-to-verify.git-pact.json > pulled
status=0
separator='['
: > results.json
while read -r field value; do
    case $field in
    consumer) consumer=$value ;;
    contentId) content=$value ;;
    file)
        success=true
        for wanted in $(sed -nE 's/.*"description": "([^"]*)".*/\1/p' "pacts-to-verify/$value"); do
            grep -qx "$wanted" offers || success=false
        done
        [ "$success" = true ] || status=1
        echo "$GIT_COMMIT $content $success $GITHUB_RUN_ID" >> "$FORGE_NOTES/verifications"
        printf '%s{"consumer": "%s", "contentId": "%s", "success": %s}\n' \
            "$separator" "$consumer" "$content" "$success" >> results.json
        separator=,
        ;;
    esac
done < pulled
echo ']' >> results.json
exit "$status"
"#;

/// A deployment is a line in the notes of the forge.
pub(super) const DEPLOY: &str = r#"#!/bin/sh
set -eu
echo "$FORGE_APP $FORGE_ENVIRONMENT $(git rev-parse HEAD)" >> "$FORGE_NOTES/deployments"
"#;

/// The forge's hook: whoever runs a job dies as soon as what it pushed is in, if that is due.
pub(super) const POST_RECEIVE: &str = r#"#!/bin/sh
cd "$(dirname "$0")/../../notes" || exit 0
if [ -f die-at-push ]; then
    rm die-at-push
    kill -KILL -- "-$(cat group)"
fi
"#;
