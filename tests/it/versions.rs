//! Versions, branches and tags on both faces: created, described, listed and deleted.

use crate::support::team::Shop;

fn empty() -> Shop {
    Shop::with_a_store(&["ci"])
}

/// Web 1 on main, tagged; Web 2 on feat. Orders 7 honours their pact.
fn shop() -> Shop {
    let shop = empty();
    shop.pact("ci/pacts/o.json", "Web", "Orders", &["an order"]);
    for line in [
        "create-environment --name production --production",
        "create-environment --name test",
        "publish pacts -a 1 --branch main --tag prod --tag dev --build-url https://ci/1",
        "publish pacts -a 2 --branch feat",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
        "record-deployment -a Web -e 1 --environment production",
        "record-release -a Web -e 2 --environment production",
        "record-release -a Web -e 2 --environment test",
    ] {
        shop.step("ci", line);
    }
    shop
}

#[test]
fn a_version_is_recorded_in_the_words_that_scripts_read() {
    let shop = empty();
    let begin = "Created/updated pacticipant version 1";
    for (options, with) in [
        ("--branch main --tag a", " with branch main and tag(s) a"),
        ("--branch main", " with branch main"),
        ("--tag a --tag b", " with tag(s) a, b"),
        ("-t a b", " with tag(s) a, b"),
        ("", ""),
    ] {
        let line = format!("broker create-or-update-version -a Foo -e 1 {options}");
        let said = shop.run("ci", &line, 0);
        assert_eq!(said.stdout, format!("{begin}{with} in the Pact Broker\n"));
        assert_eq!(said.stderr, "");
    }
    assert_eq!(
        shop.commits("pact/app/Foo"),
        2,
        "two of them said something new"
    );
    let line = "broker create-or-update-version -a Foo -e 1 --branch main";
    let document = shop.json("ci", line, 0);
    assert_eq!(document["number"], "1");
    assert_eq!(document["_embedded"]["branchVersions"][0]["name"], "main");
    let ours = shop.run("ci", "create-or-update-version -a Foo -e 2", 0);
    let text = "Created/updated pacticipant version 2 in $TMP/contracts.git/\n";
    assert_eq!(ours.stdout, text);
}

#[test]
fn the_ruby_program_shows_a_version_as_a_table_of_its_tags() {
    let shop = shop();
    let one = "\
NUMBER | TAGS    
-------|---------
1      | dev prod
";
    for line in [
        "-e 1",
        "--latest prod",
        "-l prod",
        "--latest=dev",
        "-l -e 1",
    ] {
        let line = format!("broker describe-version -a Web {line}");
        assert_eq!(shop.run("ci", &line, 0).stdout, one, "{line}");
    }
    let two = "NUMBER | TAGS\n-------|-----\n2      |     \n";
    for line in ["", "--latest", "-l", "--latest -o table"] {
        let line = format!("broker describe-version -a Web {line}");
        assert_eq!(shop.run("ci", &line, 0).stdout, two, "{line}");
    }
    let _ = shop.run("ci", "describe-version -a Web -l -e 1", 2);
    let twice = shop.run("ci", "broker describe-version -a Web -l prod -l dev", 1);
    assert_eq!(twice.stdout, "", "which of them?");
    let _ = shop.run("ci", "broker describe-version -a Web --latest=", 1);
    let id = "broker describe-version -a Web -e 1 -o id";
    assert_eq!(shop.run("ci", id, 0).stdout, "1\n");
}

#[test]
fn the_document_of_a_version_is_pretty_on_both_faces() {
    let shop = shop();
    let broker = shop.run("ci", "broker describe-version -a Web -l prod -o json", 0);
    let ours = shop.run("ci", "describe-version -a Web -e 1 -o json", 0);
    assert_eq!(broker.stdout, ours.stdout);
    assert!(
        broker.stdout.contains("\n  \"number\": \"1\"\n"),
        "{broker:?}"
    );
    let document = shop.json("ci", "describe-version -a Web -e 1", 0);
    let places = &document["_links"]["pb:record-deployment"];
    assert_eq!(places[0]["name"], "production");
    assert_eq!(document["_embedded"]["tags"][1]["name"], "prod");
    assert_eq!(document["_embedded"]["branchVersions"][0]["latest"], true);
}

