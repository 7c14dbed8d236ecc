//! Receivers that behave badly: they are given up, and neither hold anybody up nor get what is not theirs.

use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::thread;

use super::LOCAL;
use super::SECRET;
use super::fire;
use super::triggered;
use crate::support::listener::Listener;
use crate::support::listener::answer;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// Starts a receiver that does something with each connection, on a thread of its own, and returns its port.
fn receiver(behaviour: impl Fn(TcpStream) + Send + Sync + Copy + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || behaviour(stream));
        }
    });
    port
}

/// Reads something, so that the other side has sent it.
fn heard(stream: &mut TcpStream) {
    let _ = stream.read(&mut [0; 4096]);
}

/// Writes as long as somebody listens.
fn forever(stream: &mut TcpStream, text: &str) {
    while stream.write_all(text.as_bytes()).is_ok() {}
}

#[test]
fn whoever_behaves_badly_is_given_up_and_learns_nothing() {
    let mut shop = Shop::with_a_store(&["web", "ops"]);
    shop.sandbox.set("GIT_PACT_SECRET_TOKEN", SECRET);
    shop.pact("web/1.json", "Web", "Orders", &["1"]);
    let elsewhere = Listener::start(|_| answer("200 OK", &[], "you have been led here"));
    let target = elsewhere.port();
    let redirecting = Listener::start(move |request| {
        let location = format!("location: http://127.0.0.1:{target}/caught");
        answer("307 Temporary Redirect", &[&location], &request.body)
    });
    let echoing = Listener::start(|request| {
        let echo = format!("{:?} {}", request.headers, request.body);
        let header = format!("x-you-said: {}", request.header("authorization"));
        answer("418 I'm a teapot", &[&header], &echo)
    });
    let ports = [
        ("redirects", redirecting.port()),
        ("echoes", echoing.port()),
        ("closes", receiver(drop)),
        (
            "hears and closes",
            receiver(|mut stream| heard(&mut stream)),
        ),
        (
            "speaks no HTTP",
            receiver(|mut stream| {
                heard(&mut stream);
                let _ = stream.write_all(b"220 smtp.example.org ESMTP\r\n\r\n");
            }),
        ),
        (
            "has headers without end",
            receiver(|mut stream| {
                heard(&mut stream);
                let _ = stream.write_all(b"HTTP/1.1 500 Oh\r\n");
                forever(&mut stream, "x-more: and more\r\n");
            }),
        ),
        (
            "has a body without end",
            receiver(|mut stream| {
                heard(&mut stream);
                let _ = stream.write_all(b"HTTP/1.1 500 Oh\r\ncontent-length: 99999999999\r\n\r\n");
                forever(&mut stream, "and more \u{1b}[2J ");
            }),
        ),
        (
            "never answers",
            receiver(|mut stream| {
                heard(&mut stream);
                heard(&mut stream);
            }),
        ),
    ];
    for (number, (behaviour, port)) in ports.iter().enumerate() {
        let description = behaviour.replace(' ', "+");
        shop.step(
            "ops",
            &format!(
                "create-or-update-webhook http://127.0.0.1:{port}/?key=${{user.TOKEN}} --uuid \
                 abcdefgh_-12345{number} -X POST --contract-published -H Authorization:+Bearer+${{env.TOKEN}} \
                 -d ${{user.TOKEN}} --user me:${{user.TOKEN}} --description {description}"
            ),
        );
    }
    let _ = fire(&shop, "ops", "10:00:00", "", 0);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let run = fire(&shop, "ops", "10:10:00", "--retry-schedule never", 1);
    let all = triggered(&shop, "ops");
    assert_eq!(all.len(), ports.len());
    for one in &all {
        assert_eq!(one["status"], "failure", "{one}");
        assert_eq!(one["attemptsMade"], 1, "{one}");
    }
    assert_eq!(elsewhere.received().len(), 0);
    assert_eq!(redirecting.received().len(), 1);

    // Each of them had it, and nobody else has.
    assert!(echoing.received()[0].body.contains(SECRET));
    let mut said = format!("{}{}", run.stdout, run.stderr);
    for one in &all {
        let id = one["uuid"].as_str().unwrap();
        said += &shop.run("ops", &format!("webhooks log {id}"), 0).stdout;
        said += &shop
            .run("ops", &format!("webhooks log {id} -o json"), 0)
            .stdout;
    }
    assert!(said.contains("418"), "{said}");
    let store = shop.sandbox.git(STORE);
    let commits = store.run(&["rev-list", "refs/git-pact/webhooks"]);
    for commit in commits.lines() {
        for path in store.run(&["ls-tree", "-r", "--name-only", commit]).lines() {
            let file = store.run(&["show", &format!("{commit}:{path}")]);
            assert!(file.len() < 40_000, "{path} has {} bytes", file.len());
            said += &file;
        }
    }
    for secret in [SECRET, "t0ken", "s3cr3t"] {
        assert!(!said.contains(secret), "{secret} is told");
    }
    assert!(!said.contains('\u{1b}'), "somebody else's escape is told");
    assert!(said.contains(LOCAL.split(' ').next_back().unwrap()));
}

#[test]
fn a_private_ref_that_somebody_forged_sends_no_secret_elsewhere() {
    let mut shop = Shop::with_a_store(&["web", "ops"]);
    shop.sandbox.set("GIT_PACT_SECRET_TOKEN", SECRET);
    shop.pact("web/1.json", "Web", "Orders", &["1"]);
    let listener = Listener::start(|_| answer("500 Oh", &[], ""));
    super::save(&shop, &listener, "");
    let _ = fire(&shop, "ops", "10:00:00", "", 0);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let _ = fire(&shop, "ops", "10:10:00", "", 1);
    let store = shop.sandbox.git(STORE);
    let name = "refs/git-pact/webhooks";
    let path = store.run(&["ls-tree", "-r", "--name-only", name, "deliveries"]);
    let file = store.run(&["show", &format!("{name}:{}", path.trim())]);
    // A delivery says which webhook it is of, and neither where that goes nor what is sent.
    assert!(file.contains(super::UUID), "{file}");
    assert!(!file.contains("${"), "{file}");
    let forged = file.replace(super::UUID, "another_-1234567");
    assert_ne!(forged, file);
    let seen = store.run(&["show", &format!("{name}:outbox.json")]);
    store.plant(
        name,
        &[
            ("100644", path.trim(), forged.as_bytes()),
            ("100644", "outbox.json", seen.as_bytes()),
        ],
    );
    let _ = fire(&shop, "ops", "10:20:00", "", 0);
    assert_eq!(listener.received().len(), 1);
    assert_eq!(triggered(&shop, "ops")[0]["status"], "failure");
}
