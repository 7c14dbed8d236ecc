//! The JSON schemas of bodies and documents: data, one file a family.

use std::sync::LazyLock;

use serde_json::Map;
use serde_json::Value;

/// The files, in the order in which the manual has them.
const FILES: &[&str] = &[
    include_str!("schemas/pacts.json"),
    include_str!("schemas/pacticipants.json"),
    include_str!("schemas/environments.json"),
    include_str!("schemas/matrix.json"),
    include_str!("schemas/webhooks.json"),
    include_str!("schemas/shared.json"),
];

/// All schemas by name, file by file.
pub(super) static SCHEMAS: LazyLock<Vec<Map<String, Value>>> = LazyLock::new(|| {
    let read = |text: &&str| serde_json::from_str(text).expect("the tests have read it");
    FILES.iter().map(read).collect()
});
