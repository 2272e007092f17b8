//! Other kinds of server than the one that `rolecall demo` starts: other products, and servers with one odd habit each
//! that a client must not stumble over.
//!
//! In: nothing. Out: more [`Persona`]s. Only tests and benches ask for them.

use super::{acl::Acl, surprises::Surprises, views::View};
use crate::demo::{
    namespaces::Whose,
    outcome::Code,
    persona::{Claims, Keywords, Marking, Names, Parents, Persona},
};

impl Persona {
    /// Cyrus 3.6: attributes are annotations, ids of mailboxes and messages (those of mailboxes are garbage beside other
    /// items of STATUS, in 3.10 too), children protect a mailbox from DELETE. As with its `specialuse_protect` (on by
    /// default) a marked mailbox is neither deleted nor moved to another level.
    #[must_use]
    pub fn cyrus() -> Self {
        let mut cyrus = Self {
            marking: Marking::ByMailbox,
            delete_needs_no_children: true,
            parents: Parents::Real,
            renames_inbox: false,
            tells_closed: false,
            moves_when_read_only: false,
            guards_marked: true,
            quotes_names: true,
            codes: vec![Code::UseAttr, Code::HasChildren],
            move_commit: usize::MAX,
            tells_mailbox: false,
            ..Self::dovecot().with_acl(Acl::CYRUS)
        };
        cyrus.capabilities.extend([
            "CREATE-SPECIAL-USE",
            "METADATA",
            "OBJECTID",
            "QUOTA",
            "ACL",
            "RIGHTS=kxten",
        ]);
        cyrus.quirks.garbles_ids = true;
        cyrus
    }

    /// Courier 5: UIDPLUS but no MOVE, no attributes, no extended LIST, no UIDNEXT in SELECT, new UIDVALIDITY at RENAME.
    #[must_use]
    pub fn courier() -> Self {
        Self {
            capabilities: vec![
                "IMAP4rev1",
                "UIDPLUS",
                "CHILDREN",
                "NAMESPACE",
                "QUOTA",
                "ACL",
            ],
            marking: Marking::Nothing,
            rename_changes_validity: true,
            renames_inbox: false,
            tells_uid_next: false,
            tells_closed: false,
            moves_when_read_only: false,
            subscribes_missing: true,
            quotes_names: true,
            codes: Vec::new(),
            tells_mailbox: false,
            ..Self::dovecot_inbox_dot().with_acl(Acl::COURIER)
        }
    }

    /// GNU mailutils 3.15: neither MOVE nor UIDPLUS, no keywords, and COPY forgets flags.
    #[must_use]
    pub fn mailutils() -> Self {
        Self {
            capabilities: vec!["IMAP4rev1", "ID", "NAMESPACE", "UNSELECT", "LITERAL+"],
            marking: Marking::Nothing,
            keywords: Keywords::Refused,
            copy_drops_flags: true,
            tells_closed: false,
            moves_when_read_only: false,
            subscribes_missing: true,
            codes: Vec::new(),
            tells_mailbox: false,
            ..Self::dovecot()
        }
    }

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

    /// Rights (RFC 4314), and NO to all that is done without them: see [`rights`](super::MailboxQuirks::rights).
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
        let mut dovecot = Self::dovecot().with_acl(Acl::DOVECOT);
        dovecot.capabilities.extend(["ACL", "RIGHTS=texk"]);
        dovecot
    }

    /// Cyrus whose users may not change rights, not even of their own mailboxes.
    #[must_use]
    pub fn cyrus_without_admin() -> Self {
        Self::cyrus().with_acl(Acl {
            owner: "lrswipkxtecdn",
            ..Acl::CYRUS
        })
    }

    /// Cyrus in front of which something answers OK to SETACL and DELETEACL and does nothing.
    #[must_use]
    pub fn cyrus_deaf_to_acl() -> Self {
        Self::cyrus().with_acl(Acl {
            is_deaf: true,
            ..Acl::CYRUS
        })
    }

    /// Dovecot with its plugin `virtual`: these views in a personal namespace of their own.
    #[must_use]
    pub fn dovecot_virtual(views: &[View]) -> Self {
        let virtual_space = Self::dovecot().with_space(Whose::Own, "virtual/");
        let mut dovecot = virtual_space.with_views(views);
        dovecot.capabilities.push("CONDSTORE");
        dovecot
    }

    /// Dovecot with these surprises.
    #[must_use]
    pub fn surprising(surprises: Surprises) -> Self {
        let mut dovecot = Self::dovecot();
        dovecot.quirks.surprises = surprises;
        dovecot
    }
}
