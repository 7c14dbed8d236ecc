//! Answers that were given before, as long as no ref has moved since.
//!
//! The same store gives the same answer to the same question, byte for byte. A badge, a build that
//! waits for a verification, and a gate that runs in ten jobs at once ask the same again and again.
//! How many bytes are kept is bounded; answers that were asked for longest ago leave first.

use std::sync::Mutex;

use axum::http::Method;

use super::call::Call;
use super::negotiate::Media;
use super::problem::Problem;
use super::reply::Reply;
use crate::app::Context;
use crate::app::site::Site;
use crate::render::page::links::AT;
use crate::store::git::Look;
use crate::store::recent::Recent;
use crate::store::recent::lock;

/// How many bytes of answers are kept, at most.
const MOST_BYTES: usize = 32 << 20;

/// The largest answer that is kept.
const LARGEST: usize = 1 << 20;

/// What somebody asked, and all of a request that an answer can depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    method: Method,
    /// The address, with what links begin with in front.
    url: String,
    media: Media,
    body: Vec<u8>,
}

impl Question {
    /// Returns the question of a call, if its answer does not depend on the time: texts may say how
    /// long ago something was.
    pub(crate) fn of(method: &Method, call: &Call) -> Option<Self> {
        let is_of_now = match call.media {
            Media::Hal | Media::Svg => true,
            // A day may be said as seen from today.
            Media::Html => call.query.get(AT).is_none(),
            Media::Json | Media::Csv | Media::Text => false,
        };
        is_of_now.then(|| Self {
            method: method.clone(),
            url: call.itself.clone(),
            media: call.media,
            body: call.body.clone(),
        })
    }
}

/// The answers that were given of one state of the store.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Given>);

struct Given {
    /// The state.
    look: Option<Look>,
    replies: Recent<Question, Reply>,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            look: None,
            replies: Recent::within(MOST_BYTES, LARGEST),
        }
    }
}

impl Answers {
    /// Returns the answer that was given before, or asks for it and remembers it. `ask` gets a look
    /// just now, and says of which its answer is.
    ///
    /// # Errors
    ///
    /// Fails as asking fails; failures are not remembered.
    pub(crate) fn recall(
        &self,
        site: &Site,
        context: &Context,
        question: Question,
        ask: impl FnOnce(Option<Look>) -> Result<(Reply, Option<Look>), Problem>,
    ) -> Result<Reply, Problem> {
        let look = site.store.look(context.now);
        if let Some(look) = &look
            && let Some(reply) = self.given(look, &question)
        {
            return Ok(reply);
        }
        let (reply, of) = ask(look)?;
        // If a ref moved meanwhile, nobody can tell which state was answered of.
        if let Some(look) = of {
            self.remember(look, question, &reply);
        }
        Ok(reply)
    }

    fn given(&self, look: &Look, question: &Question) -> Option<Reply> {
        let mut given = lock(&self.0);
        if given.look.as_ref() != Some(look) {
            return None;
        }
        given.replies.get(question)
    }

    fn remember(&self, look: Look, question: Question, reply: &Reply) {
        let bytes = question.url.len() + question.body.len() + reply.bytes();
        let mut given = lock(&self.0);
        if given.look.as_ref() != Some(&look) {
            *given = Given::default();
            given.look = Some(look);
        }
        given.replies.put(question, reply.clone(), bytes);
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    fn question(url: &str) -> Question {
        Question {
            method: Method::GET,
            url: url.to_owned(),
            media: Media::Hal,
            body: Vec::new(),
        }
    }

    fn reply(length: usize) -> Reply {
        Reply::text(StatusCode::OK, "text/plain", "x".repeat(length))
    }

    #[test]
    fn an_answer_is_given_again_of_the_same_state_only() {
        let answers = Answers::default();
        let (one, other) = (Look::of_nothing(1), Look::of_nothing(2));
        answers.remember(one.clone(), question("/a"), &reply(3));
        assert_eq!(answers.given(&one, &question("/a")), Some(reply(3)));
        assert_eq!(answers.given(&one, &question("/b")), None);
        assert_eq!(answers.given(&other, &question("/a")), None);
        answers.remember(other.clone(), question("/b"), &reply(4));
        assert_eq!(answers.given(&one, &question("/a")), None);
        assert_eq!(answers.given(&other, &question("/b")), Some(reply(4)));
    }

    #[test]
    fn what_was_asked_longest_ago_leaves_first_and_nothing_is_counted_twice() {
        let answers = Answers::default();
        let look = Look::of_nothing(1);
        let half = LARGEST / 2;
        answers.remember(look.clone(), question("/0"), &reply(half));
        answers.remember(look.clone(), question("/0"), &reply(half));
        assert_eq!(lock(&answers.0).replies.bytes(), half + "/0".len());
        for number in 1..MOST_BYTES / half {
            answers.remember(look.clone(), question(&format!("/{number}")), &reply(half));
            assert!(answers.given(&look, &question("/0")).is_some());
        }
        assert!(lock(&answers.0).replies.bytes() <= MOST_BYTES);
        assert_eq!(answers.given(&look, &question("/1")), None);
        answers.remember(look.clone(), question("/large"), &reply(LARGEST));
        assert_eq!(answers.given(&look, &question("/large")), None);
    }
}
