//! Shows how far long work has come: a bar on a terminal, now and then a line elsewhere.
//!
//! Work that is over soon is never shown. The bar is gone before anything else is printed, since
//! nothing is printed while work goes on. It moves only when something is reported, and never by
//! itself: while git asks for a password, it must not be drawn over the question.

use std::io;
use std::io::Write;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use indicatif::HumanCount;
use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

use crate::remote::Progress;
use crate::remote::Report;
use crate::render::sink::terminal;

/// How long work goes on before a bar is shown.
const BAR_AFTER: Duration = Duration::from_millis(500);

/// How long work goes on before a line says so.
const LINE_AFTER: Duration = Duration::from_secs(10);

/// What is known to end, without colour; the text is cut to the terminal.
const BAR: &str = "[{bar:24}] {percent:>3}% {human_pos}/{human_len} {wide_msg}";

/// What nobody knows the end of.
const COUNT: &str = "{wide_msg}";

/// Returns a place to report to that shows a bar on standard error, a terminal.
pub(in crate::cli) fn bar() -> Progress {
    let bar = Bar::new(ProgressDrawTarget::stderr);
    Progress::new(move |report| bar.hear(report))
}

/// Returns a place to report to that writes a line to standard error for what takes really long.
pub(in crate::cli) fn lines() -> Progress {
    let said = Mutex::default();
    Progress::new(move |report| say(report, &said, &mut io::stderr()))
}

/// A bar that is there only while there is something to show.
struct Bar<T> {
    /// Returns where to draw.
    target: T,
    shown: Mutex<Option<Shown>>,
}

struct Shown {
    /// The work and its stage.
    text: String,
    bar: ProgressBar,
}

impl<T: Fn() -> ProgressDrawTarget> Bar<T> {
    fn new(target: T) -> Self {
        Self {
            target,
            shown: Mutex::new(None),
        }
    }

    /// Shows a report, or clears the bar.
    fn hear(&self, report: Option<Report<'_>>) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(report) = report else {
            return clear(shown.take());
        };
        if report.elapsed < BAR_AFTER {
            return;
        }
        let text = text(&report);
        match &*shown {
            Some(shown) if shown.text == text && shown.bar.length() == report.total => {
                shown.go_to(report.done);
            }
            _ => {
                clear(shown.take());
                *shown = Some(self.draw(&report, text));
            }
        }
    }

    /// Draws a new bar.
    fn draw(&self, report: &Report<'_>, text: String) -> Shown {
        // Hidden until all of it is known: each change would be drawn by itself.
        let bar = ProgressBar::with_draw_target(report.total, ProgressDrawTarget::hidden());
        let template = if report.total.is_some() { BAR } else { COUNT };
        let style = ProgressStyle::with_template(template).expect("the template is well-formed");
        bar.set_style(style.progress_chars("=> "));
        bar.set_message(text.clone());
        let shown = Shown { text, bar };
        shown.go_to(report.done);
        shown.bar.set_draw_target((self.target)());
        shown.bar.tick();
        shown
    }
}

impl Shown {
    /// Shows how much is done.
    fn go_to(&self, done: u64) {
        if self.bar.length().is_some() {
            self.bar.set_position(done);
        } else {
            let count = format!("{}: {}", self.text, HumanCount(done));
            self.bar.set_message(count);
        }
    }
}

/// Takes a bar off the screen.
fn clear(shown: Option<Shown>) {
    if let Some(shown) = shown {
        shown.bar.finish_and_clear();
    }
}

/// Says what is being done, once, if it takes really long. `said` is what was said last.
fn say(report: Option<Report<'_>>, said: &Mutex<String>, err: &mut dyn Write) {
    let Some(report) = report.filter(|report| report.elapsed >= LINE_AFTER) else {
        return;
    };
    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
    if *said != report.title {
        report.title.clone_into(&mut said);
        // What cannot be said on stderr cannot be complained of there either.
        let _ = writeln!(err, "{} …", terminal::shown_on_one_line(report.title));
    }
}

