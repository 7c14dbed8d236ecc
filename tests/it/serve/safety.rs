//! Who may do what, whose pages a browser may serve, and how a server ends.

use std::fs;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Reply;
use crate::support::server::Server;

const TYPE: (&str, &str) = ("content-type", "application/json");

fn basic(text: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(text))
}

/// Asks to write something, to ask something with a body, and to read something.
fn three(server: &Server, authorization: Option<&str>) -> [u16; 3] {
    let asked = [
        ("PUT", "/pacticipants/Web/versions/1", "{}"),
        ("POST", "/pacts/provider/Web/for-verification", "{}"),
        ("GET", "/pacticipants/Web", ""),
    ];
    asked.map(|(method, path, body)| {
        let mut headers = vec![TYPE, ("accept", "application/hal+json")];
        headers.extend(authorization.map(|value| ("authorization", value)));
        server.ask(method, path, &headers, body).status
    })
}

#[test]
fn an_empty_directory_becomes_a_store_and_one_with_files_does_not() {
    let sandbox = Sandbox::new();
    let start = |directory: &str| Server::start(&sandbox, ".", &["--repo", directory]);
    let path = sandbox.path("new");
    fs::create_dir(&path).unwrap();
    // Where somebody sends what the server says.
    fs::write(path.join("broker.log"), "").unwrap();
    let server = start("new");
    assert!(
        server
            .said
            .starts_with("The directory was empty: made a store at ")
    );
    let put = server.send("PUT", "/pacticipants/Web/versions/1", &json!({}));
    assert_eq!(put.status, 201, "{put:?}");
    drop(server);
    let server = start("new");
    assert!(server.said.starts_with("Serving "), "{}", server.said);
    assert_eq!(server.get("/pacticipants/Web/versions/1").status, 200);

    let path = sandbox.path("full");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("notes.txt"), "mine").unwrap();
    let refused = sandbox.run(".", &["serve", "--repo", "full"]);
    assert_eq!(refused.status, Some(4), "{refused:?}");
    assert!(refused.stderr.contains("hint: name the store with --repo"));
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1);
    let path = sandbox.path("empty");
    fs::create_dir(&path).unwrap();
    let refused = sandbox.run(".", &["can-i-deploy", "-a", "Web", "--repo", "empty"]);
    assert_ne!(refused.status, Some(0));
    assert_eq!(
        fs::read_dir(&path).unwrap().count(),
        0,
        "only `serve` makes a store"
    );
}

#[test]
fn a_server_that_others_can_reach_asks_for_credentials() {
    let sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let arguments = ["serve", "--repo", "store.git", "--bind", "0.0.0.0:0"];
    let output = sandbox.run(".", &arguments);
    assert_eq!(output.status, Some(2), "{output:?}");
    assert_eq!(
        output.stderr,
        "error: 0.0.0.0 can be reached by others, and anybody who reaches it could read and \
         write\n\
         hint: say who may, with --credentials <file> or the variables that its help names\n\
         hint: or let everybody read and nobody write, with --public-read\n"
    );
    // What a client shows gives nobody a right.
    let client = [
        ("PACT_BROKER_USERNAME", "ci"),
        ("PACT_BROKER_PASSWORD", "secret"),
        ("PACT_BROKER_PUBLIC_HEARTBEAT", "true"),
    ];
    let output = sandbox.run_with(".", &arguments, &client);
    assert_eq!(output.status, Some(2), "{output:?}");
}

