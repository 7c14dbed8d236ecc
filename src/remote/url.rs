//! Which remote is meant: one that the repository's configuration names, or a URL.
//!
//! Git's own URL syntax reaches programs (`ext::sh -c …`), options of ssh (`ssh://-oProxyCommand=…`)
//! and options of git (`--upload-pack=…`). So only what is on a list gets through, and a password
//! is taken out before git, a process list or a message can see it (spec: reliability §6).

use std::fmt;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;

use super::credentials::Credentials;

/// A remote repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remote {
    /// One that the configuration of the local repository names, e.g. `origin`.
    Named(RemoteName),
    /// Any repository, by its address.
    Url(RemoteUrl),
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.pad(&name.0),
            Self::Url(url) => url.fmt(f),
        }
    }
}

/// The name of a configured remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteName(String);

impl RemoteName {
    /// Returns the name, e.g. `origin`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RemoteName {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        no_deception(text)?;
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+');
        if text.starts_with(['/', '.']) || !text.chars().all(plain) {
            return Err(InvalidUrl::NotAName { text: hidden(text) });
        }
        Ok(Self(text.to_owned()))
    }
}

/// How a repository is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlKind {
    /// `https://` or `http://`.
    Http,
    /// `ssh://` or `user@host:path`.
    Ssh,
    /// `git://`: nobody is authenticated, nothing is encrypted.
    Git,
    /// `file://` or a path.
    Local,
}

/// The address of a repository. What it shows of itself holds no password.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteUrl {
    kind: UrlKind,
    /// What git is given: without user and password for http.
    address: String,
    credentials: Option<Credentials>,
}

/// The text given is not the address of a repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// There was nothing.
    #[error("the address of a repository cannot be blank")]
    Blank,
    /// Something there could be taken for an option.
    #[error("the address of a repository, or its host or user, cannot begin with a dash: {text}")]
    LeadingDash {
        /// The text, without passwords.
        text: String,
    },
    /// There was a control character, plain or percent-encoded.
    #[error("the address of a repository cannot hold the control character U+{code:04X}")]
    ControlCharacter {
        /// The code point.
        code: u32,
    },
    /// The scheme is not on the list.
    #[error("{scheme} addresses are not supported; use https, ssh, git, file or a path")]
    Scheme {
        /// The scheme, e.g. `ext::`.
        scheme: String,
    },
    /// There is no host where one belongs.
    #[error("the address {text} names no host")]
    NoHost {
        /// The text, without passwords.
        text: String,
    },
    /// There is a password that the scheme has no use for.
    #[error("an {scheme} address cannot carry a password; use a key")]
    Password {
        /// The scheme.
        scheme: &'static str,
    },
    /// The text cannot be the name of a remote.
    #[error("{text} is not the name of a remote")]
    NotAName {
        /// The text, without passwords.
        text: String,
    },
}

