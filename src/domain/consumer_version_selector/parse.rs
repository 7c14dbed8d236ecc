//! Reads selectors from the JSON form of the broker, and says what is wrong in its words.
//!
//! Two stages, as in the broker: first each field by itself, then the rules between fields. A
//! rule is skipped if a field that it looks at is broken already, so that one mistake gives one
//! message (spec: semantics §6.1).

use serde_json::{Map, Value};

use super::super::ledger::{Ledger, Read};
use super::super::name::{BranchName, EnvironmentName, InvalidName};
use super::{ConsumerVersionSelector, Criterion, FIELD, InvalidField, InvalidFields, Refused};

/// The fields that choose by branch, tag or age; sorted, as messages list them.
const BRANCH_FIELDS: [&str; 7] = [
    "branch",
    "fallbackBranch",
    "fallbackTag",
    "latest",
    "mainBranch",
    "matchingBranch",
    "tag",
];
/// The fields that choose by where a version is; sorted, as messages list them.
const ENVIRONMENT_FIELDS: [&str; 4] = ["deployed", "deployedOrReleased", "environment", "released"];

const NOTHING_SPECIFIED: &str = "must specify a value for environment or tag or branch, or specify \
    mainBranch=true, matchingBranch=true, latest=true, deployed=true, released=true or \
    deployedOrReleased=true";

/// Returns the selectors that a JSON array describes.
///
/// `provider_branch` is the branch of the provider version, for `matchingBranch`; the ledger is
/// asked whether an environment exists. Fields that the broker does not know are ignored.
///
/// # Errors
///
/// Fails with [`Refused::Invalid`] and every message of every selector, or with
/// [`Refused::Unreadable`] if an environment cannot be looked up.
pub fn parse(
    value: &Value,
    provider_branch: Option<&BranchName>,
    ledger: &dyn Ledger,
) -> Result<Vec<ConsumerVersionSelector>, Refused> {
    let invalid = |index, message: &str| InvalidField {
        field: FIELD,
        index,
        message: message.to_owned(),
    };
    let Value::Array(items) = value else {
        let errors = vec![invalid(None, "must be an array")];
        return Err(Refused::Invalid(InvalidFields(errors)));
    };
    let mut objects = Vec::new();
    let mut errors = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match item {
            Value::Object(object) => objects.push(object),
            _ => errors.push(invalid(Some(index), "must be a hash")),
        }
    }
    if !errors.is_empty() {
        return Err(Refused::Invalid(InvalidFields(errors)));
    }
    let mut selectors = Vec::new();
    for (index, object) in objects.into_iter().enumerate() {
        match selector(object, provider_branch, ledger)? {
            Ok(selector) => selectors.push(selector),
            Err(messages) => {
                let at_index = messages.iter().map(|message| invalid(Some(index), message));
                errors.extend(at_index);
            }
        }
    }
    if errors.is_empty() {
        Ok(selectors)
    } else {
        Err(Refused::Invalid(InvalidFields(errors)))
    }
}

/// Returns the selector that one object describes, or what is wrong with it.
fn selector(
    object: &Map<String, Value>,
    provider_branch: Option<&BranchName>,
    ledger: &dyn Ledger,
) -> Read<Result<ConsumerVersionSelector, Vec<String>>> {
    let mut form = Form::read(object);
    form.check_consumer();
    form.check_that_something_is_specified();
    form.check_main_branch();
    form.check_matching_branch(provider_branch);
    form.check_tag_and_branch();
    form.check_branch_and_environment();
    form.check_fallbacks();
    form.check_environment(ledger)?;
    form.check_deployed_and_released();
    let consumer = form.name("consumer");
    let criterion = form.criterion(provider_branch);
    if !form.messages.is_empty() {
        return Ok(Err(form.messages));
    }
    Ok(Ok(ConsumerVersionSelector {
        consumer,
        criterion: criterion.expect("a selector that breaks no rule has a criterion"),
    }))
}

/// One selector as written, and what was found wrong with it so far.
struct Form<'a> {
    object: &'a Map<String, Value>,
    /// The fields that are broken by themselves.
    broken: Vec<&'static str>,
    messages: Vec<String>,
}

