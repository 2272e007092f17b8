//! More kinds of server: each has one habit that a client must not stumble over.
//!
//! In: nothing. Out: more [`Persona`]s. Never: state.

use super::{
    acl::Acl,
    persona::{Claims, Marking, Names, Persona},
};

impl Persona {
    /// Every UIDVALIDITY is 0.
    #[must_use]
    pub fn uid_validity_zero() -> Self {
        Self {
            uid_validity_zero: true,
            ..Self::dovecot()
        }
    }

    /// UIDs are new in each session, and SELECT says so.
    #[must_use]
    pub fn uids_not_sticky() -> Self {
        Self {
            uids_sticky: false,
            ..Self::dovecot()
        }
    }

    /// COPYUID cannot be believed.
    #[must_use]
    pub fn lying_copyuid(copy_uid: Claims) -> Self {
        Self {
            copy_uid,
            ..Self::dovecot()
        }
    }

    /// Names have no levels: the delimiter is NIL.
    #[must_use]
    pub fn flat() -> Self {
        Self {
            delimiter: None,
            ..Self::dovecot()
        }
    }

    /// A mailbox that is deleted while others have it open stays theirs (RFC 2180 §3.2).
    #[must_use]
    pub fn ghost_delete() -> Self {
        Self {
            leaves_ghosts: true,
            ..Self::dovecot()
        }
    }

    /// `Sent` and `sent` are one mailbox.
    #[must_use]
    pub fn case_folding() -> Self {
        Self {
            marking: Marking::Nothing,
            names: Names::CaseBlind,
            ..Self::dovecot()
        }
    }

    /// Names are kept as NFC, whatever form they come in.
    #[must_use]
    pub fn nfc_normalising() -> Self {
        Self {
            names: Names::Composed,
            ..Self::dovecot()
        }
    }

    /// IMAP4rev2 and nothing before it: names are UTF-8, SEARCH answers by ESEARCH, nothing is `\Recent`.
    #[must_use]
    pub fn rev2_only() -> Self {
        Self {
            capabilities: vec!["IMAP4rev2", "ID"],
            ..Self::dovecot()
        }
    }

    /// Mailboxes are there for those only who have said ENABLE UTF8=ACCEPT (RFC 6855 §6); names are UTF-8.
    #[must_use]
    pub fn utf8_only() -> Self {
        let mut utf8 = Self::dovecot();
        utf8.capabilities.push("UTF8=ONLY");
        utf8
    }

    /// Rights (RFC 4314), and NO to all that is done without them: see [`super::message::Mailbox::rights`].
    #[must_use]
    pub fn with_rights() -> Self {
        let mut acl = Self {
            says_denied: true,
            ..Self::dovecot()
        };
        acl.capabilities.push("ACL");
        acl
    }

    /// The University of Washington's server in its time: neither UIDPLUS, MOVE, CHILDREN nor NAMESPACE, no attributes.
    #[must_use]
    pub fn uw_imap() -> Self {
        Self {
            capabilities: vec!["IMAP4rev1", "LITERAL+"],
            marking: Marking::Nothing,
            tells_closed: false,
            moves_when_read_only: false,
            codes: Vec::new(),
            tells_mailbox: false,
            ..Self::dovecot()
        }
    }

    /// Dovecot with its plugins `acl` and `imap_acl`.
    #[must_use]
    pub fn dovecot_acl() -> Self {
        let mut dovecot = Self {
            acl: Some(Acl::DOVECOT),
            ..Self::dovecot()
        };
        dovecot.capabilities.extend(["ACL", "RIGHTS=texk"]);
        dovecot
    }

    /// Cyrus whose users may not change rights, not even of their own mailboxes.
    #[must_use]
    pub fn cyrus_without_admin() -> Self {
        Self {
            acl: Some(Acl {
                owner: "lrswipkxtecdn",
                ..Acl::CYRUS
            }),
            ..Self::cyrus()
        }
    }

    /// Cyrus in front of which something answers OK to SETACL and DELETEACL and does nothing.
    #[must_use]
    pub fn cyrus_deaf_to_acl() -> Self {
        Self {
            acl: Some(Acl {
                is_deaf: true,
                ..Acl::CYRUS
            }),
            ..Self::cyrus()
        }
    }
}
