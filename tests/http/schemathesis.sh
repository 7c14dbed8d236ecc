#!/usr/bin/env bash
# Lets schemathesis ask a server for everything that its OpenAPI document promises, with sense and
# without, and look at whether the answers are what is promised.
#
#   tests/http/schemathesis.sh [arguments of `schemathesis run`]
#
# Needs Python 3, curl, git and a built program: target/debug/git-pact, or $GIT_PACT. Schemathesis is
# installed from PyPI below the target directory, or from the wheels in $WHEELS; $SCHEMATHESIS names
# one that is there. What is not checked, and why, is in schemathesis.toml.
set -euo pipefail

readonly VERSION=4.32.5

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
program=${GIT_PACT:-$target/debug/git-pact}
schemathesis=${SCHEMATHESIS:-}

if [[ -z $schemathesis ]]; then
    venv=$target/schemathesis-$VERSION
    schemathesis=$venv/bin/schemathesis
    if [[ ! -x $schemathesis ]]; then
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet ${WHEELS:+--no-index --find-links "$WHEELS"} \
            "schemathesis==$VERSION"
    fi
fi

scratch=$(mktemp -d)
server=
finish() {
    if [[ -n $server ]]; then
        kill "$server" && wait "$server" || true
        # What the server has to say of its own mistakes.
        grep ' error ' "$scratch/log" | cut -c 1-2000 | tail -n 20 >&2 || true
    fi
    rm -rf "$scratch"
}
trap finish EXIT

git init --quiet --bare "$scratch/store.git"
"$program" serve --repo "$scratch/store.git" --bind 127.0.0.1:0 2>"$scratch/log" &
server=$!
until broker=$(grep -o 'http://127[^ ]*' "$scratch/log"); do
    kill -0 "$server" || { cat "$scratch/log" >&2; exit 1; }
    sleep 0.1
done

# Something of everything, so that not all is answered by "not found".
send() {
    curl -fsS -X "$1" -H 'Content-Type: application/json' "$broker$2" -d "${3-}"
}
field() {
    python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}
pact() {
    printf '{"consumer":{"name":"Web"},"provider":{"name":"Orders"},"interactions":[{"description":
"an order","providerState":"there is one","request":{"method":"GET","path":"/%s"},
"response":{"status":200}}],"metadata":{"pactSpecification":{"version":"2.0.0"}}}' "$1"
}
for version in 1 2; do
    send POST /contracts/publish "{\"pacticipantName\": \"Web\", \"branch\": \"main\",
        \"pacticipantVersionNumber\": \"$version\", \"tags\": [\"prod\"], \"contracts\": [
        {\"consumerName\": \"Web\", \"providerName\": \"Orders\", \"specification\": \"pact\",
        \"contentType\": \"application/json\", \"content\": \"$(pact $version | base64 -w0)\"}]}"
    result=$(send GET "/pacts/provider/Orders/consumer/Web/version/$version" |
        python3 -c 'import json, sys
print(json.load(sys.stdin)["_links"]["pb:publish-verification-results"]["href"])')
    send POST "${result#"$broker"}" "{\"success\": true, \"providerApplicationVersion\": \"$version\",
        \"verifiedBy\": {\"implementation\": \"pact-rust\", \"version\": \"1.4.8\"}}"
    send PUT "/pacticipants/Orders/branches/main/versions/$version"
    send PUT "/pacticipants/Orders/versions/$version/tags/prod"
done >/dev/null
send PUT /pacticipants/Web/labels/team-a >/dev/null
environment=$(send POST /environments '{"name": "production", "production": true}' | field uuid)
deployed=$(send POST "/pacticipants/Web/versions/1/deployed-versions/environment/$environment" '{}')
released=$(send POST "/pacticipants/Web/versions/2/released-versions/environment/$environment" '{}')
send PUT /webhooks/0123456789abcdef '{"events": [{"name": "contract_content_changed"}], "request":
    {"method": "POST", "url": "https://ci.example.org/builds"}}' >/dev/null

SHA=$(basename "$(dirname "${result#"$broker"}")")
export SHA
export ENVIRONMENT=$environment
DEPLOYED=$(field uuid <<<"$deployed")
RELEASED=$(field uuid <<<"$released")
export DEPLOYED RELEASED
cd "$scratch"
"$schemathesis" --config-file "$here/schemathesis.toml" run "$broker/openapi.json" "$@"
