//! The table of pages in `docs/performance.md`: how long `git pact serve` takes for what people look
//! at in stores of every size, and `git pact site build` for all of it.
//!
//! `cargo bench --bench pages -- --help` says how to ask for a part of it. Like `scale` and `load`, with
//! which it shares its tools, it is not a test and asserts no times. A page is asked for three times: of
//! a server that has answered nothing yet, after somebody wrote, and once more. The time is that from
//! the request to the whole page on one connection; the least is what it takes, the rest of the median
//! is what else the machine did.

#[path = "load/client.rs"]
#[allow(dead_code, reason = "`load` uses the rest")]
mod client;
#[path = "scale/generate/mod.rs"]
#[allow(dead_code, unused_imports, reason = "`scale` makes stores with it")]
mod generate;
#[path = "scale/measure.rs"]
#[allow(dead_code, reason = "`scale` uses the rest")]
mod measure;
#[path = "scale/progress.rs"]
mod progress;
#[path = "load/server.rs"]
#[allow(dead_code, reason = "`load` uses the rest")]
mod server;
#[path = "scale/table.rs"]
#[allow(dead_code, reason = "`scale` uses the rest")]
mod table;
#[path = "scale/world.rs"]
#[allow(dead_code, reason = "`scale` uses the rest")]
mod world;

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use clap::ValueEnum;
use walkdir::WalkDir;

use self::client::Client;
use self::client::Request;
use self::generate::Ask;
use self::generate::Shape;
use self::measure::Result;
use self::measure::exit;
use self::measure::median;
use self::measure::milliseconds;
use self::progress::Progress;
use self::server::Server;
use self::table::Figure;
use self::table::Table;
use self::table::number;
use self::world::Role;
use self::world::World;
use self::world::output;
use self::world::short;

/// How many milliseconds the index and a matrix may take of 100,000 records, and ought to.
const TIMES: (f64, f64) = (50.0, 20.0);

/// Where a page is in a store.
type At = fn(&Ask) -> String;

/// A page, where it is in a store, and whether the bar is about it.
const PAGES: [(&str, At, bool); 8] = [
    ("index", |_| "/".to_owned(), true),
    ("index by state", |_| "/?sort=state".to_owned(), false),
    ("search", |_| "/?search=svc-00".to_owned(), false),
    (
        "application",
        |ask| format!("/pacticipants/{}", ask.pacticipant),
        false,
    ),
    (
        "contract",
        |ask| {
            format!(
                "/pacts/provider/{}/consumer/{}/latest",
                ask.provider, ask.pacticipant
            )
        },
        false,
    ),
    (
        "matrix",
        |ask| {
            let pair = [&ask.pacticipant, &ask.provider]
                .map(|name| format!("q%5B%5D%5Bpacticipant%5D={name}"));
            format!("/matrix?{}", pair.join("&"))
        },
        true,
    ),
    (
        "can I deploy?",
        |ask| {
            let (name, version) = (&ask.pacticipant, &ask.version);
            format!(
                "/can-i-deploy?pacticipant={name}&version={version}&environment={}",
                ask.environments[0]
            )
        },
        false,
    ),
    ("network", |_| "/network".to_owned(), false),
];

/// Measure what pages cost
#[derive(Debug, Parser)]
#[command(name = "pages", bin_name = "cargo bench --bench pages --")]
struct Arguments {
    /// How many records the stores have, e.g. 10k,100k
    #[arg(
        long,
        value_name = "NUMBERS",
        value_delimiter = ',',
        default_value = "10k"
    )]
    #[arg(value_parser = world::records)]
    records: Vec<u64>,

    /// How often each page is measured
    #[arg(long, value_name = "NUMBER", default_value_t = 9)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,

    /// Leave the sites out, which take long
    #[arg(long)]
    no_sites: bool,

    /// Where the stores are, or are made
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_TARGET_TMPDIR"), "/scale"))]
    stores: PathBuf,

    /// The program to measure, where it is not the one that cargo just built
    #[arg(long, value_name = "FILE", default_value = env!("CARGO_BIN_EXE_git-pact"))]
    program: PathBuf,

    /// How to show the table
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,

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

/// What a page took, in milliseconds, each time that it was measured.
#[derive(Default)]
struct Times {
    /// Of a server that had answered nothing.
    first: Vec<f64>,
    /// After somebody wrote.
    written: Vec<f64>,
    /// Once more.
    again: Vec<f64>,
    /// How long the page is.
    bytes: usize,
}

