//! How long to wait before a request that failed is made again (spec: semantics §10).

use std::fmt;
use std::str::FromStr;

/// The broker's own waits, in seconds.
const USUAL: [u32; 6] = [10, 60, 120, 300, 600, 1200];

/// How many waits there may be.
const MOST: usize = 20;

/// The longest wait, in seconds: a week.
const LONGEST: u32 = 7 * 24 * 60 * 60;

/// The waits before the second request, the third and so on, in seconds. Where there is no further
/// wait, there is no further request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Vec<u32>);

/// The text given says no waits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no schedule: up to {MOST} waits in seconds such as 10,60,120, none longer than a \
     week, or `never`"
)]
pub struct InvalidSchedule {
    /// The text.
    pub text: String,
}

impl Schedule {
    /// Returns how long to wait after so many requests, in seconds; `None` if there is to be no other.
    #[must_use]
    pub fn wait_after(&self, requests: usize) -> Option<u32> {
        self.0.get(requests.checked_sub(1)?).copied()
    }

    /// Returns how many requests are made, at most.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.0.len() + 1
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self(USUAL.to_vec())
    }
}

impl FromStr for Schedule {
    type Err = InvalidSchedule;

    fn from_str(text: &str) -> Result<Self, InvalidSchedule> {
        if text.trim() == "never" {
            return Ok(Self(Vec::new()));
        }
        let invalid = || InvalidSchedule {
            text: text.to_owned(),
        };
        let waits = text.split([',', ' ']).filter(|wait| !wait.is_empty());
        let waits: Result<Vec<u32>, _> = waits.map(str::parse).collect();
        let waits = waits.map_err(|_| invalid())?;
        let is_usual = waits.iter().all(|wait| *wait <= LONGEST);
        if waits.is_empty() || waits.len() > MOST || !is_usual {
            return Err(invalid());
        }
        Ok(Self(waits))
    }
}

impl fmt::Display for Schedule {
    /// Writes what is read again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("never");
        }
        let waits: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&waits.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_is_read_as_it_is_written() {
        let usual = Schedule::default();
        assert_eq!(usual.to_string(), "10,60,120,300,600,1200");
        assert_eq!(usual.to_string().parse(), Ok(usual.clone()));
        assert_eq!("10 60 120 300 600 1200".parse(), Ok(usual.clone()));
        assert_eq!(usual.requests(), 7);
        assert_eq!(usual.wait_after(0), None);
        assert_eq!(usual.wait_after(1), Some(10));
        assert_eq!(usual.wait_after(6), Some(1200));
        assert_eq!(usual.wait_after(7), None);
        let never: Schedule = "never".parse().unwrap();
        assert_eq!((never.requests(), never.wait_after(1)), (1, None));
        assert_eq!(never.to_string().parse(), Ok(never));
    }

    #[test]
    fn what_says_no_waits_is_no_schedule() {
        let many = vec!["1"; MOST + 1].join(",");
        for text in ["", "soon", "-1", "10;20", "604801", "1.5", &many] {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
    }
}