impl<'a> Form<'a> {
    /// Reads a selector and checks each field by itself.
    fn read(object: &'a Map<String, Value>) -> Self {
        let mut form = Self {
            object,
            broken: Vec::new(),
            messages: Vec::new(),
        };
        form.check("mainBranch", is_true);
        form.check("tag", is_text);
        form.check("branch", is_text_or_true);
        form.check("matchingBranch", is_true);
        form.check("latest", is_bool);
        form.check("fallbackTag", is_text);
        form.check("fallbackBranch", is_text);
        form.check("consumer", is_text);
        form.check("deployed", is_true);
        form.check("released", is_true);
        form.check("deployedOrReleased", is_true);
        form.check("environment", is_text);
        form
    }

    fn check(&mut self, field: &'static str, rule: fn(&Value) -> Option<&'static str>) {
        let Some(value) = self.object.get(field) else {
            return;
        };
        let complaint = if is_empty(value) {
            Some("must be filled")
        } else {
            rule(value)
        };
        if let Some(complaint) = complaint {
            self.broken.push(field);
            self.messages.push(format!("{field} {complaint}"));
        }
    }

    fn complain(&mut self, message: impl Into<String>) {
        self.messages.push(message.into());
    }

    fn has(&self, field: &str) -> bool {
        self.object.contains_key(field)
    }

    /// Says whether a flag is set. A broken one is not `true`.
    fn is(&self, field: &str) -> bool {
        self.object.get(field) == Some(&Value::Bool(true))
    }

    fn says_false(&self, field: &str) -> bool {
        self.object.get(field) == Some(&Value::Bool(false))
    }

