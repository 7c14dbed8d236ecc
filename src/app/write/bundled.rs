//! A write into a file in place of a push: for those who may read the store and not write it.

use std::io;
use std::path::Path;

use super::State;
use super::Work;
use super::WriteError;
use super::Written;
use super::decide;
use super::needs;
use super::written;
use crate::app::Context;
use crate::app::bundle::Bench;
use crate::app::bundle::Bundle;
use crate::app::fresh::Fresh;
use crate::app::pending;
use crate::app::site::Site;
use crate::domain::intent::Intent;
use crate::store::Snapshot;
use crate::store::git::Moment;

/// Decides on what is known of the store, and puts what is new into a bundle, behind what is in it already.
///
/// What is pending here would go out with a push, so it goes into the bundle as well. It stays pending: nothing
/// was pushed. There is a bundle afterwards even if nothing is new, for the next step of a pipeline looks for it.
pub(super) fn bundle<W: Work>(
    site: &Site,
    context: &Context,
    work: &W,
    file: &Path,
) -> Result<Written<W::Done>, WriteError> {
    let path = context.working_directory.join(file);
    let bench = Bench::new(context)?;
    let before = match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        _ => Some(bench.read(&path)?),
    };
    let mut intents = before
        .as_ref()
        .map(|it| it.intents.clone())
        .unwrap_or_default();
    let in_the_file = intents.len();
    for intent in pending_here(site)? {
        if !intents.iter().any(|known| pending::is_same(known, &intent)) {
            intents.push(intent);
        }
    }
    let is_online = site.authority.as_ref().is_some_and(|it| !it.is_offline());
    let base: Box<dyn Snapshot + '_> = if is_online {
        let mut needed = work.needs(site)?;
        for intent in &intents {
            needed.extend(needs(site, intent)?);
        }
        site.refresh(&needed)?;
        Box::new(Fresh::new(site, Moment::Now))
    } else {
        work.here(site)
    };
    let decided = match decide(&*base, context, &intents, work) {
        Err(WriteError::Refused(refusal)) => {
            // What is not here may be on the remote: then nobody knows, and that is no "no".
            for branch in work.needs(site)? {
                site.refuse_unfetched(&branch)?;
            }
            return Err(WriteError::Refused(refusal));
        }
        decided => decided?,
    };
    intents.extend(decided.intents.iter().cloned());
    let is_new = before.is_none() || intents.len() > in_the_file;
    let writes = intents.iter().filter(|it| it.stands_alone()).count();
    if is_new {
        let bundle = Bundle {
            intents,
            actor: site.actor(context),
            at: context.now,
        };
        bench.write(&path, &bundle)?;
    }
    let state = State::Bundled {
        file: file.to_owned(),
        writes,
    };
    Ok(written(decided, state, 0))
}

/// Returns what is pending, where there is somewhere for it to be pushed to.
fn pending_here(site: &Site) -> Result<Vec<Intent>, WriteError> {
    match site.authority {
        Some(_) => Ok(pending::read(site)?.intents),
        None => Ok(Vec::new()),
    }
}
