//! Two bare repositories in a folder of their own, cut off from the machine's configuration.

use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;

use super::git::Git;
use super::names::ObjectId;
use super::names::RefName;
use super::process;
use super::process::Run;
use super::url::Remote;
use super::url::RemoteUrl;

/// A local repository (`local.git`) and a remote one (`remote.git`).
pub(super) struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    pub(super) fn new() -> Self {
        Self::with_format("--object-format=sha1")
    }

    /// Returns the same with repositories of another format.
    pub(super) fn with_format(option: &str) -> Self {
        let scratch = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for name in ["local.git", "remote.git"] {
            scratch.plain(&["init", "--quiet", "--bare", option, name]);
        }
        scratch
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn local(&self) -> PathBuf {
        self.folder().join("local.git")
    }

    pub(super) fn remote_dir(&self) -> PathBuf {
        self.folder().join("remote.git")
    }

    /// The `git` under test.
    pub(super) fn git(&self) -> Git {
        Git::new(self.local(), self.environment())
    }

    pub(super) fn remote(&self) -> Remote {
        Remote::Url(RemoteUrl::from_path(&self.remote_dir()))
    }

    /// The remote by a `file://` address, for which git does not take short cuts.
    pub(super) fn remote_by_url(&self) -> Remote {
        let text = format!("file://{}", self.remote_dir().display());
        Remote::Url(RemoteUrl::parse(&text).unwrap())
    }

    pub(super) fn environment(&self) -> Vec<(OsString, OsString)> {
        let mut environment: Vec<(OsString, OsString)> = Vec::new();
        for (name, value) in [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
        ] {
            environment.push((name.into(), value.into()));
        }
        environment.push(("HOME".into(), self.folder().into()));
        environment
    }

    /// Runs `git` as a user would, in the folder, and returns what it prints.
    pub(super) fn plain(&self, arguments: &[&str]) -> String {
        let mut all: Vec<OsString> = vec!["-C".into(), self.folder().into()];
        all.extend(arguments.iter().map(OsString::from));
        let mut environment = self.environment();
        for who in ["AUTHOR", "COMMITTER"] {
            environment.push((format!("GIT_{who}_NAME").into(), "t".into()));
            environment.push((format!("GIT_{who}_EMAIL").into(), "t@example.org".into()));
        }
        let finished = process::run(Run {
            program: "git".as_ref(),
            arguments: &all,
            environment: &environment,
            stdin: Vec::new(),
            limit: None,
            work: None,
        });
        let finished = finished.unwrap();
        let said = String::from_utf8_lossy(&finished.stderr);
        assert!(finished.status.unwrap().success(), "{arguments:?}: {said}");
        String::from_utf8(finished.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    /// Makes a commit in the local repository.
    pub(super) fn local_commit(&self, parents: &[&ObjectId], message: &str) -> ObjectId {
        self.commit("local.git", parents, message)
    }

    /// Makes a commit in the remote repository.
    pub(super) fn remote_commit(&self, parents: &[&ObjectId], message: &str) -> ObjectId {
        self.commit("remote.git", parents, message)
    }

    fn commit(&self, repository: &str, parents: &[&ObjectId], message: &str) -> ObjectId {
        let file = self.folder().join("file");
        std::fs::write(&file, message).unwrap();
        let dir = format!("--git-dir={repository}");
        let blob = self.plain(&[&dir, "hash-object", "-w", "file"]);
        let index = self.folder().join("index");
        let _ = std::fs::remove_file(&index);
        let with_index = |arguments: &[&str]| {
            let base = [&dir, "-c", "core.bare=false", "--work-tree=."];
            self.plain(&[&base[..], arguments].concat())
        };
        with_index(&["read-tree", "--empty"]);
        with_index(&[
            "update-index",
            "--add",
            "--cacheinfo",
            &format!("100644,{blob},file"),
        ]);
        let tree = with_index(&["write-tree"]);
        let mut arguments = vec![dir.as_str(), "commit-tree", &tree, "-m", message];
        for parent in parents {
            arguments.extend(["-p", parent.as_str()]);
        }
        self.plain(&arguments).parse().unwrap()
    }

    /// Lets a branch of the remote grow by some commits, and returns its tip.
    pub(super) fn remote_grows(&self, branch: &str, commits: usize) -> ObjectId {
        let name = format!("refs/heads/{branch}");
        let mut tip = self.remote_tip(&name);
        for number in 0..commits {
            let parents: Vec<_> = tip.iter().collect();
            tip = Some(self.remote_commit(&parents, &format!("{branch} {number}")));
        }
        let tip = tip.unwrap();
        self.set_remote(branch, &tip);
        tip
    }

    /// Moves a branch of the remote anywhere.
    pub(super) fn set_remote(&self, branch: &str, tip: &ObjectId) {
        let name = format!("refs/heads/{branch}");
        self.plain(&["--git-dir=remote.git", "update-ref", &name, tip.as_str()]);
    }

    pub(super) fn remote_tip(&self, name: &str) -> Option<ObjectId> {
        self.tip("remote.git", name)
    }

    pub(super) fn local_tip(&self, name: &str) -> Option<ObjectId> {
        self.tip("local.git", name)
    }

    fn tip(&self, repository: &str, name: &str) -> Option<ObjectId> {
        let dir = format!("--git-dir={repository}");
        self.plain(&[&dir, "for-each-ref", "--format=%(objectname)", name])
            .parse()
            .ok()
    }

    /// Counts the commits of the local repository that can be reached from there.
    pub(super) fn local_history(&self, name: &str) -> usize {
        self.plain(&["--git-dir=local.git", "rev-list", name])
            .lines()
            .count()
    }
}

/// Puts an executable hook into a repository.
#[cfg(unix)]
pub(super) fn hook(repository: &Path, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = repository.join("hooks").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Returns the full name of one of git-pact's branches.
pub(super) fn branch(rest: &str) -> RefName {
    format!("refs/heads/pact/{rest}").parse().unwrap()
}
