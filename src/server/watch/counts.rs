//! What the server has counted since it started, and the page of measurements made of it.
//!
//! The values of labels come from the program alone: templates of routes, known methods, classes
//! of statuses. So a client cannot make the page grow.

use std::collections::BTreeMap;
use std::time::Duration;

use super::event::Outcome;
use super::event::Wrote;
use crate::domain::time::Timestamp;
use crate::render::prometheus::Kind;
use crate::render::prometheus::Page;

/// The upper bounds of a histogram of durations, in seconds. An answer from memory takes less than
/// the first, a push to a forge that is asked again and again more than the last but one.
const BOUNDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
];

/// What a request was, as far as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kindred {
    /// The template of the route.
    pub(super) route: &'static str,
    /// The method.
    pub(super) method: &'static str,
}

/// Where requests wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Queue {
    /// For a thread that reads.
    Reader,
    /// For the thread that writes.
    Writer,
    /// Not at all: all that were begun and are not answered yet.
    Answer,
}

/// How many durations were at most so long.
#[derive(Clone, Copy, Debug, Default)]
struct Histogram {
    below: [u64; BOUNDS.len()],
    count: u64,
    sum: Duration,
}

impl Histogram {
    fn add(&mut self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        for (below, _) in self
            .below
            .iter_mut()
            .zip(BOUNDS)
            .filter(|(_, bound)| seconds <= *bound)
        {
            *below += 1;
        }
        self.count += 1;
        self.sum += duration;
    }
}

/// When the remote was last spoken to, and whether that went well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Contact {
    /// When all that it has was last fetched.
    pub(super) fetched: Option<Timestamp>,
    /// When something was last written: pushed, where there is a remote.
    pub(super) written: Option<Timestamp>,
    /// When it could not be reached, if it was not since.
    pub(super) failed: Option<Timestamp>,
}

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) contact: Contact,
    requests: BTreeMap<(Kindred, &'static str), u64>,
    durations: BTreeMap<Kindred, Histogram>,
    waiting: BTreeMap<Queue, usize>,
    fetches: [u64; 2],
    writes: BTreeMap<Outcome, u64>,
    written: [u64; 2],
    lost_races: u64,
    object_bytes: usize,
}

impl Counts {
    /// Counts a request that was answered, or whose client went away (no status).
    pub(super) fn answered(&mut self, kind: Kindred, status: Option<u16>, took: Duration) {
        let class = match status {
            None => "gone",
            Some(..200) => "1xx",
            Some(..300) => "2xx",
            Some(..400) => "3xx",
            Some(..500) => "4xx",
            Some(_) => "5xx",
        };
        *self.requests.entry((kind, class)).or_default() += 1;
        self.durations.entry(kind).or_default().add(took);
    }

    /// Counts one more request, or one less, where requests wait.
    pub(super) fn waits(&mut self, queue: Queue, one_more: bool) {
        let waiting = self.waiting.entry(queue).or_default();
        *waiting = if one_more {
            *waiting + 1
        } else {
            waiting.saturating_sub(1)
        };
    }

    /// Counts a fetch.
    pub(super) fn fetched(&mut self, went_well: bool, now: Timestamp) {
        self.fetches[usize::from(went_well)] += 1;
        if went_well {
            self.contact.fetched = Some(now);
            self.contact.failed = None;
        } else {
            self.contact.failed = Some(now);
        }
    }

    /// Counts requests that were written together.
    pub(super) fn wrote(&mut self, wrote: &Wrote, now: Timestamp) {
        *self.writes.entry(wrote.outcome).or_default() += 1;
        self.lost_races += u64::from(wrote.lost_races);
        let refused = u64::try_from(wrote.refused).unwrap_or(u64::MAX);
        let requests = u64::try_from(wrote.requests).unwrap_or(u64::MAX);
        self.written[0] += refused;
        self.written[1] += requests - refused;
        if wrote.outcome == Outcome::Landed {
            self.contact.written = Some(now);
            self.contact.failed = None;
        }
    }