fn main() -> ExitCode {
    exit(run(&Arguments::parse()).map(|()| true))
}

fn run(arguments: &Arguments) -> Result<()> {
    let rounds = usize::from(arguments.rounds);
    let (stores, program) = (&arguments.stores, &arguments.program);
    let world = World::new(
        stores,
        program,
        arguments.records.clone(),
        rounds,
        Progress::new(),
    )?;
    let mut pages = Table {
        heads: [
            "records",
            "page",
            "KB",
            "first ms",
            "after a write ms",
            "again ms",
            "bar (goal)",
            "verdict",
        ],
        numbers: 2..6,
        rows: Vec::new(),
    };
    let mut sites = Table {
        heads: ["records", "files", "MB", "built s", "nothing new s"],
        numbers: 1..5,
        rows: Vec::new(),
    };
    for records in &world.records {
        let made = world.make(*records, Shape::Repacked)?;
        for (name, path, has_bar) in PAGES {
            world
                .progress
                .start(&format!("{name}, {} records", short(*records)));
            let times = times(&world, &made.path, &made.ask, &path(&made.ask))?;
            world.progress.finish();
            pages.rows.push(row(*records, name, &times, has_bar));
        }
        if !arguments.no_sites {
            world
                .progress
                .start(&format!("site, {} records", short(*records)));
            sites.rows.push(site(&world, *records, &made.path)?);
            world.progress.finish();
        }
    }
    let mut out = io::stdout();
    match arguments.output {
        Output::Table => write!(out, "{}\n{}", pages.aligned(), sites.aligned())?,
        Output::Markdown => write!(out, "{}\n{}", pages.markdown(), sites.markdown())?,
    }
    Ok(())
}

/// Measures a page, each round of a server of its own.
fn times(world: &World, store: &Path, ask: &Ask, path: &str) -> Result<Times> {
    let mut times = Times::default();
    for round in 0..world.rounds {
        let store = world.copy(store, Role::Authority)?;
        let server = Server::start(world, &store)?;
        let mut client = Client::connect(server.address)?;
        let page = Request::page(path);
        let mut look = || -> Result<(f64, usize)> {
            let started = Instant::now();
            let page = client.send(&page)?;
            Ok((milliseconds(started.elapsed()), page.len()))
        };
        let (first, bytes) = look()?;
        times.bytes = bytes;
        times.first.push(first);
        let tag = format!(
            "/pacticipants/{}/versions/{}/tags/round-{round}",
            ask.pacticipant, ask.version
        );
        Client::connect(server.address)?.send(&Request::put(tag))?;
        times.written.push(look()?.0);
        times.again.push(look()?.0);
        drop(server);
        fs::remove_dir_all(store)?;
    }
    Ok(times)
}

fn row(records: u64, name: &str, times: &Times, has_bar: bool) -> [String; 8] {
    let shown = |times: &[f64]| {
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        format!("{} ({})", number(median(times)), number(least))
    };
    let figure = Figure::new("ms", median(&times.first));
    let figure = if has_bar {
        figure.at_most_here(TIMES.0, TIMES.1)
    } else {
        figure
    };
    let bar = figure
        .bar
        .map(|bar| format!("≤ {} ({})", number(bar.limit), number(bar.goal)));
    [
        short(records),
        name.to_owned(),
        (times.bytes / 1000).to_string(),
        shown(&times.first),
        shown(&times.written),
        shown(&times.again),
        bar.unwrap_or_default(),
        figure.verdict().unwrap_or_default().to_owned(),
    ]
}

/// Measures the building of a site, and of the same again.
fn site(world: &World, records: u64, store: &Path) -> Result<[String; 5]> {
    let folder = world.fresh_directory()?.join("site");
    let to = folder.to_str().ok_or("a path that is no text")?;
    let build = || -> Result<f64> {
        let started = Instant::now();
        output(&mut world.pact(store, &["site", "build", "--to", to]), b"")?;
        Ok(started.elapsed().as_secs_f64())
    };
    let (first, again) = (build()?, build()?);
    let (mut files, mut bytes) = (0_u64, 0);
    for entry in WalkDir::new(&folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            files += 1;
            bytes += entry.metadata()?.len();
        }
    }
    fs::remove_dir_all(&folder)?;
    let megabytes = (bytes / 1_000_000).to_string();
    Ok([
        short(records),
        files.to_string(),
        megabytes,
        number(first),
        number(again),
    ])
}
