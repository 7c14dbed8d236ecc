//! Which rows stand for others, which decide, and which are shown (spec: semantics §9.3).

use std::collections::BTreeMap;

use super::Row;
use super::query::{LatestBy, Query};
use super::resolve::Resolved;
use crate::domain::name::{PacticipantName, VersionNumber};
use crate::domain::rules::Rules;

/// Names the rows for which one stands.
type Group = (
    PacticipantName,
    Option<VersionNumber>,
    PacticipantName,
    Option<VersionNumber>,
);

/// Returns the rows that decide and those that are ignored, in their places.
///
/// Pact-broker rules cut by `limit` first and filter by `success` before the verdict, so that a
/// row that would decide can be lost (spec: semantics §9.6). Strict rules keep every row, and cut
/// and filter only what is shown.
pub(super) fn decided(
    mut rows: Vec<Row>,
    query: &Query,
    resolved: &Resolved,
    rules: Rules,
) -> Vec<Row> {
    rows.sort_by(Row::by_last_action);
    if rules == Rules::PactBroker {
        rows.truncate(query.limit.get());
    }
    let mut rows = one_of_each_group(rows, query.latest_by, resolved, rules);
    let passes = |row: &Row| {
        let filter = query.success.as_ref();
        filter.is_none_or(|wanted| wanted.contains(&row.success()))
    };
    match rules {
        Rules::PactBroker => rows.retain(passes),
        Rules::Strict => {
            let mut room = query.limit.get();
            for row in &mut rows {
                row.shown = room > 0 && passes(row);
                room -= usize::from(row.shown);
            }
        }
    }
    for row in &mut rows {
        let number = row.provider_version.as_ref().map(|version| &version.number);
        row.ignored = resolved.ignore.iter().any(|selector| {
            selector.covers(&row.consumer, Some(&row.consumer_version.number))
                || selector.covers(&row.provider, number)
        });
    }
    rows.sort_by(|one, another| {
        let considered_first = one.ignored.cmp(&another.ignored);
        considered_first.then_with(|| one.by_place(another))
    });
    rows
}

/// Keeps one row of each group; the rows come, and stay, with the last action first.
fn one_of_each_group(
    rows: Vec<Row>,
    latest_by: LatestBy,
    resolved: &Resolved,
    rules: Rules,
) -> Vec<Row> {
    if latest_by == LatestBy::None {
        return rows;
    }
    // Under strict rules no version that was selected as itself is hidden behind another.
    let is_kept = |name: &PacticipantName, number: &VersionNumber| {
        rules == Rules::Strict
            && resolved.selectors.iter().any(|selector| {
                let version = selector.version();
                selector.pacticipant() == name && version.is_some_and(|it| it.number == *number)
            })
    };
    let merges_providers = latest_by != LatestBy::ConsumerVersionAndProviderVersion;
    let merges_consumers = latest_by == LatestBy::ConsumerAndProvider;
    let group = |row: &Row| -> Group {
        let consumer = &row.consumer_version.number;
        let hides_consumer = merges_consumers && !is_kept(&row.consumer, consumer);
        let provider = row.provider_number();
        let hides_provider =
            |number: &&VersionNumber| !merges_providers || is_kept(&row.provider, number);
        (
            row.consumer.clone(),
            (!hides_consumer).then(|| consumer.clone()),
            row.provider.clone(),
            provider.filter(hides_provider).cloned(),
        )
    };
    let mut places: BTreeMap<Group, usize> = BTreeMap::new();
    let mut kept: Vec<Row> = Vec::new();
    for row in rows {
        let place = *places.entry(group(&row)).or_insert(kept.len());
        match kept.get(place) {
            None => kept.push(row),
            Some(stands) if overrules(&row, stands) => kept[place] = row,
            Some(_) => {}
        }
    }
    kept
}

/// Says whether a row stands for a group in place of another, which acted no later.
///
/// A row without a provider version is never hidden. Otherwise the newest provider version wins.
fn overrules(row: &Row, stands: &Row) -> bool {
    match (&row.provider_version, &stands.provider_version) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(version), Some(other)) => version.seq >= other.seq,
    }
}
