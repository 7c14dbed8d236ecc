//! The explorer: a page to follow links by hand, and what each relation means.

use axum::http::StatusCode;

use crate::render::explorer;
use crate::render::hal::relation;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

/// The kind of a page, and of what it consists of: whatever a browser says that it wants.
const PAGE: &[Media] = &[Media::Html, Media::Text];

pub(crate) const ROUTES: &[Route] = &[
    Route::plain(template::HAL_BROWSER, "The explorer of the API", |_| {
        Ok(page(explorer::PAGE))
    })
    .producing(PAGE)
    .of_types(&["text/html"]),
    Route::plain(
        template::HAL_BROWSER_HOME,
        "The way to the explorer",
        |call| Ok(home(call)),
    )
    .producing(PAGE)
    .succeeding(&[303]),
    Route::plain(
        template::HAL_BROWSER_FILE,
        "What the explorer consists of",
        get_file,
    )
    .producing(&[Media::Text])
    .of_types(&["text/css", "text/javascript"]),
    Route::plain(template::DOC, "What a relation means", get_doc)
        .producing(&[Media::Html, Media::Hal])
        .showing("Relation"),
];

fn home(call: &Call) -> Reply {
    let browser = call.at.to(template::HAL_BROWSER, &[]);
    Reply::empty(StatusCode::SEE_OTHER).at(&browser)
}

fn get_file(call: &Call) -> Result<Reply, Problem> {
    let name = call.place_text("file")?;
    let file = explorer::FILES.iter().find(|file| file.name == name);
    let file = file.ok_or(Problem::NotFound)?;
    Ok(Reply::text(
        StatusCode::OK,
        file.content_type,
        file.text.to_owned(),
    ))
}

/// Answers any relation, as the broker does: whoever asks for one that nobody knows is told those
/// that there are.
fn get_doc(call: &Call) -> Result<Reply, Problem> {
    match (relation::help(call.place_text("rel")?), call.media) {
        (Some(help), Media::Hal) => Reply::hal(&help.document(&call.at)),
        (Some(help), _) => Ok(page(&help.page(&call.at))),
        (None, _) => Ok(page(&relation::unknown(&call.at))),
    }
}

fn page(text: &str) -> Reply {
    let reply = Reply::of(Media::Html, text.to_owned());
    reply.header("content-security-policy", explorer::CONTENT_SECURITY_POLICY)
}
