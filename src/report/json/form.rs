//! The forms of the lines, as the contract writes them; their comments are the JSON Schemas' descriptions.
//!
//! In: nothing. Out: structs in the contract's order of keys. Never: how they are filled.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    apply::RunState,
    language::Phrase,
    model::{
        difference::Difference,
        error_kind::ErrorKind,
        finding::{Code, FilterPlace, Severity},
        listing::AccountId,
        mailbox::MailboxName,
        plan::{self, Action, Allowances, Basis, Manual, Remark, Step, Totals},
        receipt::{self, Balance, StepReceipt, TimeSpent},
        role::{Certainty, Role},
        roll::Evidence,
        unknown::UnknownMessages,
    },
};

/// The version of rolecall.
pub(super) const TOOL: &str = env!("CARGO_PKG_VERSION");
/// The schema word of audits.
pub(super) const AUDIT: &str = "rolecall.audit/2";

/// The schema word of what an accounts file's check found.
pub(super) const CHECK: &str = "rolecall.check/1";
/// The schema word of what clients will do.
pub(super) const CLIENTS: &str = "rolecall.clients/1";
/// The schema word of the list of runs.
pub(super) const RUNS: &str = "rolecall.runs/1";
/// The schema word of one run, told whole.
pub(super) const STORY: &str = "rolecall.story/1";
/// The schema word of the mapping table's entries.
pub(super) const MAPPINGS: &str = "rolecall.mappings/1";
/// The schema word of what the mapping table says of a name.
pub(super) const LOOKUP: &str = "rolecall.lookup/1";

/// Why an account could not be examined, or a run did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ErrorForm<'a> {
    /// The kind, for scripts.
    pub kind: ErrorKind,
    /// What went wrong.
    pub message: &'a str,
    /// What to try.
    pub hint: Option<&'a str>,
}

/// One account as examined; all but `schema`, `tool`, `account` and `error` are null where it could not be.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "rolecall audit")]
pub(super) struct AuditForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = AUDIT))]
    pub(super) schema: &'a str,
    /// The account as a URL.
    pub(super) account: &'a str,
    /// The administrator who looked on behalf of its user; null where the user did.
    pub(super) acted_as: Option<&'a str>,
    /// The version of rolecall.
    pub(super) tool: &'a str,
    /// When the mailboxes were listed, RFC 3339 in UTC.
    pub(super) made: Option<&'a str>,
    /// What the server is.
    pub(super) server: Option<ServerForm<'a>>,
    /// Every mailbox, in byte order of the wire name.
    pub(super) mailboxes: Option<Vec<MailboxForm<'a>>>,
    /// The roles that have a mailbox.
    pub(super) roles: Option<BTreeMap<Role, RoleForm<'a>>>,
    /// What is wrong, the most severe first.
    pub(super) findings: Option<Vec<FindingForm<'a>>>,
    /// The filters that the server runs.
    pub(super) filters: Option<FiltersForm<'a>>,
    /// How many findings of an earlier audit are gone; null where none was compared with (`--since`).
    pub(super) gone: Option<u64>,
    /// Why it could not be examined.
    pub(super) error: Option<ErrorForm<'a>>,
}

/// One account of an accounts file as checked; server, mailboxes and remark are null where it could not be reached.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "rolecall accounts check")]
pub(super) struct CheckForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = CHECK))]
    pub(super) schema: &'a str,
    /// The account as a URL.
    pub(super) account: &'a str,
    /// Its line in the file, from 1.
    pub(super) line: usize,
    /// What the server is.
    pub(super) server: Option<ServerForm<'a>>,
    /// How many mailboxes there are.
    pub(super) mailboxes: Option<usize>,
    /// What will not work there although the login does.
    pub(super) remark: Option<&'a str>,
    /// Why it could not be reached.
    pub(super) error: Option<ErrorForm<'a>>,
}

/// What the server said of itself.
#[derive(Serialize, JsonSchema)]
pub(super) struct ServerForm<'a> {
    /// Name and version, where given.
    pub(super) software: Option<&'a str>,
    /// Capabilities after login, in upper case.
    pub(super) capabilities: &'a BTreeSet<String>,
    /// The hierarchy delimiter; null where names have no levels.
    pub(super) delimiter: Option<char>,
    /// What the names of the account's own mailboxes begin with.
    pub(super) personal_prefix: &'a str,
}

