//! A record and its `schema`, decoded in one pass: a question decodes dozens of records, and its
//! caller waits for it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::Error;
use serde::de::IntoDeserializer;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde::de::value::MapAccessDeserializer;

use super::Record;

/// A record whose schema is one that this program reads.
///
/// Decoding fails where there is no schema, or a newer one.
pub(super) struct Versioned<R>(pub(super) R);

impl<'de, R: Record> Deserialize<'de> for Versioned<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Whole(PhantomData))
    }
}

struct Whole<R>(PhantomData<R>);

impl<'de, R: Record> Visitor<'de> for Whole<R> {
    type Value = Versioned<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut schema = None;
        let fields = Fields {
            map,
            schema: &mut schema,
        };
        let record = R::deserialize(MapAccessDeserializer::new(fields))?;
        match schema {
            Some(schema) if schema <= R::SCHEMA => Ok(Versioned(record)),
            Some(_) => Err(A::Error::custom("its schema is newer")),
            None => Err(A::Error::missing_field("schema")),
        }
    }
}

/// The fields of a record without its schema, which is taken out on the way.
struct Fields<'a, A> {
    map: A,
    schema: &'a mut Option<u32>,
}

/// A key, in the bytes that it is read from unless something in it is escaped.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(Key(key)) = self.map.next_key()? {
            if key != "schema" {
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
            if self.schema.replace(self.map.next_value()?).is_some() {
                return Err(A::Error::duplicate_field("schema"));
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}
