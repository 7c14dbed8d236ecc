//! Pushes between real repositories.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use super::super::error::Trouble;
use super::super::fetch::Depth;
use super::super::names::ObjectId;
use super::super::outcome::NextStep;
use super::super::progress::Progress;
use super::super::testing::Scratch;
use super::super::testing::branch;
use super::super::testing::hook;
use super::super::url::RemoteUrl;
use super::*;

const PREFIX: &str = "refs/remotes/origin/pact/";

fn update(name: &str, new: &ObjectId) -> Update {
    Update {
        name: branch(name),
        old: None,
        new: new.clone(),
    }
}

fn push(scratch: &Scratch, updates: &[Update]) -> PushOutcome {
    scratch.git().push(&scratch.remote(), updates).unwrap()
}

fn tip(scratch: &Scratch, name: &str) -> Option<ObjectId> {
    scratch.remote_tip(branch(name).as_str())
}

#[test]
fn a_push_lands_and_moves_nothing_here() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    let updates = [update("app/a", &one), update("env/test", &one)];
    assert_eq!(push(&scratch, &updates), PushOutcome::Landed);
    assert_eq!(tip(&scratch, "app/a"), Some(one.clone()));
    assert_eq!(tip(&scratch, "env/test"), Some(one));
    assert_eq!(scratch.plain(&["--git-dir=local.git", "for-each-ref"]), "");
    assert_eq!(push(&scratch, &updates), PushOutcome::Landed);
    assert_eq!(push(&scratch, &[]), PushOutcome::Landed);
}

#[test]
fn who_builds_on_an_old_tip_has_lost_the_race() {
    let scratch = Scratch::new();
    let base = scratch.local_commit(&[], "base");
    let ours = scratch.local_commit(&[&base], "ours");
    assert_eq!(
        push(&scratch, &[update("app/a", &base)]),
        PushOutcome::Landed
    );
    let theirs = scratch.remote_commit(&[&base], "theirs");
    scratch.set_remote("pact/app/a", &theirs);
    let outcome = push(&scratch, &[update("app/a", &ours), update("app/b", &ours)]);
    assert_eq!(outcome.next_step(), NextStep::DecideAgain, "{outcome:?}");
    assert_eq!(tip(&scratch, "app/a"), Some(theirs));
    assert_eq!(tip(&scratch, "app/b"), None);
}

#[test]
fn who_is_overtaken_while_pushing_has_lost_the_race() {
    for names in [&["app/a"][..], &["app/a", "app/b"]] {
        let scratch = Scratch::new();
        let base = scratch.local_commit(&[], "base");
        let ours = scratch.local_commit(&[&base], "ours");
        assert_eq!(
            push(&scratch, &[update("app/a", &base)]),
            PushOutcome::Landed
        );
        let theirs = scratch.remote_commit(&[&base], "theirs");
        let overtake =
            format!("unset GIT_QUARANTINE_PATH; git update-ref refs/heads/pact/app/a {theirs}");
        hook(&scratch.remote_dir(), "update", &overtake);
        let updates: Vec<_> = names.iter().map(|name| update(name, &ours)).collect();
        let outcome = push(&scratch, &updates);
        assert!(
            matches!(outcome, PushOutcome::LostRace { .. }),
            "{outcome:?}"
        );
        assert_eq!(tip(&scratch, "app/a"), Some(theirs));
    }
}

