//! The answer of can-i-deploy, a matrix, and what changed in a contract, as Markdown: for summaries of builds, annotations and
//! comments on pull requests.
//!
//! Whatever comes from the store stands in code: there no Markdown, no HTML and no address is
//! looked for, and nobody is mentioned. A comment holds 65,536 characters, so a document never has
//! more; what stands in the way comes first.

mod contract;
mod diff;

use crate::app::ask::Basis;
use crate::domain::can_i_deploy::Verdict;
use crate::domain::matrix::Matrix;
use crate::domain::notice::NoticeKind;
use crate::render::computed_from::sentence;
use crate::render::gate::Case;
use crate::render::gate::Party;
use crate::render::gate::State;
use crate::render::gate::cases;
use crate::render::gate::headline;
use crate::render::gate::tally;
use crate::render::matrix::abbreviated;
use crate::render::next_steps::NextStep;
use crate::render::next_steps::next_steps;
use crate::render::table::one_line;

pub use self::contract::contract;
pub use self::diff::diff;

/// The most characters that a comment on GitHub holds.
pub const LONGEST: usize = 65_536;

/// The most characters of one text in code: only what verifiers say of failures has more.
const LONGEST_CODE: usize = 500;

/// What the end of a list that is cut, and the last line, need.
const END: usize = 2 * LONGEST_CODE;

const HEADER: &str = "\
|   | Consumer | Version | Provider | Version | Result |
|---|---|---|---|---|---|
";

/// Returns the answer of a gate: the verdict, the cases, why, and what would change it.
///
/// At most [`LONGEST`] characters, with a final newline.
#[must_use]
pub fn gate(matrix: &Matrix, verdict: &Verdict, basis: &Basis) -> String {
    let cases = cases(matrix, verdict);
    let icon = match verdict.deployable {
        Some(true) => "✅",
        Some(false) => "❌",
        None => "❓",
    };
    let headline = headline(matrix, verdict);
    let (word, rest) = headline.split_once(": ").unwrap_or((&headline, ""));
    let mut page = Page::default();
    page.add(&format!(
        "## {icon} {word}\n\n{}\n\n{}.\n",
        code(rest),
        tally(&cases)
    ));
    page.list(HEADER, cases.iter().map(row), LONGEST / 2);
    let is_warning = |kind| kind == NoticeKind::Warning;
    for (heading, warnings) in [("### Mind\n\n", true), ("### Why\n\n", false)] {
        let notices = verdict.notices.iter();
        let notices = notices.filter(|notice| is_warning(notice.kind) == warnings);
        let items = notices.map(|notice| format!("- {}\n", code(&notice.text)));
        page.list(heading, items, LONGEST / 4 * 3);
    }
    let steps = next_steps(matrix, verdict);
    page.list(
        "### What would change it\n",
        steps.iter().map(step),
        LONGEST,
    );
    page.end(basis)
}

/// Returns the rows to show of a matrix as a table, by name and version.
///
/// At most [`LONGEST`] characters, with a final newline.
#[must_use]
pub fn matrix(matrix: &Matrix, basis: &Basis) -> String {
    let mut page = Page::default();
    let rows: Vec<Case<'_>> = matrix.shown().map(Case::of).collect();
    if rows.is_empty() {
        page.add("There is no such row.\n");
    }
    page.list(HEADER, rows.iter().map(row), LONGEST);
    page.end(basis)
}

/// A document as it grows, kept short enough.
#[derive(Default)]
struct Page {
    text: String,
    chars: usize,
}

impl Page {
    fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.chars += text.chars().count();
    }

    /// Adds a list below its heading, as much of it as fits before `until`; nothing if it is empty.
    fn list(&mut self, heading: &str, items: impl Iterator<Item = String>, until: usize) {
        let mut left_out = 0;
        let mut begun = false;
        for item in items {
            let chars = heading.chars().count() + item.chars().count();
            if left_out > 0 || self.chars + chars + END > until {
                left_out += 1;
                continue;
            }
            if !begun {
                let gap = if self.text.is_empty() { "" } else { "\n" };
                self.add(gap);
                self.add(heading);
                begun = true;
            }
            self.add(&item);
        }
        if left_out > 0 {
            self.add(&format!("\n… and {left_out} more.\n"));
        }
    }

    fn end(mut self, basis: &Basis) -> String {
        self.add(&format!("\nComputed from {}.\n", code(&sentence(basis))));
        self.text
    }
}

/// Returns the row of a case.
fn row(case: &Case<'_>) -> String {
    let icon = match case.state {
        State::Failed => "❌",
        State::Unknown => "❓",
        State::Verified => "✅",
        State::Ignored => "➖",
    };
    let name = |party: &Party<'_>| code(party.name.as_str());
    let version = |party: &Party<'_>| {
        let version = party.version.map(|it| code(&abbreviated(it.as_str())));
        version.unwrap_or_default()
    };
    let consumer = (name(&case.consumer), version(&case.consumer));
    let provider = case.provider.as_ref();
    let provider = provider.map(|it| (name(it), version(it)));
    let provider = provider.unwrap_or_default();
    let build = case.build_url.and_then(link).unwrap_or_default();
    let cells = [&consumer.0, &consumer.1, &provider.0, &provider.1].map(|it| cell(it));
    let [consumer, consumer_version, provider, provider_version] = cells;
    let word = case.state.word();
    format!(
        "| {icon} | {consumer} | {consumer_version} | {provider} | {provider_version} | {word}{build} |\n"
    )
}

/// Returns Markdown as it stands in a table: there a `|` ends even code.
pub(in crate::render) fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// Returns a link to a build, if its address has nothing but what addresses are made of.
fn link(url: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&+,;=%".contains(c);
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let fits = url.len() <= LONGEST_CODE;
    (is_web && fits && url.chars().all(is_plain)).then(|| format!(" ([build](<{url}>))"))
}

/// Returns a step: the problem, and the commands that change it.
fn step(step: &NextStep) -> String {
    let mut problem = step.problem.lines().map(str::trim_start);
    let first = problem.next().unwrap_or_default();
    let mut parts = vec![format!("\n- {}\n", code(first))];
    parts.extend(problem.map(|line| format!("  - {}\n", code(line))));
    if !step.commands.is_empty() {
        let commands = step.commands.iter().map(|it| one_line(&it.to_string()));
        let commands = commands.collect::<Vec<_>>().join("\n  ");
        let fence = fence(&commands);
        parts.push(format!("\n  {fence}sh\n  {commands}\n  {fence}\n"));
    }
    parts.concat()
}

/// Returns a text as code on one line, cut if it is long. Nothing in it is obeyed.
pub(in crate::render) fn code(text: &str) -> String {
    let mut line = one_line(text);
    if let Some((end, _)) = line.char_indices().nth(LONGEST_CODE) {
        line.truncate(end);
        line.push('…');
    }
    quotation(&line)
}

/// Returns a line as code, all of it; nothing if it is blank.
fn quotation(line: &str) -> String {
    if line.trim().is_empty() {
        return String::new();
    }
    let quote = "`".repeat(longest_run(line) + 1);
    // One space on each side is taken away again; without it a quote in the text would join.
    let joins = |c: Option<char>| matches!(c, Some('`' | ' '));
    if joins(line.chars().next()) || joins(line.chars().next_back()) {
        format!("{quote} {line} {quote}")
    } else {
        format!("{quote}{line}{quote}")
    }
}

/// Returns what a text of several lines stands between: more back-ticks than stand together in it.
fn fence(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

/// Returns how many back-ticks stand together in a text at most.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`');
    runs.map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
