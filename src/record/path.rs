//! Where records lie: the only code that turns a name into a branch or a path.
//!
//! Names are data, paths are encodings of them. An encoded segment is readable
//! (`Order%20Service`), reversible unless it had to be cut, valid in a ref and in a file name on
//! every system, and never an option, a `..` or a `.git`. Every path begins with the name of its
//! branch's owner, so that the union of all branches is one coherent tree.

use std::fmt;

use sha2::Digest;
use sha2::Sha256;

use crate::domain::content::ContentId;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::test_results::TestResultsId;
use crate::domain::webhook::WebhookUuid;

/// The longest encoded segment in bytes; a longer one is cut and ends in a hash.
const MAX_SEGMENT: usize = 200;

/// What stands between the kept part and the hash of a segment that was cut. No hexadecimal digit
/// follows the `%`, so nothing else encodes to it.
const CUT: &str = "%_";

/// Names that Windows takes for devices, whatever follows a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Those that it takes for devices if a digit follows.
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// Returns a name as one segment of a path or of a ref.
#[must_use]
pub fn encode(name: &str) -> String {
    if is_plain(name) {
        return name.to_owned();
    }
    let bytes = name.as_bytes();
    let lock = name.strip_suffix(".lock").map(str::len);
    let mut segment = String::with_capacity(bytes.len());
    for (index, &byte) in bytes.iter().enumerate() {
        let inner_dot =
            index > 0 && index + 1 < bytes.len() && bytes[index - 1] != b'.' && lock != Some(index);
        let kept = match byte {
            b'.' => inner_dot,
            b'-' => index > 0,
            _ => is_kept_anywhere(byte),
        };
        if kept && !(index == 0 && is_device(name)) {
            segment.push(byte.into());
        } else {
            use fmt::Write;
            write!(segment, "%{byte:02X}").expect("writing to a string does not fail");
        }
    }
    if segment.len() > MAX_SEGMENT {
        cut(name, &segment)
    } else {
        segment
    }
}

/// Says whether a byte stands for itself wherever it is.
fn is_kept_anywhere(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+')
}

/// Says whether a name is its own encoding at first sight, as nearly all are. One that is not may be, too.
fn is_plain(name: &str) -> bool {
    let kept = |byte: u8| byte == b'-' || is_kept_anywhere(byte);
    name.bytes().all(kept)
        && name.len() <= MAX_SEGMENT
        && !name.starts_with('-')
        && !is_device(name)
}

/// Says whether Windows would take a file of this name for a device.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let is_one_of = |stem: &str, devices: &[&str]| {
        devices
            .iter()
            .any(|device| stem.eq_ignore_ascii_case(device))
    };
    match stem.strip_suffix(|c: char| c.is_ascii_digit()) {
        Some(stem) => is_one_of(stem, &NUMBERED_DEVICES),
        None => is_one_of(stem, &DEVICES),
    }
}

fn cut(name: &str, segment: &str) -> String {
    let half: [u8; 16] = Sha256::digest(name)[..16]
        .try_into()
        .expect("a digest is longer");
    let hash = format!("{:032x}", u128::from_be_bytes(half));
    let keep = MAX_SEGMENT - CUT.len() - hash.len();
    // Never inside an escape.
    let keep = segment[..keep]
        .rfind('%')
        .filter(|at| at + 3 > keep)
        .unwrap_or(keep);
    format!("{}{CUT}{hash}", &segment[..keep])
}

/// Returns the name that a segment encodes, or `None` if it was cut or encodes none.
///
/// A cut name is found inside its record.
#[must_use]
pub fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (hex, after) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(byte);
        }
    }
    let name = String::from_utf8(bytes).ok()?;
    // Only what `encode` writes is a name: two segments never stand for one.
    (encode(&name) == segment).then_some(name)
}

