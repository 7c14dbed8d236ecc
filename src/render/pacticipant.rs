//! Applications: what one is, the list of all, and the branches of one.

use std::sync::Arc;

use super::hal::Address;
use super::hal::template;
use super::table::one_line;
use super::table::table;
use super::version::places;
use super::yaml::scalar;
use crate::app::describe::ListedPacticipants;
use crate::domain::details::PacticipantDetails;
use crate::domain::name::VersionNumber;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::surroundings::PacticipantSurroundings;
use crate::domain::time::Timestamp;
use crate::domain::version::BranchHead;
use crate::domain::version::Version;

/// How many branches, and how many tags, a description shows.
const MOST_HEADS: usize = 10;

/// Returns the table of `list-pacticipants`, whose columns are as wide as they have to be; nothing
/// if there are none.
#[must_use]
pub fn list(listed: &ListedPacticipants) -> String {
    let row = |(it, _): &(Arc<Pacticipant>, _)| vec![it.name.to_string(), it.shown_name()];
    let rows: Vec<_> = listed.iter().map(row).collect();
    table(&["NAME", "DISPLAY NAME"], &rows)
}

/// Returns the same with what people want to know besides.
#[must_use]
pub fn overview(listed: &ListedPacticipants) -> String {
    let row = |(it, latest): &(Arc<Pacticipant>, Option<VersionNumber>)| {
        let text = |name: Option<&dyn ToString>| name.map(ToString::to_string).unwrap_or_default();
        vec![
            it.name.to_string(),
            it.shown_name(),
            text(it.main_branch.as_ref().map(|it| it as &dyn ToString)),
            text(latest.as_ref().map(|it| it as &dyn ToString)),
            joined(it.labels.keys()).unwrap_or_default(),
        ]
    };
    let columns = [
        "NAME",
        "DISPLAY NAME",
        "MAIN BRANCH",
        "LATEST VERSION",
        "LABELS",
    ];
    let rows: Vec<_> = listed.iter().map(row).collect();
    table(&columns, &rows)
}

/// Returns the table of `list-branches`: each branch with its head and when that was created;
/// nothing if there are none.
#[must_use]
pub fn branches(heads: &[(BranchHead, Timestamp)]) -> String {
    let row = |(head, created_at): &(BranchHead, Timestamp)| {
        vec![
            head.branch.to_string(),
            head.version.to_string(),
            created_at.to_string(),
        ]
    };
    let rows: Vec<_> = heads.iter().map(row).collect();
    table(&["BRANCH", "LATEST VERSION", "CREATED"], &rows)
}

/// Returns an application as the `pact-broker` command line describes it: the fields of its
/// document as YAML, with the links of its labels (spec: cli §4.14).
#[must_use]
pub fn yaml(pacticipant: &Pacticipant, at: &Address) -> String {
    let Pacticipant {
        name,
        display_name: _,
        main_branch,
        repository_url,
        repository_name,
        repository_namespace,
        labels,
        created_at,
        updated_at,
    } = pacticipant;
    let fields = [
        ("Name", Some(name.to_string())),
        ("Display Name", Some(pacticipant.shown_name())),
        ("Repository Url", repository_url.clone()),
        ("Repository Name", repository_name.clone()),
        ("Repository Namespace", repository_namespace.clone()),
        ("Main Branch", main_branch.as_ref().map(ToString::to_string)),
        ("Created At", Some(created_at.to_string())),
        ("Updated At", updated_at.map(|at| at.to_string())),
    ];
    let mut lines = Vec::new();
    for (field, value) in fields {
        lines.extend(value.map(|value| format!("{field}: {}", scalar(&value))));
    }
    if !labels.is_empty() {
        lines.push("Labels:".to_owned());
    }
    for label in labels.keys() {
        let href = at.to(template::LABEL, &[name.as_str(), label.as_str()]);
        let (label, href) = (scalar(label.as_str()), scalar(&href));
        lines.push(format!(
            "- Name: {label}\n  Links:\n    Self:\n      Title: Label\n      Name: {label}\n      \
             Href: {href}"
        ));
    }
    lines.join("\n")
}

