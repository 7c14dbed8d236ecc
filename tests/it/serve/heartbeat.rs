//! `git pact heartbeat`: whether a broker answers, for whoever watches over one.

use crate::support::listener::Listener;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

#[test]
fn a_broker_that_answers_is_well_even_if_it_wants_credentials() {
    let mut sandbox = Sandbox::new();
    sandbox.set("GIT_PACT_SERVE_CREDENTIALS", "write user ci:secret");
    sandbox.remote("store.git");
    let server = Server::start(&sandbox, ".", &["--repo", "store.git"]);
    assert_eq!(server.get("/diagnostic/status/heartbeat").status, 401);
    for end in ["", "/"] {
        let url = format!("{}{end}", server.base());
        let came = sandbox.run(".", &["heartbeat", &url]);
        assert_eq!(came.status, Some(0), "{came:?}");
        assert_eq!(came.stdout, format!("{url} is well\n"));
    }
    let url = server.base();
    drop(server);
    let came = sandbox.run(".", &["heartbeat", &url]);
    assert_eq!(came.status, Some(4), "{came:?}");
    let expected = format!("error: nothing answers at {url}/diagnostic/status/heartbeat\n");
    assert!(came.stderr.starts_with(&expected), "{came:?}");
}

#[test]
fn what_is_no_broker_or_not_well_is_not() {
    let sandbox = Sandbox::new();
    for status in [
        "404 Not Found",
        "500 Internal Server Error",
        "302 Found\r\nLocation: /well",
    ] {
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        let listener = Listener::start(move |_| answer.clone());
        let came = sandbox.run(
            ".",
            &[
                "heartbeat",
                &format!("http://127.0.0.1:{}", listener.port()),
            ],
        );
        assert_eq!(came.status, Some(4), "{status}: {came:?}");
        let number = &status[..3];
        assert!(
            came.stderr
                .contains(&format!("answers with status {number}")),
            "{came:?}"
        );
    }
    for odd in ["", "no url", "ftp://127.0.0.1", "http://[::1"] {
        let came = sandbox.run(".", &["heartbeat", odd]);
        assert_eq!(came.status, Some(4), "{odd}: {came:?}");
    }
}
