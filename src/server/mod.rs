//! The HTTP API: requests into questions and intents, answers into documents.
//!
//! A request is read into a `call::Call`, dispatched by the table in `routes`, and answered by
//! a handler in `resource`, which asks the domain and renders with `render::hal`. No rule of the
//! broker is decided here.
//!
//! * Sockets are served by one thread. It never reads or writes the store.
//! * `readers` answer questions, each from one state of the store.
//! * The `writer` commits what was asked for meanwhile, all of it together.
//! * `firing` makes the requests of webhooks that are tried out, each on a thread of its own.
//! * `delivering` makes those that something has triggered.
//! * Where writes are answered before they are pushed, the `pusher` fetches and pushes.
//! * `upkeep` lets git pack what was written, where nobody else does.
//! * All of them report to the `watch`: the log and the measurements.
//!
//! To add a resource: its templates in `render::hal::template`, its documents in a file of
//! `render::hal`, its handlers and `ROUTES` in a file of `resource`, a line in `routes::ROUTES`
//! and one in `documentation::families`.
//!
//! To add a page: a `Place`, its links and its template in `render::page`, and its handler in a file of
//! `resource::page`.

mod access;
mod answers;
mod base_url;
mod body;
mod call;
mod connections;
mod delivering;
pub(crate) mod documentation;
mod firing;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod hand_out;
mod negotiate;
mod origin;
mod pages;
mod paging;
mod problem;
mod pusher;
mod rack_query;
mod readers;
mod reply;
mod resource;
mod routes;
mod service;
mod stop;
mod upkeep;
mod watch;
mod writer;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use tokio::net::TcpListener;

pub use self::access::Access;
pub use self::access::InvalidLine;
pub use self::access::Right;
use self::base_url::BaseUrls;
use self::connections::Limits;
use self::connections::Unfinished;
use self::delivering::Deliverer;
use self::delivering::Delivering;
use self::delivering::Waking;
use self::firing::Firings;
use self::pusher::Pusher;
use self::readers::Readers;
use self::routes::Table;
use self::service::Service;
pub use self::stop::Stop;
pub use self::stop::Stopper;
use self::upkeep::Upkeep;
pub use self::watch::Form;
pub use self::watch::Level;
use self::watch::Watch;
use self::writer::Writer;
use crate::app::Context;
use crate::app::site::Locator;
use crate::app::site::Site;
use crate::app::site::SiteError;
use crate::app::webhook::WebhookClient;
use crate::domain::intent::Intent;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Schedule;
use crate::remote::Credentials;
use crate::remote::Progress;
use crate::render::hal::Address;

/// The most readers: more would wait for the disk, not for each other.
const MOST_READERS: usize = 8;

/// How often the remote is asked whether others have written, unless told otherwise.
pub const FETCH_EVERY: Duration = Duration::from_secs(30);

/// Where to say what happens, how, and how much of it.
#[derive(Clone)]
pub struct Log {
    /// How lines are written.
    pub form: Form,
    /// What matters less is left out.
    pub level: Level,
    /// Takes a line, without its end.
    pub write: Arc<dyn Fn(&str) + Send + Sync>,
}

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Is told what was newly recorded, each time that something was.
pub type Witness = Arc<dyn Fn(&[Intent]) + Send + Sync>;

/// When what was written goes to the remote, where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushes {
    /// Before it is answered.
    AtOnce,
    /// Every so often, and at the end; it is answered when it is on disk, synced.
    Every(Duration),
    /// When whoever started the server does so; it is answered when it is on disk, synced. They
    /// fetch before, too: the server leaves the network alone.
    Elsewhere,
}

/// What a server is started with.
#[derive(Clone)]
pub struct Settings {
    /// Where to listen; port 0 is any free one.
    pub bind: SocketAddr,
    /// The URLs under which clients reach the server; without any, what they ask for.
    pub base_urls: Vec<String>,
    /// Who may do what.
    pub access: Access,
    /// How the store is named.
    pub locator: Locator,
    /// With what the store is opened, where its URL asks for it.
    pub credentials: Option<Credentials>,
    /// What the outside world is, but for the time.
    pub context: Context,
    /// The time.
    pub clock: Clock,
    /// How often the remote is asked whether others have written.
    pub fetch_every: Duration,
    /// What makes the requests of webhooks.
    pub webhooks: Arc<WebhookClient>,
    /// How long to wait after a request of a webhook that failed; `None` if no request is made by itself.
    pub fires: Option<Schedule>,
    /// When what was written is pushed.
    pub pushes: Pushes,
    /// Whether to let git tidy up the repository now and then, where nobody else does.
    pub upkeep: bool,
    /// Who is told what was recorded, if anybody is.
    pub witness: Option<Witness>,
    /// Whether a build of a provider's main branch that knows of pending pacts gets what consumers propose as well.
    pub adds_proposals: bool,
    /// What ends the server.
    pub stop: Stop,
    /// Where to say what happens, if anywhere.
    pub log: Option<Log>,
}