/// Returns the two directories, `a/b`, that keep a directory of many names small.
fn shard(name: &str) -> String {
    let first = Sha256::digest(name)[0];
    let digit = |half: u8| char::from_digit(half.into(), 16).expect("four bits are a digit");
    [digit(first >> 4), '/', digit(first & 0xf)]
        .iter()
        .collect()
}

/// Returns eight digits that are the same in the names of all versions of an application, and of
/// all its runs, so that these names *end* alike.
///
/// git looks for deltas among files whose last 16 characters agree. Without this, each version
/// meets strangers there, and a pack is a quarter larger.
fn family(owner: &PacticipantName) -> String {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(owner.as_str()));
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

/// A branch of the store, without the `pact/` that all of them begin with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Branch(String);

/// Who owns a branch, as far as its name tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// `pact/contracts/<provider>`: that provider's consumers.
    Contracts(Segment),
    /// `pact/app/<pacticipant>`: that application's pipelines.
    App(Segment),
    /// `pact/env/<environment>`: whoever deploys there.
    Environment(Segment),
    /// `pact/settings`: whoever administers.
    Settings,
}

/// An encoded name that may have been cut.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment(pub String);

impl Segment {
    /// Returns the name, or `None` if only its record tells.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        decode(&self.0)
    }
}

impl Branch {
    /// What the names of all branches begin with, below `refs/heads/`.
    pub const ROOT: &str = "pact/";

    /// What the names of their refs begin with, in the repository that is the authority.
    pub const REFS: &str = "refs/heads/pact/";

    /// Returns the branch on which the consumers of a provider publish current contracts.
    #[must_use]
    pub fn contracts(provider: &PacticipantName) -> Self {
        Self(["contracts/", &encode(provider.as_str())].concat())
    }

    /// Returns the branch of an application.
    #[must_use]
    pub fn app(pacticipant: &PacticipantName) -> Self {
        Self(["app/", &encode(pacticipant.as_str())].concat())
    }

    /// Returns the branch of the application that an encoded name stands for.
    #[must_use]
    pub fn app_in(segment: &Segment) -> Self {
        Self(format!("app/{}", segment.0))
    }

    /// Returns the branch of an environment.
    #[must_use]
    pub fn environment(environment: &EnvironmentName) -> Self {
        Self([Self::ENVIRONMENTS, &encode(environment.as_str())].concat())
    }

    /// What the names of the branches of environments begin with, below [`Self::ROOT`].
    pub const ENVIRONMENTS: &str = "env/";

    /// Says whether it is the branch of an environment.
    #[must_use]
    pub fn is_environment(&self) -> bool {
        self.0.starts_with(Self::ENVIRONMENTS)
    }

    /// Returns the branch of the settings.
    #[must_use]
    pub fn settings() -> Self {
        Self("settings".to_owned())
    }

    /// Returns the branch with a name such as `app/Web`, or `None` if the store has no such kind.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let branch = Self(name.to_owned());
        branch.owner_of().map(|_| branch)
    }

    fn owner_of(&self) -> Option<Owner> {
        if self.0 == "settings" {
            return Some(Owner::Settings);
        }
        let (kind, segment) = self.0.split_once('/')?;
        let safe = |c: char| c.is_ascii_alphanumeric() || "_+-.%".contains(c);
        if segment.is_empty() || !segment.chars().all(safe) {
            return None;
        }
        let segment = Segment(segment.to_owned());
        match kind {
            "contracts" => Some(Owner::Contracts(segment)),
            "app" => Some(Owner::App(segment)),
            "env" => Some(Owner::Environment(segment)),
            _ => None,
        }
    }

    /// Returns who owns the branch.
    ///
    /// # Panics
    ///
    /// Never: only names with an owner are branches.
    #[must_use]
    pub fn owner(&self) -> Owner {
        self.owner_of().expect("a branch has an owner")
    }

    /// Returns the name below `pact/`, e.g. `app/Order%20Service`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Branch {
    /// Writes the name of the branch as git knows it, e.g. `pact/app/Order%20Service`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::ROOT, self.0)
    }
}

