//! Makes a store of many records for measurements:
//!
//! ```text
//! cargo run --release --example generate -- --records 100k --shape pushed TARGET_DIR
//! ```

#![expect(
    clippy::print_stdout,
    reason = "what was made, and how far that is, is told on the terminal"
)]

#[path = "scale/generate/mod.rs"]
mod generate;

use std::cell::Cell;
use std::error::Error;
use std::fs;
use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Parser;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use generate::Made;
use generate::Plan;
use generate::Progress;
use generate::Shape;

/// Make a git-pact store of many records
#[derive(Parser)]
struct Arguments {
    /// How many versions, verification results and deployments, e.g. 10k or 1m
    #[arg(long, value_parser = count)]
    records: u64,

    /// How many applications there are, 100 to 1000
    #[arg(long, default_value_t = 100)]
    applications: u32,

    /// How many providers each application has, and how many consumers
    #[arg(long, default_value_t = 10)]
    providers: u32,

    /// What chance depends on
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// In which state the repository is left
    #[arg(long, value_enum, default_value_t = Shape::Pushed)]
    shape: Shape,

    /// A directory with a pushed store of the same plan, to make the shape from
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,

    /// The directory in which to make store.git
    #[arg(value_name = "TARGET_DIR")]
    directory: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let plan = Plan {
        records: arguments.records,
        applications: arguments.applications,
        providers: arguments.providers,
        seed: arguments.seed,
    };
    let (shape, directory) = (arguments.shape, arguments.directory);
    let show = progress();
    let made = match arguments.from {
        None => generate::make(&plan, shape, &directory, &show)?,
        Some(from) => {
            let pushed = generate::make(&plan, Shape::Pushed, &from, &show)?;
            generate::reshape(&pushed, shape, &directory, &show)?
        }
    };
    println!("{}", summary(&made));
    Ok(())
}

/// Returns what shows progress: a bar on a terminal, a line now and then elsewhere.
fn progress() -> Box<dyn Fn(Progress)> {
    if std::io::stderr().is_terminal() {
        let bar = ProgressBar::new(0);
        let template = "{elapsed_precise} {wide_bar} {human_pos}/{human_len} records, {msg}";
        bar.set_style(ProgressStyle::with_template(template).expect("it names what there is"));
        return Box::new(move |progress| {
            bar.set_length(progress.total);
            bar.set_position(progress.done);
            bar.set_message(progress.what);
        });
    }
    let shown = Cell::new(0);
    Box::new(move |Progress { done, total, what }| {
        let tenth = done * 10 / total.max(1);
        if tenth > shown.replace(tenth.max(shown.get())) {
            println!("{done} of {total} records, {what}");
        }
    })
}

/// Returns what was made, in a few lines.
fn summary(made: &Made) -> String {
    let counts = &made.counts;
    let memory = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = memory.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    format!(
        "{}: {} versions, {} results in {} runs, {} deployments, {} contents, {} commits on {} \
         branches, in {:.1} s{}",
        made.path.display(),
        counts.versions,
        counts.results,
        counts.runs,
        counts.deployments,
        counts.contents,
        counts.commits,
        counts.branches,
        made.seconds,
        peak.map_or_else(String::new, |peak| format!(", memory {}", peak.trim())),
    )
}

/// Returns the number that `100k` or `1m` stands for.
fn count(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.to_ascii_lowercase().strip_suffix(['k', 'm']) {
        Some(digits) if text.ends_with(['k', 'K']) => (digits.to_owned(), 1_000),
        Some(digits) => (digits.to_owned(), 1_000_000),
        None => (text.to_owned(), 1),
    };
    let number: u64 = digits
        .parse()
        .map_err(|_| format!("`{text}` is not a number"))?;
    number
        .checked_mul(factor)
        .ok_or_else(|| format!("{text} is too many"))
}