#[test]
fn a_version_that_is_not_there_is_an_answer_to_scripts_and_a_mistake_to_people() {
    let shop = shop();
    for line in [
        "-a Web -e 9",
        "-a Nobody",
        "-a Web -l nope",
        "-a Nobody -e 1",
    ] {
        let broker = shop.run("ci", &format!("broker describe-version {line}"), 1);
        assert_eq!(broker.stdout, "Pacticipant version not found\n", "{line}");
    }
    let json = shop.json("ci", "broker describe-version -a Web -e 9", 1);
    assert_eq!(json["error"]["message"], "Pacticipant version not found");
    for (line, expected) in [
        (
            "-a Web -e 9",
            "error: no version 9 of pacticipant 'Web' found\n\
             hint: these are known: git pact list-versions --pacticipant Web\n",
        ),
        (
            "-a Web -l nope",
            "error: no version of pacticipant 'Web' has the tag 'nope'\n\
             hint: these are known: git pact list-versions --pacticipant Web\n",
        ),
        (
            "-a web -e 1",
            "error: No pacticipant with name 'web' found\nhint: did you mean `Web`?\n",
        ),
    ] {
        let ours = shop.run("ci", &format!("describe-version {line}"), 2);
        assert_eq!((&*ours.stdout, &*ours.stderr), ("", expected));
    }
}

#[test]
fn people_see_where_a_version_is_and_how_its_pacts_fare() {
    let shop = shop();
    let web = shop.run("ci", "describe-version -a Web -e 1", 0).stdout;
    for part in [
        "Web version 1\nCreated: 2026-11-21T00:02:00+00:00\nBuild: https://ci/1\n",
        "\nBranches: main (latest)\nTags: dev, prod\n",
        "\n1       | Deployed | production  | -  ",
        "\nOrders    | ",
        " | yes, on main\n",
    ] {
        assert!(web.contains(part), "{part}\n{web}");
    }
    let orders = shop.run("ci", "describe-version -a Orders -e 7", 0).stdout;
    assert!(orders.contains("\nWeb     | "), "{orders}");
    assert!(orders.contains(" | honoured | "), "{orders}");
}

#[test]
fn what_of_an_application_is_in_an_environment_is_told() {
    let shop = shop();
    let header = "\
VERSION | STATUS   | ENVIRONMENT | APPLICATION INSTANCE
--------|----------|-------------|---------------------
";
    let deployed = "1       | Deployed | production  | -                   \n";
    let released = "2       | Released | production  | -                   \n";
    let in_test = "2       | Released | test        | -                   \n";
    for (options, rows) in [
        ("--environment production", vec![deployed, released]),
        ("--environment production --deployed", vec![deployed]),
        ("--environment production --released", vec![released]),
        ("--released", vec![released, in_test]),
        ("--environment test", vec![in_test]),
    ] {
        let expected = format!("{header}{}", rows.concat());
        for face in ["", "broker "] {
            let line = format!("{face}describe-version -a Web {options}");
            assert_eq!(shop.run("ci", &line, 0).stdout, expected, "{line}");
        }
    }
    let line = "describe-version -a Web --environment test --deployed";
    assert_eq!(shop.run("ci", &format!("broker {line}"), 0).stdout, "\n");
    let nothing = shop.run("ci", line, 0);
    assert_eq!(nothing.stderr, "Nothing of Web is in environment test.\n");
    let numbers = shop.run(
        "ci",
        "describe-version -a Web --environment production -o id",
        0,
    );
    assert_eq!(numbers.stdout, "2\n1\n");
    let document = shop.json("ci", "describe-version -a Web --environment test", 0);
    assert_eq!(document["_embedded"]["versions"][0]["number"], "2");
    let _ = shop.run("ci", "describe-version -a Web --environment nope", 2);
    let nope = shop.run("ci", "broker describe-version -a Web --environment nope", 1);
    assert!(nope.stdout.contains("'nope'"), "{nope:?}");
}

#[test]
fn versions_are_listed_newest_first() {
    let shop = shop();
    let all = "\
NUMBER | BRANCHES      | TAGS      | CREATED                  
-------|---------------|-----------|--------------------------
2      | feat (latest) |           | 2026-11-21T00:03:00+00:00
1      | main (latest) | dev, prod | 2026-11-21T00:02:00+00:00
";
    assert_eq!(shop.run("ci", "list-versions -a Web", 0).stdout, all);
    for (options, numbers) in [
        ("", "2\n1\n"),
        ("--branch main", "1\n"),
        ("--tag dev", "1\n"),
        ("--branch feat --tag dev", ""),
        ("--limit 1", "2\n"),
    ] {
        let line = format!("list-versions -a Web -o id {options}");
        assert_eq!(shop.run("ci", &line, 0).stdout, numbers, "{line}");
    }
    let cut = shop.run("ci", "list-versions -a Web --limit 1", 0);
    assert_eq!(cut.stderr, "1 of 2; see more with --limit.\n");
    let page = shop.json("ci", "list-versions -a Web --limit 1", 0);
    assert_eq!(page["page"]["totalElements"], 2);
    assert_eq!(page["_embedded"]["versions"][0]["number"], "2");
    let _ = shop.run("ci", "list-versions -a Nobody", 2);
}

