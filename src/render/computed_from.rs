//! What an answer was computed from, as JSON: saved with the answer, it gives the same one again.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::app::ask::Basis;
use crate::domain::rules::Rules;
use crate::record::path::Branch;
use crate::store::Revision;
use crate::store::Tips;

/// What an answer was computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputedFrom {
    /// The commit of every branch that was looked at, `null` where there was no such branch.
    tips: BTreeMap<String, Option<String>>,
    /// The rules that decided.
    pub rules: Rules,
    /// How many writes were seen that were not pushed yet.
    pub pending: usize,
}

/// A saved answer names something that cannot be looked up.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTip {
    /// The store has no branches of such a name.
    #[error("`{0}` is not a branch of the store")]
    Branch(String),
    /// No commit has such an id.
    #[error("`{0}` is not the id of a commit")]
    Commit(String),
}

impl From<&Basis> for ComputedFrom {
    fn from(basis: &Basis) -> Self {
        Self {
            tips: tips(basis),
            rules: basis.rules,
            pending: basis.pending,
        }
    }
}

/// Returns the commit of every branch that was looked at, `None` where there was no such branch.
#[must_use]
pub fn tips(basis: &Basis) -> BTreeMap<String, Option<String>> {
    let tip = |(branch, tip): (&Branch, &Option<Revision>)| {
        (branch.to_string(), tip.as_ref().map(Revision::to_string))
    };
    basis.tips.iter().map(tip).collect()
}

impl ComputedFrom {
    /// Returns the tips.
    ///
    /// # Errors
    ///
    /// Fails if one is not a commit of a branch of the store.
    pub fn tips(&self) -> Result<Tips, InvalidTip> {
        let tip = |(name, commit): (&String, &Option<String>)| {
            let branch = name.strip_prefix(Branch::ROOT).and_then(Branch::parse);
            let branch = branch.ok_or_else(|| InvalidTip::Branch(name.clone()))?;
            let commit = commit.as_deref().map(revision).transpose()?;
            Ok((branch, commit))
        };
        self.tips.iter().map(tip).collect()
    }
}

fn revision(commit: &str) -> Result<Revision, InvalidTip> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if commit.len() == 40 && commit.bytes().all(is_digit) {
        Ok(Revision(commit.to_owned()))
    } else {
        Err(InvalidTip::Commit(commit.to_owned()))
    }
}

/// Returns the same for people, e.g. `pact/app/Web 1a2b3c4, by strict rules`.
#[must_use]
pub fn sentence(basis: &Basis) -> String {
    let existing = basis
        .tips
        .iter()
        .filter_map(|(branch, tip)| tip.as_ref().map(|tip| (branch, tip)));
    let tips: Vec<String> = existing
        .map(|(branch, tip)| format!("{branch} {}", tip.0.get(..7).unwrap_or(&tip.0)))
        .collect();
    let tips = if tips.is_empty() {
        "an empty store".to_owned()
    } else {
        tips.join(", ")
    };
    let rules = match basis.rules {
        Rules::Strict => "strict",
        Rules::PactBroker => "pact-broker",
    };
    let pending = match basis.pending {
        0 => String::new(),
        1 => " and a write that is pending here".to_owned(),
        pending => format!(" and {pending} writes that are pending here"),
    };
    format!("{tips}{pending}, by {rules} rules")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis() -> Basis {
        let tip = |digit: &str| Some(Revision(digit.repeat(40)));
        Basis {
            tips: [
                (Branch::parse("app/Order%20Service").unwrap(), tip("a")),
                (Branch::parse("settings").unwrap(), None),
            ]
            .into(),
            rules: Rules::PactBroker,
            pending: 2,
        }
    }

    #[test]
    fn what_an_answer_was_computed_from_round_trips() {
        let json = serde_json::to_string(&ComputedFrom::from(&basis())).unwrap();
        let commit = "a".repeat(40);
        let expected = format!(
            r#"{{"tips":{{"pact/app/Order%20Service":"{commit}","pact/settings":null}},"rules":"pact-broker","pending":2}}"#
        );
        assert_eq!(json, expected);
        let read: ComputedFrom = serde_json::from_str(&json).unwrap();
        assert_eq!(read.tips(), Ok(basis().tips));
        assert_eq!((read.rules, read.pending), (Rules::PactBroker, 2));
    }

    #[test]
    fn only_commits_of_branches_of_the_store_are_tips() {
        let read = |name: &str, commit: &str| {
            let text =
                format!(r#"{{"tips":{{"{name}":"{commit}"}},"rules":"strict","pending":0}}"#);
            serde_json::from_str::<ComputedFrom>(&text).unwrap().tips()
        };
        for name in ["main", "pact/app/../x", "pact/nothing/Web"] {
            let error = InvalidTip::Branch(name.to_owned());
            assert_eq!(read(name, &"a".repeat(40)), Err(error));
        }
        for commit in ["HEAD", "--upload-pack=x", "abc"] {
            let error = InvalidTip::Commit(commit.to_owned());
            assert_eq!(read("pact/app/Web", commit), Err(error));
        }
    }

    #[test]
    fn people_are_told_in_a_sentence() {
        let expected = "pact/app/Order%20Service aaaaaaa and 2 writes that are pending here, by \
                        pact-broker rules";
        assert_eq!(sentence(&basis()), expected);
    }
}
