//! Each file of `fixtures/ci` is a case: `NAME=value` lines, `#git <head> <branch>`, `#merge <message>`,
//! `#event <json>`, and after `#=` what has to be found.

use std::path::PathBuf;

use super::*;

/// A case as read from its file.
#[derive(Default)]
struct Case {
    env: Environment,
    git: GitFacts,
    event: Option<String>,
    expected: String,
}

fn case(text: &str) -> Case {
    let mut case = Case::default();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(expected) = line.strip_prefix("#= ") {
            case.expected.push_str(expected);
            case.expected.push('\n');
        } else if let Some(git) = line.strip_prefix("#git ") {
            let mut words = git.split(' ').map(str::to_owned);
            case.git.head = words.next();
            case.git.branch = words.next();
        } else if let Some(merge) = line.strip_prefix("#merge ") {
            case.git.merge = Some(merge.to_owned());
        } else if let Some(event) = line.strip_prefix("#event ") {
            case.event = Some(event.to_owned());
        } else if !line.starts_with('#') {
            let (name, value) = line.split_once('=').unwrap();
            case.env.insert(name.to_owned(), value.to_owned());
        }
    }
    case
}

/// Draws what was found, one line each.
fn drawn(case: Case) -> String {
    let Case {
        env, git, event, ..
    } = case;
    let found = detect(&env, |_| event.map(String::into_bytes), &git);
    let show = |found: &Found| format!("{} ({})", found.value, found.source);
    let mut lines = vec![format!("service: {}", found.service.unwrap_or("none"))];
    lines.push(match &found.commit {
        Ok(commit) => format!("commit: {}", show(commit)),
        Err(why) => format!("no commit: {why}"),
    });
    lines.push(match &found.branch {
        Ok(branch) => format!("branch: {}", show(branch)),
        Err(why) => format!("no branch: {why}"),
    });
    lines.extend(
        found
            .build_url
            .iter()
            .map(|url| format!("build: {}", show(url))),
    );
    lines.extend(
        found
            .pull_request
            .iter()
            .map(|one| format!("request: {}", show(one))),
    );
    lines.extend(actor(&env).map(|(name, address)| format!("actor: {name} <{address}>")));
    lines.join("\n") + "\n"
}

#[test]
fn every_captured_environment_is_understood() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/ci");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "env"))
        .collect();
    files.sort();
    assert!(files.len() > 30, "the fixtures are there");
    for file in files {
        let case = case(&std::fs::read_to_string(&file).unwrap());
        let expected = case.expected.clone();
        assert_eq!(drawn(case), expected, "{}", file.display());
    }
}

/// Returns what is found in an environment written as in a file.
fn detected(text: &str) -> Detected {
    let case = case(text);
    let event = case.event;
    detect(&case.env, |_| event.map(String::into_bytes), &case.git)
}

#[test]
fn our_own_variables_come_first_and_must_not_be_blank() {
    let found = detected(
        "GIT_PACT_COMMIT=v1\nGIT_PACT_BRANCH=pull/7\nGITHUB_ACTIONS=true\nGITHUB_REF=refs/pull/7/merge\nGITHUB_SHA=abc",
    );
    assert_eq!(found.commit.unwrap().value, "v1");
    assert_eq!(found.branch.unwrap().value, "pull/7");
    let found = detected("GIT_PACT_COMMIT= \nGIT_PACT_BRANCH=\n#git abc main");
    assert_eq!(
        found.commit,
        Err(NoCommit::Blank("GIT_PACT_COMMIT".to_owned()))
    );
    assert_eq!(
        found.branch,
        Err(NoBranch::Blank("GIT_PACT_BRANCH".to_owned()))
    );
}

#[test]
fn what_is_no_commit_is_refused() {
    for text in [
        "GIT_COMMIT=0000000000000000000000000000000000000000\n#git abc main",
        "GIT_PACT_COMMIT=HEAD\n#git abc main",
        "GIT_PACT_COMMIT=0",
    ] {
        assert!(
            matches!(detected(text).commit, Err(NoCommit::Nonsense { .. })),
            "{text}"
        );
    }
    assert_eq!(detected("GIT_COMMIT=HEAD").commit, Err(NoCommit::Unknown));
    assert_eq!(detected("").commit, Err(NoCommit::Unknown));
}

