//! What fuzzers feed: each reader of foreign bytes as a function of bytes, with the laws that hold for it.
//!
//! Written once and run twice: by libFuzzer (`tests/fuzz`, `.ci/fuzz`), which sees which branches a
//! text reaches, and by `cargo test` over the seeds and many variations of them, in seconds. There is no such
//! module in the program. Readers that are private to a layer are opened by a `fuzz` module beside them.

use crate::cli;
use crate::domain::broker_diff::broker_diff;
use crate::domain::deceptive::deceives;
use crate::domain::diff::PactDiff;
use crate::domain::entry::Entry;
use crate::domain::intent::Intent;
use crate::domain::invalid_fields::Refused;
use crate::domain::json::Json;
use crate::domain::merge::merge;
use crate::domain::name::PacticipantName;
use crate::domain::pact::Pact;
use crate::domain::pact::PactError;
use crate::domain::pact::recognise;
use crate::domain::pacts_for_verification::Request;
use crate::domain::readable_pact::ReadablePact;
use crate::record::Record;
use crate::record::app::AppRecord;
use crate::record::change::Change;
use crate::record::change::change;
use crate::record::environment::DeployedRecord;
use crate::record::environment::EnvironmentRecord;
use crate::record::environment::ReleasedRecord;
use crate::record::from_bytes;
use crate::record::head::BranchHeadRecord;
use crate::record::head::LatestRecord;
use crate::record::head::TagHeadRecord;
use crate::record::intent::IntentRecord;
use crate::record::path;
use crate::record::path::Branch;
use crate::record::path::Segment;
use crate::record::policy::PolicyRecord;
use crate::record::run::RunRecord;
use crate::record::settings::SettingsRecord;
use crate::record::signers::SignersRecord;
use crate::record::stored;
use crate::record::test_results::TestResultsRecord;
use crate::record::to_bytes;
use crate::record::verifier_output::PulledInteraction;
use crate::record::verifier_output::PulledPact;
use crate::record::verifier_output::VerifierOutput;
use crate::record::verifier_output::match_results;
use crate::record::version::VersionRecord;
use crate::record::webhook::WebhookRecord;
use crate::remote;
use crate::render::shell::quoted;
use crate::render::sink::terminal;
use crate::render::yaml;
use crate::server;
use crate::store::RecordStore;
use crate::store::ledger::StoreLedger;
use crate::store::memory::MemoryStore;

/// A reader, and where texts lie that it should be able to read.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is that of its file in `tests/fuzz/fuzz_targets` and of its directory of seeds in
    /// `tests/fuzz/seeds`.
    pub name: &'static str,
    /// Directories of `fixtures` whose files are seeds, too.
    pub fixtures: &'static [&'static str],
    /// Reads bytes; panics if a law is broken.
    pub read: fn(&[u8]),
}

/// All readers.
#[rustfmt::skip]
pub const TARGETS: &[Target] = &[
    Target { name: "pact", fixtures: &["pacts"], read: pact },
    Target { name: "record", fixtures: &["records"], read: record },
    Target { name: "stored", fixtures: &[], read: stored_file },
    Target { name: "path", fixtures: &[], read: path_segment },
    Target { name: "selectors", fixtures: &[], read: selectors },
    Target { name: "command_line", fixtures: &[], read: cli::fuzz::command_line },
    Target { name: "push_report", fixtures: &[], read: remote::fuzz::push_report },
    Target { name: "listing", fixtures: &[], read: remote::fuzz::listing },
    Target { name: "progress", fixtures: &[], read: remote::fuzz::progress },
    Target { name: "verifier_output", fixtures: &["verifier"], read: verifier_output },
    Target { name: "query", fixtures: &[], read: server::fuzz::query },
    Target { name: "body", fixtures: &[], read: server::fuzz::body },
    Target { name: "shown", fixtures: &[], read: shown },
];

/// Gives bytes to a reader.
///
/// # Panics
///
/// If a law is broken, or there is no such reader.
pub fn read(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.expect("a fuzzer has the name of a target");
    (target.read)(bytes);
}

