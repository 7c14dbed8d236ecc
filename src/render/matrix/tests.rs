//! Tables as literal text, after the recorded runs of the Ruby command line.

use std::sync::Arc;

use super::*;
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::matrix::Query;
use crate::domain::matrix::matrix;
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::content;
use crate::domain::testing::n;
use crate::domain::time::Seq;
use crate::domain::verification::Run;
use crate::store::Tips;

const COMMIT: &str = "5556b8149bf8bac76bc30f50a8a2dd4c22c85f30";

fn version(number: &str) -> Arc<Version> {
    Arc::new(Version::new(n(number), Seq(1), Timestamp::clamped(0)))
}

fn row(
    [consumer, consumer_version, provider, provider_version]: [&str; 4],
    success: Option<bool>,
) -> Row {
    let run = |success| RowVerification {
        success,
        run: Arc::new(Run {
            version: n(provider_version),
            number: 2,
            seq: Seq(3),
            created_at: Timestamp::clamped(0),
            build_url: success.then(|| "https://ci/1".to_owned()),
            verified_by: None,
            request: None,
            results: Vec::new(),
        }),
    };
    Row {
        consumer: n(consumer),
        consumer_version: version(consumer_version),
        provider: n(provider),
        provider_version: (!provider_version.is_empty()).then(|| version(provider_version)),
        content: content("a"),
        published_at: Timestamp::clamped(0),
        verification: success.map(run),
        unbelieved: None,
        ignored: false,
        shown: true,
    }
}

fn matrix_of(rows: Vec<Row>) -> Matrix {
    Matrix {
        rules: Rules::Strict,
        query: Query::matrix(Vec::new(), Destination::None),
        selectors: Vec::new(),
        ignore: Vec::new(),
        integrations: Vec::new(),
        rows,
    }
}

#[test]
fn the_table_is_the_ruby_command_lines_own() {
    let long = "x".repeat(70);
    let semantic = format!("1.2.3+{COMMIT}");
    let ignored = Row {
        ignored: true,
        ..row(["Foo", COMMIT, "Ign", "9"], Some(false))
    };
    let matrix = matrix_of(vec![
        ignored,
        row(["Foo", COMMIT, "Baz", "3"], Some(false)),
        row(["Foo", COMMIT, "Bar", &semantic], Some(true)),
        row(["aaa", &long, "Foo", COMMIT], None),
    ]);
    let expected = "\
CONSUMER | C.VERSION                                                       | PROVIDER | P.VERSION        | SUCCESS?        | RESULT#
---------|-----------------------------------------------------------------|----------|------------------|-----------------|--------
aaa      | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... | Foo      | 5556b81...       | ???             |        \n\
Foo      | 5556b81...                                                      | Bar      | 1.2.3+5556b81... | true            | 1      \n\
Foo      | 5556b81...                                                      | Baz      | 3                | false           | 2      \n\
Foo      | 5556b81...                                                      | Ign      | 9                | false [ignored] | 3      

VERIFICATION RESULTS
--------------------
1. pact/app/Bar: run 2 of version 1.2.3+5556b8149bf8bac76bc30f50a8a2dd4c22c85f30, https://ci/1 (success)
2. pact/app/Baz: run 2 of version 3 (failure)
3. pact/app/Ign: run 2 of version 9 (failure)";
    assert_eq!(text(&matrix), expected);
}

#[test]
fn what_stands_in_the_way_is_shown_first_whatever_happened_last() {
    let hidden = Row {
        shown: false,
        ..row(["Foo", "1", "Zed", "2"], Some(false))
    };
    let mut matrix = matrix_of(vec![
        row(["Foo", "1", "Bar", "2"], Some(true)),
        row(["Foo", "1", "Baz", "2"], None),
        hidden,
    ]);
    let providers = |matrix: &Matrix| {
        let text = text_worst_first(matrix);
        let rows = text.lines().filter(|line| line.starts_with("Foo "));
        let providers = rows.map(|row| row.split('|').nth(2).unwrap().trim().to_owned());
        providers.collect::<Vec<_>>()
    };
    assert_eq!(providers(&matrix), ["Zed", "Baz", "Bar"]);
    matrix.query.limit = std::num::NonZeroUsize::MIN;
    assert_eq!(providers(&matrix), ["Zed"]);
}

#[test]
fn without_a_result_there_is_no_list_and_without_a_row_no_table() {
    let matrix = matrix_of(vec![row(["Foo", "1", "Order Service", ""], None)]);
    let expected = "\
CONSUMER | C.VERSION | PROVIDER      | P.VERSION | SUCCESS? | RESULT#
---------|-----------|---------------|-----------|----------|--------
Foo      | 1         | Order Service | ???       | ???      |        ";
    assert_eq!(text(&matrix), expected);
    assert_eq!(text(&matrix_of(Vec::new())), "");
}

