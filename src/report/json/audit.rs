//! Accounts for scripts: an audit, and the check of an accounts file.
//!
//! In: listings, rolls, findings, failures. Out: one line an account. Never: a key left out.

use super::{
    form::{
        AUDIT, AuditForm, CHECK, CheckForm, ErrorForm, FiltersForm, FindingForm, MailboxForm,
        RoleForm, ServerForm, TOOL,
    },
    line::line,
};
use crate::model::{
    finding::Finding,
    listing::Listing,
    mailbox::{Mailbox, MailboxName},
    news::News,
    role::Certainty,
    roll::{Roll, RollEntry},
};
use crate::sieve::Filters;

/// Which form of audits is printed: scripts may keep to the one before for a release.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuditVersion {
    /// `rolecall.audit/1`, where `likely` says both what is merged and what is not.
    One,
    /// `rolecall.audit/2`.
    #[default]
    Two,
}

impl AuditVersion {
    fn schema(self) -> &'static str {
        match self {
            Self::One => "rolecall.audit/1",
            Self::Two => AUDIT,
        }
    }

    fn certainty(self, certainty: Certainty) -> Certainty {
        match (self, certainty) {
            (Self::One, Certainty::Doubtful) => Certainty::Likely,
            (_, certainty) => certainty,
        }
    }
}

/// An examined account.
#[must_use]
pub fn audit_line(
    listing: &Listing,
    roll: &Roll,
    findings: &[Finding],
    filters: &Filters,
    version: AuditVersion,
) -> String {
    audit_line_since(listing, roll, findings, filters, version, None)
}

/// An examined account, compared with an earlier audit of it.
#[must_use]
pub fn audit_line_since(
    listing: &Listing,
    roll: &Roll,
    findings: &[Finding],
    filters: &Filters,
    version: AuditVersion,
    news: Option<&News>,
) -> String {
    let is_new = |place: usize| news.and_then(|news| news.is_new.get(place).copied());
    let mailboxes = listing
        .mailboxes
        .iter()
        .map(|mailbox| mailbox_form(mailbox, roll.entry(&mailbox.name), version));
    let messages_of = |name: &MailboxName| listing.find(name.wire())?.status.messages;
    let roles = roll.roles.iter().map(|(role, members)| {
        let form = RoleForm {
            keep: members.keep.text(),
            unclear: members.unclear,
            members: members.members.iter().map(MailboxName::text).collect(),
            messages: members.members.iter().map(messages_of).collect(),
        };
        (*role, form)
    });
    line(&AuditForm {
        schema: version.schema(),
        tool: TOOL,
        made: Some(&listing.taken),
        account: &listing.account.url,
        acted_as: listing.acted_as.as_deref(),
        server: Some(server_form(listing)),
        mailboxes: Some(mailboxes.collect()),
        roles: Some(roles.collect()),
        findings: Some(
            findings
                .iter()
                .enumerate()
                .map(|(place, finding)| finding_form(finding, is_new(place)))
                .collect(),
        ),
        filters: Some(filters_form(filters)),
        gone: news.map(|news| news.gone),
        error: None,
    })
}

fn server_form(listing: &Listing) -> ServerForm<'_> {
    ServerForm {
        software: listing.server.software.as_deref(),
        capabilities: &listing.server.capabilities,
        delimiter: listing.delimiter(),
        personal_prefix: listing.prefix(),
    }
}

fn mailbox_form<'a>(
    mailbox: &'a Mailbox,
    entry: Option<&'a RollEntry>,
    version: AuditVersion,
) -> MailboxForm<'a> {
    let certainty = entry.and_then(|entry| entry.certainty);
    MailboxForm {
        name: &mailbox.name,
        delimiter: mailbox.delimiter,
        attributes: &mailbox.attributes,
        selectable: mailbox.selectable,
        subscribed: mailbox.subscribed,
        messages: mailbox.status.messages,
        size: mailbox.status.size,
        uid_validity: mailbox.status.uid_validity,
        role: entry.and_then(|entry| entry.role),
        certainty: certainty.map(|certainty| version.certainty(certainty)),
        aside: entry.and_then(|entry| Some(entry.aside.as_ref()?.word())),
        evidence: entry.map_or(&[], |entry| &entry.evidence),
    }
}

fn filters_form(filters: &Filters) -> FiltersForm<'_> {
    let server = match filters {
        Filters::Read { implementation, .. } => Some(&**implementation),
        _ => None,
    };
    let scripts = filters.scripts().iter();
    FiltersForm {
        state: filters.word(),
        server,
        scripts: scripts.map(|script| &*script.name).collect(),
    }
}

fn finding_form(finding: &Finding, new: Option<bool>) -> FindingForm<'_> {
    FindingForm {
        code: finding.code,
        severity: finding.severity,
        role: finding.role,
        mailboxes: finding.mailboxes.iter().map(MailboxName::text).collect(),
        message: finding.message.english(),
        fix: finding.fix,
        places: &finding.places,
        new,
    }
}

/// An account that could not be examined.
#[must_use]
pub fn audit_error(account: &str, error: &ErrorForm<'_>, version: AuditVersion) -> String {
    line(&AuditForm {
        schema: version.schema(),
        tool: TOOL,
        made: None,
        account,
        acted_as: None,
        server: None,
        mailboxes: None,
        roles: None,
        findings: None,
        filters: None,
        gone: None,
        error: Some(*error),
    })
}

/// An account of an accounts file that could be reached.
#[must_use]
pub fn check_line(listing: &Listing, line: usize, remark: Option<&str>) -> String {
    super::line::line(&CheckForm {
        schema: CHECK,
        account: &listing.account.url,
        line,
        server: Some(server_form(listing)),
        mailboxes: Some(listing.mailboxes.len()),
        remark,
        error: None,
    })
}

/// An account of an accounts file that could not be reached.
#[must_use]
pub fn check_error(account: &str, line: usize, error: &ErrorForm<'_>) -> String {
    super::line::line(&CheckForm {
        schema: CHECK,
        account,
        line,
        server: None,
        mailboxes: None,
        remark: None,
        error: Some(*error),
    })
}