/// A pact is read once and for all: what is made of it is of the same content, and equal to itself.
fn pact(bytes: &[u8]) {
    let recognised = recognise(bytes);
    let Ok(pact) = Pact::parse(bytes) else {
        let again = Pact::parse(bytes).map(drop);
        assert!(again.is_err(), "{recognised:?}");
        return;
    };
    let document = Json::parse(bytes).expect("a pact is a document");
    assert_eq!(pact.document(), &document);
    let between = Pact::parse_between(bytes, pact.consumer(), pact.provider());
    let between = between.expect("it is between whom it says");
    assert_eq!(between.content_id(), pact.content_id());
    assert!(PactDiff::between(&pact, &between).changes.is_empty());
    assert_eq!(broker_diff(&document, &document), "");
    let merged = merge(&pact, &between).expect("a pact agrees with itself");
    drop(merged);
    for interaction in pact.interactions() {
        assert_eq!(interaction.id().len(), 40, "{interaction:?}");
    }
    drop((pact.specification(), pact.kind()));
    let readable = ReadablePact::of(&pact);
    assert_eq!(readable.interactions.len(), pact.interactions().len());
}

/// A record that is read is written as one that is read the same, and the entry that it makes is
/// stored as a file that is sound.
fn record(bytes: &[u8]) {
    let owner = || -> PacticipantName { "Web".parse().expect("it is a name") };
    entry_of::<AppRecord>(bytes, |it| Entry::Pacticipant(it.into()));
    entry_of::<VersionRecord>(bytes, |it| Entry::Version(owner(), it.into()));
    entry_of::<RunRecord>(bytes, |it| Entry::Run(owner(), it.into()));
    entry_of::<TestResultsRecord>(bytes, |it| Entry::TestResults(owner(), it.into()));
    entry_of::<LatestRecord>(bytes, |it| Entry::Latest(owner(), it.version, it.seq));
    entry_of::<BranchHeadRecord>(bytes, |it| Entry::BranchHead(owner(), it.into()));
    entry_of::<TagHeadRecord>(bytes, |it| Entry::TagHead(owner(), it.into()));
    entry_of::<EnvironmentRecord>(bytes, |it| Entry::Environment(it.into()));
    let production = || "production".parse().expect("it is a name");
    entry_of::<DeployedRecord>(bytes, |it| Entry::Deployed(production(), it.into()));
    entry_of::<ReleasedRecord>(bytes, |it| Entry::Released(production(), it.into()));
    entry_of::<WebhookRecord>(bytes, |it| Entry::Webhook(it.into()));
    entry_of::<SettingsRecord>(bytes, |it| Entry::Rules(it.rules));
    entry_of::<SignersRecord>(bytes, |it| Entry::Signers(it.into()));
    entry_of::<PolicyRecord>(bytes, |it| Entry::Policy(it.into()));
    // An intent is never stored on a branch, but is kept on disk.
    let intent = |bytes: &[u8]| -> Option<Result<Intent, PactError>> {
        Some(from_bytes::<IntentRecord>(bytes).ok()?.try_into())
    };
    if let Some(Ok(first)) = intent(bytes) {
        let written = to_bytes(&IntentRecord::from(first));
        let second = intent(&written).and_then(Result::ok);
        let second = second.expect("what was written is read");
        assert_eq!(to_bytes(&IntentRecord::from(second)), written);
    }
}

fn entry_of<R: Record>(bytes: &[u8], entry: impl Fn(R) -> Entry) {
    let Ok(record) = from_bytes::<R>(bytes) else {
        return;
    };
    let written = to_bytes(&record);
    let again = from_bytes::<R>(&written).expect("what was written is read");
    assert_eq!(to_bytes(&again), written);
    let entry = entry(record);
    let whose = match &entry {
        Entry::Pacticipant(pacticipant) => pacticipant.name.to_string(),
        Entry::Environment(environment) => environment.name.to_string(),
        _ => String::new(),
    };
    let (branch, path, file) = change(entry.clone());
    let Change::File(file) = file else { return };
    // Whose a branch is need not be told by its name.
    let whose = Some(whose.as_str()).filter(|whose| !whose.is_empty());
    match stored::entry(&branch, &path, &file, whose) {
        Ok(stored) => assert_eq!(change(stored), (branch, path, Change::File(file))),
        Err(error) => panic!("{path} on {branch}: {error}"),
    }
}

