//! Applications and their labels on both faces: created, described, listed and deleted.

use crate::support::team::Shop;

/// Web has a pact with Orders, which honours it; both are in production.
fn shop() -> Shop {
    let shop = Shop::with_a_store(&["ci"]);
    shop.pact("ci/pacts/o.json", "Web", "Orders", &["an order"]);
    for line in [
        "create-environment --name production --production",
        "publish pacts -a 1 --branch main --tag v1",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
        "record-deployment -a Web -e 1 --environment production",
        "record-release -a Orders -e 7 --environment production",
    ] {
        shop.step("ci", line);
    }
    shop
}

fn empty() -> Shop {
    Shop::with_a_store(&["ci"])
}

#[test]
fn whoever_is_described_is_created_or_updated_and_scripts_read_which() {
    let shop = empty();
    let line = "broker create-or-update-pacticipant --name New --main-branch main \
                --repository-url http://x --display-name N";
    let created = shop.run("ci", line, 0);
    assert_eq!(
        created.stdout,
        "Pacticipant \"New\" created in the Pact Broker\n"
    );
    assert_eq!(created.stderr, "");
    let again = shop.run("ci", line, 0);
    let updated = "Pacticipant \"New\" updated in the Pact Broker\n";
    assert_eq!(again.stdout, updated);
    assert_eq!(shop.commits("pact/app/New"), 1, "nothing was new");
    let less = shop.run("ci", "broker create_or_update_pacticipant --name New", 0);
    assert_eq!(less.stdout, updated);
    assert_eq!(shop.commits("pact/app/New"), 1);
    let ours = shop.run("ci", "create-or-update-pacticipant --name Newer", 0);
    assert_eq!(
        ours.stdout,
        "Pacticipant \"Newer\" created in $TMP/contracts.git/\n"
    );
}

#[test]
fn a_provider_that_only_its_consumers_know_is_no_new_one() {
    let shop = Shop::with_a_remote(&["ci", "other"]);
    shop.pact("ci/pacts/o.json", "Web", "Orders", &["an order"]);
    shop.step("ci", "publish pacts -a 1 --branch main");
    let line = "create-or-update-pacticipant --name Orders --main-branch main";
    let said = shop.run("other", line, 0);
    assert!(
        said.stdout.starts_with("Pacticipant \"Orders\" updated"),
        "{said:?}"
    );
    let document = shop.json("other", line, 0);
    assert_eq!(document["mainBranch"], "main");
}

#[test]
fn a_blank_name_is_refused_in_the_words_of_the_ruby_program() {
    let shop = empty();
    for (line, expected) in [
        (
            "create-or-update-pacticipant --name +",
            "Pacticipant name cannot be blank\n",
        ),
        (
            "create-or-update-version -a + -e 1",
            "Pacticipant name cannot be blank\n",
        ),
        (
            "create-or-update-version -a Web -e +",
            "Pacticipant version cannot be blank\n",
        ),
        (
            "create-or-update-version -a Web -e 1 --branch +",
            "Version branch cannot be blank\n",
        ),
        (
            "create-or-update-version -a Web -e 1 --tag a --tag +",
            "Version tag cannot be blank\n",
        ),
    ] {
        let refused = shop.run("ci", &format!("broker {line}"), 1);
        assert_eq!((&*refused.stdout, &*refused.stderr), ("", expected));
        let _ = shop.run("ci", line, 2);
    }
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
}

#[test]
fn the_document_of_a_pacticipant_is_the_same_on_both_faces() {
    let shop = shop();
    let described = shop.json("ci", "describe-pacticipant --name Web", 0);
    assert_eq!(described["_links"]["self"]["href"], "/pacticipants/Web");
    let deployed = &described["_links"]["pb:deployed-environments"][0];
    assert_eq!(deployed["name"], "Production");
    for line in [
        "broker describe-pacticipant --name Web",
        "broker create-or-update-pacticipant --name Web",
        "create-or-update-pacticipant --name Web",
    ] {
        assert_eq!(shop.json("ci", line, 0), described, "{line}");
    }
    let line = "broker describe-pacticipant --name Web -o json";
    let compact = shop.run("ci", line, 0);
    assert_eq!(compact.stdout.lines().count(), 1, "{compact:?}");
}

#[test]
fn the_ruby_program_describes_a_pacticipant_in_yaml() {
    let shop = empty();
    for line in [
        "create-or-update-pacticipant --name Foo --display-name Foo+App --main-branch main \
         --repository-url http://git/foo",
        "create-label -a Foo --label ios",
    ] {
        shop.step("ci", line);
    }
    let yaml = shop.run("ci", "broker describe-pacticipant --name Foo", 0);
    let expected = "\
Name: Foo
Display Name: Foo App
Repository Url: http://git/foo
Main Branch: main
Created At: '2026-11-21T00:00:00+00:00'
Labels:
- Name: ios
  Links:
    Self:
      Title: Label
      Name: ios
      Href: /pacticipants/Foo/labels/ios
";
    assert_eq!(yaml.stdout, expected);
}

#[test]
fn people_see_where_an_application_stands() {
    let shop = shop();
    let web = shop.run("ci", "describe-pacticipant --name Web", 0);
    let expected = "\
Web
Display name: Web
Main branch: main
Newest version: 1 (created 2026-11-21T00:01:00+00:00)
Providers: Orders

BRANCH | LATEST VERSION
-------|---------------
main   | 1             

TAG | LATEST VERSION
----|---------------
v1  | 1             

VERSION | STATUS   | ENVIRONMENT | APPLICATION INSTANCE
--------|----------|-------------|---------------------
1       | Deployed | production  | -                   
";
    assert_eq!(web.stdout, expected);
    let orders = shop.run("ci", "describe-pacticipant --name Orders", 0);
    assert!(orders.stdout.contains("\nConsumers: Web\n"), "{orders:?}");
    assert!(orders.stdout.contains("| Released |"), "{orders:?}");
}