/// Returns an application as people want to see it: what it is, whom it works with, where its
/// branches and tags stand, and what of it is where.
#[must_use]
pub fn text(details: &PacticipantDetails, around: &PacticipantSurroundings) -> String {
    let pacticipant = &*details.pacticipant;
    let latest = details.latest.as_deref();
    let newest = |it: &Version| format!("{} (created {})", it.number, it.created_at);
    let providers = latest.into_iter().flat_map(|latest| latest.pacts.keys());
    let fields = [
        ("Display name", Some(pacticipant.shown_name())),
        (
            "Main branch",
            pacticipant.main_branch.as_ref().map(ToString::to_string),
        ),
        ("Repository", pacticipant.repository_url.clone()),
        ("Labels", joined(pacticipant.labels.keys())),
        ("Newest version", latest.map(newest)),
        ("Providers", joined(providers)),
        ("Consumers", joined(&around.consumers)),
    ];
    let mut lines = vec![pacticipant.name.to_string()];
    for (field, value) in fields {
        lines.extend(value.map(|value| one_line(&format!("{field}: {value}"))));
    }
    let branches = around.branches.iter();
    let tags = around.tags.iter();
    let parts = [
        lines.join("\n"),
        heads(
            "BRANCH",
            branches.map(|it| (it.branch.as_ref(), &it.version)),
        ),
        heads("TAG", tags.map(|it| (it.tag.as_ref(), &it.version))),
        places(&details.deployed, &around.released),
    ];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

/// Returns the table of some heads, the first of them, and how many more there are.
fn heads<'a>(
    kind: &str,
    heads: impl ExactSizeIterator<Item = (&'a str, &'a VersionNumber)>,
) -> String {
    let more = heads.len().saturating_sub(MOST_HEADS);
    let row = |(name, version): (&str, &VersionNumber)| vec![name.to_owned(), version.to_string()];
    let rows: Vec<_> = heads.take(MOST_HEADS).map(row).collect();
    let shown = table(&[kind, "LATEST VERSION"], &rows);
    match more {
        0 => shown,
        more => format!("{shown}\nand {more} more"),
    }
}

/// Returns names in a line; `None` if there are none.
pub(super) fn joined<'a, T: AsRef<str> + 'a>(
    names: impl IntoIterator<Item = &'a T>,
) -> Option<String> {
    let names: Vec<&str> = names.into_iter().map(AsRef::as_ref).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web() -> Pacticipant {
        let created_at = Timestamp::clamped(1_795_222_730);
        Pacticipant {
            main_branch: Some("main".parse().unwrap()),
            repository_url: Some("http://git/foo".to_owned()),
            display_name: Some("Foo App".to_owned()),
            ..Pacticipant::new("Foo".parse().unwrap(), created_at)
        }
    }

    #[test]
    fn the_yaml_is_the_one_that_scripts_read() {
        let mut foo = web();
        let at = Address::new("");
        let plain = "\
Name: Foo
Display Name: Foo App
Repository Url: http://git/foo
Main Branch: main
Created At: '2026-11-21T00:58:50+00:00'";
        assert_eq!(yaml(&foo, &at), plain);
        foo.labels.insert("ios".parse().unwrap(), foo.created_at);
        let labels = "
Labels:
- Name: ios
  Links:
    Self:
      Title: Label
      Name: ios
      Href: /pacticipants/Foo/labels/ios";
        assert_eq!(yaml(&foo, &at), format!("{plain}{labels}"));
    }

    #[test]
    fn a_column_of_names_is_as_wide_as_the_longest() {
        let mut long = web();
        long.display_name = Some("x".repeat(60));
        let shown = list(&vec![(Arc::new(long), None)]);
        assert!(
            shown.ends_with(&format!("Foo  | {}", "x".repeat(60))),
            "{shown}"
        );
        assert_eq!(list(&Vec::new()), "");
    }

    #[test]
    fn no_more_heads_are_shown_than_fit() {
        let number: VersionNumber = "1".parse().unwrap();
        let names: Vec<String> = (0..12).map(|index| format!("b{index}")).collect();
        let shown = heads("BRANCH", names.iter().map(|name| (name.as_str(), &number)));
        assert!(shown.contains("b9 ") && !shown.contains("b10"), "{shown}");
        assert!(shown.ends_with("\nand 2 more"), "{shown}");
        assert_eq!(heads("TAG", [].into_iter()), "");
    }
}
