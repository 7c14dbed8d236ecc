//! An event as one line of the log: text for people and `awk`, JSON for collectors.
//!
//! Whatever a client sent can neither begin a line of its own nor steer a terminal or what runs a build:
//! `render::sink::terminal` sees to it in both forms.

use std::fmt::Write;

use serde::Serialize;

use super::event::Event;
use super::event::Level;
use super::event::Outcome;
use super::event::Request;
use super::event::Wrote;
use crate::domain::time::Timestamp;
use crate::render::sink::terminal::shown_on_one_line;

/// The longest part of a line that a client may choose, in characters.
const LONGEST: usize = 1000;

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// A line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    time: Timestamp,
    level: Level,
    #[serde(flatten)]
    event: &'a Event,
}

/// Returns an event as a line, without its end.
pub(super) fn line(form: Form, time: Timestamp, event: &Event) -> String {
    match form {
        Form::Text => {
            let level = event.level().name();
            shown_on_one_line(&format!("{time} {level:<5} {}", text(event)))
        }
        Form::Json => {
            let level = event.level();
            let line = serde_json::to_string(&Line { time, level, event });
            let line = line.expect("an event has fields with names, and numbers that are finite");
            shown_on_one_line(&line)
        }
    }
}

fn text(event: &Event) -> String {
    match event {
        Event::Serving { message } | Event::Note { message, .. } => message.clone(),
        Event::Request(request) => request_text(request),
        Event::Fetched { milliseconds } => format!("fetched in {milliseconds}ms"),
        Event::NotFetched {
            error,
            milliseconds,
        } => format!("could not fetch: {milliseconds}ms: {error}"),
        Event::Wrote(wrote) => wrote_text(wrote),
        Event::NotWritten {
            requests,
            error,
            milliseconds,
        } => format!("could not write: requests {requests}, {milliseconds}ms: {error}"),
    }
}

/// Returns the fields of a request in their order; `-` stands for what is not known.
fn request_text(request: &Request) -> String {
    let status = request.status.map(|status| status.to_string());
    let mut line = format!(
        "{} {} {} {}B {}ms {} {}",
        request.method,
        request.path.replace(' ', "%20"),
        status.as_deref().unwrap_or("-"),
        request.bytes,
        request.milliseconds,
        request.user.as_deref().map_or("-".to_owned(), one_word),
        request.id,
    );
    if let Some(error) = &request.error {
        write!(line, ": {error}").expect("a string takes all that is written to it");
    }
    line
}

/// Returns a name without the blanks that would move the fields behind it.
fn one_word(name: &str) -> String {
    name.replace(char::is_whitespace, "_")
}

fn wrote_text(wrote: &Wrote) -> String {
    let Wrote {
        requests,
        refused,
        branches,
        lost_races,
        milliseconds,
        ..
    } = wrote;
    let what = match wrote.outcome {
        Outcome::Landed => "wrote in one go",
        Outcome::NothingNew => "nothing new",
        Outcome::Kept => "kept for a later push",
        Outcome::Failed => "could not write",
    };
    format!(
        "{what}: requests {requests}, refused {refused}, branches {branches}, lost races \
         {lost_races}, {milliseconds}ms"
    )
}

/// Returns what a client sent, cut where it would fill the log.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::deceptive::deceives;

    fn request() -> Request {
        Request {
            id: "a1-1".to_owned(),
            method: "GET".to_owned(),
            path: "/pacticipants/Web".to_owned(),
            route: Some("/pacticipants/{pacticipant}"),
            status: Some(200),
            bytes: 512,
            milliseconds: 1.25,
            user: None,
            error: None,
            is_routine: false,
        }
    }

    fn shown(form: Form, event: &Event) -> String {
        line(form, Timestamp::clamped(0), event)
    }

    #[test]
    fn a_request_is_a_line_of_fields() {
        let mut request = request();
        assert_eq!(
            shown(Form::Text, &Event::Request(request.clone())),
            "1970-01-01T00:00:00+00:00 info  GET /pacticipants/Web 200 512B 1.25ms - a1-1"
        );
        request.user = Some("Ada L".to_owned());
        request.status = Some(500);
        request.error = Some("the disk is full".to_owned());
        assert_eq!(
            shown(Form::Text, &Event::Request(request.clone())),
            "1970-01-01T00:00:00+00:00 error GET /pacticipants/Web 500 512B 1.25ms Ada_L a1-1: the disk \
             is full"
        );
        request.status = None;
        let gone = shown(Form::Text, &Event::Request(request));
        assert!(gone.contains("/Web - 512B"), "{gone}");
    }

    #[test]
    fn json_has_the_same_fields_under_their_names() {
        let line = shown(Form::Json, &Event::Request(request()));
        assert_eq!(
            line,
            "{\"time\":\"1970-01-01T00:00:00+00:00\",\"level\":\"info\",\"event\":\"request\",\
             \"id\":\"a1-1\",\"method\":\"GET\",\"path\":\"/pacticipants/Web\",\
             \"route\":\"/pacticipants/{pacticipant}\",\"status\":200,\"bytes\":512,\
             \"milliseconds\":1.25}"
        );
    }

    #[test]
    fn nothing_that_a_client_sent_ends_a_line_or_steers_a_terminal() {
        let mut request = request();
        let evil = "/a\r\n1970 info \u{1b}[2J\u{9b}2J\u{202e}\u{2028}\u{7f}";
        request.path = evil.to_owned();
        request.user = Some(evil.to_owned());
        request.error = Some(evil.to_owned());
        let event = Event::Request(request);
        for form in [Form::Text, Form::Json] {
            let line = shown(form, &event);
            assert!(!line.contains(deceives), "{line:?}");
        }
        let read: Value = serde_json::from_str(&shown(Form::Json, &event)).unwrap();
        assert_eq!(read["path"], evil);
    }

    #[test]
    fn writes_say_what_became_of_them() {
        let wrote = Wrote {
            outcome: Outcome::Landed,
            requests: 3,
            refused: 1,
            branches: 2,
            lost_races: 1,
            milliseconds: 210.0,
        };
        assert_eq!(
            shown(Form::Text, &Event::Wrote(wrote)),
            "1970-01-01T00:00:00+00:00 info  wrote in one go: requests 3, refused 1, branches 2, lost \
             races 1, 210ms"
        );
        let read: Value = serde_json::from_str(&shown(Form::Json, &Event::Wrote(wrote))).unwrap();
        assert_eq!(read["event"], "wrote");
        assert_eq!(read["outcome"], "landed");
    }

    #[test]
    fn what_is_long_is_cut_at_a_character() {
        let cut = cut(&"ä".repeat(3 * LONGEST));
        assert_eq!(cut.chars().count(), LONGEST + 3);
    }
}
