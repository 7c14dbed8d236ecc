//! Every rule of which versions are selected and which rows they give
//! (spec: semantics §9.1 to §9.3).

mod rows;
mod selection;

use super::{Matrix, Query, Row, matrix};
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::testing::{MemoryLedger, n};

const BOTH: [Rules; 2] = [Rules::Strict, Rules::PactBroker];

fn to(environment: &str) -> Destination {
    Destination::Environment(n(environment))
}

fn ask(ledger: &MemoryLedger, query: &Query, rules: Rules) -> Matrix {
    matrix(ledger, query, rules).unwrap()
}

/// Draws a row: `Web 1 - Api 5: true`.
fn draw(row: &Row) -> String {
    let provider = row.provider_number().map_or("?", |number| number.as_str());
    let success = row.success().map_or("?".to_owned(), |it| it.to_string());
    let ignored = if row.ignored { " (ignored)" } else { "" };
    let number = &row.consumer_version.number;
    let (consumer, provider_name) = (&row.consumer, &row.provider);
    format!("{consumer} {number} - {provider_name} {provider}: {success}{ignored}")
}

fn shown(answer: &Matrix) -> Vec<String> {
    answer.shown().map(draw).collect()
}

/// Web needs Api and Mail; Api needs Db; App needs Api.
fn town() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Web", "1", "", &["Api=a", "Mail=m"]);
    ledger.publish("Web", "2", "", &["Api=b"]);
    ledger.publish("App", "1", "", &["Api=p"]);
    ledger.publish("Api", "5", "", &["Db=d"]);
    ledger.verify("Api", "5", "", &["Web=a:yes", "App=p:yes"]);
    ledger.verify("Api", "6", "", &["Web=a:yes", "Web=b:no"]);
    ledger.verify("Db", "9", "", &["Api=d:yes"]);
    ledger
}
