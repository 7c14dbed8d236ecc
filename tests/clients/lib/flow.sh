# What the flow of every client is made of. Sourced by `<client>/flow`, in an empty directory, with the
# address of the broker in PACT_BROKER_BASE_URL and its token, if it wants one, in PACT_BROKER_TOKEN,
# as in a CI job. A client says how it does a step by defining a function again.
#
# Basket buys books of the Catalogue: version 1 of it asks for the title of a book, which the
# Catalogue has, version 2 for its weight, which it has not.
# shellcheck shell=bash
set -euo pipefail

broker=$PACT_BROKER_BASE_URL
readonly PAIR=/pacts/provider/Catalogue/consumer/Basket
# The production environment, once it is made.
environment=

step() { printf -- '--- %s\n' "$*"; }

fail() {
    printf 'FAILED: %s\n' "$1"
    [[ $# -lt 2 ]] || tail -n 40 "$2"
    exit 1
}

# ask METHOD PATH [BODY]: prints what the broker answers, fails if that is an error.
ask() {
    local arguments=(-sS -g --fail-with-body -X "$1" -H 'Accept: application/hal+json')
    [[ -z ${PACT_BROKER_TOKEN:-} ]] || arguments+=(-H "Authorization: Bearer $PACT_BROKER_TOKEN")
    [[ $# -lt 3 ]] || arguments+=(-H 'Content-Type: application/json' --data-binary "$3")
    curl "${arguments[@]}" "$broker$2"
}

# field EXPRESSION: prints a part of the JSON document `d` on standard input.
field() {
    python3 -c 'import json, sys
d = json.load(sys.stdin)
v = eval(sys.argv[1])
print(v if isinstance(v, str) else json.dumps(v))' "$1"
}

# write_pact VERSION: the consumer's tests leave ./pacts/VERSION/Basket-Catalogue.json.
write_pact() {
    mkdir -p "pacts/$1"
    cp "$LIB/../pacts/$1.json" "pacts/$1/Basket-Catalogue.json"
}

# publish VERSION BRANCH
publish() {
    local content
    content=$(base64 -w 0 "pacts/$1/Basket-Catalogue.json")
    ask POST /contracts/publish '{
        "pacticipantName": "Basket", "pacticipantVersionNumber": "'"$1"'", "branch": "'"$2"'",
        "contracts": [{ "consumerName": "Basket", "providerName": "Catalogue",
            "specification": "pact", "contentType": "application/json", "content": "'"$content"'" }]
    }' >/dev/null
}

# verify BRANCH: verifies the pacts of Basket's branch with version 7 of the Catalogue, which is on
# its main branch, publishes the results, and fails if one failed.
verify() { fail "no client says how it verifies"; }

# can_i_deploy VERSION: says whether a version of Basket may go to production.
can_i_deploy() {
    [[ $(ask GET "/can-i-deploy?pacticipant=Basket&version=$1&environment=production" |
        field 'd["summary"]["deployable"]') == true ]]
}

create_environment() {
    environment=$(ask POST /environments '{ "name": "production", "production": true }' |
        field 'd["uuid"]')
}

# record_deployment PACTICIPANT VERSION
record_deployment() {
    ask POST "/pacticipants/$1/versions/$2/deployed-versions/environment/$environment" '{}' >/dev/null
}

# Starts the Catalogue on a free port: its address is in $catalogue.
start_provider() {
    python3 "$LIB/catalogue.py" "$PWD/port" &
    local process=$!
    # shellcheck disable=SC2064
    trap "kill $process" EXIT
    until [[ -s port ]]; do sleep 0.1; done
    catalogue=http://127.0.0.1:$(<port)
}

# result VERSION EXPRESSION WANTED: looks at the newest result for the pact of a version.
result() {
    local found
    found=$(ask GET "$PAIR/version/$1/verification-results/latest" | field "$2")
    [[ $found == "$3" ]] || fail "the result for version $1 has $2 = $found, not $3"
}

# The flow itself.
flow() {
    start_provider
    step "Basket's tests write a pact, and it is published"
    write_pact 1
    publish 1 main
    [[ $(ask GET "$PAIR/latest" | field 'd["_links"]["pb:consumer-version"]["name"]') == 1 ]] ||
        fail "the pact is not the latest"
    ask GET /pacticipants/Basket/branches/main/versions/1 >/dev/null ||
        fail "version 1 is not on its branch"
    create_environment
    can_i_deploy 1 >no.log 2>&1 && fail "may be deployed, and nothing is verified" no.log

    step "the Catalogue verifies it and publishes the result"
    verify main >verify.log 2>&1 || fail "the pact is honoured" verify.log
    result 1 'd["success"]' true
    result 1 'd["providerApplicationVersion"]' 7
    ask GET /pacticipants/Catalogue/branches/main/versions/7 >/dev/null ||
        fail "the version that verified is not on its branch"

    step "Basket waits for the Catalogue to be deployed"
    can_i_deploy 1 >no.log 2>&1 && fail "may be deployed, and the Catalogue is not there" no.log
    record_deployment Catalogue 7
    can_i_deploy 1 >yes.log 2>&1 || fail "may not be deployed beside the Catalogue" yes.log
    record_deployment Basket 1
    ask GET "/environments/$environment/deployed-versions/currently-deployed" |
        field '[v["_embedded"]["version"]["number"] for v in d["_embedded"]["deployedVersions"]]' |
        grep -q '"1"' || fail "what is deployed is not seen"

    step "a pact that is not honoured: the build fails, and so the gate is shut"
    write_pact 2
    publish 2 weight
    verify weight >verify.log 2>&1 && fail "the pact is not honoured" verify.log
    result 2 'd["success"]' false
    result 2 'd["testResults"][0]["success"]' false
    result 1 'd["success"]' true
    can_i_deploy 2 >no.log 2>&1 && fail "may be deployed, and its verification failed" no.log
    step "all as it should be"
}
