//! A connection may be cut after any byte, either way, as a close or as a reset, for good or for a
//! moment: a write is on the remote whole or not at all, what is said of it is true, and running it
//! again records it once; a read gives the right answer or none.
//!
//! `GIT_PACT_TEST_CUTS` says after how many byte counts of each command and direction, or `all`;
//! `GIT_PACT_TEST_SEED` repeats a sample.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::ops::AddAssign;
use std::sync::Mutex;
use std::thread;
use std::time::SystemTime;

use rand_core::Rng;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;
use walkdir::WalkDir;

use crate::support::git::Git;
use crate::support::proxy::Cut;
use crate::support::proxy::End;
use crate::support::proxy::Passed;
use crate::support::proxy::Proxy;
use crate::support::proxy::Way;
use crate::support::proxy::copy_tree;
use crate::support::sandbox::Output;
use crate::support::sandbox::Sandbox;
use crate::support::team::STORE;
use crate::support::team::Shop;
use crate::support::team::words;

/// After how many byte counts a command is cut in each direction, unless the environment says
/// otherwise.
const SAMPLE: u64 = 5;

/// How many commands run at once: they mostly wait.
const WORKERS: usize = 6;

/// One moment for everything, so that the same write is the same commit.
const NOW: (&str, &str) = ("GIT_PACT_NOW", "2026-11-21T12:00:00Z");

/// The store as machines know it, wherever the proxy is.
const URL: &str = "git://shop/contracts.git";

/// A command, and the machine that gives it.
#[derive(Clone, Copy)]
struct Command {
    name: &'static str,
    machine: &'static str,
    line: &'static str,
    /// What it is when all is well.
    status: i32,
    /// What it is when it was done already.
    again: i32,
    is_write: bool,
}

const COMMANDS: [Command; 6] = [
    Command {
        name: "publish",
        machine: "web",
        line: "publish 2.json -a 2 --branch main",
        status: 0,
        again: 0,
        is_write: true,
    },
    Command {
        name: "record-verification",
        machine: "orders",
        line: "record-verification --provider Orders -a 2 --branch main --consumer Web --success",
        status: 0,
        again: 0,
        is_write: true,
    },
    Command {
        name: "record-undeployment",
        machine: "orders",
        line: "record-undeployment -a Orders --environment production",
        status: 0,
        again: 1,
        is_write: true,
    },
    Command {
        name: "push",
        machine: "late",
        line: "push",
        status: 0,
        again: 0,
        is_write: true,
    },
    // What this machine has seen says yes.
    Command {
        name: "can-i-deploy",
        machine: "orders",
        line: "can-i-deploy -a Orders -e 1 --to-environment production",
        status: 1,
        again: 1,
        is_write: false,
    },
    Command {
        name: "pull",
        machine: "reader",
        line: "pull --provider Orders --main-branch --to pacts --repo git://shop/contracts.git",
        status: 0,
        again: 0,
        is_write: false,
    },
];

/// Makes the machines: some have not seen for a while what others wrote, one has kept what it
/// wrote to itself, one has seen nothing.
fn scene() -> Shop {
    let shop = Shop::with_a_remote(&["web", "orders", "late", "other"]);
    fs::create_dir(shop.sandbox.path("reader")).unwrap();
    let order = ["an order"];
    shop.pact("web/1.json", "Web", "Orders", &order);
    shop.pact("web/2.json", "Web", "Orders", &["an order", "an invoice"]);
    shop.pact("late/3.json", "App", "Orders", &order);
    let step = |machine: &str, line: &str| drop(shop.run_with(machine, line, 0, &[NOW]));
    let verify = "record-verification --provider Orders -a 1 --branch main --consumer Web";
    step("web", "publish 1.json -a 1 --branch main");
    step("web", "create-environment --name production --production");
    step("orders", &format!("{verify} --success"));
    step(
        "web",
        "record-deployment -a Web -e 1 --environment production",
    );
    step(
        "orders",
        "record-deployment -a Orders -e 1 --environment production",
    );
    step(
        "orders",
        "can-i-deploy -a Orders -e 1 --to-environment production",
    );
    for machine in ["web", "late"] {
        step(machine, "fetch");
    }
    step("late", "publish 3.json -a 3 --branch main --offline");
    step(
        "late",
        "create-or-update-version -a App -e 4 --branch main --offline",
    );
    // Meanwhile, elsewhere.
    step("other", "create-or-update-version -a Web -e other --tag t");
    step(
        "other",
        "create-or-update-version -a Orders -e other --tag t",
    );
    step("other", "create-or-update-version -a App -e other --tag t");
    shop.pact("other/other.json", "Web", "Orders", &["a refund"]);
    step("other", "publish other.json -a 9 --branch main");
    step(
        "other",
        "record-deployment -a Web -e 9 --environment production",
    );
    step("other", &format!("{verify} --fail"));
    for machine in ["web", "orders", "late", "other"] {
        let git = shop.sandbox.git(machine);
        git.run(&["remote", "set-url", "origin", URL]);
    }
    shop
}

