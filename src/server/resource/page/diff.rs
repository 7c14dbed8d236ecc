//! What changed between two contracts, at the addresses where the broker tells it as text.
//!
//! Whoever fills in the form of the page asks for other two at the same address: that answer is the page at the
//! address of its own two versions.

use crate::domain::comparison::Comparison;
use crate::domain::comparison::Contract;
use crate::domain::comparison::End;
use crate::domain::comparison::Origin;
use crate::domain::comparison::Question;
use crate::domain::comparison::compare;
use crate::domain::contract_names::contract_names;
use crate::domain::find_pact::WhichPact;
use crate::domain::name::InvalidName;
use crate::domain::name::VersionNumber;
use crate::domain::pacts::PactPublication;
use crate::domain::pacts::Pair;
use crate::render::page;
use crate::render::page::Page;
use crate::render::page::Place;
use crate::render::page::diff::DiffFields;
use crate::render::page::place::PairPlace;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;
use crate::server::resource::pact::newest_with_content;
use crate::server::resource::pact::with_content;

/// The word for the last contract before that was different.
const PREVIOUS: &str = "previous";

pub(super) fn since_previous(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    answer(call, view, call.place("version")?, None)
}

pub(super) fn between_versions(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let before = call.place("otherVersion")?;
    answer(call, view, call.place("version")?, Some(before))
}

pub(super) fn between_contents(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let number = |pact: PactPublication| pact.version.number.clone();
    let after = with_content(call, view.ledger).map(number)?;
    let before = newest_with_content(call, view.ledger, "pactVersion")?;
    let before = before.map(number).ok_or(Problem::NotFound)?;
    answer(call, view, after, Some(before))
}

/// Answers with what changed between the contracts of two versions, or of those that were filled in.
fn answer(
    call: &Call,
    view: PageView<'_>,
    to: VersionNumber,
    from: Option<VersionNumber>,
) -> Result<Page, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let from = match filled_in(call, "from") {
        Some(PREVIOUS) => End::Previous,
        Some(text) => End::Published(which("from", text)?),
        None => from.map_or(End::Previous, |number| {
            End::Published(WhichPact::Version(number))
        }),
    };
    let to = match filled_in(call, "to") {
        Some(text) => which("to", text)?,
        None => WhichPact::Version(to),
    };
    let pair = Pair {
        ledger: view.ledger,
        consumer: &consumer,
        provider: &provider,
    };
    let fields = DiffFields {
        from: match &from {
            End::Published(which) => which.written(),
            End::Previous | End::Document(_) => PREVIOUS.to_owned(),
        },
        to: to.written(),
        offered: contract_names(&pair)?,
    };
    let question = Question {
        from,
        to: End::Published(to),
        consumer: consumer.clone(),
        provider: provider.clone(),
    };
    let comparison = compare(view.ledger, &question)?;
    let place = place(&comparison, question.from == End::Previous)?;
    Ok(page::diff::page(place, &comparison, &fields, view.links))
}

/// Returns what somebody filled in, if it is something.
fn filled_in<'a>(call: &'a Call, field: &str) -> Option<&'a str> {
    let text = call.query.text(field)?.trim();
    (!text.is_empty()).then_some(text)
}

fn which(field: &str, text: &str) -> Result<WhichPact, Problem> {
    let which = text.parse();
    which.map_err(|error: InvalidName| Problem::field(field, error.to_string()))
}

/// Returns where the page of a comparison is.
fn place(comparison: &Comparison, is_with_previous: bool) -> Result<Place, Problem> {
    let number = |contract: &Contract| match &contract.origin {
        Origin::Published(pact) => Ok(pact.version.number.clone()),
        // Nobody can name a file here.
        Origin::Document(_) => Err(Problem::NotFound),
    };
    let from = comparison.from.as_ref().filter(|_| !is_with_previous);
    Ok(Place::Diff {
        pair: PairPlace {
            consumer: comparison.consumer.clone(),
            provider: comparison.provider.clone(),
        },
        version: number(&comparison.to)?,
        from: from.map(number).transpose()?,
    })
}
