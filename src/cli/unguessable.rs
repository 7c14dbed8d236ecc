//! What nobody can guess.

use super::failure::Exit;
use super::failure::Failure;

/// Returns 16 bytes that nobody can guess.
///
/// # Errors
///
/// Fails if the system has no random numbers.
pub(super) fn bytes() -> Result<[u8; 16], Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::new(Exit::Failed, format!("no random numbers: {error}")))?;
    Ok(bytes)
}

/// Returns 32 hexadecimal digits that nobody can guess.
///
/// # Errors
///
/// Fails if the system has no random numbers.
pub(super) fn unguessable() -> Result<String, Failure> {
    Ok(format!("{:032x}", u128::from_be_bytes(bytes()?)))
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