/// The scene as it was, for one command and one cut.
struct Take<'a> {
    command: &'a Command,
    shop: Shop,
}

impl<'a> Take<'a> {
    fn new(scene: &Shop, command: &'a Command) -> Self {
        let shop = Shop {
            sandbox: Sandbox::new(),
        };
        for part in [STORE, command.machine] {
            copy_tree(&scene.sandbox.path(part), &shop.sandbox.path(part));
        }
        Self { command, shop }
    }

    /// Runs the command through a proxy; says how much has passed, and whether it was cut.
    fn run(&self, cut: Option<Cut>, limit: &str) -> (Output, Passed, bool) {
        let proxy = Proxy::before(&self.shop.sandbox.path(""), cut);
        let found = proxy.variables();
        let mut variables = vec![NOW, ("GIT_PACT_TIME_LIMIT", limit)];
        variables.extend(
            found
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let Command { machine, line, .. } = self.command;
        let sandbox = &self.shop.sandbox;
        let output = sandbox.run_with(machine, &words(line), &variables);
        let is_cut = proxy.is_cut();
        (output, proxy.finish(), is_cut)
    }

    /// Returns where the branches of the store are.
    fn refs(&self) -> String {
        self.shop.store().run(&["for-each-ref"])
    }

    /// Returns what the command has written beside the store, by name.
    fn pulled(&self) -> BTreeMap<String, Vec<u8>> {
        let directory = self.shop.sandbox.path(self.command.machine).join("pacts");
        let files = WalkDir::new(directory).into_iter().flatten();
        let files = files.filter(|entry| entry.file_type().is_file());
        let named = files.map(|entry| {
            let name = entry.file_name().to_str().unwrap().to_owned();
            (name, fs::read(entry.path()).unwrap())
        });
        named.collect()
    }

    /// Fails unless every repository is sound and no lock was left behind.
    fn look_for_damage(&self, what: &dyn fmt::Display) {
        for entry in WalkDir::new(self.shop.sandbox.path("")) {
            let entry = entry.unwrap();
            let path = entry.path();
            let is_lock = path.extension().is_some_and(|it| it == "lock");
            // That one is a file to lock, and stays.
            let is_left = is_lock && !path.ends_with("git-pact/fetch.lock");
            assert!(!is_left, "{what}: {} was left", path.display());
            let directory = path.parent().unwrap();
            if entry.file_name() == "HEAD" && directory.join("objects").is_dir() {
                Git::at(directory).fsck();
            }
        }
    }
}

/// What a command comes to when nothing is cut.
struct Whole {
    output: Output,
    passed: Passed,
    before: String,
    after: String,
    pulled: BTreeMap<String, Vec<u8>>,
}

impl Whole {
    fn of(scene: &Shop, command: &Command) -> Self {
        let take = Take::new(scene, command);
        let before = take.refs();
        let (output, passed, _) = take.run(None, "0");
        assert_eq!(output.status, Some(command.status), "{output:?}");
        let after = take.refs();
        assert_eq!(before != after, command.is_write, "{}", command.name);
        let pulled = take.pulled();
        assert_eq!(!pulled.is_empty(), command.name == "pull");
        Self {
            output,
            passed,
            before,
            after,
            pulled,
        }
    }
}

/// What came of the cuts.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// The right answer, or a write that is on the remote and said so.
    done: u64,
    /// A write that is on the remote, of which it was said that nobody knows.
    landed_unsure: u64,
    /// One that is not, of which the same was said.
    lost_unsure: u64,
    /// A write that is not on the remote, or a read without an answer, and said so.
    refused: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.done += other.done;
        self.landed_unsure += other.landed_unsure;
        self.lost_unsure += other.lost_unsure;
        self.refused += other.refused;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            done,
            landed_unsure,
            lost_unsure,
            refused,
        } = self;
        write!(
            f,
            "{done} done, {refused} not done and said so, not known: {landed_unsure} that had landed, \
             {lost_unsure} that had not"
        )
    }
}

