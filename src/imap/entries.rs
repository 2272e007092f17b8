//! The names that a server lists, with all that LIST, LSUB and STATUS tell of each, taken in as it comes and up to a limit.
//!
//! In: untagged responses. Out: [`Entries`]. INBOX and names of ours have one spelling, however they are listed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{flight::Taken, read};
use crate::model::{
    mailbox::{Status, fold_tombstones},
    mutf7,
};

/// One name, with all that LIST, LSUB and STATUS have told of it.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Attributes, those that say what the entry itself is taken out. Most mailboxes share theirs.
    pub attributes: Arc<BTreeSet<String>>,
    /// Whether it is subscribed, as far as this was asked.
    pub subscribed: bool,
    /// The hierarchy delimiter.
    pub delimiter: Option<char>,
    /// Whether it is listed as a mailbox that exists.
    pub exists: bool,
    /// Whether messages can be in it.
    pub selectable: bool,
    /// Counts.
    pub status: Status,
    /// How the server spells INBOX or a name of ours, where that is not the one spelling.
    pub spelled: Option<Vec<u8>>,
}

impl Entry {
    /// The attributes with these, without those that fields tell: `\Subscribed`, and those that another listing of the name
    /// has disproved. None where nothing has come to them: most names are listed twice.
    fn attributes_with(&self, mut more: BTreeSet<String>) -> Option<BTreeSet<String>> {
        let is_told_by_fields = |word: &String| {
            let is = |other: &str| word.eq_ignore_ascii_case(other);
            is("\\Subscribed") || self.selectable && (is("\\NonExistent") || is("\\Noselect"))
        };
        more.retain(|word| !is_told_by_fields(word));
        let is_new = !more.is_subset(&self.attributes);
        if !is_new && !self.attributes.iter().any(is_told_by_fields) {
            return None;
        }
        let known = self.attributes.iter();
        more.extend(known.filter(|word| !is_told_by_fields(word)).cloned());
        Some(more)
    }
}

/// Whether two octet strings name one mailbox: INBOX has no case, and names of ours have none either.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other || one.eq_ignore_ascii_case(other) && key(one.to_vec()) == key(other.to_vec())
}

/// Takes every value that was told over the one that was known.
pub fn merge(known: &mut Status, told: Status) {
    known.messages = told.messages.or(known.messages);
    known.uid_next = told.uid_next.or(known.uid_next);
    known.uid_validity = told.uid_validity.or(known.uid_validity);
    known.size = told.size.or(known.size);
    known.mailbox_id = told.mailbox_id.or(known.mailbox_id.take());
}

/// The most mailboxes that are listed: each takes about half a kilobyte until the account has been judged.
pub const MAILBOXES: usize = 100_000;
/// Octets of their names and of different sets of attributes, all together.
pub const NAMES: usize = 16 << 20;
/// Octets that a set takes beside those of its attributes, and each attribute beside its own.
const SET: usize = 384;
const ATTRIBUTE: usize = 32;

/// Every name that was listed, by its octets.
#[derive(Debug, Default)]
pub struct Entries {
    all: BTreeMap<Vec<u8>, Entry>,
    /// Octets of all names.
    octets: usize,
    sets: Sets,
}

/// Sets of attributes, each once.
#[derive(Debug, Default)]
struct Sets {
    all: BTreeSet<Arc<BTreeSet<String>>>,
    /// Octets of all sets.
    octets: usize,
}

impl Sets {
    fn shared(&mut self, attributes: BTreeSet<String>) -> Arc<BTreeSet<String>> {
        if let Some(known) = self.all.get(&attributes) {
            return Arc::clone(known);
        }
        let octets = attributes.iter().map(|one| one.len() + ATTRIBUTE);
        self.octets += SET + octets.sum::<usize>();
        let set = Arc::new(attributes);
        self.all.insert(Arc::clone(&set));
        set
    }
}

impl Entries {
    /// Takes a LIST, XLIST, LSUB or STATUS response in. A name may be listed more than once: Dovecot lists a mailbox and a namespace of the same
    /// name.
    pub fn take_one(&mut self, response: &[u8]) -> Taken {
        if let Some(listed) = read::listed(response) {
            let entry = entry(&mut self.all, &mut self.octets, listed.name);
            if listed.is_lsub {
                entry.subscribed = true;
                return self.taken();
            }
            let has = |word: &str| {
                listed
                    .attributes
                    .iter()
                    .any(|have| have.eq_ignore_ascii_case(word))
            };
            let exists = !has("\\NonExistent");
            entry.exists |= exists;
            entry.selectable |= exists && !has("\\Noselect");
            entry.subscribed |= has("\\Subscribed");
            entry.delimiter = listed.delimiter.or(entry.delimiter);
            if let Some(attributes) = entry.attributes_with(listed.attributes) {
                entry.attributes = self.sets.shared(attributes);
            }
        } else if let Some((name, status)) = read::status(response) {
            merge(&mut self.entry(name).status, status);
        } else {
            return Taken::No;
        }
        self.taken()
    }

    /// What is known of a name.
    pub fn entry(&mut self, name: Vec<u8>) -> &mut Entry {
        entry(&mut self.all, &mut self.octets, name)
    }

    fn taken(&self) -> Taken {
        if self.is_too_many() {
            Taken::TooMuch
        } else {
            Taken::Yes
        }
    }

