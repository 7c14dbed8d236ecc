//! Text that differs from run to run, and patterns that do not mind.

/// What is no surprise, whatever it is: `h` stands for a hexadecimal digit, `d` for a decimal one.
const SHAPES: [(&str, &str); 3] = [
    ("hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh", "<uuid>"),
    ("dddd-dd-ddTdd:dd:dd+dd:dd", "<time>"),
    ("dddd-dd-ddTdd:dd:ddZ", "<time>"),
];

/// Returns a text with names for what nobody can know beforehand: ids, times, the version.
pub(super) fn named(text: &str) -> String {
    let mut rest = text;
    let mut result = String::new();
    while let Some(first) = rest.chars().next() {
        let shape = SHAPES.iter().find(|(shape, _)| begins(rest, shape));
        if let Some((shape, name)) = shape {
            result.push_str(name);
            rest = &rest[shape.len()..];
        } else {
            result.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    result.replace(env!("CARGO_PKG_VERSION"), "<version>")
}

fn begins(text: &str, shape: &str) -> bool {
    let fits = |(byte, shape): (u8, u8)| match shape {
        b'h' => byte.is_ascii_hexdigit(),
        b'd' => byte.is_ascii_digit(),
        other => byte == other,
    };
    text.len() >= shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

/// Says whether a line is as a pattern has it; `…` stands for any text, also for none.
pub(super) fn fits(pattern: &str, line: &str) -> bool {
    let Some((before, after)) = pattern.split_once('…') else {
        return pattern == line;
    };
    let Some(rest) = line.strip_prefix(before) else {
        return false;
    };
    let mut starts = rest.char_indices().map(|(index, _)| index);
    starts.any(|index| fits(after, &rest[index..])) || fits(after, "")
}

#[test]
fn what_nobody_can_know_beforehand_gets_a_name() {
    let text =
        "ä 16926ef3-590f-4e3f-838e-719717aa88c9|2026-11-21T00:05:00+00:00|2026-11-21T00:05:00Z";
    assert_eq!(named(text), "ä <uuid>|<time>|<time>");
    assert_eq!(named("16926ef3-590f"), "16926ef3-590f");
}

#[test]
fn a_pattern_fits_the_whole_line() {
    for (pattern, line, expected) in [
        ("a", "a", true),
        ("a", "a ", false),
        ("…", "", true),
        ("a…c", "abc", true),
        ("a…c", "ac", true),
        ("a…c", "abcd", false),
        ("…b…", "abc", true),
        ("a…b…d", "a b c b d", true),
        ("a…", "ba", false),
    ] {
        assert_eq!(fits(pattern, line), expected, "{pattern:?} {line:?}");
    }
}
