//! The forms of resources that have one of their own, opened for fuzzers.

use serde_json::Map;
use serde_json::Value;

use super::contracts;
use super::for_verification;
use super::matrix;
use super::verification_result;
use crate::server::rack_query::Query;

/// What a query asks of a matrix and for verification.
pub(in crate::server) fn query(query: &Query) {
    matrix::read(query);
    for_verification::read(query);
}

/// What a body publishes and reports.
pub(in crate::server) fn body(body: &Map<String, Value>) {
    contracts::read(body);
    verification_result::read(body);
}