#[test]
fn a_lock_left_behind_on_the_server_looks_like_a_race_and_names_itself() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    let lock = scratch.remote_dir().join("refs/heads/pact/app/a.lock");
    std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
    std::fs::write(lock, "").unwrap();
    match push(&scratch, &[update("app/a", &one)]) {
        PushOutcome::LostRace { said, .. } => assert!(said.contains("a.lock"), "{said}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_hook_of_the_server_is_heard_and_cannot_repaint_the_terminal() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    let script = r"printf 'ask \033[31mthe team\nfirst\n' >&2; exit 1";
    hook(&scratch.remote_dir(), "pre-receive", script);
    let expected = PushOutcome::Refused {
        refs: vec![branch("app/a")],
        reason: "pre-receive hook declined".to_owned(),
        policy: "ask \\u001b[31mthe team\nfirst".to_owned(),
    };
    assert_eq!(push(&scratch, &[update("app/a", &one)]), expected);
}

#[test]
fn a_branch_that_is_in_the_way_is_named() {
    for (existing, names) in [
        ("pact", &["app/a"][..]),
        ("pact/app", &["app/a", "env/test"]),
    ] {
        let scratch = Scratch::new();
        scratch.remote_grows(existing, 1);
        let one = scratch.local_commit(&[], "1");
        let updates: Vec<_> = names.iter().map(|name| update(name, &one)).collect();
        let expected = PushOutcome::NameClash {
            wanted: Some(branch("app/a")),
            existing: Some(format!("refs/heads/{existing}").parse().unwrap()),
        };
        assert_eq!(push(&scratch, &updates), expected);
    }
}

#[test]
fn a_work_tree_on_the_other_side_is_not_pulled_away() {
    let scratch = Scratch::new();
    let base = scratch.remote_grows("pact/app/a", 1);
    scratch.plain(&[
        "--git-dir=remote.git",
        "symbolic-ref",
        "HEAD",
        "refs/heads/pact/app/a",
    ]);
    scratch.plain(&["--git-dir=remote.git", "config", "core.bare", "false"]);
    let names = [branch("app/a")];
    scratch
        .git()
        .fetch(&scratch.remote(), &names, PREFIX, Depth::AsIs)
        .unwrap();
    let next = scratch.local_commit(&[&base], "next");
    let expected = PushOutcome::CheckedOut {
        refs: names.to_vec(),
    };
    assert_eq!(push(&scratch, &[update("app/a", &next)]), expected);
}

#[test]
fn a_server_that_checks_objects_says_what_is_wrong() {
    let scratch = Scratch::new();
    scratch.plain(&[
        "--git-dir=remote.git",
        "config",
        "receive.maxInputSize",
        "10",
    ]);
    let one = scratch.local_commit(&[], "1");
    let outcome = push(&scratch, &[update("app/a", &one)]);
    assert!(
        matches!(outcome, PushOutcome::Unpacker { full: false, .. }),
        "{outcome:?}"
    );
}

#[test]
fn a_shallow_clone_can_push_where_its_history_is_known_and_only_there() {
    let scratch = Scratch::new();
    let base = scratch.remote_grows("pact/app/a", 3);
    let names = [branch("app/a")];
    scratch
        .git()
        .fetch(&scratch.remote_by_url(), &names, PREFIX, Depth::Tip)
        .unwrap();
    assert_eq!(scratch.local_history("refs/remotes/origin/pact/app/a"), 1);
    let next = scratch.local_commit(&[&base], "next");
    assert_eq!(
        push(&scratch, &[update("app/a", &next)]),
        PushOutcome::Landed
    );
    assert_eq!(tip(&scratch, "app/a"), Some(next.clone()));
    scratch.plain(&["init", "--quiet", "--bare", "empty.git"]);
    let empty = Remote::Url(RemoteUrl::from_path(&scratch.folder().join("empty.git")));
    let outcome = scratch
        .git()
        .push(&empty, &[update("app/a", &next)])
        .unwrap();
    assert_eq!(outcome, PushOutcome::ShallowNotAllowed);
}

#[test]
fn hooks_of_the_local_repository_do_not_run() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    for name in ["pre-push", "reference-transaction"] {
        hook(&scratch.local(), name, "exit 1");
    }
    assert_eq!(
        push(&scratch, &[update("app/a", &one)]),
        PushOutcome::Landed
    );
    let names = [branch("app/a")];
    scratch
        .git()
        .fetch(&scratch.remote(), &names, PREFIX, Depth::AsIs)
        .unwrap();
}

#[test]
fn an_inherited_git_dir_is_not_followed() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    let mut environment = scratch.environment();
    for name in ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE"] {
        environment.push((name.into(), scratch.folder().join("elsewhere").into()));
    }
    let git = Git::new(scratch.local(), environment);
    let outcome = git
        .push(&scratch.remote(), &[update("app/a", &one)])
        .unwrap();
    assert_eq!(outcome, PushOutcome::Landed);
}

#[test]
fn a_mirror_is_not_pushed_by_force() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    let main = scratch.remote_grows("main", 1);
    let url = scratch.remote_by_url().to_string();
    scratch.plain(&[
        "--git-dir=local.git",
        "remote",
        "add",
        "--mirror=push",
        "backup",
        &url,
    ]);
    let remote = Remote::Named("backup".parse().unwrap());
    let outcome = scratch
        .git()
        .push(&remote, &[update("app/a", &one)])
        .unwrap();
    assert_ne!(outcome, PushOutcome::Landed);
    assert_eq!(scratch.remote_tip("refs/heads/main"), Some(main));
}

#[test]
fn no_helper_runs_even_if_the_repository_allows_it() {
    let scratch = Scratch::new();
    let mark = scratch.folder().join("mark");
    let url = format!("ext::sh -c touch% {}", mark.display());
    scratch.plain(&["--git-dir=local.git", "config", "remote.bad.url", &url]);
    scratch.plain(&[
        "--git-dir=local.git",
        "config",
        "protocol.ext.allow",
        "always",
    ]);
    let remote = Remote::Named("bad".parse().unwrap());
    let mut widened = scratch.environment();
    widened.push(("GIT_ALLOW_PROTOCOL".into(), "ext:file".into()));
    for environment in [scratch.environment(), widened] {
        assert!(
            Git::new(scratch.local(), environment)
                .list(&remote)
                .is_err()
        );
        assert!(!mark.exists());
    }
    // The control: git on its own runs it.
    let alias = "alias.alone=!git --git-dir=local.git ls-remote bad || true";
    scratch.plain(&["-c", alias, "alone"]);
    assert!(mark.exists());
}

