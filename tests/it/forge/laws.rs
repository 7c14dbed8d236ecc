//! What holds whatever is killed: laws of every job, and laws of all that was played.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::job::End;
use super::world::Build;
use super::world::CONTRACTS;
use super::world::Event;
use super::world::Forge;
use super::world::SECRET;
use super::world::TEAMS;
use super::world::TOKEN;
use super::world::Version;
use super::world::Way;
use crate::support::git::hermetic;

/// A result as the store has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recorded {
    version: String,
    content: String,
    success: bool,
    /// The number of the build.
    build: usize,
}

/// No text holds a token.
pub(super) fn no_token(text: &str) {
    for token in [TOKEN, SECRET] {
        assert!(!text.contains(token), "a token is in {text}");
    }
}

/// A job ends well, or with what its answer may be.
pub(super) fn ends_as_it_should(build: &Build, job: &str, end: End, said: &str) {
    let expected: &[i32] = match job {
        // A verification fails, and is recorded; a request fails, and is made again.
        "verify" | "webhooks" => &[0, 1],
        "can-i-merge" | "deploy" => &[0, 1, 3],
        // The API is too busy at times.
        "owed" => &[0, 4],
        _ => &[0],
    };
    if let End::Exit(code) = end {
        assert!(
            expected.contains(&code),
            "{job} of {build:?} ended with {code}: {said}"
        );
    }
}

/// Returns whether a provider honours a contract.
fn honours(provider: &Version, wants: &BTreeSet<String>) -> bool {
    wants.is_subset(&provider.offers)
}

impl Forge {
    /// Whatever was verified to its end, by a version that a build was of, is owed by that version no more.
    pub(super) fn owes_nothing_that_it_could_verify(&self, build: &Build) {
        let owed = self.ask(&format!("owed --provider {}", build.app));
        for it in owed["owed"].as_array().into_iter().flatten() {
            let is_of_it = it["providerVersion"] == build.checked_out();
            assert!(
                !is_of_it || it["state"] != "unverified",
                "after {build:?}: {it:#}"
            );
        }
    }

    /// Once a build of the head of a provider's main branch has run, whoever asks again whether a branch may be merged gets
    /// an answer, and the right one by what the versions are.
    pub(super) fn proposals_are_answered(&mut self, build: &Build) {
        let head = &self.apps[build.app].heads["main"];
        if build.branch != "main" || build.checked_out() != head {
            return;
        }
        let offered = &self.apps[build.app].branches["main"];
        for app in self.apps.values() {
            for (branch, version) in app.branches.iter().filter(|(it, _)| *it != "main") {
                let commit = &app.heads[branch];
                let Some(wants) = version.wants.get(build.app) else {
                    continue;
                };
                if !self.published.contains(commit) {
                    continue;
                }
                let is_right = honours(offered, wants);
                let asked = self.ask(&format!("can-i-merge -a {} -e {commit}", app.name));
                let rows = asked["matrix"].as_array().unwrap();
                let row = rows.iter().find(|it| {
                    it["consumer"]["name"] == app.name && it["provider"]["name"] == build.app
                });
                let row = row.unwrap_or_else(|| panic!("{branch} after {build:?}: {asked:#}"));
                let result = &row["verificationResult"]["success"];
                assert_eq!(*result, is_right, "{branch} after {build:?}: {asked:#}");
                // Web has no consumers, and no other provider.
                if app.name == "Web" {
                    assert_eq!(asked["summary"]["deployable"], is_right, "{asked:#}");
                }
                *self.tally.answers.entry(is_right).or_default() += 1;
            }
        }
    }

