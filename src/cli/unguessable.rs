//! Words that nobody can guess.

use super::failure::Exit;
use super::failure::Failure;

/// Returns 32 hexadecimal digits that nobody can guess.
///
/// # Errors
///
/// Fails if the system has no random numbers.
pub(super) fn unguessable() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure {
        exit: Exit::Failed,
        message: format!("no random numbers: {error}"),
        causes: Vec::new(),
        hints: Vec::new(),
    })?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_words_are_the_same() {
        let [one, other] = [(); 2].map(|()| unguessable().unwrap());
        assert_eq!((one.len(), one == other), (32, false));
    }
}
