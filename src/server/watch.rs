//! What the server sees of itself: its log, its measurements, how its remote is.
//!
//! Every thread reports here what happened; from one report come the line of the log and the
//! count, so that they cannot disagree. Nothing here waits for the store.

mod counts;
mod event;
mod line;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use axum::body::Body;
use axum::body::HttpBody;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::Method;
use axum::http::Response;
use axum::http::request::Parts;

use self::counts::Counts;
use self::counts::Kindred;
pub(crate) use self::counts::Queue;
use self::event::Event;
pub use self::event::Level;
use self::event::Request;
use self::event::Wrote;
pub use self::line::Form;
use super::Clock;
use super::Log;
use super::problem::Problem;
use crate::app::site::SiteError;
use crate::app::write::WriteError;
use crate::app::write::Written;
use crate::domain::time::Timestamp;
use crate::render::hal::Template;
use crate::render::hal::dependencies::RemoteHealth;
use crate::render::hal::template;
use crate::render::prometheus::Page;

/// The header by which a request is found again in the log.
const REQUEST_ID: &str = "x-request-id";

/// The longest id that a client or a proxy may give to a request.
const LONGEST_ID: usize = 64;

/// What is asked all day long, and says nothing in a log.
const ROUTINE: &[Template] = &[
    template::HEARTBEAT,
    template::DEPENDENCIES,
    template::METRICS,
];

/// Takes reports from all threads of the server.
#[derive(Clone)]
pub(crate) struct Watch(Arc<Inner>);

struct Inner {
    log: Option<Log>,
    clock: Clock,
    since: Timestamp,
    /// Differs between processes, so that ids of requests do.
    seed: u64,
    requests: AtomicU64,
    counts: Mutex<Counts>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Watch").field(&self.0.since).finish()
    }
}

impl Watch {
    /// Returns a watch that begins now; without a log it only counts.
    pub(crate) fn new(log: Option<Log>, clock: Clock, seed: u64) -> Self {
        Self(Arc::new(Inner {
            log,
            since: clock(),
            clock,
            seed,
            requests: AtomicU64::new(0),
            counts: Mutex::default(),
        }))
    }

    /// Reports to programs that requests are answered from now on; people are told by the command
    /// line.
    pub(crate) fn serving(&self, address: SocketAddr) {
        if self
            .0
            .log
            .as_ref()
            .is_some_and(|log| log.form == Form::Json)
        {
            let message = format!("serving on http://{address}");
            self.tell(&Event::Serving { message });
        }
    }

    /// Reports something that has no report of its own.
    pub(crate) fn say(&self, level: Level, message: impl Into<String>) {
        let message = message.into();
        self.tell(&Event::Note { level, message });
    }

    /// Reports that everything was fetched, or could not be.
    pub(crate) fn fetched(&self, fetched: Result<(), &SiteError>, took: Duration) {
        self.counts().fetched(fetched.is_ok(), self.now());
        let milliseconds = event::milliseconds(took);
        self.tell(&match fetched {
            Ok(()) => Event::Fetched { milliseconds },
            Err(error) => Event::NotFetched {
                error: Problem::server(error).to_string(),
                milliseconds,
            },
        });
    }

    /// Reports what became of a number of requests that were written together.
    pub(crate) fn wrote<T, E>(
        &self,
        requests: usize,
        written: &Result<Written<Vec<Result<T, E>>>, WriteError>,
        took: Duration,
    ) {
        let now = self.now();
        let event = match written {
            Ok(written) => {
                let wrote = Wrote::of(written, took);
                self.counts().wrote(&wrote, now);
                Event::Wrote(wrote)
            }
            Err(error) => {
                let unreachable = event::blames_remote(error);
                let lost_races = event::lost_races(error);
                self.counts().not_written(lost_races, unreachable, now);
                Event::NotWritten {
                    requests,
                    error: Problem::server(error).to_string(),
                    milliseconds: event::milliseconds(took),
                }
            }
        };
        self.tell(&event);
    }

