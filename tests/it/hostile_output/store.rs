//! A store in which every field holds as much harm as it admits.

use std::fs;

use serde_json::json;

use crate::support::git::Git;
use crate::support::listener::Listener;
use crate::support::listener::answer;
use crate::support::sandbox::Output;
use crate::support::sandbox::Sandbox;

/// A consumer: a command to GitHub's runner, old and new, a row of a table, a mention, a picture, markup, the
/// end of a quotation, of a value and of CDATA, and two of a shell.
pub(super) const CONSUMER: &str = "::error::##[error]C|`@team`![](http://x.example)<script>a</script>\"'><svg \
     onload=b>]]>%0A%1b[2J$(touch X)`touch X`'; touch X; '\\&amp;";
/// A provider: a formula, a command to Azure, a mention, markup, and places of templates.
pub(super) const PROVIDER: &str =
    "=cmd()|'@team ##vso[task.x]\"<img src=x onerror=y>-- `touch X`{{x}}${y}#";
/// Another consumer, a name that an option could have.
pub(super) const OPTION: &str = "--upload-pack=touch X";
/// A version of the consumer.
pub(super) const VERSION: &str = "::set-output name=x::<b>'$(touch X)|%0A";
/// A version of the provider.
pub(super) const PROVIDER_VERSION: &str = "+1'\"@x<i>|`##teamcity[x]";
/// A branch.
pub(super) const BRANCH: &str = "::warning::b/|<i>@team`'$(touch X)\"";
/// A tag.
pub(super) const TAG: &str = "::group::t|<u>@team`'\"; touch X;";
/// A label.
pub(super) const LABEL: &str = "::add-mask::l|<s>'`";
/// An environment, which has no white space.
pub(super) const ENVIRONMENT: &str = "::notice::<u>|@team`'$(touch${IFS}X)\"";
/// An instance of an application.
pub(super) const INSTANCE: &str = "##[group]i|<b>'$(touch X)";
/// A line of text that may hold anything that is not a line break.
pub(super) const LINE: &str = "::error::l\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}2J\u{202e}\u{2066}\u{2028}\u{7f}\u{200f}\r\u{85}::error::##[error]`|@team<script>'\"$(touch X)";
/// A text that may hold anything.
pub(super) const TEXT: &str = "::error::t\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}2J\u{202e}\u{2028}\u{7f}\r\n::error::\
     x\n  ##[error]y\n@team <script>z</script> ![](http://x.example) '\"`$(touch X)`|\n";
/// An address.
pub(super) const URL: &str =
    "https://x.example/?a=<b>&'\"|`$(touch X)##[error]@team)](javascript:alert(1))";
/// The id of the webhook.
pub(super) const WEBHOOK: &str = "abcdefgh_-123456";

/// All that is in the store and reaches commands.
pub(super) const WORDS: [&str; 10] = [
    CONSUMER,
    PROVIDER,
    OPTION,
    VERSION,
    PROVIDER_VERSION,
    BRANCH,
    TAG,
    LABEL,
    ENVIRONMENT,
    INSTANCE,
];

/// The store, and who listens to its webhook.
pub(super) struct Hostile {
    pub(super) sandbox: Sandbox,
    listener: Listener,
}

impl Hostile {
    /// Returns the store, with a clone of it in `here`.
    pub(super) fn new() -> Self {
        let mut sandbox = Sandbox::new();
        sandbox.remote("store.git");
        sandbox.clone_of("store.git", "here");
        sandbox.set("GIT_PACT_ACTOR", &format!("{LINE} <{LINE}@example.com>"));
        let listener = Listener::start(|_| answer("200 OK", &["x-said: ::error::h|<b>"], TEXT));
        let hostile = Self { sandbox, listener };
        hostile.fill();
        hostile
    }

    /// Runs a command in the clone.
    pub(super) fn run(&self, words: &[&str]) -> Output {
        self.sandbox.run("here", words)
    }

    /// Returns the `git` of the store.
    pub(super) fn store(&self) -> Git {
        self.sandbox.git("store.git")
    }

    fn step(&self, words: &[&str]) {
        let output = self.run(words);
        assert_eq!(output.status, Some(0), "{words:?}: {output:?}");
    }