#[test]
fn a_user_is_known_by_the_variables_of_the_brokers_image() {
    let mut sandbox = Sandbox::new();
    for (name, value) in [
        ("PACT_BROKER_BASIC_AUTH_USERNAME", "ci"),
        ("PACT_BROKER_BASIC_AUTH_PASSWORD", "pass:wörd"),
        ("PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME", "dev"),
        ("PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD", "look"),
        ("PACT_BROKER_PUBLIC_HEARTBEAT", "true"),
    ] {
        sandbox.set(name, value);
    }
    sandbox.remote("store.git");
    let server = Server::start_at(&sandbox, ".", "0.0.0.0:0", &["--repo", "store.git"]);
    assert_eq!(three(&server, None), [401, 401, 401]);
    assert_eq!(three(&server, Some(&basic("ci:look"))), [401, 401, 401]);
    assert_eq!(
        three(&server, Some(&basic("ci:pass:wörd"))),
        [201, 200, 200]
    );
    assert_eq!(three(&server, Some(&basic("dev:look"))), [403, 200, 200]);
    assert_eq!(server.get("/diagnostic/status/heartbeat").status, 200);

    // Nobody is told what there is.
    for path in [
        "/",
        "/no/such/path",
        "/pacticipants/Web/latest-version/a/badge",
    ] {
        let denied = server.get(path);
        assert_eq!(denied.status, 401, "{path}");
        let challenge = denied.header("www-authenticate");
        assert_eq!(challenge, "Basic realm=\"Restricted area\"");
        let text = "credentials are missing or wrong";
        assert_eq!(denied.json(), json!({ "error": text }));
    }
    assert_eq!(server.ask("OPTIONS", "/", &[], "").status, 401);
    // Nor has anybody to guess why the connection broke while they were sending.
    let large = "x".repeat(900_000);
    assert_eq!(
        server.ask("PUT", "/pacticipants/Web", &[], &large).status,
        401
    );
    let problems = [("accept", "application/hal+json, application/problem+json")];
    let problem = server.ask("GET", "/", &problems, "").json();
    assert_eq!(
        (&problem["status"], &problem["title"]),
        (&json!(401), &json!("Unauthorized"))
    );

    for (name, value) in [
        ("PACT_BROKER_BASIC_AUTH_PASSWORD", ""),
        ("PACT_BROKER_PUBLIC_HEARTBEAT", "maybe"),
    ] {
        let output = sandbox.run_with(".", &["serve", "--repo", "store.git"], &[(name, value)]);
        assert_eq!(output.status, Some(2), "{output:?}");
        assert!(output.stderr.contains(name), "{output:?}");
    }
}

#[test]
fn a_file_has_users_and_tokens_and_is_not_shown() {
    let sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let lines = "# rotated\nwrite token first-token-of-two\nwrite token second-token-of-two\n\
                 read user dev:look\n";
    let path = sandbox.path("credentials");
    fs::write(&path, lines).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let args = ["--repo", "store.git", "--credentials", "credentials"];
    let server = Server::start(&sandbox, ".", &args);
    #[cfg(unix)]
    assert!(
        server.said.starts_with(
            "warning: everybody on this machine can read the credentials in credentials"
        ),
        "{}",
        server.said
    );
    for (authorization, expected) in [
        ("Bearer first-token-of-two", [201, 200, 200]),
        ("Bearer second-token-of-two", [200, 200, 200]),
        (&basic("dev:look"), [403, 200, 200]),
        ("Bearer third-token-of-two", [401, 401, 401]),
    ] {
        assert_eq!(
            three(&server, Some(authorization)),
            expected,
            "{authorization}"
        );
    }
    // The log has the name of a user, and of nobody who has a token.
    let log = server.log_with(" dev ");
    assert!(!log.contains("look") && !log.contains("token-of"), "{log}");
    drop(server);

    let serve = |lines: &str| {
        fs::write(&path, lines).unwrap();
        let mut arguments = vec!["serve"];
        arguments.extend(args);
        sandbox.run(".", &arguments)
    };
    for (lines, text) in [
        ("", "error: credentials holds no credentials\n"),
        (
            "\nwrite token secret\n",
            "error: credentials: line 2: a token has at least 16 characters\n",
        ),
    ] {
        let output = serve(lines);
        assert_eq!(output.status, Some(2), "{output:?}");
        assert!(output.stderr.ends_with(text), "{output:?}");
        assert!(!output.stderr.contains("secret"), "{output:?}");
    }
    fs::remove_file(&path).unwrap();
    let mut arguments = vec!["serve"];
    arguments.extend(args);
    assert_eq!(sandbox.run(".", &arguments).status, Some(2));
}