#[test]
fn no_variable_is_believed_for_its_name_alone() {
    let found = detected("DEPLOY_BRANCH=main\nMY_COMMIT=abc");
    assert_eq!(found.commit, Err(NoCommit::Unknown));
    assert_eq!(found.branch, Err(NoBranch::Detached));
}

#[test]
fn the_only_variable_that_ends_in_branch_may_be_asked_for() {
    let lone = |text: &str| lone_branch(&case(text).env).map(|found| found.value);
    assert_eq!(lone("MY_BRANCH=mine").as_deref(), Some("mine"));
    assert_eq!(
        lone("MY_BRANCH=refs/heads/a/b\nOTHER_BRANCH=").as_deref(),
        Some("a/b")
    );
    for text in [
        "A_BRANCH=a\nB_BRANCH=b",
        "DEFAULT_BRANCH=main",
        "PR_TARGET_BRANCH=main",
        "MY_BRANCH=refs/tags/v1",
        "BRANCH=main",
        "",
    ] {
        assert_eq!(lone(text), None, "{text}");
    }
}

#[test]
fn of_the_variables_that_pacts_own_programs_know_the_first_counts() {
    let found = detected(
        "CIRRUS_BRANCH=last\nCIRCLE_BRANCH=second\nBUILDKITE_BRANCH= \n\
         BUILD_SOURCEVERSION=c\nTRAVIS_COMMIT=t\nTRAVIS_BUILD_WEB_URL=u\n#git abc main",
    );
    assert_eq!(found.service, None);
    assert_eq!(found.commit.unwrap().value, "t");
    assert_eq!(found.branch.unwrap().value, "second");
    assert_eq!(found.build_url.unwrap().value, "u");
}

#[test]
fn a_branch_may_look_a_little_like_a_pull_request() {
    for (name, is_branch) in [
        ("PR-7", false),
        ("pull/7/head", false),
        ("PR-7-fix", true),
        ("pull/x", true),
    ] {
        let found = detected(&format!("GIT_BRANCH={name}")).branch;
        assert_eq!(found.is_ok(), is_branch, "{name}");
    }
}

#[test]
fn the_branch_of_a_fork_that_was_deleted_is_not_taken_for_our_own() {
    let found = detected(
        "GITHUB_ACTIONS=true\nGITHUB_EVENT_NAME=pull_request\nGITHUB_EVENT_PATH=/e\n\
         #event {\"pull_request\":{\"head\":{\"sha\":\"abc\",\"ref\":\"release\",\"repo\":null},\"base\":{\"ref\":\"main\"}}}",
    );
    assert_eq!(found.commit.unwrap().value, "abc");
    assert!(matches!(found.branch, Err(NoBranch::Fork { .. })));
}

#[test]
fn an_event_file_that_cannot_be_read_is_as_if_there_was_none() {
    let found = detected(
        "GITHUB_ACTIONS=true\nGITHUB_EVENT_NAME=pull_request\nGITHUB_EVENT_PATH=/e\n\
         GITHUB_SHA=abc\nGITHUB_REF=refs/pull/7/merge\nGITHUB_HEAD_REF=fix\n#event {\"pull",
    );
    assert!(matches!(found.commit, Err(NoCommit::MergeCommit { .. })));
    assert_eq!(found.branch.unwrap().value, "fix");
}

#[test]
fn an_actor_cannot_forge_a_commit_header() {
    let env = case("GIT_PACT_ACTOR=Eve\u{1b}> <eve@example.org>\rcommitter x").env;
    let (name, address) = actor(&env).unwrap();
    assert_eq!(
        (name.as_str(), address.as_str()),
        ("Eve", "eve@example.orgcommitter x")
    );
    assert_eq!(actor(&case("USER=eve").env), None);
}
