//! What the API is, told to programs: an OpenAPI document, made from the routes.

use axum::http::StatusCode;

use crate::render::hal::template;
use crate::server::documentation::openapi;
use crate::server::negotiate::Media;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[Route::plain(
    template::OPENAPI,
    "This API, as an OpenAPI document",
    |_| {
        let kind = Media::Json.content_type();
        Ok(Reply::text(StatusCode::OK, kind, openapi::TEXT.clone()))
    },
)
.producing(&[Media::Json])
.showing("OpenApi")];
