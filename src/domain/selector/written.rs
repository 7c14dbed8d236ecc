//! Selectors written as one line, for tests: `Web branch=main latest`.

use super::Selector;
use crate::domain::testing::n;

/// Returns the selector that a line says: a name, then criteria.
pub(in crate::domain) fn asked(line: &str) -> Selector {
    let mut words = line.split(' ');
    let mut selector = Selector::every_version(n(words.next().unwrap()));
    for word in words {
        match word.split_once('=') {
            Some(("version", it)) => selector.version = Some(n(it)),
            Some(("tag", it)) => selector.tag = Some(n(it)),
            Some(("branch", it)) => selector.branch = Some(n(it)),
            Some(("in", it)) => selector.environment = Some(n(it)),
            None if word == "latest" => selector.latest = true,
            None if word == "main" => selector.main_branch = true,
            _ => panic!("{word} is no criterion"),
        }
    }
    selector
}
