//! Where the store is: found, opened, and kept fresh against its remote.

use std::cell::OnceCell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;
use std::rc::Rc;

use sha2::Digest;

use super::Context;
use super::bundles::Bundles;
use super::bundles::BundlesError;
use super::detour::Detour;
use super::rewritten::Loss;
use super::rewritten::RewrittenHistory;
use crate::domain::deceptive::visible_on_one_line;
use crate::record::path::Branch;
use crate::remote::Credentials;
use crate::remote::Depth;
use crate::remote::Git;
use crate::remote::InvalidUrl;
use crate::remote::ObjectId;
use crate::remote::Progress;
use crate::remote::RefName;
use crate::remote::RememberedList;
use crate::remote::Remote;
use crate::remote::RemoteError;
use crate::remote::RemoteName;
use crate::remote::RemoteUrl;
use crate::remote::Rewritten;
use crate::remote::Update;
use crate::remote::UrlKind;
use crate::store::Actor;
use crate::store::Revision;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::Tips;
use crate::store::git::GitStore;
use crate::store::git::Moment;
use crate::store::git::Place;

/// How many digits name an object by SHA-1. The store has no other objects.
const SHA_1: usize = 40;

/// How the store was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locator {
    /// By a URL or a path.
    Given(String),
    /// Not at all: it is the repository that one stands in.
    Here,
}

/// A store, and the remote that is the authority over it, if there is one.
pub struct Site {
    /// The objects and refs here.
    pub store: GitStore,
    /// The remote that everybody pushes to; without one the repository itself is the authority.
    pub authority: Option<Authority>,
    /// What to call the store when speaking to people.
    pub description: String,
    /// Where work that may take long says how far it has come.
    pub progress: Progress,
    /// The `git` that signs what is recorded, if it is to be signed.
    pub signer: Option<Git>,
    /// The bundles that it is made of, so that nobody writes into it.
    made_of: Option<PathBuf>,
}

/// The remote that is the authority over a store, and what we know of it.
pub struct Authority {
    /// The `git` of the repository.
    pub git: Git,
    /// The remote.
    pub remote: Remote,
    /// Where it is pushed to, if that is not where it is read from.
    pub(super) detour: Option<Detour>,
    /// Whether the repository is our own private clone.
    is_private: bool,
    offline: bool,
    /// The tips of the remote, asked for once, until it is known to have moved.
    tips: RefCell<Option<Rc<BTreeMap<Branch, Revision>>>>,
    /// The branches that are as the remote has them, and those with all their history.
    fresh: RefCell<BTreeSet<Branch>>,
    deep: RefCell<BTreeSet<Branch>>,
    /// The branches that the remote had when it was last asked, for when it is not.
    remembered: OnceCell<Option<RememberedList>>,
    /// The branches of which a partial clone has all contents by now.
    whole: RefCell<BTreeSet<Branch>>,
}

