//! Decides what to do: from the roll and the findings to an ordered plan, under the user's policy.
//!
//! In: Listing, Roll, Findings, Policy. Out: a sealed Plan. Never: I/O, a clock, or a step that cannot be explained.
//!
//! Per role: which mailbox keeps it, whether that must be made or renamed first, which members are merged into
//! it (`source` tells why one is not), then subscriptions. What cannot be done by an IMAP client becomes an
//! entry under `manual` with the line to paste.

mod source;

use std::collections::{BTreeMap, BTreeSet};

use source::Verdict;

use crate::model::{
    finding::{Code, Finding},
    listing::Listing,
    mailbox::{Mailbox, MailboxName},
    plan::{Action, Allowances, Basis, Manual, Path, Plan, Remark, SCHEMA, Step},
    role::Role,
    roll::{Members, Roll},
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
    /// Held-back roles (trash, junk) that are merged all the same.
    pub include: BTreeSet<Role>,
    /// The mailbox that shall keep a role; it may not exist yet.
    pub targets: BTreeMap<Role, MailboxName>,
    /// Messages marked `\Deleted` are moved too.
    pub move_deleted: bool,
    /// Keywords that the target cannot keep may be lost.
    pub allow_keyword_loss: bool,
    /// Emptied sources stay.
    pub keep_sources: bool,
    /// Merges on servers with neither MOVE nor UIDPLUS.
    pub remove_without_uidplus: bool,
    /// Merges mailboxes below a source into those of the same name below the target.
    pub with_children: bool,
    /// Sources that would not go or came back in earlier runs: wire names.
    pub left_before: BTreeSet<Vec<u8>>,
    /// When the plan is made, RFC 3339.
    pub made: String,
}

/// Makes the plan for one account.
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
    };
    if let Some(finding) = findings
        .iter()
        .find(|finding| finding.code == Code::UnfinishedRun)
    {
        maker.warn(finding.code, finding.message.clone());
    } else {
        for role in Role::EVERY {
            let wanted = policy.only.as_ref().is_none_or(|only| only.contains(&role));
            if wanted && role.can_merge() {
                maker.role(role);
            }
        }
        maker.dangling();
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
}

/// The mailbox that will keep a role.
struct Keeper<'a> {
    name: MailboxName,
    /// Where it exists already, and is not one that a rename brings here.
    mailbox: Option<&'a Mailbox>,
    because: String,
}

impl<'a> Maker<'a> {
    fn role(&mut self, role: Role) {
        let members = self.roll.roles.get(&role);
        let Some(keeper) = self.keeper(role, members) else {
            return;
        };
        let sources: Vec<&Mailbox> = members
            .into_iter()
            .flat_map(|members| &members.members)
            .filter(|name| **name != keeper.name)
            .filter_map(|name| self.listing.find(name.wire()))
            .collect();
        let held_back = role.held_back() && !self.policy.include.contains(&role);
        if held_back {
            if !sources.is_empty() {
                self.hold_back(role, &keeper, &sources);
            }
            self.subscribe(role, &keeper);
            return;
        }
        if !self.keeper_is_clear(role, &keeper) {
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
        if keeper.mailbox.is_some() {
            self.tell_findings(role);
        }
    }

    /// `--target` first, then what the roll says.
    fn keeper(&self, role: Role, members: Option<&Members>) -> Option<Keeper<'a>> {
        match (self.policy.targets.get(&role), members) {
            (Some(target), _) => Some(Keeper {
                name: target.clone(),
                mailbox: self.listing.find(target.wire()),
                because: "you said so".to_owned(),
            }),
            (None, Some(members)) => Some(Keeper {
                name: members.keep.clone(),
                mailbox: self.listing.find(members.keep.wire()),
                because: members.because.clone(),
            }),
            (None, None) => None,
        }
    }

    /// Nothing is merged into a mailbox whose mark and name disagree, or that cannot hold mail.
    fn keeper_is_clear(&mut self, role: Role, keeper: &Keeper<'_>) -> bool {
        let said = self.policy.targets.contains_key(&role);
        let conflict = self
            .finding(Code::AttributeVsName, &keeper.name)
            .filter(|_| !said)
            .map(|finding| finding.message.clone());
        if let Some(message) = conflict {
            self.by_hand(Code::AttributeVsName, message, None);
            return false;
        }
        if keeper.mailbox.is_some_and(|mailbox| !mailbox.selectable) {
            self.by_hand(
                Code::RoleOnNoselect,
                format!(
                    "\"{}\" cannot hold messages, so it cannot keep the role {role}",
                    keeper.name.text()
                ),
                None,
            );
            return false;
        }
        true
    }

