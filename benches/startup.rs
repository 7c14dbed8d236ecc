//! What it takes to start: the program that says its version, shows its help or reads a command line,
//! beside a Rust program that does nothing.
//!
//! `cargo bench --bench startup -- --help` says what else there is. Like `scale`, with which it
//! shares its tools, it is not a test and asserts no times; with `--check` it fails if a ratio
//! misses its bar. The empty program is compiled here, by the `rustc` that cargo uses.
//!
//! Of CPU time medians are compared. Of the time from start to end the least is: on a busy machine the
//! rest is waiting for others, more for whoever runs longer.

#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark starts what it measures, and looks for it"
)]

#[path = "scale/measure.rs"]
#[allow(dead_code, reason = "`scale` uses the rest")]
mod measure;
#[path = "scale/table.rs"]
#[allow(dead_code, reason = "`scale` uses the rest")]
mod table;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitCode;

use clap::Parser;
use clap::ValueEnum;

use self::measure::Contestant;
use self::measure::Result;
use self::measure::Spread;
use self::measure::contest;
use self::measure::exit;
use self::table::Figure;
use self::table::Table;
use self::table::number;

/// How many empty processes a start may take, and ought to.
const TIMES: (f64, f64) = (2.0, 1.5);

/// What is started, and whether the bar is about it.
const STARTS: [(&[&str], bool); 8] = [
    (&["--version"], true),
    (&["version"], true),
    (&["help"], true),
    (&["--help"], true),
    (&["broker", "version"], true),
    (&["broker", "help"], true),
    (&["help", "can-i-deploy"], false),
    // Read as a whole, refused at the end: no repository is looked for.
    (&["can-i-deploy", "--pacticipant", "Web", "--latst"], false),
];

/// Measure what it takes to start, beside an empty Rust program
#[derive(Debug, Parser)]
#[command(name = "startup", bin_name = "cargo bench --bench startup --")]
struct Arguments {
    /// How often contestants take turns
    #[arg(long, value_name = "NUMBER", default_value_t = 300)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,

    /// The program to measure, where it is not the one that cargo just built
    #[arg(long, value_name = "FILE", default_value = env!("CARGO_BIN_EXE_git-pact"))]
    program: PathBuf,

    /// How to show the table
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,

    /// Fail if a figure misses its bar
    #[arg(long)]
    check: bool,

    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// Aligned, for people
    Table,
    /// For docs/performance.md
    Markdown,
}

/// One line of the table.
struct Line {
    case: String,
    cost: Spread,
    /// In that of an empty process: the least time from start to end, and the median of CPU time.
    ratios: Option<[Figure; 2]>,
}

fn main() -> ExitCode {
    exit(run(&Arguments::parse()))
}

/// Measures, shows, and says whether every bar is met that had to be.
fn run(arguments: &Arguments) -> Result<bool> {
    let scratch = tempfile::tempdir()?;
    let lines = measure(arguments, scratch.path())?;
    let table = Table {
        heads: [
            "case",
            "wall ms",
            "CPU ms",
            "× wall",
            "× CPU",
            "bar (goal)",
            "verdict",
        ],
        numbers: 1..5,
        rows: lines.iter().map(row).collect(),
    };
    let text = match arguments.output {
        Output::Table => table.aligned(),
        Output::Markdown => table.markdown(),
    };
    write!(io::stdout(), "{text}")?;
    let mut is_met = true;
    for line in &lines {
        for figure in line.ratios.iter().flatten().filter(|it| it.is_missed()) {
            is_met = false;
            writeln!(io::stderr(), "missed: {}, {}", line.case, figure.text())?;
        }
    }
    Ok(is_met || !arguments.check)
}

/// Lets the empty program and all starts take turns.
fn measure(arguments: &Arguments, scratch: &Path) -> Result<Vec<Line>> {
    let empty = empty_program(scratch)?;
    let program = arguments.program.canonicalize()?;
    let start = |program: &Path, words: &[&str]| {
        let mut command = Command::new(program);
        command.args(words).env_clear().current_dir(scratch);
        Ok(command)
    };
    let mut contestants = vec![Contestant::new("an empty process", |_| start(&empty, &[]))];
    for (words, _) in STARTS {
        let name = format!("git-pact {}", words.join(" "));
        let contestant = Contestant::new(name, |_| start(&program, words));
        contestants.push(contestant.may_exit(&[0, 2]));
    }
    let rounds = usize::from(arguments.rounds);
    let costs = contest(
        rounds,
        &mut contestants,
        &scratch.join("complaints"),
        |_| {},
    )?;
    let empty = costs[0];
    let bars = [false]
        .into_iter()
        .chain(STARTS.map(|(_, has_bar)| has_bar));
    let lines = contestants.iter().zip(costs).zip(bars).enumerate();
    let line =
        |(index, ((contestant, cost), has_bar)): (usize, ((&Contestant<'_>, Spread), bool))| {
            let ratio = |name: &str, of: f64| {
                let figure = Figure::new(name, of);
                let (bar, goal) = TIMES;
                if has_bar {
                    figure.at_most(bar, goal)
                } else {
                    figure
                }
            };
            Line {
                case: contestant.name.clone(),
                cost,
                ratios: (index > 0).then(|| {
                    [
                        ratio(
                            "× the least time of an empty process",
                            cost.least.wall / empty.least.wall,
                        ),
                        ratio(
                            "× the CPU time of an empty process",
                            cost.median.cpu / empty.median.cpu,
                        ),
                    ]
                }),
            }
        };
    Ok(lines.map(line).collect())
}

/// Compiles a program that returns at once, as a release build would.
fn empty_program(scratch: &Path) -> Result<PathBuf> {
    let source = scratch.join("empty.rs");
    fs::write(&source, "fn main() {}\n")?;
    let program = scratch
        .join("empty")
        .with_extension(env::consts::EXE_EXTENSION);
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let status = Command::new(compiler)
        .args(["--edition=2024", "-Copt-level=3", "-Cstrip=debuginfo", "-o"])
        .args([&program, &source])
        .status()?;
    if status.success() {
        Ok(program)
    } else {
        Err("the empty program was not compiled".into())
    }
}

fn row(line: &Line) -> [String; 7] {
    let Spread { median, least } = line.cost;
    let time = |median, least| format!("{} ({})", number(median), number(least));
    let ratio = |index: usize| {
        let figure = line.ratios.as_ref().map(|ratios| &ratios[index]);
        figure
            .map(|figure| number(figure.value))
            .unwrap_or_default()
    };
    let worst = line.ratios.iter().flatten();
    let worst = worst.max_by(|a, b| a.value.total_cmp(&b.value));
    let bar = worst.and_then(|figure| figure.bar);
    [
        line.case.clone(),
        time(median.wall, least.wall),
        time(median.cpu, least.cpu),
        ratio(0),
        ratio(1),
        bar.map(|bar| format!("≤ {} ({})", number(bar.limit), number(bar.goal)))
            .unwrap_or_default(),
        worst
            .and_then(Figure::verdict)
            .unwrap_or_default()
            .to_owned(),
    ]
}
