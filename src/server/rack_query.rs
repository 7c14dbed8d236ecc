//! Query strings as Rack reads them, because that is what clients write (spec: http-api, server
//! rule 7).
//!
//! `a[b]=1` is an object, `a[]=1` a list, `a[][b]=1` a list of objects, in which a key that the
//! last object has already opens the next. What contradicts itself, or is nested absurdly, is
//! refused.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

/// How deep a key may be nested.
const MAX_DEPTH: usize = 16;

/// How many parameters a query may have.
const MAX_PARAMETERS: usize = 4096;

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// There was a key and no `=`.
    Nothing,
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Values by key.
    Object(Query),
}

/// The parameters of a query, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(BTreeMap<String, Value>);

/// The query has no single reading.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidQuery {
    /// A parameter is two kinds of thing.
    #[error("expected {expected} for param `{key}`")]
    Kind {
        /// The name of the parameter.
        key: String,
        /// What it had been before.
        expected: &'static str,
    },
    /// Something is not UTF-8.
    #[error("invalid %-encoding in `{0}`")]
    Encoding(String),
    /// There is too much of it.
    #[error("too many parameters, or nested too deep")]
    TooMuch,
}

impl Value {
    /// Returns the text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Query {
    /// Returns the parameters of a query string, which may be raw or percent-encoded.
    ///
    /// # Errors
    ///
    /// Fails if it has no single reading.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidQuery> {
        let mut query = Self::default();
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        for (index, pair) in pairs.enumerate() {
            if index == MAX_PARAMETERS {
                return Err(InvalidQuery::TooMuch);
            }
            let (key, value) = match pair.split_once('=') {
                Some((key, value)) => (key, Value::Text(decoded(value)?)),
                None => (pair, Value::Nothing),
            };
            let key = decoded(key)?;
            query.put(&path(&key)?, value)?;
        }
        Ok(query)
    }

    /// Returns the value of a parameter.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Returns all parameters, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Returns the text of a parameter, if it is one.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_text)
    }

    /// Returns the texts in a list.
    pub(crate) fn texts(&self, key: &str) -> impl Iterator<Item = &str> {
        let values = match self.get(key) {
            Some(Value::List(values)) => values.as_slice(),
            _ => &[],
        };
        values.iter().filter_map(Value::as_text)
    }

    /// Returns the objects in a list, without those in which nothing is filled in: a form sends its
    /// empty lines, too.
    pub(crate) fn filled_in(&self, key: &str) -> Vec<&Self> {
        let values = match self.get(key) {
            Some(Value::List(values)) => values.as_slice(),
            _ => &[],
        };
        let objects = values.iter().filter_map(|value| match value {
            Value::Object(object) => Some(object),
            _ => None,
        });
        let is_filled = |value: &Value| value.as_text().is_some_and(|text| !text.is_empty());
        let filled = objects.filter(|object| object.0.values().any(is_filled));
        filled.collect()
    }

    /// Returns the query without the empty lines of such a list.
    #[must_use]
    pub(crate) fn without_empty(&self, key: &str) -> Self {
        let filled = self.filled_in(key).into_iter();
        let filled: Vec<Value> = filled.cloned().map(Value::Object).collect();
        let mut query = self.clone();
        if matches!(query.get(key), Some(Value::List(_))) {
            query.0.insert(key.to_owned(), Value::List(filled));
        }
        query
    }

    fn put(&mut self, path: &[Step], value: Value) -> Result<(), InvalidQuery> {
        let [Step::Key(key), rest @ ..] = path else {
            // `[]=1` and `=1` name nothing; Rack lets them be.
            return Ok(());
        };
        let wrong = |expected| InvalidQuery::Kind {
            key: key.clone(),
            expected,
        };
        match rest {
            [] => {
                self.0.insert(key.clone(), value);
            }
            [Step::Key(_), ..] => {
                let known = self.0.entry(key.clone());
                match known.or_insert_with(|| Value::Object(Self::default())) {
                    Value::Object(object) => object.put(rest, value)?,
                    _ => return Err(wrong("an object")),
                }
            }
            [Step::Element, rest @ ..] => {
                let known = self.0.entry(key.clone());
                let Value::List(list) = known.or_insert_with(|| Value::List(Vec::new())) else {
                    return Err(wrong("an array"));
                };
                match (rest, list.last_mut()) {
                    ([], _) => list.push(value),
                    (_, Some(Value::Object(open))) if !open.has(rest) => open.put(rest, value)?,
                    _ => {
                        let mut object = Self::default();
                        object.put(rest, value)?;
                        list.push(Value::Object(object));
                    }
                }
            }
        }
        Ok(())
    }

    /// Says whether there is a value at a path; one that ends in a list has room for more.
    fn has(&self, path: &[Step]) -> bool {
        let [Step::Key(key), rest @ ..] = path else {
            return false;
        };
        match (rest, self.0.get(key)) {
            (_, None) | ([Step::Element, ..], Some(_)) => false,
            ([], Some(_)) => true,
            (rest, Some(Value::Object(object))) => object.has(rest),
            (_, Some(_)) => true,
        }
    }
}

