//! Environments, and what was recorded of them, as people read it.

use super::table::table;
use super::yaml::scalar;
use crate::domain::display_name::display_name;
use crate::domain::environment::Contact;
use crate::domain::environment::Environment;
use crate::domain::intent::Outcome;
use crate::domain::name::ApplicationInstance;

/// Returns the table of `list-environments`, sorted by names in small letters (spec: cli §4.11).
#[must_use]
pub fn list(environments: &[&Environment]) -> String {
    let mut sorted = environments.to_vec();
    sorted.sort_by_key(|environment| environment.name.as_str().to_lowercase());
    let row = |environment: &&Environment| {
        vec![
            environment.uuid.to_string(),
            environment.name.to_string(),
            environment.shown_name(),
            environment.production.to_string(),
        ]
    };
    let rows: Vec<_> = sorted.iter().map(row).collect();
    table(&["UUID", "NAME", "DISPLAY NAME", "PRODUCTION"], &rows)
}

/// Returns the lines of `describe-environment`: YAML, as the `pact-broker` command line shows it
/// (spec: cli §4.10).
#[must_use]
pub fn describe(environment: &Environment) -> String {
    let mut lines = vec![
        format!("Uuid: {}", scalar(environment.uuid.as_str())),
        format!("Name: {}", scalar(environment.name.as_str())),
        format!("Display Name: {}", scalar(&environment.shown_name())),
        format!("Production: {}", environment.production),
        format!("Created At: '{}'", environment.created_at),
    ];
    if let Some(updated_at) = environment.updated_at {
        lines.push(format!("Updated At: '{updated_at}'"));
    }
    if !environment.contacts.is_empty() {
        lines.push("Contacts:".to_owned());
    }
    lines.extend(environment.contacts.iter().flat_map(contact));
    lines.join("\n")
}

/// Returns a contact as an element of a list.
fn contact(contact: &Contact) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(name) = &contact.name {
        lines.push(format!("Name: {}", scalar(name)));
    }
    if !contact.details.is_empty() {
        lines.push("Details:".to_owned());
    }
    for (kind, detail) in &contact.details {
        // What is no text is JSON, which YAML reads, too.
        let detail = detail.as_str().map_or_else(|| detail.to_string(), scalar);
        lines.push(format!("  {}: {detail}", scalar(&display_name(kind))));
    }
    if lines.is_empty() {
        return vec!["- {}".to_owned()];
    }
    let mark = |(index, line)| format!("{}{line}", if index == 0 { "- " } else { "  " });
    lines.into_iter().enumerate().map(mark).collect()
}

/// Says what was recorded of an environment in a place, as the `pact-broker` command line does
/// (spec: cli §4.4 to §4.7); nothing of what is about something else.
#[must_use]
pub fn recorded(outcome: &Outcome, place: &str) -> Option<String> {
    let instance = |instance: &Option<ApplicationInstance>| match instance {
        Some(instance) => format!(" (application instance {instance})"),
        None => String::new(),
    };
    Some(match outcome {
        Outcome::Deployed(environment, deployed) => format!(
            "Recorded deployment of {} version {} to {} environment{} in {place}.",
            deployed.pacticipant,
            deployed.version,
            environment.name,
            instance(&deployed.instance)
        ),
        Outcome::Undeployed(environment, deployed) => format!(
            "Recorded undeployment of {} version {} from {} environment{} in {place}.",
            deployed.pacticipant,
            deployed.version,
            environment.name,
            instance(&deployed.instance)
        ),
        Outcome::Released(environment, released) => format!(
            "Recorded release of {} version {} to {} environment in {place}.",
            released.pacticipant, released.version, environment.name
        ),
        Outcome::SupportEnded(environment, released) => format!(
            "Recorded support ended for {} version {} in {} environment in {place}.",
            released.pacticipant, released.version, environment.name
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Uuid;
    use crate::domain::time::Timestamp;

    fn environment(name: &str) -> Environment {
        Environment {
            uuid: Uuid::random([0xab; 16]),
            name: name.parse().unwrap(),
            display_name: None,
            production: false,
            contacts: Vec::new(),
            created_at: Timestamp::clamped(0),
            updated_at: None,
        }
    }

    #[test]
    fn environments_are_listed_by_their_names_whatever_the_case() {
        let all = ["test", "Zoo", "Production"].map(environment);
        let all: Vec<&Environment> = all.iter().collect();
        let table = list(&all);
        let names = table.lines().skip(2).map(|line| {
            let cells: Vec<&str> = line.split(" | ").collect();
            cells[1].trim_end()
        });
        let names: Vec<&str> = names.collect();
        assert_eq!(names, ["Production", "test", "Zoo"]);
        assert_eq!(list(&[]), "");
    }

    #[test]
    fn an_environment_is_described_in_yaml() {
        let details = r##"{"emailAddress":"foo@bar.com","chat":"#ops","rota":[1,2]}"##;
        let mut described = environment("test");
        described.display_name = Some("Test: the first".to_owned());
        described.updated_at = Some(Timestamp::clamped(60));
        described.contacts = vec![
            Contact {
                name: Some("Foo Team".to_owned()),
                details: serde_json::from_str(details).unwrap(),
            },
            Contact::by_email(None, Some("a@b".to_owned())),
            Contact::default(),
        ];
        let expected = "\
Uuid: abababab-abab-4bab-abab-abababababab
Name: test
Display Name: 'Test: the first'
Production: false
Created At: '1970-01-01T00:00:00+00:00'
Updated At: '1970-01-01T00:01:00+00:00'
Contacts:
- Name: Foo Team
  Details:
    Chat: '#ops'
    Email Address: foo@bar.com
    Rota: [1,2]
- Details:
    Email Address: a@b
- {}";
        assert_eq!(describe(&described), expected);
    }
}
