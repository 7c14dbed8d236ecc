//! What programs remember about a store on private refs: read as the remote has it, and changed by
//! compare-and-swap from wherever somebody is.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;

use git_pact::app::Context;
use git_pact::app::private;
use git_pact::app::private::Changed;
use git_pact::app::private::PrivateError;
use git_pact::app::site::Locator;
use git_pact::app::site::Site;
use git_pact::domain::time::Timestamp;
use git_pact::record::private_ref::PrivateRef;
use git_pact::store::Actor;
use git_pact::store::git::Files;

use crate::support::git::hermetic;
use crate::support::sandbox::Sandbox;

/// Somebody who remembers something about a store.
struct Machine {
    site: Site,
    context: Context,
}

impl Machine {
    /// Returns a machine with caches of its own that names the store.
    fn new(sandbox: &Sandbox, name: &str, locator: &str) -> Self {
        Self::opened(sandbox, name, locator, false)
    }

    fn offline(sandbox: &Sandbox, name: &str, locator: &str) -> Self {
        Self::opened(sandbox, name, locator, true)
    }

    fn opened(sandbox: &Sandbox, name: &str, locator: &str, offline: bool) -> Self {
        let context = Context {
            now: Timestamp::clamped(1_800_000_000),
            actor: Some(Actor {
                name: name.to_owned(),
                email: format!("{name}@example.org"),
            }),
            offline,
            cache_directory: Some(sandbox.path(name)),
            working_directory: sandbox.path(""),
            environment: hermetic("git", &sandbox.path("home"))
                .get_envs()
                .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
                .collect(),
            seed: name.bytes().map(u64::from).sum(),
            ..Context::default()
        };
        let site = Site::open(&Locator::Given(locator.to_owned()), None, &context).unwrap();
        Self { site, context }
    }

    /// Returns what is remembered, and whether something kept here counts no more.
    fn read(&self) -> (String, bool) {
        let kept = private::read(&self.site, &name()).unwrap();
        let text = kept.files.get("a.json").cloned().unwrap_or_default();
        (String::from_utf8(text).unwrap(), kept.dropped)
    }

    fn text(&self) -> String {
        self.read().0
    }

    /// Adds a letter to what is remembered.
    fn add(&self, letter: &str) -> Result<Changed, PrivateError> {
        private::change(&self.site, &self.context, &name(), "add one", |files| {
            let text = files.get("a.json").cloned().unwrap_or_default();
            let text = [text.as_slice(), letter.as_bytes()].concat();
            Ok(Some(Files::from([("a.json".to_owned(), text)])))
        })
    }

    /// Changes nothing, which sends what was kept.
    fn send(&self) -> bool {
        let stay = |_: &Files| Ok::<_, PrivateError>(None);
        let changed = private::change(&self.site, &self.context, &name(), "stay", stay);
        changed.unwrap().moved
    }
}

fn name() -> PrivateRef {
    PrivateRef::cursor(&"night ly".parse().unwrap())
}

fn url(sandbox: &Sandbox) -> String {
    format!("file://{}", sandbox.path("store.git").display())
}

#[test]
fn a_fresh_machine_goes_on_where_the_last_one_ended() {
    let sandbox = Sandbox::new();
    let remote = sandbox.remote("store.git");
    sandbox.clone_of("store.git", "clone");
    let (url, path) = (url(&sandbox), sandbox.path("store.git"));

    let one = Machine::new(&sandbox, "one", &url);
    assert_eq!(one.text(), "");
    assert!(!one.send());
    assert_eq!(remote.run(&["for-each-ref"]), "");
    assert!(one.add("a").unwrap().moved);
    assert_eq!(
        remote.run(&["for-each-ref", "--format=%(refname)"]),
        "refs/git-pact/cursors/night%20ly"
    );
    // By URL, from a clone, and as whoever serves the repository.
    let two = Machine::new(&sandbox, "two", &url);
    let three = Machine::new(&sandbox, "three", "clone");
    let four = Machine::new(&sandbox, "four", path.to_str().unwrap());
    for (machine, letter) in [(&two, "b"), (&three, "c"), (&four, "d"), (&one, "e")] {
        assert!(machine.add(letter).unwrap().moved);
    }
    for machine in [&one, &two, &three, &four] {
        assert_eq!(machine.read(), ("abcde".to_owned(), false));
        assert!(!machine.send());
    }
    assert_eq!(remote.run(&["rev-list", "--count", name().as_str()]), "5");
    // What somebody only reads leaves no ref behind.
    let reader = Machine::new(&sandbox, "reader", &url);
    assert_eq!(reader.text(), "abcde");
    assert_eq!(reader.site.store.private_tip(&name()).unwrap(), None);
    remote.fsck();
}

