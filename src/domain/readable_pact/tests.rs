//! What becomes of the shapes that pacts have, and of those that they should not have.

use super::*;

/// Returns a recorded pact.
fn recorded(file: &str) -> Pact {
    let path = format!("{}/fixtures/pacts/{file}.json", env!("CARGO_MANIFEST_DIR"));
    Pact::parse(&std::fs::read(path).unwrap()).unwrap()
}

fn readable(file: &str) -> ReadablePact {
    ReadablePact::of(&recorded(file))
}

/// Returns a pact between Web and Shop with more in it.
fn with(more: &str) -> ReadablePact {
    let text = format!(r#"{{"consumer":{{"name":"Web"}},"provider":{{"name":"Shop"}},{more}}}"#);
    ReadablePact::of(&Pact::parse(text.as_bytes()).unwrap())
}

fn rules(rules: &[Rule]) -> Vec<String> {
    let said = |rule: &Rule| {
        if rule.place.is_all() {
            rule.sentence.to_string()
        } else {
            format!("{}: {}", rule.place, rule.sentence)
        }
    };
    rules.iter().map(said).collect()
}

/// Returns an item in a line: its name, its values, its rules.
fn item(item: &Item) -> String {
    let values = item.values.join(", ");
    let rules = rules(&item.rules).join("; ");
    let exact = if item.is_exact() { " exactly" } else { "" };
    format!("{} = {values}{exact} {rules}", item.name)
        .trim_end()
        .to_owned()
}

fn items(items: &[Item]) -> Vec<String> {
    items.iter().map(item).collect()
}

fn text(body: &Body) -> &str {
    match body {
        Body::Text(text) => &text.text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn version_1_is_read() {
    let pact = readable("v1/till-1");
    assert_eq!(pact.specification.as_deref(), Some("1.0.0"));
    let told: Vec<String> = pact
        .interactions
        .iter()
        .map(|it| format!("{} {} ({})", it.number, it.description, it.summary()))
        .collect();
    assert_eq!(
        told,
        [
            "1 A request for the status of an order (`get /orders/42/status` → `200`)",
            "2 A request with a query (`get /orders` → `200`)",
        ]
    );
    let [status, query] = pact.interactions.as_slice() else {
        panic!("{pact:?}");
    };
    assert_eq!(status.states[0].name, "order 42 exists");
    assert_eq!(text(&status.parts[1].body), "paid");
    assert_eq!(query.states, []);
    assert_eq!(
        items(&query.parts[0].query),
        ["customer = 7 exactly", "limit = 1 exactly"]
    );
    assert_eq!(query.parts[0].body, Body::Unsaid);
    assert_eq!((&status.extras, &query.extras), (&vec![], &vec![]));
}

#[test]
fn the_flat_rules_of_version_2_stand_with_what_they_are_about() {
    let pact = readable("orders/web-1");
    let [found, missing, placed] = pact.interactions.as_slice() else {
        panic!("{pact:?}");
    };
    let [request, response] = found.parts.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(request.otherwise(), "exactly as in the example");
    assert!(
        response
            .otherwise()
            .ends_with("; there may be further fields")
    );
    assert_eq!(
        rules(&response.body_rules),
        [
            "id: any number",
            "items: at least 1 element, each like the example",
            "items › each element › each field: of the same type as the example, and so is all \
             that is in it",
            "status: any text that matches `^(open|paid|shipped)$`",
            "total: any number",
        ]
    );
    assert_eq!(response.body_rules[1].written, "$.body.items");
    assert_eq!(missing.summary().to_string(), "`get /orders/99` → `404`");
    assert_eq!(
        items(&placed.parts[1].headers),
        ["Location = /orders/43 any text that matches `^/orders/\\d+$`"]
    );
    // The same state twice, and one that differs.
    let states: Vec<String> = pact
        .states
        .iter()
        .map(|it| format!("{}: {:?}", it.state, it.interactions))
        .collect();
    assert_eq!(
        states,
        ["order 42 exists: [1]", "order 99 does not exist: [2]"]
    );
}

#[test]
fn the_rules_of_version_3_are_read_by_what_they_are_about() {
    let pact = readable("orders/mobile-app-1");
    let [listed, _] = pact.interactions.as_slice() else {
        panic!("{pact:?}");
    };
    assert_eq!(
        listed.states[1].params.as_deref(),
        Some(r#"{"count":2,"customer":7}"#)
    );
    let [request, response] = listed.parts.as_slice() else {
        panic!("{listed:?}");
    };
    assert_eq!(
        items(&request.query),
        [
            "customer = 7 exactly",
            "limit = 20 any text that matches `^\\d{1,3}$`"
        ]
    );
    assert_eq!(
        items(&response.headers),
        ["Content-Type = application/json any text that matches `^application/json`"]
    );
    assert_eq!(
        rules(&response.body_rules)[..2],
        [
            "at least 1 element, each like the example",
            "each element › id: any integer",
        ]
    );
}

#[test]
fn messages_are_read_with_what_goes_with_them() {
    let pact = readable("messages/mailer-1");
    let placed = &pact.interactions[0];
    assert_eq!(placed.kind, Kind::Asynchronous);
    assert_eq!(placed.summary().to_string(), "asynchronous message");
    let [message] = placed.parts.as_slice() else {
        panic!("{placed:?}");
    };
    assert_eq!(message.role, Role::Message);
    assert_eq!(
        items(&message.metadata),
        [
            "contentType = application/json exactly",
            "topic = orders exactly"
        ]
    );
    assert!(text(&message.body).starts_with("{\n  \"customer\": {\n"));
    assert_eq!(rules(&message.body_rules)[2], "order: any integer");
    assert_eq!(placed.extras, []);
}

#[test]
fn version_4_says_what_each_interaction_is() {
    let pact = readable("payments/order-service-1");
    let told: Vec<(&str, &str, usize)> = pact
        .interactions
        .iter()
        .map(|it| (it.description.as_str(), it.kind.name(), it.parts.len()))
        .collect();
    assert_eq!(
        told,
        [
            ("a payment was settled", "asynchronous message", 1),
            (
                "a question for the fee of a payment",
                "synchronous messages",
                2
            ),
            ("a request to charge a card", "HTTP", 2),
        ]
    );
    let charged = &pact.interactions[2];
    assert_eq!(charged.key.as_deref(), Some("charge-card"));
    assert_eq!(
        charged.comments.remarks,
        ["The order is placed only when this succeeds."]
    );
    assert_eq!(
        charged.comments.test.as_deref(),
        Some("PaymentClientTest.charges_a_card")
    );
    let extras = pact.interactions.iter().map(|it| it.extras.len());
    assert_eq!(extras.sum::<usize>(), 0);
    let answers = readable("shapes/answers-1");
    let asked = &answers.interactions[0];
    assert_eq!(asked.summary().to_string(), "message and 2 answers");
    assert_eq!(asked.transport.as_deref(), Some("websocket"));
    assert_eq!(
        items(&asked.parts[0].metadata),
        ["priority = 3 any integer", "topic = track exactly"]
    );
    assert_eq!(
        rules(&asked.parts[0].body_rules),
        [
            "order: any integer",
            "order: made anew each time: a random integer from `1` to `9`",
        ]
    );
}

#[test]
fn what_a_plugin_keeps_is_shown_and_its_texts_can_be_read() {
    let pact = readable("plugin/order-service-1");
    let [plugin] = pact.plugins.as_slice() else {
        panic!("{pact:?}");
    };
    assert_eq!(
        (plugin.name.as_str(), plugin.version.as_deref()),
        ("protobuf", Some("0.5.4"))
    );
    let [schema, rest] = plugin.configuration.as_slice() else {
        panic!("{plugin:?}");
    };
    assert_eq!(
        schema.name,
        "configuration.5d41402abc4b2a76b9719d911017c592.protoFile"
    );
    assert!(schema.text.starts_with("syntax = \"proto3\";\n") && !schema.is_json);
    assert!(rest.text.contains("protoDescriptors") && rest.is_json);
    let call = &pact.interactions[0];
    assert_eq!(call.plugins[0].name, "protobuf");
    assert!(call.markup.as_ref().unwrap().starts_with("```protobuf\n"));
    let Body::Binary(sent) = &call.parts[0].body else {
        panic!("{call:?}");
    };
    assert_eq!(
        (sent.bytes, sent.content_type.as_deref()),
        (
            10,
            Some("application/protobuf;message=.stock.ReserveRequest")
        )
    );
}

#[test]
fn every_rule_finds_its_place() {
    let pact = readable("shapes/rules-1");
    let interaction = &pact.interactions[0];
    assert!(interaction.is_pending);
    let extras: Vec<&str> = interaction
        .extras
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(extras, ["comments.references"]);
    let [request, response] = interaction.parts.as_slice() else {
        panic!("{interaction:?}");
    };
    assert_eq!(
        item(request.path.as_ref().unwrap()),
        "path = /shops/3/orders any text that matches `^/shops/\\d+/orders$`; taken from the \
         provider state: `/shops/${shop}/orders` as `STRING`"
    );
    assert_eq!(
        items(&request.query),
        [
            "limit = 20 any text that matches `^\\d{1,3}$`; made anew each time: a random integer \
             from `1` to `99`",
            "sort = asc, desc element 2: any text",
            "page size =  any integer",
        ]
    );
    assert_eq!(
        items(&request.headers)[1],
        "X-Request-Id = 7d9b2e4c any semantic version, such as 1.2.3, or anything of the type of \
         the example that is not empty; made anew each time: a random UUID in the form `simple`"
    );
    assert_eq!(
        item(response.status.as_ref().unwrap()),
        "status = 200 any status of success (2xx)"
    );
    let said = rules(&response.body_rules).join("\n");
    for line in [
        "weight: any number with decimal places, or null",
        "links: in any order and among others, an element for each of 1 variant",
        "links › variant 1 › href: any text that matches `^http`",
        "links › variant 1 › href: the address of the mock server in place of its own, such as \
         `http://shop.example.org/1`, found by `.*(/1)$`",
        "prices: each key is any text that matches `^[A-Z]+-\\d+$`, such as `TEA-01`, and each \
         value is any number with decimal places",
        "orders: 1 to 10 elements, each like the example",
        "orders › each element › id: taken from the provider state: `${order}`",
        "placed: made anew each time: a date, `today - 1 day` in the format `yyyy-MM-dd`",
    ] {
        assert!(said.lines().any(|it| it == line), "{line}\n{said}");
    }
    assert!(!said.contains("not known"), "{said}");
}

#[test]
fn what_is_odd_is_shown_as_it_is() {
    let pact = readable("shapes/odd-1");
    let names =
        |extras: &[Extra]| -> Vec<String> { extras.iter().map(|it| it.name.clone()).collect() };
    let about = |description: &str| {
        let mut found = pact.interactions.iter();
        found
            .find(|it| it.description.starts_with(description))
            .unwrap()
    };
    assert_eq!(names(&pact.extras), ["remark|`"]);
    assert_eq!(pact.plugins[0].name, "7");
    assert_eq!(
        names(&pact.plugins[1].configuration),
        ["configuration.a", "version"]
    );

    let hostile = about("</code>");
    let [request, response] = hostile.parts.as_slice() else {
        panic!("{hostile:?}");
    };
    assert_eq!(
        items(&request.query)[1..],
        [
            "a = 1, 2 exactly",
            "b =  a rule that is not known here: `{\"combine\":\"NEITHER\",\"matchers\":[]}`",
        ]
    );
    assert_eq!(
        items(&request.headers)[0],
        "X-Many = a, 7, null, {\"b\":1} exactly"
    );
    assert_eq!(
        rules(&request.body_rules),
        [
            "any text that matches ``|\n```|</code>`",
            "a: a rule that is not known here: `7`",
            "a: made by a generator that is not known here: `{\"type\":\"`|<b>\"}`",
        ]
    );
    assert_eq!(
        rules(&request.other_rules),
        [
            "$.body[: of the same type as the example, and so is all that is in it",
            "nowhere › x: any integer",
            "body: a rule that is not known here: `null`",
            "colour: made by a generator that is not known here: `true`",
        ]
    );
    assert_eq!(
        item(response.status.as_ref().unwrap()),
        "status = 200|` exactly"
    );
    assert_eq!(response.body, Body::Null);
    assert_eq!(names(&response.extras), ["headers", "matchingRules"]);

    let nameless: Vec<_> = pact
        .interactions
        .iter()
        .filter(|it| it.description.is_empty())
        .collect();
    let [seven, other] = nameless.as_slice() else {
        panic!("{nameless:?}");
    };
    assert_eq!(other.kind, Kind::Unknown("Of/Another|`Kind`".to_owned()));
    assert_eq!(
        names(&other.extras),
        ["comments", "description", "pending", "request"]
    );
    let states: Vec<String> = other.states.iter().map(ToString::to_string).collect();
    assert_eq!(states, ["", "plain", " {\"a\":[1]}"]);
    assert_eq!(names(&seven.extras), ["interaction"]);
    assert_eq!(about("nothing more").parts, []);
    let beside = about("a message beside");
    assert_eq!(
        items(&beside.parts[0].metadata),
        ["topic = {\"a\":1} exactly"]
    );
    assert_eq!(beside.parts[0].body, Body::Null);
}

#[test]
fn a_rule_finds_a_header_whatever_its_case_and_nothing_else() {
    let pact = with(
        r#""interactions":[{"description":"a","request":{"query":"b=1&a=2&&b=3&c","headers":{"X-A":"1"},"matchingRules":{"header":{"x-a":{"match":"type"}},"query":{"$":{"match":"type"},"A":{"match":"type"}},"path":{"match":"type"}}}}]"#,
    );
    let request = &pact.interactions[0].parts[0];
    assert_eq!(items(&request.headers), ["X-A = 1 any text"]);
    assert_eq!(
        items(&request.query),
        [
            "a = 2 exactly",
            "b = 1, 3 exactly",
            "c =  exactly",
            "A =  any text"
        ]
    );
    assert_eq!(
        rules(&request.other_rules),
        ["path: any text", "query: any text"]
    );
}

#[test]
fn states_that_are_said_twice_are_shown_twice() {
    let pact = with(
        r#""interactions":[{"description":"a","providerStates":[],"providerState":"x","provider_state":"y"},{"description":"b","providerState":null}]"#,
    );
    let [both, none] = pact.interactions.as_slice() else {
        panic!("{pact:?}");
    };
    assert_eq!(both.states[0].name, "x");
    assert_eq!(both.extras.len(), 1);
    assert_eq!(both.extras[0].name, "provider_state");
    assert_eq!((&none.states, &none.extras), (&vec![], &vec![]));
}

#[test]
fn the_order_of_the_file_does_not_matter() {
    let one = with(
        r#""interactions":[{"description":"b","providerState":"y"},{"description":"B"},{"description":"a"},{"description":"b","providerState":"x"}]"#,
    );
    let other = with(
        r#""interactions":[{"description":"a"},{"description":"b","providerState":"x"},{"description":"B"},{"description":"b","providerState":"y"}]"#,
    );
    assert_eq!(one, other);
    let told: Vec<(usize, &str)> = one
        .interactions
        .iter()
        .map(|it| (it.number, it.description.as_str()))
        .collect();
    assert_eq!(told, [(1, "a"), (2, "B"), (3, "b"), (4, "b")]);
    assert_eq!(one.interactions[2].states[0].name, "x");
}

#[test]
fn a_part_of_a_pact_keeps_its_numbers() {
    let pact = readable("orders/web-2").about("REQUEST FOR");
    let numbers: Vec<usize> = pact.interactions.iter().map(|it| it.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let pact = pact.about("invoice");
    let numbers: Vec<usize> = pact.interactions.iter().map(|it| it.number).collect();
    assert_eq!(numbers, [3]);
    assert_eq!(pact.states.len(), 1);
    assert_eq!(pact.states[0].interactions, [3]);
    assert_eq!(pact.about("nothing like it").interactions, []);
}

#[test]
fn a_document_with_nothing_in_it_is_read() {
    let pact = with(r#""interactions":"none","more":1"#);
    assert_eq!((pact.interactions.len(), pact.states.len()), (0, 0));
    let names: Vec<&str> = pact.extras.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["interactions", "more"]);
}
