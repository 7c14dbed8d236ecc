//! The routes in the order in which people look for them.

use crate::server::resource;
use crate::server::routes::Route;

/// Routes that are about the same.
pub(super) struct Family {
    /// What they are about.
    pub(super) title: &'static str,
    /// The tables of the resources.
    tables: &'static [&'static [Route]],
}

impl Family {
    /// Returns its routes.
    pub(super) fn routes(&self) -> impl Iterator<Item = &'static Route> {
        self.tables.iter().copied().flatten()
    }
}

/// All families.
pub(super) const FAMILIES: &[Family] = &[
    Family {
        title: "The entry point",
        tables: &[
            resource::index::ROUTES,
            resource::manual::ROUTES,
            resource::explorer::ROUTES,
        ],
    },
    Family {
        title: "Publishing pacts",
        tables: &[resource::contracts::ROUTES],
    },
    Family {
        title: "Pacts",
        tables: &[
            resource::pact::ROUTES,
            resource::pact_diff::ROUTES,
            resource::pacts::ROUTES,
        ],
    },
    Family {
        title: "Verification",
        tables: &[
            resource::for_verification::ROUTES,
            resource::verification_result::ROUTES,
            resource::provider_states::ROUTES,
        ],
    },
    Family {
        title: "Can I deploy?",
        tables: &[resource::can_i_deploy::ROUTES, resource::matrix::ROUTES],
    },
    Family {
        title: "Environments",
        tables: &[resource::environment::ROUTES],
    },
    Family {
        title: "Deployments and releases",
        tables: &[
            resource::deployed_version::ROUTES,
            resource::released_version::ROUTES,
        ],
    },
    Family {
        title: "Pacticipants",
        tables: &[resource::pacticipant::ROUTES, resource::label::ROUTES],
    },
    Family {
        title: "Versions, branches and tags",
        tables: &[
            resource::version::ROUTES,
            resource::versions::ROUTES,
            resource::branch::ROUTES,
            resource::tag::ROUTES,
        ],
    },
    Family {
        title: "Webhooks",
        tables: &[
            resource::webhook::ROUTES,
            resource::webhook_execution::ROUTES,
            resource::triggered_webhook::ROUTES,
        ],
    },
    Family {
        title: "Overviews",
        tables: &[
            resource::dashboard::ROUTES,
            resource::integration::ROUTES,
            resource::relationships::ROUTES,
        ],
    },
    Family {
        title: "Badges",
        tables: &[resource::badge::ROUTES],
    },
    Family {
        title: "Health and numbers",
        tables: &[resource::diagnostic::ROUTES, resource::metrics::ROUTES],
    },
];