impl RemoteUrl {
    /// Parses an address: `https://`, `http://`, `ssh://`, `git://`, `file://`, `user@host:path` or
    /// a path. A user and password in an http address become [`Credentials`].
    ///
    /// # Errors
    ///
    /// Fails on any other scheme or helper (`ext::`, `fd::`), on what could be taken for an option
    /// and on control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        no_deception(text)?;
        let is_scheme = |text: &str| {
            let mut chars = text.chars();
            chars.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        };
        if let Some((scheme, rest)) = text.split_once("://")
            && is_scheme(scheme)
        {
            return Self::with_scheme(scheme, rest, text);
        }
        let drive = cfg!(windows) && text.as_bytes().get(1) == Some(&b':');
        match text.split_once(':') {
            Some((before, after)) if !before.contains('/') && !drive => {
                if after.starts_with(':') {
                    return Err(InvalidUrl::Scheme {
                        scheme: format!("{before}::"),
                    });
                }
                Self::scp_like(before, after, text)
            }
            _ => Ok(Self::from_path(Path::new(text))),
        }
    }

    /// Returns the address of a repository on this machine.
    #[must_use]
    pub fn from_path(path: &Path) -> Self {
        Self {
            kind: UrlKind::Local,
            address: path.to_string_lossy().into_owned(),
            credentials: None,
        }
    }

    /// Returns the same address, approached with other credentials. They are used over http only.
    #[must_use]
    pub fn with_credentials(self, credentials: Credentials) -> Self {
        Self {
            credentials: Some(credentials),
            ..self
        }
    }

    /// Returns how the repository is reached.
    #[must_use]
    pub fn kind(&self) -> UrlKind {
        self.kind
    }

    /// Returns the address without user and password: equal for all who use the same repository,
    /// so that a cache can be keyed by it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns what to approach an http server with.
    pub(super) fn credentials(&self) -> Option<&Credentials> {
        match self.kind {
            UrlKind::Http => self.credentials.as_ref(),
            _ => None,
        }
    }

    /// Returns the path if it is one: git gets it absolute, since a relative one could be the
    /// name of a remote or, with a colon in it, of a host.
    pub(super) fn path(&self) -> Option<PathBuf> {
        let local = self.kind == UrlKind::Local && !self.address.starts_with("file://");
        local.then(|| PathBuf::from(&self.address))
    }

    /// Parses what follows `scheme://`.
    fn with_scheme(scheme: &str, rest: &str, text: &str) -> Result<Self, InvalidUrl> {
        let kind = match scheme {
            "https" | "http" => UrlKind::Http,
            "ssh" => UrlKind::Ssh,
            "git" => UrlKind::Git,
            "file" => UrlKind::Local,
            _ => {
                return Err(InvalidUrl::Scheme {
                    scheme: format!("{scheme}://"),
                });
            }
        };
        let plain = |address: String, credentials| Self {
            kind,
            address,
            credentials,
        };
        if kind == UrlKind::Local {
            return Ok(plain(text.to_owned(), None));
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (userinfo, host) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(userinfo), host),
            None => (None, authority),
        };
        host_or_user(host, text)?;
        let Some(userinfo) = userinfo else {
            return Ok(plain(text.to_owned(), None));
        };
        let (user, password) = match userinfo.split_once(':') {
            Some((user, password)) => (decoded(user)?, Some(decoded(password)?)),
            None => (decoded(userinfo)?, None),
        };
        match kind {
            UrlKind::Http => {
                let credentials = Credentials::new(Some(user), password, None);
                Ok(plain(format!("{scheme}://{host}{path}"), credentials))
            }
            _ if password.is_some() => Err(InvalidUrl::Password {
                scheme: if kind == UrlKind::Ssh { "ssh" } else { "git" },
            }),
            _ => {
                host_or_user(&user, text)?;
                Ok(plain(text.to_owned(), None))
            }
        }
    }

    /// Parses `host:path` and `user@host:path`.
    fn scp_like(place: &str, path: &str, text: &str) -> Result<Self, InvalidUrl> {
        let (user, host) = place.rsplit_once('@').unwrap_or(("git", place));
        host_or_user(user, text)?;
        host_or_user(host, text)?;
        if path.starts_with('-') {
            return Err(InvalidUrl::LeadingDash { text: hidden(text) });
        }
        Ok(Self {
            kind: UrlKind::Ssh,
            address: text.to_owned(),
            credentials: None,
        })
    }
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.address)
    }
}

impl fmt::Debug for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteUrl({})", self.address)
    }
}

/// Refuses what no address and no name can be.
fn no_deception(text: &str) -> Result<(), InvalidUrl> {
    if text.trim().is_empty() {
        return Err(InvalidUrl::Blank);
    }
    if let Some(c) = text.chars().find(|c| c.is_control()) {
        return Err(InvalidUrl::ControlCharacter { code: c.into() });
    }
    if text.starts_with('-') {
        return Err(InvalidUrl::LeadingDash { text: hidden(text) });
    }
    Ok(())
}

/// Refuses a host or user that is missing or could be taken for an option of ssh.
fn host_or_user(part: &str, text: &str) -> Result<(), InvalidUrl> {
    let part = decoded(part)?;
    if part.is_empty() || part.starts_with(':') || part.contains(char::is_whitespace) {
        return Err(InvalidUrl::NoHost { text: hidden(text) });
    }
    if part.starts_with('-') || part.starts_with("[-") {
        return Err(InvalidUrl::LeadingDash { text: hidden(text) });
    }
    Ok(())
}

