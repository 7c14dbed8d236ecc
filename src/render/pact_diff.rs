//! The page that says what changed between two versions of a pact, as the Ruby Pact Broker
//! writes it: plain text with two links at the end.

use jiff::Timestamp as Instant;

use crate::domain::broker_diff::broker_diff;
use crate::domain::json::Json;
use crate::domain::pacts::PactPublication;
use crate::domain::time::Timestamp;

/// The column after which the broker's YAML goes on on another line.
const YAML_WIDTH: usize = 80;

/// A pact, what it says, and where it is.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The pact.
    pub pact: &'a PactPublication,
    /// Its document.
    pub document: &'a Json,
    /// Its address.
    pub url: &'a str,
}

/// Returns the page about the change from one pact to a newer one, which came at a moment.
#[must_use]
pub fn page(before: &Side<'_>, after: &Side<'_>, changed_at: Timestamp, now: Timestamp) -> String {
    let (old, new) = (&before.pact.version.number, &after.pact.version.number);
    let (consumer, provider) = (&after.pact.consumer, &after.pact.provider);
    format!(
        "# Diff between versions {old} and {new} of the pact between {consumer} and {provider}\n\n\
         The following changes were made {} ago ({})\n\n\
         {}\n\n\
         ## Links\n\n\
         pact-version:\n{}comparison-pact-version:\n{}",
        distance(changed_at, now),
        date(changed_at),
        broker_diff(before.document, after.document),
        link(after),
        link(before)
    )
}

/// Returns what stands in the place of the page when there is no older pact that differs.
#[must_use]
pub fn no_previous(pact: &PactPublication) -> String {
    format!("No previous distinct version was found for {}", pact.name())
}

fn link(side: &Side<'_>) -> String {
    let name = yaml(&side.pact.name(), "  name: ".len());
    format!("  title: Pact\n  name: {name}\n  href: {}\n", side.url)
}

/// Returns a text as a YAML scalar that begins at a column: quoted where it could be misread, and
/// folded at the first single space beyond the width.
fn yaml(text: &str, column: usize) -> String {
    let misread =
        text.contains(": ") || text.contains(" #") || text.ends_with(':') || text.ends_with(' ');
    let text = if misread {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        text.to_owned()
    };
    let mut out = String::new();
    let mut column = column;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let single = c == ' ' && before != ' ' && chars.peek().is_some_and(|next| *next != ' ');
        if single && column > YAML_WIDTH {
            out.push_str("\n    ");
            column = 4;
        } else {
            out.push(c);
            column += 1;
        }
        before = c;
    }
    out
}

/// Returns a moment such as `Sat 21 Nov 2026, 4:05pm +00:00`.
fn date(at: Timestamp) -> String {
    let instant = Instant::from_second(at.epoch_seconds()).unwrap_or_default();
    let text = instant.strftime("%a %d %b %Y, %l:%M%P +00:00").to_string();
    text.replace("  ", " ")
}

/// Returns how long ago a moment was, in the words of Rails.
fn distance(from: Timestamp, to: Timestamp) -> String {
    const HOUR: u64 = 60;
    const DAY: u64 = 24 * HOUR;
    const MONTH: u64 = 30 * DAY;
    const YEAR: u64 = 365 * DAY;
    let minutes = rounded(from.epoch_seconds().abs_diff(to.epoch_seconds()), 60);
    let count = |qualifier: &str, count: u64, unit: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{qualifier}{count} {unit}{plural}")
    };
    match minutes {
        0 => "less than a minute".to_owned(),
        1..45 => count("", minutes, "minute"),
        45..90 => count("about ", 1, "hour"),
        90..DAY => count("about ", rounded(minutes, HOUR), "hour"),
        DAY..2520 => count("", 1, "day"),
        2520..MONTH => count("", rounded(minutes, DAY), "day"),
        MONTH..86_400 => count("about ", rounded(minutes, MONTH), "month"),
        86_400..YEAR => count("", rounded(minutes, MONTH), "month"),
        _ => match (minutes / YEAR, minutes % YEAR) {
            (years, 0..131_400) => count("about ", years, "year"),
            (years, 131_400..394_200) => count("over ", years, "year"),
            (years, _) => count("almost ", years + 1, "year"),
        },
    }
}

