//! What holds for the files of every forge and role.

use super::*;

fn wanted(role: Role) -> Wanted {
    Wanted {
        role,
        pacticipant: None,
        provider: None,
        environment: None,
        main_branch: "main".to_owned(),
        contracts: Contracts::Here,
        pacts: "pacts".to_owned(),
        test: None,
        verify: None,
        results: None,
        deploy: None,
        install: None,
        image: None,
        action: None,
    }
}

#[test]
fn a_job_that_others_wait_for_is_there_and_before_them() {
    for forge in Forge::ALL {
        for role in Role::ALL {
            for file in files(forge, &wanted(role)) {
                let mut seen: Vec<&str> = Vec::new();
                for job in &file.jobs {
                    assert!(job.after.is_none_or(|it| seen.contains(&it)), "{}", job.id);
                    seen.push(job.id);
                }
                assert!(!seen.is_empty());
            }
        }
    }
}

#[test]
fn only_a_job_that_writes_has_a_token_that_does_at_github() {
    for role in Role::ALL {
        let file = files(Forge::GitHub, &wanted(role)).remove(0);
        let writers = file.jobs.iter().filter(|job| job.access == Access::Write);
        let told = file.text.matches("  contents: write\n").count();
        assert_eq!(told, writers.count(), "{}", file.text);
        let kept = file.text.matches("persist-credentials: true").count();
        // Who reads a private repository needs a token, too.
        let readers = file.jobs.iter().filter(|job| job.access > Access::None);
        assert_eq!(kept, readers.count(), "{}", file.text);
    }
    let apart = Wanted {
        contracts: Contracts::At("https://example.org/c.git".to_owned()),
        ..wanted(Role::Consumer)
    };
    let text = files(Forge::GitHub, &apart).remove(0).text;
    assert!(!text.contains("contents: write") && !text.contains("persist-credentials: true"));
    // The tests of the consumer come before the first secret.
    let (tests, rest) = text.split_once("secrets.GIT_PACT_TOKEN").unwrap();
    assert!(tests.contains("CHANGE_ME_TEST_COMMAND") && !rest.contains("CHANGE_ME_TEST_COMMAND"));
}

#[test]
fn a_merge_queue_and_a_merge_train_get_their_answer() {
    for role in [Role::Consumer, Role::Provider, Role::Monorepo] {
        let text = |forge| files(forge, &wanted(role)).remove(0).text;
        assert!(text(Forge::GitHub).contains("\n  merge_group:\n"));
        assert!(
            text(Forge::GitLab).contains(r#"if: $CI_MERGE_REQUEST_EVENT_TYPE == "merge_train""#)
        );
    }
}

#[test]
fn an_action_takes_the_place_of_the_step_that_installs() {
    let with_action = Wanted {
        action: Some("shop/git-pact/.github/actions/git-pact@v1".to_owned()),
        ..wanted(Role::Deploy)
    };
    let text = files(Forge::GitHub, &with_action).remove(0).text;
    assert!(text.contains("- uses: shop/git-pact/.github/actions/git-pact@v1"));
    assert!(!text.contains("command -v git-pact"));
}
