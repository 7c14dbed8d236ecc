//! How wide a text is in the font of badges and pictures, about.
//!
//! Viewers stretch or squeeze the text to the width that they are told, so a pixel more or less
//! is not seen.

/// Returns the width of a text in pixels, in Verdana of 11 pixels.
pub(in crate::render) fn width(text: &str) -> u32 {
    let tenths: u32 = text.chars().map(tenths).sum();
    tenths.div_ceil(10)
}

/// Returns the width of a character in tenths of a pixel.
fn tenths(c: char) -> u32 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 31,
        ' ' | '.' | ',' | ':' | ';' | '!' => 39,
        'f' | 't' | 'I' | 'J' => 44,
        'r' | '-' | '/' | '\\' | '(' | ')' | '[' | ']' | '"' => 49,
        'c' | 's' | 'z' | '?' => 58,
        'a' | 'e' | 'g' | 'k' | 'v' | 'x' | 'y' | 'L' | '$' | '*' | '_' => 66,
        'b' | 'd' | 'h' | 'n' | 'o' | 'p' | 'q' | 'u' | '0'..='9' | 'E' | 'F' | 'P' | 'S' | 'T' => {
            70
        }
        'A' | 'B' | 'C' | 'K' | 'R' | 'U' | 'V' | 'X' | 'Y' | 'Z' => 77,
        'D' | 'G' | 'H' | 'N' | 'O' | 'Q' | '&' => 86,
        'w' | 'M' | '+' | '<' | '=' | '>' | '#' | '^' | '~' => 91,
        'm' | 'W' | '@' | '%' => 109,
        // Most of other scripts; theirs that fill a square are wider.
        c if u32::from(c) < 0x1100 => 76,
        _ => 110,
    }
}
