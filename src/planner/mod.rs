//! Decides what to do: from the roll and the findings to an ordered plan, under the user's policy.
//!
//! In: Listing, Roll, Findings, Policy. Out: a sealed Plan. Never: I/O, a clock, or a step that cannot be explained.
//!
//! Per role: which mailbox keeps it and whether that must be made or renamed first (`keeper`), which members are
//! merged into it and which are not (`source`), whether a target may be a slip (`slip`), then subscriptions and garbled names (`garbled`). Where clients are stated,
//! `meet` tries which plan brings them together: names they would find (`names`), the account after each plan (`after`),
//! what is left for their users to set (`tell`). What cannot be done by an IMAP client becomes an entry under `manual`;
//! what an administrator pastes comes from `advice`.

mod after;
mod garbled;
mod keeper;
mod meet;
mod names;
mod slip;
mod source;
mod tell;
mod warn;

use std::collections::{BTreeMap, BTreeSet};

pub use after::after;
use keeper::Keeper;
pub use meet::{Foresight, converge, finders, meeting};
use source::Verdict;

use crate::{
    advice::{Kept, server::by_administrator},
    language::{Phrase, text},
    model::{
        finding::{Code, Finding},
        listing::Listing,
        mailbox::{Mailbox, MailboxName},
        plan::{Action, Allowances, Basis, Manual, Path, Plan, Remark, SCHEMA, Step},
        role::Role,
        roll::{Entry, Roll},
    },
};

/// What the user wants and allows.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
pub struct Policy {
    /// Only these roles.
    pub only: Option<BTreeSet<Role>>,
    /// Only mailboxes that hold no message are merged.
    pub only_empty: bool,
    /// Held-back roles (trash, junk) that are merged all the same.
    pub include: BTreeSet<Role>,
    /// The mailbox that shall keep a role; it may not exist yet.
    pub targets: BTreeMap<Role, MailboxName>,
    /// The mailbox yet to be made or renamed in which stated clients meet; [`converge`] finds it, `targets` go before it.
    pub suggested: BTreeMap<Role, Suggestion>,
    /// Messages marked `\Deleted` are moved too.
    pub move_deleted: bool,
    /// Keywords that the target cannot keep may be lost.
    pub allow_keyword_loss: bool,
    /// Emptied sources stay.
    pub keep_sources: bool,
    /// Garbled names become what was meant.
    pub repair_names: bool,
    /// Merges on servers with neither MOVE nor UIDPLUS.
    pub remove_without_uidplus: bool,
    /// Merges mailboxes below a source into those of the same name below the target.
    pub with_children: bool,
    /// Sources that would not go or came back in earlier runs: wire names.
    pub left_before: BTreeSet<Vec<u8>>,
    /// Names that earlier runs have tried, and that the server does not mark: wire names.
    pub tried_before: BTreeSet<Vec<u8>>,
    /// When the plan is made, RFC 3339.
    pub made: String,
}

/// A mailbox that could keep a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Its name.
    pub keep: MailboxName,
    /// Why it, as a fragment.
    pub because: Phrase,
    /// Whether it is of use only if the server marks it: a name that server configurations mark (Dovecot), which nothing
    /// but trying can tell.
    pub if_marked: bool,
}

impl Policy {
    /// Whether something is to be done about a role; about none, where all are wanted.
    fn wants(&self, role: Option<Role>) -> bool {
        let only = self.only.as_ref();
        only.is_none_or(|only| role.is_some_and(|role| only.contains(&role)))
    }
}

/// Makes the plan for one account, whatever its clients do.
#[must_use]
pub fn plan(listing: &Listing, roll: &Roll, findings: &[Finding], policy: &Policy) -> Plan {
    let mut maker = Maker {
        listing,
        roll,
        findings,
        policy,
        steps: Vec::new(),
        warnings: Vec::new(),
        manual: Vec::new(),
        kept: Vec::new(),
    };
    if let Some(finding) = findings
        .iter()
        .find(|finding| finding.code == Code::UnfinishedRun)
    {
        maker.warn(finding.role, finding.code, finding.message.clone());
    } else {
        for role in Role::EVERY {
            if role.can_merge() && policy.wants(Some(role)) {
                maker.role(role);
            }
        }
        maker.try_names();
        maker.dangling();
        maker.garbled();
        maker.advise();
    }
    maker.finish()
}

struct Maker<'a> {
    listing: &'a Listing,
    roll: &'a Roll,
    findings: &'a [Finding],
    policy: &'a Policy,
    steps: Vec<Step>,
    warnings: Vec<Remark>,
    manual: Vec<Manual>,
    /// What keeps each role that is planned for.
    kept: Vec<Kept>,
}

