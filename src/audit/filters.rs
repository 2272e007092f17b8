//! Findings about filters: which of their rules file mail where it will not be found.
//!
//! In: the account as audited, and its filters. Out: findings. Never: a filing that nothing is known of taken for one.
//!
//! A script that files into a mailbox that is gone does not fail quietly: some servers drop everything else that it would
//! have done with the message, forwarding and answering included, and put one copy into INBOX; others make the mailbox
//! again. So it is worse where the script also forwards or answers.

use std::collections::BTreeMap;

use super::{
    account::AuditedAccount,
    finding::{finding, quoted},
};
use crate::{
    language::{Phrase, text},
    model::{
        finding::{Code, FilterPlace, Finding, Severity},
        listing::Listing,
        mailbox::MailboxName,
        role::Role,
    },
    sieve::{
        FiledName, Filing, FilingKind, Filters, NamedMailboxes, Script, SieveActionKind, Standing,
        StoredScript,
    },
};

/// A place in a running script that names a mailbox, and the mailbox that it is.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The script.
    pub script: &'a StoredScript,
    /// What it says.
    pub read: &'a Script,
    /// The place.
    pub filing: &'a Filing,
    /// What its name means in the account.
    pub standing: Standing<'a>,
}

impl Named<'_> {
    /// Script, line and rule.
    #[must_use]
    pub fn place(&self) -> FilterPlace {
        let rule = self.read.rule(self.filing.rule);
        FilterPlace {
            script: self.script.name.clone(),
            line: u32::try_from(self.filing.line).unwrap_or(u32::MAX),
            rule: rule.and_then(|rule| rule.name.clone()),
        }
    }

    /// Whether a filing that fails takes more with it than one message's place.
    #[must_use]
    pub fn is_grave(&self) -> bool {
        let does = |kind| self.read.does(kind).next().is_some();
        does(SieveActionKind::Forward) || does(SieveActionKind::Answer)
    }

    /// Whether mail is put there, and not only asked whether the mailbox is there.
    #[must_use]
    pub fn files(&self) -> bool {
        self.filing.kind != FilingKind::Test
    }

    /// Whether the mailbox is made where it is missing, or is asked for before.
    fn bears_its_absence(&self) -> bool {
        let options = self.filing.kind.options();
        let makes = options.is_some_and(|options| {
            options.create || options.special_use.is_some() || options.mailbox_id.is_some()
        });
        let asks = self.read.filings().iter().any(|other| {
            other.kind == FilingKind::Test
                && other.rule == self.filing.rule
                && other.literal().map(|one| &one.value)
                    == self.filing.literal().map(|one| &one.value)
        });
        makes || asks
    }
}

/// Every place in the running scripts that names a mailbox.
#[must_use]
pub fn named<'a>(listing: &'a Listing, filters: &'a Filters) -> Vec<Named<'a>> {
    if filters.scripts().is_empty() {
        return Vec::new();
    }
    let mailboxes = listing.mailboxes.iter();
    let selectable = mailboxes.filter(|mailbox| mailbox.selectable);
    let mailboxes = NamedMailboxes::of(selectable.map(|mailbox| mailbox.name.text()));
    let encoding = listing.traits().names_in_filters;
    let scripts = filters.scripts().iter();
    let scripts = scripts.filter_map(|script| Some((script, script.read.as_ref().ok()?)));
    let filings = scripts.flat_map(|(script, read)| {
        let running = read.filings().iter().filter(|filing| !filing.is_disabled);
        running.map(move |filing| (script, read, filing))
    });
    filings
        .map(|(script, read, filing)| Named {
            script,
            read,
            filing,
            standing: mailboxes.standing(filing, encoding),
        })
        .collect()
}

/// `"main", line 12 ("Invoices")`, each place once; beyond three the rest is counted.
#[must_use]
pub fn told(places: &[FilterPlace]) -> Phrase {
    const SHOWN: usize = 3;
    let shown = places.iter().take(SHOWN).map(|place| {
        let line = u64::from(place.line);
        match &place.rule {
            Some(rule) => text::filter_place_with_rule(&place.script, line, rule),
            None => text::filter_place(&place.script, line),
        }
    });
    let mut parts: Vec<Phrase> = shown.collect();
    if let Some(more) = places.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        parts.push(text::more(more as u64));
    }
    Phrase::and(parts)
}

pub(super) fn findings(account: &AuditedAccount, filters: &Filters, to: &mut Vec<Finding>) {
    let named = named(account.listing, filters);
    files_here(account, &named, to);
    files_nowhere(account.listing, &named, to);
    not_readable(filters, to);
}

/// Takes back that a mailbox which a rule fills is a second inbox; what its owner says of it stays.
pub(super) fn take_back(account: &AuditedAccount, filters: &Filters, findings: &mut Vec<Finding>) {
    let filings = named(account.listing, filters);
    let is_filled = |name: &MailboxName| {
        let mut here = filings.iter().filter(|one| one.files());
        here.any(|one| one.standing == Standing::Mailbox(name.text()))
    };
    let is_stated = |name: &MailboxName| {
        let mut items = account.items.iter();
        items.any(|item| item.entry.name == *name && item.entry.is_stated_by_user())
    };
    findings.retain(|finding| {
        let mut names = finding.mailboxes.iter();
        finding.code != Code::SecondInbox || !names.any(|name| is_filled(name) && !is_stated(name))
    });
}

