//! A number as it is written, and the one way to write its exact value.
//!
//! Nothing is ever rounded and no digit is ever added: the value is kept as digits and a power
//! of ten, so `1e999999999` costs as little as `1e9`.

/// The most digits that an exponent may have: such a one, and the shift of the point, fit 64 bits.
pub(super) const EXPONENT_DIGITS: usize = 18;

/// The text of a JSON number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Returns the number that a text known to be a JSON number stands for, or `None` if its
    /// exponent is absurd.
    pub(super) fn new(text: &str) -> Option<Self> {
        let exponent = text.split(['e', 'E']).nth(1).unwrap_or("0");
        let digits = exponent.trim_start_matches(['+', '-', '0']).len();
        (digits <= EXPONENT_DIGITS).then(|| Self(text.to_owned()))
    }

    /// Returns the number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the one text that all numbers of the same kind and value share.
    ///
    /// An integer keeps its digits, and `-0` is `0`. A number with a point or an exponent is
    /// digits without outer zeros and a power of ten, such as `15e-1`, so that it never equals
    /// an integer: `1` is not `1.0`, `1.0` is `1.00` and `1e0`, `-0.0` is not `0.0`
    /// (spec: semantics §4).
    #[must_use]
    pub fn canonical(&self) -> String {
        let (sign, unsigned) = match self.0.strip_prefix('-') {
            Some(unsigned) => ("-", unsigned),
            None => ("", self.0.as_str()),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        if exponent.is_none() && fraction.is_none() {
            let sign = if whole == "0" { "" } else { sign };
            return format!("{sign}{whole}");
        }
        let fraction = fraction.unwrap_or("");
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        if significant.is_empty() {
            return format!("{sign}0e0");
        }
        let dropped = shift(digits.len() - significant.len());
        let power = exponent.map_or(0, written_power) + dropped - shift(fraction.len());
        format!("{sign}{}e{power}", significant.trim_start_matches('0'))
    }
}

impl Number {
    /// Returns the number as a Ruby program writes it that has read it: an integer with all its
    /// digits, any other as the shortest text of the nearest 64-bit float, such as `1.5e-07`.
    ///
    /// What is too large for a float is returned as it was written.
    #[must_use]
    pub fn in_ruby(&self) -> String {
        let Some(float) = self.float() else {
            return self.canonical();
        };
        if float.is_infinite() {
            return self.0.clone();
        }
        let scientific = format!("{float:e}");
        let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let point = if digits.contains('.') { "" } else { ".0" };
        match exponent.parse::<i32>() {
            Ok(-4..16) | Err(_) => format!("{float:?}"),
            Ok(exponent) => format!("{digits}{point}e{exponent:+03}"),
        }
    }

    /// Says whether Ruby takes two numbers for equal: by value, whether integer or float.
    #[must_use]
    pub fn equals_in_ruby(&self, other: &Self) -> bool {
        match (self.float(), other.float()) {
            #[expect(clippy::float_cmp, reason = "as Ruby does")]
            (Some(one), Some(other)) => one == other,
            (None, None) => self.canonical() == other.canonical(),
            // Exact, and never so for a fraction. The sum turns -0.0 into 0.0.
            (Some(float), None) => {
                float.fract() == 0.0 && format!("{:.0}", float + 0.0) == other.canonical()
            }
            (None, Some(_)) => other.equals_in_ruby(self),
        }
    }

    /// Returns the nearest 64-bit float, or `None` if this is an integer.
    fn float(&self) -> Option<f64> {
        let is_float = self.0.contains(['.', 'e', 'E']);
        is_float.then(|| self.0.parse().expect("a JSON number is one of Rust too"))
    }
}

fn shift(digits: usize) -> i64 {
    i64::try_from(digits).expect("a text is shorter than 2^63 bytes")
}

fn written_power(exponent: &str) -> i64 {
    exponent
        .parse()
        .expect("`new` lets in only exponents of JSON numbers that fit")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        Number::new(text).unwrap().canonical()
    }

    #[test]
    fn an_integer_keeps_its_digits() {
        for text in ["0", "7", "-7", "10", "123456789012345678901234567890"] {
            assert_eq!(canonical(text), text);
        }
        assert_eq!(canonical("-0"), "0");
    }

    #[test]
    fn a_decimal_has_one_form_that_is_no_integer() {
        for (texts, form) in [
            (vec!["1.0", "1.00", "1e0", "10e-1", "0.1E+1", "1e-0"], "1e0"),
            (vec!["1e1", "10.0", "0.01e3", "1E01"], "1e1"),
            (vec!["-2.50", "-25e-1"], "-25e-1"),
            (vec!["0.0", "0e5", "0.000E-7"], "0e0"),
            (vec!["-0.0", "-0e1"], "-0e0"),
            (
                vec!["1.234567890123456789012345"],
                "1234567890123456789012345e-24",
            ),
            (vec!["1e999999999", "10.0e999999998"], "1e999999999"),
            (vec!["1e999999999999999999"], "1e999999999999999999"),
        ] {
            for text in texts {
                assert_eq!(canonical(text), form, "{text}");
                assert_eq!(canonical(form), form);
            }
        }
    }

    #[test]
    fn ruby_writes_integers_in_full_and_other_numbers_as_floats() {
        for (text, ruby) in [
            ("-0", "0"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
            ("1.50", "1.5"),
            ("-0.0", "-0.0"),
            ("1e15", "1000000000000000.0"),
            ("1e16", "1.0e+16"),
            ("-12.5e99", "-1.25e+100"),
            ("0.0001", "0.0001"),
            ("0.00001", "1.0e-05"),
            ("1e999", "1e999"),
        ] {
            assert_eq!(Number::new(text).unwrap().in_ruby(), ruby, "{text}");
        }
    }

    #[test]
    fn ruby_compares_numbers_by_value() {
        let equal = |one: &str, other: &str| {
            let (one, other) = (Number::new(one).unwrap(), Number::new(other).unwrap());
            assert_eq!(one.equals_in_ruby(&other), other.equals_in_ruby(&one));
            one.equals_in_ruby(&other)
        };
        for (one, other) in [
            ("1", "1.0"),
            ("0", "-0.0"),
            ("1e3", "1000"),
            ("0.1", "0.10"),
        ] {
            assert!(equal(one, other), "{one} and {other}");
        }
        for (one, other) in [
            ("1", "1.5"),
            ("1", "2"),
            ("9007199254740993", "9007199254740992.0"),
            ("1", "1e999"),
        ] {
            assert!(!equal(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn an_exponent_beyond_all_sense_is_refused_unless_its_digits_are_zeros() {
        assert_eq!(Number::new("1e1000000000000000000"), None);
        assert_eq!(Number::new("1E-1000000000000000000"), None);
        assert_eq!(canonical("1e+00000000000000000000000000003"), "1e3");
    }
}
