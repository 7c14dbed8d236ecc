//! `git pact generate-uuid`.

use crate::support::sandbox::Output;
use crate::support::sandbox::Sandbox;

fn assert_is_a_uuid(output: &Output) {
    assert_eq!(output.status, Some(0), "{output:?}");
    assert_eq!(output.stderr, "");
    let uuid = output.stdout.strip_suffix('\n').unwrap();
    let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
    let is_digit = |c: char| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c);
    assert!(uuid.chars().all(is_digit), "{uuid}");
    assert_eq!(&uuid[14..15], "4", "{uuid}");
    assert!("89ab".contains(&uuid[19..20]), "{uuid}");
}

#[test]
fn a_uuid_is_generated_without_a_store_and_is_another_one_each_time() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("nowhere")).unwrap();
    let ours = sandbox.run("nowhere", &["generate-uuid"]);
    assert_is_a_uuid(&ours);
    let of_a_broker = [
        ("PACT_BROKER_BASE_URL", "http://127.0.0.1:9/sc/yes"),
        ("PACT_BROKER_TOKEN", "x"),
    ];
    let theirs = sandbox.run_with("nowhere", &["broker", "generate-uuid"], &of_a_broker);
    assert_is_a_uuid(&theirs);
    assert_ne!(ours.stdout, theirs.stdout);
    let cache = sandbox.path("home/cache");
    assert!(!cache.exists(), "it touched the cache");
}
