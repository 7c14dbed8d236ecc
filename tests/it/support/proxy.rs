//! A network that ends when it is told to: a proxy on loopback in front of `git daemon`, which counts
//! what passes and cuts the connection after so many bytes.

use std::fs;
use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Child;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;

use super::git::hermetic;

/// How often a thread that reads looks whether it has to end.
const TICK: Duration = Duration::from_millis(5);

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// How both sides learn that the connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The other side seems to have closed it (FIN).
    Closed,
    /// It is reset (RST).
    Reset,
    /// Not at all: nothing comes any more.
    Silence,
}

/// When and how connections are cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    /// Which way bytes are counted.
    pub(crate) way: Way,
    /// After how many of them, in all connections together.
    pub(crate) after: u64,
    /// How.
    pub(crate) end: End,
    /// Whether connections that are made afterwards pass; else they all end at once.
    pub(crate) heals: bool,
}

/// How many bytes have passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passed {
    /// From the client to the server.
    pub(crate) up: u64,
    /// From the server to the client.
    pub(crate) down: u64,
}

impl Passed {
    /// Returns how many there were in one direction.
    pub(crate) fn on(self, way: Way) -> u64 {
        match way {
            Way::Up => self.up,
            Way::Down => self.down,
        }
    }
}

/// What the threads of a proxy share.
struct Line {
    cut: Option<Cut>,
    passed: Mutex<Passed>,
    /// The cut was made.
    is_cut: AtomicBool,
    /// The test is over: those who are kept waiting in silence may go.
    is_over: AtomicBool,
}

/// A proxy in front of a `git daemon` that serves a directory of repositories.
pub(crate) struct Proxy {
    address: SocketAddr,
    line: Arc<Line>,
    listener: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Begins to serve the repositories in a directory, to read and to write.
    pub(crate) fn before(directory: &Path, cut: Option<Cut>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let line = Arc::new(Line {
            cut,
            passed: Mutex::default(),
            is_cut: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
        });
        let (shared, directory) = (Arc::clone(&line), directory.to_owned());
        let listener = thread::spawn(move || serve(&listener, &shared, &directory));
        Self {
            address,
            line,
            listener: Some(listener),
        }
    }

    /// Returns the setting with which a `git` finds `git://shop/` here.
    pub(crate) fn variables(&self) -> [(String, String); 3] {
        let key = format!("url.git://{}/.insteadOf", self.address);
        [
            ("GIT_CONFIG_COUNT".to_owned(), "1".to_owned()),
            ("GIT_CONFIG_KEY_0".to_owned(), key),
            ("GIT_CONFIG_VALUE_0".to_owned(), "git://shop/".to_owned()),
        ]
    }

    /// Says whether the connection was cut.
    pub(crate) fn is_cut(&self) -> bool {
        self.line.is_cut.load(Ordering::SeqCst)
    }

    /// Waits until every server has come to its end, and returns how much has passed.
    pub(crate) fn finish(mut self) -> Passed {
        self.end();
        *self.line.passed.lock().unwrap()
    }

