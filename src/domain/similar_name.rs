//! Names that people would take for one another.
//!
//! *Twins* differ only in case or in how Unicode composes their letters; they would meet in one
//! file on many disks. *Similar* names differ only in how their words are joined, in a plural or
//! in a word such as `service`; that may be meant, but mostly it is a slip. Letters of other scripts
//! that *look alike* (a Cyrillic `а` among Latin letters) are the one thing that nobody sees.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::name::PacticipantName;

/// The words that say nothing about which application is meant (spec: semantics §5).
const EMPTY_WORDS: [&str; 3] = ["api", "provider", "service"];

/// Says whether two different names differ only in case or in the composition of letters.
#[must_use]
pub fn are_twins(one: &PacticipantName, other: &PacticipantName) -> bool {
    one != other && folded(one.as_str()) == folded(other.as_str())
}

/// Returns a text that twins share: composed (NFC) and in lower case.
fn folded(name: &str) -> String {
    let composed: String = name.nfc().collect();
    composed.to_lowercase().nfc().collect()
}

/// Says whether a word of a name has letters of scripts that look alike: of Latin, Greek and Cyrillic
/// more than one.
#[must_use]
pub fn mixes_scripts(name: &PacticipantName) -> bool {
    let is_mixed = |word: &str| {
        let scripts: BTreeSet<Script> = word.chars().filter_map(Script::of).collect();
        scripts.len() > 1
    };
    let mut words = name.as_str().split(|c: char| !c.is_alphabetic());
    words.any(is_mixed)
}

/// A script whose letters can be taken for those of another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
}

impl Script {
    /// Returns the script of a letter, if it is one of these.
    fn of(letter: char) -> Option<Self> {
        match letter {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                Some(Self::Latin)
            }
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Self::Greek),
            '\u{400}'..='\u{52f}' => Some(Self::Cyrillic),
            _ => None,
        }
    }
}

/// Says whether two different names consist of the same words (spec: semantics §5).
#[must_use]
pub fn are_similar(one: &PacticipantName, other: &PacticipantName) -> bool {
    one != other && words(one.as_str()) == words(other.as_str())
}

/// Returns the words of a name that tell which application is meant, as the broker splits them.
fn words(name: &str) -> Vec<String> {
    let joined = name.replace("::", "/");
    let chars: Vec<char> = joined.chars().collect();
    let mut split = String::new();
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| chars[index]);
        let after = chars.get(index + 1);
        if c.is_ascii_uppercase() && before.is_some_and(|before| begins_word(before, after)) {
            split.push('_');
        }
        split.push(if c == '-' || c.is_ascii_whitespace() {
            '_'
        } else {
            c
        });
    }
    split
        .to_lowercase()
        .trim_end_matches('_')
        .split('_')
        .map(|word| word.strip_suffix('s').unwrap_or(word).to_owned())
        .filter(|word| !EMPTY_WORDS.contains(&word.as_str()))
        .collect()
}

/// Says whether a capital begins a word: after a small letter or a digit, or as the last of
/// several capitals before a small letter (`HTTPServer`).
fn begins_word(before: char, after: Option<&char>) -> bool {
    before.is_ascii_lowercase()
        || before.is_ascii_digit()
        || (before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::n;

    #[test]
    fn similar_names_consist_of_the_same_words() {
        for (one, other) in [
            ("FooBar", "foo-bar"),
            ("FooBar", "Foo Bar Service"),
            ("foo_bar", "foo bars"),
            ("HTTPServer", "http_server"),
            ("Shop::Cart", "shop/cart"),
            ("Zoo", "Zoo Provider"),
            ("Zoo", "zoo-apis"),
            ("zoo", "Zoo"),
            ("v2Shop", "v2_shop"),
            ("API", "service"),
        ] {
            assert!(are_similar(&n(one), &n(other)), "{one} and {other}");
            assert!(are_similar(&n(other), &n(one)), "{other} and {one}");
        }
    }

    #[test]
    fn other_words_are_other_applications() {
        for (one, other) in [
            ("Foo", "FooBar"),
            ("foobar", "FooBar"),
            ("Foo Bar", "Bar Foo"),
            ("web", "web-admin"),
            ("Web", "Web"),
        ] {
            assert!(!are_similar(&n(one), &n(other)), "{one} and {other}");
        }
    }

    #[test]
    fn letters_of_another_script_are_noticed_within_a_word() {
        for name in ["P\u{430}yments", "Web \u{0410}pp", "\u{39f}rders"] {
            assert!(mixes_scripts(&n(name)), "{name}");
        }
        for name in [
            "Payments",
            "\u{417}\u{430}\u{43a}\u{430}\u{437}\u{44b} API",
            "caf\u{e9}-\u{3b1}",
            "\u{6ce8}\u{6587} Web",
        ] {
            assert!(!mixes_scripts(&n(name)), "{name}");
        }
    }

    #[test]
    fn twins_differ_in_case_or_composition_only() {
        for (one, other) in [
            ("Web", "web"),
            ("CAF\u{c9}", "cafe\u{301}"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("\u{130}zmir", "i\u{307}zmir"),
        ] {
            assert!(are_twins(&n(one), &n(other)), "{one} and {other}");
        }
        for (one, other) in [("Web", "Web"), ("Foo-Bar", "FooBar"), ("cafe", "caf\u{e9}")] {
            assert!(!are_twins(&n(one), &n(other)), "{one} and {other}");
        }
    }
}
