//! Deletions in words: what is deleted, and what goes along with it.

use super::pacticipant::joined;
use super::table::one_line;
use crate::domain::deletion::going::Going;

/// Returns what goes along with something that is deleted, in a line; `None` if nothing does.
#[must_use]
pub fn going(going: &Going) -> Option<String> {
    let Going {
        versions,
        tags,
        providers,
        consumers,
        runs,
        places,
    } = going;
    let place = |(environment, version): &(_, _)| format!("{version} in {environment}");
    let places: Vec<String> = places.iter().map(place).collect();
    let parts = [
        (*versions > 0).then(|| count(*versions, "version")),
        joined(tags).map(|names| match tags.len() {
            1 => format!("the tag {names}"),
            _ => format!("the tags {names}"),
        }),
        joined(providers).map(|names| format!("pacts with {names}")),
        joined(consumers).map(|names| format!("pacts of {names} with it")),
        (*runs > 0).then(|| count(*runs, "verification run")),
        joined(&places).map(|places| format!("what is deployed or released ({places})")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| one_line(&parts.join("; ")))
}

/// Returns a number of things: `1 version`, `2 versions`.
fn count(number: usize, thing: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_along_is_said_in_a_line() {
        assert_eq!(going(&Going::default()), None);
        let all = Going {
            versions: 1,
            providers: vec!["Orders".parse().unwrap(), "Users".parse().unwrap()],
            runs: 2,
            places: vec![("prod".parse().unwrap(), "7".parse().unwrap())],
            ..Going::default()
        };
        let expected = "1 version; pacts with Orders, Users; 2 verification runs; what is deployed \
                        or released (7 in prod)";
        assert_eq!(going(&all).as_deref(), Some(expected));
    }
}
