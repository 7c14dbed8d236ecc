//! The variables of the environment, for people to look up. Those of CI services are not among them.

/// A variable, or several that belong together, and what they say.
pub(super) struct Variable {
    pub(super) names: &'static [&'static str],
    pub(super) about: &'static str,
}

const fn variable(names: &'static [&'static str], about: &'static str) -> Variable {
    Variable { names, about }
}

/// What every command heeds.
pub(super) const EVERYWHERE: &[Variable] = &[
    variable(
        &["GIT_PACT_REPO"],
        "The store, a URL or a path, where --repo does not name it.",
    ),
    variable(
        &["PACT_BROKER_BASE_URL"],
        "The same, where GIT_PACT_REPO is not set.",
    ),
    variable(
        &["GIT_PACT_USERNAME", "GIT_PACT_PASSWORD", "GIT_PACT_TOKEN"],
        "What opens a store that is reached by HTTPS. Without them git asks whom it always asks.",
    ),
    variable(
        &[
            "PACT_BROKER_USERNAME",
            "PACT_BROKER_PASSWORD",
            "PACT_BROKER_TOKEN",
        ],
        "The same, where none of those is set.",
    ),
    variable(
        &["GIT_PACT_ACTOR"],
        "Who records something, as `Name <address>`; else what the CI service or git says.",
    ),
    variable(
        &["GIT_PACT_COMMIT", "GIT_PACT_BRANCH", "GIT_PACT_BUILD_URL"],
        "What --auto-detect-version-properties finds, whatever the CI service says.",
    ),
    variable(&["GIT_PACT_SIGN"], "`1` means --sign."),
    variable(
        &["GIT_PACT_CACHE"],
        "Where private clones are kept; else in `git-pact` below XDG_CACHE_HOME, or below `~/.cache`.",
    ),
    variable(
        &["GIT_PACT_TIME_LIMIT"],
        "How long one `git` may be busy with the remote, e.g. `30s` or `5m`; `0` is without end. Else ten \
         minutes, or without end if somebody sits at a terminal.",
    ),
    variable(
        &["GIT_PACT_NOW"],
        "The time, instead of the clock, so that a run can be repeated.",
    ),
    variable(
        &["NO_COLOR", "CLICOLOR_FORCE"],
        "No colour on a terminal; colour elsewhere, too.",
    ),
    variable(
        &["PACT_BROKER_ERROR_ON_UNKNOWN_OPTION"],
        "As pact-broker: `true` makes an option that nobody knows an error.",
    ),
];

/// What can-i-deploy, can-i-merge and owed heed.
pub(super) const GATES: &[Variable] = &[
    variable(
        &[
            "PACT_BROKER_CAN_I_DEPLOY_DRY_RUN",
            "PACT_BROKER_CAN_I_MERGE_DRY_RUN",
        ],
        "`true` means --dry-run.",
    ),
    variable(
        &[
            "PACT_BROKER_CAN_I_DEPLOY_IGNORE",
            "PACT_BROKER_CAN_I_MERGE_IGNORE",
        ],
        "Applications to ignore, besides those of --ignore, with commas between them.",
    ),
    variable(
        &["GIT_PACT_DISPATCH_TOKEN"],
        "The token with which `owed --dispatch` starts builds; else that of the service, see docs/events.md.",
    ),
];

/// What `serve` heeds; see docs/serve.md.
pub(super) const SERVE: &[Variable] = &[
    variable(
        &[
            "GIT_PACT_SERVE_CREDENTIALS",
            "GIT_PACT_SERVE_CREDENTIALS_FILE",
        ],
        "Who may read and write: the lines of a file, or the name of one.",
    ),
    variable(
        &[
            "PACT_BROKER_BASIC_AUTH_USERNAME",
            "PACT_BROKER_BASIC_AUTH_PASSWORD",
            "PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME",
            "PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD",
        ],
        "The same, as the Ruby broker is told.",
    ),
    variable(
        &[
            "PACT_BROKER_ALLOW_PUBLIC_READ",
            "PACT_BROKER_PUBLIC_HEARTBEAT",
            "PACT_BROKER_ENABLE_PUBLIC_BADGE_ACCESS",
        ],
        "What is open to everybody, where there are credentials.",
    ),
    variable(
        &[
            "PACT_BROKER_WEBHOOK_HOST_WHITELIST",
            "PACT_BROKER_WEBHOOK_SCHEME_WHITELIST",
            "PACT_BROKER_WEBHOOK_HTTP_METHOD_WHITELIST",
        ],
        "Where webhooks may go, and how.",
    ),
    variable(
        &["GIT_PACT_SECRET_NAME"],
        "What ${user.NAME} stands for in a webhook.",
    ),
];
