//! Which files arguments take, and what is said of the others.

use super::*;

fn pact(consumer: &str, provider: &str) -> String {
    format!(
        r#"{{"consumer": {{"name": "{consumer}"}}, "provider": {{"name": "{provider}"}},
            "interactions": [{{"description": "an order"}}]}}"#
    )
}

/// Returns a folder with pacts in it, below it, and under names of their own.
fn folder() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir_all(place.path().join("pacts/deep")).unwrap();
    for (file, text) in [
        ("a.json", pact("Web", "Orders")),
        ("b.json", pact("Web", "Mail")),
        ("c.pact", pact("App", "Orders")),
        ("deep/d.json", pact("App", "Mail")),
        ("deep/e.txt", "notes".to_owned()),
    ] {
        fs::write(place.path().join("pacts").join(file), text).unwrap();
    }
    place
}

fn find(place: &tempfile::TempDir, line: &str, folders: Folders) -> PactFiles {
    let arguments: Vec<PathBuf> = line.split(' ').map(PathBuf::from).collect();
    PactFiles::find(&arguments, place.path(), folders, 1000).unwrap()
}

fn drawn(found: &PactFiles) -> String {
    let taken = found.contracts.iter().map(|(path, _)| path);
    let taken: Vec<_> = taken.map(|path| path.display().to_string()).collect();
    let others = found.others.iter();
    let others: Vec<_> = others
        .map(|(path, why)| format!("\n{}: {why}", path.display()))
        .collect();
    taken.join(" ") + &others.concat()
}

#[test]
fn a_folder_gives_what_is_below_it_or_what_pact_broker_takes() {
    let place = folder();
    let deep = find(&place, "pacts", Folders::Deep);
    assert_eq!(deep.contracts.len(), 4, "{deep:?}");
    assert_eq!(
        drawn(&find(&place, "pacts", Folders::Flat)),
        "pacts/a.json pacts/b.json\n\
         pacts/c.pact: its name does not end in `.json`; name it too\n\
         pacts/deep/d.json: it is not directly in the folder; name it too"
    );
    assert_eq!(
        drawn(&find(
            &place,
            "pacts pacts/c.pact pacts/deep",
            Folders::Flat
        )),
        "pacts/a.json pacts/b.json pacts/c.pact pacts/deep/d.json"
    );
}

#[test]
fn arguments_that_overlap_give_each_pact_once() {
    let place = folder();
    let found = find(
        &place,
        "pacts/b.json pacts ./pacts/*.json pacts/b.json",
        Folders::Flat,
    );
    assert!(
        drawn(&found).starts_with("pacts/b.json pacts/a.json\n"),
        "{found:?}"
    );
    assert_eq!(found.several_of_one_pair(), Vec::<Vec<&Path>>::new());
}

#[test]
fn a_backslash_is_a_slash_unless_a_file_has_it_in_its_name() {
    let place = folder();
    let found = find(&place, r"pacts\deep\d.json", Folders::Flat);
    assert_eq!(drawn(&found), "pacts/deep/d.json");
    let found = find(&place, r"pacts\*.pact", Folders::Flat);
    assert_eq!(drawn(&found), "pacts/c.pact");
    fs::write(place.path().join(r"x\y.json"), pact("Web", "Till")).unwrap();
    let found = find(&place, r"x\y.json", Folders::Flat);
    assert_eq!(drawn(&found), r"x\y.json");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_followed_if_it_was_named() {
    use std::os::unix::fs::symlink;

    let place = folder();
    symlink("pacts", place.path().join("link")).unwrap();
    symlink("../pacts", place.path().join("pacts/deep/loop")).unwrap();
    assert_eq!(
        drawn(&find(&place, "link/deep", Folders::Deep)),
        "link/deep/d.json\n\
         link/deep/e.txt: the document is not JSON: expected ident at line 1 column 2\n\
         link/deep/loop: it is a symbolic link"
    );
    assert_eq!(find(&place, "link", Folders::Flat).contracts.len(), 2);
}

#[test]
fn braces_hold_alternatives() {
    for (pattern, expected) in [
        ("a{b,c}d", &["abd", "acd"][..]),
        (
            "{a,b{c,d}}{1,2}",
            &["a1", "a2", "bc1", "bc2", "a1", "a2", "bd1", "bd2"],
        ),
        ("{a}", &["a"]),
        ("{a,b", &["{a,b"]),
        ("a}", &["a}"]),
    ] {
        let mut found = alternatives(pattern);
        found.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{pattern}");
    }
    let place = folder();
    let found = find(&place, "{pacts,more}/{b,a}.json", Folders::Flat);
    assert_eq!(drawn(&found), "pacts/b.json pacts/a.json");
}

#[test]
fn files_of_one_pair_are_told() {
    let place = folder();
    for file in ["0.json", "z.json"] {
        fs::write(place.path().join(file), pact("Web", "Mail")).unwrap();
    }
    let found = find(&place, "0.json pacts z.json", Folders::Deep);
    let several = found.several_of_one_pair();
    let expected: Vec<&Path> = vec!["0.json", "pacts/b.json", "z.json"]
        .into_iter()
        .map(Path::new)
        .collect();
    assert_eq!(several, [expected]);
}
