//! Records that somebody forged, spoilt or planted in the repository, past git-pact: every command that
//! reads fails and names the object, or leaves alone what is none of its business. No answer is a yes,
//! nothing panics, and doctor finds it.

use std::fs;

use serde_json::Value;

use super::gate;
use super::nothing_was_run;
use super::run;
use crate::support::git::Git;
use crate::support::sandbox::Output;
use crate::support::server::Server;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// The gate whose answer is yes as long as nothing is spoilt.
const GATE: [&str; 7] = gate("1");

/// A store in which Web 1 may be deployed to production, where Orders 7 is, which has verified it.
fn a_store() -> Shop {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    for line in [
        "publish 1.json -a 1 --branch main",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
        "create-environment --name production --production",
        "record-deployment -a Orders -e 7 --environment production",
        "init --rules strict",
    ] {
        shop.step("web", line);
    }
    let _ = run(&shop, "web", &GATE, 0);
    shop
}

/// Returns the one file of a branch whose path has a part in it.
fn path(git: &Git, branch: &str, part: &str) -> String {
    let listing = git.run(&["ls-tree", "-r", "--name-only", branch]);
    let found = listing.lines().find(|path| path.contains(part));
    found
        .unwrap_or_else(|| panic!("no {part} on {branch}: {listing}"))
        .to_owned()
}

/// Commits an entry of any mode on top of a branch, in place of what is there.
fn plant(git: &Git, branch: &str, path: &str, mode: &str, what: &[u8]) {
    let reference = format!("refs/heads/{branch}");
    let mut stream = format!("commit {reference}\n").into_bytes();
    stream.extend(b"committer Eve <eve@example.org> 0 +0000\ndata 5\nPlant\n");
    stream.extend(format!("from {reference}^0\nD {path}\n").bytes());
    if mode == "160000" {
        let commit = "1".repeat(40);
        stream.extend(format!("M 160000 {commit} {path}\n").bytes());
    } else {
        stream.extend(format!("M {mode} inline {path}\ndata {}\n", what.len()).bytes());
        stream.extend(what);
        stream.push(b'\n');
    }
    git.feed(&["fast-import", "--quiet"], &stream);
}

/// Points a branch at any object; git itself would refuse some.
fn point(shop: &Shop, branch: &str, id: &str) {
    let file = shop.sandbox.path(STORE).join("refs/heads").join(branch);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, format!("{id}\n")).unwrap();
}

/// Puts an entry into the root of a branch's tree, as `git mktree` takes it: nearly anything.
fn root_entry(git: &Git, branch: &str, line: &str) {
    let mut listing = git.run(&["ls-tree", branch]);
    listing.push('\n');
    listing.push_str(line);
    listing.push('\n');
    let tree = git.feed(&["mktree", "--missing"], listing.as_bytes());
    let commit = git.run(&["commit-tree", "-p", branch, "-m", "Plant", &tree]);
    git.run(&["update-ref", &format!("refs/heads/{branch}"), &commit]);
}

/// What every kind of command that reads came to.
struct Readings {
    gate: Output,
    others: Vec<Output>,
    doctor: Output,
    served: Vec<(u16, String)>,
}

impl Readings {
    /// Reads with everything that reads. Whatever comes of it, it is an answer or a failure with words.
    fn of(shop: &Shop) -> Self {
        let read = |words: &[&str]| {
            let output = shop.sandbox.run("web", words);
            let told = format!("{}{}", output.stdout, output.stderr);
            assert!(!told.contains("panicked"), "{words:?} {told}");
            assert!(!told.contains('\u{1b}'), "{words:?} {told}");
            let status = output.status.unwrap_or(-1);
            assert!((0..=4).contains(&status), "{words:?} {output:?}");
            assert_ne!(status, 2, "{words:?} {output:?}");
            if matches!(status, 4) {
                assert!(output.stderr.contains("error: "), "{words:?} {output:?}");
            }
            output
        };
        drop(fs::remove_dir_all(shop.sandbox.path("web/pulled")));
        drop(fs::remove_file(
            shop.sandbox.path("web/pulled.git-pact.json"),
        ));
        let others = [
            &["matrix", "-a", "Web", "-a", "Orders"][..],
            &["pull", "--provider", "Orders", "--latest", "--to", "pulled"],
            &["status"],
            &["log"],
            &["describe-version", "-a", "Web", "-e", "1"],
            &["list-latest-pact-versions"],
        ];
        let server = Server::start(&shop.sandbox, "web", &[]);
        let pages = [
            "/",
            "/pacticipants",
            "/pacts/provider/Orders/consumer/Web/latest",
            "/pacts/provider/Orders/consumer/Web/version/1",
            "/can-i-deploy?pacticipant=Web&version=1&environment=production",
            "/matrix?q[][pacticipant]=Web&q[][version]=1&latestby=cvpv",
            "/dashboard",
            "/metrics",
        ]
        .map(|path| {
            let reply = server.get(path);
            assert!(!reply.body.contains("panicked"), "{path} {reply:?}");
            assert!(!reply.body.contains(".rs:"), "{path} {reply:?}");
            (reply.status, reply.body)
        });
        Self {
            gate: read(&GATE),
            others: others.map(read).to_vec(),
            doctor: read(&["doctor"]),
            served: pages.to_vec(),
        }
    }

