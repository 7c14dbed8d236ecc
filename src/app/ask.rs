//! Every question is asked the same way: of a moment, by the rules that apply, with what is
//! pending here seen as if it were written.

use super::Context;
use super::fresh::Fresh;
use super::pending;
use super::site::Site;
use super::site::SiteError;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::rules::Rules;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::Tips;
use crate::store::git::Look;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;
use crate::store::overlay::Overlay;

/// What an answer was computed from; the same basis gives the same answer, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The tip of every branch that was looked at; a branch that did not exist is `None`.
    pub tips: Tips,
    /// The rules that decided.
    pub rules: Rules,
    /// How many writes that are not pushed yet were seen.
    pub pending: usize,
}

/// An answer and its basis.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// What it was computed from.
    pub basis: Basis,
}

/// A question had no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError<E: std::error::Error + 'static> {
    /// The question makes no sense to the domain.
    #[error(transparent)]
    Question(E),
    /// A record could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The store could not be brought up to date.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others wrote each time between the first and the last look.
    #[error("the store moved while it was read, {attempts} times in a row")]
    Restless {
        /// How often the question was asked.
        attempts: u32,
    },
}

/// How often a question is asked of a store that others keep writing to meanwhile.
const PATIENCE: u32 = 10;

/// Asks a question of the state of the store at a moment.
///
/// Branches are read one after the other. If one of them moved before the last was read, the
/// answer may have seen a part of somebody's write, so the question is asked again (promise 4).
///
/// # Errors
///
/// Fails if the question has no answer, or the store cannot be read as it was at one moment.
pub fn ask<T, E>(
    site: &Site,
    context: &Context,
    moment: &Moment,
    question: impl Fn(&dyn Ledger, Rules) -> Result<T, E>,
) -> Result<Answer<T>, AskError<E>>
where
    E: std::error::Error + 'static,
{
    if !matches!(moment, Moment::Tips(_)) {
        // A remote that cannot be reached is said as such, not as a record that cannot be read.
        site.remote_tips()?;
    }
    for _ in 0..PATIENCE {
        let look = site.store.look(context.now);
        let fresh = Fresh::new(site, moment.clone());
        let answer = answer_once(site, context, moment, &fresh, &question)?;
        let is_still = || look.is_some() && site.store.look(context.now) == look;
        if *moment != Moment::Now || site.is_one_moment(&answer.basis.tips, is_still())? {
            return Ok(answer);
        }
        site.forget_remote();
    }
    Err(AskError::Restless { attempts: PATIENCE })
}

/// Returns a moment as the tips of all branches of the store, so that many questions see the same; what is
/// pending is not seen.
///
/// # Errors
///
/// Fails if the store cannot be read as it was at one moment.
pub fn pinned<E: std::error::Error + 'static>(
    site: &Site,
    moment: &Moment,
) -> Result<Tips, AskError<E>> {
    if let Moment::Tips(tips) = moment {
        return Ok(tips.clone());
    }
    if *moment == Moment::Now {
        site.refresh_all()?;
    }
    for _ in 0..PATIENCE {
        let fresh = Fresh::new(site, moment.clone());
        let mut tips = Tips::new();
        for branch in fresh.branches()? {
            let tip = fresh.tip(&branch)?;
            tips.insert(branch, tip);
        }
        if *moment != Moment::Now || site.is_one_moment(&tips, false)? {
            return Ok(tips);
        }
        site.forget_remote();
    }
    Err(AskError::Restless { attempts: PATIENCE })
}

/// Asks a question of what is here now, as somebody else keeps it up to date with the remote.
///
/// The network is left alone; `context` has to say so. Whoever calls this has seen to it that
/// everything was fetched at least once: what is not here does not exist. `look` is a look just now.
///
/// Returns the answer and, if it can be told, the look that shows which state it is of: as long as
/// another look equals it, the answer is the same.
///
/// # Errors
///
/// Fails if the question has no answer, or the store cannot be read as it was at one moment.
pub fn ask_here<T, E>(
    site: &Site,
    context: &Context,
    mut look: Option<Look>,
    question: impl Fn(&dyn Ledger, Rules) -> Result<T, E>,
) -> Result<(T, Option<Look>), AskError<E>>
where
    E: std::error::Error + 'static,
{
    for _ in 0..PATIENCE {
        let fresh = match look.clone() {
            Some(look) => Fresh::at_look(site, look),
            None => Fresh::as_far_as_here(site, Moment::Now),
        };
        let (value, ..) = ask_once(site, context, &Moment::Now, &fresh, &question)?;
        let now = site.store.look(context.now);
        if look.is_some() && look == now {
            return Ok((value, look));
        }
        if site.is_one_moment(&fresh.tips(), false)? {
            return Ok((value, None));
        }
        look = now;
    }
    Err(AskError::Restless { attempts: PATIENCE })
}

/// Asks the same of a moment, and returns the answer with its basis.
///
/// # Errors
///
/// Fails if the question has no answer, or the store cannot be read as it was at that moment.
pub fn ask_here_at<T, E>(
    site: &Site,
    context: &Context,
    moment: &Moment,
    question: impl Fn(&dyn Ledger, Rules) -> Result<T, E>,
) -> Result<Answer<T>, AskError<E>>
where
    E: std::error::Error + 'static,
{
    for _ in 0..PATIENCE {
        let fresh = Fresh::as_far_as_here(site, moment.clone());
        let answer = answer_once(site, context, moment, &fresh, &question)?;
        if *moment != Moment::Now || site.is_one_moment(&answer.basis.tips, false)? {
            return Ok(answer);
        }
    }
    Err(AskError::Restless { attempts: PATIENCE })
}

/// Returns the answer on one snapshot, with its basis.
fn answer_once<T, E>(
    site: &Site,
    context: &Context,
    moment: &Moment,
    fresh: &Fresh<'_>,
    question: &impl Fn(&dyn Ledger, Rules) -> Result<T, E>,
) -> Result<Answer<T>, AskError<E>>
where
    E: std::error::Error + 'static,
{
    let (value, rules, pending) = ask_once(site, context, moment, fresh, question)?;
    let basis = Basis {
        tips: fresh.tips(),
        rules,
        pending,
    };
    Ok(Answer { value, basis })
}

/// Returns the answer on one snapshot, the rules that applied, and how much was pending.
fn ask_once<T, E>(
    site: &Site,
    context: &Context,
    moment: &Moment,
    fresh: &Fresh<'_>,
    question: &impl Fn(&dyn Ledger, Rules) -> Result<T, E>,
) -> Result<(T, Rules, usize), AskError<E>>
where
    E: std::error::Error + 'static,
{
    let mut overlay = Overlay::new(fresh);
    let pending = match moment {
        Moment::Now => pending::put_on(site, context, &mut overlay)?,
        Moment::At(_) | Moment::Tips(_) => 0,
    };
    let ledger = StoreLedger::new(&overlay);
    let rules = rules(&ledger, context)?;
    let value = question(&ledger, rules).map_err(AskError::Question)?;
    Ok((value, rules, pending))
}

/// Returns the rules that apply: those asked for, else those of the store, else strict.
///
/// # Errors
///
/// Fails if the settings cannot be read.
pub fn rules(ledger: &dyn Ledger, context: &Context) -> Result<Rules, Unreadable> {
    match context.rules {
        Some(rules) => Ok(rules),
        None => Ok(ledger.rules()?.unwrap_or_default()),
    }
}
