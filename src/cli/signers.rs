//! `git pact signers list`, `allow` and `remove`

use clap::Args;
use clap::Subcommand;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::ask::ask;
use crate::app::likely_names::likely_pacticipants;
use crate::app::regular_file;
use crate::app::site::Site;
use crate::app::write::write;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::likely_name::did_you_mean;
use crate::domain::name::PacticipantName;
use crate::domain::signers::AllowedSigner;
use crate::domain::signers::InvalidKey;
use crate::domain::signers::Principal;
use crate::domain::signers::PublicKey;
use crate::domain::signers::Signers as AllSigners;
use crate::domain::time::Timestamp;
use crate::render::signers as render;
use crate::store::git::Moment;

/// More than any public key has, in bytes: what is longer is no key, and is not read.
const LONGEST_FILE: u64 = 16 * 1024;

/// Say whose signatures count for an application
///
/// Where a gate asks for signed results (--require-signed), it believes those alone that somebody signed who
/// is listed here: with `--sign`, and the key that is allowed.
#[derive(Debug, Args)]
pub(super) struct Signers {
    #[command(subcommand)]
    command: SignersCommand,
}

#[derive(Debug, Subcommand)]
enum SignersCommand {
    List(List),
    Allow(Allow),
    Remove(Remove),
}

/// List who may sign, and with which key
#[derive(Debug, Args)]
struct List {
    /// Only for this application
    #[arg(short = 'a', long)]
    pacticipant: Option<PacticipantName>,

    /// How to show them
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// Allow a key to sign what is recorded of an application
///
/// A key that was allowed before is described anew.
#[derive(Debug, Args)]
struct Allow {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The public key: a file such as ~/.ssh/id_ed25519.pub, or the line in it
    #[arg(long, value_name = "FILE_OR_LINE")]
    key: String,

    /// Who has it, in a word such as ci@orders
    #[arg(long, value_name = "NAME")]
    principal: Principal,

    /// What was signed before does not count: a time or a date, in UTC
    #[arg(long, value_name = "TIME", value_parser = time)]
    valid_after: Option<Timestamp>,

    /// What was signed then or later does not count: a time or a date, in UTC
    #[arg(long, value_name = "TIME", value_parser = time)]
    valid_before: Option<Timestamp>,

