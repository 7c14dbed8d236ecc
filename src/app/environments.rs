//! Environments, as somebody looks them up, with their branches in one fetch, and what is recorded of
//! them.

use std::sync::Arc;

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::site::Site;
use super::site::SiteError;
use super::write::WriteError;
use super::write::Written;
use super::write::write;
use crate::domain::deployment::EnvironmentReference;
use crate::domain::deployment::EnvironmentRefusal;
use crate::domain::deployment::find_environment;
use crate::domain::environment::Environment;
use crate::domain::fact::EnvironmentFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Refusal;
use crate::domain::ledger::Unreadable;
use crate::domain::name::EnvironmentName;
use crate::record::path::Branch;
use crate::store::git::Moment;

/// Returns all environments, by name.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn environments(
    site: &Site,
    context: &Context,
) -> Result<Answer<Vec<Arc<Environment>>>, AskError<Unreadable>> {
    site.refresh(&branches(site)?)?;
    ask(site, context, &Moment::Now, |ledger, _| {
        ledger.environments()
    })
}

/// Returns the environment that somebody names.
///
/// # Errors
///
/// Refuses an id or a name that no environment has; fails if the store cannot be read.
pub fn environment(
    site: &Site,
    context: &Context,
    reference: &EnvironmentReference,
) -> Result<Answer<Environment>, AskError<EnvironmentRefusal>> {
    match reference {
        EnvironmentReference::Uuid(_) => site.refresh(&branches(site)?)?,
        EnvironmentReference::Name(name) => site.refresh(&[Branch::environment(name)])?,
    }
    ask(site, context, &Moment::Now, |ledger, _| {
        find_environment(ledger, reference)
    })
}

/// Returns the branches of all environments, here and on the remote.
///
/// # Errors
///
/// Fails if the repository cannot be read, or the remote cannot be asked.
pub(super) fn branches(site: &Site) -> Result<Vec<Branch>, SiteError> {
    let mut branches = site.branches()?;
    branches.retain(Branch::is_environment);
    Ok(branches)
}

/// What came of recording something of an environment.
#[derive(Debug)]
pub struct RecordedThere {
    /// What became of it, and where it is.
    pub written: Written,
    /// The environment, if it had to be created for it.
    pub created: Option<EnvironmentName>,
}

/// Records a deployment or whatever else an intent says of an environment. If it is refused because
/// there is no such environment, and the environment is one of those given, it is created with it: in one
/// write, so that there is all of it or nothing.
///
/// # Errors
///
/// Fails like any write.
pub fn record_there(
    site: &mut Site,
    context: &Context,
    intent: Intent,
    creatable: Vec<EnvironmentFact>,
) -> Result<RecordedThere, WriteError> {
    let refusal = match write(site, context, std::slice::from_ref(&intent)) {
        Err(WriteError::Refused(Refusal::Environment(refusal))) => refusal,
        written => {
            let written = written?;
            return Ok(RecordedThere {
                written,
                created: None,
            });
        }
    };
    let missing = match &refusal {
        EnvironmentRefusal::NoSuchEnvironment { name, .. } => creatable
            .into_iter()
            .find(|environment| environment.name == *name),
        _ => None,
    };
    let Some(missing) = missing else {
        return Err(WriteError::Refused(Refusal::Environment(refusal)));
    };
    let created = Some(missing.name.clone());
    let intents = [Intent::CreateEnvironment(missing), intent];
    let written = write(site, context, &intents)?;
    Ok(RecordedThere { written, created })
}
