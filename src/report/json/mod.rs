//! JSON for scripts: one object a line, keys as the contract says, null where a key does not apply.
//!
//! In: listings, rolls, findings, plans, receipts, failures. Out: one line without its end; the JSON Schemas.
//! Never: a key left out, a number made up.
//!
//! Strings hold exactly what the server sent. Characters that act on a terminal or cannot be seen (`text::is_deceptive`) are written as
//! `\u…`, which is the same to a parser and harmless to someone who looks at the line.

mod clients;
mod form;

use std::{collections::BTreeMap, fmt::Write as _, io};

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde::Serialize;
use serde_json::{Serializer, Value, ser::Formatter};

pub use clients::{clients_error, clients_line, known_clients_line};
pub use form::ErrorForm;
use form::{
    AuditForm, CheckForm, EntryForm, FindingForm, LookupForm, MailboxForm, MatchForm, ReceiptForm,
    RoleForm, RunForm, ServerForm, StoryForm,
};

use super::{table::verdict, text::is_deceptive};
use crate::{
    apply::{RunState, RunSummary},
    mapping::{Answer, Entry as MappingEntry, Exactness, Head, Match, Unknown},
    model::{
        finding::Finding,
        listing::Listing,
        mailbox::{Mailbox, MailboxName},
        plan::{self, Plan},
        receipt::{self, Receipt},
        role::Certainty,
        roll::{Entry, Roll},
    },
};

/// The schema word of audits.
pub const AUDIT: &str = "rolecall.audit/2";

/// Which form of audits is printed: scripts may keep to the one before for a release.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuditVersion {
    /// `rolecall.audit/1`, where `likely` says both what is merged and what is not.
    One,
    /// [`AUDIT`].
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
/// The schema word of what an accounts file's check found.
pub const CHECK: &str = "rolecall.check/1";
/// The schema word of what clients will do.
pub const CLIENTS: &str = "rolecall.clients/1";
/// The schema word of the list of runs.
pub const RUNS: &str = "rolecall.runs/1";
/// The schema word of one run, told whole.
pub const STORY: &str = "rolecall.story/1";
/// The schema word of the mapping table's entries.
pub const MAPPINGS: &str = "rolecall.mappings/1";
/// The schema word of what the mapping table says of a name.
pub const LOOKUP: &str = "rolecall.lookup/1";

