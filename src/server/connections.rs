//! Connections: what each may cost, and the end of all of them.
//!
//! hyper reads the requests. It refuses a head that is too long (431, 414) and closes a connection
//! on which no head arrives in time, whether it is idle or slow.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::http::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;

/// The most bytes of a request line and its headers together.
const HEAD_BYTES: usize = 64 << 10;

/// The most headers.
const HEADERS: usize = 100;

/// How long to wait if the system has no more sockets.
const OUT_OF_SOCKETS: Duration = Duration::from_secs(1);

/// What connections may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How many there may be; those beyond wait to be taken.
    pub(super) connections: usize,
    /// How long the head of a request may take, from when the one before was answered. More than
    /// the minute for which proxies keep a connection: else they would send into a closed one.
    pub(super) head: Duration,
    /// How long what was begun may take once the server is told to stop.
    pub(super) stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            head: Duration::from_secs(75),
            stop: Duration::from_secs(60),
        }
    }
}

/// The server stopped, and clients were still connected.
#[derive(Debug, thiserror::Error)]
#[error("stopped with {connections} connections open: what they asked may or may not be written")]
pub struct Unfinished {
    /// How many.
    pub connections: usize,
}

/// Takes connections and answers their requests until `told` to stop. Then takes no more, closes
/// those that wait for nothing, and returns when the others are answered.
///
/// # Errors
///
/// Fails if that takes longer than the limit, or if it is told again.
pub(super) async fn serve<A, F>(
    listener: TcpListener,
    limits: Limits,
    mut told: mpsc::Receiver<()>,
    answer: A,
) -> Result<(), Unfinished>
where
    A: Fn(Request<Body>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(HEADERS)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(2 * HEAD_BYTES);
    let places = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream) = tokio::select! {
            next = next => next,
            _ = told.recv() => break,
        };
        let stream = match stream {
            Ok((stream, _)) => stream,
            Err(error) => {
                if !is_of_the_client(error.kind()) {
                    tokio::time::sleep(OUT_OF_SOCKETS).await;
                }
                continue;
            }
        };
        let answer = answer.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let answered = answer(request.map(Body::new));
            async { Ok::<_, Infallible>(answered.await) }
        });
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A client that breaks off, or is too slow, is its own fault.
            drop(connection.await);
            drop(place);
        });
    }
    drop(listener);
    let unfinished = || Unfinished {
        connections: limits.connections - places.available_permits(),
    };
    tokio::select! {
        () = open.shutdown() => Ok(()),
        _ = told.recv() => Err(unfinished()),
        () = tokio::time::sleep(limits.stop) => Err(unfinished()),
    }
}

