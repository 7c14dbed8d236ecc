//! Credentials as lines of text, as a file or a variable has them:
//!
//! ```text
//! # the pipelines
//! write token 6Zp1vU8mQx0cF3bT
//! write user ci:a password
//! # everybody else
//! read user developers:another password
//! ```

use super::Access;
use super::Right;

/// The shortest token: what can be guessed is no secret, and nothing slows down who guesses.
const SHORTEST_TOKEN: usize = 16;

/// A line gives no credentials. It is not repeated here, for it may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {wrong}")]
pub struct InvalidLine {
    /// Which line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    wrong: Wrong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Wrong {
    #[error("credentials begin with `read` or `write`")]
    Right,
    #[error("after the right comes `user <name>:<password>` or `token <token>`")]
    Kind,
    #[error("a user has a name and a password, with a colon between them")]
    User,
    #[error("a token has at least {SHORTEST_TOKEN} characters")]
    ShortToken,
    #[error("a token consists of letters, digits and `-._~+/=`")]
    Token,
}

impl Access {
    /// Adds the credentials of a text: in each line `read` or `write`, then `user` with a name, a
    /// colon and a password, or `token` with a token. Empty lines and such that begin with `#` are
    /// passed over.
    ///
    /// # Errors
    ///
    /// Fails at the first line that is something else.
    pub fn with_lines(mut self, text: &str) -> Result<Self, InvalidLine> {
        // Some editors begin a file with this mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |wrong| InvalidLine {
                line: index + 1,
                wrong,
            };
            self = self.with_line(line).map_err(wrong)?;
        }
        Ok(self)
    }

    fn with_line(self, line: &str) -> Result<Self, Wrong> {
        let (right, rest) = first_word(line);
        let right = match right {
            "read" => Right::Read,
            "write" => Right::Write,
            _ => return Err(Wrong::Right),
        };
        match first_word(rest) {
            ("user", user) => {
                let (name, password) = user.split_once(':').ok_or(Wrong::User)?;
                if name.is_empty() || password.is_empty() {
                    return Err(Wrong::User);
                }
                Ok(self.with_user(name, password, right))
            }
            ("token", token) => {
                let usual = |c: u8| c.is_ascii_alphanumeric() || b"-._~+/=".contains(&c);
                if !token.bytes().all(usual) {
                    return Err(Wrong::Token);
                }
                if token.len() < SHORTEST_TOKEN {
                    return Err(Wrong::ShortToken);
                }
                Ok(self.with_token(token, right))
            }
            _ => Err(Wrong::Kind),
        }
    }
}

fn first_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_users_and_tokens() {
        let text = "\u{feff}# pipelines\r\n\nwrite user ci:a pass:word\r\n  read\ttoken \
                    0123456789abcdef\n";
        let access = Access::default().with_lines(text).unwrap();
        let same = Access::default()
            .with_user("ci", "a pass:word", Right::Write)
            .with_token("0123456789abcdef", Right::Read);
        assert_eq!(access, same);
        assert_eq!(
            Access::default().with_lines("\n# none"),
            Ok(Access::default())
        );
    }

    #[test]
    fn a_wrong_line_is_named_by_its_number_and_not_repeated() {
        for (line, wrong) in [
            ("admin user ci:hidden", Wrong::Right),
            ("hidden", Wrong::Right),
            ("write", Wrong::Kind),
            ("write hidden", Wrong::Kind),
            ("write user hidden", Wrong::User),
            ("write user :hidden", Wrong::User),
            ("write user hidden:", Wrong::User),
            ("write token", Wrong::ShortToken),
            ("write token hidden", Wrong::ShortToken),
            ("write token 0123456789 hidden", Wrong::Token),
        ] {
            let text = format!("# credentials\n{line}\n");
            let error = Access::default().with_lines(&text).unwrap_err();
            assert_eq!(error, InvalidLine { line: 2, wrong }, "{line}");
            assert!(!error.to_string().contains("hidden"), "{error}");
        }
    }
}