    /// Reports how many bytes of objects are remembered.
    pub(crate) fn remembers(&self, bytes: usize) {
        self.counts().remembers(bytes);
    }

    /// Counts a request as waiting until what is returned is dropped.
    pub(crate) fn waiting(&self, queue: Queue) -> Waiting {
        self.counts().waits(queue, true);
        let watch = self.clone();
        Waiting { watch, queue }
    }

    /// Reports that a request came in. What is returned reports its end.
    pub(crate) fn exchange(&self, parts: &Parts) -> Exchange {
        let number = self.0.requests.fetch_add(1, Ordering::Relaxed);
        let given = given_id(&parts.headers);
        Exchange {
            watch: self.clone(),
            _waiting: self.waiting(Queue::Answer),
            method: method(&parts.method),
            path: line::cut(parts.uri.path()),
            route: None,
            status: None,
            bytes: 0,
            user: None,
            error: None,
            id: given.unwrap_or_else(|| format!("{:08x}-{number}", self.0.seed & 0xffff_ffff)),
            began: Instant::now(),
        }
    }

    /// Returns the measurements.
    pub(crate) fn page(&self) -> Page {
        self.counts().page(self.0.since)
    }

    /// Returns how the remote is, or `None` if there is none that is used.
    pub(crate) fn remote(&self) -> Option<RemoteHealth> {
        let contact = self.counts().contact;
        if contact.fetched.is_none() && contact.failed.is_none() {
            return None;
        }
        Some(RemoteHealth {
            fetched: contact.fetched,
            pushed: contact.written,
            failed: contact.failed,
        })
    }

    /// Returns the time.
    pub(crate) fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Counts are numbers: a thread that panicked left none of them half written.
        let counts = self.0.counts.lock();
        counts.unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: &Event) {
        match &self.0.log {
            Some(log) if event.level() >= log.level => {
                (log.write)(&line::line(log.form, self.now(), event));
            }
            _ => {}
        }
    }
}

/// A request that waits.
pub(crate) struct Waiting {
    watch: Watch,
    queue: Queue,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.watch.counts().waits(self.queue, false);
    }
}

/// A request that is being answered. Dropped, it is reported, answered or not: a client that goes
/// away takes the request with it.
pub(crate) struct Exchange {
    watch: Watch,
    _waiting: Waiting,
    method: &'static str,
    path: String,
    route: Option<Template>,
    status: Option<u16>,
    bytes: u64,
    user: Option<String>,
    error: Option<String>,
    id: String,
    began: Instant,
}

impl Exchange {
    /// Says which route the request takes.
    pub(crate) fn takes(&mut self, route: Template) {
        self.route = Some(route);
    }

    /// Says who asks, once that is checked.
    pub(crate) fn comes_from(&mut self, user: &str) {
        self.user = Some(line::cut(user));
    }

    /// Says what went wrong. Only what the server is to blame for is told to the log: the client
    /// was told everything else, and it may be long.
    pub(crate) fn failed(&mut self, problem: &Problem) {
        if let Problem::Server { detail, .. } = problem {
            self.error = Some(detail.clone());
        }
    }

    /// Returns the answer as it is sent: with the id by which it is found in the log.
    pub(crate) fn answered(mut self, mut response: Response<Body>) -> Response<Body> {
        self.status = Some(response.status().as_u16());
        self.bytes = response.body().size_hint().lower();
        if let Ok(id) = HeaderValue::try_from(&self.id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        let kind = Kindred {
            route: self.route.map_or("none", Template::as_str),
            method: self.method,
        };
        self.watch.counts().answered(kind, self.status, took);
        self.watch.tell(&Event::Request(Request {
            id: std::mem::take(&mut self.id),
            method: self.method.to_owned(),
            path: std::mem::take(&mut self.path),
            route: self.route.map(Template::as_str),
            status: self.status,
            bytes: self.bytes,
            milliseconds: event::milliseconds(took),
            user: self.user.take(),
            error: self.error.take(),
            is_routine: self.route.is_some_and(|route| ROUTINE.contains(&route)),
        }));
    }
}

/// Returns a method that there is, or one word for all others.
fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let known = KNOWN.into_iter().find(|known| *known == method.as_str());
    known.unwrap_or("OTHER")
}

