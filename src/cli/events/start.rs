//! What `--since` means: a file, JSON, a time, a commit, or the name of a cursor, in this order.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use crate::app::cursor;
use crate::app::events::since::Start;
use crate::app::site::Site;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::domain::moment;
use crate::domain::moment::InvalidMoment;
use crate::domain::name::CursorName;
use crate::domain::time::Timestamp;
use crate::store::Revision;

/// How long the id of a commit is.
const COMMIT: usize = 40;

/// How many seconds a day has.
const DAY: i64 = 24 * 60 * 60;

/// Tips as somebody has them.
#[derive(Deserialize)]
struct Tips {
    tips: BTreeMap<String, String>,
}

/// Returns where to begin.
///
/// # Errors
///
/// Fails if the text means nothing, or a cursor that is not there.
pub(super) fn start(text: &str, site: &Site, outside: &Outside) -> Result<Start, Failure> {
    let path = outside.working_directory.join(text);
    if path.is_file() {
        let read = fs::read(&path).map_err(|error| Failure::of(Exit::Failed, &error))?;
        return tips(&read, text);
    }
    if text.starts_with('{') {
        return tips(text.as_bytes(), "--since");
    }
    match moment::time(text, outside.now) {
        Ok(understood) => {
            let time = understood.time.epoch_seconds();
            // Since a day is with that day, not behind it.
            let time = time - if understood.is_end_of_day { DAY } else { 0 };
            return Ok(Start::After(Timestamp::clamped(time)));
        }
        Err(error @ InvalidMoment::Future(_)) => {
            return Err(Failure::usage(format!("--since: {error}")));
        }
        Err(InvalidMoment::Nonsense(_)) => {}
    }
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() == COMMIT && text.bytes().all(is_digit) {
        return Ok(Start::Commit(Revision(text.to_owned())));
    }
    let name: CursorName = text
        .parse()
        .map_err(|error| Failure::usage(format!("--since: {error}")))?;
    match cursor::read(site, &name)?.cursor {
        Some(cursor) => Ok(Start::Reached(cursor.reached)),
        None => Err(Failure::usage(format!(
            "--since: `{text}` is neither a time, nor a cursor, nor the full id of a commit, nor a file of tips; \
             a time is {}",
            moment::EXAMPLES
        ))),
    }
}

/// Reads tips, as `--save-tips` writes them.
fn tips(bytes: &[u8], name: &str) -> Result<Start, Failure> {
    let tips: Tips = serde_json::from_slice(bytes).map_err(|error| {
        Failure::usage(format!(
            "{name} holds no tips such as --save-tips writes: {error}"
        ))
    })?;
    Ok(Start::Reached(cursor::reached(&tips.tips)?))
}
