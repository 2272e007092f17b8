//! How a change ends: it is made, or refused with the code that RFC 5530 has for the reason.
//!
//! Out: plain data. Codes are sent only where the persona sends them.

/// Response codes the world answers with (RFC 5530).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is its code")]
pub enum Code {
    TryCreate,
    NonExistent,
    AlreadyExists,
    Cannot,
    HasChildren,
    OverQuota,
    ExpungeIssued,
    NoPerm,
    UseAttr,
    Limit,
    ClientBug,
    ServerBug,
}

impl Code {
    /// The code as it is sent.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TryCreate => "TRYCREATE",
            Self::NonExistent => "NONEXISTENT",
            Self::AlreadyExists => "ALREADYEXISTS",
            Self::Cannot => "CANNOT",
            Self::HasChildren => "HASCHILDREN",
            Self::OverQuota => "OVERQUOTA",
            Self::ExpungeIssued => "EXPUNGEISSUED",
            Self::NoPerm => "NOPERM",
            Self::UseAttr => "USEATTR",
            Self::Limit => "LIMIT",
            Self::ClientBug => "CLIENTBUG",
            Self::ServerBug => "SERVERBUG",
        }
    }
}

/// Where messages went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copied {
    /// UIDVALIDITY of the target.
    pub uid_validity: u32,
    /// Old UID, new UID.
    pub pairs: Vec<(u32, u32)>,
}

/// Tagged NO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code, where there is one.
    pub code: Option<Code>,
    /// The words.
    pub text: String,
    /// What a MOVE had moved before.
    pub moved: Option<Copied>,
}

impl Refusal {
    /// With a code.
    #[must_use]
    pub fn new(code: Code, text: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            ..Self::said(text)
        }
    }

    /// Without.
    #[must_use]
    pub fn said(text: impl Into<String>) -> Self {
        Self {
            code: None,
            text: text.into(),
            moved: None,
        }
    }

    /// No such mailbox, with the code that the command calls for.
    pub(super) fn missing(code: Option<Code>, name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name);
        Self {
            code,
            ..Self::said(format!("Mailbox doesn't exist: {name}"))
        }
    }
}

/// Whether a command goes on at a point where it may be disturbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goes {
    /// It goes on.
    On,
    /// It ends here with tagged NO.
    Refused(Refusal),
    /// Its connection is gone.
    Away,
}

/// What a mutation brought about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Done {
    /// Nothing to be told.
    #[default]
    Nothing,
    /// CREATE: MAILBOXID.
    Created(u64),
    /// APPEND: UIDVALIDITY and UID.
    Appended(u32, u32),
    /// COPY and MOVE.
    Copied(Copied),
}