/// A file that is sound is stored as just this file. The bytes are a branch and a path, a line each, and
/// what is in the file.
fn stored_file(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let mut line = || std::str::from_utf8(parts.next()?).ok();
    let (Some(branch), Some(place)) = (line(), line()) else {
        return;
    };
    let Some(branch) = Branch::parse(branch) else {
        return;
    };
    let file = parts.next().unwrap_or_default();
    let mut segments = place.split('/');
    let root = segments.next().unwrap_or_default().to_owned();
    let path = segments.fold(path::segment(&Segment(root)), |path, it| path.join(it));
    assert_eq!(path.as_str(), place);
    if let Ok(entry) = stored::entry(&branch, &path, file, None) {
        assert_eq!(change(entry), (branch, path, Change::File(file.into())));
    }
}

/// Every name has one segment and comes back from it, unless it was cut; every segment has one name.
fn path_segment(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let segment = path::encode(&text);
    assert!(segment.len() <= 200, "{segment}");
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "_+-.%".contains(c);
    assert!(segment.chars().all(is_safe), "{segment}");
    assert!(
        !segment.starts_with(['.', '-']) && !segment.ends_with('.'),
        "{segment}"
    );
    assert!(
        !segment.contains("..") && segment.strip_suffix(".lock").is_none(),
        "{segment}"
    );
    match path::decode(&segment) {
        Some(name) => assert_eq!(name, text),
        None => assert!(segment.contains("%_"), "{segment}"),
    }
    if let Some(name) = path::decode(&text) {
        assert_eq!(path::encode(&name), text);
    }
    if let Some(branch) = Branch::parse(&text) {
        assert_eq!(branch.as_str(), text);
        drop(branch.owner());
    }
    if let Ok(name) = text.parse::<PacticipantName>() {
        let branch = Branch::app(&name);
        assert_eq!(Branch::parse(branch.as_str()), Some(branch));
    }
}

/// Selectors in JSON, as bodies and command lines have them, are read or refused with a reason.
fn selectors(bytes: &[u8]) {
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return;
    };
    let store = MemoryStore::default();
    let snapshot = store.snapshot();
    let ledger = StoreLedger::new(&*snapshot);
    let wrapped =
        serde_json::json!({ "consumerVersionSelectors": body, "providerVersionBranch": "main" });
    for body in [&body, &wrapped] {
        let provider = "Orders".parse().expect("it is a name");
        match Request::from_json(provider, body, &ledger) {
            Ok(_) => {}
            Err(Refused::Invalid(why)) => assert!(!why.0.is_empty()),
            Err(Refused::Unreadable(error)) => panic!("an empty store can be read: {error}"),
        }
    }
}

/// What verifiers write is read or refused; of an interaction that was not run nothing is proven.
fn verifier_output(bytes: &[u8]) {
    let Ok(output) = VerifierOutput::parse(bytes) else {
        return;
    };
    let unheard = "an interaction that no verifier can have heard of, \u{1}";
    let pulled = ["Web", "Mobile App"].map(|consumer| PulledPact {
        consumer: consumer.parse().expect("it is a name"),
        content: crate::domain::content::ContentId::from_digest([7; 32]),
        pending: false,
        wip: false,
        interactions: vec![PulledInteraction {
            description: unheard.to_owned(),
            key: None,
        }],
    });
    let provider = "Order Service".parse().expect("it is a name");
    let matched = match_results(&output, &provider, &pulled);
    assert_eq!(
        matched.results.len() + matched.unverified.len(),
        pulled.len()
    );
}

/// What is shown is not obeyed, whatever it is, and shown twice it is the same.
fn shown(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let once = terminal::shown(&text);
    assert!(
        !once.contains(|c| deceives(c) && !matches!(c, '\n' | '\t')),
        "{once:?}"
    );
    assert_eq!(terminal::shown(&once), once);
    for line in once.lines() {
        let words = line.trim_start();
        assert!(
            !(words.starts_with("::") && words[2..].contains("::")),
            "{line}"
        );
        assert!(!line.contains("##[") && !line.contains("##vso["), "{line}");
    }
    assert!(!terminal::shown_on_one_line(&text).contains(deceives));
    let document = serde_json::to_string(&[&text]).expect("a text is JSON");
    let read: Vec<String> = serde_json::from_str(&terminal::shown(&document)).expect("it is JSON");
    assert_eq!(read, [&*text]);
    // A word that has a line break stays one, and no name has any.
    let word = quoted(&text.replace('\n', " "));
    assert_eq!(
        terminal::shown(&format!("git {word}")),
        format!("git {word}")
    );
    drop(yaml::scalar(&text));
}

#[cfg(test)]
mod tests {
    //! Every target over its seeds and many variations of them: what a fuzzer does for minutes, for a second.