/// Returns the text with `%XX` decoded. An encoded line break would reach credential helpers.
fn decoded(text: &str) -> Result<String, InvalidUrl> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = (first == b'%').then(|| tail.get(..2)).flatten();
        let value = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match value {
            Some(value) if value.is_ascii_control() => {
                return Err(InvalidUrl::ControlCharacter { code: value.into() });
            }
            Some(value) => {
                bytes.push(value);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the text as it may be shown.
fn hidden(text: &str) -> String {
    super::text::shown(text.as_bytes(), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_on_the_list_is_taken() {
        for (text, kind) in [
            ("https://github.com/o/r.git", UrlKind::Http),
            ("http://localhost:8080/r", UrlKind::Http),
            ("https://[::1]:8443/r", UrlKind::Http),
            ("ssh://git@host:22/o/r", UrlKind::Ssh),
            ("git@github.com:o/r.git", UrlKind::Ssh),
            ("host:r", UrlKind::Ssh),
            ("git://host/r", UrlKind::Git),
            ("file:///srv/r.git", UrlKind::Local),
            ("/srv/r.git", UrlKind::Local),
            ("../r", UrlKind::Local),
            ("./host:r", UrlKind::Local),
            ("r", UrlKind::Local),
        ] {
            let url = RemoteUrl::parse(text).unwrap();
            assert_eq!((url.kind(), url.address()), (kind, text));
        }
    }

    #[test]
    fn what_reaches_a_program_or_an_option_is_refused() {
        for text in [
            "ext::sh -c touch% X",
            "fd::17",
            "transport::https://host/x",
            "ftp://host/x",
            "git+ssh://host/x",
            "HTTPS://host/x",
            "--upload-pack=touch X",
            "-u./x",
            "-host:path",
            "-oProxyCommand=x@host:path",
            "host:-path",
            "git@-oProxyCommand=x:path",
            "ssh://-oProxyCommand=x/path",
            "ssh://git@-oProxyCommand=x/path",
            "ssh://-l@host/path",
            "ssh://%2doProxyCommand=x/path",
            "ssh://[-oProxyCommand=x]/path",
            "https://-host/x",
            "https://",
            "https:///x",
            "https://:443/x",
            ":path",
            "https://host/x\r",
            "https://host/x\ny",
            "https://host%0a.evil/x",
            "https://me%0d:pw@host/x",
            "",
            " ",
        ] {
            assert!(RemoteUrl::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_password_is_split_off_and_never_shown() {
        let url = RemoteUrl::parse("https://me:p%40ss@host/r").unwrap();
        let expected = Credentials::new(Some("me".into()), Some("p@ss".into()), None);
        assert_eq!(url.credentials(), expected.as_ref());
        assert_eq!(
            format!("{url} {url:?}"),
            "https://host/r RemoteUrl(https://host/r)"
        );
        let token = RemoteUrl::parse("https://ghp_secret@host/r").unwrap();
        assert_eq!(token.to_string(), "https://host/r");
        let error = RemoteUrl::parse("https://me:pw@/r")
            .unwrap_err()
            .to_string();
        assert!(!error.contains("pw"), "{error}");
        let error = RemoteUrl::parse("ssh://me:pw@host/r")
            .unwrap_err()
            .to_string();
        assert!(!error.contains("pw"), "{error}");
    }

    #[test]
    fn credentials_go_to_http_servers_only() {
        let secret = || Credentials::new(None, None, Some("t".into())).unwrap();
        let url = |text| RemoteUrl::parse(text).unwrap().with_credentials(secret());
        assert!(url("https://host/r").credentials().is_some());
        assert!(url("git@host:r").credentials().is_none());
        assert!(url("/srv/r").credentials().is_none());
    }

    #[test]
    fn a_remote_name_is_no_path_no_url_and_no_option() {
        for text in ["origin", "up-stream_2", "team/fork"] {
            assert_eq!(text.parse::<RemoteName>().unwrap().as_str(), text);
        }
        for text in [
            "",
            "-o",
            "--all",
            "a b",
            "a:b",
            "./x",
            "/x",
            "a\nb",
            "https://h/x",
        ] {
            assert!(text.parse::<RemoteName>().is_err(), "{text:?}");
        }
    }
}