    fn text(&self, field: &str) -> Option<&'a str> {
        self.object.get(field).and_then(Value::as_str)
    }

    fn all_sound(&self) -> bool {
        self.broken.is_empty()
    }

    fn sound(&self, fields: &[&str]) -> bool {
        !self.broken.iter().any(|field| fields.contains(field))
    }

    /// Says whether there is a field that chooses versions, other than those named.
    fn has_more_than(&self, allowed: &[&str]) -> bool {
        let fields = BRANCH_FIELDS.iter().chain(&ENVIRONMENT_FIELDS);
        fields
            .filter(|field| !allowed.contains(field))
            .any(|field| self.has(field))
    }

    fn check_consumer(&mut self) {
        if self.text("consumer").is_some_and(is_blank) && self.sound(&["consumer"]) {
            self.complain("consumer cannot be blank");
        }
    }

    fn check_that_something_is_specified(&mut self) {
        let flags = [
            "mainBranch",
            "branch",
            "matchingBranch",
            "deployed",
            "released",
            "deployedOrReleased",
            "latest",
        ];
        let texts = ["tag", "branch", "environment"];
        let by_flag = flags.iter().any(|field| self.is(field));
        let by_text = texts
            .iter()
            .any(|field| self.text(field).is_some_and(|text| !is_blank(text)));
        if self.all_sound() && !by_flag && !by_text {
            self.complain(NOTHING_SPECIFIED);
        }
    }

    fn check_main_branch(&mut self) {
        if self.all_sound()
            && self.is("mainBranch")
            && self.has_more_than(&["mainBranch", "latest"])
        {
            self.complain(
                "cannot specify mainBranch=true with any other criteria apart from consumer",
            );
        }
        if self.is("mainBranch") && self.says_false("latest") {
            self.complain("cannot specify mainBranch=true with latest=false");
        }
    }

    fn check_matching_branch(&mut self, provider_branch: Option<&BranchName>) {
        if !self.all_sound() || !self.is("matchingBranch") {
            return;
        }
        if self.has_more_than(&["matchingBranch"]) {
            self.complain(
                "cannot specify matchingBranch=true with any other criteria apart from consumer",
            );
        }
        if provider_branch.is_none() {
            self.complain(
                "the providerVersionBranch must be specified when the selector \
                 matchingBranch=true is used",
            );
        }
    }

    fn check_tag_and_branch(&mut self) {
        if self.sound(&["tag", "branch"]) && self.has("tag") && self.has("branch") {
            self.complain("cannot specify both a tag and a branch");
        }
    }

    fn check_branch_and_environment(&mut self) {
        let present = |fields: &[&'static str]| -> Vec<&'static str> {
            let all = fields.iter().copied();
            all.filter(|field| self.has(field)).collect()
        };
        let (branch, environment) = (present(&BRANCH_FIELDS), present(&ENVIRONMENT_FIELDS));
        if self.all_sound() && !branch.is_empty() && !environment.is_empty() {
            let listed = |fields: &[&str]| {
                let plural = if fields.len() == 1 { "" } else { "s" };
                format!("the field{plural} {}", fields.join("/"))
            };
            let (branch, environment) = (listed(&branch), listed(&environment));
            self.complain(format!("cannot specify {branch} with {environment}"));
        }
    }

    fn check_fallbacks(&mut self) {
        if self.has("fallbackTag") && self.sound(&["fallbackTag", "tag", "latest"]) {
            if !self.is("latest") {
                self.complain("fallbackTag can only be set if latest is true");
            }
            if !self.has("tag") {
                self.complain("a tag must be specified when a fallbackTag is specified");
            }
        }
        if self.has("fallbackBranch") && self.sound(&["fallbackBranch", "branch", "latest"]) {
            if !self.has("branch") {
                self.complain("a branch must be specified when a fallbackBranch is specified");
            }
            if self.says_false("latest") {
                self.complain("fallbackBranch can only be set if latest is true");
            }
        }
        if self.has("branch") && self.sound(&["branch"]) && self.says_false("latest") {
            self.complain("cannot specify a branch with latest=false");
        }
    }

    fn check_environment(&mut self, ledger: &dyn Ledger) -> Read<()> {
        let Some(text) = self.text("environment").filter(|text| !is_blank(text)) else {
            return Ok(());
        };
        // A text that cannot be the name of an environment names none.
        let exists = match text.parse::<EnvironmentName>() {
            Ok(name) => ledger.environment(&name)?.is_some(),
            Err(_) => false,
        };
        if !exists {
            self.complain(format!("environment with name '{text}' does not exist"));
        }
        Ok(())
    }

    fn check_deployed_and_released(&mut self) {
        let pairs = [
            ("deployed", "released"),
            ("deployed", "deployedOrReleased"),
            ("released", "deployedOrReleased"),
        ];
        for (one, other) in pairs {
            if self.is(one) && self.is(other) {
                self.complain(format!("cannot specify both {one}=true and {other}=true"));
            }
        }
    }

    /// Returns the name in a field, and complains if the text there cannot be one.
    fn name<T: std::str::FromStr<Err = InvalidName>>(&mut self, field: &str) -> Option<T> {
        match self.text(field)?.parse() {
            Ok(name) => Some(name),
            Err(_) if !self.messages.is_empty() => None,
            Err(InvalidName::Blank { .. }) => {
                self.complain(format!("{field} cannot be blank"));
                None
            }
            Err(invalid) => {
                self.complain(format!("{field} is not a name: {invalid}"));
                None
            }
        }
    }

    /// Returns the criterion; there is one if no rule is broken.
    fn criterion(&mut self, provider_branch: Option<&BranchName>) -> Option<Criterion> {
        if self.is("mainBranch") {
            return Some(Criterion::MainBranch);
        }
        if self.is("matchingBranch") {
            let (branch, fallback) = (provider_branch?.clone(), None);
            return Some(Criterion::Branch { branch, fallback });
        }
        if self.is("branch") {
            return Some(Criterion::EachBranch);
        }
        if self.has("branch") {
            let (branch, fallback) = (self.name("branch")?, self.name("fallbackBranch"));
            return Some(Criterion::Branch { branch, fallback });
        }
        if self.has("tag") && self.is("latest") {
            let (tag, fallback) = (self.name("tag")?, self.name("fallbackTag"));
            return Some(Criterion::LatestWithTag { tag, fallback });
        }
        if self.has("tag") {
            return self.name("tag").map(Criterion::AllWithTag);
        }
        if self.is("latest") {
            return Some(Criterion::Latest);
        }
        let environment = self.name("environment");
        if self.is("deployed") {
            return Some(Criterion::Deployed(environment));
        }
        if self.is("released") {
            return Some(Criterion::Released(environment));
        }
        if self.is("deployedOrReleased") {
            return Some(Criterion::DeployedOrReleased(environment));
        }
        environment.map(Criterion::InEnvironment)
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_true(value: &Value) -> Option<&'static str> {
    (*value != Value::Bool(true)).then_some("must be one of: true")
}

fn is_bool(value: &Value) -> Option<&'static str> {
    (!value.is_boolean()).then_some("must be one of: true, false")
}

fn is_text(value: &Value) -> Option<&'static str> {
    (!value.is_string()).then_some("must be a string")
}

fn is_text_or_true(value: &Value) -> Option<&'static str> {
    let fits = value.is_string() || *value == Value::Bool(true);
    (!fits).then_some("must be a string or must be equal to true")
}
