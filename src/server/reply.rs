//! What a request is answered with.

use axum::body::Body;
use axum::body::Bytes;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::Response;
use axum::http::StatusCode;
use axum::http::header;
use serde::Serialize;

use super::negotiate::Media;
use super::problem::Problem;
use crate::render::sink::terminal;

/// What every answer says, unless it says otherwise itself.
///
/// Another `Accept` gets another answer, and none is good for longer than a moment. A browser takes
/// each for what it says it is, shows it in no frame, loads nothing for it and tells nobody where it
/// was.
const USUAL: [(HeaderName, &str); 5] = [
    (header::VARY, "Accept"),
    (header::CACHE_CONTROL, "no-cache"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
];

/// What a picture may load, where a page shows it or it is opened by itself: its own styles.
const OF_A_PICTURE: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// An answer: made where the store is read, sent where sockets are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    status: StatusCode,
    content_type: Option<&'static str>,
    headers: Vec<(&'static str, String)>,
    /// Whoever remembers the answer shares it.
    body: Bytes,
}

impl Reply {
    /// Returns an answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            content_type: None,
            headers: Vec::new(),
            body: Bytes::new(),
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
            body: body.into(),
            ..Self::empty(status)
        }
    }

    /// Returns an answer of a kind that was negotiated.
    pub(crate) fn of(media: Media, body: String) -> Self {
        let body = match media {
            // Who fetches it sees it on a terminal.
            Media::Text => terminal::shown(&body).into_owned(),
            _ => body,
        };
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

    /// Does so if the thing is new.
    #[must_use]
    pub(crate) fn created_if(self, is_new: bool, location: &str) -> Self {
        if is_new { self.created(location) } else { self }
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

    /// Changes the body, and its kind.
    #[must_use]
    pub(crate) fn with_body(mut self, media: Media, body: String) -> Self {
        self.content_type = Some(media.content_type());
        self.body = body.into();
        self
    }

    /// Adds a header, in place of a usual one of the same name. A page that loads scripts or
    /// styles says so with its own `content-security-policy`.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Returns how many bytes it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let headers = self.headers.iter();
        self.body.len()
            + headers
                .map(|(name, value)| name.len() + value.len())
                .sum::<usize>()
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
        for (name, value) in USUAL {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if self.content_type == Some(Media::Svg.content_type()) {
            let policy = HeaderValue::from_static(OF_A_PICTURE);
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(reply: Reply) -> String {
        let response = reply.into_response();
        let headers = response.headers();
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(
            headers
                .get_all(header::CONTENT_SECURITY_POLICY)
                .iter()
                .count(),
            1
        );
        let policy = &headers[header::CONTENT_SECURITY_POLICY];
        policy.to_str().unwrap().to_owned()
    }

    #[test]
    fn an_answer_may_load_nothing_unless_it_says_so() {
        let html = Reply::of(Media::Html, String::new());
        assert!(policy(html.clone()).starts_with("default-src 'none'; frame"));
        let own = html.header("content-security-policy", "script-src 'self'");
        assert_eq!(policy(own), "script-src 'self'");
        let badge = Reply::of(Media::Svg, String::new());
        assert_eq!(policy(badge), OF_A_PICTURE);
    }
}
