//! Pages of long lists.

use serde_json::Value;
use serde_json::json;

/// Which part of a list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which page, counted from 1.
    pub number: usize,
    /// How many entries a page has, at least 1.
    pub size: usize,
    /// How many entries there are on all pages.
    pub of: usize,
}

impl Page {
    /// Returns how many pages there are; an empty list has one, too.
    #[must_use]
    pub fn pages(self) -> usize {
        self.of.div_ceil(self.size.max(1)).max(1)
    }

    /// Says in a document which page it is, and links to the pages around it. `itself` is the
    /// URL of the document, with or without a query.
    pub fn put_on(self, document: &mut Value, itself: &str) {
        let list = itself.split('?').next().unwrap_or_default();
        let link = |title: &str, number: usize| {
            let href = format!("{list}?size={}&page={number}", self.size);
            json!({ "title": title, "href": href })
        };
        if self.number < self.pages() {
            document["_links"]["next"] = link("Next page", self.number + 1);
        }
        if self.number > 1 {
            document["_links"]["previous"] = link("Previous page", self.number - 1);
        }
        document["page"] = json!({
            "number": self.number,
            "size": self.size,
            "totalElements": self.of,
            "totalPages": self.pages(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(number: usize, size: usize, of: usize) -> Value {
        let mut document = json!({ "_links": {} });
        let page = Page { number, size, of };
        page.put_on(&mut document, "http://h/labels?q=a&page=2");
        document
    }

    #[test]
    fn a_page_leads_to_those_around_it() {
        let middle = shown(2, 3, 7);
        let href = |document: &Value, name: &str| document["_links"][name]["href"].clone();
        assert_eq!(href(&middle, "next"), "http://h/labels?size=3&page=3");
        assert_eq!(href(&middle, "previous"), "http://h/labels?size=3&page=1");
        assert_eq!(middle["page"]["totalPages"], 3);
        assert_eq!(href(&shown(3, 3, 7), "next"), Value::Null);
        assert_eq!(href(&shown(1, 3, 7), "previous"), Value::Null);
    }

    #[test]
    fn an_empty_list_has_one_page() {
        let empty = shown(1, 100, 0);
        assert_eq!(empty["_links"], json!({}));
        assert_eq!(empty["page"]["totalPages"], 1);
        assert_eq!(empty["page"]["totalElements"], 0);
    }
}