    /// Says whether the server said yes to the gate.
    fn server_says_yes(&self) -> bool {
        let (status, body) = &self.served[4];
        let answer: Value = serde_json::from_str(body).unwrap_or_default();
        *status == 200 && answer["summary"]["deployable"] == true
    }

    /// Expects that all goes on as if nothing were there.
    fn are_well(&self, what: &str) {
        assert_eq!(self.gate.status, Some(0), "{what} {:?}", self.gate);
        for output in &self.others {
            assert_eq!(output.status, Some(0), "{what} {output:?}");
        }
        assert!(self.server_says_yes(), "{what} {:?}", self.served);
        assert!(
            self.served.iter().all(|(status, _)| *status < 500),
            "{what}"
        );
    }

    /// Expects that nobody was told yes, and that those who could not answer name the object.
    fn are_no_yes(&self, named: &str, what: &str) {
        assert_eq!(self.gate.status, Some(4), "{what} {:?}", self.gate);
        assert!(self.gate.stderr.contains(named), "{what} {:?}", self.gate);
        assert!(!self.server_says_yes(), "{what} {:?}", self.served);
        for output in self.others.iter().filter(|it| it.status == Some(4)) {
            let is_named = output.stderr.contains(named) || output.stderr.contains("commit ");
            assert!(is_named, "{what} {output:?}");
        }
    }

    /// Expects that doctor finds it.
    fn are_found(&self, named: &str, what: &str) {
        assert_eq!(self.doctor.status, Some(1), "{what} {:?}", self.doctor);
        let found = self.doctor.stdout.contains(named);
        assert!(found, "{what} {:?}", self.doctor);
    }
}

#[test]
fn a_forged_record_is_never_a_yes_and_is_named_by_all_who_meet_it() {
    let large = vec![b' '; (50 << 20) + 1];
    let cases: [(&str, &str, &[u8]); 9] = [
        ("a symbolic link", "120000", b"../../../../etc/passwd"),
        ("a gitlink", "160000", b""),
        ("a program", "100755", b"{}"),
        ("nothing", "100644", b""),
        ("half a record", "100644", b"{\"schema\": 1, \"num"),
        ("no JSON", "100644", b"\x00\xff\x1b[2J"),
        ("another shape", "100644", b"[{\"schema\": 1}]"),
        ("a newer schema", "100644", b"{\"schema\": 99}"),
        ("a size bomb", "100644", &large),
    ];
    let shop = a_store();
    let store = shop.store();
    for (branch, part) in [
        ("pact/app/Web", "versions/"),
        ("pact/app/Orders", "runs/"),
        ("pact/env/production", "deployed/"),
    ] {
        let reference = format!("refs/heads/{branch}");
        let tip = store.run(&["rev-parse", &reference]);
        let named = path(&store, branch, part);
        for (what, mode, bytes) in cases {
            let what = format!("{what} for {part} on {branch}");
            plant(&store, branch, &named, mode, bytes);
            let readings = Readings::of(&shop);
            readings.are_no_yes(&named, &what);
            readings.are_found(&named, &what);
            nothing_was_run(&shop);
            store.run(&["update-ref", &reference, &tip]);
        }
    }
    Readings::of(&shop).are_well("all is as it was");
}

#[test]
fn a_record_that_lies_in_the_place_of_another_is_not_taken_for_it() {
    // The deployment of another application, the run of another version, another version.
    for (branch, part, from, to) in [
        ("pact/env/production", "deployed/", "\"Orders\"", "\"Web\""),
        (
            "pact/app/Orders",
            "runs/",
            "\"version\": \"7\"",
            "\"version\": \"8\"",
        ),
        (
            "pact/app/Web",
            "versions/",
            "\"number\": \"1\"",
            "\"number\": \"2\"",
        ),
    ] {
        let shop = a_store();
        let store = shop.store();
        let named = path(&store, branch, part);
        let record = store.run(&["show", &format!("{branch}:{named}")]);
        let forged = format!("{}\n", record.replacen(from, to, 1));
        assert_ne!(forged, format!("{record}\n"), "{named}");
        plant(&store, branch, &named, "100644", forged.as_bytes());
        let readings = Readings::of(&shop);
        readings.are_no_yes(&named, &named);
        readings.are_found(&named, &named);
    }
    // Keys in another order say the same; it is not as git-pact writes it, and doctor says so.
    let shop = a_store();
    let store = shop.store();
    let named = path(&store, "pact/app/Web", "versions/");
    let record = store.run(&["show", &format!("pact/app/Web:{named}")]);
    let tabs = record.replace("  ", "\t");
    plant(&store, "pact/app/Web", &named, "100644", tabs.as_bytes());
    let readings = Readings::of(&shop);
    readings.are_well("tabs");
    readings.are_found(&named, "tabs");
}

