//! Every flag of both programs, in every form in which it may be written.

use serde::Deserialize;

use super::judge::quoted;
use super::scene::Scene;
use super::table::read;

/// The flags that every command has which opens a store: short form, long form, value.
const BROKER: [(&str, &str, &str); 15] = [
    ("", "--broker-username", "u"),
    ("-p", "--broker-password", "p"),
    ("-v", "--verbose", ""),
    ("", "--custom-header", "A: b"),
    ("", "--retries", "3"),
    ("", "--ssl-certificate", "cert.pem"),
    ("", "--skip-ssl-verification", ""),
    ("", "--ssl-trust-store", "true"),
    ("", "--log-level", "debug"),
    ("", "--enable-otel", ""),
    ("", "--enable-otel-logs", ""),
    ("", "--enable-otel-traces", ""),
    ("", "--otel-exporter", "stdout"),
    ("", "--otel-exporter-endpoint", "http://127.0.0.1:9"),
    ("", "--otel-exporter-protocol", "http/protobuf"),
];

/// What is said of words that are not understood.
const COMPLAINTS: [&str; 12] = [
    "Unknown switches",
    "Could not find command",
    "No value provided",
    "Expected numeric",
    "was called with",
    "unexpected argument",
    "unrecognized",
    "invalid value",
    "a value is required",
    "required arguments",
    "cannot be used",
    "panicked",
];

/// A command of one of the two programs or of both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlagCommand {
    /// Its name, in words.
    command: Vec<String>,
    /// What stands on the command line without a flag.
    #[serde(default)]
    words: Vec<String>,
    /// Which of the two has it, if not both.
    #[serde(rename = "only")]
    _only: Option<String>,
    /// The flags that it cannot do without, each with its value.
    #[serde(default)]
    needs: Vec<Vec<String>>,
    /// Its flags.
    flags: Vec<Flag>,
}

/// A flag of a command.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Flag {
    /// The long form.
    #[serde(rename = "flag")]
    long: String,
    /// The short form.
    short: Option<String>,
    /// Values that it takes; none if it is a switch.
    #[serde(default)]
    values: Vec<String>,
    /// Whether it may stand without a value.
    #[serde(default)]
    optional: bool,
    /// Whether it takes several values, and may be repeated.
    #[serde(default)]
    list: bool,
    /// What else has to be said with it.
    #[serde(default)]
    with: Vec<String>,
    /// What cannot be said with it.
    instead_of: Option<String>,
    /// Which of the two has it, if not both.
    #[serde(rename = "only")]
    _only: Option<String>,
}

/// A command line that is to be understood.
#[derive(Debug)]
pub(super) struct Question {
    words: Vec<String>,
}

impl FlagCommand {
    /// Returns the commands of `fixtures/cli`.
    pub(super) fn read() -> Vec<Self> {
        read("flags.json")
    }

    /// Returns each flag in each of its forms, with what the command needs besides.
    pub(super) fn questions(&self) -> Vec<Question> {
        let mut questions: Vec<Question> =
            self.flags.iter().flat_map(|it| self.about(it)).collect();
        if self.opens_a_store() {
            questions.extend(self.broker());
        }
        let mut underscored = self.question(&[], Vec::new());
        let names = underscored.words.iter_mut().take(self.command.len());
        names.for_each(|name| *name = name.replace('-', "_"));
        questions.push(underscored);
        questions
    }

    /// Returns the ways to ask for help with the command.
    pub(super) fn cries_for_help(&self) -> Vec<Vec<String>> {
        let with = |words: &[&str]| {
            let words = words.iter().map(|&word| word.to_owned());
            [self.command.clone(), words.collect()].concat()
        };
        // `pactflow` is a program of its own.
        let place = usize::from(self.command[0] == "pactflow");
        let mut asked = self.command.clone();
        asked.insert(place, "help".to_owned());
        vec![with(&["--help"]), with(&["-h"]), asked]
    }

    fn opens_a_store(&self) -> bool {
        !matches!(self.command[0].as_str(), "generate-uuid" | "completions")
    }

    /// Returns a command line with more words; `about` is the flag that they are about.
    fn question(&self, about: &[&str], more: Vec<String>) -> Question {
        let mut words = self.command.clone();
        words.extend(self.words.iter().cloned());
        let needs = self.needs.iter();
        let needs = needs.filter(|need| !about.contains(&need[0].as_str()));
        words.extend(needs.flatten().cloned());
        words.extend(more);
        if self.opens_a_store() {
            words.extend(["--broker-base-url", "$STORE"].map(str::to_owned));
        }
        Question { words }
    }

    fn about(&self, flag: &Flag) -> Vec<Question> {
        let long = flag.long.as_str();
        let underscored = format!("--{}", long[2..].replace('-', "_"));
        let names = [Some(long), flag.short.as_deref(), Some(&underscored)];
        let mut names: Vec<&str> = names.into_iter().flatten().collect();
        names.sort_unstable();
        names.dedup();
        let mut forms: Vec<Vec<String>> = Vec::new();
        let mut form = |words: &[&str]| forms.push(words.iter().map(|&it| it.to_owned()).collect());
        for value in &flag.values {
            for name in &names {
                form(&[name, value]);
            }
            form(&[&format!("{long}={value}")]);
            if flag.list {
                form(&[long, value, long, value]);
                form(&[long, value, value]);
            }
        }
        if flag.values.is_empty() || flag.optional {
            for name in &names {
                form(&[name]);
            }
        }
        if flag.values.is_empty() && !long.starts_with("--no-") && !long.starts_with("--skip-") {
            for prefix in ["no", "skip"] {
                form(&[&format!("--{prefix}-{}", &long[2..])]);
            }
            form(&[&format!("{long}=false")]);
            form(&[long, "true"]);
        }
        let others: Vec<&str> = [Some(long), flag.instead_of.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        let forms = forms.into_iter();
        forms
            .map(|form| self.question(&others, [flag.with.clone(), form].concat()))
            .collect()
    }

    /// Returns command lines with the flags of a broker.
    fn broker(&self) -> Vec<Question> {
        let given = |short: bool| {
            let words = BROKER.iter().flat_map(|(abbreviation, long, value)| {
                let name = if short && !abbreviation.is_empty() {
                    abbreviation
                } else {
                    long
                };
                [*name, *value].into_iter().filter(|word| !word.is_empty())
            });
            words.map(str::to_owned).collect::<Vec<_>>()
        };
        let token = ["-k", "t"].map(str::to_owned).to_vec();
        let tokens = ["--broker-token=t"].map(str::to_owned).to_vec();
        vec![
            self.question(&[], given(false)),
            self.question(&[], given(true)),
            self.question(&[], token),
            self.question(&[], tokens),
        ]
    }
}

impl Question {
    /// Asks, of a store that is not there, and returns what is not understood.
    pub(super) fn complaint(&self, scene: &Scene<'_>) -> Option<String> {
        let mut command = scene.command(None, &self.words);
        command.env("PACT_BROKER_ERROR_ON_UNKNOWN_OPTION", "true");
        let output = scene.run(&mut command);
        let said = [output.stdout.as_str(), &output.stderr].concat();
        // The store is missing, which those that open it have to say.
        let ended = output.status == Some(0) || !said.is_empty();
        let understood = ended && !COMPLAINTS.iter().any(|it| said.contains(it));
        if understood {
            return None;
        }
        Some(format!(
            "{}\n{}",
            self.words.join(" "),
            quoted("", &said.lines().take(3).collect::<Vec<_>>().join("\n"))
        ))
    }
}