/// Returns a quotient, half a unit rounded up.
fn rounded(amount: u64, unit: u64) -> u64 {
    (amount + unit / 2) / unit
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::content::ContentId;
    use crate::domain::time::Seq;
    use crate::domain::version::Version;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::clamped(seconds)
    }

    fn pact(number: &str) -> PactPublication {
        let version = Version::new(number.parse().unwrap(), Seq(1), at(0));
        PactPublication {
            consumer: "Web".parse().unwrap(),
            provider: "Shop".parse().unwrap(),
            version: Arc::new(version),
            content: ContentId::from_digest([1; 32]),
            created_at: at(0),
        }
    }

    #[test]
    fn a_page_says_what_changed_when_and_where_both_are() {
        let json = |text: &str| Json::parse(text.as_bytes()).unwrap();
        let (old, new) = (pact("1"), pact("2"));
        let before = Side {
            pact: &old,
            document: &json(r#"{"interactions":[{"seat":1}]}"#),
            url: "http://b/1",
        };
        let after = Side {
            pact: &new,
            document: &json(r#"{"interactions":[{"seat":2}]}"#),
            url: "http://b/2",
        };
        let now = 1_795_276_800;
        let expected = "\
            # Diff between versions 1 and 2 of the pact between Web and Shop\n\
            \n\
            The following changes were made about 2 hours ago (Sat 21 Nov 2026, 2:00pm +00:00)\n\
            \n\
            \x20{\n\
            \x20  \"interactions\": [\n\
            \x20    {\n\
            -      \"seat\": 1\n\
            +      \"seat\": 2\n\
            \x20    }\n\
            \x20  ]\n\
            \x20}\n\
            \n\
            ## Links\n\
            \n\
            pact-version:\n\
            \x20 title: Pact\n\
            \x20 name: Pact between Web (2) and Shop\n\
            \x20 href: http://b/2\n\
            comparison-pact-version:\n\
            \x20 title: Pact\n\
            \x20 name: Pact between Web (1) and Shop\n\
            \x20 href: http://b/1\n";
        assert_eq!(page(&before, &after, at(now - 7_200), at(now)), expected);
        assert_eq!(
            no_previous(&old),
            "No previous distinct version was found for Pact between Web (1) and Shop"
        );
    }

    #[test]
    fn a_name_is_quoted_where_yaml_would_misread_it_and_folded_where_it_is_long() {
        let name = |text| yaml(text, 8);
        assert_eq!(name("between web and shop"), "between web and shop");
        assert_eq!(name("a: b's"), "'a: b''s'");
        assert_eq!(name("a #b"), "'a #b'");
        assert_eq!(name("a:"), "'a:'");
        let long = "Pact between a very long consumer name indeed (3.0.0-2024) and another very";
        assert_eq!(
            name(&format!("{long} long provider name")),
            format!("{long}\n    long provider name")
        );
    }

    #[test]
    fn a_distance_in_time_is_rounded_to_one_unit() {
        let minute = 60;
        let (hour, day) = (60 * minute, 24 * 60 * minute);
        for (seconds, words) in [
            (29, "less than a minute"),
            (30, "1 minute"),
            (44 * minute, "44 minutes"),
            (89 * minute, "about 1 hour"),
            (90 * minute, "about 2 hours"),
            (24 * hour, "1 day"),
            (41 * hour, "1 day"),
            (42 * hour, "2 days"),
            (29 * day, "29 days"),
            (31 * day, "about 1 month"),
            (50 * day, "about 2 months"),
            (70 * day, "2 months"),
            (366 * day, "about 1 year"),
            (500 * day, "over 1 year"),
            (700 * day, "almost 2 years"),
        ] {
            assert_eq!(distance(at(0), at(seconds)), words, "{seconds}");
        }
    }
}
