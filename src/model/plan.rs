//! The plan: ordered steps with reasons and preconditions, which is all that `apply` obeys.
//!
//! In: `planner`'s or `undo`'s decisions, or a reviewed file. Out: [`Plan`], sealed with a digest over its
//! canonical content. Never: decisions. What a plan from a file must be like is in `check`.

pub mod check;
mod step;
mod totals;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256};

pub use super::action::Action;
use super::{
    finding::Code,
    listing::{AccountId, Listing},
    mailbox::{Mailbox, MailboxName},
    role::Role,
};
use crate::language::{Language, Phrase};
pub use step::{FilterChange, FilterName, Path, Step};
pub use totals::Totals;

/// The schema word of plans.
pub const SCHEMA: &str = "rolecall.plan/1";

/// A mailbox that the plan relies on, as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// Whether it was there; a target yet to be made is not.
    pub exists: bool,
    /// Its hierarchy delimiter where that is not the account's, null where it has none: it lies in a namespace with one of
    /// its own.
    #[serde(
        default,
        deserialize_with = "listed",
        skip_serializing_if = "Option::is_none"
    )]
    pub delimiter: Option<Option<char>>,
    /// Its UIDVALIDITY.
    pub uid_validity: Option<u32>,
    /// Its UIDNEXT.
    pub uid_next: Option<u32>,
    /// Its messages.
    pub messages: Option<u64>,
    /// Its MAILBOXID where the server has them.
    pub mailbox_id: Option<String>,
    /// Its special-use attributes, which say its role.
    pub attributes: Vec<String>,
    /// The names directly or deeper below it.
    pub children: Vec<MailboxName>,
}

/// What the plan relies on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// SHA-256 over the mailboxes below: tells two listings apart at a glance.
    pub fingerprint: String,
    /// Every mailbox that a step names.
    pub mailboxes: Vec<Seen>,
    /// The named mailboxes, and those below them, that are subscribed.
    pub subscribed: Vec<MailboxName>,
    /// The hierarchy delimiter of the account.
    pub delimiter: Option<char>,
}

impl Basis {
    /// What a plan of these steps remembers of the account.
    #[must_use]
    pub fn of_steps(listing: &Listing, steps: &[Step]) -> Self {
        let named = steps.iter();
        let named = named.flat_map(|step| step.source.iter().chain(&step.target).cloned());
        Self::of(listing, &named.collect())
    }

    /// What a plan that names these mailboxes remembers of the account.
    #[must_use]
    pub fn of(listing: &Listing, named: &BTreeSet<MailboxName>) -> Self {
        let mailboxes: Vec<Seen> = named.iter().map(|name| Seen::of(listing, name)).collect();
        let concerned = |mailbox: &Mailbox| {
            named
                .iter()
                .any(|name| mailbox.name == *name || mailbox.name.is_below(name, mailbox.delimiter))
        };
        let subscribed = listing
            .mailboxes
            .iter()
            .filter(|mailbox| mailbox.subscribed == Some(true) && concerned(mailbox))
            .map(|mailbox| mailbox.name.clone())
            .collect();
        Self {
            fingerprint: Self::fingerprint_of(&mailboxes),
            mailboxes,
            subscribed,
            delimiter: listing.delimiter(),
        }
    }

    fn fingerprint_of(mailboxes: &[Seen]) -> String {
        // Plain data always serialises; two empty digests would only be equal.
        super::hex::encode(&Sha256::digest(
            serde_json::to_vec(mailboxes).unwrap_or_default(),
        ))
    }

    /// The hierarchy delimiter of a named mailbox; it may differ between namespaces (RFC 2342 §5).
    #[must_use]
    pub fn delimiter_of(&self, name: &MailboxName) -> Option<char> {
        let seen = self.mailboxes.iter().find(|seen| seen.mailbox == *name);
        seen.and_then(|seen| seen.delimiter)
            .unwrap_or(self.delimiter)
    }
}

/// A field that is there says something, null included.
#[expect(clippy::option_option, reason = "NIL is not the account's")]
fn listed<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<char>>, D::Error> {
    Option::deserialize(field).map(Some)
}

impl Seen {
    fn of(listing: &Listing, name: &MailboxName) -> Self {
        let found = listing.find(name.wire());
        let status = found
            .map(|mailbox| mailbox.status.clone())
            .unwrap_or_default();
        Self {
            mailbox: name.clone(),
            exists: found.is_some(),
            delimiter: found
                .map(|mailbox| mailbox.delimiter)
                .filter(|own| *own != listing.delimiter()),
            uid_validity: status.uid_validity,
            uid_next: status.uid_next,
            messages: status.messages,
            mailbox_id: status.mailbox_id,
            attributes: found
                .into_iter()
                .flat_map(|mailbox| &mailbox.attributes)
                .filter(|attribute| Role::from_attribute(attribute).is_some())
                .cloned()
                .collect(),
            children: found
                .into_iter()
                .flat_map(|mailbox| listing.below(mailbox))
                .map(|child| child.name.clone())
                .collect(),
        }
    }
}

