//! What git tells a hook of a push on its standard input: a line for each ref. Read strictly: a line that
//! is not as git writes it is an error, never a ref that is looked over.

use std::str::FromStr;

use super::names::ObjectId;
use super::text;

/// A ref that a push moves, as `pre-receive` and `post-receive` are told: `<old> SP <new> SP <ref>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefMove {
    /// The full name of the ref; what is no UTF-8 in it stands as U+FFFD, which is in no name of a
    /// store's branch.
    pub name: String,
    /// Where it is; `None` if the push creates it.
    pub old: Option<ObjectId>,
    /// Where it is to be; `None` if the push deletes it.
    pub new: Option<ObjectId>,
}

/// A ref that is about to be pushed, as `pre-push` is told:
/// `<local ref> SP <local id> SP <remote ref> SP <remote id>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// What is pushed, in the words of whoever pushes: a ref, `HEAD~`, an id, `(delete)`.
    pub source: String,
    /// The full name of the ref on the remote.
    pub name: String,
    /// What the ref is to name; `None` if the push deletes it.
    pub new: Option<ObjectId>,
}

/// A line is not as git writes it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read what git says of the push, line {number}: {line}")]
pub struct InvalidLine {
    /// Which line, from 1.
    pub number: usize,
    /// The line, printable.
    pub line: String,
}

/// Returns the refs that a push moves.
///
/// # Errors
///
/// Fails on the first line that is not an old id, a new id and the full name of a ref.
pub fn ref_moves(input: &[u8]) -> Result<Vec<RefMove>, InvalidLine> {
    lines(input, |line| {
        let mut words = line.splitn(3, |byte| *byte == b' ');
        let (End(old), End(new)) = (end(words.next()?)?, end(words.next()?)?);
        let name = full_name(words.next()?)?;
        // A ref is made, moved or deleted; what is none of it git never says.
        (old.is_some() || new.is_some()).then_some(RefMove { name, old, new })
    })
}

/// Returns the refs that are about to be pushed.
///
/// # Errors
///
/// Fails on the first line that is not two names, each with an id.
pub fn outgoing(input: &[u8]) -> Result<Vec<Outgoing>, InvalidLine> {
    lines(input, |line| {
        // What is pushed may be any expression, with spaces in it: the rest is read from the end.
        let mut words = line.rsplitn(4, |byte| *byte == b' ');
        end(words.next()?)?;
        let name = full_name(words.next()?)?;
        let End(new) = end(words.next()?)?;
        let source = String::from_utf8_lossy(words.next()?).into_owned();
        Some(Outgoing { source, name, new })
    })
}

fn lines<T>(input: &[u8], read: impl Fn(&[u8]) -> Option<T>) -> Result<Vec<T>, InvalidLine> {
    let lines = input.split_inclusive(|byte| *byte == b'\n').enumerate();
    let read = lines.map(|(index, line)| {
        let whole = line.strip_suffix(b"\n");
        whole.and_then(&read).ok_or_else(|| InvalidLine {
            number: index + 1,
            line: text::shown(line, &[]),
        })
    });
    read.collect()
}

/// What a ref names before or after a push; `None` if it is not there.
struct End(Option<ObjectId>);

/// Returns what an id says, of which the one of zeros stands for no object.
fn end(word: &[u8]) -> Option<End> {
    if matches!(word.len(), 40 | 64) && word.iter().all(|byte| *byte == b'0') {
        return Some(End(None));
    }
    let id = ObjectId::from_str(std::str::from_utf8(word).ok()?);
    id.ok().map(|id| End(Some(id)))
}

fn full_name(word: &[u8]) -> Option<String> {
    let is_plain = !word
        .iter()
        .any(|byte| byte.is_ascii_control() || *byte == b' ');
    (word.starts_with(b"refs/") && is_plain).then(|| String::from_utf8_lossy(word).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> (String, String, String) {
        ("a".repeat(40), "b".repeat(40), "0".repeat(40))
    }

    #[test]
    fn a_ref_is_made_moved_or_deleted() {
        let (a, b, none) = ids();
        let input = format!(
            "{a} {b} refs/heads/pact/app/Web\n{none} {b} refs/tags/v1\n{a} {none} refs/heads/x\n"
        );
        let moves = ref_moves(input.as_bytes()).unwrap();
        let names: Vec<_> = moves.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(
            names,
            ["refs/heads/pact/app/Web", "refs/tags/v1", "refs/heads/x"]
        );
        let ends: Vec<_> = moves
            .iter()
            .map(|it| (it.old.is_some(), it.new.is_some()))
            .collect();
        assert_eq!(ends, [(true, true), (false, true), (true, false)]);
        assert_eq!(ref_moves(b"").unwrap(), []);
    }

    #[test]
    fn a_name_that_is_no_text_is_no_name_of_a_store() {
        let (a, b, _) = ids();
        let mut input = format!("{a} {b} refs/heads/pact/app/").into_bytes();
        input.extend(b"\xff\n");
        let moves = ref_moves(&input).unwrap();
        assert_eq!(moves[0].name, "refs/heads/pact/app/\u{fffd}");
    }

    #[test]
    fn a_line_that_git_does_not_write_is_an_error() {
        let (a, b, none) = ids();
        for bad in [
            format!("{a} {b} refs/heads/x"),
            format!("{a} {b}\n"),
            format!("{a} {b} main\n"),
            format!("{a} {b} refs/heads/x y\n"),
            format!("{a} {b} refs/heads/\u{1b}[2J\n"),
            format!("{a}  {b} refs/heads/x\n"),
            format!("{} {b} refs/heads/x\n", &a[1..]),
            format!("{none} {none} refs/heads/x\n"),
            format!("--all {b} refs/heads/x\n"),
            "\n".to_owned(),
        ] {
            assert!(ref_moves(bad.as_bytes()).is_err(), "{bad:?}");
        }
        let error = ref_moves(format!("{a} {b} refs/heads/x\n\u{1b}[2J\n").as_bytes()).unwrap_err();
        assert_eq!(error.number, 2);
        assert!(!error.line.contains('\u{1b}'), "{error}");
    }

    #[test]
    fn what_is_pushed_may_be_any_expression() {
        let (a, b, none) = ids();
        let input = format!(
            "refs/heads/main {a} refs/heads/main {b}\n(delete) {none} refs/heads/x {b}\n:/fix it {a} refs/heads/y {none}\n"
        );
        let refs = outgoing(input.as_bytes()).unwrap();
        let told: Vec<_> = refs
            .iter()
            .map(|it| (it.source.as_str(), it.name.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("refs/heads/main", "refs/heads/main"),
                ("(delete)", "refs/heads/x"),
                (":/fix it", "refs/heads/y")
            ]
        );
        assert_eq!(refs[1].new, None);
        assert!(outgoing(format!("{a} refs/heads/main {b}\n").as_bytes()).is_err());
    }
}
