//! Addresses that people give to be shown: of a build, of a repository. They go where everybody reads
//! them, for ever, so a password in one is not kept.

/// Returns a URL without the password in it; over http a lone user goes too, for it may be a token. What
/// is no URL stays as it is.
#[must_use]
pub fn without_password(url: String) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let Some((userinfo, host)) = authority.rsplit_once('@') else {
        return url;
    };
    let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    match userinfo.split_once(':') {
        Some((user, _)) if !is_http => format!("{scheme}://{user}@{host}{path}"),
        None if !is_http => url,
        _ => format!("{scheme}://{host}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_and_the_rest_stays() {
        for (url, kept) in [
            (
                "https://ann:pw@ci.example/1?x=a@b",
                "https://ci.example/1?x=a@b",
            ),
            ("HTTPS://ghp_token@github.com/o/r", "HTTPS://github.com/o/r"),
            ("https://a:b@c:d@host", "https://host"),
            ("ssh://git:pw@host:22/r", "ssh://git@host:22/r"),
            ("ssh://git@host/r", "ssh://git@host/r"),
            ("git@github.com:o/r.git", "git@github.com:o/r.git"),
            ("https://ci.example/@scope/1", "https://ci.example/@scope/1"),
            ("", ""),
            ("://", "://"),
        ] {
            assert_eq!(without_password(url.to_owned()), kept);
            assert_eq!(without_password(kept.to_owned()), kept);
        }
    }
}
