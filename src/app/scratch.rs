//! A copy of the store to rehearse on: nothing that is recorded there leaves it.

use std::path::Path;

use super::Context;
use super::pending;
use super::site::Locator;
use super::site::Site;
use super::write::Draft;
use super::write::Request;
use super::write::WriteError;
use super::write::write_all;
use crate::domain::intent::Intent;
use crate::domain::intent::Refusal;

/// Makes a copy of a store as it is here, with what is pending recorded in it, and returns it.
///
/// The copy has no remote. It lends objects from the store: remove it before the store.
///
/// # Errors
///
/// Fails if the store cannot be read, or the directory cannot be written.
pub fn copy(site: &Site, context: &Context, directory: &Path) -> Result<Site, WriteError> {
    for branch in site.branches()? {
        // Of a partial clone all is needed: the copy has nowhere to fetch the rest from.
        site.complete(&branch)?;
    }
    site.store.copy_to(directory)?;
    let name = directory.to_string_lossy().into_owned();
    let mut copy = Site::open(&Locator::Given(name), None, context)?;
    let waiting = pending::read(site)?.intents;
    let put = |intent: &Intent| -> Request<'_, (), Refusal> {
        let intent = intent.clone();
        Box::new(move |draft: &mut Draft<'_>| draft.put(intent.clone()).map(drop))
    };
    let requests: Vec<_> = waiting.iter().map(put).collect();
    // What is refused would be refused by the next push as well.
    write_all(&mut copy, context, &requests)?;
    Ok(copy)
}