#[test]
fn a_content_that_somebody_changed_reaches_no_verifier() {
    let shop = a_store();
    let store = shop.store();
    let branch = "pact/app/Web";
    let named = path(&store, branch, "contents/");
    let pact = store.run(&["show", &format!("{branch}:{named}")]);
    let changed = pact.replace("200", "500");
    for (what, bytes) in [
        ("another answer", changed.as_bytes()),
        ("half of it", &pact.as_bytes()[..pact.len() / 2]),
        ("nothing", b""),
        ("no pact", b"[]"),
    ] {
        plant(&store, branch, &named, "100644", bytes);
        let readings = Readings::of(&shop);
        let pull = &readings.others[1];
        assert_eq!(pull.status, Some(4), "{what} {pull:?}");
        assert!(pull.stderr.contains("Web version 1"), "{what} {pull:?}");
        assert!(!shop.sandbox.path("web/pulled").exists(), "{what}");
        for (status, body) in &readings.served[2..4] {
            assert_eq!(*status, 500, "{what} {body}");
        }
        readings.are_found(&named, what);
    }
    let bomb = vec![b' '; (50 << 20) + 1];
    plant(&store, branch, &named, "100644", &bomb);
    let readings = Readings::of(&shop);
    assert_eq!(
        readings.others[1].status,
        Some(4),
        "{:?}",
        readings.others[1]
    );
    readings.are_found("it has 52428801 bytes", "a size bomb");
}

#[test]
fn what_a_tree_can_hold_and_a_disk_cannot_is_left_alone() {
    let shop = a_store();
    let store = shop.store();
    let blob = store.feed(&["hash-object", "-w", "--stdin"], b"x");
    let tree = store.run(&["rev-parse", "pact/app/Web^{tree}"]);
    for line in [
        format!("040000 tree {tree}\t.."),
        format!("040000 tree {tree}\t."),
        format!("040000 tree {tree}\t.git"),
        format!("040000 tree {tree}\tGIT~1"),
        format!("100644 blob {blob}\t.gitmodules"),
        format!("100644 blob {blob}\t.gitattributes"),
        format!("120000 blob {blob}\tlink"),
        format!("160000 commit {}\tmodule", "1".repeat(40)),
        format!("100644 blob {blob}\tCON"),
        format!("100644 blob {blob}\t-x"),
        format!("100644 blob {blob}\t{}", "n".repeat(5000)),
    ] {
        let tip = store.run(&["rev-parse", "pact/app/Web"]);
        root_entry(&store, "pact/app/Web", &line);
        let what = line.chars().take(80).collect::<String>();
        let readings = Readings::of(&shop);
        let others = [0, 1, 2, 4, 5].map(|index| &readings.others[index]);
        for output in others {
            assert_eq!(output.status, Some(0), "{what} {output:?}");
        }
        assert_eq!(readings.gate.status, Some(0), "{what} {:?}", readings.gate);
        nothing_was_run(&shop);
        store.run(&["update-ref", "refs/heads/pact/app/Web", &tip]);
    }
    Readings::of(&shop).are_well("all is as it was");
}

#[test]
fn directories_without_end_are_not_followed() {
    let shop = a_store();
    let store = shop.store();
    let blob = store.feed(&["hash-object", "-w", "--stdin"], b"{}");
    let mut tree = store.feed(
        &["mktree"],
        format!("100644 blob {blob}\tx.json\n").as_bytes(),
    );
    for _ in 0..500 {
        tree = store.feed(&["mktree"], format!("040000 tree {tree}\td\n").as_bytes());
    }
    let root = store.run(&["ls-tree", "pact/app/Web"]);
    let (_, web) = root.split_once("tree ").unwrap();
    let (web, _) = web.split_once('\t').unwrap();
    let below = store.run(&["ls-tree", web]);
    let below = format!("{below}\n040000 tree {tree}\tz\n");
    let below = store.feed(&["mktree"], below.as_bytes());
    let root = store.feed(
        &["mktree"],
        format!("040000 tree {below}\tWeb\n").as_bytes(),
    );
    let commit = store.run(&["commit-tree", "-p", "pact/app/Web", "-m", "Plant", &root]);
    store.run(&["update-ref", "refs/heads/pact/app/Web", &commit]);
    let readings = Readings::of(&shop);
    assert_eq!(readings.gate.status, Some(0), "{:?}", readings.gate);
    readings.are_found("Web/z", "a deep tree");
    let log = &readings.others[3];
    assert_eq!(log.status, Some(4), "{log:?}");
    assert!(log.stderr.contains("no record lies that deep"), "{log:?}");
}

