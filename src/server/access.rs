//! Who may do what: a decision of a request's header and what its route needs.
//!
//! * Without credentials, and not made public to read, everybody may do everything. That is for a
//!   server that only its own machine reaches; the command line sees to it.
//! * With either of them, a right is given by credentials alone, but for reading where that is
//!   public. So where there are no credentials to write, nobody writes.
//! * Secrets are kept as digests: none can be shown, and all comparisons take the same time.

mod lines;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::Digest as _;
use sha2::Sha256;
use subtle::Choice;
use subtle::ConstantTimeEq as _;

pub use self::lines::InvalidLine;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Ask.
    Read,
    /// Ask and record.
    Write,
}

/// What a route asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It says that the server is alive.
    Heartbeat,
    /// It is a picture for a page elsewhere.
    Badge,
    /// It reads.
    Read,
    /// It writes.
    Write,
}

/// Who may do what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    known: Vec<Known>,
    public_read: bool,
    public_heartbeat: bool,
    public_badges: bool,
}

/// Somebody who has credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    /// The name of a user; whoever has a token has none.
    name: Option<String>,
    scheme: Scheme,
    /// SHA-256 of what comes after the scheme, decoded.
    digest: [u8; 32],
    right: Right,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Basic,
    Bearer,
}

/// A request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Denied {
    /// It has no credentials, or wrong ones.
    #[error("credentials are missing or wrong")]
    Unknown,
    /// Its credentials are for reading.
    #[error("these credentials are for reading only")]
    ReadOnly,
    /// There are no credentials to write.
    #[error("this server is for reading only")]
    NobodyWrites,
}

impl Access {
    /// Adds somebody with a name and a password.
    #[must_use]
    pub fn with_user(self, name: &str, password: &str, right: Right) -> Self {
        let secret = format!("{name}:{password}");
        self.with(Some(name), Scheme::Basic, secret.as_bytes(), right)
    }

    /// Adds whoever has a token.
    #[must_use]
    pub fn with_token(self, token: &str, right: Right) -> Self {
        self.with(None, Scheme::Bearer, token.as_bytes(), right)
    }

    /// Lets everybody read.
    #[must_use]
    pub fn with_public_read(mut self, public: bool) -> Self {
        self.public_read |= public;
        self
    }

    /// Lets everybody ask whether the server is alive.
    #[must_use]
    pub fn with_public_heartbeat(mut self, public: bool) -> Self {
        self.public_heartbeat |= public;
        self
    }

    /// Lets everybody see badges.
    #[must_use]
    pub fn with_public_badges(mut self, public: bool) -> Self {
        self.public_badges |= public;
        self
    }

    fn with(mut self, name: Option<&str>, scheme: Scheme, secret: &[u8], right: Right) -> Self {
        self.known.push(Known {
            name: name.map(str::to_owned),
            scheme,
            digest: Sha256::digest(secret).into(),
            right,
        });
        self
    }

    /// Says whether everybody who reaches the server may do everything.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.known.is_empty() && !self.public_read
    }

    /// Decides on a request by its header `Authorization`. Returns the user whose password it has, if
    /// any: a name without its password may be a secret that was typed into the wrong field.
    ///
    /// # Errors
    ///
    /// Fails with the reason why it is refused.
    pub(crate) fn check(
        &self,
        need: Need,
        authorization: Option<&str>,
    ) -> Result<Option<&str>, Denied> {
        let is_public = match need {
            Need::Heartbeat => self.public_heartbeat || self.public_read,
            Need::Badge => self.public_badges || self.public_read,
            Need::Read => self.public_read,
            Need::Write => false,
        };
        let is_public = is_public || self.is_open();
        let granted = authorization.and_then(|header| self.granted(header));
        match (need, granted) {
            (_, None) if is_public => Ok(None),
            (Need::Write, Some((Right::Read, _))) => Err(Denied::ReadOnly),
            (_, Some((_, name))) => Ok(name),
            (Need::Write, None) if self.public_read && !self.somebody_writes() => {
                Err(Denied::NobodyWrites)
            }
            (_, None) => Err(Denied::Unknown),
        }
    }

    fn somebody_writes(&self) -> bool {
        self.known.iter().any(|known| known.right == Right::Write)
    }

    /// Returns the right that a header `Authorization` gives, the largest if several, and to which
    /// user.
    ///
    /// All credentials are looked at, and each wholly, so that time says nothing about them.
    fn granted(&self, authorization: &str) -> Option<(Right, Option<&str>)> {
        let (scheme, secret) = read(authorization)?;
        let digest: [u8; 32] = Sha256::digest(&secret).into();
        let of_scheme = self.known.iter().filter(|known| known.scheme == scheme);
        let looked_at: Vec<(&Known, Choice)> = of_scheme
            .map(|known| (known, known.digest.ct_eq(&digest)))
            .collect();
        let same = looked_at.into_iter().filter(|(_, same)| bool::from(*same));
        let largest = same.map(|(known, _)| known).max_by_key(|known| known.right);
        largest.map(|known| (known.right, known.name.as_deref()))
    }
}