    fn end(&mut self) {
        self.line.is_over.store(true, Ordering::SeqCst);
        if let Some(listener) = self.listener.take() {
            // It waits for one more connection, and sees that it is over.
            drop(TcpStream::connect(self.address));
            listener.join().unwrap();
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.end();
    }
}

/// Takes connections until it is over, then waits for all of them.
fn serve(listener: &TcpListener, line: &Arc<Line>, directory: &Path) {
    let mut connections = Vec::new();
    for client in listener.incoming() {
        let client = client.unwrap();
        if line.is_over.load(Ordering::SeqCst) {
            break;
        }
        let (line, directory) = (Arc::clone(line), directory.to_owned());
        connections.push(thread::spawn(move || connect(client, &line, &directory)));
    }
    for connection in connections {
        connection.join().unwrap();
    }
}

/// Serves one connection to its end, and that of its server.
fn connect(client: TcpStream, line: &Arc<Line>, directory: &Path) {
    let is_late = line.is_cut.load(Ordering::SeqCst);
    let cut = line.cut.filter(|cut| !is_late || !cut.heals);
    let connection = Arc::new(AtomicBool::new(false));
    if let Some(cut) = cut.filter(|cut| is_late || cut.after == 0) {
        line.is_cut.store(true, Ordering::SeqCst);
        line.part(&[&client], cut.end);
        return;
    }
    let (server, mut child) = start(directory);
    for socket in [&client, &server] {
        socket.set_read_timeout(Some(TICK)).unwrap();
        socket.set_nodelay(true).unwrap();
    }
    let pump = |way, from: &TcpStream, to: &TcpStream| Pump {
        way,
        from: from.try_clone().unwrap(),
        to: to.try_clone().unwrap(),
        cut,
        line: Arc::clone(line),
        is_over: Arc::clone(&connection),
    };
    let up = pump(Way::Up, &client, &server);
    let down = pump(Way::Down, &server, &client);
    let up = thread::spawn(move || up.run());
    down.run();
    up.join().unwrap();
    if let Some(cut) = cut.filter(|_| connection.load(Ordering::SeqCst)) {
        line.part(&[&client, &server], cut.end);
    }
    drop((client, server));
    child.wait().unwrap();
}

/// Starts the server of one connection, and returns our end of the socket that it has for both ends
/// of its pipe.
fn start(directory: &Path) -> (TcpStream, Child) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (theirs, _) = listener.accept().unwrap();
    let stdin: OwnedFd = theirs.try_clone().unwrap().into();
    let stdout: OwnedFd = theirs.into();
    let child = hermetic("git", directory)
        .args(["daemon", "--inetd", "--export-all"])
        .args(["--enable=receive-pack", "--log-destination=none"])
        .arg(format!("--base-path={}", directory.display()))
        .stdin(Stdio::from(stdin))
        .stdout(Stdio::from(stdout))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    (ours, child)
}

impl Line {
    /// Cuts the sockets as is wanted, once nobody reads from them any more.
    fn part(&self, sockets: &[&TcpStream], end: End) {
        match end {
            End::Closed => {}
            End::Reset => {
                for socket in sockets {
                    set_socket_linger(socket, Some(Duration::ZERO)).unwrap();
                }
            }
            End::Silence => {
                while !self.is_over.load(Ordering::SeqCst) {
                    thread::sleep(TICK);
                }
            }
        }
    }

    /// Counts what is about to pass and returns how much of it may, and whether that is the end.
    fn admit(&self, way: Way, count: usize, cut: Option<Cut>) -> (usize, bool) {
        let mut passed = self.passed.lock().unwrap();
        let so_far = match way {
            Way::Up => &mut passed.up,
            Way::Down => &mut passed.down,
        };
        let left = cut
            .filter(|cut| cut.way == way)
            .map_or(u64::MAX, |cut| cut.after.saturating_sub(*so_far));
        let admitted = left.min(count as u64);
        *so_far += admitted;
        (usize::try_from(admitted).unwrap(), admitted == left)
    }
}

/// One direction of one connection.
struct Pump {
    way: Way,
    from: TcpStream,
    to: TcpStream,
    cut: Option<Cut>,
    line: Arc<Line>,
    /// The connection is cut: both directions end.
    is_over: Arc<AtomicBool>,
}

impl Pump {
    /// Passes on bytes until there are no more, or no more may pass.
    fn run(mut self) {
        let mut buffer = [0; 16 * 1024];
        while !self.is_over.load(Ordering::SeqCst) {
            let count = match self.from.read(&mut buffer) {
                Ok(count) => count,
                Err(error) if is_a_tick(&error) => continue,
                // The other side was reset, which is its end.
                Err(_) => 0,
            };
            if count == 0 {
                break;
            }
            let (admitted, is_end) = self.line.admit(self.way, count, self.cut);
            let sent = self.to.write_all(&buffer[..admitted]);
            if is_end {
                self.line.is_cut.store(true, Ordering::SeqCst);
                self.is_over.store(true, Ordering::SeqCst);
            }
            if sent.is_err() {
                break;
            }
        }
        if !self.is_over.load(Ordering::SeqCst) {
            let _ = self.to.shutdown(Shutdown::Write);
        }
    }
}

fn is_a_tick(error: &io::Error) -> bool {
    let kinds = [
        ErrorKind::WouldBlock,
        ErrorKind::TimedOut,
        ErrorKind::Interrupted,
    ];
    kinds.contains(&error.kind())
}

/// Copies a directory with all that is in it.
pub(crate) fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
