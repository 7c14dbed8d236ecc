//! Where the files go: into the work tree and nowhere else, beside the contracts, and over nothing that somebody changed.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value;

use super::Build;
use crate::support::team::Shop;

const CONSUMER: &str = "ci github --role consumer -a Web --contracts-repo https://git.example.org/contracts.git \
                        --test-command true";
const PLACE: &str = "desk/.github/workflows/pact-consumer.yml";
const CONTRACTS: &str = "ci github --role contracts --provider Orders";
const BRANCH: &str = "pact/contracts/Orders";

#[test]
fn every_forge_has_a_file_for_every_role_with_the_shell_that_json_tells() {
    let build = Build::new();
    for forge in [
        "github",
        "gitlab",
        "jenkins",
        "buildkite",
        "azure",
        "circleci",
        "bitbucket",
    ] {
        for role in ["consumer", "provider", "contracts", "monorepo", "deploy"] {
            for file in build.files(forge, role, &["--image", "i:1"]) {
                let text = file["text"].as_str().unwrap();
                assert!(!text.contains("CHANGE_ME"), "{forge} {role}: {text}");
                // Text that others chose is nowhere in a script, and no tab is where YAML wants spaces.
                assert!(!text.contains('\t'), "{forge} {role}");
                for line in text.lines() {
                    assert_eq!(line, line.trim_end(), "{forge} {role}");
                }
                for job in file["jobs"].as_array().unwrap() {
                    for step in job["steps"].as_array().unwrap() {
                        let script = step["script"].as_str().unwrap();
                        assert!(!script.contains("${{"), "{script}");
                        for line in script.lines().map(str::trim) {
                            let line = match forge {
                                "buildkite" => line.replace('$', "$$"),
                                _ => line.to_owned(),
                            };
                            assert!(text.contains(&line), "{forge} {role}: {line}\n{text}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn what_nobody_said_is_marked_and_named() {
    let shop = Shop::with_a_remote(&["desk"]);
    let output = shop.run("desk", "ci circleci --role consumer", 0);
    for mark in [
        "CHANGE_ME_TEST_COMMAND",
        "CHANGE_ME_IMAGE",
        "CHANGE_ME_CONTRACTS_REPO",
        "CHANGE_ME_PACTICIPANT",
    ] {
        assert!(output.stdout.contains(mark), "{output:?}");
    }
    let told = "say them with --pacticipant, --contracts-repo, --test-command, --image";
    assert!(output.stderr.contains(told), "{output:?}");

    // The tests have run here: the pacts tell the consumer. The environment tells the store.
    shop.pact("desk/pacts/1.json", "Web", "Orders", &["an order"]);
    let store = [(
        "GIT_PACT_REPO",
        "ssh://git@git.example.org/shop/contracts.git",
    )];
    let output = shop.run_with("desk", "ci circleci --role consumer --image i", 0, &store);
    assert!(output.stdout.contains("--pacticipant Web"), "{output:?}");
    assert!(output.stdout.contains(store[0].1), "{output:?}");
    assert!(
        output.stderr.contains("say them with --test-command"),
        "{output:?}"
    );

    // Whoever verifies is the provider.
    let output = shop.run(
        "desk",
        "ci circleci --role provider -a Orders --results r.json",
        0,
    );
    assert!(output.stdout.contains("--provider Orders"), "{output:?}");
}

#[test]
fn a_name_cannot_become_an_expression_a_command_or_another_line() {
    let shop = Shop::with_a_remote(&["desk"]);
    let name = "${{ secrets.X }} $(reboot) '''\\ << x >> `id`";
    for (forge, told) in [
        ("github", "'${{ '${{' }} secrets.X }} $(reboot) "),
        ("gitlab", "'${{ secrets.X }} $(reboot) "),
        ("jenkins", r"'${{ secrets.X }} $(reboot) '\"),
        ("buildkite", "'$${{ secrets.X }} $$(reboot) "),
        ("azure", "'${{ '${{' }} secrets.X }} $(reboot) "),
        ("circleci", r"\<< x >>"),
        ("bitbucket", "'${{ secrets.X }} $(reboot) "),
    ] {
        let line = [
            "ci",
            forge,
            "--role",
            "deploy",
            "-a",
            name,
            "--environment",
            "e",
        ];
        let output = shop.sandbox.run("desk", &line);
        assert!(output.stdout.contains(told), "{forge}: {}", output.stdout);
    }
    let line = [
        "ci",
        "github",
        "--role",
        "consumer",
        "--test-command",
        "true\nreboot",
    ];
    assert_eq!(shop.sandbox.run("desk", &line).status, Some(2));
    let secret = "ci github --role consumer --contracts-repo https://ada:secret@example.org/c.git";
    let refused = shop.run("desk", secret, 2);
    assert!(!refused.stderr.contains("secret@"), "{refused:?}");
}

#[test]
fn a_file_is_written_once_and_what_somebody_changed_is_left() {
    let shop = Shop::with_a_remote(&["desk"]);
    let write = format!("{CONSUMER} --write");
    shop.write("desk/deep/x", "");
    let first = shop.run("desk/deep", &write, 0);
    assert!(
        first.stderr.contains("Wrote $TMP/desk/.github/workflows/"),
        "{first:?}"
    );
    let printed = shop.run("desk", CONSUMER, 0);
    let place = shop.sandbox.path(PLACE);
    assert_eq!(fs::read_to_string(&place).unwrap(), printed.stdout);
    let again = shop.run("desk", &write, 0);
    assert!(again.stderr.contains("Nothing new"), "{again:?}");

    fs::write(&place, "mine").unwrap();
    let refused = shop.run("desk", &write, 1);
    assert!(refused.stderr.contains("--force"), "{refused:?}");
    assert_eq!(fs::read_to_string(&place).unwrap(), "mine");
    let replaced = shop.run("desk", &format!("{write} --force"), 0);
    assert!(replaced.stderr.contains("Replaced"), "{replaced:?}");
    assert_eq!(fs::read_to_string(&place).unwrap(), printed.stdout);
}

#[test]
fn no_link_leads_out_of_the_work_tree() {
    let shop = Shop::with_a_remote(&["desk"]);
    shop.write("elsewhere/keep", "");
    symlink("../elsewhere", shop.sandbox.path("desk/.github")).unwrap();
    let refused = shop.run("desk", &format!("{CONSUMER} --write --force"), 1);
    assert!(refused.stderr.contains("a symbolic link"), "{refused:?}");
    assert_eq!(shop.list("elsewhere"), ["keep"]);

    fs::remove_file(shop.sandbox.path("desk/.github")).unwrap();
    shop.write("desk/.github/workflows/x", "");
    shop.write("target", "theirs");
    symlink("../../../target", shop.sandbox.path(PLACE)).unwrap();
    let _ = shop.run("desk", &format!("{CONSUMER} --write --force"), 1);
    assert_eq!(
        fs::read_to_string(shop.sandbox.path("target")).unwrap(),
        "theirs"
    );
    fs::create_dir(shop.sandbox.path("nowhere")).unwrap();
    let _ = shop.run("nowhere", &format!("{CONSUMER} --write"), 4);
}

#[test]
fn the_workflow_of_a_provider_lies_beside_its_contracts_and_stays() {
    let shop = Shop::with_a_remote(&["web", "desk"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.pact("web/2.json", "Web", "Orders", &["an order", "a receipt"]);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let commit = format!("{CONTRACTS} --commit");
    let done = shop.run("desk", &commit, 0);
    assert!(
        done.stderr
            .contains("Committed it on pact/contracts/Orders"),
        "{done:?}"
    );
    let listing = ".github/workflows/pact-contracts.yml\nOrders/Web.json";
    let files = || shop.store().run(&["ls-tree", "-r", "--name-only", BRANCH]);
    assert_eq!(files(), listing);

    // Contracts go on beside it, and nobody finds anything odd.
    shop.step("web", "publish 2.json -a 2 --branch main");
    assert_eq!(files(), listing);
    let doctor = shop.run("desk", "doctor", 0);
    assert!(!doctor.stdout.contains("workflow"), "{doctor:?}");
    let again = shop.run("desk", &commit, 0);
    assert!(again.stderr.contains("Nothing new"), "{again:?}");
    let json = shop.json("desk", CONTRACTS, 0);
    let text = shop.store().run(&[
        "show",
        &format!("{BRANCH}:.github/workflows/pact-contracts.yml"),
    ]);
    assert_eq!(Value::from(text + "\n"), json["files"][1]["text"]);
    assert_eq!(json["files"][1]["branch"], BRANCH);

    let other = shop.run(
        "desk",
        "ci github --role contracts --provider Orders --install x --commit",
        1,
    );
    assert!(other.stderr.contains("--force"), "{other:?}");
    shop.step(
        "desk",
        "ci github --role contracts --provider Orders --install x --commit --force",
    );
    let _ = shop.run("desk", &format!("{CONSUMER} --provider Orders --commit"), 2);
    let _ = shop.run("desk", &format!("{commit} --offline --force"), 2);
}

#[test]
fn the_workflow_may_be_there_before_the_first_contract() {
    let shop = Shop::with_a_remote(&["web", "desk"]);
    shop.step("desk", &format!("{CONTRACTS} --commit"));
    shop.step("desk", "doctor");
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let files = shop.store().run(&["ls-tree", "-r", "--name-only", BRANCH]);
    assert_eq!(
        files,
        ".github/workflows/pact-contracts.yml\nOrders/Web.json"
    );
    shop.step("desk", "fetch");
    shop.step("desk", "doctor");
}

#[test]
fn a_build_is_told_what_dispatch_tells_it() {
    let build = Build::new();
    for (forge, told) in [
        ("github", "github.event.client_payload.sha || inputs.sha"),
        (
            "github",
            "github.event.client_payload.branch || inputs.branch",
        ),
        ("gitlab", "${PACT_PROVIDER_VERSION:-}"),
        ("gitlab", "${PACT_PROVIDER_BRANCH:-}"),
        ("buildkite", "$${PACT_PROVIDER_VERSION:-}"),
        (
            "circleci",
            "PACT_PROVIDER_VERSION: << pipeline.parameters.pact_provider_version >>",
        ),
        (
            "circleci",
            "PACT_PROVIDER_BRANCH: << pipeline.parameters.pact_provider_branch >>",
        ),
        ("bitbucket", "name: PACT_PROVIDER_VERSION"),
        ("bitbucket", "name: PACT_PROVIDER_BRANCH"),
    ] {
        let provider = build
            .files(forge, "provider", &["--image", "i:1"])
            .remove(0);
        assert!(provider["text"].as_str().unwrap().contains(told), "{forge}");
        for file in build.files(forge, "contracts", &["--image", "i:1"]) {
            let text = file["text"].as_str().unwrap();
            assert!(text.contains(&format!("--dispatch {forge}")), "{text}");
        }
    }
    for (forge, told) in [
        ("azure", "trim(parameters.providerBranch)"),
        ("jenkins", "string(name: 'PACT_PROVIDER_BRANCH'"),
    ] {
        let provider = build.files(forge, "provider", &[]).remove(0);
        assert!(provider["text"].as_str().unwrap().contains(told), "{forge}");
    }
    // Where nothing names the pipeline, a webhook starts it.
    for forge in ["azure", "jenkins"] {
        for file in build.files(forge, "contracts", &[]) {
            let text = file["text"].as_str().unwrap();
            assert!(text.contains("git pact webhooks run"), "{text}");
            assert!(!text.contains("--dispatch"), "{text}");
        }
    }
}