    /// Whether there is more than is taken in.
    pub fn is_too_many(&self) -> bool {
        self.all.len() > MAILBOXES || self.octets + self.sets.octets > NAMES
    }

    /// The delimiter of the names that begin so, as LIST gives it.
    pub fn delimiter_below(&self, prefix: &str) -> Option<char> {
        let prefix = mutf7::encode(prefix);
        let mut names = self.all.iter();
        names.find_map(|(name, entry)| {
            let head = name.get(..prefix.len())?;
            let begins = head.eq_ignore_ascii_case(&prefix);
            entry.delimiter.filter(|_| begins)
        })
    }

    /// Every name that was told of, with what was told.
    pub fn into_all(self) -> BTreeMap<Vec<u8>, Entry> {
        self.all
    }

    /// Names that LIST shows as existing.
    pub fn existing(&self) -> impl Iterator<Item = (&Vec<u8>, &Entry)> {
        self.all.iter().filter(|(_, entry)| entry.exists)
    }

    /// The mailboxes of which it is not known how many messages are in them, or since when their UIDs count.
    pub fn uncounted(&self) -> Vec<Vec<u8>> {
        let uncounted = self.existing().filter(|(_, entry)| {
            let status = &entry.status;
            entry.selectable && (status.messages.is_none() || status.uid_validity.is_none())
        });
        uncounted.map(|(name, _)| name.clone()).collect()
    }

    /// Whether this name was told of, in whatever spelling.
    pub fn has(&self, name: &[u8]) -> bool {
        self.all.contains_key(&key(name.to_vec()))
    }

    /// Whether INBOX is listed: by itself, or below the prefix of a namespace.
    pub fn has_inbox(&self) -> bool {
        self.existing().any(|(name, entry)| {
            let delimiter = entry.delimiter.and_then(|one| u8::try_from(one).ok());
            let leaf = name.rsplit(|octet| Some(*octet) == delimiter).next();
            leaf.is_some_and(|leaf| leaf.eq_ignore_ascii_case(b"INBOX"))
        })
    }
}

fn entry<'a>(
    all: &'a mut BTreeMap<Vec<u8>, Entry>,
    octets: &mut usize,
    name: Vec<u8>,
) -> &'a mut Entry {
    let key = key(name.clone());
    let spelled = (key != name).then_some(name);
    let length = key.len() + spelled.as_ref().map_or(0, Vec::len);
    all.entry(key).or_insert_with(|| {
        *octets += length;
        Entry {
            spelled,
            ..Entry::default()
        }
    })
}

/// INBOX and names of ours under one spelling, since LIST and STATUS may spell them differently.
pub fn key(mut name: Vec<u8>) -> Vec<u8> {
    if name.eq_ignore_ascii_case(b"INBOX") {
        return b"INBOX".to_vec();
    }
    fold_tombstones(&mut name);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(lines: &[&str]) -> Entries {
        let mut entries = Entries::default();
        for line in lines {
            entries.take_one(format!("{line}\r\n").as_bytes());
        }
        entries
    }

    #[test]
    fn a_name_that_is_listed_twice_is_one_mailbox() {
        let found = entries(&[
            "* LIST (\\HasNoChildren) \"/\" Archive",
            "* LIST (\\NonExistent \\Archive) \"/\" Archive",
        ]);
        let (_, entry) = found.existing().next().unwrap();
        assert!(entry.selectable);
        assert!(
            entry.attributes.contains("\\Archive") && !entry.attributes.contains("\\NonExistent")
        );
    }

    #[test]
    fn a_subscription_to_nothing_is_no_mailbox() {
        let found = entries(&[
            "* LIST (\\Subscribed \\NonExistent) \"/\" Gone",
            "* LSUB () \"/\" Lost",
        ]);
        assert_eq!(found.existing().count(), 0);
        assert!(found.all.values().all(|entry| entry.subscribed));
    }

    #[test]
    fn inbox_is_one_mailbox_in_any_spelling() {
        let found = entries(&[
            "* LIST () \"/\" Inbox",
            "* STATUS INBOX (MESSAGES 3)",
            "* LSUB () \"/\" inbox",
        ]);
        let (_, entry) = found.existing().next().unwrap();
        assert_eq!(entry.status.messages, Some(3));
        assert!(entry.subscribed);
    }

    #[test]
    fn what_is_told_of_very_many_mailboxes_one_by_one_is_found_by_name_and_not_by_looking_through_all()
     {
        // Every answer compared with every name would be ten thousand million comparisons of names.
        let most = 100_000;
        let mut entries = Entries::default();
        for number in 0..most {
            entries.take_one(format!("* LIST () \"/\" \"Lists/{number}\"\r\n").as_bytes());
        }
        assert_eq!(entries.uncounted().len(), most);
        for number in 0..most {
            let status =
                format!("* STATUS \"Lists/{number}\" (MESSAGES {number} UIDVALIDITY 7)\r\n");
            entries.take_one(status.as_bytes());
            assert!(entries.has(format!("Lists/{number}").as_bytes()));
        }
        assert_eq!(entries.uncounted().len(), 0);
        let told = entries.into_all();
        let counts = told.values().map(|entry| entry.status.messages.unwrap());
        assert_eq!(counts.sum::<u64>(), (0..most as u64).sum::<u64>());
    }
}
