//! The options of whoever makes the requests of webhooks, `git pact serve` and `test-webhook`, and
//! where the secrets come from.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;

use crate::app::webhook::Authorities;
use crate::app::webhook::Secrets;
use crate::app::webhook::WebhookClient;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::domain::webhook::HostRule;
use crate::domain::webhook::InvalidHostRule;
use crate::domain::webhook::WebhookPolicy;
use crate::domain::webhook::secret::SecretName;

/// The beginning of the variables that hold secrets; the rest is the name of the secret.
const SECRET: &str = "GIT_PACT_SECRET_";

/// Which requests webhooks may make.
///
/// The lists have the names of the broker's own settings; its variables `PACT_BROKER_WEBHOOK_…` are
/// read where an option is not given, with spaces between the entries.
#[derive(Debug, Args)]
#[command(next_help_heading = "Webhooks")]
pub(in crate::cli) struct WebhookArguments {
    /// A host that webhooks may go to: a name, *.example.org, an address or a network such as
    /// 10.0.0.0/8; any public one if none is given
    ///
    /// Only with such a list does the execution of a webhook show what was answered.
    #[arg(
        long = "webhook-host-whitelist",
        value_name = "HOST",
        value_delimiter = ','
    )]
    host_whitelist: Vec<HostRule>,

    /// A scheme that webhooks may use [default: https]
    #[arg(
        long = "webhook-scheme-whitelist",
        value_name = "SCHEME",
        value_delimiter = ','
    )]
    scheme_whitelist: Vec<Scheme>,

    /// A method that webhooks may use [default: POST]
    #[arg(
        long = "webhook-http-method-whitelist",
        value_name = "METHOD",
        value_delimiter = ',',
        value_parser = method
    )]
    http_method_whitelist: Vec<String>,

    /// Let webhooks go to addresses of private networks and of this machine
    #[arg(long = "webhook-allow-private-addresses")]
    allow_private_addresses: bool,

    /// A variable that webhooks may send as ${env.NAME}, where hosts are listed
    ///
    /// Besides the variables GIT_PACT_SECRET_NAME, which they may send in any case: for the token that a job
    /// has anyway. Whoever may write webhooks has it sent to any of the hosts.
    #[arg(long = "webhook-env", value_name = "NAME", value_delimiter = ',')]
    variables: Vec<String>,

    /// A file with certificates of authorities to trust besides those that the system trusts (PEM)
    #[arg(long = "webhook-certificates", value_name = "FILE")]
    certificates: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

fn method(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err("a method such as POST".to_owned())
    }
}

impl WebhookArguments {
    /// Returns what makes the requests of webhooks.
    ///
    /// # Errors
    ///
    /// Fails if a variable or a file does not hold what it should.
    pub(in crate::cli) fn client(self, outside: &Outside) -> Result<WebhookClient, Failure> {
        let usual = WebhookPolicy::default();
        let given = |name: &str| {
            let list = outside.variable(name).unwrap_or_default();
            let list = list.split([' ', ',']).filter(|entry| !entry.is_empty());
            list.map(str::to_owned).collect::<Vec<String>>()
        };
        let mut hosts = self.host_whitelist;
        if hosts.is_empty() {
            let name = "PACT_BROKER_WEBHOOK_HOST_WHITELIST";
            let rules: Result<_, InvalidHostRule> =
                given(name).iter().map(|rule| rule.parse()).collect();
            hosts = rules.map_err(|error| Failure::usage(format!("{name}: {error}")))?;
        }
        let first = |lists: [Vec<String>; 3]| {
            let mut lists = lists.into_iter();
            lists.find(|list| !list.is_empty()).unwrap_or_default()
        };
        if hosts.is_empty() && !self.variables.is_empty() {
            return Err(Failure::usage(
                "--webhook-env needs --webhook-host-whitelist: whoever may write a webhook could have the \
                 variable sent anywhere",
            ));
        }
        let secrets = secrets(outside, &self.variables)?;
        let schemes = self.scheme_whitelist.into_iter();
        let policy = WebhookPolicy {
            methods: first([
                self.http_method_whitelist,
                given("PACT_BROKER_WEBHOOK_HTTP_METHOD_WHITELIST"),
                usual.methods,
            ]),
            schemes: first([
                schemes.map(|scheme| scheme.as_str().to_owned()).collect(),
                given("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST"),
                usual.schemes,
            ]),
            hosts,
            allow_private_addresses: self.allow_private_addresses,
        };
        let mut authorities = Authorities::default();
        for file in &self.certificates {
            let failed = |text: String| {
                let message = format!("--webhook-certificates {}: {text}", file.display());
                Failure::usage(message)
            };
            let pem = fs::read(file).map_err(|error| failed(error.to_string()))?;
            let added = authorities.add_pem(&pem);
            added.map_err(|error| failed(error.to_string()))?;
        }
        Ok(WebhookClient::new(policy, secrets, authorities))
    }
}

/// Returns the secrets that the environment holds for webhooks, those of these variables among them, and
/// nothing else of it.
fn secrets(outside: &Outside, variables: &[String]) -> Result<Secrets, Failure> {
    let prefixed = outside.environment.iter().filter_map(|(variable, value)| {
        let name = variable.strip_prefix(SECRET).and_then(SecretName::new)?;
        Some((name, value.clone()))
    });
    let mut all: Vec<(SecretName, String)> = Vec::new();
    for variable in variables {
        let name = SecretName::new(variable).ok_or_else(|| {
            Failure::usage(format!(
                "--webhook-env: `{variable}` is not the name of a variable"
            ))
        })?;
        let value = outside.variable(variable).unwrap_or_default().to_owned();
        all.push((name, value));
    }
    // What was meant for webhooks goes before what a job has for other ends.
    all.extend(prefixed);
    Ok(Secrets::new(all))
}