#[test]
fn a_path_that_looks_like_an_option_or_a_host_is_a_path() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    let mark = scratch.folder().join("mark");
    for name in [
        format!("--upload-pack=touch {}", mark.display()),
        "host:r".to_owned(),
    ] {
        let path = scratch.folder().join(&name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let remote = Remote::Url(RemoteUrl::from_path(&path));
        assert!(scratch.git().list(&remote).is_err());
        assert!(!mark.exists());
    }
    let relative = Remote::Url(RemoteUrl::from_path(std::path::Path::new("-x")));
    let outcome = scratch
        .git()
        .push(&relative, &[update("app/a", &one)])
        .unwrap();
    assert_eq!(outcome.next_step(), NextStep::GiveUp, "{outcome:?}");
}

#[test]
fn when_the_time_is_up_it_is_not_known_what_came_of_it() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    hook(&scratch.remote_dir(), "pre-receive", "sleep 20");
    let git = scratch.git().with_time_limit(Duration::from_millis(700));
    let outcome = git
        .push(&scratch.remote(), &[update("app/a", &one)])
        .unwrap();
    assert_eq!(outcome.next_step(), NextStep::Look, "{outcome:?}");
}

#[test]
fn a_missing_git_is_said_to_be_missing() {
    let scratch = Scratch::new();
    let nowhere = scratch.folder().join("nowhere");
    let git = Git::new(scratch.local(), vec![("PATH".into(), nowhere.into())]);
    let result = git.list(&scratch.remote());
    assert!(
        matches!(result, Err(RemoteError::GitMissing { .. })),
        "{result:?}"
    );
}

#[test]
fn an_old_git_is_said_to_be_too_old() {
    let scratch = Scratch::new();
    hook(scratch.folder(), "git", "echo git version 2.30.1");
    let folder = scratch.folder().join("hooks");
    let git = Git::new(scratch.local(), vec![("PATH".into(), folder.into())]);
    let error = git.list(&scratch.remote()).unwrap_err().to_string();
    assert_eq!(error, "git 2.30 is too old; install git 2.31 or newer");
}

#[test]
fn a_push_reports_how_far_it_has_come() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let tape = Arc::clone(&heard);
    let git = scratch.git().with_progress(Progress::new(move |report| {
        let report = report.map(|it| (it.title.to_owned(), it.stage.to_owned(), it.done, it.total));
        tape.lock().unwrap().push(report);
    }));
    let remote = scratch.remote_by_url();
    let outcome = git.push(&remote, &[update("app/a", &one)]).unwrap();
    assert_eq!(outcome, PushOutcome::Landed);
    let heard = heard.lock().unwrap();
    let title = format!("pushing 1 branch to {remote}");
    let all = (title, "Writing objects".to_owned(), 3, Some(3));
    assert!(heard.contains(&Some(all)), "{heard:?}");
    assert_eq!(heard.last(), Some(&None));
}

#[test]
fn a_refusal_reads_the_same_with_progress_and_without() {
    let scratch = Scratch::new();
    let one = scratch.local_commit(&[], "1");
    hook(
        &scratch.folder().join("remote.git"),
        "pre-receive",
        "echo Score: 42 >&2; exit 1",
    );
    let push = |git: Git| git.push(&scratch.remote_by_url(), &[update("app/a", &one)]);
    let plain = push(scratch.git()).unwrap();
    let watched = push(scratch.git().with_progress(Progress::new(|_| ()))).unwrap();
    assert_eq!(watched, plain);
    assert!(format!("{plain:?}").contains("Score: 42"), "{plain:?}");
}

/// Answers one http request with "not found", and returns what was asked.
fn one_request(listener: std::net::TcpListener) -> std::thread::JoinHandle<String> {
    use std::io::Read;
    use std::io::Write;
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        let mut buffer = [0; 4096];
        while !asked.ends_with(b"\r\n\r\n") {
            let count = stream.read(&mut buffer).unwrap();
            asked.extend_from_slice(&buffer[..count]);
        }
        let answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(asked).unwrap()
    })
}

#[test]
fn a_password_reaches_the_server_once_and_no_message() {
    let scratch = Scratch::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let server = one_request(listener);
    // What a CI leaves behind in the configuration must not be sent as well.
    let key = format!("http.http://{host}/.extraHeader");
    scratch.plain(&[
        "--git-dir=local.git",
        "config",
        &key,
        "Authorization: Basic bGVmdDpvdmVy",
    ]);
    let url = RemoteUrl::parse(&format!("http://me:hunter2@{host}/o/r.git")).unwrap();
    let error = scratch.git().list(&Remote::Url(url)).unwrap_err();
    let asked = server.join().unwrap();
    let sent: Vec<_> = asked
        .lines()
        .filter(|line| line.starts_with("Authorization"))
        .collect();
    assert_eq!(sent, ["Authorization: Basic bWU6aHVudGVyMg=="]);
    let shown = format!("{error} {error:?}");
    assert!(matches!(
        error,
        RemoteError::Unreachable {
            trouble: Trouble::NotFound,
            ..
        }
    ));
    assert!(
        !shown.contains("hunter2") && !shown.contains("bWU6"),
        "{shown}"
    );
}
