//! Long work shows itself to a person at a terminal, and to nobody else.

use std::fs;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;

use rustix::pty;
use rustix::termios;

use crate::support::sandbox::Sandbox;
use crate::support::shop::shop;

/// What a terminal is told to clear a line.
const CLEAR: &str = "\r\u{1b}[2K";

/// Fetches slowly, and reports its progress if it is asked to, as git would.
const SLOW_GIT: &str = r#"#!/bin/sh
PATH=${PATH#*:}
case " $* " in
*" fetch "*" --progress "*)
    printf 'remote: Counting objects: 100%% (2000/2000), done.\n' >&2
    printf 'Receiving objects:  10%% (200/2000)\r' >&2
    sleep 1
    printf 'Receiving objects:  50%% (1000/2000), 1.00 MiB | 1.00 MiB/s\r' >&2
    printf 'Receiving objects: 100%% (2000/2000), 2.00 MiB | 1.00 MiB/s, done.\n' >&2
    ;;
esac
exec git "$@"
"#;

/// Returns a shop in which every fetch takes its time.
fn slow_shop() -> Sandbox {
    let mut sandbox = shop();
    let git = sandbox.path("bin/git");
    fs::create_dir(sandbox.path("bin")).unwrap();
    fs::write(&git, SLOW_GIT).unwrap();
    fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", sandbox.path("bin").display());
    sandbox.set("PATH", &path);
    sandbox
}

/// A question to a store that has to be cloned first.
fn log(sandbox: &Sandbox, output: &str) -> Command {
    let url = format!("file://{}", sandbox.path("contracts.git").display());
    sandbox.command("web", &["log", "--output", output, "--repo", &url])
}

/// Runs a command with standard error on a terminal, and returns what came to both.
fn on_a_terminal(command: &mut Command, terminal: &str) -> (ExitStatus, String, String) {
    let master = pty::openpt(pty::OpenptFlags::RDWR | pty::OpenptFlags::NOCTTY).unwrap();
    pty::grantpt(&master).unwrap();
    pty::unlockpt(&master).unwrap();
    let size = termios::Winsize {
        ws_row: 24,
        ws_col: 200,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    termios::tcsetwinsize(&master, size).unwrap();
    let name = pty::ptsname(&master, Vec::new()).unwrap();
    let name = name.into_string().unwrap();
    let slave = File::options().read(true).write(true).open(name).unwrap();
    let mut child = command
        .env("TERM", terminal)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(slave)
        .spawn()
        .unwrap();
    // The command's own copy of the terminal would keep it open.
    command.stderr(Stdio::null());
    let mut shown = Vec::new();
    // A terminal that nobody holds open any more ends with an error.
    let _ = File::from(master).read_to_end(&mut shown);
    let mut data = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut data)
        .unwrap();
    let shown = String::from_utf8(shown).unwrap();
    (child.wait().unwrap(), data, shown)
}

#[test]
fn a_slow_fetch_shows_a_bar_that_is_gone_in_the_end() {
    let sandbox = slow_shop();
    let (status, data, shown) = on_a_terminal(&mut log(&sandbox, "text"), "xterm");
    assert!(status.success(), "{shown}");
    assert!(data.contains("published"), "{data}");
    assert!(
        !data.contains("objects") && !data.contains('\u{1b}'),
        "{data}"
    );
    assert!(
        shown.contains("=>           ]  50% 1,000/2,000 fetching 2 branches from file://"),
        "{shown:?}"
    );
    assert!(shown.contains(": receiving objects"), "{shown:?}");
    assert!(shown.ends_with(CLEAR), "{shown:?}");
}

#[test]
fn an_error_comes_after_the_bar_and_without_progress_in_it() {
    let sandbox = slow_shop();
    fs::write(
        sandbox.path("bin/git"),
        SLOW_GIT.replace("    ;;", "echo fatal: the disk is full >&2; exit 128;;"),
    )
    .unwrap();
    let (status, data, shown) = on_a_terminal(&mut log(&sandbox, "text"), "xterm");
    assert_eq!(status.code(), Some(4), "{shown}");
    assert_eq!(data, "");
    let (bar, error) = shown.rsplit_once(CLEAR).unwrap();
    assert!(bar.contains("receiving objects"), "{bar:?}");
    assert!(
        error.starts_with("error: ") && error.contains("the disk is full"),
        "{error:?}"
    );
    assert!(!error.contains("objects"), "{error:?}");
}

#[test]
fn nothing_is_drawn_where_it_would_be_in_the_way() {
    for (output, terminal) in [("json", "xterm"), ("text", "dumb")] {
        let sandbox = slow_shop();
        let (status, _, shown) = on_a_terminal(&mut log(&sandbox, output), terminal);
        assert!(status.success(), "{shown}");
        assert_eq!(shown, "", "{output} {terminal}");
    }
}

#[test]
fn a_pipe_sees_no_progress() {
    for output in ["text", "json"] {
        let sandbox = slow_shop();
        let piped = log(&sandbox, output).output().unwrap();
        assert!(piped.status.success(), "{piped:?}");
        assert_eq!(String::from_utf8(piped.stderr).unwrap(), "");
    }
}
