//! Scenes recorded from the Ruby broker 2.120, told with names of our own.

use super::*;

/// One recorded request and what the broker said: the line about the version, and for each pact
/// the events and whether the provider's team is still asked for verification tests.
struct Scene {
    consumer: &'static str,
    version: &'static str,
    branch: &'static str,
    tags: &'static [&'static str],
    pacts: &'static [(&'static str, &'static str)],
    said: &'static str,
    events: &'static str,
    asks: bool,
}

/// Plays scenes in turn under the broker's rules.
fn play(ledger: &mut MemoryLedger, scenes: &[Scene]) {
    for scene in scenes {
        let contracts = scene.pacts.iter();
        let contracts = contracts
            .map(|(provider, interaction)| contract(scene.consumer, provider, &[interaction]))
            .collect();
        let request = request(scene.version, scene.branch, scene.tags, contracts);
        let published = decide(ledger, Rules::PactBroker, &request).unwrap();
        let texts = texts(&published);
        assert_eq!(texts[0], scene.said);
        let events = format!("  Events detected: {}", scene.events);
        let told: Vec<_> = texts
            .iter()
            .filter(|text| text.starts_with("  Events"))
            .collect();
        assert_eq!(told.len(), scene.pacts.len());
        assert!(
            told.iter().all(|told| **told == events),
            "{}: {told:?}",
            scene.said
        );
        let asks = texts
            .iter()
            .any(|text| text.contains("Add Pact verification tests"));
        assert_eq!(asks, scene.asks, "{}", scene.said);
        for fact in &published.facts {
            ledger.tell(fact);
        }
    }
}

#[test]
fn recorded_scenes_of_one_consumer_play_alike() {
    let scene = |version, branch, tags, pacts, said, events| Scene {
        consumer: "Web",
        version,
        branch,
        tags,
        pacts,
        said,
        events,
        asks: true,
    };
    play(
        &mut MemoryLedger::default(),
        &[
            scene(
                "1",
                "",
                &[],
                &[("Shop", "a")],
                "Created Web version 1",
                "contract_published, contract_content_changed (first time untagged pact published)",
            ),
            scene(
                "2",
                "main",
                &["a", "b"],
                &[("Shop", "b"), ("Mail", "b"), ("Auth", "b")],
                "Created Web version 2 with branch main and tags a, b",
                "contract_published, contract_content_changed (first time any pact published for \
                 this consumer with consumer version tagged a, first time any pact published for \
                 this consumer with consumer version tagged b)",
            ),
            scene(
                "2",
                "main",
                &[],
                &[("Shop", "b")],
                "Updated Web version 2 with branch main",
                "contract_published",
            ),
            scene(
                "3",
                "main",
                &["a"],
                &[("Shop", "b")],
                "Created Web version 3 with branch main and tags a",
                "contract_published (pact content is the same as previous version with tag a and \
                 no new tags were applied)",
            ),
            scene(
                "4",
                "feat/one",
                &["b", "qa"],
                &[("Shop", "c")],
                "Created Web version 4 with branch feat/one and tags b, qa",
                "contract_published, contract_content_changed (pact content has changed since the \
                 last consumer version tagged with b, first time any pact published for this \
                 consumer with consumer version tagged qa)",
            ),
            scene(
                "5",
                "main",
                &[],
                &[("Shop", "a")],
                "Created Web version 5 with branch main",
                "contract_published (pact content is the same as previous versions with tags  and \
                 no new tags were applied)",
            ),
            scene(
                "6",
                "main",
                &[],
                &[("Shop", "a=7")],
                "Created Web version 6 with branch main",
                "contract_published, contract_content_changed (pact content has changed since \
                 previous untagged version)",
            ),
            scene(
                "7",
                "main",
                &[],
                &[("Web", "a")],
                "Created Web version 7 with branch main",
                "contract_published, contract_requiring_verification_published, \
                 contract_content_changed (first time untagged pact published)",
            ),
        ],
    );
}

#[test]
fn recorded_scenes_with_a_live_provider_play_alike() {
    let mut ledger = MemoryLedger::default();
    let scene = |version, pacts, said, events| Scene {
        consumer: "Gr\u{f6}\u{df}e \u{2713}",
        version,
        branch: "trunk",
        tags: &[],
        pacts,
        said,
        events,
        asks: false,
    };
    ledger.publish("Gr\u{f6}\u{df}e \u{2713}", "0", "trunk", &["Shop=x"]);
    ledger.verify("Shop", "1", "main", &["Gr\u{f6}\u{df}e \u{2713}=x:yes"]);
    play(
        &mut ledger,
        &[
            scene(
                "1",
                &[("Shop", "a")],
                "Created Gr\u{f6}\u{df}e \u{2713} version 1 with branch trunk",
                "contract_published, contract_requiring_verification_published, \
                 contract_content_changed (pact content has changed since previous untagged \
                 version)",
            ),
            scene(
                "1",
                &[("Shop", "a")],
                "Updated Gr\u{f6}\u{df}e \u{2713} version 1 with branch trunk",
                "contract_published, contract_requiring_verification_published",
            ),
            scene(
                "2",
                &[("Shop", "a")],
                "Created Gr\u{f6}\u{df}e \u{2713} version 2 with branch trunk",
                "contract_published (pact content is the same as previous versions with tags  and \
                 no new tags were applied), contract_requiring_verification_published (pact \
                 content is the same as previous versions with tags  and no new tags were applied)",
            ),
        ],
    );
}