#[test]
fn whoever_is_unknown_may_be_misspelt() {
    let shop = shop();
    let ours = shop.run("ci", "describe-pacticipant --name Ordres", 2);
    assert_eq!(ours.stdout, "");
    assert_eq!(
        ours.stderr,
        "error: No pacticipant with name 'Ordres' found\nhint: did you mean `Orders`?\n"
    );
    let broker = shop.run("ci", "broker describe-pacticipant --name Ordres", 1);
    assert_eq!(broker.stdout, "No pacticipant with name 'Ordres' found\n");
    let json = shop.json("ci", "broker describe-pacticipant --name Ordres", 1);
    assert_eq!(
        json["error"]["message"],
        "No pacticipant with name 'Ordres' found"
    );
}

#[test]
fn pacticipants_are_listed_by_name_whatever_its_case() {
    let shop = empty();
    let none = shop.run("ci", "broker list-pacticipants", 0);
    assert_eq!((&*none.stdout, &*none.stderr), ("\n", ""));
    let none = shop.run("ci", "list-pacticipants", 0);
    assert_eq!(none.stdout, "");
    for name in ["Foo", "bar"] {
        let line = format!("create-or-update-pacticipant --name {name} --display-name {name}+App");
        shop.step("ci", &line);
    }
    let table = "\
NAME | DISPLAY NAME
-----|-------------
bar  | bar App     
Foo  | Foo App     
";
    for line in [
        "broker list-pacticipants",
        "broker list-pacticipants -o text",
        "broker list-pacticipants -o table",
    ] {
        assert_eq!(shop.run("ci", line, 0).stdout, table, "{line}");
    }
    let list = shop.json("ci", "broker list-pacticipants", 0);
    for path in ["/_embedded/pacticipants/0/name", "/pacticipants/0/name"] {
        assert_eq!(list.pointer(path).unwrap(), "bar");
    }
}

#[test]
fn applications_are_grouped_by_labels() {
    let shop = shop();
    let labelled = shop.run("ci", "create-label -a Web --label ios", 0);
    assert!(
        labelled
            .stdout
            .starts_with("Labelled pacticipant Web as ios in "),
        "{labelled:?}"
    );
    let commits = shop.commits("pact/app/Web");
    let label = shop.json("ci", "create-label -a Web --label ios", 0);
    assert_eq!(
        label["_links"]["self"]["href"],
        "/pacticipants/Web/labels/ios"
    );
    assert_eq!(shop.commits("pact/app/Web"), commits, "it has it already");
    let list = shop.run("ci", "list-pacticipants --label ios", 0);
    let row = "\nWeb  | Web          | main        | 1              | ios   \n";
    assert!(list.stdout.ends_with(row), "{list:?}");
    assert!(!list.stdout.contains("Orders"), "{list:?}");
    let none = shop.run("ci", "broker list-pacticipants --label IOS", 0);
    assert_eq!(none.stdout, "\n");
    let gone = shop.run("ci", "delete-label -a Web --label ios", 0);
    assert_eq!(
        gone.stdout,
        "Successfully deleted label ios of pacticipant Web\n"
    );
    let absent = shop.run("ci", "delete-label -a Web --label ios", 1);
    assert_eq!(
        absent.stderr,
        "error: Could not delete label ios of pacticipant Web as it was not found\n\
         hint: these are known: git pact describe-pacticipant --name Web\n"
    );
    let line = "delete-label -a Web --label ios --no-error-when-not-found";
    assert_eq!(
        shop.run("ci", line, 0).stdout,
        "Label ios of pacticipant Web not found\n"
    );
}

#[test]
fn whoever_is_created_by_a_label_may_have_been_misspelt() {
    let shop = shop();
    let created = shop.run("ci", "create-label -a Wep --label ios", 0);
    let warning = "warning: nobody had mentioned Wep before: it was created\n";
    assert!(created.stderr.starts_with(warning), "{created:?}");
    let known = shop.run("ci", "create-label -a Web --label ios", 0);
    assert!(!known.stderr.contains("warning"), "{known:?}");
}

#[test]
fn an_application_goes_with_all_of_its_own_and_the_history_keeps_it() {
    let shop = shop();
    let refs = shop.store().run(&["for-each-ref"]);
    let dry = shop.run("ci", "delete-pacticipant --name Orders --dry-run", 0);
    assert_eq!(
        dry.stdout,
        "Would delete pacticipant Orders, and with it 1 version; pacts of Web with it; 1 \
         verification run; what is deployed or released (7 in production)\n"
    );
    assert_eq!(shop.store().run(&["for-each-ref"]), refs);
    let gone = shop.run("ci", "delete-pacticipant --name Orders", 0);
    assert_eq!(gone.stdout, "Successfully deleted pacticipant Orders\n");
    assert!(
        gone.stderr
            .contains("With it went 1 version; pacts of Web with it;"),
        "{gone:?}"
    );
    assert!(
        gone.stderr
            .contains("The history keeps it: git pact log --pacticipant Orders\n"),
        "{gone:?}"
    );
    let log = shop.run("ci", "log --pacticipant Orders", 0);
    assert!(log.stdout.contains("verified"), "{log:?}");
    let again = shop.run("ci", "delete-pacticipant --name Orders", 1);
    assert!(
        again
            .stderr
            .contains("Could not delete pacticipant Orders as it was not found"),
        "{again:?}"
    );
    let broker = shop.run("ci", "broker delete-pacticipant --name Web", 0);
    assert_eq!(broker.stderr, "", "as quiet as the others");
}