/// One mailbox.
#[derive(Serialize, JsonSchema)]
pub(super) struct MailboxForm<'a> {
    #[serde(flatten)]
    pub(super) name: &'a MailboxName,
    /// The hierarchy delimiter of this name.
    pub(super) delimiter: Option<char>,
    /// Attributes as sent.
    pub(super) attributes: &'a BTreeSet<String>,
    /// Whether it can hold messages.
    pub(super) selectable: bool,
    /// Whether it is subscribed; null where unknown.
    pub(super) subscribed: Option<bool>,
    /// Messages; null where unknown.
    pub(super) messages: Option<u64>,
    /// Octets; null where unknown.
    pub(super) size: Option<u64>,
    /// UIDVALIDITY; null where unknown.
    pub(super) uid_validity: Option<u32>,
    /// Its role; null for an ordinary mailbox.
    pub(super) role: Option<Role>,
    /// How sure that is: `likely` is merged without a question, `doubtful` never is.
    pub(super) certainty: Option<Certainty>,
    /// Why it has no role here whatever its name and its mark say.
    #[schemars(extend("enum" = ["foreign", "other-namespace", "alias", "view", "waits", null]))]
    pub(super) aside: Option<&'a str>,
    /// Every reason found, strongest first.
    pub(super) evidence: &'a [Evidence],
}

/// The mailboxes of one role, by name.
#[derive(Serialize, JsonSchema)]
pub(super) struct RoleForm<'a> {
    /// The one that keeps the role.
    pub(super) keep: &'a str,
    /// Whether nothing but the order of their names tells that it is this one; then nothing is merged.
    pub(super) unclear: bool,
    /// All of them, the kept one first.
    pub(super) members: Vec<&'a str>,
    /// The messages of each member, in the same order; null where unknown.
    pub(super) messages: Vec<Option<u64>>,
}

/// One coded fact.
#[derive(Serialize, JsonSchema)]
pub(super) struct FindingForm<'a> {
    /// What kind of fact; `rolecall explain CODE` tells more.
    pub(super) code: Code,
    /// How much it matters here.
    pub(super) severity: Severity,
    /// The role it is about.
    pub(super) role: Option<Role>,
    /// The mailboxes it is about, by name, the most concerned first.
    pub(super) mailboxes: Vec<&'a str>,
    /// One sentence.
    pub(super) message: &'a str,
    /// The action that would settle it; null where only a person can.
    pub(super) fix: Option<Action>,
    /// The places in filter scripts that it is about.
    pub(super) places: &'a [FilterPlace],
    /// Whether an earlier audit had it not; null where none was compared with (`--since`).
    pub(super) new: Option<bool>,
}

/// The account's filters.
#[derive(Serialize, JsonSchema)]
pub(super) struct FiltersForm<'a> {
    /// `not-asked`; `silent`: no service for filters answers; `not-readable`; `none-active`; `read`.
    pub(super) state: &'a str,
    /// What the service calls itself; null where it was not asked.
    pub(super) server: Option<&'a str>,
    /// The names of the scripts that run: the active one, then those that it includes.
    pub(super) scripts: Vec<&'a str>,
}

/// One plan, which `--plan` applies; all but `schema`, `tool`, `account` and `error` are null where there is none.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "rolecall plan")]
pub(super) struct PlanForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = plan::SCHEMA))]
    pub(super) schema: &'a str,
    /// The version of rolecall that made it.
    pub(super) tool: &'a str,
    /// For which account, as a URL.
    pub(super) account: &'a str,
    /// The same in parts; a plan for another account is refused.
    pub(super) identity: Option<&'a AccountId>,
    /// When, RFC 3339 in UTC.
    pub(super) made: Option<&'a str>,
    /// What it relies on.
    pub(super) listing: Option<&'a Basis>,
    /// What the user allowed.
    pub(super) allow: Option<&'a Allowances>,
    /// Whether the user wanted only a part of what there is to do (`--only`, `--only-empty`, `--keep-sources`, `--skip-step`);
    /// left out where all was wanted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) partial: bool,
    /// The run that it undoes.
    pub(super) undoes: Option<&'a str>,
    /// The steps, in order.
    pub(super) steps: Option<&'a [Step]>,
    /// Remarks.
    pub(super) warnings: Option<&'a [Remark]>,
    /// What a person must do.
    pub(super) manual: Option<&'a [Manual]>,
    /// What its sentences are in French, in the order in which it has them, where it was saved for a French reader; left out
    /// elsewhere.
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    pub(super) french: &'a [String],
    /// What the steps add up to.
    pub(super) totals: Option<Totals>,
    /// SHA-256 over the canonical content of all the rest but `error`, in hexadecimal.
    pub(super) digest: Option<&'a str>,
    /// Why there is no plan.
    pub(super) error: Option<ErrorForm<'a>>,
}

/// What became of one run; all but `account` and `error` are null where it could not begin.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "rolecall run")]
pub(super) struct ReceiptForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = receipt::SCHEMA))]
    pub(super) schema: &'a str,
    /// The account as a URL.
    pub(super) account: &'a str,
    /// The administrator who acted on behalf of its user; null where the user did.
    pub(super) acted_as: Option<&'a str>,
    /// The run's id, for `rolecall runs`, `resume` and `undo`.
    pub(super) run: Option<&'a str>,
    /// One entry a step, in the plan's order.
    pub(super) steps: Option<&'a [StepReceipt]>,
    /// What stood and stands in each mailbox that messages were moved out of or into.
    pub(super) balance: Option<&'a [Balance]>,
    /// Until when it waits to remove what it has set aside, RFC 3339; null where it does not.
    pub(super) waits: Option<&'a str>,
    /// The messages of which it is not known where they are; null where the run was not given up.
    pub(super) given_up: Option<&'a [UnknownMessages]>,
    /// What the plan has warned of.
    pub(super) warnings: Option<&'a [Remark]>,
    /// The id shared by the runs of one command.
    pub(super) batch: Option<&'a str>,
    /// Where the time of this attempt went; null where nothing was done.
    pub(super) time: Option<&'a TimeSpent>,
    /// Why it did not begin or come to its end.
    pub(super) error: Option<ErrorForm<'a>>,
}

