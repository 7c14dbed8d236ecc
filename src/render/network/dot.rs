//! The network for Graphviz.

use std::fmt::Write;

use super::colour;
use super::sentence;
use super::state;
use crate::domain::network::Network;
use crate::domain::pact_status::PactStatus;
use crate::render::table::one_line;

/// Returns the network in the DOT language, with a final newline.
///
/// # Panics
///
/// Never: a text can always be written to.
#[must_use]
pub fn dot(network: &Network) -> String {
    let mut dot = "digraph network {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  \
                   edge [fontname=\"sans-serif\", fontsize=10];\n"
        .to_owned();
    let written = "a text can be written to";
    for (number, it) in network.applications.iter().enumerate() {
        let mut label = it.name.to_string();
        if !it.versions.is_empty() {
            // The line break is ours, so it is put where names are escaped already.
            label = format!("{label}\n{}", super::joined(&it.versions));
        }
        let label: Vec<_> = label.split('\n').map(escaped).collect();
        let label = label.join("\\n");
        let style = match (it.is_here, it.is_asked_for) {
            (false, _) => ", style=\"rounded,dashed\"",
            (true, true) => ", penwidth=2.5",
            (true, false) => "",
        };
        writeln!(dot, "  n{number} [label=\"{label}\"{style}];").expect(written);
    }
    for (contract, (from, to)) in network.contracts.iter().zip(network.edges()) {
        let status = contract.status;
        let (colour, tooltip) = (colour(status), escaped(&sentence(contract)));
        write!(
            dot,
            "  n{from} -> n{to} [color=\"{colour}\", style={}, tooltip=\"{tooltip}\"",
            style(status)
        )
        .expect(written);
        if status != PactStatus::Success {
            write!(dot, ", label=\"{}\", fontcolor=\"{colour}\"", state(status)).expect(written);
        }
        dot.push_str("];\n");
    }
    dot.push_str("}\n");
    dot
}

fn style(status: PactStatus) -> &'static str {
    match status {
        PactStatus::Success => "solid",
        PactStatus::Failed => "bold",
        PactStatus::Stale | PactStatus::FailedPending => "dashed",
        PactStatus::Never => "dotted",
    }
}

/// Returns a text as it stands between double quotes: there a backslash asks for something, and an
/// ampersand begins the name of a character.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '"' => safe.push_str("\\\""),
            '\\' => safe.push_str("\\\\"),
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::network::svg::tests::hostile;
    use crate::render::network::svg::tests::shop;

    #[test]
    fn every_application_is_a_node_and_every_contract_an_edge() {
        let expected = r##"digraph network {
  rankdir=LR;
  node [shape=box, style=rounded, fontname="sans-serif"];
  edge [fontname="sans-serif", fontsize=10];
  n0 [label="Bank", style="rounded,dashed"];
  n1 [label="Shop", penwidth=2.5];
  n2 [label="Web\n2, 1"];
  n1 -> n0 [color="#848d97", style=dotted, tooltip="Shop → Bank: unverified", label="unverified", fontcolor="#848d97"];
  n1 -> n1 [color="#a475f9", style=dashed, tooltip="Shop → Shop: failed (pending)", label="failed (pending)", fontcolor="#a475f9"];
  n2 -> n0 [color="#c27803", style=dashed, tooltip="Web → Bank: changed since", label="changed since", fontcolor="#c27803"];
  n2 -> n1 [color="#2da44e", style=solid, tooltip="Web (2, 1) → Shop (7): verified"];
}
"##;
        assert_eq!(dot(&shop()), expected);
    }

    #[test]
    fn a_name_is_a_text_and_nothing_else() {
        let text = dot(&hostile());
        for line in text.lines() {
            let mut quotes = line.replace("\\\\", "").replace("\\\"", "");
            quotes.retain(|c| c == '"');
            assert_eq!(quotes.len() % 2, 0, "{line}");
        }
        assert!(
            text.contains(r#"label="\"]; n9 [URL=\"x\" \\N &lt;b&gt; &amp;amp;\n"#),
            "{text}"
        );
    }
}