#[test]
fn a_branch_that_is_no_commit_is_named() {
    for kind in ["blob", "tree", "tag"] {
        for branch in ["pact/app/Web", "pact/env/production"] {
            let shop = a_store();
            let store = shop.store();
            let id = match kind {
                "blob" => store.feed(&["hash-object", "-w", "--stdin"], b"tree"),
                "tree" => store.run(&["rev-parse", &format!("{branch}^{{tree}}")]),
                _ => {
                    store.run(&["tag", "-a", "-m", "a tag", "v1", branch]);
                    store.run(&["rev-parse", "refs/tags/v1"])
                }
            };
            point(&shop, branch, &id);
            let what = format!("{branch} is a {kind}");
            let named = format!("it is a {kind}, not a commit");
            let readings = Readings::of(&shop);
            readings.are_no_yes(&named, &what);
            readings.are_found(&named, &what);
        }
    }
}

#[test]
fn a_branch_of_another_kind_or_owner_says_nothing() {
    let shop = a_store();
    let store = shop.store();
    let web = store.run(&["rev-parse", "pact/app/Web"]);
    // All that Web has, on the branches of others and where no branch of a store is.
    for branch in [
        "pact/app/Eve",
        "pact/foo",
        "pact/bar/x",
        "pact/app/a/b",
        "pact/env/Web",
    ] {
        point(&shop, branch, &web);
    }
    let readings = Readings::of(&shop);
    readings.are_well("branches of others");
    let eve = ["can-i-deploy", "-a", "Eve", "-e", "1"];
    let asked = shop.sandbox.run("web", &eve);
    assert_ne!(asked.status, Some(0), "{asked:?}");
    let names = shop.json("web", "list-pacticipants", 0);
    assert!(!names.to_string().contains("Eve"), "{names}");
}

#[test]
fn a_merge_is_read_for_what_is_at_its_tip() {
    let shop = a_store();
    let store = shop.store();
    let branch = "pact/app/Web";
    let tree = store.run(&["rev-parse", &format!("{branch}^{{tree}}")]);
    let side = store.run(&["commit-tree", "-m", "Side", &tree]);
    let words = [
        "commit-tree",
        "-p",
        branch,
        "-p",
        &side,
        "-m",
        "Merge",
        &tree,
    ];
    let merge = store.run(&words);
    store.run(&["update-ref", &format!("refs/heads/{branch}"), &merge]);
    Readings::of(&shop).are_well("a merge");
    // And is built upon like any other.
    shop.step("web", "publish 1.json -a 2 --branch main");
    store.fsck();
    Readings::of(&shop).are_well("on top of a merge");
}

#[test]
fn an_object_that_the_disk_spoilt_is_told_from_one_that_is_absent() {
    let shop = a_store();
    let store = shop.store();
    let named = path(&store, "pact/app/Web", "versions/");
    let id = store.run(&["rev-parse", &format!("pact/app/Web:{named}")]);
    let file = shop
        .sandbox
        .path(STORE)
        .join("objects")
        .join(&id[..2])
        .join(&id[2..]);
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    fs::set_permissions(&file, permissions).unwrap();
    let whole = fs::read(&file).unwrap();
    for (what, bytes) in [
        ("nothing", Vec::new()),
        ("noise", vec![0x55; 100]),
        (
            "zeros",
            [&whole[..whole.len() / 2], &vec![0; whole.len() / 2]].concat(),
        ),
    ] {
        fs::write(&file, bytes).unwrap();
        let readings = Readings::of(&shop);
        readings.are_no_yes(&named, what);
        readings.are_found(&named, what);
        assert!(!readings.gate.stderr.contains("is missing"), "{what}");
        assert!(
            readings.gate.stderr.contains("git fsck"),
            "{what} {:?}",
            readings.gate
        );
    }
    fs::remove_file(&file).unwrap();
    let readings = Readings::of(&shop);
    readings.are_no_yes(&named, "absent");
    assert!(
        readings.gate.stderr.contains("is missing"),
        "{:?}",
        readings.gate
    );
}
