//! `git pact hook post-receive`

use clap::Args;

use super::push;
use super::receiving;
use crate::app::events::events;
use crate::cli::Output;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;
use crate::render::events as render;
use crate::render::hal::Address;

/// Say which events of the broker a push has caused, after it was let in
#[derive(Debug, Args)]
pub(super) struct PostReceive {
    /// Where the store is served (see git pact serve), for the URLs in the events
    ///
    /// Without it they are paths.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// How to show the events, one on each line
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,
}

impl PostReceive {
    #[expect(clippy::unnecessary_wraps, reason = "every hook is run alike")]
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        // Each line of the data is an event, whatever happens.
        let failures = self
            .tell(outside, ui)
            .unwrap_or_else(|failure| vec![failure]);
        for failure in &failures {
            failure.complain(ui);
        }
        let first = failures.first();
        Ok(first.map_or(Exit::Yes, |failure| failure.exit))
    }

    /// Tells the events, and returns what could not be told of some branches.
    fn tell(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Vec<Failure>, Failure> {
        // Neither whoever pushes nor a program wants to see progress.
        let outside = outside.for_programs();
        let push = push(&outside)?;
        if push.moves.is_empty() {
            return Ok(Vec::new());
        }
        let (site, _) = receiving(&outside)?;
        let at = Address::new(self.base_url.unwrap_or_default());
        let failed = events(&site, &push.moves, &mut |caused| {
            let line = match self.output {
                Output::Text => render::text_line(caused),
                Output::Json => render::json_line(caused, &at),
            };
            ui.data(&line);
        });
        let failed = failed.iter();
        Ok(failed
            .map(|error| Failure::of(Exit::Failed, error))
            .collect())
    }
}
