#!/usr/bin/env bash
# Runs git-pact with COMMAND and ARGS. A gate speaks to GitHub itself: annotations, summary, outputs. Of all other commands
# the answer is kept as JSON.
set -uo pipefail

[[ $COMMAND =~ ^[a-z][a-z-]*$ ]] || {
    printf '::error title=git-pact::command is the name of a command, and nothing else\n'
    exit 2
}
words=()
if [[ -n ${ARGS//[[:space:]]/} ]]; then
    # xargs takes quotes and backslashes as a shell does, and fills in, expands and runs nothing.
    list=$(mktemp "$RUNNER_TEMP/git-pact.XXXXXX")
    xargs printf '%s\0' <<<"$ARGS" >"$list" || {
        printf '::error title=git-pact::args has a quote that does not end\n'
        exit 2
    }
    while IFS= read -r -d '' word; do words+=("$word"); done <"$list"
fi
[[ -z ${REPO:-} ]] || export GIT_PACT_REPO=$REPO
[[ -z ${TOKEN:-} ]] || export GIT_PACT_TOKEN=$TOKEN
unset REPO TOKEN

case $COMMAND in
can-i-deploy | can-i-merge)
    git-pact "$COMMAND" ${words[@]+"${words[@]}"} --output github
    status=$?
    ;;
*)
    json=$(mktemp "$RUNNER_TEMP/git-pact.XXXXXX")
    git-pact "$COMMAND" ${words[@]+"${words[@]}"} --output json >"$json"
    status=$?
    printf 'json=%s\n' "$json" >>"$GITHUB_OUTPUT"
    ;;
esac
case $status in
0) verdict=yes ;;
1) verdict=no ;;
3) verdict=unknown ;;
*) verdict=error ;;
esac
# Also where no answer came. The last of two counts.
printf 'verdict=%s\nexit-code=%s\n' "$verdict" "$status" >>"$GITHUB_OUTPUT"
exit "$status"