    /// Nothing was deployed beside something that it does not fit, by what the versions are and not by what
    /// was recorded.
    pub(super) fn deployments_are_right(&mut self) {
        let notes = self.shop.sandbox.path("notes/deployments");
        let Ok(lines) = fs::read_to_string(&notes) else {
            return;
        };
        fs::remove_file(notes).unwrap();
        for line in lines.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let name = TEAMS.into_iter().find(|it| *it == words[0]).unwrap();
            let environment = super::world::ENVIRONMENTS.into_iter();
            let environment = environment.into_iter().find(|it| *it == words[1]).unwrap();
            self.fits(name, words[2], environment);
            self.running
                .insert((environment, name), words[2].to_owned());
            self.tally.deployments += 1;
        }
    }

    fn fits(&self, name: &str, commit: &str, environment: &'static str) {
        let version = &self.versions[commit].1;
        for (provider, wants) in &version.wants {
            let beside = self.running.get(&(environment, *provider));
            let beside =
                beside.unwrap_or_else(|| panic!("{name} is in {environment} without {provider}"));
            let is_honoured = honours(&self.versions[beside].1, wants);
            assert!(
                is_honoured,
                "{name} {commit} in {environment}: {provider} {beside}"
            );
        }
        for ((_, consumer), beside) in self
            .running
            .iter()
            .filter(|((it, _), _)| *it == environment)
        {
            if let Some(wants) = self.versions[beside].1.wants.get(name) {
                let is_honoured = honours(version, wants);
                assert!(
                    is_honoured,
                    "{name} {commit} in {environment}: for {consumer} {beside}"
                );
            }
        }
    }

    /// Returns what a pattern of files on a branch of the contracts holds, as documents.
    fn documents(&self, branch: &str, path: &str) -> Vec<Value> {
        let grep = ["grep", "-h", "--no-color", "-e", "", branch, "--", path];
        let text = self.store().attempt(&grep, b"").unwrap_or_default();
        let documents = serde_json::Deserializer::from_str(&text).into_iter();
        documents.map(Result::unwrap).collect()
    }

    /// Returns all results of a provider.
    pub(super) fn recorded(&self, provider: &str) -> Vec<Recorded> {
        let runs = self.documents(&format!("pact/app/{provider}"), &format!("{provider}/runs"));
        let of_a_run = |run: &Value| -> Vec<Recorded> {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let build = text(&run["buildUrl"]);
            let build = build.rsplit('/').next().unwrap().parse().unwrap();
            let results = run["results"].as_array().unwrap().iter();
            results
                .map(|it| Recorded {
                    version: text(&run["version"]),
                    content: text(&it["content"]),
                    success: it["success"].as_bool().unwrap(),
                    build,
                })
                .collect()
        };
        runs.iter().flat_map(of_a_run).collect()
    }

    /// Returns what each content of a consumer wants of a provider.
    fn contents(&self, consumer: &str, provider: &str) -> BTreeMap<String, BTreeSet<String>> {
        let branch = format!("pact/app/{consumer}");
        let listing = self.store().run(&[
            "ls-tree",
            "-r",
            "--name-only",
            &branch,
            &format!("{consumer}/contents/{provider}/"),
        ]);
        let content = |path: &str| {
            let id = path
                .rsplit('/')
                .next()
                .unwrap()
                .strip_suffix(".json")
                .unwrap();
            let text = self.store().run(&["show", &format!("{branch}:{path}")]);
            let pact: Value = serde_json::from_str(&text).unwrap();
            let wants = pact["interactions"].as_array().unwrap().iter();
            let wants = wants.map(|it| it["description"].as_str().unwrap().to_owned());
            (id.to_owned(), wants.collect())
        };
        listing.lines().map(content).collect()
    }

    /// Every result is true, by what the versions are.
    pub(super) fn results_are_true(&self) {
        for (consumer, provider) in [("Web", "Orders"), ("Orders", "Stock")] {
            let contents = self.contents(consumer, provider);
            for it in self.recorded(provider) {
                let version = &self.versions[&it.version].1;
                let is_true = honours(version, &contents[&it.content]) == it.success;
                assert!(is_true, "{provider} {it:?}");
            }
        }
    }

    /// Everything that was ever on a main branch is known, and was verified unless it was replaced before the first
    /// build of the provider that looked. Returns how many were known and how many verified.
    pub(super) fn every_contract_is_known_and_verified(&self) -> (usize, usize) {
        let (mut known, mut verified) = (0, 0);
        for (consumer, provider) in [("Web", "Orders"), ("Orders", "Stock")] {
            let contents = self.contents(consumer, provider);
            let results: BTreeSet<String> = self
                .recorded(provider)
                .into_iter()
                .map(|it| it.content)
                .collect();
            let mut merged = BTreeSet::new();
            for build in &self.builds {
                if build.app == consumer && build.role == "consumer" && build.event == Event::Push {
                    merged.insert(self.versions[&build.commit].1.wants[provider].clone());
                }
            }
            for wants in merged {
                let content = contents.iter().find(|(_, it)| **it == wants);
                let (content, _) = content.unwrap_or_else(|| panic!("{consumer} lost {wants:?}"));
                let is_verified = results.contains(content);
                let was_looked_at = self.looked_at.contains(&(provider, wants.clone()));
                assert!(is_verified || !was_looked_at, "{provider} forgot {wants:?}");
                known += 1;
                verified += usize::from(is_verified);
            }
        }
        (known, verified)
    }

    /// Builds are asked for once for whatever is owed, but after crashes, and where nobody ran them. Returns how many
    /// were asked for, and how many of them again.
    pub(super) fn builds_are_asked_for_no_more_than_needed(&self) -> (usize, u32) {
        let mut asked = BTreeSet::new();
        let mut again = 0;
        let of_owed = self
            .tally
            .dispatches
            .iter()
            .filter(|(_, it)| !it.is_empty());
        for (version, contents) in of_owed.clone() {
            let pairs = contents.iter().map(|content| (version, content));
            let new = pairs.filter(|pair| asked.insert(*pair)).count();
            again += u32::from(new == 0);
        }
        let crashes = self.crashes(&["owed", "verify"]) + self.tally.never_run;
        assert!(
            again <= crashes,
            "{again} again, {crashes} crashes: {:?}",
            self.tally
        );
        (of_owed.count(), again)
    }

    fn crashes(&self, jobs: &[&str]) -> u32 {
        let killed = |job: &&str| self.tally.killed.get(*job);
        jobs.iter().filter_map(killed).sum()
    }

    /// Nothing that succeeded is verified again by the same version, but where there was a reason: the schedule of the
    /// provider, somebody who started it again, a build of something else, a crash. Returns how often each was one.
    pub(super) fn nothing_is_verified_twice_without_reason(&self) -> BTreeMap<&'static str, u32> {
        let mut reasons: BTreeMap<&'static str, u32> = BTreeMap::new();
        for provider in ["Orders", "Stock"] {
            let mut results = self.recorded(provider);
            results.sort_by_key(|it| it.build);
            let mut succeeded: BTreeSet<(String, String)> = BTreeSet::new();
            let mut by_build: BTreeMap<usize, Vec<Recorded>> = BTreeMap::new();
            for it in results {
                by_build.entry(it.build).or_default().push(it);
            }
            for (number, results) in by_build {
                let pair = |it: &Recorded| (it.version.clone(), it.content.clone());
                let new = results
                    .iter()
                    .filter(|it| !succeeded.contains(&pair(it)))
                    .count();
                let repeated = u32::try_from(results.len() - new).unwrap();
                let well = results.iter().filter(|it| it.success);
                succeeded.extend(well.map(pair));
                let reason = match &self.builds[number].event {
                    _ if repeated == 0 => continue,
                    Event::Schedule => "the schedule of the provider",
                    _ if new > 0 => "another contract was new in the build",
                    Event::Dispatch(_) => "a build that was asked for and found all done",
                    event => panic!("{event:?} verified again: {results:?}"),
                };
                *reasons.entry(reason).or_default() += repeated;
            }
        }
        reasons
    }

    /// The store is well, and whoever looks at it is told so.
    pub(super) fn is_well(&self) {
        self.store().fsck();
        self.person("fetch");
        self.person("doctor");
    }

    /// No token is in anything that any repository holds.
    pub(super) fn holds_no_token(&self) {
        for name in TEAMS.into_iter().chain([CONTRACTS]) {
            let path = self.url(name).replace("file://", "");
            for ask in [
                ["cat-file", "--batch", "--batch-all-objects"].as_slice(),
                &["for-each-ref"],
            ] {
                let git = hermetic("git", path.as_ref())
                    .current_dir(&path)
                    .args(ask)
                    .output();
                let told = git.unwrap();
                assert!(told.status.success() && !told.stdout.is_empty(), "{ask:?}");
                no_token(&String::from_utf8_lossy(&told.stdout));
            }
        }
    }

    /// Every event has become a delivery, and every delivery has been made or has been given up.
    pub(super) fn every_webhook_was_delivered(&self) -> (usize, usize) {
        assert_eq!(self.way, Way::Webhooks);
        let all = self.ask("webhooks log");
        let all = all["_embedded"]["triggeredWebhooks"]
            .as_array()
            .unwrap()
            .clone();
        for it in &all {
            assert_eq!(it["status"], "success", "{it:#}");
        }
        let line = "events --since 2026-11-01 --event contract_requiring_verification_published";
        let words = crate::support::team::words(&format!("{line} --output json"));
        let told = self.shop.sandbox.run("desk", &words);
        let events: Vec<Value> = serde_json::Deserializer::from_str(&told.stdout)
            .into_iter()
            .map(Result::unwrap)
            .filter(|it: &Value| it["providerName"] != "Mail")
            .collect();
        // A crash may come between the requests of a whole round and the record of them.
        let delivered = &self.tally.delivered;
        assert_eq!(delivered.len(), all.len(), "{delivered:?}");
        let crashes = self.crashes(&["webhooks"]);
        for (id, times) in delivered {
            assert!(
                *times <= 1 + crashes,
                "{id}: {times} times, {crashes} crashes"
            );
        }
        (events.len(), all.len())
    }
}
