# The steps of the flow by one of the two command lines of the broker, which take the same options. A
# client defines `pact_broker`.
# shellcheck shell=bash

publish() {
    pact_broker publish "pacts/$1/Basket-Catalogue.json" --consumer-app-version "$1" --branch "$2" >/dev/null
}

can_i_deploy() {
    pact_broker can-i-deploy --pacticipant Basket --version "$1" --to-environment production
}

create_environment() {
    pact_broker create-environment --name production --production >/dev/null
    environment=$(ask GET /environments | field 'd["_embedded"]["environments"][0]["uuid"]')
}

record_deployment() {
    pact_broker record-deployment --pacticipant "$1" --version "$2" --environment production >/dev/null
}
