//! One request from its bytes to its answer: what is asked, whether it can be, who answers.

use std::sync::Arc;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::Request;
use axum::http::Response;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use super::access::Access;
use super::access::Need;
use super::answers::Answers;
use super::answers::Question;
use super::base_url::BaseUrls;
use super::body;
use super::call::Call;
use super::call::View;
use super::firing::Firings;
use super::negotiate::Accept;
use super::negotiate::Media;
use super::origin::check_host;
use super::origin::check_page;
use super::pages;
use super::problem::Problem;
use super::rack_query::Query;
use super::readers::Readers;
use super::reply::Reply;
use super::routes::Found;
use super::routes::Handler;
use super::routes::Route;
use super::routes::Table;
use super::watch::Exchange;
use super::watch::Watch;
use super::writer::Writer;
use crate::app::Context;
use crate::app::ask::Answer;
use crate::app::ask::ask;
use crate::app::ask::ask_here;
use crate::app::outbox;
use crate::app::site::Site;
use crate::domain::ledger::Ledger;
use crate::domain::webhook::Schedule;
use crate::render::hal::Address;
use crate::render::hal::template;
use crate::store::git::Look;
use crate::store::git::Moment;

/// Answers requests.
pub(crate) struct Service {
    pub(super) table: Table,
    pub(super) base_urls: BaseUrls,
    pub(super) access: Access,
    pub(super) readers: Readers,
    pub(super) answers: Arc<Answers>,
    pub(super) writer: Writer,
    pub(super) firings: Firings,
    /// Whether the requests of webhooks are made when something triggers them.
    pub(super) fires: bool,
    /// How long to wait after one that failed.
    pub(super) schedule: Schedule,
    /// Whether the network is left alone by the writer, too.
    pub(super) offline: bool,
    /// Whether builds of main branches get what consumers propose as well.
    pub(super) adds_proposals: bool,
    pub(super) watch: Watch,
}

impl Service {
    /// Answers a request.
    pub(crate) async fn answer(self: Arc<Self>, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let mut exchange = self.watch.exchange(&parts);
        let at = self.base_urls.of(&parts.headers);
        let accept = accepted(&parts.headers);
        let mut body = Some(body);
        let reply = self.reply(&parts, &mut body, &at, accept.clone(), &mut exchange);
        let reply = reply.await;
        if let Some(unread) = body {
            body::discard(&parts.headers, unread).await;
        }
        let reply = match reply {
            Ok(reply) => reply,
            Err(problem) => {
                exchange.failed(&problem);
                if accept.is_browser() && parts.method.is_safe() {
                    pages::problem(&problem, &at)
                } else {
                    problem.reply(accept.names("problem+json"), &at)
                }
            }
        };
        exchange.answered(reply.into_response())
    }

    /// Returns the answer. Takes the body if it reads it.
    async fn reply(
        &self,
        parts: &Parts,
        body: &mut Option<Body>,
        at: &Address,
        accept: Accept,
        exchange: &mut Exchange,
    ) -> Result<Reply, Problem> {
        let path = parts.uri.path();
        let below = self.base_urls.below(path);
        let found = self.find(path, below, accept);
        let route = match &found {
            Ok((found, _)) => route(found.routes, asked_for(&parts.method)),
            Err(problem) => Err(problem.clone()),
        };
        // Before anything is said of what there is, or anything more is read.
        let need = need(route.as_ref().ok().copied(), &parts.method);
        if let Some(user) = self.admit(need, &parts.headers)? {
            exchange.comes_from(user);
        }
        if let (&Method::OPTIONS, Ok((found, _))) = (&parts.method, &found) {
            return Ok(options(found.routes));
        }
        let (route, (found, accept)) = (route?, found?);
        let Some((route, media)) = best(found.routes, &route.method, &accept) else {
            return Err(Problem::NotAcceptable);
        };
        exchange.takes(route.template);
        if accept.is_browser() && media == Media::Hal && route.method == Method::GET {
            let browser = at.to(template::HAL_BROWSER, &[]);
            // As the browser sees it: a proxy may have taken off a part of the path.
            let path = format!("{}{below}", at.context_path());
            let query = parts.uri.query().map(|query| format!("?{query}"));
            let target = format!("{browser}#{path}{}", query.unwrap_or_default());
            return Ok(Reply::empty(StatusCode::SEE_OTHER).at(&target));
        }
        let places = found.places.iter().map(|(name, text)| {
            let text = percent_decode_str(text).decode_utf8();
            let text = text.map_err(|_| Problem::NotFound)?;
            Ok(((*name).to_owned(), text.into_owned()))
        });
        let places = places.collect::<Result<Vec<_>, Problem>>()?;
        let query = parts.uri.query().unwrap_or_default();
        let itself = match parts.uri.query() {
            Some(query) => format!("{}{below}?{query}", at.as_str()),
            None => format!("{}{below}", at.as_str()),
        };
        let query = Query::parse(query)
            .map_err(|error| Problem::said(StatusCode::BAD_REQUEST, error.to_string()))?;
        let call = Call {
            places,
            query,
            itself,
            body: body::read(&parts.headers, body, route).await?,
            at: at.clone(),
            media,
            now: self.watch.now(),
            webhook_policy: self.firings.policy(),
            fires: self.fires,
            schedule: self.schedule.clone(),
            adds_proposals: self.adds_proposals,
            watch: self.watch.clone(),
            id: OnceLock::new(),
        };
        self.handle(route, call, exchange).await
    }

