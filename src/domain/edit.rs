//! What becomes of one field of something that is described anew.

/// What is said of a field that may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// Nothing: it stays as it is.
    #[default]
    Keep,
    /// It is empty from now on.
    Clear,
    /// It has this value from now on.
    Set(T),
}

impl<T> Edit<T> {
    /// Returns the edit of somebody who describes the whole: what is not given is empty.
    #[must_use]
    pub fn whole(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }

    /// Returns the edit of somebody who describes a part: what is not given stays as it is.
    #[must_use]
    pub fn part(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }

    /// Returns what the field holds after the edit.
    #[must_use]
    pub fn applied(self, known: Option<T>) -> Option<T> {
        match self {
            Self::Keep => known,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Returns the same edit with another value, if it sets one.
    #[must_use]
    pub fn map(self, change: impl FnOnce(T) -> T) -> Self {
        match self {
            Self::Set(value) => Self::Set(change(value)),
            edit => edit,
        }
    }

    /// Returns the value that the field gets, if it gets one.
    #[must_use]
    pub fn value(self) -> Option<T> {
        self.applied(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_describes_a_part_leaves_the_rest_and_who_describes_the_whole_does_not() {
        for (edit, after) in [
            (Edit::part(None), Some(1)),
            (Edit::part(Some(2)), Some(2)),
            (Edit::whole(None), None),
            (Edit::whole(Some(2)), Some(2)),
        ] {
            assert_eq!(edit.clone().applied(Some(1)), after, "{edit:?}");
        }
    }
}
