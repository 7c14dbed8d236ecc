//! The table of `docs/performance.md`: what git-pact costs in stores of every size, beside
//! yardsticks that are measured in the same run.
//!
//! `cargo bench --bench scale -- --help` says how to ask for a part of it. It is not a test and
//! asserts no times; with `--check` it fails if a ratio misses its bar.

#[cfg_attr(
    test,
    allow(
        dead_code,
        unused_imports,
        reason = "cargo sets `cfg(test)` for a benchmark without a harness, which has no tests"
    )
)]
mod generate;
mod measure;
mod objects;
mod pacts;
mod progress;
mod report;
mod rows;
mod table;
mod world;

use std::env;
use std::io;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use clap::ValueEnum;

use self::generate::Shape;
use self::measure::Result;
use self::measure::exit;
use self::progress::Progress;
use self::report::Report;
use self::rows::ROWS;
use self::rows::Row;
use self::world::World;

/// The argument that makes this an empty process, the first yardstick: a Rust program that returns
/// as soon as it has started.
const NOTHING: &str = "--nothing";

/// Measure git-pact beside yardsticks, in one run
#[derive(Debug, Parser)]
#[command(name = "scale", bin_name = "cargo bench --bench scale --")]
struct Arguments {
    /// How many records the stores have, e.g. 10k,100k,1m
    #[arg(
        long,
        value_name = "NUMBERS",
        value_delimiter = ',',
        default_value = "10k"
    )]
    #[arg(value_parser = world::records)]
    records: Vec<u64>,

    /// Only these rows; --list names them
    #[arg(long, value_name = "ROWS", value_delimiter = ',', value_parser = row)]
    rows: Vec<&'static Row>,

    /// How often contestants take turns; a quarter of that for slow ones
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,

    /// Where the stores are, or are made
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_TARGET_TMPDIR"), "/scale"))]
    stores: PathBuf,

    /// The program to measure, where it is not the one that cargo just built
    #[arg(long, value_name = "FILE", default_value = env!("CARGO_BIN_EXE_git-pact"))]
    program: PathBuf,

    /// How to show the table
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,

    /// Fail if a figure misses its bar
    #[arg(long)]
    check: bool,

    /// Name the rows
    #[arg(long)]
    list: bool,

    /// Only make the stores, in this shape
    #[arg(long, value_name = "SHAPE")]
    make: Option<Shape>,

    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// Aligned, for people
    Table,
    /// For programs
    Json,
    /// For docs/performance.md
    Markdown,
}

fn main() -> ExitCode {
    if env::args_os().nth(1).is_some_and(|first| first == NOTHING) {
        return ExitCode::SUCCESS;
    }
    exit(run(&Arguments::parse()))
}

/// Measures, shows, and says whether every bar is met that had to be.
fn run(arguments: &Arguments) -> Result<bool> {
    let mut out = io::stdout();
    if arguments.list {
        for row in &ROWS {
            writeln!(out, "{:<20} {}", row.name, row.about)?;
        }
        return Ok(true);
    }
    let mut records = arguments.records.clone();
    records.sort_unstable();
    records.dedup();
    let rounds = usize::from(arguments.rounds);
    let world = World::new(
        &arguments.stores,
        &arguments.program,
        records,
        rounds,
        Progress::new(),
    )?;
    if let Some(shape) = arguments.make {
        for &records in &world.records {
            let title = format!("the {} store with {records} records", world::name(shape));
            world.progress.start(&title);
            world.make(records, shape)?;
            world.progress.finish();
        }
        return Ok(true);
    }
    let mut report = Report::default();
    let mut failed = Ok(());
    for row in &ROWS {
        let is_asked = arguments.rows.iter().any(|asked| asked.name == row.name);
        if is_asked || arguments.rows.is_empty() {
            failed = (row.run)(&world, &mut report);
        }
        if failed.is_err() {
            // What was measured so far took long enough to be worth showing.
            break;
        }
    }
    match arguments.output {
        Output::Table => write!(out, "{}", report.table())?,
        Output::Markdown => write!(out, "{}", report.markdown())?,
        Output::Json => writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?,
    }
    failed?;
    let missed = report.missed();
    for missed in &missed {
        writeln!(io::stderr(), "missed: {missed}")?;
    }
    Ok(missed.is_empty() || !arguments.check)
}

/// Reads the name of a row.
fn row(text: &str) -> std::result::Result<&'static Row, String> {
    let row = ROWS.iter().find(|row| row.name == text);
    row.ok_or_else(|| "there is no such row; --list names them".to_owned())
}
