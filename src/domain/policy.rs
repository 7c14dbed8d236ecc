//! Who may write which branch of a store. A server asks it before it lets a push in.
//!
//! A branch that no rule names is open to everybody who may push at all. Of several rules that name a
//! branch the most specific counts: one without `*` before any with, then the one with more characters
//! besides `*`. Where that is a draw, all of them have to agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::likely_name::{did_you_mean, likely_names};
use super::name::Identity;

/// The branch that holds the policy itself.
pub const SETTINGS: &str = "pact/settings";

/// Names branches of a store as git shows them, e.g. `pact/env/production`; `*` stands for any characters,
/// as in `pact/app/*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BranchPattern(String);

/// The text given names no branch of a store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} names no branch of a store: write it as git shows it, such as pact/env/production, \
     pact/app/Order%20Service or pact/app/*"
)]
pub struct InvalidPattern {
    /// The text.
    pub text: String,
}

impl FromStr for BranchPattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_+-.%*/".contains(c);
        let could_be = text == SETTINGS
            || ["pact/app/", "pact/contracts/", "pact/env/"]
                .iter()
                .any(|root| text.strip_prefix(root).is_some_and(|it| !it.is_empty()))
            || (text.starts_with("pact/") && text.contains('*'));
        if could_be && text.len() <= 255 && text.chars().all(is_plain) {
            Ok(Self(text.to_owned()))
        } else {
            let text = text.to_owned();
            Err(InvalidPattern { text })
        }
    }
}

impl TryFrom<String> for BranchPattern {
    type Error = InvalidPattern;

    fn try_from(text: String) -> Result<Self, InvalidPattern> {
        text.parse()
    }
}

impl From<BranchPattern> for String {
    fn from(pattern: BranchPattern) -> Self {
        pattern.0
    }
}

impl AsRef<str> for BranchPattern {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BranchPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl BranchPattern {
    /// Says whether it names a branch.
    #[must_use]
    pub fn names(&self, branch: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = branch.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        // Each part at the first place where it can be leaves the most room for those behind it.
        for part in parts {
            let Some(at) = rest.find(part) else {
                return false;
            };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last)
    }

    /// Returns how specific it is: whether it names one branch alone, and how much of a name it tells.
    fn weight(&self) -> (bool, usize) {
        let stars = self.0.matches('*').count();
        (stars == 0, self.0.len() - stars)
    }
}

/// Who may write which branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Who may write the branches that a pattern names; never nobody.
    pub rules: BTreeMap<BranchPattern, BTreeSet<Identity>>,
}

/// Somebody may not write a branch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} may not write it: the policy lets {} ({pattern})", shown(who.as_ref()), listed(may))]
pub struct NotAllowed {
    /// Who wanted to, as far as it is known.
    pub who: Option<Identity>,
    /// The rule that says so.
    pub pattern: BranchPattern,
    /// Who may.
    pub may: BTreeSet<Identity>,
}

fn shown(who: Option<&Identity>) -> String {
    who.map_or("somebody whom the server does not name".to_owned(), |who| {
        format!("`{who}`")
    })
}

fn listed(may: &BTreeSet<Identity>) -> String {
    let names: Vec<String> = may.iter().map(|it| format!("`{it}`")).collect();
    names.join(", ")
}

impl Policy {
    /// Says whether there are no rules: everything is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Fails unless somebody may write a branch, as git names it.
    ///
    /// # Errors
    ///
    /// Fails with the rule that says who may.
    pub fn allows(&self, branch: &str, who: Option<&Identity>) -> Result<(), NotAllowed> {
        let naming = self.rules.iter().filter(|(it, _)| it.names(branch));
        let naming: Vec<_> = naming.collect();
        let most = naming.iter().map(|(pattern, _)| pattern.weight()).max();
        let counting = naming.iter().filter(|(it, _)| Some(it.weight()) == most);
        for (pattern, may) in counting {
            if !who.is_some_and(|who| may.contains(who)) {
                return Err(NotAllowed {
                    who: who.cloned(),
                    pattern: (*pattern).clone(),
                    may: (*may).clone(),
                });
            }
        }
        Ok(())
    }

