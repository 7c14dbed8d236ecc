//! The second table of `docs/performance.md`: how many requests `git pact serve` answers in a
//! second, how soon, and what each costs, over a shop of 50 applications and 5,000 versions.
//!
//! `cargo bench --bench load -- --help` says how to ask for a part of it. Like `scale`, with which it
//! shares its tools, it is not a test and asserts no times; with `--check` it fails if a ratio
//! misses its bar.

#[allow(dead_code, reason = "`pages` uses the rest")]
mod client;
mod drive;
mod report;
mod rows;
mod server;
mod shop;

#[path = "../scale/generate/mod.rs"]
#[allow(dead_code, unused_imports, reason = "`scale` makes stores with it")]
mod generate;
#[path = "../scale/measure.rs"]
#[allow(dead_code, reason = "`scale` uses the rest")]
mod measure;
#[path = "../scale/progress.rs"]
mod progress;
#[path = "../scale/table.rs"]
#[allow(dead_code, reason = "`scale` uses the rest")]
mod table;
#[path = "../scale/world.rs"]
#[allow(dead_code, reason = "`scale` uses the rest")]
mod world;

use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clap::ValueEnum;

use self::drive::Load;
use self::drive::Until;
use self::drive::drive;
use self::measure::Contestant;
use self::measure::Result;
use self::measure::exit;
use self::progress::Progress;
use self::report::Line;
use self::report::Report;
use self::rows::Asker;
use self::rows::GATES;
use self::rows::ROWS;
use self::rows::Row;
use self::server::Server;
use self::table::Figure;
use self::world::Role;
use self::world::World;

/// How many clients ask at once.
const CLIENTS: [usize; 2] = [1, 16];

/// What the Ruby broker took for a `can-i-deploy` over the same shop, at best: 30 ms of CPU time
/// where `git rev-parse HEAD` took 1.5. It cannot run here, so its time on this machine is so many
/// times that of the yardstick.
const RUBY: f64 = 20.0;

/// How many times faster `can-i-deploy` has to be than that, and ought to be.
const TIMES: (f64, f64) = (100.0, 300.0);

/// How often the yardstick is measured.
const YARDSTICKS: usize = 40;

/// Measure what requests to `git pact serve` cost
#[derive(Debug, Parser)]
#[command(name = "load", bin_name = "cargo bench --bench load --")]
struct Arguments {
    /// Only these rows; --list names them
    #[arg(long, value_name = "ROWS", value_delimiter = ',', value_parser = row)]
    rows: Vec<&'static Row>,

    /// How often each row is measured
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,

    /// How many seconds a round takes
    #[arg(long, value_name = "NUMBER", default_value_t = 2)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    seconds: u16,

    /// How many requests of all kinds come at last, for what they leave of memory: an hour of a
    /// hundred a second is 360000
    #[arg(long, value_name = "REQUESTS", default_value_t = 20_000)]
    soak: usize,

    /// Where the shop is, or is made
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
    exit(run(&Arguments::parse()))
}

/// Measures, shows, and says whether every bar is met that had to be.
fn run(arguments: &Arguments) -> Result<bool> {
    let mut out = io::stdout();
    if arguments.list {
        for row in &ROWS {
            writeln!(out, "{:<24} {}", row.name, row.about)?;
        }
        return Ok(true);
    }
    let rounds = usize::from(arguments.rounds);
    let (stores, program) = (&arguments.stores, &arguments.program);
    let world = World::new(stores, program, Vec::new(), rounds, Progress::new())?;
    let shop = shop::store(&world)?;
    let report = measure(&world, &shop, arguments)?;
    match arguments.output {
        Output::Table => write!(out, "{}", report.table().aligned())?,
        Output::Markdown => write!(out, "{}", report.table().markdown())?,
        Output::Json => writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?,
    }
    writeln!(io::stderr(), "{}", report.yardsticks())?;
    let missed = report.missed();
    for missed in &missed {
        writeln!(io::stderr(), "missed: {missed}")?;
    }
    Ok(missed.is_empty() || !arguments.check)
}

/// Measures all rows that were asked for, of one server over a copy of the shop.
fn measure(world: &World, shop: &Path, arguments: &Arguments) -> Result<Report> {
    let small = world.small_repository();
    let rev_parse = |_| Ok(world.git(&small, &["rev-parse", "HEAD"]));
    let mut yardstick = [Contestant::new("git rev-parse HEAD", rev_parse)];
    let costs = world.contest("git rev-parse HEAD", YARDSTICKS, &mut yardstick)?;
    let rev_parse = costs[0].median.cpu;

    let store = world.copy(shop, Role::Authority)?;
    let server = Server::start(world, &store)?;
    let mut report = Report {
        rev_parse,
        memory_at_start: server.memory()?,
        lines: Vec::new(),
    };
    let asker = Asker::new(&server)?;
    let disturb = |client| asker.change(client);
    let time = Until::Time(Duration::from_secs(arguments.seconds.into()));
    for row in &ROWS {
        let is_asked = arguments.rows.iter().any(|asked| asked.name == row.name);
        if !is_asked && !arguments.rows.is_empty() {
            continue;
        }
        for clients in CLIENTS {
            world
                .progress
                .start(&format!("{}, {clients} clients", row.name));
            let ask = |client| (row.ask)(&asker, client);
            let meanwhile: Option<&drive::Ask<'_>> = row.is_disturbed.then_some(&disturb);
            let load = drive(&server, clients, world.rounds, time, &ask, meanwhile)?;
            report.lines.push(line(row.name, clients, load, rev_parse));
            world.progress.finish();
        }
    }
    if arguments.soak > 0 {
        world
            .progress
            .start(&format!("{} requests of all kinds", arguments.soak));
        let requests = Until::Requests(arguments.soak);
        let mixed = |client| asker.mixed(client);
        let load = drive(&server, CLIENTS[1], 1, requests, &mixed, None)?;
        report.lines.push(line("soak", CLIENTS[1], load, rev_parse));
        world.progress.finish();
    }
    Ok(report)
}

fn line(row: &'static str, clients: usize, load: Load, rev_parse: f64) -> Line {
    let ratio = Figure::new(
        "of the CPU time of git rev-parse HEAD",
        load.cpu / rev_parse,
    );
    let (bar, goal) = TIMES;
    Line {
        row,
        clients,
        load,
        to_rev_parse: if GATES.contains(&row) {
            ratio.at_most(RUBY / bar, RUBY / goal)
        } else {
            ratio
        },
    }
}

/// Reads the name of a row.
fn row(text: &str) -> std::result::Result<&'static Row, String> {
    let row = ROWS.iter().find(|row| row.name == text);
    row.ok_or_else(|| "there is no such row; --list names them".to_owned())
}
