//! The environment and the fixed options that every `git` is started with. Pure: values in, values out.
//!
//! A hook exports `GIT_DIR`, `GIT_INDEX_FILE` and the author of somebody's commit; a repository's
//! configuration may name hooks, helpers and colours. None of that may steer what is done here. What
//! people need to *reach* a server (ssh, proxies, certificates, traces, credential helpers) stays
//! (spec: style §9 (ii), reliability §4 and §6).

use std::ffi::OsStr;
use std::ffi::OsString;

use super::credentials::Credentials;

/// Environment variables as pairs of name and value.
pub(super) type Variables = Vec<(OsString, OsString)>;

/// The `GIT_*` variables that are passed on.
const KEPT: &[&str] = &[
    "GIT_ASKPASS",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_SYSTEM",
    "GIT_CURL_VERBOSE",
    "GIT_EXEC_PATH",
    "GIT_REDACT_COOKIES",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_TERMINAL_PROMPT",
];

/// The beginnings of other `GIT_*` variables that are passed on.
const KEPT_FAMILIES: &[&str] = &[
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_VALUE_",
    "GIT_HTTP_",
    "GIT_PROXY_",
    "GIT_SSL_",
    "GIT_TRACE",
];

/// Who may use the network how: `GIT_ALLOW_PROTOCOL`, which beats every `protocol.*` setting. With
/// `-c protocol.allow=never` alone, a repository that sets `protocol.ext.allow` would still win.
const PROTOCOLS: &[&str] = &["file", "git", "http", "https", "ssh"];

/// Options of `git` itself, before the command.
///
/// * No program that the repository's configuration names: file system monitor, hooks.
/// * Nothing in submodules; no bundle that a server points to; no colours in what is parsed.
pub(super) const OPTIONS: &[&str] = &[
    "core.fsmonitor=false",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
    "color.ui=false",
    "color.remote=false",
];

/// No upkeep in passing: only the command that is there for it does any.
pub(super) const NO_UPKEEP: &[&str] = &["gc.auto=0", "maintenance.auto=false"];

/// Options of OpenSSH when nobody is there: it asks nothing, and a server that is not heard of for a
/// minute is gone. What somebody has configured as the command comes first, and wins.
const BATCH_MODE: &str = "-oBatchMode=yes -oServerAliveInterval=15 -oServerAliveCountMax=4";

/// The option that keeps the hooks of the local repository from running.
pub(super) const NO_HOOKS: &str = "core.hooksPath=/dev/null";

/// How the parent's environment is changed for one command.
pub(super) struct Wishes<'a> {
    /// Somebody sits at a terminal and can be asked.
    pub(super) prompts: bool,
    /// The configured `core.sshCommand`, where the command may use ssh.
    pub(super) ssh_command: Option<&'a OsStr>,
    /// The http address, and what to approach it with.
    pub(super) http: Option<(&'a str, &'a Credentials)>,
}

/// Returns the whole environment of the child.
pub(super) fn child_environment(parent: &[(OsString, OsString)], wishes: &Wishes<'_>) -> Variables {
    let mut child: Variables = parent
        .iter()
        .filter(|(name, _)| kept(name))
        .cloned()
        .collect();
    in_plain_english(parent, &mut child);
    set(&mut child, "GIT_NO_REPLACE_OBJECTS", "1");
    set(&mut child, "GIT_ALLOW_PROTOCOL", allowed_protocols(parent));
    // A server that has sent nothing for a minute is gone.
    for (name, value) in [
        ("GIT_HTTP_LOW_SPEED_LIMIT", "1"),
        ("GIT_HTTP_LOW_SPEED_TIME", "60"),
    ] {
        if get(&child, name).is_none() {
            set(&mut child, name, value);
        }
    }
    if !wishes.prompts {
        set(&mut child, "GIT_TERMINAL_PROMPT", "0");
        if let Some(command) = ssh_in_batch_mode(&child, wishes.ssh_command) {
            set(&mut child, "GIT_SSH_COMMAND", command);
        }
    }
    if let Some((address, credentials)) = wishes.http {
        authenticate(&mut child, address, credentials);
    }
    child
}

/// Returns an environment with variables that one command needs.
pub(super) fn with(mut environment: Variables, variables: &[(String, String)]) -> Variables {
    for (name, value) in variables {
        set(&mut environment, name, value);
    }
    environment
}

