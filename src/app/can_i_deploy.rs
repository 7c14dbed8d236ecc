//! Can I deploy: the verdict of a matrix, waited for while it is unknown.

use std::thread;
use std::time::Duration;

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::matrix::Detail;
use super::matrix::matrix_in_detail;
use super::site::Site;
use crate::domain::can_i_deploy::Verdict;
use crate::domain::can_i_deploy::can_i_deploy as verdict_of;
use crate::domain::matrix::Matrix;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Query;
use crate::domain::standing::Standings;
use crate::store::git::Moment;

/// A verdict and the matrix that it follows from.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What decides.
    pub matrix: Matrix,
    /// What follows.
    pub verdict: Verdict,
    /// What the versions of its rows stand for, if that was asked for too.
    pub standings: Standings,
}

/// How long to wait while a verdict is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    /// How often to ask again.
    pub times: u32,
    /// How long to wait before each time.
    pub interval: Duration,
}

/// Decides whether versions may be deployed.
///
/// While that is unknown, waits for others to record what is missing and asks again; what is
/// decided is not waited for, though other results may be missing. `waiting` is told, once, how
/// many results are.
///
/// # Errors
///
/// Fails if the question makes no sense, or if it cannot be answered.
pub fn can_i_deploy(
    site: &mut Site,
    context: &Context,
    moment: &Moment,
    query: &Query,
    detail: Detail,
    polling: Polling,
    mut waiting: impl FnMut(usize),
) -> Result<Answer<Decision>, AskError<MatrixError>> {
    // The next gate needs mostly the same, in a process of its own.
    site.store.use_kept_objects();
    let mut answer = decide(site, context, moment, query, detail)?;
    for time in 0..polling.times {
        let verdict = &answer.value.verdict;
        if verdict.deployable.is_some() {
            break;
        }
        if time == 0 {
            waiting(verdict.counts.unknown);
        }
        thread::sleep(polling.interval);
        site.forget_remote();
        answer = decide(site, context, moment, query, detail)?;
    }
    site.store.keep_objects();
    Ok(answer)
}

fn decide(
    site: &Site,
    context: &Context,
    moment: &Moment,
    query: &Query,
    detail: Detail,
) -> Result<Answer<Decision>, AskError<MatrixError>> {
    let Answer { value, basis } = matrix_in_detail(site, context, moment, query, detail)?;
    let (matrix, standings) = value;
    let decision = Decision {
        verdict: verdict_of(&matrix),
        matrix,
        standings,
    };
    Ok(Answer {
        value: decision,
        basis,
    })
}
