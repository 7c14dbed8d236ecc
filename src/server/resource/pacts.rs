//! Lists of pacts (spec: http-api §1, §4).

use crate::app::write::Draft;
use crate::domain::deletion::Deletion;
use crate::domain::integration::Integration;
use crate::domain::intent::Intent;
use crate::domain::name::BranchName;
use crate::domain::name::TagName;
use crate::domain::pacts::Among;
use crate::domain::pacts::PactPublication;
use crate::domain::pacts::Pair;
use crate::domain::pacts::latest_pacts;
use crate::domain::pacts::latest_pacts_of_provider;
use crate::domain::pacts::pacts_of_provider;
use crate::render::hal::pacts;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::LATEST_PACTS,
        "The newest pact of every pair",
        latest,
    )
    .showing("LatestPacts"),
    Route::get(
        template::PROVIDER_PACTS,
        "All pacts of a provider",
        of_provider,
    )
    .showing("PactsOfProvider"),
    Route::get(
        template::TAGGED_PROVIDER_PACTS,
        "All pacts of a provider with a tag",
        of_provider_tagged,
    )
    .showing("PactsOfProvider"),
    Route::get(
        template::MAIN_BRANCH_PROVIDER_PACTS,
        "All pacts of a provider on main branches",
        of_provider_on_main,
    )
    .showing("PactsOfProvider"),
    Route::get(
        template::BRANCH_PROVIDER_PACTS,
        "All pacts of a provider on a branch",
        of_provider_on_branch,
    )
    .showing("PactsOfProvider"),
    Route::get(
        template::LATEST_PROVIDER_PACTS,
        "The newest pact of each consumer of a provider",
        latest_of_provider,
    )
    .showing("PactsOfProvider"),
    Route::get(
        template::LATEST_TAGGED_PROVIDER_PACTS,
        "The newest pact of each consumer of a provider with a tag",
        latest_of_provider_tagged,
    )
    .showing("PactsOfProvider"),
    Route::get(
        template::LATEST_MAIN_BRANCH_PROVIDER_PACTS,
        "The newest pact of each consumer of a provider on its main branch",
        latest_of_provider_on_main,
    )
    .showing("PactsOfProvider"),
    Route::get(
        template::LATEST_BRANCH_PROVIDER_PACTS,
        "The newest pact of each consumer of a provider on a branch",
        latest_of_provider_on_branch,
    )
    .showing("PactsOfProvider"),
    Route::get(template::PACT_VERSIONS, "All pacts of a pair", of_pair).showing("PactsOfPair"),
    Route::get(
        template::TAGGED_PACT_VERSIONS,
        "All pacts of a pair with a tag",
        of_pair_tagged,
    )
    .showing("PactsOfPair"),
    Route::get(
        template::BRANCH_PACT_VERSIONS,
        "All pacts of a pair on a branch",
        of_pair_on_branch,
    )
    .showing("PactsOfPair"),
    Route::get(
        template::LATEST_BRANCH_PACT_VERSIONS,
        "The newest pact of a pair on a branch, as a list",
        latest_of_pair_on_branch,
    )
    .showing("PactsOfPair"),
    Route::get(
        template::MAIN_BRANCH_PACT_VERSIONS,
        "All pacts of a pair on the main branch",
        of_pair_on_main,
    )
    .showing("PactsOfPair"),
    Route::get(
        template::LATEST_MAIN_BRANCH_PACT_VERSIONS,
        "The newest pact of a pair on the main branch, as a list",
        latest_of_pair_on_main,
    )
    .showing("PactsOfPair"),
    Route::delete(
        template::PACT_VERSIONS,
        "Deletes all pacts of a pair",
        delete_of_pair,
    ),
    Route::delete(
        template::TAGGED_PACT_VERSIONS,
        "Deletes the pacts of a pair with a tag",
        delete_of_pair_tagged,
    )
    .showing("PactsLeft"),
    Route::delete(
        template::BRANCH_PACT_VERSIONS,
        "Deletes the pacts of a pair on a branch",
        delete_of_pair_on_branch,
    )
    .showing("PactsLeft"),
    Route::delete(
        template::LATEST_BRANCH_PACT_VERSIONS,
        "Deletes the newest pact of a pair on a branch",
        delete_latest_of_pair_on_branch,
    )
    .showing("PactsLeft"),
    Route::delete(
        template::MAIN_BRANCH_PACT_VERSIONS,
        "Deletes the pacts of a pair on the main branch",
        delete_of_pair_on_main,
    )
    .showing("PactsLeft"),
    Route::delete(
        template::LATEST_MAIN_BRANCH_PACT_VERSIONS,
        "Deletes the newest pact of a pair on the main branch",
        delete_latest_of_pair_on_main,
    )
    .showing("PactsLeft"),
];

/// All pacts, or the newest of each consumer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    All,
    Latest,
}

fn latest(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    Reply::hal(&pacts::latest(&latest_pacts(view.ledger)?, &call.at))
}