/// The server could not start, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The store cannot be opened.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The threads of the server cannot be started.
    #[error("cannot start the server")]
    Runtime(#[source] io::Error),
    /// The server was stopped before everything was answered.
    #[error(transparent)]
    Unfinished(#[from] Unfinished),
    /// Two routes contradict each other.
    #[error("the table of routes is wrong")]
    Routes(#[from] matchit::InsertError),
}

/// Opens the store for each thread that needs it.
#[derive(Clone)]
struct Opener {
    locator: Locator,
    credentials: Option<Credentials>,
    context: Context,
    clock: Clock,
    fetch_every: Duration,
    pushes: Pushes,
    witness: Option<Witness>,
    watch: Watch,
}

impl Opener {
    fn open(&self, context: &Context) -> Result<Site, SiteError> {
        Site::open(&self.locator, self.credentials.clone(), context)
    }

    /// Says whether somebody has fetched everything, and will push what is only kept here.
    fn keeps(&self) -> bool {
        self.pushes != Pushes::AtOnce && !self.context.offline
    }

    /// Returns the world of who only sees what is here: somebody else keeps that up to date.
    fn reading(&self) -> Context {
        Context {
            offline: true,
            ..self.writing()
        }
    }

    /// Returns the world of who may use the network, at this moment.
    fn writing(&self) -> Context {
        Context {
            now: (self.clock)(),
            interactive: false,
            progress: Progress::default(),
            ..self.context.clone()
        }
    }
}

/// Serves until the process is told to stop, then finishes what was begun. Told a second time, or
/// after a minute, it stops as it is.
///
/// `ready` is called with the address once requests are answered there.
///
/// # Errors
///
/// Fails if the store cannot be opened or the address cannot be listened on, and if the server was
/// stopped before all was answered.
pub fn serve(settings: Settings, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let Settings {
        bind,
        base_urls,
        access,
        locator,
        credentials,
        context,
        clock,
        fetch_every,
        webhooks,
        fires,
        pushes,
        upkeep,
        witness,
        adds_proposals,
        stop,
        log,
    } = settings;
    let watch = Watch::new(log, Arc::clone(&clock), context.seed);
    let opener = Opener {
        locator,
        credentials,
        context,
        clock,
        fetch_every,
        pushes,
        witness,
        watch: watch.clone(),
    };
    let waking = Waking::default();
    // Whoever fetches comes first: readers read what is here.
    let pusher = match pushes {
        Pushes::Every(time) => Some(Pusher::start(&opener, time, &waking)?),
        Pushes::AtOnce | Pushes::Elsewhere => None,
    };
    let upkeep = if upkeep {
        Upkeep::start(&opener)?
    } else {
        None
    };
    let (writer, writing) = Writer::start(&opener, upkeep, &waking)?;
    let at = Arc::new(OnceLock::new());
    let fires = fires.filter(|_| pushes != Pushes::Elsewhere && !opener.context.offline);
    let deliverer = match &fires {
        Some(schedule) => {
            let delivering = Delivering {
                client: Arc::clone(&webhooks),
                schedule: schedule.clone(),
                at: Arc::clone(&at),
            };
            Some(Deliverer::start(&opener, delivering)?)
        }
        None => None,
    };
    let waker = deliverer.as_ref().map(|deliverer| deliverer.waker.clone());
    if let Some(waker) = &waker {
        waking.wakes(waker.clone());
    }
    let first_base_url = base_urls.first().cloned();
    let (readers, reading) = Readers::start(&opener, number_of_readers())?;
    let service = Arc::new(Service {
        table: Table::new()?,
        base_urls: BaseUrls::new(base_urls.into_iter().map(Address::new).collect()),
        access,
        readers,
        writer,
        firings: Firings::new(webhooks, &opener),
        fires: deliverer.is_some(),
        schedule: fires.unwrap_or_default(),
        offline: opener.context.offline,
        adds_proposals,
        answers: Arc::default(),
        watch: watch.clone(),
    });
    let ready = move |address| {
        watch.serving(address);
        let base = first_base_url.unwrap_or_else(|| format!("http://{address}"));
        drop(at.set(Address::new(base)));
        if let Some(waker) = waker {
            waker.wake();
        }
        ready(address);
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    runtime.block_on(listen(bind, service, stop, ready))?;
    // Requests hold the service; when the last is answered, the threads come to their end.
    drop(runtime);
    for thread in reading.into_iter().chain([writing]) {
        // A thread that panicked has nothing left to finish.
        drop(thread.join());
    }
    if let Some((pusher, pushing)) = pusher {
        drop(pusher);
        drop(pushing.join());
    }
    drop(waking);
    if let Some(deliverer) = deliverer {
        deliverer.end();
    }
    Ok(())
}

/// Returns how many readers there are: one for each processor, within bounds.
fn number_of_readers() -> usize {
    let processors = thread::available_parallelism().map_or(2, usize::from);
    processors.clamp(2, MOST_READERS)
}

async fn listen(
    bind: SocketAddr,
    service: Arc<Service>,
    stop: Stop,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let failed = |source| ServeError::Bind {
        address: bind,
        source,
    };
    let listener = TcpListener::bind(bind).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let told = stop.told().map_err(ServeError::Runtime)?;
    ready(address);
    let answer = move |request| Arc::clone(&service).answer(request);
    connections::serve(listener, Limits::default(), told, answer).await?;
    Ok(())
}
