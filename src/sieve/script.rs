//! What a Sieve script says of mailboxes, as plain data.

use std::ops::Range;

use super::{generator::Generator, literal::Literal, stored::Stored};

/// A script that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// The script itself, octet by octet.
    pub(super) text: Vec<u8>,
    pub(super) extensions: Vec<String>,
    pub(super) generator: Generator,
    pub(super) rules: Vec<SieveRule>,
    pub(super) filings: Vec<Filing>,
    pub(super) actions: Vec<SieveAction>,
    pub(super) includes: Vec<Include>,
    pub(super) globals: Vec<usize>,
    pub(super) environments: Vec<usize>,
    pub(super) stored: Vec<Stored>,
    /// Where the rules stand that a generator has put in comments, in their order.
    pub(super) commented: Vec<Range<usize>>,
}

/// One rule: an `if` with all its `elsif` and `else`, or plain commands that follow each other without a comment between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SieveRule {
    /// The name that the rule's author gave it in a generator's form; `None` where none is written.
    pub name: Option<String>,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// A place where a script names a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// The line on which the name stands, from 1.
    pub line: usize,
    /// Which of [`Script::rules`] it belongs to.
    pub rule: usize,
    /// Whether it never runs: its block begins with `if false`, or its generator has put the rule in a comment.
    pub is_disabled: bool,
    /// What names the mailbox, and what for.
    pub kind: FilingKind,
    /// What is named.
    pub name: FiledName,
}

/// What a script names a mailbox for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilingKind {
    /// `fileinto`.
    FileInto(FilingOptions),
    /// `:fcc` of `vacation` or `notify`: where a copy of the answer is put (RFC 8580).
    Fcc(FilingOptions),
    /// `snooze :mailbox`: where a message waits.
    Snooze(FilingOptions),
    /// `implicit_keep_target`: where what no rule files is put.
    Keep(FilingOptions),
    /// A test of whether the mailbox exists, how it is marked, what its metadata say (RFC 5490, RFC 8579), or whether it is
    /// the one that an imapsieve script runs for (RFC 6785).
    Test,
}

/// The tags with which a mailbox is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilingOptions {
    /// `:copy`: the message is also kept elsewhere (RFC 3894).
    pub copy: bool,
    /// `:create`: a mailbox that is missing is made (RFC 5490).
    pub create: bool,
    /// `:flags`: those that the message gets (RFC 5232).
    pub flags: Vec<String>,
    /// `:mailboxid`: a mailbox that has this id comes before the named one (RFC 9042).
    pub mailbox_id: Option<String>,
    /// `:specialuse`: a mailbox that is so marked comes before the named one (RFC 8579).
    pub special_use: Option<String>,
}

/// A mailbox's name as a script writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FiledName {
    /// It stands there.
    Literal(Literal),
    /// It is made when the script runs, of variables or of encoded characters; this is how it is written.
    Computed(String),
}

/// An action of a script other than filing: it forwards, answers, notifies, rejects or discards.
///
/// To whom it forwards and what it answers is personal and not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SieveAction {
    /// What it does.
    pub kind: SieveActionKind,
    /// The line on which it does, from 1.
    pub line: usize,
    /// Which of [`Script::rules`] it belongs to.
    pub rule: usize,
    /// Whether it never runs, as for a [`Filing`].
    pub is_disabled: bool,
}

/// Kinds of actions that file nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SieveActionKind {
    /// `redirect`: forwards to one address.
    Forward,
    /// `vacation`: answers.
    Answer,
    /// `notify`.
    Notify,
    /// `reject`, `ereject`, `refuse`.
    Reject,
    /// `discard`.
    Discard,
}

/// `include`: another script runs as part of this one (RFC 6609).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// Its name.
    pub script: String,
    /// Whether it is the administrator's (`:global`), not the user's own.
    pub is_global: bool,
    /// The line on which it is included, from 1.
    pub line: usize,
}

impl Script {
    /// The extensions it requires, or asks for with `ihave`.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Whether it requires this extension.
    #[must_use]
    pub fn requires(&self, extension: &str) -> bool {
        self.extensions.iter().any(|name| name == extension)
    }

    /// What wrote it, as far as its text tells; see [`Script::generator_of`].
    #[must_use]
    pub fn generator(&self) -> Generator {
        self.generator
    }

    /// What wrote it, where its own name is known too: some generators leave no other trace.
    #[must_use]
    pub fn generator_of(&self, script_name: &str) -> Generator {
        match self.generator {
            Generator::Unknown => Generator::of_script_name(script_name),
            known => known,
        }
    }

    /// Its rules, in their order.
    #[must_use]
    pub fn rules(&self) -> &[SieveRule] {
        &self.rules
    }

    /// The rule that a filing or an action belongs to.
    #[must_use]
    pub fn rule(&self, index: usize) -> Option<&SieveRule> {
        self.rules.get(index)
    }

    /// Every place where it names a mailbox, in their order.
    #[must_use]
    pub fn filings(&self) -> &[Filing] {
        &self.filings
    }

    /// Its actions other than filing, in their order.
    #[must_use]
    pub fn actions(&self) -> &[SieveAction] {
        &self.actions
    }

    /// Where it does this, in rules that run.
    pub fn does(&self, kind: SieveActionKind) -> impl Iterator<Item = &SieveAction> {
        let actions = self.actions.iter();
        actions.filter(move |action| action.kind == kind && !action.is_disabled)
    }

    /// Whether the rule of this filing also does this.
    #[must_use]
    pub fn does_beside(&self, filing: &Filing, kind: SieveActionKind) -> bool {
        let begin = |rule: usize| self.actions.partition_point(|action| action.rule < rule);
        let beside = begin(filing.rule)..begin(filing.rule.saturating_add(1));
        let mut beside = self.actions.get(beside).unwrap_or_default().iter();
        beside.any(|action| action.kind == kind && !action.is_disabled)
    }

    /// The scripts that run as part of it.
    #[must_use]
    pub fn includes(&self) -> &[Include] {
        &self.includes
    }

    /// The lines on which it shares variables with other scripts (`global`).
    #[must_use]
    pub fn globals(&self) -> &[usize] {
        &self.globals
    }

    /// The lines on which it asks where it runs (`environment`): what an imapsieve script learns the mailbox from.
    #[must_use]
    pub fn environments(&self) -> &[usize] {
        &self.environments
    }
}

impl FilingKind {
    /// The tags; none of a test.
    #[must_use]
    pub fn options(&self) -> Option<&FilingOptions> {
        match self {
            Self::FileInto(options)
            | Self::Fcc(options)
            | Self::Snooze(options)
            | Self::Keep(options) => Some(options),
            Self::Test => None,
        }
    }
}
