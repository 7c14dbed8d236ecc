//! Why a push is not let in, as git shows it to whoever pushes.

use super::doctor::problem;
use super::doctor::with_causes;
use super::table::one_line;
use crate::app::received::Objection;
use crate::app::received::Why;
use crate::store::StoreError;

/// Returns the reasons, each on a line of its own, and what to do about them.
#[must_use]
pub fn text(objections: &[Objection]) -> String {
    let mut lines: Vec<String> = objections.iter().map(line).collect();
    let mut advice: Vec<&str> = objections.iter().map(|it| advice(&it.why)).collect();
    advice.sort_unstable();
    advice.dedup();
    lines.extend(advice.into_iter().map(|advice| format!("hint: {advice}")));
    lines.join("\n")
}

fn line(objection: &Objection) -> String {
    let mut parts = vec![objection.branch.clone()];
    let short = |id: &str| id.get(..7).unwrap_or(id).to_owned();
    let commit = objection.commit.as_ref();
    parts.extend(commit.map(|commit| format!("commit {}", short(&commit.0))));
    parts.extend(objection.path.clone());
    parts.push(reason(&objection.why));
    one_line(&parts.join(": "))
}

fn reason(why: &Why) -> String {
    match why {
        Why::NoSuchBranch => "a store has no such branch".to_owned(),
        Why::Moved => "it has moved since it was fetched: somebody else was faster".to_owned(),
        Why::Deleted => "a branch of a store is not deleted".to_owned(),
        Why::NotGrown(why) => why.to_string(),
        Why::Damaged(StoreError::Damaged { path, reason, .. }) => format!("{path}: {reason}"),
        Why::Damaged(why) => with_causes(why),
        Why::Unsound(why) => with_causes(why),
        Why::Forbidden(why) => why.to_string(),
        Why::Ailing(ailment) => problem(ailment),
        Why::NotAllowed(why) => why.to_string(),
        Why::NoPolicy(why) => format!("who may write is not known: {}", with_causes(why)),
        Why::Policy(why) => why.to_string(),
    }
}

/// Says what to do.
fn advice(why: &Why) -> &'static str {
    match why {
        Why::NoSuchBranch => {
            "branches whose names begin with pact/ are git-pact's: give yours another name"
        }
        Why::Moved => "run the git pact command again",
        Why::Deleted => {
            "to take records back, use the git pact command for it (git pact delete-…, git pact clean)"
        }
        Why::NotGrown(_) => {
            "records are never rewritten: fetch, and run the git pact command again; nothing is forced"
        }
        Why::Damaged(_) | Why::Unsound(_) | Why::Forbidden(_) => {
            "records are written by git pact alone: take your commit off the branch and run the command \
             that says the same"
        }
        Why::NotAllowed(_) => {
            "whoever may write pact/settings can let you: git pact policy allow --branch … --identity …"
        }
        Why::NoPolicy(_) => {
            "an administrator can put settings/policy.json right in the repository itself, where no hook runs"
        }
        Why::Policy(_) => "change it with git pact policy",
        Why::Ailing(_) => {
            "push what belongs together in one push, as git pact does; git pact doctor tells more"
        }
    }
}