    /// Lets in whoever has the right to what is needed, and is no browser that somebody misuses.
    /// Returns the user, if it is one with a name.
    fn admit(&self, need: Need, headers: &HeaderMap) -> Result<Option<&str>, Problem> {
        if self.access.is_open() {
            check_host(headers, &self.base_urls)?;
        }
        let user = self.access.check(need, authorization(headers))?;
        if need == Need::Write {
            check_page(headers, &self.base_urls)?;
        }
        Ok(user)
    }

    /// Returns what a path leads to, and what the client accepts, as far as the path says so.
    fn find<'p>(
        &self,
        path: &'p str,
        below: &'p str,
        accept: Accept,
    ) -> Result<(Found<'_, 'p>, Accept), Problem> {
        // The address of a proxy may end in what is a path here, too.
        let found = self.table.find(below).or_else(|| self.table.find(path));
        match self.with_extension(below) {
            Some(known) => Ok(known),
            None => Ok((found.ok_or(Problem::NotFound)?, accept)),
        }
    }

    /// Returns what a path leads to without the type that it ends in, and that type.
    ///
    /// A version or a tag may well end in `.json`, so what is no name of ours has no extension.
    fn with_extension<'t, 'p>(&'t self, path: &'p str) -> Option<(Found<'t, 'p>, Accept)> {
        let (stem, accept) = Accept::of_extension(path)?;
        let found = self.table.find(stem)?;
        let ends_in_a_name = |route: &&Route| route.template.as_str().ends_with('}');
        let is_ours = !found.routes.iter().any(ends_in_a_name);
        is_ours.then_some((found, accept))
    }

    async fn handle(
        &self,
        route: &Route,
        call: Call,
        exchange: &mut Exchange,
    ) -> Result<Reply, Problem> {
        match route.handler {
            Handler::Plain(handler) => handler(&call),
            Handler::Read(handler) => {
                let offline = self.offline;
                let ask = move |site: &Site, context: &Context, look, call: &Call| {
                    asked(site, context, offline, look, call, handler)
                };
                self.answer_of(&route.method, call, ask).await
            }
            Handler::Triggered(handler) => {
                let offline = self.offline;
                let ask = move |site: &Site, context: &Context, look, call: &Call| {
                    let question = |call: &Call, view: View<'_>| {
                        let outbox = outbox::read(site).map_err(|error| Problem::server(&error))?;
                        handler(call, view, &outbox)
                    };
                    asked(site, context, offline, look, call, question)
                };
                self.answer_of(&route.method, call, ask).await
            }
            Handler::Page(handler) => {
                let offline = self.offline;
                let ask = move |site: &Site, context: &Context, look, call: &Call| {
                    pages::asked(site, context, offline, look, call, handler)
                };
                self.answer_of(&route.method, call, ask).await
            }
            Handler::Check(handler) => {
                let read = |ledger: &dyn Ledger, _| ledger.environments().map(drop);
                let readable = self.readers.read(move |site, context| {
                    let asked = ask_here(site, context, None, read);
                    asked.map_err(|error| Problem::server(&error))
                });
                let readable = readable.await.flatten();
                if let Err(problem) = &readable {
                    exchange.failed(problem);
                }
                handler(&call, readable.is_ok())
            }
            Handler::Write(handler) => self.writer.write(move |draft| handler(&call, draft)).await,
            Handler::Execute(handler) => {
                let trial = self.ask(call.clone(), handler).await?;
                let execution = self.firings.execute(trial.firing()).await?;
                trial.reply(&call, &execution)
            }
        }
    }

    /// Has a reader answer a question, unless the answer is known.
    async fn answer_of(
        &self,
        method: &Method,
        call: Call,
        ask: impl Fn(&Site, &Context, Option<Look>, &Call) -> Result<Answered, Problem> + Send + 'static,
    ) -> Result<Reply, Problem> {
        let answers = Arc::clone(&self.answers);
        let question = Question::of(method, &call);
        let answer = move |site: &Site, context: &Context| {
            let ask = |look| ask(site, context, look, &call);
            match question {
                Some(question) => answers.recall(site, context, question, ask),
                None => Ok(ask(site.store.look(context.now))?.0),
            }
        };
        self.readers.read(answer).await?
    }

    /// Has a reader answer a question.
    async fn ask<T: Send + 'static>(
        &self,
        call: Call,
        question: fn(&Call, View<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let offline = self.offline;
        let answer = move |site: &Site, context: &Context| {
            let look = site.store.look(context.now);
            Ok(asked(site, context, offline, look, &call, question)?.0)
        };
        self.readers.read(answer).await?
    }
}

