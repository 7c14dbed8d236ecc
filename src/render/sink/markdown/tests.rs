//! Documents as literal text, and what must not be in them.

use super::*;
use crate::domain::matrix::Query;
use crate::domain::matrix::matrix as matrix_of;
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::n;
use crate::render::gate::tests::answer;
use crate::render::gate::tests::basis;
use crate::render::gate::tests::hostile;
use crate::render::gate::tests::mixed;
use crate::render::gate::tests::to_production;
use crate::render::gate::tests::web;

#[test]
fn the_verdict_is_followed_by_rows_reasons_and_what_to_do() {
    let (matrix, verdict) = mixed();
    let page = gate(&matrix, &verdict, &basis());
    let expected = "\
## ❌ No

`version 1 of Web cannot be deployed to production`

1 failed, 1 not verified, 1 verified, 1 ignored.

|   | Consumer | Version | Provider | Version | Result |
|---|---|---|---|---|---|
| ❌ | `Web` | `1` | `Db` | `5` | failed ([build](<https://ci.example.com/5?a=b&c=d>)) |
| ❓ | `Web` | `1` | `Mail` |  | not verified |
| ✅ | `Web` | `1` | `Api` | `5` | verified |
| ➖ | `Web` | `1` | `Log` | `5` | ignored |

### Why

- `The verification for the pact between version 1 of Web and the version of Db currently in production (5) failed`
- `There is no verified pact between version 1 of Web and a version of Mail currently in production (no version is currently recorded as deployed/released in this environment)`

### What would change it

- `Db version 5 does not honour the pact of Web version 1 (content ";
    assert!(page.starts_with(expected), "{page}");
    let commands = "
  ```sh
  git pact pull --provider Db --branch main --consumer Web --to ./verify
  git pact record-verification --provider Db --provider-app-version 5 --results results.json
  ```
";
    assert!(page.contains(commands), "{page}");
    assert!(
        page.ends_with("\nComputed from `an empty store, by strict rules`.\n"),
        "{page}"
    );
}

#[test]
fn a_yes_says_why_and_asks_for_nothing() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &[]);
    let (matrix, verdict) = answer(&ledger, vec![web("1")], Destination::Latest);
    let expected = "\
## ✅ Yes

`version 1 of Web can be deployed with the latest version of everything else`

Nothing to verify.

### Mind

- `WARN: It is recommended to specify the environment into which you are deploying. Without the environment, this result will not be reliable.`

### Why

- `There are no missing dependencies`

Computed from `an empty store, by strict rules`.
";
    assert_eq!(gate(&matrix, &verdict, &basis()), expected);
}

#[test]
fn nothing_in_a_name_or_an_address_is_obeyed() {
    let (matrix, verdict) = hostile();
    let page = gate(&matrix, &verdict, &basis());
    // In code throughout, in a table with its bars escaped; such an address is no link.
    let row = "| ❌ | ``::error::W]]>\\|`@team`<b>&\"`` | `1` | `Api` | `5` | failed |\n";
    assert!(page.contains(row), "{page}");
    assert!(!page.contains("[build]"), "{page}");
    assert!(!page.contains('\u{1b}'), "{page}");
    for line in page.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line}");
        let outside = outside_code(line);
        assert!(
            !outside.contains("@team") && !outside.contains("<b>"),
            "{line}"
        );
    }
}

/// Returns what of a line stands outside of code, as CommonMark reads it; commands are code.
fn outside_code(line: &str) -> String {
    if line.starts_with("  git pact") || line.starts_with("  ```") {
        return String::new();
    }
    let mut outside = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        outside.push_str(&rest[..start]);
        let after = &rest[start..];
        let run = after.len() - after.trim_start_matches('`').len();
        let mut end = run;
        loop {
            let next = end + after[end..].find('`').expect("every quote is closed");
            let length = after[next..].len() - after[next..].trim_start_matches('`').len();
            end = next + length;
            if length == run {
                break;
            }
        }
        rest = &after[end..];
    }
    outside.push_str(rest);
    outside
}

#[test]
fn code_holds_any_text() {
    for (text, expected) in [
        ("Web", "`Web`"),
        ("a`b", "``a`b``"),
        ("``a", "``` ``a ```"),
        ("`", "`` ` ``"),
        (" a ", "`  a  `"),
        ("a\nb\u{1b}[31m", "`a b [31m`"),
        ("  ", ""),
        ("", ""),
    ] {
        assert_eq!(code(text), expected, "{text:?}");
    }
    assert_eq!(code(&"é".repeat(501)), format!("`{}…`", "é".repeat(500)));
}

#[test]
fn only_a_plain_address_is_a_link() {
    let expected = Some(" ([build](<https://ci/1?a=b#c>))".to_owned());
    assert_eq!(link("https://ci/1?a=b#c"), expected);
    for url in [
        "javascript:alert(1)",
        "https://ci/<b>",
        "https://ci/a b",
        "https://ci/)",
        "//ci",
    ] {
        assert_eq!(link(url), None, "{url}");
    }
}

#[test]
fn a_document_fits_into_a_comment_and_says_what_is_left_out() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("production");
    let provider = |index: u32| format!("{index:03} {}", "`|".repeat(100));
    let pacts: Vec<String> = (0..400)
        .map(|it| format!("{}=a{it}", provider(it)))
        .collect();
    let pacts: Vec<&str> = pacts.iter().map(String::as_str).collect();
    ledger.publish("Web", "1", "main", &pacts);
    let (matrix, verdict) = answer(&ledger, vec![web("1")], to_production());
    let page = gate(&matrix, &verdict, &basis());
    let chars = page.chars().count();
    assert!(chars <= LONGEST && chars > LONGEST / 2, "{chars}");
    let left_out: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("… and "))
        .collect();
    assert_eq!(left_out.len(), 3, "{left_out:?}");
    let rows = page.lines().filter(|line| line.starts_with("| ❓")).count();
    assert_eq!(left_out[0], format!("… and {} more.", 400 - rows));
    assert!(page.ends_with("`an empty store, by strict rules`.\n"));
}

#[test]
fn a_matrix_is_a_table_of_what_is_to_be_shown() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    ledger.verify("Api", "5", "main", &["Web=a:yes"]);
    let every = |name: &str| Selector::every_version(n(name));
    let mut query = Query::matrix(vec![every("Web"), every("Api")], Destination::None);
    let page = |query: &Query| {
        let answer = matrix_of(&ledger, query, Rules::Strict).unwrap();
        matrix(&answer, &basis())
    };
    let expected = "\
|   | Consumer | Version | Provider | Version | Result |
|---|---|---|---|---|---|
| ✅ | `Web` | `1` | `Api` | `5` | verified |

Computed from `an empty store, by strict rules`.
";
    assert_eq!(page(&query), expected);
    query.success = Some(vec![None]);
    assert!(page(&query).starts_with("There is no such row.\n"));
}
