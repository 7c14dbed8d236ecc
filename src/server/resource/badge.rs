//! Badges: whether a pact is verified, a branch can be deployed or merged, as a picture
//! (spec: semantics §11).
//!
//! What is not there gets a badge that says so: a picture that is an error helps nobody who reads
//! a README file. A store that cannot be read is an error all the same.

use crate::domain::can_i_deploy::HeadRequest;
use crate::domain::ledger::Read;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::pact_status::LineStatus;
use crate::domain::pact_status::latest_status;
use crate::domain::pact_status::tagged_status;
use crate::domain::pacts::Among;
use crate::domain::pacts::Pair;
use crate::render::badge::Badge;
use crate::render::badge::Names;
use crate::render::badge::PactLabel;
use crate::render::hal::Template;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::documentation::Parameter;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

/// What is on the badge of a pact.
const NAMES: &[Parameter] = &[
    Parameter::text(
        "label",
        "`consumer` or `provider` shows one name, not both.",
    ),
    Parameter::text("initials", "`true` shows the initials of names."),
];

/// What is on the badge of a version.
const TEXT: &[Parameter] = &[Parameter::text("label", "What stands on the left.")];

pub(crate) const ROUTES: &[Route] = &[
    pact_badge(
        template::LATEST_PACT_BADGE,
        "Whether the newest pact of a pair is verified, as a badge",
        latest,
    ),
    pact_badge(
        template::LATEST_TAGGED_PACT_BADGE,
        "Whether the newest pact with a tag is verified, as a badge",
        latest_tagged,
    ),
    pact_badge(
        template::LATEST_UNTAGGED_PACT_BADGE,
        "Whether the newest pact without a tag is verified, as a badge",
        latest_untagged,
    ),
    pact_badge(
        template::MATRIX_BADGE,
        "Whether the newest pact with a tag is verified by a version with another, as a badge",
        between_tags,
    ),
    badge(
        template::CAN_I_DEPLOY_BADGE,
        "Whether the newest version with a tag can be deployed, as a badge",
        tag_to_tag,
    )
    .asked(TEXT),
    badge(
        template::CAN_I_DEPLOY_BRANCH_BADGE,
        "Whether the head of a branch can be deployed to an environment, as a badge",
        branch_to_environment,
    )
    .asked(TEXT),
    badge(
        template::CAN_I_MERGE_BADGE,
        "Whether the main branch goes with those of the others, as a badge",
        can_i_merge,
    ),
];

const fn pact_badge(
    template: Template,
    about: &'static str,
    handler: fn(&Call, View<'_>) -> Result<Reply, Problem>,
) -> Route {
    badge(template, about, handler).asked(NAMES)
}

const fn badge(
    template: Template,
    about: &'static str,
    handler: fn(&Call, View<'_>) -> Result<Reply, Problem>,
) -> Route {
    Route::get(template, about, handler).producing(&[Media::Svg])
}

fn latest(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    among(call, view, &Among::All)
}

fn latest_untagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    among(call, view, &Among::Untagged)
}

fn latest_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    among(call, view, &Among::Tagged(call.place("tag")?))
}

fn among(call: &Call, view: View<'_>, among: &Among) -> Result<Reply, Problem> {
    pact(call, view, None, |pair| latest_status(pair, among))
}

fn between_tags(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let (consumer, provider): (TagName, TagName) = (call.place("tag")?, call.place("providerTag")?);
    pact(call, view, Some((&consumer, &provider)), |pair| {
        tagged_status(pair, &consumer, &provider)
    })
}

fn pact(
    call: &Call,
    view: View<'_>,
    tags: Option<(&TagName, &TagName)>,
    find: impl Fn(&Pair<'_>) -> Read<Option<LineStatus>>,
) -> Result<Reply, Problem> {
    let consumer: PacticipantName = call.place("consumer")?;
    let provider: PacticipantName = call.place("provider")?;
    let found = find(&Pair {
        ledger: view.ledger,
        consumer: &consumer,
        provider: &provider,
    })?;
    let label = PactLabel {
        consumer: &consumer,
        provider: &provider,
        names: match call.query.text("label").map(str::to_lowercase).as_deref() {
            Some("consumer") => Names::Consumer,
            Some("provider") => Names::Provider,
            _ => Names::Both,
        },
        initials: call.query.text("initials") == Some("true"),
        tags,
    };
    let badge = Badge::pact(&label, found.map(|line| line.status));
    Ok(picture(&badge))
}

fn tag_to_tag(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let request = HeadRequest::Tag {
        pacticipant: call.place("pacticipant")?,
        tag: call.place("tag")?,
        to: call.place("environmentTag")?,
    };
    deploy(call, view, &request, ["tag", "environmentTag"])
}

fn branch_to_environment(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let request = HeadRequest::Branch {
        pacticipant: call.place("pacticipant")?,
        branch: call.place("branch")?,
        to: call.place("environment")?,
    };
    deploy(call, view, &request, ["branch", "environment"])
}

fn deploy(
    call: &Call,
    view: View<'_>,
    request: &HeadRequest,
    [from, to]: [&str; 2],
) -> Result<Reply, Problem> {
    let badge = match request.deployable(view.ledger, view.rules)? {
        Ok(deployable) => {
            let label = call.query.text("label").filter(|label| !label.is_empty());
            let (from, to) = (call.place_text(from)?, call.place_text(to)?);
            Badge::can_i_deploy(label, from, to, deployable == Some(true))
        }
        Err(missing) => Badge::missing(missing),
    };
    Ok(picture(&badge))
}

fn can_i_merge(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let request = HeadRequest::MainBranch {
        pacticipant: call.place("pacticipant")?,
    };
    Ok(match request.deployable(view.ledger, view.rules)? {
        // It reads more than the others, so pages that show it may keep it for a while.
        Ok(deployable) => {
            picture(&Badge::can_i_merge(deployable)).header("cache-control", "max-age=30")
        }
        Err(missing) => picture(&Badge::missing(missing)),
    })
}

fn picture(badge: &Badge) -> Reply {
    Reply::of(Media::Svg, badge.svg())
}
