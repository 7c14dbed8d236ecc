//! What a request is answered with.

use axum::body::Body;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::Response;
use axum::http::StatusCode;
use axum::http::header;
use serde::Serialize;

use super::negotiate::Media;
use super::problem::Problem;

/// An answer: made where the store is read, sent where sockets are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    status: StatusCode,
    content_type: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// Returns an answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            content_type: None,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Returns the answer of a thing that was deleted.
    pub(crate) fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// Returns an answer of a kind.
    pub(crate) fn text(status: StatusCode, content_type: &'static str, body: String) -> Self {
        Self {
            content_type: Some(content_type),
            body: body.into_bytes(),
            ..Self::empty(status)
        }
    }

    /// Returns an answer of a kind that was negotiated.
    pub(crate) fn of(media: Media, body: String) -> Self {
        Self::text(StatusCode::OK, media.content_type(), body)
    }

    /// Returns a document of the API.
    ///
    /// # Errors
    ///
    /// Never in practice: documents are JSON.
    pub(crate) fn hal(document: &impl Serialize) -> Result<Self, Problem> {
        let text = serde_json::to_string(document).map_err(|error| Problem::server(&error))?;
        Ok(Self::of(Media::Hal, text))
    }

    /// Makes the status 201 and says where the new thing is.
    #[must_use]
    pub(crate) fn created(self, location: &str) -> Self {
        self.at(location).status(StatusCode::CREATED)
    }

    /// Says where the thing is.
    #[must_use]
    pub(crate) fn at(self, location: &str) -> Self {
        self.header("location", location)
    }

    /// Changes the status.
    #[must_use]
    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Adds a header.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Returns the bytes of the body.
    #[cfg(test)]
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the answer as it is sent.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        // Another Accept gets another answer; nothing here is good for longer than a moment.
        headers.insert(header::VARY, HeaderValue::from_static("Accept"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        if let Some(content_type) = self.content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            // A name that is no header value was percent-encoded; what is left cannot do harm.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
