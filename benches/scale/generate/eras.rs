//! A story, decided by the program's own code and carried into git.
//!
//! It is told in eras: git takes the commits of one, unpacks all their objects into files as it
//! does with every small push, and then packs what lies around. Deltas are therefore those that
//! `git gc` finds, not those of one long import. The story goes on while git works.

use std::collections::BTreeSet;
use std::io;
use std::io::Write;
use std::mem;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::sync_channel;
use std::thread;

use git_pact::app::Context;
use git_pact::app::pending::links;
use git_pact::app::pending::put;
use git_pact::domain::intent::Intent;
use git_pact::domain::rules::Rules;
use git_pact::record::change::Changes;
use git_pact::store::Snapshot;
use git_pact::store::overlay::Overlay;

use super::Ask;
use super::Counts;
use super::Error;
use super::Plan;
use super::Progress;
use super::Shape;
use super::ask::ask;
use super::files::Files;
use super::repository::Repository;
use super::story::Story;
use super::stream::Stream;

/// How many records there are between two `git gc`. It hardly matters for the size: 100,000 records
/// in four eras are a pack of 35.1 MB, and of 35.6 MB packed again from nothing.
const ERA: u64 = 25_000;

/// How many bytes the story hands over at a time.
const PIECE: usize = 1 << 20;

/// How many pieces it is ahead of git before it waits: about two eras.
const AHEAD: usize = 64;

/// Something on its way to git.
enum Part {
    /// A piece of a stream, and how many records were told by then.
    Piece(Vec<u8>, u64),
    /// The stream of an era is complete.
    End,
}

/// Fills a repository and returns what is in it and what to ask it.
pub(super) fn tell(
    plan: &Plan,
    shape: Shape,
    repository: &Repository,
    progress: &dyn Fn(Progress),
) -> Result<(Counts, Ask), Error> {
    let era = if shape == Shape::Loose { u64::MAX } else { ERA };
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(AHEAD);
        let teller = scope.spawn(move || tell_eras(plan, era, &sender));
        let carried = carry(plan, shape, repository, &receiver, progress);
        // Where git failed, nobody takes what is told: the story ends with an error of its own.
        drop(receiver);
        let told = teller.join().expect("the story does not panic");
        carried.and(told)
    })
}

/// Takes eras into a repository until there are no more.
fn carry(
    plan: &Plan,
    shape: Shape,
    repository: &Repository,
    parts: &Receiver<Part>,
    progress: &dyn Fn(Progress),
) -> Result<(), Error> {
    let total = plan.records;
    let mut done = 0;
    // An application has a branch of its own and one of contracts.
    let branches = 2 * plan.applications as usize + 10;
    let mut next = parts.recv();
    while next.is_ok() {
        let mut git = repository.import(branches)?;
        let mut input = git.stdin.take().expect("it is piped");
        while let Ok(Part::Piece(bytes, records)) = next {
            let written = input.write_all(&bytes);
            written.map_err(|source| Error::io("hand commits to git", source))?;
            done = records.min(total);
            progress(Progress {
                done,
                total,
                what: "importing",
            });
            next = parts.recv();
        }
        drop(input);
        Repository::imported(git)?;
        if shape != Shape::Loose {
            progress(Progress {
                done,
                total,
                what: "packing",
            });
            repository.collect()?;
        }
        next = parts.recv();
    }
    Ok(())
}

/// Tells a whole story, an era at a time.
fn tell_eras(plan: &Plan, era: u64, sender: &SyncSender<Part>) -> Result<(Counts, Ask), Error> {
    let broken = |source| Error::io("hand commits on", source);
    let mut story = Story::new(plan)?;
    let mut files = Files::default();
    let mut branches = BTreeSet::new();
    let (mut commits, mut contents) = (0, 0);
    while story.counts.records() < plan.records {
        let end = plan.records.min(story.counts.records().saturating_add(era));
        let mut stream = Stream::new(Pipe::new(sender), branches);
        while story.counts.records() < end {
            story.tell(&mut |intent, note| {
                for (branch, changed) in files.apply(decided(&files, intent)?) {
                    commits += 1;
                    let paths = changed.keys();
                    contents += paths
                        .filter(|it| it.as_str().contains("/contents/"))
                        .count();
                    stream.commit(&branch, note, &changed).map_err(broken)?;
                }
                Ok(())
            })?;
            stream.out().told = story.counts.records();
        }
        branches = stream.finish().map_err(broken)?;
        sender
            .send(Part::End)
            .map_err(|_| broken(io::ErrorKind::BrokenPipe.into()))?;
    }
    let counts = Counts {
        commits,
        contents: contents as u64,
        branches: branches.len() as u64,
        ..story.counts.clone()
    };
    Ok((counts, ask(&story, &files)?))
}

/// Returns what the files become by an intent, decided as every command decides it.
pub(super) fn decided(below: &dyn Snapshot, intent: &Intent) -> Result<Changes, Error> {
    let context = Context {
        rules: Some(Rules::Strict),
        offline: true,
        ..Context::default()
    };
    let mut overlay = Overlay::new(below);
    put(intent, &context, &mut overlay, &links())?;
    Ok(overlay.into_changes())
}

/// What is written is handed over in pieces.
struct Pipe<'a> {
    sender: &'a SyncSender<Part>,
    piece: Vec<u8>,
    /// How many records were told.
    told: u64,
}

impl<'a> Pipe<'a> {
    fn new(sender: &'a SyncSender<Part>) -> Self {
        Self {
            sender,
            piece: Vec::with_capacity(PIECE),
            told: 0,
        }
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = mem::take(&mut self.piece);
        let sent = self.sender.send(Part::Piece(piece, self.told));
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