    /// Brings a keeper into being: by renaming the member that has the role now, else by making it.
    fn make(
        &mut self,
        role: Role,
        keeper: &Keeper<'_>,
        members: Option<&Members>,
    ) -> Option<MailboxName> {
        if keeper.mailbox.is_some() {
            return None;
        }
        let renamed = members
            .map(|members| &members.keep)
            .and_then(|name| self.listing.find(name.wire()))
            .filter(|mailbox| self.may_be_renamed(mailbox, &keeper.name));
        let step = match renamed {
            Some(mailbox) => Step {
                source: Some(mailbox.name.clone()),
                messages: mailbox.status.messages,
                size: mailbox.status.size,
                because: vec![
                    keeper.because.clone(),
                    "renaming moves no message and keeps its numbers".to_owned(),
                ],
                ..self.blank(Action::Rename, role, &keeper.name)
            },
            None => Step {
                because: vec![keeper.because.clone()],
                reversible: false,
                ..self.blank(Action::Create, role, &keeper.name)
            },
        };
        self.steps.push(step);
        renamed.map(|mailbox| mailbox.name.clone())
    }

    /// A mark that is bound to the name would stay behind, and the server would make an empty one under it.
    fn may_be_renamed(&self, mailbox: &Mailbox, to: &MailboxName) -> bool {
        let marked = mailbox
            .attributes
            .iter()
            .any(|attribute| Role::from_attribute(attribute).is_some());
        mailbox.selectable
            && !mailbox.name.is_inbox()
            && (!marked || self.marks_can_be_set())
            && !to.is_below(&mailbox.name, mailbox.delimiter)
            && !self.policy.left_before.contains(mailbox.name.wire())
    }

    /// Dovecot offers METADATA but refuses this entry, and does not offer CREATE-SPECIAL-USE; Cyrus offers both.
    fn marks_can_be_set(&self) -> bool {
        self.listing.server.can("METADATA") && self.listing.server.can("CREATE-SPECIAL-USE")
    }

    /// Moves the special-use attribute to the keeper where the server lets clients do that.
    fn mark(&mut self, role: Role, keeper: &Keeper<'_>, sources: &[&Mailbox]) {
        let Some(attribute) = role.attribute() else {
            return;
        };
        let marked = keeper
            .mailbox
            .is_some_and(|mailbox| mailbox.has_attribute(attribute));
        if !self.marks_can_be_set() {
            let server_marks = self.listing.server.can("SPECIAL-USE");
            if !marked && server_marks && keeper.mailbox.is_some() {
                self.by_hand(
                    Code::BindsNewName,
                    format!(
                        "only the server's administrator can mark \"{}\" as {attribute}",
                        keeper.name.text()
                    ),
                    dovecot_lines(self.listing, &keeper.name, attribute),
                );
            }
            return;
        }
        for source in sources {
            if source.has_attribute(attribute) && self.verdict(role, source, keeper).is_merged() {
                self.steps.push(Step {
                    source: Some(source.name.clone()),
                    target: None,
                    because: vec![
                        "a marked mailbox cannot be removed, and the mark belongs to the kept one"
                            .to_owned(),
                    ],
                    ..self.blank(Action::Mark, role, &source.name)
                });
            }
        }
        if !marked {
            let step = Step {
                because: vec![format!("clients look for {attribute}")],
                ..self.blank(Action::Mark, role, &keeper.name)
            };
            self.steps.push(step);
        }
    }

    fn subscribe(&mut self, role: Role, keeper: &Keeper<'_>) {
        let unsubscribed = keeper
            .mailbox
            .is_none_or(|mailbox| mailbox.subscribed == Some(false));
        if unsubscribed {
            let step = Step {
                because: vec!["Outlook and Thunderbird show only subscribed mailboxes".to_owned()],
                ..self.blank(Action::Subscribe, role, &keeper.name)
            };
            self.steps.push(step);
        }
    }

