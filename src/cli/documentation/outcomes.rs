//! What exit codes mean, for people to look up.

/// The exit codes of `git pact`, and what each says (see docs/decisions/0008).
pub(super) const OUTCOMES: [(u8, &str); 8] = [
    (0, "yes, or done"),
    (
        1,
        "no: a gate says so, or what was to be recorded is refused",
    ),
    (
        2,
        "the command line makes no sense, or asks about what does not exist",
    ),
    (3, "not known yet: not verified"),
    (
        4,
        "it could not be found out, or not be done: repository, network, damaged record",
    ),
    (
        125,
        "`run`: the command ended well, and the store refuses what it recorded",
    ),
    (126, "`run`: the command cannot be started"),
    (127, "`run`: there is no such command"),
];
