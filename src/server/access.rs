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
        self.with(Scheme::Basic, secret.as_bytes(), right)
    }

    /// Adds whoever has a token.
    #[must_use]
    pub fn with_token(self, token: &str, right: Right) -> Self {
        self.with(Scheme::Bearer, token.as_bytes(), right)
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

    fn with(mut self, scheme: Scheme, secret: &[u8], right: Right) -> Self {
        self.known.push(Known {
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

    /// Decides on a request by its header `Authorization`.
    ///
    /// # Errors
    ///
    /// Fails with the reason why it is refused.
    pub(crate) fn check(&self, need: Need, authorization: Option<&str>) -> Result<(), Denied> {
        let is_public = match need {
            Need::Heartbeat => self.public_heartbeat || self.public_read,
            Need::Badge => self.public_badges || self.public_read,
            Need::Read => self.public_read,
            Need::Write => false,
        };
        if is_public || self.is_open() {
            return Ok(());
        }
        let granted = authorization.and_then(|header| self.granted(header));
        match (need, granted) {
            (Need::Write, Some(Right::Write)) => Ok(()),
            (Need::Write, Some(Right::Read)) => Err(Denied::ReadOnly),
            (Need::Write, None) if self.public_read && !self.somebody_writes() => {
                Err(Denied::NobodyWrites)
            }
            (Need::Write, None) => Err(Denied::Unknown),
            (_, granted) => granted.map(|_| ()).ok_or(Denied::Unknown),
        }
    }

    fn somebody_writes(&self) -> bool {
        self.known.iter().any(|known| known.right == Right::Write)
    }

    /// Returns the right that a header `Authorization` gives, the largest if several.
    ///
    /// All credentials are looked at, and each wholly, so that time says nothing about them.
    fn granted(&self, authorization: &str) -> Option<Right> {
        let (scheme, secret) = read(authorization)?;
        let digest: [u8; 32] = Sha256::digest(&secret).into();
        let mut writes = Choice::from(0);
        let mut reads = Choice::from(0);
        for known in self.known.iter().filter(|known| known.scheme == scheme) {
            let same = known.digest.ct_eq(&digest);
            match known.right {
                Right::Read => reads |= same,
                Right::Write => writes |= same,
            }
        }
        match (bool::from(writes), bool::from(reads)) {
            (true, _) => Some(Right::Write),
            (false, true) => Some(Right::Read),
            (false, false) => None,
        }
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