/// Rules that file into a mailbox that is to be merged into another.
fn files_here(account: &AuditedAccount, named: &[Named], to: &mut Vec<Finding>) {
    for split in account.splits.iter().filter(|split| !split.unclear) {
        for source in &split.sources {
            let name = source.name();
            let here = |one: &&Named| one.files() && one.standing == Standing::Mailbox(name.text());
            let here: Vec<&Named> = named.iter().filter(here).collect();
            if here.is_empty() {
                continue;
            }
            let places: Vec<FilterPlace> = here.iter().map(|one| one.place()).collect();
            let keep = split.keep.name();
            let quoted_name = quoted(std::slice::from_ref(&name));
            let message = text::filter_files_here(told(&places), quoted_name, keep.text());
            let by_id = |one: &&Named| {
                let options = one.filing.kind.options();
                options.is_some_and(|options| options.mailbox_id.is_some())
            };
            let is_grave = here.iter().any(|one| one.is_grave());
            let message = with_what_is_lost(message, is_grave);
            let is_worse = is_grave || here.iter().any(by_id);
            let found = finding(
                Code::FilterFilesHere,
                Some(split.role),
                vec![name, keep],
                message,
                None,
            );
            to.push(graver(found, is_worse, places));
        }
    }
}

/// Rules that file into what is not listed.
fn files_nowhere(listing: &Listing, named: &[Named], to: &mut Vec<Finding>) {
    let encoding = listing.traits().names_in_filters;
    let mut missing: BTreeMap<(String, Option<String>), Vec<&Named>> = BTreeMap::new();
    for one in named
        .iter()
        .filter(|one| one.files() && !one.bears_its_absence())
    {
        let near = match one.standing {
            Standing::Missing => None,
            Standing::OtherForm(near) | Standing::OtherEncoding(near) => Some(near.to_owned()),
            Standing::Mailbox(_) | Standing::Computed => continue,
        };
        let key = (one.filing.shown(encoding), near);
        missing.entry(key).or_default().push(one);
    }
    for ((name, near), ones) in missing {
        let places: Vec<FilterPlace> = ones.iter().map(|one| one.place()).collect();
        let message = match &near {
            Some(near) => text::filter_names_otherwise(told(&places), &name, near),
            None => text::filter_files_nowhere(told(&places), &name),
        };
        let is_grave = ones.iter().any(|one| one.is_grave());
        let message = with_what_is_lost(message, is_grave);
        let near = near.and_then(|near| {
            let mut mailboxes = listing.mailboxes.iter();
            mailboxes.find(|mailbox| mailbox.name.text() == near)
        });
        let mailboxes: Vec<MailboxName> = near.map(|near| near.name.clone()).into_iter().collect();
        let role: Option<Role> = None;
        let found = finding(Code::FilterFilesNowhere, role, mailboxes, message, None);
        to.push(graver(found, is_grave, places));
    }
}

/// What of the filters cannot be known.
fn not_readable(filters: &Filters, to: &mut Vec<Finding>) {
    let mut tell = |message: Phrase, places: Vec<FilterPlace>| {
        let found = finding(Code::FiltersNotReadable, None, Vec::new(), message, None);
        to.push(graver(found, false, places));
    };
    if let Filters::NotReadable(why) = filters {
        tell(text::filters_not_readable(why), Vec::new());
    }
    for script in filters.scripts() {
        let read = match &script.read {
            Ok(read) => read,
            Err(why) => {
                let place = FilterPlace {
                    script: script.name.clone(),
                    line: u32::try_from(why.line).unwrap_or(u32::MAX),
                    rule: None,
                };
                tell(
                    text::filter_script_not_readable(&script.name, why),
                    vec![place],
                );
                continue;
            }
        };
        for filing in read.filings().iter().filter(|filing| !filing.is_disabled) {
            if let FiledName::Computed(written) = &filing.name {
                let named = Named {
                    script,
                    read,
                    filing,
                    standing: Standing::Computed,
                };
                let places = vec![named.place()];
                tell(text::filter_name_unknown(told(&places), written), places);
            }
        }
        for include in read.includes().iter().filter(|include| include.is_global) {
            let message = text::filter_includes_global(&script.name, &include.script);
            tell(message, Vec::new());
        }
    }
}

/// The same, with a word on what else of a script may be dropped.
fn with_what_is_lost(message: Phrase, is_grave: bool) -> Phrase {
    if is_grave {
        text::clauses(message, text::filter_also_forwards())
    } else {
        message
    }
}

fn graver(mut finding: Finding, is_worse: bool, places: Vec<FilterPlace>) -> Finding {
    if is_worse {
        finding.severity = Severity::Error;
    }
    finding.places = places;
    finding
}