/// The path of a file or a directory on a branch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordPath(String);

impl RecordPath {
    /// Returns the path as text, `/` between its segments.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path of a file of a tree, as git names it.
    #[must_use]
    pub fn in_tree(path: &str) -> Self {
        Self(path.to_owned())
    }

    /// Returns the directory in which it lies; a path of one segment is its own.
    #[must_use]
    pub fn directory(&self) -> Self {
        let above = self.0.rsplit_once('/').map(|(above, _)| above);
        Self(above.unwrap_or(&self.0).to_owned())
    }

    /// Says whether this is where a version lies, on the branch of an application.
    #[must_use]
    pub fn is_version(&self) -> bool {
        self.0.split('/').nth(1) == Some("versions")
    }

    /// Returns the path of something that a listing of this directory named.
    #[must_use]
    pub fn join(&self, segment: &str) -> Self {
        Self([&self.0, "/", segment].concat())
    }
}

impl fmt::Display for RecordPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn path(segments: fmt::Arguments<'_>) -> RecordPath {
    use fmt::Write;
    // Longer than most: a question makes hundreds, and each would grow four times.
    let mut path = String::with_capacity(128);
    path.write_fmt(segments)
        .expect("writing to a string does not fail");
    RecordPath(path)
}

/// Returns where a pacticipant is described.
#[must_use]
pub fn app(pacticipant: &PacticipantName) -> RecordPath {
    path(format_args!("{}/app.json", encode(pacticipant.as_str())))
}

/// Returns the directory of a pacticipant; everything on its branch is below it.
#[must_use]
pub fn app_root(pacticipant: &PacticipantName) -> RecordPath {
    RecordPath(encode(pacticipant.as_str()))
}

/// Returns where the description in the tree of an application's branch lies, by its segment.
#[must_use]
pub fn app_in(segment: &Segment) -> RecordPath {
    path(format_args!("{}/app.json", segment.0))
}

/// Returns the directory of the owner of a branch, by its segment.
#[must_use]
pub fn segment(segment: &Segment) -> RecordPath {
    RecordPath(segment.0.clone())
}

/// Returns where a version lies.
#[must_use]
pub fn version(pacticipant: &PacticipantName, number: &VersionNumber) -> RecordPath {
    Versions::of(pacticipant).path(number)
}

/// Where the versions of an application lie: what is the same for all of them is found out once.
#[derive(Clone, Debug)]
pub struct Versions {
    directory: RecordPath,
    family: String,
}

impl Versions {
    /// Returns where those of a pacticipant lie.
    #[must_use]
    pub fn of(pacticipant: &PacticipantName) -> Self {
        Self {
            directory: versions(pacticipant),
            family: family(pacticipant),
        }
    }

    /// Returns where one of them lies.
    #[must_use]
    pub fn path(&self, number: &VersionNumber) -> RecordPath {
        let (directory, family) = (&self.directory, &self.family);
        let (shard, number) = (shard(number.as_str()), encode(number.as_str()));
        path(format_args!(
            "{directory}/{shard}/{number}.version-{family}.json"
        ))
    }
}

/// Returns the directory of all versions; two levels of shards are in it.
#[must_use]
pub fn versions(pacticipant: &PacticipantName) -> RecordPath {
    path(format_args!("{}/versions", encode(pacticipant.as_str())))
}

/// Returns where the bytes of a content lie, on the consumer's branch.
#[must_use]
pub fn content(
    consumer: &PacticipantName,
    provider: &PacticipantName,
    content: &ContentId,
) -> RecordPath {
    let (owner, provider) = (encode(consumer.as_str()), encode(provider.as_str()));
    path(format_args!("{owner}/contents/{provider}/{content}.json"))
}

/// Returns where a run lies, on the provider's branch.
#[must_use]
pub fn run(provider: &PacticipantName, version: &VersionNumber, number: u32) -> RecordPath {
    Runs::of(provider).path(version, number)
}

