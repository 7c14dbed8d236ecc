//! The verdict of can-i-deploy as text, in the layout of the `pact-broker` command line
//! (spec: cli §3.2, §4.2).

use crate::domain::can_i_deploy::Verdict;
use crate::domain::notice::Notice;
use crate::domain::notice::NoticeKind;

/// Returns the answer as paragraphs, each as loud as it is to be shown: what the computer says, a
/// sentence of our own, a table of rows, and the reasons.
///
/// Where the verdict is unknown the computer says no as well: scripts look for those words.
#[must_use]
pub fn paragraphs(
    verdict: &Verdict,
    headline: Option<&str>,
    table: &str,
    dry_run: bool,
) -> Vec<Notice> {
    let plain = |text: &str| Notice::new(NoticeKind::Info, text);
    let mut paragraphs = vec![says(verdict, dry_run)];
    paragraphs.extend(headline.map(plain));
    paragraphs.push(plain(""));
    if !table.is_empty() {
        paragraphs.push(plain(table));
        paragraphs.push(plain(""));
    }
    paragraphs.extend(verdict.notices.iter().cloned());
    paragraphs
}

fn says(verdict: &Verdict, dry_run: bool) -> Notice {
    let yes = verdict.deployable == Some(true);
    let kind = if yes {
        NoticeKind::Success
    } else {
        NoticeKind::Error
    };
    // The space after the first is the Ruby command line's own.
    let text = match (yes, dry_run) {
        (true, false) => "Computer says yes \\o/ ",
        (false, false) => "Computer says no ¯\\_(ツ)_/¯",
        (true, true) => "Computer says yes \\o/ (and maybe you don't need to enable dry run)",
        (false, true) => {
            "Computer says no ¯\\_(ツ)_/¯ (but you're ignoring this by enabling dry run)"
        }
    };
    Notice::new(kind, text)
}

#[cfg(test)]
mod tests;