    /// Fails if there are rules, and none of them protects the rules themselves.
    ///
    /// # Errors
    ///
    /// Fails with [`PolicyRefusal::Unprotected`].
    pub fn protects_itself(&self) -> Result<(), PolicyRefusal> {
        let protects = |pattern: &BranchPattern| pattern.names(SETTINGS);
        if self.is_empty() || self.rules.keys().any(protects) {
            Ok(())
        } else {
            Err(PolicyRefusal::Unprotected)
        }
    }
}

/// What is to become of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyChange {
    /// These identities may write these branches, beside those that may already.
    Allow {
        /// The branches.
        branches: BTreeSet<BranchPattern>,
        /// Who.
        identities: BTreeSet<Identity>,
    },
    /// These identities may not write these branches any more; without any, the rules for the branches
    /// are gone.
    Remove {
        /// The branches, as the rules name them.
        branches: BTreeSet<BranchPattern>,
        /// Who.
        identities: BTreeSet<Identity>,
    },
}

/// A policy cannot be changed so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// Anybody could change it.
    #[error(
        "the policy would not protect itself, since no rule names {SETTINGS}; say who may change it: \
         git pact policy allow --branch {SETTINGS} --identity <name>"
    )]
    Unprotected,
    /// There is no rule of that name.
    #[error("the policy has no rule for {pattern}{}", hint(pattern, known))]
    NoSuchRule {
        /// The name.
        pattern: BranchPattern,
        /// The rules that there are.
        known: Vec<BranchPattern>,
    },
    /// A rule does not name somebody.
    #[error(
        "the rule for {pattern} does not name `{identity}`{}",
        hint(identity, known)
    )]
    NotNamed {
        /// The rule.
        pattern: BranchPattern,
        /// Who is not named.
        identity: Identity,
        /// Who is.
        known: Vec<Identity>,
    },
    /// Nobody would be left.
    #[error(
        "nobody could write {pattern} any more: allow somebody else first, or open it to everybody with \
         git pact policy remove --branch {pattern}"
    )]
    Nobody {
        /// The rule.
        pattern: BranchPattern,
    },
}

fn hint<T: AsRef<str> + Ord>(written: &T, known: &[T]) -> String {
    let question = did_you_mean(&likely_names(written.as_ref(), known));
    question.map_or_else(String::new, |question| format!("; {question}"))
}

impl PolicyChange {
    /// Returns a policy as it is after the change.
    ///
    /// # Errors
    ///
    /// Refuses to leave it unprotected, or a branch to nobody, and to remove what is not there.
    pub fn applied(&self, policy: &Policy) -> Result<Policy, PolicyRefusal> {
        let mut rules = policy.rules.clone();
        match self {
            Self::Allow {
                branches,
                identities,
            } => {
                for pattern in branches {
                    let may = rules.entry(pattern.clone()).or_default();
                    may.extend(identities.iter().cloned());
                }
            }
            Self::Remove {
                branches,
                identities,
            } => {
                for pattern in branches {
                    let Some(may) = rules.get_mut(pattern) else {
                        return Err(PolicyRefusal::NoSuchRule {
                            pattern: pattern.clone(),
                            known: rules.into_keys().collect(),
                        });
                    };
                    without(pattern, may, identities)?;
                    if identities.is_empty() {
                        rules.remove(pattern);
                    }
                }
            }
        }
        let policy = Policy { rules };
        policy.protects_itself()?;
        Ok(policy)
    }
}