    fn merge(&mut self, role: Role, source: &Mailbox, keeper: &Keeper<'_>) {
        let merge = match self.verdict(role, source, keeper) {
            Verdict::Merge(merge) => merge,
            Verdict::Leave { code, why } => {
                self.by_hand(code, why, None);
                return;
            }
            Verdict::Ignore => return,
        };
        for (child, taken) in merge.below.merge {
            let same_name = Keeper {
                name: taken.name.clone(),
                mailbox: Some(taken),
                because: "it has that name below the kept mailbox".to_owned(),
            };
            self.merge(role, child, &same_name);
        }
        for (child, new) in &merge.below.follow {
            let step = Step {
                source: Some(child.name.clone()),
                messages: child.status.messages,
                size: child.status.size,
                because: vec![format!(
                    "it lies below \"{}\", which goes",
                    source.name.text()
                )],
                ..self.blank(Action::Rename, role, new)
            };
            self.steps.push(step);
        }
        for (code, why) in merge.below.stays {
            self.by_hand(code, why, None);
        }
        let step = Step {
            source: Some(source.name.clone()),
            messages: source.status.messages,
            size: source.status.size,
            because: self
                .reason(source)
                .into_iter()
                .chain([format!("kept: {}", keeper.because)])
                .collect(),
            path: Some(merge.path),
            remove: merge.remove && !self.policy.keep_sources,
            ..self.blank(Action::Merge, role, &keeper.name)
        };
        self.steps.push(step);
    }

    /// Why the source has the role, in a clause.
    fn reason(&self, source: &Mailbox) -> Option<String> {
        let evidence = self.roll.entry(&source.name)?.evidence.first()?;
        Some(match (&evidence.source, &evidence.locale) {
            (Some(from), Some(locale)) => format!("\"{}\" ({locale}): {from}", evidence.detail),
            _ => evidence.detail.clone(),
        })
    }

    fn hold_back(&mut self, role: Role, keeper: &Keeper<'_>, sources: &[&Mailbox]) {
        let names: Vec<String> = sources
            .iter()
            .map(|source| format!("\"{}\"", source.name.text()))
            .collect();
        self.warn(
            Code::HeldBack,
            format!(
                "{} would be merged into \"{}\" with --include {role}: a timer may purge it, and it may train a spam filter",
                names.join(", "),
                keeper.name.text()
            ),
        );
    }

    /// A lone mailbox that other clients may not find is a person's to settle.
    fn tell_findings(&mut self, role: Role) {
        let told: Vec<(Code, String)> = self
            .findings
            .iter()
            .filter(|finding| finding.role == Some(role) && finding.code == Code::ClientWillCreate)
            .map(|finding| (finding.code, finding.message.clone()))
            .collect();
        for (code, message) in told {
            self.by_hand(code, message, None);
        }
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
            let wanted = self
                .policy
                .only
                .as_ref()
                .is_none_or(|only| role.is_some_and(|role| only.contains(&role)));
            if wanted && !self.will_be_made(&name) {
                let step = Step {
                    role,
                    because: vec!["there is no such mailbox".to_owned()],
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

    fn finding(&self, code: Code, name: &MailboxName) -> Option<&Finding> {
        self.findings
            .iter()
            .find(|finding| finding.code == code && finding.mailboxes.contains(name))
    }

    fn warn(&mut self, code: Code, message: String) {
        self.warnings.push(Remark { code, message });
    }

    fn by_hand(&mut self, code: Code, message: String, snippet: Option<String>) {
        self.manual.push(Manual {
            code,
            message,
            snippet,
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
        let can = |capability| self.listing.server.can(capability);
        match (can("MOVE"), can("UIDPLUS")) {
            (true, true) => Some(Path::MoveUidplus),
            (true, false) => Some(Path::Move),
            (false, true) => Some(Path::CopyUidplus),
            (false, false) => self.policy.remove_without_uidplus.then_some(Path::CopyOnly),
        }
    }
}

/// The lines that mark a mailbox on Dovecot 2.3; none for a server whose configuration is not known.
fn dovecot_lines(listing: &Listing, name: &MailboxName, attribute: &str) -> Option<String> {
    let software = listing.server.software.as_deref()?;
    if !software.to_ascii_lowercase().contains("dovecot") {
        return None;
    }
    let bare = name
        .text()
        .strip_prefix(listing.prefix())
        .unwrap_or(name.text());
    let quoted = bare.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!(
        "namespace inbox {{\n  mailbox \"{quoted}\" {{\n    special_use = {attribute}\n    auto = subscribe\n  }}\n}}"
    ))
}
