//! Names in words, for whatever has no display name of its own.

/// Returns a name in words, as the broker shows names that have no display name:
/// `order-service` and `orderService` are "Order Service" (spec: semantics §1).
#[must_use]
pub fn in_words(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut begins = true;
    let mut before = ' ';
    for letter in name.chars() {
        if matches!(letter, ' ' | '-' | '_') {
            begins = true;
        } else {
            begins |= letter.is_uppercase() && before.is_lowercase();
            match words.last_mut() {
                Some(word) if !begins => word.push(letter),
                _ => words.push(letter.to_uppercase().collect()),
            }
            begins = false;
        }
        before = letter;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_in_words() {
        for (name, words) in [
            ("web", "Web"),
            ("order-service", "Order Service"),
            ("order_service 2", "Order Service 2"),
            ("orderService", "Order Service"),
            ("Web API", "Web API"),
        ] {
            assert_eq!(in_words(name), words);
        }
    }
}
