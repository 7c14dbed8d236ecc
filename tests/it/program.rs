//! The program itself: its names, what it says of itself, and what it gives to shells and to `man`.

use std::fs;
use std::process::Command;

use super::support::sandbox::Output;
use super::support::sandbox::Sandbox;

/// Runs the program in an empty directory and returns what it printed; nothing is wrong with it.
fn said(sandbox: &Sandbox, line: &str) -> String {
    let output = run(sandbox, line);
    assert_eq!(output.status, Some(0), "{line}: {output:?}");
    assert_eq!(output.stderr, "", "{line}");
    output.stdout
}

fn run(sandbox: &Sandbox, line: &str) -> Output {
    let words: Vec<&str> = line.split_whitespace().collect();
    sandbox.run("home", &words)
}

#[test]
fn help_and_the_version_are_there_without_looking_at_the_world() {
    let sandbox = Sandbox::new();
    let overview = said(&sandbox, "help");
    for line in ["", "--help", "-h"] {
        assert_eq!(said(&sandbox, line), overview, "{line}");
    }
    let confused = [("GIT_PACT_NOW", "nonsense")];
    for line in ["", "help", "--version", "version", "publish --help"] {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = sandbox.run_with("home", &words, &confused);
        assert_eq!(output.status, Some(0), "{line}: {output:?}");
    }
    // Nor is the world looked at for a command line that makes no sense.
    let output = sandbox.run_with("home", &["status", "--offlin"], &confused);
    assert!(output.stderr.contains("'--offlin'"), "{output:?}");
    // Somebody who needs the clock does mind.
    let output = sandbox.run_with("home", &["status"], &confused);
    assert_eq!(output.status, Some(2), "{output:?}");
}

#[test]
fn a_command_is_explained_on_either_face() {
    let sandbox = Sandbox::new();
    let help = said(&sandbox, "help record-deployment");
    assert_eq!(said(&sandbox, "record-deployment --help"), help);
    assert!(
        help.contains("Usage: git pact record-deployment "),
        "{help}"
    );
    let help = said(&sandbox, "broker help record_deployment");
    assert_eq!(said(&sandbox, "broker record-deployment -h"), help);
    assert!(
        help.contains("Usage: pact-broker record-deployment "),
        "{help}"
    );
}

#[test]
fn a_misspelt_command_is_recognised() {
    let sandbox = Sandbox::new();
    for line in ["can-i-depoy", "help can-i-depoy"] {
        let output = run(&sandbox, line);
        assert_eq!(output.status, Some(2), "{output:?}");
        assert!(output.stderr.contains("'can-i-deploy'"), "{output:?}");
        let output = run(&sandbox, &format!("broker {line}"));
        assert_eq!(output.status, Some(1), "{output:?}");
        assert_eq!(output.stdout, "");
        assert_eq!(
            output.stderr,
            "Could not find command \"can-i-depoy\".\nDid you mean?  \"can-i-deploy\"\n"
        );
    }
    let output = run(&sandbox, "status --offlin");
    assert_eq!(output.status, Some(2), "{output:?}");
    assert!(output.stderr.contains("'--offline'"), "{output:?}");
}

#[test]
fn the_broker_s_help_is_the_broker_s() {
    let sandbox = Sandbox::new();
    let help = said(&sandbox, "broker help");
    assert_eq!(said(&sandbox, "broker"), help);
    assert!(
        help.starts_with("Commands:\n  pact-broker can-i-deploy "),
        "{help}"
    );
    let tree = said(&sandbox, "broker tree");
    assert!(tree.contains("\n  ├─ can-i-deploy ("), "{tree}");
    assert!(tree.contains("\n  └─ version ("), "{tree}");
}

