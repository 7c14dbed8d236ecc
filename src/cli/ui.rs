//! The only place that writes: data to stdout, everything else to stderr.
//!
//! Colour is for terminals only and never with `NO_COLOR`. A reader that goes away (`| head`)
//! ends the output quietly.

pub(super) mod progress;

use std::io;
use std::io::Write;

use crate::domain::notice::Notice;
use crate::domain::notice::NoticeKind;

/// Where a command speaks.
pub(super) struct Ui<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    colour: bool,
    failed: Option<io::Error>,
}

/// A colour, as terminals number them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    /// Something is wrong.
    Red = 31,
    /// Something went well.
    Green = 32,
    /// Something to mind.
    Yellow = 33,
    /// A command.
    Cyan = 36,
}

/// Says a line of a server's log, on stderr, from whichever thread.
pub(super) fn log(line: &str) {
    let mut err = io::stderr().lock();
    // Who does not read the log cannot be told.
    drop(writeln!(err, "{line}"));
}

impl<'a> Ui<'a> {
    /// Returns the place to speak: data to `out`, the rest to `err`, in colour or not.
    pub(super) fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, colour: bool) -> Self {
        Self {
            out,
            err,
            colour,
            failed: None,
        }
    }

    /// Writes data, a line or several.
    pub(super) fn data(&mut self, text: &str) {
        let written = writeln!(self.out, "{text}");
        self.remember(written);
    }

    /// Writes data as JSON, pretty and in the order of its fields.
    pub(super) fn json(&mut self, value: &impl serde::Serialize) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.data(&text),
            Err(error) => self.failed = Some(error.into()),
        }
    }

    /// Says something that is not data, after the data so far.
    pub(super) fn say(&mut self, text: &str) {
        // In the order in which it was said, where both go to one terminal.
        let flushed = self.out.flush();
        self.remember(flushed);
        // What cannot be said on stderr cannot be complained of there either.
        let _ = writeln!(self.err, "{text}");
    }

    /// Warns of something.
    pub(super) fn warn(&mut self, text: &str) {
        let label = self.coloured("warning:", Colour::Yellow);
        self.say(&format!("{label} {text}"));
    }

    /// Writes a notice of the domain as data, in the colour of its kind.
    pub(super) fn notice(&mut self, notice: &Notice) {
        let colour = match notice.kind {
            NoticeKind::Success => Colour::Green,
            NoticeKind::Error => Colour::Red,
            NoticeKind::Warning | NoticeKind::Prompt => Colour::Yellow,
            NoticeKind::Info | NoticeKind::Debug => return self.data(&notice.text),
        };
        let text = self.coloured(&notice.text, colour);
        self.data(&text);
    }

    /// Returns a text in a colour, if there is colour here.
    #[must_use]
    pub(super) fn coloured(&self, text: &str, colour: Colour) -> String {
        if self.colour {
            format!("\u{1b}[{}m{text}\u{1b}[0m", colour as u8)
        } else {
            text.to_owned()
        }
    }

    /// Writes out what is buffered and returns what went wrong with the output, if anything.
    ///
    /// # Errors
    ///
    /// Fails if data could not be written, unless the reader went away.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.remember(flushed);
        match self.failed.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    fn remember(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }
}
