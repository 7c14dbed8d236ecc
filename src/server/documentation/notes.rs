//! What a route says of itself beside its method, its path and its handler.
//!
//! Most of what there is to say follows from these three. The notes have the rest, and are written
//! where the handler is.

use axum::http::Method;

use super::Parameter;
use crate::render::hal::Template;
use crate::server::routes::Handler;
use crate::server::routes::Route;

/// What else is to be said of a route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes {
    /// The parameters of its query, but for those of paging.
    pub(super) query: &'static [Parameter],
    /// Whether it shows a page of a list to whoever asks for one.
    pub(super) is_paged: bool,
    /// The schema of the body.
    pub(super) body: Option<&'static str>,
    /// Whether it can do without the body.
    pub(super) body_is_optional: bool,
    /// The schema of the document that is answered.
    pub(super) document: Option<&'static str>,
    /// The types of what is answered, where they are not those that are negotiated.
    pub(super) types: Option<&'static [&'static str]>,
    /// The statuses of success, where they do not follow from the method.
    pub(super) successes: Option<&'static [u16]>,
    /// The statuses of refusal that do not follow from the kind of handler.
    pub(super) refusals: &'static [u16],
    /// Where that is which it creates, and which field of the answer goes into that path.
    pub(super) creates: Option<(Template, &'static str)>,
    /// Whether there is a newer way.
    pub(super) is_deprecated: bool,
}

impl Notes {
    /// Nothing to add.
    pub(crate) const NONE: Self = Self {
        query: &[],
        is_paged: false,
        body: None,
        body_is_optional: false,
        document: None,
        types: None,
        successes: None,
        refusals: &[],
        creates: None,
        is_deprecated: false,
    };
}

impl Route {
    /// Says which parameters the query can have.
    pub(crate) const fn asked(mut self, query: &'static [Parameter]) -> Self {
        self.notes.query = query;
        self
    }

    /// Says that a page of a list can be asked for.
    pub(crate) const fn paged(mut self) -> Self {
        self.notes.is_paged = true;
        self
    }

    /// Says which schema the body has.
    pub(crate) const fn taking(mut self, schema: &'static str) -> Self {
        self.notes.body = Some(schema);
        self
    }

    /// Says which schema the body has, if there is one.
    pub(crate) const fn perhaps_taking(mut self, schema: &'static str) -> Self {
        self.notes.body_is_optional = true;
        self.taking(schema)
    }

    /// Says which schema the document has that is answered.
    pub(crate) const fn showing(mut self, schema: &'static str) -> Self {
        self.notes.document = Some(schema);
        self
    }

    /// Says of which types the answers are, where these are not negotiated.
    pub(crate) const fn of_types(mut self, types: &'static [&'static str]) -> Self {
        self.notes.types = Some(types);
        self
    }

    /// Says with which statuses it succeeds, where they are not the usual ones of the method.
    pub(crate) const fn succeeding(mut self, statuses: &'static [u16]) -> Self {
        self.notes.successes = Some(statuses);
        self
    }

    /// Says with which statuses it refuses besides those of every handler of its kind.
    pub(crate) const fn refusing(mut self, statuses: &'static [u16]) -> Self {
        self.notes.refusals = statuses;
        self
    }

    /// Says what it creates: at the template whose only place is filled by a field of the answer.
    pub(crate) const fn creating(mut self, template: Template, field: &'static str) -> Self {
        self.notes.creates = Some((template, field));
        self
    }

    /// Says that there is a newer way.
    pub(crate) const fn deprecated(mut self) -> Self {
        self.notes.is_deprecated = true;
        self
    }

    /// Returns the statuses of success, lowest first.
    pub(super) fn successes(&self) -> &'static [u16] {
        if let Some(statuses) = self.notes.successes {
            return statuses;
        }
        match (&self.method, &self.handler) {
            (&Method::DELETE, _) if self.notes.document.is_none() => &[204],
            (&Method::PUT, _) => &[200, 201],
            (&Method::POST, Handler::Write(_)) => &[201],
            _ => &[200],
        }
    }

    /// Returns the statuses of refusal, lowest first.
    pub(super) fn refusals(&self) -> Vec<u16> {
        let mut statuses = vec![400, 401, 403, 406];
        statuses.extend(self.notes.refusals);
        if self.template.as_str().contains('{') {
            statuses.push(404);
        }
        if self.reads_body() {
            statuses.extend([408, 413, 415]);
        }
        match self.handler {
            Handler::Plain(_) => {}
            Handler::Check(_) => statuses.push(500),
            Handler::Read(_)
            | Handler::Triggered(_)
            | Handler::Page(_)
            | Handler::Write(_)
            | Handler::Execute(_) => {
                statuses.extend([500, 503]);
            }
        }
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }

    fn reads_body(&self) -> bool {
        self.method != Method::GET && self.method != Method::DELETE
    }
}
