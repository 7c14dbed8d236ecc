//! What the files of a static site are called: names that every file system takes, wherever the site
//! is copied to, and every server sends as they are.
//!
//! A name that is plain stays as it is. Any other one becomes what is plain of it, a `~`, and a hash of
//! all of it. No plain name has a `~`, and names that differ in their case alone have different hashes, so
//! two names never share a file, not even where a file system does not tell cases apart.

use sha2::Digest;
use sha2::Sha256;

use crate::domain::content::hex;

/// The longest plain name, in bytes.
const LONGEST: usize = 64;

/// How many bytes of the hash are in a name.
const HASH: usize = 8;

/// Names that Windows takes for devices, whatever follows a dot; the last two with a digit behind.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Returns the file name, without an extension, that stands for a name of anything.
#[must_use]
pub fn file_name(name: &str) -> String {
    if is_plain(name) {
        return name.to_owned();
    }
    let mut file = String::new();
    for c in name.chars().take(LONGEST) {
        match c {
            c if c.is_ascii_alphanumeric() => file.push(c.to_ascii_lowercase()),
            _ if file.is_empty() || file.ends_with('-') => {}
            _ => file.push('-'),
        }
    }
    file.truncate(file.trim_end_matches('-').len());
    file.push('~');
    file + &hex(&Sha256::digest(name)[..HASH])
}

/// Says whether a name can be the name of a file as it is, and is not one that pages of ours have.
fn is_plain(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let stem = name.split('.').next().unwrap_or(name);
    let device = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() <= LONGEST
        && name.chars().all(fits)
        && name.starts_with(ends)
        && name.ends_with(ends)
        && !name.contains("..")
        && stem != "index"
        && !DEVICES.contains(&device)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn plain_names_stay_and_others_get_a_hash() {
        for plain in ["web", "order-service", "1.0.0", "3c1f6ad", "0"] {
            assert_eq!(file_name(plain), plain);
        }
        assert_eq!(file_name("Order Service"), "order-service~b76f339255b80167");
        assert_eq!(file_name("<script>").split('~').next(), Some("script"));
        assert_eq!(file_name("🙂").split('~').next(), Some(""));
    }

    #[test]
    fn no_two_names_share_a_file_whatever_the_case() {
        let long = "x".repeat(65);
        let names = [
            "a/b",
            "a-b",
            "a b",
            "A-b",
            "..",
            ".",
            "con",
            "CON",
            "con.txt",
            "com1",
            "nul",
            "-",
            "a.",
            ".git",
            "index",
            "index.html",
            "1.0-RC1",
            "1.0-rc1",
            "é",
            "e\u{301}",
            "a~b",
            "a\\b",
            "a:b",
            &long,
            "xxx",
            "~",
            "a..b",
            "web~0123456789abcdef",
        ];
        let files: BTreeSet<String> = names.iter().map(|name| file_name(name)).collect();
        assert_eq!(files.len(), names.len());
        let folded: BTreeSet<String> = files.iter().map(|file| file.to_lowercase()).collect();
        assert_eq!(folded, files);
        for file in files {
            let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.~".contains(c);
            assert!(file.chars().all(safe), "{file}");
            assert!(file.len() <= LONGEST + 1 + 2 * HASH, "{file}");
            assert!(
                !file.starts_with(['.', '-']) && !file.ends_with('.'),
                "{file}"
            );
            assert!(
                !DEVICES.contains(&file.split('.').next().unwrap_or_default()),
                "{file}"
            );
        }
    }
}