/// Where the runs of a provider lie: what is the same for all of them is found out once.
#[derive(Clone, Debug)]
pub struct Runs {
    directory: RecordPath,
    family: String,
}

impl Runs {
    /// Returns where those of a provider lie.
    #[must_use]
    pub fn of(provider: &PacticipantName) -> Self {
        Self {
            directory: runs(provider),
            family: family(provider),
        }
    }

    /// Returns where one of them lies.
    #[must_use]
    pub fn path(&self, version: &VersionNumber, number: u32) -> RecordPath {
        let (directory, family) = (&self.directory, &self.family);
        let (shard, prefix) = (shard(version.as_str()), run_prefix(version));
        path(format_args!(
            "{directory}/{shard}/{prefix}{number}.run-{family}.json"
        ))
    }
}

/// Returns what the names of the runs of a version begin with.
#[must_use]
pub fn run_prefix(version: &VersionNumber) -> String {
    // `=` is in no encoded name, so one version's prefix never is another's.
    format!("{}=", encode(version.as_str()))
}

/// Returns the directory in which the runs of a version lie, among others.
#[must_use]
pub fn runs_of(provider: &PacticipantName, version: &VersionNumber) -> RecordPath {
    let (owner, shard) = (encode(provider.as_str()), shard(version.as_str()));
    path(format_args!("{owner}/runs/{shard}"))
}

/// Returns the directory of all runs; two levels of shards are in it.
#[must_use]
pub fn runs(provider: &PacticipantName) -> RecordPath {
    path(format_args!("{}/runs", encode(provider.as_str())))
}

/// Returns where test results lie, on the provider's branch.
#[must_use]
pub fn test_results(provider: &PacticipantName, id: &TestResultsId) -> RecordPath {
    let (owner, family) = (encode(provider.as_str()), family(provider));
    let shard = shard(id.as_str());
    path(format_args!(
        "{owner}/tests/{shard}/{id}.tests-{family}.json"
    ))
}

/// Returns where the newest version and the last sequence of a pacticipant lie.
#[must_use]
pub fn latest(pacticipant: &PacticipantName) -> RecordPath {
    path(format_args!(
        "{}/heads/latest.json",
        encode(pacticipant.as_str())
    ))
}

/// Returns where the head of a branch lies.
#[must_use]
pub fn branch_head(pacticipant: &PacticipantName, branch: &BranchName) -> RecordPath {
    let (heads, branch) = (branch_heads(pacticipant), branch.as_str());
    path(format_args!(
        "{heads}/{}/{}.json",
        shard(branch),
        encode(branch)
    ))
}

/// Returns the directory of the heads of branches; two levels of shards are in it.
#[must_use]
pub fn branch_heads(pacticipant: &PacticipantName) -> RecordPath {
    path(format_args!(
        "{}/heads/branches",
        encode(pacticipant.as_str())
    ))
}

/// Returns where the head of a tag lies.
#[must_use]
pub fn tag_head(pacticipant: &PacticipantName, tag: &TagName) -> RecordPath {
    let (heads, tag) = (tag_heads(pacticipant), tag.as_str());
    path(format_args!("{heads}/{}/{}.json", shard(tag), encode(tag)))
}

/// Returns the directory of the heads of tags; two levels of shards are in it.
#[must_use]
pub fn tag_heads(pacticipant: &PacticipantName) -> RecordPath {
    path(format_args!("{}/heads/tags", encode(pacticipant.as_str())))
}

/// Returns where the first successes of a content lie, on the provider's branch.
#[must_use]
pub fn verified(
    provider: &PacticipantName,
    consumer: &PacticipantName,
    content: &ContentId,
) -> RecordPath {
    let (owner, consumer) = (encode(provider.as_str()), encode(consumer.as_str()));
    path(format_args!("{owner}/verified/{consumer}/{content}.json"))
}