/// An examined account.
#[must_use]
pub fn audit_line(
    listing: &Listing,
    roll: &Roll,
    findings: &[Finding],
    version: AuditVersion,
) -> String {
    let entries: BTreeMap<&MailboxName, &Entry> = roll
        .entries
        .iter()
        .map(|entry| (&entry.name, entry))
        .collect();
    let mailboxes = listing
        .mailboxes
        .iter()
        .map(|mailbox| mailbox_form(mailbox, entries.get(&mailbox.name).copied(), version));
    let roles = roll.roles.iter().map(|(role, members)| {
        let form = RoleForm {
            keep: members.keep.text(),
            unclear: members.unclear,
            members: members.members.iter().map(MailboxName::text).collect(),
        };
        (*role, form)
    });
    line(&AuditForm {
        schema: version.schema(),
        account: &listing.account.url,
        acted_as: listing.acted_as.as_deref(),
        server: Some(server_form(listing)),
        mailboxes: Some(mailboxes.collect()),
        roles: Some(roles.collect()),
        findings: Some(findings.iter().map(finding_form).collect()),
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
    entry: Option<&'a Entry>,
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

fn finding_form(finding: &Finding) -> FindingForm<'_> {
    FindingForm {
        code: finding.code,
        severity: finding.severity,
        role: finding.role,
        mailboxes: finding.mailboxes.iter().map(MailboxName::text).collect(),
        message: finding.message.english(),
        fix: finding.fix,
    }
}

/// An account that could not be examined.
#[must_use]
pub fn audit_error(account: &str, error: &ErrorForm<'_>, version: AuditVersion) -> String {
    line(&AuditForm {
        schema: version.schema(),
        account,
        acted_as: None,
        server: None,
        mailboxes: None,
        roles: None,
        findings: None,
        error: Some(*error),
    })
}

/// A plan, just as `--save-plan` writes it.
#[must_use]
pub fn plan_line(plan: &Plan) -> String {
    line(plan)
}

/// What a run did. A run that has not come to its end has an error that says so, since its steps need not.
#[must_use]
pub fn receipt_line(receipt: &Receipt) -> String {
    let hint = format!("rolecall resume {}", receipt.run);
    let (kind, message) = if receipt.interrupted {
        ("interrupted", "the run was interrupted")
    } else {
        ("unknown", "the run has not come to its end")
    };
    let is_open = !receipt.finished || receipt.is_unknown();
    line(&ReceiptForm {
        schema: receipt::SCHEMA,
        account: &receipt.account,
        acted_as: receipt.acted_as.as_deref(),
        run: Some(&receipt.run),
        steps: Some(&receipt.steps),
        balance: Some(&receipt.balances),
        waits: receipt.waits.as_deref(),
        batch: Some(&receipt.command),
        error: is_open.then_some(ErrorForm {
            kind,
            message,
            hint: Some(&hint),
        }),
    })
}

/// An account on which no run could begin.
#[must_use]
pub fn run_error(account: &str, error: &ErrorForm<'_>) -> String {
    line(&ReceiptForm {
        schema: receipt::SCHEMA,
        account,
        acted_as: None,
        run: None,
        steps: None,
        balance: None,
        waits: None,
        batch: None,
        error: Some(*error),
    })
}

/// An account of an accounts file that could be reached.
#[must_use]
pub fn check_line(listing: &Listing, line: usize, remark: Option<&str>) -> String {
    self::line(&CheckForm {
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
    self::line(&CheckForm {
        schema: CHECK,
        account,
        line,
        server: None,
        mailboxes: None,
        remark: None,
        error: Some(*error),
    })
}

/// One run of the list of runs.
#[must_use]
pub fn run_summary_line(run: &RunSummary) -> String {
    let is_known = run.state != RunState::Damaged;
    line(&RunForm {
        schema: RUNS,
        run: &run.id,
        account: run.account.as_ref().map(|account| account.url.as_str()),
        started: Some(run.started.as_str()).filter(|_| is_known),
        state: run.state.word(),
        steps: Some(run.steps).filter(|_| is_known),
        moved: Some(run.moved).filter(|_| is_known),
        batch: Some(run.command.as_str()).filter(|_| is_known),
        undoes: run.undoes.as_deref(),
    })
}

/// One run, told whole.
#[must_use]
pub fn story_line(run: &str, story: &[String]) -> String {
    line(&StoryForm {
        schema: STORY,
        run,
        story,
    })
}

/// One entry of the mapping table.
#[must_use]
pub fn mapping_line(head: &Head, entry: &MappingEntry) -> String {
    line(&EntryForm {
        schema: MAPPINGS,
        name: &entry.name,
        roles: &entry.roles,
        locale: &head.locale,
        source: &entry.source,
        file: &head.file,
        line: entry.line,
        created: entry.created,
        weak: entry.weak,
    })
}

/// What the mapping table says of a name.
#[must_use]
pub fn lookup_line(asked: &str, answer: &Answer<'_>) -> String {
    let (looks_like, known_part) = match &answer.unknown {
        Some(Unknown::LooksLike { role, .. }) => (Some(*role), None),
        Some(Unknown::Part { part, .. }) => (None, Some(part.as_str())),
        Some(Unknown::Unheard) | None => (None, None),
    };
    line(&LookupForm {
        schema: LOOKUP,
        asked,
        name: &answer.name,
        exact: &answer.exact,
        bare: &answer.bare,
        roles: answer.roles(),
        certainty: answer.certainty(),
        matches: answer.matches.iter().map(match_form).collect(),
        looks_like,
        known_part,
        message: verdict(answer),
    })
}

fn match_form<'a>(found: &Match<'a>) -> MatchForm<'a> {
    MatchForm {
        role: found.role,
        name: found.name,
        locale: found.locale,
        source: found.source,
        exact: found.exactness == Exactness::Exact,
        created: found.created,
        weak: found.weak,
    }
}

/// The JSON Schemas (draft 2020-12) of all lines, by the name of their form.
#[must_use]
pub fn schemas() -> Vec<(&'static str, Value)> {
    let mut plan = schema::<Plan>();
    if let Some(Value::Object(word)) = plan.pointer_mut("/properties/schema") {
        word.insert("const".to_owned(), plan::SCHEMA.into());
    }
    vec![
        ("audit", schema::<AuditForm>()),
        ("check", schema::<CheckForm>()),
        ("clients", schema::<clients::ClientsForm>()),
        ("lookup", schema::<LookupForm>()),
        ("mappings", schema::<EntryForm>()),
        ("plan", plan),
        ("run", schema::<ReceiptForm>()),
        ("runs", schema::<RunForm>()),
        ("story", schema::<StoryForm>()),
        ("summary", schema::<super::summary::Summary>()),
    ]
}

/// What is written always has every key, so every key is required.
fn schema<T: JsonSchema>() -> Value {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    generator.into_root_schema_for::<T>().to_value()
}

/// Any form as a line.
pub(super) fn line<T: Serialize>(form: &T) -> String {
    let mut octets = Vec::new();
    // Plain data always serialises into memory, and always as UTF-8.
    let _ = form.serialize(&mut Serializer::with_formatter(&mut octets, Harmless));
    String::from_utf8(octets).unwrap_or_default()
}

/// A plan over many lines, for review: nothing in it acts on a terminal, or hides in an editor.
#[must_use]
pub fn pretty(plan: &Plan) -> String {
    // Plain data always serialises. Ends of lines stand between strings only.
    let text = serde_json::to_string_pretty(plan).unwrap_or_default();
    let mut shown = String::with_capacity(text.len() + 1);
    for letter in text.chars() {
        if letter == '\n' || !is_deceptive(letter) {
            shown.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    shown.push('\n');
    shown
}

/// Compact JSON in which nothing acts on a terminal.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for letter in fragment.chars() {
            let mut buffer = [0; 4];
            if is_deceptive(letter) {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                writer.write_all(letter.encode_utf8(&mut buffer).as_bytes())?;
            }
        }
        Ok(())
    }
}
