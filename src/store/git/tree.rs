//! Trees as git stores them: `mode SP name NUL id`, over and over, in git's own order.
//!
//! Read by hand because libgit2 keeps no tree above 4 KB and walks them anew at each look-up,
//! which doubles the time of a question (docs/decisions/0003).

use std::cmp::Ordering;

use git2::Oid;

/// The mode of a file.
pub(super) const FILE: &str = "100644";

/// The mode of a directory.
pub(super) const DIRECTORY: &str = "40000";

/// One entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawEntry<'a> {
    /// Its mode, as git writes it.
    pub(super) mode: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// What it names.
    pub(super) id: Oid,
}

impl RawEntry<'_> {
    /// Returns the id of the tree that it names, if it is a directory.
    pub(super) fn directory(self) -> Option<Oid> {
        (self.mode == DIRECTORY).then_some(self.id)
    }
}

/// Returns the path of an entry of a directory; that of the root is empty.
pub(super) fn path(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}

/// Returns the entries of a tree, `None` in place of the first one that is malformed.
pub(super) fn entries(tree: &[u8]) -> impl Iterator<Item = Option<RawEntry<'_>>> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let entry = split_entry(rest);
        rest = entry.map_or(&[], |(_, after)| after);
        Some(entry.map(|(entry, _)| entry))
    })
}

fn split_entry(bytes: &[u8]) -> Option<(RawEntry<'_>, &[u8])> {
    let (entry, rest) = split_bytes(bytes)?;
    Some((entry.read()?, rest))
}

/// One entry of a tree, not read yet.
struct EntryBytes<'a> {
    mode: &'a [u8],
    name: &'a [u8],
    id: &'a [u8],
}

impl<'a> EntryBytes<'a> {
    fn read(&self) -> Option<RawEntry<'a>> {
        Some(RawEntry {
            mode: std::str::from_utf8(self.mode).ok()?,
            name: std::str::from_utf8(self.name).ok()?,
            id: Oid::from_bytes(self.id).ok()?,
        })
    }
}

fn split_bytes(bytes: &[u8]) -> Option<(EntryBytes<'_>, &[u8])> {
    let (mode, rest) = split_mode(bytes)?;
    let nul = rest.iter().position(|&byte| byte == 0)?;
    let (name, rest) = (&rest[..nul], &rest[nul + 1..]);
    let (id, rest) = rest.split_at_checked(20)?;
    Some((EntryBytes { mode, name, id }, rest))
}

/// Splits an entry behind its mode, which has five or six digits where git wrote it.
fn split_mode(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = match bytes {
        [_, _, _, _, _, b' ', ..] => 5,
        [_, _, _, _, _, _, b' ', ..] => 6,
        _ => bytes.iter().position(|&byte| byte == b' ')?,
    };
    Some((&bytes[..space], &bytes[space + 1..]))
}

/// Returns the entry of a name, `Err` if the tree is malformed before it.
///
/// Reads no other entry, and compares only with names that are as long and end alike: a question looks through
/// thousands of them.
pub(super) fn find(tree: &[u8], name: impl AsRef<[u8]>) -> Result<Option<RawEntry<'_>>, ()> {
    let name = name.as_ref();
    let mut rest = tree;
    while !rest.is_empty() {
        let (entry, after) = split_bytes(rest).ok_or(())?;
        let may_be = entry.name.len() == name.len() && entry.name.last() == name.last();
        if may_be && entry.name == name {
            return entry.read().map(Some).ok_or(());
        }
        rest = after;
    }
    Ok(None)
}

/// Returns the plain file of a name, if there is one.
///
/// # Errors
///
/// Fails with the reason if it is something else, or if the tree is malformed before it.
pub(super) fn file(tree: &[u8], name: &str) -> Result<Option<Oid>, &'static str> {
    match find(tree, name) {
        Ok(None) => Ok(None),
        Ok(Some(entry)) if matches!(entry.mode, FILE | "100755") => Ok(Some(entry.id)),
        Ok(Some(_)) => Err("it is no plain file"),
        Err(()) => Err("it is in a malformed tree"),
    }
}