/// Returns where a current contract lies, on the branch of the provider's contracts.
#[must_use]
pub fn contract(provider: &PacticipantName, consumer: &PacticipantName) -> RecordPath {
    contracts(provider).join(&format!("{}.json", encode(consumer.as_str())))
}

/// Returns the directory of a provider's current contracts; nothing else lies in it.
#[must_use]
pub fn contracts(provider: &PacticipantName) -> RecordPath {
    RecordPath(encode(provider.as_str()))
}

/// Returns where an environment is described.
#[must_use]
pub fn environment(environment: &EnvironmentName) -> RecordPath {
    path(format_args!(
        "{}/environment.json",
        encode(environment.as_str())
    ))
}

/// Returns the directory of an environment; everything recorded there is below it.
#[must_use]
pub fn environment_root(environment: &EnvironmentName) -> RecordPath {
    RecordPath(encode(environment.as_str()))
}

/// Returns where the last sequence of an environment lies.
#[must_use]
pub fn environment_latest(environment: &EnvironmentName) -> RecordPath {
    path(format_args!("{}/latest.json", encode(environment.as_str())))
}

/// Returns where a deployed version lies.
#[must_use]
pub fn deployed(
    environment: &EnvironmentName,
    pacticipant: &PacticipantName,
    instance: Option<&ApplicationInstance>,
) -> RecordPath {
    // A lone `=` is no encoded name: the instance without a name has a file of its own.
    let instance = instance.map_or("=".to_owned(), |name| encode(name.as_str()));
    deployed_of(environment, pacticipant).join(&format!("{instance}.json"))
}

/// Returns the directory of what is deployed of a pacticipant.
#[must_use]
pub fn deployed_of(environment: &EnvironmentName, pacticipant: &PacticipantName) -> RecordPath {
    deployed_in(environment).join(&encode(pacticipant.as_str()))
}

/// Returns where it is remembered what has ended in an environment.
#[must_use]
pub fn ended(environment: &EnvironmentName) -> RecordPath {
    path(format_args!("{}/ended.json", encode(environment.as_str())))
}

/// Returns the directory of what is deployed in an environment, one directory a pacticipant.
#[must_use]
pub fn deployed_in(environment: &EnvironmentName) -> RecordPath {
    path(format_args!("{}/deployed", encode(environment.as_str())))
}

/// Returns where a released version lies.
#[must_use]
pub fn released(
    environment: &EnvironmentName,
    pacticipant: &PacticipantName,
    version: &VersionNumber,
) -> RecordPath {
    released_of(environment, pacticipant).join(&format!("{}.json", encode(version.as_str())))
}

/// Returns the directory of what is released of a pacticipant.
#[must_use]
pub fn released_of(environment: &EnvironmentName, pacticipant: &PacticipantName) -> RecordPath {
    released_in(environment).join(&encode(pacticipant.as_str()))
}

/// Returns the directory of what is released to an environment, one directory a pacticipant.
#[must_use]
pub fn released_in(environment: &EnvironmentName) -> RecordPath {
    path(format_args!("{}/released", encode(environment.as_str())))
}

/// Returns the path of a webhook.
#[must_use]
pub fn webhook(uuid: &WebhookUuid) -> RecordPath {
    webhooks().join(&format!("{}.json", encode(uuid.as_str())))
}

/// Returns the directory of all webhooks.
#[must_use]
pub fn webhooks() -> RecordPath {
    RecordPath("settings/webhooks".to_owned())
}

/// Returns where it lies who may write which branch.
#[must_use]
pub fn policy() -> RecordPath {
    RecordPath("settings/policy.json".to_owned())
}

/// Returns where it lies who may sign for a pacticipant.
#[must_use]
pub fn signers(pacticipant: &PacticipantName) -> RecordPath {
    all_signers().join(&format!("{}.json", encode(pacticipant.as_str())))
}