    /// What people should know of the key; without it the comment in the file
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// No longer believe what somebody signed, also in the past
///
/// To let a key end, and still believe what it has signed before, allow it again with --valid-before.
#[derive(Debug, Args)]
struct Remove {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The name of a signer, or the fingerprint of a key (see signers list)
    #[arg(long, value_name = "NAME_OR_FINGERPRINT")]
    signer: String,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl Signers {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        match self.command {
            SignersCommand::List(command) => command.run(outside, ui),
            SignersCommand::Allow(command) => command.run(outside, ui),
            SignersCommand::Remove(command) => command.run(outside, ui),
        }
    }
}

impl List {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let asked = self.pacticipant.as_ref();
        let known = ask(&site, &context, &Moment::Now, |ledger, _| -> Read<_> {
            Ok(match asked {
                Some(name) => {
                    let is_known = ledger.pacticipant(name)?.is_some();
                    let found = ledger.signers(name)?;
                    (found.into_iter().collect(), is_known)
                }
                None => (ledger.all_signers()?, true),
            })
        });
        let (known, is_known) = known?.value;
        if let (Some(name), [], false) = (asked, &known[..], is_known) {
            let failure =
                Failure::usage(format!("nobody has mentioned {name}, or said who may sign"));
            let likely = did_you_mean(&likely_pacticipants(&site, name));
            return Err(likely.into_iter().fold(failure, Failure::hint));
        }
        let known: Vec<&AllSigners> = known.iter().map(AsRef::as_ref).collect();
        match self.output {
            Output::Json => ui.json(&render::AllSignersJson::new(&known)),
            Output::Text if known.is_empty() => ui.say(
                "Nobody may sign yet: git pact signers allow --pacticipant NAME --principal NAME \
                 --key FILE.pub",
            ),
            Output::Text => ui.data(&render::text(&known)),
        }
        Ok(Exit::Yes)
    }
}

impl Allow {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (key, comment) = key(&self.key, outside)?;
        let fingerprint = key.fingerprint();
        let (name, principal) = (&self.pacticipant, self.principal.clone());
        let signer = AllowedSigner {
            principal: self.principal,
            key,
            valid_after: self.valid_after,
            valid_before: self.valid_before,
            comment: self.comment.or(comment),
        };
        let (mut site, context) = outside.open(&self.store)?;
        let intent = Intent::AllowSigner(name.clone(), signer);
        let written = write(&mut site, &context, &[intent])?;
        warn_of_stranger(&site, &context, name, ui);
        let said = format!("{principal} may sign for {name} with {fingerprint}.");
        show(written.outcomes.first(), self.output, &said, ui);
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}

impl Remove {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let (name, signer) = (&self.pacticipant, &self.signer);
        let intent = Intent::RemoveSigner(name.clone(), signer.clone());
        let written = write(&mut site, &context, &[intent])?;
        let said = format!("{signer} may not sign for {name} any more.");
        show(written.outcomes.first(), self.output, &said, ui);
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}

/// Shows who may sign now.
fn show(outcome: Option<&Option<Outcome>>, output: Output, said: &str, ui: &mut Ui<'_>) {
    match (output, outcome) {
        (Output::Json, Some(Some(Outcome::Signers(signers)))) => {
            ui.json(&render::SignersJson::from(signers));
        }
        _ => ui.success(said),
    }
}

/// Warns if nobody has mentioned an application, which may be misspelt.
fn warn_of_stranger(
    site: &Site,
    context: &crate::app::Context,
    name: &PacticipantName,
    ui: &mut Ui<'_>,
) {
    let known = ask(site, context, &Moment::Now, |ledger: &dyn Ledger, _| {
        ledger.pacticipant(name)
    });
    // What cannot be found out is left unsaid: the key is allowed already.
    if known.is_ok_and(|known| known.value.is_none()) {
        let likely = did_you_mean(&likely_pacticipants(site, name));
        let likely = likely.map_or_else(String::new, |likely| format!("; {likely}"));
        ui.warn(&format!("nobody has mentioned {name} yet{likely}"));
    }
}

/// Returns the key that a file or a line holds, and its comment.
fn key(given: &str, outside: &Outside) -> Result<(PublicKey, Option<String>), Failure> {
    match PublicKey::parse(given) {
        Ok(found) => return Ok(found),
        // One word is the name of a file, whatever it is; several may still be one.
        Err(InvalidKey::NotOneLine | InvalidKey::Kind { .. }) => {}
        Err(error) => return Err(Failure::usage(format!("--key: {error}"))),
    }
    let home = outside.variable("HOME").unwrap_or_default();
    let path = match given.strip_prefix("~/") {
        // A shell leaves it alone behind `=`.
        Some(rest) => std::path::Path::new(home).join(rest),
        None => outside.working_directory.join(given),
    };
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::usage(format!("--key: cannot read {given}: {error}"))
            .hint("give the file that ends in `.pub`, or the line in it, in quotes")
    };
    // People keep their keys elsewhere, and a link where ssh looks for them.
    let path = path.canonicalize().map_err(|error| cannot(&error))?;
    let bytes = regular_file::read(&path, LONGEST_FILE).map_err(|error| cannot(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| cannot(&error))?;
    PublicKey::parse(&text).map_err(|error| Failure::usage(format!("--key: {given}: {error}")))
}

/// Returns the time that a text means; a date is its beginning in UTC.
fn time(text: &str) -> Result<Timestamp, String> {
    let whole = match text.parse::<jiff::civil::Date>() {
        Ok(_) if !text.contains(['T', 't', ' ', ':']) => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    Timestamp::try_from(whole).map_err(|error| format!("{error}, nor a date such as 2027-01-31"))
}
