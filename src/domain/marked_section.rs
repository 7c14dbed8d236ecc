//! A section of ours in a file of somebody else, between two lines that say where it is.
//!
//! All else in the file stays as it is, byte for byte.

/// The line before what is ours.
pub const BEGIN: &str = "<!-- git-pact:begin -->";

/// The line behind it.
pub const END: &str = "<!-- git-pact:end -->";

/// A file is not one that a section can be put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unplaceable {
    /// It is somebody's, and does not say where.
    #[error(
        "it has no place for the network: put the lines `{BEGIN}` and `{END}` where it belongs"
    )]
    NoPlace,
    /// The two lines are not there once each, in this order.
    #[error(
        "`{BEGIN}` and `{END}` have to stand in it once each, in this order, on lines of their own"
    )]
    UnclearPlace,
}

/// Returns a file with a section of ours in the place of the one that is in it; a file that is not there is
/// made of it.
///
/// # Errors
///
/// Fails if the file is somebody's and does not say where the section belongs.
pub fn placed(file: Option<&[u8]>, section: &str) -> Result<Vec<u8>, Unplaceable> {
    let Some(file) = file else {
        return Ok(section.as_bytes().to_vec());
    };
    let (mut begins, mut ends) = (Vec::new(), Vec::new());
    let mut at = 0;
    for line in file.split_inclusive(|byte| *byte == b'\n') {
        let after = at + line.len();
        match line.trim_ascii_end() {
            it if it == BEGIN.as_bytes() => begins.push(at),
            it if it == END.as_bytes() => ends.push(after),
            _ => {}
        }
        at = after;
    }
    match (begins.as_slice(), ends.as_slice()) {
        ([], []) => Err(Unplaceable::NoPlace),
        ([begin], [end]) if begin < end => {
            Ok([&file[..*begin], section.as_bytes(), &file[*end..]].concat())
        }
        _ => Err(Unplaceable::UnclearPlace),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_else_in_a_file_stays_byte_for_byte() {
        let ours = format!("{BEGIN}\nnew\n{END}\n");
        let put = |file: &str| placed(Some(file.as_bytes()), &ours);
        let made = placed(None, &ours).unwrap();
        assert_eq!(made, ours.as_bytes());
        assert_eq!(put(&ours).unwrap(), ours.as_bytes());
        let around = |inside: &str| format!("# Us\r\n\n\u{e4}{inside}\n## Them  ");
        let before = around(&format!("\n{BEGIN}\r\nold\n{END}\r\n"));
        let after = around(&format!("\n{BEGIN}\nnew\n{END}\n"));
        assert_eq!(put(&before).unwrap(), after.as_bytes());
        assert_eq!(put(&after).unwrap(), after.as_bytes());
        let bytes = [b"\xff\n", ours.as_bytes(), b"\xfe"].concat();
        assert_eq!(placed(Some(&bytes), &ours).unwrap(), bytes);
        // The last line need not end.
        assert_eq!(put(&format!("{BEGIN}\n{END}")).unwrap(), ours.as_bytes());
    }

    #[test]
    fn a_file_that_is_not_ours_is_left_alone() {
        let put = |file: &str| placed(Some(file.as_bytes()), "x").unwrap_err();
        for file in [
            "",
            "# Us\n",
            "see <!-- git-pact:begin --> <!-- git-pact:end -->\n",
        ] {
            assert_eq!(put(file), Unplaceable::NoPlace, "{file}");
        }
        for file in [
            format!("{BEGIN}\n"),
            format!("{END}\n"),
            format!("{END}\n{BEGIN}\n"),
            format!("{BEGIN}\n{BEGIN}\n{END}\n"),
            format!("{BEGIN}\n{END}\n{BEGIN}\n{END}\n"),
        ] {
            assert_eq!(put(&file), Unplaceable::UnclearPlace, "{file}");
        }
    }
}