    use std::fs;
    use std::panic;
    use std::path::Path;
    use std::path::PathBuf;

    use rand_core::Rng;
    use rand_core::SeedableRng;
    use rand_xorshift::XorShiftRng;
    use walkdir::WalkDir;

    use super::*;

    /// How often each seed is varied, unless `GIT_PACT_TEST_FUZZ` says so.
    const VARIATIONS: usize = 40;

    /// The longest seed that is varied, in bytes.
    const LONGEST: usize = 20_000;

    /// What readers look for: a variation that holds one goes further than one that does not.
    const WORDS: [&str; 24] = [
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\n",
        "\0",
        "\u{feff}",
        "\\ud800",
        "1e999999999",
        "-0",
        "null",
        "true",
        "%2F",
        "%_",
        "..",
        "::",
        "##[",
        "\u{1b}[2J",
        "\u{202e}",
        "remote: ",
    ];

    fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
    }

    /// Returns the files below a directory, in the order of their names.
    fn files(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = WalkDir::new(directory).sort_by_file_name().into_iter();
        let files = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file());
        files
            .map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap()))
            .collect()
    }

    /// Returns the seeds of a target.
    fn seeds(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
        let own = root().join("tests/fuzz/seeds").join(target.name);
        let of_fixtures = target
            .fixtures
            .iter()
            .map(|name| root().join("fixtures").join(name));
        of_fixtures
            .chain([own])
            .flat_map(|directory| files(&directory))
            .collect()
    }

    /// Returns a number below another.
    fn below(chance: &mut XorShiftRng, most: usize) -> usize {
        usize::try_from(chance.next_u64() % most.max(1) as u64).unwrap()
    }

    /// Changes bytes as a fuzzer would that sees nothing.
    fn vary(bytes: &mut Vec<u8>, other: &[u8], chance: &mut XorShiftRng) {
        for _ in 0..=below(chance, 4) {
            let at = below(chance, bytes.len() + 1);
            let end = at + below(chance, (bytes.len() - at).min(64) + 1);
            match below(chance, 7) {
                0 if at < bytes.len() => bytes[at] ^= 1 << below(chance, 8),
                1 => bytes.insert(at, u8::try_from(below(chance, 256)).unwrap()),
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again);
                }
                4 => bytes.truncate(at),
                5 => {
                    let from = below(chance, other.len() + 1);
                    bytes.truncate(at);
                    bytes.extend(&other[from..]);
                }
                _ => {
                    let word = WORDS[below(chance, WORDS.len())];
                    bytes.splice(at..end, word.bytes());
                }
            }
        }
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "how long to go on is for whoever runs the test to say"
    )]
    fn every_reader_keeps_its_laws_whatever_it_reads() {
        let variations = std::env::var("GIT_PACT_TEST_FUZZ").ok();
        let variations = variations.map_or(VARIATIONS, |text| text.parse().unwrap());
        for target in TARGETS {
            let seeds = seeds(target);
            assert!(!seeds.is_empty(), "{} has no seeds", target.name);
            for (index, (path, seed)) in seeds.iter().enumerate() {
                (target.read)(seed);
                if seed.len() > LONGEST {
                    continue;
                }
                let mut chance = XorShiftRng::seed_from_u64(index as u64);
                for _ in 0..variations {
                    let mut bytes = seed.clone();
                    let other = &seeds[below(&mut chance, seeds.len())].1;
                    vary(&mut bytes, other, &mut chance);
                    let read = panic::catch_unwind(|| (target.read)(&bytes));
                    assert!(
                        read.is_ok(),
                        "{} of {}: keep it as a seed: {}",
                        target.name,
                        path.display(),
                        bytes.escape_ascii()
                    );
                }
            }
        }
    }

    #[test]
    fn every_target_has_a_fuzzer_and_every_fuzzer_a_target() {
        let fuzz = root().join("tests/fuzz");
        let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
        let mut known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        known.sort_unstable();
        let found: Vec<String> = files(&fuzz.join("fuzz_targets"))
            .into_iter()
            .map(|(path, text)| {
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                let text = String::from_utf8(text).unwrap();
                assert!(
                    text.contains(&format!("git_pact::fuzz::read(\"{name}\", bytes)")),
                    "{name}"
                );
                assert!(
                    manifest.contains(&format!("name = \"{name}\"\npath = ")),
                    "{name}"
                );
                name
            })
            .collect();
        assert_eq!(found, known);
    }
}
