//! Contracts as Markdown, and what must not be in them.

use super::*;
use crate::domain::readable_pact::ReadablePact;
use crate::render::contract::tests::RECORDED;
use crate::render::contract::tests::large;
use crate::render::contract::tests::recorded;
use crate::render::contract::tests::stands;

fn page(pact: &ReadablePact) -> String {
    contract(&Contract {
        pact,
        publication: None,
    })
}

#[test]
fn a_contract_is_a_page_with_an_index_that_leads_to_each_interaction() {
    let page = page(&recorded("orders/web-2"));
    assert!(
        page.starts_with("# What `Web` expects of `Order Service`\n\n|  |  |\n|---|---|\n| Spec"),
        "{page}"
    );
    stands(
        &page,
        &[
            "| Specification | `2.0.0` |",
            "## States of the provider",
            "| `order 42 exists` |  | [1](#interaction-1), [3](#interaction-3) |",
            "## Interactions",
            "| [1](#interaction-1) | `a request for an order` | `order 42 exists` | `get /orders/42` → `200` |",
            "### Interaction 1",
            "**`a request for an order`**",
            "- Given `order 42 exists`",
            "#### Request",
            "| method | `get` |  |",
            "| header `Accept` | `application/json` |  |",
            "#### Response",
            "Body (`application/json`):",
            "```json",
            "  \"total\": 59.9",
            "```",
            "| `status` | any text that matches `^(open\\|paid\\|shipped)$` |",
            "| all else | exactly as in the example; there may be further fields |",
            "### Interaction 4",
            "| header `Location` | `/orders/43` | any text that matches `^/orders/\\d+$` |",
        ],
    );
}

#[test]
fn no_body_ends_its_fence() {
    let page = page(&recorded("shapes/odd-1"));
    stands(
        &page,
        &[
            "``````",
            "text that ends its fence",
            "```",
            "`````",
            "</pre>![](http://x.example)",
            "~~~",
            "``````",
        ],
    );
}

#[test]
fn nothing_of_a_contract_stands_outside_of_code() {
    for file in RECORDED {
        let page = page(&recorded(file));
        let mut fence: Option<&str> = None;
        for line in page.lines() {
            match fence {
                Some(end) if line == end => fence = None,
                Some(_) => {}
                None if line.starts_with("```") => {
                    fence = Some(line.trim_end_matches(|c: char| c.is_ascii_alphabetic()));
                }
                None => {
                    for harm in ["<", "@", "!["] {
                        assert!(!outside_code(line).contains(harm), "{file}: {line}");
                    }
                }
            }
        }
        assert_eq!(fence, None, "{file}: {page}");
        let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        assert!(!page.contains(is_odd), "{file}: {page}");
    }
}

/// Returns what of a line stands outside of code, as CommonMark reads it.
fn outside_code(line: &str) -> String {
    let mut outside = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        outside.push_str(&rest[..start]);
        let run = |text: &str| text.len() - text.trim_start_matches('`').len();
        let quote = run(&rest[start..]);
        let mut end = start + quote;
        loop {
            let next = rest[end..].find('`');
            end += next.unwrap_or_else(|| panic!("an open quotation: {line}"));
            let closing = run(&rest[end..]);
            end += closing;
            if closing == quote {
                break;
            }
        }
        rest = &rest[end..];
    }
    outside + rest
}

#[test]
fn a_large_contract_is_a_page() {
    let page = page(&large());
    assert!(page.contains("\n### Interaction 500\n"));
    assert_eq!(page.matches("| `id` | any integer |").count(), 500);
}