/// Cuts a command once, and checks all that is promised.
fn cut_once(scene: &Shop, command: &Command, whole: &Whole, cut: Cut) -> Tally {
    let limit = if cut.end == End::Silence { "1s" } else { "0" };
    let take = Take::new(scene, command);
    let (output, _, is_cut) = take.run(Some(cut), limit);
    let what = format!("{}: {cut:?}: {output:?}", command.name);
    let mut tally = Tally::default();
    let refs = take.refs();
    let has_landed = refs == whole.after;
    assert!(has_landed || refs == whole.before, "{what}: torn:\n{refs}");
    let is_whole = output.status == Some(command.status);
    if is_whole {
        assert!(has_landed, "{what}: told to be done");
        if !command.is_write {
            assert_eq!(output.stdout, whole.output.stdout, "{what}");
            assert_eq!(take.pulled(), whole.pulled, "{what}");
        }
        tally.done = 1;
    } else {
        assert_eq!(output.status, Some(4), "{what}");
        // With a limit on its time, a slow machine may be enough.
        assert!(is_cut || limit != "0", "{what}: failed without a cut");
        let pulled = take.pulled();
        let is_right = |(name, bytes)| whole.pulled.get(name) == Some(bytes);
        assert!(pulled.iter().all(is_right), "{what}: {pulled:?}");
        if !command.is_write {
            assert_eq!(output.stdout, "", "{what}");
            tally.refused = 1;
        } else if output
            .stderr
            .contains("it is not known whether this was recorded")
        {
            (tally.landed_unsure, tally.lost_unsure) = (has_landed.into(), (!has_landed).into());
        } else {
            assert!(output.stderr.contains("nothing was recorded"), "{what}");
            assert!(!has_landed, "{what}: it was");
            tally.refused = 1;
        }
    }
    take.look_for_damage(&what);

    let (again, ..) = take.run(None, "0");
    let what = format!("{what}\nagain: {again:?}");
    let expected = if has_landed {
        command.again
    } else {
        command.status
    };
    assert_eq!(again.status, Some(expected), "{what}");
    assert_eq!(take.refs(), whole.after, "{what}");
    if !command.is_write {
        assert_eq!(again.stdout, whole.output.stdout, "{what}");
        assert_eq!(take.pulled(), whole.pulled, "{what}");
    }
    tally
}

/// Makes all the cuts, some at a time, and says what came of them.
fn cut_all(scene: &Shop, command: &Command, whole: &Whole, cuts: Vec<Cut>) -> Tally {
    let cuts = Mutex::new(cuts.into_iter());
    let total = Mutex::new(Tally::default());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(cut) = next(&cuts) {
                    let tally = cut_once(scene, command, whole, cut);
                    *total.lock().unwrap() += tally;
                }
            });
        }
    });
    *total.lock().unwrap()
}

/// Takes the next one, and keeps nobody else waiting.
fn next(cuts: &Mutex<std::vec::IntoIter<Cut>>) -> Option<Cut> {
    cuts.lock().unwrap().next()
}

/// Returns after how many bytes to cut: the ends, the last bytes of the last answer, and some between.
fn counts(total: u64, chance: &mut XorShiftRng) -> BTreeSet<u64> {
    let wanted = match std::env::var("GIT_PACT_TEST_CUTS").as_deref() {
        Ok("all") => return (0..=total).collect(),
        Ok(number) => number.parse().unwrap(),
        Err(_) => SAMPLE,
    };
    let mut counts = BTreeSet::from([0, total - 1, total]);
    let mut draw = |most: u64| u64::from(chance.next_u32()) % most;
    counts.insert(total - 1 - draw(40));
    while (counts.len() as u64) < wanted.min(total) {
        counts.insert(draw(total));
    }
    counts
}

#[test]
fn a_connection_may_be_cut_after_any_byte() {
    let nanoseconds = SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
    let seed = std::env::var("GIT_PACT_TEST_SEED").ok();
    let seed = seed.map_or(u64::from(nanoseconds), |seed| seed.parse().unwrap());
    println!("GIT_PACT_TEST_SEED={seed}");
    let mut chance = XorShiftRng::seed_from_u64(seed);
    let scene = scene();
    let mut total = Tally::default();
    for command in &COMMANDS {
        let whole = Whole::of(&scene, command);
        for way in [Way::Up, Way::Down] {
            let bytes = whole.passed.on(way);
            let counts = counts(bytes, &mut chance);
            let cut = |after| {
                let chance = chance.next_u32();
                let end = if chance & 1 == 0 {
                    End::Closed
                } else {
                    End::Reset
                };
                Cut {
                    way,
                    after,
                    end,
                    heals: chance & 2 == 0,
                }
            };
            let cuts: Vec<Cut> = counts.into_iter().map(cut).collect();
            let count = cuts.len();
            let tally = cut_all(&scene, command, &whole, cuts);
            println!(
                "{} {way:?}: {bytes} bytes, {count} cuts: {tally}",
                command.name
            );
            total += tally;
        }
    }
    println!("all: {total}");
    assert!(total.done > 0 && total.refused > 0, "{total}");
}

#[test]
fn a_remote_that_falls_silent_is_given_up() {
    let scene = scene();
    for command in COMMANDS
        .iter()
        .filter(|it| ["publish", "pull"].contains(&it.name))
    {
        let whole = Whole::of(&scene, command);
        let cut = |way, after| Cut {
            way,
            after,
            end: End::Silence,
            heals: false,
        };
        let Passed { up, down } = whole.passed;
        let cuts = vec![
            cut(Way::Up, 0),
            cut(Way::Up, up / 2),
            cut(Way::Up, up - 1),
            cut(Way::Down, 1),
            cut(Way::Down, down / 2),
            cut(Way::Down, down - 1),
        ];
        let tally = cut_all(&scene, command, &whole, cuts);
        println!("{}: {tally}", command.name);
        assert!(tally.refused > 0, "{tally}");
    }
}
