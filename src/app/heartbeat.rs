//! Whether a broker answers, which is what a container, a service manager or a balancer wants to know.

use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;

/// How long a broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where every broker says that it is well.
const PATH: &str = "/diagnostic/status/heartbeat";

/// The statuses of a broker that is well and wants to know first who asks.
const WHO_ASKS: [u16; 2] = [401, 403];

/// A broker does not answer, or not as one that is well.
#[derive(Debug, thiserror::Error)]
pub enum HeartbeatError {
    /// Nobody answers.
    #[error("nothing answers at {url}")]
    Silent {
        /// What was asked.
        url: String,
        /// Why not.
        source: Box<ureq::Error>,
    },
    /// Somebody answers, who is not well, or no broker.
    #[error("{url} answers with status {status}")]
    Unwell {
        /// What was asked.
        url: String,
        /// The status of the answer.
        status: u16,
    },
}

/// Asks the broker at a base URL for its heartbeat, at most for five seconds. Redirects are not
/// followed, and no proxy is used: it is about this one.
///
/// # Errors
///
/// Fails unless a broker answers. One that wants credentials answers, too.
pub fn heartbeat(base_url: &str) -> Result<(), HeartbeatError> {
    let url = format!("{}{PATH}", base_url.trim_end_matches('/'));
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(PATIENCE))
        .build();
    match Agent::from(config).get(&url).call() {
        Err(source) => Err(HeartbeatError::Silent {
            url,
            source: Box::new(source),
        }),
        Ok(answer) => {
            let status = answer.status();
            if status.is_success() || WHO_ASKS.contains(&status.as_u16()) {
                return Ok(());
            }
            let status = status.as_u16();
            Err(HeartbeatError::Unwell { url, status })
        }
    }
}