#[test]
fn only_the_rows_to_show_are_shown() {
    let hidden = Row {
        shown: false,
        ..row(["Foo", "1", "Bar", "2"], Some(true))
    };
    assert_eq!(text(&matrix_of(vec![hidden])), "");
}

#[test]
fn commits_are_cut_wherever_they_stand() {
    let dashed = format!("{COMMIT}-{COMMIT}");
    for (number, expected) in [
        ("1", "1"),
        (COMMIT, "5556b81..."),
        (&format!("1.2.3+{COMMIT}"), "1.2.3+5556b81..."),
        (&format!("{COMMIT}-v1.2.3"), "5556b81...-v1.2.3"),
        // Not with a semantic version, not alone: it is only cut at the end.
        (&format!("build-{COMMIT}"), &format!("build-{COMMIT}")),
        (&dashed, &format!("{COMMIT}-{}...", &COMMIT[..19])),
        (&"é".repeat(60), &"é".repeat(60)),
        (&"é".repeat(61), &format!("{}...", "é".repeat(60))),
        ("1.2", "1.2"),
        // As many bytes as a commit has, and none of its digits.
        (&"🙂".repeat(10), &"🙂".repeat(10)),
        (
            &format!("1.2.3{}", "é".repeat(20)),
            &format!("1.2.3{}", "é".repeat(20)),
        ),
        (&"-".repeat(40), &"-".repeat(40)),
    ] {
        assert_eq!(abbreviated(number), expected);
    }
}

#[test]
fn the_json_has_the_brokers_keys_in_its_order() {
    let mut ledger = MemoryLedger::default();
    ledger.publish_tagged("Web", "1", "main", &["prod"], &["Order Service=a"]);
    ledger.publish("Web", "2", "", &["Order Service=b"]);
    ledger.verify("Order Service", "5", "main", &["Web=a:yes"]);
    let every = |name: &str| Selector::every_version(n(name));
    let selectors = vec![every("Web"), every("Order Service")];
    let query = Query {
        ignore: vec![every("Nobody")],
        ..Query::matrix(selectors, Destination::None)
    };
    let matrix = matrix(&ledger, &query, Rules::Strict).unwrap();
    let verdict = can_i_deploy(&matrix);
    let basis = Basis {
        tips: Tips::new(),
        rules: Rules::Strict,
        pending: 0,
    };
    let json = MatrixJson::new(&matrix, &verdict, &basis);
    let expected = JSON
        .replace("CONTENT_A", content("a").as_str())
        .replace("CONTENT_B", content("b").as_str());
    assert_eq!(serde_json::to_string_pretty(&json).unwrap(), expected);
}

const JSON: &str = r#"{
  "summary": {
    "deployable": null,
    "reason": "WARN: Cannot ignore any version of Nobody (no such pacticipant exists)\nThere is no verified pact between any version of Web and any version of Order Service",
    "success": 1,
    "failed": 0,
    "unknown": 1,
    "ignored": 0
  },
  "notices": [
    {
      "type": "warning",
      "text": "WARN: Cannot ignore any version of Nobody (no such pacticipant exists)"
    },
    {
      "type": "error",
      "text": "There is no verified pact between any version of Web and any version of Order Service"
    }
  ],
  "matrix": [
    {
      "consumer": {
        "name": "Web",
        "version": {
          "number": "2",
          "branch": null,
          "branches": [],
          "tags": []
        }
      },
      "provider": {
        "name": "Order Service",
        "version": null
      },
      "pact": {
        "createdAt": "2023-11-14T22:14:20+00:00",
        "contentId": "CONTENT_B"
      },
      "verificationResult": null
    },
    {
      "consumer": {
        "name": "Web",
        "version": {
          "number": "1",
          "branch": "main",
          "branches": [
            {
              "name": "main"
            }
          ],
          "tags": [
            {
              "name": "prod"
            }
          ]
        }
      },
      "provider": {
        "name": "Order Service",
        "version": {
          "number": "5",
          "branch": "main",
          "branches": [
            {
              "name": "main"
            }
          ],
          "tags": []
        }
      },
      "pact": {
        "createdAt": "2023-11-14T22:13:20+00:00",
        "contentId": "CONTENT_A"
      },
      "verificationResult": {
        "success": true,
        "verifiedAt": "2023-11-14T22:16:20+00:00",
        "run": 1,
        "buildUrl": null
      }
    }
  ],
  "verdict": "unknown",
  "reasons": [
    {
      "code": "cannot-ignore",
      "text": "WARN: Cannot ignore any version of Nobody (no such pacticipant exists)"
    },
    {
      "code": "not-verified",
      "text": "There is no verified pact between any version of Web and any version of Order Service",
      "consumer": {
        "name": "Web",
        "versions": [
          "2"
        ]
      },
      "provider": {
        "name": "Order Service",
        "versions": []
      }
    }
  ],
  "computedFrom": {
    "tips": {},
    "rules": "strict",
    "pending": 0
  }
}"#;
