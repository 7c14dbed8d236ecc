//! Who works with whom, as the table that the broker's drawings are made from.
//!
//! A line for each pacticipant: its number, its name, three numbers that say nothing, its place in
//! the table, the numbers of its providers, and zeros until all lines are as long.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::domain::integration::Integration;
use crate::domain::name::PacticipantName;

/// Returns the table of some integrations, with pacticipants in the order in which they are met;
/// nothing if there are none.
///
/// The numbers of the broker are those of its database. Here they are the places in the table.
#[must_use]
pub fn csv<'a>(integrations: impl IntoIterator<Item = &'a Integration>) -> String {
    let mut numbers: BTreeMap<&PacticipantName, usize> = BTreeMap::new();
    let mut lines: Vec<(&PacticipantName, Vec<usize>)> = Vec::new();
    for integration in integrations {
        let mut number = |name: &'a PacticipantName| {
            *numbers.entry(name).or_insert_with(|| {
                lines.push((name, Vec::new()));
                lines.len()
            })
        };
        let consumer = number(&integration.consumer);
        let provider = number(&integration.provider);
        lines[consumer - 1].1.push(provider);
    }
    let most = lines.iter().map(|(_, providers)| providers.len()).max();
    let line = |(index, (name, providers)): (usize, &(&PacticipantName, Vec<usize>))| {
        let number = (index + 1).to_string();
        let name = cell(name.as_str());
        let mut cells = vec![number.clone(), name];
        cells.extend(["1", "1", "0"].map(str::to_owned));
        cells.push(number);
        let zeros = std::iter::repeat(&0);
        let providers = providers.iter().chain(zeros).take(most.unwrap_or(0));
        cells.extend(providers.map(ToString::to_string));
        cells.join(",") + "\n"
    };
    lines.iter().enumerate().map(line).collect()
}

/// Returns a text as a cell: in quotes where it could be taken for more than one.
///
/// A spreadsheet computes what begins like a formula, in quotes or not; an apostrophe before it makes it
/// a text (spec: reliability §7).
fn cell(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@']);
    let text = if is_formula {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    };
    let is_plain = !text.contains([',', '"', ';', '\n', '\r']) && text.trim() == text;
    if is_plain {
        text.into_owned()
    } else {
        format!("\"{}\"", text.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integration(consumer: &str, provider: &str) -> Integration {
        Integration {
            consumer: consumer.parse().unwrap(),
            provider: provider.parse().unwrap(),
        }
    }

    #[test]
    fn every_line_has_the_numbers_of_its_providers_and_is_as_long_as_the_longest() {
        let table = [
            integration("Web", "Orders"),
            integration("Web", "Stock, old"),
            integration("Orders", "Stock, old"),
        ];
        assert_eq!(
            csv(&table),
            "1,Web,1,1,0,1,2,3\n2,Orders,1,1,0,2,3,0\n3,\"Stock, old\",1,1,0,3,0,0\n"
        );
        assert_eq!(csv(&[]), "");
    }

    #[test]
    fn no_name_is_a_formula() {
        let table = [integration("=cmd()", "-x, \"y\""), integration(" @z", "+1")];
        assert_eq!(
            csv(&table),
            "1,'=cmd(),1,1,0,1,2\n2,\"'-x, \"\"y\"\"\",1,1,0,2,0\n3,' @z,1,1,0,3,4\n4,'+1,1,1,0,4,0\n"
        );
    }

    #[test]
    fn who_works_with_itself_is_there_once() {
        assert_eq!(csv(&[integration("Web", "Web")]), "1,Web,1,1,0,1,1\n");
    }
}