/// Runs a link in the sandbox by its name.
#[cfg(unix)]
fn called(sandbox: &Sandbox, name: &str, words: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(sandbox.path("bin").join(name))
        .args(words)
        .current_dir(sandbox.path("home"))
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[cfg(unix)]
#[test]
fn a_link_makes_it_the_broker_s_program() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("bin")).unwrap();
    let output = run(&sandbox, "link --dir ../bin");
    assert_eq!(output.status, Some(0), "{output:?}");
    assert_eq!(
        output.stdout,
        "$TMP/bin/pact-broker leads to git-pact now.\n\
         $TMP/bin/pact-broker-cli leads to git-pact now.\n"
    );
    assert_eq!(output.stderr, "warning: $TMP/bin is not on the PATH\n");
    let (status, version, _) = called(&sandbox, "pact-broker", &["version"]);
    assert_eq!(
        (status, version.as_str()),
        (Some(0), concat!(env!("CARGO_PKG_VERSION"), "\n"))
    );
    let (status, version, _) = called(&sandbox, "pact-broker-cli", &["--version"]);
    let expected = concat!("git-pact ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!((status, version.as_str()), (Some(0), expected));
    let (status, _, complaint) = called(&sandbox, "pact-broker", &["nosuch"]);
    assert_eq!(status, Some(1));
    assert_eq!(complaint, "Could not find command \"nosuch\".\n");
    let output = run(&sandbox, "link --dir ../bin");
    assert_eq!(output.status, Some(0), "{output:?}");
    assert!(
        output
            .stdout
            .contains("pact-broker leads to git-pact already."),
        "{output:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_takes_nobody_s_place_and_says_who_comes_first() {
    use std::os::unix::fs::PermissionsExt;

    let sandbox = Sandbox::new();
    for directory in ["bin", "first"] {
        fs::create_dir(sandbox.path(directory)).unwrap();
    }
    let other = sandbox.path("first/pact-broker");
    fs::write(&other, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).unwrap();
    let refused = run(&sandbox, "link --dir ../first");
    assert_eq!(refused.status, Some(1), "{refused:?}");
    assert_eq!(
        refused.stderr,
        "error: $TMP/first/pact-broker is there already, and no link to git-pact\n\
         hint: replace it with --force, or name another directory with --dir\n"
    );
    assert_eq!(fs::read_to_string(&other).unwrap(), "#!/bin/sh\n");
    let path = [sandbox.path("first"), sandbox.path("bin")];
    let path = std::env::join_paths(path).unwrap();
    let variables = [("PATH", path.to_str().unwrap())];
    let output = sandbox.run_with("home", &["link", "--dir", "../bin"], &variables);
    assert_eq!(output.status, Some(0), "{output:?}");
    assert_eq!(
        output.stderr,
        "warning: another pact-broker comes first on the PATH: $TMP/first/pact-broker\n"
    );
    let forced = sandbox.run_with(
        "home",
        &["link", "--dir", "../first", "--force"],
        &variables,
    );
    assert_eq!(forced.status, Some(0), "{forced:?}");
    assert_eq!(forced.stderr, "");
    assert!(fs::read_link(other).unwrap().ends_with("git-pact"));
}

/// Asks bash, having read the script, what a word may become.
#[cfg(unix)]
fn completed(sandbox: &Sandbox, ask: &str) -> Vec<String> {
    said(sandbox, "completions bash --dir ../scripts");
    let script =
        format!("source ../scripts/pact-broker.bash\n{ask}\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"");
    let output = Command::new("bash")
        .args(["--norc", "-c", &script])
        .current_dir(sandbox.path("home"))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_options_and_values_of_every_name() {
    let sandbox = Sandbox::new();
    let ask = |name: &str, words: &[&str]| {
        let (last, before) = words.split_last().unwrap();
        let previous = before.last().unwrap_or(&name);
        completed(
            &sandbox,
            &format!(
                "complete -p {name} >/dev/null\nCOMP_WORDS=({name} {}) COMP_CWORD={}\n\
                 _gitpact {name} '{last}' '{previous}'",
                words.join(" "),
                words.len()
            ),
        )
    };
    for name in ["git-pact", "pact-broker", "pact-broker-cli"] {
        assert_eq!(ask(name, &["can-i"]), ["can-i-deploy", "can-i-merge"]);
        let options = ask(name, &["can-i-deploy", "--retry"]);
        assert_eq!(options, ["--retry-while-unknown", "--retry-interval"]);
        assert_eq!(ask(name, &["init", "--rules", "s"]), ["strict"]);
    }
}

#[cfg(unix)]
#[test]
fn bash_completes_what_comes_after_git_pact() {
    let sandbox = Sandbox::new();
    // As git's own completion asks: https://git-scm.com/docs/git-completion, `_git_<command>`.
    let ask = |line: &str, index: usize| {
        let words: Vec<&str> = line.split(' ').collect();
        let [.., previous, last] = words.as_slice() else {
            panic!("{line}: too short");
        };
        completed(
            &sandbox,
            &format!(
                "words=({line}) cword={} __git_cmd_idx={index} cur='{last}' prev='{previous}'\n_git_pact",
                words.len() - 1
            ),
        )
    };
    assert_eq!(ask("git pact can-i", 1), ["can-i-deploy", "can-i-merge"]);
    assert_eq!(ask("git -C shop pact init --rules s", 3), ["strict"]);
}

#[test]
fn manual_pages_and_the_reference_are_written_where_one_says() {
    let sandbox = Sandbox::new();
    let written = said(&sandbox, "docs man --dir man1");
    assert!(written.contains("man1/git-pact.1.\n"), "{written}");
    let page = fs::read_to_string(sandbox.path("home/man1/git-pact-publish.1")).unwrap();
    assert!(page.contains(".TH GIT-PACT-PUBLISH 1"), "{page}");
    let reference = said(&sandbox, "docs markdown");
    assert!(reference.starts_with("# The command line\n"), "{reference}");
    let output = run(&sandbox, "docs man");
    assert_eq!(output.status, Some(2), "{output:?}");
    assert!(output.stderr.contains("--dir <DIR>"), "{output:?}");
}
