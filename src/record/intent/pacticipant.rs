//! A pacticipant as it is described, within an intent.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::describe_pacticipant::PacticipantUpdate;
use crate::domain::edit::Edit;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::time::Timestamp;

/// An update; a field without a value stays as it is, unless `cleared` names it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PacticipantForm {
    name: PacticipantName,
    display_name: Option<String>,
    main_branch: Option<BranchName>,
    repository_url: Option<String>,
    #[serde(default)]
    repository_name: Option<String>,
    #[serde(default)]
    repository_namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cleared: Vec<Field>,
    at: Timestamp,
}

/// A field that can be cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Field {
    DisplayName,
    MainBranch,
    RepositoryUrl,
    RepositoryName,
    RepositoryNamespace,
}

impl From<PacticipantUpdate> for PacticipantForm {
    fn from(update: PacticipantUpdate) -> Self {
        fn value<T>(edit: Edit<T>, field: Field, cleared: &mut Vec<Field>) -> Option<T> {
            if matches!(edit, Edit::Clear) {
                cleared.push(field);
            }
            edit.value()
        }
        let mut cleared = Vec::new();
        Self {
            name: update.name,
            display_name: value(update.display_name, Field::DisplayName, &mut cleared),
            main_branch: value(update.main_branch, Field::MainBranch, &mut cleared),
            repository_url: value(update.repository_url, Field::RepositoryUrl, &mut cleared),
            repository_name: value(update.repository_name, Field::RepositoryName, &mut cleared),
            repository_namespace: value(
                update.repository_namespace,
                Field::RepositoryNamespace,
                &mut cleared,
            ),
            cleared,
            at: update.at,
        }
    }
}

impl From<PacticipantForm> for PacticipantUpdate {
    fn from(form: PacticipantForm) -> Self {
        fn edit<T>(value: Option<T>, field: Field, cleared: &[Field]) -> Edit<T> {
            if cleared.contains(&field) {
                Edit::Clear
            } else {
                Edit::part(value)
            }
        }
        let cleared = &form.cleared;
        Self {
            name: form.name,
            display_name: edit(form.display_name, Field::DisplayName, cleared),
            main_branch: edit(form.main_branch, Field::MainBranch, cleared),
            repository_url: edit(form.repository_url, Field::RepositoryUrl, cleared),
            repository_name: edit(form.repository_name, Field::RepositoryName, cleared),
            repository_namespace: edit(
                form.repository_namespace,
                Field::RepositoryNamespace,
                cleared,
            ),
            at: form.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stays_what_is_cleared_and_what_is_set_are_three_things() {
        let at = Timestamp::clamped(0);
        let update = PacticipantUpdate {
            display_name: Edit::Clear,
            main_branch: Edit::Set("main".parse().unwrap()),
            repository_namespace: Edit::Clear,
            ..PacticipantUpdate::new("Web".parse().unwrap(), at)
        };
        let form = serde_json::to_value(PacticipantForm::from(update.clone())).unwrap();
        assert_eq!(
            form["cleared"],
            json!(["displayName", "repositoryNamespace"])
        );
        let form: PacticipantForm = serde_json::from_value(form).unwrap();
        assert_eq!(PacticipantUpdate::from(form), update);
    }

    #[test]
    fn a_form_without_the_newer_fields_clears_nothing() {
        let form = json!({
            "name": "Web",
            "displayName": null,
            "mainBranch": "main",
            "repositoryUrl": null,
            "at": "2026-11-21T00:00:00+00:00",
        });
        let update =
            PacticipantUpdate::from(serde_json::from_value::<PacticipantForm>(form).unwrap());
        assert_eq!(update.display_name, Edit::Keep);
        assert_eq!(update.repository_name, Edit::Keep);
        assert_eq!(update.main_branch, Edit::Set("main".parse().unwrap()));
    }
}