/// What the user allowed beyond the defaults; part of the plan, so that a reviewed plan is applied as reviewed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allowances {
    /// Messages marked `\Deleted` are moved too.
    pub move_deleted: bool,
    /// Keywords that the target cannot keep may be lost.
    pub keyword_loss: bool,
    /// Emptied sources stay.
    pub keep_sources: bool,
}

/// A coded remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// What kind.
    pub code: Code,
    /// The role it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// One sentence in plain words.
    pub message: Phrase,
}

/// What only the server's administrator or a client's user can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manual {
    /// What kind.
    pub code: Code,
    /// The role it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// One sentence in plain words.
    pub message: Phrase,
    /// The exact lines to paste, where there are any.
    pub snippet: Option<Phrase>,
}

/// Ordered steps for one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of rolecall that made it.
    pub tool: String,
    /// For which account, as a URL.
    pub account: String,
    /// The same in parts; a plan for another account is refused.
    pub identity: AccountId,
    /// When, RFC 3339 in UTC.
    pub made: String,
    /// What it relies on.
    pub listing: Basis,
    /// What the user allowed.
    pub allow: Allowances,
    /// Whether the user wanted only a part of what there is to do (`--only`, `--only-empty`, `--keep-sources`, `--skip-step`);
    /// left out where all was wanted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// The run this plan undoes.
    pub undoes: Option<String>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Remarks.
    pub warnings: Vec<Remark>,
    /// What a person must do.
    pub manual: Vec<Manual>,
    /// What its sentences are in French, in the order in which it has them, where it was saved for a French reader; left out
    /// elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub french: Vec<String>,
    /// What the steps add up to; none in plans of former versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Totals>,
    /// SHA-256 over the canonical content of all the rest, in hexadecimal.
    pub digest: String,
    /// Null in a plan; in the line of an account for which there is none it says why. No part of a file.
    #[serde(default, skip_serializing)]
    #[schemars(skip)]
    pub error: (),
}

impl Plan {
    /// Whether it undoes a run and cannot bring all of its mail back: then it is never done, whatever it applies.
    #[must_use]
    pub fn leaves_mail(&self) -> bool {
        let leaves =
            |remark: &Remark| matches!(remark.code, Code::UndoLeavesMail | Code::MayBePurged);
        self.undoes.is_some() && self.warnings.iter().any(leaves)
    }

    /// Whether something is left to do once it is applied, as far as it knows: what waits for the user's word, what only people
    /// can do, or what was not wanted.
    #[must_use]
    pub fn leaves_work(&self) -> bool {
        let is_held = |remark: &Remark| remark.code == Code::HeldBack;
        self.partial || !self.manual.is_empty() || self.warnings.iter().any(is_held)
    }

    /// Its sentences, in the order in which it has them. What is to be pasted is the same for every reader.
    fn sentences(&mut self) -> impl Iterator<Item = &mut Phrase> {
        let because = self.steps.iter_mut().flat_map(|step| &mut step.because);
        let warnings = self.warnings.iter_mut().map(|one| &mut one.message);
        let manual = self.manual.iter_mut().map(|one| &mut one.message);
        because.chain(warnings).chain(manual)
    }

    /// The same with the French of its sentences, to be saved: as data they are English.
    #[must_use]
    pub fn with_french(mut self) -> Self {
        let french = self
            .sentences()
            .map(|one| one.say(Language::French).to_owned());
        self.french = french.collect();
        self.sealed()
    }

    /// Gives its sentences the French that it was saved with.
    pub fn speak_french(&mut self) {
        let french = self.french.clone();
        for (sentence, french) in self.sentences().zip(french) {
            *sentence = sentence.with_french(french);
        }
    }

    /// The same without these steps; the others keep their numbers.
    #[must_use]
    pub fn without(mut self, left_out: &[u32]) -> Self {
        if left_out.is_empty() {
            return self;
        }
        self.steps.retain(|step| !left_out.contains(&step.id));
        self.partial = true;
        if self.french.is_empty() {
            self.sealed()
        } else {
            self.with_french()
        }
    }

    /// Adds its steps up, and puts the digest of its content on the plan.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.totals = Some(Totals::of(&self.steps));
        self.digest = self.content_digest();
        self
    }

    /// Whether the content is what was sealed.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.digest == self.content_digest()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The digest is over the content, not over a file's bytes: YAML and JSON of one plan agree.
    fn content_digest(&self) -> String {
        let mut bare = self.clone();
        bare.digest = String::new();
        // Serialising plain data into memory cannot fail; an empty form would only fail the comparison.
        super::hex::encode(&Sha256::digest(
            serde_json::to_vec(&bare).unwrap_or_default(),
        ))
    }
}
