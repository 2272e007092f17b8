//! Servers on which one mailbox has more than one name.
//!
//! In: a name that a client means. Out: the name under which the mailbox is kept. No second mailbox comes of it.

use crate::demo::{
    outcome::{Code, Done, Refusal},
    world::World,
};

/// One more name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alias {
    /// A name that is listed like any other.
    Listed {
        /// The name.
        name: &'static str,
        /// Whose name it is, too.
        of: &'static str,
    },
    /// All names that begin so, listed like any others (a namespace with `alias_for`).
    Begins {
        /// How they begin.
        name: &'static str,
        /// How the names begin of which they are others.
        of: &'static str,
    },
    /// A name that is another's as long as no mailbox of its own has it, and is never listed (Dovecot's mailbox_alias,
    /// seen on 2.3.19): STATUS, RENAME, DELETE and subscriptions by it hit the other. CREATE makes it a link, which DELETE
    /// takes away without harm and RENAME refuses.
    WhereFree {
        /// The name.
        name: &'static str,
        /// Who is meant by it.
        of: &'static str,
    },
}

impl World {
    /// The name under which the mailbox is kept that is meant by this one.
    pub(super) fn meant_by_alias(&self, user: &str, name: Vec<u8>) -> Vec<u8> {
        let is_there = |name: &[u8]| {
            let account = self.account(user);
            account.is_some_and(|account| account.mailboxes.contains_key(name))
        };
        for alias in &self.persona.quirks.aliases {
            match alias {
                Alias::Listed { name: own, of } if name == own.as_bytes() => {
                    return of.as_bytes().to_vec();
                }
                Alias::Begins { name: own, of } => {
                    let rest = name.strip_prefix(own.as_bytes());
                    if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
                        return [of.as_bytes(), rest].concat();
                    }
                }
                Alias::WhereFree { name: own, of }
                    if name == own.as_bytes() && !is_there(&name) && is_there(of.as_bytes()) =>
                {
                    return of.as_bytes().to_vec();
                }
                _ => {}
            }
        }
        name
    }

    /// The further names of a mailbox that are listed.
    pub(super) fn listed_aliases(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let aliases = self.persona.quirks.aliases.iter();
        let names = aliases.filter_map(|alias| match alias {
            Alias::Listed { name: own, of } => {
                (name == of.as_bytes()).then(|| own.as_bytes().to_vec())
            }
            Alias::Begins { name: own, of } => {
                let rest = name.strip_prefix(of.as_bytes())?;
                let elsewhere = self.persona.space_of(name).is_some();
                (!elsewhere).then(|| [own.as_bytes(), rest].concat())
            }
            Alias::WhereFree { .. } => None,
        });
        names.collect()
    }

    fn is_free_alias(&self, name: &[u8]) -> bool {
        let mut aliases = self.persona.quirks.aliases.iter();
        aliases.any(
            |alias| matches!(alias, Alias::WhereFree { name: own, .. } if name == own.as_bytes()),
        )
    }

    /// CREATE by a name that is another's where it is free: a link, if that other is there.
    pub(super) fn link(&mut self, user: &str, name: &[u8]) -> Option<Done> {
        let meant = self.name(user, name).ok()?;
        if !self.is_free_alias(name) || meant == name {
            return None;
        }
        let account = self.account_mut(user)?;
        let id = account.mailboxes.get(&meant)?.id;
        account.quirks.links.insert(name.to_vec());
        Some(Done::Created(id))
    }

    /// DELETE of a link: takes it away, and says whether there was one.
    pub(super) fn unlink(&mut self, user: &str, name: &[u8]) -> bool {
        let account = self.account_mut(user);
        account.is_some_and(|account| account.quirks.links.remove(name))
    }

    /// Refuses to rename a link.
    pub(super) fn is_no_link(&self, user: &str, names: [&[u8]; 2]) -> Result<(), Refusal> {
        let links = self.account(user).map(|account| &account.quirks.links);
        if links.is_some_and(|links| names.iter().any(|name| links.contains(*name))) {
            return Err(Refusal::new(Code::Cannot, "Can't rename alias mailboxes"));
        }
        Ok(())
    }
}