/// Tells whether a variable of the parent is passed on.
fn kept(name: &OsStr) -> bool {
    match name.to_str() {
        Some("LC_ALL" | "LANGUAGE" | "LC_MESSAGES") => false,
        Some(name) if name.starts_with("GIT_") => {
            KEPT.contains(&name) || KEPT_FAMILIES.iter().any(|family| name.starts_with(family))
        }
        _ => true,
    }
}

/// Has messages in English but leaves the encoding alone, which `LC_ALL=C` would change.
fn in_plain_english(parent: &[(OsString, OsString)], child: &mut Variables) {
    if let Some(locale) = get(parent, "LC_ALL").filter(|locale| !locale.is_empty()) {
        let locale = locale.to_owned();
        set(child, "LC_CTYPE", locale);
    }
    set(child, "LC_MESSAGES", "C");
}

/// Returns what both the list above and the parent allow.
fn allowed_protocols(parent: &[(OsString, OsString)]) -> String {
    let asked = get(parent, "GIT_ALLOW_PROTOCOL").and_then(OsStr::to_str);
    let wanted = |name: &&str| asked.is_none_or(|asked| asked.split(':').any(|one| one == *name));
    let names: Vec<_> = PROTOCOLS.iter().copied().filter(wanted).collect();
    names.join(":")
}

/// Returns the ssh command that never asks, or `None` where another program than OpenSSH is used.
fn ssh_in_batch_mode(child: &Variables, configured: Option<&OsStr>) -> Option<String> {
    if get(child, "GIT_SSH").is_some() && get(child, "GIT_SSH_COMMAND").is_none() {
        return None;
    }
    let variant = get(child, "GIT_SSH_VARIANT");
    if variant.is_some_and(|variant| variant != "ssh") {
        return None;
    }
    let command = get(child, "GIT_SSH_COMMAND").or(configured);
    let command = command.map_or(Some("ssh"), OsStr::to_str)?.trim();
    let program = command.split_whitespace().next()?;
    let openssh = program
        .rsplit(['/', '\\'])
        .next()?
        .trim_end_matches(['"', '\'']);
    matches!(openssh, "ssh" | "ssh.exe").then(|| format!("{command} {BATCH_MODE}"))
}

/// Adds the header for that address to the configuration in the environment, out of sight of a
/// process list. The first, empty value takes away headers set for a wider range of addresses (such
/// as those that `actions/checkout` leaves behind): two of them are an error.
fn authenticate(child: &mut Variables, address: &str, credentials: &Credentials) {
    if let Some(username) = credentials.username_alone() {
        configure(child, format!("credential.{address}.username"), username);
    }
    if let Some(header) = credentials.authorization() {
        let key = format!("http.{address}.extraHeader");
        configure(child, key.clone(), "");
        configure(child, key, format!("Authorization: {header}"));
    }
}

/// Appends one setting to those that the environment holds already.
fn configure(child: &mut Variables, key: impl Into<OsString>, value: impl Into<OsString>) {
    let count = get(child, "GIT_CONFIG_COUNT").and_then(OsStr::to_str);
    let count: u32 = count.and_then(|count| count.parse().ok()).unwrap_or(0);
    set(child, &format!("GIT_CONFIG_KEY_{count}"), key);
    set(child, &format!("GIT_CONFIG_VALUE_{count}"), value);
    set(child, "GIT_CONFIG_COUNT", (count + 1).to_string());
}

/// Returns the value of a variable.
fn get<'a>(variables: &'a [(OsString, OsString)], name: &str) -> Option<&'a OsStr> {
    let found = variables.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_os_str())
}

