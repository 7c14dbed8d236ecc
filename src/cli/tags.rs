//! `git pact create-version-tag`

use clap::Args;

use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use super::version_properties::VersionProperties;
use crate::app::tag_version::CannotTag;
use crate::app::tag_version::tag_version;
use crate::app::write::write;
use crate::domain::fact::VersionFact;
use crate::domain::intent::Intent;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;

/// Give tags to a version
#[derive(Debug, Args)]
pub(super) struct CreateVersionTag {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The version
    #[arg(short = 'e', long)]
    version: VersionNumber,

    /// A tag for it; may be given several times
    #[arg(short, long = "tag", value_name = "TAG", num_args = 1..)]
    tags: Vec<TagName>,

    /// Create the version if it does not exist
    #[arg(long)]
    auto_create_version: bool,

    /// Tag the version with the name of its branch, as the CI service or git tells it
    #[arg(short = 'g', long)]
    tag_with_git_branch: bool,

    #[command(flatten)]
    store: StoreArguments,
}

impl CreateVersionTag {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let mut tags = self.tags.clone();
        if self.tag_with_git_branch {
            let tag = self.git_branch(outside, ui)?;
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if tags.is_empty() && (self.auto_create_version || outside.face == Face::GitPact) {
            return without_tags(outside);
        }
        let (mut site, context) = outside.open(&self.store)?;
        let fact = VersionFact {
            pacticipant: self.pacticipant,
            number: self.version,
            branch: None,
            tags,
            build_url: None,
            pacts: Vec::new(),
            at: outside.now,
        };
        let written = if self.auto_create_version {
            write(
                &mut site,
                &context,
                &[Intent::DescribeVersion(fact.clone())],
            )?
        } else {
            let written = tag_version(&mut site, &context, &fact);
            written.map_err(|error| failure(error, outside))?
        };
        for tag in &fact.tags {
            let (name, number) = (&fact.pacticipant, &fact.number);
            ui.data(&format!("Tagging {name} version {number} as {tag}"));
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }

    fn git_branch(&self, outside: &Outside, ui: &mut Ui<'_>) -> Result<TagName, Failure> {
        let known = VersionProperties {
            number: Some(self.version.clone()),
            branch: None,
            build_url: None,
        };
        let branch = known.detect(outside, ui)?.branch.ok_or_else(|| {
            Failure::usage("--tag-with-git-branch needs a branch").hint("give --tag")
        })?;
        let tag = branch.as_str().parse();
        tag.map_err(|error| Failure::usage(format!("--tag-with-git-branch: {error}")))
    }
}

/// Answers who gives no tag: there is nothing to do, which the Ruby program took for done.
fn without_tags(outside: &Outside) -> Result<Exit, Failure> {
    match outside.face {
        Face::PactBroker => Ok(Exit::Yes),
        Face::GitPact => Err(Failure::usage("no tag").hint("give --tag, or --tag-with-git-branch")),
    }
}

/// Returns what to say when a version cannot be tagged. The Ruby program says it on stderr.
fn failure(error: CannotTag, outside: &Outside) -> Failure {
    match (error, outside.face) {
        (error @ CannotTag::NoSuchVersion { .. }, Face::PactBroker) => {
            Failure::of(Exit::Usage, &error)
        }
        (error @ CannotTag::NoSuchVersion { .. }, Face::GitPact) => Failure::of(Exit::No, &error)
            .hint("create it as well with --auto-create-version, or check the version number"),
        (CannotTag::Write(error), _) => error.into(),
    }
}
