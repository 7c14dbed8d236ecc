//! How far a run is: a bar where somebody watches, a line for each step elsewhere.

use std::io;
use std::io::IsTerminal;
use std::io::Write;

use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

/// Who watches a run.
pub(crate) struct Progress {
    bar: ProgressBar,
    is_watched: bool,
}

impl Progress {
    /// Returns the progress of a run that has not begun.
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::hidden();
        let style =
            ProgressStyle::with_template("{spinner} {prefix} {human_pos}/{human_len} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self {
            bar,
            is_watched: io::stderr().is_terminal(),
        }
    }

    /// Says what begins.
    pub(crate) fn start(&self, title: &str) {
        if self.is_watched {
            self.bar.reset();
            self.bar.set_prefix(title.to_owned());
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        } else {
            // Where nobody listens there is nobody to tell.
            let _ = writeln!(io::stderr(), "{title}");
        }
    }

    /// Says how far it is, and what is being done.
    pub(crate) fn at(&self, done: u64, total: u64, what: &'static str) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(what);
    }

    /// Says that what began last is done.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