/// Takes identities from those who may write.
fn without(
    pattern: &BranchPattern,
    may: &mut BTreeSet<Identity>,
    identities: &BTreeSet<Identity>,
) -> Result<(), PolicyRefusal> {
    for identity in identities {
        if !may.remove(identity) {
            return Err(PolicyRefusal::NotNamed {
                pattern: pattern.clone(),
                identity: identity.clone(),
                known: may.iter().cloned().collect(),
            });
        }
    }
    if may.is_empty() {
        let pattern = pattern.clone();
        return Err(PolicyRefusal::Nobody { pattern });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::n;

    fn policy(rules: &[(&str, &[&str])]) -> Policy {
        let rule = |(pattern, names): &(&str, &[&str])| {
            let names = names.iter().map(|name| n(name));
            (n(pattern), names.collect())
        };
        Policy {
            rules: rules.iter().map(rule).collect(),
        }
    }

    fn may(policy: &Policy, branch: &str, who: &str) -> bool {
        policy.allows(branch, Some(&n(who))).is_ok()
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, branch, expected) in [
            ("pact/app/Web", "pact/app/Web", true),
            ("pact/app/Web", "pact/app/Web2", false),
            ("pact/app/*", "pact/app/Web", true),
            ("pact/app/*", "pact/apps", false),
            ("pact/*", "pact/settings", true),
            ("pact/*/Web", "pact/app/Web", true),
            ("pact/*/Web", "pact/app/Web%20Admin", false),
            ("pact/app/*-*-api", "pact/app/eu-shop-api", true),
            ("pact/app/*-*-api", "pact/app/eu-api", false),
            ("pact/app/a*a", "pact/app/a", false),
        ] {
            let pattern: BranchPattern = n(pattern);
            assert_eq!(pattern.names(branch), expected, "{pattern} {branch}");
        }
    }

    #[test]
    fn what_names_no_branch_of_a_store_is_no_pattern() {
        for text in [
            "",
            "*",
            "main",
            "pact",
            "pact/",
            "pact/app/",
            "pact/other",
            "pact/app/Order Service",
            "refs/heads/pact/app/Web",
            "pact/app/\u{1b}",
        ] {
            assert!(text.parse::<BranchPattern>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_no_rule_names_is_open() {
        let policy = policy(&[("pact/env/production", &["deployer"])]);
        assert!(policy.allows("pact/app/Web", None).is_ok());
        assert!(may(&policy, "pact/env/production", "deployer"));
        assert!(!may(&policy, "pact/env/production", "web-ci"));
        let error = policy.allows("pact/env/production", None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "somebody whom the server does not name may not write it: the policy lets `deployer` \
             (pact/env/production)"
        );
    }

    #[test]
    fn the_most_specific_rule_counts() {
        let policy = policy(&[
            ("pact/*", &["root"]),
            ("pact/app/*", &["ci"]),
            ("pact/app/Web", &["web-ci"]),
            ("pact/app/a*", &["one", "both"]),
            ("pact/app/*b", &["other", "both"]),
        ]);
        for (branch, who) in [
            ("pact/settings", "root"),
            ("pact/app/Orders", "ci"),
            ("pact/app/Web", "web-ci"),
            ("pact/app/ab", "both"),
        ] {
            for name in ["root", "ci", "web-ci", "one", "other", "both"] {
                assert_eq!(may(&policy, branch, name), name == who, "{branch} {name}");
            }
        }
    }

    #[test]
    fn a_policy_protects_itself_from_the_first_rule_to_the_last() {
        let allow = |branches: &[&str], names: &[&str]| PolicyChange::Allow {
            branches: branches.iter().map(|it| n(it)).collect(),
            identities: names.iter().map(|it| n(it)).collect(),
        };
        let remove = |branches: &[&str], names: &[&str]| PolicyChange::Remove {
            branches: branches.iter().map(|it| n(it)).collect(),
            identities: names.iter().map(|it| n(it)).collect(),
        };
        let none = Policy::default();
        let first = allow(&["pact/env/production"], &["deployer"]).applied(&none);
        assert_eq!(first, Err(PolicyRefusal::Unprotected));
        let both = allow(&["pact/settings", "pact/env/production"], &["ada"]);
        let both = both.applied(&none).unwrap();
        let more = allow(&["pact/env/production"], &["deployer"])
            .applied(&both)
            .unwrap();
        assert!(may(&more, "pact/env/production", "deployer"));
        assert!(may(&more, "pact/env/production", "ada"));
        let open = remove(&["pact/settings"], &[]).applied(&more);
        assert_eq!(open, Err(PolicyRefusal::Unprotected));
        let all = remove(&["pact/settings", "pact/env/production"], &[]).applied(&more);
        assert_eq!(all, Ok(none));
        let nobody = remove(&["pact/settings"], &["ada"])
            .applied(&more)
            .unwrap_err();
        assert!(matches!(nobody, PolicyRefusal::Nobody { .. }), "{nobody}");
        let fewer = remove(&["pact/env/production"], &["ada"])
            .applied(&more)
            .unwrap();
        assert!(!may(&fewer, "pact/env/production", "ada"));
        let error = remove(&["pact/env/prodction"], &[])
            .applied(&more)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the policy has no rule for pact/env/prodction; did you mean `pact/env/production`?"
        );
    }
}
