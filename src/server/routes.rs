//! The routes: which template and method is answered by what. One table, from which requests are
//! dispatched, the documentation is made, and the index is checked.

use axum::http::Method;

use super::access::Need;
use super::call::Call;
use super::call::PageView;
use super::call::View;
use super::documentation::Notes;
use super::negotiate::Media;
use super::problem::Problem;
use super::reply::Reply;
use super::resource;
use super::resource::webhook_execution::Trial;
use crate::app::outbox::Outbox;
use crate::app::write::Draft;
use crate::render::hal::Template;
use crate::render::hal::template;
use crate::render::page::Page;

/// What answers a request.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// Needs no store.
    Plain(fn(&Call) -> Result<Reply, Problem>),
    /// Looks at one state of the store, on a reader's thread. May be asked again if the store
    /// moved meanwhile. A document or a picture depends on nothing but that state and what was
    /// asked, so it is given again as long as no ref moves.
    Read(fn(&Call, View<'_>) -> Result<Reply, Problem>),
    /// Looks at one state of the store and at the webhooks that were triggered, on a reader's thread.
    Triggered(fn(&Call, View<'_>, &Outbox) -> Result<Reply, Problem>),
    /// Makes a page of one state of the store, now or in the past, on a reader's thread.
    Page(fn(&Call, PageView<'_>) -> Result<Page, Problem>),
    /// Is told whether the store can be read, and answers either way.
    Check(fn(&Call, bool) -> Result<Reply, Problem>),
    /// Looks at a draft and puts intents on it, on the writer's thread. Asked again whenever
    /// somebody else wrote first; the last answer is sent once all is written.
    Write(fn(&Call, &mut Draft<'_>) -> Result<Reply, Problem>),
    /// Looks at one state of the store for a request to make. It is made on a thread of its own,
    /// and what came of it is the answer.
    Execute(fn(&Call, View<'_>) -> Result<Trial, Problem>),
}

/// A method on a path.
pub(crate) struct Route {
    /// The method.
    pub(crate) method: Method,
    /// The path.
    pub(crate) template: Template,
    /// What it is, as the documentation has it.
    pub(crate) about: &'static str,
    /// The types that a body can have.
    pub(crate) consumes: &'static [&'static str],
    /// The kinds of document that there are, the usual one first.
    pub(crate) produces: &'static [Media],
    /// What answers.
    pub(crate) handler: Handler,
    /// What else is to be said of it.
    pub(crate) notes: Notes,
}

/// Bodies that are JSON.
pub(crate) const JSON: &[&str] = &["application/json", "application/hal+json"];

/// Bodies that change parts of something.
pub(crate) const MERGE_PATCH: &[&str] = &["application/merge-patch+json"];

/// Either of the two.
pub(crate) const JSON_OR_MERGE_PATCH: &[&str] =
    &["application/json", "application/merge-patch+json"];

impl Route {
    const fn new(
        method: Method,
        template: Template,
        about: &'static str,
        handler: Handler,
    ) -> Self {
        Self {
            method,
            template,
            about,
            consumes: JSON,
            produces: &[Media::Hal],
            handler,
            notes: Notes::NONE,
        }
    }

    /// Returns a route that only reads.
    pub(crate) const fn get(
        template: Template,
        about: &'static str,
        handler: fn(&Call, View<'_>) -> Result<Reply, Problem>,
    ) -> Self {
        Self::new(Method::GET, template, about, Handler::Read(handler))
    }

    /// Returns a route that only reads, and tells of webhooks that were triggered.
    pub(crate) const fn triggered(
        template: Template,
        about: &'static str,
        handler: fn(&Call, View<'_>, &Outbox) -> Result<Reply, Problem>,
    ) -> Self {
        Self::new(Method::GET, template, about, Handler::Triggered(handler))
    }

    /// Returns the page that a browser gets at a path.
    pub(crate) const fn page(
        template: Template,
        about: &'static str,
        handler: fn(&Call, PageView<'_>) -> Result<Page, Problem>,
    ) -> Self {
        Self::new(Method::GET, template, about, Handler::Page(handler)).producing(&[Media::Html])
    }

    /// Returns a route that only reads, and gets its question as the body of a POST.
    pub(crate) const fn ask(
        template: Template,
        about: &'static str,
        handler: fn(&Call, View<'_>) -> Result<Reply, Problem>,
    ) -> Self {
        Self::new(Method::POST, template, about, Handler::Read(handler))
    }

    /// Returns a route that needs no store.
    pub(crate) const fn plain(
        template: Template,
        about: &'static str,
        handler: fn(&Call) -> Result<Reply, Problem>,
    ) -> Self {
        Self::new(Method::GET, template, about, Handler::Plain(handler))
    }

    /// Returns a route that says how the server is.
    pub(crate) const fn check(
        template: Template,
        about: &'static str,
        handler: fn(&Call, bool) -> Result<Reply, Problem>,
    ) -> Self {
        Self::new(Method::GET, template, about, Handler::Check(handler))
    }

    /// Returns a route that writes.
    pub(crate) const fn write(
        method: Method,
        template: Template,
        about: &'static str,
        handler: fn(&Call, &mut Draft<'_>) -> Result<Reply, Problem>,
    ) -> Self {
        Self::new(method, template, about, Handler::Write(handler))
    }

    /// Returns what is needed to be answered.
    ///
    /// A question in the body of a POST is a question all the same (spec: http-api, server rule 9).
    pub(crate) fn need(&self) -> Need {
        match self.handler {
            _ if self.template == template::HEARTBEAT => Need::Heartbeat,
            _ if self.template.as_str().ends_with("/badge") => Need::Badge,
            Handler::Plain(_)
            | Handler::Read(_)
            | Handler::Triggered(_)
            | Handler::Page(_)
            | Handler::Check(_) => Need::Read,
            Handler::Write(_) | Handler::Execute(_) => Need::Write,
        }
    }

    /// Returns a route that makes the request of a webhook.
    pub(crate) const fn execute(
        template: Template,
        about: &'static str,
        handler: fn(&Call, View<'_>) -> Result<Trial, Problem>,
    ) -> Self {
        Self::new(Method::POST, template, about, Handler::Execute(handler))
    }

    /// Returns a route that takes something away.
    pub(crate) const fn delete(
        template: Template,
        about: &'static str,
        handler: fn(&Call, &mut Draft<'_>) -> Result<Reply, Problem>,
    ) -> Self {
        Self::write(Method::DELETE, template, about, handler)
    }

    /// Says which types a body can have, instead of JSON.
    pub(crate) const fn consuming(mut self, types: &'static [&'static str]) -> Self {
        self.consumes = types;
        self
    }

    /// Says which kinds of document there are, instead of HAL.
    pub(crate) const fn producing(mut self, kinds: &'static [Media]) -> Self {
        self.produces = kinds;
        self
    }
}

/// The routes of all resources.
pub(crate) static ROUTES: &[&[Route]] = &[
    resource::badge::ROUTES,
    resource::branch::ROUTES,
    resource::can_i_deploy::ROUTES,
    resource::contracts::ROUTES,
    resource::dashboard::ROUTES,
    resource::deployed_version::ROUTES,
    resource::environment::ROUTES,
    resource::explorer::ROUTES,
    resource::for_verification::ROUTES,
    resource::index::ROUTES,
    resource::integration::ROUTES,
    resource::label::ROUTES,
    resource::matrix::ROUTES,
    resource::manual::ROUTES,
    resource::metrics::ROUTES,
    // Behind the metrics, whose document goes to whoever accepts anything.
    resource::diagnostic::ROUTES,
    resource::pact::ROUTES,
    resource::pact_diff::ROUTES,
    resource::pacticipant::ROUTES,
    resource::pacts::ROUTES,
    resource::provider_states::ROUTES,
    resource::relationships::ROUTES,
    resource::released_version::ROUTES,
    resource::tag::ROUTES,
    resource::triggered_webhook::ROUTES,
    resource::verification_result::ROUTES,
    resource::version::ROUTES,
    resource::versions::ROUTES,
    resource::webhook::ROUTES,
    resource::webhook_execution::ROUTES,
];

/// The pages that people look at with a browser. They are no part of the API, and not in its
/// documentation. Where the API has something at the same path, programs get that.
pub(crate) static PAGES: &[&[Route]] = &[resource::page::ROUTES];

/// Finds routes by path.
pub(crate) struct Table(matchit::Router<Vec<&'static Route>>);

/// What a path leads to: the routes there, and what stands in its places, still encoded.
pub(crate) struct Found<'t, 'p> {
    /// The routes, one a method.
    pub(crate) routes: &'t [&'static Route],
    /// The places by name.
    pub(crate) places: Vec<(&'t str, &'p str)>,
}

impl Table {
    /// Returns the table of all routes.
    ///
    /// # Errors
    ///
    /// Fails if two templates contradict each other, which a test rules out.
    pub(crate) fn new() -> Result<Self, matchit::InsertError> {
        let mut table = std::collections::BTreeMap::<Template, Vec<&'static Route>>::new();
        // Whoever takes anything gets the API.
        for route in ROUTES.iter().chain(PAGES).copied().flatten() {
            table.entry(route.template).or_default().push(route);
        }
        let mut router = matchit::Router::new();
        for (template, routes) in table {
            router.insert(template.as_str(), routes)?;
        }
        Ok(Self(router))
    }

    /// Returns what a path leads to. One slash at its end is passed over.
    pub(crate) fn find<'t, 'p>(&'t self, path: &'p str) -> Option<Found<'t, 'p>> {
        let path = match path.strip_suffix('/') {
            Some("") | None => path,
            Some(rest) => rest,
        };
        let found = self.0.at(path).ok()?;
        Some(Found {
            routes: found.value,
            places: found.params.iter().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::render::hal::index::RELATIONS;

    #[test]
    fn every_relation_of_the_index_leads_to_a_route() {
        let routed: BTreeSet<Template> = ROUTES
            .iter()
            .copied()
            .flatten()
            .map(|route| route.template)
            .collect();
        for relation in RELATIONS {
            assert!(routed.contains(&relation.template), "{}", relation.name);
        }
    }

    #[test]
    fn all_templates_can_be_routes_of_one_server() {
        let mut router = matchit::Router::new();
        for template in template::ALL {
            router.insert(template.as_str(), ()).unwrap();
        }
        assert!(Table::new().is_ok());
    }

    #[test]
    fn a_path_is_found_with_what_stands_in_its_places() {
        let table = Table::new().unwrap();
        let found = table.find("/pacticipants/a%2Fb/versions/1.0").unwrap();
        assert_eq!(found.places, [("pacticipant", "a%2Fb"), ("version", "1.0")]);
        assert!(table.find("/pacticipants/").is_some());
        assert!(table.find("//pacticipants").is_none());
        assert!(table.find("/").is_some());
    }

    #[test]
    fn what_is_asked_needs_the_right_to_read_and_all_else_to_write() {
        for route in ROUTES.iter().chain(PAGES).copied().flatten() {
            let asks = route.method == Method::GET || route.template == template::FOR_VERIFICATION;
            let expected = match route.template {
                template::HEARTBEAT => Need::Heartbeat,
                template if template.as_str().ends_with("/badge") => Need::Badge,
                _ if asks => Need::Read,
                _ => Need::Write,
            };
            let shown = (&route.method, route.template.as_str());
            assert_eq!(route.need(), expected, "{shown:?}");
        }
    }

    #[test]
    fn no_method_is_routed_twice_to_the_same_kind_of_document() {
        let mut seen = BTreeSet::new();
        for route in ROUTES.iter().chain(PAGES).copied().flatten() {
            assert!(!route.about.is_empty());
            for media in route.produces {
                let key = (
                    route.template,
                    route.method.to_string(),
                    format!("{media:?}"),
                );
                assert!(
                    seen.insert(key),
                    "{} {}",
                    route.method,
                    route.template.as_str()
                );
            }
        }
    }
}
