//! The network for Mermaid, which forges draw in Markdown.
//!
//! Nothing that somebody wrote is read by Mermaid: in a text between quotes, all but plain letters and digits
//! stand as the numbers of their characters, which it puts in place after it has read the diagram. So
//! there is no directive, no link, no Markdown and no HTML but ours.

use std::fmt::Write;

use super::colour;
use super::joined;
use super::state;
use crate::domain::network::Application;
use crate::domain::network::BY_URGENCY;
use crate::domain::network::Network;
use crate::domain::pact_status::PactStatus;

/// Returns the network as a flow chart of Mermaid, with a final newline.
///
/// # Panics
///
/// Never: a text can always be written to.
#[must_use]
pub fn mermaid(network: &Network) -> String {
    let mut chart = "flowchart LR\n".to_owned();
    let written = "a text can be written to";
    for (number, it) in network.applications.iter().enumerate() {
        writeln!(chart, "  n{number}[\"{}\"]", label(it)).expect(written);
    }
    for (contract, (from, to)) in network.contracts.iter().zip(network.edges()) {
        writeln!(chart, "  n{from} {} n{to}", line(contract.status)).expect(written);
    }
    for status in BY_URGENCY {
        let numbers = network.contracts.iter().enumerate();
        let numbers = numbers.filter(|(_, contract)| contract.status == status);
        let numbers: Vec<_> = numbers.map(|(number, _)| number.to_string()).collect();
        if !numbers.is_empty() {
            let (numbers, colour) = (numbers.join(","), colour(status));
            writeln!(chart, "  linkStyle {numbers} stroke:{colour}").expect(written);
        }
    }
    let is_absent = |it: &Application| !it.is_here;
    let is_asked_for = |it: &Application| it.is_asked_for;
    class(
        &mut chart,
        network,
        "absent",
        "stroke-dasharray:4 3",
        is_absent,
    );
    class(
        &mut chart,
        network,
        "focus",
        "stroke-width:3px",
        is_asked_for,
    );
    chart
}

/// Gives some applications a style of their own.
fn class(
    chart: &mut String,
    network: &Network,
    name: &str,
    style: &str,
    is_in: impl Fn(&Application) -> bool,
) {
    let numbered = network.applications.iter().enumerate();
    let numbered = numbered.filter(|(_, it)| is_in(it));
    let numbers: Vec<_> = numbered.map(|(number, _)| format!("n{number}")).collect();
    if !numbers.is_empty() {
        let numbers = numbers.join(",");
        write!(
            chart,
            "  classDef {name} {style}\n  class {numbers} {name}\n"
        )
        .expect("a text can be written to");
    }
}

/// Returns the arrow of a status: only what is verified needs no word.
fn line(status: PactStatus) -> String {
    let (without, word) = match status {
        PactStatus::Success => return "-->".to_owned(),
        PactStatus::Failed => ("--x", state(status)),
        PactStatus::FailedPending => ("-.-x", state(status)),
        PactStatus::Stale | PactStatus::Never => ("-.->", state(status)),
    };
    format!("{without}|\"{}\"|", escaped(word))
}

fn label(application: &Application) -> String {
    let name = escaped(application.name.as_str());
    match application.versions.as_slice() {
        [] => name,
        versions => format!("{name}<br/>{}", escaped(&joined(versions))),
    }
}

/// Returns a text as it stands between double quotes.
///
/// A hyphen, an underscore or a dot inside of a word stays, as there they mean nothing to anybody.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let chars: Vec<char> = text.chars().collect();
    let is_plain = |place: Option<usize>| {
        let c = place.and_then(|place| chars.get(place));
        c.is_some_and(char::is_ascii_alphanumeric)
    };
    for (place, &c) in chars.iter().enumerate() {
        let in_word = is_plain(place.checked_sub(1)) && is_plain(Some(place + 1));
        match c {
            c if c.is_ascii_alphanumeric() => safe.push(c),
            ' ' | '-' | '_' | '.' if in_word => safe.push(c),
            c if c.is_alphabetic() && !c.is_ascii() => safe.push(c),
            c => write!(safe, "#{};", u32::from(c)).expect("a text can be written to"),
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
    fn every_application_is_a_node_and_every_contract_a_link() {
        let expected = r#"flowchart LR
  n0["Bank"]
  n1["Shop"]
  n2["Web<br/>2#44;#32;1"]
  n1 -.->|"unverified"| n0
  n1 -.-x|"failed#32;#40;pending#41;"| n1
  n2 -.->|"changed since"| n0
  n2 --> n1
  linkStyle 2 stroke:#c27803
  linkStyle 1 stroke:#a475f9
  linkStyle 0 stroke:#848d97
  linkStyle 3 stroke:#2da44e
  classDef absent stroke-dasharray:4 3
  class n0 absent
  classDef focus stroke-width:3px
  class n1 focus
"#;
        assert_eq!(mermaid(&shop()), expected);
    }

    #[test]
    fn only_letters_and_digits_of_a_name_are_read() {
        for (name, expected) in [
            ("Order Service", "Order Service"),
            ("order-service_v1.2", "order-service_v1.2"),
            ("1. list", "1#46;#32;list"),
            ("_x_", "#95;x#95;"),
            ("- x", "#45;#32;x"),
            ("Straße", "Straße"),
            ("a\"]\u{7f}", "a#34;#93;#127;"),
            (
                "%%{init: {}}%%",
                "#37;#37;#123;init#58;#32;#123;#125;#125;#37;#37;",
            ),
            ("`**b**`", "#96;#42;#42;b#42;#42;#96;"),
            ("#quot;", "#35;quot#59;"),
        ] {
            assert_eq!(escaped(name), expected);
        }
        let chart = mermaid(&hostile());
        for line in chart.lines() {
            let line = line.trim_start();
            let known = ["flowchart LR", "n", "linkStyle ", "classDef ", "class "];
            assert!(known.iter().any(|it| line.starts_with(it)), "{line}");
            assert!(
                !line.replace("<br/>", "").contains(['<', '%', '`', '&']),
                "{line}"
            );
        }
    }
}