/// Returns what a header `Authorization` says.
fn read(authorization: &str) -> Option<(Scheme, Vec<u8>)> {
    let (scheme, rest) = authorization.trim().split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("basic") {
        Some((Scheme::Basic, BASE64_STANDARD.decode(rest).ok()?))
    } else if scheme.eq_ignore_ascii_case("bearer") {
        Some((Scheme::Bearer, rest.as_bytes().to_vec()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDS: [Need; 4] = [Need::Heartbeat, Need::Badge, Need::Read, Need::Write];

    fn basic(text: &str) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(text))
    }

    /// Returns which of the needs are met.
    fn met(access: &Access, authorization: Option<&str>) -> [bool; 4] {
        NEEDS.map(|need| access.check(need, authorization).is_ok())
    }

    #[test]
    fn without_credentials_everybody_may_do_everything() {
        let open = Access::default();
        assert!(open.is_open());
        assert_eq!(met(&open, None), [true; 4]);
        assert_eq!(met(&open, Some("Bearer whatever")), [true; 4]);
        // A name that nobody checked is not told.
        assert_eq!(open.check(Need::Read, Some(&basic("ada:x"))), Ok(None));
        // What is public on top of that is public already.
        assert!(Access::default().with_public_heartbeat(true).is_open());
    }

    #[test]
    fn credentials_give_their_right_and_nothing_else_does() {
        let access = Access::default()
            .with_user("ci", "a:b", Right::Write)
            .with_user("dev", "päss", Right::Read)
            .with_token("old-token", Right::Write)
            .with_token("new-token", Right::Write)
            .with_token("read-token", Right::Read);
        assert!(!access.is_open());
        for all in [
            basic("ci:a:b"),
            "Bearer old-token".to_owned(),
            "bearer  new-token ".to_owned(),
        ] {
            assert_eq!(met(&access, Some(&all)), [true; 4], "{all}");
        }
        for reads in [basic("dev:päss"), "BEARER read-token".to_owned()] {
            assert_eq!(met(&access, Some(&reads)), [true, true, true, false]);
            let denied = access.check(Need::Write, Some(&reads));
            assert_eq!(denied, Err(Denied::ReadOnly));
        }
        for nothing in [
            basic("ci:a:"),
            basic("ci:a:bc"),
            basic("old-token"),
            basic(""),
            "Bearer ci:a:b".to_owned(),
            "Bearer old-toke".to_owned(),
            "Bearer ".to_owned(),
            "Basic !".to_owned(),
            "Digest old-token".to_owned(),
            "old-token".to_owned(),
        ] {
            assert_eq!(met(&access, Some(&nothing)), [false; 4], "{nothing}");
            let denied = access.check(Need::Write, Some(&nothing));
            assert_eq!(denied, Err(Denied::Unknown));
        }
        assert_eq!(met(&access, None), [false; 4]);
    }

    #[test]
    fn who_asks_is_known_by_a_password_and_by_nothing_else() {
        let access = Access::default()
            .with_user("ci", "secret", Right::Write)
            .with_token("token", Right::Write)
            .with_public_read(true);
        let asks = |need, header: &str| access.check(need, Some(header));
        for need in [Need::Read, Need::Write] {
            assert_eq!(asks(need, &basic("ci:secret")), Ok(Some("ci")));
            assert_eq!(asks(need, "Bearer token"), Ok(None));
        }
        assert_eq!(asks(Need::Read, &basic("ci:wrong")), Ok(None));
        assert_eq!(access.check(Need::Read, None), Ok(None));
    }

    #[test]
    fn what_is_public_needs_no_credentials() {
        let closed = Access::default().with_token("t", Right::Write);
        let heartbeat = closed.clone().with_public_heartbeat(true);
        assert_eq!(met(&heartbeat, None), [true, false, false, false]);
        let badges = closed.clone().with_public_badges(true);
        assert_eq!(met(&badges, None), [false, true, false, false]);
        let read = closed.with_public_read(true);
        assert_eq!(met(&read, None), [true, true, true, false]);
        assert_eq!(read.check(Need::Write, None), Err(Denied::Unknown));
        assert_eq!(met(&read, Some("Bearer t")), [true; 4]);
    }

    #[test]
    fn where_reading_is_public_and_nobody_has_credentials_nobody_writes() {
        let public = Access::default().with_public_read(true);
        assert!(!public.is_open());
        assert_eq!(met(&public, None), [true, true, true, false]);
        let denied = public.check(Need::Write, Some("Bearer t"));
        assert_eq!(denied, Err(Denied::NobodyWrites));
        let readers = public.with_token("t", Right::Read);
        let denied = readers.check(Need::Write, Some("Bearer t"));
        assert_eq!(denied, Err(Denied::ReadOnly));
    }

    #[test]
    fn secrets_are_not_shown() {
        let access = Access::default()
            .with_user("ci", "hidden", Right::Write)
            .with_token("hidden", Right::Read);
        assert!(!format!("{access:?}").contains("hidden"));
    }
}
