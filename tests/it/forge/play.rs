//! What the teams do, day by day: Web has a contract with Orders, and Orders with Stock.

use super::world::ENVIRONMENTS;
use super::world::Event;
use super::world::Forge;
use super::world::TEAMS;
use super::world::Version;

/// Something that a provider will offer, on a day.
pub(super) struct Fix {
    day: u32,
    provider: &'static str,
    offer: String,
}

/// A play, and what is still to be mended in it.
pub(super) struct Play {
    pub(super) forge: Forge,
    fixes: Vec<Fix>,
    stories: u32,
}

/// Returns whose contracts a provider has.
fn consumer_of(provider: &'static str) -> &'static str {
    if provider == "Orders" {
        "Web"
    } else {
        "Orders"
    }
}

impl Play {
    pub(super) fn new(forge: Forge) -> Self {
        Self {
            forge,
            fixes: Vec::new(),
            stories: 0,
        }
    }

    /// Plays so many days, and then some without crashes until nothing is left to be done.
    pub(super) fn days(&mut self, days: u32) {
        self.begin();
        self.forge.is_rough = true;
        for day in 1..=days {
            self.morning(day);
            for _ in 0..self.forge.chance.one(&[1, 1, 2]) {
                self.story(day);
                self.forge.drain();
                if self.forge.chance.is(60) {
                    self.forge.pass(20 * 60);
                    self.forge.timer(false);
                    self.forge.drain();
                }
                self.forge.pass(2 * 60 * 60);
            }
            self.evening();
            self.night();
        }
        self.forge.is_rough = false;
        self.forge.away.clear();
        self.mend(u32::MAX);
        self.forge.drain();
    }

    fn begin(&mut self) {
        let offers = |of: &[&str]| of.iter().map(|it| (*it).to_owned()).collect();
        let wants = |provider, of: &[&str]| [(provider, offers(of))].into();
        for (name, version) in [
            (
                "Stock",
                Version {
                    offers: offers(&["s1", "s2"]),
                    ..Version::default()
                },
            ),
            (
                "Orders",
                Version {
                    offers: offers(&["o1", "o2"]),
                    wants: wants("Stock", &["s1"]),
                },
            ),
            (
                "Web",
                Version {
                    wants: wants("Orders", &["o1"]),
                    ..Version::default()
                },
            ),
        ] {
            self.forge.push(name, "main", version);
            self.forge.drain();
        }
        self.night();
    }

    /// Stock is away for three days; what was promised for today is done.
    fn morning(&mut self, day: u32) {
        if day % 14 == 5 {
            self.forge.away.insert("Stock");
        } else if day % 14 == 8 {
            self.forge.away.clear();
        }
        self.mend(day);
        self.forge.drain();
    }

    fn mend(&mut self, day: u32) {
        let away = self.forge.away.clone();
        let is_due = |fix: &Fix| fix.day <= day && !away.contains(fix.provider);
        let (due, later) = std::mem::take(&mut self.fixes)
            .into_iter()
            .partition(is_due);
        self.fixes = later;
        let due: Vec<Fix> = due;
        for fix in due {
            self.offer(fix.provider, &fix.offer);
        }
    }

    fn main(&self, name: &str) -> Version {
        self.forge.apps[name].branches["main"].clone()
    }

    fn offer(&mut self, provider: &'static str, offer: &str) {
        let mut version = self.main(provider);
        version.offers.insert(offer.to_owned());
        self.forge.push(provider, "main", version);
    }

    /// Plays something that happens in the course of a day.
    fn story(&mut self, day: u32) {
        self.stories += 1;
        let provider = self.forge.chance.one(&["Orders", "Stock"]);
        if self.forge.away.contains(provider) {
            return self.goes_on("Web");
        }
        let thing = format!("{}{}", provider.to_lowercase(), self.stories);
        match self.forge.chance.below(7) {
            0 => self.goes_on(provider),
            1 => self.offers_before_it_is_wanted(provider, &thing),
            2 => self.wants_before_it_is_offered(day, provider, thing),
            3 => self.is_made_on_branches_of_one_name(provider, &thing),
            4 => self.breaks_and_is_mended(day, provider),
            5 => self.wants_less(provider),
            _ => self.is_pushed_without_a_question(day, provider, thing),
        }
    }

    /// Somebody changes something else.
    fn goes_on(&mut self, name: &'static str) {
        let version = self.main(name);
        self.forge.push(name, "main", version);
    }

    fn wanting(&self, provider: &'static str, thing: &str) -> Version {
        let mut version = self.main(consumer_of(provider));
        let wants = version.wants.get_mut(provider).unwrap();
        wants.insert(thing.to_owned());
        version
    }

    fn offers_before_it_is_wanted(&mut self, provider: &'static str, thing: &str) {
        self.offer(provider, thing);
        self.forge.drain();
        self.propose(provider, thing);
    }

    fn wants_before_it_is_offered(&mut self, day: u32, provider: &'static str, thing: String) {
        self.propose(provider, &thing);
        self.promise(day, provider, thing);
    }

    fn promise(&mut self, day: u32, provider: &'static str, offer: String) {
        let day = day + 2 + self.forge.chance.below(2);
        self.fixes.push(Fix {
            day,
            provider,
            offer,
        });
    }

    /// The consumer proposes to want something, and merges it.
    fn propose(&mut self, provider: &'static str, thing: &str) {
        let branch = format!("feat/{thing}");
        let version = self.wanting(provider, thing);
        let consumer = consumer_of(provider);
        self.forge.push(consumer, &branch, version.clone());
        self.forge.drain();
        self.forge.pass(30 * 60);
        // Some wait for an answer of the provider, others merge what is unknown.
        if self.forge.chance.is(60) {
            self.forge.timer(false);
            self.forge.drain();
        }
        self.forge.merge(consumer, &branch, version);
    }

    /// The branch of the provider is there first, so no push of it comes that could verify what the consumer wants.
    fn is_made_on_branches_of_one_name(&mut self, provider: &'static str, thing: &str) {
        let branch = format!("feat/{thing}");
        let mut offering = self.main(provider);
        offering.offers.insert(thing.to_owned());
        self.forge.push(provider, &branch, offering.clone());
        self.forge.drain();
        let version = self.wanting(provider, thing);
        let consumer = consumer_of(provider);
        self.forge.push(consumer, &branch, version.clone());
        self.forge.drain();
        self.forge.pass(30 * 60);
        self.forge.timer(true);
        self.forge.drain();
        self.forge.merge(provider, &branch, offering);
        self.forge.drain();
        self.forge.merge(consumer, &branch, version);
    }

    fn breaks_and_is_mended(&mut self, day: u32, provider: &'static str) {
        let mut version = self.main(provider);
        let Some(last) = version.offers.pop_last() else {
            return;
        };
        self.forge.push(provider, "main", version);
        self.promise(day, provider, last);
    }

    /// What was agreed is again what it was before, or nearly so.
    fn wants_less(&mut self, provider: &'static str) {
        let consumer = consumer_of(provider);
        let mut version = self.main(consumer);
        let wants = version.wants.get_mut(provider).unwrap();
        if wants.len() > 1 {
            wants.pop_last();
        }
        self.forge.push(consumer, "main", version);
    }

    fn is_pushed_without_a_question(&mut self, day: u32, provider: &'static str, thing: String) {
        let version = self.wanting(provider, &thing);
        self.forge.push(consumer_of(provider), "main", version);
        self.promise(day, provider, thing);
    }

    /// Teams deploy: what is on main to staging, and what has run there to production.
    fn evening(&mut self) {
        for environment in ENVIRONMENTS {
            for name in TEAMS {
                if self.forge.chance.is(45) {
                    self.forge.deploy(name, environment);
                }
            }
        }
    }

    fn night(&mut self) {
        self.forge.pass(6 * 60 * 60);
        for name in ["Stock", "Orders"] {
            self.forge.nightly(name);
            self.forge.pass(60 * 60);
        }
        self.forge.timer(true);
        self.forge.drain();
        self.forge.pass(3 * 60 * 60);
    }

    /// Lets days pass, without crashes and without changes, until nothing will clear by itself; returns how many it
    /// took. Some things clear when somebody is deployed who has verified them, so teams go on to try.
    pub(super) fn settle(&mut self) -> u32 {
        for nights in 0..20 {
            self.evening();
            self.night();
            let owed = self.forge.ask("owed");
            let owed = owed["owed"].as_array().unwrap();
            if owed.iter().all(|it| it["state"] != "unverified") {
                return nights + 1;
            }
        }
        panic!(
            "there are things owed for ever: {:#}",
            self.forge.ask("owed")
        );
    }

    /// Has every team deploy, providers first; nothing is in the way any more.
    pub(super) fn everybody_ships(&mut self) {
        for environment in ENVIRONMENTS {
            for name in TEAMS {
                self.forge.deploy(name, environment);
                let head = &self.forge.apps[name].heads["main"];
                let running = self.forge.running.get(&(environment, name));
                assert_eq!(running, Some(head), "{name} is not in {environment}");
            }
        }
    }

    /// Web begins to want something of an application that nobody builds.
    pub(super) fn web_wants_mail(&mut self) {
        let mut version = self.main("Web");
        version.wants.insert("Mail", ["m1".to_owned()].into());
        self.forge.push("Web", "main", version);
        self.forge.drain();
        self.night();
    }
}

impl Forge {
    /// Deploys an application, if the gate lets it: its main branch, or what has run in the environment before.
    pub(super) fn deploy(&mut self, name: &'static str, environment: &'static str) {
        let (role, commit) = if environment == ENVIRONMENTS[0] {
            (
                "deploy-staging",
                Some(self.apps[name].heads["main"].clone()),
            )
        } else {
            (
                "deploy-production",
                self.running.get(&(ENVIRONMENTS[0], name)).cloned(),
            )
        };
        let Some(commit) = commit else { return };
        if self.running.get(&(environment, name)) == Some(&commit) {
            return;
        }
        let build = self.build(name, role, Event::Deploy(environment), "main", &commit);
        self.queue.push_front(build);
        // A deployment that was killed goes on before anything else does.
        self.drain();
    }
}
