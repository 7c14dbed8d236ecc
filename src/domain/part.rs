//! One part of a long list, as people turn its pages.

/// Which part of a list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which part, counted from 1.
    pub number: usize,
    /// How many elements a part has, the last one perhaps fewer.
    pub size: usize,
    /// How many elements the list has.
    pub of: usize,
}

impl Part {
    /// Leaves in a list what is in a part of it, and returns which part that is: beyond the last one
    /// there is nothing to see, so whoever asks for that gets the last.
    #[must_use]
    pub fn cut<T>(list: &mut Vec<T>, number: usize, size: usize) -> Self {
        let of = list.len();
        let mut part = Self { number, size, of };
        part.number = number.clamp(1, part.parts());
        list.drain(..part.before());
        list.truncate(size);
        part
    }

    /// Returns how many parts there are; an empty list has one, which is empty.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.of.div_ceil(self.size.max(1)).max(1)
    }

    /// Returns how many elements are in the parts before.
    #[must_use]
    pub fn before(&self) -> usize {
        (self.number - 1) * self.size
    }

    /// Returns the part before, if there is one.
    #[must_use]
    pub fn previous(&self) -> Option<usize> {
        (self.number > 1).then(|| self.number - 1)
    }

    /// Returns the part after, if there is one.
    #[must_use]
    pub fn next(&self) -> Option<usize> {
        (self.number < self.parts()).then(|| self.number + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_cut_out_and_says_what_is_around_it() {
        let cut = |number| {
            let mut list = vec![1, 2, 3, 4, 5];
            let part = Part::cut(&mut list, number, 2);
            (list, part.previous(), part.next())
        };
        assert_eq!(cut(1), (vec![1, 2], None, Some(2)));
        assert_eq!(cut(2), (vec![3, 4], Some(1), Some(3)));
        assert_eq!(cut(3), (vec![5], Some(2), None));
        assert_eq!(cut(usize::MAX), cut(3));
        assert_eq!(cut(0), cut(1));
    }

    #[test]
    fn an_empty_list_has_one_part() {
        let part = Part::cut(&mut Vec::<u8>::new(), 7, 50);
        assert_eq!((part.number, part.parts(), part.next()), (1, 1, None));
    }
}
