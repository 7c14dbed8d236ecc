//! The body of a request: how large it may be, how long it may take, of which type it is.

use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use axum::body::Bytes;
use axum::body::to_bytes;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header;
use hyper::body::Body as _;

use super::access::Need;
use super::problem::Problem;
use super::routes::Route;

/// The largest body of a write: a build's pacts in Base64 are a few megabytes at most.
const WRITE_BYTES: usize = 32 << 20;

/// The largest body of a question, which everybody may be free to ask.
const QUESTION_BYTES: usize = 1 << 20;

/// How long a client may take to send a body.
const TIME: Duration = Duration::from_secs(60);

/// The most of a body that is taken in vain.
const DISCARDED_BYTES: usize = 1 << 20;

/// How long it may take to take a body in vain.
const DISCARDED_TIME: Duration = Duration::from_secs(5);

/// Reads the body of a request, if its route has one.
///
/// # Errors
///
/// Fails if it is of a type that the route does not read, too large or too slow.
pub(super) async fn read(
    headers: &HeaderMap,
    body: &mut Option<Body>,
    route: &Route,
) -> Result<Vec<u8>, Problem> {
    if route.method == Method::GET || route.method == Method::DELETE {
        return Ok(Vec::new());
    }
    if let Some(given) = headers.get(header::CONTENT_TYPE) {
        let given = given.to_str().unwrap_or_default();
        let given = given.split(';').next().unwrap_or_default().trim();
        let is_known = |known: &&str| known.eq_ignore_ascii_case(given);
        if !route.consumes.iter().any(is_known) {
            return Err(Problem::UnsupportedMedia);
        }
    }
    let most = match route.need() {
        Need::Write => WRITE_BYTES,
        Need::Heartbeat | Need::Badge | Need::Read => QUESTION_BYTES,
    };
    let whole = to_bytes(body.take().unwrap_or_default(), most);
    match tokio::time::timeout(TIME, whole).await {
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(_)) => Err(Problem::said(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!(
                "the body could not be read, or has more than {} MiB",
                most >> 20
            ),
        )),
        Err(_) => Err(Problem::said(
            StatusCode::REQUEST_TIMEOUT,
            "the body did not arrive in time",
        )),
    }
}

/// Takes what a client still sends, if it is little, and keeps nothing of it: some look for an
/// answer only then, and would else see but a broken connection. Who waits to be told to go on sees
/// the answer instead.
pub(super) async fn discard(headers: &HeaderMap, mut body: Body) {
    if headers.contains_key(header::EXPECT) {
        return;
    }
    let all = async {
        let mut taken = 0;
        while taken < DISCARDED_BYTES {
            let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context));
            let Some(Ok(frame)) = frame.await else { return };
            taken += frame.data_ref().map_or(0, Bytes::len);
        }
    };
    // Who is too slow is answered all the same.
    drop(tokio::time::timeout(DISCARDED_TIME, all).await);
}
