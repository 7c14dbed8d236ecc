//! A request, read: what a handler gets.

use std::sync::Arc;
use std::sync::OnceLock;

use axum::http::StatusCode;
use serde_json::Map;
use serde_json::Value;

use super::negotiate::Media;
use super::problem::Problem;
use super::rack_query::Query;
use super::watch::Watch;
use crate::app::Context;
use crate::app::site::Site;
use crate::domain::ledger::Ledger;
use crate::domain::name::InvalidName;
use crate::domain::name::PacticipantName;
use crate::domain::rules::Rules;
use crate::domain::time::Timestamp;
use crate::domain::verification::RequestId;
use crate::domain::webhook::Schedule;
use crate::domain::webhook::WebhookPolicy;
use crate::render::hal::Address;
use crate::render::page::Links;
use crate::render::page::Page;
use crate::render::page::Place;
use crate::render::page::answer::Asked;
use crate::store::git::Moment;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// What stands in the places of the route's template, decoded, by name.
    pub(crate) places: Vec<(String, String)>,
    /// The parameters of the query.
    pub(crate) query: Query,
    /// The URL as it was asked for, as links of the answer may repeat it.
    pub(crate) itself: String,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// What links begin with.
    pub(crate) at: Address,
    /// The kind of document to answer with, of those that the route has.
    pub(crate) media: Media,
    /// When it was asked.
    pub(crate) now: Timestamp,
    /// Which requests webhooks may make.
    pub(crate) webhook_policy: Arc<WebhookPolicy>,
    /// Whether the requests of webhooks are made when something triggers them.
    pub(crate) fires: bool,
    /// How long to wait after one that failed.
    pub(crate) schedule: Schedule,
    /// Whether builds of main branches get what consumers propose as well.
    pub(crate) adds_proposals: bool,
    /// What the server sees of itself.
    pub(crate) watch: Watch,
    /// What tells the request from all others, once somebody has asked.
    pub(crate) id: OnceLock<RequestId>,
}

/// What a handler that only reads can look at: one state of the store.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// All that is known.
    pub(crate) ledger: &'a dyn Ledger,
    /// Whose rules decide.
    pub(crate) rules: Rules,
}

/// What the handler of a page can look at: one state of the store, and how it came to be.
#[derive(Clone, Copy)]
pub(crate) struct PageView<'a> {
    /// All that was known.
    pub(crate) ledger: &'a dyn Ledger,
    /// Whose rules decide.
    pub(crate) rules: Rules,
    /// The store, for its history.
    pub(crate) site: &'a Site,
    /// The world outside.
    pub(crate) context: &'a Context,
    /// Which moment is shown.
    pub(crate) moment: &'a Moment,
    /// Where other pages are.
    pub(crate) links: &'a Links,
}

impl PageView<'_> {
    /// Returns what is asked of that state.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            ledger: self.ledger,
            rules: self.rules,
            links: self.links,
        }
    }

    /// Returns the page at a place.
    ///
    /// # Errors
    ///
    /// Fails if there is nothing, and if it cannot be read.
    pub(crate) fn page(&self, place: &Place) -> Result<Page, Problem> {
        self.asked().page(place)?.ok_or(Problem::NotFound)
    }
}

impl Call {
    /// Returns what stands in a place of the path, as the domain reads it.
    ///
    /// # Errors
    ///
    /// What can be no name names nothing: it is not found.
    pub(crate) fn place<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        let text = self.place_text(name)?;
        text.parse().map_err(|_| Problem::NotFound)
    }

    /// Returns the pacticipant that stands in a place of the path, which somebody must have
    /// mentioned.
    ///
    /// # Errors
    ///
    /// Fails with the name of whoever is unknown.
    pub(crate) fn known(
        &self,
        role: &str,
        ledger: &dyn Ledger,
    ) -> Result<PacticipantName, Problem> {
        let name = self.place(role)?;
        match ledger.pacticipant(&name)? {
            Some(_) => Ok(name),
            None => Err(Problem::nobody(role, &name)),
        }
    }

    /// Returns what stands in a place of the path that names something to be created.
    ///
    /// # Errors
    ///
    /// Fails with the reason why it can be no name.
    pub(crate) fn new_place<T>(&self, name: &str) -> Result<T, Problem>
    where
        T: std::str::FromStr<Err = InvalidName>,
    {
        let text = self.place_text(name)?;
        text.parse()
            .map_err(|error: InvalidName| Problem::said(StatusCode::BAD_REQUEST, error.to_string()))
    }

    /// Returns the text that stands in a place of the path.
    ///
    /// # Errors
    ///
    /// Fails if the template has no such place, which is a mistake of the program.
    pub(crate) fn place_text(&self, name: &str) -> Result<&str, Problem> {
        let place = self.places.iter().find(|(known, _)| known == name);
        let (_, text) = place.ok_or(Problem::NotFound)?;
        Ok(text)
    }

    /// Says whether a name has in it what the query looks for, whatever the case; all names do
    /// where it looks for nothing.
    pub(crate) fn looks_for(&self, name: &str) -> bool {
        let part = self.query.text("q").unwrap_or_default().to_lowercase();
        name.to_lowercase().contains(&part)
    }

    /// Returns what tells this request from all others, however often it is decided.
    ///
    /// # Errors
    ///
    /// Fails if the machine has no random numbers.
    pub(crate) fn id(&self) -> Result<RequestId, Problem> {
        if let Some(id) = self.id.get() {
            return Ok(id.clone());
        }
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| Problem::server(&error))?;
        let id = RequestId(format!("{:032x}", u128::from_be_bytes(bytes)));
        Ok(self.id.get_or_init(|| id).clone())
    }

    /// Returns the body as a JSON object; an empty body is an empty object.
    ///
    /// # Errors
    ///
    /// Fails if it is something else, or nested more than 127 levels deep.
    pub(crate) fn json(&self) -> Result<Map<String, Value>, Problem> {
        let refuse = |text: String| Problem::said(StatusCode::BAD_REQUEST, text);
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Map::new());
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(refuse("the body is JSON, but not an object".to_owned())),
            Err(error) => Err(refuse(format!("the body is not JSON: {error}"))),
        }
    }
}