#[test]
fn branches_are_listed_the_last_that_came_into_use_first() {
    let shop = shop();
    let expected = "\
BRANCH | LATEST VERSION | CREATED                  
-------|----------------|--------------------------
feat   | 2              | 2026-11-21T00:03:00+00:00
main   | 1              | 2026-11-21T00:02:00+00:00
";
    assert_eq!(shop.run("ci", "list-branches -a Web", 0).stdout, expected);
    let document = shop.json("ci", "broker list-branches -a Web --limit 1", 0);
    assert_eq!(document["_embedded"]["branches"][0]["name"], "feat");
    assert_eq!(document["page"]["totalElements"], 2);
}

#[test]
fn a_version_is_tagged_if_it_is_there() {
    let shop = shop();
    let line = "broker create-version-tag -a Web -e 1 --tag a --tag b";
    let tagged = shop.run("ci", line, 0);
    let text = "Tagging Web version 1 as a\nTagging Web version 1 as b\n";
    assert_eq!((&*tagged.stdout, &*tagged.stderr), (text, ""));
    let commits = shop.commits("--all");
    let _ = shop.run("ci", line, 0);
    assert_eq!(shop.commits("--all"), commits, "it has them already");
    let absent = "Could not create tag. Version 9 of Web does not exist.\n";
    let broker = shop.run("ci", "broker create-version-tag -a Web -e 9 --tag a", 1);
    assert_eq!((&*broker.stdout, &*broker.stderr), ("", absent));
    let ours = shop.run("ci", "create-version-tag -a Web -e 9 --tag a", 1);
    assert!(
        ours.stderr.starts_with(&format!("error: {absent}")),
        "{ours:?}"
    );
    assert!(ours.stderr.contains("--auto-create-version"), "{ours:?}");
    assert_eq!(shop.commits("--all"), commits, "nothing was recorded");
    let line = "broker create-version-tag -a Web -e 9 --tag a --auto-create-version";
    assert_eq!(
        shop.run("ci", line, 0).stdout,
        "Tagging Web version 9 as a\n"
    );
    let line = "broker describe-version -a Web --latest a -o id";
    assert_eq!(shop.run("ci", line, 0).stdout, "9\n");
}

#[test]
fn without_a_tag_there_is_nothing_to_do_which_people_are_told() {
    let shop = shop();
    let refs = shop.store().run(&["for-each-ref"]);
    let nothing = shop.run("ci", "broker create-version-tag -a Web -e 1", 0);
    assert_eq!((&*nothing.stdout, &*nothing.stderr), ("", ""));
    let line = "broker create-version-tag -a Web -e 9 --auto-create-version";
    assert_eq!(shop.run("ci", line, 0).stdout, "");
    let absent = shop.run("ci", "broker create-version-tag -a Web -e 9", 1);
    assert!(
        absent.stderr.contains("Version 9 of Web does not exist"),
        "{absent:?}"
    );
    let ours = shop.run("ci", "create-version-tag -a Web -e 1", 2);
    assert!(ours.stderr.starts_with("error: no tag\n"), "{ours:?}");
    assert_eq!(shop.store().run(&["for-each-ref"]), refs);
}

#[test]
fn a_version_is_tagged_with_its_git_branch() {
    let shop = shop();
    let variables = [("GIT_BRANCH", "feat/x")];
    let line = "broker create-version-tag -a Web -e 1 -g";
    let tagged = shop.run_with("ci", line, 0, &variables);
    assert_eq!(tagged.stdout, "Tagging Web version 1 as feat/x\n");
    let line = "create-version-tag -a Web -e 1 -g --tag other";
    let both = shop.run_with("ci", line, 0, &variables);
    assert_eq!(
        both.stdout,
        "Tagging Web version 1 as other\nTagging Web version 1 as feat/x\n"
    );
    let unknown = shop.run("ci", "create-version-tag -a Web -e 1 -g", 2);
    assert!(unknown.stderr.contains("needs a branch"), "{unknown:?}");
}

#[test]
fn whether_a_version_is_there_is_decided_on_the_remote() {
    let shop = Shop::with_a_remote(&["ci", "other"]);
    shop.step("ci", "create-or-update-version -a Web -e 1 --branch main");
    shop.step("other", "create-version-tag -a Web -e 1 --tag prod");
    let line = "describe-version -a Web -l prod -o id";
    assert_eq!(shop.run("ci", line, 0).stdout, "1\n");
    let line = "create-or-update-version -a Web -e 1 --tag dev";
    let document = shop.json("ci", line, 0);
    assert_eq!(document["_embedded"]["tags"][1]["name"], "prod");
    // Kept here, and seen here; of what was never fetched nobody knows whether it is there.
    let line = "create-version-tag -a Web -e 1 --tag later --offline";
    let kept = shop.run("ci", line, 0);
    assert!(kept.stderr.contains("Kept here"), "{kept:?}");
    let seen = "describe-version -a Web -l later -o id --offline";
    assert_eq!(shop.run("ci", seen, 0).stdout, "1\n");
    let url = format!("file://{}", shop.sandbox.path("contracts.git").display());
    let unseen = [("GIT_PACT_REPO", url.as_str())];
    let _ = shop.run_with("ci", line, 4, &unseen);
    let created = format!("{line} --auto-create-version");
    let _ = shop.run_with("ci", &created, 0, &unseen);
}

