//! Commits as `git fast-import` reads them. It writes the blobs and the trees; what is in them is
//! what the store's own layers made.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::io::Write;

use git_pact::record::change::Change;
use git_pact::record::path::Branch;
use git_pact::record::path::RecordPath;
use git_pact::store::Note;

/// Where commits go.
pub(crate) struct Stream<W> {
    out: W,
    /// The branches that were there before this stream.
    before: BTreeSet<Branch>,
    /// The branches that this stream has commits of.
    begun: BTreeSet<Branch>,
}

impl<W: Write> Stream<W> {
    /// Returns a stream into a repository that has some branches.
    pub(crate) fn new(out: W, before: BTreeSet<Branch>) -> Self {
        Self {
            out,
            before,
            begun: BTreeSet::new(),
        }
    }

    /// Returns where the commits go.
    pub(crate) fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// Writes one commit on a branch.
    pub(crate) fn commit(
        &mut self,
        branch: &Branch,
        note: &Note,
        files: &BTreeMap<RecordPath, Change>,
    ) -> io::Result<()> {
        let out = &mut self.out;
        let Note { actor, at, message } = note;
        writeln!(out, "commit refs/heads/{branch}")?;
        let seconds = at.epoch_seconds();
        writeln!(
            out,
            "committer {} <{}> {seconds} +0000",
            actor.name, actor.email
        )?;
        data(out, message.as_bytes())?;
        if self.begun.insert(branch.clone()) && self.before.contains(branch) {
            writeln!(out, "from refs/heads/{branch}^0")?;
        }
        for (path, change) in files {
            // An encoded path holds nothing that would have to be quoted.
            match change {
                Change::File(bytes) => {
                    writeln!(out, "M 100644 inline {path}")?;
                    data(out, bytes)?;
                }
                Change::NoFile | Change::NoDirectory => writeln!(out, "D {path}")?,
            }
        }
        Ok(())
    }

    /// Ends the stream and returns all branches that there are now.
    pub(crate) fn finish(mut self) -> io::Result<BTreeSet<Branch>> {
        writeln!(self.out, "done")?;
        self.out.flush()?;
        self.before.append(&mut self.begun);
        Ok(self.before)
    }
}

fn data(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    writeln!(out, "data {}", bytes.len())?;
    out.write_all(bytes)?;
    writeln!(out)
}