    fn write(&self, name: &str, bytes: &str) {
        fs::write(self.sandbox.path("here").join(name), bytes).unwrap();
    }

    fn fill(&self) {
        for (name, wanted) in [(CONSUMER, TEXT), (OPTION, LINE)] {
            self.write("pact.json", &pact(name, wanted));
            self.publish("pact.json", VERSION);
        }
        self.write("again.json", &pact(CONSUMER, &format!("{TEXT} again")));
        self.publish("again.json", "2");
        let name = |name| ["create-or-update-pacticipant", "--name", name];
        for application in [CONSUMER, PROVIDER] {
            let more = [
                "--display-name",
                PROVIDER,
                "--main-branch",
                BRANCH,
                "--repository-url",
                URL,
            ];
            self.step(&[&name(application)[..], &more].concat());
            self.step(&["create-label", "-a", application, "--label", LABEL]);
        }
        let environment = [
            "create-environment",
            "--name",
            ENVIRONMENT,
            "--display-name",
            CONSUMER,
        ];
        let contact = [
            "--contact-name",
            CONSUMER,
            "--contact-email-address",
            "<b>@team",
        ];
        self.step(&[&environment[..], &contact, &["--production"]].concat());
        self.pull();
        self.write("results.json", &results().to_string());
        let verification = [
            "record-verification",
            "--provider",
            PROVIDER,
            "-a",
            PROVIDER_VERSION,
        ];
        let about = [
            "--branch",
            BRANCH,
            "--tag",
            TAG,
            "--build-url",
            URL,
            "--results",
            "results.json",
        ];
        self.step(&[&verification[..], &about].concat());
        for (name, version) in [(CONSUMER, VERSION), (PROVIDER, PROVIDER_VERSION)] {
            let of = ["-a", name, "-e", version, "--environment", ENVIRONMENT];
            let at = ["--application-instance", INSTANCE];
            self.step(&[&["record-deployment"], &of[..], &at].concat());
            self.step(&[&["record-release"], &of[..]].concat());
        }
        let listener = format!(
            "http://127.0.0.1:{}/?a=%0A::error::&b='##-@team",
            self.listener.port()
        );
        let webhook = [
            "create-or-update-webhook",
            &listener,
            "--uuid",
            WEBHOOK,
            "-X",
            "POST",
        ];
        let said = [
            "-H",
            "x-y: ::error::<b>|'`##[z]",
            "-d",
            TEXT,
            "--description",
            PROVIDER,
        ];
        let whose = [
            "--consumer",
            CONSUMER,
            "--provider",
            PROVIDER,
            "--contract-published",
        ];
        self.step(&[&webhook[..], &said, &whose].concat());
    }

    fn publish(&self, file: &str, version: &str) {
        let publish = ["publish", file, "-a", version, "--branch", BRANCH];
        self.step(&[&publish[..], &["--tag", TAG, "--build-url", URL]].concat());
    }

    /// Gets what the provider verifies into `verify`.
    fn pull(&self) {
        let pull = [
            "pull",
            "--provider",
            PROVIDER,
            "--branch",
            BRANCH,
            "--to",
            "verify",
        ];
        self.step(&[&pull[..], &["--provider-version-branch", BRANCH]].concat());
    }
}

/// Returns a pact in which all that is said is a text.
pub(super) fn pact(consumer: &str, text: &str) -> String {
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": PROVIDER },
        "interactions": [{
            "description": text,
            "comments": { "text": [text], "testname": text },
            "providerStates": [{ "name": text, "params": { text: text } }, { "name": PROVIDER }],
            "request": { "method": "GET", "path": text, "headers": { text: text } },
            "response": { "status": 200, "body": { text: text } },
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" }, text: text },
    })
    .to_string()
}

/// Returns what a verifier says who means harm, too.
fn results() -> serde_json::Value {
    let failed = |consumer: &str| json!({ "consumer": consumer, "provider": PROVIDER, "success": false, "failures": [TEXT, LINE] });
    json!({
        "verifiedBy": LINE,
        "results": [failed(CONSUMER), failed(OPTION), failed(TEXT)],
    })
}