/// A reply, and the look that shows of which state it is.
type Answered = (Reply, Option<Look>);

/// Asks a question of what is here, and returns the answer with the look that shows its state.
fn asked<T>(
    site: &Site,
    context: &Context,
    offline: bool,
    look: Option<Look>,
    call: &Call,
    question: impl Fn(&Call, View<'_>) -> Result<T, Problem>,
) -> Result<(T, Option<Look>), Problem> {
    let answer = |ledger: &dyn Ledger, rules| question(call, View { ledger, rules });
    if offline {
        // Nobody fetches: what is not here may be on the remote.
        let Answer { value, .. } = ask(site, context, &Moment::Now, answer)?;
        return Ok((value, None));
    }
    Ok(ask_here(site, context, look, answer)?)
}

/// Returns what is needed for a route, or for what is none.
fn need(route: Option<&Route>, method: &Method) -> Need {
    match route {
        Some(route) => route.need(),
        None if method.is_safe() => Need::Read,
        None => Need::Write,
    }
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()
}

fn accepted(headers: &HeaderMap) -> Accept {
    let values = headers.get_all(header::ACCEPT).iter();
    Accept::of(values.filter_map(|value| value.to_str().ok()))
}

/// Returns the method whose route answers. A HEAD is a GET of which only the head is sent: hyper keeps
/// the body back (RFC 9110, section 9.3.2).
fn asked_for(method: &Method) -> &Method {
    match *method {
        Method::HEAD => &Method::GET,
        _ => method,
    }
}

fn route(routes: &[&'static Route], method: &Method) -> Result<&'static Route, Problem> {
    let found = routes.iter().find(|route| route.method == *method);
    found.copied().ok_or_else(|| Problem::MethodNotAllowed {
        allow: allow(routes),
    })
}

/// Returns the methods that there are, as the header `Allow` has them.
fn allow(routes: &[&'static Route]) -> String {
    let mut methods = Vec::new();
    for route in routes {
        // A method may have several routes, each with kinds of document of its own.
        if !methods.contains(&route.method.as_str()) {
            methods.push(route.method.as_str());
        }
    }
    methods.push("OPTIONS");
    methods.join(", ")
}

/// Says which methods there are, in the broker's header as well as in the one that is meant for it.
/// Pages of other sites are allowed nothing.
fn options(routes: &[&'static Route]) -> Reply {
    let allow = allow(routes);
    Reply::empty(StatusCode::OK)
        .header("allow", &allow)
        .header("access-control-allow-methods", &allow)
}

/// Returns the route of a method with the kind of document that the client likes best, and that
/// kind. A method may have several routes, each with kinds of its own.
fn best(
    routes: &[&'static Route],
    method: &Method,
    accept: &Accept,
) -> Option<(&'static Route, Media)> {
    let fitting = routes.iter().filter(|route| route.method == *method);
    let offered = fitting.flat_map(|route| route.produces.iter().map(|media| (*route, *media)));
    let offered: Vec<(&Route, Media)> = offered.collect();
    let kinds: Vec<Media> = offered.iter().map(|(_, media)| *media).collect();
    let best = accept.best(&kinds)?;
    offered.into_iter().find(|(_, media)| *media == best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_routes_of_a_method_the_one_with_the_best_kind_is_taken() {
        let plain = |about, kinds| {
            let handler = |_: &Call| Ok(Reply::no_content());
            Route::plain(template::METRICS, about, handler).producing(kinds)
        };
        // Routes live as long as the program.
        let (json, text): (&'static Route, &'static Route) = (
            Box::leak(Box::new(plain("numbers", &[Media::Hal]))),
            Box::leak(Box::new(plain("measurements", &[Media::Text]))),
        );
        let about = |accept| {
            let accept = Accept::of(std::iter::once(accept));
            best(&[json, text], &Method::GET, &accept).map(|(route, _)| route.about)
        };
        assert_eq!(about("*/*"), Some("numbers"));
        assert_eq!(about("application/hal+json"), Some("numbers"));
        let prometheus = "application/openmetrics-text;q=0.5,text/plain;q=0.3,*/*;q=0.1";
        assert_eq!(about(prometheus), Some("measurements"));
        assert_eq!(about("image/png"), None);
    }
}
