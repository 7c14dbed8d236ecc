//! `git pact network`

use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;

use super::StoreArguments;
use super::at::AtArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::files;
use super::not_found;
use super::outside::Outside;
use super::receipt::count;
use super::ui::Ui;
use crate::app::network::network;
use crate::domain::name::EnvironmentName;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::network::WantedNetwork;
use crate::render::computed_from::sentence;
use crate::render::network::dot::dot;
use crate::render::network::json::NetworkJson;
use crate::render::network::mermaid::mermaid;
use crate::render::network::svg::NetworkLinks;
use crate::render::network::svg::TooLarge;
use crate::render::network::svg::svg;
use crate::render::network::text::text;

/// Show which applications have contracts with which, and how these fare
///
/// The newest contract of every two; with --environment, what is deployed in or released to it, where a
/// contract is verified if every version of the provider there honours it. As a table, as a picture, or
/// for programs that draw.
#[derive(Debug, Args)]
pub(super) struct Network {
    /// Only this application and those near it; may be given several times
    #[arg(short = 'a', long = "pacticipant", value_name = "NAME")]
    pacticipants: Vec<PacticipantName>,

    /// Only the applications with this label and those near them
    #[arg(long)]
    label: Option<LabelName>,

    /// How many contracts away "near" is; with 0, only contracts among those given
    #[arg(long, value_name = "CONTRACTS", default_value_t = 1)]
    depth: usize,

    /// Only what is deployed in or released to an environment
    #[arg(long)]
    environment: Option<EnvironmentName>,

    /// How to show it
    #[arg(short, long, alias = "format", value_enum, default_value_t = NetworkOutput::Text)]
    output: NetworkOutput,

    /// Write it into a file
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

/// How to show a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum NetworkOutput {
    /// For people, as a table
    #[value(alias = "table", alias = "pretty")]
    Text,
    /// For browsers, as a picture
    Svg,
    /// For Markdown, as a diagram that forges draw
    Mermaid,
    /// For Graphviz
    Dot,
    /// For programs
    Json,
}

impl Network {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let wanted = WantedNetwork {
            around: self.pacticipants.into_iter().collect(),
            label: self.label,
            depth: self.depth,
            environment: self.environment,
        };
        let (site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        let answer = network(&site, &context, &moment, &wanted)
            .map_err(|error| not_found::failure(error, &site, outside))?;
        let found = &answer.value;
        let shown = match self.output {
            NetworkOutput::Text => text(found),
            NetworkOutput::Svg => svg(found, &NetworkLinks::NONE)?,
            NetworkOutput::Mermaid => mermaid(found),
            NetworkOutput::Dot => dot(found),
            NetworkOutput::Json => {
                let document = NetworkJson::new(found, &answer.basis);
                if self.to.is_none() {
                    ui.json(&document);
                    return Ok(Exit::Yes);
                }
                serde_json::to_string_pretty(&document)
                    .map_err(|error| Failure::of(Exit::Failed, &error))?
            }
        };
        let shown = shown.trim_end();
        match &self.to {
            Some(path) => {
                let path = outside.working_directory.join(path);
                files::write_one(&path, format!("{shown}\n").as_bytes(), ui)?;
            }
            None => ui.data(shown),
        }
        if self.output == NetworkOutput::Text {
            if found.hidden > 0 {
                let hidden = count(found.hidden, "application");
                ui.say(&format!("{hidden} farther away not shown; see --depth."));
            }
            ui.say(&format!("Computed from {}.", sentence(&answer.basis)));
        }
        Ok(Exit::Yes)
    }
}

impl From<TooLarge> for Failure {
    fn from(error: TooLarge) -> Self {
        Self::of(Exit::Failed, &error)
            .hint("draw a part: --pacticipant NAME --depth 2, --label LABEL, or --environment NAME")
    }
}
