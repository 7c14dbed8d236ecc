//! The network of a moment, with what it needs fetched in one go.

use super::Context;
use super::ask::ask;
use super::describe::Found;
use super::site::Site;
use crate::domain::network;
use crate::domain::network::Network;
use crate::domain::network::WantedNetwork;
use crate::store::git::Moment;

/// Returns the network of a moment.
///
/// # Errors
///
/// Fails if it asks for what is not there, or if the store cannot be read.
pub fn network(
    site: &Site,
    context: &Context,
    moment: &Moment,
    wanted: &WantedNetwork,
) -> Found<Network> {
    match moment {
        Moment::Now => site.refresh(&site.branches()?)?,
        Moment::At(_) | Moment::Tips(_) => site.deepen(&site.branches()?)?,
    }
    ask(site, context, moment, |ledger, _| {
        network::network(ledger, wanted)
    })
}