/// Sets a variable, in the place of an earlier value.
fn set(variables: &mut Variables, name: &str, value: impl Into<OsString>) {
    variables.retain(|(key, _)| key != name);
    variables.push((name.into(), value.into()));
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: Wishes<'static> = Wishes {
        prompts: false,
        ssh_command: None,
        http: None,
    };

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        pairs
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect()
    }

    fn child(parent: &[(&str, &str)], wishes: &Wishes<'_>) -> Variables {
        child_environment(&variables(parent), wishes)
    }

    #[test]
    fn what_a_hook_exports_is_not_inherited() {
        for name in [
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_QUARANTINE_PATH",
            "GIT_COMMON_DIR",
            "GIT_NAMESPACE",
            "GIT_AUTHOR_NAME",
            "GIT_COMMITTER_DATE",
            "GIT_CONFIG",
            "GIT_DEFAULT_HASH",
            "GIT_PACT_ACTOR",
        ] {
            assert_eq!(get(&child(&[(name, "x")], &ALONE), name), None, "{name}");
        }
    }

    #[test]
    fn what_is_needed_to_reach_a_server_is_inherited() {
        for name in [
            "PATH",
            "HOME",
            "SSH_AUTH_SOCK",
            "https_proxy",
            "GIT_ASKPASS",
            "GIT_SSH",
            "GIT_SSL_CAINFO",
            "GIT_PROXY_COMMAND",
            "GIT_TRACE2_EVENT",
            "GIT_HTTP_LOW_SPEED_TIME",
            "GIT_CONFIG_GLOBAL",
            "GIT_CONFIG_KEY_0",
        ] {
            let child = child(&[(name, "x")], &ALONE);
            assert_eq!(get(&child, name), Some(OsStr::new("x")), "{name}");
        }
    }

    #[test]
    fn messages_are_english_and_the_encoding_stays() {
        let child = child(&[("LC_ALL", "fr_FR.UTF-8"), ("LANGUAGE", "fr")], &ALONE);
        assert_eq!(get(&child, "LC_ALL"), None);
        assert_eq!(get(&child, "LANGUAGE"), None);
        assert_eq!(get(&child, "LC_MESSAGES"), Some(OsStr::new("C")));
        assert_eq!(get(&child, "LC_CTYPE"), Some(OsStr::new("fr_FR.UTF-8")));
    }

    #[test]
    fn the_parent_can_narrow_the_protocols_but_not_widen_them() {
        let all = child(&[], &ALONE);
        assert_eq!(
            get(&all, "GIT_ALLOW_PROTOCOL"),
            Some(OsStr::new("file:git:http:https:ssh"))
        );
        let few = child(&[("GIT_ALLOW_PROTOCOL", "https:ext")], &ALONE);
        assert_eq!(get(&few, "GIT_ALLOW_PROTOCOL"), Some(OsStr::new("https")));
    }

    #[test]
    fn nobody_is_asked_unless_somebody_is_there() {
        let alone = child(&[("GIT_TERMINAL_PROMPT", "1")], &ALONE);
        assert_eq!(get(&alone, "GIT_TERMINAL_PROMPT"), Some(OsStr::new("0")));
        assert_eq!(
            get(&alone, "GIT_SSH_COMMAND"),
            Some(OsStr::new(&format!("ssh {BATCH_MODE}")))
        );
        let attended = child(
            &[],
            &Wishes {
                prompts: true,
                ..ALONE
            },
        );
        assert_eq!(get(&attended, "GIT_TERMINAL_PROMPT"), None);
        assert_eq!(get(&attended, "GIT_SSH_COMMAND"), None);
    }

    #[test]
    fn the_ssh_that_people_configured_keeps_its_key() {
        let configured = OsStr::new("/usr/bin/ssh -i 'my key'");
        let wishes = Wishes {
            ssh_command: Some(configured),
            ..ALONE
        };
        for (parent, expected) in [
            (vec![], Some("/usr/bin/ssh -i 'my key'")),
            (vec![("GIT_SSH_COMMAND", "ssh -4")], Some("ssh -4")),
            (vec![("GIT_SSH_COMMAND", "my-wrapper")], Some("my-wrapper")),
            (vec![("GIT_SSH", "plink")], None),
            (vec![("GIT_SSH_VARIANT", "plink")], None),
        ] {
            let child = child(&parent, &wishes);
            let options = |command: &str| match command {
                "my-wrapper" => command.to_owned(),
                command => format!("{command} {BATCH_MODE}"),
            };
            let expected = expected.map(options);
            assert_eq!(
                get(&child, "GIT_SSH_COMMAND"),
                expected.as_deref().map(OsStr::new),
                "{parent:?}"
            );
        }
    }

    #[test]
    fn credentials_are_appended_to_the_settings_in_the_environment() {
        let secret = Credentials::new(Some("me".into()), Some("pw".into()), None).unwrap();
        let wishes = Wishes {
            http: Some(("https://host/r", &secret)),
            ..ALONE
        };
        let child = child(
            &[("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "a.b")],
            &wishes,
        );
        for (name, value) in [
            ("GIT_CONFIG_COUNT", "3"),
            ("GIT_CONFIG_KEY_0", "a.b"),
            ("GIT_CONFIG_KEY_1", "http.https://host/r.extraHeader"),
            ("GIT_CONFIG_VALUE_1", ""),
            ("GIT_CONFIG_KEY_2", "http.https://host/r.extraHeader"),
            ("GIT_CONFIG_VALUE_2", "Authorization: Basic bWU6cHc="),
        ] {
            assert_eq!(get(&child, name), Some(OsStr::new(value)), "{name}");
        }
    }
}
