//! An *environment*, and which versions run or are available in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::display_name::display_name;
use super::fact::EnvironmentFact;
use super::name::{ApplicationInstance, EnvironmentName, PacticipantName, VersionNumber};
use super::time::{Seq, Timestamp};

/// A place where applications run, or to which they are released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The id that `update-environment` and the HTTP API know it by.
    pub uuid: Uuid,
    /// Its name, unique in the store.
    pub name: EnvironmentName,
    /// A name for people to read.
    pub display_name: Option<String>,
    /// Whether it is a production environment.
    pub production: bool,
    /// Whom to ask about it.
    pub contacts: Vec<Contact>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed, if it ever was.
    pub updated_at: Option<Timestamp>,
}

impl Environment {
    /// Returns the name to show to people: its own, else one made of its name.
    #[must_use]
    pub fn shown_name(&self) -> String {
        let given = self.display_name.clone();
        given.unwrap_or_else(|| display_name(self.name.as_str()))
    }
}

/// What a Pact Broker has from the start, and which of it are production environments
/// (spec: cli §4.8).
const OF_A_NEW_BROKER: [(&str, bool); 2] = [("test", false), ("production", true)];

/// Says whether a Pact Broker has an environment of a name from the start: `test` or `production`.
///
/// A store has none: what nobody created is not there. Scripts that were written for a broker rely
/// on them, though.
#[must_use]
pub fn is_of_a_new_broker(name: &EnvironmentName) -> bool {
    OF_A_NEW_BROKER.iter().any(|(it, _)| *it == name.as_str())
}

/// Returns the environments that a Pact Broker has from the start, as if created at a time.
///
/// # Panics
///
/// Never: both have names.
#[must_use]
pub fn environments_of_a_new_broker(at: Timestamp) -> [EnvironmentFact; 2] {
    OF_A_NEW_BROKER.map(|(name, production)| EnvironmentFact {
        name: name.parse().expect("a word is a name"),
        uuid: None,
        display_name: None,
        production,
        contacts: Vec::new(),
        at,
    })
}

/// Whom to ask about an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "ContactForm")]
pub struct Contact {
    /// A person or a team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How to reach them, by kind: whatever was given, e.g. `emailAddress`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
}

/// The kind of detail that is an address for mail.
const EMAIL_ADDRESS: &str = "emailAddress";

impl Contact {
    /// Returns the contact whom mail reaches at an address.
    #[must_use]
    pub fn by_email(name: Option<String>, address: Option<String>) -> Self {
        let address = address.map(|address| (EMAIL_ADDRESS.to_owned(), address.into()));
        Self {
            name,
            details: address.into_iter().collect(),
        }
    }
}

/// A contact as it may be written.
#[derive(Deserialize)]
struct ContactForm {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    details: Option<Map<String, Value>>,
    /// Where the address stood at first.
    #[serde(default, rename = "emailAddress")]
    email_address: Option<String>,
}

impl From<ContactForm> for Contact {
    fn from(form: ContactForm) -> Self {
        let mut contact = Self::by_email(form.name, form.email_address);
        contact.details.extend(form.details.unwrap_or_default());
        contact
    }
}

/// A version that is deployed in an environment now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedVersion {
    /// The id that the HTTP API knows it by.
    pub uuid: Uuid,
    /// The id of its environment, if its own follows from that, see [`DeployedVersion::id`].
    pub environment: Option<Uuid>,
    /// The application.
    pub pacticipant: PacticipantName,
    /// The version.
    pub version: VersionNumber,
    /// Which instance of the application; no name is an instance of its own.
    pub instance: Option<ApplicationInstance>,
    /// When in the environment's history it was recorded.
    pub seq: Seq,
    /// The same by the clock.
    pub created_at: Timestamp,
    /// The build that deployed it.
    pub build_url: Option<String>,
}

impl DeployedVersion {
    /// Returns the id of a deployment to the environment with an id.
    #[must_use]
    pub fn id(
        environment: &Uuid,
        pacticipant: &PacticipantName,
        version: &VersionNumber,
        instance: Option<&ApplicationInstance>,
        seq: Seq,
    ) -> Uuid {
        Uuid::derived(&[
            "deployed",
            environment.as_str(),
            pacticipant.as_str(),
            version.as_str(),
            instance.map_or("", ApplicationInstance::as_str),
            &seq.0.to_string(),
        ])
    }
}

/// A version that is released to an environment and still supported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedVersion {
    /// The id that the HTTP API knows it by.
    pub uuid: Uuid,
    /// The application.
    pub pacticipant: PacticipantName,
    /// The version.
    pub version: VersionNumber,
    /// When in the environment's history it was recorded.
    pub seq: Seq,
    /// The same by the clock.
    pub created_at: Timestamp,
    /// The build that released it.
    pub build_url: Option<String>,
    /// When it was released again after its support had ended, if it was.
    pub updated_at: Option<Timestamp>,
}

