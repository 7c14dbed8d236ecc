//! Where badges are.

use super::of_pair;
use crate::render::hal::Template;
use crate::render::hal::template;
use crate::render::page::file_name::file_name;
use crate::render::page::place::BadgePlace;

/// Returns the address of a badge in a server: its template, and what stands in it.
pub(super) fn address(badge: &BadgePlace) -> (Template, Vec<&str>) {
    match badge {
        BadgePlace::Contract(pair) => (
            template::LATEST_PACT_BADGE,
            vec![pair.provider.as_str(), pair.consumer.as_str()],
        ),
        BadgePlace::CanIDeploy {
            application,
            main_branch,
            environment,
        } => (
            template::CAN_I_DEPLOY_BRANCH_BADGE,
            vec![
                application.as_str(),
                main_branch.as_str(),
                environment.as_str(),
            ],
        ),
        BadgePlace::CanIMerge(name) => (template::CAN_I_MERGE_BADGE, vec![name.as_str()]),
    }
}

/// Returns the file of a badge in a static site. Addresses in README files stay: the main branch, which may
/// get another name, is not in them.
pub(super) fn file(badge: &BadgePlace) -> String {
    match badge {
        BadgePlace::Contract(pair) => of_pair(pair, "badge.svg"),
        BadgePlace::CanIDeploy {
            application,
            environment,
            ..
        } => {
            let application = file_name(application.as_str());
            let environment = file_name(environment.as_str());
            format!("application/{application}/can-i-deploy/{environment}.svg")
        }
        BadgePlace::CanIMerge(name) => {
            format!("application/{}/can-i-merge.svg", file_name(name.as_str()))
        }
    }
}
