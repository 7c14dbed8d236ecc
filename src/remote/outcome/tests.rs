//! The table of what servers say (spec: reliability §3). Texts printed by git 2.47 unless said.

use super::*;

const A: &str = "refs/heads/pact/app/a";
const B: &str = "refs/heads/pact/app/b";

fn refs(names: &[&str]) -> Vec<RefName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

/// Returns the report of a push of one ref, or of an atomic push of two.
fn report(lines: &[(char, &str, &str)]) -> String {
    let id = "4".repeat(40);
    let line =
        |(flag, name, summary): &(char, &str, &str)| format!("{flag}\t{id}:{name}\t{summary}\n");
    format!("To r\n{}Done\n", lines.iter().map(line).collect::<String>())
}

fn one(summary: &str, stderr: &str) -> PushOutcome {
    verdict(&refs(&[A]), &report(&[('!', A, summary)]), stderr)
}

#[test]
fn a_push_has_landed_when_every_ref_says_so() {
    for (flag, summary) in [
        ('*', "[new branch]"),
        (' ', "4a2ae8b..391874d"),
        ('=', "[up to date]"),
    ] {
        let stdout = report(&[(flag, A, summary)]);
        assert_eq!(verdict(&refs(&[A]), &stdout, ""), PushOutcome::Landed);
        let outcome = verdict(&refs(&[A, B]), &stdout, "");
        assert_eq!(outcome.next_step(), NextStep::Look);
    }
}

#[test]
fn a_lost_race_is_decided_again() {
    for (summary, stderr) in [
        (
            "[rejected] (fetch first)",
            "error: failed to push some refs to 'r'",
        ),
        ("[rejected] (non-fast-forward)", ""),
        ("[rejected] (stale info)", ""),
        (
            "[remote rejected] (failed to update ref)",
            "remote: error: cannot lock ref 'refs/heads/pact/app/a': is at 4d5c but expected 4a2a",
        ),
        (
            "[remote rejected] (failed to update ref)",
            "remote: error: cannot lock ref 'refs/heads/pact/app/a': Unable to create \
             '/r/refs/heads/pact/app/a.lock': File exists.",
        ),
        // GitHub.
        (
            "[remote rejected] (cannot lock ref 'refs/heads/pact/app/a': is at 4d5c but expected \
             4a2a)",
            "",
        ),
        ("[remote rejected] (reference already exists)", ""),
        // GitLab, and git since 2.50.
        ("[remote rejected] (incorrect old value provided)", ""),
        // Gerrit and others built on JGit.
        ("[remote rejected] (failed to lock)", ""),
    ] {
        let expected = PushOutcome::LostRace {
            refs: refs(&[A]),
            said: stderr.to_owned(),
        };
        assert_eq!(one(summary, stderr), expected, "{summary}");
        assert_eq!(expected.next_step(), NextStep::DecideAgain);
    }
}

#[test]
fn in_an_atomic_push_the_other_line_tells_why() {
    let pushed = refs(&[A, B]);
    let lost = report(&[
        ('!', A, "[rejected] (fetch first)"),
        ('!', B, "[rejected] (atomic push failed)"),
    ]);
    assert_eq!(
        verdict(&pushed, &lost, "").next_step(),
        NextStep::DecideAgain
    );
    let raced = report(&[
        ('!', A, "[remote rejected] (atomic transaction failed)"),
        ('!', B, "[remote rejected] (atomic transaction failed)"),
    ]);
    assert_eq!(
        verdict(&pushed, &raced, "").next_step(),
        NextStep::DecideAgain
    );
    let declined = report(&[
        ('!', A, "[remote rejected] (atomic push failure)"),
        ('!', B, "[remote rejected] (hook declined)"),
    ]);
    let expected = PushOutcome::Refused {
        refs: refs(&[B]),
        reason: "hook declined".to_owned(),
        policy: "not b".to_owned(),
    };
    assert_eq!(verdict(&pushed, &declined, "remote: not b"), expected);
    let clash = "remote: error: cannot lock ref 'refs/heads/pact/app/a': 'refs/heads/pact' exists; \
                 cannot create 'refs/heads/pact/app/a'";
    let expected = PushOutcome::NameClash {
        wanted: Some(A.parse().unwrap()),
        existing: Some("refs/heads/pact".parse().unwrap()),
    };
    assert_eq!(verdict(&pushed, &raced, clash), expected);
}