/// One run on record.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "rolecall runs")]
pub(super) struct RunForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = RUNS))]
    pub(super) schema: &'a str,
    /// The run's id.
    pub(super) run: &'a str,
    /// The account as a URL; null where the journal cannot be read so far, as are all that follow but `state`.
    pub(super) account: Option<&'a str>,
    /// When it began, RFC 3339 in UTC.
    pub(super) started: Option<&'a str>,
    /// How it stands.
    #[schemars(extend("enum" = RunState::EVERY.map(|state| state.word())))]
    pub(super) state: &'a str,
    /// Steps in its plan.
    pub(super) steps: Option<usize>,
    /// Messages proven moved.
    pub(super) moved: Option<u64>,
    /// The id that it shares with the other runs of its command; null where unknown.
    pub(super) batch: Option<&'a str>,
    /// The run that it undoes.
    pub(super) undoes: Option<&'a str>,
}

/// One run, told whole.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "rolecall story")]
pub(super) struct StoryForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = STORY))]
    pub(super) schema: &'a str,
    /// The run's id.
    pub(super) run: &'a str,
    /// Sentences, for people.
    pub(super) story: &'a [Phrase],
}

/// One entry of the mapping table.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "rolecall mappings")]
pub(super) struct EntryForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = MAPPINGS))]
    pub(super) schema: &'a str,
    /// The name as typed in the table.
    pub(super) name: &'a str,
    /// What it is used for; several make it ambiguous.
    pub(super) roles: &'a [Role],
    /// BCP 47 tag of the language.
    pub(super) locale: &'a str,
    /// Who gives or reads this name; the file's name where an entry of one's own has no source.
    pub(super) source: &'a str,
    /// The file.
    pub(super) file: &'a str,
    /// The line in the file, from 1.
    pub(super) line: u64,
    /// Whether a client or server makes a mailbox of this name by itself.
    pub(super) created: bool,
    /// Whether the entry is little attested.
    pub(super) weak: bool,
}

/// What the mapping table says of one name.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "rolecall lookup")]
pub(super) struct LookupForm<'a> {
    /// Which form this is.
    #[schemars(extend("const" = LOOKUP))]
    pub(super) schema: &'a str,
    /// The name as typed.
    pub(super) asked: &'a str,
    /// The name that was looked up: decoded, and of a path the last level.
    pub(super) name: &'a str,
    /// What is compared first.
    pub(super) exact: &'a str,
    /// What is compared where that meets nothing: without accents.
    pub(super) bare: &'a str,
    /// What the name is used for; several make it ambiguous, none: it is not known.
    pub(super) roles: BTreeSet<Role>,
    /// How sure a role by this name alone is; null for a name that is not known.
    pub(super) certainty: Option<Certainty>,
    /// The entries that it matches.
    pub(super) matches: Vec<MatchForm<'a>>,
    /// What it is like, where it matches none: its role is doubtful then.
    pub(super) resembles: Vec<ResemblanceForm<'a>>,
    /// The role whose name it only looks like; else null.
    pub(super) looks_like: Option<Role>,
    /// A part of it that is a name by itself; else null.
    pub(super) known_part: Option<&'a str>,
    /// One sentence.
    pub(super) message: String,
}

/// What a name is like that no table has.
#[derive(Serialize, JsonSchema)]
pub(super) struct ResemblanceForm<'a> {
    /// The role of what it is like.
    pub(super) role: Role,
    /// The name that it is like; null where it is only made of the words of such names.
    pub(super) name: Option<&'a str>,
    /// The language.
    pub(super) locale: &'a str,
    /// Where that was seen.
    pub(super) source: &'a str,
    /// How it differs.
    pub(super) difference: Difference,
}

/// An entry that a name matches, for one of its roles.
#[derive(Serialize, JsonSchema)]
pub(super) struct MatchForm<'a> {
    /// The role.
    pub(super) role: Role,
    /// The entry's name as typed in the table.
    pub(super) name: &'a str,
    /// BCP 47 tag of the language.
    pub(super) locale: &'a str,
    /// Who gives or reads this name; the file's name where an entry of one's own has no source.
    pub(super) source: &'a str,
    /// Whether accents agree too.
    pub(super) exact: bool,
    /// Whether a client or server makes a mailbox of this name by itself.
    pub(super) created: bool,
    /// Whether the entry is little attested.
    pub(super) weak: bool,
}
