//! The commands of which every step goes wrong, and why the others are not among them.

use std::collections::BTreeSet;

use super::files::ERRANDS;
use crate::support::sandbox::Sandbox;

/// A command line, and what has to be there before.
pub(super) struct Line {
    pub(super) text: &'static str,
    /// Command lines that come before it.
    pub(super) before: &'static [&'static str],
    /// Files that somebody takes off branches of the store before.
    pub(super) harm: &'static [(&'static str, &'static str)],
}

const fn line(text: &'static str) -> Line {
    Line {
        text,
        before: &[],
        harm: &[],
    }
}

/// Every kind of write.
pub(super) const LINES: &[Line] = &[
    line("publish ../pacts/3.json -a 3 --branch main --tag prod"),
    line("publish ../pacts/3.json ../pacts/app.json -a 3 --branch main"),
    line("publish ../pacts/3.json -a 2 --branch main --merge"),
    line("record-verification --provider Orders -a 8 --branch main --consumer Web --fail"),
    line("record-deployment -a Orders -e 7 --environment production"),
    line("record-undeployment -a Web --environment production"),
    line("record-release -a Web -e 1 --environment test"),
    line("record-support-ended -a Orders -e 7 --environment production"),
    line("create-environment --name staging"),
    line("update-environment --name test --display-name Testing"),
    line("delete-environment --name test"),
    line("create-or-update-pacticipant --name Web --main-branch feat/x"),
    line("create-or-update-version -a Web -e 4 --branch main"),
    line("create-version-tag -a Web -e 2 --tag prod"),
    line("delete-version-tag -a Web -e 1 --tag dev"),
    line("create-label -a Orders --label core"),
    line("delete-label -a Web --label mobile"),
    line(
        "create-or-update-webhook --uuid abcdefgh_-123457 -X POST https://ci.example.org/b \
         --contract-published",
    ),
    line("delete-webhook --uuid abcdefgh_-123456"),
    line("delete-branch -a Web --branch feat/x"),
    line("delete-branch -a Web --branch main"),
    line("delete-version -a Web -e 1"),
    line("delete-version -a Web -e 2"),
    line("delete-pacticipant --name Web"),
    Line {
        text: r#"clean --keep {"tag":"none"}"#,
        before: &[
            "create-or-update-version -a Web -e 5 --branch main",
            "create-or-update-version -a Web -e 6 --branch main",
            "create-or-update-version -a Orders -e 9 --branch main",
            "create-or-update-version -a Orders -e 10 --branch main",
        ],
        harm: &[],
    },
    line("init --rules pact-broker"),
    line("policy allow --branch pact/settings --branch pact/env/* --identity ann"),
    Line {
        text: "policy remove --branch pact/env/*",
        before: &["policy allow --branch pact/settings --branch pact/env/* --identity ann"],
        harm: &[],
    },
    line("signers allow -a Web --principal ci@web --key ../pacts/key.pub"),
    Line {
        text: "signers remove -a Web --signer ci@web",
        before: &["signers allow -a Web --principal ci@web --key ../pacts/key.pub"],
        harm: &[],
    },
];

/// What cannot be kept.
pub(super) const ONLINE: &[Line] = &[Line {
    text: "doctor --repair",
    before: &[],
    harm: &[
        ("pact/app/Web", "Web/heads/latest.json"),
        ("pact/contracts/Orders", "Orders/Web.json"),
    ],
}];

/// One that writes so much that its objects become a pack.
pub(super) const MANY: Line = line("publish ../pacts/many -a 4 --branch main");

/// What a clone writes besides.
pub(super) const OF_A_CLONE: &[Line] = &[
    Line {
        text: "push",
        before: &[
            "publish ../pacts/3.json -a 3 --branch main --offline",
            "record-deployment -a Web -e 3 --environment test --offline",
        ],
        harm: &[],
    },
    Line {
        text: "apply ../web.bundle -a Web --deployments",
        before: &[
            "publish ../pacts/3.json -a 3 --branch main --bundle ../web.bundle",
            "record-deployment -a Web -e 3 --environment test --bundle ../web.bundle",
        ],
        harm: &[],
    },
];

/// Commands that may be refused and are not tried, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    (
        "ci",
        "puts its files in their place as `pull` and `site` do, and its commit as `site readme`",
    ),
    (
        "create-webhook",
        "is create-or-update-webhook with an id of chance, another one each time",
    ),
    ("demo", "runs the others, in a folder that has to be empty"),
    ("hook pre-push", "writes nothing"),
    ("hook pre-receive", "writes nothing"),
    ("hook post-receive", "writes nothing"),
    ("hooks status", "writes nothing"),
    ("publish-provider-contract", "writes nothing"),
    ("signers list", "writes nothing"),
    ("test-webhook", "writes nothing"),
    (
        "verify-proposed",
        "writes as `pull` and `record-verification` do, around a program of somebody else's",
    ),
    ("webhooks log", "writes nothing"),
    (
        "webhooks run",
        "writes to no branch of the store; what it keeps is broken in `private_refs` and `firing`",
    ),
];

/// Returns the commands that may write, by the reference: they may be refused, and give no verdict.
fn writing() -> BTreeSet<String> {
    let sandbox = Sandbox::new();
    sandbox.git("here");
    let reference = sandbox.run("here", &["docs", "markdown"]).stdout;
    let mut writing = BTreeSet::new();
    let mut heading = "";
    for line in reference.lines() {
        let mut marks = ["### ", "#### "].into_iter();
        heading = marks
            .find_map(|mark| line.strip_prefix(mark))
            .unwrap_or(heading);
        if line.contains("Exits with 0, 1, 2 or 4.") {
            writing.insert(heading.to_owned());
        }
    }
    writing
}

#[test]
fn every_command_that_writes_is_made_to_fail_or_left_out_with_a_reason() {
    let of_records = [LINES, ONLINE, OF_A_CLONE].into_iter().flatten();
    let texts = of_records.map(|line| line.text);
    let texts: Vec<&str> = texts.chain(ERRANDS.iter().map(|it| it.text)).collect();
    let is_tried = |name: &str| {
        let mut behind = texts.iter().filter_map(|text| text.strip_prefix(name));
        behind.any(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let is_left_out = |name: &str| LEFT_OUT.iter().any(|(it, _)| *it == name);
    let writing = writing();
    assert!(writing.len() > 30, "{writing:?}");
    for name in &writing {
        assert_ne!(is_tried(name), is_left_out(name), "{name}");
    }
    for (name, why) in LEFT_OUT {
        assert!(
            writing.contains(*name),
            "{name} {why}, and cannot be refused"
        );
    }
}
