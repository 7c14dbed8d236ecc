//! `diff`: what changed between two contracts, and how `git diff` shows one.

use std::fs;

use serde_json::Value;
use serde_json::json;

use crate::support::git::Git;
use crate::support::git::hermetic;
use crate::support::sandbox::Sandbox;
use crate::support::team::Shop;

/// Returns a pact of Web with Orders, with one interaction.
fn pact(query: &str, body: &Value) -> String {
    json!({
        "consumer": { "name": "Web" },
        "provider": { "name": "Orders" },
        "interactions": [{
            "description": "an order",
            "providerState": "it exists",
            "request": { "method": "get", "path": "/orders/1", "query": query },
            "response": {
                "status": 200,
                "body": body,
                "matchingRules": { "$.body.id": { "match": "type" } },
            },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
    .to_string()
}

/// Web 1 and 2 are on main, 3 on feat, 4 on side: less is demanded in 3, and something else asked in 4.
fn shop() -> Shop {
    let shop = Shop::with_a_store(&["web"]);
    for (version, branch, query, body) in [
        ("1", "main", "a=1", json!({ "id": 1, "note": "x" })),
        ("2", "main", "a=1", json!({ "id": 2, "total": 5.0 })),
        ("3", "feat", "a=1", json!({ "id": 2 })),
        ("4", "side", "a=2", json!({ "id": 2 })),
    ] {
        shop.write("web/pact.json", pact(query, &body));
        let line = format!("publish pact.json -a {version} --branch {branch} --tag {branch}");
        shop.step("web", &line);
    }
    shop.step("web", "create-environment --name production --production");
    shop.step(
        "web",
        "record-deployment -a Web -e 1 --environment production",
    );
    shop.step("web", "record-release -a Web -e 3 --environment production");
    shop
}

const PAIR: &str = "diff --consumer Web --provider Orders";

#[test]
fn the_last_change_of_the_current_contract_is_shown_with_what_it_means() {
    let shop = shop();
    let shown = shop.run("web", PAIR, 0);
    assert_eq!(
        shown.stdout,
        "changed: \"an order\" given \"it exists\"  (demands more)\n\
         \x20 ~ response body $.id: 1 to 2\n\
         \x20 - response body $.note: \"x\"  (demands less)\n\
         \x20 + response body $.total: 5.0  (demands more)\n"
    );
    for words in [
        "Web with Orders, from version 1 (main) to version 2 (main).\n",
        "It demands more: a provider that honours the old contract may break on this one.\n",
        "Computed from pact/app/",
    ] {
        assert!(shown.stderr.contains(words), "{words}: {shown:?}");
    }
}

#[test]
fn a_contract_is_named_in_many_ways() {
    let shop = shop();
    shop.write("web/next.json", pact("a=1", &json!({ "id": "2" })));
    for (ends, headline) in [
        ("--to latest", "from version 3 (feat) to version 4 (side)"),
        (
            "--to main-branch --from 3",
            "from version 3 (feat) to version 2 (main)",
        ),
        (
            "--to branch:feat --from version:1",
            "from version 1 (main) to version 3 (feat)",
        ),
        (
            "--to tag:side --from current",
            "from version 2 (main) to version 4 (side)",
        ),
        (
            "--from deployed:production --to released:production",
            "from version 1 (main) to version 3 (feat)",
        ),
        (
            "--to file:next.json",
            "from version 2 (main) to the file next.json",
        ),
        (
            "--to file:next.json --from previous",
            "from version 4 (side) to the file next.json",
        ),
        (
            "--from file:next.json --to 1",
            "from the file next.json to version 1 (main)",
        ),
    ] {
        let shown = shop.run("web", &format!("{PAIR} {ends}"), 0);
        let expected = format!("Web with Orders, {headline}.\n");
        assert!(shown.stderr.starts_with(&expected), "{ends}: {shown:?}");
    }
    // A file says between whom it is, and two files need no store.
    let shown = shop.run("web", "diff --to file:next.json", 0);
    assert!(shown.stderr.contains("from version 2 (main)"), "{shown:?}");
    let line = "diff --from file:pact.json --to file:next.json --repo /nowhere";
    let shown = shop.run("web", line, 0);
    assert!(
        shown.stdout.contains("$.id: 2 to \"2\"  (demands more)"),
        "{shown:?}"
    );
    assert!(!shown.stderr.contains("Computed"), "{shown:?}");
}

#[test]
fn the_exit_code_says_that_they_differ_or_that_more_is_demanded() {
    let shop = shop();
    for (ends, differs, breaking) in [
        ("--from 2 --to 2", 0, 0),
        ("--from 1 --to 2", 1, 1),
        ("--from 2 --to 3", 1, 0),
        ("--from 3 --to 4", 1, 3),
    ] {
        let line = format!("{PAIR} {ends}");
        let shown = shop.run("web", &line, 0);
        let is_same = shown.stderr.contains("There is no difference.\n");
        assert_eq!(is_same, differs == 0, "{ends}: {shown:?}");
        let _ = shop.run("web", &format!("{line} --exit-code"), differs);
        let _ = shop.run("web", &format!("{line} --breaking"), breaking);
    }
}

#[test]
fn programs_and_merge_requests_are_told_the_same() {
    let shop = shop();
    let mut document = shop.json("web", PAIR, 0);
    for end in ["from", "to"] {
        let end = document[end].as_object_mut().unwrap();
        assert_eq!(end.remove("contentId").unwrap().as_str().unwrap().len(), 64);
        assert!(end.remove("publishedAt").is_some());
    }
    assert!(document["computedFrom"]["tips"].is_object());
    document.as_object_mut().unwrap().remove("computedFrom");
    let field = |path: &str, effect: &str| json!({ "aspect": "value", "effect": effect, "part": "response", "field": "body", "path": path });
    let mut fields = [
        field("$.id", "none"),
        field("$.note", "less"),
        field("$.total", "more"),
    ];
    fields[0]["before"] = json!(1);
    fields[0]["after"] = json!(2);
    fields[1]["before"] = json!("x");
    fields[2]["after"] = json!(5.0);
    let expected = json!({
        "consumer": "Web",
        "provider": "Orders",
        "from": { "version": "1", "branches": ["main"] },
        "to": { "version": "2", "branches": ["main"] },
        "differs": true,
        "effect": "more",
        "changes": [{
            "change": "changed",
            "effect": "more",
            "kind": "request",
            "interaction": {
                "description": "an order",
                "providerStates": [{ "name": "it exists" }],
            },
            "fields": fields,
        }],
    });
    assert_eq!(document, expected);
    let text = shop.run("web", &format!("{PAIR} -o json"), 0).stdout;
    assert!(text.contains("5.0"), "the text of a number is kept: {text}");

    let shown = shop.run("web", &format!("{PAIR} -o markdown"), 0);
    let (page, basis) = shown.stdout.split_once("\nComputed from ").unwrap();
    assert!(basis.starts_with('`'), "{basis}");
    assert_eq!(
        page,
        "## ⚠️ The contract changed\n\
         \n\
         `Web with Orders, from version 1 (main) to version 2 (main)`\n\
         \n\
         It demands more: a provider that honours the old contract may break on this one.\n\
         \n\
         ### Changes\n\
         \n\
         - ⚠️ changed: `\"an order\" given \"it exists\"`\n\
         \x20 - `response body $.id`: `1` → `2`\n\
         \x20 - `response body $.note` gone: `\"x\"` (**demands less**)\n\
         \x20 - `response body $.total` new: `5.0` (**demands more**)\n"
    );
}

#[test]
fn a_saved_answer_is_given_again() {
    let shop = shop();
    let line = format!("{PAIR} -o json");
    let before = shop.run("web", &line, 0).stdout;
    shop.write("web/answer.json", &before);
    shop.write("web/pact.json", pact("a=9", &json!({})));
    shop.step("web", "publish pact.json -a 5 --branch main");
    assert_ne!(shop.run("web", &line, 0).stdout, before);
    let again = shop.run("web", &format!("{line} --at answer.json"), 0);
    assert_eq!(again.stdout, before);
}

#[test]
fn all_of_a_first_contract_is_new() {
    let shop = Shop::with_a_store(&["web"]);
    shop.write("web/pact.json", pact("a=1", &json!({})));
    shop.step("web", "publish pact.json -a 1 --branch main");
    let shown = shop.run("web", &format!("{PAIR} --breaking"), 1);
    assert_eq!(
        shown.stdout,
        "added: \"an order\" given \"it exists\"  (demands more)\n"
    );
    let headline = "Web with Orders, version 1 (main); there is none before it.\n";
    assert!(shown.stderr.starts_with(headline), "{shown:?}");
    assert_eq!(shop.json("web", PAIR, 0)["from"], Value::Null);
}

#[test]
fn what_cannot_be_compared_is_said() {
    let shop = shop();
    shop.write("web/broken.json", "{");
    for (line, words) in [
        ("diff", "between whom?"),
        (
            "diff --consumer Wed --provider Orders",
            "did you mean `Web`?",
        ),
        (
            "diff --consumer Web --provider Orders --to branch:none",
            "there is no pact of Web with Orders for branch none",
        ),
        (
            "diff --consumer Web --provider Orders --from environment:production",
            "those of versions 3 and 1\nhint: name one of these versions",
        ),
        (
            "diff --consumer Web --provider Orders --to deployed:prod",
            "No environment found with name 'prod'",
        ),
        (
            "diff --consumer Web --provider Orders --to previous",
            "--to cannot be `previous`",
        ),
        ("diff --to file:broken.json", "broken.json is not a pact"),
        ("diff --to file:nothing.json", "could not read nothing.json"),
        (
            "diff --provider Stock --to file:pact.json",
            "pact.json is a pact of Web with Orders, not of Web with Stock",
        ),
        (
            "diff --provider Stock --to file:pact.json --from file:pact.json",
            "the files are pacts of Web with Orders",
        ),
    ] {
        let said = shop.run("web", line, 2);
        assert!(said.stderr.contains(words), "{line}: {said:?}");
    }
}

/// A work tree in which git shows pacts with this program.
fn work_tree(sandbox: &Sandbox) -> Git {
    fs::create_dir(sandbox.path("work")).unwrap();
    let git = sandbox.git("work");
    git.run(&["init", "--quiet", "--initial-branch", "main"]);
    let textconv = format!("'{}' diff --textconv", env!("CARGO_BIN_EXE_git-pact"));
    git.run(&["config", "diff.pact.textconv", &textconv]);
    write(&git, ".gitattributes", "*.json diff=pact\n");
    git
}

fn write(git: &Git, name: &str, text: &str) {
    fs::write(git.directory().join(name), text).unwrap();
}

#[test]
fn git_diff_and_git_log_show_a_pact_place_by_place() {
    let sandbox = Sandbox::new();
    let git = work_tree(&sandbox);
    write(
        &git,
        "pact.json",
        &pact("a=1", &json!({ "id": 1, "note": "x" })),
    );
    git.run(&["add", "."]);
    git.run(&["commit", "--quiet", "-m", "first"]);
    // The same in another order and form is no change to read.
    let same = pact("a=1", &json!({ "note": "x", "id": 1 })).replace("\"get\"", "\"GET\"");
    write(&git, "pact.json", &format!("{same}\n\n"));
    let shown = git.run(&["diff", "-U0", "pact.json"]);
    assert!(!shown.contains("@@"), "{shown}");
    write(
        &git,
        "pact.json",
        &pact("a=1", &json!({ "id": 1, "total": 5 })),
    );
    let changed = "\
        -  response body $.note: \"x\"\n\
        +  response body $.total: 5";
    let hunk = "@@ request \"an order\" given \"it exists\"\n";
    let shown = git.run(&["diff", "-U0", "pact.json"]);
    assert!(shown.contains(changed) && shown.contains(hunk), "{shown}");
    git.run(&["commit", "--quiet", "-a", "-m", "second"]);
    let shown = git.run(&["log", "-p", "-U0", "--format=%s"]);
    assert!(shown.contains(changed) && shown.contains(hunk), "{shown}");
    let first = "+pact of Web with Orders\n+specification 2.0.0\n+\n+request \"an order\"";
    assert!(shown.contains(first), "{shown}");
}

#[test]
fn git_diff_shows_what_is_no_pact_as_it_is() {
    let sandbox = Sandbox::new();
    let git = work_tree(&sandbox);
    let others: [(&str, &[u8]); 4] = [
        ("package.json", b"{\"name\":\"x\",\n \"scripts\":{}}\n"),
        ("broken.json", b"{\"consumer\":"),
        ("odd.json", b"\xff\xfe\x1b[2J\n"),
        ("empty.json", b""),
    ];
    for (name, bytes) in others {
        fs::write(git.directory().join(name), bytes).unwrap();
        let mut program = hermetic(env!("CARGO_BIN_EXE_git-pact"), git.directory());
        program.current_dir(git.directory());
        let shown = program.args(["diff", "--textconv", name]).output().unwrap();
        assert!(shown.status.success(), "{shown:?}");
        assert_eq!(
            (shown.stdout.as_slice(), shown.stderr.as_slice()),
            (bytes, &b""[..]),
            "{name}"
        );
    }
    git.run(&["add", "."]);
    git.run(&["commit", "--quiet", "-m", "first"]);
    write(&git, "package.json", "{\"name\":\"y\",\n \"scripts\":{}}\n");
    let shown = git.run(&["diff", "-U0"]);
    assert!(
        shown.contains("-{\"name\":\"x\",\n+{\"name\":\"y\","),
        "{shown}"
    );
    let missing = sandbox.run("work", &["diff", "--textconv", "nothing.json"]);
    assert_eq!(missing.status, Some(4), "{missing:?}");
}