/// Returns the work and its stage in words.
fn text(report: &Report<'_>) -> String {
    let text = if report.stage.is_empty() {
        report.title.to_owned()
    } else {
        format!("{}: {}", report.title, report.stage.to_lowercase())
    };
    terminal::shown_on_one_line(&text)
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    fn report(done: u64, total: Option<u64>, milliseconds: u64) -> Report<'static> {
        Report {
            title: "fetching 3 branches from origin",
            stage: "Receiving objects",
            done,
            total,
            elapsed: Duration::from_millis(milliseconds),
        }
    }

    /// Returns a bar on a terminal of that width. Every report is drawn.
    fn on_terminal(width: u16) -> (Bar<impl Fn() -> ProgressDrawTarget>, InMemoryTerm) {
        let terminal = InMemoryTerm::new(5, width);
        let target = terminal.clone();
        let bar = Bar::new(move || ProgressDrawTarget::term_like(Box::new(target.clone())));
        (bar, terminal)
    }

    #[test]
    fn work_that_is_over_soon_is_never_shown() {
        let (bar, terminal) = on_terminal(100);
        for milliseconds in [0, 100, 499] {
            bar.hear(Some(report(1, Some(2), milliseconds)));
        }
        bar.hear(None);
        assert!(terminal.moves_since_last_check().is_empty());
    }

    #[test]
    fn long_work_shows_a_bar_that_moves_and_goes_away() {
        let (bar, terminal) = on_terminal(100);
        bar.hear(Some(report(500, Some(2000), 600)));
        assert_eq!(
            terminal.contents(),
            "[======>                 ]  25% 500/2,000 fetching 3 branches from origin: receiving objects"
        );
        bar.hear(Some(report(1000, Some(2000), 700)));
        assert!(terminal.contents().contains(" 50% 1,000/2,000 "));
        bar.hear(None);
        assert_eq!(terminal.contents(), "");
    }

    #[test]
    fn another_stage_takes_the_place_of_the_one_before() {
        let (bar, terminal) = on_terminal(100);
        bar.hear(Some(report(500, Some(2000), 600)));
        bar.hear(Some(Report {
            stage: "Counting objects",
            ..report(7, None, 700)
        }));
        assert_eq!(
            terminal.contents(),
            "fetching 3 branches from origin: counting objects: 7"
        );
        bar.hear(Some(Report {
            stage: "",
            ..report(8000, None, 800)
        }));
        assert_eq!(
            terminal.contents(),
            "fetching 3 branches from origin: 8,000"
        );
    }

    #[test]
    fn a_narrow_terminal_shows_one_line_all_the_same() {
        let (bar, terminal) = on_terminal(50);
        bar.hear(Some(report(500, Some(2000), 600)));
        assert_eq!(
            terminal.contents(),
            "[======>                 ]  25% 500/2,000 fetching"
        );
    }

    #[test]
    fn work_within_work_leaves_the_screen_and_the_outer_one_comes_back() {
        let (bar, terminal) = on_terminal(100);
        let outer = Report {
            title: "looking up the past",
            stage: "",
            ..report(1, None, 600)
        };
        bar.hear(Some(outer));
        bar.hear(Some(report(1, Some(2), 600)));
        bar.hear(None);
        bar.hear(Some(outer));
        assert_eq!(terminal.contents(), "looking up the past: 1");
    }

    #[test]
    fn elsewhere_a_line_is_written_once_and_only_for_what_takes_really_long() {
        let said = Mutex::default();
        let mut err = Vec::new();
        for milliseconds in [0, 600, 9_999, 10_000, 10_100, 60_000] {
            say(Some(report(1, Some(2), milliseconds)), &said, &mut err);
        }
        say(None, &said, &mut err);
        let err = String::from_utf8(err).unwrap();
        assert_eq!(err, "fetching 3 branches from origin …\n");
    }
}
