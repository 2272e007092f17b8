//! The secrets of many accounts: each source is asked once, however many accounts share it.
//!
//! In: sources. Out: secrets; a newer token for a refused one. Accounts that need one source at the same time wait for one
//! answer. The terminal is asked for one login only, and a command that gives a refused token once more is not run again.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::Mutex;

use super::{
    ConfigError,
    secret::{self, Source},
};
use crate::{
    language::{Language, text},
    secret::Secret,
};

/// The secrets that have been asked for. Shared by all who log in at the same time.
#[derive(Debug, Default)]
pub struct Keyring {
    language: Language,
    slots: Mutex<BTreeMap<Source, Arc<Mutex<Slot>>>>,
}

/// What one source has said.
#[derive(Debug, Default)]
struct Slot {
    /// Whose secret it was asked for first.
    whose: Option<String>,
    said: Option<Result<Secret, ConfigError>>,
    /// Asked once more, it gave a secret that had been refused: asking again is pointless.
    is_spent: bool,
}

impl Slot {
    async fn ask(
        &mut self,
        source: &Source,
        whose: &str,
        language: Language,
    ) -> Result<Secret, ConfigError> {
        let said = secret::get(source, whose, language).await;
        self.said = Some(said.clone());
        said
    }
}

impl Keyring {
    /// Nothing was asked yet; people are asked in this language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self {
            language,
            ..Self::default()
        }
    }

    /// The secret that a source gives; whoever asks meanwhile waits for the same answer, a failure too.
    ///
    /// `whose` names the login that it belongs to. What is asked for on the terminal is for one login only.
    pub async fn get(&self, source: &Source, whose: &str) -> Result<Secret, ConfigError> {
        let slot = self.slot(source).await;
        let mut slot = slot.lock().await;
        let first = slot.whose.get_or_insert_with(|| whose.to_owned());
        if *source == Source::Ask && first != whose {
            return Err(ConfigError::new(text::several_logins_one_password())
                .hint(text::try_say_where_each_is()));
        }
        match &slot.said {
            Some(said) => said.clone(),
            None => slot.ask(source, whose, self.language).await,
        }
    }

    /// Another token where one was refused, as an expired one is: the source is asked once more, unless somebody else has
    /// done so meanwhile. None where it has no other.
    pub async fn renew(
        &self,
        source: &Source,
        whose: &str,
        refused: &Secret,
    ) -> Result<Option<Secret>, ConfigError> {
        let slot = self.slot(source).await;
        let mut slot = slot.lock().await;
        let is_other = |secret: &Secret| secret.reveal() != refused.reveal();
        match &slot.said {
            Some(Ok(known)) if is_other(known) => return Ok(Some(known.clone())),
            _ if slot.is_spent || *source == Source::Ask => return Ok(None),
            _ => {}
        }
        let fresh = slot.ask(source, whose, self.language).await?;
        slot.is_spent = !is_other(&fresh);
        Ok(Some(fresh).filter(is_other))
    }

    /// Forgets a source of which no more is needed, so that what is kept does not grow with the accounts.
    pub async fn forget(&self, source: &Source) {
        self.slots.lock().await.remove(source);
    }

    async fn slot(&self, source: &Source) -> Arc<Mutex<Slot>> {
        let mut slots = self.slots.lock().await;
        Arc::clone(slots.entry(source.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A command that gives another token each time: how often it has run, and a secret word.
    fn counter(folder: &tempfile::TempDir, format: &str) -> Source {
        let file = folder.path().join("runs").display().to_string();
        Source::Command(format!(
            "sh -c 'echo x >> {file}; printf \"{format}\" $(wc -l < {file})'"
        ))
    }

    fn runs(folder: &tempfile::TempDir) -> usize {
        let text = std::fs::read_to_string(folder.path().join("runs"));
        text.unwrap_or_default().lines().count()
    }

    fn is_shared<T: Send + Sync>(_: &T) {}

    #[tokio::test]
    async fn a_hundred_accounts_ask_a_command_once_though_all_ask_at_the_same_time() {
        let folder = tempfile::tempdir().unwrap();
        let source = counter(&folder, "token-%s");
        let keyring = Arc::new(Keyring::default());
        is_shared(&keyring);
        let mut askers = tokio::task::JoinSet::new();
        for number in 0..100 {
            let (keyring, source) = (Arc::clone(&keyring), source.clone());
            askers.spawn(async move { keyring.get(&source, &number.to_string()).await.unwrap() });
        }
        while let Some(secret) = askers.join_next().await {
            assert_eq!(secret.unwrap().reveal(), "token-1");
        }
        assert_eq!(runs(&folder), 1);
    }

    #[tokio::test]
    async fn a_refused_token_is_renewed_once_for_all_who_had_it() {
        let folder = tempfile::tempdir().unwrap();
        let source = counter(&folder, "token-%s");
        let keyring = Keyring::default();
        let old = keyring.get(&source, "a").await.unwrap();
        let (one, other) = tokio::join!(
            keyring.renew(&source, "a", &old),
            keyring.renew(&source, "b", &old)
        );
        for fresh in [one, other] {
            assert_eq!(fresh.unwrap().unwrap().reveal(), "token-2");
        }
        assert_eq!(keyring.get(&source, "c").await.unwrap().reveal(), "token-2");
        assert_eq!(runs(&folder), 2);
    }

    #[tokio::test]
    async fn a_command_that_has_no_other_token_is_asked_for_it_once() {
        let folder = tempfile::tempdir().unwrap();
        let source = counter(&folder, "stale%.0s");
        let keyring = Keyring::default();
        let old = keyring.get(&source, "a").await.unwrap();
        for _ in 0..3 {
            assert!(keyring.renew(&source, "a", &old).await.unwrap().is_none());
        }
        assert_eq!(runs(&folder), 2);
    }

    #[tokio::test]
    async fn a_failing_command_runs_once() {
        let folder = tempfile::tempdir().unwrap();
        let source = counter(&folder, "%.0s");
        let keyring = Keyring::default();
        for _ in 0..3 {
            assert!(keyring.get(&source, "a").await.is_err());
        }
        assert_eq!(runs(&folder), 1);
    }

    #[tokio::test]
    async fn what_is_asked_for_on_the_terminal_is_for_one_login() {
        let keyring = Keyring::default();
        // Without a terminal or with the variable set: either way it has been asked for.
        let _ = keyring.get(&Source::Ask, "a").await;
        let error = keyring.get(&Source::Ask, "b").await.unwrap_err();
        assert!(error.message.english().contains("several"), "{error:?}");
    }
}
