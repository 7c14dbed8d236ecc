//! The states that the consumers of a provider need it to be in.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::EnvironmentName;
use super::name::PacticipantName;
use super::pact::ProviderState;
use super::pacts::Among;
use super::pacts::PactPublication;
use super::pacts::latest_pacts_of_provider;

/// Of which consumer versions to take the pacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The heads of the main branches; of consumers without one, none.
    MainBranches,
    /// The heads of a branch.
    Branch(BranchName),
    /// What is deployed in an environment, or released to it.
    Environment(EnvironmentName),
}

/// A state, and who needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededState {
    /// The state.
    pub state: ProviderState,
    /// The consumers with an interaction that begins in it, by name.
    pub consumers: Vec<PacticipantName>,
}

/// Returns the states that a provider has to know, by name and then by parameters.
///
/// Reads one version and its pact for each consumer that is in scope.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn provider_states(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    scope: &Scope,
) -> Read<Vec<NeededState>> {
    let pacts = match scope {
        Scope::MainBranches => latest_pacts_of_provider(ledger, provider, &Among::OnMainBranch)?,
        Scope::Branch(branch) => {
            latest_pacts_of_provider(ledger, provider, &Among::OnBranch(branch.clone()))?
        }
        Scope::Environment(name) => pacts_in(ledger, provider, name)?,
    };
    let mut needed: BTreeMap<ProviderState, Vec<PacticipantName>> = BTreeMap::new();
    for pact in &pacts {
        let document = pact.pair(ledger).stored(&pact.content)?;
        for interaction in document.interactions() {
            for state in &interaction.key().states {
                let consumers = needed.entry(state.clone()).or_default();
                if !consumers.contains(&pact.consumer) {
                    consumers.push(pact.consumer.clone());
                }
            }
        }
    }
    let needed = needed.into_iter();
    Ok(needed
        .map(|(state, consumers)| NeededState { state, consumers })
        .collect())
}

/// Returns the pacts of what is deployed and released, by consumer; none if there is no such
/// environment.
fn pacts_in(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    environment: &EnvironmentName,
) -> Read<Vec<PactPublication>> {
    let mut pacts = Vec::new();
    for consumer in ledger.consumers_of(provider)? {
        let deployed = ledger.deployed(environment, &consumer)?.into_iter();
        let released = ledger.released(environment, &consumer)?.into_iter();
        let numbers = deployed
            .map(|deployed| deployed.version)
            .chain(released.map(|released| released.version));
        for number in numbers {
            let version = ledger.version(&consumer, &number)?;
            pacts.extend(
                version.and_then(|version| PactPublication::of(&consumer, provider, version)),
            );
        }
    }
    Ok(pacts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fact::Fact;
    use crate::domain::fact::PactFact;
    use crate::domain::fact::VersionFact;
    use crate::domain::pact::Pact;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    /// Publishes a pact with one interaction for each list of states.
    fn publish(
        ledger: &mut MemoryLedger,
        consumer: &str,
        version: &str,
        branch: &str,
        json: &[&str],
    ) {
        let interactions: Vec<_> = json
            .iter()
            .enumerate()
            .map(|(index, states)| format!(r#"{{"description":"{index}",{states}}}"#))
            .collect();
        let text = format!(r#"{{"interactions":[{}]}}"#, interactions.join(","));
        let (name, provider) = (n(consumer), n("Shop"));
        let pact = Pact::parse_between(text.as_bytes(), &name, &provider).unwrap();
        let fact = VersionFact {
            pacticipant: name,
            number: n(version),
            branch: Some(n(branch)),
            tags: Vec::new(),
            build_url: None,
            pacts: vec![PactFact {
                provider,
                content: pact.content_id().clone(),
                bytes: text.into_bytes().into(),
            }],
            at: ledger.now(),
        };
        ledger.tell(&Fact::Version(fact));
    }

    fn ledger() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        let open = r#""providerState":"open""#;
        publish(
            &mut ledger,
            "Web",
            "1",
            "main",
            &[r#""providerState":"old""#],
        );
        publish(&mut ledger, "Web", "2", "main", &[open, open, r#""x":1"#]);
        publish(
            &mut ledger,
            "App",
            "1",
            "main",
            &[
                r#""providerStates":[{"name":"open"},{"name":"a seat","params":{"row":2}}]"#,
                r#""providerStates":[{"name":"a seat","params":{"row":1}}]"#,
            ],
        );
        publish(
            &mut ledger,
            "App",
            "2",
            "side",
            &[r#""providerState":"sold""#],
        );
        ledger.environment_named("prod");
        ledger.deploy("Web", "1", "prod", "");
        ledger.release("App", "2", "prod");
        ledger.release("Web", "1", "prod");
        ledger
    }

    fn told(scope: &Scope) -> Vec<String> {
        let needed = provider_states(&ledger(), &n("Shop"), scope).unwrap();
        let told = needed.iter().map(|needed| {
            let consumers: Vec<_> = needed.consumers.iter().map(ToString::to_string).collect();
            format!("{}: {}", needed.state, consumers.join(" "))
        });
        told.collect()
    }

    #[test]
    fn a_state_is_told_once_with_all_who_need_it() {
        assert_eq!(
            told(&Scope::MainBranches),
            [
                "a seat {\"row\":1}: App",
                "a seat {\"row\":2}: App",
                "open: App Web"
            ]
        );
    }

    #[test]
    fn a_branch_or_an_environment_narrows_them() {
        assert_eq!(told(&Scope::Branch(n("side"))), ["sold: App"]);
        assert_eq!(told(&Scope::Branch(n("none"))), [""; 0]);
        assert_eq!(
            told(&Scope::Environment(n("prod"))),
            ["old: Web", "sold: App"]
        );
        assert_eq!(told(&Scope::Environment(n("test"))), [""; 0]);
    }
}