/// The store could not be found, opened or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The text given names no repository.
    #[error("cannot use `{given}` as the store")]
    Locator {
        /// The text, without passwords.
        given: String,
        /// Why not.
        source: InvalidUrl,
    },
    /// Nobody said where the store is, and there is no repository here.
    #[error("no store: give --repo <url or path>, set GIT_PACT_REPO, or run in a git repository")]
    Nowhere,
    /// There is no place for a private clone.
    #[error("no place for a private clone: set XDG_CACHE_HOME or HOME")]
    NoCache,
    /// The remote has a branch that leaves no room for the store's.
    #[error(
        "the remote has a branch named `{name}`, and git cannot keep branches below it: rename \
         it, or use another repository"
    )]
    NameClash {
        /// The name of the branch.
        name: String,
    },
    /// Branches of the remote lack what they had.
    #[error(transparent)]
    Rewritten(Box<RewrittenHistory>),
    /// A remote is read from one repository and pushed to another.
    #[error(
        "{remote} is read from {read_from} and pushed to {}, which are several stores: what is pushed has \
         to be where it is read",
        pushed_to.join(" and ")
    )]
    PushedElsewhere {
        /// The name of the remote.
        remote: String,
        /// The address that it is read from, without passwords.
        read_from: String,
        /// The addresses that it is pushed to, without passwords.
        pushed_to: Vec<String>,
    },
    /// The remote names its objects by SHA-256.
    #[error(
        "{remote} is a SHA-256 repository, and git-pact reads SHA-1 repositories only: keep the \
         contracts in another one, made with `git init --bare --object-format=sha1`, and name that"
    )]
    ObjectFormat {
        /// The remote, without passwords.
        remote: String,
    },
    /// The store is to be read from bundles, and cannot be.
    #[error(transparent)]
    Bundles(Box<BundlesError>),
    /// The store is read from bundles, and what is written there would be lost.
    #[error("{store} can only be read: what is to be recorded goes into one more bundle")]
    ReadOnly {
        /// What to call the store.
        store: String,
    },
    /// The remote could not be used.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The repository could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Site {
    /// Opens the store that a locator names.
    ///
    /// A path is opened as it is; a URL gets a private clone in the cache directory, which is
    /// fetched when something is asked. A path that names bundles gets a store that is made of them.
    ///
    /// # Errors
    ///
    /// Fails if there is no repository, or none that can be read.
    pub fn open(
        locator: &Locator,
        credentials: Option<Credentials>,
        context: &Context,
    ) -> Result<Self, SiteError> {
        let text = match locator {
            Locator::Here => {
                let ceilings = ceilings(&context.environment);
                let place = match Place::around(&context.working_directory, &ceilings) {
                    Err(StoreError::NoRepository { .. }) if context.bundle.is_some() => {
                        return Bundles::none(&context.working_directory).open(context);
                    }
                    Err(StoreError::NoRepository { .. }) => return Err(SiteError::Nowhere),
                    place => place?,
                };
                return Self::new(place, None, context);
            }
            Locator::Given(text) => text,
        };
        let url = RemoteUrl::parse(text).map_err(|source| SiteError::Locator {
            given: redacted(text),
            source,
        })?;
        if url.kind() == UrlKind::Local && !text.starts_with("file:") {
            let path = context.working_directory.join(text);
            let place = Place::at(&path);
            if place.is_err()
                && let Some(bundles) = Bundles::at(&path, context.bundle.is_some())?
            {
                return bundles.open(context);
            }
            return Self::new(place?, None, context);
        }
        let url = match credentials {
            Some(credentials) => url.with_credentials(credentials),
            None => url,
        };
        let clone = private_clone(url.address(), context)?;
        let place = Place::private_clone(&clone, url.address())?;
        Self::new(place, Some(Remote::Url(url)), context)
    }

    /// Makes a store of its own where a locator names an empty directory, and says whether it did.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be read or written.
    pub fn make(locator: &Locator, context: &Context) -> Result<bool, SiteError> {
        let Locator::Given(path) = locator else {
            return Ok(false);
        };
        // What is no directory here, such as a URL, is for `open` to judge.
        Ok(Place::init_in_empty(&context.working_directory.join(path))?)
    }

    /// Opens the repository that somebody pushes to, as its own authority.
    ///
    /// `objects` are where the objects of the push are, if git keeps them apart until it is let in.
    ///
    /// # Errors
    ///
    /// Fails if there is no repository, or none that can be read.
    pub fn receiving(
        git_dir: &Path,
        objects: &[PathBuf],
        context: &Context,
    ) -> Result<Self, SiteError> {
        let place = Place::at(&context.working_directory.join(git_dir))?.as_authority();
        let place = objects
            .iter()
            .try_fold(place, |place, objects| place.with_objects_in(objects))?;
        Self::new(place, None, context)
    }

    pub(super) fn new(
        place: Place,
        url: Option<Remote>,
        context: &Context,
    ) -> Result<Self, SiteError> {
        let is_private = url.is_some();
        let configured = match place.remote() {
            Some(name) => Some(Remote::Named(name.0.parse::<RemoteName>().map_err(
                |source| SiteError::Locator {
                    given: name.0.clone(),
                    source,
                },
            )?)),
            None => None,
        };
        let description = match (&url, place.remote()) {
            (Some(url), _) => url.to_string(),
            (None, Some(name)) => {
                let url = place.remote_url(&name.0).unwrap_or_default();
                format!("{} ({})", name.0, redacted(&url))
            }
            (None, None) => place.git_dir().display().to_string(),
        };
        let detour = match (&configured, place.remote()) {
            (Some(_), Some(name)) if url.is_none() => {
                Detour::of(place.remote_url(&name.0), place.push_urls(&name.0))
            }
            _ => None,
        };
        let store = GitStore::new(place)?.sharing(context.objects.clone());
        let authority = url.or(configured).map(|remote| Authority {
            git: git(store.common_dir(), context).with_progress(context.progress.clone()),
            remote,
            detour,
            is_private,
            offline: context.offline,
            tips: RefCell::default(),
            fresh: RefCell::default(),
            deep: RefCell::default(),
            remembered: OnceCell::new(),
            whole: RefCell::default(),
        });
        let signer = context.sign.then(|| git(store.common_dir(), context));
        Ok(Self {
            store,
            authority,
            description,
            progress: context.progress.clone(),
            signer,
            made_of: None,
        })
    }

    /// Returns the store as one that was made of bundles, to be read and not written, under a name for people.
    pub(super) fn made_of(self, bundles: PathBuf, description: String) -> Self {
        Self {
            description,
            made_of: Some(bundles),
            ..self
        }
    }

    /// Says whether the store is made of bundles, so that what is written goes into one more.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.made_of.is_some()
    }

    /// Fails if the store is only read.
    pub(super) fn refuse_to_be_written(&self) -> Result<(), SiteError> {
        if self.is_read_only() {
            let store = self.description.clone();
            return Err(SiteError::ReadOnly { store });
        }
        Ok(())
    }

    /// Returns the `git` of the repository.
    #[must_use]
    pub fn git(&self, context: &Context) -> Git {
        git(self.store.common_dir(), context)
    }

    /// Returns a name by which other programs find the store, wherever they run: the URL that a
    /// locator has, or the directory of the repository.
    #[must_use]
    pub fn name_for_others(&self, locator: &Locator) -> OsString {
        if let Some(bundles) = &self.made_of {
            return bundles.into();
        }
        match (locator, &self.authority) {
            (Locator::Given(url), Some(authority)) if authority.is_private => url.into(),
            _ => self.store.git_dir().into(),
        }
    }

    /// Returns the `git` for the upkeep of the repository, if that is left to us: a bare authority,
    /// or our private clone. Whoever works in a repository looks after it in passing.
    #[must_use]
    pub fn git_for_upkeep(&self, context: &Context) -> Option<Git> {
        let is_ours = match &self.authority {
            Some(authority) => authority.is_private,
            None => self.store.is_bare(),
        };
        let git = || Git::new(self.store.common_dir(), context.environment.clone());
        is_ours.then(git)
    }

    /// Returns who says what is written: the context, the configuration, or nobody in particular.
    #[must_use]
    pub fn actor(&self, context: &Context) -> Actor {
        if let Some(actor) = &context.actor {
            return actor.clone();
        }
        let (name, email) = self.store.configured_actor();
        Actor {
            name: name.unwrap_or_else(|| "git-pact".to_owned()),
            email: email.unwrap_or_else(|| "git-pact@localhost".to_owned()),
        }
    }

    /// Returns the remote's tips, or `None` where there is no remote or it is to be left alone.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be asked.
    pub fn remote_tips(&self) -> Result<Option<Rc<BTreeMap<Branch, Revision>>>, SiteError> {
        let online = |authority: &&Authority| !authority.offline;
        let Some(authority) = self.authority.as_ref().filter(online) else {
            return Ok(None);
        };
        if let Some(tips) = &*authority.tips.borrow() {
            return Ok(Some(Rc::clone(tips)));
        }
        let tips = Rc::new(authority.list()?);
        *authority.tips.borrow_mut() = Some(Rc::clone(&tips));
        Ok(Some(tips))
    }

    /// Returns the branches that the remote had when it was last asked, whether they were fetched
    /// or not; `None` if nobody knows.
    ///
    /// # Errors
    ///
    /// Fails if what is remembered of the remote cannot be read.
    pub fn remembered(&self) -> Result<Option<Vec<Branch>>, SiteError> {
        let Some(authority) = &self.authority else {
            return Ok(None);
        };
        let list = authority.remembered()?;
        Ok(list.map(|list| {
            let names = list.tips().map(|(name, _)| name);
            names.filter_map(remote_branch).collect()
        }))
    }

    /// Fails if a branch is not here as it was when the remote was last asked: if nothing of it is
    /// although the remote has it, or may have it, or if it has moved on since it was fetched.
    ///
    /// A question that sees one branch as it is and another as it was would be answered from a
    /// state that the store never was in. Only without the network is there need to ask: what is
    /// lacking is fetched otherwise.
    ///
    /// # Errors
    ///
    /// Fails then, and if the repository cannot be read.
    pub fn refuse_unfetched(&self, branch: &Branch) -> Result<(), SiteError> {
        let offline = |authority: &&Authority| authority.offline;
        let Some(authority) = self.authority.as_ref().filter(offline) else {
            return Ok(());
        };
        let here = self.here(branch)?;
        let Some(list) = authority.remembered()? else {
            // We never asked; but the user's own `git fetch` brings all that there is.
            if here.is_some() || (!authority.is_private && self.store.follows(branch)) {
                return Ok(());
            }
            let branch = branch.clone();
            return Err(StoreError::NotFetched { branch }.into());
        };
        let branch = branch.clone();
        let Some(tip) = list.tip(&remote_ref(&branch)?) else {
            return Ok(());
        };
        let tip = Revision(tip.to_owned());
        // A branch only grows, so what was last seen is the tip here or lies below it.
        match here {
            None => Err(StoreError::NotFetched { branch }.into()),
            Some(here) if here == tip => Ok(()),
            Some(_)
                if self.store.has_commit(&tip)? && self.store.contains(&branch, &tip, None)? =>
            {
                Ok(())
            }
            Some(_) => Err(StoreError::Outdated { branch }.into()),
        }
    }

    /// Fetches the contents of a branch that a partial clone came without, and says whether it did.
    ///
    /// Branches that `git clone --filter` brought are as the remote has them, and yet not here.
    /// Those that were brought up to date by now will be read as well and come along.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached.
    pub fn complete(&self, branch: &Branch) -> Result<bool, SiteError> {
        let Some(tips) = self.remote_tips()? else {
            return Ok(false);
        };
        let partial = |_: &&Authority| self.store.is_partial();
        let Some(authority) = self.authority.as_ref().filter(partial) else {
            return Ok(false);
        };
        if authority.whole.borrow().contains(branch) || !tips.contains_key(branch) {
            return Ok(false);
        }
        let mut wanted = authority.fresh.borrow().clone();
        wanted.insert(branch.clone());
        wanted.retain(|branch| tips.contains_key(branch));
        wanted.retain(|branch| authority.whole.borrow_mut().insert(branch.clone()));
        let refs = wanted
            .iter()
            .map(remote_ref)
            .collect::<Result<Vec<_>, _>>()?;
        let prefix = self.store.prefix();
        authority.git.refetch(&authority.remote, &refs, prefix)?;
        Ok(true)
    }

    /// Makes branches as the remote has them, in one fetch.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached, or has rewritten its history.
    pub fn refresh(&self, branches: &[Branch]) -> Result<(), SiteError> {
        let Some(tips) = self.remote_tips()? else {
            return Ok(());
        };
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let mut stale = Vec::new();
        for branch in branches {
            if !authority.fresh.borrow_mut().insert(branch.clone()) {
                continue;
            }
            // One that is here and not there was deleted: the fetch will say so.
            if self.here(branch)?.as_ref() != tips.get(branch) {
                stale.push(branch.clone());
            }
        }
        let depth = if authority.is_private || self.store.is_shallow() {
            Depth::Tip
        } else {
            Depth::AsIs
        };
        self.fetch(authority, &stale, depth)
    }

    /// Asks the remote anew and makes all branches as it has them, in one fetch.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached, or has rewritten its history.
    pub fn refresh_all(&self) -> Result<(), SiteError> {
        self.forget_remote();
        match self.remote_tips()? {
            Some(tips) => self.refresh(&tips.keys().cloned().collect::<Vec<_>>()),
            None => Ok(()),
        }
    }

    /// Makes branches as the remote has them, with all of their history.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached, or has rewritten its history.
    pub fn deepen(&self, branches: &[Branch]) -> Result<(), SiteError> {
        let Some(tips) = self.remote_tips()? else {
            return Ok(());
        };
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let mut wanted = Vec::new();
        for branch in branches {
            let is_new = authority.deep.borrow_mut().insert(branch.clone());
            authority.fresh.borrow_mut().insert(branch.clone());
            if is_new && (tips.contains_key(branch) || self.here(branch)?.is_some()) {
                wanted.push(branch.clone());
            }
        }
        let depth = if self.store.is_shallow() {
            Depth::Full
        } else {
            Depth::AsIs
        };
        if depth == Depth::AsIs {
            let mut stale = Vec::new();
            for branch in wanted {
                if self.here(&branch)?.as_ref() != tips.get(&branch) {
                    stale.push(branch);
                }
            }
            // A fresh private clone is not shallow yet; its first fetch must not make it so.
            return self.fetch(authority, &stale, Depth::AsIs);
        }
        self.fetch(authority, &wanted, depth)
    }

    /// Adds what was just pushed to what is remembered of the remote.
    pub fn remember_pushed(&self, pushed: &[Update]) {
        let Some(authority) = &self.authority else {
            return;
        };
        if let Ok(Some(list)) = authority.git.remembered_list() {
            let known = list.tips();
            let known = known.filter_map(|(name, id)| Some((name.parse().ok()?, id.parse().ok()?)));
            let mut tips: BTreeMap<RefName, ObjectId> = known.collect();
            let pushed = pushed.iter().cloned();
            tips.extend(pushed.map(|update| (update.name, update.new)));
            authority.git.remember_list(&tips);
        }
    }

    /// Forgets what is known of the remote, because it is known to have moved.
    pub fn forget_remote(&self) {
        if let Some(authority) = &self.authority {
            authority.tips.take();
            authority.fresh.take();
        }
    }

    /// Says whether tips that were looked at one after the other are of one moment: whether every
    /// branch still is where it was, here and in the remote's own list. `is_still` says that it is
    /// known of those here.
    ///
    /// # Errors
    ///
    /// Fails if the repository cannot be read.
    pub fn is_one_moment(&self, tips: &Tips, is_still: bool) -> Result<bool, SiteError> {
        let remote = self.remote_tips()?;
        for (branch, tip) in tips {
            let listed = remote.as_ref().and_then(|remote| remote.get(branch));
            let moved = listed.is_some_and(|listed| Some(listed) != tip.as_ref());
            if moved || (!is_still && self.here(branch)? != *tip) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the branches that are here or on the remote, sorted.
    ///
    /// # Errors
    ///
    /// Fails if the repository cannot be read, or the remote cannot be asked.
    pub fn branches(&self) -> Result<Vec<Branch>, SiteError> {
        let mut branches = self.store.at(Moment::Now).branches()?;
        let remote = self.remote_tips()?;
        branches.extend(remote.iter().flat_map(|tips| tips.keys()).cloned());
        branches.sort();
        branches.dedup();
        Ok(branches)
    }

    /// Returns where a branch stands in what was last seen.
    ///
    /// # Errors
    ///
    /// Fails if the repository cannot be read.
    pub fn here(&self, branch: &Branch) -> Result<Option<Revision>, StoreError> {
        self.store.tip(branch)
    }

    fn fetch(
        &self,
        authority: &Authority,
        branches: &[Branch],
        depth: Depth,
    ) -> Result<(), SiteError> {
        if branches.is_empty() {
            return Ok(());
        }
        let refs = branches
            .iter()
            .map(remote_ref)
            .collect::<Result<Vec<_>, _>>()?;
        let fetched = authority
            .git
            .fetch(&authority.remote, &refs, self.store.prefix(), depth);
        match fetched {
            Ok(_) => Ok(()),
            Err(RemoteError::HistoryRewritten { remote, changes }) => {
                Err(SiteError::Rewritten(Box::new(RewrittenHistory {
                    remote,
                    git_dir: (!self.store.is_shallow()).then(|| self.store.common_dir()),
                    losses: self.losses(&changes),
                })))
            }
            Err(error) if authority.is_private && error.is_of_damage() => {
                Err(self.store.damage(error).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes branches for what they are on the remote, although they lost something.
    pub(super) fn accept(&self, losses: &[Loss]) -> Result<(), SiteError> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let mut changes = Vec::new();
        for Loss {
            branch, old, new, ..
        } in losses
        {
            let id = |at: &Revision| at.0.parse().ok();
            if let Some(old) = id(old) {
                changes.push(Rewritten {
                    name: remote_ref(branch)?,
                    old,
                    new: new.as_ref().and_then(id),
                });
            }
        }
        let prefix = self.store.prefix();
        Ok(authority.git.accept_rewritten(&changes, prefix)?)
    }
}

impl Authority {
    /// Returns the branches that the remote had when it was last asked. Read once.
    fn remembered(&self) -> Result<Option<&RememberedList>, RemoteError> {
        if let Some(list) = self.remembered.get() {
            return Ok(list.as_ref());
        }
        let list = self.git.remembered_list()?;
        Ok(self.remembered.get_or_init(|| list).as_ref())
    }

    fn list(&self) -> Result<BTreeMap<Branch, Revision>, SiteError> {
        let listed = self.git.list(&self.remote)?;
        if listed.values().any(|id| id.as_str().len() != SHA_1) {
            return Err(SiteError::ObjectFormat {
                remote: self.remote.to_string(),
            });
        }
        let mut tips = BTreeMap::new();
        for (name, id) in &listed {
            let short = name.as_str().trim_start_matches("refs/heads/");
            if matches!(short, "pact" | "pact/app" | "pact/contracts" | "pact/env") {
                return Err(SiteError::NameClash {
                    name: short.to_owned(),
                });
            }
            let revision = Revision(id.as_str().to_owned());
            tips.extend(remote_branch(name.as_str()).map(|branch| (branch, revision)));
        }
        self.git.remember_list(&listed);
        Ok(tips)
    }

    /// Returns how much history is fetched of a branch that is not the store's: a private clone needs the tip.
    pub(super) fn depth(&self) -> Depth {
        if self.is_private {
            Depth::Tip
        } else {
            Depth::AsIs
        }
    }

    /// Says whether the network is to be left alone.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.offline
    }
}

/// Returns the `git` of a repository, which asks whoever sits there.
pub(super) fn git(common_dir: PathBuf, context: &Context) -> Git {
    let git = Git::new(common_dir, context.environment.clone());
    let git = match context.time_limit {
        Some(limit) => git.with_time_limit(limit),
        None => git,
    };
    if context.interactive {
        git.with_prompts()
    } else {
        git
    }
}

/// Returns the directories above which no repository is looked for, as the environment tells git.
#[must_use]
pub fn ceilings(environment: &[(OsString, OsString)]) -> Vec<PathBuf> {
    let is_named = |(name, _): &&(OsString, OsString)| name == "GIT_CEILING_DIRECTORIES";
    let value = environment.iter().find(is_named);
    let paths = value
        .into_iter()
        .flat_map(|(_, value)| std::env::split_paths(value));
    paths.filter(|path| path.is_absolute()).collect()
}

/// Returns an address without user and password, or nothing that could hold them; what repaints a
/// terminal is written out.
pub(super) fn redacted(text: &str) -> String {
    let shown = match (RemoteUrl::parse(text), text.rsplit_once('@')) {
        (Ok(url), _) => url.to_string(),
        (Err(_), Some((_, host))) => format!("…@{host}"),
        (Err(_), None) => text.to_owned(),
    };
    visible_on_one_line(&shown)
}

/// Returns the branch that a ref of a remote is, if it is one of the store.
pub(super) fn remote_branch(name: &str) -> Option<Branch> {
    name.strip_prefix(Branch::REFS).and_then(Branch::parse)
}

/// Returns the name of a branch's ref on a remote.
///
/// # Errors
///
/// Never in practice: what the record layer encodes is a ref name.
pub fn remote_ref(branch: &Branch) -> Result<RefName, RemoteError> {
    Ok(format!("refs/heads/{branch}").parse()?)
}

/// Returns where the private clone of a URL lies: readable, and one for each URL.
fn private_clone(url: &str, context: &Context) -> Result<PathBuf, SiteError> {
    let cache = context
        .cache_directory
        .as_deref()
        .ok_or(SiteError::NoCache)?;
    let digest = sha2::Sha256::digest(url);
    let eight: [u8; 8] = digest[..8].try_into().expect("a digest is longer");
    let hash = format!("{:016x}", u64::from_be_bytes(eight));
    let name = url
        .trim_end_matches('/')
        .rsplit(['/', ':'])
        .next()
        .unwrap_or_default();
    let name = crate::record::path::encode(name.trim_end_matches(".git"));
    Ok(Path::new(cache).join(format!("{name}-{hash}.git")))
}