fn of_provider(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    provider_list(call, view, Extent::All, &Among::All)
}

fn of_provider_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    provider_list(call, view, Extent::All, &tagged(call)?)
}

fn of_provider_on_main(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    provider_list(call, view, Extent::All, &Among::OnMainBranch)
}

fn of_provider_on_branch(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    provider_list(call, view, Extent::All, &on_branch(call)?)
}

fn latest_of_provider(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    provider_list(call, view, Extent::Latest, &Among::All)
}

fn latest_of_provider_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    provider_list(call, view, Extent::Latest, &tagged(call)?)
}

fn latest_of_provider_on_main(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    provider_list(call, view, Extent::Latest, &Among::OnMainBranch)
}

fn latest_of_provider_on_branch(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    provider_list(call, view, Extent::Latest, &on_branch(call)?)
}

fn of_pair(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    pair_list(call, view, Extent::All, &Among::All)
}

fn of_pair_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    pair_list(call, view, Extent::All, &tagged(call)?)
}

fn of_pair_on_branch(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    pair_list(call, view, Extent::All, &on_branch(call)?)
}

fn latest_of_pair_on_branch(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    pair_list(call, view, Extent::Latest, &on_branch(call)?)
}

fn of_pair_on_main(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    pair_list(call, view, Extent::All, &Among::OnMainBranch)
}

fn latest_of_pair_on_main(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    pair_list(call, view, Extent::Latest, &Among::OnMainBranch)
}

fn delete_of_pair(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    delete(call, draft, Extent::All, Among::All)?;
    // Of all at once the broker says nothing more.
    Ok(Reply::no_content())
}

fn delete_of_pair_tagged(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    delete(call, draft, Extent::All, tagged(call)?)?;
    what_is_left(call, draft)
}

fn delete_of_pair_on_branch(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    delete(call, draft, Extent::All, on_branch(call)?)?;
    what_is_left(call, draft)
}

fn delete_latest_of_pair_on_branch(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    delete(call, draft, Extent::Latest, on_branch(call)?)?;
    what_is_left(call, draft)
}

fn delete_of_pair_on_main(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    delete(call, draft, Extent::All, Among::OnMainBranch)?;
    what_is_left(call, draft)
}

fn delete_latest_of_pair_on_main(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    delete(call, draft, Extent::Latest, Among::OnMainBranch)?;
    what_is_left(call, draft)
}

fn delete(call: &Call, draft: &mut Draft<'_>, extent: Extent, among: Among) -> Result<(), Problem> {
    draft.put(Intent::Delete(Deletion::Pacts {
        integration: Integration {
            consumer: call.place("consumer")?,
            provider: call.place("provider")?,
        },
        among,
        latest: extent == Extent::Latest,
    }))?;
    Ok(())
}

/// Returns the answer of pacts that are deleted: where the newest is that is left.
pub(super) fn what_is_left(call: &Call, draft: &Draft<'_>) -> Result<Reply, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let pair = Pair {
        ledger: &draft.ledger(),
        consumer: &consumer,
        provider: &provider,
    };
    let left = pair.latest(&Among::All)?;
    Reply::hal(&pacts::deleted(left.as_ref(), &call.at))
}

fn tagged(call: &Call) -> Result<Among, Problem> {
    call.place::<TagName>("tag").map(Among::Tagged)
}

fn on_branch(call: &Call) -> Result<Among, Problem> {
    call.place::<BranchName>("branch").map(Among::OnBranch)
}

fn provider_list(
    call: &Call,
    view: View<'_>,
    extent: Extent,
    among: &Among,
) -> Result<Reply, Problem> {
    let provider = call.known("provider", view.ledger)?;
    let list = match extent {
        Extent::All => pacts_of_provider(view.ledger, &provider, among)?,
        Extent::Latest => latest_pacts_of_provider(view.ledger, &provider, among)?,
    };
    let title = pacts::title_of_provider(&provider, extent == Extent::Latest, among);
    let document = pacts::of_provider(&provider, &title, &list, &call.itself, &call.at);
    Reply::hal(&document)
}

fn pair_list(call: &Call, view: View<'_>, extent: Extent, among: &Among) -> Result<Reply, Problem> {
    let consumer = call.known("consumer", view.ledger)?;
    let provider = call.known("provider", view.ledger)?;
    let pair = Pair {
        ledger: view.ledger,
        consumer: &consumer,
        provider: &provider,
    };
    let list: Vec<PactPublication> = match extent {
        Extent::All => pair.newest_first(among)?,
        Extent::Latest => pair.latest(among)?.into_iter().collect(),
    };
    let document = match among {
        Among::Tagged(tag) => {
            pacts::of_pair_tagged(&consumer, &provider, tag, &list, &call.itself, &call.at)
        }
        _ => pacts::of_pair(&consumer, &provider, &list, &call.itself, &call.at),
    };
    Reply::hal(&document)
}
