//! Which part of a list a client wants: a page, or all of it.
//!
//! A page is asked for by `page` and `size`; `pageNumber` and `pageSize` are older words for the
//! same. Most lists are shown whole to whoever says neither.

use std::num::IntErrorKind;

use serde_json::Value;

use super::call::Call;
use super::problem::Fields;
use super::problem::Problem;
use super::rack_query::Query;
use super::reply::Reply;
use crate::render::hal::page::Page;

/// How many entries are on a page whose size is not said.
const SIZE: usize = 100;

/// What a client wants of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// All of it.
    Whole,
    /// A page of it.
    Page {
        /// Which, counted from 1.
        number: usize,
        /// How many entries it has.
        size: usize,
    },
}

impl Paging {
    /// Returns what a query asks for.
    ///
    /// # Errors
    ///
    /// Fails if a number is none, or is below 1.
    pub(crate) fn of(query: &Query) -> Result<Self, Problem> {
        let mut fields = Fields::default();
        let mut read = |name: &str| match query.text(name) {
            None | Some("") => None,
            Some(text) => match text.parse::<i64>() {
                // More than there can be of anything is all of it.
                Err(error) if *error.kind() == IntErrorKind::PosOverflow => Some(usize::MAX),
                Err(error) if *error.kind() != IntErrorKind::NegOverflow => {
                    fields.add(name, "must be an integer");
                    None
                }
                Err(_) | Ok(..1) => {
                    fields.add(name, "must be greater than or equal to 1");
                    None
                }
                Ok(number) => Some(usize::try_from(number).unwrap_or(usize::MAX)),
            },
        };
        let old = (read("pageNumber"), read("pageSize"));
        let new = (read("page"), read("size"));
        fields.check()?;
        Ok(match if new == (None, None) { old } else { new } {
            (None, None) => Self::Whole,
            (number, size) => Self::Page {
                number: number.unwrap_or(1),
                size: size.unwrap_or(SIZE),
            },
        })
    }

    /// Returns the same for a list that is never shown whole: its first page to whoever does not
    /// ask for one.
    pub(crate) fn or_first(self, size: usize) -> Self {
        match self {
            Self::Whole => Self::Page { number: 1, size },
            page @ Self::Page { .. } => page,
        }
    }

    /// Leaves in a list what is wanted of it, and returns which page that is, if it is one.
    pub(crate) fn cut<T>(self, list: &mut Vec<T>) -> Option<Page> {
        let Self::Page { number, size } = self else {
            return None;
        };
        let of = list.len();
        let before = (number - 1).saturating_mul(size).min(of);
        list.drain(..before);
        list.truncate(size);
        Some(Page { number, size, of })
    }
}

/// Returns the document of a list, which says what page it is if it is one.
///
/// # Errors
///
/// Never in practice: documents are JSON.
pub(crate) fn reply(
    mut document: Value,
    page: Option<Page>,
    call: &Call,
) -> Result<Reply, Problem> {
    if let Some(page) = page {
        page.put_on(&mut document, &call.itself);
    }
    Reply::hal(&document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Paging, Problem> {
        Paging::of(&Query::parse(query).unwrap())
    }

    #[test]
    fn a_page_is_asked_for_in_new_words_and_in_old_ones() {
        let page = |number, size| Ok(Paging::Page { number, size });
        assert_eq!(asked("q=x&page="), Ok(Paging::Whole));
        assert_eq!(asked("page=2"), page(2, 100));
        assert_eq!(asked("size=7"), page(1, 7));
        assert_eq!(asked("pageNumber=3&pageSize=5"), page(3, 5));
        assert_eq!(asked("pageNumber=3&size=5"), page(1, 5));
        assert_eq!(asked("page=99999999999999999999"), page(usize::MAX, 100));
        assert_eq!(Paging::Whole.or_first(30), page(1, 30).unwrap());
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for (query, field) in [
            ("page=0", "page"),
            ("pageSize=-1", "pageSize"),
            ("size=-99999999999999999999", "size"),
        ] {
            let refused = Problem::field(field, "must be greater than or equal to 1");
            assert_eq!(asked(query), Err(refused));
        }
        let refused = Problem::field("size", "must be an integer");
        assert_eq!(asked("size=many"), Err(refused));
    }

    #[test]
    fn a_page_is_a_part_and_beyond_the_last_there_is_nothing() {
        let cut = |number, size| {
            let mut list = vec![1, 2, 3, 4, 5];
            let page = Paging::Page { number, size }.cut(&mut list);
            (list, page.map(|page| page.of))
        };
        assert_eq!(cut(1, 2), (vec![1, 2], Some(5)));
        assert_eq!(cut(3, 2), (vec![5], Some(5)));
        assert_eq!(cut(4, 2), (vec![], Some(5)));
        assert_eq!(cut(usize::MAX, usize::MAX), (vec![], Some(5)));
        let mut list = vec![1, 2];
        assert_eq!((Paging::Whole.cut(&mut list), list), (None, vec![1, 2]));
    }
}