/// One step down in a key such as `q[][pacticipant]`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Element,
}

fn path(key: &str) -> Result<Vec<Step>, InvalidQuery> {
    let open = key.find('[').filter(|open| *open > 0);
    let Some(open) = open else {
        return Ok(vec![Step::Key(key.to_owned())]);
    };
    let mut steps = vec![Step::Key(key[..open].to_owned())];
    let mut rest = &key[open..];
    while let Some((name, after)) = rest.strip_prefix('[').and_then(|it| it.split_once(']')) {
        steps.push(if name.is_empty() {
            Step::Element
        } else {
            Step::Key(name.to_owned())
        });
        rest = after;
        if steps.len() > MAX_DEPTH {
            return Err(InvalidQuery::TooMuch);
        }
    }
    Ok(steps)
}

/// Returns a text in which `+` and `%20` both are spaces.
fn decoded(text: &str) -> Result<String, InvalidQuery> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    let invalid = |_| InvalidQuery::Encoding(text.to_owned());
    Ok(decoded.map_err(invalid)?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn object(entries: &[(&str, Value)]) -> Query {
        let entries = entries.iter().cloned();
        Query(
            entries
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    }

    #[test]
    fn a_repeated_key_opens_the_next_element() {
        let query = "q[][pacticipant]=Web&q[][version]=1&q[][pacticipant]=Orders&latestby=cvp";
        let elements = vec![
            Value::Object(object(&[
                ("pacticipant", text("Web")),
                ("version", text("1")),
            ])),
            Value::Object(object(&[("pacticipant", text("Orders"))])),
        ];
        let expected = object(&[("q", Value::List(elements)), ("latestby", text("cvp"))]);
        assert_eq!(Query::parse(query), Ok(expected.clone()));
        let encoded = query.replace('[', "%5B").replace(']', "%5D");
        assert_eq!(Query::parse(&encoded), Ok(expected));
    }

    #[test]
    fn spaces_are_written_in_two_ways() {
        let query = Query::parse("a=x+y&b=x%20y&c=x%2By").unwrap();
        assert_eq!(query.text("a"), Some("x y"));
        assert_eq!(query.text("b"), Some("x y"));
        assert_eq!(query.text("c"), Some("x+y"));
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        assert!(Query::parse("q=1&q[]=2").is_err());
        assert!(Query::parse("q[]=1&q[a]=2").is_err());
        assert!(Query::parse("a=%ff").is_err());
        assert!(Query::parse(&format!("a{}=1", "[]".repeat(99))).is_err());
        assert_eq!(Query::parse("q=1&q=2").unwrap().text("q"), Some("2"));
        assert_eq!(Query::parse("q=1").unwrap().get("q[]"), None);
    }

    proptest! {
        #[test]
        fn no_query_is_too_strange(query in "[a-c=&\\[\\]+%0-9]{0,40}") {
            let _ = Query::parse(&query);
        }

        #[test]
        fn lists_of_objects_are_read_as_they_were_written(
            names in proptest::collection::vec("[a-z &=+%\\[\\]]{1,8}", 1..5),
        ) {
            let encoded = names.iter().map(|name| {
                let name = crate::render::hal::address::encoded(name);
                format!("q[][n]={name}")
            });
            let query = encoded.collect::<Vec<_>>().join("&");
            let elements = names.iter().map(|name| Value::Object(object(&[("n", text(name))])));
            prop_assert_eq!(
                Query::parse(&query),
                Ok(object(&[("q", Value::List(elements.collect()))]))
            );
        }
    }
}