    /// Counts requests that could not be written; `unreachable` if the remote was to blame.
    pub(super) fn not_written(&mut self, lost_races: u32, unreachable: bool, now: Timestamp) {
        *self.writes.entry(Outcome::Failed).or_default() += 1;
        self.lost_races += u64::from(lost_races);
        if unreachable {
            self.contact.failed = Some(now);
        }
    }

    /// Notes how many bytes of objects are remembered.
    pub(super) fn remembers(&mut self, bytes: usize) {
        self.object_bytes = bytes;
    }

    /// Returns the page of a server that runs since a moment.
    pub(super) fn page(&self, since: Timestamp) -> Page {
        let mut page = Page::default();
        page.family(
            "git_pact_build_info",
            Kind::Gauge,
            "Always 1; the version of the program.",
        );
        let version = env!("CARGO_PKG_VERSION");
        page.sample("git_pact_build_info", &[("version", version)], 1);
        page.single(
            "process_start_time_seconds",
            Kind::Gauge,
            "When the server started, in seconds since 1970.",
            since.epoch_seconds(),
        );
        self.add_requests(&mut page);
        self.add_store(&mut page);
        page
    }

    fn add_requests(&self, page: &mut Page) {
        let name = "git_pact_http_requests_total";
        let help = "Requests that were answered, or whose clients went away.";
        page.family(name, Kind::Counter, help);
        for ((kind, class), count) in &self.requests {
            let labels = [
                ("route", kind.route),
                ("method", kind.method),
                ("status", class),
            ];
            page.sample(name, &labels, count);
        }
        let name = "git_pact_http_request_duration_seconds";
        let help = "How long answers took to make, not to send.";
        page.family(name, Kind::Histogram, help);
        for (kind, histogram) in &self.durations {
            let labels = [("route", kind.route), ("method", kind.method)];
            let sample = format!("{name}_bucket");
            for (bound, below) in BOUNDS.iter().zip(histogram.below) {
                let bound = bound.to_string();
                page.sample(&sample, &[labels[0], labels[1], ("le", &bound)], below);
            }
            let all = [labels[0], labels[1], ("le", "+Inf")];
            page.sample(&sample, &all, histogram.count);
            let sum = histogram.sum.as_secs_f64();
            page.sample(&format!("{name}_sum"), &labels, sum);
            page.sample(&format!("{name}_count"), &labels, histogram.count);
        }
        let waiting = |queue| self.waiting.get(&queue).copied().unwrap_or_default();
        page.single(
            "git_pact_http_requests_in_progress",
            Kind::Gauge,
            "Requests that are not answered yet.",
            waiting(Queue::Answer),
        );
        let name = "git_pact_waiting_requests";
        let help = "Requests that wait for a thread that reads, or for the one that writes.";
        page.family(name, Kind::Gauge, help);
        for (thread, queue) in [("reader", Queue::Reader), ("writer", Queue::Writer)] {
            page.sample(name, &[("thread", thread)], waiting(queue));
        }
    }

