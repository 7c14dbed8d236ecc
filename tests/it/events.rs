//! The broker's events that pushes cause: told to a script by the hook of a real repository, the same
//! as whoever published was told, and the same whenever somebody asks.

mod cursors;
mod laws;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;

use crate::support::git::hermetic;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// The hook as it is installed.
const HOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/post-receive");

/// Keeps what it is told; git starts hooks in the repository.
const KEEP: &str = "cat >> events";

/// Returns a shop in whose store the hook is installed.
fn shop() -> Shop {
    let mut shop = Shop::with_a_remote(&["web", "orders"]);
    shop.sandbox.set("PATH", &path());
    install(
        &shop.sandbox,
        "post-receive",
        &fs::read_to_string(HOOK).unwrap(),
    );
    for (file, consumer, wanted) in [
        ("web/a.json", "Web", "a"),
        ("web/b.json", "Web", "b"),
        ("web/app.json", "App", "a"),
    ] {
        shop.pact(file, consumer, "Orders", &[wanted]);
    }
    shop
}

/// Returns a search path on which git finds `git pact`.
fn path() -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_git-pact"));
    let directory = program.parent().unwrap().to_str().unwrap();
    format!("{directory}:{}", env::var("PATH").unwrap())
}

fn install(sandbox: &Sandbox, name: &str, script: &str) {
    let path = sandbox.path(&format!("{STORE}/hooks/{name}"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn handle_with(shop: &Shop, text: &str) {
    install(&shop.sandbox, "pact-event", &format!("#!/bin/sh\n{text}\n"));
}

/// Returns what the script was told since it was last asked.
fn told(shop: &Shop) -> Vec<Value> {
    let path = shop.sandbox.path(&format!("{STORE}/events"));
    let text = fs::read_to_string(&path).unwrap_or_default();
    fs::write(&path, "").unwrap();
    parsed(&text)
}

fn parsed(lines: &str) -> Vec<Value> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Returns an event without what is long.
fn brief(event: &Value) -> String {
    let text = |name: &str| event[name].as_str().unwrap_or("-").to_owned();
    format!(
        "{} {} {} with {} {}: {}",
        text("eventName"),
        text("consumerName"),
        text("consumerVersionNumber"),
        text("providerName"),
        text("providerVersionNumber"),
        text("githubVerificationStatus"),
    )
}

fn all_brief(events: &[Value]) -> Vec<String> {
    events.iter().map(brief).collect()
}

/// Runs the hook in the store by hand, with what git would tell it.
fn asked(shop: &Shop, input: &str, args: &[&str]) -> Output {
    let mut all = vec!["hook", "post-receive"];
    all.extend(args);
    let mut child = shop
        .sandbox
        .command(STORE, &all)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

/// Returns what git would tell of a push that makes every branch that there is.
fn everything(shop: &Shop) -> String {
    let format = "%(objectname) %(refname)";
    let refs = shop.store().run(&[
        "for-each-ref",
        &format!("--format={format}"),
        "refs/heads/pact",
    ]);
    let zeros = "0".repeat(40);
    let lines: Vec<String> = refs
        .lines()
        .map(|line| format!("{zeros} {line}\n"))
        .collect();
    lines.concat()
}

/// Tells a story, with every kind of event in it.
fn tell_a_story(shop: &Shop) {
    for (machine, line) in [
        (
            "web",
            "publish a.json -a 1 --branch main --tag dev --build-url https://ci/web/1",
        ),
        ("orders", "create-environment --name live --production"),
        (
            "orders",
            "record-verification --provider Orders -a P1 --branch main --tag prod --consumer Web \
             --consumer-version 1 --success --build-url https://ci/orders/1",
        ),
        (
            "orders",
            "record-deployment -a Orders -e P1 --environment live",
        ),
        ("web", "publish a.json -a 2 --branch main --tag dev"),
        ("web", "publish a.json -a 2 --branch main --tag dev"),
        ("web", "publish b.json -a 3 --branch feat --tag dev"),
        (
            "orders",
            "record-verification --provider Orders -a P2 --branch main --consumer Web \
             --consumer-version 3 --fail",
        ),
        ("web", "publish b.json -a 4 --branch main --tag dev"),
        ("web", "publish app.json -a 1 --branch main"),
    ] {
        shop.step(machine, line);
    }
}

#[test]
fn a_push_tells_a_script_what_it_caused() {
    let shop = shop();
    handle_with(&shop, KEEP);
    shop.step(
        "web",
        "publish a.json -a 1 --branch main --tag dev --build-url https://ci/web/1",
    );
    let first = told(&shop);
    assert_eq!(
        all_brief(&first),
        [
            "contract_published Web 1 with Orders -: pending",
            "contract_content_changed Web 1 with Orders -: pending",
        ]
    );
    let event = &first[1];
    assert_eq!(
        event["comment"],
        "first time any pact published for this consumer with consumer version tagged dev"
    );
    assert_eq!(event["consumerVersionBranch"], "main");
    assert_eq!(event["consumerVersionTags"], json!(["dev"]));
    assert_eq!(event["buildUrl"], "https://ci/web/1");
    assert_eq!(event["commit"]["branch"], "pact/app/Web");
    assert_eq!(event["commit"]["at"], "2026-11-21T00:00:00+00:00");
    assert_eq!(event["commit"]["author"]["email"], "test@example.com");
    let commit = shop.store().run(&["rev-parse", "pact/app/Web"]);
    assert_eq!(event["commit"]["id"], commit);

    shop.step("orders", "create-environment --name live --production");
    assert_eq!(told(&shop), Vec::<Value>::new());
    let verify = "record-verification --provider Orders --branch main --consumer Web";
    shop.step(
        "orders",
        &format!("{verify} -a P1 --consumer-version 1 --success --build-url https://ci/o"),
    );
    let verified = told(&shop);
    assert_eq!(
        all_brief(&verified),
        [
            "provider_verification_published Web 1 with Orders P1: success",
            "provider_verification_succeeded Web 1 with Orders P1: success",
        ]
    );
    assert_eq!(verified[0]["buildUrl"], "https://ci/o");
    assert_eq!(verified[0]["providerVersionBranch"], "main");
    let number = verified[0]["verificationResultNumber"].as_str().unwrap();
    let url = verified[0]["verificationResultUrl"].as_str().unwrap();
    assert!(
        url.starts_with("/pacts/provider/Orders/consumer/Web/pact-version/"),
        "{url}"
    );
    assert!(
        url.ends_with(&format!("/verification-results/{number}")),
        "{url}"
    );

    shop.step(
        "orders",
        "record-deployment -a Orders -e P1 --environment live",
    );
    shop.step("web", "publish a.json -a 2 --branch main --tag dev");
    assert_eq!(
        all_brief(&told(&shop)),
        ["contract_published Web 2 with Orders P1: success"]
    );
    // What is known already is not pushed.
    shop.step("web", "publish a.json -a 2 --branch main --tag dev");
    assert_eq!(told(&shop), Vec::<Value>::new());
    shop.step("web", "publish b.json -a 3 --branch feat --tag dev");
    let changed = told(&shop);
    assert_eq!(
        all_brief(&changed),
        [
            "contract_published Web 3 with Orders -: pending",
            "contract_requiring_verification_published Web 3 with Orders P1: pending",
            "contract_content_changed Web 3 with Orders -: pending",
        ]
    );
    assert_eq!(
        changed[1]["providerVersionDescriptions"],
        json!(["latest from main branch", "deployed in live"])
    );
    assert_eq!(
        changed[0]["currentlyDeployedProviderVersionNumbers"],
        json!(["P1"])
    );
    shop.step(
        "orders",
        &format!("{verify} -a P2 --consumer-version 3 --fail"),
    );
    assert_eq!(
        all_brief(&told(&shop)),
        [
            "provider_verification_published Web 3 with Orders P2: failure",
            "provider_verification_failed Web 3 with Orders P2: failure",
        ]
    );
}

#[test]
fn whoever_asks_again_is_told_what_the_pushes_told() {
    let shop = shop();
    handle_with(&shop, KEEP);
    tell_a_story(&shop);
    let told = told(&shop);
    let ids: BTreeSet<_> = told.iter().map(|event| event["id"].to_string()).collect();
    assert_eq!(ids.len(), told.len());
    let first = asked(&shop, &everything(&shop), &["--output", "json"]);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    let all = parsed(&String::from_utf8(first.stdout.clone()).unwrap());
    // The clock ticked in between, so the order of the commits is that of the pushes.
    assert_eq!(all, told);
    let again = asked(&shop, &everything(&shop), &["--output", "json"]);
    assert_eq!(again.stdout, first.stdout);

    // And a push of everything to another store causes the same there.
    let other = Shop::with_a_remote(&[]);
    install(
        &other.sandbox,
        "post-receive",
        &fs::read_to_string(HOOK).unwrap(),
    );
    handle_with(&other, KEEP);
    let push = hermetic("git", &shop.sandbox.path("home"))
        .env("PATH", path())
        .current_dir(shop.sandbox.path(STORE))
        .args(["push", "--quiet"])
        .arg(other.sandbox.path(STORE))
        .arg("refs/heads/*:refs/heads/*")
        .output()
        .unwrap();
    assert!(push.status.success(), "{push:?}");
    assert_eq!(self::told(&other), told);
}

#[test]
fn what_is_taken_back_causes_nothing_and_changes_nothing_of_what_was_caused() {
    let shop = shop();
    handle_with(&shop, KEEP);
    tell_a_story(&shop);
    let before = told(&shop);
    for line in [
        "record-undeployment -a Orders --environment live",
        "delete-version-tag -a Web -e 1 --tag dev",
        "delete-version -a Web -e 3",
        "delete-pacticipant --name App",
    ] {
        shop.step("web", line);
        assert_eq!(told(&shop), Vec::<Value>::new(), "{line}");
    }
    let output = asked(&shop, &everything(&shop), &["--output", "json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(parsed(&String::from_utf8(output.stdout).unwrap()), before);
    // It was taken back indeed.
    let gone = shop.run("web", "describe-version -a Web -e 3", 2);
    assert!(gone.stderr.contains('3'), "{gone:?}");
}

#[test]
fn people_read_a_line_for_each_event() {
    let shop = shop();
    tell_a_story(&shop);
    let output = asked(&shop, &everything(&shop), &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    let mut without_commits = Vec::new();
    for line in text.lines() {
        let (time, rest) = line.split_once(' ').unwrap();
        let (_, what) = rest.split_once(' ').unwrap();
        without_commits.push(format!("{} {what}", &time[11..16]));
    }
    assert_eq!(
        without_commits[..5],
        [
            "00:00 contract_published: Web 1 (main) with Orders, content 28616b00",
            "00:00 contract_content_changed: Web 1 (main) with Orders, content 28616b00 (first time \
             any pact published for this consumer with consumer version tagged dev)",
            "00:02 provider_verification_published: Orders P1 (main) with Web 1 (main), content 28616b00",
            "00:02 provider_verification_succeeded: Orders P1 (main) with Web 1 (main), content 28616b00",
            "00:04 contract_published: Web 2 (main) with Orders, content 28616b00 (pact content is \
             the same as previous version with tag dev and no new tags were applied)",
        ],
        "{text}"
    );
    assert!(
        text.contains(
            "Web 3 (feat) with Orders P1 (main), latest from main branch, deployed in live"
        ),
        "{text}"
    );
}

#[test]
fn without_a_script_nothing_is_told_and_with_one_that_fails_the_push_is_in() {
    let shop = shop();
    let push = |version: &str| {
        let line = format!("publish a.json -a {version} --branch main");
        shop.run("web", &line, 0)
    };
    let _ = push("1");
    assert_eq!(told(&shop), Vec::<Value>::new());
    // A file that cannot be executed is none.
    let handler = shop.sandbox.path(&format!("{STORE}/hooks/pact-event"));
    fs::write(&handler, "#!/bin/sh\ntouch started\n").unwrap();
    let _ = push("2");
    handle_with(&shop, "touch started; exit 3");
    let started = shop.sandbox.path(&format!("{STORE}/started"));
    assert!(!started.exists());
    let _ = push("3");
    assert!(started.exists());
    assert_eq!(shop.commits("pact/app/Web"), 3);
    let refs = "refs/heads/main:refs/heads/main";
    shop.sandbox
        .git("web")
        .run(&["commit", "--quiet", "--allow-empty", "-m", "code"]);
    let pushed = hermetic("git", &shop.sandbox.path("home"))
        .env("PATH", path())
        .current_dir(shop.sandbox.path("web"))
        .args(["push", "--quiet", "origin", refs])
        .output()
        .unwrap();
    let said = String::from_utf8(pushed.stderr).unwrap();
    assert!(pushed.status.success(), "{said}");
    assert!(
        said.contains("the push is in, but pact-event failed"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_told_of_one_branch_is_said_and_the_others_are_told() {
    let shop = shop();
    tell_a_story(&shop);
    let store = shop.store();
    let tip = |branch: &str| store.run(&["rev-parse", branch]);
    let (web, app, orders) = (
        tip("pact/app/Web"),
        tip("pact/app/App"),
        tip("pact/app/Orders"),
    );
    let zeros = "0".repeat(40);
    // The tip that git names is not below the new one; one branch is gone, and one is none of ours.
    let input = format!(
        "{orders} {web} refs/heads/pact/app/Web\n\
         {orders} {zeros} refs/heads/pact/app/Orders\n\
         {zeros} {web} refs/heads/main\n\
         {zeros} {app} refs/heads/pact/app/App\n"
    );
    let output = asked(&shop, &input, &["--output", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let told = all_brief(&parsed(&text));
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(
        told.iter().all(|line| line.contains(" App 1 ")),
        "{told:#?}"
    );
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("the history of pact/app/Web was rewritten"),
        "{said}"
    );
    assert!(said.contains(&orders), "{said}");

    // A commit that nobody can read stops its own branch, where it is, and no other.
    let version = "pact/app/Web:Web/versions";
    let path = store.run(&["ls-tree", "-r", "--name-only", version]);
    let path = format!("Web/versions/{}", path.lines().next().unwrap());
    store.amend("pact/app/Web", &path, Some(b"{"));
    let output = asked(&shop, &everything(&shop), &["--output", "json"]);
    assert_eq!(output.status.code(), Some(4));
    let whole = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("could not read commit"), "{said}");
    assert!(said.contains(&path), "{said}");
    assert!(all_brief(&parsed(&whole)).len() > told.len());
}

/// Returns the events that a publisher is told of in a text.
fn detected(texts: &str) -> Vec<String> {
    let lines = texts.lines();
    let found = lines.filter_map(|line| line.trim().strip_prefix("Events detected: "));
    found.map(str::to_owned).collect()
}

/// Returns the events of publications as a publisher is told them.
fn as_detected(events: &[Value]) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for event in events {
        let name = event["eventName"].as_str().unwrap();
        let comment = event["comment"].as_str();
        let comment = comment.map(|comment| format!(" ({comment})"));
        let line = format!("{name}{}", comment.unwrap_or_default());
        // A publisher is not told of each provider version.
        if !names.contains(&line) {
            names.push(line);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

/// Says what the command line says, too: the pact of Web 1 is verified.
fn verify_over_http(server: &Server) {
    let branch = "/pacticipants/Orders/branches/main/versions/P1";
    let reply = server.send("PUT", branch, &json!({}));
    assert_eq!(reply.status, 201, "{reply:?}");
    let pact = server.get("/pacts/provider/Orders/consumer/Web/version/1");
    let links = &pact.json()["_links"]["pb:publish-verification-results"];
    let path = links["href"].as_str().unwrap().strip_prefix(&server.base());
    let body = json!({ "success": true, "providerApplicationVersion": "P1" });
    let reply = server.send("POST", path.unwrap(), &body);
    assert_eq!(reply.status, 201, "{reply:?}");
}

#[test]
fn the_hook_tells_what_the_command_and_the_server_told_whoever_published() {
    let steps = [
        ("1", "main", "", "a"),
        ("2", "main", "dev", "a"),
        ("3", "feat", "dev", "b"),
        ("4", "main", "dev", "b"),
        ("5", "main", "", "a"),
        ("6", "feat", "", "b"),
        ("7", "main", "prod", "b"),
    ];
    let by_command = shop();
    handle_with(&by_command, KEEP);
    let verify = "record-verification --provider Orders -a P1 --branch main --consumer Web \
                  --consumer-version 1 --success";
    let mut told_by_command = Vec::new();
    for (number, branch, tag, file) in steps {
        let tag = match tag {
            "" => String::new(),
            tag => format!(" --tag {tag}"),
        };
        let line = format!("publish {file}.json -a {number} --branch {branch}{tag} --verbose");
        let output = by_command.run("web", &line, 0);
        let said = detected(&format!("{}\n{}", output.stdout, output.stderr));
        assert_eq!(said.len(), 1, "{output:?}");
        assert_eq!(
            as_detected(&told(&by_command)),
            Some(said[0].clone()),
            "{number}"
        );
        told_by_command.extend(said);
        if number == "2" {
            by_command.step("orders", verify);
            assert_eq!(told(&by_command).len(), 2);
        }
    }

    let by_server = shop();
    handle_with(&by_server, KEEP);
    let server = Server::start(&by_server.sandbox, "web", &[]);
    let mut told_by_server = Vec::new();
    for (number, branch, tag, file) in steps {
        let path = by_server.sandbox.path(&format!("web/{file}.json"));
        let body = json!({
            "pacticipantName": "Web",
            "pacticipantVersionNumber": number,
            "branch": branch,
            "tags": if tag.is_empty() { json!([]) } else { json!([tag]) },
            "contracts": [{
                "consumerName": "Web",
                "providerName": "Orders",
                "specification": "pact",
                "contentType": "application/json",
                "content": STANDARD.encode(fs::read(path).unwrap()),
            }],
        });
        let reply = server.send("POST", "/contracts/publish", &body);
        assert_eq!(reply.status, 200, "{reply:?}");
        let notices = reply.json()["notices"].clone();
        let texts = notices
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["text"].as_str().unwrap());
        let said = detected(&texts.collect::<Vec<_>>().join("\n"));
        assert_eq!(
            as_detected(&told(&by_server)),
            Some(said[0].clone()),
            "{number}"
        );
        told_by_server.extend(said);
        if number == "2" {
            verify_over_http(&server);
            assert_eq!(told(&by_server).len(), 2);
        }
    }
    assert_eq!(told_by_server, told_by_command);
}