#[test]
fn nobody_undoes_what_somebody_else_remembered_at_the_same_time() {
    let sandbox = Sandbox::new();
    let remote = sandbox.remote("store.git");
    let (url, path) = (url(&sandbox), sandbox.path("store.git"));
    sandbox.clone_of("store.git", "clone");
    thread::scope(|scope| {
        for letter in ["a", "b", "c", "d"] {
            let (sandbox, url, path) = (&sandbox, &url, path.to_str().unwrap());
            scope.spawn(move || {
                let locator = match letter {
                    "a" => path,
                    "b" => "clone",
                    _ => url,
                };
                for _ in 0..3 {
                    let machine = Machine::new(sandbox, letter, locator);
                    assert!(machine.add(letter).unwrap().moved);
                }
            });
        }
    });
    let mut letters: Vec<_> = Machine::new(&sandbox, "one", &url).text().into_bytes();
    letters.sort_unstable();
    assert_eq!(letters, b"aaabbbcccddd");
    assert_eq!(remote.run(&["rev-list", "--count", name().as_str()]), "12");
    remote.fsck();
}

#[test]
fn what_is_kept_offline_goes_out_with_the_next_change() {
    let sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let url = url(&sandbox);
    let one = Machine::new(&sandbox, "one", &url);
    one.add("a").unwrap();
    for letter in ["b", "c"] {
        let away = Machine::offline(&sandbox, "one", &url);
        assert!(away.add(letter).unwrap().moved);
    }
    let two = Machine::new(&sandbox, "two", &url);
    assert_eq!((one.text(), two.text()), ("abc".to_owned(), "a".to_owned()));
    assert!(one.send());
    assert!(!one.send());
    assert_eq!(two.text(), "abc");
    assert_eq!(Machine::offline(&sandbox, "one", &url).text(), "abc");

    // Where somebody else was faster, theirs counts.
    Machine::offline(&sandbox, "one", &url).add("x").unwrap();
    two.add("d").unwrap();
    assert_eq!(one.read(), ("abcd".to_owned(), true));
    assert!(one.add("e").unwrap().moved);
    assert_eq!(one.read(), ("abcde".to_owned(), false));
    assert_eq!(two.read(), ("abcde".to_owned(), false));
    // A machine that never asked knows nothing of it, and that is no error.
    assert_eq!(Machine::offline(&sandbox, "new", &url).text(), "");
}

#[test]
fn a_remote_that_lost_the_ref_gets_it_again_even_from_a_shallow_clone() {
    let sandbox = Sandbox::new();
    let remote = sandbox.remote("store.git");
    let url = url(&sandbox);
    Machine::new(&sandbox, "one", &url).add("a").unwrap();
    let two = Machine::new(&sandbox, "two", &url);
    two.add("b").unwrap();
    assert!(two.site.store.is_shallow());
    remote.run(&["update-ref", "-d", name().as_str()]);
    remote.run(&["gc", "--quiet", "--prune=now"]);
    assert_eq!(two.text(), "ab");
    assert!(two.add("c").unwrap().moved);
    assert_eq!(Machine::new(&sandbox, "three", &url).text(), "abc");
    remote.fsck();
}

#[test]
fn a_remote_that_does_not_take_it_says_so_and_nothing_has_changed() {
    let sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let url = url(&sandbox);
    let one = Machine::new(&sandbox, "one", &url);
    one.add("a").unwrap();
    let hook = sandbox.path("store.git/hooks/pre-receive");
    fs::write(&hook, "#!/bin/sh\necho these are not yours >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let error = one.add("b").unwrap_err().to_string();
    assert!(error.contains(name().as_str()), "{error}");
    assert!(error.contains("these are not yours"), "{error}");
    assert_eq!(one.text(), "a");
    assert_eq!(Machine::offline(&sandbox, "one", &url).text(), "a");
}
