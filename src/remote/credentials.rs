//! What proves to an HTTP server who is asking. Never printed, never an argument of a process.

use std::fmt;

/// The user name that forges accept beside a token when no other is asked for.
const TOKEN_USER: &str = "x-access-token";

/// A user name with a password or a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    username: Option<String>,
    secret: Option<String>,
}

impl Credentials {
    /// Returns what was given of the three, or `None` if nothing was. A token wins over a password.
    ///
    /// Git servers take a token as the password of Basic authentication. With no user name given it
    /// is `x-access-token`, which GitHub, GitLab, Gitea and Azure DevOps accept; Bitbucket and
    /// GitLab's job tokens want a user name of their own.
    #[must_use]
    pub fn new(
        username: Option<String>,
        password: Option<String>,
        token: Option<String>,
    ) -> Option<Self> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let username = given(username);
        let secret = match (given(token), given(password)) {
            (Some(token), _) => Some(token),
            (None, password) => password,
        };
        (username.is_some() || secret.is_some()).then_some(Self { username, secret })
    }

    /// Returns the user name if there is no secret to go with it: git has to ask for that itself.
    pub(super) fn username_alone(&self) -> Option<&str> {
        match self.secret {
            Some(_) => None,
            None => self.username.as_deref(),
        }
    }

    /// Returns the value of the `Authorization` header, if there is a secret.
    pub(super) fn authorization(&self) -> Option<String> {
        let secret = self.secret.as_deref()?;
        let username = self.username.as_deref().unwrap_or(TOKEN_USER);
        Some(format!(
            "Basic {}",
            base64(format!("{username}:{secret}").as_bytes())
        ))
    }

    /// Returns every text that must not be seen in output.
    pub(super) fn secrets(&self) -> Vec<String> {
        let header = self
            .authorization()
            .map(|value| value["Basic ".len()..].to_owned());
        self.secret.clone().into_iter().chain(header).collect()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

/// Returns the bytes in base64 with padding (RFC 4648 §4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| chunk.get(index).copied().map_or(0, u32::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= chunk.len() {
                let digit = (bits >> (18 - 6 * place)) & 63;
                text.push(char::from(DIGITS[digit as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(
        username: Option<&str>,
        password: Option<&str>,
        token: Option<&str>,
    ) -> Option<Credentials> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Credentials::new(owned(username), owned(password), owned(token))
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xbf]), "+/+/");
    }

    #[test]
    fn a_token_is_the_password_of_basic_authentication() {
        let token = given(None, Some("ignored"), Some("t0k")).unwrap();
        let expected = format!("Basic {}", base64(b"x-access-token:t0k"));
        assert_eq!(token.authorization(), Some(expected));
        let named = given(Some("me"), Some("pw"), None).unwrap();
        let expected = format!("Basic {}", base64(b"me:pw"));
        assert_eq!(named.authorization(), Some(expected));
    }

    #[test]
    fn blank_is_not_given() {
        assert_eq!(given(Some(""), Some(""), Some("")), None);
        let alone = given(Some("me"), Some(""), None).unwrap();
        assert_eq!(alone.authorization(), None);
        assert_eq!(alone.username_alone(), Some("me"));
    }

    #[test]
    fn credentials_do_not_show_themselves() {
        let secret = given(Some("me"), Some("hunter2"), None).unwrap();
        assert_eq!(format!("{secret:?}"), "Credentials(***)");
    }
}
