//! What a static site finds without a server: all names that have a page, in one file that the script of its
//! pages loads when somebody looks for one.
//!
//! It is a script and not JSON, because a page that was opened from a disk may load scripts only. What it sets is
//! data; pages show it as text.

use super::edition::Edition;
use super::escape::one_line;
use super::links::file;
use super::place::ContractPlace;
use super::place::Place;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::PacticipantName;

/// The file, at the root of the site.
pub const FILE: &str = "names.js";

/// Returns the names of a site's applications, contracts, environments and versions, in that order, each with its
/// file.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn names(edition: &Edition, ledger: &dyn Ledger) -> Read<String> {
    let mut named = Vec::new();
    for place in &edition.places {
        let known = match place {
            Place::Application(name) => (0, application(ledger, name)?),
            Place::Contract(ContractPlace {
                pair,
                version: None,
            }) => (1, pair.title()),
            Place::Environment { name, .. } => (2, name.to_string()),
            Place::Version { .. } => (3, place.title()),
            _ => continue,
        };
        named.extend(file(place).map(|file| (known, file)));
    }
    // Stable: of one kind as they are in the edition, which is by name, and the newest version first.
    named.sort_by_key(|((kind, _), _)| *kind);
    let lines = named.into_iter().map(|((_, name), file)| {
        let line = serde_json::json!([one_line(&name), file]);
        line.to_string()
    });
    let lines: Vec<String> = lines.collect();
    Ok(format!(
        "\"use strict\";\nwindow.gitPactNames = [\n{}\n];\n",
        lines.join(",\n")
    ))
}

/// Returns the name of an application, and what else it is called.
fn application(ledger: &dyn Ledger, name: &PacticipantName) -> Read<String> {
    let known = ledger.pacticipant(name)?;
    let given = known.and_then(|known| known.display_name.clone());
    Ok(given.map_or_else(|| name.to_string(), |given| format!("{name} ({given})")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;

    const NAME: &str = "</script>\"\\";

    #[test]
    fn every_name_is_data_and_leads_to_a_page() {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish("Web", "1", "main", &[&format!("{NAME}=a")]);
        let edition = Edition::read(&ledger, 10).unwrap();
        let script = names(&edition, &ledger).unwrap();
        let data = script.split_once("window.gitPactNames = ").unwrap().1;
        let data = data.trim_end().strip_suffix(';').unwrap();
        let found: Vec<[String; 2]> = serde_json::from_str(data).unwrap();
        let files = edition.files();
        assert!(found.iter().all(|[_, file]| files.contains(file.as_str())));
        let found: Vec<&str> = found.iter().map(|[name, _]| name.as_str()).collect();
        let shown = one_line(NAME);
        assert_eq!(
            found,
            [
                shown.as_str(),
                "Web",
                &format!("Web → {shown}"),
                "prod",
                "Web 1"
            ]
        );
    }
}