/// Returns the directory of all who may sign, one file a pacticipant.
#[must_use]
pub fn all_signers() -> RecordPath {
    RecordPath("settings/signers".to_owned())
}

/// Returns where the settings of the store lie.
#[must_use]
pub fn settings() -> RecordPath {
    RecordPath("settings/store.json".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_segment_reads_like_the_name() {
        for (name, segment) in [
            ("Order Service", "Order%20Service"),
            ("feat/JIRA-12", "feat%2FJIRA-12"),
            ("1.2.3+build.5", "1.2.3+build.5"),
            ("..", "%2E%2E"),
            (".git", "%2Egit"),
            ("a..b", "a.%2Eb"),
            ("end.", "end%2E"),
            ("-rf", "%2Drf"),
            ("x.lock", "x%2Elock"),
            ("CON", "%43ON"),
            ("aux.txt", "%61ux.txt"),
            ("com1", "%63om1"),
            ("console", "console"),
            ("smile 🙂", "smile%20%F0%9F%99%82"),
            ("100%", "100%25"),
        ] {
            assert_eq!(encode(name), segment);
            assert_eq!(decode(segment).as_deref(), Some(name));
        }
    }

    #[test]
    fn a_long_name_is_cut_and_keeps_a_hash() {
        let (one, two) = ("é".repeat(254) + "1", "é".repeat(254) + "2");
        assert_eq!(encode(&one).len(), 200 - (200 - 2 - 32) % 3);
        assert_ne!(encode(&one), encode(&two));
        assert_eq!(decode(&encode(&one)), None);
    }

    #[test]
    fn only_what_encode_writes_is_decoded() {
        for segment in ["%6F", "a b", "%zz", "%", "%C3", "..", "%2e"] {
            assert_eq!(decode(segment), None, "{segment}");
        }
    }

    #[test]
    fn git_finds_deltas_among_the_versions_of_one_application_and_among_its_runs() {
        // `git pack-objects` sorts by the last 16 characters of a path.
        fn end(path: &RecordPath) -> &str {
            &path.as_str()[path.as_str().len() - 16..]
        }
        let (web, orders): (PacticipantName, PacticipantName) =
            ("W".parse().unwrap(), "Orders".parse().unwrap());
        let (one, two): (VersionNumber, VersionNumber) =
            ("1".parse().unwrap(), "2".parse().unwrap());
        assert_eq!(end(&version(&web, &one)), end(&version(&web, &two)));
        assert_eq!(end(&run(&web, &one, 1)), end(&run(&web, &two, 12)));
        assert_ne!(end(&version(&web, &one)), end(&version(&orders, &one)));
        assert_ne!(end(&version(&web, &one)), end(&run(&web, &one, 1)));
    }

    #[test]
    fn a_branch_has_one_owner() {
        let web: PacticipantName = "shop/web".parse().unwrap();
        let branch = Branch::app(&web);
        assert_eq!(branch.to_string(), "pact/app/shop%2Fweb");
        let Owner::App(segment) = branch.owner() else {
            panic!("{branch}")
        };
        assert_eq!(segment.name().as_deref(), Some("shop/web"));
        for other in [
            "",
            "app",
            "app/",
            "app/a/b",
            "app/a b",
            "other/x",
            "settings/x",
        ] {
            assert_eq!(Branch::parse(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn every_name_survives_its_path(name in "\\PC{1,60}") {
            let segment = encode(&name);
            prop_assert!(segment.len() <= MAX_SEGMENT);
            if !segment.contains(CUT) {
                prop_assert_eq!(decode(&segment), Some(name));
            }
            let safe = |c: char| c.is_ascii_alphanumeric() || "_+-.%".contains(c);
            prop_assert!(segment.chars().all(safe), "{}", segment);
            prop_assert!(!segment.starts_with(['-', '.']) && !segment.ends_with('.'));
            prop_assert!(!segment.contains(".."));
            prop_assert!(segment.strip_suffix(".lock").is_none());
        }
    }
}
