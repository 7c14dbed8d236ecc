//! *Did you mean*: the names that somebody who wrote another one may have meant.
//!
//! What is not there is looked for among what is. Case does not count, and the beginning counts
//! most: `prod` is likely to be `production`, and `order-service` to be `Order Service`.

use std::cmp::Ordering;

/// The most names that are worth showing.
const MOST: usize = 3;

/// How alike two names must be, from 0 (nothing in common) to 1 (the same).
const ALIKE: f64 = 0.8;

/// Returns the names among those known that may have been meant, the likeliest first, at most three.
#[must_use]
pub fn likely_names<'a, T>(written: &str, known: impl IntoIterator<Item = &'a T>) -> Vec<&'a T>
where
    T: AsRef<str> + Ord + 'a,
{
    let written = written.to_lowercase();
    let likeness = |name: &T| strsim::jaro_winkler(&written, name.as_ref().to_lowercase().as_str());
    let known = known.into_iter().map(|name| (likeness(name), name));
    let mut likely: Vec<(f64, &T)> = known.filter(|(likeness, _)| *likeness >= ALIKE).collect();
    likely.sort_by(|(one, name), (another, other)| {
        let by_likeness = another.partial_cmp(one).unwrap_or(Ordering::Equal);
        by_likeness.then_with(|| name.cmp(other))
    });
    likely.dedup();
    likely.truncate(MOST);
    likely.into_iter().map(|(_, name)| name).collect()
}

/// Returns the question to whoever wrote a name that is not known, without a full stop; `None` if
/// nothing is likely.
#[must_use]
pub fn did_you_mean<T: AsRef<str>>(likely: &[T]) -> Option<String> {
    let quoted = |name: &T| format!("`{}`", name.as_ref());
    let (last, others) = likely.split_last()?;
    let others: Vec<String> = others.iter().map(quoted).collect();
    let last = quoted(last);
    Some(if others.is_empty() {
        format!("did you mean {last}?")
    } else {
        format!("did you mean {} or {last}?", others.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_likely_is_found_and_the_likeliest_is_first() {
        let known = [
            "Order Service",
            "Web",
            "Web Admin",
            "production",
            "staging",
            "uat",
        ];
        for (written, expected) in [
            ("order-service", &["Order Service"][..]),
            ("OrderService", &["Order Service"]),
            ("Ordre Service", &["Order Service"]),
            ("web", &["Web", "Web Admin"]),
            ("prod", &["production"]),
            ("porduction", &["production"]),
            ("stage", &["staging"]),
            ("qa", &[]),
            ("Nobody", &[]),
            ("nowhere", &[]),
            ("", &[]),
        ] {
            let likely: Vec<&str> = likely_names(written, &known).into_iter().copied().collect();
            assert_eq!(likely, expected, "{written}");
        }
    }

    #[test]
    fn no_more_are_shown_than_one_can_take_in() {
        let known = ["web-1", "web-2", "web-3", "web-4", "web-4"];
        let likely: Vec<_> = likely_names("web-4", &known).into_iter().copied().collect();
        assert_eq!(likely, ["web-4", "web-1", "web-2"]);
    }

    #[test]
    fn one_is_asked_in_a_sentence() {
        assert_eq!(did_you_mean::<&str>(&[]), None);
        let asked = |likely: &[&str]| did_you_mean(likely).unwrap();
        assert_eq!(asked(&["a"]), "did you mean `a`?");
        assert_eq!(asked(&["a", "b", "c"]), "did you mean `a`, `b` or `c`?");
    }
}