#[test]
fn where_everybody_may_read_nobody_writes_without_credentials() {
    let sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let args = ["--repo", "store.git", "--public-read"];
    let server = Server::start_at(&sandbox, ".", "0.0.0.0:0", &args);
    assert_eq!(three(&server, None), [403, 404, 404]);
    let denied = server.send("PUT", "/pacticipants/Web/versions/1", &json!({}));
    assert_eq!(
        denied.json(),
        json!({ "error": "this server is for reading only" })
    );
    // A host is whatever the client calls it.
    let headers = [("host", "pacts.example")];
    assert_eq!(server.ask("GET", "/", &headers, "").status, 200);
    drop(server);

    let variables = "write token a-token-for-writers";
    let mut sandbox = sandbox;
    sandbox.set("GIT_PACT_SERVE_CREDENTIALS", variables);
    let server = Server::start_at(&sandbox, ".", "0.0.0.0:0", &args);
    assert_eq!(three(&server, None), [401, 404, 404]);
    let token = Some("Bearer a-token-for-writers");
    assert_eq!(three(&server, token), [201, 200, 200]);
}

fn put(server: &Server, headers: &[(&str, &str)]) -> Reply {
    let mut all = vec![TYPE];
    all.extend(headers);
    server.ask("PUT", "/pacticipants/Web/versions/1", &all, "{}")
}

#[test]
fn an_open_server_answers_to_this_machine_and_its_base_urls_only() {
    let sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let args = ["--repo", "store.git", "--base-url", "http://git-pact:9292"];
    let server = Server::start(&sandbox, ".", &args);
    for host in ["localhost:1", "127.0.0.1", "git-pact:9292"] {
        assert_eq!(server.ask("GET", "/", &[("host", host)], "").status, 200);
        assert!(put(&server, &[("host", host)]).status < 300);
    }
    for method in ["GET", "POST", "OPTIONS"] {
        let refused = server.ask(method, "/", &[("host", "evil.example")], "");
        assert_eq!(refused.status, 403, "{method}");
        let error = refused.json()["error"].as_str().unwrap().to_owned();
        assert!(
            error.ends_with("start it with --base-url http://evil.example"),
            "{error}"
        );
    }
    let forwarded = [("host", "evil.example"), ("x-forwarded-host", "localhost")];
    assert_eq!(server.ask("GET", "/", &forwarded, "").status, 403);
}

#[test]
fn a_page_of_another_site_cannot_make_a_browser_write() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let own = server.base();
    assert_eq!(put(&server, &[("origin", &own)]).status, 201);
    for foreign in [
        [("origin", "https://evil.example"), ("x-a", "b")],
        [("origin", "null"), ("x-a", "b")],
        [
            ("origin", "http://localhost:3000"),
            ("sec-fetch-site", "same-site"),
        ],
        [("x-a", "b"), ("sec-fetch-site", "cross-site")],
    ] {
        let refused = put(&server, &foreign);
        assert_eq!(refused.status, 403, "{foreign:?}");
        let error = refused.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains("may not write here"), "{error}");
    }
    // What only reads gives a page of another site nothing: it cannot see the answer.
    let page = [TYPE, ("origin", "https://evil.example")];
    let path = "/pacts/provider/Web/for-verification";
    let asked = server.ask("POST", path, &page, "{}");
    assert_eq!(asked.status, 200);
    assert_eq!(asked.header("access-control-allow-origin"), "");
}

#[test]
fn every_answer_says_what_a_browser_may_do_with_it() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for path in ["/", "/no/such/path", "/pacticipants?q=1&q[]=2"] {
        let answer = server.get(path);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-cache"),
            ("vary", "Accept"),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
    }
    let options = server.ask("OPTIONS", "/pacticipants", &[], "");
    assert_eq!((options.status, options.body.as_str()), (200, ""));
    assert_eq!(options.header("allow"), "GET, POST, OPTIONS");
    let methods = options.header("access-control-allow-methods");
    assert_eq!(methods, "GET, POST, OPTIONS");
    assert_eq!(server.ask("OPTIONS", "/no/such/path", &[], "").status, 404);
}