#[test]
fn a_branch_that_is_not_there_is_an_error_unless_somebody_says_otherwise() {
    let shop = shop();
    let absent = "Could not delete branch nope of pacticipant Web as it was not found\n";
    for options in ["", "--error-when-not-found", "--error-when-not-found true"] {
        let line = format!("broker delete-branch -a Web --branch nope {options}");
        assert_eq!(shop.run("ci", &line, 1).stdout, absent, "{line}");
    }
    let fine = "Branch nope of pacticipant Web not found\n";
    for options in [
        "--no-error-when-not-found",
        "--no_error_when_not_found",
        "--skip-error-when-not-found",
        "--error-when-not-found=false",
        "--error-when-not-found false",
    ] {
        let line = format!("broker delete-branch -a Web --branch nope {options}");
        assert_eq!(shop.run("ci", &line, 0).stdout, fine, "{line}");
    }
    let ours = shop.run("ci", "delete-branch -a Web --branch nope", 1);
    assert_eq!(
        ours.stderr,
        format!("error: {absent}hint: these are known: git pact list-branches --pacticipant Web\n")
    );
    let misspelt = shop.run("ci", "delete-branch -a Wep --branch main", 1);
    assert!(
        misspelt.stderr.contains("did you mean `Web`?"),
        "{misspelt:?}"
    );
}

#[test]
fn a_branch_goes_and_its_versions_stay() {
    let shop = shop();
    let dry = shop.run("ci", "delete-branch -a Web --branch feat --dry-run", 0);
    assert_eq!(dry.stdout, "Would delete branch feat of pacticipant Web\n");
    assert_eq!(dry.stderr, "Nothing was written.\n");
    let gone = shop.run("ci", "broker delete-branch -a Web --branch feat", 0);
    let text = "Successfully deleted branch feat of pacticipant Web\n";
    assert_eq!((&*gone.stdout, &*gone.stderr), (text, ""));
    let line = "list-versions -a Web -o id";
    assert_eq!(shop.run("ci", line, 0).stdout, "2\n1\n");
    let branches = shop.run("ci", "list-branches -a Web", 0).stdout;
    assert!(!branches.contains("feat"), "{branches}");
    let ours = shop.run("ci", "delete-branch -a Web --branch main", 0);
    assert_eq!(
        ours.stdout,
        "Successfully deleted branch main of pacticipant Web\n"
    );
    let kept = "The history keeps it: git pact log --pacticipant Web\n";
    assert!(ours.stderr.contains(kept), "{ours:?}");
}

#[test]
fn a_tag_is_taken_from_a_version() {
    let shop = shop();
    let line = "delete-version-tag -a Web -e 1 --tag dev";
    let gone = shop.run("ci", &format!("broker {line}"), 0);
    assert_eq!(
        gone.stdout,
        "Successfully deleted tag 'dev' from version '1' of pacticipant 'Web'\n"
    );
    let brief = shop.run("ci", "broker describe-version -a Web -e 1", 0);
    assert!(brief.stdout.ends_with("\n1      | prod\n"), "{brief:?}");
    // The Rust program, which has the command, succeeds.
    let again = shop.run("ci", &format!("broker {line}"), 0);
    assert_eq!(
        again.stdout,
        "Tag 'dev' from version '1' of pacticipant 'Web' not found\n"
    );
    let strict = format!("broker {line} --error-when-not-found");
    let _ = shop.run("ci", &strict, 1);
    let _ = shop.run("ci", line, 1);
}

#[test]
fn a_version_goes_with_what_hangs_on_it() {
    let shop = shop();
    let dry = shop.run("ci", "delete-version -a Web -e 1 --dry-run", 0);
    assert_eq!(
        dry.stdout,
        "Would delete version 1 of pacticipant Web, and with it the tags prod, dev; pacts with \
         Orders; what is deployed or released (1 in production)\n"
    );
    let gone = shop.run("ci", "delete-version -a Web -e 1", 0);
    assert_eq!(
        gone.stdout,
        "Successfully deleted version 1 of pacticipant Web\n"
    );
    let line = "describe-version -a Web --environment production -o id";
    assert_eq!(shop.run("ci", line, 0).stdout, "2\n");
    let _ = shop.run("ci", "delete-version -a Web -e 1", 1);
    let line = "delete-version -a Web -e 1 --no-error-when-not-found";
    let _ = shop.run("ci", line, 0);
}
