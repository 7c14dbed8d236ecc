//! The name that people read where nobody has given one.

/// Returns a name as words: `OrderService` and `order_service` are both `Order Service`.
///
/// Words begin where a capital follows a small letter or a digit, before the last of several
/// capitals, and at a single `-`, `_`, `.` or space inside; each gets a capital. As the broker does
/// it, so that both show the same.
#[must_use]
pub fn display_name(name: &str) -> String {
    let capitals = |[a, b, c]: [char; 3]| {
        let last_of_several =
            a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_lowercase();
        last_of_several.then(|| vec![a, ' ', b, c])
    };
    let small_letters = |[a, b, c]: [char; 3]| {
        let begins = (a.is_ascii_lowercase() || a.is_ascii_digit())
            && b.is_ascii_uppercase()
            && !c.is_whitespace();
        begins.then(|| vec![a, ' ', b, c])
    };
    let joints = |[a, b, c]: [char; 3]| {
        let joins = matches!(b, '-' | '_' | '.') || b.is_whitespace();
        (joins && !a.is_whitespace() && !c.is_whitespace()).then(|| vec![a, ' ', c])
    };
    let split = replaced(name, capitals);
    let split = replaced(&split, small_letters);
    let split = replaced(&split, joints);
    let words: Vec<String> = split.split_whitespace().map(capitalised).collect();
    words.join(" ")
}

/// Replaces what is found of three characters, from left to right, none of them twice.
fn replaced(text: &str, find: impl Fn([char; 3]) -> Option<Vec<char>>) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut rest = chars.as_slice();
    let mut out = String::new();
    while let [first, after @ ..] = rest {
        if let Some(instead) = rest.first_chunk().and_then(|three| find(*three)) {
            out.extend(instead);
            rest = &rest[3..];
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}

/// Puts a small first letter, and one after underscores, which go, into a capital.
fn capitalised(word: &str) -> String {
    let mut out = String::new();
    let mut begins = true;
    let mut underscores = 0;
    for c in word.chars() {
        if c == '_' {
            underscores += 1;
            continue;
        }
        if c.is_ascii_lowercase() && (begins || underscores > 0) {
            out.push(c.to_ascii_uppercase());
        } else {
            out.extend(std::iter::repeat_n('_', underscores));
            out.push(c);
        }
        begins = false;
        underscores = 0;
    }
    out.extend(std::iter::repeat_n('_', underscores));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_is_the_name_as_words() {
        for (name, expected) in [
            ("foo", "Foo"),
            ("MyService", "My Service"),
            ("my-service", "My Service"),
            ("my_service", "My Service"),
            ("my service", "My Service"),
            ("my__service", "My Service"),
            ("ABCService", "ABC Service"),
            ("A4Service", "A4 Service"),
            ("SNSPactEventConsumer", "SNS Pact Event Consumer"),
            ("Client-XX", "Client XX"),
            ("providerJSWorkshop", "Provider JS Workshop"),
            ("foo.pretend-consumer", "Foo Pretend Consumer"),
            ("e2e Provider Example", "E2e Provider Example"),
            ("MP - Our Provider", "MP - Our Provider"),
            ("PoC - Pact-broker-consumer", "PoC - Pact Broker Consumer"),
            ("QB-DATABASE Service", "QB DATABASE Service"),
            ("Support App (Provider)", "Support App (Provider)"),
            ("a", "A"),
            ("9", "9"),
            ("-_", "-_"),
            ("ünï-kode", "ünï Kode"),
        ] {
            assert_eq!(display_name(name), expected, "{name}");
        }
    }
}
