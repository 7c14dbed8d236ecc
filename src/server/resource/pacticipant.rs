//! Pacticipants (spec: http-api §1).

use axum::http::Method;
use serde_json::Map;
use serde_json::Value;

use crate::app::write::Draft;
use crate::domain::intent::Intent;
use crate::domain::intent::PacticipantUpdate;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::rules::Rules;
use crate::render::hal::pacticipant;
use crate::render::hal::pacticipant::Shown;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Fields;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::JSON_OR_MERGE_PATCH;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::PACTICIPANTS, "All pacticipants", list),
    Route::get(
        template::PACTICIPANTS_WITH_LABEL,
        "The pacticipants with a label",
        list_with_label,
    ),
    Route::get(template::PACTICIPANT, "A pacticipant", get),
    Route::write(
        Method::POST,
        template::PACTICIPANTS,
        "Creates a pacticipant",
        post,
    ),
    Route::write(
        Method::PATCH,
        template::PACTICIPANT,
        "Changes a pacticipant, or creates it",
        patch,
    )
    .consuming(JSON_OR_MERGE_PATCH),
];

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    answer_list(call, view, |_| true)
}

fn list_with_label(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let label = call.place_text("label")?;
    answer_list(call, view, |labels| labels.iter().any(|it| it == label))
}

fn answer_list(
    call: &Call,
    view: View<'_>,
    wanted: impl Fn(&[String]) -> bool,
) -> Result<Reply, Problem> {
    let mut known = Vec::new();
    for name in view.ledger.pacticipants()? {
        known.extend(view.ledger.pacticipant(&name)?);
    }
    known.retain(|pacticipant| wanted(&pacticipant.labels));
    let shown: Vec<Shown<'_>> = known
        .iter()
        .map(|pacticipant| Shown {
            pacticipant,
            latest: None,
            deployed: None,
        })
        .collect();
    Reply::hal(&pacticipant::pacticipants(&shown, &call.itself, &call.at))
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    document(call, view.ledger, &call.place("pacticipant")?)
}

fn post(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let body = call.json()?;
    let name = match body.get("name") {
        Some(Value::String(name)) => name.parse::<PacticipantName>(),
        Some(_) => return Err(Problem::field("name", "must be a string")),
        None => return Err(Problem::field("name", "is missing")),
    };
    let name = name.map_err(|error| Problem::field("name", error.to_string()))?;
    // Whoever exists already is answered as it is (spec: http-api §1).
    if !draft.ledger().has_own_record(&name)? {
        draft.put(update(&name, &body, draft)?)?;
    }
    let known = draft.ledger().pacticipant(&name)?;
    let known = known.ok_or_else(|| Problem::no_pacticipant(&name))?;
    let shown = Shown {
        pacticipant: &known,
        latest: None,
        deployed: None,
    };
    let reply = Reply::hal(&pacticipant::pacticipant(&shown, &call.at))?;
    let location = call.at.pacticipant(&name);
    Ok(reply.created(&match draft.rules()? {
        Rules::Strict => location,
        // The broker misspells it; clients go by the links in the body.
        Rules::PactBroker => location.replacen("/pacticipants/", "/pacticpants/", 1),
    }))
}

fn patch(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let name: PacticipantName = call.new_place("pacticipant")?;
    let is_new = draft.ledger().pacticipant(&name)?.is_none();
    draft.put(update(&name, &call.json()?, draft)?)?;
    let reply = document(call, &draft.ledger(), &name)?;
    Ok(if is_new {
        reply.created(&call.at.pacticipant(&name))
    } else {
        reply
    })
}

/// Returns the intent that the properties in a body ask for.
fn update(
    name: &PacticipantName,
    body: &Map<String, Value>,
    draft: &Draft<'_>,
) -> Result<Intent, Problem> {
    let mut fields = Fields::default();
    let mut text = |field: &str| match body.get(field) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => {
            fields.add(field, "must be a string");
            None
        }
    };
    let display_name = text("displayName");
    let repository_url = text("repositoryUrl");
    let main_branch = text("mainBranch").map(|branch| branch.parse::<BranchName>());
    let main_branch = main_branch.transpose().unwrap_or_else(|error| {
        fields.add("mainBranch", error.to_string());
        None
    });
    fields.check()?;
    Ok(Intent::DescribePacticipant(PacticipantUpdate {
        name: name.clone(),
        display_name,
        main_branch,
        repository_url,
        at: draft.now(),
    }))
}

fn document(call: &Call, ledger: &dyn Ledger, name: &PacticipantName) -> Result<Reply, Problem> {
    let known = ledger.pacticipant(name)?;
    let known = known.ok_or_else(|| Problem::no_pacticipant(name))?;
    let latest = ledger.latest_version(name)?;
    let environments = ledger.environments()?;
    let deployed = environments.iter().map(|environment| -> Read<_> {
        let deployed = ledger.deployed(&environment.name, name)?;
        Ok(deployed.into_iter().map(|it| (environment.as_ref(), it)))
    });
    let deployed = deployed.collect::<Read<Vec<_>>>()?;
    let shown = Shown {
        pacticipant: &known,
        latest: latest.as_ref().map(|version| &version.number),
        deployed: Some(deployed.into_iter().flatten().collect()),
    };
    Reply::hal(&pacticipant::pacticipant(&shown, &call.at))
}
