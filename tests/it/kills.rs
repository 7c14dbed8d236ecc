//! Whoever is killed at any moment leaves a store that is well: the records of the others are all there,
//! its own are there or not, and running it again records them.
//!
//! Two writers at once, each killed with all that it started, after a time that chance chooses; whatever
//! ran on the remote's side dies as well, which is more than a network can do. `GIT_PACT_TEST_KILLS` says
//! how often, `GIT_PACT_TEST_SEED` repeats a run.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Child;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use rand_core::Rng;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;
use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process_group;

use crate::support::team::Shop;

/// How often, unless the environment says otherwise.
const KILLS: u64 = 30;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What a machine records in a round.
fn line(machine: &str, round: u64) -> String {
    match (machine, round % 3) {
        ("web", 0) => format!("publish {round}.json -a {round} --branch main"),
        ("web", 1) => format!("publish {round}.json -a {round} --branch feat/x --tag t{round}"),
        ("web", _) => format!("create-or-update-version -a Web -e {round} --branch main"),
        (_, 0) => format!(
            "record-verification --provider Orders -a {round} --branch main --consumer Web --success"
        ),
        (_, 1) => format!("create-or-update-version -a Orders -e {round} --tag t{round}"),
        (..) => "record-deployment -a Orders -e 0 --environment production".to_owned(),
    }
}

/// Starts a command line in a process group of its own.
fn start(shop: &Shop, machine: &str, line: &str) -> Child {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut command = shop.sandbox.command(machine, &words);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.process_group(0).spawn().unwrap()
}

/// Kills a command after a while, with all that it started; says whether it was done before.
fn kill_after(mut child: Child, pause: Duration) -> bool {
    thread::sleep(pause);
    let group = Pid::from_child(&child);
    // It may be over already.
    let _ = kill_process_group(group, Signal::KILL);
    child.wait().unwrap().success()
}

/// Removes the lock files that a killed git left behind, as the error says.
fn unlock(directory: &Path) -> bool {
    let mut found = false;
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found |= unlock(&path);
        } else if path.extension().is_some_and(|it| it == "lock") {
            fs::remove_file(path).unwrap();
            found = true;
        }
    }
    found
}

/// Runs a command line again until it is done. A lock in its way has to be named, and to be there.
fn again(shop: &Shop, machine: &str, line: &str) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let output = shop.sandbox.run(machine, &words);
    if output.status == Some(0) {
        return;
    }
    assert!(
        output.stderr.contains("lock"),
        "{machine}: {line}: {output:?}"
    );
    assert!(unlock(&shop.sandbox.path("")), "no lock: {output:?}");
    shop.step(machine, line);
}

/// Returns the versions that the store has of an application.
fn versions(shop: &Shop, name: &str) -> BTreeSet<String> {
    let branch = format!("pact/app/{name}");
    let listing = shop.store().run(&["ls-tree", "-r", "--name-only", &branch]);
    let number = |path: &str| {
        let (_, file) = path.rsplit_once('/')?;
        Some(file.split_once(".version-")?.0.to_owned())
    };
    listing.lines().filter_map(number).collect()
}

/// Two clones, and a machine that looks at the store itself.
fn shop() -> Shop {
    let mut shop = Shop::with_a_remote(&["web", "orders"]);
    // With a limit on its time a `git` leads a process group of its own, and would live on.
    shop.sandbox.set("GIT_PACT_TIME_LIMIT", "0");
    shop.pact("web/a.json", "Web", "Orders", &["an order"]);
    for (machine, line) in [
        ("web", "publish a.json -a a --branch main"),
        ("web", "create-environment --name production"),
        (
            "orders",
            "create-or-update-version -a Orders -e 0 --branch main",
        ),
    ] {
        shop.step(machine, line);
    }
    shop
}

#[test]
fn whoever_is_killed_at_any_moment_leaves_a_store_that_is_well() {
    let nanoseconds = SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
    let seed = variable("GIT_PACT_TEST_SEED").unwrap_or(nanoseconds.into());
    let kills = variable("GIT_PACT_TEST_KILLS").unwrap_or(KILLS);
    println!("GIT_PACT_TEST_SEED={seed} GIT_PACT_TEST_KILLS={kills}");
    let mut chance = XorShiftRng::seed_from_u64(seed);

    let shop = shop();
    let store = shop.sandbox.path(crate::support::team::STORE);
    let begin = Instant::now();
    shop.step("web", "create-or-update-version -a Web -e b --branch main");
    // Some commands take longer than this one, and some are done in time.
    let longest = begin.elapsed() * 2;
    let mut recorded: BTreeSet<String> = BTreeSet::new();
    let (mut done, mut cut) = (0, 0);
    for round in 0..kills.div_ceil(2) {
        shop.pact(
            &format!("web/{round}.json"),
            "Web",
            "Orders",
            &[&format!("order {round}")],
        );
        let mut pause = || longest.mul_f64(f64::from(chance.next_u32()) / f64::from(u32::MAX));
        let pauses = [pause(), pause()];
        let lines = ["web", "orders"].map(|machine| (machine, line(machine, round)));
        let ends = thread::scope(|scope| {
            let running = [0, 1].map(|it: usize| {
                let (machine, line) = &lines[it];
                let child = start(&shop, machine, line);
                scope.spawn(move || kill_after(child, pauses[it]))
            });
            running.map(|it| it.join().unwrap())
        });
        shop.store().fsck();
        let known = versions(&shop, "Web");
        assert!(
            known.is_superset(&recorded),
            "round {round}: {known:?} of {recorded:?}"
        );
        if ends[0] {
            assert!(
                known.contains(&round.to_string()),
                "round {round}: exit 0 and not there"
            );
        }
        for end in ends {
            if end { done += 1 } else { cut += 1 }
        }
        let report = ["doctor", "--repo", store.to_str().unwrap()];
        let report = shop.sandbox.run("web", &report);
        assert_eq!(report.status, Some(0), "round {round}: {report:?}");
        for (machine, line) in &lines {
            again(&shop, machine, line);
        }
        recorded.insert(round.to_string());
        assert!(
            versions(&shop, "Web").is_superset(&recorded),
            "round {round}"
        );
    }
    println!("{done} were done in time, {cut} were cut");
    for machine in ["web", "orders"] {
        let git = shop.sandbox.git(machine);
        let changed = git.run(&["status", "--porcelain", "--untracked-files=no"]);
        assert_eq!(changed, "", "{machine}");
        git.fsck();
    }
    shop.store().fsck();
}
