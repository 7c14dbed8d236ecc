//! What everything is held against, measured in the same contest.

use std::env;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use crate::NOTHING;
use crate::measure::Contestant;
use crate::measure::Result;
use crate::measure::Spread;
use crate::report::Line;
use crate::world::World;

/// The yardsticks of a store. In a contest they come first, in this order: an empty process,
/// `git rev-parse HEAD` in a repository with one commit, and `git cat-file --batch` for each list of ids.
pub(super) struct Yardsticks<'a> {
    world: &'a World,
    repository: &'a Path,
    /// Files with the ids of objects, one a line.
    lists: Vec<PathBuf>,
}

/// The names of the yardsticks that every contest has.
const EMPTY: &str = "an empty process";
const REV_PARSE: &str = "git rev-parse HEAD";

impl<'a> Yardsticks<'a> {
    /// Returns the yardsticks of a store, with a reader for each list of ids.
    pub(super) fn new(world: &'a World, repository: &'a Path, ids: &[String]) -> Result<Self> {
        let directory = world.fresh_directory()?;
        let mut lists = Vec::new();
        for (index, ids) in ids.iter().enumerate() {
            let list = directory.join(index.to_string());
            fs::write(&list, ids)?;
            lists.push(list);
        }
        Ok(Self {
            world,
            repository,
            lists,
        })
    }

    /// Returns the yardsticks as contestants.
    pub(super) fn contestants(&self) -> Result<Vec<Contestant<'a>>> {
        let (world, repository) = (self.world, self.repository);
        let myself = env::current_exe()?;
        let small = world.small_repository();
        let mut contestants = vec![
            Contestant::new(EMPTY, move |_| {
                let mut command = world.program(&myself);
                command.arg(NOTHING);
                Ok(command)
            }),
            Contestant::new(REV_PARSE, move |_| {
                Ok(world.git(&small, &["rev-parse", "HEAD"]))
            }),
        ];
        for list in &self.lists {
            let list = list.clone();
            let objects = fs::read_to_string(&list)?.lines().count();
            let name = format!("git cat-file --batch, {objects} objects");
            contestants.push(Contestant::new(name, move |_| {
                let mut command = world.git(repository, &["cat-file", "--batch"]);
                command.stdin(File::open(&list)?);
                Ok(command)
            }));
        }
        Ok(contestants)
    }

    /// Returns how many yardsticks there are.
    pub(super) fn count(&self) -> usize {
        2 + self.lists.len()
    }
}

/// Completes a line with the ratios of its cost to the yardsticks of its contest, which come first
/// in it; `list` says which list of ids is its own.
pub(super) fn compare(line: &mut Line, contest: &[Spread], list: Option<usize>) {
    let Some(spread) = line.spread else { return };
    let ratio = |yardstick: &Spread| spread.median.cpu / yardstick.median.cpu;
    line.to_empty = Some(ratio(&contest[0]));
    line.to_rev_parse = Some(ratio(&contest[1]));
    line.to_cat_file = list.map(|list| ratio(&contest[2 + list]));
}
