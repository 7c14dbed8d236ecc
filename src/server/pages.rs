//! Pages: asked of the moment that the address names, and put between their head and their foot.

use axum::http::StatusCode;

use super::call::Call;
use super::call::PageView;
use super::negotiate::Media;
use super::problem::Problem;
use super::reply::Reply;
use crate::app::Context;
use crate::app::ask::Answer;
use crate::app::ask::ask;
use crate::app::ask::ask_here_at;
use crate::app::site::Site;
use crate::domain::ledger::Ledger;
use crate::domain::moment;
use crate::render::hal::Address;
use crate::render::page;
use crate::render::page::CONTENT_SECURITY_POLICY;
use crate::render::page::Footing;
use crate::render::page::Links;
use crate::render::page::Page;
use crate::render::page::links::AT;
use crate::render::page::links::Past;
use crate::store::git::Look;
use crate::store::git::Moment;

/// What is said where a clone of a remote came without its history.
const TOO_FAR: &str = "The history that is here does not go back that far. `git pact fetch --history`, \
                       with the `--repo` of this server, brings all of it.";

/// Asks for a page, and returns it with the look that shows of which state it is, if that can be told.
pub(super) fn asked(
    site: &Site,
    context: &Context,
    offline: bool,
    look: Option<Look>,
    call: &Call,
    handler: fn(&Call, PageView<'_>) -> Result<Page, Problem>,
) -> Result<(Reply, Option<Look>), Problem> {
    let past = past(call)?;
    let moment = match &past {
        Some(past) => Moment::At(past.understood.time),
        None => Moment::Now,
    };
    let links = Links::served(&call.at, past);
    let question = |ledger: &dyn Ledger, rules| {
        let view = PageView {
            ledger,
            rules,
            site,
            context,
            moment: &moment,
            links: &links,
        };
        handler(call, view)
    };
    let answer = if offline {
        // Nobody fetches: what is not here may be on the remote.
        ask(site, context, &moment, question)
    } else {
        ask_here_at(site, context, &moment, question)
    };
    let Answer { value, basis } = answer.map_err(|error| match Problem::from(error) {
        Problem::Server { .. } if links.past().is_some() && site.store.is_shallow() => {
            Problem::said(StatusCode::NOT_FOUND, TOO_FAR)
        }
        problem => problem,
    })?;
    let html = value.framed(&links, Some(&Footing::from(&basis)));
    let look = look.filter(|look| site.store.look(context.now).as_ref() == Some(look));
    Ok((reply(html), look))
}

/// Returns the page that says what is wrong.
pub(super) fn problem(problem: &Problem, at: &Address) -> Reply {
    let status = problem.status();
    let links = Links::served(at, None);
    let page = page::problem::page(title(status), &problem.sentences(), &links);
    problem
        .reply(false, at)
        .with_body(Media::Html, page.framed(&links, None))
        .header("content-security-policy", CONTENT_SECURITY_POLICY)
}

/// Returns the moment of the past that an address names, if it names one.
fn past(call: &Call) -> Result<Option<Past>, Problem> {
    let Some(asked) = call.query.text(AT).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let understood =
        moment::time(asked, call.now).map_err(|error| Problem::field(AT, error.to_string()))?;
    let asked = asked.to_owned();
    Ok(Some(Past { asked, understood }))
}

fn reply(html: String) -> Reply {
    let reply = Reply::of(Media::Html, html);
    reply.header("content-security-policy", CONTENT_SECURITY_POLICY)
}

/// Returns a status in words for people.
fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::UNAUTHORIZED => "Who are you?",
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
            "That question cannot be answered"
        }
        StatusCode::SERVICE_UNAVAILABLE => "Please try again",
        status if status.is_server_error() => "Something went wrong",
        _ => "That is not possible",
    }
}