#[test]
fn what_is_too_large_is_refused() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let accept = [("accept", "application/hal+json"), TYPE];
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    let path = "/pacts/provider/Web/for-verification";
    let refused = server.ask("POST", path, &accept, &large);
    assert_eq!(refused.status, 413);
    let text = "the body could not be read, or has more than 1 MiB";
    assert_eq!(refused.json(), json!({ "error": text }));
    // A write may be larger.
    let written = server.ask("PUT", "/pacticipants/Web/versions/1", &accept, &large);
    assert_eq!(written.status, 201);
}

#[cfg(unix)]
mod git {
    use std::io::Write as _;
    use std::net::TcpStream;
    use std::process::Command;
    use std::thread;
    use std::time::Duration;

    use super::*;

    /// A server whose remote runs a script before it takes a push.
    fn served_from_a_remote(sandbox: &Sandbox, script: &str) -> Server {
        use std::os::unix::fs::PermissionsExt as _;
        sandbox.remote("contracts.git");
        let hook = sandbox.path("contracts.git/hooks/pre-receive");
        fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        let url = format!("file://{}", sandbox.path("contracts.git").display());
        Server::start(sandbox, ".", &["--repo", &url])
    }

    /// A server whose remote says that a push has come, as `begun`, and takes it once there is `go`, or once the test
    /// is over and all is gone.
    fn slow(sandbox: &Sandbox) -> Server {
        let script = ": > begun\nwhile [ -e begun ] && [ ! -e go ]; do sleep 0.02; done";
        served_from_a_remote(sandbox, script)
    }

    fn wait_for(mut is_so: impl FnMut() -> bool) {
        while !is_so() {
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn tell(server: &Server, signal: &str) {
        let id = server.id().to_string();
        let told = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(told.success());
    }

    #[test]
    fn git_and_its_hooks_do_not_see_the_credentials() {
        let mut sandbox = Sandbox::new();
        for (name, value) in [
            ("PACT_BROKER_BASIC_AUTH_USERNAME", "ci"),
            ("PACT_BROKER_BASIC_AUTH_PASSWORD", "hidden"),
            (
                "GIT_PACT_SERVE_CREDENTIALS",
                "write token hidden-from-the-hook",
            ),
        ] {
            sandbox.set(name, value);
        }
        let server = served_from_a_remote(&sandbox, "env > seen");
        let token = [("authorization", "Bearer hidden-from-the-hook")];
        assert_eq!(put(&server, &token).status, 201);
        let seen = fs::read_to_string(sandbox.path("contracts.git/seen")).unwrap();
        assert!(
            seen.contains("PACT_BROKER_BASIC_AUTH_USERNAME=ci"),
            "{seen}"
        );
        assert!(!seen.contains("hidden"), "{seen}");
    }

    #[test]
    fn what_was_accepted_is_written_and_answered_and_nothing_more_is_accepted() {
        let sandbox = Sandbox::new();
        let server = slow(&sandbox);
        thread::scope(|scope| {
            let path = "/pacticipants/Web/versions/1";
            let write = scope.spawn(|| server.send("PUT", path, &json!({})));
            wait_for(|| sandbox.path("contracts.git/begun").exists());
            tell(&server, "-TERM");
            wait_for(|| TcpStream::connect(server.address()).is_err());
            fs::write(sandbox.path("contracts.git/go"), "").unwrap();
            assert_eq!(write.join().unwrap().status, 201);
        });
        assert_eq!(server.wait(), Some(0));
        let remote = sandbox.git("contracts.git");
        assert_eq!(remote.run(&["rev-list", "--count", "pact/app/Web"]), "1");
    }

    #[test]
    fn told_twice_it_ends_at_once_and_says_so() {
        let sandbox = Sandbox::new();
        let server = slow(&sandbox);
        let begun = sandbox.path("contracts.git/begun");
        let mut stream = TcpStream::connect(server.address()).unwrap();
        let request = b"PUT /pacticipants/Web/versions/1 HTTP/1.1\r\nhost: localhost\r\n\r\n";
        stream.write_all(request).unwrap();
        wait_for(|| begun.exists());
        tell(&server, "-INT");
        wait_for(|| TcpStream::connect(server.address()).is_err());
        tell(&server, "-INT");
        assert_eq!(server.wait(), Some(4));
        // Lets the push end, that the sandbox can be removed.
        fs::write(sandbox.path("contracts.git/go"), "").unwrap();
    }
}
