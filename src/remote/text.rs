//! Makes what `git` and servers say fit to be shown: no secrets, no control characters.
//!
//! A hook on the server writes what it likes to our standard error. Escape sequences could repaint
//! a terminal, so they are made visible instead of being passed on (spec: reliability §7).

use crate::domain::deceptive::visible;

/// What stands where a secret was.
const HIDDEN: &str = "***";

/// The shortest secret that is looked for by itself: the letter `p` is no secret wherever it stands.
const SHORTEST: usize = 4;

/// Returns the text with control characters escaped and secrets replaced.
///
/// Line breaks and tabs stay. Of a line that was overwritten by carriage returns (progress), only
/// the last state is kept.
pub(super) fn shown(bytes: &[u8], secrets: &[String]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let last_state = line.rsplit('\r').find(|state| !state.trim().is_empty());
        // Git pads what it passes on from a server with spaces.
        out.push_str(&visible(
            last_state.unwrap_or_default().trim_end_matches(' '),
        ));
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST) {
        out = out.replace(secret.as_str(), HIDDEN);
    }
    without_userinfo(&out)
}

/// Returns the text with `***` for `user:password` in every URL.
///
/// The user name alone is kept for ssh, where it is no secret; in an http URL it may be a token.
fn without_userinfo(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let scheme_is_http = rest[..at].ends_with("http") || rest[..at].ends_with("https");
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let authority = after
            .find(|c: char| c == '/' || c.is_whitespace() || matches!(c, '\'' | '"'))
            .map_or(after, |end| &after[..end]);
        rest = match authority.rfind('@') {
            Some(end) if scheme_is_http || authority[..end].contains(':') => {
                out.push_str(HIDDEN);
                &after[end..]
            }
            _ => after,
        };
    }
    out.push_str(rest);
    out
}

/// Returns what the server itself said, i.e. the lines that git marks with `remote:`.
pub(super) fn said_by_server(shown: &str) -> String {
    let lines = shown
        .lines()
        .filter_map(|line| line.strip_prefix("remote:"));
    let lines: Vec<_> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Returns what git itself said, i.e. all other lines: a hook cannot forge one of these.
pub(super) fn said_by_git(shown: &str) -> impl Iterator<Item = &str> {
    shown.lines().filter(|line| !line.starts_with("remote:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_hook_says_cannot_repaint_the_terminal() {
        assert_eq!(
            shown(b"no \x1b[31mred\x07\ttab", &[]),
            "no \\u001b[31mred\\u0007\ttab"
        );
        assert_eq!(
            shown("a\u{202e}b\u{85}".as_bytes(), &[]),
            "a\\u202eb\\u0085"
        );
        assert_eq!(shown(b"\xff", &[]), "\u{fffd}");
    }

    #[test]
    fn progress_leaves_its_last_state_only() {
        assert_eq!(
            shown(b"1%\r50%\r100%, done.\r\nend   \n", &[]),
            "100%, done.\nend"
        );
    }

    #[test]
    fn passwords_are_hidden_wherever_they_stand() {
        for (said, expected) in [
            ("to 'https://me:pw@host/x'", "to 'https://***@host/x'"),
            ("https://token@host", "https://***@host"),
            ("https://me:p@w@host/x@y", "https://***@host/x@y"),
            ("ssh://git@host/x", "ssh://git@host/x"),
            ("ssh://git:pw@host/x", "ssh://***@host/x"),
            (
                "https://host/a@b http://a:b@c",
                "https://host/a@b http://***@c",
            ),
            ("the word hunter2", "the word ***"),
        ] {
            assert_eq!(shown(said.as_bytes(), &["hunter2".to_owned()]), expected);
        }
    }

    #[test]
    fn server_and_git_are_told_apart() {
        let text = "remote: no way   \nremote:\nremote: GH006\nerror: failed to push";
        assert_eq!(said_by_server(text), "no way   \n\nGH006");
        assert_eq!(
            said_by_git(text).collect::<Vec<_>>(),
            ["error: failed to push"]
        );
    }
}
