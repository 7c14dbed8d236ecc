//! The only place that writes: data to stdout, everything else to stderr.
//!
//! Colour is for terminals only and never with `NO_COLOR`. A reader that goes away (`| head`)
//! ends the output quietly. A document for programs is written last of all: whoever reads both outputs
//! as one finds nothing behind it (spec: cli §9.1).
//!
//! Nothing that is said is obeyed by a terminal or by what runs a build, whoever wrote it: all of it goes
//! through `render::sink::terminal` here, in pieces, of which only ours are in colour.

pub(super) mod progress;

use std::borrow::Cow;
use std::io;
use std::io::Write;

use super::Manner;
use super::face::Face;
use crate::domain::notice::Notice;
use crate::domain::notice::NoticeKind;
use crate::render::sink::terminal;

/// Where a command speaks.
pub(super) struct Ui<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    face: Face,
    colour: bool,
    manner: Manner,
    /// The document, as soon as there is one.
    document: Option<String>,
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

impl Colour {
    /// Returns a text in this colour, where there is colour.
    pub(super) fn of(self, text: &str) -> Piece<'_> {
        let colour = Some(self);
        Piece { text, colour }
    }
}

/// A piece of a line, or of several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    text: &'a str,
    colour: Option<Colour>,
}

impl<'a> From<&'a str> for Piece<'a> {
    fn from(text: &'a str) -> Self {
        let colour = None;
        Self { text, colour }
    }
}

/// Says a line of a server's log, on stderr, from whichever thread. Nothing in it is obeyed already.
pub(super) fn log(line: &str) {
    // At once: stderr has no buffer, so its end would be a write of its own, which wakes whoever reads the log
    // once more, and other processes could write in between.
    let line = [line, "\n"].concat();
    // Who does not read the log cannot be told.
    drop(io::stderr().write_all(line.as_bytes()));
}

impl<'a> Ui<'a> {
    /// Returns the place to speak: data to `out`, the rest to `err`, without colour.
    pub(super) fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, face: Face) -> Self {
        Self {
            out,
            err,
            face,
            colour: false,
            manner: Manner::default(),
            document: None,
            failed: None,
        }
    }

    /// Returns the same place, in colour or not.
    #[must_use]
    pub(super) fn in_colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    /// Returns the same place, knowing whom it speaks to.
    #[must_use]
    pub(super) fn speaking(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    /// Returns the face that the program shows.
    #[must_use]
    pub(super) fn face(&self) -> Face {
        self.face
    }

    /// Says whether the answer is a document for a program.
    #[must_use]
    pub(super) fn is_for_programs(&self) -> bool {
        self.manner.for_programs
    }

    /// Says whether to tell where a write went and what an answer was computed from: always, but on
    /// the broker's face only with `--verbose`, as its programs never did.
    #[must_use]
    pub(super) fn tells_more(&self) -> bool {
        self.face == Face::GitPact || self.manner.verbose
    }

    /// Writes data, a line or several.
    pub(super) fn data(&mut self, text: &str) {
        self.data_of(&[text.into()]);
    }

    /// Writes data made of pieces.
    pub(super) fn data_of(&mut self, pieces: &[Piece<'_>]) {
        let text = self.shown(pieces);
        self.pass_on(&text);
    }

    /// Writes a line that is to be obeyed by what runs the build.
    pub(super) fn instruct(&mut self, line: &str) {
        self.pass_on(&terminal::instruction(line));
    }

    /// Writes as data what another place to speak has written, as it is.
    pub(super) fn pass_on(&mut self, text: &str) {
        let written = writeln!(self.out, "{text}");
        self.remember(written);
    }

    /// Writes as data the bytes of a file, as they are: for a program that shows them itself.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        let written = self.out.write_all(bytes);
        self.remember(written);
    }

    /// Has a document written in the end, pretty and in the order of its fields.
    pub(super) fn json(&mut self, value: &impl serde::Serialize) {
        self.keep(serde_json::to_string_pretty(value));
    }

    /// Has a document written in the end, on one line, as the broker sends its own.
    pub(super) fn json_line(&mut self, value: &impl serde::Serialize) {
        self.keep(serde_json::to_string(value));
    }

    /// Says whether there is a document already.
    #[must_use]
    pub(super) fn has_document(&self) -> bool {
        self.document.is_some()
    }

    /// Has a document of the broker written in the end: on one line where it stands for the broker's own,
    /// else pretty.
    pub(super) fn document(&mut self, value: &serde_json::Value) {
        match self.face {
            Face::GitPact => self.json(value),
            Face::PactBroker => self.json_line(value),
        }
    }

    /// Writes as data that something was done.
    pub(super) fn success(&mut self, text: &str) {
        self.data_of(&[Colour::Green.of(text)]);
    }

    fn keep(&mut self, document: serde_json::Result<String>) {
        match document {
            Ok(text) => self.document = Some(text),
            Err(error) => self.failed = Some(error.into()),
        }
    }

    /// Says something that is not data, after the data so far.
    pub(super) fn say(&mut self, text: &str) {
        self.say_of(&[text.into()]);
    }

    /// Says something made of pieces.
    pub(super) fn say_of(&mut self, pieces: &[Piece<'_>]) {
        let text = self.shown(pieces);
        // In the order in which it was said, where both go to one terminal.
        let flushed = self.out.flush();
        self.remember(flushed);
        // What cannot be said on stderr cannot be complained of there either.
        let _ = writeln!(self.err, "{text}");
    }

    /// Writes out what is buffered, and says whether all data so far has been written: whoever reads it may
    /// have gone away.
    pub(super) fn has_written_all(&mut self) -> bool {
        let flushed = self.out.flush();
        self.remember(flushed);
        self.failed.is_none()
    }

    /// Warns of something.
    pub(super) fn warn(&mut self, text: &str) {
        self.say_of(&[Colour::Yellow.of("warning:"), " ".into(), text.into()]);
    }

    /// Writes a notice of the domain as data, in the colour of its kind.
    pub(super) fn notice(&mut self, notice: &Notice) {
        let colour = match notice.kind {
            NoticeKind::Success => Colour::Green,
            NoticeKind::Error => Colour::Red,
            NoticeKind::Warning | NoticeKind::Prompt => Colour::Yellow,
            NoticeKind::Info | NoticeKind::Debug => return self.data(&notice.text),
        };
        self.data_of(&[colour.of(&notice.text)]);
    }

    /// Returns pieces as they are written: of what they say nothing is obeyed, and their colour is, if there
    /// is colour here.
    fn shown(&self, pieces: &[Piece<'_>]) -> String {
        let shown = pieces.iter().map(|piece| {
            let text = terminal::shown(piece.text);
            match piece.colour {
                Some(colour) if self.colour => {
                    Cow::Owned(format!("\u{1b}[{}m{text}\u{1b}[0m", colour as u8))
                }
                _ => text,
            }
        });
        shown.collect()
    }

    /// Writes out what is buffered and returns what went wrong with the output, if anything.
    ///
    /// # Errors
    ///
    /// Fails if data could not be written, unless the reader went away.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if let Some(document) = self.document.take() {
            // It says the same: what is shown by its code has the code of JSON.
            self.data(&document);
        }
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
