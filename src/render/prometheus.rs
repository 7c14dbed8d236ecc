//! Measurements in the text format of Prometheus, version 0.0.4.
//!
//! Pure. A family is one name with its help and kind, and then its samples, one a set of labels;
//! they have to follow each other, so a family is begun before its samples are added.

use std::fmt::Display;
use std::fmt::Write;

/// The value of the header `Content-Type` for a page.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What a family measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something that only grows while the process lives.
    Counter,
    /// Something that goes up and down.
    Gauge,
    /// How many observations were at most so large.
    Histogram,
}

/// A page of measurements, as a scraper reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page(String);

impl Page {
    /// Begins a family.
    pub fn family(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let help = help.replace('\\', r"\\").replace('\n', r"\n");
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    /// Adds a sample: a name with labels, each a name and a value, and what was measured.
    pub fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels = labels.iter().map(|(name, value)| {
            let value = value.replace('\\', r"\\").replace('"', "\\\"");
            format!("{name}=\"{}\"", value.replace('\n', r"\n"))
        });
        let labels = labels.collect::<Vec<_>>().join(",");
        if labels.is_empty() {
            self.line(format_args!("{name} {value}"));
        } else {
            self.line(format_args!("{name}{{{labels}}} {value}"));
        }
    }

    /// Begins a family of one sample without labels, and adds it.
    pub fn single(&mut self, name: &str, kind: Kind, help: &str, value: impl Display) {
        self.family(name, kind, help);
        self.sample(name, &[], value);
    }

    /// Returns the page.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{text}").expect("a string takes all that is written to it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_followed_by_its_samples() {
        let mut page = Page::default();
        page.family("a_total", Kind::Counter, "What\nis \\ counted");
        page.sample("a_total", &[("x", "1"), ("y", "a\"\\\nb")], 3);
        page.single("b", Kind::Gauge, "Another", 0.25);
        assert_eq!(
            page.into_text(),
            "# HELP a_total What\\nis \\\\ counted\n\
             # TYPE a_total counter\n\
             a_total{x=\"1\",y=\"a\\\"\\\\\\nb\"} 3\n\
             # HELP b Another\n\
             # TYPE b gauge\n\
             b 0.25\n"
        );
    }
}