/// A deployment or a release that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// What has ended.
    pub what: EndedVersion,
    /// When.
    pub at: Timestamp,
}

/// What has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndedVersion {
    /// A deployment.
    Deployed(DeployedVersion),
    /// A release.
    Released(ReleasedVersion),
}

impl Ended {
    /// How many an environment remembers: enough for who has just ended something, or asks what
    /// ran before. All of them are in the history, which `log` shows.
    pub const KEPT: usize = 50;

    /// Returns whose version it was, and which.
    #[must_use]
    pub fn version(&self) -> (&PacticipantName, &VersionNumber) {
        match &self.what {
            EndedVersion::Deployed(it) => (&it.pacticipant, &it.version),
            EndedVersion::Released(it) => (&it.pacticipant, &it.version),
        }
    }
}

/// An id in the form of a UUID: 32 hexadecimal digits in five groups.
///
/// Ids are derived from what they name, not drawn at random, so that a write that is decided
/// again after a lost race gives the same one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uuid(String);

/// The text given is not a UUID.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a UUID")]
pub struct InvalidUuid(pub String);

impl Uuid {
    /// Returns the id derived from the parts of a name, as RFC 9562 version 8.
    ///
    /// # Panics
    ///
    /// Never: a digest has more bytes than an id.
    #[must_use]
    pub fn derived(parts: &[&str]) -> Self {
        use sha2::Digest;
        let mut hash = sha2::Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let bytes = hash.finalize()[..16]
            .try_into()
            .expect("a digest is longer");
        Self::of(bytes, 8)
    }

    /// Returns the id that random bytes make, as RFC 9562 version 4.
    #[must_use]
    pub fn random(bytes: [u8; 16]) -> Self {
        Self::of(bytes, 4)
    }

    /// Returns the id of a version of RFC 9562 that all other bits make.
    fn of(mut bytes: [u8; 16], version: u8) -> Self {
        bytes[6] = bytes[6] & 0x0f | version << 4;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = format!("{:032x}", u128::from_be_bytes(bytes));
        let groups = [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        ];
        Self(groups.join("-"))
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Uuid {
    type Error = InvalidUuid;

    fn try_from(text: String) -> Result<Self, InvalidUuid> {
        let lengths = text.split('-').map(str::len);
        let hex = |c: char| c.is_ascii_hexdigit() || c == '-';
        if lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(hex) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(InvalidUuid(text))
        }
    }
}

impl std::str::FromStr for Uuid {
    type Err = InvalidUuid;

    fn from_str(text: &str) -> Result<Self, InvalidUuid> {
        Self::try_from(text.to_owned())
    }
}

impl From<Uuid> for String {
    fn from(uuid: Uuid) -> Self {
        uuid.0
    }
}

impl std::fmt::Display for Uuid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_keeps_all_its_details_and_an_address_from_where_it_stood_at_first() {
        let read = |text| serde_json::from_str::<Contact>(text).unwrap();
        let written = |contact| serde_json::to_string(&contact).unwrap();
        for text in [
            r##"{"name":"Ops","details":{"chat":"#ops","rota":[1,2]}}"##,
            r#"{"name":"Ops"}"#,
            "{}",
        ] {
            assert_eq!(written(read(text)), text);
        }
        assert_eq!(
            read(r#"{"name":"Ops","emailAddress":"ops@example.org"}"#),
            Contact::by_email(Some("Ops".to_owned()), Some("ops@example.org".to_owned()))
        );
    }

    #[test]
    fn a_new_broker_has_test_and_production() {
        let environments = environments_of_a_new_broker(Timestamp::clamped(0));
        assert!(environments.iter().all(|it| is_of_a_new_broker(&it.name)));
        assert!(!is_of_a_new_broker(&"uat".parse().unwrap()));
        let shown = environments.map(|it| (it.name.to_string(), it.production));
        let expected = [("test", false), ("production", true)];
        assert_eq!(shown, expected.map(|(name, it)| (name.to_owned(), it)));
    }

    #[test]
    fn a_derived_uuid_depends_on_every_part_and_on_where_it_ends() {
        let uuid = Uuid::derived(&["environment", "production"]);
        assert_eq!(uuid.as_str().parse(), Ok(uuid.clone()));
        assert_eq!(uuid, Uuid::derived(&["environment", "production"]));
        assert_ne!(uuid, Uuid::derived(&["environmentp", "roduction"]));
        assert_eq!(&uuid.as_str()[14..15], "8");
    }

    #[test]
    fn random_bytes_are_all_of_a_uuid_but_for_what_says_so() {
        let id = |byte| Uuid::random([byte; 16]).to_string();
        assert_eq!(id(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(id(0xff), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
