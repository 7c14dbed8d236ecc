//! Pacts as a consumer's tests write them, between 2 and 120 KB and half of them below 9, whose
//! later versions differ from the earlier ones in an interaction.

use git_pact::domain::name::PacticipantName;
use git_pact::domain::pact::Pact;
use git_pact::domain::pact::PactError;
use git_pact::domain::publish::Contract;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::random::Random;

/// How large pacts are, in bytes: one of these, or something between it and the next.
const SIZES: [usize; 14] = [
    2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_500, 11_000, 14_000, 18_000, 26_000, 45_000,
    120_000,
];

/// A pact larger than this gets no more interactions, so that none ever leaves the range.
const LARGEST: usize = 118_000;

const RESOURCES: [&str; 12] = [
    "order", "invoice", "customer", "shipment", "payment", "product", "address", "basket",
    "voucher", "account", "message", "refund",
];

const FIELDS: [&str; 16] = [
    "name",
    "status",
    "currency",
    "amount",
    "quantity",
    "createdAt",
    "updatedAt",
    "reference",
    "street",
    "city",
    "postcode",
    "country",
    "email",
    "active",
    "discount",
    "note",
];

const STATUSES: [&str; 6] = ["open", "paid", "cancelled", "shipped", "pending", "closed"];

/// One interaction: what it says follows from these numbers.
#[derive(Clone, Copy)]
struct Interaction {
    /// Its place in the pact, for ever.
    number: usize,
    seed: u64,
    /// How often it was altered.
    revision: u64,
}

/// What a consumer expects of a provider now, and can be changed.
#[derive(Clone)]
pub(crate) struct Draft {
    interactions: Vec<Interaction>,
    /// The size of the document, in bytes.
    size: usize,
}

impl Draft {
    /// Returns a first pact.
    pub(crate) fn new(random: &mut Random) -> Self {
        let step = random.below(SIZES.len() - 1);
        let target = SIZES[step] + random.below(SIZES[step + 1] - SIZES[step]);
        let mut draft = Self {
            interactions: Vec::new(),
            size: 400,
        };
        loop {
            draft.add(random);
            if draft.size >= target.min(LARGEST) {
                return draft;
            }
        }
    }

    fn add(&mut self, random: &mut Random) {
        let interaction = Interaction {
            number: self.interactions.len(),
            seed: random.number(),
            revision: 0,
        };
        let text = serde_json::to_vec_pretty(&interaction.document());
        self.size += text.map_or(0, |text| text.len() + text.len() / 4);
        self.interactions.push(interaction);
    }

    /// Adds an interaction, or alters one.
    pub(crate) fn change(&mut self, random: &mut Random) {
        if self.size < LARGEST && random.percent(30) {
            self.add(random);
        } else {
            let index = random.below(self.interactions.len());
            self.interactions[index].revision += 1;
        }
    }

    /// Returns the pact as published.
    ///
    /// # Errors
    ///
    /// Fails if it is none, which would be a mistake here.
    pub(crate) fn contract(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
    ) -> Result<Contract, PactError> {
        let interactions: Vec<Value> = self
            .interactions
            .iter()
            .map(Interaction::document)
            .collect();
        let document = json!({
            "consumer": { "name": consumer.as_str() },
            "provider": { "name": provider.as_str() },
            "interactions": interactions,
            "metadata": {
                "pact-js": { "version": "13.1.3" },
                "pactRust": { "ffi": "0.4.22", "models": "1.2.3" },
                "pactSpecification": { "version": "3.0.0" }
            }
        });
        let bytes = format!("{document:#}\n").into_bytes();
        Ok(Contract {
            consumer: consumer.clone(),
            provider: provider.clone(),
            pact: Pact::parse(&bytes)?,
            bytes: bytes.into(),
        })
    }

    /// Returns the description of some interaction.
    pub(crate) fn some_description(&self, random: &mut Random) -> String {
        self.interactions[random.below(self.interactions.len())].description()
    }
}

impl Interaction {
    fn resource(&self) -> &'static str {
        let index = Random::new(self.seed, 0).below(RESOURCES.len());
        RESOURCES[index]
    }

    fn description(&self) -> String {
        let (resource, number) = (self.resource(), 1_000 + self.number);
        match self.number % 3 {
            0 => format!("a request for {resource} {number}"),
            1 => format!("a request to create {resource} {number}"),
            _ => format!("a request to change {resource} {number}"),
        }
    }

    fn document(&self) -> Value {
        let random = &mut Random::new(self.seed, 1);
        let (resource, id) = (self.resource(), 1_000 + self.number);
        let mut body = Map::new();
        let mut rules = Map::new();
        body.insert("id".to_owned(), id.into());
        for _ in 0..3 + random.below(10) {
            let name = random.one_of(&FIELDS);
            let (value, rule) = field(name, random);
            rules.insert(
                format!("$.{name}"),
                json!({ "combine": "AND", "matchers": [rule] }),
            );
            body.insert(name.to_owned(), value);
        }
        if self.revision > 0 {
            body.insert("revision".to_owned(), self.revision.into());
        }
        let (method, path, status) = match self.number % 3 {
            0 => ("GET", format!("/{resource}s/{id}"), 200),
            1 => ("POST", format!("/{resource}s"), 201),
            _ => ("PUT", format!("/{resource}s/{id}"), 200),
        };
        let mut request = json!({
            "headers": { "Accept": "application/json" },
            "method": method,
            "path": path
        });
        if method != "GET" {
            request["headers"]["Content-Type"] = "application/json".into();
            request["body"] = Value::Object(body.clone());
        }
        json!({
            "description": self.description(),
            "providerStates": [{ "name": format!("{resource} {id} exists"), "params": { "id": id } }],
            "request": request,
            "response": {
                "body": body,
                "headers": { "Content-Type": "application/json" },
                "matchingRules": { "body": rules },
                "status": status
            }
        })
    }
}

/// Returns a value of a field, and how it is matched.
fn field(name: &str, random: &mut Random) -> (Value, Value) {
    let kind = json!({ "match": "type" });
    match name {
        "amount" | "discount" => {
            let cents = random.below(100_000);
            let amount = format!("{}.{:02}", cents / 100, cents % 100);
            (
                amount.into(),
                json!({ "match": "regex", "regex": "\\d+\\.\\d{2}" }),
            )
        }
        "quantity" => (random.below(50).into(), json!({ "match": "integer" })),
        "active" => (random.percent(50).into(), kind),
        "status" => (random.one_of(&STATUSES).into(), kind),
        "createdAt" | "updatedAt" => {
            let (day, hour) = (1 + random.below(28), random.below(24));
            let time = format!("2026-03-{day:02}T{hour:02}:15:00Z");
            (
                time.into(),
                json!({ "match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssX" }),
            )
        }
        _ => (format!("{name} {:05}", random.below(100_000)).into(), kind),
    }
}