/// Returns a tree in which a plain file, or a directory, is of a name, in place of one or beside the others,
/// whatever their names are made of; `None` if it is malformed, or if something else has the name.
pub(super) fn with_entry(tree: &[u8], name: &str, mode: &str, id: Oid) -> Option<Vec<u8>> {
    let own = [mode.as_bytes(), b" ", name.as_bytes(), b"\0", id.as_bytes()].concat();
    // git compares a directory's name as if it ended in a slash.
    let ending = |mode: &[u8]| {
        let end: &[u8] = if mode == DIRECTORY.as_bytes() {
            b"/"
        } else {
            b""
        };
        end
    };
    let own_key = [name.as_bytes(), ending(mode.as_bytes())].concat();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut rest = tree;
    while !rest.is_empty() {
        let (entry, behind) = split_bytes(rest)?;
        let bytes = &rest[..rest.len() - behind.len()];
        rest = behind;
        if entry.name == name.as_bytes() {
            let is_file = matches!(entry.mode, b"100644" | b"100755");
            let is_like_it = if mode == DIRECTORY {
                entry.mode == mode.as_bytes()
            } else {
                is_file
            };
            is_like_it.then_some(())?;
            continue;
        }
        match [entry.name, ending(entry.mode)].concat().cmp(&own_key) {
            Ordering::Less => before.extend_from_slice(bytes),
            Ordering::Equal | Ordering::Greater => after.extend_from_slice(bytes),
        }
    }
    Some([before, own, after].concat())
}

/// Returns a tree with these entries, each a name, a mode and an id.
pub(super) fn write<'a>(entries: impl Iterator<Item = (&'a str, &'a str, Oid)>) -> Vec<u8> {
    let mut entries: Vec<_> = entries.collect();
    // git compares a directory's name as if it ended in a slash.
    let key = |&(name, mode, _): &(&'a str, &'a str, Oid)| {
        let end = if mode == DIRECTORY { "/" } else { "" };
        name.bytes().chain(end.bytes()).collect::<Vec<u8>>()
    };
    entries.sort_by_key(key);
    let mut tree = Vec::new();
    for (name, mode, id) in entries {
        tree.extend_from_slice(mode.as_bytes());
        tree.push(b' ');
        tree.extend_from_slice(name.as_bytes());
        tree.push(0);
        tree.extend_from_slice(id.as_bytes());
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let id = Oid::from_bytes(&[7; 20]).unwrap();
        let tree = write([("b", FILE, id), ("a.json", FILE, id), ("a", DIRECTORY, id)].into_iter());
        let names: Vec<_> = entries(&tree).map(|entry| entry.unwrap().name).collect();
        // `a/` sorts behind `a.json`, as git has it.
        assert_eq!(names, ["a.json", "a", "b"]);
        assert_eq!(
            find(&tree, "b").unwrap().unwrap(),
            RawEntry {
                mode: FILE,
                name: "b",
                id
            }
        );
        assert_eq!(find(&tree, "c"), Ok(None));
    }

    #[test]
    fn a_file_takes_the_place_of_its_name_and_of_nothing_else() {
        let [one, two] = [7, 8].map(|byte| Oid::from_bytes(&[byte; 20]).unwrap());
        let around = [
            ("a", DIRECTORY, one),
            ("a.json", FILE, one),
            ("z", "120000", one),
        ];
        let tree = write(around.into_iter());
        for (name, mode) in [("a-", FILE), ("b", FILE), ("zz", FILE)] {
            let expected = write(around.into_iter().chain([(name, mode, two)]));
            assert_eq!(
                with_entry(&tree, name, FILE, two).unwrap(),
                expected,
                "{name}"
            );
            assert_eq!(
                with_entry(&expected, name, FILE, two).unwrap(),
                expected,
                "{name}"
            );
            assert_eq!(file(&expected, name), Ok(Some(two)));
        }
        assert_eq!(file(&tree, "b"), Ok(None));
        assert_eq!(file(&tree, "a"), Err("it is no plain file"));
        assert_eq!(file(&tree, "z"), Err("it is no plain file"));
        assert_eq!(with_entry(&tree, "a", FILE, two), None);
        let odd = [b"100644 \xff\0".as_slice(), &[7; 20]].concat();
        let both = with_entry(&odd, "b", FILE, two).unwrap();
        assert!(both.ends_with(&odd) && both.len() > odd.len());
        assert_eq!(with_entry(b"100644 x", "b", FILE, two), None);
    }

    #[test]
    fn a_malformed_tree_is_noticed() {
        let id = Oid::from_bytes(&[7; 20]).unwrap();
        let mut tree = write([("a", FILE, id), ("b", FILE, id)].into_iter());
        tree.truncate(tree.len() - 1);
        assert!(find(&tree, "a").unwrap().is_some());
        assert_eq!(find(&tree, "b"), Err(()));
    }
}
