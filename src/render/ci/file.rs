//! The text of a file: the template of its forge, filled in.

use askama::Template;

use super::CiFile;
use super::Forge;
use super::MARK;
use super::Place;
use super::Role;
use super::Wanted;
use super::line::said;
use super::plan;
use super::plan::Access;
use super::plan::Job;
use super::plan::Step;
use super::plan::When;
use crate::domain::name::PacticipantName;
use crate::record::path::Branch;
use crate::render::shell::quoted;
use crate::render::yaml::scalar;

/// Returns the file in the work tree.
pub(super) fn in_checkout(forge: Forge, wanted: &Wanted) -> CiFile {
    let jobs = plan::jobs(forge, wanted);
    CiFile {
        place: Place::Checkout,
        path: forge.path(wanted.role),
        text: text(forge, wanted, &jobs, false),
        jobs,
    }
}

/// Returns the file at the root of the branch with the contracts of a provider.
pub(super) fn on_branch(forge: Forge, wanted: &Wanted, provider: &PacticipantName) -> CiFile {
    let jobs = plan::jobs_on_branch(forge, wanted);
    CiFile {
        place: Place::Contracts(Branch::contracts(provider)),
        path: forge.path(wanted.role),
        text: text(forge, wanted, &jobs, true),
        jobs,
    }
}

/// Returns the text of a file; its head says so if something in it is still to be said.
fn text(forge: Forge, wanted: &Wanted, jobs: &[Job], on_branch: bool) -> String {
    let mut page = Page {
        forge,
        wanted,
        jobs,
        on_branch,
        has_marks: false,
    };
    let text = page.text();
    if !text.contains(MARK) {
        return text;
    }
    page.has_marks = true;
    page.text()
}

/// What a template is filled in with.
struct Page<'a> {
    forge: Forge,
    wanted: &'a Wanted,
    jobs: &'a [Job],
    on_branch: bool,
    /// Whether something in it is still to be said.
    has_marks: bool,
}

/// Declares the template of each forge.
macro_rules! templates {
    ($($name:ident $path:literal)*) => {
        $(
            #[derive(Template)]
            #[template(path = $path, config = "src/render/ci/askama.toml")]
            struct $name<'a> {
                page: &'a Page<'a>,
            }
        )*
    };
}

templates! {
    GitHub "github.yml"
    GitLab "gitlab.yml"
    Jenkins "jenkins.groovy"
    Buildkite "buildkite.yml"
    Azure "azure.yml"
    CircleCi "circleci.yml"
    Bitbucket "bitbucket.yml"
}

impl Page<'_> {
    fn text(&self) -> String {
        let page = self;
        let rendered = match self.forge {
            Forge::GitHub => GitHub { page }.render(),
            Forge::GitLab => GitLab { page }.render(),
            Forge::Jenkins => Jenkins { page }.render(),
            Forge::Buildkite => Buildkite { page }.render(),
            Forge::Azure => Azure { page }.render(),
            Forge::CircleCi => CircleCi { page }.render(),
            Forge::Bitbucket => Bitbucket { page }.render(),
        };
        let text = rendered.expect("a string takes all that is written to it");
        format!("{}\n", text.trim_end())
    }

    fn role(&self) -> &'static str {
        self.wanted.role.name()
    }

    fn is(&self, role: &str) -> bool {
        self.role() == role && !self.on_branch
    }

    /// Says whether the file is for builds of changes to code.
    fn builds(&self) -> bool {
        matches!(
            self.wanted.role,
            Role::Consumer | Role::Provider | Role::Monorepo
        )
    }

    /// Says whether the contracts are in the repository that is built.
    fn is_here(&self) -> bool {
        self.wanted.is_here()
    }

    /// Returns the address of the contracts; empty if they are here.
    fn address(&self) -> String {
        if self.is_here() {
            return String::new();
        }
        self.wanted.address().unwrap_or_default()
    }

    /// Returns the image that jobs run in, or a mark, as it was said: with the forge's own variables.
    fn image(&self) -> String {
        said(self.wanted.image.as_ref(), "IMAGE")
    }

    fn main_branch(&self) -> &str {
        &self.wanted.main_branch
    }

    fn environment(&self) -> String {
        self.wanted.environment()
    }

    /// Returns what is directly in a directory, or somewhere below it, as a pattern.
    fn in_directory(&self, directory: &str, pattern: &str) -> String {
        self.value(format!("{directory}/{pattern}"))
    }

    /// Returns the command of Buildkite that gets what an earlier job has left.
    fn download(&self, directory: &str) -> String {
        let what = quoted(&format!("{directory}/*"));
        self.value(format!("buildkite-agent artifact download {what} ."))
    }

    /// Returns the command that says where the contracts are.
    fn export(&self) -> String {
        self.value(format!("export GIT_PACT_REPO={}", quoted(&self.address())))
    }

    fn has_image(&self) -> bool {
        self.wanted.image.is_some()
    }

    fn has_action(&self) -> bool {
        self.wanted.action.is_some()
    }

    fn action(&self) -> &str {
        self.wanted.action.as_deref().unwrap_or_default()
    }

    /// Returns the steps of a job; where an action installs git-pact, no step does.
    fn steps<'b>(&self, job: &'b Job) -> impl Iterator<Item = &'b Step> {
        let skipped = usize::from(job.has_contracts() && self.has_action());
        job.steps.iter().skip(skipped)
    }

    /// Returns a text as a value of YAML, in which the forge finds nothing to fill in.
    fn value(&self, text: impl AsRef<str>) -> String {
        let text = text.as_ref();
        let text = match self.forge {
            Forge::GitLab => text.replace('$', "$$"),
            forge => forge.escaped(text),
        };
        scalar(&text)
    }

    /// Returns a text within single quotes of Groovy.
    #[expect(clippy::unused_self, reason = "templates call methods of the page")]
    fn groovy(&self, text: impl AsRef<str>) -> String {
        let text = text.as_ref().replace('\\', r"\\");
        format!("'{}'", text.replace('\'', r"\'"))
    }

    /// Returns the script of a step, each line so far to the right.
    fn script(&self, step: &Step, spaces: usize) -> String {
        let indent = " ".repeat(spaces);
        let script = self.forge.escaped(&step.script);
        let lines = script.lines().map(|line| format!("{indent}{line}"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Job {
    /// Says whether it reads or writes contracts, and so has git-pact first.
    fn has_contracts(&self) -> bool {
        self.access > Access::None
    }

    fn writes(&self) -> bool {
        self.access == Access::Write
    }

    fn is(&self, when: When) -> bool {
        self.when == when
    }

    /// Returns its name as a sentence begins.
    fn title(&self) -> String {
        let words = self.id.replace('-', " ");
        let (first, rest) = words.split_at(1);
        first.to_uppercase() + rest
    }
}
