//! What is told of environments, and of what is in them.

use git_pact::domain::environment::DeployedVersion;
use git_pact::domain::environment::Ended;
use git_pact::domain::environment::EndedVersion;
use git_pact::domain::environment::Environment;
use git_pact::domain::environment::ReleasedVersion;
use git_pact::domain::fact::DeploymentFact;
use git_pact::domain::fact::EnvironmentFact;
use git_pact::domain::fact::ReleaseFact;
use git_pact::domain::time::Seq;
use git_pact::domain::time::Timestamp;

use super::Model;
use super::Surrounding;
use super::uuid;

impl Surrounding {
    pub(super) fn next(&mut self) -> Seq {
        self.facts += 1;
        Seq(self.facts)
    }

    pub(super) fn end(&mut self, what: EndedVersion, at: Timestamp) {
        self.ended.insert(0, Ended { what, at });
        self.ended.truncate(Ended::KEPT);
    }
}

impl Model {
    pub(super) fn tell_environment(&mut self, told: &EnvironmentFact) -> bool {
        let here = self.surrounding(&told.name);
        let known = here.now.as_ref();
        let mut environment = Environment {
            uuid: uuid(),
            name: told.name.clone(),
            display_name: told.display_name.clone(),
            production: told.production,
            contacts: told.contacts.clone(),
            created_at: known.map_or(told.at, |known| known.created_at),
            updated_at: known.and_then(|known| known.updated_at),
        };
        let news = known != Some(&environment);
        if news && known.is_some() {
            environment.updated_at = Some(told.at);
        }
        here.now = Some(environment);
        here.facts += u64::from(news);
        news
    }

    pub(super) fn tell_deployment(&mut self, told: &DeploymentFact) -> bool {
        let here = self.surrounding(&told.environment);
        let key = (&told.pacticipant, &told.instance);
        let mut known = here.deployed.iter();
        let known = known.find(|known| (&known.pacticipant, &known.instance) == key);
        if here.now.is_none() || known.is_some_and(|known| known.version == told.version) {
            return false;
        }
        let seq = here.next();
        if let Some(known) = here
            .deployed
            .iter()
            .find(|known| (&known.pacticipant, &known.instance) == key)
            .cloned()
        {
            here.end(EndedVersion::Deployed(known), told.at);
        }
        here.deployed
            .retain(|known| (&known.pacticipant, &known.instance) != key);
        here.deployed.push(DeployedVersion {
            uuid: uuid(),
            environment: Some(uuid()),
            pacticipant: told.pacticipant.clone(),
            version: told.version.clone(),
            instance: told.instance.clone(),
            seq,
            created_at: told.at,
            build_url: told.build_url.clone(),
        });
        true
    }

    pub(super) fn tell_release(&mut self, told: &ReleaseFact) -> bool {
        let here = self.surrounding(&told.environment);
        let key = (&told.pacticipant, &told.version);
        let mut known = here.released.iter();
        if here.now.is_none() || known.any(|known| (&known.pacticipant, &known.version) == key) {
            return false;
        }
        let seq = here.next();
        let first = here.ended.iter().find_map(|ended| match &ended.what {
            EndedVersion::Released(known) if (&known.pacticipant, &known.version) == key => {
                Some((known.seq, known.created_at))
            }
            _ => None,
        });
        here.ended.retain(|ended| match &ended.what {
            EndedVersion::Released(known) => (&known.pacticipant, &known.version) != key,
            EndedVersion::Deployed(_) => true,
        });
        here.released.push(ReleasedVersion {
            uuid: uuid(),
            pacticipant: told.pacticipant.clone(),
            version: told.version.clone(),
            seq: first.map_or(seq, |(seq, _)| seq),
            created_at: first.map_or(told.at, |(_, at)| at),
            build_url: told.build_url.clone(),
            updated_at: first.map(|_| told.at),
        });
        here.released.sort_by_key(|released| released.seq);
        true
    }
}