impl Maker<'_> {
    fn role(&mut self, role: Role) {
        let members = self.roll.roles.get(&role);
        let Some(keeper) = self.keeper(role, members) else {
            return;
        };
        let others = members
            .into_iter()
            .flat_map(|members| &members.members)
            .filter(|name| **name != keeper.name);
        let (doubtful, sure): (Vec<&MailboxName>, Vec<&MailboxName>) =
            others.partition(|name| self.is_doubtful(name));
        for name in doubtful {
            let message = self.say_first(role, name);
            self.by_hand(role, Code::RoleDoubtful, message);
        }
        if self.is_doubtful(&keeper.name) {
            // Then all are: a sure one would keep the role.
            let message = self.say_first(role, &keeper.name);
            self.by_hand(role, Code::RoleDoubtful, message);
            return;
        }
        let sources: Vec<&Mailbox> = sure
            .into_iter()
            .filter_map(|name| self.listing.find(name.wire()))
            .collect();
        self.tell_of_mark(role);
        let is_unclear = members.is_some_and(|members| {
            members.unclear && members.keep == keeper.name && !self.is_chosen(role)
        });
        if is_unclear && !sources.is_empty() {
            self.leave_to_user(role, &keeper, &sources);
            return;
        }
        let held_back = role.held_back() && !self.policy.include.contains(&role);
        if held_back && members.is_some() {
            self.spare(role, &keeper, &sources);
            return;
        }
        if !self.keeper_is_clear(role, &keeper) {
            return;
        }
        if self.policy.only_empty && keeper.mailbox.is_none() {
            return;
        }
        let renamed = self.make(role, &keeper, members);
        let sources: Vec<&Mailbox> = sources
            .into_iter()
            .filter(|source| renamed.as_ref() != Some(&source.name))
            .collect();
        self.mark(role, &keeper, &sources);
        self.subscribe(role, &keeper);
        for source in sources {
            self.merge(role, source, &keeper);
        }
        if role.held_back() {
            self.warn_of_timers(role, &keeper);
        }
        self.tell_ordinary(role, &keeper);
        if keeper.mailbox.is_some() {
            self.tell_findings(role);
        }
    }

    /// Whether the user has said which mailbox keeps a role.
    fn is_chosen(&self, role: Role) -> bool {
        self.policy.targets.contains_key(&role)
    }

    /// Of a held-back role only what touches no mail is done. One that waits to be renamed is subscribed meanwhile.
    fn spare(&mut self, role: Role, keeper: &Keeper<'_>, sources: &[&Mailbox]) {
        if let (Some(lone), Some(try_name)) = (keeper.mailbox, self.name_to_try(role, keeper)) {
            let keeper = Keeper {
                name: try_name.keep.clone(),
                mailbox: None,
                because: try_name.because.clone(),
            };
            self.hold_back(role, &keeper, &[lone]);
        } else if !sources.is_empty() {
            self.hold_back(role, keeper, sources);
        } else if self.listing.server.lets_clients_mark() {
            self.mark(role, keeper, sources);
        }
        match (keeper.mailbox, sources) {
            (None, [lone]) => {
                let lone = Keeper {
                    name: lone.name.clone(),
                    mailbox: Some(lone),
                    because: Phrase::default(),
                };
                self.subscribe(role, &lone);
            }
            (None, _) => {}
            (Some(_), _) => self.subscribe(role, keeper),
        }
    }

    /// Whether a mailbox's role is too unsure to move mail on.
    fn is_doubtful(&self, name: &MailboxName) -> bool {
        self.roll.entry(name).is_some_and(Entry::is_doubtful)
    }

    fn subscribe(&mut self, role: Role, keeper: &Keeper<'_>) {
        let unsubscribed = keeper
            .mailbox
            .is_none_or(|mailbox| mailbox.subscribed == Some(false));
        if unsubscribed {
            let step = Step {
                because: vec![text::only_subscribed_shown()],
                ..self.blank(Action::Subscribe, role, &keeper.name)
            };
            self.steps.push(step);
        }
    }

    fn merge(&mut self, role: Role, source: &Mailbox, keeper: &Keeper<'_>) {
        let merge = match self.verdict(role, source, keeper) {
            Verdict::Merge(merge) => merge,
            Verdict::Leave { code, why } => {
                self.by_hand(role, code, why);
                return;
            }
            Verdict::Ignore => return,
        };
        for (child, taken) in merge.below.merge {
            let same_name = Keeper {
                name: taken.name.clone(),
                mailbox: Some(taken),
                because: text::same_name_below(),
            };
            if child.subscribed == Some(true) {
                self.subscribe(role, &same_name);
            }
            self.merge(role, child, &same_name);
        }
        for (child, new) in &merge.below.follow {
            let step = Step {
                source: Some(child.name.clone()),
                messages: child.status.messages,
                size: child.status.size,
                because: vec![text::below_what_goes(&source.name)],
                ..self.blank(Action::Rename, role, new)
            };
            self.steps.push(step);
        }
        let stays = self.stays_marked(source);
        for (code, why) in merge.below.stays {
            self.by_hand(role, code, why);
        }
        let step = Step {
            source: Some(source.name.clone()),
            messages: source.status.messages.map(|all| all.saturating_sub(stays)),
            // Nobody has counted the octets of those that stay.
            size: source.status.size.filter(|_| stays == 0),
            because: self
                .reason(source)
                .into_iter()
                .chain([text::kept_because(&keeper.because)])
                .collect(),
            // Copies can be told from their originals, but on such a server they cannot be moved back.
            reversible: merge.path != Path::CopyOnly,
            path: Some(merge.path),
            remove: merge.remove && !self.policy.keep_sources,
            ..self.blank(Action::Merge, role, &keeper.name)
        };
        self.steps.push(step);
    }

    /// Why the source has the role, in a clause.
    fn reason(&self, source: &Mailbox) -> Option<Phrase> {
        let evidence = self.roll.entry(&source.name)?.evidence.first()?;
        Some(match (&evidence.source, &evidence.locale) {
            (Some(from), Some(locale)) => text::name_seen(&evidence.detail, locale, from),
            _ => evidence.detail.clone(),
        })
    }

    /// Subscriptions to nothing, where audit says that they belong to a role's name.
    fn dangling(&mut self) {
        let settled: Vec<(Option<Role>, MailboxName)> = self
            .findings
            .iter()
            .filter(|finding| {
                finding.code == Code::DanglingSubscription
                    && finding.fix == Some(Action::Unsubscribe)
            })
            .flat_map(|finding| {
                finding
                    .mailboxes
                    .iter()
                    .map(|name| (finding.role, name.clone()))
            })
            .collect();
        for (role, name) in settled {
            if self.policy.wants(role) && !self.will_be_made(&name) {
                let step = Step {
                    role,
                    because: vec![text::no_such_mailbox()],
                    ..self.blank(Action::Unsubscribe, Role::Inbox, &name)
                };
                self.steps.push(step);
            }
        }
    }

    fn will_be_made(&self, name: &MailboxName) -> bool {
        self.steps.iter().any(|step| {
            matches!(step.action, Action::Create | Action::Rename)
                && step.target.as_ref() == Some(name)
        })
    }

    /// What is left for the server's administrator.
    fn advise(&mut self) {
        let joins = |step: &Step| matches!(step.action, Action::Merge | Action::Rename);
        let joins = self.steps.iter().any(joins);
        let told = by_administrator(self.listing, &self.kept, joins);
        self.manual.extend(told);
    }

    fn finding(&self, code: Code, name: &MailboxName) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|finding| finding.code == code && finding.mailboxes.contains(name))
    }

    fn warn(&mut self, role: Option<Role>, code: Code, message: Phrase) {
        self.warnings.push(Remark {
            code,
            role,
            message,
        });
    }

    fn by_hand(&mut self, role: impl Into<Option<Role>>, code: Code, message: Phrase) {
        self.manual.push(Manual {
            code,
            role: role.into(),
            message,
            snippet: None,
        });
    }

    /// A step with a target and nothing else yet.
    fn blank(&self, action: Action, role: Role, target: &MailboxName) -> Step {
        Step {
            id: u32::try_from(self.steps.len()).unwrap_or(u32::MAX) + 1,
            action,
            source: None,
            target: Some(target.clone()),
            role: Some(role),
            messages: None,
            size: None,
            because: Vec::new(),
            reversible: true,
            if_marked: false,
            path: None,
            remove: false,
            uids: None,
        }
    }

    fn finish(self) -> Plan {
        let named: BTreeSet<MailboxName> = self
            .steps
            .iter()
            .flat_map(|step| step.source.iter().chain(&step.target).cloned())
            .collect();
        Plan {
            schema: SCHEMA.to_owned(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            account: self.listing.account.url.clone(),
            identity: self.listing.account.clone(),
            made: self.policy.made.clone(),
            listing: Basis::of(self.listing, &named),
            allow: Allowances {
                move_deleted: self.policy.move_deleted,
                keyword_loss: self.policy.allow_keyword_loss,
                keep_sources: self.policy.keep_sources,
            },
            undoes: None,
            steps: self.steps,
            warnings: self.warnings,
            manual: self.manual,
            digest: String::new(),
        }
        .sealed()
    }

    /// How messages travel on this server; none where they cannot without risk.
    fn path(&self) -> Option<Path> {
        Path::of(&self.listing.server)
            .or_else(|| self.policy.remove_without_uidplus.then_some(Path::CopyOnly))
    }
}