    fn add_store(&self, page: &mut Page) {
        let name = "git_pact_fetches_total";
        page.family(
            name,
            Kind::Counter,
            "How often everything was fetched from the remote.",
        );
        page.sample(name, &[("outcome", "failed")], self.fetches[0]);
        page.sample(name, &[("outcome", "fetched")], self.fetches[1]);
        let name = "git_pact_writes_total";
        let help = "Writes of one or several requests: a commit a branch and one push each.";
        page.family(name, Kind::Counter, help);
        for outcome in [
            Outcome::Landed,
            Outcome::NothingNew,
            Outcome::Kept,
            Outcome::Failed,
        ] {
            let count = self.writes.get(&outcome).copied().unwrap_or_default();
            page.sample(name, &[("outcome", outcome.name())], count);
        }
        let name = "git_pact_written_requests_total";
        page.family(name, Kind::Counter, "Requests that those writes were of.");
        page.sample(name, &[("outcome", "refused")], self.written[0]);
        page.sample(name, &[("outcome", "done")], self.written[1]);
        page.single(
            "git_pact_lost_races_total",
            Kind::Counter,
            "How often somebody else wrote first, and it was decided again.",
            self.lost_races,
        );
        let contact = [
            (
                "git_pact_last_fetch_timestamp_seconds",
                "When everything was last fetched, in seconds since 1970.",
                self.contact.fetched,
            ),
            (
                "git_pact_last_write_timestamp_seconds",
                "When something was last written, and pushed where there is a remote.",
                self.contact.written,
            ),
        ];
        for (name, help, moment) in contact {
            page.family(name, Kind::Gauge, help);
            if let Some(moment) = moment {
                page.sample(name, &[], moment.epoch_seconds());
            }
        }
        let name = "git_pact_object_cache_bytes";
        let help = "What is remembered of the store's objects.";
        page.family(name, Kind::Gauge, help);
        page.sample(name, &[], self.object_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Kindred = Kindred {
        route: "/pacticipants",
        method: "GET",
    };

    fn page(counts: &Counts) -> String {
        counts.page(Timestamp::clamped(7)).into_text()
    }

    #[test]
    fn a_request_is_counted_by_what_it_was_and_how_it_ended() {
        let mut counts = Counts::default();
        counts.answered(KIND, Some(200), Duration::from_millis(3));
        counts.answered(KIND, Some(204), Duration::from_millis(30));
        counts.answered(KIND, Some(503), Duration::from_secs(120));
        counts.answered(KIND, None, Duration::ZERO);
        let page = page(&counts);
        let labels = "route=\"/pacticipants\",method=\"GET\"";
        for line in [
            format!("git_pact_http_requests_total{{{labels},status=\"2xx\"}} 2"),
            format!("git_pact_http_requests_total{{{labels},status=\"5xx\"}} 1"),
            format!("git_pact_http_requests_total{{{labels},status=\"gone\"}} 1"),
            format!("git_pact_http_request_duration_seconds_bucket{{{labels},le=\"0.001\"}} 1"),
            format!("git_pact_http_request_duration_seconds_bucket{{{labels},le=\"0.005\"}} 2"),
            format!("git_pact_http_request_duration_seconds_bucket{{{labels},le=\"60\"}} 3"),
            format!("git_pact_http_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}} 4"),
            format!("git_pact_http_request_duration_seconds_sum{{{labels}}} 120.033"),
            "process_start_time_seconds 7".to_owned(),
        ] {
            assert!(
                page.lines().any(|known| known == line),
                "{line} is not in\n{page}"
            );
        }
    }

    #[test]
    fn a_remote_that_fails_does_so_until_it_is_reached_again() {
        let mut counts = Counts::default();
        let at = Timestamp::clamped;
        counts.fetched(true, at(1));
        counts.not_written(0, true, at(2));
        assert_eq!(counts.contact.failed, Some(at(2)));
        counts.fetched(false, at(3));
        assert_eq!(
            (counts.contact.fetched, counts.contact.failed),
            (Some(at(1)), Some(at(3)))
        );
        let wrote = Wrote {
            outcome: Outcome::Landed,
            requests: 3,
            refused: 1,
            branches: 1,
            lost_races: 2,
            milliseconds: 1.0,
        };
        counts.wrote(&wrote, at(4));
        assert_eq!(
            (counts.contact.written, counts.contact.failed),
            (Some(at(4)), None)
        );
        let page = page(&counts);
        assert!(page.contains("git_pact_lost_races_total 2\n"), "{page}");
        assert!(page.contains("{outcome=\"refused\"} 1\n"), "{page}");
        assert!(page.contains("{outcome=\"done\"} 2\n"), "{page}");
    }

    #[test]
    fn who_waits_is_counted_until_the_wait_is_over() {
        let mut counts = Counts::default();
        counts.waits(Queue::Writer, true);
        counts.waits(Queue::Writer, true);
        counts.waits(Queue::Writer, false);
        counts.remembers(10);
        counts.remembers(20);
        let page = page(&counts);
        assert!(page.contains("git_pact_waiting_requests{thread=\"writer\"} 1\n"));
        assert!(page.contains("git_pact_waiting_requests{thread=\"reader\"} 0\n"));
        assert!(page.contains("git_pact_object_cache_bytes 20\n"));
    }
}
