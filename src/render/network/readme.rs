//! The network in the `README.md` of the repository that keeps the contracts, where its forge shows it.
//!
//! It stands between two lines, of which no other line is one: what somebody wrote stands inside of lines.

use std::fmt::Write;

use super::headline;
use super::joined;
use super::mermaid::mermaid;
use super::state;
use super::svg::NetworkLinks;
use crate::domain::marked_section::BEGIN;
use crate::domain::marked_section::END;
use crate::domain::name::VersionNumber;
use crate::domain::network::Contract;
use crate::domain::network::Network;
use crate::render::sink::markdown::cell;
use crate::render::sink::markdown::code;

/// The most characters of a diagram that Mermaid draws as it is set up at forges.
const LONGEST_DIAGRAM: usize = 50_000;

/// The most contracts that it draws.
const MOST_CONTRACTS: usize = 500;

/// The most rows of the table: a forge shows the first half megabyte of a file.
const MOST_ROWS: usize = 2_000;

/// Returns what is ours: the network as a diagram and as a table, between the two lines.
///
/// # Panics
///
/// Never: a text can always be written to.
#[must_use]
pub fn section(network: &Network, links: &NetworkLinks<'_>) -> String {
    let written = "a text can be written to";
    let mut text = format!(
        "{BEGIN}\n## Contracts\n\n{}.\n\nWritten by `git pact site readme`: what stands between the two marks is \
         written anew each time.\n",
        headline(network)
    );
    let diagram = mermaid(network);
    if network.applications.is_empty() {
        text.push_str("\nNothing has been published yet.\n");
    } else if diagram.len() <= LONGEST_DIAGRAM && network.contracts.len() <= MOST_CONTRACTS {
        write!(text, "\n```mermaid\n{diagram}```\n").expect(written);
    } else {
        text.push_str(
            "\nThat is too much for a diagram here; `git pact network -o svg` draws it.\n",
        );
    }
    if !network.contracts.is_empty() {
        text.push_str(
            "\n| Consumer | Version | Provider | Version | State |\n|---|---|---|---|---|\n",
        );
        for contract in network.contracts.iter().take(MOST_ROWS) {
            text.push_str(&row(contract, links));
        }
        let more = network.contracts.len().saturating_sub(MOST_ROWS);
        if more > 0 {
            write!(text, "\n{more} more are not listed.\n").expect(written);
        }
    }
    writeln!(text, "\n{END}").expect(written);
    text
}

fn row(contract: &Contract, links: &NetworkLinks<'_>) -> String {
    let application = |name: &_| linked(code(&format!("{name}")), (links.application)(name));
    let versions = |versions: &[VersionNumber]| code(&joined(versions));
    let integration = &contract.integration;
    let cells = [
        application(&integration.consumer),
        versions(&contract.consumer_versions),
        application(&integration.provider),
        versions(&contract.provider_versions),
        linked(
            state(contract.status).to_owned(),
            (links.contract)(integration),
        ),
    ];
    let cells = cells.map(|it| cell(&it));
    format!("| {} |\n", cells.join(" | "))
}

/// Returns Markdown as a link, if there is an address and it has nothing but what addresses are made of.
fn linked(markdown: String, address: Option<String>) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&+,;=%".contains(c);
    match address.filter(|it| it.chars().all(is_plain)) {
        Some(address) => format!("[{markdown}](<{address}>)"),
        None => markdown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::network::svg::tests::hostile;
    use crate::render::network::svg::tests::shop;

    #[test]
    fn the_network_is_a_diagram_and_a_table() {
        let links = NetworkLinks {
            application: &|name| Some(format!("https://pact.example/pacticipants/{name}")),
            contract: &|_| None,
        };
        let text = section(&shop(), &links);
        let all: Vec<_> = text.lines().collect();
        assert_eq!((all[0], all[all.len() - 1]), (BEGIN, END));
        for line in [
            "## Contracts",
            "3 applications in prod, 4 contracts: 1 changed since, 1 failed (pending), 1 unverified, 1 verified.",
            "```mermaid",
            "  n2 --> n1",
            "| [`Web`](<https://pact.example/pacticipants/Web>) | `2, 1` | \
             [`Shop`](<https://pact.example/pacticipants/Shop>) | `7` | verified |",
        ] {
            assert!(all.contains(&line), "{line} in {text}");
        }
        let empty = section(&Network::default(), &NetworkLinks::NONE);
        assert!(empty.contains("Nothing has been published yet."), "{empty}");
        assert!(!empty.contains("mermaid"), "{empty}");
    }

    #[test]
    fn no_name_is_a_line_an_address_or_a_column() {
        let links = NetworkLinks {
            application: &|_| Some("javascript:x)> [y](z".to_owned()),
            contract: &|_| None,
        };
        let text = section(&hostile(), &links);
        assert!(!text.contains("](<"), "{text}");
        let is_ours = |line: &&str| line.contains("git-pact:");
        assert_eq!(text.lines().filter(is_ours).count(), 2);
        let rows = text.lines().filter(|line| line.starts_with("| `"));
        for row in rows {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
        }
    }
}