/// Says whether a connection failed before it was taken, so that the next one may be fine.
fn is_of_the_client(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::io::Write;
    use std::net::SocketAddr;
    use std::net::TcpStream;
    use std::sync::mpsc as channel;
    use std::thread;
    use std::thread::JoinHandle;

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    /// A server whose answers are the paths asked for; `/never` is never answered.
    struct Served {
        address: SocketAddr,
        stop: mpsc::Sender<()>,
        thread: JoinHandle<Result<(), Unfinished>>,
        /// Receives each path once it is asked for.
        asked: channel::Receiver<String>,
        /// Lets `/wait` be answered.
        go: Arc<Semaphore>,
    }

    impl Served {
        fn start(limits: Limits) -> Self {
            let (stop, told) = mpsc::channel(1);
            let (tell, address) = channel::channel();
            let (ask, asked) = channel::channel();
            let go = Arc::new(Semaphore::new(0));
            let may = Arc::clone(&go);
            let answer = move |request: Request<Body>| {
                let path = request.uri().path().to_owned();
                let may = Arc::clone(&may);
                ask.send(path.clone()).unwrap();
                async move {
                    match path.as_str() {
                        "/never" => std::future::pending().await,
                        "/wait" => drop(may.acquire().await),
                        _ => {}
                    }
                    Response::new(Body::from(path))
                }
            };
            let thread = thread::spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = runtime.enable_all().build().unwrap();
                runtime.block_on(async {
                    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                    tell.send(listener.local_addr().unwrap()).unwrap();
                    serve(listener, limits, told, answer).await
                })
            });
            let address = address.recv().unwrap();
            Self {
                address,
                stop,
                thread,
                asked,
                go,
            }
        }

        fn connect(&self, text: &str) -> TcpStream {
            let mut stream = TcpStream::connect(self.address).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
            stream
        }

        fn stop(&self) {
            self.stop.blocking_send(()).unwrap();
        }

        fn end(self) -> Result<(), Unfinished> {
            self.thread.join().unwrap()
        }
    }

    fn get(path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nhost: h\r\n\r\n")
    }

    /// Reads until the server closes the connection.
    fn rest(mut stream: TcpStream) -> String {
        let mut text = Vec::new();
        // One that is closed with something unread ends in an error.
        drop(stream.read_to_end(&mut text));
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_head_that_does_not_arrive_in_time_ends_the_connection() {
        let limits = Limits {
            head: Duration::from_millis(50),
            ..Limits::default()
        };
        let served = Served::start(limits);
        assert_eq!(rest(served.connect("GET / HTTP/1.1\r\nx: ")), "");
        // Nothing at all, and nothing more, are too slow as well.
        assert_eq!(rest(served.connect("")), "");
        assert!(rest(served.connect(&get("/more"))).ends_with("/more"));
    }

    #[test]
    fn a_head_that_is_too_long_is_refused() {
        let served = Served::start(Limits::default());
        let long = "a".repeat(HEAD_BYTES);
        let many = "a: b\r\n".repeat(HEADERS + 1);
        for (head, status) in [
            (format!("GET /{long} HTTP/1.1\r\n\r\n"), "431"),
            (format!("GET / HTTP/1.1\r\nx: {long}\r\n\r\n"), "431"),
            (format!("GET / HTTP/1.1\r\n{many}\r\n"), "431"),
        ] {
            let answer = rest(served.connect(&head));
            assert_eq!(answer.split(' ').nth(1), Some(status), "{answer}");
        }
    }

    #[test]
    fn connections_beyond_the_limit_wait_for_their_turn() {
        let limits = Limits {
            connections: 1,
            ..Limits::default()
        };
        let served = Served::start(limits);
        let first = served.connect("GET /wait HTTP/1.1\r\nconnection: close\r\n\r\n");
        assert_eq!(served.asked.recv().unwrap(), "/wait");
        let _second = served.connect(&get("/second"));
        assert!(served.asked.try_recv().is_err());
        served.go.add_permits(1);
        assert!(rest(first).ends_with("/wait"));
        assert_eq!(served.asked.recv().unwrap(), "/second");
    }

    #[test]
    fn what_was_begun_is_answered_before_the_end_and_nobody_idle_is_waited_for() {
        let limits = Limits {
            head: LONG,
            stop: LONG,
            ..Limits::default()
        };
        let served = Served::start(limits);
        let idle = served.connect(&get("/idle"));
        assert_eq!(served.asked.recv().unwrap(), "/idle");
        let begun = served.connect(&get("/wait"));
        assert_eq!(served.asked.recv().unwrap(), "/wait");
        served.stop();
        assert!(rest(idle).ends_with("/idle"));
        served.go.add_permits(1);
        assert!(rest(begun).ends_with("/wait"));
        served.end().unwrap();
    }

    #[test]
    fn told_twice_or_after_a_while_it_stops_as_it_is() {
        for (stop, twice) in [(LONG, true), (Duration::from_millis(10), false)] {
            let served = Served::start(Limits {
                stop,
                ..Limits::default()
            });
            let begun = served.connect(&get("/never"));
            assert_eq!(served.asked.recv().unwrap(), "/never");
            served.stop();
            if twice {
                served.stop();
            }
            assert_eq!(served.end().unwrap_err().connections, 1);
            assert_eq!(rest(begun), "");
        }
    }
}
