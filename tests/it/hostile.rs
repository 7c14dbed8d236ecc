//! Input that means no good: files, names, addresses, records that somebody forged, histories that
//! somebody rewrote. Each is refused or kept as data, and named; nothing is run, nothing is lost.

mod addresses;
mod files;
mod history;
mod names;
mod programs;
mod records;
mod surroundings;

use std::fs;
use std::path::Path;

use crate::support::sandbox::Output;
use crate::support::team::Shop;

/// The file that hostile input tries to make.
const MARK: &str = "PWNED";

/// Asks whether a version of Web may be deployed to production.
const fn gate(version: &str) -> [&str; 7] {
    [
        "can-i-deploy",
        "-a",
        "Web",
        "-e",
        version,
        "--to-environment",
        "production",
    ]
}

/// Runs words, which have to end with a status and without a panic.
fn run(shop: &Shop, machine: &str, words: &[&str], status: i32) -> Output {
    let output = shop.sandbox.run(machine, words);
    assert_eq!(output.status, Some(status), "{words:?}\n{output:?}");
    assert!(!output.stderr.contains("panicked"), "{words:?}\n{output:?}");
    output
}

/// Expects each text in what a command said.
fn says(output: &Output, texts: &[&str]) {
    for text in texts {
        assert!(output.stderr.contains(text), "{text:?} in {output:?}");
    }
}

/// Expects that no command made the mark, wherever it ran.
fn nothing_was_run(shop: &Shop) {
    let mut directories = vec![shop.sandbox.path("")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name();
            assert_ne!(name, MARK, "in {}", directory.display());
            if entry.file_type().unwrap().is_dir() {
                directories.push(entry.path());
            }
        }
    }
}

/// Returns the bytes of every file below a directory, one after the other.
fn everything_in(directory: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            all.extend(everything_in(&entry.path()));
        } else if kind.is_file() {
            all.extend(fs::read(entry.path()).unwrap());
        }
    }
    all
}