/// Returns the id that a proxy or a client gave to a request, if it is one that can stand in a
/// line of the log.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_usual = (1..=LONGEST_ID).contains(&id.len()) && id.chars().all(usual);
    is_usual.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    /// Returns a watch whose lines can be read.
    fn watched(level: Level) -> (Watch, Arc<Mutex<Vec<String>>>) {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let log = Log {
            form: Form::Text,
            level,
            write: {
                let lines = Arc::clone(&lines);
                Arc::new(move |line| lines.lock().unwrap().push(line.to_owned()))
            },
        };
        let clock: Clock = Arc::new(|| Timestamp::clamped(60));
        (Watch::new(Some(log), clock, 0xabc), lines)
    }

    fn parts(path: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = axum::http::Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_request_is_told_without_its_query_and_its_headers() {
        let (watch, lines) = watched(Level::Info);
        let headers = [("authorization", "Bearer hidden"), ("cookie", "hidden")];
        let mut exchange = watch.exchange(&parts("/matrix?password=hidden", &headers));
        exchange.takes(template::MATRIX);
        exchange.comes_from("ada");
        exchange.failed(&Problem::NotFound);
        let answer = exchange.answered(Response::new(Body::from("12345")));
        assert_eq!(answer.headers()[REQUEST_ID], "00000abc-0");
        let lines = lines.lock().unwrap();
        assert!(lines[0].contains("GET /matrix 200 5B "), "{lines:?}");
        assert!(lines[0].ends_with(" ada 00000abc-0"), "{lines:?}");
        assert!(!lines.join("").contains("hidden"), "{lines:?}");
    }

    #[test]
    fn a_request_whose_client_goes_away_is_told_and_counted() {
        let (watch, lines) = watched(Level::Info);
        let exchange = watch.exchange(&parts("/matrix", &[("x-request-id", "from-proxy.7")]));
        let progress = "git_pact_http_requests_in_progress";
        let page = watch.page().into_text();
        assert!(page.contains(&format!("{progress} 1\n")), "{page}");
        drop(exchange);
        let lines = lines.lock().unwrap();
        assert!(lines[0].contains("GET /matrix - 0B "), "{lines:?}");
        assert!(lines[0].ends_with(" from-proxy.7"), "{lines:?}");
        let page = watch.page().into_text();
        assert!(page.contains("status=\"gone\"} 1\n"), "{page}");
        assert!(page.contains(&format!("{progress} 0\n")), "{page}");
    }

    #[test]
    fn an_id_that_is_not_one_is_not_taken_over() {
        let id = |given: &str| given_id(&parts("/", &[(REQUEST_ID, given)]).headers);
        assert_eq!(id("abc-1"), Some("abc-1".to_owned()));
        for odd in ["", "a b", "a\"b", "a;b", &"a".repeat(65)] {
            assert_eq!(id(odd), None, "{odd}");
        }
    }

    #[test]
    fn only_what_is_asked_for_is_told_but_everything_is_counted() {
        let (watch, lines) = watched(Level::Warn);
        for status in [StatusCode::OK, StatusCode::INTERNAL_SERVER_ERROR] {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = status;
            drop(watch.exchange(&parts("/", &[])).answered(response));
        }
        watch.say(Level::Warn, "odd");
        let lines = lines.lock().unwrap();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].contains(" error GET / 500 "), "{lines:?}");
        assert!(lines[1].ends_with(" warn  odd"), "{lines:?}");
        let page = watch.page().into_text();
        assert!(page.contains("route=\"none\",method=\"GET\",status=\"2xx\"} 1\n"));
    }

    #[test]
    fn a_client_cannot_invent_methods_for_the_measurements() {
        assert_eq!(method(&Method::GET), "GET");
        assert_eq!(method(&Method::from_bytes(b"EVIL").unwrap()), "OTHER");
    }
}