#[test]
fn a_clash_of_names_is_no_lost_race() {
    let clash = "cannot lock ref 'refs/heads/pact/app/a': 'refs/heads/pact/app' exists; cannot \
                 create 'refs/heads/pact/app/a'";
    let expected = PushOutcome::NameClash {
        wanted: Some(A.parse().unwrap()),
        existing: Some("refs/heads/pact/app".parse().unwrap()),
    };
    let stderr = format!("remote: error: {clash}");
    assert_eq!(
        one("[remote rejected] (failed to update ref)", &stderr),
        expected
    );
    assert_eq!(one(&format!("[remote rejected] ({clash})"), ""), expected);
    assert_eq!(expected.next_step(), NextStep::GiveUp);
    let newer = one("[remote rejected] (refname conflict)", "");
    assert!(matches!(newer, PushOutcome::NameClash { .. }), "{newer:?}");
}

#[test]
fn a_rule_of_the_server_is_never_retried_and_is_told_in_its_own_words() {
    let policy =
        "GH006: Protected branch update failed\n- Changes must be made through a pull request.";
    let stderr = format!(
        "{}\nerror: failed to push some refs to 'r'",
        policy
            .lines()
            .map(|line| format!("remote: {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    );
    for reason in [
        "pre-receive hook declined",
        "hook declined",
        "protected branch hook declined",
        "push declined due to repository rule violations",
        "non-fast-forward",
        "deny updating a hidden ref",
        "TF402455: Pushes to this branch are not permitted",
        "something nobody has heard of",
    ] {
        let expected = PushOutcome::Refused {
            refs: refs(&[A]),
            reason: reason.to_owned(),
            policy: policy.to_owned(),
        };
        let outcome = one(&format!("[remote rejected] ({reason})"), &stderr);
        assert_eq!(outcome, expected);
        assert_eq!(outcome.next_step(), NextStep::GiveUp);
    }
}

#[test]
fn a_hook_cannot_pass_itself_off_as_something_else() {
    let stderr = "remote: fatal: Authentication failed\nremote: Connection refused";
    let outcome = one("[remote rejected] (pre-receive hook declined)", stderr);
    assert!(
        matches!(outcome, PushOutcome::Refused { .. }),
        "{outcome:?}"
    );
    assert_eq!(verdict(&refs(&[A]), "", stderr).next_step(), NextStep::Look);
}

#[test]
fn other_refusals_are_told_apart() {
    assert_eq!(
        one("[remote rejected] (branch is currently checked out)", ""),
        PushOutcome::CheckedOut { refs: refs(&[A]) }
    );
    assert_eq!(
        one("[remote rejected] (shallow update not allowed)", ""),
        PushOutcome::ShallowNotAllowed
    );
    for (said, is_full) in [
        ("remote: fatal: write error: No space left on device", true),
        (
            "remote: error: object b029: hasDotgit: contains '.git'",
            false,
        ),
    ] {
        let outcome = one("[remote rejected] (unpacker error)", said);
        let full = matches!(outcome, PushOutcome::Unpacker { full: true, .. });
        assert_eq!(full, is_full);
        assert_eq!(outcome.next_step(), NextStep::GiveUp);
    }
}

#[test]
fn what_may_have_landed_has_to_be_looked_at() {
    for (stdout, stderr) in [
        ("", "fatal: the remote end hung up unexpectedly"),
        (
            "",
            "send-pack: unexpected disconnect while reading sideband packet",
        ),
        (
            "",
            "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502",
        ),
        ("", "client_loop: send disconnect: Broken pipe"),
        ("", "a message nobody has heard of"),
        ("", ""),
        ("garbage\n", ""),
    ] {
        let outcome = verdict(&refs(&[A]), stdout, stderr);
        assert_eq!(outcome.next_step(), NextStep::Look, "{stderr}");
    }
    let silent = one("[remote failure] (remote failed to report status)", "");
    assert_eq!(silent.next_step(), NextStep::Look);
    let forge = one("[remote rejected] (Internal Server Error)", "");
    assert_eq!(forge.next_step(), NextStep::Look);
}

#[test]
fn what_was_never_sent_is_known_not_to_have_landed() {
    for (stderr, trouble, next) in [
        (
            "ssh: connect to host h port 22: Connection refused\n\
             fatal: Could not read from remote repository.",
            Trouble::Network,
            NextStep::TryAgain,
        ),
        (
            "fatal: unable to access 'https://h/': Could not resolve host: h",
            Trouble::Network,
            NextStep::TryAgain,
        ),
        (
            "fatal: Authentication failed for 'https://h/'",
            Trouble::Auth,
            NextStep::GiveUp,
        ),
        (
            "fatal: '/x' does not appear to be a git repository",
            Trouble::NotFound,
            NextStep::GiveUp,
        ),
        (
            "fatal: the receiving end does not support --atomic push\n\
             fatal: the remote end hung up unexpectedly",
            Trouble::Unsupported,
            NextStep::GiveUp,
        ),
    ] {
        let outcome = verdict(&refs(&[A]), "", stderr);
        let said = stderr.to_owned();
        assert_eq!(outcome, PushOutcome::Unreachable { trouble, said });
        assert_eq!(outcome.next_step(), next);
    }
}
